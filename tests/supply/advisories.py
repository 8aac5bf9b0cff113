"""`make advisories`: the locked packages against the advisories that are known, with pip-audit.

Exit status: 0 none is known, 1 there are some, 3 the data cannot be had from here, so that nothing is known.
pip-audit itself takes a package that its source does not know for one without advisories; here that is a
source that cannot be trusted, and so no data.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

from tests.supply.locked import LOCKED, packages

NONE, FOUND, NO_DATA = 0, 1, 3
SOURCES: Final = ("pypi", "osv")
_MOST_UNKNOWN: Final = 0.05
"""The part of the packages that a source may not know."""

Asked = Callable[[str], tuple[str, str]]


def ask(source: str) -> tuple[str, str]:
    """pip-audit's answer as JSON, and its messages."""
    command = ["-m", "pip_audit", "--require-hashes", "--disable-pip", "--requirement", str(LOCKED)]
    options = [
        "--vulnerability-service",
        source,
        "--format",
        "json",
        "--progress-spinner",
        "off",
        "--timeout",
        "20",
    ]
    run = subprocess.run([sys.executable, *command, *options], capture_output=True, text=True, check=False)
    return run.stdout, run.stderr


def judged(source: str, out: str, err: str) -> tuple[int, list[str]]:
    """What a source's answer comes to: a status, and lines for people."""
    try:
        found: list[dict[str, Any]] = json.loads(out)["dependencies"]
    except (ValueError, KeyError, TypeError):
        why = err.strip().splitlines()[-1:] or ["no answer"]
        return NO_DATA, [f"{source}: {why[0][:200]}"]
    known = [item for item in found if "skip_reason" not in item]
    if not found or len(found) - len(known) > _MOST_UNKNOWN * len(found):
        return NO_DATA, [f"{source}: it knows {len(known)} of {len(found)} packages: that is no such source"]
    lines = [
        f"{item['name']} {item['version']}: {vuln['id']}, mended in {', '.join(vuln['fix_versions']) or '-'}"
        for item in known
        for vuln in item["vulns"]
    ]
    unknown = [item["name"] for item in found if "skip_reason" in item]
    if unknown:
        lines.append(f"not known to {source}: {', '.join(sorted(unknown))}")
    some = any(item["vulns"] for item in known)
    return (FOUND if some else NONE), [
        *lines,
        f"{source}: {len(known)} of {len(packages())} packages were looked up",
    ]


def main(asked: Asked = ask) -> int:
    """Ask one source after another until one answers."""
    failed: list[str] = []
    for source in SOURCES:
        status, lines = judged(source, *asked(source))
        if status != NO_DATA:
            print("\n".join(lines))
            print(
                "no advisory is known" if status == NONE else "advisories are known: update, or say why not"
            )
            return status
        failed += lines
    print("\n".join(failed))
    print("the advisories cannot be had from here: nothing is known of the locked packages")
    return NO_DATA


if __name__ == "__main__":
    sys.exit(main())
