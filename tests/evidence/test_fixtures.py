"""Fixtures as read: exchanges, deliveries, scenarios, streams, holes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connlint.evidence.filling import UNKNOWN, fill, merge_patch, set_at, settle
from connlint.evidence.fixtures import (
    Fixture,
    Provenance,
    answers_of,
    deliveries_of,
    exchanges_of,
    fixtures_of,
)
from connlint.evidence.streams import StreamItem, gap, items_of
from connlint.reading import MISSING, Document, read


def fixtures(*texts: str) -> tuple[Fixture, ...]:
    """The fixtures of YAML texts, each a file of its own."""
    documents: list[Document] = []
    for number, text in enumerate(texts):
        result = read(f"fixtures/{number}.yaml", text.encode(), named=True)
        assert not any(document.faults for document in result.documents)
        documents += result.documents
    return fixtures_of(documents)


READ = """
operation: files.read
recorded: 2026-11-20 from https://api.example.com/v1
request: {path: {file_id: file_1}}
response:
  status: 200
  headers: {x-request-id: req_1, set-cookie: [a=1, b=2]}
  json: {id: file_1, bytes: 120}
"""


def test_an_operation_fixture_is_one_exchange() -> None:
    (fixture,) = fixtures(READ)

    (exchange,) = fixture.exchanges

    assert (fixture.kind, fixture.target, fixture.name) == ("operation", "files.read", "files.read")
    assert fixture.address == "fixtures[files.read]"
    assert exchange.operation == "files.read"
    assert exchange.request.path == {"file_id": "file_1"}
    assert exchange.response.headers == (
        ("x-request-id", "req_1"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    )
    assert exchange.response.content_type == "application/json"
    assert exchange.json == {"id": "file_1", "bytes": 120}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("recorded: 2026-11-20 from https://x.example", ("recorded", "2026-11-20", "https://x.example")),
        (
            "written: 2026-11-21 after the contract's example",
            ("written", "2026-11-21", "the contract's example"),
        ),
        (
            "drafted: 2026-11-21 from contract.json 2.3.0",
            ("drafted", "2026-11-21", "contract.json 2.3.0"),
        ),
        ("written: by hand", ("written", "", "by hand")),
        ("note: nobody knows", ("", "", "")),
    ],
)
def test_a_fixture_says_how_it_came_to_be(text: str, expected: tuple[str, str, str]) -> None:
    (fixture,) = fixtures(f"operation: a.b\n{text}\n")

    origin = fixture.provenance

    assert (origin.kind, origin.date, origin.source) == expected


def test_drafts_prove_nothing_of_their_own() -> None:
    drafted = READ.replace("recorded:", "drafted:")

    found = fixtures(READ, drafted)

    assert [exchange.drafted for exchange in exchanges_of(found, "files.read")] == [False, True]
    assert [exchange.drafted for exchange in answers_of(found, "files.read")] == [False]


def test_errors_and_streams_are_no_evidence_for_fields() -> None:
    error = READ.replace("status: 200", "status: 404")
    stream = (
        "operation: files.read\nrecorded: 2026-11-20 from x\nresponse: {status: 200, stream: [{data: 1}]}"
    )
    empty = "operation: files.read\nrecorded: 2026-11-20 from x\nresponse: {status: 204}"

    assert answers_of(fixtures(error, stream, empty), "files.read") == []


def test_a_body_that_is_not_json_is_evidence_without_json() -> None:
    (answer,) = answers_of(
        fixtures("operation: a.b\nwritten: 2026-11-20 after x\nresponse: {status: 200, text: hello}"), "a.b"
    )

    assert answer.json is MISSING
    assert answer.response.content_type == "text/plain; charset=utf-8"


def test_an_event_fixture_is_one_delivery() -> None:
    text = "event: file.ready\nwritten: 2026-11-20 after x\ndelivery: {headers: {x-a: 1}, json: {id: evt_1}}"

    (delivery,) = deliveries_of(fixtures(text), "file.ready")

    assert delivery.json == {"id": "evt_1"}
    assert delivery.headers == (("x-a", "1"),)
    assert delivery.locate(("id",)).pointer == ("delivery", "json", "id")


SCENARIO = """
scenario: batch-completes
drafted: 2026-11-21 from contract.json 2.3.0
key: id
steps:
  - operation: batches.create
    request: {json: {endpoint: /v1/x, window: 24h}}
    response:
      status: 200
      json:
        id: b1
        endpoint: "{{request.json.endpoint}}"
        status: new
        error: none
        counts: {total: 0, failed: 0}
  - operation: batches.read
    response: {changes: {status: running, counts: {total: 100}, error: null}}
  - delivers: batch.completed
    after: 1.5s
    set: {data.id: "{{id}}"}
