"""A value that satisfies a vendor's schema: small, readable, the same every time.

What is required is there, and what the connector's fields select; examples and defaults are used where they
stand. Nothing is random and nothing asks the clock.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from connlint.connector.selectors import json_kind
from connlint.evidence.shapes import Branch, Shape

DEEPEST: Final = 24
"""Levels after which optional parts are left out and the shortest branch is taken, to end a recursion."""
MOST: Final = 5_000
"""Values in one; twice DEEPEST levels or so many of them mean a schema that no value satisfies, since it
requires itself."""
LARGEST: Final = 50
"""Most items or characters that are made to fill a minimum; a greater one stays unmet."""

Wanted = Sequence[Sequence[str]]

_MOMENT: Final = 1760000000
_FORMATS: Final[Mapping[str, str]] = {
    "date-time": "2025-10-09T08:53:20Z",
    "date": "2025-10-09",
    "time": "08:53:20Z",
    "duration": "PT1H",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uri-reference": "/",
    "uuid": "5f0c3a52-8f4e-4c1b-9a77-2f1d6b3e8c10",
    "byte": "YQ==",
    "binary": "a",
    "json-pointer": "/a",
    "regex": "a",
}
_BY_NAME: Final[tuple[tuple[str, str], ...]] = (
    ("email", "someone@example.com"),
    ("url", "https://example.com/"),
    ("uri", "https://example.com/"),
    ("filename", "sample.txt"),
    ("b64_json", "YQ=="),
)


class Sampler:
    """Makes values of shapes. `ids` are what the connector's things are called, by the names of their keys
    (`batch_id`, `input_file_id`): so that an answer names the same thing as the request."""

    def __init__(self, ids: Mapping[str, str] | None = None) -> None:
        self._ids = ids or {}

    def sample(
        self, shape: Shape, wanted: Wanted = (), *, name: str = "", id: str = "", sent: bool = False
    ) -> object:
        """A value of `shape` that has what the selectors `wanted` select, as far as the shape knows it.

        `name` is the key that the value will stand at, `id` what the thing itself is called. A value that is
        `sent` has no `readOnly` members, another no `writeOnly` ones.
        """
        making = _Making(self._ids, id, "readOnly" if sent else "writeOnly")
        return making.value(shape, tuple(tuple(path) for path in wanted), name, 0)


class _Making:
    """One value in the making."""

    def __init__(self, ids: Mapping[str, str], id: str, hidden: str) -> None:
        self._ids = ids
        self._id = id
        self._hidden = hidden
        self._made = 0

    def value(self, shape: Shape, wanted: tuple[tuple[str, ...], ...], name: str, depth: int) -> object:
        self._made += 1
        if depth > 2 * DEEPEST or self._made > MOST:
            return None
        branch = self._branch(shape, wanted, depth)
        if branch is None:
            return None
        alone = Shape.of_branches(shape.schemas, (branch,))
        kind = self._kind(branch, wanted)
        if branch.values is not None:
            return next((value for value in branch.values if json_kind(value) == kind), branch.values[0])
        if kind == "object":
            return self._object(alone, branch, wanted, depth)
        if kind == "array":
            return self._array(alone, branch, wanted, name, depth)
        for stated in _stated(branch):
            if json_kind(stated) == kind or (kind == "number" and json_kind(stated) == "integer"):
                return stated
        if kind in ("integer", "number"):
            return _number(branch, kind, name)
        if kind == "string":
            return self._string(branch, name)
        return True if kind == "boolean" else None

    def _branch(self, shape: Shape, wanted: tuple[tuple[str, ...], ...], depth: int) -> Branch | None:
        """The branch to make: one that says something, has the most of what is wanted, and comes first.

        Deep down the shortest is taken, so that a recursion ends.
        """
        solid = [branch for branch in shape.branches if branch.kinds != frozenset({"null"})]
        if not solid:
            return shape.branches[0] if shape.branches else None

        def rank(branch: Branch) -> tuple[bool, int, bool, int]:
            alone = Shape.of_branches(shape.schemas, (branch,))
            has = sum(1 for path in wanted if path and alone.walk(path).outcome in ("proven", "sometimes"))
            needs = len(alone.required_keys) if depth > DEEPEST else 0
            deprecated = any(schema.get("deprecated") is True for schema in branch.objects)
            return (bool(branch.why), -has, deprecated, needs)

        return min(solid, key=rank)

    def _kind(self, branch: Branch, wanted: tuple[tuple[str, ...], ...]) -> str:
        kinds = branch.sure_kinds
        if branch.values:
            return next((json_kind(value) for value in branch.values if value is not None), "null")
        if kinds is None:
            # nothing says what it is: what is selected from it decides
            return "object" if any(wanted) else "string"
        if any(wanted):
            index = any(path and path[0].isdigit() for path in wanted)
            for kind in ("array", "object") if index else ("object", "array"):
                if kind in kinds:
                    return kind
        for stated in _stated(branch):
            if json_kind(stated) in kinds and stated is not None:
                return json_kind(stated)
        order = ("string", "number", "integer", "boolean", "object", "array", "null")
        return next(kind for kind in order if kind in kinds)

    # --- objects and arrays

    def _object(
        self, shape: Shape, branch: Branch, wanted: tuple[tuple[str, ...], ...], depth: int
    ) -> dict[str, object]:
        rest: dict[str, list[tuple[str, ...]]] = {}
        for path in wanted:
            if path:
                rest.setdefault(path[0], []).append(path[1:])
        keys = shape.keys()
        made: dict[str, object] = {}
        for key in keys.values():
            if not (key.required or key.name in rest) or key.shape.marked(self._hidden):
                continue
            if key.name not in rest and key.shape.nullable:
                # nobody asks for it: the least that the vendor may send
                made[key.name] = None
                continue
            made[key.name] = self.value(key.shape, tuple(rest.get(key.name, ())), key.name, depth + 1)
        for name in rest.keys() - keys.keys():
            walk = shape.walk((name,))
            if walk.outcome != "refuted" and walk.shape is not None:
                made[name] = self.value(walk.shape, tuple(rest[name]), name, depth + 1)
        least = _largest(branch, "minProperties")
        for key in keys.values():
            if len(made) >= least:
                break
            if key.name not in made and not key.shape.marked(self._hidden):
                made[key.name] = self.value(key.shape, (), key.name, depth + 1)
        for number in range(len(made), min(least, LARGEST)):
            name = f"key_{number + 1}"
            walk = shape.walk((name,))
            made[name] = self.value(walk.shape, (), name, depth + 1) if walk.shape is not None else name
        return made

    def _array(
        self, shape: Shape, branch: Branch, wanted: tuple[tuple[str, ...], ...], name: str, depth: int
    ) -> list[object]:
        indexes = [int(path[0]) for path in wanted if path and path[0].isdigit() and len(path[0]) < 4]
        least = _largest(branch, "minItems")
        most = _smallest(branch, "maxItems")
        count = max([least, *(index + 1 for index in indexes)])
        asked_for = () in wanted or self._plain(shape.element)
        if not count and depth <= DEEPEST and (most is None or most > 0) and asked_for:
            count = 1
        if not count:
            for stated in _stated(branch):
                if isinstance(stated, list):
                    return stated
        items = []
        for index in range(min(count, LARGEST, most if most is not None else LARGEST)):
            walk = shape.walk((str(index),))
            inner = tuple(path[1:] for path in wanted if path and path[0] == str(index))
            singular = name.removesuffix("s")
            item = self.value(walk.shape, inner, singular, depth + 1) if walk.shape is not None else singular
            items.append(_another(item, index) if item in items and _unique(branch) else item)
        return items

    def _plain(self, element: Shape | None) -> bool:
        """Whether an array's items are plain values, of which one is shown though none is needed."""
        return element is not None and bool(element.kinds) and not element.kinds & {"object", "array"}

    # --- text

    def _string(self, branch: Branch, name: str) -> str:
        text = next((_FORMATS[format_] for format_ in _texts(branch, "format") if format_ in _FORMATS), "")
        if not text:
            text = self._named(name)
        patterns = _texts(branch, "pattern")
        least, most = _largest(branch, "minLength"), _smallest(branch, "maxLength")
        for pattern in patterns:
            if not _matches(pattern, text):
                text = text_of(pattern) or text
        if len(text) < least <= 4 * LARGEST:
            text = text + (text[-1:] or "a") * (least - len(text)) if patterns else text.ljust(least, "a")
        return text[:most] if most is not None else text

    def _named(self, name: str) -> str:
        """Text for a key of that name."""
        if name == "id":
            return self._id or "id_1"
        if name in self._ids:
            return self._ids[name]
        if name.endswith("_id"):
            # `input_file_id` names a file
            for known, id_ in self._ids.items():
                if name.endswith(f"_{known}"):
                    return id_
            return f"{name.removesuffix('_id')}_1"
        for end, text in _BY_NAME:
            if name.endswith(end):
                return text
        return name or "text"


