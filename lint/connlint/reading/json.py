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

from connlint.reading.document import Document, Fault, Pointer
from connlint.reading.limits import MAX_DIGITS, Limits
from connlint.source import Source, Span

_scan_string: Callable[[str, int, bool], tuple[str, int]] = vars(decoder)["scanstring"]
"""The C scanner's way to read a string: the text and the offset behind the opening quote."""
_BLANK = re.compile(r"[ \t\r\n]*")
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL
)
_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)
_ENOUGH = 12
"""How many times the length of a text is skipped, level by level, before its brackets are paired once."""
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_PAIRS = re.compile(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")


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
) -> Document:
    """The document that `text` (all of the source, or the content of one of its fences) holds.

    `region` is where the text stands in the source; `shift` maps the text's offsets to the source's
    where adding the region's start does not. Never raises: what is wrong is in the document's faults.
    """
    try:
        value = _scan(text, limits)
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
    return Document(
        source, "json", value, lambda: JsonPositions(text), index=index, region=region, shift=shift
    )


def _scan(text: str, limits: Limits) -> object:
    """The value of a clean text; raises for any other."""
    # Each value takes two characters at least, its own and a comma or bracket.
    if len(text) > 2 * limits.nodes:
        from connlint.reading.repair import value_past

        at = value_past(text, limits.nodes)
        if at is not None:
            raise _TooMany(at)
    scanner = json.JSONDecoder(
        object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
    )
    value: object = scanner.decode(text)
    # Strings come by NUL and lone surrogates through escapes only: the decoder refuses a raw NUL.
    if _SUSPECT.search(text) and _SUSPECT.search(_PAIRS.sub("", text)):
        raise _Unclean
    if _deeper_than(value, limits.depth):
        raise _Unclean
    return value


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


class JsonPositions:
    """Places in a clean JSON text. Only the containers on the way to a pointer are indexed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._scan: Callable[[str, int], tuple[object, int]] = vars(json.JSONDecoder())["scan_once"]
        self._scanned = 0
        self._ends: dict[int, int] | None = None
        self._members: dict[int, dict[str, tuple[Span, Span]]] = {}
        self._items: dict[int, list[Span]] = {}
        self._escapes: dict[int, _Escapes] = {}

    def value(self, pointer: Pointer) -> Span:
        """The span of the value, quotes and brackets included. Raises KeyError where there is none."""
        return self._walk(pointer)[1]

    def key(self, pointer: Pointer) -> Span:
        """The span of the member's key, quotes included; of an array's item, the item itself."""
        if not pointer:
            raise KeyError(pointer)
        return self._walk(pointer)[0]

    def inside(self, pointer: Pointer, start: int, end: int) -> Span:
        """The span of the characters `start`..`end` of the string value at `pointer`."""
        span = self._walk(pointer)[1]
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
        opener = self._walk(pointer)[1].start
        if self.text[opener] != "{":
            raise KeyError(pointer)
        return self._object(opener)

    def items(self, pointer: Pointer) -> list[Span]:
        """The spans of the items of the array at `pointer`; KeyError where there is none."""
        opener = self._walk(pointer)[1].start
        if self.text[opener] != "[":
            raise KeyError(pointer)
        return self._array(opener)

    def _walk(self, pointer: Pointer) -> tuple[Span, Span]:
        start = _after_blank(self.text, 0)
        found = Span(start, len(self.text.rstrip(" \t\r\n")))
        key = found
        for step in pointer:
            opener = self.text[found.start]
            if opener == "{" and isinstance(step, str):
                key, found = self._object(found.start)[step]
            elif opener == "[" and isinstance(step, int):
                items = self._array(found.start)
                if not 0 <= step < len(items):
                    raise KeyError(pointer)
                key = found = items[step]
            else:
                raise KeyError(pointer)
        return key, found

    def _object(self, opener: int) -> dict[str, tuple[Span, Span]]:
        members = self._members.get(opener)
        if members is None:
            members = self._members[opener] = {}
            text = self.text
            at = _after_blank(text, opener + 1)
            while text[at] != "}":
                name, key_end = _scan_string(text, at + 1, True)
                start = _after_blank(text, _after_blank(text, key_end) + 1)
                end = self._end(start)
                members[name] = (Span(at, key_end), Span(start, end))
                at = _after_blank(text, end)
                if text[at] == ",":
                    at = _after_blank(text, at + 1)
        return members

    def _array(self, opener: int) -> list[Span]:
        items = self._items.get(opener)
        if items is None:
            items = self._items[opener] = []
            text = self.text
            at = _after_blank(text, opener + 1)
            while text[at] != "]":
                end = self._end(at)
                items.append(Span(at, end))
                at = _after_blank(text, end)
                if text[at] == ",":
                    at = _after_blank(text, at + 1)
        return items

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
