"""The nodes of a connector.

Every node has `at` (its place), `address` (its name in the connector's own terms) and `connector`.
Nodes are built by `connlint.connector.build`; a part whose value has the wrong kind is left out,
alone (schema-violation reports it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast, overload

from connlint.connector import addresses, types
from connlint.connector.bodies import Body, parse_form, parse_json
from connlint.connector.templates import (
    HOLE,
    HoleSpan,
    Malformed,
    Parts,
    malformed,
    may_be_malformed,
    names_in,
    parted,
    scan,
)
from connlint.reading import Document, Location
from connlint.record import once
from connlint.source import Source, Span

At = Location | tuple[Any, ...]
"""A place as a node is given it: a clean run asks for none of them, so most are made when asked for.
Until then it is one tuple, of the document and the steps of the pointer."""


class Node:
    """What every node has. `at` is its value's place; `address` names it."""

    __slots__ = ("_at",)

    _at: At

    @property
    def at(self) -> Location:
        at = self._at
        if type(at) is tuple:
            at = self._at = Location(at[0], at[1:])
        return cast(Location, at)

    @property
    def address(self) -> str:
        raise NotImplementedError

    @property
    def connector(self) -> Connector:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address})"


class Hole:
    """One hole of a template: `name`, its characters in the template's text, and its context.

    `context` says what it must render to: "path" (part of a URL path), "query", "header", "quoted"
    (inside a JSON string), "bare" (a JSON value), "key" (inside a key), "form", "file" (a part of a
    multipart body) or "text" (a body that is neither JSON nor a form, or does not parse).
    """

    __slots__ = ("end", "name", "start", "template")

    def __init__(self, template: Template, name: str, start: int, end: int) -> None:
        self.template = template
        self.name = name
        self.start = start
        self.end = end

    @property
    def at(self) -> Location:
        """The hole's characters, braces included."""
        return self.template.text_at.chars(self.start, self.end)

    @property
    def context(self) -> str:
        return self.template.context_of(self)

    @property
    def placeholder(self) -> Placeholder | None:
        """The declaration in scope, the template's own first."""
        return self.template.takes(self.name)

    @property
    def is_optional(self) -> bool:
        """Whether it is declared, and may render to nothing."""
        placeholder = self.template.takes(self.name)
        return placeholder is not None and not placeholder.required

    @property
    def address(self) -> str:
        return f"{self.template.address}{{{self.name}}}"


class Placeholder(Node):
    """A declared placeholder, the one of its template's list at `index`. `type` is None when it is absent or
    no text."""

    __slots__ = ("index", "name", "options", "owner", "required", "type")

    def __init__(
        self,
        owner: Template,
        index: int,
        name: str,
        type_: str | None,
        required: bool,
        options: list[object] | None,
    ) -> None:
        self.owner = owner
        self.index = index
        self.name = name
        self.type = type_
        self.required = required
        self.options = options

    @property
    def at(self) -> Location:
        return self.owner.at / "placeholders" / self.index

    @property
    def description(self) -> str | None:
        """What users read beside it; None when it is absent or no text."""
        value = self.at.value
        said = value.get("description") if isinstance(value, dict) else None
        return said if isinstance(said, str) else None

    @property
    def address(self) -> str:
        return f"{self.owner.address}{{{self.name}}}"

    @property
    def connector(self) -> Connector:
        return self.owner.connector

    @property
    def name_at(self) -> Location:
        """The value of `name`."""
        return self.at / "name"

    @property
    def required_at(self) -> Location:
        """What makes it required or optional: the member `required`; where that is absent, the name."""
        value = self.at.value
        if isinstance(value, dict) and "required" in value:
            return (self.at / "required").member
        return self.name_at


_FEW = 32
"""Placeholders that are copied into one scope."""


class Scope(Mapping[str, "Placeholder"]):
    """Placeholders of several long lists, the first list winning. Nothing is copied: one list may be lent to
    100,000 operations."""

    __slots__ = ("_layers",)

    def __init__(self, layers: list[dict[str, Placeholder]]) -> None:
        self._layers = layers

    def __getitem__(self, name: str) -> Placeholder:
        for layer in self._layers:
            if name in layer:
                return layer[name]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(name in layer for layer in self._layers)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for layer in self._layers for name in layer))

    def __len__(self) -> int:
        """How many names there are, those in two lists counted twice: enough for a bound."""
        return sum(len(layer) for layer in self._layers)