def _stated(branch: Branch) -> Iterable[object]:
    """What the schemas of a branch give as an example or a default, and allow themselves."""
    for word in ("example", "examples", "default"):
        for schema in branch.objects:
            stated = schema.get(word)
            for value in stated if word == "examples" and isinstance(stated, list) else [stated]:
                if word in schema and value is not None and _allowed(branch, value):
                    yield value


def _allowed(branch: Branch, value: object) -> bool:
    """Whether a stated scalar keeps the branch's own bounds; a stated object is trusted with nothing."""
    kind = json_kind(value)
    kinds = branch.sure_kinds
    if kinds is not None and kind not in kinds and not (kind == "integer" and "number" in kinds):
        return False
    if isinstance(value, str):
        most = _smallest(branch, "maxLength")
        fits = len(value) >= _largest(branch, "minLength") and (most is None or len(value) <= most)
        return fits and all(_matches(pattern, value) for pattern in _texts(branch, "pattern"))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _within(value, _bounds(branch))
    return kind in ("boolean", "array") and value != [] and not isinstance(value, dict) and _flat(value)


def _flat(value: object) -> bool:
    return not isinstance(value, list) or not any(isinstance(item, (dict, list)) for item in value)


def _bounds(branch: Branch) -> list[tuple[str, float]]:
    """The bounds that a branch sets to a number: keywords and numbers, OpenAPI 3.0's flags resolved."""
    found: list[tuple[str, float]] = []
    for schema in branch.objects:
        for word, flag in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            bound, exclusive = schema.get(word), schema.get(flag)
            if isinstance(bound, (int, float)) and not isinstance(bound, bool):
                found.append((flag if exclusive is True else word, bound))
            if isinstance(exclusive, (int, float)) and not isinstance(exclusive, bool):
                found.append((flag, exclusive))
    return found


