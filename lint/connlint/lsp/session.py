"""What the editor has open, and what `check` says of it. No protocol: texts and paths in, findings out.

Each workspace root has one `Desk`: its open buffers stand for their files in every run, so that what is said
is what `connlint check` would say of the same texts.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from connlint.config import BrokenBaseline, BrokenConfig, Configs
from connlint.connector.model import Connector
from connlint.discovery import DATA_ENDINGS, FIXTURES, PAGE_ENDINGS, NoSuchPath, looks_ours
from connlint.evidence.location import EvidenceFinder, home_of
from connlint.finding import Finding
from connlint.keeping import Kept
from connlint.lsp.text import Buffer
from connlint.lsp.where import Marks
from connlint.reading import MISSING, Document, Location, Pointer
from connlint.reading.keys import holds_keys
from connlint.run import Opened, Outcome, Request, absolute, judge, open_all


class Checked:
    """One connector as it was last checked: model, evidence, findings by file.

    `texts` are the open buffers' contents that it was checked with.
    """

    def __init__(self, opened: Opened, outcome: Outcome, working: Path, texts: Mapping[Path, bytes]) -> None:
        self.opened = opened
        self.working = working
        self.texts = texts
        self.findings: dict[Path, list[Finding]] = {}
        report = outcome.report
        for finding in report.all_findings:
            path = file_of(finding.place.source.path, working)
            self.findings.setdefault(path, []).append(finding)
        loaded = opened.loaded
        self._documents: dict[Path, list[Document]] = {}
        for document in loaded.connector.documents:
            self._add(document)
        found, settings = opened.found, opened.settings
        evidence = EvidenceFinder(overlay=texts).places(
            found.path,
            found.is_page,
            contract=settings.contract,
            events=settings.events,
            fixtures=settings.fixtures,
        )
        self._evidence = tuple(path for path in evidence if path is not None)

    def holds_file(self, path: Path) -> bool:
        """Whether a file is one of the connector's, of its evidence, or the page that shows it."""
        return (
            path in self.files
            or path == self.opened.settings.page
            or any(path == place or place in path.parents for place in self._evidence)
        )

    def may_hold(self, path: Path) -> bool:
        """Whether a change of a file, its coming or its going, can change what is said of the connector."""
        found = self.opened.found
        home = home_of(found.path, found.is_page)
        return (
            self.holds_file(path)
            or home in path.parents
            or (not found.is_page and path.parent in home.parents)
        )

    def _add(self, document: Document) -> None:
        path = file_of(document.source.path, self.working)
        self._documents.setdefault(path, []).append(document)

    @property
    def connector(self) -> Connector:
        return self.opened.loaded.connector

    @property
    def files(self) -> set[Path]:
        """The files that the connector is made of, and the files that findings are about."""
        own = {path for path, _ in self.opened.found.reads}
        return own | set(self.findings)

    def documents(self, path: Path) -> list[Document]:
        """The connector's documents in a file."""
        return self._documents.get(path, [])

    def holds(self, path: Path, pointer: Pointer) -> bool:
        """Whether a document of the file has a value where a pointer's container is."""
        return any(Location(document, pointer[:-1]).value is not MISSING for document in self.documents(path))

    def evidence_at(self, path: Path) -> Document | None:
        """The document of a file of the connector's evidence."""
        if path in self._documents:
            return None
        for document in self.opened.loaded.evidence.documents:
            if file_of(document.source.path, self.working) == path:
                return document
        return None

    def document_of(self, finding: Finding) -> Document | None:
        """The document that a finding stands in; None in prose and where text does not parse."""
        if finding.place.pointer is None:
            return None
        path = file_of(finding.place.source.path, self.working)
        listed = self._documents.get(path) or [item for item in [self.evidence_at(path)] if item is not None]
        return next((item for item in listed if item.index == finding.place.index and item.role), None)

    def document_at(self, path: Path, offset: int) -> Document | None:
        """The document that holds an offset of a file."""
        for document in self.documents(path):
            start, end = document.region
            if start <= offset <= end and document.syntax in ("json", "yaml"):
                return document
        return None


