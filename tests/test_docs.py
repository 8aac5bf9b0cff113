"""The documentation is true: its commands print what it shows, and the site builds without a warning."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.cli.conftest import Result, connlint, folder, pets, write_connector
from tests.docs import DOCS, config_keys, printed, run_page

from connlint.registry import rule_url, rules

__all__ = ["connlint", "folder", "pets"]

Run = Callable[..., Result]
RUN = (
    "index.md",
    "tutorial.md",
    "init.md",
    "configuration.md",
    "ignores.md",
    "fixes.md",
    "own-rules.md",
    "compat.md",
    "output.md",
    "page.md",
)
KEYS_START = "<!-- keys: written by `pytest tests/test_docs.py --update-golden` -->"
KEYS_END = "<!-- end of keys -->"
NEEDED = {"configuration.md": "connectors/pets"}
"""A connector that a page takes for granted."""


@pytest.mark.parametrize("name", RUN)
def test_commands_print_what_the_page_shows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    if name in NEEDED:
        write_connector(tmp_path / NEEDED[name])

    made = run_page(name)

    if update_golden:
        (DOCS / name).write_text(made, "utf-8", newline="\n")
    assert made == (DOCS / name).read_text("utf-8"), (
        "run pytest tests/test_docs.py --update-golden, and read it"
    )


def test_the_configurations_reference_has_every_key(update_golden: bool) -> None:
    page = DOCS / "configuration.md"
    text = page.read_text("utf-8")
    start, end = text.index(KEYS_START) + len(KEYS_START), text.index(KEYS_END)

    if update_golden:
        page.write_text(text[:start] + config_keys() + text[end:], "utf-8", newline="\n")
    else:
        assert text[start:end] == config_keys(), "run pytest tests/test_docs.py --update-golden"


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="no mkdocs-material")

    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)],
        cwd=DOCS.parent,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert built.returncode == 0, built.stdout + built.stderr
    for rule in rules().values():
        assert f">{rule.id}<" in (tmp_path / "rules" / rule.id / "index.html").read_text("utf-8")
        assert rule_url(rule.id) == f"https://connlint.dev/rules/{rule.id}/"
    for schema in (DOCS.parent / "schemas").glob("*.schema.json"):
        assert json.loads(schema.read_text())["$id"] == f"https://connlint.dev/schemas/{schema.name}"
        assert (tmp_path / "schemas" / schema.name).read_bytes() == schema.read_bytes()
    search = json.loads((tmp_path / "search" / "search_index.json").read_text("utf-8"))
    assert any("baseline" in page["text"] for page in search["docs"])


@pytest.mark.parametrize("name", ["ci.md", "pre-commit.md"])
def test_recipes_are_yaml_and_call_connlint_as_it_is(name: str, pets: Path, connlint: Run) -> None:
    text = (DOCS / name).read_text("utf-8")
    blocks = [
        yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    ]
    assert blocks
    for line in re.findall(r"connlint check connectors ([^\n`]+)", text):
        arguments = re.sub(r"\$\{\{[^}]*\}\}", "1", line).replace("origin/main", "HEAD")
        if "--changed-since" not in arguments:
            assert connlint("check", "pets", *arguments.split()).status == 0, line


def test_the_action_checks_says_and_uploads() -> None:
    action = yaml.safe_load((DOCS.parent / "action.yml").read_text("utf-8"))
    steps = action["runs"]["steps"]

    assert action["runs"]["using"] == "composite"
    assert all("shell" in step for step in steps if "run" in step), "a composite step names its shell"
    used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(steps)))
    assert used == set(action["inputs"]), "each input is used, and each one used is declared"
    assert all("${{" not in step.get("run", "") for step in steps), "no expression inside a script: injection"
    ids = {step["id"] for step in steps if "id" in step}
    assert set(re.findall(r"steps\.([\w-]+)\.", json.dumps(action))) <= ids


@pytest.mark.skipif(sys.platform == "win32" or shutil.which("bash") is None, reason="no bash")
def test_bash_completes_commands_options_and_rules(tmp_path: Path) -> None:
    """What the page tells people to put into their shell's start-up file works in a real bash."""
    (tmp_path / "connlint").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m connlint "$@"\n')
    (tmp_path / "connlint").chmod(0o755)
    script = """
        eval "$(_CONNLINT_COMPLETE=bash_source connlint)"
        complete_() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _connlint_completion "$1"; echo "${COMPREPLY[@]}"; }
        complete_ connlint base
        complete_ connlint check --chan
        complete_ connlint check --fail-on ''
        complete_ connlint check --select unused-i
        complete_ connlint check --format sa
    """  # noqa: E501 - a shell function on its line
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=tmp_path,
        env={
            "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(DOCS.parent / "lint"),
            "LANG": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == [
        "baseline",
        "--changed-since",
        "error warning info",
        "unused-ignore",
        "sarif",
    ], done.stderr


def test_the_readme_shows_what_the_program_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DOCS.parent)
    (shown,) = re.findall(
        r"^```console\n(.*?)^```$", Path("README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    command, *parts = re.split(r"^\u2026?\n", shown, flags=re.MULTILINE)

    whole = printed(command.strip().removeprefix("$ connlint "))

    assert len(parts) > 1
    assert all(part in whole for part in parts)


def test_links_of_the_readme_lead_somewhere() -> None:
    text = (DOCS.parent / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 62, "the readme fits a screen"
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (DOCS.parent / target).is_file(), target
