"""A payload selector leads nowhere: a delivery of the event has nothing there.

Why: the field is always empty. Payload selectors walk the whole delivery, its envelope included, and most
vendors put the thing itself under a key such as `data`, often no more than its id.
Not flagged: events that no list gives a shape; a field that a recorded delivery has.
Fix: the selector that was meant, where one is proven, its type fits and no other field takes it (unsafe).
"""

from connlint.rule import (
    Context,
    Field,
    Fix,
    Iterator,
    Problem,
    Severity,
    better_selector,
    observed,
    reader_of,
    replace_value,
    rule,
    selector_text,
    unreachable,
)


@rule(on=Field, severity=Severity.ERROR)
def check(field: Field, context: Context) -> Iterator[Problem]:
    if not field.in_payload or not field.selector:
        return
    verdict = context.evidence.verdicts.of(field)
    if verdict.status != "refuted":
        return
    depth, message = unreachable(field, verdict)
    meant = better_selector(field, verdict, context.evidence)
    help_ = f"did you mean {selector_text(meant)}?" if meant else None
    if meant is None:
        read = reader_of(field, context.evidence)
        if read is not None:
            help_ = f"`{read.address}` answers it: read the thing by its id"
    yield Problem(
        field.selector_at / depth,
        message,
        value=selector_text(field.selector),
        evidence=observed(verdict),
        help=help_,
        fix=Fix(f'"selector": {selector_text(meant)}', replace_value(field.selector_at, list(meant)))
        if meant
        else None,
        group="" if meant else "payload",
    )
