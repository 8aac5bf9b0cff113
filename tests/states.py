"""How long the state machines of the tests are run: a little in `make test`, longer when asked to.

`CONNLINT_STATES=50 pytest tests/test_cache_states.py` tries fifty times as many histories, other ones on each
run, and looks for the shortest that fails; a plain run says which failed and leaves it at that.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

TIMES = int(os.environ.get("CONNLINT_STATES", "0"))


def budget(examples: int, steps: int) -> settings:
    """Settings for a machine: so many histories of so many steps, the same ones in every plain run."""
    return settings(
        max_examples=examples * max(TIMES, 1),
        stateful_step_count=steps * (2 if TIMES else 1),
        derandomize=not TIMES,
        database=None,
        phases=tuple(Phase) if TIMES else (Phase.explicit, Phase.generate),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
