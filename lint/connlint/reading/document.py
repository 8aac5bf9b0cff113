"""A document: the values of one file or one fence, and where each of them stands.

A clean run needs values only. Positions are made when a finding asks for one: a document holds a
function that indexes its text, and calls it then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final, Protocol

from connlint.source import Source, Span

Pointer = tuple[str | int, ...]
"""Steps from a document's root: keys of objects, indexes of arrays."""


class Missing:
    """The value of a document whose text does not parse."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


def render_pointer(pointer: Pointer) -> str:
    """The pointer as RFC 6901 text."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in pointer)


def parse_pointer(text: str) -> tuple[str, ...]:
    """The steps of RFC 6901 text. Raises ValueError when it does not start with `/`."""
    if not text:
        return ()
    if not text.startswith("/"):
        raise ValueError(f"a JSON Pointer starts with '/': {text!r}")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in text[1:].split("/"))


class Positions(Protocol):
    """Where the values of one text stand. Offsets are into the text that was indexed.

    Each method raises KeyError for a pointer that the text does not hold.
    """

    def value(self, pointer: Pointer) -> Span:
        """The span of the value, quotes and brackets included."""

    def key(self, pointer: Pointer) -> Span:
        """The span of the member's key, quotes included; of an array's item, the item itself."""

    def inside(self, pointer: Pointer, start: int, end: int) -> Span:
        """The span of the characters `start`..`end` of the string value at `pointer`."""


class Fault:
    """A fault that reading found: what, where (offsets into the source), and what helps.

    `kind` is the id of the rule that reports it (`syntax-error`, `duplicate-key`, …); `related` are
    other places with a word each.
    """

    __slots__ = ("help", "kind", "message", "pointer", "related", "span")

    def __init__(
        self,
        kind: str,
        span: Span,
        message: str,
        *,
        help: str | None = None,
        pointer: Pointer | None = None,
        related: Iterable[tuple[Span, str]] = (),
    ) -> None:
        self.kind = kind
        self.span = span
        self.message = _one_line(message)
        self.help = help and _one_line(help)
        self.pointer = pointer
        self.related = tuple(related)


def _one_line(text: str) -> str:
    """Words that may quote a name with line breaks, which are shown as they would be written."""
    return text.replace("\n", "\\n").replace("\r", "\\r")


class _NoPositions:
    """The positions of a text that holds no values."""

    def value(self, pointer: Pointer) -> Span:
        raise KeyError(pointer)

    def key(self, pointer: Pointer) -> Span:
        raise KeyError(pointer)

    def inside(self, pointer: Pointer, start: int, end: int) -> Span:  # noqa: ARG002 - as the protocol has it
        raise KeyError(pointer)


class Document:
    """One JSON or YAML document.

    `syntax` is "json" or "yaml"; `value` the parsed value or `MISSING`; `index` counts the documents
    of its file from 0 (a page's fences); `role` is set by the connector's reader ("service",
    "resources", "events", "fixture", "contract", "config").
    """

    __slots__ = (
        "_following",
        "_locate",
        "_positions",
        "_shift",
        "faults",
        "index",
        "region",
        "role",
        "source",
        "syntax",
        "value",
    )

    def __init__(
        self,
        source: Source,
        syntax: str,
        value: object,
        locate: Callable[[], Positions],
        *,
        faults: tuple[Fault, ...] = (),
        index: int = 0,
        region: Span | None = None,
        shift: Callable[[int], int] | None = None,
        role: str = "",
    ) -> None:
        self.source = source
        self.syntax = syntax
        self.value = value
        self.faults = faults
        self.index = index
        self.region = region or Span(0, len(source.text))
        self.role = role
        self._locate = locate
        self._shift = shift
        self._positions: Positions | None = None
        self._following: dict[Pointer, dict[str | int, str | int]] = {}

    @classmethod
    def carrier(cls, source: Source, role: str = "", faults: tuple[Fault, ...] = ()) -> Document:
        """A document without value: it carries the faults of a whole file, or places in a page's prose."""
        return cls(source, "text", MISSING, _NoPositions, faults=faults, role=role)

    @property
    def positions(self) -> Positions:
        """The index over this document's own text, made when first asked for."""
        if self._positions is None:
            self._positions = self._locate()
        return self._positions

    def to_source(self, offset: int) -> int:
        """An offset into the document's own text as an offset into the file's text."""
        if self._shift is not None:
            return self._shift(offset)
        return offset + self.region.start

    def pointer_of(self, text: str) -> Pointer:
        """RFC 6901 text as a pointer: its steps into lists are numbers."""
        here: object = self.value
        found: list[str | int] = []
        for step in parse_pointer(text):
            index = int(step) if isinstance(here, list) and step.isdecimal() else None
            found.append(step if index is None else index)
            if isinstance(here, list):
                here = here[index] if index is not None and index < len(here) else None
            else:
                here = here.get(step) if isinstance(here, dict) else None
        return tuple(found)

    def span(self, pointer: Pointer) -> Span:
        """Where the value stands in the file; of a value that is absent, its nearest ancestor."""
        return self._placed(pointer, self.positions.value)

    def key_span(self, pointer: Pointer) -> Span:
        """Where the member's key stands in the file, quotes included."""
        return self._placed(pointer, self.positions.key)

    def inside_span(self, pointer: Pointer, start: int, end: int) -> Span:
        """Where the characters `start`..`end` of a string value stand in the file."""
        try:
            found = self.positions.inside(pointer, start, end)
        except KeyError:
            return self.span(pointer)
        return Span(self.to_source(found.start), self.to_source(found.end))

    def is_torn(self, pointer: Pointer) -> bool:
        """Whether the text is broken in the object or list at a pointer, outside of what that holds: then
        what seems to be absent there may only be unread."""
        if not self.faults:
            return False
        start, end = self.span(pointer)
        if self.syntax == "yaml":
            # what could not be read is blank to the parser: a block seems to begin after it, or end before
            start = self.key_span(pointer).start if pointer else self.region.start
            end = self._behind(pointer)
        places = [
            fault.span.start
            for fault in self.faults
            if fault.kind != "duplicate-key" and start <= fault.span.start <= end
        ]
        if not places:
            return False
        held = Location(self, pointer).value
        steps: Iterable[str | int] = held if isinstance(held, dict) else ()
        if isinstance(held, list):
            steps = range(len(held))
        inner = [
            self.span((*pointer, step))
            for step in steps
            if isinstance(Location(self, (*pointer, step)).value, (dict, list))
        ]
        return any(not any(span.start < place < span.end for span in inner) for place in places)

    def _behind(self, pointer: Pointer) -> int:
        """Where a block of YAML ends at the latest: before the next key or item around it."""
        for depth in range(len(pointer), 0, -1):
            outer, step = pointer[: depth - 1], pointer[depth - 1]
            holder = Location(self, outer).value
            if isinstance(holder, list) and isinstance(step, int) and step + 1 < len(holder):
                return self.span((*outer, step + 1)).start - 1
            if isinstance(holder, dict):
                if outer not in self._following:
                    keys = list(holder)
                    self._following[outer] = dict(pairwise(keys))
                following = self._following[outer].get(step)
                if following is not None:
                    return self.key_span((*outer, following)).start - 1
        return self.region.end

    def _placed(self, pointer: Pointer, find: Callable[[Pointer], Span]) -> Span:
        """`find` at the pointer, else the value of its nearest ancestor that the text holds."""
        try:
            found = find(pointer)
        except KeyError:
            if not pointer:
                return self.region
            return self._placed(pointer[:-1], self.positions.value)
        return Span(self.to_source(found.start), self.to_source(found.end))

    def __truediv__(self, step: str | int) -> Location:
        return Location(self, (step,))

    @property
    def start(self) -> Location:
        """The document's first character: the place of what is absent from it."""
        first = self.to_source(0)
        return Location.at_span(self, Span(first, first + 1))

    @property
    def root(self) -> Location:
        """The document's root value as a location."""
        return Location(self, ())

    def __repr__(self) -> str:
        return f"Document({self.source.path!r}, {self.role or '?'}, #{self.index})"


