"""Commands measured against each other: in alternation, by the median, children's CPU and memory included."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Timing:
    """What the runs of one command took: wall and CPU seconds, and the highest resident size in MB."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: float = 0.0

    @property
    def median(self) -> float:
        """Median wall seconds."""
        return statistics.median(self.wall)

    @property
    def work(self) -> float:
        """Median CPU seconds, of the process and all that it waited for."""
        return statistics.median(self.cpu)


@dataclass(frozen=True, slots=True)
class Command:
    """A program to run, and the exit statuses that mean that it did its work."""

    argv: tuple[str, ...]
    good: frozenset[int] = frozenset({0})
    before: Callable[[], object] | None = None
    """What to do before each run, outside the measure (empty a cache, say)."""


class Failed(Exception):
    """A command that did not do its work; the message holds what it said."""


def alternate(commands: Mapping[str, Command], rounds: int, cwd: Path) -> dict[str, Timing]:
    """Run each command once unmeasured (byte code, disk cache), then `rounds` times in turn.

    Raises Failed when one ends with another status than it should.
    """
    timings = {name: Timing() for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            if command.before is not None:
                command.before()
            wall, cpu, memory = _run(command, cwd)
            if number:
                timings[name].wall.append(wall)
                timings[name].cpu.append(cpu)
                timings[name].memory = max(timings[name].memory, memory)
    return timings


def environment() -> dict[str, str]:
    """What everything is measured in: byte code is written, as on a user's machine; nothing is coloured."""
    unset = {"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "FORCE_COLOR", "PYTHONUNBUFFERED"}
    return {name: value for name, value in os.environ.items() if name not in unset} | {"NO_COLOR": "1"}


def _run(command: Command, cwd: Path) -> tuple[float, float, float]:
    """One run: wall seconds, CPU seconds, megabytes."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command.argv,
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in command.good:
        again = subprocess.run(
            command.argv, cwd=cwd, env=environment(), capture_output=True, text=True, check=False
        )
        said = (again.stderr or again.stdout)[-2000:]
        raise Failed(f"{' '.join(command.argv)[:300]} ended with {process.returncode}:\n{said}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def median_call(functions: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Median seconds of each function, called in turn in this process."""
    seconds: list[list[float]] = [[] for _ in functions]
    for number in range(rounds + 2):
        for function, taken in zip(functions, seconds, strict=True):
            started = time.perf_counter()
            function()
            if number > 1:
                taken.append(time.perf_counter() - started)
    return [statistics.median(taken) for taken in seconds]
