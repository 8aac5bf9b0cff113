"""Fixtures: exchanges, deliveries and scenarios that a vendor's API was seen to make, or could make.

One format serves the linter, which proves selectors with it, and the mock server, which replays it.
Documents come in; `Fixture`s come out. A part of the wrong kind is left out alone (the schema reports it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from connlint.connector.addresses import Twins
from connlint.evidence.filling import fill, has_holes, merge_patch, settle
from connlint.evidence.streams import StreamItem, gap
from connlint.patterns import pattern
from connlint.reading import MISSING, Document, Location, Pointer

if TYPE_CHECKING:
    from pathlib import Path

BODY_KINDS: Final = ("json", "form", "multipart", "text", "base64", "file", "stream")
"""The keys that may hold a body. A request's are all but `stream`; an answer's all but the two forms."""
TARGETS: Final = ("operation", "event", "scenario")
PROVENANCES: Final = ("recorded", "written", "drafted")
_MEDIA: Final = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data",
    "text": "text/plain; charset=utf-8",
    "base64": "application/octet-stream",
    "file": "application/octet-stream",
    "stream": "text/event-stream",
}
_PROVENANCE: Final = pattern(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\s+(?:from|after|by|with)\b)?\s*(.*)", re.DOTALL
)

Json = object


class Provenance:
    """How a fixture came to be: `kind` is "recorded", "written", "drafted" or "" where it does not say;
    `date` as it is written, `source` what it came from."""

    __slots__ = ("date", "kind", "source")

    def __init__(self, kind: str, date: str, source: str) -> None:
        self.kind = kind
        self.date = date
        self.source = source

    @property
    def by_hand(self) -> bool:
        """Whether its author wrote it, after what the vendor says: no more than the vendor's own shape."""
        return self.kind == "written"

    @classmethod
    def read(cls, value: Mapping[str, object]) -> Provenance:
        """The provenance that a fixture states: `2026-11-20 from https://…`."""
        for kind in PROVENANCES:
            stated = value.get(kind)
            if isinstance(stated, str):
                match = _PROVENANCE.fullmatch(stated.strip())
                return cls(kind, match[1], match[2].strip()) if match else cls(kind, "", stated.strip())
        return cls("", "", "")


class Part:
    """One part of a multipart body: text, or a file with a name and a content type.

    `value` is its text, or the key (`text`, `base64`, `file`) and text of a file's content.
    """

    __slots__ = ("content", "content_type", "filename", "kind", "name")

    def __init__(
        self, name: str, kind: str, content: str, filename: str | None, content_type: str | None
    ) -> None:
        self.name = name
        self.kind = kind
        self.content = content
        self.filename = filename
        self.content_type = content_type

    @property
    def is_file(self) -> bool:
        """Whether it is sent as a file: it has a name of its own, or is no plain text."""
        return self.filename is not None or self.kind != "text"


class Body:
    """A body: its `kind` (of `BODY_KINDS`, or "" for none), what the fixture holds of it, and its place."""

    __slots__ = ("at", "kind", "value")

    def __init__(self, kind: str, value: object, at: Location | None) -> None:
        self.kind = kind
        self.value = value
        self.at = at

    @property
    def items(self) -> list[StreamItem]:
        """The items of a `stream`."""
        if self.kind != "stream" or not isinstance(self.value, list):
            return []
        return [item for item in map(StreamItem.read, self.value) if item is not None]

    @property
    def parts(self) -> list[Part]:
        """The parts of a `form` or `multipart` body; a list gives the name several parts."""
        if self.kind not in ("form", "multipart") or not isinstance(self.value, dict):
            return []
        return [
            _part(name, item)
            for name, value in self.value.items()
            for item in (value if isinstance(value, list) else [value])
        ]


def _part(name: str, value: object) -> Part:
    if isinstance(value, dict):
        filename, content_type = _text(value.get("filename")), _text(value.get("content-type"))
        for kind in ("text", "base64", "file"):
            content = value.get(kind)
            if isinstance(content, str):
                return Part(name, kind, content, filename, content_type)
        return Part(name, "text", "", filename, content_type)
    return Part(name, "text", form_text(value), None, None)


