"""The vendor's contract: an OpenAPI 3 document, asked for what a connector relies on.

A parsed value comes in; operations, parameters, bodies, events and security schemes come out, as shapes
that a selector or a body template can be held to. Everything is resolved when asked for, and once: OpenAI's
contract has 2,800 references, a connector touches a few dozen. The document is data from outside: broken
parts are read as absent, and nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.evidence.contract_names import KnownAs, Names, gather, known_as
from connlint.evidence.references import Node
from connlint.evidence.shapes import Schemas, Shape
from connlint.reading.document import Pointer
from connlint.text import distance, nearest

if TYPE_CHECKING:
    from connlint.evidence.instances import Instances

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

EVENT_KEYS: Final = ("type", "event", "event_type", "eventType", "event_name", "eventName", "topic")
"""Body keys that name a delivery's event, the likeliest first."""

_PARAMETER = re.compile(r"\{[^{}/]*\}")
_MOST_PATHS = 10_000
"""Paths whose operations are remembered; past it, all are forgotten."""
_LONGEST_PATH = 40
"""Segments of a path past which no nearest one is looked for."""


class SecurityScheme(NamedTuple):
    """A security scheme: its `type` (`apiKey`, `http`, `oauth2`, `openIdConnect`), for `http` the `scheme`
    (`bearer`, `basic`), for `apiKey` where it goes (`location`) and under which name (`key`)."""

    name: str
    type: str
    scheme: str
    location: str
    key: str
    description: str
    pointer: Pointer

    @property
    def header(self) -> str | None:
        """The request header that carries the credential, None when it travels elsewhere."""
        if self.type == "apiKey":
            return self.key if self.location == "header" else None
        return "Authorization" if self.type in ("http", "oauth2", "openIdConnect") else None


class Parameter(NamedTuple):
    """A parameter of an operation: `location` is `path`, `query`, `header` or `cookie`."""

    name: str
    location: str
    required: bool
    style: str
    explode: bool
    deprecated: bool
    description: str
    shape: Shape
    pointer: Pointer


class ContractResponse(NamedTuple):
    """An answer: its status as written (`200`, `2XX`, `default`), and the shape of each media type."""

    status: str
    description: str
    content: Mapping[str, Shape]
    pointer: Pointer


class ContractEvent(NamedTuple):
    """A webhook of the contract: the event's name as deliveries carry it, and the shape of a delivery.

    `key` is what the contract's `webhooks` call it; `discriminator` the body key that carries the name.
    """

    name: str
    key: str
    discriminator: str
    payload: Shape
    description: str
    deprecated: bool
    pointer: Pointer


