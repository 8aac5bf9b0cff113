"""Markdown pages: the fenced code blocks that hold a connector's documents, and the prose around them.

Which lines are a fence is CommonMark's question (fences stand in lists and quotes too), so a CommonMark
parser answers it; only its block rules run.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

from connlint.reading.document import Document, Fault
from connlint.reading.json import read_json
from connlint.reading.keys import holds_keys, is_ours
from connlint.reading.limits import Limits
from connlint.source import Source, Span

_MOST_TEXT = 200_000
"""A longer page is searched for fences line by line: CommonMark's other rules would take seconds."""
_MOST_UNCLOSED = 20
"""How many fences that are not closed are read around; each needs the page behind it read again."""
_OPENING = re.compile(r"^([ \t>]*)(`{3,}|~{3,})([^`\r\n]*)", re.MULTILINE)
_OURS = ("", "yaml", "yml", "text", "txt")
"""What a fence that holds a document may say about itself, besides `json` and its relatives."""
_YAML = re.compile(r"(?:\s*#[^\r\n]*)*\s*(?:---|- |[\"']?[\w-]+[\"']?[ \t]*:(?:\s|$))")
_BREAK = re.compile(r"\r\n|\n|\r")


class Page(NamedTuple):
    """What a page holds: our documents in their order, and the spans outside of every fence."""

    documents: tuple[Document, ...]
    prose: tuple[Span, ...]


class _Fence(NamedTuple):
    info: str
    lines: Span
    """All its lines, the fence's own included, as offsets into the page."""
    content: tuple[Span, ...]
    """Its content, line by line (without what indents it, and without line ends)."""


def read_markdown(source: Source, *, limits: Limits) -> Page:
    """The documents in a page's fences, and its prose. A broken fence hides no other."""
    documents: list[Document] = []
    prose: list[Span] = []
    text = source.text
    start = unclosed = 0
    find = _fences if len(text) <= _MOST_TEXT else _fences_by_line
    while start < len(text):
        here = start
        start = len(text)
        for fence in find(source, here):
            prose.append(Span(here, fence.lines.start))
            here = fence.lines.end
            document, end = _document(source, fence, len(documents), limits)
            if document is not None:
                documents.append(document)
            if end is not None and unclosed < _MOST_UNCLOSED:
                unclosed += 1
                # The fence was not closed where its document ends: what is behind is no part of it.
                here = start = end
                break
        else:
            prose.append(Span(here, len(text)))
    return Page(tuple(documents), tuple(span for span in prose if text[span.start : span.end].strip()))


def fence_texts(source: Source) -> dict[Span, str]:
    """The own text of each fence of a page, by where it stands (a document's `region`)."""
    find = _fences if len(source.text) <= _MOST_TEXT else _fences_by_line
    found = {}
    for fence in find(source, 0):
        if fence.content:
            text, region, _ = _text(source, fence)
            found[region] = text
    return found


def _fences(source: Source, start: int) -> Iterator[_Fence]:
    """The fences of the page from the line that begins at `start`."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    first = source.position(start).line
    index = source.lines
    for token in parser.parse(source.text[start:]):
        if token.type != "fence" or token.map is None:
            continue
        begin, end = token.map[0] + first, token.map[1] + first
        lines = token.content.split("\n")
        if lines and not lines[-1]:
            lines.pop()
        content = tuple(_suffix(source, begin + 1 + number, line) for number, line in enumerate(lines))
        stop = index.line_span(end).start if end <= index.count else len(source.text)
        yield _Fence(token.info.strip(), Span(index.line_span(begin).start, stop), content)


def _fences_by_line(source: Source, start: int) -> Iterator[_Fence]:
    """The fences of the page from `start`, with nothing but fences looked at."""
    text = source.text
    while opening := _OPENING.search(text, start):
        blanks, mark, info = opening.groups()
        closing = re.compile(rf"^[ \t>]*{re.escape(mark)}{mark[0]}*[ \t]*\r?$", re.MULTILINE)
        closed = closing.search(text, opening.end())
        first = _BREAK.search(text, opening.end())
        begin = first.end() if first else len(text)
        stop = closed.start() if closed else len(text)
        content = []
        at = begin
        while at < stop:
            found = _BREAK.search(text, at, stop)
            end = found.start() if found else stop
            held = len(text[at:end]) - len(text[at:end].lstrip(" \t>"))
            content.append(Span(at + min(held, len(blanks)), end))
            at = found.end() if found else stop
        behind = _BREAK.search(text, closed.end()) if closed else None
        start = behind.end() if behind else len(text)
        yield _Fence(info.strip(), Span(opening.start(), start), tuple(content))


def _suffix(source: Source, line: int, content: str) -> Span:
    """Where a content line stands: what a fence's container indents it with is cut off its front."""
    start = source.lines.line_span(line).start
    text, end = source.text, start + len(content)
    if text.startswith(content, start) and text[end : end + 1] in ("", "\n", "\r"):
        return Span(start, end)  # nothing is cut off
    end = start + len(source.line_text(line))
    # A tab that reaches into the content was expanded to blanks: then fewer characters stand there.
    return Span(max(start, end - len(content)), end)


