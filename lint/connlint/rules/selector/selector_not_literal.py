"""A segment of a selector looks like a path expression; segments are keys, literally.

Why: `"a.b"` asks for a key called `a.b`, `"$"` for a key called `$`. Nothing but digits is special.
Not flagged: keys that the evidence has just so; where evidence refutes the selector, `unreachable-selector`
and `unreachable-payload-selector` say more, and so does `never-seen`.
Fix: none without evidence: a key may well hold a dot.
"""

import re

from connlint.rule import Context, Field, Iterator, Problem, Severity, rule, selector_text, taken_apart

_EXPRESSION = re.compile(r"^\$|[*\[\]]|\w\.\w")


@rule(
    on=Field,
    severity=Severity.WARNING,
    yields_to=("unreachable-selector", "unreachable-payload-selector", "never-seen"),
)
def check(field: Field, context: Context) -> Iterator[Problem]:
    for index, segment in enumerate(field.selector or ()):
        if not _EXPRESSION.search(segment):
            continue
        if not context.evidence.empty and context.evidence.verdicts.of(field).status in (
            "proven",
            "sometimes",
        ):
            return
        apart = [part for part in taken_apart(segment) if part != "*"]
        yield Problem(
            field.selector_at / index,
            f"`{segment}` is taken as one key, literally",
            value=segment,
            help=f"a segment is one key or index; did you mean {selector_text(apart)}?"
            if len(apart) > 1
            else "a segment is one key or index: no wildcard, no expression",
        )
        return
