"""Edits to text: only the characters that must change do; everything else stays byte for byte.

What is written follows the style of what stands around it: one line or several, indentation, blanks
inside brackets, quotes, line ends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from connlint.reading.document import Document, Pointer
from connlint.reading.edits import Edit
from connlint.reading.json import JsonPositions
from connlint.source import Span

WIDTH = 100
"""A JSON object or array that would pass this column is written over several lines."""

_BLANKS = re.compile(r"[ \t]*")
_HELD_APART = re.compile(r"[^\s,]")


class CannotEdit(Exception):
    """The edit cannot be written here without risk; the message says why."""


class Overlap(ValueError):
    """Two edits touch the same text."""


class TextEdit(NamedTuple):
    """Put `text` where `span` stands."""

    span: Span
    text: str


class Writer(Protocol):
    """How one syntax writes edits: offsets are into the document's own text."""

    def replace_value(self, pointer: Pointer, value: object) -> TextEdit: ...

    def replace_chars(self, pointer: Pointer, start: int, end: int, text: str) -> TextEdit: ...

    def rename_key(self, pointer: Pointer, name: str) -> TextEdit: ...

    def remove(self, pointer: Pointer) -> TextEdit: ...

    def insert(self, pointer: Pointer, key: str | int, value: object) -> TextEdit: ...


def resolve(edit: Edit) -> tuple[TextEdit, ...]:
    """The text edits of a structural edit, with spans of the file's text.

    Raises CannotEdit where the place does not exist, or where writing it would change anything else.
    """
    at = edit.at
    if edit.action == "replace-span":
        return (TextEdit(at.span, str(edit.value)),)
    document = at.document
    if document.faults:
        raise CannotEdit("the document has mistakes of syntax")
    try:
        writer, pointer, start = _writer(document, at.pointer)
        span, text = _written(writer, edit, pointer)
    except (KeyError, IndexError) as error:
        raise CannotEdit("there is no such place in the document") from error
    return (_in_source(document, TextEdit(Span(span.start + start, span.end + start), text)),)


def apply(text: str, edits: Iterable[tuple[Span, str]]) -> str:
    """The text with the edits made. Raises Overlap when two of them touch the same text."""
    parts: list[str] = []
    at = 0
    last = Span(-1, -1)
    for span, new in sorted(edits):
        if span.start < last.end or span == last:
            raise Overlap(f"two edits touch the text at {span.start}")
        parts += text[at : span.start], new
        at = span.end
        last = span
    return "".join((*parts, text[at:]))


def _written(writer: Writer, edit: Edit, pointer: Pointer) -> TextEdit:
    """The edit in offsets of the text that the writer writes in, where the edit's place has this pointer."""
    if edit.action == "replace-value":
        return writer.replace_value(pointer, edit.value)
    if edit.action == "replace-chars":
        if edit.at.char_range is None:
            raise CannotEdit("no characters are marked")
        return writer.replace_chars(pointer, *edit.at.char_range, str(edit.value))
    if edit.action == "rename-key":
        return writer.rename_key(pointer, str(edit.value))
    if edit.action == "remove":
        if not pointer:
            raise CannotEdit("a document cannot be taken out of its file")
        return writer.remove(pointer)
    if edit.action == "insert":
        assert edit.key is not None
        return writer.insert(pointer, edit.key, edit.value)
    raise ValueError(f"no such edit: {edit.action}")


def _writer(document: Document, pointer: Pointer) -> tuple[Writer, Pointer, int]:
    """What writes at a pointer, the pointer there, and where the text that it writes in starts."""
    places = document.positions
    if isinstance(places, JsonPositions):
        return JsonWriter(places, _newline(document)), pointer, 0
    from connlint.reading.compose import YamlPositions
    from connlint.reading.yaml_rewriting import YamlWriter

    if isinstance(places, YamlPositions):
        # what is done to an item as a whole is done to the list
        part, inner, start = places.part(pointer) if len(pointer) > 1 else (places, pointer, 0)
        return YamlWriter(part, _newline(document)), inner, start
    raise CannotEdit("the document could not be read")


def _newline(document: Document) -> str:
    text = document.source.text
    # one character is looked for many times faster than two
    return "\r\n" if "\r" in text and "\r\n" in text else "\n"


def _in_source(document: Document, edit: TextEdit) -> TextEdit:
    """The edit with offsets of the file; its lines are indented as the fence is."""
    start, end = document.to_source(edit.span.start), document.to_source(edit.span.end)
    text = edit.text
    if "\n" in text:
        source = document.source.text
        line = max(source.rfind("\n", 0, start), source.rfind("\r", 0, start)) + 1
        own = edit.span.start - _own_column(document, edit.span.start)
        prefix = source[line : document.to_source(own)]
        text = text.replace("\r\n", "\n").replace("\n", _newline(document) + prefix)
    return TextEdit(Span(start, end), text)