_NO_NAMES: frozenset[str] = frozenset()


class Template(Node):
    """A template: text with holes, and the placeholders it declares.

    `role` is "base", "endpoint", "path", "query", "header", "credential" or "body"; `name` the query's or
    header's name; `owner` the node it belongs to. `text_at` is the place of the text itself (the
    `value`, or the plain string that stands for a template).
    """

    __slots__ = (
        "__dict__",
        "_parts",
        "_wrapped",
        "declared",
        "hole_count",
        "hole_names",
        "name",
        "owner",
        "placeholders",
        "role",
        "text",
    )

    def __init__(
        self,
        owner: Service | Auth | Resource | Operation,
        role: str,
        name: str,
        at: At,
        text: str,
        wrapped: bool,
    ) -> None:
        self.owner = owner
        self.role = role
        self.name = name
        self._at = at
        self.text = text
        self._wrapped = wrapped
        self.placeholders: list[Placeholder] = []
        self.declared: dict[str, Placeholder] = {}
        """The placeholders that it declares itself, by name; of a name that stands twice, the first."""
        self._parts: Parts | None = None
        if "{{" in text:
            if role == "body":
                self._parts = parted(text)
                names = self._parts[2]
            else:
                names = names_in(text)
            self.hole_count = len(names)
            self.hole_names = frozenset(names)
        else:
            self.hole_count = 0
            self.hole_names = _NO_NAMES

    @property
    def text_at(self) -> Location:
        return self.at / "value" if self._wrapped else self.at

    @once
    def holes(self) -> tuple[Hole, ...]:
        if "{{" not in self.text:
            return ()
        return tuple([Hole(self, match[1], *match.span()) for match in HOLE.finditer(self.text)])

    @once
    def malformed(self) -> tuple[Malformed, ...]:
        """What was meant as a hole and is none."""
        if "{" not in self.text or not may_be_malformed(self.text, self.hole_count):
            return ()
        body = self.body
        broken = body is not None and body.error is not None
        url = self.role in ("base", "endpoint", "path")
        return tuple(malformed(self.text, self.scope.keys(), url=url, json=broken))

    @property
    def connector(self) -> Connector:
        return self.owner.connector

    @property
    def operation(self) -> Operation | None:
        """The operation it belongs to, if it belongs to one."""
        return self.owner if isinstance(self.owner, Operation) else None

    @property
    def address(self) -> str:
        owner = self.owner.address
        if self.role in ("query", "header"):
            part = "query" if self.role == "query" else "headers"
            return f"{owner}.{part}[{self.name}]"
        if self.role == "credential":
            return f"{owner}.{self.name}"
        return f"{owner}.{'baseURL' if self.role == 'base' else self.role}"

    def takes(self, name: str) -> Placeholder | None:
        """The placeholder that a hole of the name takes: what it declares itself goes before the rest of its
        scope."""
        return self.declared.get(name) or self.scope.get(name)

    @property
    def has_undeclared(self) -> bool:
        """Whether it has a hole that nothing in its scope declares."""
        names = self.hole_names
        return not (names <= self.declared.keys() or names <= self.scope.keys())

    @once
    def scope(self) -> Mapping[str, Placeholder]:
        """Every placeholder that this template may use: its own, then what the endpoint lends to operations
        and `auth.params` to headers."""
        layers = [self.declared] if self.placeholders else []
        endpoint = self.owner.resource.endpoint if isinstance(self.owner, Operation) else None
        if endpoint is not None and endpoint.placeholders:
            layers.append(endpoint.declared)
        if self.role in ("header", "credential") and self.connector.service is not None:
            auth = self.connector.service.auth
            if auth is not None and auth.declared:
                layers.append(auth.declared)
        if not layers:
            return {}
        if len(layers) == 1:
            return layers[0]
        if sum(map(len, layers)) > _FEW:
            return Scope(layers)
        merged: dict[str, Placeholder] = {}
        for layer in layers:
            # the first list's names come first, and its placeholders win
            merged = {**merged, **layer, **merged}
        return merged

    @once
    def body_kind(self) -> str:
        """What a body template is by its content type: "json", "form", "multipart" or "text".

        Where the service's header and its `contentType` differ (content-type-conflict), the text shows which
        of the two it follows.
        """
        operation = self.operation
        if operation is None:
            return body_kind(None)
        own = operation.own_content_type if operation.headers else None
        kind, other = self.connector.body_kinds
        if own is not None:
            return body_kind(own) if own else kind
        if other == kind:
            return kind
        start = self.text.lstrip()
        looks_like_json = start[:1] in ("{", "[") and not start.startswith("{{")
        return other if (other == "json") == looks_like_json else kind

    @once
    def body(self) -> Body | None:
        """The body as a tree; None when this is no body, or opaque text.

        In JSON that does not parse, what was meant as a hole is taken for one.
        """
        if self.role != "body":
            return None
        kind = self.body_kind
        if kind in ("form", "multipart"):
            return parse_form(self.text)
        if kind != "json":
            return None
        body = parse_json(self.text, numeric=self._numeric, parts=self._parts)
        if body.error is not None:
            meant = malformed(self.text, self.scope.keys(), json=True)
            if meant:
                spans = tuple(HoleSpan(item.name, item.start, item.end) for item in meant)
                return parse_json(self.text, meant=spans, numeric=self._numeric)
        return body

    def _numeric(self, name: str) -> bool:
        """Whether a hole of the name may render to digits: no structure and no boolean does."""
        placeholder = self.scope.get(name)
        if placeholder is None or placeholder.type is None:
            return True
        return not types.kinds(placeholder.type) <= {"boolean", "array", "object"}

    def context_of(self, hole: Hole) -> str:
        """See `Hole.context`."""
        if self.role != "body":
            return {"query": "query", "header": "header", "credential": "header"}.get(self.role, "path")
        body, kind = self.body, self.body_kind
        if body is None or (body.error is not None and body.root is None):
            return "text"
        if hole.start in body.keyed:
            return "key"
        if kind == "multipart" and hole.placeholder is not None and hole.placeholder.type == "Bytes":
            return "file"
        if kind in ("form", "multipart"):
            return "form"
        return "bare" if hole.start in body.bare else "quoted"