"""


def test_the_steps_of_a_scenario_are_exchanges_with_changes_laid_over() -> None:
    (fixture,) = fixtures(SCENARIO)

    first, second = fixture.exchanges

    assert first.json == {
        "id": "b1",
        "endpoint": "/v1/x",
        "status": "new",
        "error": "none",
        "counts": {"total": 0, "failed": 0},
    }
    assert second.operation == "batches.read"
    assert second.response.status == 200
    assert second.json == {
        "id": "b1",
        "endpoint": "/v1/x",
        "status": "running",
        "counts": {"total": 100, "failed": 0},
    }
    assert [step.delivers for step in fixture.steps] == [None, None, "batch.completed"]
    assert fixture.steps[2].after == 1.5
    assert fixture.key == ("id",)


def test_a_value_of_a_scenario_stands_in_the_step_that_wrote_it() -> None:
    (fixture,) = fixtures(SCENARIO)

    second = fixture.exchanges[1]

    assert second.locate(("status",)).pointer == ("steps", 1, "response", "changes", "status")
    assert second.locate(("id",)).pointer == ("steps", 0, "response", "json", "id")


def test_holes_without_a_value_are_unknown_and_prove_nothing() -> None:
    text = """
operation: files.create
written: 2026-11-21 after x
request: {json: {name: a.txt}}
response:
  status: 200
  json:
    {name: "{{request.json.name}}", purpose: "{{ request.json.purpose }}", note: "for {{request.json.who}}"}
"""
    ((exchange,),) = [fixture.exchanges for fixture in fixtures(text)]

    assert exchange.json == {"name": "a.txt", "purpose": None, "note": "for {{request.json.who}}"}
    assert exchange.unknown == {("purpose",), ("note",)}


def test_braces_that_refer_to_nothing_of_the_request_are_text() -> None:
    text = (
        'operation: a.b\nrecorded: 2026-11-21 from x\nresponse: {status: 200, json: {prompt: "Hi {{name}}"}}'
    )

    ((exchange,),) = [fixture.exchanges for fixture in fixtures(text)]

    assert exchange.json == {"prompt": "Hi {{name}}"}
    assert exchange.unknown == frozenset()


def test_forms_and_multipart_bodies_have_parts() -> None:
    text = """
operation: files.create
written: 2026-11-21 after x
request:
  multipart:
    purpose: batch
    file: {filename: a.txt, content-type: text/plain, text: hello}
    tags: [a, b]
