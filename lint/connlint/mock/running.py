"""The mock of a connector as a command runs it: opened, served, read again when files change, closed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, TextIO

POLL: Final = 0.5
"""Seconds between two looks at the files."""
_MOST_FILES: Final = 20_000
_LOG_EVERY: Final = 0.05


class Log:
    """Lines for people, written together every now and then so that they cost little."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._lines: list[str] = []
        self._timer: asyncio.TimerHandle | None = None

    def __call__(self, line: str) -> None:
        self._lines.append(
            "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
        )
        if self._timer is None:
            try:
                self._timer = asyncio.get_running_loop().call_later(_LOG_EVERY, self.flush)
            except RuntimeError:
                self.flush()

    def flush(self) -> None:
        """Write what is waiting."""
        self._timer = None
        lines, self._lines = self._lines, []
        if not lines:
            return
        try:
            self._out.write("\n".join(lines) + "\n")
            self._out.flush()
        except (OSError, ValueError, UnicodeEncodeError):
            # nobody reads the log any more; the mock goes on
            return


def stamps(paths: Iterable[Path]) -> dict[str, tuple[int, int]]:
    """Time and size of every file below the paths, by which a change shows."""
    found: dict[str, tuple[int, int]] = {}
    for path in paths:
        for name in _files(path):
            try:
                status = os.stat(name)  # noqa: PTH116 - text, not paths: there are many
            except OSError:
                continue
            found[name] = (status.st_mtime_ns, status.st_size)
            if len(found) > _MOST_FILES:
                return found
    return found


def _files(path: Path) -> Iterator[str]:
    if path.is_file():
        yield str(path)
        return
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
        for name in names:
            if not name.startswith("."):
                yield os.path.join(folder, name)  # noqa: PTH118 - as above


def watching(paths: list[Path], changed: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    """Something to run beside a server: it calls `changed` when a file below the paths is another."""

    async def watch() -> None:
        before = await asyncio.to_thread(stamps, paths)
        while True:
            await asyncio.sleep(POLL)
            now = await asyncio.to_thread(stamps, paths)
            if now != before:
                before = now
                changed()

    return watch
