"""A YAML list read item by item, so that a text that differs from the last one in an item costs that item.

Only for texts whose items stand for themselves: a list at the first column, no document behind it. What a
text means does not depend on what was read before: where an item is not plain, nothing here reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from connlint.reading.limits import Limits

if TYPE_CHECKING:
    from connlint.reading.compose import YamlPositions

_ITEM = re.compile(r"^-(?=[ \r\n])", re.MULTILINE)
_AHEAD = re.compile(r"(?:---[ \t]*\r?\n)?(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*\Z")
"""What may stand before the first item: a mark that the document begins, blank lines, comments."""
_MARK = re.compile(r"^(?:---|\.\.\.)(?=\s|\Z)", re.MULTILINE)


class YamlPieces:
    """What the items of one text's list were read as, for the text that it becomes."""

    def __init__(self) -> None:
        self._known: dict[str, list[object]] = {}
        self._places: dict[str, YamlPositions] = {}
        self._read: tuple[str, list[tuple[str, int]]] | None = None
        """The text that was read last, and its pieces with how many items each holds; None where it was read
        as a whole."""

    def value(self, text: str, limits: Limits, scan: Callable[[str, Limits], object]) -> object:
        """What `scan` makes of a text. Raises what it raises of a part of the text, which as a whole may be
        YAML even so."""
        known: dict[str, list[object]] = {}
        items: list[object] = []
        read: list[tuple[str, int]] = []
        self._read = None
        for piece in split(text, limits):
            found = self._known.get(piece)
            if found is None:
                found = cast("list[object]", scan(piece, limits))
            known[piece] = found
            items += found
            read.append((piece, len(found)))
        if not known:
            return scan(text, limits)
        self._known, self._read = known, (text, read)
        self._places = {piece: places for piece, places in self._places.items() if piece in known}
        return items

    def positions(self, limits: Limits) -> Callable[[], YamlPositions] | None:
        """What gives the places in the text that was read last; None where it was read as a whole."""
        read, places = self._read, self._places
        if read is None:
            return None

        def locate() -> YamlPositions:
            from connlint.reading.compose import PiecedYamlPositions

            return PiecedYamlPositions(read[0], limits, read[1], places)

        return locate


def split(text: str, limits: Limits) -> list[str]:
    """The text, cut before each item of its list but the first; nothing where that may not be done.

    A line that begins with a dash at the first column begins an item of the list there, or stands in quotes
    or brackets: then the piece before it is not YAML.
    """
    starts = [match.start() for match in _ITEM.finditer(text)]
    # each value takes a character, so that a text of so many has no more values than are allowed
    if len(starts) < 2 or len(text) > limits.nodes or not _AHEAD.match(text[: starts[0]]):
        return []
    if _MARK.search(text, starts[0]):
        return []
    cuts = [0, *starts[1:], len(text)]
    return [text[start:end] for start, end in pairwise(cuts)]
