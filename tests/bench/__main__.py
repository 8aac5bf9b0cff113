"""`make bench`: DESIGN's speed promises, measured against the peers in one run, as ratios.

    python -m tests.bench [ROW ...] [--rounds N] [--docs]

Without rows, all that apply. Peers are installed into `.bench/` first. `--docs` writes the table and the
plots into docs/benchmarks.md. Exit status: 0 measured (met or not), 2 something could not be run.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench import peers, report, rows
from tests.bench.measure import Failed

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Measure the rows that were asked for, print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measure connlint and its peers."
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"any of {', '.join(rows.ROWS)}; default: all")
    parser.add_argument("--rounds", type=int, default=11, help="measured runs of each command (default 11)")
    parser.add_argument("--docs", action="store_true", help="write docs/benchmarks.md and its plots")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.rows if name not in rows.ROWS]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(rows.ROWS)}")
    home = ROOT / ".bench"
    home.mkdir(exist_ok=True)
    print("installing the peers where they are not yet (.bench/)", file=sys.stderr)
    found = peers.install(home / "peers")
    for name, why in found.missing.items():
        print(f"without {name}: {why}", file=sys.stderr)
    results: list[report.Ratio] = []
    plots: list[report.Plot] = []
    # not below this repository: its .gitignore would hold for the corpus
    with tempfile.TemporaryDirectory(prefix="connlint-bench-") as work:
        bench = rows.Bench(ROOT, Path(work), found, arguments.rounds)
        for name in arguments.rows or rows.ROWS:
            print(f"measuring {name}", file=sys.stderr)
            try:
                rows.ROWS[name](bench, results, plots)
            except Failed as error:
                print(f"{name} could not be measured: {error}", file=sys.stderr)
                return 2
    print(report.table(results))
    if arguments.docs:
        report.write_docs(ROOT / "docs", results, plots, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