@lru_cache(maxsize=1024)
def file_of(shown: str, working: Path) -> Path:
    """The file of a source by its path as people see it: the same few are asked for again and again."""
    return absolute(Path(shown), working)


class Trouble:
    """Why nothing can be said of a file: the configuration or the file cannot be used."""

    def __init__(self, message: str) -> None:
        self.message = message


class _Uncollected:
    """The cycle collector waits while a connector is checked: it would take its time and find nothing."""

    def __enter__(self) -> None:
        self._enabled = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._enabled:
            gc.enable()


class Desk:
    """The open buffers below one folder, and the connectors that they belong to."""

    def __init__(self, working: Path, today: Callable[[], str]) -> None:
        self.working = working
        self._today = today
        self._kept = Kept(notes=False)
        self._frozen = -1
        """How many contracts had been read when the collector was last told what stays."""
        self.buffers: dict[Path, Buffer] = {}
        self._checked: dict[Path, Checked] = {}
        self._home: dict[Path, Path] = {}
        self._whole: dict[Path, Checked] = {}
        """Each open document's connector when the document last parsed."""
        self._marks: dict[Path, Marks] = {}

    # --- buffers

    def marks(self, path: Path) -> Marks:
        """How far earlier looks for an offset's surroundings have read an open document."""
        return self._marks.setdefault(path, Marks())

    def open(self, path: Path, buffer: Buffer) -> None:
        """A document was opened."""
        self.buffers[path] = buffer

    def close(self, path: Path) -> None:
        """A document was closed: its file counts again."""
        self.buffers.pop(path, None)
        self._whole.pop(path, None)
        self._marks.pop(path, None)
        self._kept.pieces.pop(path, None)
        home = self._home.pop(path, None)
        if home is not None and home not in self._home.values():
            self._checked.pop(home, None)

    # --- checking

    def request(self, path: Path) -> Request:
        """What checks the connector of a file, with the open buffers in the place of their files."""
        overlay = {file: buffer.data for file, buffer in self.buffers.items() if self._counts(file)}
        return Request(paths=(path,), working=self.working, today=self._today(), overlay=overlay)

    def _counts(self, file: Path) -> bool:
        """Whether a file says anything of a connector, by its name."""
        return is_ours(file) or is_config(file)

    def is_baseline(self, path: Path) -> bool:
        """Whether configuration names a file as the baseline."""
        try:
            return path.suffix == ".json" and self.configs().of(path).baseline == path
        except BrokenConfig:
            return False

    def affected(self, path: Path) -> list[Path]:
        """The open documents that a change of a file can be about, itself first where it is open.

        A service document makes a connector of all below its folder, so that its coming and going changes
        what other documents belong to.
        """
        found = [path] if path in self.buffers else []
        if path not in self._home and self._target(path) is None:
            return found
        for other in self.buffers:
            home = self._home.get(other)
            checked = self._checked.get(home) if home is not None else None
            if other != path and (checked is None or checked.may_hold(path)):
                found.append(other)
        return found

    def check(self, changed: Iterable[Path]) -> Iterator[tuple[Path, Checked | Trouble | None]]:
        """Check all open documents that changes of some files can be about, a connector once: each document
        with its connector, with why nothing can be said of it, or with None where it belongs to none."""
        left = dict.fromkeys(other for path in changed for other in self.affected(path) if is_ours(other))
        more = True
        while left:
            path = next(iter(left))
            checked = self._checked_safely(path)
            if more:
                # what has changed belongs to another connector than before, perhaps
                more = False
                left.update(
                    dict.fromkeys(
                        other for each in changed for other in self.affected(each) if is_ours(other)
                    )
                )
            members = [path]
            if isinstance(checked, Checked):
                members += [other for other in self.buffers if other != path and checked.holds_file(other)]
            for member in members:
                left.pop(member, None)
                if isinstance(checked, Checked):
                    self._home[member] = checked.opened.found.path
                yield member, checked

    def _checked_safely(self, path: Path) -> Checked | Trouble | None:
        try:
            return self._checked_anew(path)
        except Exception as error:
            # an editor without diagnostics is worse than one that says why
            logging.getLogger("connlint").exception("check failed")
            return Trouble(f"connlint failed here ({type(error).__name__}: {error}); please report it")

    def _checked_anew(self, path: Path) -> Checked | Trouble | None:
        """Check the connector that a file belongs to; None where it belongs to none."""
        target = self._target(path)
        if target is None:
            self._home.pop(path, None)
            return None
        with _Uncollected():
            checked = self._check(path, target)
        if self._kept.contracts != self._frozen:
            # what stays (modules, a contract's million objects) need not be looked at again and again
            self._frozen = self._kept.contracts
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        return checked

    def _check(self, path: Path, target: Path) -> Checked | Trouble | None:
        request = self.request(target)
        try:
            configs = self._kept.configs(self.working, request.overlay)
            opened, discovery = open_all(request, configs, self._kept)
            if not opened or (target != path and opened[0].found.path not in (target, *target.parents)):
                self._home.pop(path, None)
                return None
            outcome = judge(request, opened[:1], discovery, configs)
        except BrokenConfig as error:
            return Trouble("\n".join(error.lines))
        except (NoSuchPath, BrokenBaseline) as error:
            return Trouble(str(error))
        checked = Checked(opened[0], outcome, self.working, request.overlay)
        home = opened[0].found.path
        self._checked[home] = checked
        self._home[path] = home
        if all(not document.faults for document in checked.documents(path)):
            self._whole[path] = checked
        return checked

    def _target(self, path: Path) -> Path | None:
        """What to check for a document: itself, where it holds our keys; of evidence, its connector.

        Other files of a workspace are none of our business, broken or not.
        """
        buffer = self.buffers.get(path)
        # `looks_ours` reads bytes, and takes a letter that is more than one of them for two
        if buffer is not None and looks_ours(buffer.data) and holds_keys(buffer.text):
            return path
        for home, checked in self._checked.items():
            if home != path and checked.holds_file(path) and home.exists():
                return home
        beside = evidence_home(path)
        if beside is None:
            return None
        page = next((item for ending in PAGE_ENDINGS if (item := beside.with_suffix(ending)).is_file()), None)
        return page or (beside if beside.is_dir() else None)

    def of(self, path: Path) -> Checked | None:
        """The connector that a file belongs to, as last checked; None where its text is another by now."""
        home = self._home.get(path)
        checked = self._checked.get(home) if home is not None else None
        if (
            checked is not None
            and path in self.buffers
            and checked.texts.get(path) is not self.buffers[path].data
        ):
            return None
        return checked

    def best(self, path: Path, pointer: Pointer) -> Checked | None:
        """The connector as last checked; while the text at a pointer does not parse, as it was before."""
        now = self.of(path)
        before = self._whole.get(path)
        if now is None or (before is not None and not now.holds(path, pointer)):
            return before
        return now

    def configs(self) -> Configs:
        """The configuration files that hold below the folder."""
        overlay = {file: buffer.data for file, buffer in self.buffers.items() if is_config(file)}
        return self._kept.configs(self.working, overlay)


def is_ours(path: Path) -> bool:
    """Whether a file may be a connector's, by its name."""
    return path.suffix.lower() in DATA_ENDINGS + PAGE_ENDINGS


def evidence_home(path: Path) -> Path | None:
    """The folder whose evidence a file is by convention; None for a file that is none."""
    for folder in path.parents:
        if folder.name == FIXTURES:
            return folder.parent
    return path.parent if path.stem in ("contract", "events") else None


def is_config(path: Path) -> bool:
    """Whether a file is a configuration."""
    return path.name in ("connlint.toml", "pyproject.toml")


def active(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings that are neither ignored nor in the baseline."""
    return (finding for finding in findings if finding.state == "active")