def body_kind(content_type: str | None) -> str:
    """What a body of this content type is: "json", "form", "multipart" or "text".

    Without a content type a body is JSON, the format's only published kind.
    """
    if content_type is None:
        return "json"
    media = content_type.partition(";")[0].strip().lower()
    if media in ("application/json", "text/json") or media.endswith("+json"):
        return "json"
    if media == "application/x-www-form-urlencoded":
        return "form"
    return "multipart" if media == "multipart/form-data" else "text"


class Auth(Node):
    """How a request proves who sends it. `params`: the method's templates, by path (`apiToken.token`)."""

    __slots__ = ("__dict__", "method", "params", "service")

    def __init__(self, service: Service, at: At, method: str | None) -> None:
        self.service = service
        self._at = at
        self.method = method
        self.params: dict[str, Template] = {}

    @property
    def address(self) -> str:
        return "service.auth"

    @property
    def connector(self) -> Connector:
        return self.service.connector

    @property
    def placeholders(self) -> list[Placeholder]:
        """The credentials it declares."""
        return [placeholder for template in self.params.values() for placeholder in template.placeholders]

    @once
    def declared(self) -> dict[str, Placeholder]:
        """The credentials by name; of a name that stands twice, the first."""
        found: dict[str, Placeholder] = {}
        for placeholder in self.placeholders:
            found.setdefault(placeholder.name, placeholder)
        return found

    @property
    def token(self) -> Template | None:
        """What `api_token` sends."""
        return self.params.get("apiToken.token")

    @property
    def header_name(self) -> Template | None:
        """The header in which `api_token` sends it."""
        return self.params.get("apiToken.headerName")


class Service(Node):
    """The service document: `handle`, `base_url`, `protocol`, `content_type`, `headers`, `auth`."""

    __slots__ = (
        "_connector",
        "auth",
        "base_url",
        "content_type",
        "document",
        "handle",
        "headers",
        "protocol",
    )

    def __init__(self, connector: Connector, document: Document, at: At, handle: str | None) -> None:
        self._connector = connector
        self.document = document
        self._at = at
        self.handle = handle
        self.base_url: Template | None = None
        self.protocol: str | None = None
        self.content_type: str | None = None
        self.headers: list[Template] = []
        self.auth: Auth | None = None

    @property
    def address(self) -> str:
        return "service"

    @property
    def connector(self) -> Connector:
        return self._connector

    @property
    def templates(self) -> Iterator[Template]:
        """The base URL, the headers and the credentials."""
        if self.base_url is not None:
            yield self.base_url
        yield from self.headers
        if self.auth is not None:
            yield from self.auth.params.values()


