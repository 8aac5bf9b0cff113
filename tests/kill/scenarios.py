"""What is killed while it writes, and what holds afterwards: each file is whole, the old or the new one."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from tests.cli.conftest import write_connector
from tests.mock.connectors import SERVICE, write

ROOT: Final = Path(__file__).parents[2]
MANY: Final = 36
"""Connectors of the run whose results are kept: the cache is asked from 32 files on."""


class Scenario(NamedTuple):
    """A command that writes: what it works on, its arguments, and the files that it changes or makes."""

    name: str
    lay_out: Callable[[Path], None]
    arguments: tuple[str, ...]


def _connector(where: Path) -> None:
    """A connector with two faults in two files that a fix mends."""
    home = write_connector(where / "pets", broken=True)
    resources = json.loads((home / "resources.json").read_text("utf-8"))
    placeholder = resources[0]["operations"]["read"]["path"]["placeholders"][0]
    placeholder["options"] = ["a", "a", "b"]
    (home / "resources.json").write_text(json.dumps(resources, indent=2), "utf-8")
    other = write_connector(where / "dogs")
    (other / "resources.json").write_text(json.dumps(resources, indent=1), "utf-8")


def _with_baseline(where: Path) -> None:
    _connector(where)
    row = {"connector": "gone", "rule": "never-seen", "address": "a", "fingerprint": "0"}
    (where / "connlint-baseline.json").write_text(json.dumps({"version": 1, "findings": [row]}), "utf-8")


def _drafted(where: Path) -> None:
    """A connector with a draft, and an archive of calls: one in the draft's place, a new one with a file."""
    response = {"status": 200, "json": {}}
    drafted = {"operation": "orders.read", "drafted": "2026-11-22 from x", "response": response}
    write(where / "shop", {"orders.read.json": drafted})
    image = {"mimeType": "image/png", "encoding": "base64", "text": "AAEC" * 20_000}
    entries = [
        _entry("GET", "/orders/1", {"mimeType": "application/json", "text": '{"id": "o1"}'}),
        _entry("POST", "/pictures", image),
    ]
    (where / "calls.har").write_text(json.dumps({"log": {"entries": entries}}), "utf-8")


def _entry(method: str, path: str, content: Mapping[str, object]) -> dict[str, object]:
    service = SERVICE["service"]
    assert isinstance(service, dict)
    return {
        "startedDateTime": "2026-11-22T10:00:00Z",
        "request": {"method": method, "url": service["baseURL"]["value"] + path, "headers": []},
        "response": {"status": 200, "content": content},
    }


def _estate(where: Path) -> None:
    for number in range(MANY):
        write_connector(where / f"c{number:02}", broken=number % 3 == 0)


SCENARIOS: Final = {
    scenario.name: scenario
    for scenario in (
        Scenario("fix", _connector, ("check", "--fix")),
        Scenario("baseline", _with_baseline, ("baseline",)),
        Scenario("output", _with_baseline, ("check", "--format", "json:connlint-baseline.json")),
        Scenario("fixtures", _drafted, ("fixtures", "import", "calls.har", "--connector", "shop")),
        Scenario("cache", _estate, ("check", "--format", "json")),
    )
}

# --- what holds


def contents(where: Path) -> dict[str, bytes]:
    """All files below a folder by their path; not the cache's, which are nobody's documents."""
    return {
        path.relative_to(where).as_posix(): path.read_bytes()
        for path in sorted(where.rglob("*"))
        if path.is_file() and ".cache" not in path.parts
    }


def is_left(name: str) -> bool:
    """Whether a file is one that a killed write may leave: hidden, and told by its ending."""
    last = name.rpartition("/")[2]
    return last.startswith(".") and last.endswith(".connlint.tmp")


def troubles(where: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[str]:
    """What a kill has broken: files that are neither old nor new, that are gone, that nobody knows."""
    now = contents(where)
    found = [f"{name} is gone" for name in before if name not in now]
    for name, data in now.items():
        known = [kept[name] for kept in (before, after) if name in kept]
        if not known and not is_left(name):
            found.append(f"{name} is nobody's")
        elif known and data not in known:
            found.append(f"{name} is neither the old nor the new one")
    # a fixture is put in place after the files that hold its bodies
    for name in now:
        if name.endswith(".yaml") and name not in before and "pictures" in name:
            bodies = [other for other in after if "/files/" in other]
            found += [f"{name} is there before {body}" for body in bodies if body not in now]
    return found


def cache_troubles(where: Path) -> list[str]:
    """What a kill has broken in the cache: a database that is not whole."""
    file = where / ".cache" / "results.sqlite"
    if not file.exists():
        return []
    with closing(sqlite3.connect(file)) as connection:
        try:
            said = connection.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            said = str(error)
    return [] if said == "ok" else [f"the cache is not whole: {said}"]


def environment(where: Path) -> dict[str, str]:
    """The environment of a run in a folder, whose cache lies in it."""
    path = os.pathsep.join((str(ROOT / "lint"), str(ROOT)))
    return {**os.environ, "PYTHONPATH": path, "CONNLINT_CACHE_DIR": str(where / ".cache")}


def command(scenario: Scenario) -> list[str]:
    """The scenario's command as a process."""
    return [sys.executable, "-m", "connlint", *scenario.arguments]
