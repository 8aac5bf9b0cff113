"""A part of the document is not what the format has in that place.

Why: the platform leaves out or misreads what it does not expect: a misspelt key, a number for a text, a list
for an object. What hangs on the part is not checked.
Not flagged: keys that start with `x-`, and `$comment`. A name of a type that is none (`unknown-type`). What
an object lacks, or has too much, in which the text itself is broken (`syntax-error`).
Fix: the key or the word that a misspelt one stands for, where only one is near. Unsafe: it is a guess.
"""

from connlint.rule import (
    Context,
    Document,
    Fix,
    Iterator,
    Location,
    Places,
    Problem,
    Severity,
    rule,
    schema_faults,
)

WITH_SCHEMA = frozenset({"service", "resources", "events", "fixture"})


@rule(on=Document, severity=Severity.ERROR)
def check(document: Document, context: Context) -> Iterator[Problem]:
    if document.role not in WITH_SCHEMA:
        return
    places: Places | None = None
    torn = [fault.span.start for fault in document.faults if fault.kind == "syntax-error"]
    for fault in schema_faults(document, document.role):
        if torn and _is_torn(fault.at, torn):
            continue
        places = places or Places(context.connector, document)
        yield Problem(
            fault.at,
            fault.message,
            help=fault.help,
            about=places.address(fault.at),
            value=fault.value,
            fix=Fix(fault.title, fault.edit) if fault.edit is not None else None,
        )


def _is_torn(at: Location, torn: list[int]) -> bool:
    """Whether the text is broken in the object that a fault is about, outside of what that object holds."""
    holder = at.value if isinstance(at.value, dict | list) else at.parent.value
    pointer = at.pointer if holder is at.value else at.parent.pointer
    document = at.document
    outer = document.span(pointer)
    inner = [
        document.span((*pointer, step))
        for step, value in (holder.items() if isinstance(holder, dict) else enumerate(_listed(holder)))
        if isinstance(value, dict | list)
    ]
    return any(
        outer.start <= place <= outer.end and not any(span.start < place < span.end for span in inner)
        for place in torn
    )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
