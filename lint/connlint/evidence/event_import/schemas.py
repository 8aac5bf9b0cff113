"""Schemas as vendors publish them, put into the few words that an events document uses.

In: OpenAPI 3.0 and 3.1 schemas, JSON Schema of any draft, what pydantic prints. Out: draft 2020-12, with
`nullable` turned into a type, single enums into `const`, references resolved, and without titles, examples,
defaults and extensions. Two sources that say the same of a delivery give the same shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from connlint.evidence.event_import.model import ImportFailedError
from connlint.evidence.references import References, Unresolved
from connlint.reading import render_pointer

# In the order in which they are written.
_KEPT: Final = (
    "type", "const", "enum", "format", "pattern", "minLength", "maxLength", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems",
    "minProperties", "maxProperties", "deprecated",
)  # fmt: skip  # rows hold what belongs together
_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS: Final = ("properties", "patternProperties")
_SCHEMAS: Final = ("items", "not", "contains", "propertyNames")
_ONE: Final = (*_SCHEMAS, "additionalProperties")

_ORDER: Final = (
    "$ref", "type", "const", "enum", "format", "description", "deprecated", "required", "properties",
    "patternProperties", "additionalProperties", "items", "prefixItems", "allOf", "anyOf", "oneOf",
)  # fmt: skip  # rows hold what belongs together

_SMALL: Final = 40
"""A definition of more values than this that several places use is written once, under `$defs`."""

_KINDS: Final[dict[str, Callable[[object], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "null": lambda value: value is None,
}


class Target(NamedTuple):
    """What a reference points to: a name no other place has, the schema, and the document it stands in."""

    identity: str
    schema: object
    base: object


Fetch = Callable[[str, object], Target]
"""Resolves a reference that stands in a document."""


def one_line(text: object) -> str | None:
    """A description on one line, or None where there is none."""
    return " ".join(text.split()) or None if isinstance(text, str) else None


class Schemas:
    """Turns one source's schemas into shapes.

    `root` is the document that local references point into; `fetch` resolves any reference to the name and
    the value of what it points to (it raises ImportFailedError); `descriptions` says whether the vendor's
    words are kept. `definitions` holds what the shapes refer to, once `settle` has run.
    """

    def __init__(
        self,
        root: object,
        *,
        descriptions: bool,
        fetch: Fetch | None = None,
    ) -> None:
        self._root = root
        self._fetch = fetch or local_fetch(root)
        self._descriptions = descriptions
        # What the tool that printed the source says of every object says nothing of any: pydantic prints
        # `additionalProperties: true` on all models of an SDK that tolerates what it does not know.
        self._open_everywhere = _all_objects_open(root)
        self._names: dict[str, str] = {}
        self._definitions: dict[str, dict[str, object]] = {}
        self._pending: list[tuple[str, object, object]] = []

    def shape(self, schema: object, base: object = None) -> dict[str, object]:
        """`schema` in our words; its references stay `#/$defs/…` until `settle`. `base` is the document in
        which it stands, the root where None."""
        shape = self._shape(schema, self._root if base is None else base)
        while self._pending:
            name, value, owner = self._pending.pop()
            self._definitions[name] = self._shape(value, owner)
        return shape

    def settle(
        self, shapes: Mapping[str, dict[str, object]]
    ) -> tuple[dict[str, dict[str, object]], dict[str, dict[str, object]]]:
        """The shapes with their references resolved in place, and the definitions that are left: those that
        contain themselves, and large ones that several places use."""
        inliner = _Inliner(self._definitions, list(shapes.values()))
        settled = {name: inliner.resolved(shape) for name, shape in shapes.items()}
        return settled, inliner.left()

    def _shape(self, schema: object, base: object) -> dict[str, object]:
        if schema is True or schema is None:
            return {}
        if schema is False:
            return {"not": {}}
        if not isinstance(schema, Mapping):
            raise ImportFailedError(f"a schema is an object or a boolean, this is {_brief(schema)}")
        shape: dict[str, object] = {}
        reference = schema.get("$ref")
        if isinstance(reference, str):
            shape["$ref"] = "#/$defs/" + self._name(reference, base)
        for key in _KEPT:
            if key in schema and not (key.startswith("exclusive") and isinstance(schema[key], bool)):
                shape[key] = schema[key]
        if shape.get("deprecated") is not True:
            shape.pop("deprecated", None)
        for key in _MAPS:
            found = schema.get(key)
            if isinstance(found, Mapping):
                shape[key] = {str(name): self._shape(inner, base) for name, inner in found.items()}
        required = schema.get("required")
        if isinstance(required, list):
            known = shape.get("properties")
            order = list(known) if isinstance(known, dict) else []
            shape["required"] = sorted(
                {name for name in required if isinstance(name, str)},
                key=lambda name: (order.index(name) if name in order else len(order), name),
            )
            if not shape["required"]:
                del shape["required"]
        for key in _SCHEMAS:
            if isinstance(schema.get(key), (Mapping, bool)):
                shape[key] = self._shape(schema[key], base)
        for key in _LISTS:
            found = schema.get(key)
            if key == "prefixItems" and isinstance(schema.get("items"), list):
                found = schema["items"]  # how drafts before 2020-12 wrote it
            if isinstance(found, list) and found:
                shape[key] = [self._shape(inner, base) for inner in found]
        _any_of_one_of(shape)
        self._openness(schema, shape, base)
        if self._descriptions and (text := one_line(schema.get("description"))):
            shape["description"] = text
        if schema.get("nullable") is True:
            shape = _nullable(shape)
        return tidy(shape)

    def _openness(self, schema: Mapping[str, object], shape: dict[str, object], base: object) -> None:
        """`additionalProperties` where it says something: a shape is read as complete without it, so `false`
        adds nothing."""
        extra = schema.get("additionalProperties")
        if isinstance(extra, Mapping):
            shape["additionalProperties"] = self._shape(extra, base) or True
        elif extra is True and not (self._open_everywhere and "properties" in schema):
            shape["additionalProperties"] = True

    def _name(self, reference: str, base: object) -> str:
        """The name under `$defs` of what a reference points to; it is read once."""
        identity, value, owner = self._fetch(reference, base)
        known = self._names.get(identity)
        if known is None:
            stem = re.sub(
                r"\W+", "_", re.sub(r"(\.schema)?\.(json|ya?ml)$", "", identity).split("/")[-1]
            ).strip("_")
            known, number = stem or "shape", 1
            taken = set(self._names.values())
            while known in taken:
                number += 1
                known = f"{stem}_{number}"
            self._names[identity] = known
            self._pending.append((known, value, owner))
        return known


def local_fetch(root: object) -> Fetch:
    """Resolves the references of one document. Raises ImportFailedError for one that leads nowhere."""
    own = References(root)

    def fetch(reference: str, base: object) -> Target:
        known = own if base is root else References(base)
        found = known.resolve(reference)
        if isinstance(found, Unresolved):
            outside = not reference.startswith("#")
            raise ImportFailedError(
                f"cannot follow `$ref: {_brief(reference)}`: {found.why}",
                help="bundle the document into one file, or import the folder that holds them all"
                if outside
                else "",
            )
        return Target(render_pointer(found.at), found.value, base)

    return fetch


def _any_of_one_of(shape: dict[str, object]) -> None:
    """`oneOf` as `anyOf`: often only `additionalProperties: false`, which is not kept, sets branches apart,
    and no delivery is wrong because it fits two of them."""
    branches = shape.pop("oneOf", None)
    if branches is None:
        return
    if "anyOf" not in shape:
        shape["anyOf"] = branches
    else:
        parts = shape.get("allOf")
        shape["allOf"] = [*(parts if isinstance(parts, list) else []), {"anyOf": branches}]


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "…"


def _all_objects_open(root: object) -> bool:
    """Whether every object schema with properties says `additionalProperties: true`."""
    seen = False
    stack = [root]
    while stack:
        here = stack.pop()
        if isinstance(here, Mapping):
            if isinstance(here.get("properties"), Mapping):
                if here.get("additionalProperties") is not True:
                    return False
                seen = True
            stack.extend(here.values())
        elif isinstance(here, list):
            stack.extend(here)
    return seen


def tidy(shape: dict[str, object]) -> dict[str, object]:
    """One way to write what can be written in several: a single enum, a union with null, an `allOf`."""
    shape = _lifted_null(_flattened(shape))
    types, values = shape.get("type"), shape.get("enum")
    if isinstance(types, list):
        kinds = list(dict.fromkeys(kind for kind in types if isinstance(kind, str)))
        shape["type"] = kinds[0] if len(kinds) == 1 else kinds
    if isinstance(values, list):
        distinct = [value for at, value in enumerate(values) if value not in values[:at]]
        if len(distinct) == 1:
            shape = {("const" if key == "enum" else key): (distinct[0] if key == "enum" else item)
                     for key, item in shape.items()}  # fmt: skip  # rows hold what belongs together
        else:
            shape["enum"] = distinct
    constants = [shape["const"]] if "const" in shape else shape.get("enum")
    if isinstance(constants, list) and _says_the_kinds(shape.get("type"), constants):
        shape = {key: value for key, value in shape.items() if key != "type"}
    return ordered(shape)


def ordered(shape: dict[str, object]) -> dict[str, object]:
    """The keywords as a person would write them: what it is, then what it means, then what it holds."""
    known: dict[str, object] = {key: shape[key] for key in _ORDER if key in shape}
    return {**known, **{key: value for key, value in shape.items() if key not in known}}


def _says_the_kinds(declared: object, constants: list[object]) -> bool:
    """Whether a declared type only repeats what the constants are."""
    kinds = declared if isinstance(declared, list) else [declared]
    return all(any(kind in _KINDS and _KINDS[kind](value) for kind in kinds) for value in constants)


def _nullable(shape: dict[str, object]) -> dict[str, object]:
    """OpenAPI 3.0's `nullable: true`, honoured in every version."""
    kind = shape.get("type")
    if "$ref" in shape or any(key in shape for key in ("allOf", "anyOf", "oneOf")):
        described: dict[str, object] = {
            key: shape[key] for key in ("description", "deprecated") if key in shape
        }
        bare = {key: value for key, value in shape.items() if key not in described}
        return {**described, "anyOf": [bare, {"type": "null"}]}
    if kind is None and "enum" not in shape and "const" not in shape:
        return shape
    return _with_null(shape)


