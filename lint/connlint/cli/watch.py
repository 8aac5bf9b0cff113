"""`connlint check --watch`: check again whatever changes, until the author has enough.

Files and folders that a check has looked at are asked for their time and size a few times a second. Only what
has changed is read again, and only connectors that it belongs to are checked again.
"""

from __future__ import annotations

import gc
import os
import stat
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, NoReturn

from connlint.cli.options import EXIT_TROUBLE, note, say
from connlint.config import BrokenBaseline, BrokenConfig, shown
from connlint.discovery import NoSuchPath
from connlint.keeping import Kept
from connlint.record import record, replace
from connlint.run import Outcome, Request, absolute, run_again

PAUSE = 0.3
"""Seconds between two looks."""
_SETTLING = 0.03
"""Seconds in which nothing may change before it is read: an editor empties a file before it writes it."""
_MOST_WAITS = 20
_YOUNG = 50_000_000
"""Nanoseconds before a check in which a file may change twice at the same time stamp."""
_NAMED = 3
"""Changed files that are named."""
_CLEAR = "\x1b[H\x1b[2J"


@record
class Trouble:
    """Why there is no report: the configuration, the baseline or a path cannot be used at the moment."""

    lines: tuple[str, ...]


class Stamp(NamedTuple):
    """What tells one state of a file or folder from another."""

    is_folder: bool
    modified: int
    changed: int
    size: int
    number: int


Seen = Mapping[Path, Stamp | None]
"""What was there at a moment; None for what was not."""


class Watch:
    """One request, checked again and again.

    `today` gives the day before each check; `pause` waits so many seconds; `unwatched` are the files that
    reports go to.
    """

    def __init__(
        self,
        request: Request,
        today: Callable[[], str],
        *,
        pause: Callable[[float], object],
        unwatched: Collection[Path] = (),
    ) -> None:
        self._request = request
        self._today = today
        self._pause = pause
        self._unwatched = frozenset(unwatched)
        self._kept = Kept()
        self._seen: Seen = {}
        self._young = False
        self.result: Outcome | Trouble = self._check()
        """What the last check came to."""

    @property
    def files(self) -> int:
        """How many files are watched."""
        return sum(1 for found in self._seen.values() if found is not None and not found.is_folder)

    def look(self) -> list[str] | None:
        """Check again if something has changed: what, in words; None where there is nothing new to say."""
        now = _seen(self._seen)
        if now == self._seen and not self._young:
            return None
        for _ in range(_MOST_WAITS if now != self._seen else 0):
            self._pause(_SETTLING)
            later = _seen(self._seen)
            if later == now:
                break
            now = later
        before, said = self._seen, self.result
        self.result = self._check()
        changes = list(self._changes(before))
        # a folder may have changed and nothing in it that counts; what was young is looked at twice
        return changes if changes or not _same(said, self.result) else None

    def _check(self) -> Outcome | Trouble:
        request, started = replace(self._request, today=self._today()), time.time_ns()
        given = (request.contract, request.events, request.fixtures)
        looked = {path for path in given if path is not None}
        looked.update(absolute(path, request.working) for path in request.paths)
        self._kept.looked = looked
        contracts = self._kept.contracts
        result: Outcome | Trouble
        try:
            result = run_again(request, self._kept)
        except BrokenConfig as error:
            result = Trouble((*error.lines, "connlint: the configuration cannot be used"))
        except (NoSuchPath, BrokenBaseline) as error:
            result = Trouble((f"connlint: {error}",))
        except OSError as error:
            result = Trouble((f"connlint: {error.strerror or error}: {error.filename or ''}".rstrip(": "),))
        if isinstance(result, Trouble):
            # it has not come to all that it would have looked at
            looked.update(self._seen)
        self._seen = _seen(looked - self._unwatched)
        self._young = any(
            abs(started - when) < _YOUNG or started <= when <= time.time_ns()
            for found in self._seen.values()
            if found is not None
            for when in (found.modified, found.changed)
        )
        _collect(everything=self._kept.contracts != contracts)
        return result

    def _changes(self, before: Seen) -> Iterator[str]:
        """The files that have changed, in words."""
        words: dict[str, list[str]] = {}
        for path in sorted({*before, *self._seen}):
            word = _change(path, before, self._seen)
            if word:
                words.setdefault(word, []).append(shown(path, self._request.working))
        for word in ("changed", "new", "gone"):
            names = words.get(word, [])
            if not names:
                continue
            more = len(names) - _NAMED
            yield f"{word} {', '.join(names[:_NAMED])}" + (f" and {more} more" if more > 0 else "")


def _change(path: Path, before: Seen, after: Seen) -> str:
    """What has become of a file between two moments; "" for a folder, and for what is as it was."""
    old, new = before.get(path), after.get(path)
    if old == new or any(found is not None and found.is_folder for found in (old, new)):
        return ""
    if old is not None:
        if new is not None:
            return "changed"
        # what nobody looks at any more may be there
        return "" if path not in after and path.exists() else "gone"
    appeared = path in before or before.get(path.parent) != after.get(path.parent)
    return "new" if appeared else ""


def _seen(paths: Iterable[Path]) -> Seen:
    return {path: _stamp(path) for path in paths}


def _stamp(path: Path) -> Stamp | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - asked of everything, several times a second
    except OSError:
        return None
    return Stamp(
        stat.S_ISDIR(found.st_mode), found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
    )


def _same(old: Outcome | Trouble, new: Outcome | Trouble) -> bool:
    """Whether two checks say the same."""
    if isinstance(old, Trouble) or isinstance(new, Trouble):
        return old == new
    from connlint.report.json import render

    rest = [(each.strangers, each.empty_folders, each.notes, each.fail_on) for each in (old, new)]
    return rest[0] == rest[1] and render(old.report) == render(new.report)


def _collect(*, everything: bool) -> None:
    """Collect what a check has left. A contract is a million objects that stay: they are looked at once."""
    if everything:
        gc.unfreeze()
    gc.collect()
    if everything:
        gc.freeze()


def watch(
    request: Request,
    today: Callable[[], str],
    report: Callable[[Outcome], int],
    *,
    outputs: Collection[Path] = (),
) -> NoReturn:
    """Check, and check again whenever something has changed, until the author interrupts.

    `report` shows an outcome and gives the exit status that it means; `outputs` are the files that it writes.
    The process ends with the status of the last report; 2 where there was none.
    """
    clears = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    status = EXIT_TROUBLE
    try:
        watching = Watch(request, today, pause=time.sleep, unwatched=outputs)
        changes: list[str] | None = []
        first = True
        while True:
            if changes is not None:
                said = "; ".join((time.strftime("%H:%M:%S"), *changes))
                if clears:
                    sys.stdout.write(_CLEAR)
                elif not first:
                    say(f"--- {said}")
                sys.stdout.flush()
                status = _show(watching.result, report)
                count = watching.files
                note(f"{said}; watching {count} file{'' if count == 1 else 's'}, Ctrl-C ends")
                first = False
            time.sleep(PAUSE)
            changes = watching.look()
    except KeyboardInterrupt:
        if clears:
            say()
        raise SystemExit(status) from None


def _show(result: Outcome | Trouble, report: Callable[[Outcome], int]) -> int:
    if isinstance(result, Outcome):
        return report(result)
    _say(result.lines)
    return EXIT_TROUBLE


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        say(line, err=True)
