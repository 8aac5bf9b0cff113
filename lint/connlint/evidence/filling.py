"""Answers that refer to the request: `{{request.json.endpoint}}` in a fixture's response.

A hole that stands alone in a string keeps the type of what it refers to; inside other text it becomes
text. Only names that begin with `request.` are holes there: recorded text may hold braces of its own. A
scenario's delivery may also name the thing itself (`{{id}}`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from connlint.evidence.streams import compact
from connlint.patterns import pattern
from connlint.reading import Pointer

_STEP = r"[A-Za-z0-9_$@\[\]-]+"
_OF_REQUEST = pattern(r"\{\{[ \t]*(request(?:\." + _STEP + r")+)[ \t]*\}\}")
_OF_ANYTHING = pattern(r"\{\{[ \t]*(" + _STEP + r"(?:\." + _STEP + r")*)[ \t]*\}\}")


class Unknown:
    """The value of a hole of which nothing is known."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


def has_holes(value: object) -> bool:
    """Whether a JSON value refers to the request anywhere."""
    todo = [value]
    while todo:
        here = todo.pop()
        if isinstance(here, str):
            if "{{" in here and _OF_REQUEST.search(here):
                return True
        elif isinstance(here, dict):
            todo.extend(here.values())
        elif isinstance(here, list):
            todo.extend(here)
    return False


def fill(value: object, request: Mapping[str, object], thing: Mapping[str, object] | None = None) -> object:
    """`value` with its holes filled.

    `request` holds what may be referred to (`json`, `form`, `query`, `path`, `headers`); with `thing`, names
    without `request.` are looked up there. A hole alone whose value is absent becomes `UNKNOWN`; inside
    other text it stays as it is written.
    """
    pattern = _OF_REQUEST if thing is None else _OF_ANYTHING

    def look_up(name: str) -> object:
        first, _, rest = name.partition(".")
        if first == "request" and rest:
            return _walk(request, rest)
        return UNKNOWN if thing is None else _walk(thing, name)

    def filled(here: object) -> object:
        if isinstance(here, dict):
            return {key: filled(item) for key, item in here.items()}
        if isinstance(here, list):
            return [filled(item) for item in here]
        if not isinstance(here, str) or "{{" not in here:
            return here
        alone = pattern.fullmatch(here)
        if alone is not None:
            return look_up(alone[1])

        def as_text(match: re.Match[str]) -> str:
            found = look_up(match[1])
            if isinstance(found, Unknown):
                return match[0]
            return found if isinstance(found, str) else compact(found)

        return pattern.sub(as_text, here)

    return filled(value)


def settle(value: object) -> tuple[object, frozenset[Pointer]]:
    """`value` with null for each `UNKNOWN` (null proves nothing, as unknown does), and where they stood.

    Text in which a hole is left counts as unknown too, though it stays.
    """
    unknown: list[Pointer] = []

    def settled(here: object, at: Pointer) -> object:
        if isinstance(here, Unknown):
            unknown.append(at)
            return None
        if isinstance(here, dict):
            return {key: settled(item, (*at, key)) for key, item in here.items()}
        if isinstance(here, list):
            return [settled(item, (*at, index)) for index, item in enumerate(here)]
        if isinstance(here, str) and "{{" in here and _OF_REQUEST.search(here):
            unknown.append(at)
        return here

    return settled(value, ()), frozenset(unknown)


def merge_patch(base: object, changes: object) -> object:
    """`changes` laid over `base` (RFC 7396): objects member by member, null removes, all else replaces."""
    if not isinstance(changes, dict):
        return changes
    merged: dict[str, object] = dict(base) if isinstance(base, dict) else {}
    for key, item in changes.items():
        if item is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), item)
    return merged


def set_at(value: object, path: str, item: object) -> object:
    """`value` with `item` at a dotted path, objects made on the way; the value itself is left alone."""
    key, _, rest = path.partition(".")
    if isinstance(value, list) and key.isascii() and key.isdigit() and int(key) < len(value):
        listed = list(value)
        listed[int(key)] = set_at(listed[int(key)], rest, item) if rest else item
        return listed
    members: dict[str, object] = dict(value) if isinstance(value, dict) else {}
    members[key] = set_at(members.get(key), rest, item) if rest else item
    return members


def _walk(value: object, path: str) -> object:
    here = value
    for depth, step in enumerate(path.split(".")):
        if isinstance(here, Mapping):
            if step in here:
                here = here[step]
                continue
            # header names are written in any case
            folded = step.lower() if depth == 1 and path.startswith("headers.") else None
            named = next((key for key in here if folded is not None and str(key).lower() == folded), None)
            if named is None:
                return UNKNOWN
            here = here[named]
        elif (
            isinstance(here, list)
            and step.isascii()
            and step.isdigit()
            and len(step) < 10
            and int(step) < len(here)
        ):
            here = here[int(step)]
        else:
            return UNKNOWN
    return here
