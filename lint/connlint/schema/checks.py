"""A schema of ours as a function: is this value valid? Only for the keywords that our schemas use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

Schema = Mapping[str, Any]
Check = Callable[[Any], object]
"""Whether a value of a kind that is known is valid: what it returns is true or false as it stands."""
KindOf = Callable[[type], "Check | None"]
"""The check of values of a Python type; None where values of the type are not valid."""

ANNOTATIONS: Final = frozenset(
    {
        "$comment",
        "$defs",
        "$id",
        "$schema",
        "contentEncoding",
        "default",
        "defaultSnippets",
        "description",
        "errorMessage",
        "examples",
        "format",
        "markdownDescription",
        "markdownEnumDescriptions",
        "patternErrorMessage",
        "title",
    }
)
"""Keywords that decide nothing: they are for editors, and for messages."""

KEYWORDS: Final = ANNOTATIONS | {
    "$ref",
    "additionalProperties",
    "anyOf",
    "const",
    "dependentSchemas",
    "else",
    "enum",
    "if",
    "items",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "not",
    "pattern",
    "patternProperties",
    "properties",
    "propertyNames",
    "required",
    "then",
    "type",
}
"""What is understood here and in `explain`: a schema of ours uses no other keyword (a test sees to it).

Some in one form only: `anyOf` of single required keys, `not` of a pattern, `dependentSchemas` that refuse
keys, `patternProperties` of any values, `propertyNames` with `pattern` or `minLength`.
"""

KINDS: Final[dict[str, type]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": float,
    "array": list,
    "object": dict,
    "null": type(None),
}


class Checks:
    """The checks of one schema document. `root` is that of the document, `of` that of a part of it.

    `failed` are ids of containers in which a check met something that is not valid, so that whoever looks for
    it need not check them again on the way down. Clear it before use: ids come back.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.failed: set[int] = set()
        self._made: dict[int, KindOf] = {}
        self.root = self.of(schema)

    def resolved(self, schema: Schema) -> Schema:
        """The schema that a reference leads to; any other as it is."""
        while "$ref" in schema:
            target: Any = self.schema
            for step in schema["$ref"].split("/")[1:]:
                target = target[step]
            schema = target
        return schema

    def of(self, schema: Schema | bool) -> Callable[[object], bool]:
        """The check of a part of the document."""
        kind_of = self._kinds(schema)

        def check(value: object) -> bool:
            inner = kind_of(type(value))
            return inner is not None and bool(inner(value))

        return check

    def _kinds(self, schema: Schema | bool) -> KindOf:
        """The checks of a part of the document by the value's type, made once.

        Whoever holds the value asks by its type.
        """
        if isinstance(schema, bool):
            return _every_kind if schema else _no_kind
        schema = self.resolved(schema)
        made = self._made.get(id(schema))
        if made is None:
            by_type: dict[type, Check] = {}
            # a schema that holds itself finds this, which is filled before it is asked
            made = self._made[id(schema)] = by_type.get
            by_type.update(self._make(schema))
        return made

    def _make(self, schema: Schema) -> dict[type, Check]:
        if "enum" in schema or "const" in schema:
            options = schema.get("enum", [schema.get("const")])
            if all(isinstance(option, str) for option in options):
                return {str: frozenset(options).__contains__}
            return dict.fromkeys(KINDS.values(), lambda value: any(same(value, option) for option in options))
        checks = self._of_kinds(schema)
        if "if" not in schema:
            return checks
        given, then, other = (self.of(schema.get(word, True)) for word in ("if", "then", "else"))

        def branching(check: Check) -> Check:
            return lambda value: check(value) and (then(value) if given(value) else other(value))

        return {kind: branching(check) for kind, check in checks.items()}

    def _of_kinds(self, schema: Schema) -> dict[type, Check]:
        """The checks that `type` and the keywords of each kind make."""
        kinds = schema.get("type", list(KINDS))
        makers = {
            "string": _text,
            "integer": _number,
            "number": _number,
            "array": self._list,
            "object": self._object,
        }
        by_type: dict[type, Check] = {}
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            check = makers[kind](schema) if kind in makers else _always
            by_type[KINDS[kind]] = check
            if kind == "number":
                by_type[int] = check
            elif kind == "integer":
                by_type.setdefault(float, _whole(check))
        return by_type

    def _list(self, schema: Schema) -> Check:
        least, failed = schema.get("minItems", 0), self.failed
        kind_of = self._kinds(schema.get("items", True))
        plain = _plain(kind_of)

        def check(value: list[object]) -> bool:
            if len(value) < least:
                return False
            for each in value:
                if each and type(each) is plain:
                    continue
                inner = kind_of(type(each))
                if inner is None or not inner(each):
                    failed.add(id(value))
                    return False
            return True

        return check

    def _object(self, schema: Schema) -> Check:
        required = tuple(schema.get("required", ()))
        properties = {key: self._kinds(inner) for key, inner in schema.get("properties", {}).items()}
        property_of = properties.get
        plain = {key: _plain(kind_of) for key, kind_of in properties.items()}.get
        extra = self._kinds(schema.get("additionalProperties", True))
        allowed = [regex(pattern).search for pattern in schema.get("patternProperties", ())]
        rest, failed = _of_whole(schema), self.failed

        def check(value: dict[str, object]) -> bool:
            for key in required:
                if key not in value:
                    return False
            for key, item in value.items():
                if item and plain(key) is type(item):
                    continue
                kind_of = property_of(key)
                if kind_of is None:
                    if extra is _every_kind or any(search(key) for search in allowed):
                        continue
                    kind_of = extra
                inner = kind_of(type(item))
                if inner is None or not inner(item):
                    failed.add(id(value))
                    return False
            return not rest or all(ask(value) for ask in rest)

        return check


