"""No rule fails, whatever an author puts where: one connector with everything in it, spoilt node by node."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from connlint.run import Request, run

KEY = {"name": "apiKey", "type": "String", "required": True}
ID = {"name": "batch_id", "type": "String", "required": True, "description": "Which."}

SERVICE: dict[str, Any] = {
    "handle": "demo-v1",
    "status": "active",
    "meta": {"short": "Demo", "tags": ["demo"]},
    "service": {
        "baseURL": {"value": "https://{{host}}/v1", "placeholders": [{"name": "host", "type": "String"}]},
        "protocol": "https",
        "contentType": "application/json",
        "headers": {"Accept": "application/json", "Authorization": {"value": "Bearer {{apiKey}}"}},
        "auth": {
            "method": "api_token",
            "params": {
                "apiToken": {
                    "token": {"value": "{{apiKey}}", "placeholders": [KEY]},
                    "headerName": {"value": "Authorization"},
                }
            },
        },
    },
}

RESOURCES: list[Any] = [
    {
        "handle": "batches",
        "meta": {"short": "Batches"},
        "endpoint": {"value": "/{{org}}/batches", "placeholders": [{"name": "org", "type": "String"}]},
        "fields": [
            {"name": "id", "type": "String", "selector": ["id"], "meta": {"description": "Which."}},
            {"name": "tags", "type": "String", "selector": ["tags"], "multivalue": True},
        ],
        "operations": {
            "list": {
                "method": "GET",
                "path": "",
                "queryParams": {
                    "limit": {"value": "20"},
                    "after": {"value": "{{after}}", "placeholders": []},
                },
            },
            "read": {"method": "GET", "path": {"value": "/{{batch_id}}?x=1", "placeholders": [ID]}},
            "create": {
                "method": "POST",
                "headers": {"X-Trace": "on", "x-trace": "on"},
                "bodyTemplate": {
                    "value": '{"model": "{{model}}", "n": {{n}}, "n": 1}',
                    "placeholders": [
                        {"name": "model", "type": "String", "options": ["a", "b", "a"], "required": False},
                        {"name": "n", "type": "Integer"},
                    ],
                },
            },
        },
        "webhooks": [
            {
                "event": "batch.completed",
                "path": "/webhooks/demo/batch-completed",
                "payload": [{"name": "id", "type": "String", "selector": ["id"]}],
            }
        ],
    },
    {"handle": "files", "endpoint": "/files", "operations": {"list": {"method": "GET"}}},
]

CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Demo", "version": "1"},
    "servers": [{"url": "https://api.example.com/v1"}],
    "paths": {
        "/{org}/batches": {
            "get": {
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
                "responses": {
                    "200": {
                        "description": "All.",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "data": {
                                            "type": "array",
                                            "items": {"$ref": "#/components/schemas/Batch"},
                                        }
                                    },
                                }
                            }
                        },
                    }
                },
            },
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["model"],
                                "properties": {"model": {"enum": ["a", "b"]}, "n": {"type": "integer"}},
                            }
                        }
                    }
                },
                "responses": {"200": {"description": "Made."}},
            },
        }
    },
    "components": {
        "schemas": {"Batch": {"type": "object", "properties": {"id": {"type": "string"}}}},
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    },
    "webhooks": {
        "batch_completed": {
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "type": {"const": "batch.completed"},
                                    "id": {"type": "string"},
                                },
                            }
                        }
                    }
                }
            }
        }
    },
}

FILES = {"service.json": SERVICE, "resources.json": RESOURCES, "contract.json": CONTRACT}
ODDITIES: tuple[object, ...] = (None, True, 7, "", "{{", "a b", [], {}, [None], {"value": "{{x}}"}, {"": 0})


def pointers(value: object) -> Iterator[tuple[str | int, ...]]:
    """Every place inside a value."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield (key,)
        for rest in pointers(inner):
            yield (key, *rest)


def spoilt(value: object, pointer: tuple[str | int, ...], replacement: object) -> object:
    """The value with something else in one place; without the place for `...`."""
    made: Any = deepcopy(value)
    holder = made
    for step in pointer[:-1]:
        holder = holder[step]
    if replacement is ...:
        del holder[pointer[-1]]
    else:
        holder[pointer[-1]] = deepcopy(replacement)
    return made


def write(folder: Path, files: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    for name, value in files.items():
        (folder / name).write_text(json.dumps(value, indent=1), "utf-8")


def internal_errors(folder: Path) -> list[str]:
    report = run(Request(paths=(folder,), working=folder.parent)).report
    return [item.message for item in report.all_findings if item.rule == "internal-error"]


def test_the_whole_connector_is_read(tmp_path: Path) -> None:
    write(tmp_path / "demo", FILES)

    assert internal_errors(tmp_path / "demo") == []


@pytest.mark.parametrize("name", FILES)
def test_no_rule_fails_when_one_node_is_gone_or_something_else(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    write(folder, FILES)
    failures = {}
    for number, pointer in enumerate(pointers(FILES[name])):
        # a connector's places are removed, too; the oddities take their turn
        oddity = ODDITIES[(number * 7 + 3) % len(ODDITIES)]
        for replacement in (oddity,) if name == "contract.json" else (..., oddity):
            write(folder, {name: spoilt(FILES[name], pointer, replacement)})
            if found := internal_errors(folder):
                failures[pointer, str(replacement)] = found

    assert failures == {}
