"""A webhook waits for an event that the vendor never sends.

Why: the trigger never fires, and nothing says so.
Not flagged: an event that the events document or the contract's `webhooks` has; anything, where there is no
such list, or only a contract whose webhooks do not all say what their event is called.
Fix: the nearest official name, where only one is near and no other webhook has it (unsafe).
"""

from connlint.rule import (
    Context,
    Fix,
    Iterator,
    Observation,
    Problem,
    Severity,
    Webhook,
    listed_events,
    nearest,
    render_pointer,
    replace_value,
    rule,
)


@rule(on=Webhook, severity=Severity.ERROR)
def check(webhook: Webhook, context: Context) -> Iterator[Problem]:
    if not context.evidence.verdicts.is_unknown(webhook.event):
        return
    lists = listed_events(context.evidence)
    official = {name for _, _, names in lists for name in names}
    declared = {item.event for item in context.connector.webhooks}
    near = nearest(webhook.event, official - declared)
    contract = context.evidence.contract
    known = contract.known_as(webhook.event) if contract is not None else None
    evidence = [Observation(kind, source, None, f"{source} has no such event") for kind, source, _ in lists]
    if known is not None:
        pointer = render_pointer(known.pointer)
        source = context.evidence.contract_name
        evidence.append(Observation("contract", source, pointer, f"it knows the name as {known.words}"))
    help_ = f"did you mean `{near}`?" if near else "remove the webhook: its trigger never fires"
    twin = nearest(webhook.event, official) if not near else None
    if twin is not None:
        help_ = f"remove the webhook: the event is `{twin}`, which has one"
    vendor = context.vendor
    yield Problem(
        webhook.event_at,
        f"{vendor} delivers no event `{webhook.event}`",
        value=webhook.event,
        evidence=evidence,
        help=help_,
        fix=Fix(f'"event": "{near}"', replace_value(webhook.event_at, near)) if near else None,
        group=f"near {near}" if near else known.group if known is not None else "unknown",
        label=webhook.event,
    )
