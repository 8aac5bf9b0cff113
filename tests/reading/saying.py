"""All that there is to say of a text: its values, faults and places, and what edits of it come to."""

from __future__ import annotations

from collections.abc import Iterator

from connlint.reading import MISSING, Document, Pointer, read
from connlint.reading.edits import insert, remove, rename_key, replace_chars, replace_value
from connlint.reading.limits import SPEC_LIMITS, Limits
from connlint.reading.pieces import Pieces
from connlint.reading.rewriting import CannotEdit, resolve


def pointers(value: object, here: Pointer = ()) -> Iterator[Pointer]:
    """Every place in a value."""
    yield here
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inner:
        yield from pointers(each, (*here, step))


def said(path: str, text: str, pieces: Pieces | None, limits: Limits = SPEC_LIMITS) -> object:
    """What is said of a text that is read with what it was before, or afresh."""
    result = read(path, text.encode("utf-8", "surrogatepass"), named=True, pieces=pieces, limits=limits)
    return [
        (
            repr(document.value),
            [(fault.kind, fault.span, fault.message) for fault in document.faults],
            list(_places(document)),
        )
        for document in result.documents
    ]


def _places(document: Document) -> Iterator[object]:
    for pointer in pointers(document.value) if document.value is not MISSING else ():
        at = document.root
        for step in pointer:
            at = at / step
        yield pointer, at.span, at.chars(1, 2).span, at.key.span if pointer else None
        for edit in (
            replace_value(at, {"new": [1]}),
            replace_value(at, "new"),
            replace_chars(at.chars(0, 1), "é"),
            rename_key(at, "new"),
            remove(at),
            insert(at, "new" if isinstance(at.value, dict) else 0, 1),
        ):
            try:
                yield edit.action, resolve(edit)
            except (CannotEdit, AssertionError) as error:
                yield edit.action, type(error), str(error)
