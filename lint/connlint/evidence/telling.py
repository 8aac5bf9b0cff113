"""Verdicts in an author's words: what a walk met, where else the value can be read, which type fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from connlint.connector.model import Field, Operation, Webhook
from connlint.connector.selectors import is_index, taken_apart
from connlint.connector.types import fits_value, known, type_for
from connlint.evidence.bundle import Evidence
from connlint.evidence.shapes import kind_words
from connlint.evidence.verdicts import PROVEN, REFUTED, Seen, Verdict, Witness
from connlint.finding import Observation
from connlint.reading import render_pointer
from connlint.text import nearest

_MOST_KEYS = 12
_MOST_SEEN = 3


def unreachable(field: Field, verdict: Verdict) -> tuple[int, str]:
    """Where a refuted selector dies (the index of the segment), and a sentence that says so."""
    witness = verdict.furthest
    selector = field.selector or ()
    if witness is None or not selector:
        return 0, "nothing is there"
    depth = min(witness.depth, len(selector) - 1)
    segment = selector[depth]
    holder = holder_of(field, witness, selector[:depth])
    if witness.reason == "wrong-kind":
        if witness.there.startswith("a") and "object" in witness.there:
            return depth, f"{holder} is an object: `{segment}` is no key of it"
        what = witness.there or "a scalar"
        if what == "array":
            return depth, f"{holder} is an array: `{segment}` is no index"
        return depth, f"{holder} is {_article(what)}: it holds no `{segment}`"
    if witness.reason == "out-of-range":
        return depth, f"{holder} has no item {segment}"
    return depth, f"no `{segment}` in {holder}"


def holder_of(field: Field, witness: Witness, prefix: Sequence[str]) -> str:
    """What the walk was in when it stopped."""
    owner = field.owner
    if prefix:
        return f"`{'.'.join(prefix)}`"
    if isinstance(owner, Webhook):
        return f"the delivery of {owner.event}"
    if witness.operation is not None:
        of = "a record of" if witness.operation.name == "list" else "the answer of"
        return f"{of} {witness.operation.address}"
    return f"the record of {owner.address}"


def _article(kind: str) -> str:
    return f"an {kind}" if kind[:1] in "aeiou" else f"a {kind}"


def observed(verdict: Verdict) -> list[Observation]:
    """The evidence of a refuted or absent field: what stands where the walk stopped. Witnesses of one
    document that saw the same are heard together."""
    alike: dict[tuple[str, str], list[Witness]] = {}
    for witness in verdict.witnesses:
        if witness.outcome in (REFUTED, "absent"):
            alike.setdefault((witness.document, _stands(witness)), []).append(witness)
    found = []
    for (document, there), heard in list(alike.items())[:_MOST_SEEN]:
        names = list(dict.fromkeys(witness.name for witness in heard))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        verb = "has" if len(names) == 1 else "have"
        first = heard[0]
        pointer = render_pointer(first.pointer) if first.pointer else None
        text = f"{', '.join(names[:3])}{more} {verb} {there} there"
        found.append(Observation(first.kind, document, pointer, text))
    return found


def _stands(witness: Witness) -> str:
    """What a walk met where it stopped."""
    if witness.keys:
        listed = ", ".join(witness.keys[:_MOST_KEYS])
        more = f" and {len(witness.keys) - _MOST_KEYS} more" if len(witness.keys) > _MOST_KEYS else ""
        return f"{listed}{more}"
    what = _article(witness.there) if witness.there in ("array", "object", "string") else witness.there
    return what or "something else"


def better_selector(field: Field, verdict: Verdict, evidence: Evidence) -> tuple[str, ...] | None:
    """The one selector that was probably meant: it is proven, its type fits, and no sibling takes it.

    Tried in this order: a dotted segment taken apart, the nearest key at the failing step, for a delivery the
    same walk below its one object (`data`), and for a record the walk without a list's envelope.
    """
    selector = field.selector or ()
    witness = verdict.furthest
    if witness is None or not selector:
        return None
    siblings = field.owner.payload if isinstance(field.owner, Webhook) else field.owner.fields
    taken = {item.selector for item in siblings if item is not field}
    envelope = "" if isinstance(field.owner, Webhook) else evidence.verdicts.envelope(field.owner)
    for candidate in _candidates(selector, witness, envelope):
        if candidate not in taken and _proven(field, candidate, evidence):
            return candidate
    return None


def _candidates(selector: tuple[str, ...], witness: Witness, envelope: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    apart = tuple(part for segment in selector for part in taken_apart(segment))
    if apart != selector and all(apart):
        found.append(apart)
    depth = min(witness.depth, len(selector) - 1)
    near = nearest(selector[depth], witness.keys)
    if near is not None:
        found.append((*selector[:depth], near, *selector[depth + 1 :]))
    if depth == 0 and "data" in witness.keys:
        found.append(("data", *selector))
    if envelope and selector[0] == envelope:
        rest = selector[2:] if len(selector) > 1 and is_index(selector[1]) else selector[1:]
        if rest:
            found.append(rest)
    return found


def _proven(field: Field, selector: tuple[str, ...], evidence: Evidence) -> bool:
    """Whether another selector in the field's place would be proven, with a type that fits."""
    trial = Field(
        field.owner, field.at, field.name, field.twin, field.type, selector, multivalue=field.multivalue
    )
    verdict = evidence.verdicts.of(trial)
    return verdict.status == PROVEN and type_fault(trial, verdict) is None


def reader_of(field: Field, evidence: Evidence) -> Operation | None:
    """The `read` operation whose answer has what a payload field of the same name looks for."""
    owner = field.owner
    if not isinstance(owner, Webhook) or not field.selector:
        return None
    read = next((item for item in owner.resource.operations if item.name == "read"), None)
    if read is None:
        return None
    trial = Field(
        owner.resource, field.at, field.name, field.twin, None, field.selector, multivalue=field.multivalue
    )
    return read if evidence.verdicts.of(trial).status == PROVEN else None


class TypeFault:
    """A declared type that no observed value has: the kinds seen, in words too, whether they are those of a
    list's `items`, and the type that fits."""

    __slots__ = ("fits", "items", "kinds", "source", "words")

    def __init__(self, kinds: frozenset[str], source: Witness, fits: str | None, *, items: bool) -> None:
        self.kinds = kinds
        self.source = source
        self.fits = fits
        self.items = items
        self.words = kind_words(kinds - {"null"})


def type_fault(field: Field, verdict: Verdict) -> TypeFault | None:
    """The fault of a field's declared type, None when it agrees or nothing is proved.

    Samples beat the contract: a recorded 1.5 contradicts `Integer` though the contract says `number`.
    """
    if field.type is None or not known(field.type):
        return None
    heard: tuple[tuple[Seen, Literal["contract", "recorded"]], ...] = (
        (verdict.sampled, "recorded"),
        (verdict.stated, "contract"),
    )
    for seen, source in heard:
        items = field.multivalue and "array" in seen.kinds
        kinds = seen.elements if items else seen.kinds
        fits = fits_value(field.type, kinds, source=source, multivalue=field.multivalue)
        if fits is True:
            return None
        if fits is False and seen.first is not None:
            return TypeFault(kinds, seen.first, type_for(kinds), items=items)
    return None


def value_kinds(verdict: Verdict) -> tuple[frozenset[str], frozenset[str], Witness | None]:
    """The kinds at the selected place over all evidence, those of an array's items, and one who says so."""
    return verdict.seen.kinds, verdict.seen.elements, verdict.seen.first
