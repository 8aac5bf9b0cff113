"""YAML that is not clean: its faults in an author's words, and what can be read all the same.

libyaml stops at the first mistake. YAML's blocks are lines, so the block a mistake stands in is blanked
out, by blanks of the same length, and the rest read again: its places stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from connlint.reading.compose import Composed, YamlPositions, compose
from connlint.reading.document import MISSING, Document, Fault
from connlint.reading.limits import Limits
from connlint.reading.yaml import new_parser, stand_ins
from connlint.reading.yaml_mistakes import explain
from connlint.source import LineIndex, Source, Span

_MOST_READINGS = 24
_MOST_TEXT = 300_000
"""A longer text is not read again: a dozen readings take seconds."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_NOT_BREAK = re.compile(r"[^\r\n]")
_ENTRY = re.compile(r"( *)(?:(- )|[^\s#-]|-[^ \r\n])")
_MARKER = re.compile(r"^(?:---|\.\.\.)(?=\s|$)", re.MULTILINE)


def read_all(
    source: Source,
    text: str,
    limits: Limits,
    index: int,
    region: Span | None,
    shift: Callable[[int], int] | None,
) -> tuple[Document, ...]:
    """Every document of a YAML text, one at least, with its faults."""
    place = shift or (region.start if region else 0).__add__
    faults: list[Fault] = []
    readable = _printable(text, faults)
    readable = _without_mistakes(readable, faults, limits)
    documents = compose(readable, limits)
    if not documents:
        if not faults:
            end = len(text.rstrip())
            faults.append(Fault("syntax-error", Span(end, end), "nothing here: a YAML document was expected"))
        documents = [Composed(0)]
    for fault in faults:
        owner = next((each for each in reversed(documents) if each.start <= fault.span.start), documents[0])
        owner.faults.append(fault)
    return tuple(
        Document(
            source,
            "yaml",
            MISSING if each.value is None and _is_blanked(text, readable, documents, number) else each.value,
            _locator(text, each),
            faults=tuple(
                _placed(fault, place) for fault in sorted(each.faults, key=lambda fault: fault.span)
            ),
            index=index + number,
            region=region,
            shift=place,
        )
        for number, each in enumerate(documents)
    )


def _locator(text: str, composed: Composed) -> Callable[[], YamlPositions]:
    return lambda: YamlPositions(text, composed.root)


def _placed(fault: Fault, place: Callable[[int], int]) -> Fault:
    """The fault with offsets of the source."""

    def moved(span: Span) -> Span:
        start = place(span.start)
        return Span(start, max(start, place(span.end - 1) + 1) if span.end > span.start else start)

    return Fault(
        fault.kind,
        moved(fault.span),
        fault.message,
        help=fault.help,
        pointer=fault.pointer,
        related=[(moved(span), word) for span, word in fault.related],
    )


def _is_blanked(text: str, readable: str, documents: list[Composed], number: int) -> bool:
    """Whether a document is empty only because its mistakes were blanked out."""
    start = documents[number].start
    end = documents[number + 1].start if number + 1 < len(documents) else len(text)
    return text[start:end] != readable[start:end] and not readable[start:end].strip(" \t\r\n-.")


def _printable(text: str, faults: list[Fault]) -> str:
    """The text without the characters that YAML does not allow; the first of them is a fault."""
    found = _UNPRINTABLE.search(text)
    if found is None:
        return text
    code = ord(found.group())
    faults.append(
        Fault(
            "syntax-error",
            Span(found.start(), found.end()),
            f"the control character U+{code:04X}, which YAML does not allow",
            help=f'take it out, or write it as an escape in double quotes: "\\x{code:02x}"',
        )
    )
    return _UNPRINTABLE.sub("\ufffd", text)


def _without_mistakes(text: str, faults: list[Fault], limits: Limits) -> str:
    """The text with the blocks that have mistakes blanked out, so that it is YAML."""
    readings = 0
    error = _mistake(text, limits)
    fault = None if error is None else explain(text, error)
    while fault is not None:
        faults.append(fault)
        if len(text) > _MOST_TEXT:
            return ""
        for block in _blocks(text, fault, error.problem_mark.index):
            blanked = text[: block.start] + _NOT_BREAK.sub(" ", text[slice(*block)]) + text[block.end :]
            readings += 1
            if readings > _MOST_READINGS:
                return ""
            error = _mistake(blanked, limits)
            following = None if error is None else explain(blanked, error)
            if following is None or _is_elsewhere(blanked, block, following):
                text, fault = blanked, following
                break
        else:
            return ""
    return text


def _mistake(text: str, limits: Limits) -> Any:
    """The parser's error in a text, or None. Nesting past the limit is none of its business."""
    from yaml import MarkedYAMLError, events

    parser = new_parser(text.translate(stand_ins(text)))
    depth = 0
    try:
        for _ in range(3 * limits.nodes):
            event = parser.get_event()
            kind = event.__class__
            if kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
                depth += 1
                if depth > limits.depth:
                    return None
            elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
                depth -= 1
            elif kind is events.StreamEndEvent or event is None:
                return None
    except MarkedYAMLError as error:
        return error
    return None


def _blocks(text: str, fault: Fault, noticed: int) -> Iterator[Span]:
    """The blocks of lines around a mistake, the innermost first: around its places, then around the one
    where the parser noticed it; the whole document last."""
    lines = LineIndex(text)
    seen = set()
    for at in (fault.span.start, *(span.start for span, _ in fault.related), noticed):
        for block in _around(text, lines, at):
            if block not in seen:
                seen.add(block)
                yield block
    start = max((match.end() for match in _MARKER.finditer(text, 0, noticed)), default=0)
    following = _MARKER.search(text, noticed)
    yield Span(start, following.start() if following else len(text))


def _around(text: str, lines: LineIndex, at: int) -> Iterator[Span]:
    """The entry that holds an offset, the entry that holds that one, and so on."""
    line = lines.position(at).line
    while line > 1 and not _ENTRY.match(text, lines.line_span(line).start):
        line -= 1
    while line >= 1:
        yield _block(text, lines, line)
        indent, is_item = _indent(text, lines.line_span(line).start)
        line -= 1
        while line >= 1:
            above, above_is_item = _indent(text, lines.line_span(line).start)
            if 0 <= above < indent or (above == indent and is_item and not above_is_item):
                break
            line -= 1


def _block(text: str, lines: LineIndex, line: int) -> Span:
    """The entry that begins on a line: the line, and those below that are indented deeper."""
    start = lines.line_span(line).start
    indent, is_item = _indent(text, start)
    last = line
    for below in range(line + 1, lines.count + 1):
        inner, inner_is_item = _indent(text, lines.line_span(below).start)
        if inner >= 0 and inner <= indent and not (inner == indent and inner_is_item and not is_item):
            break
        if _MARKER.match(text, lines.line_span(below).start):
            break
        last = below
    return Span(start, lines.line_span(last).end)


def _indent(text: str, start: int) -> tuple[int, bool]:
    """How far the entry on a line is indented (-1: no entry there), and whether it is a list's item."""
    match = _ENTRY.match(text, start)
    return (-1, False) if match is None else (len(match.group(1)), match.group(2) is not None)


def _is_elsewhere(text: str, block: Span, fault: Fault) -> bool:
    """Whether a fault and all that it points at stand behind a block, in another outermost entry."""
    at = min(fault.span.start, *(span.start for span, _ in fault.related), fault.span.start)
    return at > block.end and re.search(r"^[^\s#]", text[block.end : at], re.MULTILINE) is not None
