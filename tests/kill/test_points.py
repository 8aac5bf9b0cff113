"""A sample of the steps at which `make kill` and `python -m tests.kill.points` kill: files stay whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.kill.scenarios import SCENARIOS, environment, troubles

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")


@pytest.mark.parametrize(
    ("scenario", "every", "least"), [("fix", 6, 3), ("fixtures", 5, 5), ("cache", 14, 2)]
)
def test_a_kill_at_any_step_leaves_the_old_or_the_new_file(
    tmp_path: Path, scenario: str, every: int, least: int
) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tests.kill.points", scenario, str(tmp_path), str(every)],
        env=environment(tmp_path),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr.decode()
    *points, end = [json.loads(line) for line in result.stdout.splitlines()]
    assert end["step"] == ""
    assert len(points) >= least
    assert [point for point in points if point["broken"]] == []


def test_what_is_neither_old_nor_new_is_seen(tmp_path: Path) -> None:
    before, after = {"a": b"old", "b": b"old"}, {"a": b"new", "b": b"old", "c": b"new"}
    for name, data in {"a": b"ne", "x": b"", ".a.1.connlint.tmp": b"n"}.items():
        (tmp_path / name).write_bytes(data)
    assert troubles(tmp_path, before, after) == [
        "b is gone",
        "a is neither the old nor the new one",
        "x is nobody's",
    ]
    assert SCENARIOS
