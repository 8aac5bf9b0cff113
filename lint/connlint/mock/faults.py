"""Faults that are asked for: statuses, latency, cut and stalled answers, dropped connections.

Which requests they hit is drawn from a seeded generator, so that a run can be repeated.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from connlint.evidence.streams import gap

KINDS: Final = ("latency", "cut", "stall", "drop")
_FAULT: Final = re.compile(r"([a-z]+|[1-5][0-9]{2})(?:=([0-9.]+ ?(?:ms|s|m)?))?(?::([0-9]*\.?[0-9]+)(%)?)?")
_LATENCY: Final = 1.0


class BadFault(Exception):
    """A fault cannot be read; the message is for people."""


class Fault(NamedTuple):
    """One fault: `status`, or one of `KINDS`; `rate` is its share of the requests; `seconds` of a latency."""

    kind: str
    rate: float
    status: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        return str(self.status) if self.kind == "status" else self.kind


def read_fault(text: str) -> Fault:
    """A fault such as `429:0.1`, `500`, `latency=300ms:0.5`, `cut:10%`, `stall`, `drop`. Raises BadFault."""
    match = _FAULT.fullmatch(text.strip().lower())
    if match is None:
        raise BadFault(f"{text!r} is no fault such as 429:0.1, latency=300ms:0.5, cut, stall or drop")
    rate = 1.0 if match[3] is None else float(match[3]) / (100 if match[4] else 1)
    if not 0 <= rate <= 1:
        raise BadFault(f"{text!r}: the rate is a share of the requests, from 0 to 1")
    if match[1].isdigit():
        if int(match[1]) < 400:
            raise BadFault(f"{text!r}: {match[1]} is no error")
        return Fault("status", rate, status=int(match[1]))
    if match[1] not in KINDS:
        raise BadFault(f"{text!r}: there are statuses from 400 on, {', '.join(KINDS)}")
    seconds = gap(match[2].strip()) if match[2] else None
    return Fault(match[1], rate, seconds=_LATENCY if seconds is None else seconds)


class Faults:
    """Draws, for each request, the faults that hit it."""

    def __init__(self, faults: Sequence[Fault], seed: int = 0) -> None:
        self._faults = tuple(faults)
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret

    def __bool__(self) -> bool:
        return bool(self._faults)

    def draw(self) -> list[Fault]:
        """The faults of the next request. One number is drawn for each fault, whatever hits."""
        return [fault for fault in self._faults if self._random.random() < fault.rate]