class Field(Node):
    """A named selector: of a resource's record, or of a webhook's payload.

    `selector` is None when it is no list of text. `type` is None when it is absent.
    """

    __slots__ = ("multivalue", "name", "owner", "selector", "twin", "type")

    def __init__(
        self,
        owner: Resource | Webhook,
        at: At,
        name: str,
        twin: str,
        type_: str | None,
        selector: tuple[str, ...] | None,
        multivalue: bool,
    ) -> None:
        self.owner = owner
        self._at = at
        self.name = name
        self.twin = twin
        self.type = type_
        self.selector = selector
        self.multivalue = multivalue

    @property
    def address(self) -> str:
        if isinstance(self.owner, Resource):
            return f"{self.owner.address}.fields[{self.twin}]"
        return f"{self.owner.address}.{addresses.quoted(self.name)}{self.twin[len(self.name) :]}"

    @property
    def connector(self) -> Connector:
        return self.owner.connector

    @property
    def in_payload(self) -> bool:
        """Whether it walks a delivery, not a record."""
        return isinstance(self.owner, Webhook)

    @property
    def selector_at(self) -> Location:
        return self.at / "selector"


class Fields(Sequence[Field]):
    """The fields of one resource or payload, made from what was read when somebody asks for one.

    In a clean connector without evidence nobody does: `Connector` knows the types and segments of them all,
    and `twins` whether a name comes twice.
    """

    __slots__ = ("_count", "_made", "_make", "twins")

    def __init__(self, count: int, twins: bool, make: Callable[[], list[Field]]) -> None:
        self._count = count
        self.twins = twins
        self._make = make
        self._made: list[Field] | None = None

    def _all(self) -> list[Field]:
        if self._made is None:
            self._made = self._make()
        return self._made

    @overload
    def __getitem__(self, index: int) -> Field: ...
    @overload
    def __getitem__(self, index: slice) -> list[Field]: ...
    def __getitem__(self, index: int | slice) -> Field | list[Field]:
        return self._all()[index]

    def __iter__(self) -> Iterator[Field]:
        return iter(self._all())

    def __len__(self) -> int:
        return self._count


NO_FIELDS = Fields(0, False, list)


class Webhook(Node):
    """An event that arrives at `path`, and the fields that its delivery is read by."""

    __slots__ = ("event", "path", "payload", "resource", "twin")

    def __init__(self, resource: Resource, at: At, event: str, twin: str, path: str | None) -> None:
        self.resource = resource
        self._at = at
        self.event = event
        self.twin = twin
        self.path = path
        self.payload = NO_FIELDS

    @property
    def address(self) -> str:
        return f"{self.resource.address}.webhooks[{self.twin}]"

    @property
    def connector(self) -> Connector:
        return self.resource.connector

    @property
    def event_at(self) -> Location:
        return self.at / "event"


class Operation(Node):
    """One operation of a resource: a method on endpoint + path, its query, headers and body."""

    __slots__ = ("_address", "body", "headers", "method", "name", "path", "query", "resource")

    def __init__(self, resource: Resource, at: At, name: str, method: str | None) -> None:
        self._address: str | None = None
        self.resource = resource
        self._at = at
        self.name = name
        self.method = method
        self.path: Template | None = None
        self.query: list[Template] = []
        self.headers: list[Template] = []
        self.body: Template | None = None

    @property
    def address(self) -> str:
        # fixtures look for theirs among all of them
        if self._address is None:
            self._address = addresses.operation(self.resource.address, self.name)
        return self._address

    @property
    def connector(self) -> Connector:
        return self.resource.connector

    @property
    def templates(self) -> Iterator[Template]:
        """Its own templates: path, query, headers, body."""
        if self.path is not None:
            yield self.path
        yield from self.query
        yield from self.headers
        if self.body is not None:
            yield self.body

    @property
    def method_at(self) -> Location:
        return self.at / "method"

    @property
    def content_type(self) -> str | None:
        """The Content-Type it sends: its own header, else the service's header, else `contentType`."""
        return self.own_content_type or self.connector.content_type

    @property
    def own_content_type(self) -> str | None:
        """Its own Content-Type header."""
        for header in self.headers:
            if header.name.lower() == "content-type":
                return header.text
        return None

    @property
    def url_path(self) -> str:
        """Endpoint and path as one template text, without the base URL, slashes as written."""
        endpoint = self.resource.endpoint.text if self.resource.endpoint is not None else ""
        return endpoint + (self.path.text if self.path is not None else "")

    @property
    def url_shape(self) -> str:
        """`url_path` with holes as `{}` and slashes tidied: URLs of one shape compare equal."""
        return url_shape(self.url_path)