def form_text(value: object) -> str:
    """A value as a form or a query sends it: text as it is, all else as JSON writes it, null as nothing."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    from connlint.evidence.streams import compact

    return compact(value)


class Request:
    """What was asked: `path` values by placeholder, `query` (a value or a list), `headers`, the body."""

    __slots__ = ("body", "headers", "path", "query")

    def __init__(
        self,
        path: Mapping[str, object],
        query: Mapping[str, object],
        headers: tuple[tuple[str, str], ...],
        body: Body,
    ) -> None:
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body

    @property
    def facts(self) -> dict[str, object]:
        """What an answer's holes may refer to; what the fixture leaves out is not in it."""
        found: dict[str, object] = {}
        if self.path:
            found["path"] = dict(self.path)
        if self.query:
            found["query"] = dict(self.query)
        if self.headers:
            found["headers"] = dict(self.headers)
        if self.body.kind == "json":
            found["json"] = self.body.value
        elif self.body.kind in ("form", "multipart"):
            found["form"] = {part.name: part.content for part in self.body.parts}
        return found


class Response:
    """What was answered: `status`, `headers` (name and value, in order), the body."""

    __slots__ = ("at", "body", "headers", "status")

    def __init__(self, status: int, headers: tuple[tuple[str, str], ...], body: Body, at: Location) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.at = at

    @property
    def content_type(self) -> str | None:
        """The Content-Type it states, else what its body's kind goes out as; None without a body."""
        return header(self.headers, "content-type") or _MEDIA.get(self.body.kind)

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON."""
        return self.body.kind == "json"

    @property
    def ok(self) -> bool:
        """Whether the status is a success (2xx)."""
        return 200 <= self.status <= 299


def header(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """The first header of that name, in any case."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


class Exchange:
    """One call and its answer: of an `operation` fixture, or of one step of a scenario.

    `operation` is the operation's address. `json` is the answer's JSON with its holes filled as far as the
    fixture's own request tells; `unknown` are the places in it of which nothing is known: null stands there,
    or text with a hole left in.
    """

    __slots__ = (
        "__dict__",
        "_filled",
        "_sources",
        "at",
        "fixture",
        "operation",
        "request",
        "response",
        "step",
    )

    def __init__(
        self,
        fixture: Fixture,
        operation: str,
        request: Request,
        response: Response,
        at: Location,
        *,
        step: int | None = None,
        filled: object = MISSING,
        sources: tuple[Location, ...] = (),
    ) -> None:
        self.fixture = fixture
        self.operation = operation
        self._filled = filled
        self.request = request
        self.response = response
        self.at = at
        self.step = step
        self._sources = sources

    @cached_property
    def _settled(self) -> tuple[object, frozenset[Pointer]]:
        if self._filled is not MISSING:
            return settle(self._filled)
        if not self.response.is_json:
            return MISSING, frozenset()
        value = self.response.body.value
        if "{{" not in self.fixture.document.source.text or not has_holes(value):
            return value, frozenset()
        return settle(fill(value, self.request.facts))

    @property
    def json(self) -> object:
        """The answer's JSON, or `MISSING` when the answer is none."""
        return self._settled[0]

    @property
    def unknown(self) -> frozenset[Pointer]:
        """See the class."""
        return self._settled[1]

    @property
    def drafted(self) -> bool:
        """Whether it was generated, so that it proves no more than the contract does."""
        return self.fixture.provenance.kind == "drafted"

    def locate(self, pointer: Pointer = ()) -> Location:
        """Where a value of the answer's body is written; in a scenario, in the latest step that wrote it."""
        for source in self._sources:
            if _stands(source, pointer):
                return _below(source, pointer)
        source = self._sources[-1] if self._sources else self.response.at
        return _below(source, pointer)

    @property
    def name(self) -> str:
        """What messages call it: the fixture's file, and the step."""
        return self.fixture.file if self.step is None else f"{self.fixture.file}, step {self.step + 1}"


def _below(location: Location, pointer: Pointer) -> Location:
    for step in pointer:
        location = location / step
    return location


