"""A connector's public page: its triggers and its documents as Markdown, in the shape of the published page.

`fresh` makes a whole page. `updated` brings a page that is there up to date: its list of triggers and the
blocks with the documents; all other words on it are its author's and stay. Both give a page that reads back
to the same connector (`CannotMake` is raised where that cannot be), and nothing of a connector's texts is
more than text on it: no mark-up, no link, no script, no line that could be taken for a trigger.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from connlint.connector.build import add_page, build
from connlint.connector.model import Connector, Service, Trigger, Webhook
from connlint.credentials import credentials_in, withheld
from connlint.reading import MISSING, Document, ReadResult, read
from connlint.reading.keys import is_ours
from connlint.source import Source, Span

TRIGGERS = "#### Trigger Operations"
CREDENTIALS = "### Obtaining Access Credentials"
HEADINGS = {
    "service": "### Code: Service Connectivity and Metadata",
    "resources": "### Code: List of External Resources and Internal Mapping",
}
"""The heading of each document, by its role, in the page's order."""
NAMELESS = "\N{EN DASH}"
"""A title of which nothing can be shown."""

_FIXED = ("syntax-error", "limit-exceeded")
_BREAKS = re.compile(r"\r\n|\r")
_BLANKS = re.compile(r"\s+")
_RUN = re.compile(r"^[ \t>]*(`{3,}|~{3,})", re.MULTILINE)
_MARKS = re.compile(r"[\\`*_\[\]]")
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_REFERENCES = re.compile(r"(?i)[{}|~$^]|:(?=//)|(?<=www)\.|(?<=Triggers on):|^[=:%?/@]")
"""Marks of those dialects and template languages in which a backslash before them means nothing."""
_NUMBERED = re.compile(r"(\d{1,9})([.)])")
_STARTS = ("#", "+", "-", "!")
_JOINERS = "\u200c\u200d"
_PLAIN_NAME = re.compile(r"[^\W_]|[.-]")
_TITLE = re.compile(r"[ \t]*(?:\*\*|__)(?=\S)(.*\S)(?:\*\*|__)[ \t]*")
_PARAGRAPH = re.compile(r" {0,3}(?:[^\s#<{|>*+`~!-]|[*_][^*_\s])")
_MARKER = re.compile(r"(---|\.\.\.)(?=\s|$)")
_OPENING = re.compile(r"(`{3,}|~{3,})[ \t]*([^\r\n]*?)[ \t]*")
_PREFIX = re.compile(r"[ \t>]*")
_LONG_FENCE = 12


class CannotMake(Exception):
    """No page can be made, or this page cannot be brought up to date. The message is for people."""


class _Entry(NamedTuple):
    """A trigger on a page, as offsets: its title's line and the paragraph behind it may be absent."""

    trigger: Trigger
    start: int
    title: Span | None
    line: Span
    words: Span | None
    end: int


def fresh(connector: Connector, name: str, words: Mapping[str, str] | None = None) -> str:
    """The whole page of a connector. `name` is its title where it has none; `words` are what the vendor's
    list says of each event, for webhooks that say nothing of themselves.

    Raises CannotMake where a document does not parse or holds a credential, or would not read back.
    """
    documents = _documents(connector)
    service = connector.service
    meta = _meta(service.document.value) if service is not None else {}
    title = _said(meta, "short") or (service.handle if service is not None else None) or name
    parts = [f"# {prose(title) or NAMELESS}"]
    about = _said(meta, "description")
    if about:
        parts.append(prose(about))
    webhooks = _webhooks(connector)
    if webhooks:
        parts += ["### Related Operations", TRIGGERS]
        parts += [_entry(webhook, words or {}) for webhook in webhooks.values()]
    if service is not None:
        parts += _credentials(service)
    for document, text in documents:
        parts += [HEADINGS[document.role], _fence(text, document.syntax)]
    page = "\n\n".join(parts) + "\n"
    _verify(page, documents, webhooks)
    return page


