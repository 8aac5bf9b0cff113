"""Print how many mistakes are found, by family, and the false alarms: `python -m tests.mutation`."""

from __future__ import annotations

import sys

from tests.mutation.equivalents import changed_findings
from tests.mutation.operators import all_mutants
from tests.mutation.scoring import bench, score


def main() -> int:
    with bench() as on:
        alarms = [*on.alarms(), *changed_findings(on)]
        scores = score(all_mutants(), on)
    provable = {family: counted for family, counted in scores.items() if not family.startswith("beyond: ")}
    print(f"{'family':<12} {'made':>5} {'found':>6} {'':>5} {'connectors':>10}")
    for family, counted in provable.items():
        share = 100 * counted.found / counted.made
        print(
            f"{family:<12} {counted.made:>5} {counted.found:>6} {share:>4.0f}% {len(counted.connectors):>10}"
        )
    made, found = (sum(getattr(item, what) for item in provable.values()) for what in ("made", "found"))
    print(f"{'all':<12} {made:>5} {found:>6} {100 * found / made:>4.0f}%")
    print(f"false alarms {len(alarms)}")
    print("".join(f"  {alarm}\n" for alarm in alarms), end="")
    print("\nwhat no evidence proves")
    for why, counted in scores.items():
        if why not in provable:
            print(f"  {counted.found} of {counted.made} found: {why.removeprefix('beyond: ')}")
    for family, counted in provable.items():
        for title, names in (("not found", counted.missed), ("found elsewhere", counted.elsewhere)):
            if names:
                print(f"\n{family}: {title}")
                print("\n".join(f"  {name}" for name in names))
    return 1 if alarms or any(counted.missed for counted in provable.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
