"""A team adopts connlint on a connector full of findings: baseline, one new mistake, another hand, fixes."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.cli.conftest import Result

ROOT = Path(__file__).parents[2]
SPEC = "chatgpt"
EVENTS = ROOT / "specs" / "chatgpt" / "events.yaml"

Run = Callable[..., Result]


@pytest.fixture
def adopted(folder: Path, connlint: Run) -> Path:
    """The published connector with the vendor's events, and a baseline of what is wrong with it."""
    home = folder / SPEC
    shutil.copytree(ROOT / "specs" / "chatgpt-published", home)
    shutil.copyfile(EVENTS, home / "events.yaml")
    assert connlint("check").status == 1
    connlint("baseline")
    (folder / "connlint.toml").write_text('baseline = "connlint-baseline.json"\n')
    return home


def test_after_a_baseline_only_a_new_mistake_shows(connlint: Run, adopted: Path) -> None:
    assert connlint("check").status == 0

    file = adopted / "resources.json"
    resources = json.loads(file.read_text("utf-8"))
    resources[0]["fields"][0]["type"] = "Strng"
    file.write_text(json.dumps(resources, indent=2), "utf-8")

    result = connlint("check", "--format", "concise")
    assert result.status == 1
    (line,) = result.out.splitlines()
    assert "[unknown-type] `Strng`" in line


def test_the_baseline_holds_when_another_hand_has_rewritten_everything(connlint: Run, adopted: Path) -> None:
    resources = json.loads((adopted / "resources.json").read_text("utf-8"))
    service = json.loads((adopted / "service.json").read_text("utf-8"))
    (adopted / "resources.json").unlink()
    (adopted / "service.json").unlink()
    (adopted / "what-one-can-do.yaml").write_text(
        yaml.safe_dump(list(reversed(resources)), allow_unicode=True, sort_keys=True), "utf-8"
    )
    (adopted / "where-it-is.json").write_text(json.dumps(service, indent=8), "utf-8")

    result = connlint("check", "--format", "concise")

    assert (result.status, result.out) == (0, "")


@pytest.mark.skipif(shutil.which("git") is None, reason="no git")
def test_the_patch_of_all_fixes_gives_what_fixing_gives(connlint: Run, folder: Path) -> None:
    for name in ("patched", "fixed"):
        shutil.copytree(ROOT / "specs" / "chatgpt-published", folder / name / SPEC)
        shutil.copyfile(EVENTS, folder / name / SPEC / "events.yaml")

    patch = connlint("check", f"patched/{SPEC}", "--unsafe-fixes", "--diff")
    (folder / "all.patch").write_bytes(patch.raw)
    subprocess.run(["git", "apply", "all.patch"], cwd=folder, check=True)
    connlint("check", f"fixed/{SPEC}", "--unsafe-fixes")

    def contents(name: str) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in (folder / name / SPEC).iterdir()}

    assert patch.raw.startswith(b"diff --git ")
    assert contents("patched") == contents("fixed")
    assert (
        contents("fixed")["resources.json"] != (ROOT / "specs/chatgpt-published/resources.json").read_bytes()
    )
