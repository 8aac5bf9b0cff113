"""YAML texts as trees: each value with its place, and what is wrong with it.

Made when a place is asked for, and for texts with anchors, several documents or faults.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any, cast

from connlint.reading.document import MISSING, Document, Fault, Pointer
from connlint.reading.limits import MAX_DIGITS, Limits
from connlint.reading.scalars import char_spans
from connlint.reading.tree import Node, TreePositions
from connlint.reading.yaml import (
    FIRST_OF_OTHERS,
    HALF_PAIR,
    SURROGATE_HELP,
    NotPlain,
    new_parser,
    resolve,
    stand_ins,
)
from connlint.source import LineIndex, Span

_SURROGATE = re.compile("[\ud800-\udfff]")
_HOLE = re.compile(r"\{\{\s*[A-Za-z_]\w*\s*\}\}")
_COMMENT = re.compile(r"(?:^|(?<=[ \t\r\n]))#[^\r\n]*")
_CORE = "tag:yaml.org,2002:"
_KNOWN_TAGS = {"str", "int", "float", "bool", "null", "map", "seq"}
_MOST_FAULTS = 20
_TAG = re.compile(r"(?:&\S+\s+)?!\S*")
_PYTHON: dict[str, Any] = {
    "int": int,
    "bool": bool,
    "null": type(None),
    "float": float,
    "map": dict,
    "seq": list,
}


class YamlNode(Node):
    """A node with what an editor needs to know: how it is written, and whether it has other names.

    `style` is "'", '"', "|", ">", "" (plain), "block", "flow" or "alias"; `origin` is what an alias stands
    for; `size` and `height` count it and what is below it, aliases followed.
    """

    __slots__ = ("anchor", "height", "origin", "size", "style", "tag")

    def __init__(self, value: object, start: int, end: int, style: str) -> None:
        super().__init__(value, start, end)
        self.style = style
        self.origin: YamlNode | None = None
        self.anchor: str | None = None
        self.tag: str | None = None
        self.size = 1
        self.height = 0


class Composed:
    """One document of a stream: its tree (None where it could not be made), its faults, where it begins."""

    __slots__ = ("faults", "root", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.root: YamlNode | None = None
        self.faults: list[Fault] = []

    @property
    def value(self) -> object:
        """The document's value, or MISSING."""
        return MISSING if self.root is None else self.root.value


class _Stop(Exception):
    """A limit is passed: nothing more is read."""


class _Frame:
    __slots__ = ("key", "key_span", "last_end", "merged", "node", "plain_key")

    def __init__(self, node: YamlNode) -> None:
        self.node = node
        self.key: str | None = None
        self.key_span = Span(0, 0)
        self.plain_key = False
        self.merged: list[tuple[YamlNode, Span]] = []
        self.last_end = node.start


def compose(text: str, limits: Limits) -> list[Composed]:
    """The documents of a stream. Faults are in offsets of the text.

    Raises yaml.YAMLError where the text is no YAML.
    """
    composer = _Composer(text, limits)
    composer.run()
    return composer.documents


class YamlPositions(TreePositions):
    """Places in one document of a text. `root` is None where the document could not be read."""

    def __init__(self, text: str, root: YamlNode | None) -> None:
        super().__init__(root, self._chars)
        self.text = text

    @property
    def root(self) -> YamlNode | None:
        """The document's tree."""
        return cast("YamlNode | None", self._root)

    def part(self, pointer: Pointer) -> tuple[YamlPositions, Pointer, int]:
        """The smallest part of the text that can be edited alone for the sake of a place in it: places in it,
        the pointer in there, and where it starts."""
        return self, pointer, 0

    def _chars(self, node: Node, start: int, end: int) -> Span:
        assert isinstance(node, YamlNode)
        node = node.origin or node
        assert isinstance(node.value, str)
        literal = Span(node.start, node.end)
        spans = char_spans(self.text, literal, node.style, node.value)
        if spans is None:
            raise KeyError(start)
        if start >= len(spans):
            at = node.end - 1 if node.style in ("'", '"') else node.end
            return Span(at, at)
        return Span(
            spans[start].start, spans[min(end, len(spans)) - 1].end if end > start else spans[start].start
        )


