"""Fixtures from an HTTP archive (HAR 1.2), as browsers and proxies save one.

Entries are matched to the connector's operations by method and URL. Credentials are replaced before anything
is handed on; what an archive leaves out (bodies that the browser dropped, the gaps of a stream) is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.evidence.redaction import Redactor
from connlint.evidence.routes import Found, Routes
from connlint.evidence.streams import items_of

if TYPE_CHECKING:
    from connlint.connector.model import Connector, Operation

LARGEST_INLINE: Final = 4096
"""Bytes of a binary body that a fixture holds itself; a larger one gets a file."""

_KEPT: Final = re.compile(r"(?i)location|link|retry-after|etag|x-.*|.*request-id|.*rate-?limit.*|.*version")
_NOISE: Final = re.compile(
    r"(?i)x-(?:content-type-options|frame-options|xss-protection|powered-by|cache.*|served-by|timer|envoy.*"
    r"|amz-cf.*|robots-tag|permitted-cross-domain-policies)"
)
_TEXTUAL: Final = re.compile(r"text/.*|.*(?:xml|yaml|csv|javascript|x-ndjson|jsonl)")


class NoArchive(Exception):
    """A value is no HTTP archive; the message is for people."""


class Recorded(NamedTuple):
    """One entry as a fixture: its document, the files of its bodies, and what the archive lacks of it."""

    document: dict[str, object]
    others: tuple[tuple[str, bytes], ...]
    lacks: tuple[str, ...]


class Left(NamedTuple):
    """One entry that became no fixture: its request (`GET /v1/files`), and why."""

    request: str
    why: str


class Archive(NamedTuple):
    """An archive as read: how many entries it has, and what became of them."""

    entries: int
    recorded: list[Recorded]
    left: list[Left]


def import_har(value: object, connector: Connector, redactor: Redactor) -> Archive:
    """The entries of an archive (its parsed JSON) that are calls of the connector's operations.

    Raises NoArchive where the value is none.
    """
    log = value.get("log") if isinstance(value, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise NoArchive("this is no HTTP archive: an object with `log.entries` was expected")
    archive = Archive(len(entries), [], [])
    routes = Routes(connector)
    host = _host_of(connector)
    listed = [entry for entry in entries if isinstance(entry, dict)]
    for entry in listed:
        # first all credentials that headers tell: they may stand in bodies of other entries
        for message in (_mapping(entry.get("request")), _mapping(entry.get("response"))):
            redactor.headers(_pairs(message.get("headers")))
    redactor.counts.clear()
    for entry in listed:
        _entry(entry, routes, host, redactor, archive)
    return archive


def _entry(
    entry: Mapping[str, object], routes: Routes, host: str | None, redactor: Redactor, archive: Archive
) -> None:
    from urllib.parse import urlsplit

    request, response = _mapping(entry.get("request")), _mapping(entry.get("response"))
    method, url = _text(request.get("method")).upper(), _text(request.get("url"))
    try:
        parts = urlsplit(url)
        theirs = parts.hostname or ""
    except ValueError:
        archive.left.append(Left(f"{method} {url[:80]}", "its URL cannot be read"))
        return
    named = f"{method} {redactor.text(parts.path)}"
    if host is not None and theirs != host:
        archive.left.append(Left(named, f"sent to {theirs or 'nowhere'}"))
        return
    found = _found(routes, method, parts.path, request)
    if found is None:
        archive.left.append(Left(named, "no operation has this method and path"))
        return
    status = response.get("status")
    if not isinstance(status, int) or not 100 <= status <= 599:
        archive.left.append(Left(named, "it was never answered"))
        return
    lacks: list[str] = []
    body, others = _response_body(response, found.operation, redactor, lacks)
    if body is None:
        archive.left.append(Left(named, "the archive does not hold the answer's body"))
        return
    asked = _request(found, request, redactor, lacks)
    day = _text(entry.get("startedDateTime"))[:10]
    when = day if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day) else "0001-01-01"
    origin = f"{parts.scheme}://{theirs}" + (f":{parts.port}" if parts.port else "")
    answer: dict[str, object] = {"status": status}
    headers = _headers(response, redactor, body)
    if headers:
        answer["headers"] = headers
    answer.update(body)
    document: dict[str, object] = {"operation": found.operation.address, "recorded": f"{when} from {origin}"}
    if asked:
        document["request"] = asked
    document["response"] = answer
    archive.recorded.append(Recorded(document, others, tuple(lacks)))


def _found(routes: Routes, method: str, path: str, request: Mapping[str, object]) -> Found | None:
    """The operation of a request; of several at one path, the one whose constant parameters it has."""
    sent = dict(_pairs(request.get("queryString")))
    candidates = list(routes.find(method, path))
    for found in candidates:
        constants = [template for template in found.operation.query if not template.holes]
        if constants and all(sent.get(template.name) == template.text for template in constants):
            return found
    return candidates[0] if candidates else None


# --- requests


def _request(
    found: Found, request: Mapping[str, object], redactor: Redactor, lacks: list[str]
) -> dict[str, object]:
    asked: dict[str, object] = {}
    # headers first: a credential that stands there is found in the rest too
    headers = {
        name: redactor.header(name, value)
        for name, value in _pairs(request.get("headers"))
        if not name.startswith(":")
    }
    declared = {template.name.lower() for template in found.operation.headers}
    service = found.operation.connector.service
    if service is not None:
        declared |= {template.name.lower() for template in service.headers}
    kept = {
        name: value
        for name, value in headers.items()
        if name.lower() in declared
        and name.lower() not in ("content-type", "authorization")
        and "redacted-" not in value
    }
    if found.values:
        asked["path"] = {name: redactor.text(value) for name, value in found.values.items()}
    query: dict[str, object] = {}
    for name, value in _pairs(request.get("queryString")):
        _add(query, name, redactor.parameter(name, value))
    if query:
        asked["query"] = query
    if kept:
        asked["headers"] = kept
    asked.update(_request_body(_mapping(request.get("postData")), request, redactor, lacks))
    return asked


def _request_body(
    posted: Mapping[str, object], request: Mapping[str, object], redactor: Redactor, lacks: list[str]
) -> dict[str, object]:
    media = _text(posted.get("mimeType"))
    text = posted.get("text")
    name = media.partition(";")[0].strip().lower()
    if name == "multipart/form-data":
        parts = _parts(posted, media, redactor, lacks)
        return {"multipart": parts} if parts else {}
    if name == "application/x-www-form-urlencoded":
        form: dict[str, object] = {}
        for key, item in _form(posted):
            _add(form, key, redactor.parameter(key, item))
        return {"form": form} if form else {}
    if not isinstance(text, str) or not text:
        size = request.get("bodySize")
        if isinstance(size, int) and size > 0:
            lacks.append("the request's body")
        return {}
    if name == "application/json" or name.endswith("+json") or not name:
        value = _json(text)
        if value is not _NOT_JSON:
            return {"json": redactor.value(value)}
    return {"text": redactor.text(text)}


def _form(posted: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The pairs of a form, from the archive's `params` or from its text."""
    from urllib.parse import parse_qsl

    params = list(_pairs(posted.get("params")))
    text = posted.get("text")
    if params or not isinstance(text, str):
        yield from params
        return
    yield from parse_qsl(text, keep_blank_values=True, max_num_fields=10_000)


