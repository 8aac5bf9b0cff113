"""An operation's method is not the one that its name leads readers to expect.

Why: `list` and `read` ask and change nothing (GET), `delete` removes (DELETE). Another method is often a
slip; some vendors do it so.
Not flagged: an operation that the contract has with this very method.
Yields to: `wrong-method`, where the contract has the path with other methods only.
Fix: none; only the vendor's documentation can say.
"""

from connlint.rule import Context, Iterator, Operation, Problem, Severity, rule

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
EXPECTED = {"list": "GET", "read": "GET", "delete": "DELETE"}


@rule(on=Operation, severity=Severity.INFO, yields_to=("wrong-method",))
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    expected = EXPECTED.get(operation.name)
    if expected is None or operation.method not in METHODS or operation.method == expected:
        return
    if context.evidence.verdicts.operation(operation) is None:
        yield Problem(
            operation.method_at,
            f"`{operation.name}` is usually a {expected}, this is a {operation.method}",
            help="right if the vendor does it so; a contract beside the connector would prove it",
        )
