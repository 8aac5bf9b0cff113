"""Edits in a document's terms. They are cheap to make; `connlint.reading.rewriting` turns them into text.

An edit names a `Location` and what should be there; how it is written (quotes, indentation, commas)
is the document's own style.
"""

from __future__ import annotations

from connlint.reading.document import Location


class Edit:
    """One structural change: `action` at `at`.

    actions: "replace-value" (`value`), "replace-chars" (`value` is the text that takes the place of the
    string's marked characters), "rename-key" (`value` is the new name), "remove" (the member or item),
    "insert" (`value` under `key`, a member's name or an item's index, into the container at `at`),
    "replace-span" (`value` is source text that takes the place of a span in prose).
    """

    __slots__ = ("action", "at", "key", "value")

    def __init__(self, action: str, at: Location, value: object = None, key: str | int | None = None) -> None:
        self.action = action
        self.at = at
        self.value = value
        self.key = key


def replace_value(at: Location, value: object) -> Edit:
    """Put `value` (any JSON value) where the value at `at` stands."""
    return Edit("replace-value", at, value)


def replace_chars(at: Location, text: str) -> Edit:
    """Put `text` in the place of the marked characters (`location.chars(a, b)`) of a string value."""
    return Edit("replace-chars", at, text)


def rename_key(at: Location, name: str) -> Edit:
    """Give the member at `at` another key."""
    return Edit("rename-key", at, name)


def remove(at: Location) -> Edit:
    """Take the member or item at `at` out, with its comma or line."""
    return Edit("remove", at)


def insert(at: Location, key: str | int, value: object) -> Edit:
    """Put `value` into the object or array at `at`, under a new key or before the item at an index."""
    return Edit("insert", at, value, key)


def replace_span(at: Location, text: str) -> Edit:
    """Put source text in the place of a span of prose."""
    return Edit("replace-span", at, text)