_KEEPS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "minimum": operator.ge,
    "exclusiveMinimum": operator.gt,
    "maximum": operator.le,
    "exclusiveMaximum": operator.lt,
}


def _within(value: float, bounds: Sequence[tuple[str, float]]) -> bool:
    return all(_KEEPS[word](value, bound) for word, bound in bounds)


def _number(branch: Branch, kind: str, name: str) -> int | float:
    """A number in the branch's bounds, as near to 1 (or to a moment of today) as they let it be."""
    formats = {schema.get("format") for schema in branch.objects}
    moment = "unixtime" in formats or "unix-time" in formats or name.endswith("_at") or name == "created"
    position = name == "index" or name.endswith(("_index", "_number"))
    bounds = _bounds(branch)
    steps = [
        step
        for schema in branch.objects
        if isinstance(step := schema.get("multipleOf"), (int, float))
        and not isinstance(step, bool)
        and step > 0
    ]
    numbers = [number for _, number in bounds]
    candidates: list[float] = [_MOMENT if moment else 0 if position else 1, 1, 0]
    candidates += [number + shift for number in numbers for shift in (0, 1, -1)]
    if len(numbers) > 1:
        candidates.append((min(numbers) + max(numbers)) / 2)
    for candidate in candidates:
        value = candidate
        for step in steps:
            value = -(-value // step) * step
        if kind == "integer" and not float(value).is_integer():
            value = float(int(value) + (value > 0))
        if _within(value, bounds):
            return int(value) if float(value).is_integer() else value
    return int(candidates[0]) if kind == "integer" else candidates[0]


def _texts(branch: Branch, word: str) -> list[str]:
    """What a keyword says in a branch, where it is text."""
    return [text for schema in branch.objects if isinstance(text := schema.get(word), str)]


def _counts(branch: Branch, word: str) -> list[int]:
    """What a keyword says in a branch, where it is a count."""
    return [
        count
        for schema in branch.objects
        if isinstance(count := schema.get(word), int) and not isinstance(count, bool) and count >= 0
    ]


def _largest(branch: Branch, word: str) -> int:
    return max([0, *_counts(branch, word)])


def _smallest(branch: Branch, word: str) -> int | None:
    return min(_counts(branch, word), default=None)


def _unique(branch: Branch) -> bool:
    return any(schema.get("uniqueItems") is True for schema in branch.objects)


def _another(item: object, index: int) -> object:
    """An item that differs from those before it, where its kind lets us make one."""
    if isinstance(item, str):
        return f"{item}_{index + 1}"
    return item + index if isinstance(item, int) and not isinstance(item, bool) else item


# --- patterns


def _matches(pattern: str, text: str) -> bool:
    """Whether a pattern that is safe to run fits a text; one that is not is taken to."""
    import jsonschema_rs

    try:
        validator = jsonschema_rs.validator_for(
            {"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions(1 << 20, 1 << 20)
        )
    except ValueError:
        return True
    return validator.is_valid(text)


_CLASS = re.compile(r"\[(?:\\.|[^\]\\])+\]")
_QUANTIFIER = re.compile(r"\{([0-9]{1,3})(?:,[0-9]*)?\}|[*+?]")
_LONGEST_PATTERN: Final = 1000
_ESCAPED = {"d": "1", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a", "n": "\n", "t": "\t", "r": "\r"}


def text_of(pattern: str) -> str | None:
    """A short text that a plain pattern matches (literals, classes, groups, quantifiers), or None."""
    if len(pattern) > _LONGEST_PATTERN:
        return None
    try:
        text, end = _alternative(pattern, 0, 0)
    except (IndexError, ValueError):
        return None
    return text if end == len(pattern) and _matches(pattern, text) else None


def _alternative(pattern: str, at: int, depth: int) -> tuple[str, int]:
    """The text of the first alternative, and where its group ends."""
    if depth > 20:
        raise ValueError("too deep")
    text = ""
    taken: str | None = None
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            taken = text if taken is None else taken
            text, at = "", at + 1
            continue
        piece, at = _atom(pattern, at, depth)
        quantifier = _QUANTIFIER.match(pattern, at)
        if quantifier is not None:
            at = quantifier.end() + (pattern[quantifier.end() : quantifier.end() + 1] == "?")
            count = 1 if quantifier[0] == "+" else int(quantifier[1] or 0)
            if count * len(piece) > 1000:
                raise ValueError("too long")
            piece *= count
        text += piece
    return (text if taken is None else taken), at


def _atom(pattern: str, at: int, depth: int) -> tuple[str, int]:
    char = pattern[at]
    if char in "^$":
        return "", at + 1
    if char == "(":
        start = re.compile(r"\((?:\?:|\?P?<\w+>)?").match(pattern, at)
        assert start is not None
        if pattern[start.end() : start.end() + 1] == "?":
            raise ValueError("a look-around")
        text, end = _alternative(pattern, start.end(), depth + 1)
        if pattern[end] != ")":
            raise ValueError("an open group")
        return text, end + 1
    if char == "[":
        match = _CLASS.match(pattern, at)
        if match is None:
            raise ValueError("an open class")
        return _member(match[0]), match.end()
    if char == "\\":
        following = pattern[at + 1]
        if following in "bB":
            return "", at + 2
        return _ESCAPED.get(following, following), at + 2
    return ("a" if char == "." else char), at + 1


def _member(class_: str) -> str:
    """A character that a class has."""
    for candidate in "a1A-_ /.+:":
        if _matches(f"^{class_}$", candidate):
            return candidate
    return class_[1]
