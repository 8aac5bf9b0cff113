"""The contract allows values that a placeholder's options do not offer.

Why: users cannot pick them. It may be meant so, hence info.
Not flagged: open enumerations; placeholders without options; a value that an option misspells
(`unknown-option`).
Fix: none; which values to offer is the author's choice.
"""

from connlint.rule import (
    Context,
    Iterator,
    Observation,
    Operation,
    Problem,
    RequestIssue,
    Severity,
    nearest,
    render_pointer,
    request_issues,
    rule,
)


@rule(on=Operation, severity=Severity.INFO)
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    found = list(request_issues(operation, context, "options-missing", "option"))
    meant = {(issue.path, _nearest(issue)) for _, issue in found if issue.kind == "option"}
    for known, issue in found:
        more = [str(value) for value in issue.values if (issue.path, str(value)) not in meant]
        if issue.kind == "option" or not more:
            continue
        listed = ", ".join(more[:12]) + (f" and {len(more) - 12} more" if len(more) > 12 else "")
        yield Problem(
            issue.at,
            f"{known.name} takes {len(more)} more value{'' if len(more) == 1 else 's'} for {issue.called}",
            about=issue.hole,
            evidence=[
                Observation(
                    "contract",
                    context.evidence.contract_name,
                    render_pointer(issue.shape.pointer),
                    f"also {listed}",
                )
            ],
        )


def _nearest(issue: RequestIssue) -> str | None:
    """The value that a wrong option is taken for, as `unknown-option` does."""
    placeholder = issue.hole.placeholder if issue.hole is not None else None
    options = [str(option) for option in placeholder.options or ()] if placeholder is not None else []
    return nearest(str(issue.values[0]), [name for name in issue.names if name not in options])
