"""Documents are data: nothing in one runs, and none takes the process down, whatever it is made of."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.security.conftest import Run

TRICKS = {
    "a constructor": "handle: !!python/object/apply:os.system ['touch owned']\nservice: {}\n",
    "a module": "handle: !!python/module:os\nservice: {}\n",
    "a tag that is loaded elsewhere": "handle: !include /etc/passwd\nservice: {}\n",
    "a Java object": "handle: !!javax.script.ScriptEngineManager [x]\nservice: {}\n",
    "a billion laughs": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "handle: *i\nservice: *i\n",
    "merges of merges": "a: &a {x: 1}\n"
    + "".join(
        f"{b}: &{b} {{<<: [{','.join([f'*{a}'] * 9)}]}}\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "handle: x\nservice: *i\n",
    "an alias of itself": "handle: &a [*a]\nservice: &b {<<: *b}\n",
    "a hundred thousand anchors": "handle: a\nservice:\n"
    + "".join(f"  k{n}: &a{n} v\n" for n in range(100_000)),
    "nested brackets": "handle: a\nservice: " + "[" * 100_000,
    "nested mappings": "handle: a\nservice: " + "{a: " * 100_000,
    "nested block": "handle: a\nservice:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 2_000)),
    "nested sequences": "handle: a\nservice:\n  " + "- " * 50_000,
    "complex keys": "handle: a\nservice:\n  " + "? " * 50_000,
    "a huge scalar": "handle: a\nservice: |\n" + "  x\n" * 1_000_000,
    "a huge integer": "handle: a\nservice: {timeout: " + "9" * 1_000_000 + "}",
    "a huge exponent": "handle: a\nservice: {timeout: 1e" + "9" * 100_000 + "}",
    "a sexagesimal": "handle: 190:20:30\nservice: {a: 0o777, b: .nan, c: .inf}\n",
    "many documents": "---\nhandle: a\nservice: {}\n" * 2_000,
    "directives": "%YAML 9.9\n%TAG ! tag:evil,2000:\n---\nhandle: !x a\nservice: {}\n",
}


@pytest.mark.parametrize("name", TRICKS)
def test_no_trick_of_yaml_works(connlint: Run, folder: Path, name: str) -> None:
    (folder / "service.yaml").write_text(TRICKS[name], "utf-8")
    began = time.process_time()
    result = connlint("check", "service.yaml")
    assert time.process_time() - began < 15
    assert result.status in (0, 1)
    assert "internal-error" not in result.out
    assert "Traceback" not in result.out + result.err
    assert "root:" not in result.out
    assert len(result.out) < 100_000
    assert [path.name for path in folder.iterdir()] == ["service.yaml"]


JSON_TRICKS = {
    "nested arrays": '{"handle": "a", "service": ' + "[" * 1_000_000,
    "nested objects": '{"handle": "a", "service": ' + '{"a":' * 1_000_000,
    "a huge integer": '{"handle": "a", "service": {"timeout": ' + "9" * 5_000_000 + "}}",
    "not finite": '{"handle": "a", "service": {"timeout": NaN, "a": Infinity, "b": 1e999}}',
    "half a pair": '{"handle": "\\ud800", "service": {"\\udfff": "\\u0000"}}',
    "the same key": '{"handle": "a", "service": {' + '"a": 1, ' * 50_000 + '"b": 1}}',
    "prototype": '{"handle": "a", "__proto__": {"x": 1}, "service": {"constructor": {"prototype": 1}}}',
}


@pytest.mark.parametrize("name", JSON_TRICKS)
def test_no_trick_of_json_works(connlint: Run, folder: Path, name: str) -> None:
    (folder / "service.json").write_text(JSON_TRICKS[name], "utf-8")
    began = time.process_time()
    result = connlint("check", "service.json")
    assert time.process_time() - began < 15
    assert result.status == 1
    assert "internal-error" not in result.out
    assert len(result.out) < 200_000


@pytest.mark.parametrize("name", ["nested brackets", "nested mappings", "nested sequences", "complex keys"])
def test_no_nesting_ends_the_process(folder: Path, name: str) -> None:
    """A parser in C may crash: that shows in a process of its own only."""
    (folder / "service.yaml").write_text(TRICKS[name], "utf-8")
    command = [sys.executable, "-m", "connlint", "check", "service.yaml"]
    lint = Path(__file__).parents[2] / "lint"
    result = subprocess.run(
        command, capture_output=True, timeout=60, env={"PYTHONPATH": str(lint)}, check=False
    )
    assert result.returncode in (0, 1), result.stderr.decode()[-500:]


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|a)*$",
        "(.*a){25}$",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(?=a)b",
        "[",
        "(" * 500,
        "a{1000000}",
        "(?P<x",
        "\\1",
    ],
)
@pytest.mark.parametrize("home", ["contract", "own rules"])
def test_a_pattern_that_blows_up_is_never_run(
    connlint: Run, pets: Path, folder: Path, pattern: str, home: str
) -> None:
    value = "a" * 50_000 + "!"
    if home == "contract":
        shape = {
            "type": "object",
            "properties": {"id": {"type": "string", "pattern": pattern}},
            "patternProperties": {pattern: {}},
        }
        answer = {"200": {"content": {"application/json": {"schema": shape}}}}
        contract = {
            "openapi": "3.1.0",
            "info": {"title": "Pets", "version": "1"},
            "servers": [{"url": "https://api.pets.test/v1"}],
            "paths": {"/cats/{cat_id}": {"get": {"responses": answer}}},
        }
        (pets / "contract.json").write_text(json.dumps(contract), "utf-8")
        (pets / "fixtures").mkdir()
        fixture = {
            "operation": "cats.read",
            "recorded": "2026-01-01 from https://a.test",
            "response": {"status": 200, "json": {"id": value, value: 1}},
        }
        (pets / "fixtures" / "a.json").write_text(json.dumps(fixture), "utf-8")
    else:
        resources = json.loads((pets / "resources.json").read_text("utf-8"))
        resources[0]["fields"][0]["description"] = value
        (pets / "resources.json").write_text(json.dumps(resources), "utf-8")
        query = "$[*].fields[*].description"
        rule = {"given": query, "in": "resources", "then": {"pattern": pattern}, "message": "no"}
        (folder / "own.yaml").write_text(json.dumps({"rules": {"own-one": rule}}), "utf-8")
        (folder / "connlint.toml").write_text('own-rules = ["own.yaml"]\n', "utf-8")
    began = time.process_time()
    result = connlint("check", "pets", "--show", "info")
    assert time.process_time() - began < 8
    if home == "own rules" and pattern in ("(?=a)b", "\\1"):
        assert result.status == 2, "only an engine that goes back runs this"
    assert "internal-error" not in result.out
    assert "Traceback" not in result.out + result.err


def test_a_file_past_the_limit_is_not_read(connlint: Run, pets: Path, folder: Path) -> None:
    with (pets / "resources.json").open("ab") as stream:
        stream.write(b" " * (16 * 1024 * 1024))
    result = connlint("check")
    assert result.status == 1
    assert "limit-exceeded" in result.out


def test_a_page_with_holes_of_another_language_runs_nothing(connlint: Run, folder: Path) -> None:
    for expression in (
        "${7*7}",
        "{{7*7}}",
        "<%= 7*7 %>",
        "#{7*7}",
        "{{ ''.__class__.__mro__ }}",
        "{0.__class__}",
    ):
        text = json.dumps(
            [{"handle": "a", "endpoint": {"value": f"/{expression}"}, "operations": {expression: {}}}]
        )
        (folder / "page.md").write_text(f"# {expression}\n\n```json\n{text}\n```\n", "utf-8")
        result = connlint("check", "page.md", "--format", "json")
        said = "".join(item["message"] for item in json.loads(result.out)["findings"])
        assert "49" not in said
        assert "class 'object'" not in said
