"""What a fixture says that the vendor's contract, or its list of events, does not allow.

For a recording that is a word about the contract (the vendor did answer so); for a draft or a fixture
written by hand, about the fixture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.evidence.fixtures import Delivery, Exchange, Fixture
from connlint.evidence.instances import Contradiction, Instances
from connlint.evidence.shapes import Shape
from connlint.finding import Observation
from connlint.reading import MISSING, Location, Pointer, render_pointer

if TYPE_CHECKING:
    from connlint.connector.model import Connector
    from connlint.evidence.bundle import Evidence
    from connlint.evidence.contract import ContractOperation, ContractResponse

MOST: Final = 20
"""Contradictions of one fixture that are told apart; after so many it is of another world."""

_ANY_BYTES: Final = frozenset({"application/octet-stream", "binary/octet-stream", "*/*", "application/*"})


class Clash(NamedTuple):
    """One contradiction: where in the fixture and in which `part` of it ("answer", "request", "stream",
    "delivery"), the path in that part, what is wrong, the evidence, and in how many more items of the same
    list it stands."""

    at: Location
    part: str
    path: str
    message: str
    seen: Observation
    more: int = 0


class _Held(NamedTuple):
    """A JSON value of a fixture, and what it is held to.

    `said_by` are the kind and the name of the document that says it, and what it says it of; `relevant`
    decides which keys that it does not name are worth a word.
    """

    part: str
    value: object
    shape: Shape
    instances: Instances
    locate: Callable[[Pointer], Location]
    said_by: tuple[str, str, str]
    relevant: Callable[[Pointer], bool]
    unknown: frozenset[Pointer] = frozenset()


def clashes(fixture: Fixture, connector: Connector, evidence: Evidence) -> list[Clash]:
    """Every contradiction between a fixture and the official documents, in the fixture's order."""
    found: list[Clash] = []
    for exchange in fixture.exchanges:
        found.extend(_of_exchange(exchange, connector, evidence))
    for delivery in fixture.deliveries:
        found.extend(_of_delivery(delivery, evidence))
    return found[:MOST]


def _of_exchange(exchange: Exchange, connector: Connector, evidence: Evidence) -> Sequence[Clash]:
    """What an exchange contradicts: of the contract's operation that the connector's one is."""
    operation = evidence.verdicts.named(connector).get(exchange.operation)
    known = evidence.verdicts.operation(operation) if operation is not None else None
    if operation is None or known is None:
        return ()
    selectors = None
    if exchange.fixture.provenance.kind == "recorded":
        selectors = tuple(field.selector for field in operation.resource.fields if field.selector)
    return evidence.remembered(
        ("clashes", exchange, known, selectors), lambda: list(_held_to(exchange, known, selectors, evidence))
    )


def _held_to(
    exchange: Exchange,
    known: ContractOperation,
    selectors: Sequence[tuple[str, ...]] | None,
    evidence: Evidence,
) -> Iterator[Clash]:
    """What an exchange contradicts of an operation of the contract. Of a recording, keys that the contract
    lacks count where one of the selectors reads them."""
    instances = evidence.instances
    if instances is None:
        return
    relevant = _every if selectors is None else _selected_by(selectors)
    said_by = ("contract", evidence.contract_name, f"{known.name}, the request's body")
    body, place = exchange.request.body, exchange.request.body.at
    asked = known.bodies.get("application/json")
    if exchange.response.ok and body.kind == "json" and place is not None and asked is not None:
        at = _below(place)
        yield from _in_value(_Held("request", body.value, asked, instances, at, said_by, relevant), sent=True)
    said_by = (*said_by[:2], f"{known.name}, the answer {exchange.response.status}")
    answer = _answer(known, exchange.response.status)
    media = (exchange.response.content_type or "").partition(";")[0].strip().lower()
    if answer is None or not answer.content or not media:
        return
    shape = _of_media(answer.content, media)
    if shape is None:
        if exchange.json is not MISSING or _ANY_BYTES.isdisjoint(answer.content):
            yield _other_media(exchange, known, answer, media, evidence.contract_name)
    elif exchange.json is not MISSING:
        held = _Held(
            "answer", exchange.json, shape, instances, exchange.locate, said_by, relevant, exchange.unknown
        )
        yield from _in_value(held)
    elif exchange.response.body.kind == "stream" and "object" in shape.kinds:
        yield from _in_stream(exchange, _Held("stream", None, shape, instances, _nowhere, said_by, relevant))


def _in_stream(exchange: Exchange, held: _Held) -> Iterator[Clash]:
    """What the items of a stream contradict; text such as `[DONE]` is no item of the contract's."""
    body = exchange.response.body
    listed = body.value if isinstance(body.value, list) else []
    for index, item in enumerate(listed):
        data = item.get("data") if isinstance(item, Mapping) else None
        if isinstance(data, (dict, list)) and body.at is not None:
            yield from _in_value(held._replace(value=data, locate=_below(body.at / index / "data")))


