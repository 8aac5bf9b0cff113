"""The rows of the speed table: what runs against what, on which work, and how much is promised."""

from __future__ import annotations

import gc
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.corpus import Order, orders, plain_orders, write
from tests.bench.measure import Command, alternate, environment, median_call
from tests.bench.peers import Peers
from tests.bench.report import Plot, Ratio

SEED = 51_000
"""What the published connector's resources document weighs."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where things are, and how often to run them."""

    root: Path
    work: Path
    peers: Peers
    rounds: int

    @property
    def schema(self) -> Path:
        return self.root / "schemas" / "resources.schema.json"

    def corpus(self, name: str, wanted: list[Order]) -> Path:
        """A folder of its own with these connectors, made afresh."""
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        for order in wanted:
            write(folder, order)
        return folder

    def connlint(self, folder: Path, *options: str, before: Callable[[], object] | None = None) -> Command:
        """`connlint check` of a folder, all rules."""
        program = Path(sys.executable).with_name("connlint")
        start = (str(program),) if program.exists() else (sys.executable, "-m", "connlint")
        return Command((*start, "check", *options, str(folder)), frozenset({0, 1}), before)

    def ajv(self, *globs: str) -> Command:
        """`ajv validate` of the resources documents, the schema alone."""
        data = [part for glob in globs for part in ("-d", glob)]
        options = ("--spec=draft2020", "--strict=false", "--validate-formats=false", "-s", str(self.schema))
        return Command((str(self.peers.programs["ajv"]), "validate", *options, *data))

    def check_jsonschema(self, *files: Path) -> Command:
        """`check-jsonschema` of the resources documents, the schema alone."""
        program = str(self.peers.programs["check-jsonschema"])
        return Command((program, "--schemafile", str(self.schema), *map(str, files)))

    def spectral(self, *globs: str) -> Command:
        """`spectral lint` of the resources documents with one rule: the schema."""
        ruleset = self.work / "spectral.json"
        options = {"dialect": "draft2020-12", "schema": json.loads(self.schema.read_bytes())}
        rule = {"given": "$", "severity": "error", "then": {"function": "schema", "functionOptions": options}}
        ruleset.write_text(json.dumps({"rules": {"resources-schema": rule}}))
        return Command((str(self.peers.programs["spectral"]), "lint", "--ruleset", str(ruleset), *globs))

    def has_option(self, option: str) -> bool:
        """Whether `connlint check` knows an option."""
        argv = [*self.connlint(self.work).argv[:-1], "--help"]
        run = subprocess.run(argv, env=environment(), capture_output=True, text=True, check=False)
        return option in run.stdout

    @property
    def no_cache(self) -> tuple[str, ...]:
        return ("--no-cache",) if self.has_option("--no-cache") else ()


def cold(bench: Bench, results: list[Ratio], plots: list[Plot]) -> None:
    """One clean connector, cold process, all rules; the peers do the schema alone."""
    folder = bench.corpus("cold", [Order(1, SEED)])
    document = folder / "00001" / "resources.json"
    repository = bench.corpus("repository", [Order(1, SEED)])
    (repository / ".git").mkdir()
    (repository / ".gitignore").write_text(
        "/build/\n/dist/\nnode_modules/\n__pycache__/\n*.log\n.env\n.DS_Store\n"
    )
    commands = {
        "connlint": bench.connlint(folder / "00001", *bench.no_cache),
        "git": bench.connlint(repository / "00001", *bench.no_cache),
    }
    if bench.peers.has("ajv"):
        commands["ajv-cli"] = bench.ajv(str(document))
    if bench.peers.has("check-jsonschema"):
        commands["check-jsonschema"] = bench.check_jsonschema(document)
    times = alternate(commands, bench.rounds, bench.work)
    what = f"one clean connector of {document.stat().st_size // 1000} KB (JSON), cold process, all rules"
    for peer, reach in (("ajv-cli", 0.4), ("check-jsonschema", 0.3)):
        if peer in times:
            results.append(Ratio.of(what, f"{peer}, schema alone", times["connlint"], times[peer], reach))
            results.append(Ratio.of("the same, in a git repository", peer, times["git"], times[peer], reach))