def updated(page: str, connector: Connector, words: Mapping[str, str] | None = None) -> str:
    """A page's text, brought up to date with a connector: line ends and all other words stay as they are.

    Of a trigger that is on the page, what the webhook says of itself (`meta`, `description`) wins over the
    page; `words` serve for new ones only. A page without any trigger stays without. Raises CannotMake as
    `fresh`, and where the page holds no document of a connector, or one that cannot be replaced in its place.
    """
    documents = _documents(connector)
    webhooks = _webhooks(connector)
    crlf = "\r\n" in page
    text = _BREAKS.sub("\n", page)
    result = _as_page(text)
    ours = [document for document in result.documents if is_ours(document.value)]
    broken = next((each for each in result.documents if each.value is MISSING or _fault(each)), None)
    if broken is not None:
        line = result.source.position(broken.to_source(0)).line
        raise CannotMake(f"the block in line {line} does not parse: mend it, or take it out")
    if not ours:
        raise CannotMake("it holds no document of a connector")
    edits = list(_document_edits(result.source, ours, documents))
    entries = _entries(result)
    if entries:
        edits += _trigger_edits(text, entries, webhooks, words or {})
    if not edits:
        return page
    text = _edited(text, edits)
    _verify(text, documents, webhooks if entries else None)
    return text.replace("\n", "\r\n") if crlf else text


def prose(text: str) -> str:
    """Any text as Markdown that shows just that text, on one line."""
    line = _BLANKS.sub(" ", text).strip()
    if not line.isprintable():
        line = "".join("\N{REPLACEMENT CHARACTER}" if _is_control(char) else char for char in line)
    line = _MARKS.sub(r"\\\g<0>", line.translate(_HTML))
    line = _REFERENCES.sub(lambda mark: f"&#{ord(mark[0])};", line)
    if line.startswith(_STARTS):
        line = f"\\{line}"
    return _NUMBERED.sub(r"\1\\\2", line, count=1) if _NUMBERED.match(line) else line


def trigger_name(webhook: Webhook) -> str:
    """What a page's line `Triggers on:` says of a webhook. What the line cannot hold is written as a
    character reference."""
    return f"{_name(webhook.resource.handle)}/{_name(webhook.event)}"


def _name(name: str) -> str:
    last = len(name) - 1
    return "".join(
        "\\_"
        if char == "_"
        else char
        if _PLAIN_NAME.match(char) and not (index == last and char == ".")
        else f"&#{ord(char)};"
        for index, char in enumerate(name)
    )


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in _JOINERS


# --- what the connector holds


def _documents(connector: Connector) -> list[tuple[Document, str]]:
    """The documents with their own text, the service's first. Raises CannotMake for what no page may hold."""
    for document in connector.documents:
        fault = _fault(document)
        if fault or document.value is MISSING:
            raise CannotMake(f"{fault or document.source.path} (`connlint check` says more)")
    documents = [
        (document, _own_text(document))
        for role in HEADINGS
        for document in connector.documents
        if document.role == role
    ]
    if not documents:
        raise CannotMake("the connector has neither a service nor a resources document")
    for document, text in documents:
        found = credentials_in(text)
        if found:
            at = document.source.text.find(text[found[0].start : found[0].end])
            line, column = document.source.position(max(at, 0))
            raise CannotMake(
                f"{document.source.path}:{line}:{column}: {found[0].kind}, "
                "which a public page would give away"
            )
    service = connector.service
    if service is not None and service.base_url is not None:
        base = service.base_url
        if withheld(base.text) != base.text:
            line, column = service.document.source.position(base.text_at.span.start)
            raise CannotMake(
                f"{service.document.source.path}:{line}:{column}: "
                "a password in the base URL, which a public page would give away"
            )
    return documents


