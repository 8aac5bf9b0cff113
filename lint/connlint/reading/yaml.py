"""YAML 1.2: values of the core schema from the C parser's events, places on demand.

Every ready-made loader fails on something hostile (nesting, aliases) or still reads YAML 1.1, so only
libyaml's events are used; what they mean is decided here. A clean text without anchors pays for its
values only. Whatever else there is goes to `reading.compose`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from connlint.reading.document import Document, Fault, Pointer
from connlint.reading.limits import MAX_DIGITS, Limits
from connlint.source import Source, Span

if TYPE_CHECKING:
    from connlint.reading.yaml_pieces import YamlPieces

FIRST_OF_OTHERS = "-+.0123456789nNtTfF~"
"""With what a plain scalar that is no string begins (an empty one is null)."""
HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
"""JSON's surrogate pairs: libyaml refuses them, the parser in Python takes each half for a character."""
SURROGATE_HELP = (
    "write the character itself, or \\U with eight digits (JSON's surrogate pairs are not YAML's)"
)
_FOREIGN_BREAKS = re.compile("[\x85\u2028\u2029]")
"""Characters that are line breaks in YAML 1.1 (and to libyaml), and plain text in 1.2."""
_PRIVATE = range(0xE000, 0xF8FF)
_CONSTANTS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


class NotPlain(Exception):
    """A text that needs more than the short way, or a scalar that no JSON value stands for."""


class _TooMany(Exception):
    """More values than the limit allows; `at` is where."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def read_yaml(
    source: Source,
    text: str,
    *,
    limits: Limits,
    index: int = 0,
    region: Span | None = None,
    shift: Callable[[int], int] | None = None,
    pieces: YamlPieces | None = None,
) -> tuple[Document, ...]:
    """The documents that `text` (all of the source, or the content of one of its fences) holds: one at least.

    `region` is where the text stands in the source; `shift` maps the text's offsets to the source's
    where adding the region's start does not; `pieces` is what the text was read as before it was edited.
    Never raises: what is wrong is in the documents' faults.
    """
    from yaml import YAMLError

    try:
        value = _scan(text, limits) if pieces is None else pieces.value(text, limits, _scan)
    except _TooMany as stop:
        at = (shift or (region.start if region else 0).__add__)(stop.at)
        message = f"more than {limits.nodes:,} values in one document"
        fault = Fault("limit-exceeded", Span(at, at + 1), message)
        return (Document.carrier(source, faults=(fault,)),)
    except (NotPlain, YAMLError):
        from connlint.reading.recover import read_all

        return read_all(source, text, limits, index, region, shift)

    def locate() -> Any:
        from connlint.reading.compose import positions

        return positions(text, limits)

    pieced = pieces.positions(limits) if pieces is not None else None
    return (Document(source, "yaml", value, pieced or locate, index=index, region=region, shift=shift),)


def new_parser(text: str) -> Any:
    """A parser of PyYAML over a text: libyaml's, or the one in Python where that is not built in."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        from yaml import SafeLoader

        return SafeLoader(text)
    return CParser(text)


def stand_ins(text: str) -> dict[int, int]:
    """For characters that only libyaml takes for line breaks: private ones that the text does not use."""
    foreign = set(_FOREIGN_BREAKS.findall(text)) if not text.isascii() else set()
    if not foreign:
        return {}
    free = (code for code in _PRIVATE if chr(code) not in text)
    return {ord(char): code for char, code in zip(sorted(foreign), free, strict=False)}


def resolve(text: str) -> object:
    """The value of a plain scalar by the core schema (YAML 1.2.2, 10.3.2).

    Raises NotPlain for one that JSON has no value for (`.inf`, `.nan`, too many digits).
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise NotPlain
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise NotPlain
        return number
    if _NOT_FINITE.fullmatch(text):
        raise NotPlain
    return text


def _scan(text: str, limits: Limits) -> object:
    """The value of a clean text; raises NotPlain or the parser's error for any other."""
    from yaml.events import (
        DocumentEndEvent,
        DocumentStartEvent,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
        StreamEndEvent,
    )

    if (not text.isascii() and _FOREIGN_BREAKS.search(text)) or HALF_PAIR.search(text):
        raise NotPlain
    event_of = new_parser(text).get_event
    event_of()
    if event_of().__class__ is not DocumentStartEvent:
        raise NotPlain
    top: list[Any] = []
    holder: Any = top
    is_list = True
    key: str | None = None
    stack: list[tuple[Any, bool]] = []
    count, most = 0, limits.nodes
    while True:
        event = event_of()
        kind = event.__class__
        if kind is ScalarEvent:
            if event.tag is not None or event.anchor is not None:
                raise NotPlain
            value = event.value
            if key is None and not is_list:
                key = value
                if key in holder or (key == "<<" and event.implicit[0]):
                    raise NotPlain
                continue
            count += 1
            if event.implicit[0] and value[:1] in FIRST_OF_OTHERS:
                value = resolve(value)
            if is_list:
                if count > most:
                    raise _TooMany(event.start_mark.index)
                holder.append(value)
            else:
                holder[key] = value
                key = None
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if event.anchor is not None or event.tag is not None or len(stack) >= limits.depth:
                raise NotPlain
            made: Any = {} if kind is MappingStartEvent else []
            if is_list:
                holder.append(made)
            elif key is None:
                raise NotPlain
            else:
                holder[key] = made
                key = None
            count += 1
            if count > most:
                raise _TooMany(event.start_mark.index)
            stack.append((holder, is_list))
            holder = made
            is_list = kind is SequenceStartEvent
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            holder, is_list = stack.pop()
            if count > most:
                raise _TooMany(event.start_mark.index)
        elif kind is DocumentEndEvent:
            break
        else:
            raise NotPlain
    if event_of().__class__ is not StreamEndEvent:
        raise NotPlain
    return top[0]


def comments(document: Document) -> list[tuple[Span, str, Pointer]]:
    """The comments of a YAML document that hold `connlint:`, with the entry that each is about.

    Each is its span in the file, its text without `#`, and a pointer: of the entry on whose line it
    stands, or, where it has a line of its own, of the next entry. JSON has none.
    """
    if document.syntax != "yaml" or "connlint:" not in document.source.text:
        return []
    from connlint.reading.compose import find_comments

    return find_comments(document)
