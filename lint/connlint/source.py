"""Text and places in it: the only module in which offsets become lines and columns.

Offsets count Unicode code points of the decoded text (a byte order mark is stripped first and
counts nothing). Lines and columns count from 1; a line ends with LF, CRLF or CR.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from connlint.credentials import HIDDEN, withheld

_LINE_END = re.compile(r"\r\n|\n|\r")
_FEW = 4
"""Places of a text that are counted up to, before all lines are found."""


class Span(NamedTuple):
    """Offsets of marked text: `start` inclusive, `end` exclusive."""

    start: int
    end: int


class Position(NamedTuple):
    """A place as people read it; both count from 1, columns in code points."""

    line: int
    column: int


class LineIndex:
    """Offset to line:column and back, for one text.

    Whoever asks for a few places is answered by counting; then all lines are found, which costs one pass.
    """

    __slots__ = ("_asked", "_made", "_met", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._made: list[int] | None = None
        self._asked: dict[int, Position] = {}
        self._met: dict[int, int] = {}
        """Where lines start, of those that were counted up to."""

    @property
    def _starts(self) -> list[int]:
        """Where each line starts."""
        if self._made is None:
            text = self._text
            if text.count("\r") == text.count("\r\n"):
                # each line ends in LF: three times faster than matching the ends
                self._made = [0, *accumulate(map((1).__add__, map(len, text.split("\n"))))]
                self._made.pop()
            else:
                self._made = [0, *(match.end() for match in _LINE_END.finditer(text))]
        return self._made

    @property
    def count(self) -> int:
        """Number of lines (a final line end opens an empty last line)."""
        return len(self._starts)

    def position(self, offset: int) -> Position:
        """Place of `offset`; offsets outside the text are clamped to it."""
        text = self._text
        offset = min(max(offset, 0), len(text))
        if offset in self._asked:
            return self._asked[offset]
        if self._made is None and len(self._asked) < _FEW and "\r" not in text:
            line, start = text.count("\n", 0, offset) + 1, text.rfind("\n", 0, offset) + 1
            self._met[line] = start
            return self._asked.setdefault(offset, Position(line, offset - start + 1))
        starts = self._starts
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def offset(self, line: int, column: int) -> int:
        """Offset of a place; a line or column past the end is clamped."""
        if line > len(self._starts):
            return len(self._text)
        start = self._starts[max(line, 1) - 1]
        end = self._starts[line] if line < len(self._starts) else len(self._text)
        return min(start + max(column, 1) - 1, end)

    def line_span(self, line: int) -> Span:
        """The span of a line, its line end included."""
        if line in self._met:
            start = self._met[line]
            return Span(start, self._text.find("\n", start) + 1 or len(self._text))
        start = self._starts[line - 1]
        return Span(start, self._starts[line] if line < len(self._starts) else len(self._text))


class Source:
    """One file's text.

    `path` is what people see (POSIX, relative to the working directory). `text` is decoded and has
    no byte order mark; `bom` says whether the file starts with one, so that a rewrite keeps it.
    """

    __slots__ = ("_hidden", "_lines", "_shown", "bom", "path", "text")

    def __init__(self, path: str, text: str, *, bom: bool = False) -> None:
        self.path = path
        self.text = text
        self.bom = bom
        self._lines: LineIndex | None = None
        self._hidden: list[Span] = []
        self._shown: tuple[int, str] | None = None

    @property
    def lines(self) -> LineIndex:
        """The line index, made when first asked for."""
        if self._lines is None:
            self._lines = LineIndex(self.text)
        return self._lines

    def position(self, offset: int) -> Position:
        """Line and column of `offset`."""
        return self.lines.position(offset)

    def line_text(self, line: int) -> str:
        """The text of a line without its line end."""
        start, end = self.lines.line_span(line)
        return self.text[start:end].rstrip("\r\n")

    def hide(self, span: Span) -> None:
        """Never show this text again: it is a credential."""
        if span not in self._hidden:
            self._hidden.append(span)
            self._shown = None

    def shown_line(self, line: int) -> str:
        """The text of a line as people may see it: hidden characters and credentials as dots, one for one."""
        if self._shown is not None and self._shown[0] == line:
            return self._shown[1]
        text = self.line_text(line)
        base = self.lines.line_span(line).start
        for span in self._hidden:
            start, end = max(span.start - base, 0), min(span.end - base, len(text))
            if start < end:
                text = text[:start] + HIDDEN * (end - start) + text[end:]
        self._shown = (line, withheld(text))
        return self._shown[1]

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters)"
