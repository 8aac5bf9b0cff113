"""What the evidence says of each declared field: proven, sometimes there, never seen, refuted, unchecked.

FORMAT, "Selectors" and "Webhooks", decides; docs/format.md says it to users. A record field is held to the
answers of its resource's operations, a payload field to the deliveries of its webhook's event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.connector.model import Connector, Field, Operation, Resource, Template, Webhook
from connlint.connector.selectors import Walked, json_kind, walk
from connlint.evidence.fixtures import answers_of, deliveries_of
from connlint.evidence.matching import contract_fits_connector, contract_path, fits, matched
from connlint.finding import NotChecked, Summary, Tally
from connlint.reading import MISSING, Pointer, render_pointer
from connlint.record import once

if TYPE_CHECKING:
    from connlint.evidence.bundle import Evidence
    from connlint.evidence.contract import Contract, ContractOperation
    from connlint.evidence.fixtures import Delivery, Exchange, Fixture
    from connlint.evidence.requests import Issue
    from connlint.evidence.shapes import Shape, Walk

PROVEN: Final = "proven"
SOMETIMES: Final = "sometimes"
NEVER_SEEN: Final = "never_seen"
REFUTED: Final = "refuted"
UNCHECKED: Final = "unchecked"


class Asked(NamedTuple):
    """The operation whose answer it is, by its name and its address."""

    name: str
    address: str


class Witness(NamedTuple):
    """One piece of evidence about one field.

    `kind` is "contract", "events" or "fixture"; `source` its name as messages give it; `pointer` the place
    in it. `official` tells a vendor's shape from a sample. `outcome` is "proven", "sometimes", "refuted",
    "absent" (a sample without it), "null" or "unchecked" (`why`). `depth` segments were walked, `there` says
    what stands where the walk stopped (keys of an object, else a kind), `keys` are those keys. `kinds` are
    the JSON kinds at the selected place, `elements` those of its items where it is an array. `found` and
    `missing` name the branches or samples that have it and that lack it. Of a sample, the first `base` steps
    of `pointer` lead to the record; `by_hand` tells one that its author wrote from one that was recorded.
    """

    kind: str
    source: str
    pointer: Pointer
    official: bool
    outcome: str
    depth: int = 0
    there: str = ""
    keys: tuple[str, ...] = ()
    reason: str = ""
    kinds: frozenset[str] = frozenset()
    elements: frozenset[str] = frozenset()
    found: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    why: str = ""
    description: str = ""
    operation: Asked | None = None
    base: int = 0
    by_hand: bool = False

    @property
    def document(self) -> str:
        """The name of the document that speaks."""
        return self.source.rpartition(", ")[0] if self.kind == "contract" else self.source

    @property
    def place(self) -> str:
        """The answer or the record that it speaks of."""
        if self.official:
            return self.name
        record = self.pointer[: self.base]
        return f"{self.source}#{render_pointer(record)}" if record else self.source

    @property
    def name(self) -> str:
        """What a sentence calls it: the contract's operation, a delivery, the fixture's file."""
        if self.kind == "contract":
            return self.source.rpartition(", ")[2]
        return "a delivery" if self.kind == "events" else self.source


class Seen(NamedTuple):
    """What witnesses have seen at a selected place: who said so first, the kinds there, those of items."""

    first: Witness | None
    kinds: frozenset[str]
    elements: frozenset[str]


class Verdict:
    """What all evidence together says of what a field selects; `why` says why it is unchecked.

    Fields that are held to the same evidence share it, those of a connector as it was before an edit too:
    it refers to no node.
    """

    __slots__ = ("__dict__", "status", "why", "witnesses")

    def __init__(self, status: str, witnesses: tuple[Witness, ...], why: str = "") -> None:
        self.status = status
        self.witnesses = witnesses
        self.why = why

    @property
    def furthest(self) -> Witness | None:
        """The witness whose walk came furthest before it failed, an official one first."""
        failed = [item for item in self.witnesses if item.outcome in (REFUTED, "absent")]
        return max(failed, key=lambda item: (item.depth, item.official), default=None)

    @once
    def sampled(self) -> Seen:
        """What stands at the selected place in samples."""
        return _seen_by([item for item in self.witnesses if not item.official and _speaks(item)])

    @once
    def stated(self) -> Seen:
        """What stands at the selected place by the vendor's shapes."""
        return _seen_by([item for item in self.witnesses if item.official and _speaks(item)])

    @once
    def seen(self) -> Seen:
        """What stands at the selected place by all witnesses that know its kind."""
        return _seen_by([item for item in self.witnesses if item.kinds and _speaks(item)])