def _fault(document: Document) -> str:
    """What is wrong with a document so that it cannot be published, with its place; "" where nothing is."""
    for fault in document.faults:
        if fault.kind in _FIXED:
            line, column = document.source.position(fault.span.start)
            return f"{document.source.path}:{line}:{column}: {fault.message}"
    return ""


def _own_text(document: Document) -> str:
    """A document's text, with line feeds only, as a block can hold it."""
    start, end = document.region
    text = _BREAKS.sub("\n", document.source.text[start:end])
    tries = [text]
    if document.syntax == "yaml":
        tries += _yaml_documents(text)
    prefix = _PREFIX.match(text)
    if prefix is not None and prefix[0]:
        tries.append("\n".join(line.removeprefix(prefix[0]) for line in text.split("\n")))
    for one in tries:
        # the lines that end a YAML text may be a part of its last value
        for own in (one.strip(),) if document.syntax == "json" else (one.rstrip("\n") + "\n", one):
            found = read(f"x.{document.syntax}", own.encode("utf-8", "replace"), named=True).documents
            if len(found) == 1 and _same(found[0].value, document.value):
                return own
    raise CannotMake(f"{document.source.path} holds more than a block of a page can hold")


def _yaml_documents(text: str) -> list[str]:
    """The documents of a YAML stream, each with the comments and directives above it. `---` begins one
    wherever a line begins with it, even in a block scalar."""
    found: list[list[str]] = [[]]
    opened = False
    for line in text.splitlines(keepends=True):
        marker = _MARKER.match(line)
        if marker is not None and marker[1] == "---":
            if opened:
                found.append([])
            opened = True
        elif marker is not None:
            found[-1].append(line)
            found.append([])
            opened = False
            continue
        elif line.strip() and line[0] not in "#%":
            opened = True
        found[-1].append(line)
    return ["".join(lines) for lines in found if lines] if len(found) > 1 else []


def _same(left: object, right: object) -> bool:
    """Whether two values are the same JSON: `True` is not 1, and the order of keys counts."""
    stack = [(left, right)]
    while stack:
        one, other = stack.pop()
        if type(one) is not type(other):
            return False
        if isinstance(one, dict) and isinstance(other, dict):
            if list(one) != list(other):
                return False
            stack += [(one[key], other[key]) for key in one]
        elif isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return False
            stack += zip(one, other, strict=True)
        elif one != other:
            return False
    return True


def _webhooks(connector: Connector) -> dict[str, Webhook]:
    """The webhooks by the name that the page gives them; one without a name has no line."""
    found: dict[str, Webhook] = {}
    for webhook in connector.webhooks:
        if webhook.event and webhook.resource.handle:
            found.setdefault(f"{webhook.resource.handle}/{webhook.event}", webhook)
    return found


def _meta(value: object) -> Mapping[str, object]:
    meta = value.get("meta") if isinstance(value, dict) else None
    return meta if isinstance(meta, dict) else {}


def _said(meta: Mapping[str, object], key: str) -> str | None:
    """Text that people are shown; None where there is none."""
    value = meta.get(key)
    return value if isinstance(value, str) and value.strip() else None


# --- the page's parts


def _entry(webhook: Webhook, words: Mapping[str, str]) -> str:
    title = _own_title(webhook) or " ".join(
        word[:1].upper() + word[1:] for word in re.split(r"[\s._/:-]+", webhook.event) if word
    )
    sentence = _own_words(webhook) or words.get(webhook.event)
    parts = [_bold(title), f"Triggers on: {trigger_name(webhook)}"]
    if sentence and sentence.strip():
        parts.append(prose(sentence))
    return "\n\n".join(parts)


def _bold(title: str) -> str:
    return f"**{prose(title) or NAMELESS}**"


def _own_title(webhook: Webhook) -> str | None:
    return _said(_meta(webhook.at.value), "short")


def _own_words(webhook: Webhook) -> str | None:
    value = webhook.at.value
    return _said(_meta(value), "description") or (
        _said(value, "description") if isinstance(value, dict) else None
    )


