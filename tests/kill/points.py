"""A command killed at every step of its writing, one after the other (or at every EVERYth):

    python -m tests.kill.points SCENARIO FOLDER [EVERY]

This process imports the program once, and for each step forks a child that runs the command and kills itself
there (SIGKILL: nothing is cleaned up). A step is a call that changes the disk: a file made, written, flushed,
given its mode, put in place, removed; of the cache's database, a turn of its machine. Prints a line of JSON
for each step: its name, what was left behind, what was broken.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.kill.scenarios import SCENARIOS, Scenario, cache_troubles, contents, is_left, troubles

MOST = 400
"""Steps of one command; there are a dozen or two, of the cache more."""


class Counter:
    """Counts steps, and ends the process at one of them: before it, or in the middle of it."""

    def __init__(self, last: int, report: int) -> None:
        self._left = last
        self._report = report

    def step(self, name: str) -> None:
        """A step comes; where it is the last one, this process is no more."""
        self._left -= 1
        if self._left == 0:
            os.write(self._report, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Put this counter between the program and the system."""
        for name in ("open", "fsync", "replace", "rename", "unlink", "chmod", "mkdir"):
            self._between(os, name)
        real = io.open

        def opened(path: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
            if isinstance(path, int) or not set(mode) & set("wax+"):
                return real(path, mode, *rest, **more)
            self.step(f"open {mode}")
            return _Stream(real(path, mode, *rest, **more), self)

        io.open = opened  # type: ignore[assignment]  # replaced on purpose
        connect = sqlite3.connect

        def connected(*rest: Any, **more: Any) -> sqlite3.Connection:
            made: sqlite3.Connection = connect(*rest, **more)
            made.set_progress_handler(lambda: self.step("turn of the database"), 40)
            return made

        sqlite3.connect = connected  # type: ignore[assignment]  # replaced on purpose

    def _between(self, owner: Any, name: str) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        def call(*rest: Any, **more: Any) -> Any:
            reads = name == "open" and not (len(rest) > 1 and rest[1] & (os.O_WRONLY | os.O_RDWR))
            if not reads:
                self.step(name)
            return real(*rest, **more)

        setattr(owner, name, call)


class _Stream:
    """A file whose writing may end in the middle."""

    def __init__(self, stream: Any, counter: Counter) -> None:
        self._stream, self._counter = stream, counter

    def __enter__(self) -> _Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._counter.step("close")
        self._stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, data: Any) -> int:
        self._counter.step("write")
        half = len(data) // 2
        self._stream.write(data[:half])
        self._stream.flush()
        self._counter.step("half written")
        return half + int(self._stream.write(data[half:]))


def run(scenario: Scenario, where: Path, last: int, report: int) -> int:
    """Run the command in a child that ends itself at step `last` (0: never); its wait status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    status = 70
    try:
        os.chdir(where)
        os.environ["CONNLINT_CACHE_DIR"] = str(where / ".cache")
        from connlint.cli import group

        Counter(last, report).watch()
        out = io.TextIOWrapper(io.BytesIO())
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            try:
                group.main(list(scenario.arguments), prog_name="connlint")
            except SystemExit as ended:
                status = int(ended.code or 0)
    finally:
        os._exit(status)


def main() -> None:
    """Kill at each step, or at every so-manyth, until the command comes to its end."""
    scenario, base = SCENARIOS[sys.argv[1]], Path(sys.argv[2])
    every = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    for name in ("cli.baseline", "cli.check", "cli.fixtures", "fixer", "cache", "report.text", "report.json"):
        import_module(f"connlint.{name}")  # once, for all children
    scenario.lay_out(base / "old")
    shutil.copytree(base / "old", base / "new")
    assert os.waitstatus_to_exitcode(run(scenario, base / "new", 0, 1)) in (0, 1)
    before, after = contents(base / "old"), contents(base / "new")
    assert before != after or scenario.name == "cache"
    for last in range(1, MOST, every):
        where = base / f"killed{last}"
        shutil.copytree(base / "old", where)
        reader, writer = os.pipe()
        status = run(scenario, where, last, writer)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            name = pipe.read().decode()
        if not os.WIFSIGNALED(status):
            print(json.dumps({"step": "", "left": [], "broken": []}))
            return
        broken = [*troubles(where, before, after), *cache_troubles(where)]
        left = [file for file in contents(where) if is_left(file)]
        # what was left is in nobody's way: the next run does its work
        again = os.waitstatus_to_exitcode(run(scenario, where, 0, 1))
        if again not in (0, 1):
            broken.append(f"the next run ended with {again}")
        now = {file: data for file, data in contents(where).items() if not is_left(file)}
        if now != after:
            differ = sorted(file for file in now.keys() | after.keys() if now.get(file) != after.get(file))
            broken.append(f"the next run did not come to the same: {', '.join(differ)}")
        print(json.dumps({"step": name, "left": left, "broken": broken}))
        shutil.rmtree(where)


if __name__ == "__main__":
    main()
