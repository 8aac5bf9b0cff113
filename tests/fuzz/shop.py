"""The connector that fuzz targets spoil: a small shop with every kind of evidence, on disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mock.connectors import EVENTS, RESOURCES, SERVICE, exchange, write

from connlint.run import Request, open_all

if TYPE_CHECKING:
    from connlint.engine import Loaded
    from connlint.mock.app import Mock

TODAY = "2026-11-22"

ORDER_SHAPE = {"$ref": "#/components/schemas/Order"}
CONTRACT: dict[str, object] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "https://api.shop.test/v1"}],
    "paths": {
        "/orders": {
            "get": {
                "operationId": "listOrders",
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["data"],
                                    "properties": {
                                        "data": {
                                            "type": "array",
                                            "items": {"$ref": "#/components/schemas/Order"},
                                        }
                                    },
                                }
                            }
                        }
                    }
                },
            },
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["item"],
                                "properties": {
                                    "item": {"type": "string", "enum": ["a", "b"]},
                                    "count": {"type": "integer"},
                                    "source": {"type": ["string", "null"]},
                                },
                                "additionalProperties": False,
                            }
                        }
                    }
                },
                "responses": {
                    "201": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
                    }
                },
            },
        },
        "/orders/{id}": {
            "get": {
                "responses": {
                    "200": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
                    }
                }
            }
        },
        "/pictures": {
            "post": {
                "requestBody": {
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "file": {"type": "string", "format": "binary"},
                                    "title": {"type": "string"},
                                },
                            }
                        }
                    }
                },
                "responses": {"200": {"content": {"image/png": {}}}},
            }
        },
    },
    "components": {
        "schemas": {
            "Order": {
                "type": "object",
                "required": ["id", "sum"],
                "properties": {
                    "id": {"type": "string", "pattern": "^o[0-9]+$"},
                    "sum": {"anyOf": [{"type": "object", "properties": {"total": {"type": "integer"}}}]},
                    "inner": {"$ref": "#/components/schemas/Order"},
                },
            }
        },
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    },
    "webhooks": {
        "order_paid": {
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "type": {"const": "order.paid"},
                                    "data": {"type": "object", "properties": {"id": {"type": "string"}}},
                                },
                            }
                        }
                    }
                }
            }
        }
    },
}
ORDER = {"id": "o1", "sum": {"total": 3}}
FIXTURES: dict[str, object] = {
    "orders.read.json": exchange("orders.read", ORDER, request={"path": {"order_id": "1"}}),
    "orders.list.json": exchange(
        "orders.list",
        {"data": [ORDER], "has_more": False},
        request={"query": {"limit": "1"}},
    ),
    "orders.create.json": exchange(
        "orders.create",
        ORDER,
        status=201,
        request={"json": {"item": "a", "count": 1, "source": "platform"}},
    ),
    "pictures.create.json": exchange(
        "pictures.create",
        response={"base64": "AAEC", "headers": {"content-type": "image/png"}},
        request={"multipart": {"file": {"filename": "a.png", "base64": "AA=="}, "title": "t"}},
    ),
    "streaming.yaml": (
        "operation: orders.create\nvariant: streaming\nwritten: 2026-11-22 by hand\n"
        "match: {json: {item: b}}\n"
        "request: {json: {item: b, count: 1, source: platform}}\n"
        "response:\n  status: 200\n  headers: {content-type: text/event-stream}\n"
        "  stream:\n  - {event: a, data: {x: 1}}\n  - data: '[DONE]'\n"
    ),
    "order.paid.json": {
        "event": "order.paid",
        "written": "2026-11-22 by hand",
        "delivery": {"json": {"id": "e1", "type": "order.paid", "data": {"id": "o1"}}},
    },
}


@cache
def shop() -> Path:
    """A connector with all evidence, on disk, for this process."""
    base = Path(os.path.realpath(tempfile.mkdtemp(prefix="connlint-fuzz-")))
    (base / ".git").mkdir()
    home = base / "shop"
    write(home, FIXTURES, contract=CONTRACT)
    return home


@contextmanager
def placed_at(path: Path, data: bytes) -> Iterator[None]:
    """While it lasts, the file is there with this content."""
    path.write_bytes(data)
    try:
        yield
    finally:
        path.unlink()


def with_overlay(home: Path, name: str, data: bytes) -> Request:
    """A check of the shop in which one file has this content."""
    return Request(paths=(home,), working=home, today=TODAY, overlay={home / name: data})


def loaded(request: Request) -> Loaded:
    opened, _ = open_all(request)
    return opened[0].loaded


@cache
def served() -> Mock:
    from connlint.evidence.redaction import Redactor
    from connlint.mock.app import Mock
    from connlint.mock.journal import Journal
    from connlint.mock.opening import open_world

    opened = loaded(Request(paths=(shop(),), working=shop()))
    journal = Journal(lambda: Redactor.of(opened.connector, opened.evidence.contract))
    return Mock(open_world(opened.connector, opened.evidence), journal, delay=False)


SEEDS: dict[str, list[object]] = {
    "connector": [RESOURCES],
    "service": [SERVICE],
    "events": [EVENTS],
    "contract": [CONTRACT],
    "fixture": [value for value in FIXTURES.values() if not isinstance(value, str)],
    "cached": [],
}
"""Values to begin with, besides the files of `corpus/`."""
