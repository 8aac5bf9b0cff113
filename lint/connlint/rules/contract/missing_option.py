"""The contract allows values that a placeholder's options do not offer.

Why: users cannot pick them. It may be meant so, hence info.
Not flagged: open enumerations; placeholders without options.
Fix: none; which values to offer is the author's choice.
"""

from connlint.rule import (
    Context,
    Iterator,
    Observation,
    Operation,
    Problem,
    Severity,
    render_pointer,
    request_issues,
    rule,
)


@rule(on=Operation, severity=Severity.INFO)
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    for known, issue in request_issues(operation, context, "options-missing"):
        listed = ", ".join(str(value) for value in issue.values[:12])
        yield Problem(
            issue.at,
            f"{known.name} takes {len(issue.values)} more values for `{issue.name}`",
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