def _document(
    source: Source, fence: _Fence, index: int, limits: Limits
) -> tuple[Document | None, int | None]:
    """The fence's document if it is ours, and where it ends if the fence goes on behind it."""
    if not fence.content:
        return None, None
    text, region, starts = _text(source, fence)
    if not holds_keys(text):
        return None, None
    word = fence.info.split(maxsplit=1)[0].lower().strip("{}.") if fence.info else ""
    is_json = word.startswith("json") or (word not in ("yaml", "yml") and text.lstrip()[:1] in ("{", "["))
    place = _shift(fence.content, starts)
    if not is_json:
        from connlint.reading.yaml import read_yaml

        document = read_yaml(source, text, limits=limits, index=index, region=region, shift=place)[0]
        # Text without a language may be anything; only what begins as YAML does can be broken YAML.
        ours = (word in _OURS and _YAML.match(text)) if _is_broken(document) else is_ours(document.value)
        return (document if ours else None), None
    document = read_json(source, text, limits=limits, index=index, region=region, shift=place)
    if not _is_broken(document):
        return (document if is_ours(document.value) else None), None
    if not (word in _OURS or word.startswith("json")):
        return None, None
    end = _end_of_json(text)
    if end is None or text[end:].lstrip()[:1] in ("", *"[]{},"):
        return document, None
    return _unclosed(source, fence, text[:end], document, limits)


def _is_broken(document: Document) -> bool:
    return any(fault.kind != "duplicate-key" for fault in document.faults)


def _unclosed(
    source: Source, fence: _Fence, text: str, whole: Document, limits: Limits
) -> tuple[Document | None, int | None]:
    """The document of a fence that was not closed behind it, and where the line behind it starts."""
    last = source.position(whole.to_source(len(text) - 1)).line
    content = tuple(span for span in fence.content if source.position(span.start).line <= last)
    own, region, starts = _text(source, fence._replace(content=content))
    document = read_json(
        source,
        own[: len(text)],
        limits=limits,
        index=whole.index,
        region=region,
        shift=_shift(content, starts),
    )
    if not is_ours(document.value):
        return None, None
    opener = source.lines.line_span(source.position(fence.lines.start).line)
    end = source.lines.line_span(last).end
    document.faults += (
        Fault(
            "syntax-error",
            Span(document.to_source(len(text) - 1) + 1, document.to_source(len(text) - 1) + 1),
            "the fence is not closed behind its document",
            help="put a line with ``` (or what opened the fence) behind it",
            related=(
                (
                    Span(
                        opener.start, opener.start + len(source.line_text(source.position(opener.start).line))
                    ),
                    "the fence opens here",
                ),
            ),
        ),
    )
    return document, end


def _text(source: Source, fence: _Fence) -> tuple[str, Span, list[int]]:
    """A fence's own text, where it stands, and the offsets of its lines where nothing simpler maps them."""
    content = fence.content
    # The line end of its last line belongs to a fence's content.
    region = Span(content[0].start, source.lines.line_span(source.position(content[-1].start).line).end)
    if all(span.start == 0 or source.text[span.start - 1] in "\r\n" for span in content):
        return source.text[region.start : region.end], region, []
    starts = [0]
    for span in content:
        starts.append(starts[-1] + span.end - span.start + 1)
    return "".join(f"{source.text[start:end]}\n" for start, end in content), region, starts


def _shift(content: tuple[Span, ...], starts: list[int]) -> Callable[[int], int] | None:
    """Offsets of a fence's own text as offsets into the page."""
    if not starts:
        return None

    def shift(offset: int) -> int:
        line = min(bisect_right(starts, offset), len(content)) - 1
        return min(content[line].start + offset - starts[line], content[line].end)

    return shift


def _end_of_json(text: str) -> int | None:
    """Where the first JSON value of a text ends; None when it has none."""
    try:
        return json.JSONDecoder().raw_decode(text, len(text) - len(text.lstrip()))[1]
    except (ValueError, RecursionError):
        return None
