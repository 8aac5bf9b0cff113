"""The page's list of triggers and the connector's webhooks disagree.

Why: readers choose a trigger from the page. One that the connector does not have never fires; a webhook
that the page does not name is never found.
Not flagged: a page without any `Triggers on:` line; what may only be unread, while a document of the
connector cannot be parsed (`syntax-error`).
Fix: the webhook's name, where a line is a misspelling of one that the page lacks. Unsafe: the webhook may
be what is misspelt.
"""

from connlint.rule import (
    Fix,
    Iterator,
    Page,
    Problem,
    Severity,
    Trigger,
    Webhook,
    nearest,
    replace_span,
    rule,
)


@rule(on=Page, severity=Severity.ERROR)
def check(page: Page) -> Iterator[Problem]:
    if not page.triggers:
        return
    webhooks: dict[str, Webhook] = {}
    for webhook in page.connector.webhooks:
        webhooks.setdefault(f"{webhook.resource.handle}/{webhook.event}", webhook)
    lines: dict[str, Trigger] = {}
    for trigger in page.triggers:
        lines.setdefault(f"{trigger.resource}/{trigger.event}", trigger)
    missing = {name: webhook for name, webhook in webhooks.items() if name not in lines}
    strange = {name: trigger for name, trigger in lines.items() if name not in webhooks}
    if not page.connector.faulty:
        for name, trigger in strange.items():
            near = nearest(name, missing) or _same_event(trigger, missing)
            meant = near or _only_other(trigger, strange, missing)
            unnamed = missing.pop(meant) if meant is not None else None
            yield _without_webhook(page, trigger, unnamed, misspelt=near is not None)
    for name, unlisted in missing.items():
        yield Problem(
            unlisted.event_at,
            f"the page has no line `Triggers on: {name}`",
            about=unlisted,
            related=[(page.triggers[0].at, "its triggers begin here")],
            help="add the trigger to the page, or remove the webhook",
            group="not on the page",
            label=name,
        )


def _same_event(trigger: Trigger, missing: dict[str, Webhook]) -> str | None:
    """The one webhook of the trigger's event under another resource."""
    found = [name for name, webhook in missing.items() if webhook.event == trigger.event]
    return found[0] if len(found) == 1 else None


def _only_other(trigger: Trigger, strange: dict[str, Trigger], missing: dict[str, Webhook]) -> str | None:
    """The one webhook of the trigger's resource that the page lacks, if this is the one trigger too many."""
    found = [name for name, webhook in missing.items() if webhook.resource.handle == trigger.resource]
    rivals = [other for other in strange.values() if other.resource == trigger.resource]
    return found[0] if len(found) == 1 and len(rivals) == 1 else None


def _without_webhook(page: Page, trigger: Trigger, webhook: Webhook | None, *, misspelt: bool) -> Problem:
    """What is said of a trigger line that names no webhook; `webhook` is the one it seems to mean."""
    name = f"{trigger.resource}/{trigger.event}"
    message = f"the connector has no webhook `{name}`"
    if webhook is None:
        return Problem(
            trigger.at,
            message,
            about=trigger,
            help="take the trigger out of the page, or add its webhook",
            group="no webhook",
            label=name,
        )
    meant = f"{webhook.resource.handle}/{webhook.event}"
    fix = Fix(f"write {meant}", replace_span(trigger.at, _as_prose(page, meant))) if misspelt else None
    related = [(webhook.event_at, "the page does not have this one")]
    advice = None if misspelt else f"is `{meant}` meant?"
    return Problem(trigger.at, message, about=trigger, related=related, help=advice, fix=fix)


def _as_prose(page: Page, name: str) -> str:
    """The name as the page writes names: with `_` escaped where it does that."""
    text = page.source.text
    escapes = any("\\_" in text[trigger.at.span.start : trigger.at.span.end] for trigger in page.triggers)
    return name.replace("_", "\\_") if escapes else name
