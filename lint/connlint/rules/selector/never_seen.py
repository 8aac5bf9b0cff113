"""No sample has what a selector looks for, and only samples speak.

Why: the vendor may send it in other answers, or never; a sample is no schema, so this is a warning.
Not flagged: what another sample or the contract has.
Fix: none; record an answer that has it, or take the field out.
"""

from connlint.rule import (
    Context,
    Field,
    Iterator,
    Problem,
    Severity,
    observed,
    rule,
    selector_text,
    unreachable,
)


@rule(on=Field, severity=Severity.WARNING)
def check(field: Field, context: Context) -> Iterator[Problem]:
    if not field.selector:
        return
    verdict = context.evidence.verdicts.of(field)
    if verdict.status != "never_seen":
        return
    depth, message = unreachable(field, verdict)
    samples = sum(not item.official for item in verdict.witnesses)
    many = "the one sample there is" if samples == 1 else f"any of {samples} samples"
    yield Problem(
        field.selector_at / depth,
        f"{message}, in {many}",
        value=selector_text(field.selector),
        evidence=observed(verdict),
        help="record an answer that has it, or take the field out",
    )
