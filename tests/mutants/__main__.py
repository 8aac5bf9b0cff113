"""Run mutants and print which of them no test notices: `python -m tests.mutants [--every N] [PART…]`.

PART is the beginning of a module's path below lint/connlint (`rules/contract`, `connector/templates`);
without one, all of TARGETS. `--every N` takes every Nth mutant. Exit status 1 where a mutant survives that is
not listed in equivalent.txt, and where a line of that list is of no more use.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections import Counter
from pathlib import Path

from tests.mutants.mutate import changes
from tests.mutants.trial import SURVIVED, Trial, passing_lines

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
    options = parser.parse_args()
    equivalent = known()
    used: set[str] = set()
    made: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    alike: Counter[str] = Counter()
    words: Counter[str] = Counter()
    survived = []
    modules = []
    for path, trial in trials(options.parts):
        modules.append(path)
        if not trial.unchanged():
            print(f"{path}: its tests fail without any change", file=sys.stderr)
            return 2
        family = path.rpartition("/")[0] if path.startswith("rules/") else path
        gc.freeze()
        for number, change in enumerate(changes((PACKAGE / path).read_text("utf-8"))):
            if number % options.every:
                continue
            made[family] += 1
            name = f"{path} {change.name}"
            if name in equivalent:
                used.add(name)
                alike[family] += 1
                continue
            if trial.verdict(change) == SURVIVED:
                survived.append(name)
                words[family] += change.is_word
                print(f"survived {path}:{change.line} {change.name}", flush=True)
            else:
                # a test failed, or there was no end, or the process died (of a recursion without end, say)
                killed[family] += 1
    print(f"{'part':<24} {'made':>5} {'killed':>6} {'alike':>5} {'survived':>8} {'words':>5}")
    for family in made:
        left = made[family] - killed[family] - alike[family]
        row = f"{made[family]:>5} {killed[family]:>6} {alike[family]:>5} {left:>8} {words[family]:>5}"
        print(f"{family:<24} {row}")
    stale = [
        name
        for name in equivalent
        if options.every == 1 and name not in used and name.partition(" ")[0] in modules
    ]
    for name in stale:
        print(f"equivalent.txt: no such mutant any more: {name}")
    return 1 if survived or stale else 0


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


def known() -> dict[str, str]:
    """The mutants that change nothing anybody can see: their names, and why."""
    found: dict[str, str] = {}
    why = ""
    for line in EQUIVALENT.read_text("utf-8").splitlines():
        if line.startswith("#"):
            why = line.removeprefix("#").strip()
        elif line.strip():
            found[line.strip()] = why
    return found


if __name__ == "__main__":
    sys.exit(main())
