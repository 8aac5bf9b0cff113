"""Run mutants and print which of them no test notices: `python -m tests.mutants [PART…]`.

PART is the beginning of a module's path below lint/connlint (`rules/contract`, `connector/templates`);
without one, all of TARGETS. `--every N` takes every Nth change. Exit status 1 where a mutant survives that is
not listed in equivalent.txt, and where a line of that list is of no more use.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from tests.mutants.mutate import Change, changes
from tests.mutants.trial import SURVIVED, Trial, passing_lines

from connlint.connector.addresses import matches

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "lint" / "connlint"
EQUIVALENT = Path(__file__).with_name("equivalent.txt")
TARGETS: dict[str, tuple[str, ...]] = {
    "connector/templates.py": ("tests/connector/test_templates.py",),
    "connector/selectors.py": (
        "tests/connector/test_selectors_oracle.py",
        "tests/connector/test_selectors.py",
    ),
    "connector/addresses.py": ("tests/connector/test_addresses.py",),
    "connector/bodies.py": ("tests/connector/test_bodies.py",),
    "rules": (),
}
"""What is mutated, and the tests of it beside the golden cases."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    options = parser.parse_args()
    equivalent = Equivalent(EQUIVALENT.read_text("utf-8"))
    made: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    alike: Counter[str] = Counter()
    modules = []
    with tempfile.TemporaryDirectory() as home:
        tempfile.tempdir = home  # what a mutant without an end leaves behind goes with it
        for path, trial in trials(options.parts):
            modules.append(path)
            if not trial.unchanged():
                print(f"{path}: its tests fail without any change", file=sys.stderr)
                return 2
            family = path.rpartition("/")[0] if path.startswith("rules/") else path
            gc.freeze()
            chosen = islice(changes((PACKAGE / path).read_text("utf-8")), 0, None, options.every)
            for change, verdict in verdicts(trial, chosen, options.jobs):
                made[family] += 1
                name = f"{path} {change.name}"
                known = equivalent.of(name, noticed=verdict != SURVIVED)
                # a test failed, or there was no end, or the process died (of a recursion without end, say)
                killed[family] += verdict != SURVIVED
                alike[family] += known
                if verdict == SURVIVED and not known:
                    print(f"survived {path}:{change.line} {change.name}", flush=True)
    print(f"{'part':<24} {'made':>5} {'killed':>6} {'alike':>5} {'survived':>8}")
    for family in [*made, "all"]:
        mine = [family] if family != "all" else list(made)
        sums = [sum(counts[name] for name in mine) for counts in (made, killed, alike)]
        print(f"{family:<24} {sums[0]:>5} {sums[1]:>6} {sums[2]:>5} {sums[0] - sums[1] - sums[2]:>8}")
    wrong = equivalent.wrong(modules) if options.every == 1 else []
    for line in wrong:
        print(f"equivalent.txt: {line}")
    return 1 if wrong or made.total() > killed.total() + alike.total() else 0


def verdicts(trial: Trial, chosen: Iterable[Change], jobs: int) -> Iterator[tuple[Change, int]]:
    """Each change with what became of it, so many at a time."""
    running: dict[int, Change] = {}
    for change in chosen:
        running[trial.start(change)] = change
        if len(running) >= jobs:
            yield _next(running)
    while running:
        yield _next(running)


def _next(running: dict[int, Change]) -> tuple[Change, int]:
    child, status = os.wait()
    return running.pop(child), os.waitstatus_to_exitcode(status)


class Equivalent:
    """The changes that alter nothing anybody can see: a reason (`# …`), and the lines below it that it is of.

    A line is a module and a change's name. `*` in it stands for anything. A line is wrong when it is of no
    change any more, or of those alone that a test notices.
    """

    def __init__(self, text: str) -> None:
        self._lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        self._used: set[str] = set()
        self._noticed: set[str] = set()

    def of(self, name: str, *, noticed: bool) -> bool:
        """Whether a change that is (not) `noticed` is one of these."""
        for line in self._lines:
            if line == name or ("*" in line and matches(line, name)):
                if noticed:
                    self._noticed.add(line)
                else:
                    self._used.add(line)
                    return True
        return False

    def wrong(self, modules: Sequence[str]) -> list[str]:
        """The lines that say what is not so, of those that are of these modules."""
        said = []
        for line in self._lines:
            module = line.partition(" ")[0]
            if line not in self._used and any(matches(module, name) for name in modules):
                said.append(f"{'a test notices' if line in self._noticed else 'no such change'}: {line}")
        return said


def trials(parts: list[str]) -> list[tuple[str, Trial]]:
    """The modules to mutate, each with its tests."""
    chosen = []
    for target, files in TARGETS.items():
        home = PACKAGE / target
        for file in sorted(home.rglob("*.py")) if home.is_dir() else [home]:
            path = file.relative_to(PACKAGE).as_posix()
            if file.name == "__init__.py" or (parts and not path.startswith(tuple(parts))):
                continue
            chosen.append((path, "connlint." + path.removesuffix(".py").replace("/", "."), files))
    passing = passing_lines(PACKAGE, [module for _, module, _ in chosen])
    return [
        (path, Trial(module, rule_of(path), [name for name in files if (ROOT / name).exists()], passing))
        for path, module, files in chosen
    ]


def rule_of(path: str) -> str:
    """The id of the rule in a file, or ""."""
    return Path(path).stem.replace("_", "-") if path.startswith("rules/") else ""


if __name__ == "__main__":
    sys.exit(main())
