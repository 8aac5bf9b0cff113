"""The code quality report, by what GitLab documents that it reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from tests.cli.conftest import Result

Run = Callable[..., Result]

READ = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "positions"],
                "properties": {
                    "path": {"type": "string", "not": {"pattern": "^(/|\\./)"}},
                    "positions": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {
                            "begin": {
                                "type": "object",
                                "required": ["line"],
                                "properties": {"line": {"type": "integer", "minimum": 1}},
                            }
                        },
                    },
                },
            },
        },
    },
}
"""GitLab's documentation, "Code Quality report format": the fields it needs, as a schema."""


def test_the_report_has_what_gitlab_reads(
    connlint: Run, hostile: Path, findings: list[dict[str, Any]]
) -> None:
    issues = json.loads(connlint("check", "--format", "gitlab").out)

    assert [error.message for error in Draft202012Validator(READ).iter_errors(issues)] == []
    assert [
        (item["check_name"], item["location"]["path"], item["location"]["positions"]["begin"]["line"])
        for item in issues
    ] == [(item["rule"], item["file"], item["start"]["line"]) for item in findings]
    assert {item["severity"] for item in issues} == {"major", "minor"}


def test_no_two_issues_share_a_fingerprint(connlint: Run, hostile: Path) -> None:
    issues = json.loads(connlint("check", "--format", "gitlab", "--show", "info").out)

    prints = [item["fingerprint"] for item in issues]
    assert len(prints) == len(set(prints)), "GitLab keeps one issue of a fingerprint"


def test_the_report_arrives_also_when_the_check_fails_and_when_nothing_is_found(
    connlint: Run, pets: Path, folder: Path
) -> None:
    clean = connlint("check", "--format", "text", "--format", "gitlab:report.json")
    assert (clean.status, json.loads((folder / "report.json").read_text())) == (0, [])

    file = pets / "resources.json"
    file.write_text(file.read_text("utf-8")[:-20], "utf-8")
    failed = connlint("check", "--format", "text", "--format", "gitlab:report.json")
    assert failed.status == 1
    assert json.loads((folder / "report.json").read_text())[0]["check_name"] == "syntax-error"
