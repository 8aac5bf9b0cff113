"""Errors in the vendor's shape: from a fixture of that status, else the contract's schema, else plain JSON.

What is wrong goes to where such a body holds its message, so that a client's exception shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from connlint.evidence.contract import is_json_media
from connlint.evidence.samples import Sampler
from connlint.evidence.shapes import Shape
from connlint.mock.exchanges import FIXTURE_HEADER, Answer, compact, header_pair

if TYPE_CHECKING:
    from connlint.connector.model import Operation
    from connlint.evidence.contract import Contract, ContractOperation
    from connlint.mock.exchanges import Ready

_MESSAGE: Final = (
    "message",
    "error_message",
    "error_description",
    "detail",
    "description",
    "title",
    "reason",
    "msg",
)
_PARAMETER: Final = ("param", "parameter", "field", "property", "target")
_STATUS: Final = ("status", "status_code", "statusCode", "http_status")
_SCHEMA: Final = re.compile(
    r"(?i)(?:api|http|basic|generic|standard)?[_-]?error[_-]?(?:response|body|model|object|payload)?s?"
)
_SLUGS: Final = {
    400: "invalid_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    409: "conflict",
    413: "request_too_large",
    415: "unsupported_media_type",
    422: "unprocessable",
    429: "rate_limited",
    500: "server_error",
    503: "unavailable",
}


class Errors:
    """Makes the answers for what goes wrong. Their bodies are worked out when first asked for, and kept."""

    def __init__(self, ready: Iterable[Ready], contract: Contract | None) -> None:
        self._ready = [item for item in ready if item.status >= 400 and item.exchange.response.is_json]
        self._contract = contract
        self._shapes: dict[tuple[str, int], object] = {}
        self._general: object = _UNSOUGHT

    def answer(
        self,
        status: int,
        message: str,
        *,
        operation: Operation | None = None,
        known: ContractOperation | None = None,
        name: str | None = None,
        why: str = "",
        headers: Iterable[tuple[bytes, bytes]] = (),
    ) -> Answer:
        """An error of a status that says `message`; `name` is the parameter that it is about."""
        fixture = self._fixture(status, operation)
        if fixture is not None:
            body = with_message(fixture.exchange.json, status, message, name)
            made = [pair for pair in fixture.headers if pair[0] != FIXTURE_HEADER]
            sent = header_pair("x-connlint-fixture", fixture.name)
            return Answer(
                status,
                [*made, sent, *headers],
                compact(body),
                fixture=fixture.name,
                why=why or message,
                value=body,
            )
        shape = self._shape(status, operation, known)
        body = self._sampled(shape, status, message, name)
        sent = header_pair("x-connlint-fixture", "none")
        pairs = [(b"content-type", b"application/json"), sent, *headers]
        return Answer(status, pairs, compact(body), why=why or message, value=body)

    def _fixture(self, status: int, operation: Operation | None) -> Ready | None:
        """A fixture of that status: the operation's own, else any; a vendor's errors have one shape."""
        fitting = [item for item in self._ready if item.status == status]
        own = [
            item for item in fitting if operation is not None and item.operation.address == operation.address
        ]
        return next(iter(own or fitting), None)

    def _shape(
        self, status: int, operation: Operation | None, known: ContractOperation | None
    ) -> Shape | None:
        key = (operation.address if operation is not None else "", status)
        if key not in self._shapes:
            self._shapes[key] = (_of_operation(known, status) if known is not None else None) or self._any()
        found = self._shapes[key]
        return found if isinstance(found, Shape) else None

    def _any(self) -> Shape | None:
        """The shape of errors in general: an error answer of any operation, else a schema called so."""
        if self._general is _UNSOUGHT:
            self._general = _general(self._contract) if self._contract is not None else None
        return self._general if isinstance(self._general, Shape) else None

    def _sampled(self, shape: Shape | None, status: int, message: str, name: str | None) -> object:
        if shape is not None:
            value = _blank(Sampler().sample(shape), shape, status)
            if message_at(value) is not None:
                return with_message(value, status, message, name)
        plain: dict[str, object] = {"status": status, "code": _SLUGS.get(status, "error"), "message": message}
        return plain if name is None else {**plain, "param": name}


_UNSOUGHT: Final = object()


def _of_operation(known: ContractOperation, status: int) -> Shape | None:
    """The shape of the JSON body that the contract has for a status of an operation."""
    listed = known.responses
    for word in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
        response = listed.get(word)
        if response is None:
            continue
        for media, shape in response.content.items():
            if is_json_media(media) and message_at(Sampler().sample(shape)) is not None:
                return shape
    return None


def _general(contract: Contract) -> Shape | None:
    components = contract.value.get("components")
    schemas = components.get("schemas") if isinstance(components, Mapping) else None
    named = [name for name in (schemas or {}) if isinstance(name, str) and _SCHEMA.fullmatch(name)]
    # `ErrorResponse` holds the `Error`: the longer name is the whole body
    for name in sorted(named, key=lambda name: (-len(name), name)):
        shape = contract.schemas.at("components", "schemas", name)
        if message_at(Sampler().sample(shape)) is not None:
            return shape
    for operation in contract.operations():
        for status, response in operation.responses.items():
            if status[:1] in ("4", "5") or status == "default":
                for media, shape in response.content.items():
                    if is_json_media(media) and message_at(Sampler().sample(shape)) is not None:
                        return shape
    return None


def message_at(value: object) -> tuple[str | int, ...] | None:
    """The way to where an error's body holds its message: the shallowest key that is called so."""
    level: list[tuple[tuple[str | int, ...], object]] = [((), value)]
    for _ in range(6):
        for wanted in _MESSAGE:
            for at, here in level:
                if isinstance(here, dict) and isinstance(here.get(wanted), str):
                    return (*at, wanted)
        level = [((*at, key), item) for at, here in level for key, item in _inner(here)]
        if not level or len(level) > 1000:
            break
    if isinstance(value, dict) and isinstance(value.get("error"), str):
        return ("error",)
    return None


def _inner(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from list(enumerate(value))[:1]


def with_message(value: object, status: int, message: str, name: str | None) -> object:
    """An error's body with its message replaced, and the parameter and the status where it names them."""
    at = message_at(value)
    if at is None:
        return value
    return _with(value, at, status, message, name)


def _with(value: object, at: tuple[str | int, ...], status: int, message: str, name: str | None) -> object:
    step, rest = at[0], at[1:]
    if isinstance(value, list):
        assert isinstance(step, int)
        return [_with(value[step], rest, status, message, name), *value[1:]]
    assert isinstance(value, dict)
    changed = dict(value)
    for key, item in value.items():
        if key in _PARAMETER and (item is None or isinstance(item, str)):
            changed[key] = name
        elif (key in _STATUS or key == "code") and isinstance(item, int) and not isinstance(item, bool):
            changed[key] = status
    changed[str(step)] = message if not rest else _with(changed[str(step)], rest, status, message, name)
    return changed


def _blank(value: object, shape: Shape, status: int) -> object:
    """A sampled error with made-up words taken out: null where the contract lets it be, else a word for the
    status."""
    if not isinstance(value, dict):
        return value
    keys = shape.keys()
    found: dict[str, object] = {}
    for key, item in value.items():
        inner = keys[key].shape if key in keys else None
        if isinstance(item, dict) and inner is not None:
            found[key] = _blank(item, inner, status)
        elif isinstance(item, str) and inner is not None and not inner.values and key not in _MESSAGE:
            found[key] = (
                _SLUGS.get(status, "error") if key in ("code", "type") or not inner.nullable else None
            )
        else:
            found[key] = item
    return found