def _speaks(witness: Witness) -> bool:
    """Whether a witness says what stands at the selected place."""
    return witness.outcome == PROVEN or (witness.official and witness.outcome == SOMETIMES)


def _seen_by(heard: Sequence[Witness]) -> Seen:
    return Seen(
        heard[0] if heard else None,
        frozenset().union(*(item.kinds for item in heard)),
        frozenset().union(*(item.elements for item in heard)),
    )


class _Heard:
    """What the evidence holds of a resource's records: its operations' answers, and verdicts by selector."""

    __slots__ = ("answers", "opaque", "undecided", "verdicts")

    def __init__(self, answers: tuple[tuple[Asked, _Answers], ...]) -> None:
        self.answers = answers
        self.opaque = any(each.opaque for _, each in answers)
        self.undecided = ""
        for _, each in answers:
            self.undecided = self.undecided or each.undecided


class Verdicts:
    """Verdicts over the fields of one connector, each made once.

    What follows from the contract, some fixtures and a few words of the connector (a selector, a path) is
    remembered by these, so that an edit costs the verdicts that it is about.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._remembered = evidence.remembered
        self._made: dict[Field, Verdict] = {}
        self._heard: dict[Resource, _Heard] = {}
        self._deliveries: dict[str, tuple[Delivery, ...]] = {}
        self._matched: dict[str, ContractOperation | None] = {}
        self._paths: dict[str, str] = {}
        self._named: dict[str, Operation] | None = None
        self._is_ours: bool | None = None
        self._issues: dict[str, list[Issue]] = {}

    def of(self, field: Field) -> Verdict:
        """The verdict on one field."""
        verdict = self._made.get(field)
        if verdict is None:
            verdict = self._made[field] = self._judge(field)
        return verdict

    def operation(self, operation: Operation) -> ContractOperation | None:
        """The contract's operation, None where there is no contract or it has none."""
        contract = self._evidence.contract
        if contract is None:
            return None
        address = operation.address
        if address not in self._matched:
            key = ("matched", operation.method, operation.url_path, operation.connector.base_path)
            self._matched[address] = self._remembered(key, lambda: matched(operation, contract))
        return self._matched[address]

    def named(self, connector: Connector) -> Mapping[str, Operation]:
        """The connector's operations by their addresses."""
        if self._named is None:
            self._named = {}
            for operation in connector.operations:
                self._named.setdefault(operation.address, operation)
        return self._named

    def contract_path(self, operation: Operation, contract: Contract) -> str:
        """The operation's path as the contract would write it."""
        address = operation.address
        path = self._paths.get(address)
        if path is None:
            key = ("path", operation.url_path, operation.connector.base_path)
            path = self._paths[address] = self._remembered(key, lambda: contract_path(operation, contract))
        return path

    def contract_is_of(self, connector: Connector) -> Contract | None:
        """The contract, where it is this connector's and not another API's."""
        contract = self._evidence.contract
        if self._is_ours is None:
            self._is_ours = contract is not None and contract_fits_connector(
                connector, contract, self.contract_path
            )
        return contract if self._is_ours else None

    def request_issues(self, operation: Operation, known: ContractOperation) -> list[Issue]:
        """What differs between what the operation sends and the contract's request."""
        address = operation.address
        found = self._issues.get(address)
        if found is None:
            from connlint.evidence.requests import issues

            made: list[Issue] = []

            def differs() -> bool:
                made.extend(issues(operation, known))
                return bool(made)

            # an issue is about nodes, which are others after an edit; that there is none can be remembered
            if self._remembered(("differs", known, _sent(operation)), differs) and not made:
                differs()
            found = self._issues[address] = made
        return found

    def _judge(self, field: Field) -> Verdict:
        if field.selector is None:
            return Verdict(UNCHECKED, (), "its selector is no list of text")
        owner, selector = field.owner, field.selector
        if isinstance(owner, Webhook):
            event, seen = owner.event, self._deliveries_of(owner.event)
            return self._remembered(
                ("payload", self._evidence.events, event, selector, seen),
                lambda: self._payload(event, selector, seen),
            )
        heard = self._heard.get(owner)
        if heard is None:
            heard = self._heard[owner] = self._hear(owner)
        return self._remembered((heard, selector), lambda: self._record(heard, selector))

    # records

    def _hear(self, resource: Resource) -> _Heard:
        """What there is to hold a resource's records to."""
        answers = tuple(
            (Asked(operation.name, operation.address), self._answers_of(operation))
            for operation in resource.operations
            if operation.name != "delete"
        )
        return self._remembered(("heard", answers), lambda: _Heard(answers))

    def _record(self, heard: _Heard, selector: tuple[str, ...]) -> Verdict:
        witnesses: list[Witness] = []
        for asked, answers in heard.answers:
            witnesses += [
                _official("contract", source, shape, selector)._replace(operation=asked)
                for source, shape in answers.shapes
            ]
            witnesses += [_sampled(sample, selector)._replace(operation=asked) for sample in answers.samples]
        if heard.opaque and not selector:
            witnesses.append(
                Witness(
                    "contract", self._evidence.contract_name, (), True, PROVEN, kinds=frozenset({"string"})
                )
            )
        return _verdict(witnesses, _why_record(heard))

    def envelope(self, resource: Resource) -> str:
        """The key that holds the records in the answer of the resource's `list`, "" for none or unknown."""
        listing = next((operation for operation in resource.operations if operation.name == "list"), None)
        return self._answers_of(listing).envelope if listing is not None else ""

    def _answers_of(self, operation: Operation) -> _Answers:
        """What the evidence holds of an operation's answers, the same object as long as it is the same."""
        asked, contract = Asked(operation.name, operation.address), self.operation(operation)
        records = self._evidence.records.get(asked.address)
        at = None if records is None else tuple(records)
        seen = tuple(answers_of(self._by_target.get(asked.address, ()), asked.address))
        return self._remembered(
            ("answers", asked, contract, at, seen), lambda: self._read_answers(asked, contract, at, seen)
        )

    @once
    def _by_target(self) -> Mapping[str, Sequence[Fixture]]:
        """Fixtures by the operations that they answer, and by the events that they deliver."""
        found: dict[str, dict[Fixture, None]] = {}
        for fixture in self._evidence.fixtures:
            for exchange in fixture.exchanges:
                found.setdefault(exchange.operation, {})[fixture] = None
            for delivery in fixture.deliveries:
                found.setdefault(delivery.event, {})[fixture] = None
        return {target: tuple(fixtures) for target, fixtures in found.items()}

    def _read_answers(
        self,
        asked: Asked,
        contract: ContractOperation | None,
        at: tuple[str, ...] | None,
        seen: Sequence[Exchange],
    ) -> _Answers:
        answers = _Answers()
        is_list = asked.name == "list"
        if contract is not None:
            answers.opaque = bool(contract.other_media)
            for shape in _answer_shapes(contract):
                self._add_shape(answers, shape, contract.name, is_list, at)
                if is_list:
                    answers.envelope = shape.records().key or ""
        envelope = (answers.envelope,) if answers.envelope else None
        for exchange in seen:
            if exchange.json is MISSING:
                answers.opaque = True
                continue
            hidden = exchange.unknown
            for pointer, record in _records(exchange.json, is_list, at or envelope, answers):
                answers.samples.append(
                    _Sample(exchange.name, pointer, record, hidden, exchange.fixture.provenance.by_hand)
                )
        return answers

    def _add_shape(
        self, answers: _Answers, shape: Shape, name: str, is_list: bool, at: Sequence[str] | None
    ) -> None:
        source = f"{self._evidence.contract_name}, {name}"
        if not is_list:
            answers.shapes.append((source, shape))
            return
        if at is not None:
            reached = shape.walk(at).shape
            element = reached.element if reached is not None else None
            if element is not None:
                answers.shapes.append((source, element))
            else:
                answers.undecided = f"no records at {list(at)} in the answer of {name}"
            return
        records = shape.records()
        if records.shape is not None:
            answers.shapes.append((source, records.shape))
        else:
            listed = ", ".join(f"`{key}`" for key in records.candidates)
            answers.undecided = (
                f"the answer of {name} holds several lists ({listed}): configuration says which"
            )

    # payloads

    def _deliveries_of(self, event: str) -> tuple[Delivery, ...]:
        """The deliveries of an event that are evidence."""
        known = self._deliveries.get(event)
        if known is None:
            known = tuple(deliveries_of(self._by_target.get(event, ()), event))
            self._deliveries[event] = known
        return known

    def _payload(self, event: str, selector: tuple[str, ...], seen: Sequence[Delivery]) -> Verdict:
        return _verdict(self._of_deliveries(event, selector, seen), self._why_payload(event))

    def _of_deliveries(
        self, event: str, selector: tuple[str, ...], seen: Sequence[Delivery]
    ) -> Iterator[Witness]:
        for kind, source, pointer, shape in self.delivery_shapes(event):
            yield _official(kind, source, shape, selector, base=pointer)
        for delivery in seen:
            by_hand = delivery.fixture.provenance.by_hand
            sample = _Sample(delivery.name, (), delivery.json, frozenset(), by_hand)
            yield _sampled(sample, selector)

    def _why_payload(self, event: str) -> str:
        events, contract = self._evidence.events, self._evidence.contract
        listed = events is not None or (contract is not None and bool(contract.events))
        if not listed:
            return "no list of the vendor's events"
        if self.is_official(event):
            return "the list gives the event no shape"
        return "their event is unknown" if self.is_unknown(event) else "the contract names only some events"

    def is_official(self, event: str) -> bool:
        """Whether the events document or the contract has the event."""
        events, contract = self._evidence.events, self._evidence.contract
        return (events is not None and event in events) or (contract is not None and event in contract.events)

    def is_unknown(self, event: str) -> bool:
        """Whether there is a list of all events of the vendor, and none has this one. A contract whose
        webhooks do not all say what their event is called is no such list."""
        events, contract = self._evidence.events, self._evidence.contract
        if self.is_official(event):
            return False
        if events is not None:
            return True
        return contract is not None and bool(contract.events) and not contract.unnamed_webhooks

    def delivery_shapes(self, event: str) -> tuple[tuple[str, str, Pointer, Shape], ...]:
        """The official shapes of an event's delivery: (kind, source, pointer there, shape) each."""
        key = ("shapes", self._evidence.events, event)
        return self._remembered(key, lambda: tuple(self._official_deliveries(event)))

    def _official_deliveries(self, event: str) -> Iterator[tuple[str, str, Pointer, Shape]]:
        events, contract = self._evidence.events, self._evidence.contract
        listed = events.get(event) if events is not None else None
        if listed is not None and listed.held is not None:
            yield "events", self._evidence.events_name, listed.pointer, listed.held[0]
        if contract is not None and event in contract.events and (listed is None or not listed.has_own_shape):
            delivery = contract.events[event]
            yield "contract", self._evidence.contract_name, delivery.pointer, delivery.payload