class Location:
    """A place in a document, by pointer: cheap to make, turned into offsets only when shown.

    `location / "name"` is the member, `location.key` the key instead of the value,
    `location.chars(a, b)` characters of a string value, `Location.at_span` a place without pointer.
    """

    __slots__ = ("_chars", "_key", "_span", "document", "pointer")

    def __init__(
        self,
        document: Document,
        pointer: Pointer,
        *,
        key: bool = False,
        chars: tuple[int, int] | None = None,
        span: Span | None = None,
    ) -> None:
        self.document = document
        self.pointer = pointer
        self._key = key
        self._chars = chars
        self._span = span

    @classmethod
    def at_span(cls, document: Document, span: Span) -> Location:
        """A place in prose, or in text that does not parse: offsets into the file's text."""
        return cls(document, (), span=span)

    def __truediv__(self, step: str | int) -> Location:
        return Location(self.document, (*self.pointer, step))

    @property
    def key(self) -> Location:
        """The member's key."""
        return Location(self.document, self.pointer, key=True)

    @property
    def member(self) -> Location:
        """The whole member: its key and its value."""
        span = Span(self.document.key_span(self.pointer).start, self.document.span(self.pointer).end)
        return Location(self.document, self.pointer, span=span)

    def chars(self, start: int, end: int) -> Location:
        """Characters of the string value here."""
        return Location(self.document, self.pointer, chars=(start, end))

    @property
    def parent(self) -> Location:
        """The object or array that holds this value (the root's parent is the root)."""
        return Location(self.document, self.pointer[:-1])

    @property
    def is_key(self) -> bool:
        """Whether the key is meant, not the value."""
        return self._key

    @property
    def char_range(self) -> tuple[int, int] | None:
        """The characters of the string value that are meant, when not all of it."""
        return self._chars

    @property
    def in_prose(self) -> bool:
        """Whether the place has no pointer (prose of a page, text that does not parse)."""
        return self._span is not None and not self.pointer

    @property
    def source(self) -> Source:
        """The file."""
        return self.document.source

    @property
    def value(self) -> object:
        """What the document holds here, `MISSING` where it holds nothing."""
        found: object = self.document.value
        for step in self.pointer:
            if isinstance(found, dict):
                found = found.get(step, MISSING)
            elif isinstance(found, list) and isinstance(step, int) and 0 <= step < len(found):
                found = found[step]
            else:
                return MISSING
        return found

    @property
    def span(self) -> Span:
        """Offsets into the file's text."""
        if self._span is not None:
            return self._span
        if self._chars is not None:
            return self.document.inside_span(self.pointer, *self._chars)
        if self._key:
            return self.document.key_span(self.pointer)
        return self.document.span(self.pointer)

    def __repr__(self) -> str:
        return f"Location({self.document!r}, {render_pointer(self.pointer)!r})"