def _credentials(service: Service) -> Iterable[str]:
    """What the platform will ask for before the connector can be used."""
    if service.auth is None or not service.auth.declared:
        return
    yield CREDENTIALS
    lines = []
    for placeholder in service.auth.declared.values():
        said = placeholder.description
        lines.append(
            f"* **{prose(placeholder.name)}**" + (f": {prose(said)}" if said and said.strip() else "")
        )
    yield "\n".join(lines)


def _fence(text: str, syntax: str, marker: str = "```") -> str:
    """The text in a block whose fence no line of it closes. JSON's block says no language, as published."""
    runs: dict[str, int] = {"`": 2, "~": 2}
    for run in _RUN.findall(text):
        runs[run[0]] = max(runs[run[0]], len(run))
    if runs[marker[0]] >= len(marker):
        char = marker[0] if runs[marker[0]] < _LONG_FENCE else min(runs, key=lambda char: runs[char])
        marker = char * (runs[char] + 1)
    end = "" if text.endswith("\n") else "\n"
    return f"{marker}{'' if syntax == 'json' else 'yaml'}\n{text}{end}{marker}"


# --- a page that is there


def _edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """The text with the edits made; of insertions at one place the first stands first."""
    parts = []
    here = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[here:start], new]
        here = max(here, end)
    return "".join([*parts, text[here:]])


def _as_page(text: str) -> ReadResult:
    return read("page.md", text.encode("utf-8", "surrogatepass"), named=True, syntax="markdown")


def _document_edits(
    source: Source, ours: Sequence[Document], documents: Sequence[tuple[Document, str]]
) -> Iterable[tuple[int, int, str]]:
    """What makes the page's blocks those of the documents, each for each by role and order."""
    last = 0
    missing: list[tuple[Document, str]] = []
    for role in HEADINGS:
        theirs = [each for each in ours if isinstance(each.value, dict) == (role == "service")]
        wanted = [each for each in documents if each[0].role == role]
        for block, want in zip_longest(theirs, wanted):
            if block is None:
                missing.append(want)
                continue
            start, end, marker = _block(source, block)
            last = max(last, end)
            if want is None:
                yield start, end, ""
                continue
            document, text = want
            held = source.text[block.region.start : block.region.end]
            if block.syntax != document.syntax or held.strip() != text.strip():
                yield start, end, _fence(text, document.syntax, marker) + "\n"
    for document, text in missing:
        yield last, last, f"\n{HEADINGS[document.role]}\n\n{_fence(text, document.syntax)}\n"


def _block(source: Source, document: Document) -> tuple[int, int, str]:
    """Where a document's block stands, its fences included, and what opens it. Raises CannotMake."""
    first = source.position(document.region.start).line
    last = source.position(max(document.region.start, document.region.end - 1)).line
    opening = _OPENING.fullmatch(source.line_text(first - 1)) if first > 1 else None
    closing = source.line_text(last + 1).strip() if last < source.lines.count else ""
    if opening is None or (closing and set(closing) != {opening[1][0]}):
        raise CannotMake(
            f"the block in line {first} stands in a list or a quote: put it at the line's beginning, once"
        )
    end = source.lines.line_span(last + 1).end if last < source.lines.count else len(source.text)
    return source.lines.line_span(first - 1).start, end, opening[1]