response: {status: 200}
"""
    ((exchange,),) = [fixture.exchanges for fixture in fixtures(text)]

    parts = exchange.request.body.parts

    assert [(part.name, part.content, part.is_file) for part in parts] == [
        ("purpose", "batch", False),
        ("file", "hello", True),
        ("tags", "a", False),
        ("tags", "b", False),
    ]


def test_two_fixtures_of_one_name_are_told_apart() -> None:
    assert [fixture.name for fixture in fixtures(READ, READ)] == ["files.read", "files.read#2"]


@pytest.mark.parametrize(
    "text",
    [
        "operation: [a]",
        "operation: a.b\nresponse: 3",
        "operation: a.b\nmatch: 3\npaginate: []\nresponse: {status: x, headers: [], json: 1}",
        "event: x\ndelivery: []",
        "scenario: x\nsteps: 3",
        "scenario: x\nsteps: [1, {}, {operation: a.b}, {operation: a.b, response: {changes: 3}}]",
        "scenario: x\nsteps: [{delivers: [1]}]",
        "operation: a.b\nrequest: {multipart: 3}\nresponse: {stream: {}}",
        "{}",
    ],
)
def test_a_part_of_the_wrong_kind_is_left_out_alone(text: str) -> None:
    for fixture in fixtures(text):
        for exchange in fixture.exchanges:
            assert exchange.response.body.items == []
            assert exchange.request.body.parts == []
        assert isinstance(fixture.steps, tuple)
        assert isinstance(fixture.deliveries, tuple)
        assert isinstance(fixture.provenance, Provenance)


# --- streams


@pytest.mark.parametrize(
    ("item", "sent"),
    [
        ({"data": {"a": [1, "ü"]}}, 'data: {"a":[1,"ü"]}\n\n'),
        ({"data": "[DONE]"}, "data: [DONE]\n\n"),
        ({"event": "delta", "data": "two\nlines"}, "event: delta\ndata: two\ndata: lines\n\n"),
        ({"data": "x", "id": 7, "retry": 100}, "data: x\nid: 7\nretry: 100\n\n"),
        ({"comment": "keep-alive"}, ": keep-alive\n\n"),
        ({"comment": ""}, ":\n\n"),
        ({"raw": '{"a": 1}\n'}, '{"a": 1}\n'),
        ("text", "data: text\n\n"),
    ],
)
def test_an_item_is_sent_as_a_server_sent_event(item: object, sent: str) -> None:
    read_item = StreamItem.read(item)

    assert read_item is not None
    assert read_item.text == sent


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("40ms", 0.04),
        ("1.5s", 1.5),
        ("2m", 120.0),
        (40, 0.04),
        ("7", 0.007),
        ("soon", None),
        (True, None),
        (-1, None),
    ],
)
def test_gaps_have_units(written: object, seconds: float | None) -> None:
    assert gap(written) == seconds


_LINES = st.sampled_from(
    [
        "data: x",
        "data:x",
        'data: {"a":1}',
        'data: {"a": 1}',
        "data",
        "event: e",
        ": comment",
        ":comment",
        "id: 1",
        "retry: 5",
        "other: 1",
        "",
        "{}",
    ]
)
_ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])


@given(st.lists(st.tuples(_LINES, _ENDS), max_size=12))
def test_a_recorded_stream_is_sent_again_byte_for_byte(lines: list[tuple[str, str]]) -> None:
    text = "".join(line + end for line, end in lines)

    items = [StreamItem.read(item) for item in items_of(text)]

    assert "".join(item.text for item in items if item is not None) == text


def test_recorded_json_becomes_values() -> None:
    assert items_of('data: {"a":1}\n\ndata: [DONE]\n\n') == [{"data": {"a": 1}}, {"data": "[DONE]"}]


# --- filling and changes


def test_a_hole_alone_keeps_its_type() -> None:
    request = {"json": {"n": 3, "tags": ["a"]}, "headers": {"X-Id": "7"}, "query": {"q": "x"}}

    filled = fill(
        ["{{request.json.n}}", "n={{request.json.n}}", "{{request.json.tags.0}}", "{{request.headers.x-id}}"],
        request,
    )

    assert filled == [3, "n=3", "a", "7"]


def test_names_of_the_thing_are_holes_only_where_there_is_a_thing() -> None:
    assert fill("{{id}}", {}) == "{{id}}"
    assert fill("{{id}}", {}, {"id": "b1"}) == "b1"
    assert fill("{{nothing}}", {}, {"id": "b1"}) is UNKNOWN


def test_what_is_unknown_is_null_and_its_place_is_kept() -> None:
    value, unknown = settle({"a": [UNKNOWN, 1], "b": UNKNOWN})

    assert value == {"a": [None, 1], "b": None}
    assert unknown == {("a", 0), ("b",)}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(_JSON, _JSON)
def test_a_merge_patch_does_what_its_rfc_says(base: object, changes: object) -> None:
    def by_the_rfc(target: object, patch: object) -> object:
        # the pseudo code of RFC 7396, section 2
        if isinstance(patch, dict):
            if not isinstance(target, dict):
                target = {}
            for name, value in patch.items():
                if value is None:
                    if name in target:
                        del target[name]
                else:
                    target[name] = by_the_rfc(target.get(name), value)
            return target
        return patch

    before = json.dumps(base)

    merged = merge_patch(base, changes)

    assert json.dumps(base) == before, "the base is left alone"
    assert merged == by_the_rfc(json.loads(before), changes)


def test_values_are_set_by_dotted_path() -> None:
    assert set_at({"data": {"id": 1, "x": 2}}, "data.id", "b1") == {"data": {"id": "b1", "x": 2}}
    assert set_at({}, "a.b", 1) == {"a": {"b": 1}}
    assert set_at({"a": [{"b": 1}]}, "a.0.b", 2) == {"a": [{"b": 2}]}
