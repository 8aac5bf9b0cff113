"""`connlint try`: what the platform would send for an operation, what it gets, what its fields select."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from connlint.cli.homes import Home
from connlint.cli.options import evidence_options, fail, say

if TYPE_CHECKING:
    from connlint.connector.model import Field, Operation
    from connlint.connector.rendering import Rendered

_BOUNDARY = "connlint-boundary"
_MASK = "••••"
_LONGEST = 2000
_LARGEST = 16 * 1024 * 1024
_TIMEOUT = 60.0
_LONGEST_ANSWER = 300.0
"""Seconds that are waited for the whole of an answer."""
_RULES = ("optional-breaks-body", "body-not-json", "optional-in-path")


class Response(NamedTuple):
    """An answer: the status, its content type, the body, and where it came from."""

    status: int
    content_type: str
    body: bytes
    origin: str


@click.command(name="try", short_help="Show what an operation sends, gets, and selects.")
@click.argument("path", type=click.Path(path_type=Path), metavar="CONNECTOR")
@click.argument("address", metavar="RESOURCE.OPERATION")
@click.option(
    "-p",
    "--param",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    help="A placeholder's value; @file takes a file's content.",
)
@click.option("--base-url", metavar="URL", help="Send it there, in place of the mock.")
@click.option(
    "--credential-env",
    "credentials",
    multiple=True,
    metavar="[NAME=]VARIABLE",
    help="The environment variable that holds a credential, for a placeholder of auth.",
)
@click.option("--dry-run", is_flag=True, help="Show the request, and send nothing.")
@click.option("--all", "everything", is_flag=True, help="Show every field and the whole body.")
@evidence_options
def command(
    path: Path,
    address: str,
    params: tuple[str, ...],
    base_url: str | None,
    credentials: tuple[str, ...],
    dry_run: bool,
    everything: bool,
    contract: Path | None,
    events: Path | None,
    fixtures: Path | None,
) -> None:
    """Render RESOURCE.OPERATION with values for its placeholders, send it, and show the record.

    The answer comes from the connector's fixtures, or from --base-url. A body that would be broken is shown
    with the mark, and not sent. Exit status: 0 answered with a success, 1 not sent or refused, 2 where it
    could not be tried.
    """
    from connlint.cli.mock import one_home

    home = one_home(path, contract, events, fixtures)
    operation = _operation(home, address)
    values = _values(operation, params, _credentials(home, credentials, masked=base_url is None or dry_run))
    from connlint.connector.rendering import CannotRender, render

    shown_base = base_url or f"http://mock{home.connector.base_path}"
    try:
        request = render(operation, values, base_url=shown_base)
    except CannotRender as error:
        fail(str(error))
    _show_request(request, operation, home)
    if not request.sendable:
        say("Not sent.")
        raise SystemExit(1)
    if dry_run:
        say("Not sent (--dry-run).")
        return
    response = _asked(home, request) if base_url is None else _sent(request)
    _show_response(response, everything=everything)
    if 200 <= response.status <= 299:
        _show_record(home, operation, response, everything=everything)
    raise SystemExit(0 if 200 <= response.status <= 399 else 1)


def _operation(home: Home, address: str) -> Operation:
    from connlint.text import nearest

    operations = {operation.address: operation for operation in home.connector.operations}
    if address not in operations:
        near = nearest(address, operations)
        resource = address.partition(".")[0]
        own = [name for name in operations if name.partition(".")[0] == resource]
        hint = f"did you mean `{near}`?" if near else f"there are {', '.join(own or operations) or 'none'}"
        fail(f"the connector has no operation `{address}`: {hint}")
    return operations[address]


# --- values


def _values(
    operation: Operation, params: Sequence[str], credentials: Mapping[str, object]
) -> dict[str, object]:
    """The values of the placeholders, as their types take them."""
    from connlint.connector.rendering import CannotRender, Upload, placeholders_of, read_value
    from connlint.text import nearest

    types = placeholders_of(operation)
    found: dict[str, object] = {name: value for name, value in credentials.items() if name in types}
    for item in params:
        name, equals, text = item.partition("=")
        if not equals:
            fail(f"-p {item}: NAME=VALUE was expected")
        if name not in types:
            near = nearest(name, types)
            free = [known for known in types if known not in credentials]
            hint = f"did you mean `{near}`?" if near else f"it has {', '.join(free) or 'none'}"
            fail(f"`{operation.address}` has no placeholder `{name}`: {hint}")
        if name in credentials:
            fail(f"`{name}` is a credential: --credential-env {name}=VARIABLE takes it from the environment")
        if text.startswith("@"):
            content, filename = _file(text[1:])
            if types[name] == "Bytes":
                import mimetypes

                media = mimetypes.guess_type(filename)[0] or "application/octet-stream"
                found[name] = Upload(filename, content, media)
                continue
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                fail(f"-p {name}: {filename} is no text, and `{name}` is of type {types[name]}")
        try:
            value = read_value(types[name], text)
        except CannotRender as error:
            fail(f"-p {name}: {error}")
        found[name] = Upload(name, text.encode()) if types[name] == "Bytes" else value
    return found


def _file(name: str) -> tuple[bytes, str]:
    try:
        data = Path(name).read_bytes()
    except OSError as error:
        fail(f"cannot read {name}: {error.strerror}")
    return data, Path(name).name


def _credentials(home: Home, given: Sequence[str], *, masked: bool) -> dict[str, object]:
    """The credentials of `auth`: from the environment; where nobody checks them, a stand-in."""
    service = home.connector.service
    auth = service.auth if service is not None else None
    names = [placeholder.name for placeholder in auth.placeholders] if auth is not None else []
    found: dict[str, object] = {}
    for item in given:
        name, equals, variable = item.rpartition("=")
        if not equals:
            if len(names) != 1:
                fail(f"--credential-env {item}: say which, NAME=VARIABLE, of {', '.join(names) or 'none'}")
            name = names[0]
        if name not in names:
            fail(
                f"--credential-env {item}: no credential is `{name}`: there are {', '.join(names) or 'none'}"
            )
        value = os.environ.get(variable)
        if not value:
            fail(f"--credential-env: the environment has no {variable}")
        found[name] = value
    for name in names:
        if name not in found:
            if not masked:
                from connlint.report.escape import visible

                value = click.prompt(
                    f"{visible(name)} (not shown)", hide_input=True, err=True, default="", show_default=False
                )
                if not value:
                    fail(f"`{name}` is needed: --credential-env VARIABLE takes it from the environment")
                found[name] = value
            else:
                found[name] = "connlint-mock"
    return found


# --- the request


def _show_request(request: Rendered, operation: Operation, home: Home) -> None:
    say(_masked(f"{request.method} {request.url}", request))
    for name, value in request.headers:
        say(_masked(f"{name}: {value}", request))
    if request.parts is not None:
        for part in request.parts:
            if part.filename is not None:
                media = f", {part.content_type}" if part.content_type else ""
                say(f"  {part.name}: file {part.filename}, {len(part.content):,} bytes{media}")
            else:
                say(_masked(f"  {part.name}: {_printable(part.content.decode('utf-8', 'replace'))}", request))
    elif request.text:
        _show_body(request, operation, home)
    for name in request.missing:
        say(f"`{name}` is required and has no value: -p {name}=…")


def _show_body(request: Rendered, operation: Operation, home: Home) -> None:
    """The body, with a mark below where it breaks."""
    assert request.text is not None
    broken = request.broken
    if broken is None:
        text = _printable(request.text, keep_lines=True)
        say(_masked(text if len(text) <= _LONGEST * 4 else f"{text[: _LONGEST * 4]}…", request))
        return
    before = request.text[: broken.start]
    line_start = before.rfind("\n") + 1
    line_end = request.text.find("\n", broken.start)
    line_end = len(request.text) if line_end < 0 else line_end
    # of a long line the part around the mark
    first = max(line_start, broken.start - 300)
    last = min(line_end, broken.start + 300)
    if first == line_start and last == line_end:
        for line in request.text[:line_start].splitlines():
            say(_masked(_printable(line), request))
    shown = _masked(_printable(request.text[first : broken.start]), request)
    say(shown + _masked(_printable(request.text[broken.start : last]), request))
    rule = _rule_about(home, operation, broken.placeholder)
    say(" " * len(shown) + f"^ not JSON: {broken.message}" + (f"   ({rule})" if rule else ""))
    if first == line_start and last == line_end:
        for line in request.text[line_end:].splitlines()[1:]:
            say(_masked(_printable(line), request))


def _rule_about(home: Home, operation: Operation, placeholder: str | None) -> str:
    """The rule that reports the same fault in the spec."""
    if placeholder is None:
        return ""
    from connlint.cli.records import findings_about

    said = findings_about(home, _RULES).get(f"{operation.address}.body{{{placeholder}}}", "")
    return said.rpartition("(")[2].rstrip(")") if said else ""


def _masked(text: str, request: Rendered) -> str:
    """A text without the credentials that stand in it, and without other text that can only be one."""
    from connlint.credentials import credentials_in

    for secret in sorted(request.secrets, key=len, reverse=True):
        text = text.replace(secret, _MASK)
    for found in reversed(credentials_in(text)):
        text = text[: found.start] + _MASK + text[found.end :]
    return text


def _printable(text: str, *, keep_lines: bool = False) -> str:
    return "".join(char if char.isprintable() or (keep_lines and char == "\n") else " " for char in text)


def _body(request: Rendered) -> tuple[bytes, list[tuple[str, str]]]:
    from connlint.connector.rendering import multipart

    headers = list(request.headers)
    if request.parts is not None:
        boundary = _BOUNDARY
        while any(boundary.encode() in part.content for part in request.parts):
            boundary += "-"
        headers.append(("Content-Type", f"multipart/form-data; boundary={boundary}"))
        return multipart(request.parts, boundary), headers
    return (request.text or "").encode("utf-8", "surrogatepass"), headers


# --- the answer


def _asked(home: Home, request: Rendered) -> Response:
    """What the mock answers, without a socket."""
    from urllib.parse import urlsplit

    from connlint.cli.mock import draft_hint, opened
    from connlint.mock.received import Received

    if request.parts is not None:
        from connlint.cli.mock import require_extra

        require_extra("python_multipart")
    world = opened(home)
    if not world.answered:
        draft_hint(home)
    body, headers = _body(request)
    parts = urlsplit(request.url)
    raw = [(name.lower().encode("latin-1"), value.encode("utf-8")) for name, value in headers]
    outcome = world.answer(Received(request.method, parts.path, parts.query, raw, body))
    answer = outcome.answer
    content_type = next(
        (value.decode("latin-1") for name, value in answer.headers if name == b"content-type"), ""
    )
    data = answer.body
    if answer.stream is not None:
        data = b"".join(chunk.data for chunk in answer.stream)
    origin = ", ".join(part for part in (answer.fixture, answer.why) if part)
    return Response(answer.status, content_type, data, origin)


def _sent(request: Rendered) -> Response:
    """What a real server answers. Redirects are not followed: a credential goes nowhere else."""
    from connlint.cli.mock import require_extra

    require_extra("httpx2")
    import httpx2

    body, headers = _body(request)
    raw = [(name.encode("utf-8"), value.encode("utf-8", "surrogatepass")) for name, value in headers]
    try:
        with (
            httpx2.Client(follow_redirects=False, timeout=_TIMEOUT, trust_env=False) as client,
            client.stream(request.method, request.url, content=body or None, headers=raw) as answer,
        ):
            pieces: list[bytes] = []
            size = 0
            until = time.monotonic() + _LONGEST_ANSWER
            for piece in answer.iter_bytes():
                pieces.append(piece)
                size += len(piece)
                # a server that never ends, however slowly, is not waited for
                if size > _LARGEST or time.monotonic() > until:
                    break
            return Response(answer.status_code, answer.headers.get("content-type", ""), b"".join(pieces), "")
    except httpx2.InvalidURL as error:
        fail(f"--base-url: {error}")
    except httpx2.LocalProtocolError:
        # its words quote the header, which may be a credential
        fail("the request is none: a header holds a character that no header may hold")
    except httpx2.HTTPError as error:
        why = str(error) or type(error).__name__
        fail(_masked(f"{request.method} {request.url.partition('?')[0]}: {why}", request))


def _show_response(response: Response, *, everything: bool) -> None:
    origin = f"  ({response.origin})" if response.origin else ""
    say(f"→ {response.status} {response.content_type}{origin}")
    if not response.body:
        return
    try:
        text = response.body.decode("utf-8")
    except UnicodeDecodeError:
        say(f"  {len(response.body):,} bytes")
        return
    if _json(response) is not _NONE:
        text = json.dumps(_json(response), indent=2, ensure_ascii=False)
    text = re.sub(r"\r\n?", "\n", text)
    if not everything and len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}\n…  {len(response.body):,} bytes in all: --all"
    say(_printable(text, keep_lines=True))


_NONE = object()


def _json(response: Response) -> object:
    media = response.content_type.partition(";")[0].strip().lower()
    if media != "application/json" and not media.endswith("+json"):
        return _NONE
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError):
        return _NONE


def _show_record(home: Home, operation: Operation, response: Response, *, everything: bool) -> None:
    """What the resource's fields select, of a list from its first record."""
    from connlint.cli.records import record_lines

    fields = operation.resource.fields
    if not fields or operation.name == "delete":
        return
    value = _json(response)
    if value is _NONE:
        value = response.body.decode("utf-8", "replace")
    title = "record:"
    if operation.name == "list":
        records = _records(home, operation, value)
        if records is not None:
            if not records:
                say("no records")
                return
            value = records[0]
            title = f"record 1 of {len(records)}:"
    say(title)
    for line in record_lines(
        fields, value, most=None if everything else 12, absent=lambda field: _seen_in(home, field)
    ):
        say(line)


def _seen_in(home: Home, field: Field) -> str:
    """The first fixture of the field's resource whose answer has it."""
    from connlint.connector.selectors import walk
    from connlint.reading import MISSING

    resource = field.address.partition(".fields[")[0]
    for fixture in home.evidence.fixtures:
        for exchange in fixture.exchanges:
            if exchange.operation.startswith(f"{resource}.") and exchange.json is not MISSING:
                found = walk(exchange.json, field.selector or ())
                if found.found and found.value is not None:
                    step = f", step {exchange.step + 1}" if exchange.step is not None else ""
                    return f"it is in {fixture.name}{step}"
    return ""


def _records(home: Home, operation: Operation, value: object) -> list[object] | None:
    """The records of a list's answer: the body, what configuration names, or its one array of objects."""
    from connlint.connector.selectors import walk

    if isinstance(value, list):
        return value
    named = home.evidence.records.get(operation.address)
    if named is not None:
        found = walk(value, named)
        return found.value if found.found and isinstance(found.value, list) else None
    arrays = [
        item
        for item in (value.values() if isinstance(value, dict) else ())
        if isinstance(item, list) and all(isinstance(one, dict) for one in item)
    ]
    return arrays[0] if len(arrays) == 1 else None
