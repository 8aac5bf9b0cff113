"""docs/events.md tells the truth: its documents fit the schema, its commands print what it shows."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from tests.cli.conftest import Result

from connlint.evidence.events import Events, Signing
from connlint.reading import read

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "events.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The page's fenced blocks in a language, their indentation taken off."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", PAGE, re.MULTILINE | re.DOTALL)
    return ["".join(line[len(indent) :] for line in text.splitlines(keepends=True)) for indent, text in found]


def value_of(text: str) -> Any:
    document = read("events.yaml", text.encode(), named=True).documents[0]
    assert document.faults == ()
    return document.value


def test_the_document_fits_its_schema_and_reads_as_the_page_says() -> None:
    value = value_of(blocks("yaml")[0])
    schema = json.loads((ROOT / "schemas" / "events.schema.json").read_text("utf-8"))
    jsonschema_rs.validator_for(schema).validate(value)
    events = Events(value)
    ended, cancelled = events["job.ended"].shape, events["job.cancelled"].shape
    assert ended is not None
    assert cancelled is not None
    assert ended["required"] == ["id", "type", "data", "reason"]
    assert cancelled["additionalProperties"] is True


def test_the_signing_examples_fit_and_are_understood() -> None:
    schema = json.loads((ROOT / "schemas" / "events.schema.json").read_text("utf-8"))
    for text in blocks("yaml")[1:]:
        signing = value_of(text)["signing"]
        document = {"source": {"from": "x"}, "events": {"a": None}, "signing": signing}
        jsonschema_rs.validator_for(schema).validate(document)
        assert Signing.read(signing) is not None


BEFORE = """\
source: {from: acme-sdk 2.1, version: "2.1", retrieved: 2026-11-21}
events:
  job.cancelled: {data: {type: object, properties: {id: {type: string}}}}
  job.done: {data: {type: object, properties: {id: {type: string}}}}
  job.ended:
"""
AFTER = """\
source: {from: acme-sdk 2.2, version: "2.2", retrieved: 2026-11-22}
events:
  job.canceled: {data: {type: object, properties: {id: {type: string}}}}
  job.done: {data: {type: object, properties: {id: {type: string}, state: {enum: [ok, bad]}}}}
  job.paused:
"""


@pytest.mark.parametrize("block", blocks("console"))
def test_commands_print_what_the_page_shows(
    connlint: Callable[..., Result], folder: Path, block: str
) -> None:
    (folder / "before.yaml").write_text(BEFORE, "utf-8")
    (folder / "after.yaml").write_text(AFTER, "utf-8")
    command, _, expected = block.partition("\n")
    result = connlint(*shlex.split(command.removeprefix("$ connlint ")))
    assert (result.status, result.out) == (1, expected)
