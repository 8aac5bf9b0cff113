"""Run a target on files, plainly: `python -m tests.fuzz.replay TARGET FILE…` ends in the error itself."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    name, *files = sys.argv[1:]
    for file in files:
        TARGETS[name](Path(file).read_bytes())
    print(f"{name}: {len(files)} held")
