"""Where a connector's evidence lies, and reading it.

By convention `contract.*`, `events.*` and `fixtures/` at the top of the connector's folder (for a page
`x.md`, of the folder `x/` beside it); paths that are given beat the convention.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Final

from connlint.evidence.bundle import Evidence, Memory, ReadContract, ReadEvents, ReadFixtures
from connlint.files import leads_out
from connlint.reading import CONTRACT_LIMITS, MISSING, Document, Fault, Limits, ReadResult, read
from connlint.source import Source, Span

if TYPE_CHECKING:
    from connlint.evidence.contract_cache import Packs
    from connlint.evidence.fixture_files import FixtureFile

ENDINGS: Final = (".json", ".yaml", ".yml")
"""Tried in this order, so that a contract that is there twice is read as JSON."""


def home_of(path: Path, is_page: bool) -> Path:
    """The folder that holds a connector's evidence by convention."""
    return path.with_suffix("") if is_page else path


class EvidenceFinder:
    """Finds and reads evidence. A contract that several connectors of a run share is read once.

    `show` turns a path into what people see, `overlay` holds contents that stand for files' own, `packs`
    gives what earlier runs have read of large contracts.
    """

    def __init__(
        self,
        *,
        show: Callable[[Path], str] = Path.as_posix,
        overlay: Mapping[Path, bytes] | None = None,
        packs: Callable[[], Packs | None] | None = None,
    ) -> None:
        self._show = show
        self._packs = packs or (lambda: None)
        self._overlay = overlay or {}
        self._contracts: dict[Path, ReadContract] = {}
        self._events: dict[Path, ReadEvents] = {}
        self._refused: set[Path] = set()

    def find(
        self,
        path: Path,
        is_page: bool,
        *,
        contract: Path | None = None,
        events: Path | None = None,
        fixtures: Path | None = None,
        records: Mapping[str, Sequence[str]] | None = None,
    ) -> Evidence:
        """The evidence of the connector at `path`; parts that are given beat the convention. `records` say
        where list operations have their records."""
        contract, events, fixtures = self.places(
            path, is_page, contract=contract, events=events, fixtures=fixtures
        )
        return Evidence(
            read_contract=None if contract is None else lambda: self.contract(contract),
            read_events=None if events is None else lambda: self.events(events),
            read_fixtures=None if fixtures is None else lambda: self.fixtures(fixtures),
            records=records,
            remember=lambda parts: self.memory(path, parts),
        )

    def memory(self, path: Path, parts: tuple[object, ...]) -> tuple[Memory, Memory]:  # noqa: ARG002 - for heirs
        """What the last check of the connector at `path` has remembered of the parts of its evidence, and
        where this one remembers it."""
        return {}, {}

    def places(
        self,
        path: Path,
        is_page: bool,
        *,
        contract: Path | None = None,
        events: Path | None = None,
        fixtures: Path | None = None,
    ) -> tuple[Path | None, Path | None, Path | None]:
        """Where `find` finds the contract, the events document and the fixtures."""
        home = home_of(path, is_page)
        names = self._names(home)
        if fixtures is None and "fixtures" in names and (home / "fixtures").is_dir():
            fixtures = self._guarded(home / "fixtures", home)
        return (
            contract or self._document(home, "contract", names),
            events or self._document(home, "events", names),
            fixtures,
        )

    def contract(self, path: Path) -> ReadContract:
        """The OpenAPI document at a path."""
        if path not in self._contracts:
            self._contracts[path] = self._read_contract(path)
        return self._contracts[path]

    def events(self, path: Path) -> ReadEvents:
        """The events document at a path."""
        if path not in self._events:
            self._events[path] = self._read_events(path)
        return self._events[path]

    def fixtures(self, path: Path) -> ReadFixtures:
        """The fixtures below a folder."""
        from connlint.evidence.fixture_files import load_fixtures

        if path in self._refused:
            return ReadFixtures((), (_refusal(self._show(path), "fixture"),))
        return ReadFixtures(*load_fixtures(path, self._show, self._overlay, self._kept_file))

    def _kept_file(self, path: Path, read_file: Callable[[], FixtureFile]) -> FixtureFile:  # noqa: ARG002 - for heirs
        """What is known of a fixture's file: nothing, in a run of its own."""
        return read_file()

    def forget(self, home: Path) -> None:
        """Keep nothing of what lies in a connector's folder: others seldom ask for it."""
        for kept in (self._contracts, self._events):
            for path in [path for path in kept if home in path.parents]:
                del kept[path]

    def _read_contract(self, path: Path) -> ReadContract:
        from connlint.evidence.contract import Contract

        packs, content = self._packs(), None
        if packs is not None and path not in self._refused:
            content = _large(path)
            known = self._unpacked(path, packs.contract(content)) if content is not None else None
            if known is not None:
                return known
        result, documents = self._read(path, "contract", CONTRACT_LIMITS, content)
        value = _value(result)
        if value is MISSING:
            return ReadContract(documents=documents)
        shown = self._show(path)
        contract = Contract(value, shown)
        if contract.fault is not None:
            return ReadContract(documents=(*documents, _unusable(result.source, "contract", contract.fault)))
        if packs is not None and content is not None and not any(item.faults for item in documents):
            from connlint.credentials import credentials_in
            from connlint.evidence.contract_cache import pack

            packed = pack(contract)
            # a contract is kept as it is, so one that somebody has left a key in is not
            if not credentials_in(packed.decode("utf-8", "replace")):
                packs.keep_contract(content, packed)
        return ReadContract(contract, f"{shown} {contract.version}".rstrip(), documents)

    def _unpacked(self, path: Path, packed: bytes | None) -> ReadContract | None:
        """The contract of a pack. Nothing is left to say of its text, so the document is empty."""
        if packed is None:
            return None
        from connlint.evidence.contract_cache import unpack

        shown = self._show(path)
        try:
            contract = unpack(packed, shown)
        except ValueError:
            return None
        document = Document.carrier(Source(shown, ""), "contract")
        return ReadContract(contract, f"{shown} {contract.version}".rstrip(), (document,))

    def _read_events(self, path: Path) -> ReadEvents:
        from connlint.evidence.events import Events

        result, documents = self._read(path, "events")
        value = _value(result)
        if not isinstance(value, dict):
            return ReadEvents(documents=documents)
        events = Events(value, result.documents[0])
        count = f"{len(events)} event{'' if len(events) == 1 else 's'}"
        about = ", ".join(part for part in (events.vendor, count) if part)
        return ReadEvents(events, f"{self._show(path)} ({about})", documents)

    def _read(
        self, path: Path, role: str, limits: Limits | None = None, content: bytes | None = None
    ) -> tuple[ReadResult, tuple[Document, ...]]:
        """A file as read, and its documents with their role (one with a fault where it cannot be read).
        `content` is the file's where it is at hand."""
        shown = self._show(path)
        data = self._overlay.get(path, content)
        if path in self._refused:
            return ReadResult(Source(shown, "")), (_refusal(shown, role),)
        if data is None:
            try:
                data = path.read_bytes()
            except OSError as error:
                source = Source(shown, "")
                what = "events document" if role == "events" else role
                message = f"this {what} cannot be read: {error.strerror}"
                fault = Fault("unreadable-evidence", Span(0, 0), message)
                return ReadResult(source), (Document.carrier(source, role, (fault,)),)
        result = read(shown, data, named=True, limits=limits) if limits else read(shown, data, named=True)
        documents = list(result.documents[:1])
        if result.faults:
            documents.insert(0, Document.carrier(result.source, role, result.faults))
        for document in documents:
            document.role = role
        return result, tuple(documents)

    def _names(self, home: Path) -> set[str]:
        """What lies in a folder, on the disk or over it: most hold no evidence, and one look tells."""
        try:
            names = set(os.listdir(home))  # noqa: PTH208 - names alone are asked for
        except OSError:
            names = set()
        return names.union(path.name for path in self._overlay if path.parent == home)

    def _document(self, home: Path, stem: str, names: Set[str]) -> Path | None:
        for ending in ENDINGS:
            name = f"{stem}{ending}"
            # a link to nothing, or a folder, is told when it is read; a device or a pipe is not opened
            if name in names and ((path := home / name) in self._overlay or _may_be_read(path)):
                return self._guarded(path, home)
        return None

    def _guarded(self, path: Path, home: Path) -> Path:
        """The path; of a link that leads elsewhere it is kept in mind that it is not to be read."""
        if os.path.islink(path) and leads_out(path, home):  # noqa: PTH114 - asked of every connector
            self._refused.add(path)
        return path


