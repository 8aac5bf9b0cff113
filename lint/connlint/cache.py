"""The result cache: what checking a connector came to, by the content of everything that it depends on.

One sqlite file in the user's cache directory (`CONNLINT_CACHE_DIR`, else `XDG_CACHE_HOME` or `LOCALAPPDATA`).
A key is a hash over documents, evidence, settings, the day and this program's own files, so nothing in it
is ever out of date, only of no more use. Whatever goes wrong with it (no home, a full disk, a corrupt file,
another version's) costs the time that it would have saved, and is never told.

It holds findings and counts, never a connector's document: texts that places stand in are read from their
files. A connector in which a credential was found is not kept. It also holds the vendor's contracts, packed
(see `evidence.contract_cache`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from connlint.finding import (
    ConnectorReport,
    Finding,
    Fix,
    NotChecked,
    Observation,
    Place,
    Related,
    Severity,
    Summary,
    Tally,
    TextEdit,
)
from connlint.source import Source, Span
from connlint.version import VERSION

if TYPE_CHECKING:
    import sqlite3

_NAME: Final = "results.sqlite"
_MOST: Final = 50_000
"""Entries past which the older half is dropped."""
_CONTRACTS: Final = 12
"""Contracts that are kept, the latest: each may take megabytes."""
_SECONDS: Final = 2.0
"""How long another run's write is waited for."""


def folder() -> Path | None:
    """Where the cache lies; None where there is no place for one."""
    named = os.environ.get("CONNLINT_CACHE_DIR")
    if named:
        return Path(named)
    base = os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else os.environ.get("XDG_CACHE_HOME")
    if base and Path(base).is_absolute():
        return Path(base) / "connlint"
    try:
        return Path.home() / ".cache" / "connlint"
    except RuntimeError:
        return None


def clean() -> int:
    """Remove the cache; the bytes that are free now. Raises OSError."""
    where = folder()
    freed = 0
    for path in sorted(where.glob(f"{_NAME}*")) if where is not None and where.is_dir() else ():
        freed += path.stat().st_size
        path.unlink()
    return freed


def digest(*parts: bytes) -> bytes:
    """The hash of some contents, told apart where they meet."""
    hashed = blake2b(digest_size=20)
    for part in parts:
        hashed.update(len(part).to_bytes(8, "big"))
        hashed.update(part)
    return hashed.digest()


def program() -> bytes:
    """What tells this program from another version of it, or from itself after an edit."""
    import connlint

    stamps = [VERSION, sys.version]
    for root in connlint.__path__:
        for here, inner, files in os.walk(root):
            inner.sort()
            for name in sorted(files):
                if name.endswith((".py", ".json")):
                    found = Path(here, name).stat()
                    stamps.append(f"{here}/{name} {found.st_mtime_ns} {found.st_size}")
    return digest("\n".join(stamps).encode())


