"""JSON values as YAML 1.2 text that people like to read and to edit.

Small mappings and lists stand on one line (`{type: string}`), larger ones in blocks; a long text is
folded. What is written reads back as the same value, in YAML 1.2 and with the readers of YAML 1.1 that
are still about (`yes`, `1:30` and dates are quoted).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

WIDTH = 100
"""A flow collection or a text that would pass this column is written as a block."""

_STEP = 2

# Plain scalars: letters (or `$`, for `$ref`) first, and nothing that YAML could take for syntax, in a block
# or in a flow.
_PLAIN = re.compile(r"[A-Za-z_$][A-Za-z0-9_./+()@;=~^$%*&!?<>|'-]*(?: [A-Za-z0-9_./+()@;=~^$%*&!?<>|'-]+)*")
# The same in a block, where commas, brackets and backticks are text.
_TEXT_IN_BLOCK = r"[^\s\x00-\x1f\x7f-\x9f\ufeff\ud800-\udfff#:\"\\]"
_PLAIN_IN_BLOCK = re.compile(f"[A-Za-z_]{_TEXT_IN_BLOCK}*(?: {_TEXT_IN_BLOCK}+)*")
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+){2,}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AGE = re.compile(r"[0-9]+(?:[dwsm]|ms)")
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"})
_ESCAPED = re.compile('[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff"\\\\]')
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_FOLDABLE = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\ufeff]+(?: [^\s\x00-\x1f\x7f-\x9f\ufeff]+)+")


def yaml_text(value: object, indent: int = 0) -> str:
    """`value` (what JSON can hold) as YAML text in block style, each line ending with LF.

    `indent` is the column at which the lines start. Raises TypeError on a value that JSON cannot hold.
    """
    return "".join(f"{line}\n" for line in _block(value, indent))


def scalar_text(value: object) -> str:
    """A string, number, boolean or null as a YAML scalar that is safe in a block, in a flow and as a key.

    Raises TypeError on anything else.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        text = repr(value)
        # `1e+16` is a float in YAML 1.2, and a string to readers of 1.1
        return text if "." in text or "e" not in text else text.replace("e", ".0e")
    if not isinstance(value, str):
        raise TypeError(f"YAML cannot hold a {type(value).__name__}")
    if _PLAIN.fullmatch(value) and value.lower() not in _RESERVED:
        return value
    if _DATE.fullmatch(value) or _AGE.fullmatch(value) or _VERSION.fullmatch(value):
        return value
    return f'"{_ESCAPED.sub(_escape, value)}"'


def flow_text(value: object) -> str:
    """`value` as YAML on one line. Raises TypeError on a value that JSON cannot hold."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar_text(key)}: {flow_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow_text(item) for item in value) + "]"
    return scalar_text(value)


def member_text(key: str, value: object, indent: int = 0) -> str:
    """One member of a block mapping, `key: value`, as lines that start at column `indent`."""
    return "".join(f"{line}\n" for line in _member(key, value, indent))


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    return _ESCAPES.get(char) or (f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}")


def _block(value: object, indent: int) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _member(key, item, indent)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for item in value:
            yield from _item(item, indent)
    else:
        yield " " * indent + flow_text(value)


def _member(key: str, value: object, indent: int) -> Iterator[str]:
    head = f"{' ' * indent}{scalar_text(key)}:"
    # what stands at the root is a heading: its members have lines of their own
    heading = not indent and isinstance(value, Mapping) and len(value) > 1
    if not heading and fits_on_one_line(value, len(head) + 1):
        plain = isinstance(value, str) and _PLAIN_IN_BLOCK.fullmatch(value) and value.lower() not in _RESERVED
        yield f"{head} {value if plain else flow_text(value)}"
    elif isinstance(value, str) and _FOLDABLE.fullmatch(value):
        yield f"{head} >-"
        yield from _folded(value, indent + _STEP)
    elif isinstance(value, (Mapping, list, tuple)):
        yield head
        yield from _block(value, indent + _STEP)
    else:
        yield f"{head} {flow_text(value)}"


def _item(value: object, indent: int) -> Iterator[str]:
    dash = " " * indent + "- "
    if not isinstance(value, (Mapping, list, tuple)) or fits_on_one_line(value, indent + 2):
        yield dash + flow_text(value)
        return
    lines = _block(value, indent + _STEP)
    yield dash + next(lines)[indent + _STEP :]
    yield from lines


def fits_on_one_line(value: object, column: int) -> bool:
    """Whether `value`, begun at `column`, reads well on one line: a scalar, or a small shallow collection."""
    if isinstance(value, str):
        return column + len(value) <= WIDTH or not _FOLDABLE.fullmatch(value)
    if not isinstance(value, (Mapping, list, tuple)) or not value:
        return True
    return _depth(value) <= 3 and column + len(flow_text(value)) <= WIDTH


def _depth(value: object, limit: int = 4) -> int:
    """How deep collections nest in `value`, counted no further than `limit`."""
    if not isinstance(value, (Mapping, list, tuple)) or not limit:
        return 0
    inner = value.values() if isinstance(value, Mapping) else value
    return 1 + max((_depth(item, limit - 1) for item in inner), default=0)


def _folded(text: str, indent: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and indent + len(line) + 1 + len(word) > WIDTH:
            yield " " * indent + line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield " " * indent + line