def _with_null(shape: dict[str, object]) -> dict[str, object]:
    """A shape without combinators that may be null too."""
    result: dict[str, object] = {}
    for key, value in shape.items():
        if key == "type":
            kinds = value if isinstance(value, list) else [value]
            result[key] = kinds if "null" in kinds else [*kinds, "null"]
        elif key == "const" and value is not None:
            result["enum"] = [value, None]
        elif key == "enum" and isinstance(value, list):
            result[key] = value if None in value else [*value, None]
        else:
            result[key] = value
    return result


def _lifted_null(shape: dict[str, object]) -> dict[str, object]:
    """`anyOf: [X, null]`, as pydantic prints an optional value, as X that may be null."""
    for key in ("anyOf", "oneOf"):
        branches = shape.get(key)
        if not isinstance(branches, list):
            continue
        others = [branch for branch in branches if branch != {"type": "null"}]
        if len(others) == 1 and isinstance(others[0], dict):
            only = others[0]
            rest = {name: value for name, value in shape.items() if name != key}
            if len(branches) == 1 and not (rest.keys() & only.keys()):
                return {**only, **rest}
            simple = not any(name in only for name in ("$ref", "allOf", "anyOf", "oneOf", "not"))
            kinds_known = bool({"type", "const", "enum"} & only.keys())
            plain = not rest.keys() - {"description", "deprecated"}
            if len(branches) > 1 and simple and kinds_known and plain:
                return {**_with_null(only), **rest}
    return shape


