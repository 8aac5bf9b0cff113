"""From a place in a document back to the node that stands there."""

from __future__ import annotations

from collections.abc import Iterator

from connlint.connector.model import Connector, Node, Template
from connlint.reading import Document, Location, Pointer


class Places:
    """Which node of a connector stands at which pointer of one document."""

    __slots__ = ("_connector", "_nodes")

    def __init__(self, connector: Connector, document: Document) -> None:
        self._connector = connector
        self._nodes: dict[Pointer, Node] = {}
        for node in _nodes(connector):
            if node.at.document is document:
                self._nodes[node.at.pointer] = node

    def address(self, at: Location) -> str:
        """The address of the innermost node that holds a place; "document" where none does."""
        pointer = at.pointer
        while pointer:
            node = self._nodes.get(pointer)
            if node is not None:
                return node.address
            pointer = pointer[:-1]
        return "document"


def _nodes(connector: Connector) -> Iterator[Node]:
    """Every node that has a place of its own."""
    service = connector.service
    if service is not None:
        yield service
        yield from _with_placeholders(service.templates)
        if service.auth is not None:
            yield service.auth
    for resource in connector.resources:
        yield resource
        yield from resource.fields
        yield from resource.operations
        yield from _with_placeholders(resource.templates)
        for webhook in resource.webhooks:
            yield webhook
            yield from webhook.payload


def _with_placeholders(templates: Iterator[Template]) -> Iterator[Node]:
    for template in templates:
        yield template
        yield from template.placeholders
