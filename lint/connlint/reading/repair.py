"""JSON that is not clean: what is wrong, in an author's words, and what can be read all the same.

Loaded only for texts that the strict reader refused. Faults stand where Python's decoder puts them.
A mistake that can be mended for sure (a comma, a quote) is mended and reading goes on. For any other
the member or item it stands in is left out, and nothing more is said until the next item of the
document's outermost array or object, because what follows may be a consequence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from math import isinf

from connlint.reading.document import MISSING, Fault, Pointer, Positions
from connlint.reading.limits import MAX_DIGITS, Limits
from connlint.reading.tree import Node, TreePositions
from connlint.source import Span

_MOST_FAULTS = 20
_BLANK = re.compile(r"[ \t\r\n]*")
_COMMENT = re.compile(r"//[^\r\n]*|/\*.*?\*/|#[^\r\n]*", re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD = re.compile(r"[^\s,:\[\]{}\"']+")
_NAME = re.compile(r"[A-Za-z_$][\w$-]*")
_SINGLE = re.compile(r"'((?:[^'\\\r\n]|\\[^\r\n])*)'")
_CURLY = re.compile("[“”„«]([^\"“”„«»\r\n]*)[“”»]")
_CHARS = re.compile(r'[^"\\\x00-\x1f]+')
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_HOLE = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
_SKIPPED = re.compile(r'"(?:[^"\\\r\n]|\\[^\r\n])*"|[\[\]{},]')
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|([\[{]\s*[\]}])|[\[{,]', re.DOTALL)
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CLOSER = {"{": "}", "[": "]"}
_LITERALS: dict[str, object] = {"true": True, "false": False, "null": None}
_FOREIGN = {
    "None": "null",
    "True": "true",
    "False": "false",
    "undefined": "null",
    "nil": "null",
    "TRUE": "true",
    "FALSE": "false",
    "NULL": "null",
}
_CONSTANTS = ("NaN", "Infinity", "-Infinity")


class Repaired:
    """What was read of a text that is not clean: its value (or MISSING), its faults, its places."""

    __slots__ = ("faults", "positions", "value")

    def __init__(self, value: object, faults: tuple[Fault, ...], positions: Positions) -> None:
        self.value = value
        self.faults = faults
        self.positions = positions


def repair_json(
    text: str, limits: Limits, place: Callable[[int], int], refused: json.JSONDecodeError | None
) -> Repaired:
    """What can be read of `text`, with its faults.

    `place` maps offsets into the text to offsets into its source; `refused` is what the strict decoder
    said, if it was the decoder that refused the text.
    """
    reader = _Repair(text, limits, place)
    try:
        reader.read()
    except _Stop:
        pass
    if refused is not None and not reader.faults:
        reader.say(refused.pos, refused.pos + 1, f"not JSON: {refused.msg}")
    from connlint.reading.json import string_chars

    root = reader.root
    return Repaired(
        MISSING if root is None else root.value,
        tuple(reader.faults),
        TreePositions(root, lambda node, a, b: string_chars(text, Span(node.start, node.end), a, b)),
    )


def count_values(text: str) -> int:
    """How many values a JSON text holds, for a text that is JSON."""
    count = 1
    for match in _STRUCTURE.finditer(text):
        if not match.group().startswith('"'):
            count += match.group(1) is None
    return count
