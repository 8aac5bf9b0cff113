"""Holding a value to a vendor's schema: what of it the schema does not allow, in words.

The dialects of OpenAPI 3.0, 3.1 and JSON Schema are brought into one (draft 2020-12) that jsonschema-rs
validates: `nullable` counts everywhere, a `oneOf` of which several members fit is no fault (contracts are
untidy there), a broken keyword or a pattern that cannot run in linear time says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from connlint.connector.selectors import json_kind
from connlint.evidence.references import Node, References, Unresolved
from connlint.evidence.shapes import Branch, Shape, Walk
from connlint.reading import Pointer

if TYPE_CHECKING:
    import jsonschema_rs

_TYPES: Final = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_NUMBERS: Final = ("multipleOf", "maximum", "minimum")
_COUNTS: Final = (
    "maxLength",
    "minLength",
    "maxItems",
    "minItems",
    "maxContains",
    "minContains",
    "maxProperties",
    "minProperties",
)
_ONE: Final = (
    "additionalProperties",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_MANY: Final = ("allOf", "anyOf", "prefixItems")
_NAMED: Final = ("properties", "patternProperties", "dependentSchemas")
_PATTERN_SIZE: Final = 1 << 20
LARGEST: Final = 50_000
"""Members and items past which only the first error of a value is asked for: all at once take too long."""
MOST_UNKNOWN: Final = 200
"""Unknown keys after which a value is not looked at any further."""
_TUPLE: Final = 100
"""Items of a list that may each have a schema of their own."""
MOST_JUDGED: Final = 2_000
"""Judgements that are remembered; past it, all are forgotten."""
MOST_SCHEMAS: Final = 20_000
"""Schema objects that one shape may reach before its instances are left unchecked."""


_Level = tuple[Shape, Iterator[tuple[str | int, object]], Pointer]


class Contradiction(NamedTuple):
    """What a schema does not allow: where in the value, the rule's pointer in the schema's document, why.
    `misplaced` says that another kind of value is expected there, so that what it holds is no fault."""

    at: Pointer
    schema: Pointer
    message: str
    misplaced: bool = False


class TooLarge(Exception):
    """A shape reaches more schemas than are worth translating."""


class Instances:
    """Holds values to the shapes of one document. Validators are made when asked for, and kept."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._validators: dict[tuple[object, ...], tuple[jsonschema_rs.Validator, list[Pointer]] | None] = {}
        self._patterns: dict[str, bool] = {}
        self._narrowed: dict[tuple[int, ...], Shape] = {}
        self._judged: dict[tuple[object, ...], tuple[Shape, object, list[Contradiction], list[Pointer]]] = {}
        self._translations = {sent: _Translation(references, self._usable, sent) for sent in (False, True)}

    def judged(
        self, shape: Shape, value: object, unknown: frozenset[Pointer], *, sent: bool
    ) -> tuple[list[Contradiction], list[Pointer]]:
        """What `contradictions` and `unknown_keys` give, remembered: for a value that stays as it is from one
        check to the next, such as a fixture's."""
        key = (id(shape), id(value), unknown, sent)
        if key not in self._judged:
            if len(self._judged) >= MOST_JUDGED:
                self._judged.clear()
            wrong = self.contradictions(shape, value, unknown=unknown, sent=sent)
            # with what is known by its identity, so that nothing else gets that
            self._judged[key] = (shape, value, wrong, self.unknown_keys(shape, value))
        return self._judged[key][2:]

    def contradictions(
        self, shape: Shape, value: object, *, unknown: frozenset[Pointer] = frozenset(), sent: bool = False
    ) -> list[Contradiction]:
        """What in `value` the shape does not allow; nothing where the shape cannot be used.

        Places in `unknown` are not judged. `sent` says that the value goes to the vendor: then what is
        `readOnly` is not required, else what is `writeOnly` is not.
        """
        prepared = self._validator(shape, sent)
        if prepared is None:
            return []
        validator, places = prepared
        if validator.is_valid(value):
            return []
        found: dict[tuple[Pointer, str], Contradiction] = {}
        for error in _errors(validator, value):
            leaf = _leaf(error)
            at = _exact(value, leaf.instance_path)
            if any(at[: len(place)] == place for place in unknown):
                continue
            problem = Contradiction(
                at,
                self._place(leaf.schema_path, places),
                _said(leaf, at, value),
                leaf.kind.name in ("type", "anyOf", "oneOf"),
            )
            found.setdefault((at, problem.message), problem)
        return list(found.values())

    def unknown_keys(self, shape: Shape, value: object) -> list[Pointer]:
        """Members of `value` that no branch names or lets in: vendor shapes are read as complete.

        Of a very large value the first are told.
        """
        found: list[Pointer] = []
        steps: dict[tuple[int, str], Walk] = {}
        kept: list[Shape] = []  # `steps` knows them by their identity
        left = LARGEST
        root = self._fitting(shape, value)
        stack: list[_Level] = [(root, iter(_members(value)), ())]
        while stack and left > 0 and len(found) < MOST_UNKNOWN:
            here, members, at = stack[-1]
            step, item = next(members, (None, None))
            if step is None:
                stack.pop()
                continue
            left -= 1
            # a list's items are told apart as far as anybody lists them one by one
            segment = step if isinstance(step, str) else str(min(step, _TUPLE))
            walk = steps.get((id(here), segment))
            if walk is None:
                walk = steps[id(here), segment] = here.walk((segment,))
                kept.append(here)
            if walk.outcome == "refuted":
                if isinstance(step, str):
                    found.append((*at, step))
            elif walk.outcome in ("proven", "sometimes") and walk.shape is not None:
                inner = self._fitting(walk.shape, item)
                stack.append((inner, iter(_members(item)), (*at, step)))
        return found

    def _fitting(self, shape: Shape, value: object) -> Shape:
        """The branches of a shape that a value can be meant for: its kind is theirs, and what it holds where
        they name the values is one of them. All branches where that leaves none."""
        branches = shape.branches
        if len(branches) < 2:
            return shape
        kind = json_kind(value)
        fits = tuple(
            branch
            for branch in branches
            if (branch.sure_kinds is None or kind in branch.sure_kinds)
            and (not isinstance(value, dict) or _told_by(branch, shape, value))
        )
        if not fits or len(fits) == len(branches):
            return shape
        key = tuple(id(branch) for branch in fits)
        if key not in self._narrowed:
            self._narrowed[key] = Shape.of_branches(shape.schemas, fits)
        return self._narrowed[key]

    def _validator(self, shape: Shape, sent: bool) -> tuple[jsonschema_rs.Validator, list[Pointer]] | None:
        terms = shape.terms or tuple(branch.nodes for branch in shape.branches)
        kinds = () if shape.terms else tuple(branch.kinds for branch in shape.branches)
        key = (tuple(tuple((id(node.value), node.at) for node in term) for term in terms), kinds, sent)
        if key not in self._validators:
            self._validators[key] = self._made(shape, terms, sent)
        return self._validators[key]

    def _made(
        self, shape: Shape, terms: Sequence[tuple[Node, ...]], sent: bool
    ) -> tuple[jsonschema_rs.Validator, list[Pointer]] | None:
        import jsonschema_rs

        translation = self._translations[sent]
        try:
            roots = [[translation.reference(node) for node in term] for term in terms]
            choices: list[dict[str, object]] = [
                {"allOf": [{"$ref": f"#/$defs/{name}"} for name in names]} for names in roots
            ]
            if not shape.terms:
                for choice, branch in zip(choices, shape.branches, strict=True):
                    if branch.kinds is not None:
                        choice["type"] = sorted(branch.kinds)
            schema = {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                **(choices[0] if len(choices) == 1 else {"anyOf": choices}),
                "$defs": translation.definitions(name for names in roots for name in names),
            }
            options = jsonschema_rs.RegexOptions(_PATTERN_SIZE, _PATTERN_SIZE)
            validator: jsonschema_rs.Validator = jsonschema_rs.validator_for(schema, pattern_options=options)
        except (TooLarge, ValueError, RecursionError, jsonschema_rs.ReferencingError):
            return None
        return validator, translation.places

    def _usable(self, pattern: str) -> bool:
        """Whether a pattern runs in linear time."""
        if pattern not in self._patterns:
            import jsonschema_rs

            try:
                jsonschema_rs.validator_for(
                    {"pattern": pattern},
                    pattern_options=jsonschema_rs.RegexOptions(_PATTERN_SIZE, _PATTERN_SIZE),
                )
                self._patterns[pattern] = True
            except ValueError:
                self._patterns[pattern] = False
        return self._patterns[pattern]

    def _place(self, path: Sequence[str | int], places: list[Pointer]) -> Pointer:
        """The place in the contract of a keyword of the translation: as deep as both have it."""
        if len(path) < 2 or path[0] != "$defs" or not str(path[1]).isdigit():
            return places[0] if places else ()
        here = places[int(path[1])]
        for step in path[2:]:
            deeper = self._references.at((*here, step))
            if isinstance(deeper, Unresolved):
                break
            here = deeper.at
        return here