def _why_record(heard: _Heard) -> str:
    """Why a field of these records is unchecked, where nobody says more of it."""
    if heard.undecided:
        return heard.undecided
    if heard.opaque:
        return "the answer is not JSON"
    if not heard.answers:
        return "no operation answers with a record"
    return "no contract and no fixture says what the answer holds"


def _sent(operation: Operation) -> tuple[object, ...]:
    """All that what an operation sends in its body and its query depends on."""
    service, endpoint, body = operation.connector.service, operation.resource.endpoint, operation.body
    return (
        operation.own_content_type,
        operation.content_type,
        service.content_type if service is not None else None,
        _declared(endpoint) if endpoint is not None else (),
        (body.text, _declared(body)) if body is not None else None,
        tuple((query.name, query.text, _declared(query)) for query in operation.query),
    )


def _declared(template: Template) -> tuple[object, ...]:
    """What a template declares."""
    return tuple((item.name, item.type, item.required, repr(item.options)) for item in template.placeholders)


def _answer_shapes(known: ContractOperation) -> tuple[Shape, ...]:
    """The shapes of the JSON answers of success. A `default` that describes an error is none."""
    if [answer.status for answer in known.successes] == ["default"]:
        words = known.successes[0].description.lower()
        if any(word in words for word in ("error", "fail", "problem", "unexpected")):
            return ()
    return known.answers


