"""A rule's page: the docstring of its file taken apart, and an example of the fault from its golden cases.

The first line is the fault in one sentence. Sections follow, each a label at the start of a line (`Why:`,
`Not flagged:`, `Fix:`) and its text, which may go on for several lines and paragraphs. The text of `Fix:`
says "none" or what the edit does, with the word safe or unsafe.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connlint.rule import Rule

SECTIONS = ("Why", "What is recognised", "Not flagged", "Options", "Fix")
REQUIRED = ("Why", "Fix")

INSTALLED = "rule_examples.json"
EXPECTED = "expected.txt"
FIXED = "fixed"
_FIX_KINDS = re.compile(r"\b(safe|unsafe)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RulePage:
    """What a page says: the fault in one sentence, and its sections by label, in their order."""

    fault: str
    sections: dict[str, str]

    @property
    def fixes(self) -> tuple[str, ...]:
        """The kinds of fix that the rule may offer: "safe", "unsafe", both, or none."""
        text = self.sections["Fix"]
        if text.lower().startswith("none"):
            return ()
        return tuple(sorted({match[1].lower() for match in _FIX_KINDS.finditer(text)}))


@dataclass(frozen=True, slots=True)
class Example:
    """The fault and its absence: files by name, and what connlint says of the bad ones."""

    bad: dict[str, str]
    said: str
    good: dict[str, str]


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


def example(rule_id: str) -> Example | None:
    """The example of a rule, None for a rule whose cases do not show one: see `read_examples`.

    An installed package carries the examples in one file; a checkout has the cases themselves.
    """
    installed = Path(__file__).with_name(INSTALLED)
    if installed.is_file():
        import json

        value = json.loads(installed.read_text("utf-8")).get(rule_id)
        return None if value is None else Example(**value)
    return _example(Path(__file__).parents[2] / "tests" / "rules" / rule_id.replace("-", "_"))


_LANGUAGES = {".json": "json", ".yaml": "yaml", ".yml": "yaml", ".md": "markdown", ".toml": "toml"}
_LONGEST = 60
"""Lines of an example's file that a page shows."""


def as_markdown(rule: Rule, shown: Example | None) -> str:
    """A rule's page for the documentation: the fault, its sections, how to configure it, the example."""
    page = parse_page(rule.doc)
    fixes = f"fix: {' or '.join(page.fixes)}" if page.fixes else "no fix"
    lines = [f"# {rule.id}", "", f"**{rule.severity.word}**, family {rule.family}, {fixes}", "", page.fault]
    for label, text in page.sections.items():
        lines += ["", f"## {label}", "", text[:1].upper() + text[1:]]
    if rule.yields_to:
        others = ", ".join(f"[`{other}`]({other}.md)" for other in rule.yields_to)
        lines += ["", "## Yields to", "", f"{others}: where that one sees the same fault, this one is quiet."]
    if shown is not None:
        lines += ["", "## Example", "", "Bad:"]
        for name, text in shown.bad.items():
            lines += _fence(name, text)
        lines += [
            "",
            "What connlint says of it:",
            "",
            "````text",
            shown.said.rstrip("\n"),
            "````",
            "",
            "Good:",
        ]
        for name, text in shown.good.items():
            if shown.bad.get(name) != text or len(shown.good) == 1:
                lines += _fence(name, text)
    lines += ["", "## Configure", "", "```toml", "# connlint.toml", "[rules]"]
    lines += [f'{rule.id} = "off"    # or info, warning, error', "```", ""]
    return "\n".join(lines)


def _fence(name: str, text: str) -> list[str]:
    """A file of an example as a fenced block; a long one is cut."""
    shown = text.splitlines()
    if len(shown) > _LONGEST:
        shown = [*shown[:_LONGEST], f"… {len(shown) - _LONGEST} more lines"]
    runs = max((len(run) for run in re.findall("`+", text)), default=0)
    ticks = "`" * max(3, runs + 1)
    language = _LANGUAGES.get(Path(name).suffix, "text")
    return ["", f'{ticks}{language} title="{name}"', *shown, ticks]


def read_examples(cases: Path) -> dict[str, Example]:
    """The examples of all rules by id, from the folder of their golden cases.

    A rule's example is a firing case with the clean case of the same name; where there is no such pair, the
    first firing case that fixes mend, and what they make of it; else the first of each kind.
    """
    found = {folder.name.replace("_", "-"): _example(folder) for folder in sorted(cases.iterdir())}
    return {rule_id: item for rule_id, item in found.items() if item is not None}


def _example(folder: Path) -> Example | None:
    clean = sorted(folder.glob("clean-*"))
    firing = sorted(
        folder.glob("fires-*"), key=lambda case: (not _twin(case).is_dir(), not (case / FIXED).is_dir(), case)
    )
    if not firing or not clean or not (firing[0] / EXPECTED).is_file():
        return None
    case = firing[0]
    bad = _files(case)
    if _twin(case).is_dir():
        good = _files(_twin(case))
    elif (case / FIXED).is_dir():
        good = {**bad, **_files(case / FIXED)}
    else:
        good = _files(clean[0])
    return Example(bad, (case / EXPECTED).read_text("utf-8"), good)


def _twin(case: Path) -> Path:
    """The clean case of a firing one's name."""
    return case.with_name(case.name.replace("fires-", "clean-", 1))


def _files(folder: Path) -> dict[str, str]:
    """A case's input files by their path in it. What is not UTF-8 is shown with marks in its place."""
    found = {}
    for file in sorted(folder.rglob("*")):
        inner = file.relative_to(folder)
        if file.is_file() and inner.parts[0] not in (EXPECTED, FIXED):
            found[inner.as_posix()] = file.read_text("utf-8", errors="replace")
    return found
