"""Pointers into JSON values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connlint.reading.document import Pointer


def pointers(value: Any, pointer: Pointer = ()) -> Iterator[Pointer]:
    """The pointer of a value and of everything in it."""
    yield pointer
    if isinstance(value, dict):
        for key, item in value.items():
            yield from pointers(item, (*pointer, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from pointers(item, (*pointer, index))


def at(value: Any, pointer: Pointer) -> Any:
    """What stands at a pointer."""
    for step in pointer:
        value = value[step]
    return value
