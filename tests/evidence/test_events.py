"""The read model of an events document: names, whole deliveries, signing, age; broken parts left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connlint.evidence.events import EventName, Events, Signing, overlay, parse_age, staleness
from connlint.reading import read

ENVELOPE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "type", "data"],
    "properties": {
        "id": {"type": "string", "description": "The delivery."},
        "type": {"type": "string"},
        "data": {"type": "object", "description": "What it is about."},
    },
}
DATA = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
DOCUMENT: dict[str, Any] = {
    "vendor": "Acme",
    "source": {"from": "acme 2.1", "version": "2.1", "retrieved": "2026-11-21", "stale-after": "180d"},
    "event-name": {"json": "type"},
    "signing": {"scheme": "standard-webhooks"},
    "envelope": ENVELOPE,
    "events": {
        "job.done": {"resource": "jobs", "description": "A job is done.", "data": DATA},
        "job.gone": {"deprecated": True, "replaced-by": "job.done", "note": "until May"},
        "job.odd": {
            "shape": {"required": ["extra"], "properties": {"extra": {"const": 1}, "id": {"type": "integer"}}}
        },
    },
}


def shape(events: Events, name: str) -> dict[str, Any]:
    found = events[name].shape
    assert found is not None
    return found


def test_names_and_what_the_list_says_of_each() -> None:
    events = Events(DOCUMENT)
    assert events.names == ("job.done", "job.gone", "job.odd")
    assert "job.done" in events
    assert "job.new" not in events
    assert events.get("job.new") is None
    done, gone = events["job.done"], events["job.gone"]
    assert (done.resource, done.description, done.deprecated) == ("jobs", "A job is done.", False)
    assert (gone.deprecated, gone.replaced_by, gone.note, gone.resource) == (
        True,
        "job.done",
        "until May",
        None,
    )
    assert (events.vendor, events.origin, events.version) == ("Acme", "acme 2.1", "2.1")
    assert (events.retrieved, events.stale_after) == ("2026-11-21", 180)
    assert done.pointer == ("events", "job.done")


def test_a_delivery_is_the_envelope_with_the_events_data_and_its_name() -> None:
    found = shape(Events(DOCUMENT), "job.done")
    assert found["required"] == ["id", "type", "data"]
    assert found["properties"]["type"] == {"const": "job.done"}
    assert found["properties"]["id"] == ENVELOPE["properties"]["id"]
    assert found["properties"]["data"] == {**DATA, "description": "What it is about."}


def test_a_shape_is_laid_over_the_envelope() -> None:
    found = shape(Events(DOCUMENT), "job.odd")
    assert found["required"] == ["id", "type", "data", "extra"]
    assert found["properties"]["extra"] == {"const": 1}
    assert found["properties"]["id"] == {"type": "integer", "description": "The delivery."}


def test_an_event_without_a_shape_keeps_the_envelope_opened() -> None:
    found = shape(Events(DOCUMENT), "job.gone")
    assert found["additionalProperties"] is True
    assert found["properties"]["data"]["additionalProperties"] is True
    assert found["properties"]["type"] == {"const": "job.gone"}
    assert not Events(DOCUMENT)["job.gone"].has_own_shape


def test_names_alone_are_a_list() -> None:
    events = Events({"source": {"from": "a page"}, "events": {"a": None, "b": {}}})
    assert events.names == ("a", "b")
    assert events["a"].shape is None
    assert events
    assert Events({"source": {"from": "a page"}, "events": {}})


def test_a_shape_holds_the_definitions_that_it_refers_to() -> None:
    definitions = {"user": {"type": "object", "properties": {"name": {"type": "string"}}}}
    by = {"type": "object", "properties": {"by": {"$ref": "#/$defs/user"}}}
    events = Events({"$defs": definitions, "events": {"a": {"shape": by}, "b": {"shape": DATA}}})
    assert shape(events, "a")["$defs"] == definitions
    assert "$defs" not in shape(events, "b")


def test_a_union_stands_beside_the_envelope() -> None:
    union = {"anyOf": [DATA, {"type": "object", "properties": {"key": {"type": "string"}}}]}
    found = shape(Events({**DOCUMENT, "events": {"a": {"shape": union}}}), "a")
    assert found["allOf"] == [ENVELOPE, union]
    assert found["properties"] == {"type": {"const": "a"}}


def test_a_name_deep_in_the_body_is_a_constant_there() -> None:
    document = {**DOCUMENT, "event-name": {"json": ["event", "type"]}, "envelope": None}
    found = shape(Events(document), "job.done")
    assert found["properties"]["event"]["properties"]["type"] == {"const": "job.done"}
    assert "event" in found["required"]


def test_the_place_of_an_event_is_its_key() -> None:
    text = "source: {from: x}\nevents:\n  a:\n    data: {}\n  b:\n"
    document = read("events.yaml", text.encode(), named=True).documents[0]
    at = Events(document.value, document)["b"].at
    assert at is not None
    assert document.source.position(at.span.start) == (5, 3)


@pytest.mark.parametrize(
    ("rule", "body", "headers", "expected"),
    [
        ({"json": "type"}, {"type": "a"}, {}, "a"),
        ({"json": "type"}, {"type": 1}, {}, None),
        ({"json": "type"}, [1], {}, None),
        ({"json": ["event", "type"]}, {"event": {"type": "a"}}, {}, "a"),
        ({"json": ["event", "type"]}, {"event": "a"}, {}, None),
        ({"header": "X-Acme-Event"}, {}, {"x-acme-event": "push"}, "push"),
        ({"header": "X-Acme-Event"}, {}, {}, None),
    ],
)
def test_how_a_delivery_names_its_event(
    rule: object, body: object, headers: dict[str, str], expected: object
) -> None:
    name = EventName.read(rule)
    assert name is not None
    assert name.of(body, headers) == expected


@pytest.mark.parametrize(
    "value", [None, {}, {"json": ""}, {"json": []}, {"json": [1]}, {"header": 3}, "type"]
)
def test_an_unreadable_rule_is_none(value: object) -> None:
    assert EventName.read(value) is None


def test_signing_schemes() -> None:
    github = {"scheme": "hmac", "header": "X-Hub-Signature-256", "prefix": "sha256=", "over": "body"}
    stripe = {
        "scheme": "hmac",
        "header": "Stripe-Signature",
        "value": "t={timestamp},v1={signature}",
        "over": "{timestamp}.{body}",
    }
    slack = {
        "scheme": "hmac",
        "header": "X-Slack-Signature",
        "prefix": "v0=",
        "over": "v0:{timestamp}:{body}",
        "timestamp-header": "X-Slack-Request-Timestamp",
    }
    assert Signing.read(github) == Signing("hmac", "X-Hub-Signature-256", "sha256={signature}", "{body}")
    assert Signing.read(stripe) == Signing(
        "hmac", "Stripe-Signature", "t={timestamp},v1={signature}", "{timestamp}.{body}"
    )
    read_slack = Signing.read(slack)
    assert read_slack is not None
    assert (read_slack.value, read_slack.timestamp_header) == ("v0={signature}", "X-Slack-Request-Timestamp")
    assert Signing.read({"scheme": "standard-webhooks"}) == Signing("standard-webhooks")
    assert Signing.read({"scheme": "none"}) == Signing("none")
    others: list[object] = [None, {}, {"scheme": "hmac"}, {"scheme": "rot13"}, []]
    assert [Signing.read(other) for other in others] == [None] * 5


def test_laying_over_keeps_what_both_say() -> None:
    assert overlay({"type": "object", "required": ["a"]}, {"required": ["b", "a"]})["required"] == ["a", "b"]
    assert overlay(None, DATA) == DATA
    assert overlay({"$ref": "#/$defs/x"}, DATA) == {"allOf": [{"$ref": "#/$defs/x"}, DATA]}


@pytest.mark.parametrize(
    ("text", "days"),
    [("180d", 180), ("26w", 182), ("0d", 0), ("d", None), ("180", None), ("1y", None), (180, None)],
)
def test_ages(text: object, days: int | None) -> None:
    assert parse_age(text) == days


def test_staleness_counts_days_from_retrieved() -> None:
    events = Events(DOCUMENT)
    assert staleness(events, "2027-05-20") == (180, 180, False)
    assert staleness(events, "2027-05-21") == (181, 180, True)
    assert staleness(events, "2026-11-22", 0) == (1, 0, True)
    assert staleness(events, "2020-01-01") == (0, 180, False)
    undated = Events({**DOCUMENT, "source": {"from": "x", "retrieved": "last week"}})
    assert staleness(undated, "2027-05-21") == (None, None, False)
    with pytest.raises(ValueError):
        staleness(events, "soon")


WORDS = st.sampled_from(
    "source events envelope event-name signing data shape json header type properties required $ref allOf a"
    " scheme $defs retrieved resource".split()
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["type", "a", "hmac", "object", "180d"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            WORDS,
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(json_values)
def test_no_document_breaks_the_reading(value: object) -> None:
    events = Events(value)
    for event in events:
        assert event.shape is None or isinstance(event.shape, dict)
        assert isinstance(event.deprecated, bool)
    staleness(events, "2026-11-22")
