"""What the platform sends: an operation and the values of its placeholders, rendered to a request.

The platform is taken to escape for the context: a value in a URL path or a query is percent-encoded, text
inside a JSON string is escaped, a bare hole is written as JSON, a form's values are URL-encoded, and a hole
of type `Bytes` in a multipart body is a file part. An optional value that is absent renders to nothing; in
a query or a form that drops the parameter.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.connector.types import kinds

if TYPE_CHECKING:
    from connlint.connector.model import Hole, Operation, Template

Values = Mapping[str, object]
"""Values by placeholder: JSON values, text, bytes, or an `Upload`."""


class CannotRender(Exception):
    """A value cannot stand where its hole does; the message is for people."""


class Upload(NamedTuple):
    """A file's content, for a hole of type `Bytes`."""

    filename: str
    content: bytes
    content_type: str = "application/octet-stream"


class RenderedPart(NamedTuple):
    """One part of a multipart body; a part without `filename` is a plain field."""

    name: str
    content: bytes
    filename: str | None = None
    content_type: str | None = None


class BrokenBody(NamedTuple):
    """Why a rendered body is not what its content type says: the characters, in the body's text, and the
    placeholder that is to blame, where one is."""

    start: int
    end: int
    message: str
    placeholder: str | None


class Rendered(NamedTuple):
    """A request as the platform would send it.

    `url` is whole, query included. `text` is the body as text, None where there is none or it is multipart
    (`parts`). `secrets` are the values of credentials that stand in it. `missing` are required placeholders
    that were given no value.
    """

    method: str
    url: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    text: str | None
    parts: tuple[RenderedPart, ...] | None
    broken: BrokenBody | None
    missing: tuple[str, ...]
    secrets: tuple[str, ...]

    @property
    def sendable(self) -> bool:
        """Whether it may be sent: nothing is missing, the body is whole."""
        return self.broken is None and not self.missing


_ABSENT: Final = object()


def read_value(type_name: str | None, text: str) -> object:
    """A value written as text, as its placeholder's type takes it: digits for `Integer`, JSON for a
    structure. Raises CannotRender where the text is none of the type's values."""
    wanted = kinds(type_name) if type_name is not None else kinds("String")
    if type_name == "Bytes":
        return text
    if wanted == {"string"}:
        return text
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        value = _ABSENT
    kind = _kind(value) if value is not _ABSENT else None
    if kind is not None and (kind in wanted or (kind == "integer" and "number" in wanted)):
        return value
    if "string" in wanted:
        return text
    raise CannotRender(f"{text!r} is no {type_name}: {_sample(type_name)} was expected")


def _sample(type_name: str | None) -> str:
    wanted = kinds(type_name) if type_name is not None else frozenset()
    for kind, words in (
        ("integer", "a whole number such as 10"),
        ("number", "a number such as 1.5"),
        ("boolean", "true or false"),
        ("array", 'a JSON array such as ["a"]'),
        ("object", 'a JSON object such as {"a": 1}'),
    ):
        if kind in wanted:
            return words
    return "text"


def _kind(value: object) -> str:
    from connlint.connector.selectors import json_kind

    return json_kind(value)


