"""The contract takes the request's body in other content types only.

Why: the vendor cannot read the body; a file sent inside JSON arrives as text.
Not flagged: operations whose body the contract does not describe; content types that are holes.
Fix: none; a body of another content type is written differently.
"""

from connlint.rule import (
    Context,
    Iterator,
    Observation,
    Operation,
    Problem,
    Severity,
    contract_fits,
    render_pointer,
    rule,
    sent_type,
)


@rule(on=Operation, severity=Severity.ERROR)
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    known = context.evidence.verdicts.operation(operation)
    if known is None or operation.body is None or contract_fits(operation, known):
        return
    media = ", ".join(known.bodies)
    yield Problem(
        operation.body.text_at,
        f"the vendor takes {media} only, and this is sent as {sent_type(operation)}",
        value=sent_type(operation),
        evidence=[
            Observation(
                "contract",
                context.evidence.contract_name,
                render_pointer((*known.pointer, "requestBody", "content")),
                f"{known.name} takes {media}",
            )
        ],
        help=f"set this operation's Content-Type header to {next(iter(known.bodies))}, and write the body so",
    )
