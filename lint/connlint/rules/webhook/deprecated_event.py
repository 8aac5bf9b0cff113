"""A webhook waits for an event that the vendor's list marks deprecated or replaced.

Why: the vendor will stop sending it.
Not flagged: events of which the list says nothing.
Fix: none; the replacement may deliver another shape.
"""

from connlint.rule import Context, Iterator, Observation, Problem, Severity, Webhook, rule


@rule(on=Webhook, severity=Severity.WARNING)
def check(webhook: Webhook, context: Context) -> Iterator[Problem]:
    evidence = context.evidence
    listed = evidence.events.get(webhook.event) if evidence.events is not None else None
    source, kind, replacement = evidence.events_name, "events", None
    if listed is not None:
        deprecated, replacement = listed.deprecated, listed.replaced_by
    else:
        event = evidence.contract.events.get(webhook.event) if evidence.contract is not None else None
        deprecated = event is not None and event.deprecated
        source, kind = evidence.contract_name, "contract"
    if deprecated:
        yield Problem(
            webhook.event_at,
            f"the vendor has deprecated `{webhook.event}`",
            value=webhook.event,
            evidence=[Observation(kind, source, None, f"{source} marks it so")],
            help=f"use `{replacement}` in its place" if replacement else None,
            tags=["deprecated"],
        )
