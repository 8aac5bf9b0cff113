"""An operation with GET or HEAD sends a body.

Why: RFC 9110, section 9.3.1, gives such a body no meaning: caches, proxies and many servers drop it or refuse
the request, and several HTTP clients never send it.
Not flagged: an operation whose contract asks for a body there.
Fix: none; either the method is POST, or the values belong in `queryParams`.
"""

from connlint.rule import Context, Iterator, Operation, Problem, Severity, rule


@rule(on=Operation, severity=Severity.WARNING)
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    body = operation.body
    if body is None or operation.method not in ("GET", "HEAD") or not body.text.strip():
        return
    known = context.evidence.verdicts.operation(operation)
    if known is None or not known.bodies:
        yield Problem(
            body.at.key,
            f"a {operation.method} with a body: servers and proxies drop it",
            related=[(operation.method_at, "the method")],
            help="use POST if the vendor has one, or move the values to queryParams",
        )
