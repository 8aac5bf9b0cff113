"""Whether the vendor would take a request: the credential, then the contract, else what the template says.

A client may send more than the connector does. What is refused is what the contract does not allow; without
one, a body of another kind, or one that lacks what the connector always sends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.connector.bodies import Node
from connlint.connector.selectors import json_kind
from connlint.connector.types import kinds, known
from connlint.evidence.fixtures import exchanges_of
from connlint.evidence.matching import admits, matched
from connlint.evidence.redaction import carriers
from connlint.mock.received import BadBody
from connlint.reading import render_pointer

if TYPE_CHECKING:
    from connlint.connector.model import Connector, Operation, Template
    from connlint.evidence.bundle import Evidence
    from connlint.evidence.contract import ContractOperation, Parameter
    from connlint.evidence.shapes import Shape
    from connlint.mock.received import Received, ReceivedPart

MOST: Final = 5
"""Faults that one answer names."""


class Fault(NamedTuple):
    """Why a request is refused: the status, what is wrong, in words, and the member or parameter it is
    about."""

    status: int
    message: str
    name: str | None = None


class Credential:
    """What the connector's `auth` says a request must carry. Any value that is not empty will do."""

    def __init__(self, connector: Connector) -> None:
        self._wanted: list[tuple[bytes, tuple[str, ...], str]] = []
        service = connector.service
        auth = service.auth if service is not None else None
        if service is None or auth is None:
            return
        declared = {placeholder.name for placeholder in auth.placeholders}
        forms: dict[str, list[str]] = {}
        if auth.token is not None:
            name = auth.header_name.text.strip() if auth.header_name is not None else "Authorization"
            forms.setdefault(name, []).append(auth.token.text)
        for header in service.headers:
            if any(hole.name in declared for hole in header.holes):
                forms.setdefault(header.name, []).append(header.text)
        if not forms:
            forms = {name: [] for name in sorted(carriers(connector) - {"authorization"})}
        for name, texts in forms.items():
            prefixes = tuple(dict.fromkeys(text.partition("{{")[0].strip().lower() for text in texts)) or (
                "",
            )
            example = next((text for text in texts if "{{" in text), "…")
            self._wanted.append((name.lower().encode("latin-1", "replace"), prefixes, f"{name}: {example}"))

    def missing(self, headers: list[tuple[bytes, bytes]]) -> Fault | None:
        """What is wrong with the credential of a request's headers; None where nothing is."""
        for name, prefixes, example in self._wanted:
            held = None
            for key, value in headers:
                if key == name:
                    held = value
                    break
            if held is None:
                return Fault(401, f"no credential: the connector sends the header `{example}`")
            text = held.decode("latin-1").strip()
            if not any(_carries(text, prefix) for prefix in prefixes):
                return Fault(401, f"the credential is empty or of another form: expected `{example}`")
        return None


def _carries(text: str, prefix: str) -> bool:
    """Whether a header holds something after the literal text that its template begins with."""
    return text.lower().startswith(prefix) and len(text) > len(prefix)


class Checker:
    """Holds requests to the contract, or to the connector's own templates."""

    def __init__(self, evidence: Evidence, *, strict: bool = False) -> None:
        self._evidence = evidence
        self._strict = strict
        self._spared: dict[str, frozenset[str]] = {}
        self._known: dict[str, ContractOperation | None] = {}

    def known(self, operation: Operation) -> ContractOperation | None:
        """The contract's operation, None without a contract or where it has none."""
        address = operation.address
        if address not in self._known:
            contract = self._evidence.contract
            self._known[address] = matched(operation, contract) if contract is not None else None
        return self._known[address]

    def fault(self, operation: Operation, request: Received) -> Fault | None:
        """The first reason to refuse a request; None where there is none."""
        known = self.known(operation)
        faults = _against_contract(known, request, self._evidence) if known is not None else None
        if faults is None:
            faults = _against_template(operation, request, spared=self._spared_keys(operation))
        listed = list(faults)
        if not listed and self._strict:
            listed = list(_strictly(operation, request))
        if not listed:
            return None
        first = listed[0]
        same = [fault for fault in listed if fault.status == first.status]
        words = "; ".join(fault.message for fault in same[:MOST])
        more = f"; {len(same) - MOST} more" if len(same) > MOST else ""
        return Fault(first.status, words + more, first.name)

    def _spared_keys(self, operation: Operation) -> frozenset[str]:
        """The keys of the body that the vendor is known to do without: a fixture has an answer of success
        to a request that lacks them. What was seen outranks what the connector always sends."""
        address = operation.address
        if address not in self._spared:
            self._spared[address] = frozenset(_lacking(operation, self._evidence))
        return self._spared[address]


