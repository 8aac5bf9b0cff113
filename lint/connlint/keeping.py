"""What a door that stays open (an editor, `--watch`) keeps between runs: files and evidence as read.

A file is read again when it is another one: its size, time or content differ, or an editor's buffer took its
place. So an edit costs the reading of one document, and never that of a contract of megabytes. What a run
says does not depend on what was kept.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from connlint.config import NAMES, Config, Configs
from connlint.discovery import Discovery, Finder
from connlint.evidence.bundle import Memory, ReadContract, ReadEvents, ReadFixtures
from connlint.evidence.location import EvidenceFinder, home_of
from connlint.reading import ReadResult, read
from connlint.reading.pieces import Pieces

if TYPE_CHECKING:
    from connlint.evidence.fixture_files import FixtureFile

T = TypeVar("T")

_YOUNG = 50_000_000
"""Nanoseconds: a file written so shortly before it was read may be written again at the same time stamp."""
_MOST = 20_000
"""Files that are kept; past it, all are forgotten and read anew."""

Overlay = Mapping[Path, bytes]


class Kept:
    """Files, evidence and configuration as earlier runs read them, for the runs of one working directory.

    `notes` says whether anybody reads what discovery notes of files that are no connector's.
    """

    def __init__(self, *, notes: bool = True) -> None:
        self.notes = notes
        self._made: dict[tuple[str, Path], tuple[object, object]] = {}
        self.contracts = 0
        """How many contracts have been read so far: each is a million objects that stay."""
        self.memories: dict[Path, tuple[tuple[object, ...], Memory]] = {}
        """Parts of each connector's evidence, and what the last check of it has remembered of them."""
        self.pieces: dict[Path, Pieces] = {}
        """What the texts of an editor were last read as."""
        self.looked: set[Path] | None = None
        """Where somebody wants to know: files and folders that runs have looked at, there or not."""

    def configs(self, working: Path, overlay: Overlay | None = None) -> Configs:
        """What finds configuration, and reads only the files that have changed."""
        return _KeepingConfigs(self, working, overlay or {})

    def finder(self, *, display: Callable[[Path], str], configs: Configs, overlay: Overlay) -> Finder:
        """What finds connectors, and reads only the files that have changed."""
        return _KeepingFinder(self, display=display, configs=configs, overlay=overlay)

    def evidence(self, *, show: Callable[[Path], str], overlay: Overlay) -> EvidenceFinder:
        """What finds evidence, and reads only what has changed of it."""
        return _KeepingEvidence(self, show=show, overlay=overlay)

    def look(self, *paths: Path) -> None:
        """Remember that a run looks at files or folders, whether they are there or not."""
        if self.looked is not None:
            self.looked.update(paths)

    def look_around(self, configs: Configs, held: Iterable[Config], baseline: Path | None) -> None:
        """Remember what a run looks at beside documents, evidence and configuration files."""
        if self.looked is None:
            return
        self.look(*(folder / ".git" for folder in configs.folders))
        for here in {parent for folder in configs.folders for parent in _up_to_repository(folder)}:
            self.look(here / ".gitignore")
            if (here / ".git").is_dir():
                self.look(here / ".git" / "info" / "exclude")
        for config in held:
            self.look(*config.own_rule_files, *config.walked)
            if config.baseline is not None:
                self.look(config.baseline)
        if baseline is not None:
            self.look(baseline)

    def made(self, kind: str, path: Path, stamp: object, make: Callable[[], T]) -> T:
        """What `make` gives, kept for as long as the path's stamp is the same."""
        key = (kind, path)
        known = self._made.get(key)
        if known is not None and stamp is not None and known[0] == stamp:
            return known[1]  # type: ignore[return-value]  # one kind, one type
        value = make()
        self.contracts += kind == "contract"
        if len(self._made) >= _MOST:
            self._made.clear()
        self._made[key] = (stamp, value)
        return value


def _up_to_repository(folder: Path) -> Iterator[Path]:
    """The folder and those above it, up to that of its repository."""
    for here in (folder, *folder.parents):
        yield here
        if (here / ".git").exists():
            return


def stamp_of(path: Path, overlay: Overlay) -> object:
    """What tells one content of a file from another; None where nothing does."""
    data = overlay.get(path)
    return data if data is not None else _stamp(path, time.time_ns())


def _stamp(path: Path | str, now: int) -> object:
    """What tells one content of a file on disk from another; None where nothing does."""
    try:
        found = os.stat(path)  # noqa: PTH116 - asked of each file of a folder at each key: as text
    except OSError:
        return None
    # a file's time can be set to any, that of its last change of state cannot
    if now - max(found.st_mtime_ns, found.st_ctime_ns) < _YOUNG:
        return None
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev)


