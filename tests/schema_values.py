"""Hypothesis strategies: values that one of our schemas allows, and such values after a mistake or two.

They cover the keywords that our schemas use, no more (`connlint.schema.KEYWORDS`).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

import jsonschema_rs
from hypothesis import strategies as st

from connlint import schema as schemas
from connlint.schema.checks import regex

Schema = Mapping[str, Any]

TEXT = st.text(max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6) | TEXT
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def valid(name: str) -> st.SearchStrategy[Any]:
    """Values of the named schema."""
    root = schemas.load(name)
    return _of(root, root, 0)


def mistaken(name: str) -> st.SearchStrategy[Any]:
    """Values of the named schema in which up to three things were changed."""
    return st.builds(
        _with_mistakes, valid(name), st.randoms(use_true_random=False), st.integers(1, 3), ANYTHING
    )


def resolved(schema: Any, root: Schema) -> Any:
    """The schema, references followed."""
    while isinstance(schema, dict) and "$ref" in schema:
        target: Any = root
        for step in schema["$ref"].split("/")[1:]:
            target = target[step]
        schema = target
    return schema


def _of(schema: Any, root: Schema, depth: int) -> st.SearchStrategy[Any]:
    schema = resolved(schema, root)
    if schema is True:
        return ANYTHING
    if "if" in schema and "type" in schema["if"]:
        # a condition on the kind: the branch is laid over the schema for that kind only
        kind = schema["if"]["type"]
        rest = {key: item for key, item in schema.items() if key not in ("if", "then")}
        kinds = [other for other in schema["type"] if other != kind]
        merged = {**rest, **resolved(schema["then"], root), "type": kind}
        return _of({**rest, "type": kinds}, root, depth) | _of(merged, root, depth)
    if "if" in schema and "else" in schema:
        return _of(schema["then"], root, depth) | _of(schema["else"], root, depth)
    if "if" in schema and "required" in schema["if"] and "properties" not in schema:
        return _of(schema["then"], root, depth)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    kinds = schema.get("type", ["object", "array", "string", "null"] if "anyOf" not in schema else "object")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    found = st.one_of([_of_kind(kind, schema, root, depth) for kind in kinds])
    if "if" in schema:
        check = jsonschema_rs.Draft202012Validator({**schema, "$defs": root.get("$defs", {})})
        found = found.filter(check.is_valid)
    return found


def _of_kind(kind: str, schema: Schema, root: Schema, depth: int) -> st.SearchStrategy[Any]:
    match kind:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema.get("minimum", -99), schema.get("maximum", 999))
        case "number":
            return st.floats(schema.get("minimum", -1e6), 1e6)
        case "string":
            return _text(schema)
        case "array":
            least = schema.get("minItems", 0)
            if depth > 8 and not least:
                return st.just([])
            return st.lists(
                _of(schema.get("items", True), root, depth + 1), min_size=least, max_size=least + 2
            )
    return _object(schema, root, depth)


def _text(schema: Schema) -> st.SearchStrategy[str]:
    if "pattern" not in schema:
        return st.text(min_size=schema.get("minLength", 0), max_size=8)
    texts = st.from_regex(regex(schema["pattern"])).filter(lambda text: len(text) < 60)
    if "not" in schema:
        refused = re.compile(schema["not"]["pattern"])
        texts = texts.filter(lambda text: not refused.search(text))
    return texts


def _object(schema: Schema, root: Schema, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    properties: Mapping[str, Any] = schema.get("properties", {})
    branches = [branch["required"] for branch in schema.get("anyOf", [{"required": []}])]

    @st.composite
    def build(draw: st.DrawFn) -> dict[str, Any]:
        keys = [*schema.get("required", ()), *draw(st.sampled_from(branches))]
        if depth < 6:
            keys += draw(st.lists(st.sampled_from(sorted(properties)), max_size=2)) if properties else []
        value = {}
        for key in dict.fromkeys(keys):
            value[key] = draw(_of(properties.get(key, True), root, depth + 1))
        extra = schema.get("additionalProperties", True)
        if extra is not False and depth < 6:
            names = _names(schema.get("propertyNames", {}))
            for key in draw(st.lists(names, min_size=schema.get("minProperties", 0), max_size=2)):
                if key not in properties and not key.startswith("x-"):
                    value[key] = draw(_of(extra, root, depth + 1))
        elif draw(st.integers(0, 9)) == 0 and "patternProperties" in schema:
            value["x-own"] = draw(ANYTHING)
        for key, beside in schema.get("dependentSchemas", {}).items():
            for other in beside["properties"] if key in value else ():
                value.pop(other, None)
        return value

    return build()


def _names(schema: Schema) -> st.SearchStrategy[str]:
    return _text({"minLength": 1, **schema})


def _with_mistakes(value: Any, random: Any, count: int, other: Any) -> Any:
    """The value after `count` changes at random places."""
    value = copy.deepcopy(value)
    for _ in range(count):
        places = list(_places(value))
        if not places:
            return other
        holder, step = random.choice(places)
        match random.randrange(6):
            case 0:
                del holder[step]
            case 1:
                holder[step] = copy.deepcopy(other)
            case 2 if isinstance(holder, dict):
                holder[step + random.choice("sx ")] = holder.pop(step)
            case 3 if isinstance(holder, dict) and step:
                holder[step[:-1]] = holder.pop(step)
            case 4:
                holder[step] = random.choice(
                    ["", [], {}, None, 0, True, "GET", "x.y", 1.5, -1, "2026-11-20 x"]
                )
            case _:
                holder[step] = random.choice(
                    [[holder[step]], {"value": holder[step]}, str(holder[step])[:20]]
                )
    return value


def _places(value: Any) -> Any:
    steps = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        yield value, step
        yield from _places(value[step])
