"""Fixtures made ready to be sent: bytes, headers and streams are prepared once, before the first request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.evidence.filling import fill, has_holes, settle
from connlint.evidence.fixture_files import content
from connlint.evidence.fixtures import Exchange, Fixture
from connlint.evidence.streams import StreamItem

if TYPE_CHECKING:
    from connlint.connector.model import Connector, Operation
    from connlint.evidence.fixtures import Response

FIXTURE_HEADER: Final = b"x-connlint-fixture"
_CONNECTION: Final = frozenset(
    {"connection", "content-length", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "date"}
)
"""Headers that belong to a connection, or to the exact bytes that were recorded: they are made anew."""
_ENCODED: Final = frozenset({"content-encoding"})

RawHeaders = list[tuple[bytes, bytes]]


class Chunk(NamedTuple):
    """A piece of a stream, and how long after the piece before it is sent (seconds)."""

    after: float
    data: bytes


class Answer:
    """What is sent: `status`, `headers` (without the body's length), `body`, or `stream`.

    `fixture` says where it comes from, `why` how it was chosen: both for people.
    """

    __slots__ = ("body", "fixture", "headers", "status", "stream", "value", "why")

    def __init__(
        self,
        status: int,
        headers: RawHeaders,
        body: bytes = b"",
        *,
        stream: tuple[Chunk, ...] | None = None,
        fixture: str = "",
        why: str = "",
        value: object = None,
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.stream = stream
        self.fixture = fixture
        self.why = why
        self.value = value

    def with_headers(self, *more: tuple[bytes, bytes]) -> Answer:
        """The same with more headers."""
        return Answer(
            self.status,
            [*self.headers, *more],
            self.body,
            stream=self.stream,
            fixture=self.fixture,
            why=self.why,
            value=self.value,
        )


def compact(value: object) -> bytes:
    """A value as the JSON of a body."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def header_pair(name: str, value: str) -> tuple[bytes, bytes]:
    """A header as ASGI sends it. What a header cannot hold is replaced."""
    clean = "".join(char if char >= " " and char != "\x7f" else " " for char in value)
    return name.lower().encode("latin-1", "replace"), clean.encode("latin-1", "replace")


class Ready:
    """One exchange of an `operation` fixture, ready to be answered."""

    def __init__(self, exchange: Exchange, operation: Operation) -> None:
        self.exchange = exchange
        self.fixture: Fixture = exchange.fixture
        self.operation = operation
        self.match = exchange.fixture.match
        response = exchange.response
        self.name = label(exchange.fixture)
        self.status = response.status
        self.headers = headers_of(response, self.name)
        body = response.body
        self.dynamic = body.kind in ("json", "stream") and has_holes(body.value)
        self._fixed: Answer | None = None if self.dynamic else self._made({})

    @property
    def reusable(self) -> bool:
        """Whether it answers every request alike."""
        return not self.dynamic and self.fixture.paginate is None

    def answer(self, facts: Mapping[str, object], query: Mapping[str, list[str]], why: str) -> Answer:
        """The answer to a request: its holes filled, its page cut."""
        made = self._fixed if self._fixed is not None else self._made(facts)
        paginate = self.fixture.paginate
        if paginate is not None and self.exchange.response.is_json:
            from connlint.evidence.paging import page_of

            page = page_of(made.value, paginate, {name: values[0] for name, values in query.items()})
            made = Answer(made.status, made.headers, compact(page), fixture=made.fixture, value=page)
        return Answer(
            made.status,
            made.headers,
            made.body,
            stream=made.stream,
            fixture=self.name,
            why=why,
            value=made.value,
        )

    def _made(self, facts: Mapping[str, object]) -> Answer:
        response = self.exchange.response
        body = response.body
        if body.kind == "json":
            value = fill_with_own(body.value, facts, self.exchange) if self.dynamic else body.value
            return Answer(self.status, self.headers, compact(value), fixture=self.name, value=value)
        if body.kind == "stream":
            items = fill_with_own(body.value, facts, self.exchange) if self.dynamic else body.value
            return Answer(self.status, self.headers, stream=chunks(items), fixture=self.name)
        data = content(self.fixture, body) if body.kind else b""
        return Answer(self.status, self.headers, data, fixture=self.name)


def fill_with_own(value: object, facts: Mapping[str, object], exchange: Exchange) -> object:
    """A value with its holes filled from the request; what that lacks, from the fixture's own request."""
    own = exchange.request.facts
    merged = {
        part: _laid_over(own.get(part), facts.get(part))
        for part in ("path", "query", "headers", "json", "form")
    }
    return settle(fill(value, merged))[0]


def _laid_over(base: object, top: object) -> object:
    if isinstance(base, Mapping) and isinstance(top, Mapping):
        return {**base, **top}
    return top if top is not None else base


def chunks(value: object) -> tuple[Chunk, ...]:
    """A stream's items as pieces to send; those without a gap between them go out together."""
    found: list[Chunk] = []
    for raw in value if isinstance(value, list) else []:
        item = StreamItem.read(raw)
        if item is None:
            continue
        data = item.text.encode("utf-8", "surrogatepass")
        if found and item.after <= 0:
            found[-1] = Chunk(found[-1].after, found[-1].data + data)
        else:
            found.append(Chunk(item.after, data))
    return tuple(found)


def headers_of(response: Response, name: str) -> RawHeaders:
    """An answer's headers as they are sent: without those of the connection, with the fixture's name."""
    # a fixture holds the body unpacked, whatever the recorded answer's encoding was
    dropped = _CONNECTION | _ENCODED
    found = [header_pair(key, value) for key, value in response.headers if key.lower() not in dropped]
    if response.content_type is not None and not any(key == b"content-type" for key, _ in found):
        found.insert(0, header_pair("content-type", response.content_type))
    return [*found, header_pair(FIXTURE_HEADER.decode(), name)]


def label(fixture: Fixture) -> str:
    """What the mock calls a fixture: target and variant, unique among the connector's."""
    return fixture.name


def ready_exchanges(connector: Connector, fixtures: Iterable[Fixture]) -> dict[str, list[Ready]]:
    """Every exchange by its operation's address; those of operations that the connector lacks are left out.

    Raises UnreadableBody where a body's file cannot be read.
    """
    operations = {operation.address: operation for operation in connector.operations}
    found: dict[str, list[Ready]] = {}
    for fixture in fixtures:
        if fixture.kind != "operation":
            continue
        for exchange in fixture.exchanges:
            operation = operations.get(exchange.operation)
            if operation is not None:
                found.setdefault(exchange.operation, []).append(Ready(exchange, operation))
    return found
