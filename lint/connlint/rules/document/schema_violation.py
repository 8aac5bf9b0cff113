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

EVIDENCE = frozenset({"events", "fixture"})
WITH_SCHEMA = EVIDENCE | {"service", "resources"}


@rule(on=Document, severity=Severity.ERROR)
def check(document: Document, context: Context) -> Iterator[Problem]:
    if document.role not in WITH_SCHEMA:
        return
    found = schema_faults(document, document.role)
    if document.role in EVIDENCE:
        found = iter(context.evidence.remembered(("form", document), lambda: tuple(found)))
    places: Places | None = None
    broken = any(fault.kind != "duplicate-key" for fault in document.faults)
    for fault in found:
        if broken and _is_torn(fault.at):
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


def _is_torn(at: Location) -> bool:
    """Whether the text is broken in the object that a fault is about."""
    return at.document.is_torn(at.pointer if isinstance(at.value, dict | list) else at.parent.pointer)