def _parts(
    posted: Mapping[str, object], media: str, redactor: Redactor, lacks: list[str]
) -> dict[str, object]:
    """The parts of a multipart body; archives often lack what files held."""
    found: dict[str, object] = {}
    params = posted.get("params")
    for item in params if isinstance(params, list) else []:
        part = _mapping(item)
        _part(
            found,
            _text(part.get("name")),
            _text(part.get("fileName")) or None,
            _text(part.get("contentType")) or None,
            part.get("value"),
            redactor,
            lacks,
        )
    text = posted.get("text")
    boundary = re.search(r'boundary="?([^";,]+)', media)
    if found or not isinstance(text, str) or boundary is None:
        return found
    for piece in re.split(r"\r?\n?--" + re.escape(boundary[1]) + r"(?:--)?\r?\n?", text):
        head, blank, content = piece.replace("\r\n", "\n").partition("\n\n")
        name = re.search(r'(?i)\bname="([^"]*)"', head)
        if blank and name is not None:
            file, type_ = (
                re.search(r'(?i)filename="([^"]*)"', head),
                re.search(r"(?i)content-type:\s*(\S+)", head),
            )
            _part(
                found,
                name[1],
                file[1] if file else None,
                type_[1] if type_ else None,
                content,
                redactor,
                lacks,
            )
    return found


def _part(
    found: dict[str, object],
    name: str,
    filename: str | None,
    content_type: str | None,
    content: object,
    redactor: Redactor,
    lacks: list[str],
) -> None:
    if not name:
        return
    text = content if isinstance(content, str) else ""
    if filename is None:
        _add(found, name, redactor.parameter(name, text))
        return
    if not text:
        lacks.append(f"what the file in `{name}` held")
    part: dict[str, object] = {"filename": filename}
    if content_type:
        part["content-type"] = content_type
    part["text"] = redactor.text(text)
    _add(found, name, part)


# --- answers


