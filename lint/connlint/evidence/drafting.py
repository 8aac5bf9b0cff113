"""First fixtures for a connector, made from the contract's schemas and the shapes of the vendor's events.

An author without a key can start with them: the mock serves them. They prove nothing that the contract does
not, and say so (`drafted:`). The same input gives the same text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.connector.bodies import Node as BodyNode
from connlint.connector.templates import scan
from connlint.evidence.contract import is_json_media
from connlint.evidence.fixtures import PROVENANCES, form_text
from connlint.evidence.instances import Instances
from connlint.evidence.matching import contract_path, matched
from connlint.evidence.samples import Sampler
from connlint.evidence.shapes import Schemas, Shape
from connlint.reading.yaml_text import member_text, yaml_text

if TYPE_CHECKING:
    from connlint.connector.model import Connector, Operation, Resource
    from connlint.evidence.contract import Contract, ContractOperation, ContractResponse, Parameter
    from connlint.evidence.events import Events

RECORDS: Final = 3
"""Records of a drafted list: enough to see a second page when asked for small ones."""

_STREAM: Final = "text/event-stream"
_SAMPLE_BYTES: Final = "Y29ubmxpbnQgc2FtcGxlCg=="
_CURSORS: Final = ("after", "starting_after", "cursor", "after_id")
_TOKENS: Final = ("page_token", "pageToken", "next_token", "nextToken", "continuation", "cursor", "page")
_NEXT: Final = (
    "next_page_token",
    "nextPageToken",
    "next_cursor",
    "nextCursor",
    "next_token",
    "nextToken",
    "next_page",
)
_SIZES: Final = ("limit", "page_size", "pageSize", "per_page", "perPage", "max_results", "maxResults", "size")
_MORE: Final = ("has_more", "hasMore", "more")
_PHASES: Final = (
    re.compile(r"(?:^|[._])(?:created|start|started|begin)$"),
    re.compile(r"(?:^|[._])text[._]delta$"),
    re.compile(r"(?:^|[._])(?:completed|stop|stopped|finished|end)$"),
)


_NO_VALUE: Final = "no value of its shape could be made for"


class Draft(NamedTuple):
    """One drafted fixture: the file it belongs in (relative to `fixtures/`), what it is about, its text."""

    file: str
    target: str
    variant: str
    text: str


class NotDrafted(NamedTuple):
    """What was not drafted, and why: a phrase that the target's name follows ("the contract has no DELETE
    for"), and the rule that says more, where there is one."""

    target: str
    why: str
    rule: str = ""


class Drafts(NamedTuple):
    """What was drafted, operations first, and what was not."""

    operations: list[Draft]
    events: list[Draft]
    skipped: list[NotDrafted]

    @property
    def files(self) -> list[tuple[str, str]]:
        """File names and texts."""
        return [(draft.file, draft.text) for draft in (*self.operations, *self.events)]


def draft(
    connector: Connector,
    contract: Contract | None,
    events: Events | None,
    *,
    date: str,
    contract_name: str = "",
    events_name: str = "",
    only: Sequence[str] | None = None,
) -> Drafts:
    """Fixtures for the connector's operations (of the contract) and the official events (of the events
    document, else of the contract's `webhooks`).

    `only` names operations and events; None means all. `date` is the day that goes into `drafted:`; the
    names say from what (`contract.json 2.3.0`).
    """
    found = Drafts([], [], [])
    if contract is not None:
        drafter = _Drafter(
            connector, contract, f"{date} from {contract_name or contract.version or 'the contract'}"
        )
        for operation in connector.operations:
            if only is None or operation.address in only:
                drafter.operation(operation, found)
    origin = f"{date} from {(events_name if events is not None else contract_name) or 'the event list'}"
    for event in _official(contract, events):
        if only is None or event.name in only:
            _event(connector, event, origin, found)
    return found


