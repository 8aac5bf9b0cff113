"""Whatever is typed, saved, closed, broken and mended, in whatever units columns count: the server has the
editor's text, and says what a fresh `check` says of it.

`AGREEMENT=5000 pytest tests/lsp/test_agreement.py` tries so many stories, other ones each time.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from lsprotocol import types
from tests.lsp.client import Editor, serving
from tests.lsp.inside import Inside

from connlint.config import BrokenConfig
from connlint.discovery import looks_ours
from connlint.finding import Finding, Place
from connlint.lsp.diagnostics import text_of
from connlint.reading.keys import holds_keys
from connlint.run import Request, absolute, run

TODAY = "2026-11-22"
STORIES = int(os.environ.get("AGREEMENT", "0"))

SERVICE: dict[str, Any] = {
    "handle": "pets",
    "service": {
        "baseURL": {"value": "https://api.pets.example/v1"},
        "protocol": "https",
        "contentType": "application/json",
    },
}
CATS: dict[str, Any] = {
    "handle": "cats",
    "endpoint": {"value": "/cats"},
    "fields": [{"name": "id", "type": "String", "selector": ["id"]}],
    "operations": {
        "read": {
            "method": "GET",
            "path": {
                "value": "/{{cat_id}}",
                "placeholders": [{"name": "cat_id", "type": "String", "required": True}],
            },
        },
        "create": {
            "method": "POST",
            "bodyTemplate": {
                "value": '{"name": "{{name}}", "age": {{age}}}',
                "placeholders": [
                    {"name": "name", "type": "String", "required": True},
                    {"name": "age", "type": "Integer", "required": True},
                ],
            },
        },
    },
    "webhooks": [
        {
            "event": "cat.born",
            "path": "/cat-born",
            "payload": [{"name": "id", "type": "String", "selector": ["data", "id"]}],
        }
    ],
}
DOGS = """\
- handle: dogs
  endpoint:
    value: /dogs
  fields:
    - {name: id, type: String, selector: [id]}  # the dog's own
  operations:
    read:
      method: GET
      path:
        value: /{{dog_id}}
        placeholders:
          - name: dog_id
            type: String
            required: true
  webhooks:
    - event: dog.barked
      path: /dog-barked
      payload:
        - {name: id, type: String, selector: [data, id]}
