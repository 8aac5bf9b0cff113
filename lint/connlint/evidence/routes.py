"""Which operation of a connector a request means: method and path, the most literal path first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from connlint.connector.model import url_shape
from connlint.connector.templates import scan

if TYPE_CHECKING:
    from connlint.connector.model import Connector, Operation


class Found(NamedTuple):
    """An operation whose path a request has, and the values of the path's holes, decoded."""

    operation: Operation
    values: dict[str, str]


class _Route(NamedTuple):
    operation: Operation
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    rank: tuple[int, int]


class Routes:
    """The routes of one connector. Paths count with and without the base URL's own path."""

    def __init__(self, connector: Connector) -> None:
        self._base = connector.base_path
        routes = (_route(operation) for operation in connector.operations if operation.method)
        # fewer holes first, then more literal text: /files/content before /files/{id}
        self._routes = sorted(routes, key=lambda route: route.rank)

    def find(self, method: str, path: str) -> Iterator[Found]:
        """Every operation of that method and path (as sent, without query), the most literal first."""
        for found in self.at(path):
            if (found.operation.method or "").upper() == method.upper():
                yield found

    def at(self, path: str) -> Iterator[Found]:
        """Every operation at a path, whatever its method."""
        from urllib.parse import unquote

        inner = path
        if self._base and (path == self._base or path.startswith(f"{self._base}/")):
            inner = path[len(self._base) :]
        tidy = "/" + inner.strip("/")
        for route in self._routes:
            match = route.pattern.fullmatch(tidy)
            if match is not None:
                yield Found(
                    route.operation, dict(zip(route.names, map(unquote, match.groups()), strict=True))
                )


def _route(operation: Operation) -> _Route:
    names = tuple(hole.name for hole in scan(operation.url_path))
    literal = url_shape(operation.url_path).split("{}")
    pattern = "([^/]+)".join(re.escape(part) for part in literal)
    return _Route(operation, re.compile(pattern), names, (len(names), -sum(map(len, literal))))
