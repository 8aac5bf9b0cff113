"""The page's list of triggers and the connector's webhooks disagree.

Why: readers choose a trigger from the page. One that the connector does not have never fires; a webhook
that the page does not name is never found.
Not flagged: a page without any `Triggers on:` line; what may only be unread, while a document of the
connector cannot be parsed (`syntax-error`); what a name that stands twice in the connector brings about
(`duplicate-handle`, `duplicate-event`).
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

MANY = 10_000


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
        yield from _strange(page, strange, missing)
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


def _strange(page: Page, strange: dict[str, Trigger], missing: dict[str, Webhook]) -> Iterator[Problem]:
    """What is said of lines that name no webhook. The webhooks that they mean are taken out of `missing`."""
    copied = {item.resource.handle for item in page.connector.webhooks if item.twin != item.event}
    by_event: dict[str, list[str]] = {}
    by_resource: dict[str, list[str]] = {}
    for name, webhook in missing.items():
        by_event.setdefault(webhook.event, []).append(name)
        by_resource.setdefault(webhook.resource.handle, []).append(name)
    lines: dict[str, int] = {}
    for trigger in strange.values():
        lines[trigger.resource] = lines.get(trigger.resource, 0) + 1
    text = page.source.text
    escaped = any("\\_" in text[trigger.at.span.start : trigger.at.span.end] for trigger in page.triggers)
    # names are compared with each other only where that is no great work
    few = len(strange) * len(missing) < MANY
    moved: dict[tuple[str, str], list[tuple[Trigger, Webhook]]] = {}
    for name, trigger in strange.items():
        if trigger.resource in copied:
            # its webhook may be the one that says another's event: duplicate-event speaks of that
            continue
        same = by_event.get(trigger.event, [])
        if len(same) == 1 and same[0] in missing:
            webhook = missing.pop(same[0])
            if webhook.resource.name == webhook.resource.handle:
                moved.setdefault((trigger.resource, webhook.resource.handle), []).append((trigger, webhook))
            continue
        near = nearest(name, missing) if few else None
        only = by_resource.get(trigger.resource, [])
        meant = near or (only[0] if len(only) == 1 and lines[trigger.resource] == 1 else None)
        unnamed = missing.pop(meant, None) if meant else None
        yield _without_webhook(trigger, unnamed, misspelt=near is not None, escaped=escaped)
    for (_, resource), pairs in moved.items():
        yield _moved(resource, pairs, escaped=escaped)


def _moved(resource: str, pairs: list[tuple[Trigger, Webhook]], *, escaped: bool) -> Problem:
    """What is said of lines that name the right events of another resource: one fault, however many."""
    (first, webhook), *others = pairs
    names = "this event" if not others else f"this event and {len(others)} more"
    edits = [
        replace_span(trigger.at, _as_prose(f"{resource}/{trigger.event}", escaped)) for trigger, _ in pairs
    ]
    return Problem(
        first.at,
        f"`{first.resource}` has no such webhook; `{resource}` has {names}",
        about=first,
        related=[
            (webhook.resource.handle_at, "of this resource"),
            *((trigger.at, "and here") for trigger, _ in others),
        ],
        fix=Fix(f"write {resource}/{first.event}" if not others else f"write {resource}/…", *edits),
    )


def _without_webhook(trigger: Trigger, webhook: Webhook | None, *, misspelt: bool, escaped: bool) -> Problem:
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
    fix = Fix(f"write {meant}", replace_span(trigger.at, _as_prose(meant, escaped))) if misspelt else None
    related = [(webhook.event_at, "the page does not have this one")]
    advice = None if misspelt else f"is `{meant}` meant?"
    return Problem(trigger.at, message, about=trigger, related=related, help=advice, fix=fix)


def _as_prose(name: str, escaped: bool) -> str:
    """The name as the page writes names."""
    return name.replace("_", "\\_") if escaped else name