def _lacking(operation: Operation, evidence: Evidence) -> Iterator[str]:
    body = operation.body.body if operation.body is not None else None
    if body is None or body.root is None:
        return
    keys = {key.name for key, _ in body.root.members if key.name is not None}
    for exchange in exchanges_of(evidence.fixtures, operation.address):
        asked = exchange.request.body
        if exchange.response.ok and exchange.fixture.proves and isinstance(asked.value, dict):
            yield from keys - asked.value.keys()


# --- the contract


def _against_contract(known: ContractOperation, request: Received, evidence: Evidence) -> Iterator[Fault]:
    said = "(contract)"
    for name, parameter in known.parameters_in("query").items():
        held = _query_values(request, name)
        if not held:
            if parameter.required:
                yield Fault(400, f"the query parameter `{name}` is missing {said}", name)
        else:
            yield from _parameter(parameter, held)
    for name, parameter in known.parameters_in("header").items():
        if parameter.required and request.header(name.lower()) is None:
            yield Fault(400, f"the header `{name}` is missing {said}", name)
    if not request.body:
        if known.body_required:
            takes = ", ".join(known.bodies)
            yield Fault(400, f"the body is missing: the contract wants {takes}")
        return
    if not known.bodies:
        return
    shape = next((shape for media, shape in known.bodies.items() if admits(media, request.media)), None)
    if shape is None:
        takes = ", ".join(known.bodies)
        yield Fault(415, f"the body is `{request.media or 'of no content type'}`, the contract takes {takes}")
        return
    yield from _body(request, shape, evidence)


def _query_values(request: Received, name: str) -> list[str]:
    """The values of a query parameter; arrays and objects may be written with brackets."""
    found = list(request.query.get(name, []))
    head = name.removesuffix("[]")
    for key, values in request.query.items():
        if key != name and (key == head or key.startswith(f"{head}[")):
            found += values
    return found


def _parameter(parameter: Parameter, held: list[str]) -> Iterator[Fault]:
    """Whether a query parameter's text can be what the contract wants there."""
    admitted = parameter.shape.kinds - {"null"}
    if len(held) > 1 or admitted & {"array", "object"}:
        return
    text = held[0]
    spelled = {"string"}
    if _is_integer(text):
        spelled |= {"integer", "number"}
    elif _is_number(text):
        spelled.add("number")
    if text.lower() in ("true", "false"):
        spelled.add("boolean")
    if not spelled & admitted and admitted:
        wanted = " or ".join(sorted(admitted))
        yield Fault(
            400,
            f"the query parameter `{parameter.name}` is `{text[:60]}`: the contract wants {wanted}",
            parameter.name,
        )
        return
    values = parameter.shape.values
    if values and not any(_spells(text, value) for value in values):
        listed = ", ".join(str(value) for value in values[:12])
        yield Fault(
            400,
            f"the query parameter `{parameter.name}` is `{text[:60]}`: the contract has {listed}",
            parameter.name,
        )


def _spells(text: str, value: object) -> bool:
    return text == (str(value).lower() if isinstance(value, bool) else str(value))


def _is_integer(text: str) -> bool:
    return text.removeprefix("-").isascii() and text.removeprefix("-").isdigit()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _body(request: Received, shape: Shape, evidence: Evidence) -> Iterator[Fault]:
    if request.kind == "json":
        try:
            value = request.json
        except BadBody as error:
            yield Fault(400, str(error))
            return
        instances = evidence.instances
        assert instances is not None
        for wrong in instances.contradictions(shape, value, sent=True):
            at = _dotted(wrong.at)
            where = f"`{at}`: " if at else "the body: "
            yield Fault(400, f"{where}{wrong.message} (contract)", at or None)
    elif request.kind in ("form", "multipart"):
        yield from _parts(request, shape)


def _dotted(pointer: tuple[str | int, ...]) -> str:
    return ".".join(str(step) for step in pointer) if pointer else render_pointer(())


def _parts(request: Received, shape: Shape) -> Iterator[Fault]:
    """A form held to a shape: the names that must be there, and files where the contract wants files."""
    try:
        parts = request.parts
    except BadBody as error:
        yield Fault(400, str(error))
        return
    by_name: dict[str, list[ReceivedPart]] = {}
    for part in parts:
        by_name.setdefault(part.name.partition("[")[0], []).append(part)
    for name in shape.required_keys:
        if name.removesuffix("[]") not in by_name:
            yield Fault(400, f"`{name}` is missing (contract: required)", name)
    for name, key in shape.keys().items():
        for part in by_name.get(name, []):
            values = key.shape.values
            if not values or part.filename is not None or "array" in key.shape.kinds:
                continue
            if not any(_spells(part.text, value) for value in values):
                listed = ", ".join(str(value) for value in values[:12])
                yield Fault(400, f"`{name}` is `{part.text[:60]}`: the contract has {listed}", name)


# --- the connector's own templates


