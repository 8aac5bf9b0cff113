"""Body templates as the tree they render to, with a place for every key, value and hole.

A JSON body template is JSON in which a hole may stand bare, as a value or as part of a number, or
inside a string. A form is `name={{name}}&…`. Both parse into nodes whose `start`/`end` are offsets into
the template's text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn

from connlint.connector.templates import HoleSpan, Parts, parted, scan
from connlint.patterns import pattern

_BLANK = pattern(r"[ \t\r\n]*")
_STRING_END = pattern(r'["\\]')
_SCALAR = pattern(r"(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])", re.ASCII)
_NUMBER = pattern(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_NUMBER_PART = pattern(r"[0-9.eE+-]+")
MAX_DEPTH = 128


class Node:
    """One value of a body template.

    `kind` is "object", "array", "string", "literal" or "hole". `members` (object) pairs keys with
    values; `items` (array); `value` (of a literal or a string without holes); `holes` are the node's own:
    one of a bare hole, those inside a string, those that a number is written with (`{{euros}}00`).
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
    """A parsed body template: its root node, or the first place that no hole's value can mend.

    A blank text is no body at all: neither root nor error. `error` says what is wrong at `error_at`;
    `opened_at` is where what is never closed opens. `meant` are the spans that were taken for holes beside
    the proper ones.
    """

    __slots__ = (
        "_keyed",
        "_quoted",
        "_root",
        "_unread",
        "bare",
        "error",
        "error_at",
        "meant",
        "opened_at",
        "repeats",
        "standing",
    )

    def __init__(self, meant: tuple[HoleSpan, ...] = (), unread: str = "", bare: Iterable[int] = ()) -> None:
        self.meant = meant
        self.error: str | None = None
        self.error_at = 0
        self.opened_at: int | None = None
        self.repeats = False
        """Whether some object, or the form, has a key twice."""
        self.bare: set[int] = set(bare)
        """Starts of holes that stand as a JSON value, or in a number."""
        self.standing: tuple[frozenset[str], frozenset[str]] | None = None
        """The names of the holes that stand bare, and of those in strings; None where that takes the tree."""
        self._root: Node | None = None
        self._quoted: set[int] = set()
        self._keyed: set[int] = set()
        self._unread = unread

    def _read(self) -> None:
        """Make the tree of a text that is known to be JSON with no hole in a key."""
        if self._unread:
            text, self._unread = self._unread, ""
            _read_json(text, self, lambda _name: True)

    @property
    def root(self) -> Node | None:
        """The body's value."""
        self._read()
        return self._root

    @root.setter
    def root(self, node: Node) -> None:
        self._root = node

    @property
    def quoted(self) -> set[int]:
        """Starts of holes inside a JSON string value, or a form's value."""
        self._read()
        return self._quoted

    @property
    def keyed(self) -> set[int]:
        """Starts of holes inside an object's key."""
        return self._keyed

    def walk(self) -> Iterator[tuple[Node, Key | None, Node | None]]:
        """Every value, outer ones first: with the key it stands under, and the object or array it is in.

        An item of an array comes with the key of the array.
        """
        if self.root is not None:
            yield from _walk(self.root, None, None)


def _walk(node: Node, key: Key | None, parent: Node | None) -> Iterator[tuple[Node, Key | None, Node | None]]:
    yield node, key, parent
    for inner_key, inner in node.members:
        yield from _walk(inner, inner_key, node)
    for inner in node.items:
        yield from _walk(inner, key, node)


class _Broken(Exception):
    """Raised inside the parser at the first place that cannot be JSON."""

    def __init__(self, message: str, at: int, opened_at: int | None = None) -> None:
        self.message = message
        self.at = at
        self.opened_at = opened_at


def parse_json(
    text: str,
    *,
    meant: tuple[HoleSpan, ...] = (),
    numeric: Callable[[str], bool] = lambda _name: True,
    parts: Parts | None = None,
) -> Body:
    """Parse a JSON body template. Never raises: a fault is the body's `error` at `error_at`.

    `meant` are spans to take for holes beside the proper ones; `numeric` says whether the hole of a name
    may render to a number, and is asked where a number is written around it; `parts` are those of the text,
    where they are known.
    """
    plain = _plain(text, parts or parted(text)) if not meant else None
    if plain is not None:
        return plain
    body = Body(meant)
    _read_json(text, body, numeric)
    return body