class _Sample(NamedTuple):
    """One record of a sample: its place in the body, and places of which nothing is known (`hidden`)."""

    source: str
    pointer: Pointer
    value: object
    hidden: frozenset[Pointer]
    by_hand: bool


class _Answers:
    """What the evidence holds of one operation's answers."""

    __slots__ = ("envelope", "opaque", "samples", "shapes", "undecided")

    def __init__(self) -> None:
        self.shapes: list[tuple[str, Shape]] = []
        self.samples: list[_Sample] = []
        self.envelope = ""
        """The key that holds the records of a list."""
        self.opaque = False
        """Some answer is not JSON."""
        self.undecided = ""
        """Why the records of a list are not known."""


def _records(
    body: object, is_list: bool, at: Sequence[str] | None, answers: _Answers
) -> Iterator[tuple[Pointer, object]]:
    """The records of a sampled body, each with its place."""
    if not is_list:
        yield (), body
        return
    reached = walk(body, at) if at is not None else None
    if at is not None and reached is not None and reached.found:
        pointer, items = tuple(at), reached.value
    elif isinstance(body, list):
        pointer, items = (), body
    elif isinstance(body, dict):
        lists = [
            key
            for key, value in body.items()
            if isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
        ]
        if len(lists) > 1:
            listed = ", ".join(f"`{key}`" for key in lists)
            answers.undecided = f"the answer holds several lists ({listed}): configuration says which"
            return
        if not lists:
            if not any(isinstance(value, list) for value in body.values()):
                yield (), body
            return
        answers.envelope = lists[0]
        pointer, items = (lists[0],), body[lists[0]]
    else:
        return
    for index, item in enumerate(items if isinstance(items, list) else []):
        yield (*pointer, index), item


