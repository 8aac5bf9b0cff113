"""Print how many mistakes are found, by family, and the false alarms: `python -m tests.mutation`."""

from __future__ import annotations

import sys

from tests.mutation.operators import all_mutants
from tests.mutation.scoring import bench, score


def main() -> int:
    with bench() as on:
        alarms = on.clean()
        scores = score(all_mutants(), on)
    print(f"{'family':<12} {'made':>5} {'found':>6} {'':>5}")
    for family, counted in scores.items():
        share = 100 * counted.found / counted.made
        print(f"{family:<12} {counted.made:>5} {counted.found:>6} {share:>4.0f}%")
    print(f"false alarms {len(alarms)}")
    for family, counted in scores.items():
        for title, names in (("not found", counted.missed), ("found elsewhere", counted.elsewhere)):
            if names:
                print(f"\n{family}: {title}")
                print("\n".join(f"  {name}" for name in names))
    return 1 if alarms or any(counted.missed for counted in scores.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
