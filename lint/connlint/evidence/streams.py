"""Server-sent events as fixtures write them: items to bytes, and recorded bytes to items.

The stream format is that of the HTML standard, section "Server-sent events": UTF-8 lines `name: value`, a
blank line ends an event, a line that starts with a colon is a comment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from connlint.patterns import pattern

FIELDS: Final = ("event", "id", "retry", "data", "comment")
"""What an item may send, beside `raw`; they go out in the order in which the item names them."""

_GAP: Final = pattern(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)[ ]?(ms|s|m)?")
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0}
_LINE: Final = pattern(r"\r\n|\n|\r")


def gap(value: object) -> float | None:
    """Seconds of a gap such as `40ms`, `1.5s` or `2m`; a bare number counts milliseconds. None: no gap."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value / 1000 if 0 <= value < 1e9 else None
    match = _GAP.fullmatch(value) if isinstance(value, str) else None
    return float(match[1]) * _UNITS[match[2] or "ms"] if match is not None else None


class StreamItem:
    """One item of a stream: what it sends, and how long after the item before it (`after`, seconds).

    `fields` are pairs of a name of `FIELDS` and its value, or one pair `raw` with text that is sent as it
    stands (what servers send that is no server-sent event).
    """

    __slots__ = ("after", "fields")

    def __init__(self, fields: Iterable[tuple[str, object]], after: float = 0.0) -> None:
        self.fields = tuple(fields)
        self.after = after

    @classmethod
    def read(cls, value: object) -> StreamItem | None:
        """The item that a fixture writes; None when nothing in it can be sent."""
        if isinstance(value, str):
            return cls((("data", value),))
        if not isinstance(value, Mapping):
            return None
        after = gap(value.get("after")) or 0.0
        raw = value.get("raw")
        if isinstance(raw, str):
            return cls((("raw", raw),), after)
        fields = [(name, item) for name, item in value.items() if name in FIELDS]
        return cls(fields, after) if fields else None

    @property
    def data(self) -> object:
        """What `data` holds: JSON, or text; None when the item has none."""
        return next((value for name, value in self.fields if name == "data"), None)

    @property
    def text(self) -> str:
        """What goes out, the blank line that ends an event included."""
        lines: list[str] = []
        for name, value in self.fields:
            if name == "raw":
                return str(value)
            prefix = ":" if name == "comment" else f"{name}:"
            written = value if isinstance(value, str) else compact(value)
            lines.extend(f"{prefix} {line}" if line else prefix for line in _LINE.split(written))
        return "\n".join(lines) + "\n\n"


def compact(value: object) -> str:
    """A value as compact JSON, the way APIs send it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def blocks_of(text: str) -> list[str]:
    """A recorded stream cut after each blank line: the text of each of its items."""
    return [block for block in re.split(r"(?<=\n\n)|(?<=\r\n\r\n)|(?<=\r\r)", text) if block]


def items_of(text: str) -> list[dict[str, object]]:
    """A recorded stream as a fixture's items, which send the same bytes again.

    An event that these items would not repeat byte for byte (other line ends, blanks, unknown fields, a
    comment between fields) becomes a `raw` item.
    """
    found: list[dict[str, object]] = []
    for block in blocks_of(text):
        item = _item_of(block)
        found.append(item if item is not None else {"raw": block})
    return found


def _item_of(block: str) -> dict[str, object] | None:
    """The item that sends this block again, or None when none does."""
    item: dict[str, object] = {}
    for line in block.removesuffix("\n\n").split("\n"):
        name, colon, value = line.partition(":")
        name = name or "comment"
        if not colon or name not in FIELDS:
            return None
        value = value.removeprefix(" ")
        before = item.get(name)
        item[name] = f"{before}\n{value}" if isinstance(before, str) else value
    data = item.get("data")
    if isinstance(data, str) and data[:1] in ("{", "["):
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            value = data
        item["data"] = value
    read = StreamItem.read(item)
    if read is not None and read.text == block:
        return item
    if isinstance(data, str) and item.get("data") is not data:
        item["data"] = data
        read = StreamItem.read(item)
        if read is not None and read.text == block:
            return item
    return None
