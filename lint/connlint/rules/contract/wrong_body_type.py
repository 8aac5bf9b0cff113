"""What a template puts into the body is not of the kind that the contract takes there.

Why: the vendor refuses the request, or reads a number as text.
Not flagged: kinds of which one may be right; forms, whose values are all text; options (`unknown-option`).
Yields to: `undeclared-placeholder`.
Fix: the declared type that fits, or the hole without its quotes (unsafe).
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
    declared_kinds,
    kind_words,
    render_pointer,
    replace_chars,
    replace_value,
    request_issues,
    rule,
    type_that_fits,
)


@rule(on=Operation, severity=Severity.WARNING, yields_to=("undeclared-placeholder",))
def check(operation: Operation, context: Context) -> Iterator[Problem]:
    for _, issue in request_issues(operation, context, "hole-kind", "literal-kind"):
        kinds = issue.shape.kinds - {"null"}
        words = kind_words(kinds)
        seen = Observation(
            "contract",
            context.evidence.contract_name,
            render_pointer(issue.shape.pointer),
            f"`{'.'.join(issue.path)}` is {words}" if issue.path else f"the body is {words}",
        )
        if issue.kind == "literal-kind":
            yield Problem(
                issue.at,
                f"{issue.called} is {_article(str(issue.values[0]))} here, and the contract takes {words}",
                about=f"{operation.address}.body[{'.'.join(issue.path)}]",
                value=".".join(issue.path),
                evidence=[seen],
            )
        elif issue.quoted:
            yield _quoted(issue, words, seen)
        else:
            yield _bare(issue, words, seen)


def _quoted(issue: RequestIssue, words: str, seen: Observation) -> Problem:
    """A hole in quotes, where the contract takes no text."""
    hole = issue.hole
    assert hole is not None
    placeholder = hole.placeholder
    fits = placeholder is not None and bool(declared_kinds(placeholder) & issue.shape.kinds)
    bare = hole.template.text_at.chars(hole.start - 1, hole.end + 1)
    alone = (
        hole.template.text[hole.start - 1 : hole.end + 1] == f'"{hole.template.text[hole.start : hole.end]}"'
    )
    text = hole.template.text[hole.start : hole.end]
    return Problem(
        issue.at,
        f"{issue.called} is sent as text, and the contract takes {words}",
        about=hole,
        evidence=[seen],
        help="take the quotes off the hole" if fits and alone else f"write it bare: {words} has no quotes",
        fix=Fix("take the quotes off", replace_chars(bare, text)) if fits and alone else None,
    )


def _bare(issue: RequestIssue, words: str, seen: Observation) -> Problem:
    """A bare hole whose placeholder cannot be what the contract takes."""
    hole = issue.hole
    assert hole is not None
    placeholder = hole.placeholder
    assert placeholder is not None
    meant = type_that_fits(issue)
    at = placeholder.at / "type"
    return Problem(
        at,
        f"`{placeholder.name}` is declared {placeholder.type}, and fills {words}"
        + ("" if issue.name == placeholder.name else f" ({issue.called})"),
        about=hole,
        value=placeholder.type or "",
        related=[(hole.at, "stands bare, so it must be JSON itself")],
        evidence=[seen],
        help=f'"type": "{meant}"' if meant else None,
        fix=Fix(f'"type": "{meant}"', replace_value(at, meant)) if meant else None,
    )


def _article(words: str) -> str:
    return f"an {words}" if words[:1] in "aeiou" else f"a {words}"