def url_shape(text: str) -> str:
    """A URL path template with every hole as `{}`, one leading slash, none doubled or trailing."""
    shape, last = [], 0
    for hole in scan(text):
        shape.append(text[last : hole.start])
        shape.append("{}")
        last = hole.end
    shape.append(text[last:])
    return "/" + "/".join(part for part in "".join(shape).strip().split("/") if part)


class Resource(Node):
    """A resource: endpoint, record fields, operations, webhooks. `name` is its handle, `#2` on a twin."""

    __slots__ = ("_connector", "document", "endpoint", "fields", "handle", "name", "operations", "webhooks")

    def __init__(self, connector: Connector, document: Document, at: At, handle: str, name: str) -> None:
        self._connector = connector
        self.document = document
        self._at = at
        self.handle = handle
        self.name = name
        self.endpoint: Template | None = None
        self.fields = NO_FIELDS
        self.operations: list[Operation] = []
        self.webhooks: list[Webhook] = []

    @property
    def address(self) -> str:
        return addresses.quoted(self.handle) + self.name[len(self.handle) :]

    @property
    def connector(self) -> Connector:
        return self._connector

    @property
    def templates(self) -> Iterator[Template]:
        """The endpoint, and all templates of its operations."""
        if self.endpoint is not None:
            yield self.endpoint
        for operation in self.operations:
            yield from operation.templates

    @property
    def handle_at(self) -> Location:
        return self.at / "handle"


class Trigger:
    """A line `Triggers on: resource/event` of a page: its names unescaped, and its place."""

    __slots__ = ("at", "event", "resource")

    def __init__(self, at: Location, resource: str, event: str) -> None:
        self.at = at
        self.resource = resource
        self.event = event

    @property
    def address(self) -> str:
        return f"page.triggers[{self.resource}/{self.event}]"


class Page(Node):
    """A Markdown page: its text, the spans that are prose, and its trigger list.

    `document` is the carrier of the page's places (it holds no value of its own).
    """

    __slots__ = ("_connector", "document", "prose", "triggers")

    def __init__(self, connector: Connector, document: Document, prose: tuple[Span, ...]) -> None:
        self._connector = connector
        self.document = document
        self._at = document.root
        self.prose = prose
        self.triggers: list[Trigger] = []

    @property
    def source(self) -> Source:
        return self.document.source

    @property
    def address(self) -> str:
        return "page"

    @property
    def connector(self) -> Connector:
        return self._connector

    def place(self, start: int, end: int) -> Location:
        """A place in the page's text, by offsets."""
        return Location.at_span(self.document, Span(start, end))