class ContractOperation:
    """One method of one path."""

    def __init__(self, contract: Contract, path: str, method: str, item: Node, node: Node) -> None:
        self.contract = contract
        self.path = path
        self.method = method.upper()
        self.pointer = node.at
        self._item = item
        self._node = node
        self._value: dict[str, object] = _mapping(node.value)

    @property
    def name(self) -> str:
        """Method and path, as messages show it."""
        return f"{self.method} {self.path}"

    @property
    def operation_id(self) -> str:
        return _text(self._value.get("operationId"))

    @property
    def summary(self) -> str:
        """The vendor's summary, else the first line of its description."""
        summary = _text(self._value.get("summary")) or _text(self._value.get("description"))
        return summary.partition("\n")[0]

    @property
    def description(self) -> str:
        """The vendor's description, else its summary."""
        return _text(self._value.get("description")) or _text(self._value.get("summary"))

    @property
    def deprecated(self) -> bool:
        return self._value.get("deprecated") is True

    @cached_property
    def servers(self) -> tuple[str, ...]:
        """The URLs that it is served at: its own, its path's, or the contract's."""
        for owner in (self._value, _mapping(self._item.value)):
            if owner.get("servers"):
                return _server_urls(owner["servers"])
        return self.contract.servers

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters and its path's, its own winning."""
        found: dict[tuple[str, str], Parameter] = {}
        for owner in (self._item, self._node):
            listed = _mapping(owner.value).get("parameters")
            for index, entry in enumerate(listed if isinstance(listed, list) else ()):
                parameter = self._parameter(entry, (*owner.at, "parameters", index))
                if parameter is not None:
                    found[parameter.location, parameter.name] = parameter
        return tuple(found.values())

    def parameters_in(self, location: str) -> dict[str, Parameter]:
        """Its parameters of one location, by name."""
        return {p.name: p for p in self.parameters if p.location == location}

    def query_parameter(self, name: str) -> Parameter | None:
        """The query parameter that takes a name: of that name, or an object or array written with
        brackets (`metadata[owner]`, `expand[]`)."""
        query = self.parameters_in("query")
        if name in query:
            return query[name]
        head, bracket, rest = name.partition("[")
        found = query.get(head) or query.get(f"{head}[]")
        if found is None or not bracket:
            return None
        wanted = "array" if rest.strip("]").isdigit() or rest == "]" else "object"
        return found if found.style == "deepObject" or wanted in found.shape.kinds else None

    def _parameter(self, entry: object, at: Pointer) -> Parameter | None:
        node = self.contract.schemas.references.follow(entry, at)
        if not isinstance(node, Node):
            return None
        value = _mapping(node.value)
        name, location = value.get("name"), value.get("in")
        if not isinstance(name, str) or not isinstance(location, str):
            return None
        schema, where = value.get("schema", True), (*node.at, "schema")
        content = value.get("content")
        if "schema" not in value and isinstance(content, dict):
            for media, entry_of in content.items():
                schema = _mapping(entry_of).get("schema", True)
                where = (*node.at, "content", media, "schema")
                break
        style = _text(value.get("style")) or ("form" if location in ("query", "cookie") else "simple")
        explode = value.get("explode")
        return Parameter(
            name=name,
            location=location,
            required=value.get("required") is True,
            style=style,
            explode=explode if isinstance(explode, bool) else style == "form",
            deprecated=value.get("deprecated") is True,
            description=_text(value.get("description")),
            shape=self.contract.schemas.shape(schema, where),
            pointer=node.at,
        )

    @cached_property
    def _body(self) -> Node | None:
        if "requestBody" not in self._value:
            return None
        node = self.contract.schemas.references.follow(
            self._value["requestBody"], (*self.pointer, "requestBody")
        )
        return node if isinstance(node, Node) else None

    @property
    def body_required(self) -> bool:
        """Whether a request must have a body."""
        return self._body is not None and _mapping(self._body.value).get("required") is True

    @cached_property
    def bodies(self) -> dict[str, Shape]:
        """The shape of the request's body by media type; empty when it takes none."""
        return {} if self._body is None else self.contract.content(self._body)

    @cached_property
    def responses(self) -> dict[str, ContractResponse]:
        """Its answers by status as written."""
        found: dict[str, ContractResponse] = {}
        listed = self._value.get("responses")
        for status, entry in (listed if isinstance(listed, dict) else {}).items():
            node = self.contract.schemas.references.follow(entry, (*self.pointer, "responses", status))
            if isinstance(node, Node):
                found[str(status)] = ContractResponse(
                    str(status),
                    _text(_mapping(node.value).get("description")),
                    self.contract.content(node),
                    node.at,
                )
        return found

    @cached_property
    def successes(self) -> tuple[ContractResponse, ...]:
        """The answers of success: those with a 2xx status, else `default`."""
        good = [r for status, r in self.responses.items() if status[:1] == "2" and len(status) == 3]
        if not good and "default" in self.responses:
            good = [self.responses["default"]]
        return tuple(good)

    @cached_property
    def answers(self) -> tuple[Shape, ...]:
        """The shapes of the JSON bodies of success."""
        return tuple(
            shape for r in self.successes for media, shape in r.content.items() if is_json_media(media)
        )

    @cached_property
    def other_media(self) -> tuple[str, ...]:
        """The media types of success that are not JSON (`audio/mpeg`, `text/event-stream`)."""
        return tuple(
            dict.fromkeys(media for r in self.successes for media in r.content if not is_json_media(media))
        )

    @cached_property
    def security(self) -> tuple[tuple[SecurityScheme, ...], ...]:
        """The choices of security schemes, each a set that is used together; an empty set: none is needed."""
        listed = self._value.get("security", self.contract.value.get("security"))
        return self.contract.security_of(listed)

    def __repr__(self) -> str:
        return f"ContractOperation({self.name!r})"


