"""Text of the template that a page or a description began as was left in it.

Why: users read it. `Example link`, `[Name]`, `TODO: describe` and `Lorem ipsum` tell them that nobody did.
Not flagged: links (`[Name](…)`, `[Name]: …`), code, comments and other fences of a page; the word todo in a
sentence (a connector may well be about todo lists); in documents, all but the texts that users read
(`description`, `short`, `title`, `summary`).
Fix: none; what belongs there only its author knows.
"""

import re

from connlint.rule import (
    Connector,
    Document,
    Iterator,
    Location,
    Page,
    Pointer,
    Problem,
    Severity,
    nodes,
    pattern,
    rule,
)

BRACKETED = pattern(
    r"(?<![\w\])}!/$.=])\\?\[(?:(?:Your|Insert|Enter|The|Our)[ _])?"
    r"(?:API|App|Application|Brand|Company|Connection|Connector|Customer|Description|Feature|Integration|Link"
    r"|Name|Organi[sz]ation|Placeholder|Platform|Product|Provider|Service|Text|Title|Tool|URL|Vendor)"
    r"(?:[ _](?:Name|Title|Description|Link|URL|Text|Here|here))?\\?\](?![\w(\[:={])"
)
NOTE = pattern(
    r"(?<![\w/.-])(?:TODO|FIXME)(?:\([\w .@-]*\))?:"
    r"|\[(?:TODO|FIXME)\]"
    r"|^(?:[ \t>*+#-]*)(?P<alone>TODO|FIXME)[ \t.!*]*$"
    r"|^(?:[ \t>*+#-]*)(?P<order>TODO|FIXME)(?=[ \t]+(?i:add|ask|check|clarify|describe|document|explain"
    r"|fill|finish|fix|insert|link|remove|replace|translate|update|write)\b)",
    re.MULTILINE,
)
PHRASE = pattern(
    r"^[ \t>*+#\[_-]*(?P<phrase>example link"
    r"|(?:(?:add|enter|insert|your) )?(?:content|description|link|text|title) (?:goes )?here)"
    r"[ \t.*_\]]*(?:\(\s*\)[ \t]*)?$"
    r"|^[ \t>*+#_-]*(?P<lorem>lorem ipsum)\b|\blorem ipsum dolor\b",
    re.MULTILINE | re.IGNORECASE,
)
PATTERNS = (BRACKETED, NOTE, PHRASE)
BRACKET = pattern(r"\[[A-Z][A-Za-z]")
READ_BY_USERS = ("description", "short", "summary", "title")


@rule(on=Connector, severity=Severity.WARNING)
def check(connector: Connector) -> Iterator[Problem]:
    suspects = [
        source for source in connector.sources if _has_trace(source.text) or BRACKET.search(source.text)
    ]
    if not suspects:
        return
    page = connector.page
    if page is not None and page.source in suspects:
        yield from _in_page(page)
    for document in connector.documents:
        if document.source in suspects and document.role in ("service", "resources"):
            yield from _in_document(connector, document)


def _has_trace(text: str) -> bool:
    """Whether anything may be found in a text without brackets: without one of these, nothing is."""
    # a rare letter is found, or not, in a tenth of the time that a word takes
    return (
        "TODO" in text
        or "orem ipsum" in text
        or "xample link" in text
        or " here" in text
        or ("X" in text and "FIXME" in text)
    )


def _in_page(page: Page) -> Iterator[Problem]:
    """What was left in the page's prose."""
    names = _link_names(page)
    for start, end in page.prose:
        for left, right in _found(_prose_alone(page.source.text[start:end])):
            marked = page.source.text[start + left : start + right]
            if marked.strip("\\[]").lower() not in names:
                at = page.place(start + left, start + right)
                yield _problem(at, marked, "the page", "page")


def _in_document(connector: Connector, document: Document) -> Iterator[Problem]:
    """What was left in the texts of a document that users read."""
    stack: list[tuple[Pointer, object]] = [((), document.value)]
    while stack:
        pointer, value = stack.pop()
        if isinstance(value, list):
            stack.extend(((*pointer, index), inner) for index, inner in enumerate(value))
        elif isinstance(value, dict):
            for key, inner in value.items():
                if not isinstance(inner, str):
                    stack.append(((*pointer, key), inner))
                elif key in READ_BY_USERS and (_has_trace(inner) or "[" in inner):
                    at = Location(document, (*pointer, key))
                    for left, right in _found(inner):
                        where = "a short text" if key == "short" else f"a {key}"
                        address = _address(connector, document, at.pointer)
                        yield _problem(at.chars(left, right), inner[left:right], where, address)


def _problem(at: Location, marked: str, where: str, address: str) -> Problem:
    shown = " ".join(marked.split())
    return Problem(
        at,
        f"`{shown}` was left in {where}",
        about=address,
        value=shown,
        group=shown.lower(),
        label="in the page" if address == "page" else "",
    )


def _found(text: str) -> list[tuple[int, int]]:
    """The offsets of all that was left in a text, in order, none inside another."""
    spans = []
    for kind in PATTERNS:
        for match in kind.finditer(text):
            group = match.lastgroup or 0
            spans.append(match.span(group))
    spans.sort()
    return [span for index, span in enumerate(spans) if index == 0 or span[0] >= spans[index - 1][1]]


def _link_names(page: Page) -> set[str]:
    """The names that the page defines as links (`[Name]: https://…`), lower case."""
    return {
        name.lower()
        for start, end in page.prose
        for name in re.findall(r"(?m)^ {0,3}\[([^\]\n]+)\]:", page.source.text[start:end])
    }


CODE = pattern(r"`[^`\n]+`|<[^<>\n]*>|\]\([^()\n]*\)|\{%[^%\n]*%\}")


def _prose_alone(text: str) -> str:
    """Prose with blanks for its code, tags, comments and the targets of its links; lengths stay."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts += [text[at:start], re.sub(r"[^\n]", " ", text[start : end + 3])]
        at = end + 3
    parts.append(text[at:])
    return CODE.sub(lambda found: " " * len(found[0]), "".join(parts))


def _address(connector: Connector, document: Document, pointer: Pointer) -> str:
    """The address of the innermost thing that a text belongs to."""
    address = "document"
    # outer nodes come before those within
    for node in nodes(connector):
        at = node.at
        if at.document is document and pointer[: len(at.pointer)] == at.pointer:
            address = node.address
    return address
