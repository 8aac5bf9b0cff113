"""The contract has the operation's path, with other methods only.

Why: the vendor answers 405, or 404.
Not flagged: paths that the contract does not have (`unknown-operation`).
Fix: the one method that the path has, where it keeps the kind of the operation (a `delete` never becomes a
GET) and no other operation has that URL (unsafe).
"""

from connlint.rule import (
    Context,
    Fix,
    Iterator,
    Observation,
    Operation,
    Problem,
    Severity,
    render_pointer,
    replace_value,
    rule,
)

_KINDS = {
    "read": {"GET"},
    "list": {"GET", "POST"},
    "create": {"POST", "PUT"},
    "update": {"POST", "PUT", "PATCH"},
    "delete": {"DELETE", "POST"},
}
_WRITING = {"POST", "PUT", "PATCH", "DELETE"}


@rule(on=Operation, severity=Severity.ERROR)
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    if operation.method is None:
        return
    verdicts = context.evidence.verdicts
    contract = verdicts.contract_is_of(context.connector)
    if contract is None:
        return
    path = verdicts.contract_path(operation, contract)
    methods = contract.methods(path)
    if not methods or verdicts.operation(operation) is not None:
        return
    template = next(iter(methods.values())).path
    users = {
        other.method: other
        for other in context.connector.operations
        if other.url_shape == operation.url_shape and other.method in methods
    }
    fitting = [name for name in methods if name in _KINDS.get(operation.name, _WRITING)]
    only = fitting[0] if len(fitting) == 1 and fitting[0] not in users else None
    taken = ", ".join(f"`{other.address}` is the {method} already" for method, other in users.items())
    first = next(iter(methods.values()))
    yield Problem(
        operation.method_at,
        f"no {operation.method} at {template}",
        value=operation.method,
        evidence=[
            Observation(
                "contract",
                context.evidence.contract_name,
                render_pointer(first.pointer[:-1]),
                f"{template} has {', '.join(methods)} only" + (f" ({taken})" if taken else ""),
            )
        ],
        help=f'"method": "{only}"' if only else _instead(operation, context, path),
        fix=Fix(f'"method": "{only}"', replace_value(operation.method_at, only)) if only else None,
    )


def _instead(operation: Operation, context: Context, path: str) -> str | None:
    """The nearest thing to a delete that the contract has."""
    contract = context.evidence.contract
    if contract is None or operation.name != "delete":
        return None
    for ending in ("cancel", "archive", "delete", "deactivate", "close", "terminate"):
        found = contract.operation("POST", f"{path}/{ending}")
        if found is not None:
            return f"{found.name} is the nearest thing to a delete"
    return None
