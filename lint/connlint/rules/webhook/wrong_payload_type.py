"""A payload field's declared type is none that a delivery has there.

Why: the platform converts or refuses the value; a list shown as text is of no use to anybody.
Not flagged: types of which one may be right: `number` in a list of events and `Integer` here agree, `null`
proves nothing. A list of values of the declared type (`wrong-multivalue`).
Fix: the type that fits, where only one does (unsafe).
"""

from connlint.rule import Context, Field, Iterator, Problem, Severity, rule, type_problem


@rule(on=Field, severity=Severity.WARNING, yields_to=("wrong-multivalue",))
def check(field: Field, context: Context) -> Iterator[Problem]:
    if field.in_payload:
        yield from type_problem(field, context)
