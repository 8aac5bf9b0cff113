"""What a connector holds never drives a terminal, whichever command shows it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.security.conftest import MARK, Run, evil

_DRIVES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""All that moves, colours or turns text round; line feeds and tabs are a report's own."""


def quiet(text: str) -> None:
    found = _DRIVES.search(text)
    assert found is None, repr(text[max(0, found.start() - 80) : found.end() + 40])


@pytest.mark.parametrize(
    "format_", ["text", "concise", "markdown", "github", "sarif", "gitlab", "junit", "json"]
)
def test_no_format_of_check_drives_a_terminal(connlint: Run, armed: Path, format_: str) -> None:
    result = connlint("check", "--format", format_, "--show", "info", "--statistics")
    assert result.status == 1
    quiet(result.out)
    quiet(result.err)


@pytest.mark.parametrize(
    "arguments",
    [
        ("coverage", "armed"),
        ("coverage", "armed", "--format", "markdown"),
        ("coverage", "armed", "--format", "html"),
        ("coverage", "armed", "--format", "json"),
        ("coverage", "armed", "--fail-under", "events=100,selectors=100,operations=100"),
        ("fixtures", "list", "armed"),
        ("fixtures", "draft", "armed"),
        ("events", "check", "armed/events.json", "--max-age", "1d"),
        ("events", "diff", "armed/events.json", "other.json"),
        ("events", "diff", "other.json", "armed/events.json"),
        ("compat", "armed", "pets"),
        ("compat", "pets", "armed"),
        ("compat", "pets", "armed", "--format", "json"),
        ("baseline", "armed"),
        ("check", "armed", "--diff", "--unsafe-fixes"),
        ("check", "armed", "--fix", "--unsafe-fixes"),
        ("deliver", "armed"),
        ("deliver", "armed", "nothing"),
        ("deliver", "armed", evil("cat.born"), "--dry-run"),
        ("try", "armed", "nothing"),
        ("try", "armed", evil("cats") + ".list"),
        ("try", "armed", evil("cats") + ".list", "--dry-run"),
        ("try", "armed", evil("cats") + "." + evil("read"), "--dry-run"),
        ("mock", "armed", "--port", "0"),
        ("config", "show", "armed"),
    ],
)
def test_no_other_command_drives_a_terminal(
    connlint: Run, armed: Path, folder: Path, pets: Path, arguments: tuple[str, ...]
) -> None:
    other = {
        "vendor": "V",
        "source": {"from": "x", "version": "1", "retrieved": "2026-01-01"},
        "events": {"a": {}},
    }
    (folder / "other.json").write_text(json.dumps(other), "utf-8")
    result = connlint(*arguments)
    shown = result.out
    if "--diff" in arguments:
        # the hunks of a patch hold the bytes of the file, or it would not apply
        heads = ("diff ", "--- ", "+++ ", "@@ ")
        shown = "\n".join(line for line in shown.split("\n") if line.startswith(heads))
    quiet(shown)
    quiet(result.err)


@pytest.mark.parametrize(
    "text",
    [
        'a = "' + MARK,
        f'"{MARK}" = 1',
        f'fail-on = "{MARK[5:]}"'.replace("\x07", "\\u0007").replace("\x1b", "\\u001b"),
        '[rules."\\u001b[31m"]\nseverity = "error"\n',
        '[[ignores]]\nrule = "\\u001b[31m"\naddress = "\\u001b[31m"\nreason = "\\u001b[31m"\n',
        'own-rules = ["\\u001b[31m.yaml"]\n',
        'baseline = "\\u001b[31m.json"\n',
        '[connectors]\npaths = ["\\u001b[31m"]\n',
    ],
)
def test_no_configuration_drives_a_terminal(connlint: Run, pets: Path, folder: Path, text: str) -> None:
    (folder / "connlint.toml").write_text(text, "utf-8")
    for arguments in (("check",), ("config", "show"), ("rule",)):
        result = connlint(*arguments)
        quiet(result.out)
        quiet(result.err)


def test_a_question_for_a_credential_does_not_drive_a_terminal(connlint: Run, pets: Path) -> None:
    service = json.loads((pets / "service.json").read_text("utf-8"))
    token = {"value": "{{" + evil("key") + "}}", "placeholders": [{"name": evil("key"), "type": "String"}]}
    service["service"]["auth"] = {
        "method": "api_token",
        "params": {"apiToken": {"token": token, "headerName": {"value": "Authorization"}}},
    }
    (pets / "service.json").write_text(json.dumps(service), "utf-8")
    arguments = ("try", "pets", "cats.read", "-p", "cat_id=1", "--base-url", "http://127.0.0.1:1")
    result = connlint(*arguments, stdin=b"secret\n")
    assert "not shown" in result.err
    quiet(result.out)
    quiet(result.err)


def test_no_path_and_no_argument_drives_a_terminal(connlint: Run, folder: Path) -> None:
    (folder / "\x1b[31mred").mkdir()
    for arguments in (
        ("check", "\x1b[31mred"),
        ("check", "\x1b[31mmissing"),
        ("check", "--select", "\x1b[31m"),
        ("check", "--format", "\x1b[31m"),
        ("check", "--contract", "\x1b[31m"),
        ("check", "--today", "\x1b[31m"),
        ("coverage", "\x1b[31mred"),
        ("rule", "\x1b[31m"),
        ("\x1b[31m",),
    ):
        result = connlint(*arguments)
        assert result.status == 2
        quiet(result.err)
        quiet(result.out)