_FILLED = " 1 "
"""What stands for a hole; the blanks keep it apart from what would make a longer number of it."""


class _Unfit(ValueError):
    """Raised where an object has a key twice, or one with a hole."""


def _once(pairs: list[tuple[str, object]]) -> None:
    keys = dict(pairs)
    if len(keys) < len(pairs) or _FILLED in "\n".join(keys):
        raise _Unfit


def _no_constant(name: str) -> None:
    raise ValueError(name)


_scan_once: Callable[[str, int], tuple[object, int]] = vars(
    json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
)["scan_once"]
"""The C scanner: the value that starts at an offset, and the offset behind it."""


def _plain(text: str, parts: Parts) -> Body | None:
    """The body of a text that is JSON as soon as its holes are filled: no key is there twice, no hole in a
    key or beside digits. None for every other text.

    Python's own scanner says so at a tenth of the cost of the tree, which few rules ask for.
    """
    around, inner, names = parts
    filled = _FILLED.join(around).strip(" \t\r\n")
    if filled.count("{") + filled.count("[") > MAX_DEPTH:
        return None
    try:
        end = _scan_once(filled, 0)[1]
    except (ValueError, StopIteration):
        return None
    if end != len(filled):
        return None
    bare, bare_names, quoted_names = [], [], []
    at, quoted, escapes = 0, False, "\\" in text
    for before, hole, name in zip(around, inner, names, strict=False):
        quotes = before.count('"')
        if escapes:
            quotes -= before.replace("\\\\", "").count('\\"')
        if quotes % 2:
            quoted = not quoted
        at += len(before)
        if quoted:
            quoted_names.append(name)
        else:
            bare.append(at)
            bare_names.append(name)
        at += len(hole) + len("{{}}")
    body = Body(unread=text, bare=bare)
    body.standing = frozenset(bare_names), frozenset(quoted_names)
    return body


def _read_json(text: str, body: Body, numeric: Callable[[str], bool]) -> None:
    """Parse into `body`."""
    at = _skip(text, 0)
    if at == len(text):
        return
    parser = _Json(text, body, numeric)
    try:
        node, at = parser.value(at, 0)
        at = _skip(text, at)
        if at < len(text):
            raise _Broken("nothing more may follow the body's value", at)
        body.root = node
    except _Broken as broken:
        body.error, body.error_at, body.opened_at = broken.message, broken.at, broken.opened_at


def _skip(text: str, at: int) -> int:
    """The offset after blanks."""
    match = _BLANK.match(text, at)
    return match.end() if match else at


_FOREIGN = {
    "'": "JSON writes text in double quotes",
    "True": "JSON writes `true`",
    "False": "JSON writes `false`",
    "None": "JSON writes `null`",
    "undefined": "JSON writes `null`",
}

_OTHER_FORMATS = (
    (pattern(r"[\w.%\[\]-]+="), "a form"),
    (pattern(r"<[?!]?[A-Za-z]"), "XML"),
    (
        pattern(r"(?:query|mutation|subscription)\b[^{]*\{"),
        "a GraphQL query, which goes into a JSON object",
    ),
)


