"""A field's selector leads nowhere: the vendor's answers have nothing there.

Why: the field is always empty, and no error says so; the author learns it from a user.
Not flagged: a field that some answers have (`sometimes-missing`) or that only samples speak of
(`never-seen`); `delete`, whose answers often hold no record; answers whose shape opens itself with
`additionalProperties`.
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
    replace_value,
    rule,
    selector_text,
    unreachable,
)


@rule(on=Field, severity=Severity.ERROR)
def check(field: Field, context: Context) -> Iterator[Problem]:
    if field.in_payload or not field.selector:
        return
    verdict = context.evidence.verdicts.of(field)
    if verdict.status != "refuted":
        return
    depth, message = unreachable(field, verdict)
    meant = better_selector(field, verdict, context.evidence)
    yield Problem(
        field.selector_at / depth,
        message,
        value=selector_text(field.selector),
        evidence=observed(verdict),
        help=f"did you mean {selector_text(meant)}?" if meant else None,
        fix=Fix(f'"selector": {selector_text(meant)}', replace_value(field.selector_at, list(meant)))
        if meant
        else None,
    )