def _official(
    kind: str,
    source: str,
    shape: Shape,
    selector: tuple[str, ...],
    *,
    base: Pointer = (),
) -> Witness:
    """What a vendor's shape says of a selector."""
    result = shape.walk(selector)
    if kind == "contract" and result.shape is not None and result.shape.marked("writeOnly"):
        why = "the contract marks it writeOnly: it may be sent, not answered"
        return Witness(kind, source, result.pointer, True, UNCHECKED, why=why)
    pointer = (*base, *result.pointer) if kind == "events" else result.pointer
    there, keys = _what_stands(result)
    missing = tuple(dict.fromkeys(miss.label for miss in result.missing if miss.label))
    reached = result.shape
    element = reached.element if reached is not None else None
    return Witness(
        kind,
        source,
        pointer,
        True,
        result.outcome,
        depth=result.depth,
        there=there,
        keys=keys,
        reason=result.reason,
        kinds=reached.kinds if reached is not None else frozenset(),
        elements=element.kinds if element is not None else frozenset(),
        found=result.found,
        missing=missing,
        why=result.why,
        description=reached.description if reached is not None else "",
    )


def _what_stands(result: Walk) -> tuple[str, tuple[str, ...]]:
    """What a failed walk met: in words, and the keys of an object."""
    if result.there is None:
        return "", ()
    keys = result.there.keys()
    if keys:
        return "an object", tuple(keys)
    kinds = result.there.kinds
    return " or ".join(sorted(kinds)) if len(kinds) < 4 else "", ()


def _sampled(sample: _Sample, selector: tuple[str, ...]) -> Witness:
    """What one record of a sample says of a selector."""
    result = walk(sample.value, selector)
    pointer = _pointed(sample.value, sample.pointer, selector[: result.reached])
    outcome, kinds, elements = _seen(result)
    if any(pointer[: len(hidden)] == hidden for hidden in sample.hidden):
        outcome, kinds, elements = UNCHECKED, frozenset(), frozenset()
    met = result.stopped_at
    there, keys = "", ()
    if not result.found:
        there = "an object" if isinstance(met, dict) else json_kind(met)
        keys = tuple(met) if isinstance(met, dict) else ()
    return Witness(
        "fixture",
        sample.source,
        pointer,
        False,
        outcome,
        depth=result.reached,
        there=there,
        keys=keys,
        reason="" if result.found else (result.reason or ""),
        kinds=kinds,
        elements=elements,
        base=len(sample.pointer),
        by_hand=sample.by_hand,
    )


