"""Imports point one way: the contracts of pyproject.toml hold, and what they cannot say holds too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]

STRANGERS = {
    # Reports render what they are handed.
    "report": ["connector", "engine", "evidence", "registry", "rule", "rules", "triage"],
    # A rule's author needs one import.
    "rules": ["connector", "evidence", "finding", "reading", "source", "text"],
    # The mock replays; it judges nothing.
    "mock": ["engine", "registry", "report", "rule", "rules", "triage"],
}
"""Who must not import whom directly, beside what the layers say already."""

# What a clean run on JSON has no use for; each costs milliseconds that every commit hook would pay.
HEAVY = """
    asyncio difflib email.parser http httpx2 importlib.metadata jsonpath_rfc9535 logging markdown_it
    pathspec pygls ruamel sqlite3 starlette tomlkit tomllib urllib.request uvicorn xml yaml
""".split()


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom inside the package, imports inside functions included."""
    return grimp.build_graph("connlint", cache_dir=None)


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter that sees this checkout."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "lint"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_import_contracts_hold() -> None:
    run = python("from importlinter.cli import lint_imports_command as run; run()", "--no-logo", "--no-cache")
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(("module", "stranger"), [(m, s) for m, others in STRANGERS.items() for s in others])
def test_strangers_stay_strangers(graph: grimp.ImportGraph, module: str, stranger: str) -> None:
    mine, theirs = f"connlint.{module}", f"connlint.{stranger}"
    links = sorted(
        f"{one} -> {other}"
        for one in graph.modules
        if one == mine or one.startswith(mine + ".")
        for other in graph.find_modules_directly_imported_by(one)
        if other == theirs or other.startswith(theirs + ".")
    )
    assert links == []


def test_a_rule_imports_only_the_rule_authors_door(graph: grimp.ImportGraph) -> None:
    others = {
        module: sorted(extra)
        for module in graph.modules
        if module.startswith("connlint.rules.")
        and (extra := graph.find_modules_directly_imported_by(module) - {"connlint.rule"})
    }
    assert others == {}


def test_starting_the_program_loads_nothing_heavy() -> None:
    run = python("import connlint.cli, sys; print('\\n'.join(sys.modules))")
    assert run.returncode == 0, run.stderr
    assert sorted(set(HEAVY) & set(run.stdout.split())) == []
