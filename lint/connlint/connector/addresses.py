"""Addresses: names of things in a connector's own terms, that outlive lines and order.

The grammar is in docs/format.md. Names outside `[\\w-]` are quoted where they stand outside
brackets; `*` in a pattern crosses dots and is all that is special.
"""

from __future__ import annotations

from connlint.patterns import pattern

_PLAIN = pattern(r"[\w-]+\Z")
_RESERVED = frozenset({"fields", "webhooks", "operations"})


def quoted(name: str) -> str:
    """A name as it stands outside brackets."""
    if _PLAIN.match(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def operation(resource: str, name: str) -> str:
    """`batches.delete`; an operation with the name of a list is `batches.operations[fields]`."""
    if name in _RESERVED:
        return f"{resource}.operations[{name}]"
    return f"{resource}.{quoted(name)}"


def matches(pattern: str, address: str) -> bool:
    """Whether an address pattern (`*` matches anything) covers an address."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == address
    last = rest.pop()
    if not address.startswith(first):
        return False
    at = len(first)
    for part in rest:
        found = address.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(address) - len(last) >= at and address.endswith(last)


class Twins:
    """Gives the second and later things of one name their `#2`, `#3`."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def name(self, name: str) -> str:
        """The name, with its number when it was given out before."""
        if name not in self._seen:
            self._seen[name] = 1
            return name
        count = self._seen[name] = self._seen[name] + 1
        return f"{name}#{count}"