def _against_template(
    operation: Operation,
    request: Received,
    *,
    strict: bool = False,
    spared: frozenset[str] = frozenset(),
) -> Iterator[Fault]:
    """What the template makes certain: the kind of body, the keys of required placeholders, their types."""
    for template in operation.query:
        required = [
            hole for hole in template.holes if hole.placeholder is not None and hole.placeholder.required
        ]
        if required and template.name not in request.query:
            yield Fault(
                400,
                f"the query parameter `{template.name}` is missing (the connector requires it)",
                template.name,
            )
    body = operation.body
    if body is None or body.body is None:
        return
    kind = body.body_kind
    if not request.body:
        if body.text.strip():
            yield Fault(400, f"the body is missing: the connector sends {operation.content_type or 'JSON'}")
        return
    if request.kind != kind:
        yield Fault(
            415,
            f"the body is `{request.media or 'of no content type'}`, "
            f"the connector sends {operation.content_type or 'application/json'}",
        )
        return
    try:
        value: object = request.json if kind == "json" else {part.name: part.text for part in request.parts}
    except BadBody as error:
        yield Fault(400, str(error))
        return
    if body.body.root is not None:
        for fault in _node(body, body.body.root, value, "", structured=kind == "json", strict=strict):
            lacks = isinstance(value, dict) and fault.name not in value
            if strict or not (lacks and fault.name in spared):
                yield fault


def _node(
    template: Template, node: Node, value: object, at: str, *, structured: bool, strict: bool
) -> Iterator[Fault]:
    if node.kind == "object" and isinstance(value, dict):
        for key, inner in node.members:
            if key.name is None:
                continue
            name = f"{at}.{key.name}" if at else key.name
            if key.name in value:
                yield from _node(template, inner, value[key.name], name, structured=structured, strict=strict)
            elif _certain(template, inner, constants=strict):
                yield Fault(400, f"`{name}` is missing (the connector always sends it)", name)
    elif node.kind in ("object", "array") and structured:
        if json_kind(value) != node.kind:
            yield Fault(
                400,
                f"`{at or 'the body'}` is {_a(json_kind(value))}, the connector sends {_a(node.kind)}",
                at,
            )
    elif len(node.holes) == 1 and structured:
        yield from _hole(template, node, value, at)


def _hole(template: Template, node: Node, value: object, at: str) -> Iterator[Fault]:
    """A bare hole's value against its declared type; a quoted hole sends text."""
    placeholder = template.scope.get(node.holes[0].name)
    wanted: frozenset[str] = frozenset({"string"})
    if node.kind == "hole":
        if placeholder is None or placeholder.type is None or not known(placeholder.type):
            return
        wanted = kinds(placeholder.type)
    held = json_kind(value)
    if held != "null" and held not in wanted and not (held == "integer" and "number" in wanted):
        words = " or ".join(sorted(wanted))
        yield Fault(400, f"`{at}` is {_a(held)}, the connector sends {words}", at)


def _a(kind: str) -> str:
    return "null" if kind == "null" else f"an {kind}" if kind[0] in "aio" else f"a {kind}"


def _certain(template: Template, node: Node, *, constants: bool) -> bool:
    """Whether a request must have what a node renders to: required placeholders fill it. Constants are the
    connector's own choice, which another client need not share."""
    if node.kind in ("object", "array"):
        inner = [*(value for _, value in node.members), *node.items]
        return constants or any(_certain(template, item, constants=False) for item in inner)
    if not node.holes:
        return constants
    placeholders = [template.scope.get(hole.name) for hole in node.holes]
    return all(placeholder is not None and placeholder.required for placeholder in placeholders)


# --- --strict


def _strictly(operation: Operation, request: Received) -> Iterator[Fault]:
    """What the connector itself would never send."""
    declared = {template.name for template in operation.query}
    for name in request.query:
        if name not in declared:
            yield Fault(400, f"the connector sends no query parameter `{name}` (--strict)", name)
    body = operation.body
    if body is None:
        if request.body:
            yield Fault(400, "the connector sends no body (--strict)")
        return
    yield from _against_template(operation, request, strict=True)
    if body.body is None or body.body.root is None or request.kind != body.body_kind:
        return
    value: object = request.json_or_none
    if request.kind != "json":
        value = {part.name: part.text for part in request.parts_or_none}
    yield from _unknown(body.body.root, value, "")


def _unknown(node: Node, value: object, at: str) -> Iterator[Fault]:
    if node.kind != "object" or not isinstance(value, Mapping):
        return
    named = {key.name: inner for key, inner in node.members}
    if None in named:
        return
    for key, item in value.items():
        name = f"{at}.{key}" if at else str(key)
        if key not in named:
            yield Fault(400, f"the connector sends no `{name}` (--strict)", name)
        else:
            yield from _unknown(named[key], item, name)
