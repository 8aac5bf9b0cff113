"""specs/chatgpt: the connector is clean, and its fixtures are what the vendor's own package reads.

The `openai` package is OpenAI's own; its response and event types say what the API sends. Each fixture must
satisfy them strictly: every required key, no key that they do not name, no value of another type.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from pydantic import TypeAdapter, ValidationError

from connlint.connector.model import Connector
from connlint.discovery import Finder
from connlint.evidence.bundle import Evidence
from connlint.evidence.fixtures import Delivery, Exchange, Fixture
from connlint.evidence.location import find_evidence
from connlint.finding import Finding, Severity
from connlint.loading import load
from connlint.reading import MISSING
from connlint.run import Outcome, Request, run

openai = pytest.importorskip("openai", reason="the openai package is not installed")

SPEC = Path(__file__).parents[1] / "specs" / "chatgpt"
OPENAI = Path(__file__).parents[2] / "shared" / "contracts" / "openai.openapi.json"


@cache
def evidence() -> Evidence:
    return find_evidence(SPEC, False, show=lambda path: path.relative_to(SPEC).as_posix())


@cache
def connector() -> Connector:
    (found,) = Finder(display=lambda path: path.name).discover([SPEC]).connectors
    return load(found, "chatgpt", "chatgpt", lambda _path, _page: evidence()).connector


# --- what the package reads


@cache
def _types() -> dict[str, Any]:
    """The type of each operation's answer; of a list, that of its records; of a stream, that of its data."""
    from openai.types import (
        Batch,
        CreateEmbeddingResponse,
        FileDeleted,
        FileObject,
        ImagesResponse,
        Model,
        ModelDeleted,
        ModerationCreateResponse,
        VectorStore,
        VectorStoreDeleted,
    )
    from openai.types.audio import TranscriptionVerbose
    from openai.types.beta import Assistant, AssistantDeleted, Thread, ThreadDeleted
    from openai.types.beta.threads import Message, MessageDeleted, Run
    from openai.types.chat import ChatCompletion, ChatCompletionChunk
    from openai.types.fine_tuning import FineTuningJob
    from openai.types.responses import Response, ResponseStreamEvent

    by_resource = {
        "chat_completions": ChatCompletion,
        "responses": Response,
        "embeddings": CreateEmbeddingResponse,
        "images": ImagesResponse,
        "audio_transcriptions": TranscriptionVerbose,
        "models": Model,
        "moderations": ModerationCreateResponse,
        "files": FileObject,
        "fine_tuning_jobs": FineTuningJob,
        "batches": Batch,
        "assistants": Assistant,
        "threads": Thread,
        "thread_messages": Message,
        "runs": Run,
        "vector_stores": VectorStore,
    }
    return {
        **by_resource,
        "models.delete": ModelDeleted,
        "files.delete": FileDeleted,
        "assistants.delete": AssistantDeleted,
        "threads.delete": ThreadDeleted,
        "thread_messages.delete": MessageDeleted,
        "vector_stores.delete": VectorStoreDeleted,
        "chat_completions.create stream": ChatCompletionChunk,
        "responses.create stream": ResponseStreamEvent,
    }


WITHOUT_TYPE = {
    "responses.delete": "the package reads no answer of it",
    "audio_speech.create": "its answer is bytes",
}
PAGE = {"object", "data", "first_id", "last_id", "has_more"}


def strictly_valid(type_: Any, value: object) -> list[str]:
    """What the package's type does not allow in a value: a type error of pydantic's strict mode, a key that
    no member of the type names. Empty when the value is exactly what the type describes."""
    try:
        _adapter(type_).validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        return [f"{'/'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message[:200]}"
        for error in _closed(type_).iter_errors(value)
    ]


@cache
def _adapter(type_: Any) -> TypeAdapter[Any]:
    return TypeAdapter(type_)


@cache
def _closed(type_: Any) -> Any:
    """The type's JSON Schema in which no object has a key that it does not name."""
    schema = copy.deepcopy(_adapter(type_).json_schema(by_alias=True))
    todo: list[Any] = [schema]
    while todo:
        here = todo.pop()
        if isinstance(here, dict):
            if isinstance(here.get("properties"), dict):
                here["additionalProperties"] = False
            todo.extend(here.values())
        elif isinstance(here, list):
            todo.extend(here)
    return jsonschema_rs.validator_for(schema)


# --- the helper itself


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ""),
        ({"bytes": "12"}, "bytes"),
        ({"bytes": None}, "bytes"),
        ({"purpose": "fun"}, "purpose"),
        ({"colour": "red"}, "colour"),
        ({"status_details": None}, ""),
    ],
)
def test_the_helper_refuses_what_the_type_does_not_say(change: dict[str, object], expected: str) -> None:
    value = {
        "id": "file-1",
        "bytes": 12,
        "created_at": 1,
        "filename": "a.txt",
        "object": "file",
        "purpose": "batch",
        "status": "processed",
        **change,
    }

    problems = strictly_valid(_types()["files"], value)

    assert bool(problems) == bool(expected)
    assert not expected or expected in problems[0]


def test_the_helper_looks_into_unions_and_lists() -> None:
    item = {"type": "response.output_text.delta", "delta": "a", "item_id": "m", "output_index": 0}
    whole = {**item, "content_index": 0, "logprobs": [], "sequence_number": 1}

    assert strictly_valid(_types()["responses.create stream"], whole) == []
    assert strictly_valid(_types()["responses.create stream"], item)
    assert strictly_valid(_types()["responses.create stream"], {**whole, "extra": 1})


