"""What all evidence together says of a field: who is heard, and who wins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connlint.finding import Summary
from connlint.run import Request, run


def summary(folder: Path, answer: Any, selector: list[str], *recorded: Any) -> Summary:
    """One field of one `read`, held to the contract's answer (None: no contract) and to recorded answers."""
    write(folder / "service.json", {"handle": "t", "service": {"baseURL": "https://api.vendor.example"}})
    field = {"name": "it", "type": "Any", "selector": selector}
    operations = {"read": {"method": "GET"}}
    write(
        folder / "resources.json",
        [{"handle": "things", "endpoint": "/things", "operations": operations, "fields": [field]}],
    )
    if answer is not None:
        content = {"application/json": {"schema": answer}}
        get = {"get": {"responses": {"200": {"description": "It.", "content": content}}}}
        write(folder / "contract.json", {"openapi": "3.1.0", "info": {}, "paths": {"/things": get}})
    for index, value in enumerate(recorded):
        fixture = {"operation": "things.read", "recorded": "2026-10-02 from there"}
        (folder / "fixtures").mkdir(exist_ok=True)
        write(folder / "fixtures" / f"{index}.json", {**fixture, "response": {"status": 200, "json": value}})
    return run(Request(paths=(folder,), working=folder)).report.summary


def write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value))


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


A = {"type": "object", "properties": {"a": {"type": "string"}}}


@pytest.mark.parametrize(
    ("answer", "selector", "recorded", "status"),
    [
        (A, ["a"], [], "proven"),
        (A, ["b"], [], "refuted"),
        (A, ["a", "x"], [], "refuted"),
        # a recording that has it beats a shape that lacks it; a shape that names it beats one that lacks it
        (A, ["b"], [{"b": 1}], "proven"),
        (A, ["b"], [{"b": 1}, {"a": "x"}], "sometimes"),
        (A, ["a"], [{"b": 1}], "proven"),
        # shapes that open themselves, and those that say nothing
        ({**A, "additionalProperties": True}, ["b"], [], "unchecked"),
        ({**A, "additionalProperties": False}, ["b"], [], "refuted"),
        ({**A, "additionalProperties": {"type": "string"}}, ["b"], [{"a": "x"}], "unchecked"),
        ({"type": "object"}, ["b"], [], "unchecked"),
        ({"type": "object"}, ["b"], [{"a": "x"}], "never_seen"),
        ({}, ["b"], [{"a": "x"}], "never_seen"),
        # branches
        ({"oneOf": [A, thing(b={})]}, ["a"], [], "sometimes"),
        ({"anyOf": [A, {"type": "null"}]}, ["a"], [], "proven"),
        ({"allOf": [A, thing(b={"type": "string"})]}, ["b"], [], "proven"),
        ({**A, "nullable": True}, ["a"], [], "proven"),
        # what may be sent is not answered
        (thing(secret={"type": "string", "writeOnly": True}), ["secret"], [], "unchecked"),
        # samples alone
        (None, ["a"], [{"a": 1}, {"a": None}], "proven"),
        (None, ["a"], [{"a": 1}, {}], "sometimes"),
        (None, ["a"], [{}, {"b": 1}], "never_seen"),
        (None, ["a", "b"], [{"a": None}], "unchecked"),
        (None, ["a", "b"], [{"a": 1}, {"a": "x"}], "refuted"),
        (None, ["a"], [], "unchecked"),
    ],
)
def test_a_field_is_judged_by_all_that_is_known(
    answer: Any, selector: list[str], recorded: list[Any], status: str, tmp_path: Path
) -> None:
    fields = summary(tmp_path, answer, selector, *recorded).fields

    counted = {
        name: getattr(fields, name) for name in ("proven", "sometimes", "never_seen", "refuted", "unchecked")
    }
    assert {name for name, count in counted.items() if count} == {status}


def test_the_contract_says_where_the_records_of_a_recording_are(tmp_path: Path) -> None:
    """A recording with a second list, and the first one empty, is read as the contract's envelope says."""
    write(tmp_path / "service.json", {"handle": "t", "service": {"baseURL": "https://api.vendor.example"}})
    field = {"name": "it", "type": "Any", "selector": ["id"]}
    resource = {
        "handle": "things",
        "endpoint": "/things",
        "operations": {"list": {"method": "GET"}},
        "fields": [field],
    }
    write(tmp_path / "resources.json", [resource])
    answer = thing(
        data={"type": "array", "items": thing(id={"type": "string"})},
        warnings={"type": "array", "items": {"type": "string"}},
    )
    content = {"application/json": {"schema": answer}}
    get = {"get": {"responses": {"200": {"description": "All.", "content": content}}}}
    write(tmp_path / "contract.json", {"openapi": "3.1.0", "info": {}, "paths": {"/things": get}})
    (tmp_path / "fixtures").mkdir()
    fixture = {"operation": "things.list", "recorded": "2026-10-02 from there"}
    body = {"data": [{"id": "a"}], "warnings": [{"text": "old"}]}
    write(tmp_path / "fixtures" / "list.json", {**fixture, "response": {"status": 200, "json": body}})

    report = run(Request(paths=(tmp_path,), working=tmp_path)).report

    assert report.summary.fields.proven == 1


def test_a_list_of_events_past_its_age_is_told_on_the_day_alone(tmp_path: Path) -> None:
    write(tmp_path / "service.json", {"handle": "t", "service": {"baseURL": "https://api.vendor.example"}})
    webhook = {"event": "thing.made", "path": "/hooks/thing-made"}
    write(tmp_path / "resources.json", [{"handle": "things", "webhooks": [webhook]}])
    source = {"from": "the vendor's page", "retrieved": "2026-01-01", "stale-after": "180d"}
    events = {"source": source, "event-name": {"json": "type"}, "signing": {"scheme": "none"}}
    write(tmp_path / "events.json", {**events, "events": {"thing.made": {}}})

    def stale(today: str) -> list[str]:
        found = run(Request(paths=(tmp_path,), working=tmp_path, today=today)).report.all_findings
        return [f"{item.severity.word}: {item.message}" for item in found if item.rule == "stale-events"]

    assert stale("2026-06-01") == []
    assert stale("") == []
    assert stale("2026-09-01") == ["info: the list of events is 243 days old, and stale after 180 days"]