def _members(value: object) -> Iterable[tuple[str | int, object]]:
    """The members of an object, the items of a list; none of anything else."""
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _told_by(branch: Branch, shape: Shape, value: dict[str, object]) -> bool:
    """Whether the names that a branch goes by (`type: message`) are those of the value."""
    for node in branch.nodes:
        properties = node.value.get("properties") if isinstance(node.value, dict) else None
        for key, schema in properties.items() if isinstance(properties, dict) else ():
            if key in value and isinstance(value[key], str) and _names_values(schema):
                inner = Shape(shape.schemas, ((Node(schema, (*node.at, "properties", key)),),))
                if inner.values is not None and value[key] not in inner.values:
                    return False
    return True


def _names_values(schema: object) -> bool:
    return isinstance(schema, dict) and not {"const", "enum", "$ref"}.isdisjoint(schema)


class _Translation:
    """Schemas of a contract as definitions in draft 2020-12, each made once, by number."""

    def __init__(self, references: References, usable: Callable[[str], bool], sent: bool) -> None:
        self._references = references
        self._usable = usable
        self._hidden = "readOnly" if sent else "writeOnly"
        self._names: dict[tuple[Pointer, int], int] = {}
        self._nodes: list[Node] = []
        self._made: dict[int, tuple[object, tuple[int, ...]]] = {}
        self._met: list[int] = []
        self.places: list[Pointer] = []
        """Where each definition stands in the contract."""

    def reference(self, node: Node) -> int:
        """The number of a node's definition."""
        key = (node.at, id(node.value))
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = len(self._nodes)
            self._nodes.append(node)
            self.places.append(node.at)
        self._met.append(found)
        return found

    def definitions(self, roots: Iterable[int]) -> dict[str, object]:
        """The definitions of these numbers, and of all that they refer to. Raises TooLarge."""
        found: dict[str, object] = {}
        todo = list(roots)
        left = MOST_SCHEMAS
        while todo:
            name = todo.pop()
            if str(name) in found:
                continue
            if name not in self._made:
                self._met = []
                schema = self._schema(self._nodes[name].value, self._nodes[name].at)
                self._made[name] = (schema, tuple(self._met))
            found[str(name)], refers = self._made[name]
            todo.extend(refers)
            left -= 1 + len(refers)
            if left < 0:
                raise TooLarge
        return found

    def _schema(self, value: object, at: Pointer) -> object:
        if not isinstance(value, dict):
            return value is not False
        made: dict[str, object] = {}
        for word in ("$ref", "$dynamicRef", "$recursiveRef"):
            if word in value:
                recursive = word == "$recursiveRef"
                target = (
                    self._references.recursive(at) if recursive else self._references.resolve(value[word])
                )
                if isinstance(target, Node):
                    made["$ref"] = f"#/$defs/{self.reference(target)}"
        self._own_words(value, made)
        for word in _ONE:
            if isinstance(value.get(word), (dict, bool)):
                made[word] = self._schema(value[word], (*at, word))
        for word in _NAMED:
            if isinstance(value.get(word), dict):
                made[word] = {
                    name: self._schema(item, (*at, word, name))
                    for name, item in value[word].items()
                    if word != "patternProperties" or self._usable(name)
                }
        for word in _MANY:
            if isinstance(value.get(word), list) and value[word]:
                made[word] = [self._schema(item, (*at, word, i)) for i, item in enumerate(value[word])]
        self._one_of(value, made, at)
        items = value.get("items")
        if isinstance(items, list):
            made["prefixItems"] = [self._schema(item, (*at, "items", i)) for i, item in enumerate(items)]
        elif isinstance(items, (dict, bool)):
            made["items"] = self._schema(items, (*at, "items"))
        return {"anyOf": [made, {"type": "null"}]} if value.get("nullable") is True else made

    def _one_of(self, value: dict[str, object], made: dict[str, object], at: Pointer) -> None:
        members = value.get("oneOf")
        if not isinstance(members, list) or not members:
            return
        choice = {"anyOf": [self._schema(item, (*at, "oneOf", i)) for i, item in enumerate(members)]}
        if "anyOf" not in made:
            made.update(choice)
        else:
            both = made.setdefault("allOf", [])
            assert isinstance(both, list)
            both.append(choice)

    def _own_words(self, value: dict[str, object], made: dict[str, object]) -> None:
        """The keywords that hold no schemas, where they are well formed."""
        types = value.get("type")
        names = [types] if isinstance(types, str) else types if isinstance(types, list) else []
        if names and all(isinstance(name, str) and name in _TYPES for name in names):
            made["type"] = list(dict.fromkeys(names))
        if "const" in value:
            made["const"] = value["const"]
        enum = value.get("enum")
        if isinstance(enum, list) and enum:
            made["enum"] = enum
        for word in _NUMBERS:
            number = value.get(word)
            if _is_number(number) and (word != "multipleOf" or _positive(number)):
                made[word] = number
        for word, base in (("exclusiveMaximum", "maximum"), ("exclusiveMinimum", "minimum")):
            bound = value.get(word)
            if bound is True and base in made:
                # OpenAPI 3.0 states it as a flag of the bound
                made[word] = made.pop(base)
            elif _is_number(bound):
                made[word] = bound
        for word in _COUNTS:
            count = value.get(word)
            if isinstance(count, int) and not isinstance(count, bool) and count >= 0:
                made[word] = count
        pattern = value.get("pattern")
        if isinstance(pattern, str) and self._usable(pattern):
            made["pattern"] = pattern
        if isinstance(value.get("uniqueItems"), bool):
            made["uniqueItems"] = value["uniqueItems"]
        required = value.get("required")
        if isinstance(required, list):
            properties = value.get("properties")
            made["required"] = [
                name
                for name in dict.fromkeys(item for item in required if isinstance(item, str))
                if not self._is_hidden(properties, name)
            ]

    def _is_hidden(self, properties: object, name: str) -> bool:
        inner = properties.get(name) if isinstance(properties, dict) else None
        return isinstance(inner, dict) and inner.get(self._hidden) is True


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _positive(value: object) -> bool:
    return isinstance(value, (int, float)) and value > 0


