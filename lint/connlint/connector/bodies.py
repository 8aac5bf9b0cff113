"""Body templates as the tree they render to, with a place for every key, value and hole.

A JSON body template is JSON in which a hole may stand bare, as a value, or inside a string. A form
is `name={{name}}&…`. Both parse into nodes whose `start`/`end` are offsets into the template's text.
"""

from __future__ import annotations

import json
import re

from connlint.connector.templates import HoleSpan, scan

_BLANK = re.compile(r"[ \t\r\n]*")
_STRING_END = re.compile(r'["\\]')
_SCALAR = re.compile(r"(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])")
MAX_DEPTH = 128


class Node:
    """One value of a body template.

    `kind` is "object", "array", "string", "literal" or "hole". `members` (object) pairs keys with
    values; `items` (array); `value` (literal, or a string without holes); `holes` are the node's own
    (one for a bare hole, those inside a string).
    """

    __slots__ = ("end", "holes", "items", "kind", "members", "start", "value")

    def __init__(self, kind: str, start: int, end: int) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.members: list[tuple[Key, Node]] = []
        self.items: list[Node] = []
        self.value: object = None
        self.holes: tuple[HoleSpan, ...] = ()


class Key:
    """A key of an object or a form: its name (None when a hole is part of it) and its place."""

    __slots__ = ("end", "holes", "name", "start")

    def __init__(self, name: str | None, start: int, end: int, holes: tuple[HoleSpan, ...] = ()) -> None:
        self.name = name
        self.start = start
        self.end = end
        self.holes = holes


class Body:
    """A parsed body template: its root node, or the first place that no hole's value can mend."""

    __slots__ = ("bare", "error", "error_at", "keyed", "quoted", "root")

    def __init__(self) -> None:
        self.root: Node | None = None
        self.error: str | None = None
        self.error_at = 0
        self.bare: set[int] = set()
        """Starts of holes that stand as a JSON value."""
        self.quoted: set[int] = set()
        """Starts of holes inside a JSON string value."""
        self.keyed: set[int] = set()
        """Starts of holes inside an object's key."""


class _Broken(Exception):
    """Raised inside the parser at the first place that cannot be JSON."""

    def __init__(self, message: str, at: int) -> None:
        self.message = message
        self.at = at


def parse_json(text: str) -> Body:
    """Parse a JSON body template. Never raises: a fault is the body's `error` at `error_at`."""
    body = Body()
    parser = _Json(text, body)
    try:
        node, at = parser.value(_skip(text, 0), 0)
        at = _skip(text, at)
        if at < len(text):
            raise _Broken("nothing more may follow the body's value", at)
        body.root = node
    except _Broken as broken:
        body.error, body.error_at = broken.message, broken.at
    return body


def _skip(text: str, at: int) -> int:
    """The offset after blanks."""
    match = _BLANK.match(text, at)
    return match.end() if match else at