class PiecedYamlPositions(YamlPositions):
    """Places in a list that was read item by item: in an item by the piece of text that it is written in,
    else in the whole tree, which is made when it is asked for.

    `pieces` are the texts that the list was cut into and how many items each holds; `known` has the places in
    those of them that somebody has asked for.
    """

    def __init__(
        self, text: str, limits: Limits, pieces: Sequence[tuple[str, int]], known: dict[str, YamlPositions]
    ) -> None:
        super().__init__(text, None)
        self._limits = limits
        self._known = known
        self._whole = False
        self._pieces: list[tuple[str, int, int]] = []
        """Of each item: its piece, where that starts, and the index of the piece's first item."""
        start = 0
        for piece, count in pieces:
            self._pieces += [(piece, start, len(self._pieces))] * count
            start += len(piece)

    @property
    def root(self) -> YamlNode | None:
        self._compose()
        return super().root

    def node(self, pointer: Pointer) -> Node:
        self._compose()
        return super().node(pointer)

    def _compose(self) -> None:
        if not self._whole:
            self._root, self._whole = compose(self.text, self._limits)[0].root, True

    def value(self, pointer: Pointer) -> Span:
        places, inner, start = self.part(pointer)
        found = super().value(pointer) if places is self else places.value(inner)
        return Span(found.start + start, found.end + start)

    def key(self, pointer: Pointer) -> Span:
        places, inner, start = self.part(pointer)
        found = super().key(pointer) if places is self else places.key(inner)
        return Span(found.start + start, found.end + start)

    def inside(self, pointer: Pointer, start: int, end: int) -> Span:
        places, inner, begun = self.part(pointer)
        found = super().inside(pointer, start, end) if places is self else places.inside(inner, start, end)
        return Span(found.start + begun, found.end + begun)

    def part(self, pointer: Pointer) -> tuple[YamlPositions, Pointer, int]:
        index = pointer[0] if pointer else None
        if not isinstance(index, int) or not 0 <= index < len(self._pieces):
            return self, pointer, 0
        piece, start, first = self._pieces[index]
        places = self._known.get(piece)
        if places is None:
            places = self._known[piece] = positions(piece, self._limits)
        return places, (index - first, *pointer[1:]), start


def positions(text: str, limits: Limits) -> YamlPositions:
    """Places in the first document of a text that is YAML."""
    return YamlPositions(text, compose(text, limits)[0].root)


