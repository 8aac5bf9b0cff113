"""Ways into JSON values, whose types no checker knows."""

from __future__ import annotations

from typing import Any


def inner(value: object, *way: str | int) -> Any:
    """What stands at the end of a way of keys and indexes."""
    here: Any = value
    for step in way:
        here = here[step]
    return here
