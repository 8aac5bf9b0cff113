"""A selected value is there in some answers only.

Why: an automation that builds on the field must bear its absence. It is no fault, so it is info.
Not flagged: optional keys of a shape that names them in every branch.
Fix: none.
"""

from connlint.rule import Context, Field, Iterator, Observation, Problem, Severity, rule


@rule(on=Field, severity=Severity.INFO)
def check(field: Field, context: Context) -> Iterator[Problem]:
    if not field.selector:
        return
    verdict = context.evidence.verdicts.of(field)
    if verdict.status != "sometimes":
        return
    having = [
        name for item in verdict.witnesses for name in (item.found or ((item.place,) if item.kinds else ()))
    ]
    lacking = [
        name
        for item in verdict.witnesses
        for name in ((item.place,) if item.outcome in ("absent", "refuted") else item.missing)
    ]
    words = []
    if having:
        words.append(f"there in {_listed(having)}")
    if lacking:
        words.append(f"not in {_listed(lacking)}")
    first = verdict.witnesses[0]
    yield Problem(
        field.selector_at,
        f"`{field.name}` is there in some answers only",
        evidence=[Observation(first.kind, first.document, None, "; ".join(words))] if words else (),
    )


def _listed(names: list[str]) -> str:
    distinct = list(dict.fromkeys(names))
    more = f" and {len(distinct) - 3} more" if len(distinct) > 3 else ""
    return ", ".join(distinct[:3]) + more
