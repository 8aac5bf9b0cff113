"""Schemas and values that satisfy them, for properties: written without looking at how schemas are walked."""

from __future__ import annotations

import copy
from itertools import combinations
from typing import Any

import jsonschema_rs
from hypothesis import strategies as st

KEYS = ["a", "b", "c", "0", "id"]
COMPONENTS = ["A", "B", "C"]

Json = Any

_SCALARS: list[Json] = [
    {"type": "string"},
    {"type": "integer"},
    {"type": "number"},
    {"type": "boolean"},
    {"type": "null"},
    {"type": ["string", "null"]},
    {"type": "string", "nullable": True},
    {"enum": ["x", "y", None]},
    {"const": "x"},
    {"const": 1},
]
_FORMS = ["object", "object", "object", "array", "array", "anyOf", "oneOf", "allOf", "both", "ref", "scalar"]

# made once: building a strategy costs more than drawing from it
_scalars = st.sampled_from(_SCALARS)
_references = st.sampled_from([{"$ref": f"#/components/schemas/{name}"} for name in COMPONENTS])
_forms = st.sampled_from(_FORMS)
_leaves = st.sampled_from(["scalar", "scalar", "ref"])
_key_sets = st.sampled_from([list(keys) for n in (2, 3, 1, 0) for keys in combinations(KEYS, n)])
_extras = st.sampled_from([None, None, None, True, False, {"type": "string"}])
_small = st.integers(0, 3)


@st.composite
def documents(draw: st.DrawFn) -> Json:
    """A document with a schema under `schema` and the components that it may refer to, in circles too."""
    root = _object_schema(draw, 3) if draw(_small) < 3 else _schema(draw, 3)
    return {
        "schema": root,
        "components": {"schemas": {name: _component(draw) for name in COMPONENTS}},
    }


@st.composite
def schemas(draw: st.DrawFn) -> Json:
    """A schema that may refer to the components of a document."""
    return _schema(draw, 2)


def _component(draw: st.DrawFn) -> Json:
    """An object or an array: what refers to nothing but itself means nothing, and validators differ on it."""
    if draw(_small):
        return _object_schema(draw, 2)
    return {"type": "array", "items": _schema(draw, 1)}


def _schema(draw: st.DrawFn, fuel: int) -> Json:
    form = draw(_forms if fuel > 0 else _leaves)
    if form == "scalar":
        return draw(_scalars)
    if form == "ref":
        return draw(_references)
    if form == "object":
        return _object_schema(draw, fuel)
    if form == "array":
        least = draw(_small)
        return {
            "type": "array",
            "items": _schema(draw, fuel - 1),
            **({"minItems": least} if least < 3 else {}),
        }
    if form == "allOf":
        return {"allOf": [_part(draw, fuel - 1) for _ in range(1 + draw(_small) % 2)]}
    if form == "both":
        branches = [_object_schema(draw, fuel - 1, closed=False) for _ in range(1 + draw(_small) % 2)]
        return {**_object_schema(draw, fuel - 1, closed=False), "anyOf": branches}
    return {form: [_schema(draw, fuel - 1) for _ in range(1 + draw(_small) % 3)]}


def _part(draw: st.DrawFn, fuel: int) -> Json:
    """A member of `allOf`: not one that forbids what its neighbours name, which no value could satisfy."""
    return _object_schema(draw, fuel, closed=False) if draw(_small) else draw(_references)


def _object_schema(draw: st.DrawFn, fuel: int, *, closed: bool = True) -> Json:
    """An object schema: some keys, some required, open or not."""
    keys = draw(_key_sets)
    schema: dict[str, Json] = {"type": "object", "properties": {key: _schema(draw, fuel - 1) for key in keys}}
    if keys and draw(_small) > 1:
        schema["required"] = keys[: 1 + draw(_small) % 2]
    extra = draw(_extras)
    if extra is not None and (closed or extra is not False):
        schema["additionalProperties"] = extra
    if draw(_small) == 3:
        schema["nullable"] = True
    return schema


