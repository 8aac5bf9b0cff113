"""Frames: the marked lines of a source, de-indented and windowed around the marks."""

from __future__ import annotations

from collections.abc import Sequence

from connlint.record import record
from connlint.report.escape import visible
from connlint.source import Source, Span

_LEAST = 24
"""Columns that a frame keeps for the text, however narrow the terminal."""
_BEFORE = 36
"""Columns of context before a mark in a line that does not fit."""
_KEPT = 20
"""Columns that the context leaves for the mark and what follows."""


@record
class Mark:
    """A span to underline: the primary one with `^`, others with `-`, and a word beside it."""

    source: Source
    span: Span
    word: str
    primary: bool


def frame(marks: Sequence[Mark], width: int, title: str = "") -> list[str]:
    """The lines of a frame: each mark's source line, then its underline."""
    primary = marks[0].source
    lines = [mark.source.position(mark.span.start).line for mark in marks]
    gutter = max(len(str(line)) for line in lines)
    shown: list[str] = []
    if title:
        shown.append(f"{'':{gutter}} |  {visible(title)}")
    room = max(width - gutter - 3, _LEAST)
    last: tuple[Source, int, str] | None = None
    for mark, line in zip(marks, lines, strict=True):
        text, under, count = _window(mark, line, room)
        if mark.source is not primary and (last is None or last[0] is not mark.source):
            shown.append(f"{'':{gutter}} ::: {visible(mark.source.path)}")
        if last != (mark.source, line, text):
            shown.append(f"{line:>{gutter}} | {text}".rstrip())
        last = (mark.source, line, text)
        sign = "^" if mark.primary else "-"
        shown.append(f"{'':{gutter}} | {' ' * under}{sign * count} {visible(mark.word)}".rstrip())
    return shown


def _window(mark: Mark, line: int, room: int) -> tuple[str, int, int]:
    """The part of the mark's line that fits: its text, the columns before the mark, the mark's columns."""
    whole = mark.source.shown_line(line)
    start = mark.source.position(mark.span.start).column - 1
    line_start = mark.span.start - start
    end = min(max(mark.span.end - line_start, start + 1), max(len(whole), start + 1))
    indent = min(len(whole) - len(whole.lstrip()), start)
    left, right = indent, len(whole)
    if not _fits(whole, left, right, room):
        before = min(_BEFORE, room - _KEPT)
        if not _fits(whole, left, start, before) and not _fits(whole, left, end, room - 2):
            marked = columns(shown(whole[start : min(end, start + room)]))
            before = max(min(before, room - marked - 14), 0)
            left = _word_start(whole, _back(whole, indent, start, before), start)
        right = _fitting(whole, left, room - 2 - (2 if left > indent else 0))
    head = "… " if left > indent else ""
    tail = " …" if right < len(whole) else ""
    to_mark = head + shown(whole[left:start])
    marks = columns(shown(whole[start : min(end, right)]))
    return head + shown(whole[left:right]) + tail, columns(to_mark), max(marks, 1)


def _fits(text: str, left: int, right: int, room: int) -> bool:
    """Whether a part of the text takes at most `room` columns. Lines may be very long: few are measured."""
    return right - left <= 4 * room and columns(shown(text[left:right])) <= room


def _back(text: str, least: int, start: int, room: int) -> int:
    """The offset from which the text up to `start` fits into `room` columns."""
    at = start
    while at > least:
        room -= columns(shown(text[at - 1]))
        if room < 0:
            break
        at -= 1
    return at


def _word_start(text: str, left: int, start: int) -> int:
    """The next start of a word from `left`, so that a window does not begin amid one."""
    space = text.find(" ", left, start)
    return space + 1 if 0 <= space - left < 16 else left


def _fitting(text: str, left: int, room: int) -> int:
    """The offset up to which the text from `left` fits into `room` columns."""
    part = text[left : left + room]
    if part.isascii() and part.isprintable():
        return max(left + len(part), left + 1)
    at = left
    while at < len(text):
        room -= columns(shown(text[at]))
        if room < 0:
            break
        at += 1
    return max(at, left + 1)


def shown(text: str) -> str:
    """A part of a line as it is shown: tabs as one blank, control characters escaped."""
    return visible(text.replace("\t", " "))


_WIDE = (
    ("\u1100", "\u115f"),
    ("\u2e80", "\ua4cf"),
    ("\uac00", "\ud7a3"),
    ("\uf900", "\ufaff"),
    ("\ufe30", "\ufe6f"),
    ("\uff00", "\uff60"),
    ("\U0001f000", "\U0001faff"),
)
"""First and last of the characters that terminals show in two columns, whatever Unicode says of them."""


def _is_wide(char: str) -> bool:
    return any(first <= char <= last for first, last in _WIDE)


def columns(text: str) -> int:
    """How many terminal columns a text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    total = 0
    for char in text:
        if combining(char):
            continue
        total += 2 if east_asian_width(char) in "WF" or _is_wide(char) else 1
    return total
