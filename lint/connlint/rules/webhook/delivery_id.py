"""A payload field takes the delivery's own id, where the thing that the event is about has one.

Why: the selector resolves and the value looks right, yet it names the delivery: whoever reads the thing by
it asks for something that does not exist.
Not flagged: a payload that also takes the thing's id; a field whose name says that the delivery is meant
(`event_id`, `delivery_id`, `webhook_id`, `message_id`); deliveries without an envelope, whose own `id` is the
thing's; envelopes without an id below `data`, `data.object`, `resource` or `payload`.
Fix: the id of the thing (unsafe).
"""

import re

from connlint.rule import (
    Context,
    Field,
    Fix,
    Iterator,
    Observation,
    Problem,
    Severity,
    Webhook,
    pattern,
    render_pointer,
    replace_value,
    rule,
    selector_text,
)

_MEANT = pattern(r"event|delivery|webhook|message|notification|envelope", re.IGNORECASE)
_IDS = ("id", "uuid", "uid")
_HOLDERS = (("data",), ("data", "object"), ("resource",), ("payload",))
_NAMING = ("type", "event", "event_type", "eventType", "event_name", "topic", "action")


@rule(on=Field, severity=Severity.WARNING)
def check(field: Field, context: Context) -> Iterator[Problem]:
    webhook, selector = field.owner, field.selector
    if not isinstance(webhook, Webhook) or selector is None:
        return
    if len(selector) != 1 or selector[0] not in _IDS or _MEANT.search(field.name):
        return
    taken = {item.selector for item in webhook.payload}
    for kind, source, base, shape in context.evidence.verdicts.delivery_shapes(webhook.event):
        inner = next(
            (
                (*holder, selector[0])
                for holder in _HOLDERS
                if shape.walk((*holder, selector[0])).outcome == "proven"
            ),
            None,
        )
        keys = shape.keys()
        if inner is None or inner in taken or not any(key in keys for key in _NAMING):
            continue
        outer_walk, inner_walk = shape.walk(selector), shape.walk(inner)
        if outer_walk.outcome != "proven":
            continue
        evidence = []
        for path, walk in ((selector, outer_walk), (inner, inner_walk)):
            words = walk.shape.description if walk.shape is not None else ""
            if words:
                pointer = render_pointer((*base, *walk.pointer) if kind == "events" else walk.pointer)
                evidence.append(
                    Observation(kind, source, pointer, f"of `{'.'.join(path)}`: {_quoted(words)}")
                )
        read = next((item for item in webhook.resource.operations if item.name == "read"), None)
        reads = read is not None and read.path is not None and bool(read.path.holes)
        wants = f", which is what `{read.address}` reads by" if read is not None and reads else ""
        yield Problem(
            field.selector_at,
            f"this `{selector[0]}` is the delivery's, not that of the thing it is about",
            value=selector_text(selector),
            evidence=evidence,
            help=f"take {selector_text(inner)}{wants}",
            fix=Fix(f'"selector": {selector_text(inner)}', replace_value(field.selector_at, list(inner))),
            group="delivery id",
        )
        return


def _quoted(words: str) -> str:
    """The first sentence of a description, in quotes."""
    first = " ".join(words.split())
    end = first.find(". ")
    return f'"{first if end < 0 else first[: end + 1]}"'