class _Composer:
    """One pass over the events, with a stack of its own."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.limits = limits
        self.text = text
        self.breaks = stand_ins(text)
        self.parser = new_parser(text.translate(self.breaks) if self.breaks else text)
        self.back = {there: here for here, there in self.breaks.items()}
        self.documents: list[Composed] = []
        self.anchors: dict[str, YamlNode | None] = {}
        self.frames: list[_Frame] = []
        self.count = 0
        self.added = 0

    def run(self) -> None:
        """Read the whole stream. Raises yaml.YAMLError."""
        from yaml import events

        parser = self.parser
        while True:
            event = parser.get_event()
            kind = event.__class__
            if kind is events.ScalarEvent:
                self.scalar(event)
            elif kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
                if not self.open(event, kind is events.MappingStartEvent):
                    return
            elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
                self.close(event)
            elif kind is events.AliasEvent:
                if not self.alias(event):
                    return
            elif kind is events.DocumentStartEvent:
                self.documents.append(Composed(event.start_mark.index))
                self.anchors = {}
            elif kind is events.StreamEndEvent or event is None:
                return
            if self.count > self.limits.nodes:
                at = event.start_mark.index
                self.stop(at, f"more than {self.limits.nodes:,} values in one document")
                return

    # Faults

    def say(
        self,
        span: Span,
        message: str,
        help: str | None = None,
        *,
        kind: str = "syntax-error",
        related: tuple[tuple[Span, str], ...] = (),
        pointer: Pointer | None = None,
    ) -> None:
        """Add a fault to the document at hand."""
        faults = self.documents[-1].faults
        if len(faults) < _MOST_FAULTS:
            faults.append(Fault(kind, span, message, help=help, related=related, pointer=pointer))

    def stop(self, at: int, message: str) -> None:
        """A limit is passed: what was read of this document is nothing."""
        self.say(Span(at, at + 1), message, kind="limit-exceeded")
        self.documents[-1].root = None

    def pointer(self) -> Pointer:
        """The pointer of what is awaited next."""
        steps: list[str | int] = []
        for frame in self.frames:
            items = frame.node.items
            steps.append(len(items) if items is not None else frame.key or "")
        return tuple(steps)

    # Events

    def scalar(self, event: Any) -> None:
        """A scalar."""
        text = event.value.translate(self.back) if self.back else event.value
        style = event.style or ""
        if _SURROGATE.search(text):
            text = self.half_pair(text, Span(event.start_mark.index, event.end_mark.index))
        node = YamlNode(text, event.start_mark.index, event.end_mark.index, style)
        if style in ("|", ">"):
            node.end = self.block_end(node)
        node.tag = event.tag
        if not (self.frames and self.frames[-1].node.members is not None and self.frames[-1].key is None):
            node.value = self.resolved(node, text, plain=event.implicit[0])
        self.named(event, node)
        self.count += 1
        self.attach(node)

    def half_pair(self, text: str, span: Span) -> str:
        """A string with surrogates, as the parser in Python makes of JSON's escapes."""
        found = HALF_PAIR.search(self.text, *span)
        at = Span(*found.span()) if found else span
        self.say(at, f"`{self.text[slice(*at)]}` is no character in YAML", SURROGATE_HELP)
        return _SURROGATE.sub("\ufffd", text)

    def block_end(self, node: YamlNode) -> int:
        """The end of a block scalar's last line with content; libyaml's lies behind the blank lines."""
        shown = self.text[node.start : node.end]
        header = shown.splitlines()[0] if shown else ""
        if "+" in header.partition("#")[0]:
            return node.start + len(shown.removesuffix("\n").removesuffix("\r"))
        filled = shown.rstrip(" \t\r\n")
        rest = shown[len(filled) :]
        return node.start + len(filled) + len(rest) - len(rest.lstrip(" \t"))

    def resolved(self, node: YamlNode, text: str, *, plain: bool) -> object:
        """A scalar's value by the core schema, or by its tag."""
        kind = node.tag.removeprefix(_CORE) if node.tag is not None else ""
        if node.tag is None or node.tag == "!":
            if not plain or node.tag or text[:1] not in FIRST_OF_OTHERS:
                return text
        elif kind not in _KNOWN_TAGS:
            self.unknown_tag(node)
            return text
        elif kind == "str":
            return text
        try:
            value = resolve(text)
        except NotPlain:
            digits = len(text) > MAX_DIGITS
            self.say(
                Span(node.start, node.end),
                f"a number of {len(text):,} digits; more than {MAX_DIGITS} are not read"
                if digits
                else f"`{text}` is no value that JSON could send",
                "quote it, if it is meant as text",
                kind="limit-exceeded" if digits and text.strip("+-0123456789") == "" else "syntax-error",
                pointer=self.pointer(),
            )
            return text
        if kind == "float" and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if kind and not isinstance(value, _PYTHON.get(kind, dict)):
            self.say(
                Span(node.start, node.end), f"`{text}` is no {kind}, as its tag says", pointer=self.pointer()
            )
        return value

    def unknown_tag(self, node: YamlNode) -> None:
        """A tag that is none of the core schema's."""
        assert node.tag is not None
        shown = node.tag.replace(_CORE, "!!")
        end = _TAG.match(self.text, node.start)
        self.say(
            Span(node.start, end.end() if end else node.end),
            f"the tag `{shown}` means nothing here: a document holds plain values",
            "take it out",
            pointer=self.pointer(),
        )

    def open(self, event: Any, is_mapping: bool) -> bool:
        """A mapping or sequence begins. False when nothing more is to be read."""
        at = event.start_mark.index
        if len(self.frames) >= self.limits.depth:
            self.stop(event.end_mark.index - 1 if event.flow_style else at, self.too_deep)
            return False
        value: Any = {} if is_mapping else []
        node = YamlNode(value, at, event.end_mark.index, "flow" if event.flow_style else "block")
        if is_mapping:
            node.members = {}
        else:
            node.items = []
        node.height = 1
        node.tag = event.tag
        if event.tag not in (None, "!", _CORE + ("map" if is_mapping else "seq")):
            self.unknown_tag(node)
        if event.anchor:
            self.anchors[event.anchor] = None
            node.anchor = event.anchor
        self.count += 1
        self.frames.append(_Frame(node))
        return True

    @property
    def too_deep(self) -> str:
        return f"nested deeper than {self.limits.depth} levels"

    def close(self, event: Any) -> None:
        """The innermost mapping or sequence ends."""
        frame = self.frames.pop()
        node = frame.node
        # libyaml ends a block where the next token begins; it ends with what it holds.
        node.end = max(event.end_mark.index if node.style == "flow" else frame.last_end, node.start)
        for merged, place in frame.merged:
            self.merge(node, merged, place)
        if node.anchor:
            self.anchors[node.anchor] = node
        hole = _HOLE.fullmatch(self.text, node.start, node.end) if node.style == "flow" else None
        if hole and node.members is not None:
            node = self.bare_hole(node, hole.group())
        self.attach(node)

    def bare_hole(self, node: YamlNode, hole: str) -> YamlNode:
        """`{{name}}` without quotes, which YAML reads as a mapping in a mapping."""
        self.say(
            Span(node.start, node.end),
            f"`{hole}` stands bare: YAML reads it as a mapping",
            f'a template is a string: write "{hole}"',
        )
        return YamlNode(hole, node.start, node.end, "")

    def named(self, event: Any, node: YamlNode) -> None:
        """Remember a scalar under its anchor."""
        if event.anchor:
            node.anchor = event.anchor
            self.anchors[event.anchor] = node

    def alias(self, event: Any) -> bool:
        """An alias. False when nothing more is to be read."""
        span = Span(event.start_mark.index, event.end_mark.index)
        name = event.anchor
        target = self.anchors.get(name)
        if target is None:
            if name in self.anchors:
                self.say(span, f"`*{name}` stands inside of what it names", pointer=self.pointer())
            else:
                near = ", ".join(f"`&{known}`" for known in list(self.anchors)[:5])
                self.say(
                    span,
                    f"no anchor `&{name}` stands before this alias",
                    f"there are {near}" if near else "a text that begins with `*` stands in quotes",
                    pointer=self.pointer(),
                )
            target = YamlNode(self.text[slice(*span)], span.start, span.end, "")
        node = YamlNode(target.value, span.start, span.end, "alias")
        node.members, node.items = target.members, target.items
        node.origin, node.size, node.height = target.origin or target, target.size, target.height
        self.added += node.size
        if self.added > self.limits.alias_nodes:
            self.stop(span.start, f"aliases add more than {self.limits.alias_nodes:,} values")
            return False
        if len(self.frames) + node.height > self.limits.depth:
            self.stop(span.start, self.too_deep)
            return False
        self.attach(node)
        return True

    # The tree

    def attach(self, node: YamlNode) -> None:
        """Put a complete node where it is awaited: as the root, an item, a key or a value."""
        if not self.frames:
            self.documents[-1].root = node
            return
        frame = self.frames[-1]
        holder = frame.node
        frame.last_end = node.end
        if holder.items is not None:
            assert isinstance(holder.value, list)
            holder.value.append(node.value)
            holder.items.append(node)
        elif frame.key is None:
            written = self.text[node.start : node.end]
            frame.key = node.value if isinstance(node.value, str) else written
            frame.key_span = Span(node.start, node.end)
            frame.plain_key = node.style == ""
            return
        else:
            self.member(frame, node)
            frame.key = None
        holder.size += node.size
        holder.height = max(holder.height, node.height + 1)

    def member(self, frame: _Frame, node: YamlNode) -> None:
        """Put a value under the key that was read before it."""
        key, holder = frame.key, frame.node
        assert key is not None
        assert isinstance(holder.value, dict)
        assert holder.members is not None
        if key == "<<" and frame.plain_key:
            for part in node.items if node.items is not None else [node]:
                assert isinstance(part, YamlNode)
                frame.merged.append((part, Span(node.start, node.end)))
            return
        before = holder.members.get(key)
        if before is not None:
            self.say(
                frame.key_span,
                f"the key `{key}` stands twice in one mapping; a reader keeps the last",
                "take one of them out",
                kind="duplicate-key",
                related=((before[0], "first here"),),
                pointer=self.pointer(),
            )
        holder.value[key] = node.value
        holder.members[key] = (frame.key_span, node)

    def merge(self, node: YamlNode, merged: YamlNode, place: Span) -> None:
        """`<<: *name`: the members that the mapping does not have itself.

        YAML 1.2 dropped the merge key, and its readers kept it; so do we.
        """
        if merged.members is None:
            self.say(place, "`<<` takes a mapping, or a list of mappings", pointer=self.pointer())
            return
        assert isinstance(node.value, dict)
        assert node.members is not None
        for key, (key_span, child) in merged.members.items():
            if key not in node.members:
                node.members[key] = (key_span, child)
                node.value[key] = child.value


