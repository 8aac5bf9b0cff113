"""A credential that was left somewhere is told, and never shown: not by the finding, not by any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.security.conftest import Run, write_connector

from connlint.credentials import withheld
from connlint.evidence.contract_cache import LARGE

KEY = "sk-" + "aB3dE5gH7jK9mN1pQ3rS5tU7vW9xY1z"
PASSWORD = "hunter2hunter3"
FORMATS = ("text", "concise", "json", "markdown", "github", "sarif", "gitlab", "junit")


@pytest.fixture
def leaky(folder: Path) -> Path:
    """A connector with a key in every place that a key may be pasted into, and faults beside them."""
    home = folder / "leaky"
    (home / "fixtures").mkdir(parents=True)
    url = f"https://bob:{PASSWORD}@api.pets.test/v1"
    service: dict[str, Any] = {
        "handle": "pets",
        "service": {
            "baseURL": {"value": url},
            "protocol": "http",
            "contentType": "application/json",
            "headers": {"Authorization": f"Bearer {KEY}", "X-A": KEY, f"X-{KEY}": "a", "x-a": KEY},
        },
    }
    declared = [{"name": "n", "type": f"Int {KEY}", "options": [KEY, KEY]}, {"name": KEY, "type": "String"}]
    resources: list[Any] = [
        {
            "handle": "cats",
            "endpoint": {"value": "/cats"},
            "fields": [{"name": "id", "type": "String", "selector": [KEY]}],
            "operations": {
                "read": {
                    "method": "GET",
                    "path": {"value": "/{{x}}?k=" + KEY + "&j={{" + KEY, "placeholders": declared},
                },
                "create": {
                    "method": f"POST {KEY}",
                    "path": {"value": KEY + "/" + url},
                    "bodyTemplate": {"value": '{"a": "' + KEY + '" "b": {{n}} }', "placeholders": declared},
                },
            },
            "webhooks": [{"event": KEY, "path": KEY, "payload": []}],
        }
    ]
    recorded = {
        "operation": "cats.read",
        "recorded": f"2026-01-01 from {url}",
        "request": {"headers": {"Authorization": f"Bearer {KEY}"}, "path": {"x": KEY}},
        "response": {"status": 200, "json": {"id": KEY}, KEY: 1},
    }
    shape = {
        "type": "object",
        "properties": {KEY: {"type": "integer", "enum": [KEY]}},
        "required": [KEY, "a"],
    }
    content: dict[str, Any] = {"content": {"application/json": {"schema": shape}}}
    parameter: dict[str, Any] = {
        "name": KEY,
        "in": "query",
        "required": True,
        "schema": {"type": "string", "default": KEY},
    }
    contract: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": KEY, "version": KEY},
        "servers": [{"url": url}],
        "paths": {
            "/cats/{x}": {"get": {"parameters": [parameter], "responses": {"200": content}}},
            f"/cats/{KEY}": {"post": {"deprecated": True, "requestBody": content, "responses": {}}},
        },
        "webhooks": {KEY: {"post": {"requestBody": content}}},
    }
    events: dict[str, Any] = {
        "vendor": KEY,
        "source": {"from": url, "version": KEY, "retrieved": "2026-01-01"},
        "event-name": {"json": KEY},
        "events": {f"cat.{KEY}": {"description": KEY}},
    }
    documents = {"contract": contract, "events": events, "service": service, "resources": resources}
    for name, value in {**documents, "fixtures/cats.read": recorded}.items():
        (home / f"{name}.json").write_text(json.dumps(value), "utf-8")
    return home


def closed(*texts: str) -> None:
    for text in texts:
        for secret in (KEY, PASSWORD):
            # also no long piece of one: a frame may cut a line amid it
            assert secret[:14] not in text, text[max(0, text.find(secret[:14]) - 200) :][:300]
            assert secret[-12:] not in text


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("chosen", [(), ("--ignore", "hardcoded-secret,possible-secret,secret-in-fixture")])
def test_no_format_shows_a_credential(
    connlint: Run, leaky: Path, format_: str, chosen: tuple[str, ...]
) -> None:
    result = connlint("check", "--format", format_, "--show", "info", *chosen)
    assert result.status == 1
    closed(result.out, result.err)


def test_a_document_that_does_not_parse_shows_no_credential(connlint: Run, leaky: Path) -> None:
    for name in ("service", "resources", "fixtures/cats.read"):
        text = (leaky / f"{name}.json").read_text("utf-8")
        (leaky / f"{name}.json").write_text(text[:-1].replace('",', '"', 3), "utf-8")
    for format_ in FORMATS:
        result = connlint("check", "--format", format_, "--show", "info")
        assert result.status == 1
        closed(result.out, result.err)


@pytest.mark.parametrize(
    "arguments",
    [
        ("baseline",),
        ("coverage", "--format", "html"),
        ("coverage", "--format", "json"),
        ("compat", "leaky", "pets"),
        ("compat", "pets", "leaky"),
        ("compat", "pets", "leaky", "--format", "json"),
        ("fixtures", "list", "leaky"),
        ("coverage",),
        ("coverage", "--format", "markdown"),
        ("events", "check", "leaky/events.json", "--max-age", "1d"),
        ("events", "diff", "leaky/events.json", "pets/events.json"),
        ("events", "diff", "pets/events.json", "leaky/events.json", "--format", "json"),
        ("config", "show", "leaky"),
        ("try", "leaky", "cats.read", "-p", "x=1", "--dry-run"),
        ("try", "leaky", "nothing"),
        ("deliver", "leaky", "nothing"),
    ],
)
def test_no_other_command_shows_a_credential(
    connlint: Run, leaky: Path, pets: Path, arguments: tuple[str, ...]
) -> None:
    events = {"vendor": "V", "source": {"from": "x", "version": "1"}, "events": {"a": {}}}
    (pets / "events.json").write_text(json.dumps(events), "utf-8")
    result = connlint(*arguments)
    closed(result.out, result.err)
    for file in leaky.parent.rglob("*"):
        if file.is_file() and leaky not in file.parents and pets not in file.parents:
            closed(file.read_text("utf-8", "replace"))


def test_a_cache_keeps_no_credential(
    connlint: Run, leaky: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONNLINT_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    padding: dict[str, Any] = {"/cats/{id}": {"get": {"description": "x y " * LARGE, "responses": {}}}}
    for name, paths in (("known", padding), ("leaky", {**padding, "/k": {"get": {"summary": KEY}}})):
        if name == "known":
            write_connector(folder / name)
        contract = {"openapi": "3.1.0", "info": {"title": "P", "version": "1"}, "paths": paths}
        (folder / name / "contract.json").write_text(json.dumps(contract), "utf-8")
    for _ in range(2):
        result = connlint("check", "--show", "info")
        closed(result.out)
    assert (folder / "cache" / "connlint" / "results.sqlite").stat().st_size > 100_000
    for file in folder.rglob("*"):
        if file.is_file() and leaky not in file.parents:
            closed(file.read_bytes().decode("latin-1"))


def test_what_is_hidden_keeps_its_length_and_all_else_stays() -> None:
    text = f"a {KEY} b https://u:{PASSWORD}@h/p https://h/a@b"
    shown = withheld(text)
    assert len(shown) == len(text)
    assert shown.startswith("a •")
    assert "https://u:•" in shown
    assert shown.endswith("@h/p https://h/a@b")
    assert withheld("task-list at https://a.test/x") == "task-list at https://a.test/x"
    joined = withheld(f"/cats{KEY}/https:/bob:{PASSWORD}@h/p and task-list-of-many-things-to-do")
    assert joined.startswith("/cats•")
    assert "https:/bob:•" in joined
    assert joined.endswith("@h/p and task-list-of-many-things-to-do")