_MADE: dict[str, st.SearchStrategy[Json]] = {
    "string": st.sampled_from(["", "x", "text"]),
    "integer": st.integers(-2, 2),
    "number": st.sampled_from([0, 1, 0.5, -2.25]),
    "boolean": st.booleans(),
    "null": st.none(),
}
_extra_keys = st.sampled_from([*KEYS, "extra"])
_anything = st.sampled_from([1, "x", None, [1], {"a": 1}])


class GiveUp(Exception):
    """No value is found: the schema asks for too much, or for what cannot be."""


@st.composite
def values(draw: st.DrawFn, document: Json) -> Json:
    """A value meant to satisfy the document's schema; a key that no shape names only where one is open.

    Raises GiveUp when the schema has none that is small.
    """
    return _value(draw, document, document["schema"], 6)


def _value(draw: st.DrawFn, document: Json, schema: Json, fuel: int) -> Json:
    if fuel < 0:
        raise GiveUp
    if schema.get("nullable") and draw(_small) == 3:
        return None
    if "$ref" in schema:
        return _value(
            draw, document, document["components"]["schemas"][schema["$ref"].split("/")[-1]], fuel - 1
        )
    for word in ("anyOf", "oneOf"):
        if word in schema:
            branch = _value(draw, document, draw(st.sampled_from(schema[word])), fuel - 1)
            if "properties" not in schema:
                return branch
            rest = {key: value for key, value in schema.items() if key != word}
            return _joined(branch, _value(draw, document, rest, fuel - 1))
    if "allOf" in schema:
        parts = [_value(draw, document, member, fuel - 1) for member in schema["allOf"]]
        return parts[0] if len(parts) == 1 else _joined(*parts)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    kind = schema["type"]
    if isinstance(kind, list):
        kind = draw(st.sampled_from(kind))
    if kind == "array":
        count = max(schema.get("minItems", 0), (draw(_small) + 1) % 3)
        return [_value(draw, document, schema["items"], fuel - 1) for _ in range(count)]
    if kind == "object":
        return _object(draw, document, schema, fuel)
    return draw(_MADE[kind])


def _object(draw: st.DrawFn, document: Json, schema: Json, fuel: int) -> Json:
    made: dict[str, Json] = {}
    for key, inner in schema["properties"].items():
        if key in schema.get("required", ()) or draw(_small) < 3:
            try:
                made[key] = _value(draw, document, inner, fuel - 1)
            except GiveUp:
                if key in schema.get("required", ()):
                    raise
    extra = schema.get("additionalProperties", False)
    if extra is not False and draw(st.booleans()):
        key = draw(_extra_keys)
        if key not in made and key not in schema["properties"]:
            made[key] = "text" if extra is not True else draw(_anything)
    return made


def _joined(left: Json, right: Json) -> Json:
    if not isinstance(left, dict) or not isinstance(right, dict):
        if left == right:
            return left
        raise GiveUp
    return {**left, **right}


def satisfies(document: Json, value: Json) -> bool:
    """Whether a value satisfies the document's schema: a validator's word, `nullable` written out."""
    root = _spelled_out(copy.deepcopy(document))
    return bool(jsonschema_rs.is_valid({**root, "$ref": "#/schema"}, value))


def _spelled_out(schema: Json) -> Json:
    if isinstance(schema, list):
        return [_spelled_out(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _spelled_out(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


def paths(value: Json, deepest: int = 5) -> list[tuple[str, ...]]:
    """Every selector that resolves in a value."""
    found: list[tuple[str, ...]] = [()]
    if deepest and isinstance(value, (dict, list)):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            found.extend((str(key), *rest) for rest in paths(inner, deepest - 1))
    return found


selectors: st.SearchStrategy[tuple[str, ...]] = st.lists(
    st.sampled_from([*KEYS, "1", "extra"]), max_size=4
).map(tuple)