class Contract:
    """An OpenAPI 3.0 or 3.1 document.

    `value` is the parsed document; `name` what messages call it (a path). `fault` is None, or why it cannot
    serve as a contract: a sentence for a person. With a fault there are no paths, operations or events.
    `names` gives its names where they were gathered before.
    """

    def __init__(self, value: object, name: str = "", names: Callable[[], Names] | None = None) -> None:
        self.name = name
        self._names = names
        self.fault = _fault(value)
        self.value: dict[str, object] = _mapping(value) if self.fault is None else {}
        self.schemas = Schemas(self.value)
        self._operations: dict[tuple[str, str], ContractOperation | None] = {}
        self._methods: dict[str, dict[str, ContractOperation]] = {}

    @cached_property
    def instances(self) -> Instances:
        """Holds values to its shapes."""
        from connlint.evidence.instances import Instances

        return Instances(self.schemas.references)

    # --- about the document

    @property
    def openapi(self) -> str:
        """The version of OpenAPI that it says it follows."""
        return str(self.value.get("openapi", ""))

    @property
    def title(self) -> str:
        return _text(_mapping(self.value.get("info")).get("title"))

    @property
    def version(self) -> str:
        """The vendor's version of the document."""
        version = _mapping(self.value.get("info")).get("version", "")
        return str(version) if isinstance(version, (str, int, float)) else ""

    @cached_property
    def servers(self) -> tuple[str, ...]:
        """The URLs of its servers, variables replaced by their defaults; relative ones as written."""
        return _server_urls(self.value.get("servers"))

    @cached_property
    def security_schemes(self) -> dict[str, SecurityScheme]:
        """Its security schemes by name."""
        found: dict[str, SecurityScheme] = {}
        schemes = _mapping(_mapping(self.value.get("components")).get("securitySchemes"))
        for name, entry in schemes.items():
            node = self.schemas.references.follow(entry, ("components", "securitySchemes", name))
            if isinstance(node, Node) and isinstance(node.value, dict):
                value = node.value
                found[name] = SecurityScheme(
                    name=name,
                    type=_text(value.get("type")),
                    scheme=_text(value.get("scheme")).lower(),
                    location=_text(value.get("in")),
                    key=_text(value.get("name")),
                    description=_text(value.get("description")),
                    pointer=node.at,
                )
        return found

    def security_of(self, listed: object) -> tuple[tuple[SecurityScheme, ...], ...]:
        """The choices that the value of a `security` keyword states."""
        schemes = self.security_schemes
        return tuple(
            tuple(schemes[name] for name in choice if name in schemes)
            for choice in (listed if isinstance(listed, list) else ())
            if isinstance(choice, dict)
        )

    # --- paths

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Its path templates as written, in its order."""
        return tuple(path for path in _mapping(self.value.get("paths")) if path.startswith("/"))

    @cached_property
    def _shapes(self) -> dict[str, list[str]]:
        """Path templates by shape. One with a query (`/responses?beta=true`) comes after those without."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.paths, key=lambda path: "?" in path or "#" in path):
            found.setdefault(path_shape(path), []).append(path)
        return found

    @cached_property
    def _by_length(self) -> dict[int, list[tuple[tuple[str, ...], str]]]:
        """Shapes with parameters, as segments, by how many there are; literal segments sort first."""
        found: dict[int, list[tuple[tuple[str, ...], str]]] = {}
        for shape in self._shapes:
            segments = tuple(shape.split("/")[1:])
            found.setdefault(len(segments), []).append((segments, shape))
        for entries in found.values():
            entries.sort(key=lambda entry: tuple("{}" in segment for segment in entry[0]))
        return found

    def matches(self, path: str) -> Iterator[str]:
        """The path templates that a connector's path can mean, the most literal first.

        `path` has `{}` or `{name}` for its holes and no base path. A hole stands for a parameter only; a
        literal segment matches the same segment before it matches a parameter.
        """
        shape = path_shape(path)
        yield from self._shapes.get(shape, ())
        segments = shape.split("/")[1:]
        for candidate, key in self._by_length.get(len(segments), ()):
            if key != shape and all(map(_segment_fits, candidate, segments)):
                yield from self._shapes[key]

    def methods(self, path: str) -> dict[str, ContractOperation]:
        """The operations at a connector's path, by method (upper case); empty when no path matches."""
        known = self._methods.get(path)
        if known is None:
            if len(self._methods) >= _MOST_PATHS:
                self._methods.clear()
            known = self._methods[path] = self._read_methods(path)
        return known

    def _read_methods(self, path: str) -> dict[str, ContractOperation]:
        for template in self.matches(path):
            found = {
                operation.method: operation
                for method in METHODS
                if (operation := self.operation_at(template, method)) is not None
            }
            if found:
                return found
        return {}

    def operation(self, method: str, path: str) -> ContractOperation | None:
        """The operation at a connector's path with that method, None when there is none."""
        for template in self.matches(path):
            found = self.operation_at(template, method.lower())
            if found is not None:
                return found
        return None

    def operations(self) -> Iterator[ContractOperation]:
        """Every operation, in the document's order."""
        for path in self.paths:
            for method in METHODS:
                operation = self.operation_at(path, method)
                if operation is not None:
                    yield operation

    def nearest_path(self, path: str) -> str | None:
        """The one path template that a path is most likely a mistake for, None when there is none.

        Near is a misspelling, or one segment that is missing, extra or another one.
        """
        shape = path_shape(path)
        named = nearest(shape, self._shapes)
        if named is not None:
            return self._shapes[named][0]
        segments = shape.split("/")[1:]
        if len(segments) > _LONGEST_PATH:
            return None
        best: list[tuple[int, str]] = []
        for length in (len(segments) - 1, len(segments), len(segments) + 1):
            for candidate, key in self._by_length.get(length, ()):
                same = _in_common(segments, candidate)
                literal = any("{}" not in segment for segment in same)
                if literal and len(same) >= max(len(segments), length) - 1:
                    best.append((distance(shape, key, 200), key))
        best.sort()
        if not best or (len(best) > 1 and best[0][0] == best[1][0]):
            return None
        return self._shapes[best[0][1]][0]

    def operation_at(self, path: str, method: str) -> ContractOperation | None:
        """The operation of a path template as written, with a method in lower case."""
        key = (path, method)
        if key not in self._operations:
            self._operations[key] = self._read_operation(path, method)
        return self._operations[key]

    def _read_operation(self, path: str, method: str) -> ContractOperation | None:
        paths = _mapping(self.value.get("paths"))
        item = self.schemas.references.follow(paths[path], ("paths", path))
        if method not in METHODS or not isinstance(item, Node) or not isinstance(item.value, dict):
            return None
        found = item.value.get(method)
        if not isinstance(found, dict):
            return None
        return ContractOperation(self, path, method, item, Node(found, (*item.at, method)))

    def content(self, owner: Node) -> dict[str, Shape]:
        """The shapes of a request body's or response's `content`, by media type."""
        found: dict[str, Shape] = {}
        for media, entry in _mapping(_mapping(owner.value).get("content")).items():
            schema = _mapping(entry).get("schema", True)
            found[media] = self.schemas.shape(schema, (*owner.at, "content", media, "schema"))
        return found

    # --- events

    @cached_property
    def events(self) -> dict[str, ContractEvent]:
        """Its webhooks by the event's name as a delivery carries it (the `const` or `enum` of a body key such
        as `type`), in the document's order."""
        return {event.name: event for event in self._webhooks[0]}

    @property
    def unnamed_webhooks(self) -> tuple[str, ...]:
        """Keys of webhooks whose deliveries carry no name that the contract knows."""
        return self._webhooks[1]

    @cached_property
    def _webhooks(self) -> tuple[tuple[ContractEvent, ...], tuple[str, ...]]:
        word = "webhooks" if "webhooks" in self.value else "x-webhooks"
        operations: dict[str, ContractOperation] = {}
        names: dict[str, dict[str, dict[str, Shape]]] = {}
        for key, entry in _mapping(self.value.get(word)).items():
            operation = self._delivery(key, self.schemas.references.follow(entry, (word, key)))
            if operation is not None:
                operations[key] = operation
                names[key] = _event_names(operation)
        # the key that tells the most webhooks apart: a `type` that is `event` in all of them names none
        told = [len({name for by_key in names.values() for name in by_key.get(k, ())}) for k in EVENT_KEYS]
        discriminator = EVENT_KEYS[told.index(max(told))]
        found: dict[str, ContractEvent] = {}
        for key, operation in operations.items():
            for name, shape in names[key].get(discriminator, {}).items():
                if name in found:
                    first = found[name]
                    found[name] = first._replace(payload=Shape.either([first.payload, shape]))
                else:
                    found[name] = ContractEvent(
                        name=name,
                        key=key,
                        discriminator=discriminator,
                        payload=shape,
                        description=operation.description if len(names[key]) == 1 else shape.description,
                        deprecated=operation.deprecated or shape.marked("deprecated"),
                        pointer=operation.pointer,
                    )
        unnamed = [key for key in _mapping(self.value.get(word)) if discriminator not in names.get(key, ())]
        return tuple(found.values()), tuple(unnamed)

    def _delivery(self, key: str, item: object) -> ContractOperation | None:
        """The request that a webhook makes."""
        if isinstance(item, Node) and isinstance(item.value, dict):
            for method in METHODS:
                if isinstance(item.value.get(method), dict):
                    node = Node(item.value[method], (*item.at, method))
                    return ContractOperation(self, key, method, item, node)
        return None

    # --- names that are no events

    @cached_property
    def names(self) -> Names:
        """The values of `type`, `event` and `object` all over the document."""
        return gather(self) if self._names is None else self._names()

    def known_as(self, name: str) -> KnownAs | None:
        """What the contract knows a name as, when it is not a webhook event's: the value of a `type`, `event`
        or `object` elsewhere."""
        return known_as(self, name)

    def __repr__(self) -> str:
        return f"Contract({self.name!r}, {self.title!r} {self.version!r})"


