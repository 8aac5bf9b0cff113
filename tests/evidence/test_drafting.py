"""Drafts: what the contract says, in fixtures that hold to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connlint.connector.model import Connector
from connlint.discovery import Finder
from connlint.evidence.bundle import Evidence
from connlint.evidence.contract import Contract
from connlint.evidence.contradictions import clashes
from connlint.evidence.drafting import Drafts, draft, fixture_text
from connlint.evidence.events import Events
from connlint.evidence.fixtures import Fixture, fixtures_of
from connlint.loading import load
from connlint.reading import read
from connlint.schema import faults

ROOT = Path(__file__).parents[2]
OPENAI = ROOT.parent / "shared" / "contracts" / "openai.openapi.json"

RESOURCES = """
- handle: batches
  endpoint: /batches
  fields:
    - {name: id, type: String, selector: [id]}
    - {name: total, type: Integer, selector: [counts, total]}
  operations:
    list: {method: GET, path: ""}
    read: {method: GET, path: "/{{batch_id}}"}
    create:
      method: POST
      path: ""
      bodyTemplate: '{"input_file_id": "{{input_file_id}}", "note": "x"}'
    delete: {method: DELETE, path: "/{{batch_id}}"}
    purge: {method: POST, path: /x/purge}
  webhooks:
    - {event: batch.completed, path: /hooks/batch, payload: [{name: id, type: String, selector: [data, id]}]}
- handle: files
  endpoint: /files
  operations:
    create: {method: POST, path: ""}
    content: {method: GET, path: /content}
    watch: {method: POST, path: /watch}
