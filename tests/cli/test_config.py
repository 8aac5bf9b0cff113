"""Configuration, ignores and the baseline, as people use them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Result, write_connector

Run = Callable[..., Result]
FINDING = "unused-placeholder"


def findings(result: Result) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(result.out)["findings"]
    return found


@pytest.fixture
def broken(folder: Path) -> Path:
    """A connector with one finding, under connectors/pets."""
    return write_connector(folder / "connectors" / "pets", broken=True)


def test_a_rule_is_turned_off_or_up_for_all_or_for_one_connector(
    connlint: Run, folder: Path, broken: Path
) -> None:
    write_connector(folder / "connectors" / "dogs", broken=True)
    (folder / "connlint.toml").write_text(
        f'[rules]\n{FINDING} = "error"\n[connector."connectors/dogs"]\nrules = {{ {FINDING} = "off" }}\n',
        "utf-8",
    )
    found = findings(connlint("check", "--format", "json"))
    assert [(item["connector"], item["severity"]) for item in found if item["rule"] == FINDING] == [
        ("connectors/pets", "error")
    ]


def test_pyproject_serves_as_well(connlint: Run, folder: Path, broken: Path) -> None:
    (folder / "pyproject.toml").write_text(f'[tool.connlint.rules]\n{FINDING} = "off"\n', "utf-8")
    assert connlint("check").status == 0


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('[rule]\nx = "off"\n', "connlint.toml:1:2:", "rules"),
        (
            '[rules]\nunused-placeholders = "off"\n',
            "connlint.toml:2:1:",
            "did you mean `unused-placeholder`?",
        ),
        ('[rules]\nunused-placeholder = "of"\n', "connlint.toml:2:", "off"),
        ("fail-on = \n", "connlint.toml:1:", "alue"),
        ('required-version = ">=99"\n', "connlint.toml:1:", "wants >=99"),
        ('[rules]\nmissing-event = { covrage = ["x"] }\n', "connlint.toml:2:1:", "did you mean `coverage`?"),
        ('[connector."nowhere"]\nowner = "me"\n', "connlint.toml:1:", "no folder or page `nowhere`"),
    ],
)
def test_a_mistake_in_it_ends_the_run_with_its_place(
    connlint: Run, folder: Path, broken: Path, text: str, place: str, words: str
) -> None:
    (folder / "connlint.toml").write_text(text, "utf-8")
    result = connlint("check")
    assert result.status == 2
    assert result.err.startswith(place), result.err
    assert words in result.err
    assert result.out == ""


def test_connectors_names_what_is_one(connlint: Run, folder: Path, broken: Path) -> None:
    write_connector(folder / "other")
    write_connector(folder / "connectors" / "_template", broken=True)
    (folder / "connlint.toml").write_text(
        'connectors = ["connectors/*"]\nexclude = ["connectors/_template"]\n', "utf-8"
    )
    report = json.loads(connlint("check", "--format", "json").out)
    assert [part["connector"] for part in report["connectors"]] == ["connectors/pets"]


def test_the_id_stands_for_the_path(connlint: Run, folder: Path, broken: Path) -> None:
    (folder / "connlint.toml").write_text(
        '[connector."connectors/pets"]\nid = "pets"\nowner = "zoo"\n', "utf-8"
    )
    assert findings(connlint("check", "--format", "json"))[0]["connector"] == "pets"
    assert "(zoo)" in connlint("check").out


def test_an_ignore_marks_and_counts_and_gives_its_reason(connlint: Run, folder: Path, broken: Path) -> None:
    (folder / "connlint.toml").write_text(
        f'[[ignore]]\nconnector = "connectors/*"\nrule = "{FINDING}"\n'
        'address = "cats.read.*"\nreason = "PLAT-1"\n',
        "utf-8",
    )
    result = connlint("check")
    assert result.status == 0
    assert "PLAT-1" in result.out
    found = findings(connlint("check", "--format", "json"))
    assert [(item["state"], item["reason"]) for item in found] == [("ignored", "PLAT-1")]


def test_an_ignore_ends_on_its_day(connlint: Run, folder: Path, broken: Path) -> None:
    (folder / "connlint.toml").write_text(
        f'[[ignore]]\nrule = "{FINDING}"\naddress = "*"\nreason = "soon"\nuntil = 2026-01-31\n', "utf-8"
    )
    assert connlint("check", "--today", "2026-01-31").status == 0
    late = connlint("check", "--today", "2026-02-01", "--show", "info")
    assert late.status == 1
    assert "ended on 2026-01-31" in late.out
    assert "info[expired-ignore]" in late.out


def test_an_ignore_that_covers_nothing_is_a_finding(connlint: Run, folder: Path, pets: Path) -> None:
    (folder / "connlint.toml").write_text(
        f'[[ignore]]\nrule = "{FINDING}"\naddress = "cats.reed"\nreason = "x"\n', "utf-8"
    )
    result = connlint("check")
    assert result.status == 1
    assert "connlint.toml:3:11: warning[unused-ignore]" in result.out
    assert "did you mean `cats.read`?" in result.out
    assert connlint("check", "--select", "duplicate-handle").status == 0


def test_a_comment_in_yaml_ignores_on_the_node(connlint: Run, folder: Path) -> None:
    path = folder / "pets"
    path.mkdir()
    (path / "service.yaml").write_text(
        "handle: pets\nservice:\n"
        '  baseURL: {value: "http://x.test"}  # connlint: ignore[insecure-base-url] lab only\n',
        "utf-8",
    )
    found = findings(connlint("check", "--format", "json"))
    assert [(item["rule"], item["state"], item["reason"]) for item in found] == [
        ("insecure-base-url", "ignored", "lab only")
    ]


def test_a_baseline_holds_through_reordering_reformatting_and_renaming(
    connlint: Run, folder: Path, broken: Path
) -> None:
    (folder / "connlint.toml").write_text('baseline = "connlint-baseline.json"\n', "utf-8")
    assert connlint("check").status == 1
    assert connlint("baseline").status == 0
    assert connlint("check").status == 0
    resources = json.loads((broken / "resources.json").read_text("utf-8"))
    resources.insert(0, {"handle": "dogs", "endpoint": {"value": "/dogs"}})
    (broken / "resources.json").unlink()
    (broken / "all.json").write_text(json.dumps(resources), "utf-8")
    assert connlint("check").status == 0
    resources[1]["operations"]["read"]["path"]["placeholders"].append({"name": "more", "type": "String"})
    (broken / "all.json").write_text(json.dumps(resources), "utf-8")
    active = [item for item in findings(connlint("check", "--format", "json")) if item["state"] == "active"]
    assert [item["address"] for item in active] == ["cats.read.path{more}"]


def test_a_baseline_is_pruned_of_what_is_no_more(connlint: Run, folder: Path, broken: Path) -> None:
    (folder / "connlint.toml").write_text('baseline = "connlint-baseline.json"\n', "utf-8")
    connlint("baseline")
    for file in broken.iterdir():
        file.unlink()
    broken.rmdir()
    write_connector(broken)
    result = connlint("check")
    assert result.status == 1
    assert "unused-ignore" in result.out
    assert connlint("baseline", "--prune").status == 0
    assert connlint("check").status == 0
    assert json.loads((folder / "connlint-baseline.json").read_text("utf-8"))["findings"] == []


def test_a_broken_baseline_ends_the_run(connlint: Run, folder: Path, broken: Path) -> None:
    (folder / "b.json").write_text("{", "utf-8")
    result = connlint("check", "--baseline", "b.json")
    assert result.status == 2
    assert "b.json is no baseline" in result.err


def test_evidence_may_lie_elsewhere(connlint: Run, folder: Path, broken: Path) -> None:
    (folder / "vendor").mkdir()
    (folder / "vendor" / "pets.json").write_text(
        json.dumps({"openapi": "3.1.0", "info": {"title": "Pets", "version": "7"}, "paths": {}}), "utf-8"
    )
    (folder / "connlint.toml").write_text(
        '[connector."connectors/pets"]\ncontract = "../../vendor/pets.json"\n', "utf-8"
    )
    assert "vendor/pets.json 7" in connlint("check").out


def test_a_configured_page_is_a_rendering_and_no_second_connector(
    connlint: Run, folder: Path, pets: Path
) -> None:
    service = (pets / "service.json").read_text("utf-8")
    (folder / "docs").mkdir()
    (folder / "docs" / "pets.md").write_text(f"# Pets\n\nTODO\n\n```json\n{service}\n```\n", "utf-8")
    (folder / "connlint.toml").write_text('[connector."pets"]\npage = "docs/pets.md"\n', "utf-8")
    report = json.loads(connlint("check", "--format", "json").out)
    assert [part["connector"] for part in report["connectors"]] == ["pets"]
    assert {item["connector"] for item in report["findings"]} <= {"pets"}


def test_config_show_says_where_each_value_comes_from(connlint: Run, folder: Path, broken: Path) -> None:
    (folder / "connlint.toml").write_text(
        f'fail-on = "error"\n[rules]\n{FINDING} = "info"\n'
        f'[[ignore]]\nrule = "{FINDING}"\naddress = "a"\nreason = "r"\n',
        "utf-8",
    )
    out = connlint("config", "show", "connectors/pets").out
    assert "connectors/pets" in out
    assert "fail-on" in out
    assert "# connlint.toml [rules]" in out
    assert "# connlint.toml:4" in out
