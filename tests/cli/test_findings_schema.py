"""`--format json` prints what `schemas/findings.schema.json` describes, by a reader that is not ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from tests.cli.conftest import Result, write_connector

from connlint import schema

Run = Callable[..., Result]
ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = ROOT.parent / "shared"


def faults(result: Result) -> list[str]:
    """What is wrong with the output, a line each."""
    found = jsonschema.Draft202012Validator(schema.load("findings")).iter_errors(json.loads(result.out))
    return [f"{error.json_path}: {error.message[:100]}" for error in found]


def test_clean_connector(connlint: Run, pets: Path) -> None:
    assert faults(connlint("check", "--format", "json")) == []


def test_findings_with_fixes_and_related_places(connlint: Run, folder: Path) -> None:
    write_connector(folder / "pets", broken=True)
    assert faults(connlint("check", "--format", "json")) == []


def test_text_that_does_not_parse(connlint: Run, folder: Path) -> None:
    (folder / "resources.json").write_text('[{"handle": "a", "endpoint": ]', "utf-8")
    result = connlint("check", "resources.json", "--format", "json")
    assert json.loads(result.out)["findings"]
    assert faults(result) == []


def test_published_connector(connlint: Run) -> None:
    result = connlint("check", str(ROOT / "specs" / "chatgpt-published"), "--format", "json")
    assert json.loads(result.out)["summary"]["operations"] == 44
    assert faults(result) == []


@pytest.mark.skipif(not SHARED.exists(), reason="the published page is not part of this repository")
def test_published_page_held_to_the_vendors_contract(connlint: Run) -> None:
    result = connlint(
        "check",
        str(SHARED / "seeds" / "chatgpt-page.md"),
        "--contract",
        str(SHARED / "contracts" / "openai.openapi.json"),
        "--format",
        "json",
    )
    assert any(finding["evidence"] for finding in json.loads(result.out)["findings"])
    assert faults(result) == []
