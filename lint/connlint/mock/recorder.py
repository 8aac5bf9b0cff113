"""Recording: the same server as a proxy, which writes what passes as fixtures.

Requests go to the named upstream and nowhere else; redirects are handed on, not followed. What is written
holds no credential that is known: where one would be left, nothing is written.
"""

from __future__ import annotations

import base64
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from connlint.evidence.fixture_store import FixtureStore, Plan, write_plan
from connlint.evidence.har import LARGEST_INLINE, import_har
from connlint.evidence.redaction import Redactor
from connlint.evidence.streams import blocks_of
from connlint.files import CannotWrite
from connlint.mock.app import (
    OWN,
    Gone,
    Receive,
    Scope,
    Send,
    TooLarge,
    TooSlow,
    body_of,
    json_answer,
    send_answer,
)
from connlint.mock.origin import cross_site, unknown_host
from connlint.mock.received import Received, ReceivedPart

if TYPE_CHECKING:
    from pathlib import Path

    import httpx2

    from connlint.connector.model import Connector
    from connlint.evidence.bundle import Evidence

TIMEOUT: Final = 600.0
"""Seconds that the vendor has between two pieces of an answer."""
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of an answer that are recorded; a larger one passes through and is not written."""
_HOP: Final = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers of one connection, which a proxy does not hand on (RFC 9110, 7.6.1), and those of the body's
coding, which is undone on the way."""
_SHORTEST_GAP: Final = 0.001


class Passed(NamedTuple):
    """An answer that passed: the status, headers, and the pieces of the body with when they came."""

    status: int
    headers: list[tuple[str, str]]
    pieces: list[tuple[float, bytes]]
    began: float

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(data for _, data in self.pieces)


class Tally:
    """What a recording came to."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.redacted: Counter[str] = Counter()
        self.failed = 0
        """Exchanges that were not written for a credential's sake."""
        self.unwritten = 0
        """Exchanges that could not be written."""

    def words(self) -> str:
        """One line: what was written, what was replaced in it."""
        names = (
            ("new", "new"),
            ("replaces", "in place of a draft"),
            ("same", "same"),
            ("kept", "answered otherwise there"),
        )
        counted = [f"{self.outcomes[key]} {words}" for key, words in names if self.outcomes[key]]
        said = (", ".join(counted) or "nothing recorded") + "."
        if self.redacted:
            said += (
                " Redacted: " + ", ".join(f"{count} × {what}" for what, count in self.redacted.items()) + "."
            )
        if self.failed:
            said += f" NOT written, for a credential: {self.failed}."
        if self.unwritten:
            said += f" NOT written, for an error: {self.unwritten}."
        return said