def _stands(location: Location, pointer: Pointer) -> bool:
    """Whether the document holds a value at the pointer below a location."""
    here: object = location.document.value
    for step in (*location.pointer, *pointer):
        if isinstance(step, str):
            if not isinstance(here, dict) or step not in here:
                return False
            here = here[step]
        else:
            if not isinstance(here, list) or step >= len(here):
                return False
            here = here[step]
    return True


class Delivery:
    """One delivery of an event: `json` is its body (or `MISSING`), `headers` what it adds."""

    __slots__ = ("at", "event", "fixture", "headers", "json")

    def __init__(
        self, fixture: Fixture, event: str, headers: tuple[tuple[str, str], ...], json: object, at: Location
    ) -> None:
        self.fixture = fixture
        self.event = event
        self.headers = headers
        self.json = json
        self.at = at

    @property
    def drafted(self) -> bool:
        """Whether it was generated, so that it proves no more than the events document does."""
        return self.fixture.provenance.kind == "drafted"

    @property
    def name(self) -> str:
        """What messages call it: the fixture's file."""
        return self.fixture.file

    def locate(self, pointer: Pointer = ()) -> Location:
        """Where a value of the body is written."""
        return _below(self.at / "json", pointer)


class Step:
    """One step of a scenario: an `operation` that is answered (`exchange`), or an event that it `delivers`.

    `after` is the wait before a delivery in seconds; `set` are values laid into the delivery, by dotted path.
    """

    __slots__ = ("after", "at", "changes", "delivers", "exchange", "operation", "set")

    def __init__(
        self,
        at: Location,
        *,
        operation: str | None = None,
        exchange: Exchange | None = None,
        changes: object = MISSING,
        delivers: str | None = None,
        after: float = 0.0,
        set: Mapping[str, object] | None = None,
    ) -> None:
        self.at = at
        self.operation = operation
        self.exchange = exchange
        self.changes = changes
        self.delivers = delivers
        self.after = after
        self.set = set or {}


class Match:
    """What a request must hold for the fixture to be chosen: values by name (`path`, `query`, `headers`,
    `form`) and a JSON value (`json`) whose members the request's body must have."""

    __slots__ = ("form", "headers", "json", "path", "query")

    def __init__(self, value: Mapping[str, object]) -> None:
        self.path = _mapping(value.get("path"))
        self.query = _mapping(value.get("query"))
        self.headers = _mapping(value.get("headers"))
        self.form = _mapping(value.get("form"))
        self.json: object = value.get("json", MISSING)

    def __bool__(self) -> bool:
        return bool(self.path or self.query or self.headers or self.form or self.json is not MISSING)


class Paginate:
    """How one list fixture answers page by page; `connlint.evidence.paging` does it.

    Query parameters: `cursor` (names the last item seen), `before` (the first), `page` or `offset` (numbers),
    `size`. Body: `items` (the way to the list, found by itself where it is the body's one list), `id` (the
    item's field that a cursor names), `more` (a flag), `next` (a place for the next cursor), `first` and
    `last` (places for the ids of the page's ends), `total`. `default` is the page size without `size`.
    """

    __slots__ = (
        "before",
        "cursor",
        "default",
        "first",
        "id",
        "items",
        "last",
        "more",
        "next",
        "offset",
        "page",
        "size",
        "total",
    )

    def __init__(self, value: Mapping[str, object]) -> None:
        self.cursor = _text(value.get("cursor"))
        self.before = _text(value.get("before"))
        self.page = _text(value.get("page"))
        self.offset = _text(value.get("offset"))
        self.size = _text(value.get("size"))
        default = value.get("default")
        self.default = (
            default if isinstance(default, int) and not isinstance(default, bool) and default > 0 else 20
        )
        self.id = _text(value.get("id")) or "id"
        self.items = _way(value.get("items"))
        self.more = _way(value.get("more"))
        self.next = _way(value.get("next"))
        self.first = _way(value.get("first"))
        self.last = _way(value.get("last"))
        self.total = _way(value.get("total"))


