"""A monorepo: sixty connectors of three vendors, shared evidence, one configuration, one command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.bench.corpus import Order, make
from tests.cli.conftest import Result

ROOT = Path(__file__).parents[2]
COUNT = 60
SECONDS = 60
"""Generous, for a machine that runs other tests beside: it takes one or two."""

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty connectors whose contracts and events lie in vendor/, not with them; one in ten has mistakes."""
    home = tmp_path_factory.mktemp("estate")
    tables = []
    for number in range(COUNT):
        vendor = number % 3
        files = make(Order(vendor, size=20_000, evidence=True))
        if number % 10 == 7:
            files |= make(Order(vendor, size=20_000, faults=3))
        folder = home / "connectors" / f"shop-{number:02}"
        for name, text in files.items():
            shared = name in ("contract.json", "events.yaml")
            file = home / "vendor" / str(vendor) / name if shared else folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        tables.append(
            f'[connector."connectors/shop-{number:02}"]\nowner = "team-{vendor}"\n'
            f'contract = "../../vendor/{vendor}/contract.json"\n'
            f'events = "../../vendor/{vendor}/events.yaml"\n'
        )
    (home / "connlint.toml").write_text('connectors = ["connectors/*"]\n\n' + "\n".join(tables), "utf-8")
    return home


def test_one_command_gives_one_summary_in_time(estate: Path) -> None:
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "connlint", "check", "--format", "text", "--format", "json:report.json"],
        cwd=estate,
        env={**os.environ, "PYTHONPATH": str(ROOT / "lint"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    took = time.monotonic() - start

    print(f"{COUNT} connectors with evidence: {took:.1f} s")
    assert (done.stderr, done.returncode) == ("", 1)
    assert took < SECONDS
    summaries = [line for line in done.stdout.splitlines() if line.startswith(f"{COUNT} connectors, ")]
    assert len(summaries) == 1
    assert f"{COUNT} connectors, {COUNT - COUNT // 10} clean" in summaries[0]
    assert (
        sum(line.endswith("(team-0)") or "(team-" in line for line in done.stdout.splitlines()) == COUNT // 10
    )
    value = json.loads((estate / "report.json").read_text("utf-8"))
    assert value["summary"]["connectors"] == COUNT
    assert value["summary"]["fields"]["proven"] > 0
    assert value["summary"]["fields"]["unchecked"] == 0, "every connector has found the shared evidence"
    assert len({item["connector"] for item in value["findings"]}) == COUNT // 10


def test_shards_divide_it_and_merge_to_the_whole(
    estate: Path, connlint: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(estate)
    whole = connlint("check", "--format", "json").out

    for part in (1, 2):
        connlint("check", "--shard", f"{part}/2", "--format", f"json:part{part}.json")

    assert connlint("report", "merge", "part1.json", "part2.json").out == whole