def text_of(value: object) -> str:
    """A value as text: in a URL, a header, a form, inside a JSON string."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, Upload):
        return value.content.decode("utf-8", "replace")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def render(operation: Operation, values: Values, *, base_url: str | None = None) -> Rendered:
    """The request of an operation for these values. `base_url` stands for the connector's own.

    Raises CannotRender where a value cannot stand in a header, or the connector has no base URL.
    """
    from urllib.parse import quote, urlencode

    service = operation.connector.service
    base = base_url
    if base is None:
        if service is None or service.base_url is None:
            raise CannotRender("the connector has no base URL")
        base = _url_part(service.base_url, values)
    rest = "".join(
        _url_part(template, values)
        for template in (operation.resource.endpoint, operation.path)
        if template is not None
    )
    path = "/" + "/".join(part for part in rest.strip().split("/") if part)
    query = tuple(
        (template.name, text)
        for template in operation.query
        if (text := _plain(template, values)) is not None
    )
    url = base.rstrip("/") + (path if path != "/" else "")
    if query:
        url += "?" + urlencode(query, quote_via=quote)
    headers = _headers(operation, values)
    text, parts, broken, content_type = _body(operation.body, values)
    if content_type is not None and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", content_type))
    secrets = tuple(_secrets(operation, values))
    return Rendered(
        (operation.method or "GET").upper(),
        url,
        path,
        query,
        tuple(headers),
        text,
        parts,
        broken,
        tuple(_missing(operation, values)),
        secrets,
    )


def templates_of(operation: Operation) -> Iterator[Template]:
    """Every template that a request of the operation is made of."""
    service = operation.connector.service
    if service is not None:
        yield from service.templates
    if operation.resource.endpoint is not None:
        yield operation.resource.endpoint
    yield from operation.templates


def placeholders_of(operation: Operation) -> dict[str, str | None]:
    """The names that a request of the operation takes, in order, with their declared types."""
    found: dict[str, str | None] = {}
    for template in templates_of(operation):
        for hole in template.holes:
            placeholder = hole.placeholder
            found.setdefault(hole.name, placeholder.type if placeholder is not None else None)
    return found


def _missing(operation: Operation, values: Values) -> list[str]:
    found: dict[str, None] = {}
    for template in templates_of(operation):
        for hole in template.holes:
            placeholder = hole.placeholder
            required = placeholder is not None and placeholder.required
            if hole.name not in values and (required or hole.context == "path"):
                found[hole.name] = None
    return list(found)


def _secrets(operation: Operation, values: Values) -> Iterator[str]:
    service = operation.connector.service
    auth = service.auth if service is not None else None
    for placeholder in auth.placeholders if auth is not None else ():
        value = values.get(placeholder.name)
        if value:
            yield text_of(value)


def _url_part(template: Template, values: Values) -> str:
    """A part of the URL; in a base URL a value may be a whole host, so its slashes stay."""
    from urllib.parse import quote

    safe = ":/" if template.role == "base" else ""
    return _filled(template, lambda hole: quote(text_of(values.get(hole.name)), safe=safe))


def _filled(template: Template, write: Callable[[Hole], str]) -> str:
    parts: list[str] = []
    last = 0
    for hole in template.holes:
        parts += [template.text[last : hole.start], write(hole)]
        last = hole.end
    return "".join([*parts, template.text[last:]])


def _plain(template: Template, values: Values) -> str | None:
    """A query or header value; None where it has holes and all are absent."""
    if template.holes and all(values.get(hole.name) is None for hole in template.holes):
        return None
    return _filled(template, lambda hole: text_of(values.get(hole.name)))


def _headers(operation: Operation, values: Values) -> list[tuple[str, str]]:
    """The service's headers, the credential where `auth` says, the operation's own; the later one wins."""
    service = operation.connector.service
    found: dict[str, tuple[str, str]] = {}

    def put(name: str, value: str | None) -> None:
        if value is None:
            return
        if any(char in value or char in name for char in "\r\n\0"):
            raise CannotRender(f"the header {name} would hold a line break")
        found[name.lower()] = (name, value)

    auth = service.auth if service is not None else None
    if auth is not None and auth.token is not None:
        name = _plain(auth.header_name, values) if auth.header_name is not None else None
        put((name or "Authorization").strip(), _plain(auth.token, values))
    for template in service.headers if service is not None else ():
        put(template.name, _plain(template, values))
    for template in operation.headers:
        put(template.name, _plain(template, values))
    if operation.body is None:
        found.pop("content-type", None)
    elif operation.body.body_kind == "multipart":
        # the boundary is the sender's business
        found.pop("content-type", None)
    return list(found.values())


def _body(
    template: Template | None, values: Values
) -> tuple[str | None, tuple[RenderedPart, ...] | None, BrokenBody | None, str | None]:
    """The body: its text or its parts, what is broken in it, and its content type."""
    if template is None:
        return None, None, None, None
    operation = template.operation
    stated = operation.content_type if operation is not None else None
    kind = template.body_kind
    if kind == "json":
        text, broken = _json(template, values)
        return text, None, broken, stated or "application/json"
    if kind == "form":
        return _form(template, values), None, None, stated or "application/x-www-form-urlencoded"
    if kind == "multipart":
        return None, tuple(_parts(template, values)), None, None
    return _filled(template, lambda hole: text_of(values.get(hole.name))), None, None, stated


def _json(template: Template, values: Values) -> tuple[str, BrokenBody | None]:
    pieces: list[str] = []
    empty: list[tuple[int, str]] = []
    length = last = 0
    for hole in template.holes:
        literal = template.text[last : hole.start]
        value = values.get(hole.name, _ABSENT)
        written = _json_value(hole, value)
        pieces += [literal, written]
        length += len(literal)
        if value is _ABSENT:
            empty.append((length, hole.name))
        length += len(written)
        last = hole.end
    pieces.append(template.text[last:])
    text = "".join(pieces)
    if not text.strip():
        return text, None
    try:
        json.loads(text)
    except RecursionError:
        return text, BrokenBody(0, 1, "it is nested too deep", None)
    except json.JSONDecodeError as error:
        at = min(error.pos, max(len(text) - 1, 0))
        # the hole that left the gap stands just before the place where reading stopped
        near = [(start, name) for start, name in empty if start <= at and not text[start:at].strip()]
        if near:
            start, name = near[-1]
            return text, BrokenBody(start, start + 1, f"`{name}` was left empty", name)
        return text, BrokenBody(at, at + 1, error.msg[:1].lower() + error.msg[1:], None)
    return text, None


def _json_value(hole: Hole, value: object) -> str:
    if value is _ABSENT:
        return ""
    if isinstance(value, (Upload, bytes)):
        value = text_of(value)
    if hole.context == "bare":
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(text_of(value), ensure_ascii=False)[1:-1]


def _pairs(template: Template) -> Iterator[tuple[str, str, list[Hole]]]:
    """The pairs of a form body: name and value as templates, and the value's holes."""
    body = template.body
    if body is None or body.root is None:
        return
    text = template.text
    for key, node in body.root.members:
        inside = [hole for hole in template.holes if node.start <= hole.start < node.end]
        yield text[key.start : key.end], text[node.start : node.end], inside


