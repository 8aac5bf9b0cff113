"""The instruction count of one cold run: a speed that a busy machine does not change.

    python -m tests.bench.instructions            count, compare with the kept counts
    python -m tests.bench.instructions --keep     count, and keep the count for this Python

Counts are kept in instructions.json beside this file, per Python version and processor, since both change
them. Exit status: 0 within 5 % of what is kept (or nothing is kept for this Python), 1 grown by more, 2 not
countable.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.corpus import Order, write
from tests.bench.measure import environment

KEPT = Path(__file__).with_name("instructions.json")
GROWTH = 1.05
"""What a count may grow by before the change log has to say why."""


def count(connector: Path) -> int:
    """Instructions of `connlint check` on a connector, byte code written. Raises ValueError if it fails."""
    program = Path(sys.executable).with_name("connlint")
    argv = [sys.executable, str(program), "check", str(connector)]
    settings = environment() | {"PYTHONHASHSEED": "0"}
    for _ in range(2):
        subprocess.run(argv, env=settings, capture_output=True, check=False)
    counted = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *argv],
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Collected : (\d+)", counted.stderr)
    if counted.returncode != 0 or found is None:
        raise ValueError(f"valgrind ended with {counted.returncode}: {counted.stderr[-500:]}")
    return int(found[1])


def main() -> int:
    """Count and compare; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.instructions")
    parser.add_argument("--keep", action="store_true", help="keep this count for this Python")
    keep = parser.parse_args().keep
    if shutil.which("valgrind") is None:
        print("valgrind is not installed: nothing counted", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="connlint-bench-") as work:
        try:
            now = count(write(Path(work), Order(1)))
        except ValueError as error:
            print(error, file=sys.stderr)
            return 2
    key = f"CPython {platform.python_version()} {platform.machine()}"
    kept: dict[str, int] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    before = kept.get(key)
    if keep:
        KEPT.write_text(json.dumps(dict(sorted((kept | {key: now}).items())), indent=2) + "\n")
    print(f"one clean connector, cold: {now / 1e6:.1f} million instructions ({key})")
    if before is None:
        print("nothing was kept for this Python")
        return 0
    print(f"kept: {before / 1e6:.1f} million; now {(now / before - 1) * 100:+.1f} %")
    return int(now > before * GROWTH and not keep)


if __name__ == "__main__":
    sys.exit(main())
