"""What came in and what went out: kept in memory up to a bound, and written to a file where one is asked for.

Credentials are replaced by stand-ins whenever an entry is shown or written.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from connlint.credentials import withheld
from connlint.evidence.redaction import Redactor

if TYPE_CHECKING:
    from connlint.mock.received import Received

MOST: Final = 1000
"""Entries that are kept."""
LARGEST: Final = 16 * 1024
"""Bytes of a body that are kept."""
_MOST_SECRETS: Final = 1000


class Entry:
    """One request and its answer, or one attempt to deliver an event.

    `kind` is "request" or "delivery". Of a delivery `path` is the address that it was sent to, `operation`
    the event, `status` 0 where nobody answered; `id` tells attempts of one delivery from those of another.
    """

    __slots__ = (
        "attempt",
        "body",
        "fixture",
        "headers",
        "id",
        "kind",
        "length",
        "method",
        "number",
        "operation",
        "path",
        "query",
        "status",
        "time",
        "why",
    )

    def __init__(
        self,
        kind: str,
        method: str,
        path: str,
        query: str,
        headers: list[tuple[bytes, bytes]],
        body: bytes,
        status: int,
        operation: str,
        fixture: str,
        why: str,
        *,
        id: str = "",
        attempt: int = 0,
    ) -> None:
        self.number = 0
        self.time = time.time()
        self.kind = kind
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.length = len(body)
        self.body = body if len(body) <= LARGEST else body[:LARGEST]
        self.status = status
        self.operation = operation
        self.fixture = fixture
        self.why = why
        self.id = id
        self.attempt = attempt

    def shown(self, redactor: Redactor) -> dict[str, object]:
        """The entry as JSON, credentials replaced."""
        from urllib.parse import parse_qsl

        # headers first: a credential that stands there is found in the rest too
        headers = {
            key.decode("latin-1"): redactor.header(key.decode("latin-1"), value.decode("latin-1"))
            for key, value in self.headers
        }
        pairs = parse_qsl(self.query, keep_blank_values=True)
        found: dict[str, object] = {
            "number": self.number,
            "time": _moment(self.time),
            "kind": self.kind,
            "method": self.method,
            "path": redactor.text(self.path),
        }
        if pairs:
            found["query"] = [[name, redactor.parameter(name, value)] for name, value in pairs]
        found["headers"] = headers
        if self.body:
            found.update(_body(self, redactor))
        found["status"] = self.status
        found["event" if self.kind == "delivery" else "operation"] = self.operation
        if self.kind == "delivery":
            found |= {"id": self.id, "attempt": self.attempt}
        return found | {"fixture": self.fixture, "why": redactor.text(self.why)}

    def line(self) -> str:
        """The entry as one line of a log."""
        clock = time.strftime("%H:%M:%S", time.localtime(self.time))
        if self.kind == "delivery":
            status = str(self.status) if self.status else "---"
            return f"{clock}  {self.operation} → {self.path}  {status}  {self.why}  ({self.id})"
        what = f"{self.method:<4} {self.path}"
        said = f"{self.fixture} ({self.why})" if self.fixture and self.why else self.fixture or self.why
        return f"{clock}  {what:<34} {self.status}  {said}"


def _body(entry: Entry, redactor: Redactor) -> dict[str, object]:
    """A body for the journal: JSON, text, or how many bytes."""
    if entry.length == len(entry.body):
        try:
            return {"json": redactor.value(json.loads(entry.body))}
        except (ValueError, RecursionError):
            pass
    try:
        text = entry.body.decode("utf-8")
    except UnicodeDecodeError:
        return {"bytes": entry.length}
    if any(char < " " and char not in "\r\n\t" for char in text):
        return {"bytes": entry.length}
    more = {"length": entry.length} if entry.length > len(entry.body) else {}
    return {"text": redactor.text(text), **more}


def _moment(at: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Journal:
    """The entries, the newest last. Safe to read from another thread than the server's.

    `file` gets every entry as a line of JSON; `log` gets every entry's line for people.
    """

    def __init__(
        self,
        redactor: Callable[[], Redactor] = Redactor,
        *,
        file: Path | None = None,
        log: Callable[[str], None] | None = None,
    ) -> None:
        self._make_redactor = redactor
        self._redactor: Redactor | None = None
        self._entries: deque[Entry] = deque(maxlen=MOST)
        self._changed = threading.Condition()
        self._waiting = 0
        self._count = 0
        self._log = log
        self._file: TextIO | None = file.open("a", 1, "utf-8") if file else None

    @property
    def redactor(self) -> Redactor:
        """What replaces credentials. It is made anew when it has learnt too many."""
        if self._redactor is None or self._redactor.learnt > _MOST_SECRETS:
            self._redactor = self._make_redactor()
        return self._redactor

    def add(self, entry: Entry) -> None:
        """Keep an entry, log it, write it."""
        self._count += 1
        entry.number = self._count
        self._entries.append(entry)
        if self._log is not None:
            self._log(withheld(entry.line()))
        if self._file is not None:
            line = json.dumps(entry.shown(self.redactor), ensure_ascii=False) + "\n"
            try:
                self._file.write(line)
            except OSError as error:
                self._give_up(error)
        if self._waiting:
            with self._changed:
                self._changed.notify_all()

    def _give_up(self, error: OSError) -> None:
        """Go on without the file: who asks is to be answered, whatever becomes of the journal."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                file.close()
            self.note(f"the journal's file is written no further: {error.strerror}")

    def request(self, request: Received, status: int, operation: str, fixture: str, why: str) -> None:
        """Keep a request and how it was answered."""
        self.add(
            Entry(
                "request",
                request.method,
                request.path,
                request.query_string,
                request.raw_headers,
                request.body,
                status,
                operation,
                fixture,
                why,
            )
        )

    def note(self, words: str) -> None:
        """A word in the log that is about no request."""
        if self._log is not None:
            self._log(f"{time.strftime('%H:%M:%S')}  {words}")

    def entries(self, kind: str | None = None, since: int = 0) -> list[Entry]:
        """The entries that are kept, of one kind, after a number."""
        while True:
            try:
                listed = list(self._entries)
                break
            except RuntimeError:  # the server added one while we copied
                continue
        return [item for item in listed if item.number > since and (kind is None or item.kind == kind)]

    def shown(self, since: int = 0) -> list[dict[str, object]]:
        """The entries as JSON."""
        return [entry.shown(self.redactor) for entry in self.entries(since=since)]

    def clear(self) -> None:
        """Forget the entries."""
        self._entries.clear()

    def wait(self, found: Callable[[], bool], timeout: float) -> bool:
        """Wait until `found` says so, at most `timeout` seconds; False where it never did."""
        until = time.monotonic() + timeout
        with self._changed:
            self._waiting += 1
            try:
                while not found():
                    left = until - time.monotonic()
                    if left <= 0:
                        return False
                    # an entry may come between the question and the wait: look again soon
                    self._changed.wait(min(left, 0.05))
                return True
            finally:
                self._waiting -= 1

    def flush(self) -> None:
        """Write out what is buffered."""
        if self._file is not None:
            try:
                self._file.flush()
            except OSError as error:
                self._give_up(error)

    def close(self) -> None:
        """Write out what is buffered, and close the file."""
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None