def _pair_values(template: Template, values: Values) -> Iterator[tuple[str, object]]:
    """Names and values of a form's pairs, without those whose value was left out; an array under a name
    that ends in `[]` gives one pair for each item."""
    from urllib.parse import unquote_plus

    for name, text, inside in _pairs(template):
        plain = unquote_plus(name)
        if inside and all(values.get(hole.name) is None for hole in inside):
            continue
        if len(inside) == 1 and inside[0].end - inside[0].start == len(text):
            value = values[inside[0].name]
            if isinstance(value, list) and plain.endswith("[]"):
                yield from ((plain, item) for item in value)
            else:
                yield plain, value
            continue
        filled, last = [], 0
        start = text.find("{{") if inside else 0
        offset = inside[0].start - start if inside else 0
        for hole in inside:
            filled += [unquote_plus(text[last : hole.start - offset]), text_of(values.get(hole.name))]
            last = hole.end - offset
        yield plain, "".join([*filled, unquote_plus(text[last:])])


def _form(template: Template, values: Values) -> str:
    from urllib.parse import urlencode

    return urlencode([(name, text_of(value)) for name, value in _pair_values(template, values)])


def _parts(template: Template, values: Values) -> Iterator[RenderedPart]:
    for name, value in _pair_values(template, values):
        if isinstance(value, Upload):
            yield RenderedPart(name, value.content, value.filename, value.content_type)
        elif isinstance(value, bytes):
            yield RenderedPart(name, value, name, "application/octet-stream")
        else:
            yield RenderedPart(name, text_of(value).encode("utf-8", "surrogatepass"))


def multipart(parts: tuple[RenderedPart, ...], boundary: str) -> bytes:
    """A multipart/form-data body (RFC 7578) of these parts."""
    written: list[bytes] = []
    for part in parts:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(part.name)}"'
        if part.filename is not None:
            head += f'; filename="{_quoted(part.filename)}"'
        if part.content_type is not None:
            head += f"\r\nContent-Type: {part.content_type}"
        written += [head.encode("utf-8", "surrogatepass"), b"\r\n\r\n", part.content, b"\r\n"]
    return b"".join([*written, f"--{boundary}--\r\n".encode()])


def _quoted(name: str) -> str:
    """A name inside a quoted parameter, as browsers escape it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