def stamps_of(paths: Iterable[Path | None], overlay: Overlay) -> object:
    """What tells one state of some files and folders, there or not, from another; None where nothing does."""
    stamps: list[object] = []
    for path in paths:
        stamp: object = "nothing"
        if path is not None and path.is_dir():
            stamp = folder_stamp(path, overlay)
        elif path is not None and (path in overlay or path.exists()):
            stamp = stamp_of(path, overlay)
        if stamp is None:
            return None
        stamps.append((path, stamp))
    return tuple(stamps)


def folder_stamp(folder: Path, overlay: Overlay) -> object:
    """What tells one content of a folder, subfolders included, from another; None where nothing does."""
    stamps: list[tuple[str, object]] = []
    now = time.time_ns()
    unsaved = {str(path): data for path, data in overlay.items() if folder in path.parents}
    for here, inner, files in os.walk(folder):
        inner.sort()
        stamps.append((here, _stamp(here, now)))
        for name in sorted(files):
            path = f"{here}{os.sep}{name}"
            stamps.append((path, unsaved[path] if path in unsaved else _stamp(path, now)))
    return None if any(stamp is None for _, stamp in stamps) else tuple(stamps)


class _KeepingConfigs(Configs):
    """What a file says is kept; what it means is found anew in each run: its patterns look at folders."""

    def __init__(self, kept: Kept, working: Path, overlay: Overlay) -> None:
        super().__init__(working, overlay)
        self._kept = kept

    def _read(self, folder: Path) -> Config | None:
        self._kept.look(*(folder / name for name in NAMES))
        return super()._read(folder)

    def _read_file(self, path: Path) -> Config | None:
        config = self._kept.made(
            "config",
            path,
            stamp_of(path, self._overlay),
            lambda: super(_KeepingConfigs, self)._read_file(path),
        )
        return None if config is None else config.anew()


class _KeepingFinder(Finder):
    def __init__(
        self, kept: Kept, *, display: Callable[[Path], str], configs: Configs, overlay: Overlay
    ) -> None:
        super().__init__(display=display, configs=configs, overlay=overlay)
        self._kept = kept

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        self._kept.look(folder, folder / ".gitignore")
        return super()._entries(folder)

    def _unparsed(self, found: Discovery) -> Iterator[str]:
        return super()._unparsed(found) if self._kept.notes else iter(())

    def _read(self, file: Path, named: bool) -> ReadResult | None:
        self._kept.look(file)
        stamp = stamp_of(file, self._overlay)
        kind = "named" if named else "file"
        return self._kept.made(kind, file, stamp, lambda: super(_KeepingFinder, self)._read(file, named))

    def _as_read(self, file: Path, data: bytes, named: bool) -> ReadResult:
        if file not in self._overlay:
            return super()._as_read(file, data, named)
        # what is open in an editor is read again and again, changed in one place
        pieces = self._kept.pieces.setdefault(file, Pieces())
        return read(self._display(file), data, named=named, pieces=pieces)


class _KeepingEvidence(EvidenceFinder):
    def __init__(self, kept: Kept, *, show: Callable[[Path], str], overlay: Overlay) -> None:
        super().__init__(show=show, overlay=overlay)
        self._kept = kept

    def places(
        self,
        path: Path,
        is_page: bool,
        *,
        contract: Path | None = None,
        events: Path | None = None,
        fixtures: Path | None = None,
    ) -> tuple[Path | None, Path | None, Path | None]:
        found = super().places(path, is_page, contract=contract, events=events, fixtures=fixtures)
        if self._kept.looked is not None:
            self._kept.look(home_of(path, is_page))
            for place in found:
                if place is not None:
                    self._kept.look(place)
                    for here, inner, files in os.walk(place):
                        self._kept.look(*(Path(here, name) for name in (*inner, *files)))
        return found

    def memory(self, path: Path, parts: tuple[object, ...]) -> tuple[Memory, Memory]:
        known = self._kept.memories.get(path)
        before = known[1] if known is not None and known[0] == parts else {}
        now: Memory = {}
        self._kept.memories[path] = (parts, now)
        return before, now

    def contract(self, path: Path) -> ReadContract:
        if path in self._refused:
            return super().contract(path)
        stamp = stamp_of(path, self._overlay)
        return self._kept.made("contract", path, stamp, lambda: super(_KeepingEvidence, self).contract(path))

    def events(self, path: Path) -> ReadEvents:
        if path in self._refused:
            return super().events(path)
        stamp = stamp_of(path, self._overlay)
        return self._kept.made("events", path, stamp, lambda: super(_KeepingEvidence, self).events(path))

    def fixtures(self, path: Path) -> ReadFixtures:
        if path in self._refused:
            return super().fixtures(path)
        stamp = folder_stamp(path, self._overlay)
        return self._kept.made("fixtures", path, stamp, lambda: super(_KeepingEvidence, self).fixtures(path))

    def _kept_file(self, path: Path, read_file: Callable[[], FixtureFile]) -> FixtureFile:
        return self._kept.made("fixture", path, stamp_of(path, self._overlay), read_file)
