"""A file of own rules comes with the repository: it is data, and takes no more than a moment."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from tests.security.conftest import Run
from tests.security.test_network import serving

BLOWING = ["(a|aa)+b", "(a+)+b", "(.*a){20}b", "(a|a?)+b", "([a-z]+)*[A-Z]"]


def rule(folder: Path, given: str, then: dict[str, Any]) -> None:
    """A configuration with one rule of its own."""
    own = {"rules": {"own-one": {"given": given, "in": "resources", "then": then, "message": "no"}}}
    (folder / "own.yaml").write_text(json.dumps(own), "utf-8")
    (folder / "connlint.toml").write_text('own-rules = ["own.yaml"]\n', "utf-8")


@pytest.mark.parametrize("key", ["$ref", "$dynamicRef"])
def test_a_schema_of_an_own_rule_fetches_nothing(
    connlint: Run, folder: Path, pets: Path, tmp_path_factory: pytest.TempPathFactory, key: str
) -> None:
    private = tmp_path_factory.mktemp("elsewhere") / "private.json"
    private.write_text('{"const": "the-secret-elsewhere"}', "utf-8")
    with serving(body=b"{}") as server:
        for uri in (f"{server.url}/x", private.as_uri(), "private.json", f"{server.url}/#/a"):
            for schema in ({key: uri}, {"$id": f"{server.url}/id", "allOf": [{key: uri}]}):
                rule(folder, "$[*]", {"schema": schema})
                result = connlint("check")
                assert "the-secret-elsewhere" not in result.out + result.err
                if key == "$ref":
                    assert result.status == 2
        rule(folder, "$[*]", {"schema": {"$schema": f"{server.url}/dialect", "$id": f"{server.url}/a"}})
        connlint("check")
    assert server.seen == []


@pytest.mark.parametrize("function", ["match", "search"])
@pytest.mark.parametrize("pattern", BLOWING)
def test_a_pattern_of_a_query_runs_in_linear_time(
    connlint: Run, folder: Path, pets: Path, function: str, pattern: str
) -> None:
    resources = json.loads((pets / "resources.json").read_text("utf-8"))
    resources[0]["fields"][0]["description"] = "a" * 20_000 + "!"
    (pets / "resources.json").write_text(json.dumps(resources), "utf-8")
    rule(folder, f"$[?{function}(@.fields[0].description, '{pattern}')]", {"forbidden": True})
    began = time.process_time()
    assert connlint("check").status in (0, 1)
    assert time.process_time() - began < 5


def test_match_and_search_mean_what_the_standard_says(connlint: Run, folder: Path, pets: Path) -> None:
    for query, found in (
        ("$[?match(@.handle, 'ca.s')]", True),
        ("$[?match(@.handle, 'ca')]", False),
        ("$[?match(@.handle, 'x|cats')]", True),
        ("$[?match(@.handle, 'cats|x')]", True),
        ("$[?match(@.handle, 'c|x')]", False),
        ("$[?search(@.handle, 'at')]", True),
        ("$[?search(@.handle, '[')]", False),
        ("$[?match(@.handle, '(?=c)cats')]", False),
        ("$[?search(@.fields, 'a')]", False),
        ("$..[?@.name == 'id']", True),
        ("$[?@.handle == $[0].handle]", True),
    ):
        rule(folder, query, {"forbidden": True})
        assert ("own-one" in connlint("check").out) is found, query


@pytest.mark.parametrize(
    "query",
    [
        "$..*..*..*..x",
        "$..[?@..*..*..*]",
        "$..[?count($..*) > 1]",
        "$[?@.a == 'b' && $[*].x]",
        "$[?$.*]",
        "$[?$['a'][*]]",
    ],
)
def test_a_query_that_would_take_too_long_is_refused(
    connlint: Run, folder: Path, pets: Path, query: str
) -> None:
    rule(folder, query, {"forbidden": True})
    result = connlint("check")
    assert result.status == 2
    assert "own.yaml:1:" in result.err


def test_a_deep_document_is_walked_by_a_query(connlint: Run, folder: Path, pets: Path) -> None:
    resources = json.loads((pets / "resources.json").read_text("utf-8"))
    here = resources[0]
    for _ in range(110):
        here["x"] = {}
        here = here["x"]
    here["deepest"] = 1
    (pets / "resources.json").write_text(json.dumps(resources), "utf-8")
    rule(folder, "$..deepest", {"forbidden": True})
    result = connlint("check")
    assert "own-one" in result.out
    assert "internal-error" not in result.out
