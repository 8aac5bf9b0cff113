"""The contract marks the operation deprecated.

Why: the vendor will take it away.
Not flagged: operations that the contract does not have.
Fix: none.
"""

from connlint.rule import (
    Context,
    Iterator,
    Observation,
    Operation,
    Problem,
    Severity,
    render_pointer,
    rule,
)


@rule(on=Operation, severity=Severity.WARNING)
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    known = context.evidence.verdicts.operation(operation)
    if known is None or not known.deprecated:
        return
    yield Problem(
        operation.method_at,
        f"the vendor has deprecated {known.name}",
        evidence=[
            Observation(
                "contract",
                context.evidence.contract_name,
                render_pointer((*known.pointer, "deprecated")),
                f"{known.name} is `deprecated: true`",
            )
        ],
        group="deprecated",
        tags=["deprecated"],
    )
