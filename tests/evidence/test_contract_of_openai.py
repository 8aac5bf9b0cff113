"""OpenAI's own contract, held against the published connector: facts checked by hand."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from connlint.connector.model import url_shape
from connlint.evidence.contract import Contract, ContractOperation
from connlint.evidence.contract_cache import pack, unpack

SHARED = Path(__file__).parents[2].parent / "shared"
CONTRACT = SHARED / "contracts" / "openai.openapi.json"
RESOURCES = SHARED / "seeds" / "chatgpt-resources.json"

pytestmark = pytest.mark.skipif(
    not CONTRACT.exists() or not RESOURCES.exists(),
    reason="OpenAI's contract and the published connector are not beside this checkout",
)


@pytest.fixture(scope="module", params=["parsed", "packed"])
def openai(request: pytest.FixtureRequest) -> Contract:
    contract = Contract(json.loads(CONTRACT.read_bytes()), "openai.openapi.json")
    return contract if request.param == "parsed" else unpack(pack(contract), contract.name)


@pytest.fixture(scope="module")
def resources() -> list[dict[str, Any]]:
    value: list[dict[str, Any]] = json.loads(RESOURCES.read_bytes())
    return value


def operation(contract: Contract, method: str, path: str) -> ContractOperation:
    found = contract.operation(method, path)
    assert found is not None
    return found


def test_the_document(openai: Contract) -> None:
    assert (openai.fault, openai.title, openai.version) == (None, "OpenAI API", "2.3.0")
    assert openai.servers == ("https://api.openai.com/v1",)
    assert [(s.type, s.scheme, s.header) for s in openai.security_schemes.values()] == [
        ("http", "bearer", "Authorization")
    ] * 2
    assert len(openai.paths) == 182


def test_all_operations_but_two_are_in_it(openai: Contract, resources: list[dict[str, Any]]) -> None:
    absent = {}
    for resource in resources:
        for name, entry in resource["operations"].items():
            path = url_shape(resource["endpoint"]["value"] + entry["path"]["value"])
            if openai.operation(entry["method"], path) is None:
                absent[resource["handle"], name] = list(openai.methods(path))
    assert absent == {("fine_tuning_jobs", "delete"): ["GET"], ("batches", "delete"): ["POST"]}


def test_transcriptions_take_multipart_only(openai: Contract) -> None:
    found = operation(openai, "POST", "/audio/transcriptions")
    assert list(found.bodies) == ["multipart/form-data"]
    keys = found.bodies["multipart/form-data"].keys()
    assert {"file", "model", "language", "prompt"} <= keys.keys()
    assert [name for name, key in keys.items() if key.required] == ["file", "model"]
    assert keys["file"].shape.formats == {"binary"}


def test_speech_answers_no_json(openai: Contract) -> None:
    found = operation(openai, "POST", "/audio/speech")
    assert found.answers == ()
    assert "application/octet-stream" in found.other_media


def test_deprecated_operations_of_the_connector(openai: Contract) -> None:
    operations = [*openai.methods("/assistants").values(), *openai.methods("/assistants/{}").values()]
    assert [operation.deprecated for operation in operations] == [True] * 5


def test_fields_are_proven_but_four_that_are_sometimes_there(
    openai: Contract, resources: list[dict[str, Any]]
) -> None:
    outcomes: Counter[str] = Counter()
    sometimes = {}
    for resource in resources:
        worst: dict[str, str] = {}
        for name, entry in resource["operations"].items():
            path = url_shape(resource["endpoint"]["value"] + entry["path"]["value"])
            found = openai.operation(entry["method"], path)
            if found is None or name == "delete":
                continue
            for answer in found.answers:
                records = answer.records()
                assert name != "list" or records.key == "data"
                shape = records.shape if name == "list" else answer
                assert shape is not None
                for field in resource["fields"]:
                    walk = shape.walk(field["selector"])
                    worst[field["name"]] = max(worst.get(field["name"], ""), walk.outcome)
                    if walk.outcome == "sometimes":
                        sometimes[resource["handle"], field["name"]] = walk.found
        outcomes.update(worst.values())
    assert outcomes == {"proven": 95, "sometimes": 4}
    verbose, diarized = "CreateTranscriptionResponseVerboseJson", "CreateTranscriptionResponseDiarizedJson"
    assert sometimes == {
        ("responses", "output_text"): ("OutputMessage > OutputTextContent", "ReasoningItem"),
        ("audio_transcriptions", "language"): (verbose,),
        ("audio_transcriptions", "duration"): (diarized, verbose),
        ("thread_messages", "content"): ("MessageContentTextObject",),
    }


def test_kinds_and_values_at_a_selector(openai: Contract) -> None:
    response = operation(openai, "POST", "/responses").answers[0]
    created, embedding = (
        response.walk(["created_at"]).shape,
        operation(openai, "POST", "/embeddings").answers[0].walk(["data", "0", "embedding"]).shape,
    )
    assert created is not None
    assert created.kinds == {"integer", "number"}
    assert embedding is not None
    assert embedding.element is not None
    assert embedding.kinds == {"array"}
    assert embedding.element.kinds == {"integer", "number"}
    purpose = operation(openai, "GET", "/files/{}").answers[0].walk(["purpose"]).shape
    assert purpose is not None
    assert purpose.values is not None
    assert "fine-tune" in purpose.values
    model = operation(openai, "POST", "/moderations").bodies["application/json"].keys()["model"].shape
    assert model.values is None
    assert "omni-moderation-latest" in model.named_values


def test_events_carry_the_names_of_their_deliveries(openai: Contract) -> None:
    assert list(openai.events) == [
        "batch.cancelled",
        "batch.completed",
        "batch.expired",
        "batch.failed",
        "eval.run.canceled",
        "eval.run.failed",
        "eval.run.succeeded",
        "fine_tuning.job.cancelled",
        "fine_tuning.job.failed",
        "fine_tuning.job.succeeded",
        "live.call.incoming",
        "realtime.call.incoming",
        "response.cancelled",
        "response.completed",
        "response.failed",
        "response.incomplete",
    ]
    assert openai.unnamed_webhooks == ()
    event = openai.events["batch.cancelled"]
    assert (event.key, event.discriminator) == ("batch_cancelled", "type")
    assert event.payload.walk(["status"]).outcome == "refuted"
    assert event.payload.walk(["data", "id"]).outcome == "proven"
    described = event.payload.walk(["id"]).shape
    assert described is not None
    assert described.description == "The unique ID of the event."


def test_thirteen_of_the_thirty_unknown_events_are_known_as_something_else(
    openai: Contract, resources: list[dict[str, Any]]
) -> None:
    events = [webhook["event"] for resource in resources for webhook in resource.get("webhooks", [])]
    names = [name for name in events if name not in openai.events]
    assert len(names) == 30
    known = Counter(found.kind for name in names if (found := openai.known_as(name)) is not None)
    assert known == {"streaming": 9, "object": 4}
    thread = openai.known_as("thread.created")
    assert thread is not None
    assert thread.words == "a streaming event (ThreadStreamEvent), never delivered by webhook"
    assert thread.pointer[:3] == ("components", "schemas", "ThreadStreamEvent")
    deleted = openai.known_as("assistant.deleted")
    assert deleted is not None
    assert deleted.words == "the `object` of DELETE /assistants/{assistant_id}'s answer"


def test_every_schema_of_the_contract_is_understood(openai: Contract) -> None:
    components: Any = openai.value["components"]
    unclear = {}
    for name in components["schemas"]:
        shape = openai.schemas.at("components", "schemas", name)
        for where, part in [("", shape), *((key.name, key.shape) for key in shape.keys().values())]:
            if part.unchecked or not part.branches:
                unclear[name, where] = part.unchecked or "no branches"
    assert unclear == {}