class Recorder:
    """The proxy as an ASGI application. `hosts` are the names that it is known by; with None, pages of other
    sites are served too. `day` is what goes into `recorded:` (YYYY-MM-DD)."""

    def __init__(
        self,
        connector: Connector,
        evidence: Evidence,
        upstream: str,
        root: Path,
        *,
        day: str,
        log: Callable[[str], None] = lambda _line: None,
        client: httpx2.AsyncClient | None = None,
        clock: Callable[[], float] = time.monotonic,
        hosts: frozenset[str] | None = None,
    ) -> None:
        self._hosts = hosts
        self._connector = connector
        self._upstream = upstream.rstrip("/")
        self._root = root
        self._day = day
        self._log = log
        self._client = client
        self._clock = clock
        self._store = FixtureStore(root, evidence.fixtures)
        self._redactor = Redactor.of(connector, evidence.contract)
        self.tally = Tally()

    @property
    def client(self) -> httpx2.AsyncClient:
        """The HTTP client."""
        if self._client is None:
            import httpx2

            self._client = httpx2.AsyncClient(
                follow_redirects=False, timeout=httpx2.Timeout(TIMEOUT, connect=15.0), trust_env=False
            )
        return self._client

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            await self._handle(scope, receive, send)
        except Gone:
            return

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await body_of(scope, receive, LARGEST)
        except TooLarge:
            await send_answer(
                json_answer({"error": "the body is too large"}, 413), receive, send, delay=False
            )
            return
        except TooSlow:
            await send_answer(
                json_answer({"error": "the body did not come in time"}, 408), receive, send, delay=False
            )
            return
        request = Received.of_scope(scope, body)
        if not request.path.startswith("/") or request.path.startswith(OWN):
            await send_answer(
                json_answer({"error": "nothing is here while recording"}, 404), receive, send, delay=False
            )
            return
        foreign = unknown_host(request, self._hosts)
        if foreign is None and self._hosts is not None and cross_site(request):
            foreign = "nothing is passed on, or recorded, for a page of another site"
        if foreign is not None:
            self._log(f"{_clock()}  {request.method:<4} {request.path:<34} 403  {foreign}")
            await send_answer(json_answer({"error": foreign}, 403), receive, send, delay=False)
            return
        try:
            passed = await self._pass(request, send)
        except _Unreachable as error:
            self._log(f"{_clock()}  {request.method:<4} {request.path:<34} ---  {error}")
            await send_answer(json_answer({"error": str(error)}, 502), receive, send, delay=False)
            return
        self._record(request, passed)

    async def _pass(self, request: Received, send: Send) -> Passed:
        """Send a request on, and its answer back, piece by piece. Raises _Unreachable."""
        import httpx2

        headers = [
            (name, value)
            for name, value in ((key.decode("latin-1"), raw) for key, raw in request.raw_headers)
            if name not in _HOP and name != "accept-encoding"
        ]
        url = self._upstream + self._inner(request.path)
        if request.query_string:
            url += f"?{request.query_string}"
        built = self.client.build_request(
            request.method,
            url,
            headers=[(name.encode("latin-1"), value) for name, value in headers],
            content=request.body or None,
        )
        built.headers["accept-encoding"] = "identity"
        began = False
        try:
            response = await self.client.send(built, stream=True)
            passed = Passed(response.status_code, list(response.headers.multi_items()), [], self._clock())
            given = [
                (name.encode("latin-1"), value.encode("latin-1"))
                for name, value in passed.headers
                if name.lower() not in _HOP
            ]
            await send({"type": "http.response.start", "status": passed.status, "headers": given})
            began = True
            size = 0
            try:
                async for piece in response.aiter_bytes():
                    size += len(piece)
                    if size <= LARGEST:
                        passed.pieces.append((self._clock(), piece))
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            finally:
                await response.aclose()
            await send({"type": "http.response.body", "body": b""})
        except httpx2.HTTPError as error:
            if began:
                self._log(
                    f"{_clock()}  {request.method:<4} {request.path:<34} the answer broke off: not recorded"
                )
                raise Gone from error
            raise _Unreachable(
                f"the upstream cannot be reached: {str(error) or type(error).__name__}"
            ) from error
        if size > LARGEST:
            most = f"larger than {LARGEST // 2**20} MiB: not recorded"
            self._log(f"{_clock()}  {request.method:<4} {request.path:<34} {most}")
            raise Gone
        return passed

    def _inner(self, path: str) -> str:
        base = self._connector.base_path
        return path[len(base) :] if base and (path == base or path.startswith(f"{base}/")) else path

    # --- what is written

    def _record(self, request: Received, passed: Passed) -> None:
        shown = f"{request.method:<4} {self._redactor.text(request.path):<34} {passed.status}"
        found = self._document(request, passed)
        if isinstance(found, str):
            self._log(f"{_clock()}  {shown}  not recorded, {found}")
            return
        document, others = found
        plan = self._store.recording(document, others)
        self.tally.redacted += self._redactor.counts
        leak = any(self._redactor.leaks(data) for _, data in ((plan.file, plan.text.encode()), *plan.others))
        response = document["response"]
        assert isinstance(response, dict)
        stream = response.get("stream")
        what = f" stream of {len(stream)}" if isinstance(stream, list) else ""
        if leak:
            self._store.withdraw()
            self.tally.failed += 1
            self._log(f"{_clock()}  {shown}{what}  NOT written: {plan.file} would still hold a credential")
            return
        try:
            write_plan(self._root, plan)
        except CannotWrite as error:
            self._store.withdraw()
            self.tally.unwritten += 1
            self._log(f"{_clock()}  {shown}{what}  NOT written: {error}")
            return
        self.tally.outcomes[plan.outcome] += 1
        self._log(f"{_clock()}  {shown}{what}  {_said(plan)}")

    def _document(
        self, request: Received, passed: Passed
    ) -> tuple[dict[str, object], tuple[tuple[str, bytes], ...]] | str:
        """The exchange as a fixture, credentials replaced; or why it becomes none."""
        entry = _entry(request, passed, self._url(request), self._day)
        archive = import_har({"log": {"entries": [entry]}}, self._connector, self._redactor)
        if not archive.recorded:
            return archive.left[0].why if archive.left else "it cannot be read"
        recorded = archive.recorded[0]
        document = recorded.document
        parts = urlsplit(self._upstream)
        document["recorded"] = f"{self._day} from {parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        response = document["response"]
        assert isinstance(response, dict)
        if isinstance(response.get("stream"), list):
            response["stream"] = with_gaps(response["stream"], passed)
        others = list(recorded.others)
        if request.kind == "multipart":
            asked = document.setdefault("request", {})
            assert isinstance(asked, dict)
            asked["multipart"] = _multipart(request.parts_or_none, self._redactor, others)
            # `request` stands before `response`, whoever put it there
            document["response"] = document.pop("response")
        return document, tuple(others)

    def _url(self, request: Received) -> str:
        """The address under the connector's own base URL, by which an operation is found."""
        service = self._connector.service
        base = (
            service.base_url.text
            if service is not None and service.base_url is not None
            else "https://upstream"
        )
        scheme, _, rest = base.partition("://")
        host = rest.partition("/")[0]
        name = host if "{" not in host else "upstream"
        return f"{scheme}://{name}{self._connector.base_path}{self._inner(request.path)}"


