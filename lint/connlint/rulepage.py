"""A rule's page: the docstring of its file, taken apart.

The first line is the fault in one sentence. Sections follow, each a label at the start of a line
(`Why:`, `Not flagged:`, `Fix:`) and its text, which may go on for several lines and paragraphs.
"""

from __future__ import annotations

from dataclasses import dataclass

SECTIONS = ("Why", "Not flagged", "Yields to", "Options", "Fix")
REQUIRED = ("Why", "Fix")


@dataclass(frozen=True, slots=True)
class RulePage:
    """What a page says: the fault in one sentence, and its sections by label, in their order."""

    fault: str
    sections: dict[str, str]


def parse_page(doc: str) -> RulePage:
    """The page in a rule's docstring. Raises ValueError where it is not written as a page is."""
    fault, _, rest = doc.strip().partition("\n")
    if not fault.endswith("."):
        raise ValueError("a rule's page begins with the fault: one sentence, on one line, with its full stop")
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in rest.splitlines():
        label, colon, text = line.partition(":")
        if colon and label in SECTIONS:
            if label in sections:
                raise ValueError(f"the page has the section `{label}:` twice")
            current = sections[label] = [text.strip()]
        elif current is not None:
            current.append(line.strip())
        elif line.strip():
            raise ValueError(f"a page's text stands in a section, this does not: {line.strip()!r}")
    for label in REQUIRED:
        if not any(sections.get(label, ())):
            raise ValueError(f"the page lacks its section `{label}:`")
    return RulePage(fault, {label: "\n".join(lines).strip() for label, lines in sections.items()})