def find_comments(document: Document) -> list[tuple[Span, str, Pointer]]:
    """The comments of a YAML document that hold `connlint:`, as `connlint.reading.yaml.comments` says."""
    places = document.positions
    if not isinstance(places, YamlPositions) or places.root is None:
        return []
    text = places.text
    lines = LineIndex(text)
    scalars: list[tuple[int, int]] = []
    entries: list[tuple[int, Pointer]] = []
    _collect(places.root, scalars, entries)
    scalars.sort()
    entries.sort(key=lambda entry: (entry[0], len(entry[1])))
    starts = [start for start, _ in entries]
    found = []
    for match in _COMMENT.finditer(text):
        at = match.start()
        before = bisect_right(scalars, (at, len(text))) - 1
        if "connlint:" not in match.group() or (before >= 0 and at < scalars[before][1]):
            continue
        line = lines.line_span(lines.position(at).line)
        first = bisect_left(starts, line.start)
        last = bisect_left(starts, line.end)
        # On a line with entries it is about the innermost; on its own line about the entry that follows.
        entry = last - 1 if last > first else min(last, len(entries) - 1)
        if entry >= 0:
            span = Span(document.to_source(at), document.to_source(match.end()))
            found.append((span, match.group()[1:].strip(), entries[entry][1]))
    return found


def _collect(root: YamlNode, scalars: list[tuple[int, int]], entries: list[tuple[int, Pointer]]) -> None:
    """The scalars' places, and where each entry of a block begins, with its pointer."""
    pending: list[tuple[YamlNode, Pointer]] = [(root, ())]
    while pending:
        node, pointer = pending.pop()
        if node.style == "alias":
            continue
        children: list[tuple[int, str | int, Node]] = []
        if node.members is not None:
            for key, (span, child) in node.members.items():
                if node.start <= span.start < node.end:
                    scalars.append(span)
                    children.append((span.start, key, child))
        elif node.items is not None:
            children = [(child.start, index, child) for index, child in enumerate(node.items)]
        else:
            scalars.append((node.start, node.end))
        for start, step, child in children:
            inner = (*pointer, step)
            if node.style == "block":
                entries.append((start, inner))
            assert isinstance(child, YamlNode)
            pending.append((child, inner))
