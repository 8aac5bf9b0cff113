"""The format's types: which JSON values each may have, and where a hole of it may stand.

Pure data and small functions over it; `docs/format.md` shows the same table to users, and a test holds
the two together. Source: the published connector uses `String Integer Boolean Object`; the other names are
those of the platform's open-source base, whose casts also say that an `ID` is read from digits or a number,
and a `DateTime` or a `Duration` from text or a number.
"""

from __future__ import annotations

from typing import Final, Literal

from connlint.connector.selectors import json_kind

Kind = Literal["null", "boolean", "integer", "number", "string", "array", "object"]
"""What a JSON value is, as `json_kind` says; `number` is one that is written with a fraction."""

Position = Literal["bare", "quoted", "path", "query", "header", "form"]
"""Where a hole stands: bare in a JSON body, inside a JSON string, or in one of the places that hold text."""

KINDS: Final[tuple[Kind, ...]] = ("null", "boolean", "integer", "number", "string", "array", "object")
POSITIONS: Final[tuple[Position, ...]] = ("bare", "quoted", "path", "query", "header", "form")

PUBLISHED: Final = ("String", "Integer", "Boolean", "Object")
"""The types that the published connector uses."""

_TEXT = frozenset({"string"})
_TEXT_OR_NUMBER = frozenset({"string", "integer", "number"})
_OBJECT = frozenset({"object"})

_READS: Final[dict[str, frozenset[str]]] = {
    "String": _TEXT,
    "Integer": frozenset({"integer"}),
    "Boolean": frozenset({"boolean"}),
    "Object": _OBJECT,
    "Any": frozenset(KINDS),
    "Array": frozenset({"array"}),
    "Float": frozenset({"integer", "number"}),
    "ID": frozenset({"string", "integer"}),
    "UnsignedInteger": frozenset({"integer"}),
    "DateTime": _TEXT_OR_NUMBER,
    "Duration": _TEXT_OR_NUMBER,
    "Bytes": _TEXT,
    "Handle": _TEXT,
    "Url": _TEXT,
    "KV": _OBJECT,
    "KVV": _OBJECT,
    "Vars": _OBJECT,
    "Meta": _OBJECT,
}

NAMES: Final[tuple[str, ...]] = tuple(_READS)
"""Every type that is known, the published ones first."""

# A verdict is "yes", "no" (a mistake) or "open": how the platform writes it is not published, so nothing
# is said. The order is that of POSITIONS.
_RENDERS_AS: Final[dict[str, tuple[str, str, str, str, str, str]]] = {
    "text": ("no", "yes", "yes", "yes", "yes", "yes"),
    "scalar": ("yes", "no", "yes", "yes", "yes", "yes"),
    "either": ("yes", "yes", "yes", "yes", "yes", "yes"),
    "structure": ("yes", "no", "no", "open", "no", "open"),
    "bytes": ("no", "yes", "no", "open", "no", "yes"),
}

_RENDERS: Final[dict[str, str]] = {
    "String": "text",
    "Integer": "scalar",
    "Boolean": "scalar",
    "Object": "structure",
    "Any": "either",
    "Array": "structure",
    "Float": "scalar",
    "ID": "either",
    "UnsignedInteger": "scalar",
    "DateTime": "text",
    "Duration": "text",
    "Bytes": "bytes",
    "Handle": "text",
    "Url": "text",
    "KV": "structure",
    "KVV": "structure",
    "Vars": "structure",
    "Meta": "structure",
}

# What a value of one kind is called, where one name says it: the type to suggest.
_NAMED: Final[dict[frozenset[str], str]] = {
    frozenset({"string"}): "String",
    frozenset({"integer"}): "Integer",
    frozenset({"number"}): "Float",
    frozenset({"integer", "number"}): "Float",
    frozenset({"boolean"}): "Boolean",
    frozenset({"object"}): "Object",
    frozenset({"array"}): "Array",
}


def known(name: str) -> bool:
    """Whether the format has a type of this name (case counts)."""
    return name in _READS


def kinds(name: str) -> frozenset[str]:
    """The JSON kinds that a value of the type may have; of a type that is not known, all of them.

    `null` is in no type's kinds but `Any`'s, and contradicts none: see `fits_value`.
    """
    return _READS.get(name, _READS["Any"])


def fits_value(
    name: str,
    kinds_observed: frozenset[str],
    *,
    source: Literal["contract", "recorded"],
    multivalue: bool = False,
) -> bool | None:
    """Whether values of these kinds are what the declared type promises.

    `kinds_observed` are the kinds seen in samples (source "recorded") or allowed by an official shape
    (source "contract"): there `number` allows integers too, so it does not contradict `Integer`, where a
    recorded 1.5 does. With `multivalue` the type is that of the items: hand in the items' kinds; that the
    selected value is itself an "array" says nothing about them and is left out.

    True when declared and observed kinds meet, False when they are disjoint, None when nothing is proved
    (only `null`, nothing at all, a type that is not known).
    """
    if not known(name):
        return None
    observed = set(kinds_observed) - {"null"}
    if multivalue:
        observed.discard("array")
    if not observed:
        return None
    if source == "contract" and "number" in observed:
        observed.add("integer")
    return not observed.isdisjoint(kinds(name))


def type_for(kinds_observed: frozenset[str]) -> str | None:
    """The one type that values of these kinds call for (`null` aside), or None when no one does."""
    return _NAMED.get(kinds_observed - {"null"})


def fits_position(name: str, position: Position) -> bool | None:
    """Whether a hole of the type may stand there; None where the published material leaves it open.

    A type that is not known fits everywhere as far as anybody can tell: None.
    """
    if name not in _RENDERS:
        return None
    verdict = _RENDERS_AS[_RENDERS[name]][POSITIONS.index(position)]
    return None if verdict == "open" else verdict == "yes"


def bare_ok(name: str) -> bool:
    """Whether a bare hole of the type (`{{x}}` outside quotes in a JSON body) can be a JSON value.

    True for a type that is not known: `unknown-type` has said what there is to say.
    """
    return fits_position(name, "bare") is not False


def quoted_ok(name: str) -> bool:
    """Whether a hole of the type may stand inside a JSON string (`"{{x}}"`): not where quotes would turn a
    number, a boolean or a structure into text. True for a type that is not known.
    """
    return fits_position(name, "quoted") is not False


def fits_option(name: str, option: object) -> bool | None:
    """Whether an entry of `options` (text, a number or a boolean) is a value of the placeholder's type.

    Text that spells the value counts (`"10"` for `Integer`, `"true"` for `Boolean`, JSON for a structure).
    None where any text may be right (`DateTime`, `Duration`, `Any`) and for a type that is not known.
    """
    if name == "Any" or not known(name):
        return None
    kind = json_kind(option)
    if name in ("DateTime", "Duration"):
        return None if kind in _TEXT_OR_NUMBER else False
    if name == "UnsignedInteger" and str(option).lstrip().startswith("-"):
        return False
    # what text spells is asked only where text itself is no value of the type
    return kind in kinds(name) or (isinstance(option, str) and _spelled(option) in kinds(name))


def _spelled(text: str) -> str | None:
    """The kind of the JSON value that the text spells, or None when it spells none."""
    import json

    try:
        return json_kind(json.loads(text))
    except (ValueError, RecursionError):
        return None