"""
CONTRACT: Any = {
    "openapi": "3.0.3",
    "info": {"title": "Demo", "version": "1"},
    "paths": {
        "/batches": {
            "get": {
                "parameters": [
                    {"name": "after", "in": "query", "schema": {"type": "string"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 2}},
                    {"name": "tenant", "in": "query", "required": True, "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["data", "has_more"],
                                    "properties": {
                                        "data": {
                                            "type": "array",
                                            "items": {"$ref": "#/components/schemas/Batch"},
                                        },
                                        "has_more": {"type": "boolean"},
                                        "last_id": {"type": "string"},
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
                                "required": ["window"],
                                "properties": {
                                    "window": {"enum": ["24h"]},
                                    "input_file_id": {"type": "string"},
                                    "note": {"type": "string", "nullable": True},
                                    "other": {"type": "string"},
                                },
                            }
                        }
                    }
                },
                "responses": {
                    "201": {
                        "description": "",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Batch"}}},
                    },
                    "400": {"description": ""},
                },
            },
        },
        "/batches/{id}": {
            "get": {
                "responses": {
                    "200": {
                        "description": "",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Batch"}}},
                    }
                }
            }
        },
        "/files": {
            "post": {
                "requestBody": {
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "required": ["file", "purpose", "tags"],
                                "properties": {
                                    "file": {"type": "string", "format": "binary"},
                                    "purpose": {"enum": ["batch"]},
                                    "tags": {"type": "array", "minItems": 1, "items": {"type": "string"}},
                                },
                            }
                        }
                    }
                },
                "responses": {"204": {"description": ""}},
            }
        },
        "/files/content": {
            "get": {
                "responses": {
                    "200": {"description": "", "content": {"audio/mpeg": {"schema": {"type": "string"}}}}
                }
            }
        },
        "/files/watch": {
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "properties": {"stream": {"type": "boolean"}}}
                        }
                    }
                },
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            "application/json": {
                                "schema": {"type": "object", "properties": {"n": {"type": "integer"}}}
                            },
                            "text/event-stream": {
                                "schema": {
                                    "oneOf": [
                                        {
                                            "properties": {"type": {"const": f"file.{word}"}},
                                            "required": ["type"],
                                            "type": "object",
                                        }
                                        for word in ("failed", "created", "text.delta", "other", "completed")
                                    ]
                                }
                            },
                        },
                    }
                },
            }
        },
    },
    "components": {
        "schemas": {
            "Batch": {
                "type": "object",
                "required": ["id", "status", "error"],
                "properties": {
                    "id": {"type": "string"},
                    "status": {"enum": ["new", "done"]},
                    "error": {"type": "string", "nullable": True},
                    "counts": {
                        "type": "object",
                        "properties": {"total": {"type": "integer"}, "failed": {"type": "integer"}},
                    },
                },
            }
        }
    },
}
EVENTS = {
    "vendor": "Demo",
    "event-name": {"json": "type"},
    "envelope": {
        "type": "object",
        "required": ["id", "type", "data"],
        "properties": {"id": {"type": "string"}, "type": {"type": "string"}, "data": {"type": "object"}},
    },
    "events": {
        "batch.completed": {
            "resource": "batches",
            "data": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
        },
        "batch.failed": {"resource": "batches"},
    },
}


def connector_of(folder: Path) -> Connector:
    (found,) = Finder(display=lambda path: path.name).discover([folder]).connectors
    return load(found, "demo", "demo", lambda _path, _page: Evidence()).connector


@pytest.fixture
def connector(tmp_path: Path) -> Connector:
    (tmp_path / "resources.yaml").write_text(RESOURCES)
    return connector_of(tmp_path)


def drafted(connector: Connector, **how: Any) -> Drafts:
    return draft(
        connector,
        Contract(CONTRACT),
        Events(EVENTS),
        date="2026-11-22",
        contract_name="contract.json 1",
        events_name="events.yaml",
        **how,
    )


def values(drafts: Drafts) -> dict[str, Any]:
    """The fixtures by file, as they read."""
    return {file: read(file, text.encode(), named=True).documents[0].value for file, text in drafts.files}


def test_every_operation_of_the_contract_and_every_event_is_drafted(connector: Connector) -> None:
    drafts = drafted(connector)

    assert [item.file for item in drafts.operations] == [
        "batches.list.yaml",
        "batches.read.yaml",
        "batches.create.yaml",
        "files.create.yaml",
        "files.content.yaml",
        "files.watch.yaml",
        "files.watch.streaming.yaml",
    ]
    assert [item.file for item in drafts.events] == [
        "webhooks/batch.completed.yaml",
        "webhooks/batch.failed.yaml",
    ]
    assert [(item.target, item.why, item.rule) for item in drafts.skipped] == [
        ("batches.delete", "the contract has no DELETE for", "wrong-method"),
        ("batches.purge", "the contract has no path for", "unknown-operation"),
    ]


def test_a_draft_says_from_what_it_is(connector: Connector) -> None:
    (text,) = [text for file, text in drafted(connector).files if file == "batches.read.yaml"]

    assert text == (
        "# connlint fixture\n"
        "operation: batches.read\n"
        "drafted: 2026-11-22 from contract.json 1\n"
        "\n"
        "request:\n"
        "  path: {batch_id: batch_1}\n"
        "\n"
        "response:\n"
        "  status: 200\n"
        "  json: {id: batch_1, status: new, error: null, counts: {total: 1}}\n"
    )


def test_a_request_has_what_the_template_sends_and_what_the_contract_requires(connector: Connector) -> None:
    made = values(drafted(connector))

    assert made["batches.create.yaml"]["request"] == {
        "json": {"window": "24h", "input_file_id": "file_1", "note": "note"}
    }
    assert made["batches.create.yaml"]["response"]["status"] == 201
    assert made["batches.list.yaml"]["request"] == {"query": {"tenant": "tenant"}}


def test_a_list_has_records_and_says_how_it_pages(connector: Connector) -> None:
    made = values(drafted(connector))["batches.list.yaml"]

    assert made["paginate"] == {
        "items": "data",
        "cursor": "after",
        "id": "id",
        "more": "has_more",
        "last": "last_id",
        "size": "limit",
        "default": 2,
    }
    body = made["response"]["json"]
    assert [record["id"] for record in body["data"]] == ["batch_1", "batch_2", "batch_3"]
    assert body["has_more"] is False
    assert body["last_id"] == "batch_3"


def test_bodies_that_are_not_json(connector: Connector) -> None:
    made = values(drafted(connector))

    parts = made["files.create.yaml"]["request"]["multipart"]
    assert parts["purpose"] == "batch"
    assert parts["tags"] == ["tag"]
    assert set(parts["file"]) == {"filename", "base64"}
    assert made["files.create.yaml"]["response"] == {"status": 204}
    assert made["files.content.yaml"]["response"]["headers"] == {"content-type": "audio/mpeg"}
    assert "base64" in made["files.content.yaml"]["response"]


def test_a_stream_is_a_variant_chosen_by_what_asks_for_it(connector: Connector) -> None:
    made = values(drafted(connector))["files.watch.streaming.yaml"]

    assert made["variant"] == "streaming"
    assert made["match"] == {"json": {"stream": True}}
    assert made["request"] == {"json": {"stream": True}}
    assert [item["data"]["type"] for item in made["response"]["stream"]] == [
        "file.created",
        "file.text.delta",
        "file.completed",
    ]


def test_a_delivery_names_its_event_and_the_thing_it_is_about(connector: Connector) -> None:
    made = values(drafted(connector))

    assert made["webhooks/batch.completed.yaml"]["delivery"]["json"] == {
        "id": "evt_1",
        "type": "batch.completed",
        "data": {"id": "batch_1"},
    }


def test_only_what_is_asked_for_is_drafted(connector: Connector) -> None:
    drafts = drafted(connector, only=["batches.read", "batch.failed"])

    assert [file for file, _ in drafts.files] == ["batches.read.yaml", "webhooks/batch.failed.yaml"]


def test_the_same_input_gives_the_same_text(connector: Connector) -> None:
    assert drafted(connector).files == drafted(connector).files


def fixtures_in(drafts: Drafts) -> tuple[Fixture, ...]:
    documents = [read(file, text.encode(), named=True).documents[0] for file, text in drafts.files]
    for document in documents:
        document.role = "fixture"
        assert list(faults(document, "fixture")) == []
    return fixtures_of(documents)


def test_drafts_are_fixtures_that_hold_to_their_contract(connector: Connector) -> None:
    evidence = Evidence(
        contract=Contract(CONTRACT), contract_name="c", events=Events(EVENTS), events_name="e"
    )

    for fixture in fixtures_in(drafted(connector)):
        assert clashes(fixture, connector, evidence) == []


@pytest.mark.skipif(not OPENAI.is_file(), reason="OpenAI's contract is not here")
def test_drafts_of_the_published_connector_hold_to_openais_contract() -> None:
    connector = connector_of(ROOT / "specs" / "chatgpt-published")
    contract = Contract(json.loads(OPENAI.read_bytes()))
    evidence = Evidence(contract=contract, contract_name="c")

    drafts = draft(connector, contract, None, date="2026-11-22")

    assert sorted(item.target for item in drafts.skipped) == ["batches.delete", "fine_tuning_jobs.delete"]
    assert len({item.target for item in drafts.operations}) == 42
    for fixture in fixtures_in(drafts):
        assert clashes(fixture, connector, evidence) == []


def test_an_origin_that_yaml_could_misread_is_quoted() -> None:
    text = fixture_text({"operation": "a.b", "drafted": "2026-11-22 from x: y # z"})

    assert read("a.yaml", text.encode(), named=True).documents[0].value == {
        "operation": "a.b",
        "drafted": "2026-11-22 from x: y # z",
    }


def test_operations_are_found_below_another_base_path_than_the_contracts(tmp_path: Path) -> None:
    (tmp_path / "resources.yaml").write_text(RESOURCES)
    paths = {f"/v2{path}": item for path, item in CONTRACT["paths"].items()}
    contract = Contract({**CONTRACT, "servers": [{"url": "https://api.example.com/v2"}]})
    elsewhere = Contract({**CONTRACT, "paths": paths})
    (tmp_path / "service.yaml").write_text("handle: demo\nservice: {baseURL: https://api.example.com/v2}\n")

    for held_to in (contract, elsewhere):
        drafts = draft(connector_of(tmp_path), held_to, None, date="2026-11-22")
        assert len(drafts.operations) == 7


def test_without_a_list_of_events_the_contracts_webhooks_are_drafted(connector: Connector) -> None:
    payload = {
        "type": "object",
        "required": ["id", "kind", "data"],
        "properties": {
            "id": {"type": "string"},
            "type": {"enum": ["batch.completed"]},
            "kind": {"const": "event"},
            "data": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
        },
    }
    body = {"content": {"application/json": {"schema": payload}}}
    contract = Contract({**CONTRACT, "webhooks": {"batch_completed": {"post": {"requestBody": body}}}})

    drafts = draft(connector, contract, None, date="2026-11-22", contract_name="contract.json 1")

    assert [item.target for item in drafts.events] == ["batch.completed"]
    made = values(drafts)["webhooks/batch.completed.yaml"]
    assert made["drafted"] == "2026-11-22 from contract.json 1"
    assert made["delivery"]["json"] == {
        "id": "evt_1",
        "kind": "event",
        "data": {"id": "batch_1"},
        "type": "batch.completed",
    }
