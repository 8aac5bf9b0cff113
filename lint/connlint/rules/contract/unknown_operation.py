"""The contract has no path like the operation's.

Why: the vendor answers 404.
Not flagged: a path that the contract has under another method (`wrong-method`); anything, where almost
nothing of the connector is in the contract (`contract-mismatch`).
Fix: none; the nearest path is named, if one is near.
"""

from connlint.rule import (
    Context,
    Iterator,
    Observation,
    Operation,
    Problem,
    Severity,
    rule,
)


@rule(on=Operation, severity=Severity.ERROR)
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    if operation.method is None:
        return
    verdicts = context.evidence.verdicts
    contract = verdicts.contract_is_of(context.connector)
    if contract is None:
        return
    path = verdicts.contract_path(operation, contract)
    if contract.methods(path):
        return
    near = contract.nearest_path(path)
    own = (
        operation.path if operation.path is not None and operation.path.text else operation.resource.endpoint
    )
    yield Problem(
        own.text_at if own is not None else operation.method_at,
        f"the contract has no path like {path}",
        value=path,
        evidence=[Observation("contract", context.evidence.contract_name, "/paths", f"has no {path}")],
        help=f"the nearest it has is {near}" if near else None,
    )
