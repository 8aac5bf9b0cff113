"""A command line in an empty folder, and a connector in which every name means harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Result, connlint, folder, pets, write_connector

__all__ = ["Run", "armed", "connlint", "folder", "pets", "write_connector"]

Run = Callable[..., Result]

MARK = "\x1b]0;owned\x07\x9b31m\u202e\x00".replace("\x00", "")
"""A terminal's title set, a colour begun by its one-byte introducer, text turned round."""


def evil(name: str) -> str:
    """A name with all that `MARK` does in it."""
    return name + MARK


@pytest.fixture
def armed(folder: Path) -> Path:
    """A connector with contract, events and fixtures whose every text holds `MARK`."""
    home = folder / "armed"
    (home / "fixtures").mkdir(parents=True)
    op, field, event = evil("read"), evil("id"), evil("cat.born")
    written = {"name": evil("spare"), "type": evil("Sting"), "description": evil("d"), "options": [evil("o")]}
    service: dict[str, Any] = {
        "handle": evil("pets"),
        "service": {
            "baseURL": {"value": "https://api.pets.test/v1" + MARK},
            "protocol": "https",
            "contentType": evil("application/json"),
            "headers": {evil("X-A"): evil("v"), "X-B": "{{" + evil("nothing") + "}}"},
            evil("odd"): 1,
        },
    }
    resources: list[Any] = [
        {
            "handle": evil("cats"),
            "endpoint": {"value": "/cats"},
            "fields": [
                {"name": field, "type": "String", "selector": [evil("id")]},
                {"name": field, "type": "String", "selector": [evil("id"), "x"]},
            ],
            "operations": {
                op: {
                    "method": evil("GET"),
                    "path": {"value": "/{{" + evil("x") + "}}?a=" + MARK, "placeholders": [written]},
                    "bodyTemplate": {"value": '{"a" "b' + MARK + '"}', "placeholders": [written]},
                },
                "list": {"method": "GET"},
            },
            "webhooks": [
                {
                    "event": event,
                    "path": "cats" + MARK,
                    "payload": [{"name": field, "type": "String", "selector": [evil("k")]}],
                },
                {"event": event, "path": "cats" + MARK, "payload": []},
            ],
        }
    ]
    _dump(home / "service.json", service)
    _dump(home / "resources.json", resources)
    _dump(
        home / "contract.json",
        {
            "openapi": "3.1.0",
            "info": {"title": evil("Pets"), "version": evil("1")},
            "servers": [{"url": evil("https://api.pets.test/v1")}],
            "paths": {
                "/cats": {
                    "get": {
                        "operationId": evil("listCats"),
                        "responses": {
                            "200": {
                                "content": {
                                    "application/json": {
                                        "schema": {
                                            "type": "object",
                                            "properties": {evil("ident"): {"type": "string"}},
                                        }
                                    }
                                }
                            }
                        },
                    }
                }
            },
            "webhooks": {evil("w"): {"post": {}}},
        },
    )
    _dump(
        home / "events.json",
        {
            "vendor": evil("V"),
            "source": {"from": evil("the guide"), "version": evil("1"), "retrieved": "2026-01-01"},
            "event-name": {"json": "type"},
            "events": {event: {}, evil("cat.gone"): {"resource": evil("cats")}},
        },
    )
    _dump(
        home / "fixtures" / ("list" + "\x1b[31m" + ".json"),
        {
            "operation": evil("cats") + ".list",
            "recorded": "2026-01-01 from " + evil("x"),
            "response": {"status": 200, "json": {"data": [{evil("ident"): evil("v")}]}, evil("odd"): 1},
        },
    )
    _dump(
        home / "fixtures" / "event.json",
        {"event": event, "written": evil("by hand"), "delivery": {"json": {"type": event, "n": evil("v")}}},
    )
    return home


def _dump(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")
