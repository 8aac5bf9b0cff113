"""Where each character of a YAML scalar stands, through escapes, folding and indentation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connlint.source import Span

_BREAK = re.compile(r"\r\n|\n|\r")
_PROPERTIES = re.compile(r"(?:[&!][^\s]*\s+)*")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_NAMED = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "/": "/",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}

_Chars = list[tuple[str, Span]]
"""Decoded characters with their places."""


def char_spans(text: str, literal: Span, style: str, value: str) -> list[Span] | None:
    """The place of each character of `value`, a scalar of this style that stands at `literal`.

    `style` is "" for plain, else the character that begins it. A character that a line break and the
    blanks around it stand for has their place. None where the text does not give the value (it cannot
    be told then which character is which).
    """
    properties = _PROPERTIES.match(text, literal.start, literal.end)
    start = properties.end() if properties else literal.start
    if style in ("|", ">"):
        lines = list(_block_lines(text, Span(start, literal.end), style, value))
    else:
        quote = 1 if style in ("'", '"') else 0
        lines = list(_flow_lines(text, Span(start + quote, literal.end - quote), style))
    return _aligned(text, lines, value)


class _Line:
    """A source line of a scalar: its decoded characters, and whether the next one joins it directly."""

    __slots__ = ("chars", "end", "joined", "string")

    def __init__(self, chars: _Chars, end: int, *, joined: bool = False) -> None:
        self.chars = chars
        self.string = "".join(char for char, _ in chars)
        self.end = end
        self.joined = joined


def _aligned(text: str, lines: list[_Line], value: str) -> list[Span] | None:
    """The lines' characters put one behind the other, with what the line breaks between them became."""
    spans: list[Span] = []
    end = None
    joined = False
    for line in lines:
        if not line.string:
            if line.joined:
                joined, end = True, line.end
            continue
        at = len(spans)
        start = line.chars[0][1].start
        if end is not None or at == 0:
            count = _separators(value, at, line.string, joined, first=end is None)
            if count is None:
                return None
            spans += [Span(start if end is None else end, start)] * count
        spans += [span for _, span in line.chars]
        end, joined = line.end, line.joined
    rest = value[len(spans) :]
    if rest.strip(" \n") or not value.startswith("".join(line.string for line in lines[:1])):
        return None
    for _ in rest:
        match = _BREAK.match(text, end or 0)
        following = match.end() if match else (end or 0)
        spans.append(Span(end or 0, following))
        end = following
    return spans


def _separators(value: str, at: int, string: str, joined: bool, *, first: bool) -> int | None:
    """How many characters of the value stand between what was read of it and `string`."""
    if (joined or first) and value.startswith(string, at):
        return 0
    if value.startswith(string, at + 1) and value[at : at + 1] == " ":
        return 1
    count = 0
    while value[at + count : at + count + 1] == "\n":
        count += 1
    return count if value.startswith(string, at + count) and (count or first) else None


def _flow_lines(text: str, content: Span, style: str) -> Iterator[_Line]:
    """The lines of a plain or quoted scalar, the blanks around line breaks taken off."""
    at = content.start
    while True:
        found = _BREAK.search(text, at, content.end)
        end = stop = found.start() if found else content.end
        if at != content.start:
            while at < end and text[at] in " \t":
                at += 1
        joined = False
        if found:
            backslashes = len(text[at:end]) - len(text[at:end].rstrip("\\"))
            if style == '"' and backslashes % 2:
                joined = True
                stop = end - 1
            else:
                while stop > at and text[stop - 1] in " \t" and not _is_escaped(text, at, stop - 1, style):
                    stop -= 1
        yield _Line(list(_decoded(text, at, stop, style)), stop, joined=joined)
        if found is None:
            return
        at = found.end()


def _is_escaped(text: str, start: int, at: int, style: str) -> bool:
    """Whether the blank at `at` belongs to an escape."""
    before = text[start:at]
    return style == '"' and (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _decoded(text: str, at: int, end: int, style: str) -> Iterator[tuple[str, Span]]:
    """The characters of one line of a plain or quoted scalar."""
    while at < end:
        size = 1
        char = text[at]
        if style == '"' and char == "\\":
            match = _ESCAPE.match(text, at, end)
            if match is None:
                return
            size = len(match.group())
            code = match.group()[1:]
            char = chr(int(code[1:], 16)) if size > 2 else _NAMED.get(code, code)
        elif style == "'" and char == "'":
            size = 2
        yield char, Span(at, at + size)
        at += size


def _block_lines(text: str, literal: Span, style: str, value: str) -> Iterator[_Line]:
    """The lines of a literal or folded scalar, their indentation taken off."""
    header = _BREAK.search(text, literal.start, literal.end)
    if header is None:
        return
    lines = []
    at = header.end()
    while at <= literal.end:
        found = _BREAK.search(text, at, literal.end)
        end = found.start() if found else literal.end
        lines.append((at, end))
        if found is None:
            break
        at = found.end()
    filled = next(((start, end) for start, end in lines if text[start:end].strip(" ")), None)
    if filled is None:
        return
    first = text[slice(*filled)]
    indent = len(first) - len(first.lstrip(" "))
    if any(char.isdigit() for char in text[literal.start : header.start()].partition("#")[0]):
        # The indentation was said: the value's first line has what is more.
        said = value.lstrip("\n").partition("\n")[0]
        indent -= len(said) - len(said.lstrip(" "))
    for start, end in lines:
        content = min(start + indent, end)
        chars = [(text[offset], Span(offset, offset + 1)) for offset in range(content, end)]
        if style == "|" and not chars:
            # An empty line of a literal scalar is a line break of its value.
            continue
        yield _Line(chars, end)