"""
EVENTS = """\
vendor: Pets
source: {from: the vendor's page, retrieved: 2026-11-01}
event-name: {json: type}
envelope: {type: object, properties: {id: {type: string}, type: {type: string}, data: {type: object}}}
events:
  cat.born:
    resource: cats
    shape: {properties: {data: {properties: {id: {type: string}}}}}
  dog.barked:
    resource: dogs
    shape: {properties: {data: {properties: {id: {type: string}}}}}
"""
CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "servers": [{"url": "https://api.pets.example/v1"}],
    "paths": {
        "/cats": {
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
                            }
                        }
                    }
                },
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            "application/json": {
                                "schema": {"type": "object", "properties": {"id": {"type": "string"}}}
                            }
                        },
                    }
                },
            }
        },
        "/cats/{id}": {
            "get": {
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            "application/json": {
                                "schema": {"type": "object", "properties": {"id": {"type": "string"}}}
                            }
                        },
                    }
                }
            }
        },
    },
}
FIXTURE = """\
operation: cats.read
recorded: 2026-11-01 from https://api.pets.example
request:
  path: {cat_id: c1}
response:
  status: 200
  json: {id: c1}
"""
CONFIG = """\
[rules]
missing-event = "off"

[[ignore]]
connector = "pets"
rule = "unused-placeholder"
address = "dogs.*"
reason = "later"
"""
PAGE = f"""\
# Birds – 😀

Triggers on: birds/bird.flown

```json
{json.dumps({**SERVICE, "handle": "birds"}, indent=2)}
```

Between the two.

```json
{json.dumps([{**CATS, "handle": "birds"}], indent=2)}
```
"""

DOCUMENTS: dict[str, str] = {
    "pets/service.json": json.dumps(SERVICE, indent=2),
    "pets/cats.json": json.dumps([CATS], indent=2),
    "pets/more/dogs.yaml": DOGS,
    "birds.md": PAGE,
    "pets/events.yaml": EVENTS,
    "pets/fixtures/read.yaml": FIXTURE,
}
"""What an author may have open."""
OTHERS: dict[str, tuple[str, ...]] = {
    "connlint.toml": (
        CONFIG,
        "",
        CONFIG.replace('"off"', '"eror"'),
        "[rules",
        '[rules]\nnever-seen = "error"\n',
    ),
    "pets/contract.json": (json.dumps(CONTRACT), json.dumps(CONTRACT).replace('"id"', '"key"'), "{", "[]"),
    "pets/events.yaml": (EVENTS, EVENTS.replace("cat.born", "cat.found"), "events: ["),
    "pets/fixtures/more.yaml": (FIXTURE, FIXTURE.replace("id:", "key:"), ""),
    "pets/service.json": (DOCUMENTS["pets/service.json"], "{}"),
    "pets/more/service.json": (json.dumps({**SERVICE, "handle": "dogs"}), "[]"),
    "pets/more/events.yaml": (EVENTS,),
}
"""What changes behind the editor's back; anything may also vanish."""

PIECES = [
    *'"{}[]:,-#\\ ',
    *("\n", "\r\n", "\r", "\t", "{{", "}}", "{{ name }}", "```", "```json\n", "null", "1e400", "true", "\0"),
    *("é", "😀", "\u2028", "\ufeff", "\ud83d", "\udc31", "e\u0301", "𝒳"),
    *('"handle"', "handle: ", "operations", '"type": "Strin"', "\n  ", "  - name: x\n", "*a", "&a ", "<<: "),
    *("age", "cat_id", "dog_id", "String", "Integer", '"required": true', "required: false", "/{{age}}"),
]
"""What may be typed: what breaks and mends syntax, what columns count in different ways, and words."""


class Typist(Editor):
    """An editor that also changes several places in one message, replaces everything, and undoes."""

    def __init__(self, client: Inside, path: Path, encoding: str) -> None:
        super().__init__(cast("Any", client), path, encoding)
        self.past: list[str] = []

    def several(self, places: list[tuple[float, float, str]]) -> None:
        """Changes in one message, each to the text that the one before it has left. Places are shares."""
        self.past.append(self.text)
        changes: list[Any] = []
        for start_at, size, new in places:
            start = int(start_at * len(self.text))
            end = min(start + int(size * 30), len(self.text))
            if self.text[start - 1 : start + 1] == "\r\n":
                start -= 1  # no editor's cursor stands there
            if self.text[end - 1 : end + 1] == "\r\n":
                end += 1
            place = types.Range(self.position(start), self.position(end))
            changes.append(types.TextDocumentContentChangePartial(place, new))
            self.text = self.text[:start] + new + self.text[end:]
        self._send(changes)

    def whole(self, text: str) -> None:
        """Another text altogether."""
        self.past.append(self.text)
        self.text = text
        self._send([types.TextDocumentContentChangeWholeDocument(text)])

    def undo(self) -> None:
        """The text before the last change, by one change where they differ."""
        old = self.past.pop()
        limit = min(len(old), len(self.text))
        same = next((at for at in range(limit) if old[at] != self.text[at]), limit)
        while self.text[same - 1 : same + 1] == "\r\n" or old[same - 1 : same + 1] == "\r\n":
            same -= 1  # no editor's cursor stands there
        self.replace(same, len(self.text), old[same:])

    @property
    def data(self) -> bytes:
        return self.text.encode("utf-8", "surrogatepass")


class Agreement(RuleBasedStateMachine):
    """An editor with some of a workspace's documents open."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="connlint-agreement-")).resolve()
        self.open: dict[str, Typist] = {}

    @initialize(
        encoding=st.sampled_from(["utf-8", "utf-16", "utf-32"]), first=st.sampled_from(sorted(DOCUMENTS))
    )
    def start(self, encoding: str, first: str) -> None:
        (self.root / ".git").mkdir()
        for name, text in [*DOCUMENTS.items(), *((name, texts[0]) for name, texts in OTHERS.items())]:
            self.write(name, text.encode())
        self.encoding = encoding
        self.client = Inside(self.root, encoding=encoding, today=TODAY)
        self.open_document(first)

    def teardown(self) -> None:
        try:
            if hasattr(self, "client"):
                self.agree()
                self.client.close()
        finally:
            shutil.rmtree(self.root, ignore_errors=True)

    def write(self, name: str, data: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def some(self, share: float) -> Typist:
        """One of the open documents."""
        return list(self.open.values())[int(share * len(self.open))]

    # --- what happens

    @rule(name=st.sampled_from(sorted(DOCUMENTS)))
    def open_document(self, name: str) -> None:
        path = self.root / name
        if name in self.open:
            return
        typist = Typist(self.client, path, self.encoding)
        data = path.read_bytes() if path.exists() else b""
        # as editors do with what is no UTF-8
        typist.open(data.decode("utf-8", "replace"))
        self.open[name] = typist

    @precondition(lambda self: self.open)
    @rule(
        share=st.floats(0, 0.999),
        places=st.lists(
            st.tuples(
                st.floats(0, 1), st.sampled_from([0, 0, 0, 0.05, 0.2, 1]), st.sampled_from(["", *PIECES])
            ),
            min_size=1,
            max_size=3,
        ),
    )
    def type(self, share: float, places: list[tuple[float, float, str]]) -> None:
        self.some(share).several(places)

    @precondition(lambda self: self.open)
    @rule(share=st.floats(0, 0.999), old=st.sampled_from(PIECES), new=st.sampled_from(["", *PIECES]))
    def replace_a_word(self, share: float, old: str, new: str) -> None:
        typist = self.some(share)
        if old in typist.text.replace("\r\n", "  "):
            typist.past.append(typist.text)
            start = typist.text.replace("\r\n", "  ").index(old)
            typist.replace(start, start + len(old), new)

    @precondition(lambda self: self.open)
    @rule(share=st.floats(0, 0.999))
    def undo(self, share: float) -> None:
        typist = self.some(share)
        if typist.past:
            typist.undo()

    @precondition(lambda self: self.open)
    @rule(share=st.floats(0, 0.999), how=st.sampled_from(["mend", "crlf", "cr", "bom", "astral", "empty"]))
    def replace_everything(self, share: float, how: str) -> None:
        typist = self.some(share)
        text = typist.text
        if how == "mend":
            text = DOCUMENTS[typist.path.relative_to(self.root).as_posix()]
        elif how in ("crlf", "cr"):
            text = text.replace("\r\n", "\n").replace("\n", "\r\n" if how == "crlf" else "\r")
        elif how == "bom":
            text = text.removeprefix("\ufeff") if text.startswith("\ufeff") else f"\ufeff{text}"
        elif how == "astral":
            text = text.replace("id", "😀d")
        else:
            text = ""
        typist.whole(text)

    @precondition(lambda self: self.open)
    @rule(share=st.floats(0, 0.999), saved=st.booleans())
    def close_document(self, share: float, saved: bool) -> None:
        typist = self.some(share)
        name = typist.path.relative_to(self.root).as_posix()
        if saved:
            self.save(share)
        typist.close()
        del self.open[name]
        self.client.settled()
        assert self.client.published[typist.uri][1] == []

    @precondition(lambda self: self.open)
    @rule(share=st.floats(0, 0.999))
    def save(self, share: float) -> None:
        typist = self.some(share)
        typist.path.parent.mkdir(parents=True, exist_ok=True)
        typist.path.write_bytes(typist.data)
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(typist.identifier))

    @rule(name=st.sampled_from(sorted(OTHERS)), number=st.integers(-1, 4))
    def change_a_file(self, name: str, number: int) -> None:
        """Something else than the editor writes, or removes, a file; the editor sees it and says so."""
        path, texts = self.root / name, OTHERS[name]
        kind = types.FileChangeType.Changed if path.exists() else types.FileChangeType.Created
        if number < 0:
            path.unlink(missing_ok=True)
            kind = types.FileChangeType.Deleted
        else:
            self.write(name, texts[number % len(texts)].encode())
        event = types.FileEvent(path.as_uri(), kind)
        self.client.tell(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, types.DidChangeWatchedFilesParams([event]))

    @precondition(lambda self: self.open)
    @rule(share=st.floats(0, 0.999), at=st.floats(0, 1))
    def ask(self, share: float, at: float) -> None:
        """Questions in the middle of it all are answered, and change nothing."""
        typist = self.some(share)
        place = typist.position(int(at * len(typist.text)))
        document = typist.identifier
        self.client.ask(types.TEXT_DOCUMENT_HOVER, types.HoverParams(document, place))
        self.client.ask(types.TEXT_DOCUMENT_COMPLETION, types.CompletionParams(document, place))
        self.client.ask(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, types.DocumentSymbolParams(document))

    # --- what holds

    @rule()
    def agree(self) -> None:
        self.client.settled()
        for typist in self.open.values():
            desk = self.client.server.desk(typist.path)
            assert desk.buffers[typist.path].whole == typist.text
        expected = self.fresh()
        for name, typist in self.open.items():
            version, said = self.client.published.get(typist.uri, (typist.version, []))
            assert version == typist.version, name
            if expected is None:
                codes = {item.code for item in said}
                ours = looks_ours(typist.data) and holds_keys(typist.text)
                assert codes == {"broken-configuration"} or (not ours and not codes), (name, codes)
                continue
            assert _sorted(map(self.told, said)) == _sorted(expected.get(typist.path, [])), name

    def fresh(self) -> dict[Path, list[object]] | None:
        """What `check` finds, by file, in the texts as they are; None where the configuration is broken."""
        overlay = {typist.path: typist.data for typist in self.open.values()}
        try:
            outcome = run(Request((self.root,), self.root, today=TODAY, overlay=overlay))
        except BrokenConfig:
            return None
        found: dict[Path, list[object]] = {}
        for item in outcome.report.all_findings:
            if item.state == "active":
                found.setdefault(self.path_of(item.place), []).append(self.meant(item))
        return found

    def path_of(self, place: Place) -> Path:
        return absolute(Path(place.source.path), self.root)

    def range(self, place: Place) -> tuple[int, int, int, int]:
        """A place in the editor's columns."""
        path = self.path_of(place)
        typist = next((each for each in self.open.values() if each.path == path), None)
        bom = 0
        if typist is None:
            typist = Typist(self.client, path, self.encoding)
            typist.text = place.source.text
        else:
            bom = int(typist.text.startswith("\ufeff"))
        start, end = (typist.position(min(at + bom, len(typist.text))) for at in place.span)
        return (start.line, start.character, end.line, end.character)

    def meant(self, item: Finding) -> object:
        """A finding as a diagnostic has to say it."""
        return (
            item.rule,
            self.range(item.place),
            text_of(item),
            item.fingerprint,
            [
                (self.path_of(each.place).as_uri(), self.range(each.place), each.message)
                for each in item.related
            ],
        )

    def told(self, said: types.Diagnostic) -> object:
        data: Any = said.data
        return (
            said.code,
            _numbers(said.range),
            said.message,
            data["fingerprint"] if data else "",
            [
                (each.location.uri, _numbers(each.location.range), each.message)
                for each in said.related_information or ()
            ],
        )


def _numbers(at: types.Range) -> tuple[int, int, int, int]:
    return (at.start.line, at.start.character, at.end.line, at.end.character)


def _sorted(items: Any) -> list[object]:
    return sorted(items, key=repr)


def test_the_editor_and_a_fresh_check_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    # all that the tests have made would be collected whenever a contract is read
    monkeypatch.setattr("gc.collect", lambda: 0)
    run_state_machine_as_test(
        Agreement,
        settings=settings(
            max_examples=STORIES or 12,
            stateful_step_count=40 if STORIES else 12,
            deadline=None,
            derandomize=not STORIES,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"] if STORIES else ["utf-16"])
async def test_they_agree_over_the_server_s_streams_too(tmp_path: Path, encoding: str) -> None:
    for name, text in DOCUMENTS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text.replace("id", "😀d").encode())
    today = datetime.now().astimezone().date().isoformat()
    dice = random.Random(7)
    async with serving(tmp_path, encoding=encoding) as client:
        typists = [
            Typist(cast("Any", client), tmp_path / name, encoding)
            for name in ("pets/cats.json", "pets/more/dogs.yaml", "birds.md")
        ]
        for typist in typists:
            typist.open(typist.path.read_text("utf-8"))
        for number in range(40 if STORIES else 8):
            for typist in typists:
                places = [(dice.random(), dice.choice([0, 0.1]), dice.choice(PIECES)) for _ in range(2)]
                typist.several(places)
                if dice.random() < 0.5:
                    typist.undo()
            if number % 4 == 3:
                overlay = {typist.path: typist.data for typist in typists}
                outcome = run(Request((tmp_path,), tmp_path, today=today, overlay=overlay))
                for typist in typists:
                    said = await typist.diagnostics()
                    found = [
                        (item.rule, *_numbers(_range(typist, item.place)), text_of(item))
                        for item in outcome.report.all_findings
                        if item.state == "active" and tmp_path / item.place.source.path == typist.path
                    ]
                    told = [(item.code, *_numbers(item.range), item.message) for item in said]
                    assert _sorted(told) == _sorted(found)


def _range(typist: Typist, place: Place) -> types.Range:
    bom = int(typist.text.startswith("\ufeff"))
    start, end = (typist.position(min(at + bom, len(typist.text))) for at in place.span)
    return types.Range(start, end)