def path_shape(path: str) -> str:
    """A path template with `{}` for every parameter, and no query, fragment or trailing slash."""
    plain = path.partition("?")[0].partition("#")[0]
    return _PARAMETER.sub("{}", plain).rstrip("/") or "/"


def is_json_media(media: str) -> bool:
    """Whether a media type (or range) of a contract is JSON: one document, not a stream of lines."""
    name = media.partition(";")[0].strip().lower()
    return name in ("application/json", "text/json", "*/*", "application/*") or name.endswith("+json")


def _segment_fits(template: str, segment: str) -> bool:
    """Whether a connector's segment is one that the contract's segment lets in."""
    if template == segment:
        return True
    if "{}" in segment or not segment:
        return False
    head, *rest = template.split("{}")
    if not rest or not segment.startswith(head):
        return False
    at = len(head)
    for part in rest[:-1]:
        at = segment.find(part, at + 1)
        if at < 0:
            return False
        at += len(part)
    return segment.endswith(rest[-1]) and len(segment) - len(rest[-1]) > at


def _in_common(left: list[str], right: tuple[str, ...]) -> list[str]:
    """The segments at the start and at the end that two paths share, counted once."""
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    return left[:start] + left[len(left) - end :]


def _event_names(operation: ContractOperation) -> dict[str, dict[str, Shape]]:
    """What the deliveries of a webhook can be called: the names by body key, each with its shape."""
    payload = next((shape for media, shape in operation.bodies.items() if is_json_media(media)), None)
    if payload is None:
        return {}
    found: dict[str, dict[str, list[Shape]]] = {}
    keys = payload.keys()
    for word in EVENT_KEYS:
        if word not in keys:
            continue
        for branch in payload.branches:
            part = payload if len(payload.branches) == 1 else Shape.of_branches(payload.schemas, (branch,))
            inner = part.walk((word,)).shape
            for value in (inner.values or ()) if inner is not None else ():
                if isinstance(value, str):
                    found.setdefault(word, {}).setdefault(value, []).append(part)
    return {
        word: {name: Shape.either(parts) for name, parts in names.items()} for word, names in found.items()
    }


def server_url(server: object) -> str:
    """The URL of an entry of `servers`, variables replaced by their defaults; "" where it has none."""
    url = _text(_mapping(server).get("url"))
    for name, variable in _mapping(_mapping(server).get("variables")).items():
        url = url.replace(f"{{{name}}}", _text(_mapping(variable).get("default")))
    return url


def _server_urls(servers: object) -> tuple[str, ...]:
    """The URLs of a `servers` list, variables replaced by their defaults."""
    found = [server_url(server) for server in (servers if isinstance(servers, list) else ())]
    return tuple(dict.fromkeys(url for url in found if url))


def _fault(value: object) -> str | None:
    """Why a value is no contract, None when it is one."""
    if not isinstance(value, dict):
        return "this is no OpenAPI document: an object with `openapi` was expected"
    if "swagger" in value:
        return (
            f"Swagger {str(value['swagger'])[:20]} is not supported: convert it to OpenAPI 3.0 or 3.1 first"
        )
    version = value.get("openapi")
    if version is None:
        return "this is no OpenAPI document: it has no `openapi`"
    if str(version).partition(".")[0] != "3":
        return f"OpenAPI {str(version)[:20]} is not supported: 3.0 and 3.1 are"
    return None


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
