"""JSON: values by the standard library's C scanner, places by a lazy index over the text.

A clean text pays for the scanner, one look at each object's key count and one look at the depth.
Whatever is not clean goes to `reading.repair`, which says what is wrong and keeps what can be read.
"""

from __future__ import annotations

import gc
import json
import re
from bisect import bisect_left
from collections.abc import Callable
from json import decoder
from math import isinf
from typing import TYPE_CHECKING, cast

from connlint.patterns import pattern
from connlint.reading.document import Document, Fault, Pointer
from connlint.reading.limits import MAX_DIGITS, Limits
from connlint.source import Source, Span

if TYPE_CHECKING:
    from connlint.reading.json_pieces import JsonPieces

_scan_string: Callable[[str, int, bool], tuple[str, int]] = vars(decoder)["scanstring"]
"""The C scanner's way to read a string: the text and the offset behind the opening quote."""
_BLANK = pattern(r"[ \t\r\n]*")
_ESCAPE = pattern(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL
)
_BRACKET = pattern(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)
_ENOUGH = 12
"""How many times the length of a text is skipped, level by level, before its brackets are paired once."""
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_PAIRS = pattern(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")


class _Unclean(Exception):
    """The text is no clean document, though the scanner takes it."""


class _TooMany(Exception):
    """More values than the limit allows; `at` is where."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def read_json(
    source: Source,
    text: str,
    *,
    limits: Limits,
    index: int = 0,
    region: Span | None = None,
    shift: Callable[[int], int] | None = None,
    pieces: JsonPieces | None = None,
) -> Document:
    """The document that `text` (all of the source, or the content of one of its fences) holds.

    `region` is where the text stands in the source; `shift` maps the text's offsets to the source's
    where adding the region's start does not; `pieces` is what the text was read as before it was edited.
    Never raises: what is wrong is in the document's faults.
    """
    try:
        value = _scan(text, limits) if pieces is None else _scan_edited(text, limits, pieces)
    except _TooMany as stop:
        at = (shift or (region.start if region else 0).__add__)(stop.at)
        message = f"more than {limits.nodes:,} values in one document"
        return Document.carrier(source, faults=(Fault("limit-exceeded", Span(at, at + 1), message),))
    except (ValueError, RecursionError, _Unclean) as error:
        from connlint.reading.repair import repair_json

        refused = error if isinstance(error, json.JSONDecodeError) else None
        repaired = repair_json(text, limits, shift or (region.start if region else 0).__add__, refused)
        return Document(
            source,
            "json",
            repaired.value,
            lambda: repaired.positions,
            faults=repaired.faults,
            index=index,
            region=region,
            shift=shift,
        )
    locate = (lambda: JsonPositions(text)) if pieces is None else pieces.positions()
    return Document(source, "json", value, locate, index=index, region=region, shift=shift)


def _scan_edited(text: str, limits: Limits, pieces: JsonPieces) -> object:
    """The value of a clean text that was another a moment ago; raises for any other."""
    value: object = None
    if len(text) <= 2 * limits.nodes:
        value = pieces.edited(text, lambda text, at: _scan_item(text, at, limits))
    if value is None:
        value = _scan(text, limits)
        pieces.keep(text, value)
    return value


def _scan_item(text: str, at: int, limits: Limits) -> tuple[object, int]:
    """The value that begins at an offset of a text, an item of its list, and where it ends. Raises ValueError
    for one that is not clean."""
    try:
        value, end = _SCAN(text, at)
    except (StopIteration, RecursionError, _Unclean):
        raise ValueError from None
    if _is_clean(value, text[at:end], limits.depth - 1):
        return value, end
    raise ValueError


def _scan(text: str, limits: Limits) -> object:
    """The value of a clean text; raises for any other."""
    # Each value takes two characters at least, its own and a comma or bracket.
    if len(text) > 2 * limits.nodes:
        from connlint.reading.repair import value_past

        at = value_past(text, limits.nodes)
        if at is not None:
            raise _TooMany(at)
    value: object = _DECODER.decode(text)
    if not _is_clean(value, text, limits.depth):
        raise _Unclean
    return value


def _is_clean(value: object, text: str, depth: int) -> bool:
    """Whether a value holds text alone that is characters, and nests in no more than so many levels."""
    # Strings come by NUL and lone surrogates through escapes only: the decoder refuses a raw NUL.
    odd = _SUSPECT.search(text) and _SUSPECT.search(_PAIRS.sub("", text))
    return not odd and not _deeper_than(value, depth)


def _deeper_than(value: object, depth: int) -> bool:
    """Whether arrays and objects nest in more than `depth` levels."""
    level: list[object] = [value]
    for number in range(1, depth + 1):
        held = gc.get_referents(*level)
        # Three times faster than any loop of ours; what the collector does not track holds no container.
        level = list(filter(gc.is_tracked, held))
        if not level:
            return number == depth and any(isinstance(each, (dict, list)) for each in held)
    return True


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Unclean
    return made


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise _Unclean
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if isinf(number):
        raise _Unclean
    return number


def _constant(name: str) -> object:
    raise _Unclean(name)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
)
_SCAN: Callable[[str, int], tuple[object, int]] = vars(_DECODER)["scan_once"]


class _Entries:
    """The entries of one object or array, as far as somebody asked for them.

    `known` are those that were passed: the spans of their keys (of an item, its own) and values. `next` is
    the key or index of the one behind them, whose value starts at `start`; None behind the last.
    """

    __slots__ = ("known", "next", "next_key", "start")

    def __init__(self) -> None:
        self.known: dict[str | int, tuple[Span, Span]] = {}
        self.next: str | int | None = None
        self.next_key: Span | None = None
        self.start = 0


class JsonPositions:
    """Places in a clean JSON text. Only what stands before a place, on each level, is looked at."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._scan: Callable[[str, int], tuple[object, int]] = vars(json.JSONDecoder())["scan_once"]
        self._scanned = 0
        self._ends: dict[int, int] | None = None
        self._entries: dict[int, _Entries] = {}
        self._escapes: dict[int, _Escapes] = {}

    def value(self, pointer: Pointer) -> Span:
        """The span of the value, quotes and brackets included. Raises KeyError where there is none."""
        return self._spans(pointer)[1]

    def key(self, pointer: Pointer) -> Span:
        """The span of the member's key, quotes included; of an array's item, the item itself."""
        if not pointer:
            raise KeyError(pointer)
        return self._spans(pointer)[0]

    def inside(self, pointer: Pointer, start: int, end: int) -> Span:
        """The span of the characters `start`..`end` of the string value at `pointer`."""
        span = self._spans(pointer)[1]
        if self.text[span.start] != '"':
            raise KeyError(pointer)
        if span.end - span.start < _LONG:
            return string_chars(self.text, span, start, end)
        escapes = self._escapes.get(span.start)
        if escapes is None:
            escapes = self._escapes[span.start] = _Escapes(self.text, span)
        return Span(escapes.offset(start), escapes.offset(max(start, end)))

    def members(self, pointer: Pointer) -> dict[str, tuple[Span, Span]]:
        """The keys' and values' spans of the object at `pointer`; KeyError where there is none."""
        return cast("dict[str, tuple[Span, Span]]", self._all(pointer, "{"))

    def items(self, pointer: Pointer) -> list[Span]:
        """The spans of the items of the array at `pointer`; KeyError where there is none."""
        return [value for _, value in self._all(pointer, "[").values()]

    def _all(self, pointer: Pointer, bracket: str) -> dict[str | int, tuple[Span, Span]]:
        """All entries of the container at `pointer`. Raises KeyError where there is none of the kind."""
        opener = self._start(pointer)
        if self.text[opener] != bracket:
            raise KeyError(pointer)
        entries = self._opened(opener)
        while entries.next is not None:
            self._pass(entries)
        return entries.known

    def _spans(self, pointer: Pointer) -> tuple[Span, Span]:
        """The spans of the key (of an item, its own) and the value at `pointer`. Raises KeyError."""
        if not pointer:
            whole = Span(_after_blank(self.text, 0), len(self.text.rstrip(" \t\r\n")))
            return whole, whole
        last = pointer[-1]
        entries = self._reached(self._start(pointer[:-1]), last)
        if last not in entries.known:
            self._pass(entries)
        return entries.known[last]

    def _start(self, pointer: Pointer) -> int:
        """Where the value at `pointer` starts, which does not ask where it ends. Raises KeyError."""
        start = _after_blank(self.text, 0)
        for step in pointer:
            entries = self._reached(start, step)
            start = entries.known[step][1].start if step in entries.known else entries.start
        return start

    def _reached(self, opener: int, step: str | int) -> _Entries:
        """The entries of the container that opens at an offset, up to the step's: it is known, or the next.

        Raises KeyError where there is none.
        """
        if self.text[opener] != ("{" if isinstance(step, str) else "["):
            raise KeyError(step)
        entries = self._opened(opener)
        while step not in entries.known and step != entries.next:
            if entries.next is None:
                raise KeyError(step)
            self._pass(entries)
        return entries

    def _opened(self, opener: int) -> _Entries:
        """What is known of the container that opens at an offset."""
        entries = self._entries.get(opener)
        if entries is None:
            entries = self._entries[opener] = _Entries()
            at = _after_blank(self.text, opener + 1)
            if self.text[at] not in "]}":
                self._meet(entries, at, None if self.text[opener] == "{" else 0)
        return entries

    def _meet(self, entries: _Entries, at: int, index: int | None) -> None:
        """Make the entry at an offset the next one: the item of an index, or a member."""
        if index is not None:
            entries.next, entries.start = index, at
            return
        entries.next, key_end = _scan_string(self.text, at + 1, True)
        entries.next_key = Span(at, key_end)
        entries.start = _after_blank(self.text, _after_blank(self.text, key_end) + 1)

    def _pass(self, entries: _Entries) -> None:
        """Go on behind the next entry."""
        text, passed = self.text, entries.next
        assert passed is not None
        value = Span(entries.start, self._end(entries.start))
        entries.known[passed] = (entries.next_key or value, value)
        entries.next = None
        at = _after_blank(text, value.end)
        if text[at] == ",":
            index = passed + 1 if isinstance(passed, int) else None
            self._meet(entries, _after_blank(text, at + 1), index)

    def _end(self, start: int) -> int:
        """Where the value that starts at `start` ends: the C scanner skips faster than any pattern.

        It reads what it skips again on each level, so a deep text gets a table of its brackets.
        """
        if self._ends is not None and self.text[start] in "[{":
            return self._ends[start]
        end = self._scan(self.text, start)[1]
        self._scanned += end - start
        if self._ends is None and self._scanned > _ENOUGH * len(self.text):
            self._ends = _brackets(self.text)
        return end


def _brackets(text: str) -> dict[int, int]:
    """Where each bracket that opens is closed (the offset behind it), for a text that is JSON."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for match in _BRACKET.finditer(text):
        char = match.group()
        if char in "[{":
            opened.append(match.start())
        elif char in "]}":
            ends[opened.pop()] = match.end()
    return ends


def _after_blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


_LONG = 1_000
"""Characters of a string from which on its escapes are looked up, and not counted anew each time."""


class _Escapes:
    """Where the escapes of one string stand: its characters' offsets without counting from its start."""

    __slots__ = ("_chars", "_ends", "_last", "_start")

    def __init__(self, text: str, literal: Span) -> None:
        self._start, self._last = literal.start + 1, literal.end - 1
        self._chars: list[int] = []
        """How many characters of the string stand before each escape."""
        self._ends: list[int] = []
        """The offset behind each escape."""
        at, chars = self._start, 0
        for match in _ESCAPE.finditer(text, at, self._last):
            chars += match.start() - at
            self._chars.append(chars)
            self._ends.append(match.end())
            at, chars = match.end(), chars + 1

    def offset(self, count: int) -> int:
        """The offset `count` characters after the string's start."""
        passed = bisect_left(self._chars, count)
        if passed == 0:
            return min(self._start + count, self._last)
        return min(self._ends[passed - 1] + count - self._chars[passed - 1] - 1, self._last)


def string_chars(text: str, literal: Span, start: int, end: int) -> Span:
    """The span of the characters `start`..`end` of a string, given its literal's span, quotes included.

    Escapes count as the one character they stand for; so does an escaped surrogate pair. What lies
    past the string's end is clamped to it.
    """
    last = literal.end - 1
    begun = _offset(text, literal.start + 1, last, start)
    return Span(begun, begun if end <= start else _offset(text, begun, last, end - start))


def _offset(text: str, at: int, last: int, count: int) -> int:
    """The offset `count` characters of a string after `at`."""
    while count > 0:
        escape = text.find("\\", at, last)
        if escape < 0 or escape - at >= count:
            return min(at + count, last)
        count -= escape - at
        match = _ESCAPE.match(text, escape, last)
        at = match.end() if match else last
        count -= 1
    return min(at, last)
