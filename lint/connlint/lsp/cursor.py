"""From an offset of a text to the value that stands there, and from values to offsets inside them."""

from __future__ import annotations

from collections.abc import Iterator

from connlint.connector.model import Connector, Hole, Node, Operation, Placeholder, Resource, Template
from connlint.connector.usage import nodes
from connlint.reading import Document, Pointer
from connlint.source import Span


class Spot:
    """What stands at an offset: the innermost value's `pointer`; `on_key` when it is the member's key."""

    __slots__ = ("document", "offset", "on_key", "pointer")

    def __init__(self, document: Document, offset: int, pointer: Pointer, on_key: bool) -> None:
        self.document = document
        self.offset = offset
        self.pointer = pointer
        self.on_key = on_key

    @property
    def value(self) -> object:
        """The value there."""
        found: object = self.document.value
        for step in self.pointer:
            if isinstance(found, dict):
                found = found.get(step)
            else:
                found = found[step] if isinstance(found, list) and isinstance(step, int) else None
        return found

    @property
    def char(self) -> int | None:
        """Which character of the string value the offset stands before; None outside a string."""
        value = self.value
        if self.on_key or not isinstance(value, str):
            return None
        low, high = 0, len(value)
        while low < high:
            middle = (low + high) // 2
            if self.document.inside_span(self.pointer, middle, middle + 1).end <= self.offset:
                low = middle + 1
            else:
                high = middle
        return low


def spot(document: Document, offset: int) -> Spot:
    """What stands at an offset of the document's file."""
    pointer: Pointer = ()
    here: object = document.value
    while isinstance(here, (dict, list)):
        steps: Iterator[tuple[str | int, object]] = (
            iter(here.items()) if isinstance(here, dict) else iter(enumerate(here))
        )
        for step, inner in steps:
            at = (*pointer, step)
            try:
                key = document.positions.key(at)
                value = document.positions.value(at)
            except KeyError:
                continue
            if isinstance(step, str) and _holds(document, key, offset):
                return Spot(document, offset, at, on_key=True)
            if _holds(document, value, offset):
                pointer, here = at, inner
                break
        else:
            break
    return Spot(document, offset, pointer, on_key=False)


def _holds(document: Document, span: Span, offset: int) -> bool:
    return document.to_source(span.start) <= offset <= document.to_source(span.end)


def template_at(connector: Connector, spot: Spot) -> Template | None:
    """The template whose text or object holds the spot."""
    for template in connector.templates:
        if template.at.document is spot.document and _below(template.at.pointer, spot.pointer):
            return template
    return None


def text_template_at(connector: Connector, spot: Spot) -> Template | None:
    """The template in whose text the spot stands."""
    template = template_at(connector, spot)
    if template is not None and template.text_at.pointer == spot.pointer and not spot.on_key:
        return template
    return None


def hole_at(connector: Connector, spot: Spot) -> Hole | None:
    """The hole that the spot stands in."""
    template = text_template_at(connector, spot)
    char = spot.char if template is not None else None
    if template is None or char is None:
        return None
    return next((hole for hole in template.holes if hole.start <= char <= hole.end), None)


def placeholder_at(connector: Connector, spot: Spot) -> Placeholder | None:
    """The placeholder that the spot is about: its declaration, or a hole of it."""
    hole = hole_at(connector, spot)
    if hole is not None:
        return hole.placeholder
    template = template_at(connector, spot)
    if template is None:
        return None
    return next((item for item in template.placeholders if _below(item.at.pointer, spot.pointer)), None)


def operation_at(connector: Connector, document: Document, pointer: Pointer) -> Operation | None:
    """The operation that holds a pointer."""
    return next(
        (
            item
            for item in connector.operations
            if item.at.document is document and _below(item.at.pointer, pointer)
        ),
        None,
    )


def resource_at(connector: Connector, document: Document, pointer: Pointer) -> Resource | None:
    """The resource that holds a pointer."""
    return next(
        (
            item
            for item in connector.resources
            if item.at.document is document and _below(item.at.pointer, pointer)
        ),
        None,
    )


def node_at(connector: Connector, document: Document, pointer: Pointer) -> Node | None:
    """The innermost node that holds a pointer."""
    best: Node | None = None
    for node in nodes(connector):
        if (
            node.at.document is document
            and _below(node.at.pointer, pointer)
            and (best is None or len(node.at.pointer) >= len(best.at.pointer))
        ):
            best = node
    return best


def _below(outer: Pointer, inner: Pointer) -> bool:
    return inner[: len(outer)] == outer


def hole_name_span(hole: Hole) -> Span:
    """Where a hole's name stands in the file."""
    template = hole.template
    start = template.text.index(hole.name, hole.start)
    return template.text_at.chars(start, start + len(hole.name)).span