# --- the fixtures


@pytest.mark.parametrize("fixture", evidence().fixtures, ids=lambda fixture: fixture.file)
def test_a_fixture_is_exactly_what_the_package_reads(fixture: Fixture) -> None:
    assert fixture.provenance.kind in ("written", "recorded")
    for exchange in fixture.exchanges:
        assert _problems(exchange) == []
    for delivery in fixture.deliveries:
        assert _delivery_problems(delivery) == []


def _problems(exchange: Exchange) -> list[str]:
    operation, body = exchange.operation, exchange.json
    if exchange.response.status >= 400:
        return _error_problems(body)
    if operation in WITHOUT_TYPE:
        return []
    if exchange.response.body.kind == "stream":
        items = [item.data for item in exchange.response.body.items if item.data != "[DONE]"]
        type_ = _types()[f"{operation} stream"]
        return [problem for item in items for problem in strictly_valid(type_, item)]
    resource, _, name = operation.partition(".")
    type_ = _types().get(operation, _types()[resource])
    if name != "list":
        return strictly_valid(type_, body)
    assert isinstance(body, dict)
    assert body.keys() <= PAGE
    problems = [problem for record in body["data"] for problem in strictly_valid(type_, record)]
    if "first_id" in body:
        assert (body["first_id"], body["last_id"]) == (body["data"][0]["id"], body["data"][-1]["id"])
    return problems


def _error_problems(body: object) -> list[str]:
    """An error is what the package puts into its exceptions: `error` with these four."""
    assert isinstance(body, dict)
    return [] if body["error"].keys() == {"message", "type", "param", "code"} else ["not the vendor's error"]


def _delivery_problems(delivery: Delivery) -> list[str]:
    from openai.types.webhooks import UnwrapWebhookEvent

    assert isinstance(delivery.json, dict)
    assert delivery.json["type"] == delivery.event
    return strictly_valid(UnwrapWebhookEvent, delivery.json)


def test_every_operation_has_a_fixture_of_success() -> None:
    answered = {
        exchange.operation
        for fixture in evidence().fixtures
        for exchange in fixture.exchanges
        if exchange.response.ok and fixture.kind == "operation"
    }

    assert answered == {operation.address for operation in connector().operations}


def test_every_official_event_has_a_delivery() -> None:
    events = evidence().events
    assert events is not None

    delivered = {delivery.event for fixture in evidence().fixtures for delivery in fixture.deliveries}

    assert delivered == set(events.names)


def test_every_event_that_is_not_deprecated_has_a_webhook() -> None:
    events = evidence().events
    assert events is not None

    declared = {webhook.event for webhook in connector().webhooks}

    assert declared == {event.name for event in events if not event.deprecated}


def test_a_request_holds_what_the_template_sends() -> None:
    """A fixture's own request is one that the connector makes: nothing in it beside the template's keys."""
    operations = {operation.address: operation for operation in connector().operations}
    for fixture in evidence().fixtures:
        for exchange in fixture.exchanges:
            operation, body = operations[exchange.operation], exchange.request.body
            tree = operation.body.body.root if operation.body is not None and operation.body.body else None
            keys = {key.name for key, _ in tree.members} if tree is not None else set()
            sent = set(body.value) if isinstance(body.value, dict) else set()
            assert sent - {"stream"} <= keys, fixture.file
            assert exchange.request.query.keys() <= {query.name for query in operation.query}, fixture.file


# --- the connector


def checked(**how: Any) -> Outcome:
    return run(Request(paths=(SPEC,), working=SPEC.parents[1], **how))


def loud(outcome: Outcome) -> list[Finding]:
    return [item for item in outcome.report.all_findings if item.severity >= Severity.WARNING]


def test_the_connector_is_clean_and_nothing_of_it_is_unchecked() -> None:
    outcome = checked()

    assert loud(outcome) == []
    (part,) = outcome.report.connectors
    assert part.not_checked == ()
    assert part.summary.fields.unchecked == part.summary.payload.unchecked == 0
    assert part.summary.fields.refuted == part.summary.payload.refuted == 0
    assert part.summary.events_missing == part.summary.events_unknown == 0


@pytest.mark.skipif(not OPENAI.is_file(), reason="OpenAI's contract is not here")
def test_with_the_vendors_contract_only_deprecated_operations_are_left() -> None:
    outcome = checked(contract=OPENAI)

    assert {item.rule for item in loud(outcome)} == {"deprecated-operation"}
    assert {item.address for item in loud(outcome)} == {
        f"assistants.{name}" for name in ("list", "read", "create", "update", "delete")
    }
    (part,) = outcome.report.connectors
    assert part.summary.operations_matched == part.summary.operations
    assert part.not_checked == ()


def test_every_answer_of_a_read_has_what_the_fields_of_its_resource_select() -> None:
    """The mock's users see records; one without its id would be of little use to them."""
    for fixture in evidence().fixtures:
        for exchange in fixture.exchanges:
            if exchange.operation.endswith(".read") and exchange.response.ok:
                assert exchange.json is not MISSING
                assert isinstance(exchange.json, dict)
                assert exchange.json["id"]