def _response_body(
    response: Mapping[str, object], operation: Operation, redactor: Redactor, lacks: list[str]
) -> tuple[dict[str, object] | None, tuple[tuple[str, bytes], ...]]:
    """The answer's body as a fixture holds it, and the files that it needs; None where it is not there."""
    import base64
    import binascii

    content = _mapping(response.get("content"))
    text, size = content.get("text"), content.get("size")
    media = (
        (_text(content.get("mimeType")) or _header(response, "content-type"))
        .partition(";")[0]
        .strip()
        .lower()
    )
    if not isinstance(text, str) or not text:
        empty = response.get("status") in (204, 304) or not (isinstance(size, int) and size > 0)
        return ({}, ()) if empty else (None, ())
    if content.get("encoding") == "base64":
        try:
            raw = base64.b64decode("".join(text.split()), validate=True)
        except binascii.Error:
            return None, ()
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            return _binary(raw, media, operation)
        if not _is_text(media):
            return _binary(raw, media, operation)
    elif not _is_text(media):
        lacks.append("the exact bytes of a binary answer, which it holds as text")
    if media == "text/event-stream":
        lacks.append("the gaps between a stream's events")
        return {"stream": redactor.value(items_of(text))}, ()
    if media == "application/json" or media.endswith("+json"):
        value = _json(text)
        if value is not _NOT_JSON:
            return {"json": redactor.value(value)}, ()
    return {"text": redactor.text(text)}, ()


def _is_text(media: str) -> bool:
    return (
        not media or media == "application/json" or media.endswith("+json") or bool(_TEXTUAL.fullmatch(media))
    )


def _binary(
    raw: bytes, media: str, operation: Operation
) -> tuple[dict[str, object], tuple[tuple[str, bytes], ...]]:
    import base64
    from hashlib import sha256

    if len(raw) <= LARGEST_INLINE:
        return {"base64": base64.b64encode(raw).decode()}, ()
    from connlint.evidence.drafting import file_name

    ending = re.sub(r"[^a-z0-9]", "", media.rpartition("/")[2]) or "bin"
    name = f"files/{file_name(operation.address)}.{sha256(raw).hexdigest()[:8]}.{ending}"
    return {"file": name}, ((name, raw),)


def _headers(
    response: Mapping[str, object], redactor: Redactor, body: Mapping[str, object]
) -> dict[str, object]:
    """The headers that say something about the answer; those of the connection and of caches are left out."""
    found: dict[str, object] = {}
    for name, value in _pairs(response.get("headers")):
        low = name.lower()
        written = redactor.header(name, value)
        if low == "content-type":
            if "json" not in body or value.partition(";")[0].strip().lower() != "application/json":
                found[low] = written
        elif _KEPT.fullmatch(low) and not _NOISE.fullmatch(low):
            _add(found, low, written)
    return found


# --- parts of an archive


_NOT_JSON: Final = object()


def _json(text: str) -> object:
    """The value of a body's text, if a fixture can hold it so that it is read again as it is: no key twice,
    no half of a character, no NaN. Other bodies are kept as text, which is what was sent."""
    from connlint.reading import SPEC_LIMITS, Limits, read

    # a fixture holds the body two levels down
    limits = Limits(
        size=SPEC_LIMITS.size, depth=SPEC_LIMITS.depth - 8, nodes=SPEC_LIMITS.nodes, alias_nodes=0
    )
    result = read("a body", text.encode("utf-8", "surrogatepass"), named=True, syntax="json", limits=limits)
    if result.faults or result.documents[0].faults:
        return _NOT_JSON
    return result.documents[0].value


def _pairs(value: object) -> Iterator[tuple[str, str]]:
    """The names and values of an archive's list of them."""
    for item in value if isinstance(value, list) else []:
        pair = _mapping(item)
        name, held = pair.get("name"), pair.get("value")
        if isinstance(name, str) and name:
            yield name, held if isinstance(held, str) else ""


def _add(found: dict[str, object], name: str, value: object) -> None:
    """Give a name one more value; the second makes it a list."""
    if name not in found:
        found[name] = value
        return
    before = found[name]
    found[name] = [*before, value] if isinstance(before, list) else [before, value]


def _header(message: Mapping[str, object], name: str) -> str:
    return next((value for key, value in _pairs(message.get("headers")) if key.lower() == name), "")


def _host_of(connector: Connector) -> str | None:
    """The host that the connector's requests go to, None where a hole is part of it."""
    service = connector.service
    if service is None or service.base_url is None:
        return None
    _, _, rest = service.base_url.text.partition("://")
    host = rest.partition("/")[0].partition("?")[0]
    if "{" in host or not host:
        return None
    return host.rpartition("@")[2].partition(":")[0].lower()


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
