"""Writing goes wrong: the path and the reason are told, the status is 2, and each file is what it was."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.cli.conftest import Result, connlint, folder, pets, write_connector
from tests.mock.connectors import write as write_shop
from tests.trouble import KINDS, reason, trouble

from connlint.evidence.fixture_files import load_fixtures
from connlint.files import CannotWrite, write_all, write_atomically
from connlint.mock.recorder import Recorder
from connlint.run import Request, open_all

__all__ = ["connlint", "folder", "pets"]

Run = Callable[..., Result]
LINT = Path(__file__).parents[1] / "lint"

CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "servers": [{"url": "https://api.pets.test/v1"}],
    "paths": {"/cats/{cat_id}": {"get": {"responses": {"200": {"content": {"application/json": {}}}}}}},
    "webhooks": {
        "cat.born": {
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "properties": {"type": {"const": "cat.born"}}}
                        }
                    }
                }
            }
        }
    },
}
ENTRY = {
    "startedDateTime": "2026-11-22T10:00:00Z",
    "request": {"method": "GET", "url": "https://api.pets.test/v1/cats/1", "headers": []},
    "response": {"status": 200, "content": {"mimeType": "application/json", "text": '{"id": "1"}'}},
}


@pytest.fixture
def estate(folder: Path) -> Path:
    """A connector with a fault that a fix mends, a contract, an archive; an old baseline, report and list."""
    home = write_connector(folder / "pets", broken=True)
    resources = json.loads((home / "resources.json").read_text("utf-8"))
    resources[0]["operations"]["read"]["path"]["placeholders"][0]["options"] = ["a", "a"]
    (home / "resources.json").write_text(json.dumps(resources, indent=2), "utf-8")
    (home / "contract.json").write_text(json.dumps(CONTRACT), "utf-8")
    (home / "fixtures").mkdir()
    (folder / "calls.har").write_text(json.dumps({"log": {"entries": [ENTRY]}}), "utf-8")
    (folder / "connlint-baseline.json").write_text('{"version": 1, "findings": []}', "utf-8")
    (folder / "old.txt").write_text("old", "utf-8")
    return folder


def content(where: Path) -> dict[str, bytes]:
    """All files below a folder, hidden ones too."""
    return {str(path.relative_to(where)): path.read_bytes() for path in where.rglob("*") if path.is_file()}


COMMANDS = {
    "check --fix": (["check", "pets", "--fix"], "pets/resources.json"),
    "check --output": (["check", "pets", "-o", "old.txt"], "old.txt"),
    "check --format": (["check", "pets", "--format", "json", "--format", "sarif:old.txt"], "old.txt"),
    "baseline": (["baseline", "pets"], "connlint-baseline.json"),
    "fixtures draft": (["fixtures", "draft", "pets"], "pets/fixtures/cats.read.yaml"),
    "fixtures import": (
        ["fixtures", "import", "calls.har", "--connector", "pets"],
        "pets/fixtures/cats.read.yaml",
    ),
    "events import": (
        ["events", "import", "pets/contract.json", "-o", "pets/events.yaml"],
        "pets/events.yaml",
    ),
    "coverage": (["coverage", "pets", "-o", "old.txt"], "old.txt"),
    "page": (["page", "pets", "-o", "pets.md"], "pets.md"),
    "init": (["init", "new"], "new/service.yaml"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_writes_where_it_can(connlint: Run, estate: Path, command: str) -> None:
    arguments, file = COMMANDS[command]
    before = content(estate)
    assert connlint(*arguments).status in (0, 1)
    after = content(estate)
    assert after.get(file) not in (None, before.get(file))
    assert not [name for name in after if name.endswith(".tmp")]


@pytest.mark.parametrize("kind", list(KINDS)[0::3])
@pytest.mark.parametrize("command", COMMANDS)
def test_what_cannot_be_written_is_told_and_stays(
    connlint: Run, estate: Path, monkeypatch: pytest.MonkeyPatch, command: str, kind: str
) -> None:
    arguments, file = COMMANDS[command]
    before = content(estate)
    with monkeypatch.context() as patch:
        trouble(patch, kind)
        result = connlint(*arguments)
    assert result.status == 2
    assert re.search(rf"connlint: cannot write {file}: {reason(kind)}(; nothing was written)?\n", result.err)
    assert content(estate) == before


def test_of_several_files_none_changes_where_one_has_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {tmp_path / name: b"new" for name in "abc"}
    for path in files:
        path.write_bytes(b"old")
    before = content(tmp_path)
    for kind in KINDS:
        with monkeypatch.context() as patch:
            # the replacing of the second fails when the first is done: that is told
            trouble(patch, kind, lambda path: Path(path).name.startswith(".b."))
            with pytest.raises(CannotWrite) as caught:
                write_all(files)
        assert reason(kind) in str(caught.value)
        if KINDS[kind][0] == "replace":
            assert str(caught.value).endswith(f"; written before it: {tmp_path / 'a'}")
            (tmp_path / "a").write_bytes(b"old")
        assert content(tmp_path) == before


def test_a_link_in_a_circle_is_a_reason_too(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(CannotWrite, match=r"cannot write .*/a: "):
        write_atomically(tmp_path / "a", b"x")


def test_a_name_as_long_as_names_may_be_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 127)
    write_atomically(path, b"x")
    assert content(tmp_path) == {path.name: b"x"}


def test_what_a_killed_process_left_is_swept_and_what_another_writes_now_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    old, young = tmp_path / ".a.json.x1.connlint.tmp", tmp_path / ".a.json.x2.connlint.tmp"
    other = tmp_path / ".b.json.x1.connlint.tmp"
    for left in (old, young, other):
        left.write_bytes(b"part")
    for left in (old, other):
        os.utime(left, (time.time() - 3600,) * 2)
    write_atomically(path, b"new")
    assert content(tmp_path) == {"a.json": b"new", young.name: b"part", other.name: b"part"}


def test_what_a_killed_process_left_is_no_document(connlint: Run, pets: Path) -> None:
    (pets / "fixtures").mkdir()
    for left in (pets / ".resources.json.x1.connlint.tmp", pets / "fixtures" / ".a.yaml.x1.connlint.tmp"):
        left.write_text("[{", "utf-8")
    assert connlint("check", "pets").status == 0
    assert load_fixtures(pets / "fixtures") == ((), ())


# --- what goes on in spite of it


@pytest.mark.parametrize("kind", KINDS)
def test_a_recording_goes_on_and_says_what_it_could_not_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    home = write_shop(tmp_path / "shop", {})
    opened, _ = open_all(Request(paths=(home,), working=tmp_path))
    loaded = opened[0].loaded
    lines: list[str] = []

    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"id": "o1"})

    recorder = Recorder(
        loaded.connector,
        loaded.evidence,
        "https://api.shop.test/v1",
        home / "fixtures",
        day="2026-11-22",
        log=lines.append,
        client=httpx2.AsyncClient(transport=httpx2.MockTransport(answer)),
    )
    statuses = []

    async def ask() -> None:
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/v1/orders/1", "query_string": b"", "headers": []}
        await recorder(scope, receive, send)
        statuses.append(sent[0]["status"])

    async def both() -> None:
        with monkeypatch.context() as patch:
            trouble(patch, kind)
            await ask()
        await ask()

    asyncio.run(both())
    assert statuses == [200, 200]
    assert f"NOT written: cannot write {home / 'fixtures' / 'orders.read.yaml'}: {reason(kind)}" in lines[0]
    assert recorder.tally.words() == "1 new. NOT written, for an error: 1."
    assert [path.name for path in (home / "fixtures").iterdir()] == ["orders.read.yaml"]


def test_a_journal_that_cannot_be_written_ends_no_answer(tmp_path: Path) -> None:
    from connlint.mock.journal import Entry, Journal

    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    lines: list[str] = []
    journal = Journal(file=Path("/dev/full"), log=lines.append)
    for number in range(3):
        journal.add(Entry("request", "GET", f"/{number}", "", [], b"", 200, "", "", ""))
    journal.close()
    assert len(journal.entries()) == 3
    told = [line for line in lines if "the journal's file is written no further: No space left" in line]
    assert len(told) == 1


@pytest.mark.parametrize("kind", ["the folder is read-only", "the disk is full when it is written"])
def test_a_cache_that_cannot_be_written_is_not_told(
    connlint: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    for number in range(34):
        write_connector(folder / f"c{number}", broken=number == 0)
    plain = connlint("check", "--no-cache", "--format", "json")
    if kind == "the folder is read-only":
        (folder / "file").write_text("", "utf-8")
        monkeypatch.setenv("CONNLINT_CACHE_DIR", str(folder / "file" / "cache"))
    else:
        monkeypatch.setenv("CONNLINT_CACHE_DIR", str(folder / ".cache"))
        real = sqlite3.connect

        def small(*rest: Any, **more: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = real(*rest, **more)
            connection.execute("PRAGMA max_page_count = 4")
            return connection

        monkeypatch.setattr(sqlite3, "connect", small)
    for _ in range(2):
        run = connlint("check", "--format", "json")
        assert (run.status, run.out, run.err) == (plain.status, plain.out, plain.err)


# --- the system's own word, in a process of its own


def _program(arguments: list[str], where: Path, **more: Any) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(LINT), "CONNLINT_CACHE_DIR": str(where / ".cache")}
    return subprocess.run(
        [sys.executable, "-m", "connlint", *arguments],
        cwd=where,
        env=environment,
        timeout=60,
        check=False,
        **more,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_report_for_which_there_is_no_room_is_status_2(estate: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        out = _program(["check", "pets"], estate, stdout=full, stderr=subprocess.PIPE)
        assert out.returncode == 2
        assert out.stderr == b"connlint: cannot write to standard output: No space left on device\n"
        both = _program(["check", "pets", "nothing"], estate, stdout=full, stderr=full)
        assert both.returncode == 2
    device = _program(["check", "pets", "-o", "/dev/full"], estate, capture_output=True)
    assert (device.returncode, device.stdout) == (2, b"")
    assert device.stderr == b"connlint: cannot write /dev/full: No space left on device\n"


def test_a_file_that_may_not_grow_is_told_by_the_system_and_stays(estate: Path) -> None:
    resource = pytest.importorskip("resource", reason="the system sets no limits")

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))

    before = content(estate)
    result = _program(["check", "pets", "--fix"], estate, capture_output=True, preexec_fn=small)
    assert result.returncode == 2
    assert result.stderr == b"connlint: cannot write pets/resources.json: File too large\n"
    assert {name: data for name, data in content(estate).items() if ".cache" not in name} == before