class _Unreachable(Exception):
    """The upstream does not answer; the message is for people."""


def _said(plan: Plan) -> str:
    words = {
        "new": "new",
        "replaces": "in place of a draft",
        "same": "same as",
        "kept": "answered otherwise in",
    }
    tail = ", not written" if plan.outcome in ("same", "kept") else ""
    return f"{words[plan.outcome]}  {plan.file}{tail}"


def _entry(request: Received, passed: Passed, url: str, day: str) -> dict[str, object]:
    """The exchange as an entry of an HTTP archive, which the import of archives reads."""
    posted: dict[str, object] = {}
    if request.body and request.kind != "multipart":
        posted = {
            "mimeType": request.header("content-type") or "",
            "text": request.body.decode("utf-8", "replace"),
        }
    query = parse_qsl(request.query_string, keep_blank_values=True)
    media = next((value for name, value in passed.headers if name.lower() == "content-type"), "")
    return {
        "startedDateTime": f"{day}T00:00:00Z",
        "request": {
            "method": request.method,
            "url": url,
            "headers": [{"name": name, "value": value} for name, value in request.headers.items()],
            "queryString": [{"name": name, "value": value} for name, value in query],
            "postData": posted,
        },
        "response": {
            "status": passed.status,
            "headers": [
                {"name": name, "value": value}
                for name, value in passed.headers
                if not name.lower().startswith("x-connlint-")
            ],
            "content": {
                "mimeType": media,
                "encoding": "base64",
                "size": len(passed.body),
                "text": base64.b64encode(passed.body).decode(),
            },
        },
    }


def with_gaps(items: list[Any], passed: Passed) -> list[dict[str, object]]:
    """A stream's items with the gaps in which they came: the time between their last bytes."""
    ends: list[float] = []
    text = passed.body.decode("utf-8", "replace")
    arrivals = iter(passed.pieces)
    came, have = passed.began, 0
    wanted = 0
    for block in blocks_of(text):
        wanted += len(block.encode("utf-8", "replace"))
        while have < wanted:
            piece = next(arrivals, None)
            if piece is None:
                break
            came, have = piece[0], have + len(piece[1])
        ends.append(came)
    if len(ends) != len(items):
        return items
    found: list[dict[str, object]] = []
    before = passed.began
    for item, end in zip(items, ends, strict=True):
        gap, before = end - before, end
        after = {"after": f"{round(gap * 1000)}ms"} if gap >= _SHORTEST_GAP else {}
        found.append({**after, **item})
    return found


def _multipart(
    parts: list[ReceivedPart], redactor: Redactor, others: list[tuple[str, bytes]]
) -> dict[str, object]:
    """The parts as a fixture holds them: text as text, small files in base64, large ones as files."""
    found: dict[str, object] = {}
    for part in parts:
        value = _part(part, redactor, others)
        if part.name not in found:
            found[part.name] = value
        else:
            before = found[part.name]
            found[part.name] = [*before, value] if isinstance(before, list) else [before, value]
    return found


def _part(part: ReceivedPart, redactor: Redactor, others: list[tuple[str, bytes]]) -> object:
    if part.filename is None:
        return redactor.parameter(part.name, part.text)
    held: dict[str, object] = {"filename": redactor.text(part.filename)}
    if part.content_type:
        held["content-type"] = part.content_type
    try:
        text = part.content.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    if (
        text is not None
        and not any(char < " " and char not in "\r\n\t" for char in text)
        and len(text) <= LARGEST_INLINE
    ):
        return {**held, "text": redactor.text(text)}
    if len(part.content) <= LARGEST_INLINE:
        return {**held, "base64": base64.b64encode(part.content).decode()}
    from hashlib import sha256

    name = f"files/upload.{sha256(part.content).hexdigest()[:8]}.bin"
    others.append((name, part.content))
    return {**held, "file": name}


def _clock() -> str:
    return time.strftime("%H:%M:%S")
