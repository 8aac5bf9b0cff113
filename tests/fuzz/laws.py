"""What holds of every input: places lie inside their text and say what was read; a run ends in a report."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connlint.connector.selectors import json_kind
from connlint.finding import Severity
from connlint.reading import MISSING, Document, Pointer, ReadResult
from connlint.report.outputs import FORMATS, View, rendered
from connlint.report.style import Style
from connlint.run import Outcome
from connlint.source import Source, Span

VIEW = View(Severity.INFO, None, True, 100, Style(False), True)
MOST_PLACES = 80
"""Places of one document that are asked for: more say no more."""


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal, kinds and signs of zero included."""
    if json_kind(left) != json_kind(right):
        return False
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float):
        return left == right and math.copysign(1, left) == math.copysign(1, right)
    return bool(left == right)


def inside(span: Span, text: str) -> None:
    """The span lies in the text."""
    assert 0 <= span.start <= span.end <= len(text), (span, len(text))


def pointers(value: object) -> Iterator[tuple[Pointer, object]]:
    """Pointers into a value with what stands there, the root first."""
    pending: list[tuple[Pointer, object]] = [((), value)]
    for _ in range(MOST_PLACES):
        if not pending:
            return
        pointer, here = pending.pop()
        yield pointer, here
        if isinstance(here, dict):
            pending += [((*pointer, key), inner) for key, inner in here.items()]
        elif isinstance(here, list):
            pending += [((*pointer, index), inner) for index, inner in enumerate(here)]


def sound(result: ReadResult) -> None:
    """Faults have words, their places are in the text, values are JSON, and each has its place."""
    text = result.source.text
    for fault in (*result.faults, *(fault for document in result.documents for fault in document.faults)):
        assert fault.message
        assert "\n" not in fault.message
        assert fault.kind in ("syntax-error", "duplicate-key", "limit-exceeded"), fault.kind
        for span in (fault.span, *(span for span, _ in fault.related)):
            inside(span, text)
            result.source.position(span.start)
    for document in result.documents:
        inside(document.region, text)
        if document.value is MISSING:
            assert document.faults
        else:
            json.dumps(document.value, allow_nan=False, ensure_ascii=False).encode()
            placed(document)


def placed(document: Document) -> None:
    """Each value of a document has a place within that of what holds it; its key has one too.

    What YAML takes from elsewhere (an alias, a merge) stands elsewhere: only that it is in the text.
    """
    text = document.source.text
    nested = document.syntax == "json"
    for pointer, value in pointers(document.value):
        span = document.span(pointer)
        inside(span, text)
        if not document.faults:
            document.positions.value(pointer)
        if pointer:
            key = document.key_span(pointer)
            inside(key, text)
            if nested and not document.faults:
                outer = document.span(pointer[:-1])
                assert outer.start <= key.start <= span.start <= span.end <= outer.end, pointer
        if isinstance(value, str):
            length = len(value)
            for start, end in ((0, length), (0, 0), (length, length), (length // 2, length // 2 + 1)):
                found = document.inside_span(pointer, start, end)
                inside(found, text)
                if nested and not document.faults:
                    assert span.start <= found.start <= found.end <= span.end, (pointer, start, end)


def slices_back(document: Document) -> None:
    """What stands at a place of a clean JSON document is the value that was read there."""
    text = document.source.text
    for pointer, value in pointers(document.value):
        start, end = document.span(pointer)
        assert same(json.loads(text[start:end]), value), pointer
        if pointer and isinstance(pointer[-1], str):
            start, end = document.key_span(pointer)
            assert json.loads(text[start:end]) == pointer[-1], pointer


def reported(outcome: Outcome, *, formats: tuple[str, ...] = tuple(FORMATS)) -> None:
    """A run ended in findings that are ours, in their texts, and every report of them can be written."""
    for finding in outcome.report.all_findings:
        assert finding.rule != "internal-error", finding.message
        assert finding.message
        places = [finding.place, *(item.place for item in finding.related)]
        for place in places:
            inside(place.span, place.source.text)
        for edit in finding.fix.edits if finding.fix is not None else ():
            inside(edit.span, edit.source.text)
    for name in formats:
        text = rendered(outcome.report, name, VIEW)
        shown = text.encode("utf-8", "backslashreplace")
        if name in ("text", "concise"):
            assert not set(b"\x1b\r\x07") & set(shown)
        if name == "concise":
            assert shown.count(b"\n") == sum(item.state == "active" for item in outcome.report.all_findings)


def written(path: Path, data: bytes) -> Path:
    """The path with this content."""
    path.write_bytes(data)
    return path


def source_of(data: bytes, name: str) -> Source | None:
    """The bytes as a source, where they are text."""
    try:
        return Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None