def _own_column(document: Document, offset: int) -> int:
    """How far behind its line's start an offset into the document's own text is."""
    places = document.positions
    text: str = getattr(places, "text", "")
    return offset - (max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1)


def remove_entry(text: str, entries: Sequence[Span], index: int, inner: Span) -> Span:
    """What is cut to take an entry (from its key to its end) out, with the comma beside it.

    `inner` is what stands between the brackets. Raises CannotEdit where a comment would go too.
    """
    entry = entries[index]
    if index > 0:
        cut = Span(entries[index - 1].end, entry.end)
        gap = text[cut.start : entry.start]
    elif len(entries) > 1:
        cut = Span(entry.start, entries[1].start)
        gap = text[entry.end : cut.end]
    else:
        cut = inner
        gap = text[inner.start : entry.start] + text[entry.end : inner.end]
    if _HELD_APART.search(gap):
        raise CannotEdit("a comment stands beside it")
    return cut


def insert_entry(text: str, entries: Sequence[Span], index: int, inner: Span) -> tuple[int, str, str, str]:
    """Where an entry goes in: the offset, what is written before and behind it, and its line's indentation.

    The blanks around it are those that its neighbours have.
    """
    if not entries:
        return inner.start, "", "", indentation(text, inner.start)
    gaps = [text[inner.start : entries[0].start]]
    gaps += [text[a.end : b.start].replace(",", "", 1) for a, b in pairwise(entries)]
    if any(_HELD_APART.search(gap) for gap in gaps):
        raise CannotEdit("comments stand between the entries")
    if len(entries) > 1:
        gap = gaps[1] if index == 0 else gaps[min(index, len(entries) - 1)]
    else:
        gap = gaps[0] if "\n" in gaps[0] or "\r" in gaps[0] else " "
    if index == 0:
        return entries[0].start, "", f",{gap}", indentation(text, entries[0].start)
    blanks = gap.rpartition("\n")[2] if "\n" in gap else indentation(text, entries[index - 1].start)
    return entries[index - 1].end, f",{gap}", "", blanks


def indentation(text: str, offset: int) -> str:
    """The blanks at the front of the line that holds an offset."""
    match = _BLANKS.match(text, _line_start(text, offset))
    return match.group() if match else ""


