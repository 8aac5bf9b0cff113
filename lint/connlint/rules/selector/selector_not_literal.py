"""A segment of a selector looks like a path expression; segments are keys, literally.

Why: `"a.b"` asks for a key called `a.b`, `"$"` for a key called `$`. Nothing but digits is special.
Not flagged: keys that the evidence has just so; where evidence refutes the selector, `unreachable-selector`
and `unreachable-payload-selector` say more, and so does `never-seen`.
Fix: none without evidence: a key may well hold a dot.
"""

from connlint.rule import (
    Connector,
    Context,
    Field,
    Iterator,
    Problem,
    Severity,
    pattern,
    rule,
    selector_text,
    taken_apart,
)

_EXPRESSION = pattern(r"^\$|[*\[\]]|\w\.\w")


@rule(
    on=Connector,
    severity=Severity.WARNING,
    yields_to=("unreachable-selector", "unreachable-payload-selector", "never-seen"),
)
def check(connector: Connector, context: Context) -> Iterator[Problem]:
    # most segments are plain words, which is quick to see
    odd = {
        segment
        for segment in connector.segments
        if not segment.isidentifier() and _EXPRESSION.search(segment)
    }
    for field in connector.all_fields if odd else ():
        for index, segment in enumerate(field.selector or ()):
            if segment in odd:
                if context.evidence.empty or not _is_there(field, context):
                    yield _expression(field, index, segment)
                break


def _is_there(field: Field, context: Context) -> bool:
    """Whether the evidence has keys called just so."""
    return context.evidence.verdicts.of(field).status in ("proven", "sometimes")


def _expression(field: Field, index: int, segment: str) -> Problem:
    """What is said of the first segment of a field's that looks like an expression."""
    apart = [part for part in taken_apart(segment) if part != "*"]
    return Problem(
        field.selector_at / index,
        f"`{segment}` is taken as one key, literally",
        about=field,
        value=segment,
        help=f"a segment is one key or index; did you mean {selector_text(apart)}?"
        if len(apart) > 1
        else "a segment is one key or index: no wildcard, no expression",
    )