class _Json:
    """A recursive-descent parser of JSON with holes, bounded in depth."""

    __slots__ = ("body", "holes", "text")

    def __init__(self, text: str, body: Body) -> None:
        self.text = text
        self.body = body
        self.holes = {hole.start: hole for hole in scan(text)}

    def value(self, at: int, depth: int) -> tuple[Node, int]:
        if depth > MAX_DEPTH:
            raise _Broken(f"the body is nested deeper than {MAX_DEPTH} levels", at)
        text = self.text
        if at >= len(text):
            raise _Broken("the body ends where a value should stand", at)
        char = text[at]
        hole = self.holes.get(at)
        if hole is not None:
            self.body.bare.add(at)
            node = Node("hole", at, hole.end)
            node.holes = (hole,)
            return node, hole.end
        if char == '"':
            end, holes = self.string(at)
            node = Node("string", at, end)
            node.holes = holes
            self.body.quoted.update(hole.start for hole in holes)
            if not holes:
                node.value = self.decoded(at, end)
            return node, end
        if char == "{":
            return self.object(at, depth)
        if char == "[":
            return self.array(at, depth)
        match = _SCALAR.match(text, at)
        if match is None:
            raise _Broken("a JSON value should stand here", at)
        node = Node("literal", at, match.end())
        node.value = json.loads(match[0]) if len(match[0]) <= 400 else match[0]
        return node, match.end()

    def object(self, at: int, depth: int) -> tuple[Node, int]:
        text, start = self.text, at
        node = Node("object", at, at)
        at = _skip(text, at + 1)
        if at < len(text) and text[at] == "}":
            node.end = at + 1
            return node, at + 1
        while True:
            if at >= len(text) or text[at] != '"':
                if at in self.holes:
                    raise _Broken(
                        "a hole cannot stand for a whole member; a key in double quotes should stand here", at
                    )
                after_comma = text[:at].rstrip(" \t\r\n").endswith(",")
                if after_comma and text[at : at + 1] == "}":
                    raise _Broken("a comma before the closing brace; JSON allows none there", at)
                raise _Broken("a key in double quotes should stand here", at)
            end, holes = self.string(at)
            key = Key(None if holes else self.decoded(at, end), at, end, holes)
            self.body.keyed.update(hole.start for hole in holes)
            at = _skip(text, end)
            if text[at : at + 1] != ":":
                raise _Broken("a colon should follow the key", at)
            inner, at = self.value(_skip(text, at + 1), depth + 1)
            node.members.append((key, inner))
            at = _skip(text, at)
            if text[at : at + 1] == "}":
                node.end = at + 1
                return node, at + 1
            if text[at : at + 1] != ",":
                self._not_closed(at, start, "}", "object")
            at = _skip(text, at + 1)

    def array(self, at: int, depth: int) -> tuple[Node, int]:
        text, start = self.text, at
        node = Node("array", at, at)
        at = _skip(text, at + 1)
        if text[at : at + 1] == "]":
            node.end = at + 1
            return node, at + 1
        while True:
            inner, at = self.value(at, depth + 1)
            node.items.append(inner)
            at = _skip(text, at)
            if text[at : at + 1] == "]":
                node.end = at + 1
                return node, at + 1
            if text[at : at + 1] != ",":
                self._not_closed(at, start, "]", "array")
            at = _skip(text, at + 1)

    def _not_closed(self, at: int, start: int, close: str, what: str) -> None:
        if at >= len(self.text):
            raise _Broken(
                f"the {what} that opens at character {start + 1} is never closed with `{close}`", at
            )
        raise _Broken(f"a comma or `{close}` should stand here", at)

    def string(self, at: int) -> tuple[int, tuple[HoleSpan, ...]]:
        """The offset after the string that opens at `at`, and the holes in it."""
        text = self.text
        holes: list[HoleSpan] = []
        here = at + 1
        while True:
            match = _STRING_END.search(text, here)
            end = match.start() if match else len(text)
            step = text.find("{{", here, end)
            while step >= 0:
                hole = self.holes.get(step)
                if hole is not None:
                    holes.append(hole)
                step = text.find("{{", step + 2 if hole is None else hole.end, end)
            control = _control(text, here, end)
            if control >= 0:
                raise _Broken(
                    "a line break or control character stands bare in a string; write it as \\n or \\u…",
                    control,
                )
            if match is None:
                raise _Broken("a string is not closed", at)
            if match[0] == '"':
                return end + 1, tuple(holes)
            if not _ESCAPE.match(text, end):
                raise _Broken("a backslash begins no escape that JSON knows", end)
            here = end + 2

    def decoded(self, start: int, end: int) -> str:
        """The value of the string literal at `start`..`end`."""
        literal = self.text[start:end]
        if "\\" not in literal:
            return literal[1:-1]
        return str(json.loads(literal))


_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})')
_CONTROL = re.compile(r"[\x00-\x1f]")


def _control(text: str, start: int, end: int) -> int:
    """The offset of the first control character in the range, or -1."""
    match = _CONTROL.search(text, start, end)
    return match.start() if match else -1


def parse_form(text: str) -> Body:
    """Parse a form body (`a={{a}}&b=1`; line breaks around `&` allowed) into an object node."""
    body = Body()
    root = Node("object", 0, len(text))
    holes = scan(text)
    at = 0
    for piece in text.split("&"):
        start, end = at, at + len(piece)
        at = end + 1
        left = start + (len(piece) - len(piece.lstrip()))
        right = end - (len(piece) - len(piece.rstrip()))
        if left >= right:
            if text.strip():
                body.error, body.error_at = "a `name=value` pair should stand here", min(start, len(text))
                return body
            continue
        equals = text.find("=", left, right)
        inside = [hole for hole in holes if left <= hole.start < right]
        if equals < 0 or any(hole.start < equals < hole.end for hole in inside):
            body.error, body.error_at = "a form is `name=value` pairs joined by `&`; here is no `=`", left
            return body
        if equals == left:
            body.error, body.error_at = "a name should stand before `=`", left
            return body
        keyed = tuple(hole for hole in inside if hole.start < equals)
        valued = tuple(hole for hole in inside if hole.start > equals)
        name = text[left:equals]
        spaced = re.search(r"\s", text[left:right])
        if spaced and not any(hole.start <= left + spaced.start() < hole.end for hole in inside):
            body.error, body.error_at = (
                "a blank stands bare in a form; write it as `+` or %20",
                left + spaced.start(),
            )
            return body
        body.keyed.update(hole.start for hole in keyed)
        body.quoted.update(hole.start for hole in valued)
        whole = len(valued) == 1 and (valued[0].start, valued[0].end) == (equals + 1, right)
        value = Node("hole" if whole else "string", equals + 1, right)
        value.holes = valued
        if not valued:
            value.value = text[equals + 1 : right]
        root.members.append((Key(None if keyed else name, left, equals, keyed), value))
    body.root = root
    return body
