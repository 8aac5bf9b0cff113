"""A selector meets a list where the field declares one value, or the reverse.

Why: `multivalue: true` says that the selected value is a list of values of the declared type. Without it a
list is only right for `Array` and `Any`.
Not flagged: a place that holds a list in some answers and a single value in others; a list whose items do
not have the declared type either (`wrong-selector-type` says more).
Fix: set or remove `multivalue` (unsafe).
"""

from connlint.rule import (
    MISSING,
    Context,
    Field,
    Fix,
    Iterator,
    Observation,
    Problem,
    Severity,
    fits_value,
    insert,
    remove,
    render_pointer,
    replace_value,
    rule,
    value_kinds,
)


@rule(on=Field, severity=Severity.WARNING)
def check(field: Field, context: Context) -> Iterator[Problem]:
    if field.selector is None or field.type is None:
        return
    kinds, elements, witness = value_kinds(context.evidence.verdicts.of(field))
    solid = kinds - {"null"}
    single = field.multivalue and "array" not in solid
    several = not field.multivalue and solid == {"array"} and field.type not in ("Array", "Any")
    if witness is None or not solid or not (single or several):
        return
    there = "an array" if solid == {"array"} else f"one value ({' or '.join(sorted(solid - {'array'}))})"
    pointer = render_pointer(witness.pointer) if witness.pointer else None
    seen = Observation(witness.kind, witness.document, pointer, f"{witness.name} has {there} there")
    if single:
        yield Problem(
            field.at / "multivalue",
            f"`{field.name}` is declared a list of values, and one value is there",
            evidence=[seen],
            fix=Fix("remove `multivalue`", remove(field.at / "multivalue")),
        )
    elif fits_value(field.type, elements, source="contract") is True:
        at = field.at / "multivalue"
        edit = insert(field.at, "multivalue", True) if at.value is MISSING else replace_value(at, True)
        yield Problem(
            field.at / "type" if at.value is MISSING else at,
            f"`{field.name}` is a list of {field.type} values, declared as one",
            evidence=[seen],
            fix=Fix('"multivalue": true', edit),
        )
