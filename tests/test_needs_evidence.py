"""Rules that a run without evidence leaves out: they would have said nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.golden import Case, all_cases, copy_inputs

import connlint
from connlint.engine import Settings, check
from connlint.registry import rules
from connlint.run import Request, open_all

NEEDING = {id_ for id_, rule in rules().items() if rule.needs_evidence}


@pytest.mark.parametrize(
    "case", [case for case in all_cases() if case.rule in NEEDING and case.fires], ids=lambda case: case.name
)
def test_what_needs_evidence_says_nothing_without(case: Case, tmp_path: Path) -> None:
    copy_inputs(case, tmp_path / "case")
    for name in ("fixtures", "contract.json", "contract.yaml", "events.json", "events.yaml", "connlint.toml"):
        for path in tmp_path.rglob(name):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    opened, _ = open_all(Request((tmp_path,), tmp_path))
    rule = rules()[case.rule]
    rule.needs_evidence = False
    try:
        found = [finding for one in opened for finding in check(one.loaded, {rule.id: rule}, Settings())]
    finally:
        rule.needs_evidence = True

    assert not [finding for one in opened if one.loaded.evidence.empty for finding in found]


def test_a_run_without_evidence_imports_none_of_them() -> None:
    code = (
        "import sys; from connlint.registry import rules; few = rules(evidence=False); "
        "assert len(few) < len(rules()); "
        "assert set(few) == {id for id, rule in rules().items() if not rule.needs_evidence}"
    )
    run_python(code)


def test_evidence_is_imported_only_where_there_is_some() -> None:
    code = (
        "import sys; from connlint.registry import rules; import connlint.run; rules(evidence=False); "
        "print(*sorted(name for name in sys.modules if name.startswith('connlint.evidence.')))"
    )
    assert run_python(code).split() == ["connlint.evidence.bundle", "connlint.evidence.location"]


def run_python(code: str) -> str:
    """What a fresh Python says."""
    package = Path(connlint.__path__[0]).parent
    settings = os.environ | {"PYTHONPATH": str(package)}
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=settings
    ).stdout
