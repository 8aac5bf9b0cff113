"""No text, however it is made, takes a pattern or a scanner of ours more than a moment."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.security.conftest import Run
from tests.security.hostile_texts import PUMPS, long

from connlint.connector.bodies import parse_form, parse_json
from connlint.connector.templates import malformed, may_be_malformed, scan
from connlint.credentials import credentials_in
from connlint.evidence.har import import_har
from connlint.evidence.redaction import Redactor
from connlint.evidence.samples import text_of
from connlint.evidence.streams import items_of
from connlint.mock.matching import preferences
from connlint.reading import read
from connlint.reading.keys import holds_keys
from connlint.reading.toml import read_toml
from connlint.report.escape import visible_lines
from connlint.report.markdown import code, escaped
from connlint.source import Source

LENGTH = 30_000
LONGER = 60_000
"""For what only scans a text, so that a fast machine notices as well what goes back over it."""
MOST = 3.0
"""Processor seconds. Linear work on such a text takes a tenth of it on a slow machine; what goes back over
the text from each of its characters takes ten times as long."""


@contextmanager
def moment(what: str) -> Iterator[None]:
    began = time.process_time()
    yield
    taken = time.process_time() - began
    assert taken < MOST, f"{what}: {taken:.1f} s"


def _read(name: str, frame: str = "{}") -> Callable[[str], object]:
    return lambda text: [
        document.locate(()) if hasattr(document, "locate") else None
        for document in read(name, frame.replace("{}", text).encode(), named=True).documents
    ]


READERS: dict[str, Callable[[str], object]] = {
    "json": _read("a.json"),
    "json, in an object": _read("a.json", '[{"handle": "a", "operations": {}'),
    "json, in a string": _read("a.json", '[{"handle": "a", "operations": "{}'),
    "yaml": _read("a.yaml"),
    "yaml, a value": _read("a.yaml", "- handle: a\n  operations: {}"),
    "yaml, in quotes": _read("a.yaml", '- handle: a\n  operations: "{}'),
    "yaml, a block": _read("a.yaml", "- handle: a\n  operations: |\n    {}"),
    "markdown": _read("a.md"),
    "markdown, in a fence": _read("a.md", '```json\n[{"handle": "a"}]\n{}'),
    "markdown, after a fence": _read("a.md", '```json\n[{"handle": "a"}]\n```\n{}'),
    "toml": lambda text: read_toml(Source("a.toml", text)),
    "toml, in a string": lambda text: read_toml(Source("a.toml", f'a = "{text}')),
    "keys": lambda text: holds_keys(text),
}
SCANNERS: dict[str, Callable[[str], object]] = {
    "holes": scan,
    "mistyped holes": lambda text: malformed(text, {"a"}),
    "mistyped holes in a url": lambda text: malformed(text, {"a"}, url=True),
    "mistyped holes in json": lambda text: malformed(text, {"a"}, json=True),
    "whether holes may be mistyped": lambda text: may_be_malformed(text, 0),
    "json body": parse_json,
    "json body, in a string": lambda text: parse_json('{"a": "' + text),
    "form": parse_form,
    "credentials": credentials_in,
    "redaction": lambda text: Redactor().text(text),
    "redaction of a header": lambda text: Redactor().header("Authorization", text),
    "redaction of a cookie": lambda text: Redactor().header("Cookie", text),
    "a text of a pattern": text_of,
    "event stream": items_of,
    "preferences": preferences,
    "visible": visible_lines,
    "markdown of a text": escaped,
    "markdown of code": code,
}


@pytest.mark.parametrize("name", [*READERS, *SCANNERS])
def test_no_text_takes_a_reader_more_than_a_moment(name: str) -> None:
    read_it = {**READERS, **SCANNERS}[name]
    length = LENGTH if name in READERS else LONGER
    for pump in PUMPS:
        with moment(f"{name}, {pump!r} repeated"):
            read_it(long(pump, length))


def test_no_archive_takes_the_import_more_than_a_moment() -> None:
    for pump in PUMPS:
        text = long(pump, LENGTH)
        form = {"mimeType": f"multipart/form-data; boundary={text[:50]}", "text": text}
        entry = {
            "startedDateTime": "2026-01-01T00:00:00Z",
            "request": {
                "method": "POST",
                "url": f"https://a.test/{text}",
                "headers": [{"name": text, "value": text}],
                "postData": form,
            },
            "response": {"status": 200, "headers": [], "content": {"mimeType": text, "text": text}},
        }
        with moment(f"an archive, {pump!r} repeated"):
            import_har({"log": {"entries": [entry]}}, _nothing(), Redactor())


def _nothing() -> Any:
    from connlint.connector.build import build

    return build("a", "a", [])


@pytest.mark.parametrize("slot", ["templates", "names", "page", "contract"])
def test_no_connector_takes_a_check_more_than_a_moment(connlint: Run, folder: Path, slot: str) -> None:
    """Shorter texts: a finding for each of their characters is work that grows with them, and is meant."""
    for number, pump in enumerate(PUMPS):
        text = long(pump, 1_500)
        home = folder / f"c{number}"
        home.mkdir()
        for name, value in _documents(slot, text).items():
            (home / name).write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
        with moment(f"{slot}, {pump!r} repeated"):
            result = connlint("check", home.name, "--show", "info")
        assert result.status in (0, 1) or "no connector in" in result.err
        assert "internal-error" not in result.out


def _documents(slot: str, text: str) -> dict[str, object]:
    body, name = '{"a": "b"}', "n"
    contract: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "paths": {}}
    page = "# Cats\n"
    if slot == "names":
        name = text
    if slot == "page":
        page += text
    if slot == "contract":
        odd = {
            "type": "object",
            "properties": {"a": {"type": "string", "pattern": text}},
            "patternProperties": {text: {}},
        }
        answer = {"200": {"content": {"application/json": {"schema": odd}}}}
        asked = {"content": {"application/json": {"schema": odd}}}
        contract["paths"] = {f"/{text}": {}, "/cats": {"post": {"requestBody": asked, "responses": answer}}}
        contract["servers"] = [{"url": text}]
    value = text if slot == "templates" else "/x"
    service = {
        "handle": "cats",
        "service": {
            "baseURL": {"value": f"https://{value}" if slot == "templates" else "https://a.test"},
            "protocol": "https",
            "contentType": "application/json",
            "headers": {"Authorization": value},
        },
    }
    operation = {
        "method": "POST",
        "path": {"value": value, "placeholders": [{"name": name, "type": "String", "options": [name]}]},
        "queryParams": {"q": value},
        "bodyTemplate": {"value": value if slot == "templates" else body},
    }
    field = {"name": name, "type": "String", "selector": [name]}
    resources = [
        {
            "handle": "cats",
            "endpoint": {"value": "/cats"},
            "fields": [field],
            "operations": {"create": operation},
            "webhooks": [{"event": name, "path": value, "payload": [field]}],
        }
    ]
    if slot == "page":
        return {"cats.md": f"{page}\n```json\n{json.dumps(resources)}\n```\n{text}\n"}
    made: dict[str, object] = {"service.json": service, "resources.json": resources}
    return {**made, "contract.json": contract} if slot == "contract" else made
