"""A key of the body is none that the contract's request has.

Why: the vendor ignores it, or refuses the whole request.
Not flagged: schemas that open themselves with `additionalProperties`.
Fix: the nearest key, where only one is near and the template has it not yet (unsafe).
"""

from connlint.rule import (
    Context,
    Fix,
    Iterator,
    Observation,
    Operation,
    Problem,
    Severity,
    nearest,
    render_pointer,
    replace_chars,
    request_issues,
    rule,
)


@rule(on=Operation, severity=Severity.WARNING)
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    for known, issue in request_issues(operation, context, "unknown-key"):
        name = issue.path[-1]
        near = nearest(name, issue.names)
        at = issue.at
        if near is not None and issue.template.body_kind == "json" and issue.key is not None:
            at = issue.template.text_at.chars(issue.key.start + 1, issue.key.end - 1)
        listed = ", ".join(issue.names[:10])
        more = f" and {len(issue.names) - 10} more" if len(issue.names) > 10 else ""
        where = f" in `{'.'.join(issue.path[:-1])}`" if issue.path[:-1] else ""
        yield Problem(
            issue.at,
            f"{known.name} takes no `{name}`{where}",
            about=issue.hole or f"{operation.address}.body",
            value=".".join(issue.path),
            evidence=[
                Observation(
                    "contract",
                    context.evidence.contract_name,
                    render_pointer(issue.shape.pointer),
                    f"it also takes {listed}{more}",
                )
            ]
            if listed
            else (),
            help=f"did you mean `{near}`?" if near else None,
            fix=Fix(f"`{near}`", replace_chars(at, near)) if near else None,
        )
