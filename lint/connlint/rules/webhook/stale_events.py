"""The list of events is old, or the contract's `webhooks` disagree with it.

Why: vendors add events. A list past its `stale-after` may lack some, and what it calls unknown may exist.
Not flagged: lists without `stale-after` or without the day they were retrieved. What depends on the day is
info and changes no exit status; `connlint events check --max-age` is the command that fails.
Fix: none; `connlint events import` brings the list up to date and keeps comments and notes.
"""

from connlint.rule import Connector, Context, Iterator, Observation, Problem, Severity, rule, staleness


@rule(on=Connector, severity=Severity.INFO)
def check(_connector: Connector, context: Context) -> Iterator[Problem]:
    evidence = context.evidence
    events = evidence.events
    if events is None or events.document is None:
        return
    if context.today:
        age = staleness(events, context.today)
        if age.stale:
            yield Problem(
                events.document / "source" / "retrieved",
                f"the list of events is {age.age} days old, and stale after {age.limit} days",
                about="events",
                help="bring it up to date: `connlint events import`",
                value="age",
            )
    contract = evidence.contract
    if contract is None or not contract.events:
        return
    listed, known = set(events.names), set(contract.events)
    words = [
        f"{source} has {', '.join(sorted(more)[:8])}{f' and {len(more) - 8} more' if len(more) > 8 else ''}"
        for source, more in ((evidence.contract_name, known - listed), (evidence.events_name, listed - known))
        if more
    ]
    if words:
        yield Problem(
            (events.document / "events").key,
            "the list of events and the contract's `webhooks` differ",
            about="events",
            evidence=[
                Observation("contract", evidence.contract_name, "/webhooks", f"only {word}") for word in words
            ],
            value="contract",
        )
