"""An official event has no webhook in the connector.

Why: users cannot build on an event that the vendor offers. Coverage is measured on the events document, else
on the contract's `webhooks`.
Not flagged: events that the list marks deprecated; an event that lies near one that the connector declares
and the vendor does not send (`unknown-event` offers the name).
Options: `coverage`, a list of names or patterns (`batch.*`) of the events that should have a webhook; the
others are left out. `only-resources-we-have`: true leaves out events that belong to none of the connector's
resources.
Fix: none; the list gives the names, and what a webhook takes from a delivery is its author's choice.
"""

from connlint.rule import (
    Connector,
    Context,
    EventHomes,
    Iterator,
    Location,
    Observation,
    Problem,
    Resource,
    Severity,
    listed_events,
    matches,
    nearest,
    official_events,
    rule,
)


@rule(
    on=Connector,
    severity=Severity.WARNING,
    options={
        "coverage": "names or patterns of the events that should have a webhook (a list; default: all)",
        "only-resources-we-have": "only events that the list puts under one of the connector's resources",
    },
)
def check(connector: Connector, context: Context) -> Iterator[Problem]:
    if connector.faulty:
        return
    names = official_events(context.evidence)
    if names is None:
        return
    declared = {webhook.event for webhook in connector.webhooks}
    known = {name for _, _, listed in listed_events(context.evidence) for name in listed}
    meant = {nearest(event, known - declared) for event in declared - known}
    homes = EventHomes(connector, context.evidence)
    events, contract = context.evidence.events, context.evidence.contract
    kind = "events" if events is not None else "contract"
    source = context.evidence.events_name if events is not None else context.evidence.contract_name
    for name in names:
        event = events.get(name) if events is not None else None
        offered = contract.events.get(name) if events is None and contract is not None else event
        if name in declared or name in meant or (offered is not None and offered.deprecated):
            continue
        home = homes.of(name)
        if not _wanted(name, home, context):
            continue
        words = f": {event.description}" if event is not None and event.description else ""
        yield Problem(
            _place(connector, home),
            f"no webhook for the official event `{name}`",
            about=f"events[{name}]",
            value=name,
            evidence=[Observation(kind, source, None, f"{source} lists {name}{words}")],
            group="missing",
            label=name,
        )


def _wanted(name: str, home: Resource | None, context: Context) -> bool:
    """Whether the options ask for this event."""
    patterns = context.options.get("coverage")
    if isinstance(patterns, list) and not any(matches(str(glob), name) for glob in patterns):
        return False
    return home is not None or context.options.get("only-resources-we-have") is not True


def _place(connector: Connector, home: Resource | None) -> Location:
    """Where the webhook would go: the resource's `webhooks`, the resource, else the resources document."""
    if home is not None:
        return (home.at / "webhooks").key if home.webhooks else home.handle_at
    for document in connector.documents:
        if document.role == "resources":
            return document.start
    return connector.at
