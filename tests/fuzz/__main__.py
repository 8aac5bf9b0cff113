"""`make fuzz`: every target for so many seconds under atheris; what fails is kept, and told with its command.

    python -m tests.fuzz [--seconds N] [--jobs N] [TARGET…]

Inputs that reach new code are kept in `.fuzz/TARGET/`, so that the next run goes on from there. An input that
breaks a law is written to `.fuzz/failures/`; made small and mended, it goes into `tests/fuzz/corpus/TARGET/`,
which `make test` replays.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.shop import SEEDS
from tests.fuzz.targets import TARGETS

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
WORK = HERE.parents[1] / ".fuzz"
SLOWEST = 30
"""Seconds that one input may take: instrumented code is many times slower, and machines are busy."""
_DONE = re.compile(r"(?:Done|DONE) +(\d+)|stat::number_of_executed_units: +(\d+)|^#(\d+)\t", re.MULTILINE)
_WORDS = (
    r'"\"" "\\" "{{" "}}" ":" "-" "#" "```json\x0a" "```\x0a" "---\x0a" "&a" "*a" "<<:" "!!" "\xef\xbb\xbf"'
)


class Ran(NamedTuple):
    """What a target came to: executions, seconds on the wall and of the processor, and inputs that failed."""

    target: str
    executions: int
    seconds: float
    processor: float
    failures: tuple[Path, ...]


def seeds(target: str) -> Iterator[bytes]:
    """What a target begins with, besides its corpus: values of its kind, and the files of golden cases."""
    for value in SEEDS.get(target, ()):
        yield json.dumps(value).encode()
    endings = {"json": "json", "yaml": "yaml", "markdown": "md", "page": "md", "config": "toml"}
    if target in endings:
        for path in sorted((HERE.parent / "rules").rglob(f"*.{endings[target]}")):
            if path.stat().st_size < 3_000:
                yield path.read_bytes()


def fuzz(target: str, seconds: int) -> Ran:
    """Run one target; its output goes to `.fuzz/TARGET.log`."""
    found, begin, failures = WORK / target, WORK / "seeds" / target, WORK / "failures"
    for folder in (found, begin, failures, CORPUS / target):
        folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(target)):
        (begin / f"{number}").write_bytes(data)
    words = WORK / "words.txt"
    words.write_text("".join(f"{word}\n" for word in _WORDS.split()), "utf-8")
    before = set(failures.iterdir())
    log = WORK / f"{target}.log"
    began = time.monotonic()
    command = [
        *(sys.executable, "-m", "tests.fuzz.one", target, str(found), str(CORPUS / target), str(begin)),
        *(f"-max_total_time={seconds}", f"-timeout={SLOWEST}", "-rss_limit_mb=3000", "-max_len=6000"),
        *(f"-artifact_prefix={failures}/{target}-", "-print_final_stats=1", "-report_slow_units=10"),
        f"-dict={words}",
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=HERE.parents[1])
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    text = log.read_text("utf-8", "replace")
    counts = [int(next(filter(None, match.groups()))) for match in _DONE.finditer(text)]
    mine = tuple(
        sorted(path for path in set(failures.iterdir()) - before if path.name.startswith(f"{target}-"))
    )
    if not counts and not mine:
        raise SystemExit(f"{target} did not run: {text[-2000:]}")
    return Ran(target, max(counts, default=0), time.monotonic() - began, usage.ru_utime, mine)


def main() -> int:
    """Fuzz; 1 where something failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default: 60)")
    parser.add_argument("--jobs", type=int, default=2, help="targets at once (default: 2)")
    given = parser.parse_args()
    unknown = [name for name in given.targets if name not in TARGETS]
    if unknown:
        parser.error(f"there is no target {unknown[0]}: there are {', '.join(TARGETS)}")
    if find_spec("atheris") is None:
        parser.error("atheris is not installed: `make fuzz` does that")
    with ThreadPoolExecutor(given.jobs) as pool:
        rans = list(pool.map(lambda name: fuzz(name, given.seconds), given.targets or list(TARGETS)))
    print(f"{'target':<14} {'inputs':>10} {'seconds':>8} {'processor':>10}  failures")
    for ran in rans:
        counted = f"{ran.executions:>10,} {ran.seconds:>8.0f} {ran.processor:>10.0f}"
        print(f"{ran.target:<14} {counted}  {len(ran.failures) or '-'}")
        for path in ran.failures:
            print(f"    python -m tests.fuzz.replay {ran.target} {path.relative_to(WORK.parent)}")
    return 1 if any(ran.failures for ran in rans) else 0


if __name__ == "__main__":
    sys.exit(main())
