"""specs/chatgpt/events.yaml is what the pinned `openai` package says, in words of ours."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from connlint.evidence.events import Events
from connlint.reading import read

pytest.importorskip("openai", reason="the openai package is not installed")

import openai
from tests.refresh.refresh_events import TARGET, generated, refreshed, wordless

ROOT = Path(__file__).parents[2]
REFRESH = "run `make refresh-events`, and read what changed"


@pytest.fixture(scope="module")
def value() -> dict[str, Any]:
    return generated("2026-11-22")


@pytest.fixture(scope="module")
def committed() -> Events:
    document = read(TARGET.name, TARGET.read_bytes(), named=True).documents[0]
    assert document.faults == ()
    return Events(document.value, document)


def test_the_committed_document_is_what_the_installed_package_says(committed: Events) -> None:
    assert committed.version == openai.__version__, REFRESH
    text = TARGET.read_text("utf-8")
    assert refreshed(text, "2031-01-01") == text, REFRESH


def test_the_installed_package_is_the_pinned_one() -> None:
    pinned = re.search(
        r"^openai==(\S+)", (ROOT / "requirements" / "dev.txt").read_text("utf-8"), re.MULTILINE
    )
    assert pinned is not None
    assert openai.__version__ == pinned[1]


def test_every_event_and_field_has_words_of_ours(value: dict[str, Any]) -> None:
    assert list(wordless(value)) == []


def test_no_word_is_the_packages_own(committed: Events) -> None:
    from openai.types.webhooks import UnwrapWebhookEvent
    from pydantic import TypeAdapter

    schema = TypeAdapter[Any](UnwrapWebhookEvent).json_schema()
    theirs = {" ".join(text.split()) for text in _descriptions(schema)}
    ours = set(_descriptions(committed.value))
    assert ours
    assert ours.isdisjoint(theirs)


def _descriptions(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _descriptions(item)]
    if not isinstance(value, dict):
        return []
    own = [value["description"]] if isinstance(value.get("description"), str) else []
    return own + [text for item in value.values() for text in _descriptions(item)]


def test_the_document_fits_its_schema_and_names_all_events(committed: Events) -> None:
    schema = json.loads((ROOT / "schemas" / "events.schema.json").read_text("utf-8"))
    jsonschema_rs.validator_for(schema).validate(committed.value)
    assert list(committed.names) == sorted(committed.names)
    connector = json.loads((ROOT / "specs" / "chatgpt" / "resources.json").read_text("utf-8"))
    homes = {webhook["event"]: item["handle"] for item in connector for webhook in item.get("webhooks", ())}
    assert {event.name: event.resource for event in committed if not event.deprecated} == homes
    assert committed["live.call.incoming"].replaced_by == "live.transport.incoming"


def test_a_delivery_that_the_package_takes_fits_the_shape_and_back(committed: Events) -> None:
    """Deliveries made from each shape's required keys, and with each of them missing."""
    from openai.types.webhooks import UnwrapWebhookEvent
    from pydantic import TypeAdapter, ValidationError

    adapter = TypeAdapter[Any](UnwrapWebhookEvent)
    for event in committed:
        assert event.shape is not None
        validator = jsonschema_rs.validator_for(event.shape)
        delivery = _example(event.shape)
        validator.validate(delivery)
        assert adapter.validate_python(delivery, strict=True).type == event.name
        for key in delivery["data"]:
            poorer = {
                **delivery,
                "data": {name: item for name, item in delivery["data"].items() if name != key},
            }
            assert not validator.is_valid(poorer)
            with pytest.raises(ValidationError):
                adapter.validate_python(poorer, strict=True)


def _example(shape: Any) -> Any:
    """The smallest value of a shape."""
    if "const" in shape:
        return shape["const"]
    if "enum" in shape:
        return shape["enum"][0]
    kind = shape["type"][0] if isinstance(shape["type"], list) else shape["type"]
    if kind == "object":
        return {key: _example(shape["properties"][key]) for key in shape.get("required", [])}
    return {"array": [], "string": "x", "integer": 1}[kind]
