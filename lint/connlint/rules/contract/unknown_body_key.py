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
    RequestIssue,
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
            fix=_rename(issue, near) if near else None,
        )


def _rename(issue: RequestIssue, near: str) -> Fix | None:
    """The key by another name; a form's brackets stay."""
    key, template = issue.key, issue.template
    if key is None or key.name is None:
        return None
    start = key.start + (template.body_kind == "json")
    end = start + len(issue.name)
    if template.text[start:end] != issue.name:
        return None
    return Fix(f"`{near}`", replace_chars(template.text_at.chars(start, end), near))