def _may_be_read(path: Path) -> bool:
    return path.is_file() or path.is_dir() or not path.exists()


def _large(path: Path) -> bytes | None:
    """The content of a file that is large; None for a small one, or one that cannot be read.

    Comments decide about findings, so a file with comments of ours is read as a whole.
    """
    from connlint.evidence.contract_cache import LARGE

    try:
        content = path.read_bytes() if path.stat().st_size >= LARGE else b""
    except OSError:
        return None
    return content if content and b"connlint:" not in content else None


def find_evidence(
    path: Path,
    is_page: bool,
    *,
    contract: Path | None = None,
    events: Path | None = None,
    fixtures: Path | None = None,
    show: Callable[[Path], str] = Path.as_posix,
    overlay: Mapping[Path, bytes] | None = None,
) -> Evidence:
    """The evidence of one connector: see `EvidenceFinder.find`."""
    finder = EvidenceFinder(show=show, overlay=overlay)
    return finder.find(path, is_page, contract=contract, events=events, fixtures=fixtures)


def _value(result: ReadResult) -> object:
    """The value of a file's one document, or `MISSING`: also where only a part of it could be read, for what
    is absent there may only be unread."""
    from connlint.evidence.fixtures import is_whole

    whole = result.documents and is_whole(result.documents[0])
    return result.documents[0].value if whole else MISSING


def _refusal(shown: str, role: str) -> Document:
    message = "this link leads out of the connector's folder and its repository, so it is not followed"
    return Document.carrier(Source(shown, ""), role, (Fault("unreadable-evidence", Span(0, 0), message),))


def _unusable(source: Source, role: str, message: str) -> Document:
    return Document.carrier(source, role, (Fault("unusable-contract", Span(0, 0), message),))