def _way(value: object) -> tuple[str, ...] | None:
    """A way into a body, as dotted text or a list of keys."""
    if isinstance(value, str) and value:
        return tuple(value.split("."))
    if isinstance(value, list) and all(isinstance(step, str) for step in value):
        return tuple(value)
    return None


class Fixture:
    """One fixture document.

    `kind` is "operation", "event", "scenario", or "" when its keys do not say; `target` the operation's
    address, the event's or the scenario's name. `file` is its path as people see it; `name` is unique among
    the fixtures loaded with it; `path` and `root` are the file's and the fixtures folder's real paths.
    """

    def __init__(
        self, document: Document, name: str, path: Path | None = None, root: Path | None = None
    ) -> None:
        value = document.value
        self.document = document
        self.name = name
        self.path = path
        self.root = root
        self.value: Mapping[str, object] = value if isinstance(value, dict) else {}
        self.kind, self.target = target_of(self.value)
        self.variant = _text(self.value.get("variant"))
        self.provenance = Provenance.read(self.value)
        self.match = Match(_mapping(self.value.get("match")))
        paginate = self.value.get("paginate")
        self.paginate = Paginate(paginate) if isinstance(paginate, dict) else None
        self.key = _way(self.value.get("key"))
        """In a scenario: where an answer holds the id of the thing that it is about."""

    @property
    def at(self) -> Location:
        """The document's root."""
        return self.document.root

    @property
    def target_at(self) -> Location:
        """Where the target is named."""
        return self.document / self.kind if self.kind else self.document.root

    @property
    def address(self) -> str:
        """`fixtures[chat_completions.create.streaming]`."""
        return f"fixtures[{self.name}]"

    @property
    def file(self) -> str:
        """The file's path, as people see it."""
        return self.document.source.path

    @property
    def proves(self) -> bool:
        """Whether it is evidence of its own: recorded, or written by hand from a source."""
        return self.provenance.kind in ("recorded", "written")

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """A scenario's steps; none for other fixtures."""
        return tuple(_steps(self)) if self.kind == "scenario" else ()

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The calls and answers in it: one of an `operation`, one of each answered step of a scenario."""
        if self.kind == "scenario":
            return tuple(step.exchange for step in self.steps if step.exchange is not None)
        if self.kind != "operation" or not isinstance(self.value.get("response"), dict):
            return ()
        at = self.document.root
        request = _request(self.value.get("request"), at / "request")
        response = _response(self.value["response"], at / "response")
        sources = (at / "response" / "json",) if response.is_json else ()
        return (Exchange(self, self.target, request, response, at, sources=sources),)

    @cached_property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The deliveries in it: one of an `event`."""
        delivery = self.value.get("delivery")
        if self.kind != "event" or not isinstance(delivery, dict):
            return ()
        at = self.document / "delivery"
        return (
            Delivery(self, self.target, _headers(delivery.get("headers")), delivery.get("json", MISSING), at),
        )

    def __repr__(self) -> str:
        return f"Fixture({self.name!r}, {self.file!r})"


def target_of(value: Mapping[str, object]) -> tuple[str, str]:
    """What a fixture is about: its kind and its target; two empty texts when its keys do not say."""
    for kind in TARGETS:
        target = value.get(kind)
        if isinstance(target, str) and target:
            return kind, target
    return "", ""


def is_whole(document: Document) -> bool:
    """Whether a document of evidence was read to its end: only then does it prove anything."""
    return all(fault.kind == "duplicate-key" for fault in document.faults)


def fixtures_of(documents: Iterable[Document]) -> tuple[Fixture, ...]:
    """Fixtures of documents that were read elsewhere (a test, an editor's text)."""
    twins = Twins()
    return tuple(
        Fixture(document, twins.name(name_of(document.value)), None, None)
        for document in documents
        if isinstance(document.value, dict)
    )


def name_of(value: object) -> str:
    """What a fixture is called by its content: its target, and its variant where it has one."""
    if not isinstance(value, dict):
        return "?"
    _, target = target_of(value)
    variant = _text(value.get("variant"))
    return f"{target or '?'}.{variant}" if variant else target or "?"


# --- what rules and the mock ask of many fixtures