class JsonWriter:
    """Edits of a JSON text."""

    def __init__(self, places: JsonPositions, newline: str) -> None:
        self._places = places
        self._text = places.text
        self._newline = newline

    def replace_value(self, pointer: Pointer, value: object) -> TextEdit:
        """Another value in the place of one."""
        text, span = self._text, self._places.value(pointer)
        was_spread = text[span.start] in "[{" and _is_spread(text, span)
        return TextEdit(span, self._value(value, indentation(text, span.start), was_spread))

    def replace_chars(self, pointer: Pointer, start: int, end: int, text: str) -> TextEdit:
        """Other characters inside a string."""
        return TextEdit(self._places.inside(pointer, start, end), _quoted(text)[1:-1])

    def rename_key(self, pointer: Pointer, name: str) -> TextEdit:
        """Another key."""
        members = self._places.members(pointer[:-1]) if pointer else {}
        if name in members and name != pointer[-1]:
            raise CannotEdit(f"there is a `{name}` already")
        return TextEdit(members[str(pointer[-1])][0], _quoted(name))

    def remove(self, pointer: Pointer) -> TextEdit:
        """Nothing in the place of a member or item."""
        container = self._places.value(pointer[:-1])
        entry = Span(self._places.key(pointer).start, self._places.value(pointer).end)
        entries = self._entries(pointer[:-1])
        return TextEdit(remove_entry(self._text, entries, entries.index(entry), _inner(container)), "")

    def insert(self, pointer: Pointer, key: str | int, value: object) -> TextEdit:
        """A new member at the end of an object, or a new item before the one at an index."""
        text = self._text
        span = self._places.value(pointer)
        entries = self._entries(pointer)
        if isinstance(key, str) and key in self._places.members(pointer):
            raise CannotEdit(f"there is a `{key}` already")
        index = entry_index(key, len(entries), is_object=text[span.start] == "{")
        inner = _inner(span)
        name = f"{_quoted(key)}:{self._blank}" if isinstance(key, str) else ""
        if not entries:
            return TextEdit(
                inner, self._first(name, value, text[slice(*inner)], indentation(text, inner.start))
            )
        at, before, behind, blanks = insert_entry(text, entries, index, inner)
        bracket = "{" if isinstance(value, dict) else "["
        beside = [each for each in self._values(pointer) if text[each.start] == bracket]
        if beside:
            spread = any(_is_spread(text, each) for each in beside)
        else:
            spread = not self._fits(
                name, value, blanks if "\n" in before else text[_line_start(text, at) : at]
            )
        return TextEdit(Span(at, at), before + name + self._value(value, blanks, spread) + behind)

    def _first(self, name: str, value: object, inner: str, blanks: str) -> str:
        """What stands between the brackets of a container that was empty."""
        if "\n" in inner:
            deeper = blanks + (self._unit or "")
            written = name + self._value(value, deeper, not self._fits(name, value, deeper))
            return f"{self._newline}{deeper}{written}{self._newline}{blanks}"
        pad = self._pads["{" if name else "["]
        return pad + name + self._value(value, blanks, not self._fits(name, value, blanks)) + pad

    def _fits(self, name: str, value: object, before: str) -> bool:
        return len(before) + len(name) + len(self._flat(value)) <= WIDTH

    def _entries(self, pointer: Pointer) -> list[Span]:
        if self._text[self._places.value(pointer).start] == "{":
            return [Span(key.start, value.end) for key, value in self._places.members(pointer).values()]
        return self._places.items(pointer)

    def _values(self, pointer: Pointer) -> list[Span]:
        if self._text[self._places.value(pointer).start] == "{":
            return [value for _, value in self._places.members(pointer).values()]
        return self._places.items(pointer)

    # Style, as the document has it

    @property
    def _blank(self) -> str:
        """What stands behind a colon."""
        return " " if re.search(r'":\s', self._text) or not re.search(r'":\S', self._text) else ""

    @property
    def _pads(self) -> dict[str, str]:
        """What stands inside of the brackets of objects and arrays on one line."""
        return {
            "{": " " if re.search(r'\{ +"', self._text) else "",
            "[": " " if re.search(r"\[ +[^\s\]]", self._text) else "",
        }

    @property
    def _unit(self) -> str | None:
        """One step of indentation; None where the whole document stands on one line."""
        if "\n" not in self._text.strip():
            return None
        match = re.search(r"[\[{,]\r?\n([ \t]+)\S", self._text)
        return match.group(1) if match else ""

    def _value(self, value: object, blanks: str, spread: bool) -> str:
        """A value as text: on one line, or over several whose first holds `blanks` in front."""
        if not spread or self._unit is None or not isinstance(value, (dict, list)) or not value:
            return self._flat(value)
        deeper = blanks + self._unit
        if isinstance(value, dict):
            names = [f"{_quoted(key)}:{self._blank}" for key in value]
            inner = list(zip(names, value.values(), strict=True))
        else:
            inner = [("", item) for item in value]
        brackets = "{}" if isinstance(value, dict) else "[]"
        lines = f",{self._newline}".join(
            deeper + name + self._value(item, deeper, not self._fits(name, item, deeper))
            for name, item in inner
        )
        return f"{brackets[0]}{self._newline}{lines}{self._newline}{blanks}{brackets[1]}"

    def _flat(self, value: object) -> str:
        """A value on one line."""
        comma = f",{self._blank}"
        if isinstance(value, dict) and value:
            pad = self._pads["{"]
            members = (f"{_quoted(key)}:{self._blank}{self._flat(item)}" for key, item in value.items())
            return f"{{{pad}{comma.join(members)}{pad}}}"
        if isinstance(value, list) and value:
            pad = self._pads["["]
            return f"[{pad}{comma.join(self._flat(item) for item in value)}{pad}]"
        return json.dumps(value, ensure_ascii=False, allow_nan=False)


def entry_index(key: str | int, count: int, *, is_object: bool) -> int:
    """Where among `count` entries a new one goes. Raises CannotEdit for a key that does not fit."""
    if is_object != isinstance(key, str):
        raise CannotEdit("an object takes members, an array takes items")
    if isinstance(key, str):
        return count
    if not 0 <= key <= count:
        raise CannotEdit(f"the array has {count} items")
    return key


def _inner(container: Span) -> Span:
    return Span(container.start + 1, container.end - 1)


def _is_spread(text: str, container: Span) -> bool:
    """Whether the entries of a container stand on lines of their own."""
    return text[container.start + 1 : container.end].lstrip(" \t")[:1] in ("\n", "\r")


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
