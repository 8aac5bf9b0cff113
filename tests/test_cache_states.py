"""Whatever happens to files, configuration, program and cache between runs: a run with the cache says what
one without says."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.states import budget

from connlint import cache, discovery
from connlint.config import BrokenBaseline, BrokenConfig
from connlint.evidence import contract_cache
from connlint.finding import Severity
from connlint.report.outputs import View, rendered
from connlint.report.style import Style
from connlint.run import Request, run

SERVICE = {
    "handle": "pets",
    "service": {"baseURL": {"value": "https://api.pets.test/v1"}, "protocol": "https"},
}


def resources(number: int) -> list[Any]:
    """One of a few resources documents: clean ones, and ones with another mistake each."""
    body = '{"name": "{{name}}"}' if number != 1 else '{"name": "{{nmae}}"}'
    declared = [{"name": "name", "type": "String", "required": number != 2}]
    fields = [
        {"name": "id", "type": "String", "selector": ["id"]},
        {"name": "age", "type": "Integer" if number != 3 else "String", "selector": ["age"]},
        {"name": "kind", "type": "String", "selector": ["kind"] if number != 4 else ["breed", "name"]},
    ]
    hook = {"event": "cat.born" if number != 5 else "cat.bron", "path": "/hooks/cat", "payload": fields[:1]}
    create = {"method": "POST", "bodyTemplate": {"value": body, "placeholders": declared}}
    cats = {
        "handle": "cats",
        "endpoint": {"value": "/cats"},
        "operations": {"create": create},
        "fields": fields,
    }
    return [{**cats, "webhooks": [hook]}] * (2 if number == 6 else 1)


def contract(number: int) -> str:
    """One of a few contracts; the last is none."""
    kind = {"type": "integer" if number != 1 else "string"}
    record = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "age": kind, "kind": {"type": "string"}},
    }
    asked: dict[str, Any] = {"type": "object", "required": ["name"] if number != 2 else ["name", "colour"]}
    asked["properties"] = {"name": {"type": "string"}, "colour": {"type": "string"}}
    post = {
        "deprecated": number == 3,
        "requestBody": {"content": {"application/json": {"schema": asked}}},
        "responses": {"200": {"description": "A cat.", "content": {"application/json": {"schema": record}}}},
    }
    value = {
        "openapi": "3.1.0",
        "info": {"title": "Pets", "version": "1"},
        "paths": {"/cats": {"post": post}},
    }
    return json.dumps(value) if number != 4 else "{"


def events(number: int) -> str:
    """One of a few lists of events."""
    names = ["cat.born", "cat.gone"][: 1 + (number == 1)]
    listed = "".join(f"  {name}: {{deprecated: {str(number == 2).lower()}}}\n" for name in names)
    return (
        "vendor: Pets\nsource: {from: the page of events, retrieved: 2026-01-01, stale-after: 300d}\n"
        f"event-name: {{json: type}}\nevents:\n{listed}"
    )


def fixture(number: int) -> str:
    """One of a few recorded answers."""
    record = {"id": "c1", "age": 3 if number != 1 else "three", "kind": "tabby" if number != 2 else None}
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "json": record}
    how = "recorded" if number != 3 else "drafted"
    origin = "2026-10-01 from https://api.pets.test"
    return json.dumps({"operation": "cats.create", how: origin, "response": answer})


CONFIGS = (
    None,
    "",
    '[rules]\nunknown-event = "info"\n',
    '[[ignore]]\nconnector = "*"\nrule = "optional-empties-body"\naddress = "*"\nreason = "so be it"\n',
    '[[ignore]]\nconnector = "*"\nrule = "never-seen"\naddress = "*"\nreason = "so"\nuntil = 2026-12-01\n',
    'own-rules = ["house.yaml"]\n',
    'baseline = "baseline.json"\n',
    '[[connector]]\npath = "a"\nid = "first"\n',
    '[[connector]]\npath = "b"\ncontract = "a/contract.json"\n',
    "coverage = [",
)
HOUSE = (
    "rules:\n  {}:\n    given: $[*].handle\n    in: resources\n    then: {{pattern: ^z}}\n    message: no z\n"
)
FOLDERS = ("a", "b")
EVIDENCE = {"contract.json": contract, "events.yaml": events, "fixtures/cats.create.json": fixture}
CHOICES = [("select", "unknown-event"), ("select", "wrong-selector-type"), ("ignore", "wrong-selector-type")]
few = st.integers(0, 6)
which = st.sampled_from(FOLDERS)


class CacheAndFiles(RuleBasedStateMachine):
    """An estate of two connectors, and a user's cache."""

    @initialize(many=st.booleans())
    def begin(self, many: bool) -> None:
        self.patch = pytest.MonkeyPatch()
        self.home = Path(tempfile.mkdtemp()).resolve()
        self.estate = self.home / "estate"
        self.kept = self.home / "cache" / "results.sqlite"
        self.patch.setenv("CONNLINT_CACHE_DIR", str(self.kept.parent))
        self.patch.setattr(cache, "_SECONDS", 0.001)
        self.patch.setattr(contract_cache, "LARGE", 1)
        if many:
            self.patch.setattr(discovery, "MANY", 1)
        self.program = cache.program()
        self.patch.setattr(cache, "program", lambda: self.program)
        for name in FOLDERS:
            self.write(f"{name}/service.json", json.dumps(SERVICE))
            self.write(f"{name}/resources.json", json.dumps(resources(0)))
        self.write("a/contract.json", contract(0))
        self.write("a/events.yaml", events(0))
        self.write("a/fixtures/cats.create.json", fixture(0))
        self.lock: sqlite3.Connection | None = None

    def teardown(self) -> None:
        if hasattr(self, "patch"):
            if self.lock is not None:
                self.lock.close()
            self.patch.undo()
            shutil.rmtree(self.home)

    def write(self, name: str, text: str) -> None:
        file = self.estate / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    # files

    @rule(folder=which, number=few, form=st.sampled_from(["json", "yaml"]))
    def edit_a_document(self, folder: str, number: int, form: str) -> None:
        for old in (self.estate / folder).glob("resources.*"):
            old.unlink()
        comment = (
            "# connlint: ignore[optional-empties-body] so be it\n" if form == "yaml" and number % 2 else ""
        )
        self.write(f"{folder}/resources.{form}", comment + json.dumps(resources(number)))

    @rule(folder=which, kind=st.sampled_from(sorted(EVIDENCE)), number=st.integers(-1, 4))
    def edit_evidence(self, folder: str, kind: str, number: int) -> None:
        if number < 0:
            (self.estate / folder / kind).unlink(missing_ok=True)
        else:
            self.write(f"{folder}/{kind}", EVIDENCE[kind](number))

    @rule(folder=which, word=st.sampled_from(["boolean", "integer"]), seconds=st.integers(-1, 1))
    def edit_without_a_trace(self, folder: str, word: str, seconds: int) -> None:
        """Another content of the same size and the same time, or the same content of another time."""
        for file in (self.estate / folder).rglob("*.*"):
            found = file.stat()
            text = file.read_text("utf-8")
            if not seconds:
                file.write_text(re.sub("boolean|integer", word, text), "utf-8")
            os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns + seconds * 10**9))

    @rule(folder=which, whole=st.booleans())
    def break_or_mend_a_document(self, folder: str, whole: bool) -> None:
        text = json.dumps(SERVICE)
        self.write(f"{folder}/service.json", text if whole else text[:50])

    @rule()
    def the_folders_change_places(self) -> None:
        for before, after in (("a", "z"), ("b", "a"), ("z", "b")):
            (self.estate / before).rename(self.estate / after)

    @rule(config=st.sampled_from(CONFIGS), name=st.sampled_from(["no-z", "other-z"]))
    def configure(self, config: str | None, name: str) -> None:
        if config is None:
            (self.estate / "connlint.toml").unlink(missing_ok=True)
        else:
            self.write("connlint.toml", config)
            self.write("house.yaml", HOUSE.format(name))

    @rule(part=st.integers(0, 3))
    def write_a_baseline(self, part: int) -> None:
        found = [item for item in self.report().all_findings if item.rule != "unused-ignore"][::2][:part]
        rows = [
            {
                "connector": item.connector,
                "rule": item.rule,
                "address": item.address,
                "fingerprint": item.fingerprint,
            }
            for item in found
        ]
        self.write("baseline.json", json.dumps({"version": 1, "findings": rows}))

    # the program and its cache

    @rule(version=st.sampled_from([b"1", b"2"]))
    def change_the_program(self, version: bytes) -> None:
        self.program = version

    @rule(how=st.sampled_from(["bytes", "end", "gone", "values", "shape"]), at=st.floats(0, 1))
    def harm_the_cache(self, how: str, at: float) -> None:
        if not self.kept.exists() or self.lock is not None:
            return
        data = self.kept.read_bytes()
        place = int(at * len(data))
        match how:
            case "bytes":
                harmed = b"\xff" * len(data[place : place + 40])
                self.kept.write_bytes(data[:place] + harmed + data[place + 40 :])
            case "end":
                self.kept.write_bytes(data[:place])
            case "gone":
                self.kept.unlink()
            case "values":
                self.execute("UPDATE entries SET value = ?", ((b"", b"[]", b"null", None)[int(at * 3.9)],))
            case "shape":
                self.kept.unlink()
                self.execute("CREATE TABLE entries (something)")

    def execute(self, statement: str, values: tuple[object, ...] = ()) -> None:
        """Change the cache behind the program's back, where it is one."""
        opened = sqlite3.connect(self.kept)
        try:
            with opened:
                opened.execute(statement, values)
        except sqlite3.Error:
            pass
        finally:
            opened.close()

    @rule()
    def lock_or_let_go(self) -> None:
        if self.lock is not None:
            self.lock.close()
            self.lock = None
        elif self.kept.exists():
            self.lock = sqlite3.connect(self.kept, isolation_level=None)
            with suppress(sqlite3.Error):
                self.lock.execute("BEGIN EXCLUSIVE")

    # runs

    def report(self, progress: Any = None, **options: Any) -> Any:
        """A run's report; what it says where it cannot be made."""
        try:
            return run(Request((self.estate,), self.home, **options), progress).report
        except (BrokenConfig, BrokenBaseline) as error:
            return _Nothing(str(error))

    def said(self, progress: Any = None, **options: Any) -> str:
        report = self.report(progress, **options)
        if isinstance(report, _Nothing):
            return report.why
        return rendered(report, "json", View(Severity.INFO, None, False, 100, Style(False), True))

    @rule(days=st.permutations(["2026-11-22", "2027-05-01", ""]), jobs=st.sampled_from([1, 1, 2]))
    def check_on_several_days(self, days: list[str], jobs: int) -> None:
        for day in days[:2]:
            assert self.said(cached=True, today=day, jobs=jobs) == self.said(today=day)

    @rule(choices=st.permutations(CHOICES))
    def check_with_other_rules(self, choices: list[tuple[str, str]]) -> None:
        for option, id_ in choices[:2]:
            options = {option: frozenset({id_}), "today": "2026-11-22"}
            assert self.said(cached=True, **options) == self.said(**options)

    @rule()
    def one_run_in_the_middle_of_another(self) -> None:
        """While a run is at its first connector, another one runs from begin to end."""
        inner: list[str] = []

        def progress(done: int, of: int) -> None:
            if not inner:
                inner.append(self.said(cached=True, today="2026-11-22"))

        outer = self.said(progress, cached=True, today="2026-11-22")

        assert [outer, *inner][: 1 + len(inner)] == [self.said(today="2026-11-22")] * (1 + len(inner))

    @invariant()
    def a_run_with_the_cache_says_what_one_without_says(self) -> None:
        if hasattr(self, "patch"):
            assert self.said(cached=True, today="2026-11-22") == self.said(today="2026-11-22")


class _Nothing:
    """Stands for the report of a run that could not be made."""

    all_findings = ()

    def __init__(self, why: str) -> None:
        self.why = why


TestCacheAndFiles = CacheAndFiles.TestCase
TestCacheAndFiles.settings = budget(examples=8, steps=15)