def _of_whole(schema: Schema) -> list[Check]:
    """What rarer keywords ask of an object as a whole."""
    asked: list[Check] = []
    if "minProperties" in schema:
        asked.append(lambda value: len(value) >= schema["minProperties"])
    if "propertyNames" in schema:
        name = _text(schema["propertyNames"])
        asked.append(lambda value: all(map(name, value)))
    if "anyOf" in schema:
        needed = [branch["required"][0] for branch in schema["anyOf"]]
        asked.append(lambda value: any(key in value for key in needed))
    for key, beside in schema.get("dependentSchemas", {}).items():
        asked.append(_refusing(key, tuple(beside["properties"])))
    return asked


def _refusing(key: str, others: tuple[str, ...]) -> Check:
    return lambda value: key not in value or not any(other in value for other in others)


def _whole(check: Check) -> Check:
    return lambda value: value.is_integer() and check(value)


def _text(schema: Schema) -> Check:
    least = schema.get("minLength", 0)
    if "pattern" not in schema and "not" not in schema:
        if least <= 1:
            return bool if least else _always
        return lambda value: len(value) >= least
    wanted = regex(schema.get("pattern", "")).search
    if not least and "not" not in schema:
        return wanted
    refused = regex(schema["not"]["pattern"]).search if "not" in schema else None
    return lambda value: (
        len(value) >= least and wanted(value) is not None and (refused is None or refused(value) is None)
    )


def _number(schema: Schema) -> Check:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is None and most is None:
        return _always
    return lambda value: (least is None or value >= least) and (most is None or value <= most)


def same(left: object, right: object) -> bool:
    """Whether two scalars are the same JSON value: `true` is not 1."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _always(_: object) -> bool:
    return True


def _plain(kind_of: KindOf) -> type | None:
    """A type of which all values are valid, except perhaps empty ones: most values are such text, and done
    with one look."""
    return next((kind for kind in KINDS.values() if kind_of(kind) in (_always, bool)), None)


def _every_kind(_: type) -> Check:
    return _always


def _no_kind(_: type) -> None:
    return None


@cache
def regex(pattern: str) -> re.Pattern[str]:
    """A schema's regular expression: `$` is the very end there (ECMA-262), not also before a line end."""
    return re.compile(re.sub(r"(?<!\\)\$(?=$|\||\))", r"\\Z", pattern), re.ASCII)