class _Drafter:
    """Drafts the operations of one connector."""

    def __init__(self, connector: Connector, contract: Contract, origin: str) -> None:
        self._connector = connector
        self._contract = contract
        self._origin = origin
        self._ids = _ids(connector)
        self._sampler = Sampler(self._ids)
        self._instances = Instances(contract.schemas.references)

    def operation(self, operation: Operation, found: Drafts) -> None:
        """Draft what the contract says of one operation."""
        address = operation.address
        known = matched(operation, self._contract)
        if known is None:
            elsewhere = self._contract.methods(contract_path(operation, self._contract))
            why, rule = ("no path for", "unknown-operation")
            if elsewhere:
                why, rule = (f"no {operation.method} for", "wrong-method")
            found.skipped.append(NotDrafted(address, f"the contract has {why}", rule))
            return
        answer = min(known.successes, key=lambda response: response.status, default=None)
        if answer is None:
            found.skipped.append(NotDrafted(address, "the contract has no answer of success for"))
            return
        request, sent = self._request(operation, known)
        plain = [media for media in answer.content if media.partition(";")[0].strip().lower() != _STREAM]
        if plain or not answer.content:
            media = next((media for media in plain if is_json_media(media)), plain[0] if plain else "")
            self._plain(operation, known, answer, media, request, found)
        streamed = next((media for media in answer.content if media not in plain), None)
        if streamed is not None:
            self._streaming(operation, known, answer, streamed, request, sent, bool(plain), found)

    # --- requests

    def _request(self, operation: Operation, known: ContractOperation) -> tuple[dict[str, object], str]:
        """A request of the operation, and the kind of its body."""
        request: dict[str, object] = {}
        path = {hole.name: self._value_of(hole.name) for hole in scan(operation.url_path)}
        if path:
            request["path"] = path
        query: dict[str, object] = {}
        for parameter in known.parameters:
            if parameter.location == "query" and parameter.required:
                query.update(_asked(parameter, self._sampler.sample(parameter.shape, name=parameter.name)))
        if query:
            request["query"] = query
        kind, media = _request_media(operation, known)
        if kind:
            wanted = _template_keys(operation)
            value = self._sampler.sample(known.bodies[media], wanted, sent=True)
            if kind != "json" and not isinstance(value, dict):
                # a form that is no object has no pairs that could be told
                return request, ""
            if kind == "multipart" and isinstance(value, dict):
                value = _parts(known.bodies[media], value)
            if kind == "form" and isinstance(value, dict):
                value = {name: _pair(item) for name, item in value.items() if not isinstance(item, dict)}
            if kind == "json" and self._instances.contradictions(known.bodies[media], value):
                # nothing satisfies what the contract says of it
                return request, ""
            request[kind] = value
        return request, kind

    def _value_of(self, name: str) -> str:
        return self._ids.get(name) or f"{name.removesuffix('_id')}_1"

    # --- answers

    def _plain(
        self,
        operation: Operation,
        known: ContractOperation,
        answer: ContractResponse,
        media: str,
        request: dict[str, object],
        found: Drafts,
    ) -> None:
        response: dict[str, object] = {"status": _status(answer)}
        document: dict[str, object] = {"operation": operation.address, "drafted": self._origin}
        if media and is_json_media(media):
            shape = answer.content[media]
            body, paginate = self._body(operation, known, shape)
            if self._instances.contradictions(shape, body):
                found.skipped.append(NotDrafted(operation.address, _NO_VALUE))
                return
            if paginate:
                document["paginate"] = paginate
            if media != "application/json" and "*" not in media:
                response["headers"] = {"content-type": media}
            response["json"] = body
        elif media:
            name = "application/octet-stream" if "*" in media else media
            response["headers"] = {"content-type": name}
            textual = name.startswith("text/") or name.endswith(("xml", "yaml", "csv"))
            response.update({"text": "text"} if textual else {"base64": _SAMPLE_BYTES})
        document.update({"request": request, "response": response})
        found.operations.append(
            _draft(f"{file_name(operation.address)}.yaml", operation.address, "", document)
        )

    def _body(
        self, operation: Operation, known: ContractOperation, shape: Shape
    ) -> tuple[object, dict[str, object]]:
        """An answer's JSON, and how it pages where it is a list that does."""
        selectors = [field.selector for field in operation.resource.fields if field.selector]
        own_id = self._own_id(operation.resource)
        if operation.name == "delete":
            return self._sampler.sample(shape, id=own_id), {}
        if operation.name != "list":
            return self._sampler.sample(shape, selectors, id=own_id), {}
        records = shape.records()
        if records.shape is None:
            return self._sampler.sample(shape, id=own_id), {}
        listed = [
            self._sampler.sample(records.shape, selectors, id=_numbered(own_id, number + 1))
            for number in range(RECORDS)
        ]
        if records.key is None:
            enveloped = "array" in shape.kinds
            return (listed if enveloped else self._sampler.sample(shape, selectors, id=own_id)), {}
        body = self._sampler.sample(shape, [[records.key]], id=own_id)
        assert isinstance(body, dict)
        body[records.key] = listed
        paginate = _pagination(known, shape, records.key, listed)
        _settle(body, paginate, listed)
        return body, paginate

    def _own_id(self, resource: Resource) -> str:
        """What the resource's thing is called: as the path of its `read` calls it, else by its handle."""
        for name in ("read", "update", "delete"):
            operation = next((item for item in resource.operations if item.name == name), None)
            holes = scan(operation.path.text) if operation is not None and operation.path is not None else []
            if holes:
                return self._value_of(holes[-1].name)
        return f"{singular(resource.handle)}_1"

    def _streaming(
        self,
        operation: Operation,
        known: ContractOperation,
        answer: ContractResponse,
        media: str,
        request: dict[str, object],
        kind: str,
        is_variant: bool,
        found: Drafts,
    ) -> None:
        items = self._items(answer.content[media], self._own_id(operation.resource))
        shape = answer.content[media]
        if any(
            isinstance(item, dict) and self._instances.contradictions(shape, item.get("data"))
            for item in items
        ):
            found.skipped.append(NotDrafted(operation.address, _NO_VALUE))
            return
        match, asked = _asking_for_stream(known, request, kind)
        document: dict[str, object] = {"operation": operation.address}
        variant = "streaming" if is_variant else ""
        if is_variant:
            document["variant"] = variant
        document["drafted"] = self._origin
        if is_variant:
            document["match"] = match
        document["request"] = asked
        headers = {"content-type": media}
        document["response"] = {"status": _status(answer), "headers": headers, "stream": items}
        file = f"{file_name(operation.address)}{'.streaming' if is_variant else ''}.yaml"
        found.operations.append(_draft(file, operation.address, variant, document))

    def _items(self, shape: Shape, own_id: str) -> list[object]:
        """Items of a stream: of a union of events the first, a piece of text and the last, as far as told."""
        branches = [Shape.of_branches(shape.schemas, (branch,)) for branch in shape.branches]
        if len(branches) > len(_PHASES):
            named = [(branch, _event_name(branch)) for branch in branches]
            chosen = [
                min(((len(name), i) for i, (_, name) in enumerate(named) if phase.search(name)), default=None)
                for phase in _PHASES
            ]
            branches = [branches[found[1]] for found in chosen if found is not None] or branches[:1]
        items: list[object] = []
        for number, branch in enumerate(branches):
            lists = [
                [key.name] for key in branch.keys().values() if key.required and "array" in key.shape.kinds
            ]
            value = self._sampler.sample(branch, lists, id=own_id)
            if isinstance(value, dict) and value.get("sequence_number") == 0:
                value["sequence_number"] = number
            # some contracts describe the event's fields themselves
            own = (
                isinstance(value, dict)
                and "data" in value
                and value.keys() <= {"event", "data", "id", "retry"}
            )
            items.append(value if own else {"data": value})
        return items


