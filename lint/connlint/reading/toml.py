"""TOML: values by the standard library, places of tables and keys by a scan over the lines.

Only configuration is TOML, and only a mistake in it asks for a place. Values inside a value that is
written on one line (an inline table, an array) are placed at the key that holds them.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time

from connlint.reading.document import MISSING, Document, Fault, Pointer
from connlint.source import Source, Span

_BARE = r"[A-Za-z0-9_-]+"
_NAME = rf"(?:{_BARE}|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
_DOTTED = rf"{_NAME}(?:[ \t]*\.[ \t]*{_NAME})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_DOTTED})[ \t]*\]\]?")
_PAIR = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=[ \t]*")
_PART = re.compile(_NAME)
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


_WORDS = {
    "Illegal character '\\n'": "this string is not closed on its line",
    "Unterminated string": "this string is not closed",
    "Invalid value": "a value was expected: a text stands in quotes",
    "Invalid statement": "a key, a `[table]` or a comment was expected",
    "Expected '=' after a key in a key/value pair": "a `=` was expected after the key",
    "Cannot overwrite a value": "this key stands twice",
    "Expected newline or end of document after a statement": "the line was expected to end here",
    "Unclosed array": "this list is not closed: a `]` is missing",
}
"""What the standard library says, in words for people."""


def read_toml(source: Source) -> Document:
    """The document of a TOML file; dates come as ISO text. Never raises: a mistake is a fault."""
    try:
        value = _plain(tomllib.loads(source.text))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return Document(
            source, "toml", MISSING, lambda: TomlPositions(source.text), faults=(_fault(source, str(error)),)
        )
    return Document(source, "toml", value, lambda: TomlPositions(source.text))


def _fault(source: Source, message: str) -> Fault:
    """The standard library's message, with the place that it names."""
    match = _PLACE.search(message)
    at = len(source.text)
    if match is not None and match[1] is not None:
        at = source.lines.offset(int(match[1]), int(match[2]))
    text = _PLACE.sub("", message)
    text = _WORDS.get(text, text)
    return Fault("syntax-error", Span(at, min(at + 1, len(source.text))), text[:1].lower() + text[1:])


def _plain(value: object) -> object:
    """The value with dates and times as text, as JSON would hold it."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, (date, datetime, time)) else value


class TomlPositions:
    """Where tables, keys and values stand."""

    def __init__(self, text: str) -> None:
        self._keys: dict[Pointer, Span] = {}
        self._values: dict[Pointer, Span] = {(): Span(0, len(text))}
        table: Pointer = ()
        counts: dict[Pointer, int] = {}
        at = 0
        while at < len(text):
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            header, pair = _HEADER.match(text, at, end), _PAIR.match(text, at, end)
            following = end + 1
            if header is not None:
                names = _names(header[2])
                table = self._opened(names, counts)
                if header[1] == "[[":
                    counts[names] = counts.get(names, -1) + 1
                    table = (*self._opened(names[:-1], counts), names[-1], counts[names])
                self._keys.setdefault(table, Span(*header.span(2)))
                self._values.setdefault(table, Span(*header.span(2)))
            elif pair is not None:
                pointer = (*table, *_names(pair[1]))
                stop = _value_end(text, pair.end())
                self._keys.setdefault(pointer, Span(*pair.span(1)))
                self._values.setdefault(pointer, Span(pair.end(), stop))
                following = max(following, stop)
                newline = text.find("\n", stop)
                following = len(text) if newline < 0 else newline + 1
            at = following

    def _opened(self, names: tuple[str, ...], counts: dict[Pointer, int]) -> Pointer:
        """The pointer of a table's name: an array of tables on the way stands for its last one."""
        pointer: Pointer = ()
        for depth, name in enumerate(names, 1):
            pointer = (*pointer, name)
            if depth < len(names) and names[:depth] in counts:
                pointer = (*pointer, counts[names[:depth]])
        return pointer

    def value(self, pointer: Pointer) -> Span:
        return self._values[pointer]

    def key(self, pointer: Pointer) -> Span:
        return self._keys[pointer]

    def inside(self, pointer: Pointer, _start: int, _end: int) -> Span:
        raise KeyError(pointer)


def _names(dotted: str) -> tuple[str, ...]:
    """The names of a dotted key, unquoted."""
    return tuple(
        next(iter(tomllib.loads(f"{part} = 0"))) if part[0] in "\"'" else part
        for part in _PART.findall(dotted)
    )


_OPENERS = {"[": "]", "{": "}"}
_SIGN = re.compile(r'"""|\'\'\'|["\'#\n\[\]{}]')


def _value_end(text: str, start: int) -> int:
    """The offset after the value that begins at `start`, trailing blanks and comment excluded."""
    depth, at = 0, start
    end = start
    while True:
        match = _SIGN.search(text, at)
        if match is None:
            return len(text.rstrip()) if not depth else len(text)
        sign = match[0]
        if sign == "\n" and not depth:
            return start + len(text[start : match.start()].rstrip())
        if sign == "#":
            if not depth:
                return start + len(text[start : match.start()].rstrip())
            newline = text.find("\n", match.end())
            at = len(text) if newline < 0 else newline
            continue
        at = match.end()
        if sign in ('"""', "'''"):
            close = text.find(sign, at)
            at = len(text) if close < 0 else close + 3
        elif sign in "\"'":
            closing = re.compile(r'"|\\.' if sign == '"' else "'")
            close_match = closing.search(text, at)
            while close_match is not None and close_match[0] != sign:
                close_match = closing.search(text, close_match.end())
            at = len(text) if close_match is None else close_match.end()
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        end = max(end, at)
