"""A YAML document's text, changed so that it reads as another value, and nowhere else.

Comments, order, quotes, indentation and line ends of what stays are the author's. New members are written
as `connlint.reading.yaml_text` writes them, after the member that comes before them in the new value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from connlint.reading.document import Document, Pointer
from connlint.reading.files import read
from connlint.reading.limits import CONTRACT_LIMITS
from connlint.reading.yaml_text import member_text, yaml_text
from connlint.source import Span

_COLON = re.compile(r"\s*:")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_FLOW = ("{", "[")


class CannotPatchError(Exception):
    """The text is written in a way (anchors, tags) that cannot be changed in place. The message says so."""


def patched(document: Document, value: object) -> str:
    """The text of the file that holds `document` (all of it, in YAML), changed to read as `value`.

    What is equal already keeps its characters. A comment goes with the member below it: it is removed with
    that; a comment inside a value that is replaced whole moves above it. Raises CannotPatchError where the
    text cannot be changed in place, and TypeError for a value that JSON cannot hold.
    """
    if same_value(document.value, value):
        return document.source.text
    patch = _Patch(document)
    patch.root(value)
    text = patch.applied()
    again = read(
        document.source.path, text.encode(), named=True, syntax="yaml", limits=CONTRACT_LIMITS
    ).documents
    if len(again) != 1 or again[0].faults or not same_value(again[0].value, value):
        raise CannotPatchError("it cannot be changed in place: are there anchors, aliases or tags in it?")
    return text


def same_value(left: object, right: object) -> bool:
    """Whether two JSON values are equal; the order of members says nothing, `1`, `1.0` and `true` differ."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same_value(item, right[key]) for key, item in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(
            same_value(one, other) for one, other in zip(left, right, strict=True)
        )
    return type(left) is type(right) and left == right


