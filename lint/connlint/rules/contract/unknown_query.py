"""A query parameter is none that the contract's operation has.

Why: the vendor ignores it, and the user's filter filters nothing.
Not flagged: `expand[]` and `created[gte]` of parameters that take lists or objects; keys of an object that
the contract spreads over the query (`style: form`, exploded); a credential that the contract's security
scheme puts into the query.
Fix: the nearest name, where only one is near and the operation has it not yet (unsafe).
"""

from connlint.rule import (
    Context,
    Fix,
    Iterator,
    Observation,
    Operation,
    Parameter,
    Problem,
    Severity,
    nearest,
    rename_key,
    render_pointer,
    rule,
)


@rule(on=Operation, severity=Severity.WARNING)
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    if not operation.query:
        return
    known = context.evidence.verdicts.operation(operation)
    if known is None:
        return
    names = known.parameters_in("query")
    keys = {scheme.key for choice in known.security for scheme in choice if scheme.location == "query"}
    used = {query.name for query in operation.query}
    free = [parameter.shape for parameter in names.values() if _is_free(parameter)]
    for query in operation.query:
        if any(shape.walk((query.name,)).outcome != "refuted" for shape in free):
            continue
        if query.name in keys or known.query_parameter(query.name) is not None:
            continue
        near = nearest(query.name, [name for name in names if name not in used])
        listed = ", ".join(names) or "none"
        yield Problem(
            query.at.key,
            f"{known.name} has no query parameter `{query.name}`",
            about=query,
            value=query.name,
            evidence=[
                Observation(
                    "contract",
                    context.evidence.contract_name,
                    render_pointer(known.pointer),
                    f"it has {listed}",
                )
            ],
            help=f"did you mean `{near}`?" if near else None,
            fix=Fix(f"`{near}`", rename_key(query.at, near)) if near else None,
        )


def _is_free(parameter: Parameter) -> bool:
    """Whether the keys of its object stand in the query themselves."""
    return parameter.style == "form" and parameter.explode and parameter.shape.kinds <= {"object", "null"}
