"""What the editor has open, and what `check` says of it. No protocol: texts and paths in, findings out.

Each workspace root has one `Desk`: its open buffers stand for their files in every run, so that what is said
is what `connlint check` would say of the same texts.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from connlint.config import BrokenBaseline, BrokenConfig, Configs
from connlint.connector.model import Connector
from connlint.discovery import DATA_ENDINGS, FIXTURES, PAGE_ENDINGS, NoSuchPath, looks_ours
from connlint.finding import Finding
from connlint.keeping import Kept
from connlint.lsp.text import Buffer
from connlint.reading import MISSING, Document, Location, Pointer
from connlint.run import Opened, Outcome, Request, absolute, judge, open_all


class Checked:
    """One connector as it was last checked: model, evidence, findings by file."""

    def __init__(self, opened: Opened, outcome: Outcome, working: Path) -> None:
        self.opened = opened
        self.working = working
        self.findings: dict[Path, list[Finding]] = {}
        report = outcome.report
        for finding in report.all_findings:
            path = absolute(Path(finding.place.source.path), working)
            self.findings.setdefault(path, []).append(finding)
        loaded = opened.loaded
        self._documents: dict[Path, list[Document]] = {}
        for document in loaded.connector.documents:
            self._add(document)

    def _add(self, document: Document) -> None:
        path = absolute(Path(document.source.path), self.working)
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

    def document_at(self, path: Path, offset: int) -> Document | None:
        """The document that holds an offset of a file."""
        for document in self.documents(path):
            start, end = document.region
            if start <= offset <= end and document.syntax in ("json", "yaml"):
                return document
        return None


class Trouble:
    """Why nothing can be said of a file: the configuration or the file cannot be used."""

    def __init__(self, message: str) -> None:
        self.message = message


class _Uncollected:
    """The cycle collector waits while a connector is checked: it would take its time and find nothing."""

    def __enter__(self) -> None:
        gc.disable()

    def __exit__(self, *_: object) -> None:
        gc.enable()


class Desk:
    """The open buffers below one folder, and the connectors that they belong to."""

    def __init__(self, working: Path, today: Callable[[], str]) -> None:
        self.working = working
        self._today = today
        self._kept = Kept()
        self.buffers: dict[Path, Buffer] = {}
        self._checked: dict[Path, Checked] = {}
        self._home: dict[Path, Path] = {}
        self._whole: dict[Path, Checked] = {}
        """Each open document's connector when the document last parsed."""

    # --- buffers

    def open(self, path: Path, buffer: Buffer) -> None:
        """A document was opened."""
        self.buffers[path] = buffer

    def close(self, path: Path) -> None:
        """A document was closed: its file counts again."""
        self.buffers.pop(path, None)
        self._whole.pop(path, None)
        home = self._home.pop(path, None)
        if home is not None and home not in self._home.values():
            self._checked.pop(home, None)

    def forget(self) -> None:
        """Files have come, gone or changed: read everything anew."""
        self._kept.forget()

    # --- checking

    def request(self, path: Path) -> Request:
        """What checks the connector of a file, with the open buffers in the place of their files."""
        overlay = {file: buffer.data for file, buffer in self.buffers.items() if is_ours(file)}
        return Request(paths=(path,), working=self.working, today=self._today(), overlay=overlay)

    def check(self, path: Path) -> Checked | Trouble | None:
        """Check the connector that a file belongs to; None where it belongs to none."""
        target = self._target(path)
        if target is None:
            self._forget_home(path)
            return None
        contracts = self._kept.contracts
        with _Uncollected():
            checked = self._check(path, target)
        if self._kept.contracts != contracts:
            # a contract stays: the collector need not look at its million objects again and again
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        return checked

    def _check(self, path: Path, target: Path) -> Checked | Trouble | None:
        request = self.request(target)
        try:
            configs = self._kept.configs(self.working)
            opened, discovery = open_all(request, configs, self._kept)
            self._kept.remember(configs)
            if not opened:
                self._forget_home(path)
                return None
            if target != path and opened[0].found.path not in (target, *target.parents):
                return None
            outcome = judge(request, opened, discovery, configs)
        except BrokenConfig as error:
            return Trouble("\n".join(error.lines))
        except (NoSuchPath, BrokenBaseline) as error:
            return Trouble(str(error))
        checked = Checked(opened[0], outcome, self.working)
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
        if looks_ours(self.buffers[path].data if path in self.buffers else b""):
            return path
        home = evidence_home(path)
        if home is None:
            return None
        page = next((item for ending in PAGE_ENDINGS if (item := home.with_suffix(ending)).is_file()), None)
        return page or (home if home.is_dir() else None)

    def _forget_home(self, path: Path) -> None:
        self._home.pop(path, None)

    def of(self, path: Path) -> Checked | None:
        """The connector that a file belongs to, as last checked."""
        home = self._home.get(path)
        return self._checked.get(home) if home is not None else None

    def adopt(self, path: Path, mate: Path) -> None:
        """A document belongs to the connector of another one."""
        home = self._home.get(mate)
        if home is not None:
            self._home[path] = home

    def best(self, path: Path, pointer: Pointer) -> Checked | None:
        """The connector as last checked; while the text at a pointer does not parse, as it was before."""
        now = self.of(path)
        before = self._whole.get(path)
        if now is None or (before is not None and not now.holds(path, pointer)):
            return before
        return now

    def mates(self, path: Path) -> list[Path]:
        """The open documents of the same connector, this one among them."""
        home = self._home.get(path)
        if home is None:
            return [path] if path in self.buffers else []
        return [other for other in self.buffers if self._home.get(other) == home or other == path]

    def configs(self) -> Configs:
        """The configuration files that hold below the folder."""
        return self._kept.configs(self.working)


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