def _seen(result: Walked) -> tuple[str, frozenset[str], frozenset[str]]:
    """The outcome of a walk through a sample, the kind found, and the kinds of its items."""
    if result.found:
        value = result.value
        items = frozenset(json_kind(item) for item in value) if isinstance(value, list) else frozenset()
        return PROVEN, frozenset({json_kind(value)}), items
    if result.reason == "wrong-kind":
        return REFUTED, frozenset(), frozenset()
    if result.reason == "null":
        return "null", frozenset(), frozenset()
    return "absent", frozenset(), frozenset()


def _pointed(value: object, base: Pointer, selector: Sequence[str]) -> Pointer:
    """The pointer of a selected place: digits index where an array stands."""
    pointer: list[str | int] = list(base)
    here = value
    for segment in selector:
        if isinstance(here, list):
            pointer.append(int(segment))
            here = here[int(segment)]
        elif isinstance(here, dict):
            pointer.append(segment)
            here = here[segment]
    return tuple(pointer)


def _verdict(witnesses: Iterable[Witness], why: str) -> Verdict:
    """All evidence about one field, weighed: a sample that has it beats a shape that lacks it; a shape that
    names it beats samples that lack it. What was written by hand is heard where no shape contradicts it."""
    heard = _credible(tuple(witnesses))
    official = [item for item in heard if item.official and item.outcome != UNCHECKED]
    samples = [item for item in heard if not item.official and item.outcome not in (UNCHECKED, "null")]
    seen = [item for item in samples if item.outcome == PROVEN]
    if samples and len(seen) == len(samples):
        return Verdict(PROVEN, heard)
    wrong = [item for item in samples if item.outcome == REFUTED]
    if wrong and len(wrong) == len(samples) and not any(item.outcome == PROVEN for item in official):
        return Verdict(REFUTED, heard)
    if official:
        outcomes = {item.outcome for item in official}
        if outcomes == {REFUTED}:
            return Verdict(SOMETIMES if seen else REFUTED, heard)
        if outcomes == {PROVEN}:
            return Verdict(PROVEN, heard)
        return Verdict(SOMETIMES, heard)
    doubts = [item.why for item in heard if item.official and item.why]
    if not samples:
        return Verdict(UNCHECKED, heard, next(iter(doubts), why))
    # a schema that names nothing there leaves the word to the samples
    doubted = next((doubt for doubt in doubts if doubt not in _silences()), "")
    if seen:
        return Verdict(SOMETIMES, heard)
    if doubted:
        return Verdict(UNCHECKED, heard, doubted)
    return Verdict(NEVER_SEEN, heard)


def _credible(heard: tuple[Witness, ...]) -> tuple[Witness, ...]:
    """The witnesses without what an author wrote by hand against the vendor's own shape of that answer or
    delivery: a recording may prove the shape wrong, an author's sample may not."""
    if not any(item.by_hand for item in heard):
        return heard
    official: dict[Asked | None, list[Witness]] = {}
    for item in heard:
        if item.official:
            official.setdefault(item.operation, []).append(item)
    return tuple(
        item for item in heard if not (item.by_hand and _contradicted(item, official.get(item.operation, [])))
    )


def _contradicted(sample: Witness, official: Sequence[Witness]) -> bool:
    """Whether a sample has something where the shapes of its answer have nothing, or another kind."""
    if sample.outcome != PROVEN or not official:
        return False
    if all(item.outcome == REFUTED for item in official):
        return True
    if any(item.outcome not in (PROVEN, SOMETIMES) or not item.kinds for item in official):
        return False
    elements = [item.elements for item in official if item.elements]
    return _surprising(sample.kinds, [item.kinds for item in official]) or (
        bool(elements) and _surprising(sample.elements, elements)
    )


def _surprising(seen: frozenset[str], shapes: Sequence[frozenset[str]]) -> bool:
    """Whether a kind was seen that no shape allows."""
    allowed = frozenset({"null"}).union(*shapes)
    return not seen <= (allowed | {"integer"} if "number" in allowed else allowed)


def _silences() -> frozenset[str]:
    """Why a shape may have nothing to say of a place."""
    from connlint.evidence.shapes import SAYS_NOTHING

    return SAYS_NOTHING