class _Json:
    """A recursive-descent parser of JSON with holes, bounded in depth."""

    __slots__ = ("body", "holes", "numeric", "text")

    def __init__(self, text: str, body: Body, numeric: Callable[[str], bool]) -> None:
        self.text = text
        self.body = body
        self.numeric = numeric
        self.holes = {hole.start: hole for hole in (*scan(text), *body.meant)}

    def value(self, at: int, depth: int) -> tuple[Node, int]:
        if depth > MAX_DEPTH:
            raise _Broken(f"the body is nested deeper than {MAX_DEPTH} levels", at)
        text = self.text
        if at >= len(text):
            raise _Broken("the body ends where a value should stand", at)
        char = text[at]
        if char == '"':
            end, holes = self.string(at)
            node = Node("string", at, end)
            node.holes = holes
            self.body.quoted.update(hole.start for hole in holes)
            if not holes:
                node.value = self.decoded(at, end)
            return node, end
        if self.holes and (at in self.holes or char in "-0123456789"):
            number = self.number_with_holes(at)
            if number is not None:
                return number, number.end
        hole = self.holes.get(at)
        if hole is not None:
            self.body.bare.add(at)
            node = Node("hole", at, hole.end)
            node.holes = (hole,)
            return node, hole.end
        if char == "{":
            return self.object(at, depth)
        if char == "[":
            return self.array(at, depth)
        match = _SCALAR.match(text, at)
        if match is None:
            raise _Broken(self._no_value(at), at)
        node = Node("literal", at, match.end())
        node.value = json.loads(match[0]) if len(match[0]) <= 400 else match[0]
        return node, match.end()

    def number_with_holes(self, at: int) -> Node | None:
        """The number at `at` that is written with holes beside digits; None where there is none."""
        parts, holes, here = [], [], at
        while True:
            hole = self.holes.get(here)
            if hole is not None:
                parts.append("1")
                holes.append(hole)
                here = hole.end
                continue
            match = _NUMBER_PART.match(self.text, here)
            if match is None:
                break
            parts.append(match[0])
            here = match.end()
        if not holes or len(parts) == 1 or not _NUMBER.fullmatch("".join(parts)):
            return None
        if not all(self.numeric(hole.name) for hole in holes):
            return None
        node = Node("literal", at, here)
        node.holes = tuple(holes)
        self.body.bare.update(hole.start for hole in holes)
        return node

    def _no_value(self, at: int) -> str:
        """What is said of text that begins no value."""
        if at == _skip(self.text, 0):
            for pattern, what in _OTHER_FORMATS:
                if pattern.match(self.text, at):
                    return f"this is {what}"
        for foreign, advice in _FOREIGN.items():
            if self.text.startswith(foreign, at):
                return f"a JSON value should stand here; {advice}"
        return "a JSON value should stand here"

    def object(self, at: int, depth: int) -> tuple[Node, int]:
        text, start = self.text, at
        node = Node("object", at, at)
        at = _skip(text, at + 1)
        if text[at : at + 1] == "}":
            node.end = at + 1
            return node, at + 1
        comma = None
        names: set[str | None] = set()
        while True:
            if text[at : at + 1] != '"':
                self._no_key(at, start, comma)
            end, holes = self.string(at)
            key = Key(None if holes else self.decoded(at, end), at, end, holes)
            if not holes:
                self.body.repeats = self.body.repeats or key.name in names
                names.add(key.name)
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
            comma = at
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
            comma = at
            at = _skip(text, at + 1)
            if text[at : at + 1] == "]":
                raise _Broken("JSON allows no comma before a closing bracket", comma)

    def _no_key(self, at: int, start: int, comma: int | None) -> NoReturn:
        """Raise what is said where an object's key should stand. `comma` is the one before it."""
        text = self.text
        if at >= len(text):
            self._not_closed(at, start, "}", "object")
        if comma is not None and text[at] == "}":
            raise _Broken("JSON allows no comma before a closing brace", comma)
        if at in self.holes:
            raise _Broken(
                "a hole cannot stand for a whole member; a key in double quotes should stand here", at
            )
        raise _Broken("a key in double quotes should stand here", at)

    def _not_closed(self, at: int, start: int, close: str, what: str) -> NoReturn:
        if at >= len(self.text):
            raise _Broken(f"the body ends before this {what} is closed with `{close}`", at, start)
        raise _Broken(f"a comma or `{close}` should stand here", at)

    def string(self, at: int) -> tuple[int, tuple[HoleSpan, ...]]:
        """The offset after the string that opens at `at`, and the holes in it."""
        text = self.text
        whole = _PLAIN_STRING.match(text, at)
        if whole is not None:
            hole = self.holes.get(at + 1)
            if hole is None:
                return whole.end(), ()
            if hole.end == whole.end() - 1:
                return whole.end(), (hole,)
        holes: list[HoleSpan] = []
        here = at + 1
        while True:
            match = _STRING_END.search(text, here)
            end = match.start() if match else len(text)
            self._string_part(here, end, holes)
            if match is None:
                raise _Broken("the body ends before this string is closed", len(text), at)
            if match[0] == '"':
                return end + 1, tuple(holes)
            if _ESCAPE.match(text, end):
                here = end + 2
                continue
            # the digits of an escape may come from a hole
            half = _HALF_ESCAPE.match(text, end)
            if half is None or half.end() not in self.holes:
                raise _Broken("a backslash begins no escape that JSON knows", end)
            here = half.end()

    def _string_part(self, start: int, end: int, holes: list[HoleSpan]) -> None:
        """Collect the holes between two offsets of a string. Raises _Broken at a control character."""
        text, here = self.text, start
        while True:
            step = text.find("{{", here, end)
            while step >= 0 and step not in self.holes:
                step = text.find("{{", step + 1, end)
            control = _CONTROL.search(text, here, end if step < 0 else step)
            if control is not None:
                raise _Broken(
                    "a line break or control character stands bare in a string; JSON writes it \\n or \\u…",
                    control.start(),
                )
            if step < 0:
                return
            holes.append(self.holes[step])
            here = self.holes[step].end

    def decoded(self, start: int, end: int) -> str:
        """The value of the string literal at `start`..`end`."""
        literal = self.text[start:end]
        if "\\" not in literal:
            return literal[1:-1]
        return str(json.loads(literal))


