"""Two webhooks of a connector arrive at the same path.

Why: the platform tells deliveries apart by their path; one of the two webhooks never gets any.
Not flagged: the same event twice at one path (`duplicate-event`).
Fix: none; the vendor may already be set up to send to one of them.
"""

from connlint.rule import Connector, Iterator, Problem, Severity, Webhook, rule


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector) -> Iterator[Problem]:
    first: dict[str, Webhook] = {}
    for webhook in connector.webhooks:
        if webhook.path is None:
            continue
        known = first.setdefault(webhook.path.rstrip("/") or webhook.path[:1], webhook)
        if known.event != webhook.event:
            yield Problem(
                webhook.at / "path",
                f"`{known.event}` arrives at `{known.path}` already",
                about=webhook,
                value=webhook.path,
                related=[(known.at / "path", "the first one")],
            )
