"""A contract, packed so that a later run parses only the parts that it asks for.

Two thirds of what a contract costs is parsing 3 MB of which a connector needs a tenth, and half of the rest
is looking for names. A pack holds each path and each schema as JSON of its own, with an index, and the names
as they were found. Plain JSON and a checksum, not a binary of Python's: whatever stands in a cache that was
cut short or tampered with, reading it ends in ValueError and the contract is read anew.
"""

from __future__ import annotations

import json
from itertools import accumulate, pairwise
from typing import Any, Final, Protocol

from connlint.evidence.contract import METHODS, Contract
from connlint.evidence.contract_names import Names, Sighting

FORMAT: Final = "connlint contract 1"

_UNREAD: Final = object()


LARGE: Final = 200_000
"""Bytes of a contract file from which on a pack of it is worth its place."""


class Packs(Protocol):
    """Where packs are kept, by the content of the contract's file."""

    def contract(self, content: bytes) -> bytes | None:
        """The pack for this content; None where there is none."""

    def keep_contract(self, content: bytes, pack: bytes) -> None:
        """Keep one."""


def pack(contract: Contract) -> bytes:
    """A contract without fault as bytes for `unpack`."""
    rest = dict(contract.value)
    components = rest.get("components")
    if isinstance(components, dict):
        rest["components"] = components = dict(components)
    names = contract.names
    parts = [_text({"seen": names.seen, "deleted": names.deleted, "streamed": sorted(names.streamed)})]
    sections: dict[str, list[object]] = {}
    for section, owner in (("paths", rest), ("schemas", components)):
        members = owner.get(section) if isinstance(owner, dict) else None
        if isinstance(owner, dict) and isinstance(members, dict):
            texts = [_text(_stripped(members[name])) for name in members]
            owner[section] = None
            sections[section] = [list(members), [len(text) for text in texts]]
            parts.extend(texts)
    head = _text({"rest": rest, "names": len(parts[0]), "sections": sections})
    packed = head + b"\n" + b"".join(parts)
    return f"{FORMAT} {_checksum(packed)}\n".encode() + packed


def unpack(data: bytes, name: str = "") -> Contract:
    """The contract that was packed; `name` is what messages call it.

    Raises ValueError when the bytes are no pack, or not all of one.
    """
    first, _, packed = data.partition(b"\n")
    if first != f"{FORMAT} {_checksum(packed)}".encode():
        raise ValueError("this is no packed contract, or not all of it")
    text, _, body = packed.partition(b"\n")
    head = json.loads(text)
    rest, end = head["rest"], head["names"]
    found = body[:end]
    for section, owner in (("paths", rest), ("schemas", rest.get("components"))):
        if section in head["sections"]:
            owner[section] = Parts(body, end, *head["sections"][section])
            end += sum(head["sections"][section][1])
    return Contract(rest, name, lambda: _names(found))


class Parts(dict[str, Any]):
    """An object whose members are parsed when they are taken.

    `names` are its keys, `sizes` how many bytes each member takes, one after the other from `start`.
    """

    __slots__ = ("_body", "_places")

    def __init__(self, body: bytes, start: int, names: list[str], sizes: list[int]) -> None:
        super().__init__(dict.fromkeys(names, _UNREAD))
        self._body = body
        ends = list(accumulate(sizes, initial=start))
        self._places = dict(zip(names, pairwise(ends), strict=True))

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        if value is _UNREAD:
            start, end = self._places[key]
            value = self[key] = json.loads(self._body[start:end])
        return value

    def get(self, key: str, default: Any = None) -> Any:
        """The member, or the default."""
        return self[key] if key in self else default  # noqa: SIM401  # this is `get`

    def items(self) -> Any:
        """All members, all of them parsed."""
        return {key: self[key] for key in self}.items()

    def values(self) -> Any:
        """All members' values, all of them parsed."""
        return {key: self[key] for key in self}.values()


def _names(text: bytes) -> Names:
    found = json.loads(text)
    seen = {
        value: [Sighting(key, schema, tuple(unit)) for key, schema, unit in sightings]
        for value, sightings in found["seen"].items()
    }
    return Names(seen, found["deleted"], frozenset(found["streamed"]))


def _stripped(part: object) -> object:
    """A path item or schema without its own extensions and its operations' (`x-…`): the vendor's examples in
    many languages are a third of OpenAI's contract, and no rule reads them."""
    if not isinstance(part, dict):
        return part
    return {
        key: {k: v for k, v in value.items() if not k.startswith("x-")}
        if key in METHODS and isinstance(value, dict)
        else value
        for key, value in part.items()
        if not key.startswith("x-")
    }


def _text(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _checksum(packed: bytes) -> str:
    import zlib

    return f"{len(packed)} {zlib.crc32(packed):08x}"
