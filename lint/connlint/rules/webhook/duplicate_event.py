"""Two webhooks of a connector wait for the same event.

Why: a delivery carries the event's name; which of the two gets it is left to chance, or both fire.
Not flagged: the same event in two connectors.
Fix: none; which one is meant only the author knows.
"""

from connlint.rule import Connector, Iterator, Problem, Severity, Webhook, rule


@rule(on=Connector, severity=Severity.WARNING)
def check(connector: Connector) -> Iterator[Problem]:
    first: dict[str, Webhook] = {}
    for webhook in connector.webhooks:
        known = first.setdefault(webhook.event, webhook)
        if known is not webhook:
            yield Problem(
                webhook.event_at,
                f"`{webhook.event}` has a webhook already",
                about=webhook,
                value=webhook.event,
                related=[(known.event_at, "the first one")],
            )