class _Patch:
    """Edits of one text, collected and then applied at once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text = document.source.text
        self._line_end = "\r\n" if "\r\n" in self._text else "\n"
        self._edits: list[tuple[int, int, str]] = []

    def root(self, value: object) -> None:
        """Change the root value."""
        old = self._document.value
        if self._is_block((), old) and isinstance(old, Mapping) and isinstance(value, Mapping) and value:
            self._members((), old, value)
        else:
            span = self._document.span(())
            self._edits.append((span.start, span.end, yaml_text(value).rstrip("\n")))

    def applied(self) -> str:
        """The text with all edits."""
        parts: list[str] = []
        at = 0
        for start, end, text in sorted(self._edits, key=lambda edit: edit[:2]):
            if start < at:
                raise CannotPatchError("it cannot be changed in place: parts of it share their text")
            parts += [self._text[at:start], text.replace("\n", self._line_end)]
            at = end
        return "".join([*parts, self._text[at:]])

    def _members(self, pointer: Pointer, old: Mapping[str, object], new: Mapping[str, object]) -> None:
        """Change the members of a block mapping."""
        kept = [key for key in old if key in new]
        if not kept:
            raise CannotPatchError("it has nothing in common with what it should become")
        column = self._column(self._key((*pointer, kept[0])).start)
        spaced = self._is_spaced(pointer, list(old))
        for key in old:
            at = (*pointer, key)
            if key not in new:
                self._remove(at, list(old), spaced)
            elif not same_value(old[key], new[key]):
                self._replace(at, key, old[key], new[key], column)
        previous: str | None = None
        for key, item in new.items():
            if key not in old:
                self._insert(pointer, key, item, previous, list(old), column, spaced)
            else:
                previous = key

    def _replace(self, at: Pointer, key: str, old: object, new: object, column: int) -> None:
        block = self._is_block(at, old)
        if (
            block
            and isinstance(old, Mapping)
            and isinstance(new, Mapping)
            and new
            and old.keys() & new.keys()
        ):
            self._members(at, old, new)
            return
        written = self._key(at)
        colon = _COLON.match(self._text, written.end)
        if colon is None:
            raise CannotPatchError("a key is written in a way that cannot be changed in place")
        value = self._document.span(at)
        end = max(value.end, colon.end())
        member = member_text(key, new, column)
        head = member_text(key, None, column).rstrip("\n")[: -len(" null")]
        first, *rest = member[len(head) :].rstrip("\n").split("\n")
        comments = self._comments(colon.end(), end)
        if comments:
            start = self._line_start(written.start)
            self._edits.append((start, start, "".join(f"{' ' * column}{line}\n" for line in comments)))
        tail = self._text[end : self._line_end_at(end)]
        if not rest:
            self._edits.append((colon.end(), end, first))
        else:
            self._edits.append((colon.end(), end + len(tail), "\n".join([first + tail.rstrip(), *rest])))

    def _insert(
        self,
        pointer: Pointer,
        key: str,
        item: object,
        previous: str | None,
        siblings: Sequence[str],
        column: int,
        spaced: bool,
    ) -> None:
        text = member_text(key, item, column)
        if previous is None:
            at = self._lead((*pointer, siblings[0]), siblings)
            self._edits.append((at, at, text + ("\n" if spaced else "")))
            return
        at = self._end((*pointer, previous))
        needs_line = at == len(self._text) and not self._text.endswith(("\n", "\r"))
        self._edits.append((at, at, ("\n" if needs_line else "") + ("\n" if spaced else "") + text))

    def _remove(self, at: Pointer, siblings: Sequence[str], spaced: bool) -> None:
        start, end = self._lead(at, siblings), self._end(at)
        if spaced:
            while (line := _LINE.match(self._text, end)) and line.end() > end and not line.group().strip():
                end = line.end()
        self._edits.append((start, end, ""))

    # --- where things are

    def _key(self, at: Pointer) -> Span:
        return self._document.key_span(at)

    def _is_block(self, at: Pointer, value: object) -> bool:
        """Whether a collection is written in block style."""
        if not isinstance(value, (Mapping, list)) or not value:
            return False
        start = self._document.span(at).start
        return not self._text.startswith((*_FLOW, "&", "*", "!"), start)

    def _line_start(self, offset: int) -> int:
        return max(self._text.rfind("\n", 0, offset), self._text.rfind("\r", 0, offset)) + 1

    def _line_end_at(self, offset: int) -> int:
        """Where the line of `offset` ends, without its line end."""
        match = _LINE.match(self._text, offset)
        assert match is not None
        return offset + len(match.group().rstrip("\r\n"))

    def _column(self, offset: int) -> int:
        start = self._line_start(offset)
        if self._text[start:offset].strip():
            raise CannotPatchError("several members stand on one line")
        return offset - start

    def _end(self, at: Pointer) -> int:
        """Where the lines of a member end, comments below it that are indented deeper included."""
        written = self._key(at)
        column = self._column(written.start)
        end = self._next_line(max(self._document.span(at).end, written.end))
        here = end
        while (line := _LINE.match(self._text, here)) and line.end() > here:
            bare = line.group().strip()
            if bare.startswith("#") and len(line.group()) - len(line.group().lstrip()) > column:
                end = line.end()
            elif bare:
                break
            here = line.end()
        return end

    def _next_line(self, offset: int) -> int:
        """The start of the line after the one in which a value ends (a block text ends with its line end)."""
        if offset and self._text[offset - 1] in "\r\n" and self._line_start(offset) == offset:
            return offset
        match = _LINE.match(self._text, offset)
        assert match is not None
        return match.end()

    def _lead(self, at: Pointer, siblings: Sequence[str]) -> int:
        """Where a member starts: with the comments right above its key, those of its elder left out."""
        start = self._line_start(self._key(at).start)
        column = self._column(self._key(at).start)
        index = list(siblings).index(str(at[-1]))
        floor = self._end((*at[:-1], siblings[index - 1])) if index else 0
        while start > floor:
            above = self._line_start(start - 1)
            line = self._text[above:start]
            if above < floor or not line.strip().startswith("#") or len(line) - len(line.lstrip()) != column:
                break
            if not index and not column:
                break  # what stands first in a file is about the file
            start = above
        return start

    def _is_spaced(self, pointer: Pointer, keys: Sequence[str]) -> bool:
        """Whether most members have an empty line between them."""
        gaps = 0
        for key in keys[:-1]:
            line = _LINE.match(self._text, self._end((*pointer, key)))
            gaps += line is not None and bool(line.group()) and not line.group().strip()
        return gaps * 2 > len(keys) - 1 > 0

    def _comments(self, start: int, end: int) -> list[str]:
        """The lines between two offsets that hold a comment and nothing else."""
        lines = self._text[start:end].splitlines()[1:]
        return [line.strip() for line in lines if line.strip().startswith("#")]