def _entries(result: ReadResult) -> list[_Entry]:
    """The page's triggers in their order."""
    holder = build("page", "page", ())
    add_page(holder, Document.carrier(result.source, "page"), tuple(result.prose))
    assert holder.page is not None
    source = result.source
    fences = {span.end for span in result.prose}
    taken = {source.position(trigger.at.span.start).line for trigger in holder.page.triggers}
    entries = []
    for trigger in holder.page.triggers:
        number = source.position(trigger.at.span.start).line
        line = source.lines.line_span(number)
        title = None
        above = number - 1
        while above > 0 and not source.line_text(above).strip():
            above -= 1
        if above > 0 and number - above <= 2 and _TITLE.fullmatch(source.line_text(above)):
            title = source.lines.line_span(above)
        words = None
        below = number + 1
        if below < source.lines.count and not source.line_text(below).strip():
            below += 1
            first = below
            while below <= source.lines.count and _is_words(source.line_text(below)):
                if below in taken or source.lines.line_span(below).start in fences:
                    break
                below += 1
            if below > first:
                words = Span(source.lines.line_span(first).start, source.lines.line_span(below - 1).end)
        entries.append(
            _Entry(
                trigger,
                title.start if title else line.start,
                title,
                line,
                words,
                words.end if words else line.end,
            )
        )
    return entries


def _is_words(line: str) -> bool:
    """Whether a line is one of a plain paragraph."""
    return _PARAGRAPH.match(line) is not None and _TITLE.fullmatch(line) is None


def _trigger_edits(
    text: str, entries: Sequence[_Entry], webhooks: Mapping[str, Webhook], words: Mapping[str, str]
) -> Iterable[tuple[int, int, str]]:
    """What makes the page's list of triggers that of the connector's webhooks."""
    names = [f"{entry.trigger.resource}/{entry.trigger.event}" for entry in entries]
    by_name = dict(zip(reversed(names), reversed(entries), strict=True))
    for name, entry in zip(names, entries, strict=True):
        webhook = webhooks.get(name)
        if webhook is None or by_name[name] is not entry:
            end = entry.end
            while text[end : end + 1] == "\n":
                end += 1
            yield entry.start, end, ""
        else:
            yield from _entry_edits(text, entry, webhook)
    lead = text[entries[0].line.start : entries[0].trigger.at.span.start]
    listed = lead.lstrip()[:1] in ("*", "+", "-") and not lead.lstrip().startswith("**")
    before: _Entry | None = None
    for name, webhook in webhooks.items():
        known = by_name.get(name)
        if known is not None:
            before = known
            continue
        at = before.end if before is not None else entries[0].start
        if listed:
            yield at, at, f"{lead}{trigger_name(webhook)}\n"
        elif before is not None:
            yield at, at, f"\n{_entry(webhook, words)}\n"
        else:
            yield at, at, f"{_entry(webhook, words)}\n\n"


def _entry_edits(text: str, entry: _Entry, webhook: Webhook) -> Iterable[tuple[int, int, str]]:
    """What a webhook says of itself, put on the page where that says otherwise."""
    title, said = _own_title(webhook), _own_words(webhook)
    if title and entry.title is not None and text[slice(*entry.title)].strip() != _bold(title):
        yield entry.title.start, entry.title.end, f"{_bold(title)}\n"
    if not said or entry.title is None:
        return
    if entry.words is None:
        yield entry.line.end, entry.line.end, f"\n{prose(said)}\n"
    elif text[slice(*entry.words)].strip() != prose(said):
        yield entry.words.start, entry.words.end, f"{prose(said)}\n"


def _verify(
    page: str, documents: Sequence[tuple[Document, str]], webhooks: Mapping[str, Webhook] | None
) -> None:
    """Raise CannotMake unless the page reads back to these documents and triggers."""
    result = _as_page(page)
    found = [document for document in result.documents if is_ours(document.value)]
    for role in HEADINGS:
        theirs = [each.value for each in found if isinstance(each.value, dict) == (role == "service")]
        wanted = [document.value for document, _ in documents if document.role == role]
        if not _same(theirs, wanted):
            raise CannotMake(
                f"its {role} document cannot be written into a page so that it reads back the same"
            )
    if webhooks is None:
        return
    names = {f"{entry.trigger.resource}/{entry.trigger.event}" for entry in _entries(result)}
    if names != webhooks.keys():
        raise CannotMake("its triggers cannot be written into a page so that they read back the same")