# --- the summary


def summarise(connector: Connector, evidence: Evidence) -> tuple[Summary, list[NotChecked]]:
    """What the evidence comes to for one connector, and what it could not be held to."""
    verdicts = evidence.verdicts
    summary = Summary(
        connectors=1,
        resources=len(connector.resources),
        operations=sum(len(resource.operations) for resource in connector.resources),
        webhooks=sum(len(resource.webhooks) for resource in connector.resources),
    )
    doubts: dict[tuple[str, str], int] = {}
    for resource in connector.resources:
        for field in resource.fields:
            _count(summary.fields, verdicts.of(field), "record fields", doubts)
        for webhook in resource.webhooks:
            for field in webhook.payload:
                _count(summary.payload, verdicts.of(field), "payload fields", doubts)
        for operation in resource.operations:
            known = verdicts.operation(operation)
            if known is not None and fits(operation, known):
                summary.operations_matched += 1
    names = official_names(evidence)
    declared = {webhook.event for webhook in connector.webhooks}
    if names is not None:
        wanted = declared.intersection(names) | (set(names) - deprecated_names(evidence))
        summary.events_official = len(wanted)
        summary.events_covered = len(declared.intersection(wanted))
        summary.events_missing = len(wanted) - summary.events_covered
        summary.events_unknown = sum(verdicts.is_unknown(webhook.event) for webhook in connector.webhooks)
    not_checked = [NotChecked(what, count, why, _how(why)) for (what, why), count in doubts.items()]
    if names is None and summary.webhooks:
        why = "no list of the vendor's events"
        not_checked.append(NotChecked("webhook events", summary.webhooks, why, _how(why)))
    if evidence.contract is None:
        why = "no contract"
        answered = {
            answer.operation
            for fixture in evidence.fixtures
            if fixture.proves
            for answer in fixture.exchanges
        }
        unseen = sum(operation.address not in answered for operation in connector.operations)
        if unseen:
            not_checked.append(NotChecked("operations", unseen, why, _how(why)))
    return summary, not_checked


def official_names(evidence: Evidence) -> tuple[str, ...] | None:
    """The official events that coverage is measured on: the events document's, else the contract's
    `webhooks`; None where there is no list."""
    if evidence.events is not None:
        return evidence.events.names
    if evidence.contract is not None and evidence.contract.events:
        return tuple(evidence.contract.events)
    return None


def deprecated_names(evidence: Evidence) -> set[str]:
    """The official events that the list marks deprecated: nobody is asked to cover them."""
    if evidence.events is not None:
        return {event.name for event in evidence.events if event.deprecated}
    events = evidence.contract.events.values() if evidence.contract is not None else ()
    return {event.name for event in events if event.deprecated}


def listed_events(evidence: Evidence) -> list[tuple[str, str, Collection[str]]]:
    """Every list of the vendor's events there is: its kind, its name, and the names on it."""
    found: list[tuple[str, str, Collection[str]]] = []
    if evidence.events is not None:
        found.append(("events", evidence.events_name, evidence.events.names))
    if evidence.contract is not None and evidence.contract.events:
        names = evidence.contract.events
        count = f"{len(names)} event{'' if len(names) == 1 else 's'}"
        found.append(("contract", f"{evidence.contract_name} ({count})", names))
    return found


def _count(tally: Tally, verdict: Verdict, what: str, doubts: dict[tuple[str, str], int]) -> None:
    if verdict.status == PROVEN:
        tally.proven += 1
    elif verdict.status == SOMETIMES:
        tally.sometimes += 1
    elif verdict.status == NEVER_SEEN:
        tally.never_seen += 1
    elif verdict.status == REFUTED:
        tally.refuted += 1
    else:
        tally.unchecked += 1
        doubts[what, verdict.why] = doubts.get((what, verdict.why), 0) + 1


def _how(why: str) -> str:
    """How to get the evidence that is wanting; "" where no command helps."""
    if why in ("no contract", "no contract and no fixture says what the answer holds"):
        return (
            "To check selectors and operations: put the vendor's OpenAPI beside the connector as "
            "contract.json, or name it with --contract FILE."
        )
    if why == "no list of the vendor's events":
        return "To check events: `connlint events import SOURCE` makes events.yaml from the vendor's list."
    return ""