def exchanges_of(fixtures: Iterable[Fixture], operation: str) -> list[Exchange]:
    """Every exchange of an operation, by its address."""
    return [
        exchange for fixture in fixtures for exchange in fixture.exchanges if exchange.operation == operation
    ]


def answers_of(fixtures: Iterable[Fixture], operation: str) -> list[Exchange]:
    """The exchanges that are evidence for an operation's fields: 2xx, recorded or written, no stream.

    Those whose `json` is `MISSING` are answers that are not JSON; they prove the whole body only.
    """
    return [
        exchange
        for exchange in exchanges_of(fixtures, operation)
        if exchange.response.ok
        and exchange.fixture.proves
        and exchange.response.body.kind not in ("stream", "")
    ]


def deliveries_of(fixtures: Iterable[Fixture], event: str) -> list[Delivery]:
    """The deliveries of an event that are evidence: recorded or written, with a JSON body."""
    return [
        delivery
        for fixture in fixtures
        for delivery in fixture.deliveries
        if delivery.event == event and fixture.proves and delivery.json is not MISSING
    ]


# --- reading the parts


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _headers(value: object) -> tuple[tuple[str, str], ...]:
    """Headers in order; a list gives one name several."""
    return tuple(
        (name, form_text(one))
        for name, item in _mapping(value).items()
        for one in (item if isinstance(item, list) else [item])
        if one is not None and not isinstance(one, (dict, list))
    )


def _body(value: Mapping[str, object], at: Location) -> Body:
    for kind in BODY_KINDS:
        if kind in value:
            return Body(kind, value[kind], at / kind)
    return Body("", None, None)


def _request(value: object, at: Location) -> Request:
    given = _mapping(value)
    return Request(
        _mapping(given.get("path")),
        _mapping(given.get("query")),
        _headers(given.get("headers")),
        _body(given, at),
    )


def _response(value: object, at: Location) -> Response:
    given = _mapping(value)
    return Response(_status(given.get("status"), 200), _headers(given.get("headers")), _body(given, at), at)


def _status(value: object, default: int) -> int:
    whole = isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599
    return value if whole and isinstance(value, int) else default


def _steps(fixture: Fixture) -> Iterator[Step]:
    """A scenario's steps, each answer with the changes laid over those before it.

    Holes are filled by the request of the step that wrote them.
    """
    raw = fixture.value.get("steps")
    before: Response | None = None
    value: object = {}
    sources: tuple[Location, ...] = ()
    for index, item in enumerate(raw if isinstance(raw, list) else []):
        if not isinstance(item, dict):
            continue
        at = fixture.document / "steps" / index
        delivers, operation = _text(item.get("delivers")), _text(item.get("operation"))
        if delivers is not None:
            waits = gap(item.get("after")) or 0.0
            yield Step(at, delivers=delivers, after=waits, set=_mapping(item.get("set")))
        if delivers is not None or operation is None:
            continue
        request = _request(item.get("request"), at / "request")
        given = _mapping(item.get("response"))
        response = _response(given, at / "response")
        changes = given.get("changes", MISSING)
        filled: object = MISSING
        if changes is not MISSING:
            sources = (at / "response" / "changes", *sources)
            filled = value = merge_patch(value, _filled(changes, request))
            response = _changed(response, given, before, value)
        elif response.is_json:
            sources = (at / "response" / "json",)
            filled = value = _filled(response.body.value, request)
        if filled is not MISSING:
            before = response
        places = sources if filled is not MISSING else ()
        exchange = Exchange(
            fixture, operation, request, response, at, step=index, filled=filled, sources=places
        )
        yield Step(at, operation=operation, exchange=exchange, changes=changes)


def _filled(value: object, request: Request) -> object:
    return fill(value, request.facts) if has_holes(value) else value


def _changed(
    response: Response, given: Mapping[str, object], before: Response | None, value: object
) -> Response:
    """A step that states `changes`: status and headers are those of the step before, unless it says."""
    status = _status(given.get("status"), before.status if before is not None else 200)
    headers = response.headers or (before.headers if before is not None else ())
    return Response(status, headers, Body("json", settle(value)[0], response.at / "changes"), response.at)
