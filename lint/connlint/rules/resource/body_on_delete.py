"""An operation with DELETE sends a body.

Why: RFC 9110, section 9.3.5, gives such a body no meaning, and some servers and proxies refuse it; a few
vendors do ask for one.
Not flagged: an operation whose contract asks for a body there.
Fix: none; the vendor's documentation says where the values belong.
"""

from connlint.rule import Context, Iterator, Operation, Problem, Severity, rule


@rule(on=Operation, severity=Severity.INFO)
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    body = operation.body
    if body is None or operation.method != "DELETE" or not body.text.strip():
        return
    known = context.evidence.verdicts.operation(operation)
    if known is None or not known.bodies:
        yield Problem(
            body.at.key,
            "a DELETE with a body: some servers and proxies refuse it",
            related=[(operation.method_at, "the method")],
            help="move the values to the path or to queryParams, unless the vendor wants them here",
        )
