"""A JSON list whose text was edited inside of one item: that item is read, and the places of the others stay.

JSON's grammar makes that exact. What stands before and behind the item is as it was, so reading comes to the
item's first character in the same state; and if one value ends at the item's new end, it goes on as it did.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from connlint.reading.document import Pointer
from connlint.reading.json import JsonPositions
from connlint.source import Span

ReadItem = Callable[[str, int], tuple[object, int]]
"""Reads the item that begins at an offset of a text: its value, and where it ends. Raises ValueError for one
that is no clean value."""


class JsonPieces:
    """What a text's list was read as, for the text that it becomes."""

    def __init__(self) -> None:
        self._text = ""
        self._items: list[object] = []
        self._spans: list[Span] | None = None
        """Where the items stand, once somebody asked."""
        self._places: list[JsonPositions | None] = []
        """Places in each item, counted from its start, as far as somebody asked."""

    def keep(self, text: str, value: object) -> None:
        """Remember what a clean text was read as."""
        self._text = text
        self._items = value if isinstance(value, list) else []
        self._spans, self._places = None, []

    def edited(self, text: str, read_item: ReadItem) -> list[object] | None:
        """The value of a text that differs from the one before inside of one item, which is remembered in its
        place; None for any other text."""
        if not self._items:
            return None
        if text == self._text:
            return self._items
        if self._spans is None:
            self._spans = JsonPositions(self._text).items(())
            self._places = [None] * len(self._spans)
        first, last = _changed(self._text, text)
        index = bisect_right(self._spans, (first, len(self._text))) - 1
        if index < 0 or last > self._spans[index].end:
            return None
        begun, ended = self._spans[index]
        moved = len(text) - len(self._text)
        try:
            value, end = read_item(text, begun)
        except ValueError:
            return None
        if end != ended + moved:
            return None
        behind = [Span(start + moved, end + moved) for start, end in self._spans[index + 1 :]]
        self._spans = [*self._spans[:index], Span(begun, end), *behind]
        self._places = [*self._places[:index], None, *self._places[index + 1 :]]
        self._items = [*self._items[:index], value, *self._items[index + 1 :]]
        self._text = text
        return self._items

    def positions(self) -> Callable[[], JsonPositions]:
        """What gives the places in the text that was read last."""
        text, spans, places = self._text, self._spans, self._places
        return lambda: JsonPositions(text) if spans is None else PiecedPositions(text, spans, places)


class PiecedPositions(JsonPositions):
    """Places in a list, each item looked up by itself; of items that stand elsewhere now, as before."""

    def __init__(self, text: str, spans: list[Span], places: list[JsonPositions | None]) -> None:
        super().__init__(text)
        self._spans_of = spans
        self._places = places

    def value(self, pointer: Pointer) -> Span:
        if not pointer:
            return super().value(pointer)
        places, start = self._item(pointer)
        return _shifted(places.value(pointer[1:]), start)

    def key(self, pointer: Pointer) -> Span:
        if len(pointer) < 2:
            return super().key(pointer) if not pointer else self.value(pointer)
        places, start = self._item(pointer)
        return _shifted(places.key(pointer[1:]), start)

    def inside(self, pointer: Pointer, start: int, end: int) -> Span:
        if not pointer:
            return super().inside(pointer, start, end)
        places, begun = self._item(pointer)
        return _shifted(places.inside(pointer[1:], start, end), begun)

    def members(self, pointer: Pointer) -> dict[str, tuple[Span, Span]]:
        if not pointer:
            return super().members(pointer)
        places, start = self._item(pointer)
        return {
            key: (_shifted(own, start), _shifted(value, start))
            for key, (own, value) in places.members(pointer[1:]).items()
        }

    def items(self, pointer: Pointer) -> list[Span]:
        if not pointer:
            return self._spans_of
        places, start = self._item(pointer)
        return [_shifted(span, start) for span in places.items(pointer[1:])]

    def _item(self, pointer: Pointer) -> tuple[JsonPositions, int]:
        """The places in the item that a pointer leads into, and where the item starts. Raises KeyError."""
        index = pointer[0]
        if not isinstance(index, int) or not 0 <= index < len(self._places):
            raise KeyError(pointer)
        span, places = self._spans_of[index], self._places[index]
        if places is None:
            places = self._places[index] = JsonPositions(self.text[span.start : span.end])
        return places, span.start


def _shifted(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _changed(old: str, new: str) -> tuple[int, int]:
    """Where the first text was changed to become the other: behind what both begin with, up to what both end
    with. Halving finds the place by comparing pieces, which is done at the speed of memory."""
    least = min(len(old), len(new))
    first = _alike(least, lambda count: old[:count] == new[:count])
    ended = _alike(least - first, lambda count: old[len(old) - count :] == new[len(new) - count :])
    return first, len(old) - ended


def _alike(most: int, holds: Callable[[int], bool]) -> int:
    """The largest number up to `most` for which something holds that holds for all smaller ones."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low