_PLAIN_STRING = pattern(r'"[^"\\\x00-\x1f{]*(?:\{(?!\{)[^"\\\x00-\x1f{]*)*"|"\{\{ ?\w+ ?\}\}"')
"""A string without escapes in which nothing can be a hole, or which looks to be one hole."""
_ESCAPE = pattern(r'\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})')
_HALF_ESCAPE = pattern(r"\\u[0-9A-Fa-f]{0,3}")
_CONTROL = pattern(r"[\x00-\x1f]")


def parse_form(text: str) -> Body:
    """Parse a form body (`a={{a}}&b=1`; line breaks around `&` allowed) into an object node.

    Empty pairs (`a=1&`) are passed over, as every reader of forms does. A pair that is nothing but a hole
    is taken to render to pairs of its own.
    """
    body = Body()
    start = _skip(text, 0)
    if start == len(text):
        return body
    holes = scan(text)
    if text[start] in "{[" and not any(hole.start == start for hole in holes):
        body.error = "this is JSON; a form is `name=value` pairs joined by `&`"
        body.error_at = start
        return body
    root = Node("object", 0, len(text))
    at, first = 0, 0
    for piece in text.split("&"):
        left = at + len(piece) - len(piece.lstrip())
        right = at + len(piece.rstrip())
        at += len(piece) + 1
        if left >= right:
            continue
        # a hole holds no `&`, so each lies in one pair
        inside = []
        while first < len(holes) and holes[first].start < right:
            inside.append(holes[first])
            first += 1
        if not _pair(text, left, right, inside, body, root):
            return body
    body.root = root
    names = [key.name for key, _ in root.members if key.name is not None]
    body.repeats = len(set(names)) < len(names)
    return body


def _pair(text: str, left: int, right: int, holes: list[HoleSpan], body: Body, root: Node) -> bool:
    """Read the pair between two offsets into `root`. False when it is none: then the body has its error."""
    equals = text.find("=", left, right)
    name_end = right if equals < 0 else equals
    if equals < 0 and len(holes) == 1 and (holes[0].start, holes[0].end) == (left, right):
        body.quoted.add(left)
        return True
    keyed = tuple(hole for hole in holes if hole.start < name_end)
    broken = _blank_outside(text, left, name_end, keyed)
    line_break = _LINE_BREAK.search(text, name_end, right)
    if broken is not None:
        body.error, body.error_at = "a form's name holds no blank; is an `&` missing?", broken
    elif equals < 0:
        body.error, body.error_at = "a form is `name=value` pairs joined by `&`; here is no `=`", left
    elif equals == left:
        body.error, body.error_at = "a name should stand before `=`", left
    elif line_break is not None:
        body.error = "a line breaks within a pair; an `&` is missing before this"
        body.error_at = _skip(text, line_break.start())
    if body.error is not None:
        return False
    valued = tuple(hole for hole in holes if hole.start > equals)
    body.keyed.update(hole.start for hole in keyed)
    body.quoted.update(hole.start for hole in valued)
    whole = len(valued) == 1 and (valued[0].start, valued[0].end) == (equals + 1, right)
    value = Node("hole" if whole else "string", equals + 1, right)
    value.holes = valued
    if not valued:
        value.value = text[equals + 1 : right]
    root.members.append((Key(None if keyed else text[left:equals], left, equals, keyed), value))
    return True


_SPACE = pattern(r"\s")
_LINE_BREAK = pattern(r"[\r\n]")


def _blank_outside(text: str, start: int, end: int, holes: Iterable[HoleSpan]) -> int | None:
    """The first blank between two offsets that stands in no hole."""
    for hole in holes:
        found = _SPACE.search(text, start, hole.start)
        if found is not None:
            return found.start()
        start = hole.end
    found = _SPACE.search(text, start, end)
    return found.start() if found is not None else None
