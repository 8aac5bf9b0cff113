"""Workflow commands, read back by the runner's rules: properties up to the first `::`, each unescaped."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Result
from tests.report.conftest import named, write_connector

from connlint.report.escape import visible

Run = Callable[..., Result]
Command = tuple[str, dict[str, str], str]


def unescaped(text: str, *, of_property: bool = False) -> str:
    """What the runner makes of an escaped value; `%25` last, as it does."""
    text = text.replace("%0D", "\r").replace("%0A", "\n")
    if of_property:
        text = text.replace("%3A", ":").replace("%2C", ",")
    return text.replace("%25", "%")


def commands(out: str) -> list[Command]:
    """The commands of an output: each line is one."""
    found = []
    for line in out.split("\n")[:-1]:
        assert line.startswith("::"), f"a line that is no command: {line!r}"
        head, _, message = line[2:].partition("::")
        name, _, listed = head.partition(" ")
        properties = dict(part.split("=", 1) for part in listed.split(","))
        found.append(
            (
                name,
                {key: unescaped(value, of_property=True) for key, value in properties.items()},
                unescaped(message),
            )
        )
    return found


def test_every_annotation_reads_back_whatever_a_spec_holds(
    connlint: Run, hostile: Path, findings: list[dict[str, Any]]
) -> None:
    *annotations, notice = commands(connlint("check", "--format", "github").out)

    assert notice[0] == "notice"
    ranked = sorted(findings, key=lambda item: item["severity"] != "error")
    assert len(annotations) == len(ranked)
    for (name, properties, message), finding in zip(annotations, ranked, strict=True):
        assert name == finding["severity"]
        assert properties["file"] == finding["file"]
        assert properties["line"] == str(finding["start"]["line"])
        assert properties["col"] == str(finding["start"]["column"])
        assert properties["title"] == f"{finding['rule']} ({visible(finding['address'])})"
        assert message.split("\nhelp: ")[0] == visible(finding["message"])


def test_no_control_character_reaches_the_log(connlint: Run, hostile: Path) -> None:
    out = connlint("check", "--format", "github").out

    assert all(line == visible(line) for line in out.split("\n"))


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (10, None),
        (11, "drops 1 of 11 errors"),
        (25, "drops 15 of 25 errors"),
    ],
)
def test_it_says_how_many_annotations_github_drops(
    connlint: Run, folder: Path, count: int, said: str | None
) -> None:
    home = write_connector(folder / "shop")
    resources = named(())
    resources[0]["operations"] = {
        f"go{number}": {"method": "POST", "path": {"value": f"/{number}/{{{{gone{number}}}}}"}}
        for number in range(count)
    }
    (home / "resources.json").write_text(json.dumps(resources), "utf-8")

    *annotations, last = commands(connlint("check", "--format", "github").out)

    if said is None:
        assert [name for name, _, _ in (*annotations, last)] == ["error"] * count
    else:
        assert [name for name, _, _ in annotations] == ["error"] * count
        assert last[0] == "notice"
        assert said in last[2]


def test_annotations_and_a_sarif_file_come_from_one_run(connlint: Run, hostile: Path, folder: Path) -> None:
    result = connlint("check", "--format", "github", "--format", "sarif:out.sarif")

    *annotations, _ = commands(result.out)
    log = json.loads((folder / "out.sarif").read_text("utf-8"))
    assert len(log["runs"][0]["results"]) == len(annotations)
    assert result.status == 1
