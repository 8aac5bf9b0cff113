"""An option, or a constant in a body or a query, is none of the values that the contract allows.

Why: the vendor refuses the request when a user picks it.
Not flagged: open enumerations (values, or any other text); placeholders without options.
Fix: the nearest value, where only one is near and the options have it not yet (unsafe).
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
    replace_value,
    request_issues,
    rule,
)


@rule(on=Operation, severity=Severity.WARNING)
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    for known, issue in request_issues(operation, context, "option", "value"):
        wrong, template = str(issue.values[0]), issue.template
        placeholder = issue.hole.placeholder if issue.hole is not None else None
        options = [str(option) for option in placeholder.options or ()] if placeholder is not None else []
        near = nearest(wrong, [name for name in issue.names if name not in options])
        fixable = near is not None and issue.kind == "option"
        yield Problem(
            issue.at,
            f"{known.name} takes no `{wrong}` for {issue.called}",
            about=issue.hole
            or (f"{operation.address}.body[{'.'.join(issue.path)}]" if template.role == "body" else template),
            value=wrong,
            evidence=[
                Observation(
                    "contract",
                    context.evidence.contract_name,
                    render_pointer(issue.shape.pointer),
                    f"it takes {', '.join(issue.names[:12])}",
                )
            ],
            help=f"did you mean `{near}`?" if near else None,
            fix=Fix(f'"{near}"', replace_value(issue.at, near)) if fixable else None,
        )
