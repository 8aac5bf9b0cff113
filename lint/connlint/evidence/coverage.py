"""How much of a connector the evidence covers: operations, record fields, events, payload fields."""

from __future__ import annotations

from collections import Counter

from connlint.connector.model import Connector, Field, Resource
from connlint.evidence.bundle import Evidence
from connlint.evidence.fixtures import exchanges_of
from connlint.evidence.matching import fits
from connlint.evidence.verdicts import (
    NEVER_SEEN,
    PROVEN,
    REFUTED,
    SOMETIMES,
    deprecated_names,
    official_names,
)
from connlint.finding import Tally
from connlint.record import field, record


@record(frozen=False)
class Row:
    """One resource's coverage; `resource` is "" for events that belong to none.

    `fit` operations are in the contract (path, method, content type), `seen` ones have a fixture; `have`,
    `lack`, `unknown` count official events with and without a webhook, and webhooks of no official event.
    """

    resource: str
    operations: int = 0
    fit: int = 0
    seen: int = 0
    fields: Tally = field(default_factory=Tally)
    have: int = 0
    lack: tuple[str, ...] = ()
    unknown: int = 0
    payload: Tally = field(default_factory=Tally)


@record
class Coverage:
    """One connector's coverage. `contract`, `events`, `fixtures` name the evidence, "" for none."""

    connector: str
    title: str
    contract: str
    events: str
    fixtures: int
    rows: tuple[Row, ...]

    @property
    def total(self) -> Row:
        """All rows added up."""
        total = Row("all")
        for row in self.rows:
            total.operations += row.operations
            total.fit += row.fit
            total.seen += row.seen
            total.fields.add(row.fields)
            total.have += row.have
            total.lack = (*total.lack, *row.lack)
            total.unknown += row.unknown
            total.payload.add(row.payload)
        return total

    @property
    def shares(self) -> dict[str, tuple[int, int]]:
        """What is covered of what there is: official events with a webhook, proven selectors, operations
        that have a fixture."""
        total = self.total
        return {
            "events": (total.have, total.have + len(total.lack)),
            "selectors": (
                total.fields.proven + total.payload.proven,
                total.fields.total + total.payload.total,
            ),
            "operations": (total.seen, total.operations),
        }


def percent(covered: int, total: int) -> int:
    """A share in whole percent, rounded down; 100 of nothing."""
    return 100 * covered // total if total else 100


def cover(connector: Connector, evidence: Evidence) -> Coverage:
    """The coverage of one connector by its evidence."""
    verdicts = evidence.verdicts
    names = official_names(evidence)
    official = frozenset(names or ())
    rows: dict[str, Row] = {}
    for resource in connector.resources:
        row = rows[resource.name] = Row(resource.name)
        for item in resource.fields:
            _count(row.fields, item, evidence)
        for operation in resource.operations:
            known = verdicts.operation(operation)
            row.operations += 1
            row.fit += known is not None and fits(operation, known)
            row.seen += bool(exchanges_of(evidence.fixtures, operation.address))
        for webhook in resource.webhooks:
            row.have += webhook.event in official
            row.unknown += verdicts.is_unknown(webhook.event)
            for item in webhook.payload:
                _count(row.payload, item, evidence)
    declared = {webhook.event for webhook in connector.webhooks}
    homes = EventHomes(connector, evidence)
    passing = deprecated_names(evidence)
    for name in names or ():
        if name not in declared and name not in passing:
            home = homes.of(name)
            key = home.name if home is not None else ""
            row = rows.setdefault(key, Row(key))
            row.lack = (*row.lack, name)
    service = connector.service
    return Coverage(
        connector=connector.id,
        title=service.handle if service is not None and service.handle else "",
        contract=evidence.contract_name,
        events=evidence.events_name or (evidence.contract_name if names is not None else ""),
        fixtures=len(evidence.fixtures),
        rows=tuple(rows.values()),
    )


def _count(tally: Tally, item: Field, evidence: Evidence) -> None:
    status = evidence.verdicts.of(item).status
    if status == PROVEN:
        tally.proven += 1
    elif status == SOMETIMES:
        tally.sometimes += 1
    elif status == NEVER_SEEN:
        tally.never_seen += 1
    elif status == REFUTED:
        tally.refuted += 1
    else:
        tally.unchecked += 1


class EventHomes:
    """Which resource an event belongs to: the one that the list names, else the one with most events of
    the same first segment, else none."""

    def __init__(self, connector: Connector, evidence: Evidence) -> None:
        self._connector = connector
        self._events = evidence.events
        counts: dict[str, Counter[str]] = {}
        resources = {resource.name: resource for resource in connector.resources}
        for webhook in connector.webhooks:
            first = webhook.event.partition(".")[0]
            counts.setdefault(first, Counter())[webhook.resource.name] += 1
        self._homes = {first: resources[count.most_common(1)[0][0]] for first, count in counts.items()}

    def of(self, name: str) -> Resource | None:
        """The resource of an official event, None where it has none."""
        listed = self._events.get(name) if self._events is not None else None
        if listed is not None and listed.resource is not None:
            handle = listed.resource
            return next((item for item in self._connector.resources if item.handle == handle), None)
        return self._homes.get(name.partition(".")[0])
