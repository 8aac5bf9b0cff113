"""A request as it came in: read when asked, each part once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from connlint.record import once

MOST_PARTS: Final = 1000
"""Parts or pairs of a form; what comes after them is not read."""
_ABSENT: Final = object()

Headers = Iterable[tuple[bytes, bytes]]


class ReceivedPart(NamedTuple):
    """One part of a form: a file where it has a `filename`."""

    name: str
    content: bytes
    filename: str | None
    content_type: str | None

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode("utf-8", "replace")


class BadBody(Exception):
    """A body is not what its content type says; the message is for people."""


class Received:
    """One request. `path` is as it was sent, still encoded; `headers` as ASGI has them (lower case)."""

    def __init__(
        self, method: str, path: str, query_string: str, headers: list[tuple[bytes, bytes]], body: bytes = b""
    ) -> None:
        self.method = method
        self.path = path
        self.query_string = query_string
        self.raw_headers = headers
        self.body = body
        self.values: dict[str, str] = {}
        """The values of the path's placeholders, once a route is found."""

    @classmethod
    def of_scope(cls, scope: Mapping[str, Any], body: bytes = b"") -> Received:
        """The request of an ASGI scope. A target in absolute form counts as its path (RFC 9112, 3.2.2)."""
        raw: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
        query = scope["query_string"].decode("latin-1")
        return cls(scope["method"], target_path(raw.decode("latin-1")), query, scope["headers"], body)

    def header(self, name: str) -> str | None:
        """The first header of a name (lower case)."""
        wanted = name.encode("latin-1")
        for key, value in self.raw_headers:
            if key == wanted:
                return value.decode("latin-1")
        return None

    @once
    def headers(self) -> dict[str, str]:
        """Headers by lower-case name; those sent several times are joined with a comma."""
        found: dict[str, str] = {}
        for key, value in self.raw_headers:
            name, text = key.decode("latin-1"), value.decode("latin-1")
            found[name] = f"{found[name]}, {text}" if name in found else text
        return found

    @once
    def query(self) -> dict[str, list[str]]:
        """The query by name."""
        from urllib.parse import parse_qsl

        found: dict[str, list[str]] = {}
        if self.query_string:
            try:
                pairs = parse_qsl(self.query_string, keep_blank_values=True, max_num_fields=MOST_PARTS)
            except ValueError:
                return found
            for name, value in pairs:
                found.setdefault(name, []).append(value)
        return found

    @once
    def media(self) -> str:
        """The media type of the body, without parameters; "" where none is stated."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def kind(self) -> str:
        """What the body is, by its content type: "json", "form", "multipart", "other" or "" (none)."""
        media = self.media
        if not self.body:
            return ""
        if media == "application/json" or media.endswith("+json"):
            return "json"
        if media == "application/x-www-form-urlencoded":
            return "form"
        return "multipart" if media == "multipart/form-data" else "other"

    @once
    def _json(self) -> object:
        try:
            return _DECODER.decode(self.body.decode(json.detect_encoding(self.body), "surrogatepass"))
        except (ValueError, RecursionError) as error:
            return error

    @property
    def json(self) -> object:
        """The body's JSON. Raises BadBody where it is none."""
        value = self._json
        if isinstance(value, RecursionError):
            raise BadBody("the body's JSON is nested too deep")
        if isinstance(value, UnicodeDecodeError):
            raise BadBody("the body is not UTF-8")
        if isinstance(value, json.JSONDecodeError):
            said = value.msg[:1].lower() + value.msg[1:]
            raise BadBody(f"the body is not JSON: line {value.lineno}, column {value.colno}: {said}")
        if isinstance(value, Exception):
            raise BadBody(f"the body is not JSON: {value}")
        return value

    @property
    def json_or_none(self) -> object:
        """The body's JSON where it says that it is some, and is; else None."""
        if self.kind != "json" or isinstance(self._json, Exception):
            return None
        return self._json

    @once
    def parts(self) -> list[ReceivedPart]:
        """The parts of a form or multipart body. Raises BadBody where it cannot be read."""
        if self.kind == "form":
            from urllib.parse import parse_qsl

            try:
                text = self.body.decode("utf-8")
                pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARTS)
            except (UnicodeDecodeError, ValueError) as error:
                raise BadBody(f"the body is no form: {error}") from error
            return [ReceivedPart(name, value.encode(), None, None) for name, value in pairs]
        return _multipart(self) if self.kind == "multipart" else []

    @property
    def parts_or_none(self) -> list[ReceivedPart]:
        """The parts, none where they cannot be read."""
        try:
            return self.parts
        except BadBody:
            return []

    @once
    def facts(self) -> dict[str, object]:
        """What an answer's holes may refer to (`request.json.model`, `request.path.batch_id`)."""
        return {
            "path": dict(self.values),
            "query": {name: values[0] for name, values in self.query.items()},
            "headers": self.headers,
            "json": self.json_or_none,
            "form": {part.name: part.text for part in self.parts_or_none if part.filename is None},
        }


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_no_constant)
"""Made once: `json.loads` would make one for every request."""


def target_path(target: str) -> str:
    """The path of a request's target, which may be a whole URL."""
    if target[:1] == "/" or "://" not in target:
        return target
    rest = target.partition("://")[2]
    slash = rest.find("/")
    return "/" if slash < 0 else rest[slash:]


def _multipart(request: Received) -> list[ReceivedPart]:
    """The parts of a multipart/form-data body, with python-multipart."""
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser, parse_options_header

    _, options = parse_options_header(request.header("content-type") or "")
    boundary = options.get(b"boundary")
    if not boundary:
        raise BadBody("the content type multipart/form-data names no boundary")
    found: list[ReceivedPart] = []
    headers: dict[str, bytes] = {}
    content: list[bytes] = []
    name: list[bytes] = []
    value: list[bytes] = []

    def part_begin() -> None:
        headers.clear()
        content.clear()

    def header_field(data: bytes, start: int, end: int) -> None:
        name.append(data[start:end])

    def header_value(data: bytes, start: int, end: int) -> None:
        value.append(data[start:end])

    def header_end() -> None:
        headers[b"".join(name).decode("latin-1").lower()] = b"".join(value)
        name.clear()
        value.clear()

    def part_data(data: bytes, start: int, end: int) -> None:
        content.append(data[start:end])

    def part_end() -> None:
        if len(found) >= MOST_PARTS:
            return
        _, given = parse_options_header(headers.get("content-disposition", b""))
        type_ = headers.get("content-type")
        filename = given.get(b"filename")
        found.append(
            ReceivedPart(
                given.get(b"name", b"").decode("utf-8", "replace"),
                b"".join(content),
                filename.decode("utf-8", "replace") if filename is not None else None,
                type_.decode("latin-1") if type_ is not None else None,
            )
        )

    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": part_begin,
            "on_header_field": header_field,
            "on_header_value": header_value,
            "on_header_end": header_end,
            "on_part_data": part_data,
            "on_part_end": part_end,
        },
    )
    try:
        parser.write(request.body)
        parser.finalize()
    except FormParserError as error:
        raise BadBody(f"the multipart body cannot be read: {error}") from error
    return found
