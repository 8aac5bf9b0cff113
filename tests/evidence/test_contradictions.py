"""What a fixture says against the contract: once for each fault, at its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connlint.connector.model import Connector
from connlint.discovery import Finder
from connlint.evidence.bundle import Evidence
from connlint.evidence.contract import Contract
from connlint.evidence.contradictions import MOST, Clash, clashes
from connlint.evidence.fixtures import fixtures_of
from connlint.loading import load
from connlint.reading import read

RESOURCES = """
- handle: files
  endpoint: /files
  fields: [{name: owner, type: String, selector: [owner, name]}]
  operations:
    list: {method: GET, path: ""}
    create: {method: POST, path: ""}
    content: {method: GET, path: /content}
"""
FILE: Any = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "owner": {"type": "object", "properties": {"id": {"type": "string"}}},
    },
}


def answers(**content: Any) -> Any:
    return {
        "responses": {
            "200": {"description": "", "content": {key: {"schema": value} for key, value in content.items()}}
        }
    }


CONTRACT: Any = {
    "openapi": "3.1.0",
    "info": {"title": "T", "version": "1"},
    "paths": {
        "/files": {
            "get": answers(
                **{
                    "application/json": {
                        "type": "object",
                        "properties": {"data": {"type": "array", "items": FILE}},
                    }
                }
            ),
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "properties": {"name": {"type": "string"}}}
                        }
                    }
                },
                **answers(
                    **{
                        "application/json": FILE,
                        "text/event-stream": {"type": "object", "properties": {"n": {"type": "integer"}}},
                    }
                ),
            },
        },
        "/files/content": {"get": answers(**{"application/octet-stream": {"type": "string"}})},
    },
}


@pytest.fixture
def connector(tmp_path: Path) -> Connector:
    (tmp_path / "resources.yaml").write_text(RESOURCES)
    (found,) = Finder(display=lambda path: path.name).discover([tmp_path]).connectors
    return load(found, "demo", "demo", lambda _path, _page: Evidence()).connector


def clashes_in(connector: Connector, text: str) -> list[Clash]:
    (fixture,) = fixtures_of(read("a.yaml", text.encode(), named=True).documents)
    return clashes(fixture, connector, Evidence(contract=Contract(CONTRACT), contract_name="c"))


def told(found: list[Clash]) -> list[tuple[str, str, int]]:
    return [(f"{item.part} {item.path}", item.message, item.more) for item in found]


def test_items_of_a_list_that_are_wrong_alike_are_one_fault(connector: Connector) -> None:
    text = "operation: files.list\nwritten: 2026-11-22 after x\n"
    text += "response: {status: 200, json: {data: [{id: 1}, {}, {id: 2}]}}"

    assert told(clashes_in(connector, text)) == [
        ("answer /data/0/id", "a string is expected, this is an integer", 1),
        ("answer /data/1", "`id` is missing", 0),
    ]


def test_what_stands_in_something_of_the_wrong_kind_is_no_fault_of_its_own(connector: Connector) -> None:
    text = "operation: files.create\nwritten: 2026-11-22 after x\n"
    text += "response: {status: 200, json: {id: {a: 1}, owner: [{b: 1}]}}"

    assert [path for path, _, _ in told(clashes_in(connector, text))] == ["answer /id", "answer /owner"]


def test_requests_that_were_answered_well_are_held_to_the_contract_too(connector: Connector) -> None:
    text = "operation: files.create\nwritten: 2026-11-22 after x\n"
    text += "request: {json: {name: 3, nmae: x}}\nresponse: {status: %s, json: {id: f}}"

    assert told(clashes_in(connector, text % 200)) == [
        ("request /name", "a string is expected, this is an integer", 0),
        ("request /nmae", "`nmae` is no key that may stand here", 0),
    ]
    assert clashes_in(connector, text % 400) == []


def test_events_of_a_stream_are_held_one_by_one(connector: Connector) -> None:
    text = """
operation: files.create
written: 2026-11-22 after x
response:
  status: 200
  stream: [{data: {n: 1}}, {data: {n: one}}, {data: "[DONE]"}]
"""

    (clash,) = clashes_in(connector, text)

    assert clash.at.pointer == ("response", "stream", 1, "data", "n")
    assert clash.part == "stream"


@pytest.mark.parametrize(
    ("response", "wrong"),
    [
        ("headers: {content-type: audio/mpeg}, base64: YQ==", False),
        ("text: hello", False),
        ("json: {id: f}", True),
    ],
)
def test_bytes_of_any_kind_are_what_octet_stream_says(
    connector: Connector, response: str, wrong: bool
) -> None:
    text = f"operation: files.content\nwritten: 2026-11-22 after x\nresponse: {{status: 200, {response}}}"

    assert bool(clashes_in(connector, text)) is wrong


def test_another_media_type_than_the_contracts_is_told(connector: Connector) -> None:
    text = "operation: files.list\nwritten: 2026-11-22 after x\nresponse: {status: 200, text: hello}"

    (clash,) = clashes_in(connector, text)

    assert clash.message == "the body is text/plain where application/json is expected"


def test_a_recording_may_have_keys_that_no_field_selects(connector: Connector) -> None:
    text = "operation: files.list\nrecorded: 2026-11-22 from x\n"
    text += "response: {status: 200, json: {data: [{id: f, new: 1, owner: {name: a, age: 3}}]}}"

    assert [path for path, _, _ in told(clashes_in(connector, text))] == ["answer /data/0/owner/name"]


def test_a_status_that_the_contract_does_not_describe_is_not_judged(connector: Connector) -> None:
    text = "operation: files.list\nwritten: 2026-11-22 after x\nresponse: {status: 404, json: 3}"

    assert clashes_in(connector, text) == []


def test_there_is_an_end_to_what_is_told(connector: Connector) -> None:
    keys = ", ".join(f"k{number}: 1" for number in range(100))
    text = "operation: files.create\nwritten: 2026-11-22 after x\n"
    text += f"response: {{status: 200, json: {{id: f, {keys}}}}}"

    assert len(clashes_in(connector, text)) == MOST
