"""Selectors: walks from the root of a value, that can say where they died.

A segment of digits indexes an array and is a key on an object; any other segment is a key,
literally. `[]` is the whole body.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_ABSENT: Final = object()


def json_kind(value: object) -> str:
    """The JSON kind of a Python value: null, boolean, integer, number, string, array or object.

    A float without a fraction is a `number`: it was written so.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "array"
    return "object"


def is_index(segment: str) -> bool:
    """Whether a segment indexes when it meets an array."""
    return segment.isascii() and segment.isdigit()


class Walked:
    """Where a walk ended.

    `found` with its `value`; else `reached` segments were walked, `stopped_at` is the value met
    there, and `reason` is "absent" (no such key), "out-of-range" (no such item), "wrong-kind" (a
    key into an array or a scalar, an index into a scalar) or "null" (the way ends in null, which
    proves nothing).
    """

    __slots__ = ("found", "reached", "reason", "stopped_at", "value")

    def __init__(self, value: object, reached: int, reason: str | None) -> None:
        self.found = reason is None
        self.value = value if reason is None else None
        self.stopped_at = value
        self.reached = reached
        self.reason = reason


def walk(value: object, selector: Sequence[str]) -> Walked:
    """Walk `selector` from the root of a JSON value."""
    here = value
    for depth, segment in enumerate(selector):
        if isinstance(here, dict):
            inner = here.get(segment, _ABSENT)
            if inner is _ABSENT:
                return Walked(here, depth, "absent")
            here = inner
        elif isinstance(here, list):
            if not is_index(segment):
                return Walked(here, depth, "wrong-kind")
            # digits past any real length would only be parsed to be refused; zeros before a number are none
            index = int(segment.lstrip("0")[:19] or "0")
            if index >= len(here):
                return Walked(here, depth, "out-of-range")
            here = here[index]
        else:
            return Walked(here, depth, "null" if here is None else "wrong-kind")
    return Walked(here, len(selector), None)


def selector_text(selector: Sequence[str]) -> str:
    """A selector as people write it: `["data", "id"]`."""
    return "[" + ", ".join(f'"{segment}"' for segment in selector) + "]"


def taken_apart(segment: str) -> list[str]:
    """The segments that a JSONPath-like one means: `$.a.b[0]` gives a, b, 0."""
    text = segment.removeprefix("$").replace("[", ".").replace("]", "")
    return [part for part in text.replace('"', "").replace("'", "").split(".") if part]
