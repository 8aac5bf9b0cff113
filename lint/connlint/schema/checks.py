"""A schema of ours as a function: is this value valid? Only for the keywords that our schemas use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

Schema = Mapping[str, Any]
Check = Callable[[Any], bool]

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
        self._made: dict[int, Check] = {}
        self.root: Check = self.of(schema)

    def resolved(self, schema: Schema) -> Schema:
        """The schema that a reference leads to; any other as it is."""
        while "$ref" in schema:
            target: Any = self.schema
            for step in schema["$ref"].split("/")[1:]:
                target = target[step]
            schema = target
        return schema

    def of(self, schema: Schema | bool) -> Check:
        """The check of a part of the document, made once."""
        if isinstance(schema, bool):
            return _always if schema else _never
        schema = self.resolved(schema)
        made = self._made.get(id(schema))
        if made is None:
            # a schema that holds itself finds this until it is made
            self._made[id(schema)] = lambda value: self._made[id(schema)](value)
            made = self._made[id(schema)] = self._make(schema)
        return made

    def _make(self, schema: Schema) -> Check:
        if "enum" in schema or "const" in schema:
            options = schema.get("enum", [schema.get("const")])
            if all(isinstance(option, str) for option in options):
                words = frozenset(options)
                return lambda value: type(value) is str and value in words
            return lambda value: any(same(value, option) for option in options)
        check = self._of_kinds(schema)
        if "if" not in schema:
            return check
        given, then, other = (self.of(schema.get(word, True)) for word in ("if", "then", "else"))
        return lambda value: check(value) and (then(value) if given(value) else other(value))

    def _of_kinds(self, schema: Schema) -> Check:
        """The check that first asks for the value's kind."""
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
        if len(by_type) == 1:
            ((only, inner),) = by_type.items()
            if inner is _always:
                return lambda value: type(value) is only
            return lambda value: type(value) is only and inner(value)
        found = by_type.get

        def check_kind(value: object) -> bool:
            inner = found(type(value))
            return inner is not None and inner(value)

        return check_kind

    def _list(self, schema: Schema) -> Check:
        least, failed = schema.get("minItems", 0), self.failed
        item = self.of(schema.get("items", True))

        def check(value: list[object]) -> bool:
            if len(value) < least:
                return False
            for each in value:
                if not item(each):
                    failed.add(id(value))
                    return False
            return True

        return check

    def _object(self, schema: Schema) -> Check:
        required = tuple(schema.get("required", ()))
        property_of = {key: self.of(inner) for key, inner in schema.get("properties", {}).items()}.get
        extra = self.of(schema.get("additionalProperties", True))
        allowed = [regex(pattern).search for pattern in schema.get("patternProperties", ())]
        rest, failed = _of_whole(schema), self.failed

        def check(value: dict[str, object]) -> bool:
            for key in required:
                if key not in value:
                    return False
            for key, item in value.items():
                inner = property_of(key)
                if inner is None:
                    if extra is _always or any(search(key) for search in allowed):
                        continue
                    inner = extra
                if not inner(item):
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
        return (lambda value: len(value) >= least) if least else _always
    wanted = regex(schema.get("pattern", "")).search
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


def _never(_: object) -> bool:
    return False


@cache
def regex(pattern: str) -> re.Pattern[str]:
    """A schema's regular expression: `$` is the very end there (ECMA-262), not also before a line end."""
    return re.compile(re.sub(r"(?<!\\)\$(?=$|\||\))", r"\\Z", pattern), re.ASCII)
