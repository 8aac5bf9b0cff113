"""A query parameter that the contract requires is not sent.

Why: the vendor refuses the request; also where an optional placeholder leaves the parameter out.
Not flagged: a name that is only misspelt (`unknown-query` offers the right one); credentials; a parameter
that has a default.
Fix: none; where its value comes from only the author knows.
"""

from connlint.rule import (
    Context,
    Iterator,
    Observation,
    Operation,
    Problem,
    Severity,
    has_default,
    may_be_absent,
    nearest,
    render_pointer,
    rule,
)


@rule(on=Operation, severity=Severity.ERROR)
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    known = context.evidence.verdicts.operation(operation)
    if known is None:
        return
    names = known.parameters_in("query")
    sent = {query.name for query in operation.query}
    sent |= {name.partition("[")[0] for name in sent}
    misspelt = {nearest(name, [item for item in names if item not in sent]) for name in sent - set(names)}
    keys = {scheme.key for choice in known.security for scheme in choice if scheme.location == "query"}
    optional = {query.name: query for query in operation.query if any(map(may_be_absent, query.holes))}
    for name, parameter in names.items():
        demanded = parameter.required and not has_default(parameter.shape)
        if demanded and name in optional:
            query = optional[name]
            yield Problem(
                query.at.key,
                f"{known.name} requires the query parameter `{name}`, left out without a value",
                about=f"{operation.address}.query[{name}]",
                value=name,
                evidence=[
                    Observation(
                        "contract",
                        context.evidence.contract_name,
                        render_pointer(parameter.pointer),
                        f"`{name}` is required",
                    )
                ],
                help="require its placeholder",
            )
        elif demanded and name.partition("[")[0] not in sent | misspelt | keys:
            place = operation.at / "queryParams"
            yield Problem(
                place.key if operation.query else operation.at.key,
                f"{known.name} requires the query parameter `{name}`",
                about=f"{operation.address}.query[{name}]",
                value=name,
                evidence=[
                    Observation(
                        "contract",
                        context.evidence.contract_name,
                        render_pointer(parameter.pointer),
                        f"`{name}` is required",
                    )
                ],
            )