# --- errors in words


def _errors(validator: jsonschema_rs.Validator, value: object) -> Iterable[Any]:
    """All errors of a value, or the first one of a very large value."""
    import jsonschema_rs

    left = LARGEST
    todo = [value]
    while todo and left >= 0:
        here = todo.pop()
        if isinstance(here, (dict, list)):
            left -= len(here)
            todo.extend(here.values() if isinstance(here, dict) else here)
    if left >= 0:
        return validator.iter_errors(value)
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        return [error]
    return []


def _leaf(error: Any) -> Any:
    """The error that says most: of a union, the one in the member that the value was meant to be."""
    for _ in range(100):
        choices = getattr(error.kind, "context", None)
        if error.kind.name not in ("anyOf", "oneOf", "oneOfNotValid") or not choices:
            return error
        ranked = sorted((errors for errors in choices if errors), key=lambda errors: _misfit(errors, error))
        if not ranked:
            return error
        best = ranked[0]
        if len(ranked) > 1 and _misfit(best, error) == _misfit(ranked[1], error):
            # no member is nearer than another: the union itself is what is not met
            return error
        error = best[0]
    return error


def _misfit(errors: Sequence[Any], union: Any) -> tuple[int, int, int]:
    """How far a union's member is from the value: wrong kind, then wrong constants, then number of errors."""
    top = len(union.instance_path)
    wrong_kind = sum(1 for error in errors if error.kind.name == "type" and len(error.instance_path) == top)
    wrong_name = sum(1 for error in errors if len(error.instance_path) <= top + 1 and _is_constant(error))
    return (wrong_kind, wrong_name, len(errors))