def many(bench: Bench, results: list[Ratio], plots: list[Plot]) -> None:
    """200 different connectors in one process, and in two; the peers do the schema alone."""
    folder = bench.corpus("many", list(plain_orders(200)))
    documents = sorted(folder.glob("*/resources.json"))
    glob = f"{folder}/*/resources.json"
    one, two = "connlint --jobs 1", "connlint --jobs 2"
    # the peers end with 1 where documents have faults, as connlint does
    commands = {
        one: bench.connlint(folder, *bench.no_cache, "--jobs", "1"),
        two: bench.connlint(folder, *bench.no_cache, "--jobs", "2"),
    }
    if bench.peers.has("ajv"):
        commands["ajv-cli"] = replace(bench.ajv(glob), good=frozenset({0, 1}))
    if bench.peers.has("check-jsonschema"):
        commands["check-jsonschema"] = replace(bench.check_jsonschema(*documents), good=frozenset({0, 1}))
    if bench.peers.has("spectral"):
        commands["spectral"] = replace(bench.spectral(glob), good=frozenset({0, 1}))
    times = alternate(commands, max(3, bench.rounds // 4), bench.work)
    size = sum(file.stat().st_size for file in documents) / 1e6
    what = f"200 connectors ({size:.1f} MB of JSON, 5 to 100 KB each), no cache, one process"
    for peer, reach in (("ajv-cli", 2.0), ("check-jsonschema", 1 / 8), ("spectral", 1 / 10)):
        if peer in times:
            results.append(Ratio.of(what, f"{peer}, schema alone", times[one], times[peer], reach))
    if "ajv-cli" in times:
        what = "the same, two processes"
        results.append(Ratio.of(what, "ajv-cli, schema alone", times[two], times["ajv-cli"], 1.0))


def mixed(bench: Bench, results: list[Ratio], plots: list[Plot]) -> None:
    """200 connectors as they are in life, evidence and YAML among them: no peer reads all of it."""
    folder = bench.corpus("mixed", list(orders(200)))
    times = alternate(
        {
            "one": bench.connlint(folder, *bench.no_cache, "--jobs", "1"),
            "two": bench.connlint(folder, *bench.no_cache, "--jobs", "2"),
        },
        max(3, bench.rounds // 4),
        bench.work,
    )
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    what = f"200 connectors ({size:.1f} MB, 5 to 500 KB, JSON and YAML, evidence), two processes"
    results.append(Ratio(what, "connlint, one process", times["two"].median, times["one"].median, None))


def _jobs(bench: Bench, count: int) -> tuple[str, ...]:
    """The option for so many processes, where there is one."""
    return ("--jobs", str(count)) if bench.has_option("--jobs") else ()


def cache(bench: Bench, results: list[Ratio], plots: list[Plot]) -> None:
    """The same 200 connectors from the cache, against the run without it."""
    if not bench.no_cache:
        return
    folder = bench.corpus("cache", list(orders(200)))
    jobs = _jobs(bench, 1)
    commands = {
        "without": bench.connlint(folder, "--no-cache", *jobs),
        "with": bench.connlint(folder, *jobs),  # the unmeasured first run fills the cache
    }
    times = alternate(commands, max(3, bench.rounds // 3), bench.work)
    what = "200 connectors, warm cache, one process"
    results.append(Ratio.of(what, "connlint, no cache", times["with"], times["without"], 0.5))


def inside(bench: Bench, results: list[Ratio], plots: list[Plot]) -> None:
    """In one warm process: find, read, schema and all rules of a clean connector, against json.loads."""
    from connlint.run import Request, run

    folder = bench.corpus("inside", [Order(1, SEED)]) / "00001"
    texts = [file.read_bytes() for file in sorted(folder.iterdir())]
    request = Request((folder,), folder)
    gc.collect()
    ours, loads = median_call(
        [lambda: run(request), lambda: [json.loads(text) for text in texts]], 20 * bench.rounds
    )
    what = f"in process, clean connector of {sum(map(len, texts)) // 1000} KB: find, read, schema, all rules"
    results.append(Ratio(what, "json.loads of its bytes", ours, loads, 8.0))


def growth(bench: Bench, results: list[Ratio], plots: list[Plot]) -> None:
    """Ten times the connectors, ten times one document: is it ten times the time?"""
    few = bench.corpus("few", list(orders(20, size=SEED)))
    lots = bench.corpus("lots", list(orders(200, size=SEED)))
    small = bench.corpus("small", [Order(1, 200_000)])
    large = bench.corpus("large", [Order(1, 2_000_000)])
    alone = (*bench.no_cache, *_jobs(bench, 1))
    commands = {
        name: bench.connlint(folder, *alone)
        for name, folder in (("few", few), ("lots", lots), ("small", small), ("large", large))
    }
    times = alternate(commands, max(3, bench.rounds // 3), bench.work)
    what = "200 connectors of 51 KB, one process"
    results.append(Ratio.of(what, "20 of them", times["lots"], times["few"], 12.0))
    what = "one connector of 2,000 KB"
    results.append(Ratio.of(what, "one of 200 KB", times["large"], times["small"], 12.0))


def memory(bench: Bench, results: list[Ratio], plots: list[Plot]) -> None:
    """2,000 connectors within 200 MB."""
    folder = bench.corpus("memory", list(orders(2000, size=20_000)))
    command = bench.connlint(folder, *bench.no_cache, *_jobs(bench, 1))
    taken = alternate({"connlint": command}, 1, bench.work)["connlint"]
    what = "2,000 connectors of 20 KB: highest resident size, MB"
    results.append(Ratio(what, "200 MB", taken.memory, 200.0, 1.0, unit="MB"))
    results.append(Ratio("2,000 connectors of 20 KB, one process", "-", taken.median, None, None))


def scaling(bench: Bench, results: list[Ratio], plots: list[Plot]) -> None:
    """Time against number and against size, for the plots."""
    counts, sizes = (1, 3, 10, 30, 100, 200), (5_000, 15_000, 51_000, 150_000, 500_000)
    rounds = max(3, bench.rounds // 4)
    by_number: dict[str, list[tuple[float, float]]] = {}
    for count in counts:
        folder = bench.corpus("scaling", list(orders(count, size=SEED)))
        for name, seconds in _all_tools(bench, folder, rounds).items():
            by_number.setdefault(name, []).append((count, seconds))
    plots.append(Plot("number", "Connectors of 51 KB", "connectors", by_number))
    by_size: dict[str, list[tuple[float, float]]] = {}
    for size in sizes:
        folder = bench.corpus("scaling", [Order(1, size)])
        for name, seconds in _all_tools(bench, folder, rounds).items():
            by_size.setdefault(name, []).append((size / 1000, seconds))
    plots.append(Plot("size", "One connector", "KB of resources", by_size))


def _all_tools(bench: Bench, folder: Path, rounds: int) -> dict[str, float]:
    """Median seconds of each tool on a corpus."""
    globs = [f"{folder}/*/resources.{form}" for form in ("json", "yaml") if any(folder.glob(f"*/*.{form}"))]
    commands = {"connlint (all rules)": bench.connlint(folder, *bench.no_cache, *_jobs(bench, 1))}
    if bench.peers.has("ajv"):
        commands["ajv-cli (schema)"] = bench.ajv(*globs)
    if bench.peers.has("check-jsonschema"):
        documents = sorted(folder.glob("*/resources.*"))
        commands["check-jsonschema (schema)"] = bench.check_jsonschema(*documents)
    if bench.peers.has("spectral"):
        commands["spectral (schema)"] = bench.spectral(*globs)
    return {name: timing.median for name, timing in alternate(commands, rounds, bench.work).items()}


ROWS: dict[str, Callable[[Bench, list[Ratio], list[Plot]], None]] = {
    "cold": cold,
    "inside": inside,
    "many": many,
    "mixed": mixed,
    "cache": cache,
    "growth": growth,
    "memory": memory,
    "scaling": scaling,
}
"""What can be measured, by name; `make bench ROWS="cold inside"` takes some of them."""