def _flattened(shape: dict[str, object]) -> dict[str, object]:
    """An `allOf` of plain objects as the one object that it means."""
    parts = shape.get("allOf")
    if not isinstance(parts, list):
        return shape
    merged: dict[str, object] = {key: value for key, value in shape.items() if key != "allOf"}
    plain = {"type", "properties", "required", "description", "deprecated"}
    if len(parts) == 1 and isinstance(parts[0], dict) and not (merged.keys() - {"description", "deprecated"}):
        return {**parts[0], **merged}
    if merged.keys() - plain:
        return shape
    for part in parts:
        if not isinstance(part, dict) or part.keys() - plain or part.get("type", "object") != "object":
            return shape
        below = merged.get("properties")
        properties = dict(below) if isinstance(below, dict) else {}
        above = part.get("properties")
        for name, inner in above.items() if isinstance(above, dict) else ():
            joined = _joined(properties.get(name), inner)
            if joined is None:
                return shape
            properties[name] = joined
        names = [*_required(merged), *_required(part)]
        description = merged.get("description", part.get("description"))
        merged = {"type": "object", "properties": properties}
        if names:
            merged["required"] = list(dict.fromkeys(names))
        if description is not None:
            merged["description"] = description
    return merged


def _joined(left: object, right: dict[str, object]) -> dict[str, object] | None:
    """What a property is that two parts of an `allOf` describe; None where only both together say it."""
    if left is None or not isinstance(left, dict):
        return right
    bare = [{key: value for key, value in side.items() if key != "description"} for side in (left, right)]
    if bare[0] == bare[1] or not bare[0]:
        return {**left, **right}
    if not bare[1]:
        return {**right, **left}
    for general, special in ((left, right), (right, left)):
        plain = {key: value for key, value in general.items() if key != "description"}
        constant = [special["const"]] if "const" in special else special.get("enum")
        if (
            plain.keys() == {"type"}
            and isinstance(constant, list)
            and _says_the_kinds(plain["type"], constant)
        ):
            words = {"description": general["description"]} if "description" in general else {}
            return {**words, **special}
    return None