def _is_constant(error: Any) -> bool:
    """Whether a value misses the one that a schema is told by (`type: {enum: [message]}`)."""
    if error.kind.name == "enum":
        return len(error.kind.as_dict().get("options", [])) == 1
    return bool(error.kind.name == "const")


_NUMBER_WORDS: Final = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
    "multipleOf": "a multiple of",
}
_COUNT_WORDS: Final = {
    "minLength": ("at least", "characters"),
    "maxLength": ("at most", "characters"),
    "minItems": ("at least", "items"),
    "maxItems": ("at most", "items"),
    "minProperties": ("at least", "members"),
    "maxProperties": ("at most", "members"),
}


def _said(error: Any, at: Pointer, value: object) -> str:
    """A validation error in an author's words."""
    kind, name = error.kind, error.kind.name
    here = _at(value, at)
    if name == "type":
        return f"{_article(_types(kind.as_dict()))} is expected, this is {_article(json_kind(here))}"
    if name == "required":
        return f"`{kind.as_dict()['property']}` is missing"
    if name in ("const", "enum"):
        details = kind.as_dict()
        allowed = details.get("options", [details.get("expected_value")])
        listed = allowed if isinstance(allowed, list) else [allowed]
        shown = ", ".join(_short(item) for item in listed[:6]) + (", …" if len(listed) > 6 else "")
        if len(listed) == 1:
            return f"{_short(here)} stands where only {shown} may"
        return f"{_short(here)} is none of the values it may have ({shown})"
    if name in _NUMBER_WORDS:
        return f"{_short(here)} is not {_NUMBER_WORDS[name]} {error.kind.value}"
    if name in _COUNT_WORDS:
        few, what = _COUNT_WORDS[name]
        return f"{few} {error.kind.value} {what} are expected"
    if name == "pattern":
        return f"{_short(here)} does not match the pattern {kind.as_dict().get('pattern')}"
    if name in ("anyOf", "oneOf", "oneOfNotValid"):
        types = _types_of_union(error)
        if types:
            return f"{_article(types)} is expected, this is {_article(json_kind(here))}"
        return f"this {json_kind(here)} fits none of the shapes that may stand here"
    if name == "falseSchema":
        return "no key may stand here" if isinstance(here, dict) else "nothing may stand here"
    if name in ("additionalProperties", "unevaluatedProperties"):
        names = ", ".join(f"`{name}`" for name in kind.as_dict().get("unexpected", []))
        return f"no {names} may stand here"
    if name == "uniqueItems":
        return "the same item stands here twice"
    return _short(str(error.message))