def _of_delivery(delivery: Delivery, evidence: Evidence) -> Sequence[Clash]:
    """What a delivery contradicts: of the events document, else of the contract's `webhooks`."""
    key = ("clashes", delivery, evidence.events)
    return evidence.remembered(key, lambda: list(_as_delivered(delivery, evidence)))


def _as_delivered(delivery: Delivery, evidence: Evidence) -> Iterator[Clash]:
    if delivery.json is MISSING:
        return
    relevant = _none if delivery.fixture.provenance.kind == "recorded" else _every
    event = evidence.events.get(delivery.event) if evidence.events is not None else None
    if event is not None and event.held is not None:
        shape, instances = event.held
        said_by = ("events", evidence.events_name, f"the deliveries of {event.name}")
    else:
        contract = evidence.contract
        webhook = contract.events.get(delivery.event) if contract is not None else None
        if webhook is None or evidence.instances is None:
            return
        shape, instances = webhook.payload, evidence.instances
        said_by = ("contract", evidence.contract_name, f"the deliveries of {webhook.name}")
    yield from _in_value(
        _Held("delivery", delivery.json, shape, instances, delivery.locate, said_by, relevant)
    )


def _in_value(held: _Held, *, sent: bool = False) -> Iterator[Clash]:
    """The contradictions in one value; those of a list's items that are alike are one."""
    wrong, surplus = held.instances.judged(held.shape, held.value, held.unknown, sent=sent)
    misplaced = {_pattern(item.at) for item in wrong if item.misplaced}
    extra = {
        at
        for at in surplus
        if held.relevant(at) and not any(_pattern(at[:depth]) in misplaced for depth in range(len(at)))
    }
    named = [
        Contradiction(at, held.shape.pointer, f"`{at[-1]}` is no key that may stand here")
        for at in sorted(extra, key=lambda at: [str(step) for step in at])
    ]
    alike: dict[tuple[object, ...], list[Contradiction]] = {}
    for item in [*wrong, *named]:
        alike.setdefault((_pattern(item.at), item.schema), []).append(item)
        if len(alike) > MOST:
            break
    kind, source, where = held.said_by
    for first, *rest in alike.values():
        # an event's shape is put together from parts of its document: no pointer leads there
        pointer = render_pointer(first.schema) if kind == "contract" else None
        seen = Observation(kind, source, pointer, where)
        at = held.locate(first.at)
        at = at.key if first.at in extra else at
        yield Clash(at, held.part, render_pointer(first.at), first.message, seen, len(rest))


def _pattern(at: Pointer) -> Pointer:
    """A place with any item of a list for the one that is meant."""
    return tuple("*" if isinstance(step, int) else step for step in at)


def _other_media(
    exchange: Exchange, known: ContractOperation, answer: ContractResponse, media: str, source: str
) -> Clash:
    listed = ", ".join(answer.content)
    seen = Observation("contract", source, render_pointer(answer.pointer), f"{known.name} answers {listed}")
    message = f"the body is {media} where {listed} is expected"
    return Clash(exchange.response.body.at or exchange.response.at, "answer", "", message, seen)


def _answer(known: ContractOperation, status: int) -> ContractResponse | None:
    """What the contract says of a status: by its number, its class, or as the default."""
    for word in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
        if word in known.responses:
            return known.responses[word]
    return None


def _of_media(content: Mapping[str, Shape], media: str) -> Shape | None:
    """The shape for a media type: by its name, by a range, or JSON by any of JSON's names."""
    for name, shape in content.items():
        plain = name.partition(";")[0].strip().lower()
        if plain == media or plain == "*/*" or (plain.endswith("/*") and media.startswith(plain[:-1])):
            return shape
    if media == "application/json" or media.endswith("+json"):
        from connlint.evidence.contract import is_json_media

        return next((shape for name, shape in content.items() if is_json_media(name)), None)
    return None


def _below(place: Location) -> Callable[[Pointer], Location]:
    def locate(pointer: Pointer) -> Location:
        here = place
        for step in pointer:
            here = here / step
        return here

    return locate


def _nowhere(_pointer: Pointer) -> Location:
    raise AssertionError("a stream has no place of its own; its items do")


def _every(_pointer: Pointer) -> bool:
    return True


def _none(_pointer: Pointer) -> bool:
    return False


def _selected_by(selectors: Sequence[tuple[str, ...]]) -> Callable[[Pointer], bool]:
    """Whether one of a resource's fields selects what stands at a pointer, in the record or, for a list, in a
    record of its envelope: a contract that lacks it cannot prove that field."""

    def relevant(pointer: Pointer) -> bool:
        steps = tuple(str(step) for step in pointer)
        starts: Iterable[int] = (0, *(i + 1 for i, step in enumerate(pointer[:2]) if isinstance(step, int)))
        return any(
            selector[: len(steps) - start] == steps[start:] for start in starts for selector in selectors
        )

    return relevant
