"""A document's values with their places, for texts whose places are not looked up lazily."""

from __future__ import annotations

from collections.abc import Callable

from connlint.reading.document import Pointer
from connlint.source import Span


class Node:
    """A value, its span, and what it holds: members by key with their keys' spans, items, or None."""

    __slots__ = ("end", "items", "members", "start", "value")

    def __init__(self, value: object, start: int, end: int) -> None:
        self.value = value
        self.start = start
        self.end = end
        self.members: dict[str, tuple[Span, Node]] | None = None
        self.items: list[Node] | None = None


class TreePositions:
    """Places by walking nodes. `inside` maps characters of the string that stands at a span."""

    def __init__(self, root: Node | None, inside: Callable[[Node, int, int], Span]) -> None:
        self._root = root
        self._inside = inside

    def node(self, pointer: Pointer) -> Node:
        """The node at `pointer`. Raises KeyError where there is none."""
        node = self._root
        if node is None:
            raise KeyError(pointer)
        for step in pointer:
            node = _child(node, step)[1]
        return node

    def value(self, pointer: Pointer) -> Span:
        """The span of the value, quotes and brackets included."""
        node = self.node(pointer)
        return Span(node.start, node.end)

    def key(self, pointer: Pointer) -> Span:
        """The span of the member's key, quotes included; of an array's item, the item itself."""
        if not pointer:
            raise KeyError(pointer)
        return _child(self.node(pointer[:-1]), pointer[-1])[0]

    def inside(self, pointer: Pointer, start: int, end: int) -> Span:
        """The span of the characters `start`..`end` of the string value at `pointer`."""
        node = self.node(pointer)
        if not isinstance(node.value, str):
            raise KeyError(pointer)
        return self._inside(node, start, end)


def _child(node: Node, step: str | int) -> tuple[Span, Node]:
    if node.members is not None and isinstance(step, str):
        return node.members[step]
    if node.items is not None and isinstance(step, int) and 0 <= step < len(node.items):
        item = node.items[step]
        return Span(item.start, item.end), item
    raise KeyError(step)
