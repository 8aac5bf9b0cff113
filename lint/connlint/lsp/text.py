"""An editor's text and its positions, in the units that the editor counts.

The Language Server Protocol counts lines from 0, and columns in UTF-8 bytes, UTF-16 units or code points,
as client and server agree. A line ends with LF, CRLF or CR, as in `connlint.source`, and nowhere else.
"""

from __future__ import annotations

from typing import NamedTuple

from connlint.source import LineIndex, Source, Span

UTF8 = "utf-8"
UTF16 = "utf-16"
UTF32 = "utf-32"

_BOM = "\ufeff"
_CODECS = {UTF8: ("utf-8", 1), UTF16: ("utf-16-le", 2)}


class Point(NamedTuple):
    """A place in an editor's text: both count from 0, `character` in the agreed units."""

    line: int
    character: int


class Change(NamedTuple):
    """One edit: `text` in the place of what stands from `start` to `end`; no `start`: all of it."""

    text: str
    start: Point | None = None
    end: Point | None = None


class Buffer:
    """The text of an open document, as the editor has it.

    A byte order mark at its front counts in the editor's columns and not in our offsets: `offset` and `point`
    speak of the text behind it.
    """

    def __init__(self, uri: str, text: str, version: int, encoding: str) -> None:
        self.uri = uri
        self.version = version
        self._encoding = encoding
        self._set(text)

    def _set(self, whole: str) -> None:
        self.whole = whole
        self._bom = 1 if whole.startswith(_BOM) else 0
        self._ascii = whole.isascii()
        self._lines: LineIndex | None = None
        self._data: bytes | None = None

    @property
    def text(self) -> str:
        """The text, without a byte order mark."""
        return self.whole[1:] if self._bom else self.whole

    @property
    def data(self) -> bytes:
        """The content that a file of this text would have."""
        if self._data is None:
            self._data = self.whole.encode("utf-8", "surrogatepass")
        return self._data

    @property
    def lines(self) -> LineIndex:
        """The line index of the whole text."""
        if self._lines is None:
            self._lines = LineIndex(self.whole)
        return self._lines

    def apply(self, changes: list[Change], version: int) -> None:
        """Make the editor's changes, one after the other."""
        for change in changes:
            if change.start is None or change.end is None:
                self._set(change.text)
                continue
            start, end = self._whole_offset(change.start), self._whole_offset(change.end)
            self._set(self.whole[:start] + change.text + self.whole[max(start, end) :])
        self.version = version

    def offset(self, point: Point) -> int:
        """The offset of a place; one past a line's end is the line's end."""
        return max(self._whole_offset(point) - self._bom, 0)

    def _whole_offset(self, point: Point) -> int:
        if point.line >= self.lines.count:
            return len(self.whole)
        start, end = self.lines.line_span(max(point.line, 0) + 1)
        line = self.whole[start:end].rstrip("\r\n")
        return start + _code_points(line, point.character, self._encoding)

    def point(self, offset: int) -> Point:
        """The place of an offset."""
        line, column = self.lines.position(offset + self._bom)
        if self._ascii:
            return Point(line - 1, column - 1)
        start = self.lines.line_span(line).start
        return Point(line - 1, units(self.whole[start : start + column - 1], self._encoding))

    def points(self, span: Span) -> tuple[Point, Point]:
        """The places of a span."""
        return self.point(span.start), self.point(span.end)


def of_source(source: Source, encoding: str) -> Buffer:
    """A file that is not open, as an editor would show it: without its byte order mark."""
    return Buffer("", source.text, 0, encoding)


def units(text: str, encoding: str) -> int:
    """How many units a piece of a line counts."""
    if encoding == UTF32 or text.isascii():
        return len(text)
    codec, size = _CODECS[encoding]
    return len(text.encode(codec, "surrogatepass")) // size


def _code_points(line: str, count: int, encoding: str) -> int:
    """How many characters of a line the first `count` units are; one that is cut does not count."""
    if count <= 0:
        return 0
    if encoding == UTF32 or line.isascii():
        return min(count, len(line))
    codec, size = _CODECS[encoding]
    return (
        len(line.encode(codec, "surrogatepass")[: count * size].decode(codec, "ignore"))
        if not any("\ud800" <= char <= "\udfff" for char in line)
        else _counted(line, count, encoding)
    )


def _counted(line: str, count: int, encoding: str) -> int:
    """The same, one character at a time, for text with lone surrogates."""
    taken = 0
    for index, char in enumerate(line):
        taken += units(char, encoding)
        if taken > count:
            return index
    return len(line)
