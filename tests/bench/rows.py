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
from tests.bench.lsp import lsp
from tests.bench.measure import Command, Failed, alternate, environment, median_call
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
    """200 different connectors in one process, in two, and as it comes (`--jobs` is not said, as by most who
    run it); the peers do the schema alone."""
    folder = bench.corpus("many", list(plain_orders(200)))
    documents = sorted(folder.glob("*/resources.json"))
    glob = f"{folder}/*/resources.json"
    one, two = "connlint --jobs 1", "connlint --jobs 2"
    # the peers end with 1 where documents have faults, as connlint does
    commands = {
        one: bench.connlint(folder, *bench.no_cache, "--jobs", "1"),
        two: bench.connlint(folder, *bench.no_cache, "--jobs", "2"),
        "connlint": bench.connlint(folder, *bench.no_cache),
    }
    if bench.peers.has("ajv"):
        commands["ajv-cli"] = replace(bench.ajv(glob), good=frozenset({0, 1}))
    if bench.peers.has("check-jsonschema"):
        commands["check-jsonschema"] = replace(bench.check_jsonschema(*documents), good=frozenset({0, 1}))
    if bench.peers.has("spectral"):
        commands["spectral"] = replace(bench.spectral(glob), good=frozenset({0, 1}))
    times = alternate(commands, max(5, bench.rounds // 2), bench.work)
    size = sum(file.stat().st_size for file in documents) / 1e6
    what = f"200 connectors ({size:.1f} MB of JSON, 5 to 100 KB each), no cache, one process"
    for peer, reach in (("ajv-cli", 2.0), ("check-jsonschema", 1 / 8), ("spectral", 1 / 10)):
        if peer in times:
            results.append(Ratio.of(what, f"{peer}, schema alone", times[one], times[peer], reach))
    if "ajv-cli" in times:
        what = "the same, two processes"
        results.append(Ratio.of(what, "ajv-cli, schema alone", times[two], times["ajv-cli"], 1.0))
    for peer, reach in (("check-jsonschema", 1 / 8), ("spectral", 1 / 10)):
        if peer in times:
            what = "the same, no --jobs: a process for each processor"
            results.append(Ratio.of(what, f"{peer}, schema alone", times["connlint"], times[peer], reach))


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
    """Ten times the connectors, ten times one document, twice over: ten times the time? And the memory."""
    folders = {f"{count:,} connectors": list(orders(count, size=20_000)) for count in (20, 200, 2000)}
    folders |= {f"{size // 1000:,} KB": [Order(1, size)] for size in (20_000, 200_000, 2_000_000)}
    commands = {
        name: bench.connlint(bench.corpus(name.replace(" ", "-"), wanted), *bench.no_cache, *_jobs(bench, 1))
        for name, wanted in folders.items()
    }
    times = alternate(commands, max(3, bench.rounds // 4), bench.work)
    names = list(times)
    for less, more in ((0, 1), (1, 2), (3, 4), (4, 5)):
        what = f"{names[more]} of 20 KB, one process" if more < 3 else f"one connector of {names[more]}"
        results.append(Ratio.of(what, names[less], times[names[more]], times[names[less]], 12.0))
    memory = times["2,000 connectors"].memory
    what = "2,000 connectors of 20 KB: highest resident size"
    results.append(Ratio(what, "200 MB", memory, 200.0, 1.0, unit="MB"))


def mock(bench: Bench, results: list[Ratio], plots: list[Plot]) -> None:
    """One recorded JSON route: time for an answer beside a bare app and Steady, and time to the first."""
    from tests.bench.mock import CONNECTIONS, NotStarted, speeds

    try:
        found = speeds(bench.work / "mock", bench.peers.programs.get("steady"), CONNECTIONS, 2.0)
    except NotStarted as error:
        raise Failed(str(error)) from None
    own = found["mock"]
    for kind, against, reach in (
        ("bare", "a bare Starlette app", 1 / 0.6),
        ("steady", "Steady, from a contract", 1.0),
    ):
        if kind in found:
            for name, rate in found[kind].rates.items():
                what = f"mock, {name}: one answer of {own.rates[name]:,.0f} a second"
                results.append(Ratio(what, against, 1 / own.rates[name], 1 / rate, reach))
    results.append(Ratio("mock: from its start to the first answer", "0.5 s", own.start, 0.5, 1.0))


def scaling(bench: Bench, results: list[Ratio], plots: list[Plot]) -> None:
    """Time against number and against size, for the plots."""
    counts, sizes = (1, 3, 10, 30, 100, 200), (5_000, 15_000, 51_000, 150_000, 500_000)
    rounds = max(2, bench.rounds // 5)
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
    "scaling": scaling,
    "lsp": lsp,
    "mock": mock,
}
"""What can be measured, by name; `make bench ROWS="cold inside"` takes some of them."""