def _types_of_union(error: Any) -> str:
    """The kinds that a union's members want, where each of them wants another than what is there."""
    found: list[str] = []
    for errors in error.kind.context:
        wrong = [
            item for item in errors if item.kind.name == "type" and item.instance_path == error.instance_path
        ]
        if not wrong:
            return ""
        found += _types(wrong[0].kind.as_dict()).split(" or ")
    return _listed_types(found)


def _types(details: dict[str, Any]) -> str:
    types = details.get("types", [])
    return _listed_types(types if isinstance(types, list) else [str(types)])


def _listed_types(types: Iterable[str]) -> str:
    """Kinds in words, null last: it is what may be left out."""
    return " or ".join(sorted(dict.fromkeys(types), key=lambda kind: kind == "null"))


def _article(words: str) -> str:
    if words == "null":
        return words
    return f"{'an' if words[:1] in 'aeio' else 'a'} {words}"


def _short(value: object) -> str:
    from connlint.evidence.streams import compact

    text = compact(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _exact(value: object, path: Sequence[str | int]) -> Pointer:
    """The library's path to a value, put right: it writes digits as numbers in objects too, and leaves out
    keys without a character."""
    exact: list[str | int] = []
    here = value
    for step in path:
        if isinstance(here, dict) and str(step) in here:
            exact.append(str(step))
            here = here[str(step)]
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            exact.append(step)
            here = here[step]
        else:
            break
    return tuple(exact)


def _at(value: object, pointer: Pointer) -> object:
    here: Any = value
    for step in pointer:
        here = here[step]
    return here