class Cache:
    """Values by key. No method raises; what is put is written by `close`.

    It serves the process that made it: in a copy of that one it holds nothing, for two may not use one
    connection.
    """

    def __init__(self, where: Path) -> None:
        self._file = where / _NAME
        self._new: dict[bytes, bytes] = {}
        self._contracts: dict[bytes, bytes] = {}
        self._program = program()
        self._process = os.getpid()
        self._connection = self._connected()

    def key(self, kind: str, *parts: bytes) -> bytes:
        """The key of what depends on these parts, and on this program."""
        return digest(self._program, kind.encode(), *parts)

    def get(self, key: bytes) -> bytes | None:
        """What was put under a key, now or in an earlier run."""
        return self._new.get(key) or self._found("SELECT value FROM entries WHERE key = ?", key)

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a value for later runs."""
        self._new[key] = value

    def contract(self, content: bytes) -> bytes | None:
        """The pack of a contract file with this content."""
        return self._found("SELECT value FROM contracts WHERE key = ?", self.key("contract", content))

    def keep_contract(self, content: bytes, pack: bytes) -> None:
        """Keep the pack of a contract file with this content."""
        self._contracts[self.key("contract", content)] = pack

    def _found(self, query: str, key: bytes) -> bytes | None:
        if self._connection is None or self._process != os.getpid():
            return None
        import sqlite3

        try:
            row = self._connection.execute(query, (key,)).fetchone()
        except sqlite3.Error as error:
            self._fail(error)
            return None
        return row[0] if row is not None and isinstance(row[0], bytes) else None

    def close(self) -> None:
        """Write what is new, in one step."""
        connection = self._connection
        if connection is None:
            return
        import sqlite3

        try:
            if self._new:
                with connection:
                    connection.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?)", self._new.items())
                    count, last = connection.execute("SELECT count(*), max(rowid) FROM entries").fetchone()
                    if count > _MOST:
                        connection.execute("DELETE FROM entries WHERE rowid < ?", (last - _MOST // 2,))
            if self._contracts:
                with connection:
                    connection.executemany(
                        "INSERT OR REPLACE INTO contracts VALUES (?, ?)", self._contracts.items()
                    )
                    (last,) = connection.execute("SELECT max(rowid) FROM contracts").fetchone()
                    connection.execute("DELETE FROM contracts WHERE rowid <= ?", (last - _CONTRACTS,))
            connection.close()
        except sqlite3.Error as error:
            self._fail(error)

    def _connected(self) -> sqlite3.Connection | None:
        import sqlite3

        for _ in range(2):
            try:
                self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                if not _private(self._file):
                    return None
                connection = sqlite3.connect(self._file, timeout=_SECONDS)
            except (sqlite3.Error, OSError):
                return None
            try:
                # a killed process leaves a whole database behind; after a power cut it may be made anew
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, value BLOB)")
                connection.execute("CREATE TABLE IF NOT EXISTS contracts (key BLOB PRIMARY KEY, value BLOB)")
                # the names are ours, and none can be a parameter of a query
                for table in ("entries", "contracts"):
                    connection.execute(f"SELECT key, value FROM {table} LIMIT 1").fetchone()  # noqa: S608 - see above
            except sqlite3.OperationalError as error:
                # locked, read-only, full, or a table of another shape
                connection.close()
                if "no such column" not in str(error):
                    return None
                self._remove()
            except sqlite3.DatabaseError:
                connection.close()
                self._remove()
            else:
                return connection
        return None

    def _fail(self, error: sqlite3.Error) -> None:
        """Go on without; a file that is no database any more is removed, so that the next run makes one."""
        import sqlite3

        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()
        if not isinstance(error, sqlite3.OperationalError):
            self._remove()

    def _remove(self) -> None:
        for path in (self._file, self._file.with_name(f"{_NAME}-journal")):
            with suppress(OSError):
                path.unlink()


def opened() -> Cache | None:
    """The user's cache; None where there can be none."""
    where = folder()
    try:
        return Cache(where) if where is not None else None
    except (OSError, ImportError):
        return None


def _private(file: Path) -> bool:
    """Whether nobody else can write what is taken from a file in this folder, nor read what is put there.

    What lies in a cache is believed. The file is made if it is not there, for its owner alone.
    """
    if not hasattr(os, "getuid"):
        return True
    above = file.parent.stat()
    if above.st_uid != os.getuid() or above.st_mode & 0o002:
        return False
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    try:
        found = os.fstat(handle)
    finally:
        os.close(handle)
    return found.st_uid == os.getuid() and not found.st_mode & 0o002


class Known:
    """What files hold, by content (see `discovery.Known`), and their hashes."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self.digests: dict[Path, bytes] = {}

    def same(self, file: Path, data: bytes) -> bool:
        """Whether this is the content of a file that was met first; it is, if none was."""
        hashed = digest(data)
        return self.digests.setdefault(file, hashed) == hashed

    def roles(self, file: Path, data: bytes, named: bool) -> str | None:
        """The roles of a file's documents, from an earlier run."""
        kept = self._cache.get(self._key(file, data, named))
        return None if kept is None else kept.decode("utf-8", "replace")

    def learn(self, file: Path, data: bytes, named: bool, roles: str) -> None:
        """Keep them."""
        self._cache.put(self._key(file, data, named), roles.encode())

    def _key(self, file: Path, data: bytes, named: bool) -> bytes:
        self.digests[file] = hashed = digest(data)
        return self._cache.key("roles", hashed, file.suffix.encode("utf-8", "replace"), bytes([named]))