class _Official(NamedTuple):
    """An official event: its name, the shape of its deliveries (None: not known), the handle of the resource
    that it belongs to, and what in a delivery says which event it is: a header, or a key of the body."""

    name: str
    shape: Shape | None
    resource: str | None
    header: str | None = None
    key: str | None = None


def official_names(contract: Contract | None, events: Events | None) -> tuple[str, ...]:
    """The events that can be drafted."""
    return tuple(event.name for event in _official(contract, events))


def _official(contract: Contract | None, events: Events | None) -> list[_Official]:
    if events is not None:
        header = events.event_name.header if events.event_name is not None else None
        return [
            _Official(
                event.name,
                None if event.shape is None else Schemas(event.shape).at(),
                event.resource,
                header=header,
            )
            for event in events
        ]
    found = contract.events.values() if contract is not None else ()
    return [_Official(event.name, event.payload, None, key=event.discriminator) for event in found]


def _event(connector: Connector, event: _Official, origin: str, found: Drafts) -> None:
    """Draft the delivery of one event."""
    shape = event.shape
    if shape is None:
        found.skipped.append(NotDrafted(event.name, "the events document has no shape for"))
        return
    webhook = next((item for item in connector.webhooks if item.event == event.name), None)
    wanted = [field.selector for field in webhook.payload if field.selector] if webhook is not None else []
    body = Sampler(_ids(connector)).sample(shape, wanted, id="evt_1")
    resource = event.resource or (webhook.resource.handle if webhook is not None else None)
    data = body.get("data") if isinstance(body, dict) else None
    if isinstance(data, dict) and data.get("id") == "evt_1" and resource is not None:
        # the delivery has an id of its own, and names the thing that it is about
        data["id"] = f"{singular(resource)}_1"
    if isinstance(body, dict) and event.key is not None:
        body[event.key] = event.name
    if Instances(shape.schemas.references).contradictions(shape, body):
        found.skipped.append(NotDrafted(event.name, _NO_VALUE))
        return
    delivery: dict[str, object] = {"json": body}
    if event.header is not None:
        delivery = {"headers": {event.header: event.name}, **delivery}
    document = {"event": event.name, "drafted": origin, "delivery": delivery}
    found.events.append(_draft(f"webhooks/{file_name(event.name)}.yaml", event.name, "", document))