class Connector(Node):
    """One connector: its documents and what they hold. `id` is its path (or its configured id)."""

    __slots__ = (
        "__dict__",
        "documents",
        "faulty",
        "field_types",
        "id",
        "page",
        "path",
        "resources",
        "segments",
        "service",
        "sources",
    )

    def __init__(self, id: str, path: str) -> None:
        self.id = id
        self.path = path
        """The folder's or the page's path, POSIX, relative to the working directory."""
        self.sources: list[Source] = []
        self.documents: list[Document] = []
        """The service and resources documents, and those that did not parse."""
        self.service: Service | None = None
        self.resources: list[Resource] = []
        self.page: Page | None = None
        self.faulty = False
        """Whether a part of it could not be read, so that what looks absent may only be unread."""
        self.field_types: set[object] = set()
        """What all fields say as their `type`, None of those that say nothing."""
        self.segments: set[str] = set()
        """Every segment of every selector, and perhaps more: what is not in here is in none."""

    @property
    def at(self) -> Location:
        # a connector stands where its first document does
        return self.documents[0].root

    @property
    def address(self) -> str:
        return "connector"

    @property
    def connector(self) -> Connector:
        return self

    @property
    def operations(self) -> Iterator[Operation]:
        for resource in self.resources:
            yield from resource.operations

    @property
    def webhooks(self) -> Iterator[Webhook]:
        for resource in self.resources:
            yield from resource.webhooks

    @property
    def fields(self) -> Iterator[Field]:
        """Record fields of all resources."""
        for resource in self.resources:
            yield from resource.fields

    @property
    def all_fields(self) -> Iterator[Field]:
        """Record fields of all resources, and the fields of their webhooks' payloads."""
        for resource in self.resources:
            yield from resource.fields
            for webhook in resource.webhooks:
                yield from webhook.payload

    @once
    def templates(self) -> tuple[Template, ...]:
        """Every template: the service's, then the resources'."""
        found = list(self.service.templates) if self.service is not None else []
        for resource in self.resources:
            # as `Resource.templates` has them, without its generators: every run asks for this
            if resource.endpoint is not None:
                found.append(resource.endpoint)
            for operation in resource.operations:
                if operation.path is not None:
                    found.append(operation.path)
                if operation.query:
                    found += operation.query
                if operation.headers:
                    found += operation.headers
                if operation.body is not None:
                    found.append(operation.body)
        return tuple(found)

    @once
    def text(self) -> str:
        """The text of all templates, a line each: to look for what almost none of them has."""
        return "\n".join([template.text for template in self.templates])

    @once
    def templates_with_malformed_holes(self) -> tuple[Template, ...]:
        """The templates in which something was meant as a hole and is none."""
        # no hole goes over the end of a line: what holds for all lines together holds for each
        if not may_be_malformed(
            self.text, sum([template.hole_count for template in self.templates_with_holes])
        ):
            return ()
        return tuple([template for template in self.templates if template.malformed])

    @once
    def templates_with_holes(self) -> tuple[Template, ...]:
        """The templates with at least one hole."""
        return tuple([template for template in self.templates if template.hole_names])

    @once
    def bodies(self) -> tuple[Template, ...]:
        """Every body template."""
        return tuple([template for template in self.templates if template.role == "body"])

    @once
    def templates_with_optional_holes(self) -> tuple[Template, ...]:
        """The templates with a hole whose value may be absent."""
        names = {placeholder.name for placeholder in self.placeholders if not placeholder.required}
        if not names:
            return ()
        found = []
        for template in self.templates_with_holes:
            for name in names & template.hole_names:
                placeholder = template.takes(name)
                if placeholder is not None and not placeholder.required:
                    found.append(template)
                    break
        return tuple(found)

    @once
    def placeholders(self) -> tuple[Placeholder, ...]:
        """Every declared placeholder."""
        return tuple([placeholder for template in self.templates for placeholder in template.placeholders])

    @once
    def content_type(self) -> str | None:
        """What requests carry unless an operation says otherwise."""
        if self.service is None:
            return None
        for header in self.service.headers:
            if header.name.lower() == "content-type":
                return header.text
        return self.service.content_type

    @once
    def body_kinds(self) -> tuple[str, str]:
        """What a body is by the connector's content type, and what by the service's `contentType`, if any."""
        kind = body_kind(self.content_type)
        service = self.service
        said = service.content_type if service is not None else None
        return kind, kind if said is None else body_kind(said)

    @once
    def base_path(self) -> str:
        """The path part of the base URL, without a trailing slash (`/v1`)."""
        service = self.service
        if service is None or service.base_url is None:
            return ""
        _, _, rest = service.base_url.text.partition("://")
        slash = rest.find("/")
        return "" if slash < 0 else rest[slash:].partition("?")[0].partition("#")[0].rstrip("/")

    def release(self) -> None:
        """Let go of everything it holds: nobody asks it again.

        Parts know their owners, so without this they would all wait for Python's cycle collector, which takes
        a tenth of a large run.
        """
        for template in self.templates:
            if template.placeholders:
                template.placeholders.clear()
                template.declared.clear()
            if template.hole_names:
                template.__dict__.clear()
        for resource in self.resources:
            for webhook in resource.webhooks:
                webhook.payload = NO_FIELDS
            for operation in resource.operations:
                operation.path = operation.body = None
                operation.query.clear()
                operation.headers.clear()
            resource.endpoint = None
            resource.fields = NO_FIELDS
            resource.operations.clear()
            resource.webhooks.clear()
        if self.service is not None:
            if self.service.auth is not None:
                self.service.auth.params.clear()
                self.service.auth.__dict__.clear()
            self.service.base_url = self.service.auth = None
            self.service.headers.clear()
        for held in (self.resources, self.documents, self.sources):
            held.clear()
        self.service = self.page = None
        self.__dict__.clear()