def encode(report: ConnectorReport, texts: Mapping[str, Path], addresses: Iterable[str]) -> bytes | None:
    """A report for `decode`; None for one that is not to be kept: with a credential in it, with a failure of
    ours, or with places in texts that are not among `texts` (paths as shown, to files)."""
    findings = []
    for finding in report.findings:
        if "secret" in finding.tags or finding.rule == "internal-error":
            return None
        places = [finding.place, *(item.place for item in finding.related)]
        edits = finding.fix.edits if finding.fix is not None else ()
        if any(
            source.path not in texts for source in (*(at.source for at in places), *(e.source for e in edits))
        ):
            return None
        findings.append(
            [
                finding.rule,
                int(finding.severity),
                finding.message,
                finding.connector,
                finding.address,
                _place(finding.place),
                finding.fingerprint,
                finding.help,
                [[_place(item.place), item.message] for item in finding.related],
                [[item.kind, item.source, item.pointer, item.observed] for item in finding.evidence],
                None
                if finding.fix is None
                else [
                    finding.fix.safe,
                    finding.fix.title,
                    [[edit.source.path, *edit.span, edit.text] for edit in finding.fix.edits],
                ],
                finding.url,
                finding.value,
                finding.group,
                finding.label,
                list(finding.tags),
            ]
        )
    summary = report.summary
    value = [
        [report.connector, report.path, report.title, list(report.evidence), report.owner],
        [getattr(summary, name) for name in _COUNTS],
        [[getattr(tally, name) for name in _TALLY] for tally in (summary.fields, summary.payload)],
        [[item.what, item.count, item.why, item.how] for item in report.not_checked],
        findings,
        list(addresses),
    ]
    return json.dumps(value, separators=(",", ":")).encode()


def decode(data: bytes, text: Callable[[str], Source]) -> tuple[ConnectorReport, tuple[str, ...]]:
    """The report and addresses that `encode` was given. `text` gives the text of a path as shown.

    Raises ValueError for what it did not make.
    """
    try:
        return _decode(json.loads(data), text)
    except (TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError("this is no report of ours") from error


_COUNTS: Final = (
    "connectors",
    "resources",
    "operations",
    "operations_matched",
    "webhooks",
    "events_official",
    "events_covered",
    "events_missing",
    "events_unknown",
)
_TALLY: Final = ("proven", "sometimes", "never_seen", "refuted", "unchecked")


def _place(place: Place) -> list[object]:
    return [place.source.path, place.role, place.index, place.pointer, *place.span]


def _decode(value: Any, text: Callable[[str], Source]) -> tuple[ConnectorReport, tuple[str, ...]]:
    (connector, path, title, evidence, owner), counts, tallies, not_checked, listed, addresses = value

    def place(kept: Any) -> Place:
        source, role, index, pointer, start, end = kept
        return Place(text(source), role, index, pointer, Span(start, end))

    findings = []
    for kept in listed:
        rule, severity, message, of, address, at, fingerprint, help_, related, seen, fix, *rest = kept
        url, about, group, label, tags = rest
        edits = [
            TextEdit(text(name), Span(start, end), new) for name, start, end, new in (fix[2] if fix else ())
        ]
        findings.append(
            Finding(
                rule=rule,
                severity=Severity(severity),
                message=message,
                connector=of,
                address=address,
                place=place(at),
                fingerprint=fingerprint,
                help=help_,
                related=tuple([Related(place(where), word) for where, word in related]),
                evidence=tuple([Observation(*item) for item in seen]),
                fix=Fix(fix[0], fix[1], tuple(edits)) if fix else None,
                url=url,
                value=about,
                group=group,
                label=label,
                tags=tuple(tags),
            )
        )
    fields, payload = (Tally(*tally) for tally in tallies)
    summary = Summary(**dict(zip(_COUNTS, counts, strict=True)), fields=fields, payload=payload)
    report = ConnectorReport(
        connector,
        path,
        title,
        summary,
        tuple(findings),
        tuple([NotChecked(*item) for item in not_checked]),
        tuple(evidence),
        owner,
    )
    return report, tuple(addresses)
