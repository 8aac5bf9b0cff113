"""A key that the contract requires is not in the body.

Why: the vendor refuses the request. In a form the key may be written, and go when an optional placeholder has
no value.
Not flagged: keys that only some branches of the request's schema require (a constant such as `"type": "card"`
says which branch is meant); keys that are the vendor's to set (`readOnly`) or have a default; templates with
a hole in a key; bodies that do not parse (`body-not-json` says so).
Fix: none; where its value comes from only the author knows.
"""

from connlint.rule import (
    Context,
    Iterator,
    Observation,
    Operation,
    Problem,
    RequestIssue,
    Severity,
    demanded_keys,
    nearest,
    render_pointer,
    request_issues,
    request_shape,
    rule,
)


@rule(on=Operation, severity=Severity.ERROR)
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    misspelt = {
        (*issue.path[:-1], nearest(issue.path[-1], issue.names))
        for _, issue in request_issues(operation, context, "unknown-key")
    }
    for known, issue in request_issues(operation, context, "missing-key"):
        if issue.path in misspelt:
            continue
        name = issue.path[-1]
        where = f" in `{'.'.join(issue.path[:-1])}`" if issue.path[:-1] else ""
        key = issue.shape.keys().get(name)
        words = f": {' '.join(key.shape.description.split())[:90]}" if key and key.shape.description else ""
        yield Problem(
            issue.at,
            f"{known.name} requires `{name}`{where}{_left_out(issue)}",
            about=f"{operation.address}.body[{'.'.join(issue.path)}]",
            value=".".join(issue.path),
            evidence=[
                Observation(
                    "contract",
                    context.evidence.contract_name,
                    render_pointer(issue.shape.pointer),
                    f"`{name}` is required{words}",
                )
            ],
        )
    if operation.body is None:
        yield from _no_body(operation, context)


def _left_out(issue: RequestIssue) -> str:
    """What a form does without a value."""
    placeholder = issue.hole.placeholder if issue.hole is not None else None
    return f", left out when `{placeholder.name}` has no value" if placeholder is not None else ""


def _no_body(operation: Operation, context: Context) -> Iterator[Problem]:
    """An operation without a body, where the contract requires keys of one."""
    known = context.evidence.verdicts.operation(operation)
    if known is None or not known.body_required:
        return
    shape = request_shape(operation, known)
    keys = demanded_keys(shape) if shape is not None else ()
    if keys:
        listed = ", ".join(f"`{key}`" for key in keys)
        yield Problem(
            operation.at.key,
            f"{known.name} requires a body with {listed}",
            about=f"{operation.address}.body",
            evidence=[
                Observation(
                    "contract",
                    context.evidence.contract_name,
                    render_pointer((*known.pointer, "requestBody")),
                    "its request body is required",
                )
            ],
        )