# --- requests


def _request_media(operation: Operation, known: ContractOperation) -> tuple[str, str]:
    """The fixture's key for the body, and the contract's media type of it; two empty texts without a body."""
    if not known.bodies:
        return "", ""
    kinds = {media: _kind_of(media) for media in known.bodies}
    wanted = operation.body.body_kind if operation.body is not None else "json"
    for kind in (wanted, "json", "multipart", "form"):
        for media, its_kind in kinds.items():
            if its_kind == kind:
                return kind, media
    return "", ""


def _kind_of(media: str) -> str:
    name = media.partition(";")[0].strip().lower()
    if name == "multipart/form-data":
        return "multipart"
    if name == "application/x-www-form-urlencoded":
        return "form"
    return "json" if is_json_media(name) else ""


def _pair(value: object) -> object:
    """A form's value: text or a number, or a list of them."""
    return [_plain_part(item) for item in value] if isinstance(value, list) else _plain_part(value)


def _asked(parameter: Parameter, value: object) -> dict[str, object]:
    """A query parameter as a query holds it: the members of an object one by one (OpenAPI's `deepObject`, and
    an exploded `form`)."""
    if not isinstance(value, dict):
        return {parameter.name: _pair(value) if value != [] else ""}
    deep = parameter.style == "deepObject"
    return {
        f"{parameter.name}[{name}]" if deep else name: item
        if isinstance(item, (str, int, float))
        else form_text(item)
        for name, item in value.items()
    }


def _template_keys(operation: Operation) -> list[list[str]]:
    """The keys that the operation's body template sends, as selectors."""
    body = operation.body.body if operation.body is not None else None
    root: BodyNode | None = body.root if body is not None else None
    return [[key.name] for key, _ in root.members if key.name] if root is not None else []


def _parts(shape: Shape, value: dict[str, object]) -> dict[str, object]:
    """A multipart body's parts: what the contract calls binary becomes a small file."""
    keys = shape.keys()
    parts: dict[str, object] = {}
    for name, item in value.items():
        known = keys.get(name)
        if known is not None and "binary" in known.shape.formats:
            parts[name] = {"filename": "sample.bin", "base64": _SAMPLE_BYTES}
        elif isinstance(item, list):
            binary = (
                known is not None
                and known.shape.element is not None
                and "binary" in known.shape.element.formats
            )
            parts[name] = [
                {"filename": "sample.bin", "base64": _SAMPLE_BYTES} if binary else _plain_part(one)
                for one in item
            ]
        else:
            parts[name] = _plain_part(item)
    return parts


def _plain_part(value: object) -> object:
    return value if isinstance(value, (str, int, float)) else form_text(value)


def _asking_for_stream(
    known: ContractOperation, request: Mapping[str, object], kind: str
) -> tuple[dict[str, object], dict[str, object]]:
    """What tells a request for a stream from another, and such a request: the body's boolean `stream`, else
    the Accept header."""
    asked = dict(request)
    for shape in known.bodies.values():
        key = shape.keys().get("stream")
        body = asked.get(kind)
        if key is not None and "boolean" in key.shape.kinds and isinstance(body, dict):
            asked[kind] = {**body, "stream": True}
            part = "json" if kind == "json" else "form"
            return {part: {"stream": True}}, asked
    return {"headers": {"accept": _STREAM}}, {"headers": {"accept": _STREAM}, **asked}


# --- lists


