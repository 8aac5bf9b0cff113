"""The doors: editor, hook, action, a terminal that is shown a patch, a client of the mock."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.security.conftest import Run
from tests.security.test_terminal import quiet

from connlint.lsp.hover import still
from connlint.mock.inprocess import MockServer
from connlint.mock.journal import Journal
from connlint.mock.received import Received

ROOT = Path(__file__).parents[2]


def test_a_fixture_splits_no_answer(pets: Path) -> None:
    (pets / "fixtures").mkdir()
    headers = {"x-a": "b\r\nset-cookie: evil=1\r\n\r\n<script>", "x-b": "\u010a\u010dset-cookie: evil=2"}
    fixture = {
        "operation": "cats.read",
        "written": "2026-01-01 from x",
        "response": {"status": 200, "headers": headers, "json": {"id": "c_1"}},
    }
    (pets / "fixtures" / "a.json").write_text(json.dumps(fixture), "utf-8")
    with MockServer.of(pets) as mock:
        host, _, port = mock.origin.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as client:
            client.sendall(b"GET /v1/cats/1 HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
            answer = b""
            while piece := client.recv(65536):
                answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    assert json.loads(body) == {"id": "c_1"}
    assert not any(line.lower().startswith(b"set-cookie") for line in head.split(b"\r\n"))


def test_a_page_of_an_editor_loads_no_image() -> None:
    assert (
        still("a ![b](https://evil.test/x) `![c]` \\![d][e]")
        == "a !\\[b](https://evil.test/x) `!\\[c]` \\!\\[d][e]"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_patch_does_not_drive_a_terminal(armed: Path, connlint: Run) -> None:
    """In a pipe it is exact, so that it applies; on a terminal it is to be read."""
    from connlint.cli.check import _seen

    exact = connlint("check", "armed", "--diff", "--unsafe-fixes").raw
    assert exact
    shown = _seen(exact).decode("utf-8")
    quiet(shown)
    lint = ROOT / "lint"
    leader, follower = os.openpty()
    command = [
        sys.executable,
        "-m",
        "connlint",
        "check",
        "armed",
        "--diff",
        "--unsafe-fixes",
        "--color",
        "never",
    ]
    with os.fdopen(leader, "rb", 0) as terminal:
        run = subprocess.Popen(
            command, cwd=armed.parent, stdout=follower, stderr=subprocess.PIPE, env={"PYTHONPATH": str(lint)}
        )
        os.close(follower)
        got = b""
        while True:
            try:
                piece = terminal.read(65536)
            except OSError:
                break
            if not piece:
                break
            got += piece
        run.communicate(timeout=30)
    quiet(got.replace(b"\r\n", b"\n").decode("utf-8"))
    assert b"diff --git" in got


def test_a_hook_takes_no_file_for_an_option(connlint: Run, folder: Path, pets: Path) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    named = [hook for hook in hooks if hook.get("pass_filenames", True)]
    assert named
    (pets / "resources.json").write_text('[{"handle": "a", "endpoint": ', "utf-8")
    evil = ("--exit-zero", "--select=unused-ignore", "--output=report.json", "--baseline=b.json")
    for name in evil:
        (folder / name).write_text("{}", "utf-8")
    for hook in named:
        command, *entry = hook["entry"].split()
        assert command == "connlint"
        result = connlint(*entry, *hook["args"], *evil, "pets/resources.json")
        assert result.status == 1, result.err
    assert not (folder / "report.json").exists()


def test_the_action_uses_others_by_their_commit() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    used = [step["uses"] for step in action["runs"]["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w.-]+(?:/[\w.-]+)+@[0-9a-f]{40}", name) for name in used)


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_the_action_takes_no_file_and_no_input_for_an_option_or_a_command(folder: Path) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    (script,) = [step["run"] for step in action["runs"]["steps"] if step.get("id") == "check"]
    tools = folder / "bin"
    tools.mkdir()
    (tools / "connlint").write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$RUNNER_TEMP/called"\n', "utf-8")
    (tools / "connlint").chmod(0o755)
    (folder / "work").mkdir()
    (folder / "work" / "--exit-zero").write_text("", "utf-8")
    for paths in ("*", "--exit-zero", "$(touch owned) `touch owned`; touch owned"):
        env = {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PATHS": paths,
            "ARGUMENTS": "--fail-on error",
            "RUNNER_TEMP": str(folder),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        }
        subprocess.run(["bash", "-e", "-c", script], cwd=folder / "work", env=env, check=True)
        called = (folder / "called").read_text("utf-8").splitlines()
        assert called[called.index("--") + 1 :] == paths.split()
        assert called[: called.index("--")].count("--exit-zero") == 0
    assert [file.name for file in (folder / "work").iterdir()] == ["--exit-zero"]


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /v1/cats/1 HTTP/1.1\r\nhost: a\r\n",
        b"POST /v1/cats/1 HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{",
    ],
)
def test_a_client_that_sends_slowly_is_cut_off(
    pets: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr("connlint.mock.protocol.SLOWEST_HEAD", 0.2)
    monkeypatch.setattr("connlint.mock.app.SLOWEST_BODY", 0.2)
    with MockServer.of(pets) as mock:
        host, _, port = mock.origin.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as client:
            client.sendall(sent)
            answer = b""
            while piece := client.recv(65536):
                answer += piece
    assert b"408" in answer.split(b"\r\n")[0] if b"POST" in sent else answer == b""


def test_the_journal_does_not_grow_without_end() -> None:
    journal = Journal()
    for number in range(1_100):
        journal.request(Received("POST", f"/{number}", "", [], b"x" * 20_000), 200, "", "", "")
    kept = journal.entries()
    assert len(kept) == 1_000
    assert kept[-1].path == "/1099"
    assert max(len(entry.body) for entry in kept) <= 16 * 1024