def _required(shape: Mapping[str, object]) -> list[str]:
    names = shape.get("required")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


class _Inliner:
    """Writes definitions into the places that use them, but for those that contain themselves and large ones
    that several places use."""

    def __init__(self, definitions: Mapping[str, dict[str, object]], roots: list[dict[str, object]]) -> None:
        self._definitions = definitions
        self._uses: dict[str, int] = {}
        self._recursive: set[str] = set()
        self._done: dict[str, dict[str, object]] = {}
        self._kept: set[str] = set()
        for root in roots:
            self._count(root)
        for name in definitions:
            if self._uses.get(name):
                self._count(definitions[name])
        self._find_recursion()

    def resolved(self, shape: dict[str, object]) -> dict[str, object]:
        """The shape with what it refers to written in place."""
        return self._resolve(shape)

    def left(self) -> dict[str, dict[str, object]]:
        """The definitions that the resolved shapes still refer to, by name."""
        return {name: self._done[name] for name in sorted(self._kept)}

    def _count(self, shape: Mapping[str, object]) -> None:
        for name in references(shape):
            self._uses[name] = self._uses.get(name, 0) + 1

    def _find_recursion(self) -> None:
        edges = {name: references(value) for name, value in self._definitions.items()}
        for start in edges:
            seen: set[str] = set()
            stack = list(edges[start])
            while stack:
                name = stack.pop()
                if name == start:
                    self._recursive.add(start)
                    break
                if name not in seen:
                    seen.add(name)
                    stack.extend(edges.get(name, ()))

    def _definition(self, name: str) -> dict[str, object]:
        if name not in self._done:
            self._done[name] = {}
            self._done[name] = self.resolved(self._definitions[name])
        return self._done[name]

    def _resolve(self, shape: dict[str, object]) -> dict[str, object]:
        inner = with_inner(shape, self._resolve)
        reference = inner.pop("$ref", None)
        if not isinstance(reference, str):
            return tidy(inner)
        name = reference.removeprefix("#/$defs/")
        target = self._definition(name)
        if name in self._recursive or (self._uses.get(name, 0) > 1 and _size(target) > _SMALL):
            self._kept.add(name)
            return {"$ref": reference, **inner}
        if inner.keys() - {"description", "deprecated"}:
            return tidy({"allOf": [target, inner]})
        return {**target, **inner}


def inner_shapes(shape: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """The schemas directly inside a shape. (A property may be called `anyOf`: only keywords are followed.)"""
    for key, value in shape.items():
        if key in _MAPS and isinstance(value, dict):
            yield from (inner for inner in value.values() if isinstance(inner, dict))
        elif key in _LISTS and isinstance(value, list):
            yield from (inner for inner in value if isinstance(inner, dict))
        elif key in _ONE and isinstance(value, dict):
            yield value


def with_inner(
    shape: Mapping[str, object], change: Callable[[dict[str, object]], dict[str, object]]
) -> dict[str, object]:
    """A copy of a shape in which each schema directly inside it is what `change` makes of it."""
    result: dict[str, object] = {}
    for key, value in shape.items():
        if key in _MAPS and isinstance(value, dict):
            result[key] = {name: change(inner) for name, inner in value.items()}
        elif key in _LISTS and isinstance(value, list):
            result[key] = [change(inner) for inner in value]
        elif key in _ONE and isinstance(value, dict):
            result[key] = change(value)
        else:
            result[key] = value
    return result


def references(shape: Mapping[str, object]) -> list[str]:
    """The names under `$defs` that a shape refers to, each as often as it does."""
    found: list[str] = []
    stack: list[Mapping[str, object]] = [shape]
    while stack:
        here = stack.pop()
        reference = here.get("$ref")
        if isinstance(reference, str):
            found.append(reference.removeprefix("#/$defs/"))
        stack.extend(inner_shapes(here))
    return found


def _size(value: object) -> int:
    total, stack = 0, [value]
    while stack and total <= _SMALL:
        here = stack.pop()
        total += 1
        if isinstance(here, dict):
            stack.extend(here.values())
        elif isinstance(here, list):
            stack.extend(here)
    return total