def _pagination(
    known: ContractOperation, shape: Shape, key: str, listed: Sequence[object]
) -> dict[str, object]:
    """How a list pages, as far as names tell; empty when they do not."""
    query = known.parameters_in("query")
    body = shape.keys()
    with_ids = bool(listed) and all(isinstance(item, dict) and "id" in item for item in listed)
    paginate: dict[str, object] = {}
    cursor = next((name for name in _CURSORS if name in query), None)
    token = next((name for name in _TOKENS if name in query and "string" in query[name].shape.kinds), None)
    following = next((name for name in _NEXT if name in body), None)
    if token is not None and following is not None:
        paginate = {"cursor": token, "next": following}
    elif cursor is not None and with_ids:
        paginate = {"cursor": cursor, "id": "id"}
        for name in ("before", "ending_before", "before_id"):
            if name in query:
                paginate["before"] = name
                break
    else:
        for name in ("offset", "page"):
            if name in query and "integer" in query[name].shape.kinds:
                paginate = {name: name}
                break
    if not paginate:
        return {}
    more = next((name for name in _MORE if name in body), None)
    size = next((name for name in _SIZES if name in query), None)
    paginate = {"items": key, **paginate}
    if more is not None:
        paginate["more"] = more
    for name, meant in (("first_id", "first"), ("last_id", "last")):
        if name in body and with_ids:
            paginate[meant] = name
    if size is not None:
        paginate["size"] = size
        stated = _default_of(query[size].shape)
        if stated is not None:
            paginate["default"] = stated
    return paginate


def _default_of(shape: Shape) -> int | None:
    for branch in shape.branches:
        for schema in branch.objects:
            value = schema.get("default")
            if isinstance(value, int) and not isinstance(value, bool) and value > 0:
                return value
    return None


def _settle(body: dict[str, object], paginate: Mapping[str, object], listed: Sequence[object]) -> None:
    """Make flags and ids of a list's envelope true of the records in it."""
    ids = [item["id"] for item in listed if isinstance(item, dict) and "id" in item]
    for name in _MORE:
        if isinstance(body.get(name), bool):
            body[name] = False
    for name, id_ in (("first_id", ids[:1]), ("last_id", ids[-1:])):
        if (name in body or paginate.get(name.removesuffix("_id")) == name) and id_:
            body[name] = id_[0]


# --- names and text


def _ids(connector: Connector) -> dict[str, str]:
    """What the connector's things are called, by the names of the keys that hold their ids."""
    found: dict[str, str] = {}
    for resource in connector.resources:
        name = singular(resource.handle)
        found.setdefault(f"{name}_id", f"{name}_1")
        for operation in resource.operations:
            for hole in scan(operation.url_path):
                found.setdefault(hole.name, f"{hole.name.removesuffix('_id')}_1")
    return found


def singular(handle: str) -> str:
    """`batches` to `batch`, `files` to `file`: near enough for an id in a sample."""
    if handle.endswith("ies"):
        return f"{handle[:-3]}y"
    if handle.endswith(("ches", "shes", "sses", "xes")):
        return handle[:-2]
    return handle.removesuffix("s")


def _numbered(own_id: str, number: int) -> str:
    return f"{own_id.removesuffix('_1')}_{number}"


def _status(answer: ContractResponse) -> int:
    return int(answer.status) if answer.status.isdigit() else 200


def _event_name(shape: Shape) -> str:
    """The name that a stream's event says it has."""
    for word in ("type", "event"):
        walk = shape.walk((word,))
        value = walk.shape.constant if walk.shape is not None else None
        if isinstance(value, str):
            return value
    return ""


def file_name(name: str) -> str:
    """A name as a file's: letters, digits, dots, dashes and underscores."""
    return re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip(".-") or "fixture"


def _draft(file: str, target: str, variant: str, document: Mapping[str, object]) -> Draft:
    return Draft(file, target, variant, fixture_text(document))


_HEAD: Final = ("operation", "event", "scenario", "variant", "recorded", "written", "drafted", "note", "key")


# Words of plain characters; a colon inside one (`https://…`) is no mapping's.
_WORD: Final = r"[A-Za-z0-9_./()@+,:'-]*[A-Za-z0-9_./()@+,-]"
_PLAIN_ORIGIN: Final = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?: {_WORD})+")


def fixture_text(document: Mapping[str, object]) -> str:
    """A fixture as YAML that people like to read: what it is about first, then its parts, set apart."""
    head = [name for name in _HEAD if name in document]
    parts = ["# connlint fixture\n"]
    for name in head:
        value = document[name]
        plain = name in PROVENANCES and isinstance(value, str) and _PLAIN_ORIGIN.fullmatch(value)
        # it begins with a digit, which the writer quotes; this much is safe without
        parts.append(f"{name}: {value}\n" if plain else member_text(name, value))
    for name, value in document.items():
        if name not in head and value != {}:
            block = isinstance(value, Mapping)
            parts.append(f"\n{name}:\n{yaml_text(value, 2)}" if block else "\n" + member_text(name, value))
    return "".join(parts)
