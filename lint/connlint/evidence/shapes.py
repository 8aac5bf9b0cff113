"""What a vendor's JSON Schema says stands where a selector points.

Reads the dialects that OpenAPI 3.0, OpenAPI 3.1 and JSON Schema 2020-12 write, all at once: `nullable`
counts in every version, keywords beside a `$ref` count, and a tuple may be `prefixItems` or a list of
`items`. A shape is read as complete: a key that it does not name is not there, unless the shape opens
itself with `additionalProperties`. What cannot be decided is said to be unchecked, with the reason;
nothing here raises on a hostile schema, and every answer takes bounded time.

Each schema is brought into branches: the ways in which a value can satisfy it, each a plain list of
schema objects whose own keywords all hold (`allOf` and `$ref` joined, `anyOf` and `oneOf` split).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from connlint.connector.selectors import is_index, json_kind
from connlint.evidence.references import Node, References, Unresolved
from connlint.reading.document import Pointer

KINDS: Final = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
"""Every JSON kind. `number` in a schema admits both `integer` and `number`."""

MOST_BRANCHES: Final = 1000
MOST_WORK: Final = 10_000
DEEPEST: Final = 60
"""How far one schema may unfold (branches, steps, levels of `allOf`, `anyOf` and `$ref`) before it is
left unchecked. The largest union of OpenAI's contract has 111 branches."""

MOST_WORK_IN_ALL: Final = 200_000
"""The steps that all schemas of a document may take together: schemas that refer back to each other in
every direction cost the most; all of OpenAI's contract takes 10,000."""

_NO_KIND: Final = "the schema does not say what stands there"
_NO_KEYS: Final = "the schema names no keys of that object"
_NO_ITEMS: Final = "the schema does not say what that array holds"
SAYS_NOTHING: Final = frozenset({_NO_KIND, _NO_KEYS, _NO_ITEMS})
"""Why a walk is unchecked where the schema is silent: then samples may speak alone."""

_TOO_MUCH: Final = "the schema is too large or nested too deep to follow"
MOST_STEPS: Final = 50_000
"""Steps of one walk, over all branches, before the rest of it is left unchecked."""
MOST_LABELS: Final = 40
"""Ways to one place that are remembered by name."""
MOST_PATTERNS: Final = 500
PATTERN_SIZE: Final = 1 << 18
"""How many `patternProperties` patterns of a document are tried, and how large one may become compiled."""

_SCALARS: Final = frozenset({"boolean", "integer", "number", "string"})
_TYPES: Final = {
    "null": frozenset({"null"}),
    "boolean": frozenset({"boolean"}),
    "integer": frozenset({"integer"}),
    "number": frozenset({"integer", "number"}),
    "string": frozenset({"string"}),
    "array": frozenset({"array"}),
    "object": frozenset({"object"}),
}
_OBJECT_WORDS: Final = (
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "unevaluatedProperties",
)
_ARRAY_WORDS: Final = ("items", "prefixItems", "unevaluatedItems", "contains")
_UNIONS: Final = ("anyOf", "oneOf")
_COMBINATORS: Final = frozenset(
    {"$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf", "if", "dependentSchemas"}
)


class Branch:
    """One way to satisfy a schema: `nodes` whose own keywords all hold.

    `kinds` are the JSON kinds that it admits, None when nothing says; `values` what `const` and `enum`
    leave, None when they say nothing; `why` is why it is not wholly known; `tag` the union's member
    that it came from.
    """

    __slots__ = ("kinds", "nodes", "steps", "tag", "values", "why")

    def __init__(
        self,
        nodes: tuple[Node, ...],
        kinds: frozenset[str] | None = None,
        values: tuple[object, ...] | None = None,
        why: str | None = None,
        tag: Node | None = None,
    ) -> None:
        self.nodes = nodes
        self.kinds = kinds
        self.values = values
        self.why = why
        self.tag = tag
        self.steps: dict[str, tuple[Step, ...]] = {}

    @property
    def label(self) -> str:
        """What a person calls this branch: its schema's name or title, else the kinds in it."""
        if self.tag is not None:
            name = schema_name(self.tag)
            if name:
                return name
        return kind_words(self.sure_kinds or KINDS)

    @property
    def pointer(self) -> Pointer:
        """Where it is written, the union's member before what that consists of."""
        if self.tag is not None:
            return self.tag.at
        return self.nodes[0].at if self.nodes else ()

    @property
    def sure_kinds(self) -> frozenset[str] | None:
        """`kinds`, or what the keywords of a schema without a `type` are for; None when nothing says."""
        if self.kinds is not None:
            return self.kinds
        found = set()
        if any(word in node for node in self.objects for word in _OBJECT_WORDS):
            found.add("object")
        if any(word in node for node in self.objects for word in _ARRAY_WORDS):
            found.add("array")
        return frozenset(found) or None

    @property
    def objects(self) -> Iterator[dict[str, object]]:
        """The schema objects themselves."""
        for node in self.nodes:
            if isinstance(node.value, dict):
                yield node.value

    def __and__(self, other: Branch) -> Branch | None:
        """Both at once, or None when nothing can satisfy both."""
        kinds = other.kinds
        if self.kinds is not None:
            kinds = self.kinds if kinds is None else self.kinds & kinds
        if kinds is not None and not kinds:
            return None
        values = other.values
        if self.values is not None:
            if values is None:
                values = self.values
            else:
                allowed = {_identity(value) for value in values}
                values = tuple(value for value in self.values if _identity(value) in allowed)
                if not values:
                    return None
        mine = {id(node.value) for node in self.nodes}
        nodes = self.nodes + tuple(node for node in other.nodes if id(node.value) not in mine)
        return Branch(nodes, kinds, values, self.why or other.why, self.tag or other.tag)


class Step(NamedTuple):
    """One step into one branch: the shape that stands there, or why there is none.

    `fate` is "found", "open" (let in, not named), "null", "unclear", or how the step fails: "absent",
    "out-of-range", "wrong-kind".
    """

    fate: str
    shape: Shape | None = None
    required: bool = False
    why: str = ""


class Schemas:
    """The schemas of one document (any JSON value), and what was learnt of them so far."""

    __slots__ = ("_active", "_children", "_known", "_left", "_named", "_patterns", "_work", "references")

    def __init__(self, root: object) -> None:
        self.references = References(root)
        self._known: dict[tuple[int, bool], tuple[object, tuple[Branch, ...]]] = {}
        self._active: set[tuple[int, bool]] = set()
        self._work = 0
        self._left = MOST_WORK_IN_ALL
        self._named: dict[int, Shape] = {}
        self._patterns: dict[str, object] = {}
        self._children: dict[str, list[Node]] | None = None

    def at(self, *pointer: str | int) -> Shape:
        """The schema at a pointer of the document; a shape that is unchecked when nothing stands there."""
        found = self.references.at(pointer)
        if isinstance(found, Unresolved):
            return Shape.of_branches(self, (Branch((), why=found.why),))
        return Shape(self, ((found,),))

    def shape(self, value: object, pointer: Pointer) -> Shape:
        """A schema as a value, with where it stands. What is asked of several bare references to one schema
        is worked out once."""
        shape = Shape(self, ((Node(value, pointer),),))
        if isinstance(value, dict) and len(value) == 1 and "$ref" in value:
            target = self.references.resolve(value["$ref"])
            if isinstance(target, Node):
                shape.like = self._named.setdefault(id(target.value), Shape(self, ((target,),)))
        return shape

    def both(self, *nodes: Node) -> Shape:
        """Several schemas that hold together, such as a common envelope and an event's own part."""
        return Shape(self, (nodes,))

    # --- branches

    def branches(self, term: tuple[Node, ...]) -> tuple[Branch, ...]:
        """The ways to satisfy all the nodes of `term` at once."""
        self._work = before = min(MOST_WORK, self._left)
        parts = [self._unfold(node, False, 0)[0] for node in term]
        branches = parts[0] if len(parts) == 1 else self._product(parts)
        self._left -= before - max(self._work, 0)
        return branches

    def _unfold(
        self, node: Node, plain: bool, depth: int
    ) -> tuple[tuple[Branch, ...], frozenset[tuple[int, bool]]]:
        """The branches of one node, and the schemas around it that they depend on (it refers back to them).

        `plain` reads a base schema with a `discriminator` as itself, not as any of its children.
        """
        value = node.value
        if value is True:
            return (Branch((node,)),), frozenset()
        if value is False:
            return (), frozenset()
        if not isinstance(value, dict):
            return (Branch((), why="what stands there is no schema"),), frozenset()
        key = (id(value), plain)
        known = self._known.get(key)
        if known is not None:
            return known[1], frozenset()
        self._work -= 1
        if self._work < 0 or depth > DEEPEST:
            return (Branch((), why=_TOO_MUCH),), frozenset(self._active)
        self._active.add(key)
        try:
            branches, back = self._combine(node, value, plain, depth)
        finally:
            self._active.discard(key)
        back -= {key}
        if not back:
            self._known[key] = (value, branches)
        return branches, back

    def _combine(
        self, node: Node, value: dict[str, object], plain: bool, depth: int
    ) -> tuple[tuple[Branch, ...], frozenset[tuple[int, bool]]]:
        """The branches of a schema object: its own keywords and all it combines, multiplied out."""
        own = Branch((node,), *_own(value))
        if not _COMBINATORS.isdisjoint(value) or ("discriminator" in value and not plain):
            parts: list[tuple[Branch, ...]] = [(own,)]
            back: frozenset[tuple[int, bool]] = frozenset()
            for part, its_back in self._parts(node, value, plain, depth):
                parts.append(part)
                back |= its_back
            branches = self._product(parts)
        else:
            branches, back = (own,), frozenset()
        if value.get("nullable") is True and not any(b.kinds and "null" in b.kinds for b in branches):
            branches = (*branches, Branch((), _TYPES["null"]))
        return branches, back

    def _parts(
        self, node: Node, value: dict[str, object], plain: bool, depth: int
    ) -> Iterator[tuple[tuple[Branch, ...], frozenset[tuple[int, bool]]]]:
        """What a schema combines: each part's branches, all parts hold."""
        for word in ("$ref", "$dynamicRef", "$recursiveRef"):
            if word in value:
                if word == "$recursiveRef":
                    target = self.references.recursive(node.at)
                else:
                    target = self.references.resolve(value[word])
                yield self._member(target, plain, depth)
        members = value.get("allOf")
        if isinstance(members, list):
            for index, member in enumerate(members):
                inner = Node(member, (*node.at, "allOf", index))
                yield self._member(inner, self._is_child(node, member), depth)
        for word in _UNIONS:
            members = value.get(word)
            if isinstance(members, list):
                yield self._union(
                    [Node(member, (*node.at, word, index)) for index, member in enumerate(members)], depth
                )
        if "if" in value:
            met = {"allOf": [value["if"], value.get("then", True)]}
            yield self._union(
                [Node(met, (*node.at, "if")), Node(value.get("else", True), (*node.at, "else"))], depth
            )
        dependent = value.get("dependentSchemas")
        if isinstance(dependent, dict):
            for name, schema in dependent.items():
                here = Node(schema, (*node.at, "dependentSchemas", name))
                yield self._union([here, Node(True, here.at)], depth)
        if not plain and "discriminator" in value and _UNIONS[0] not in value and _UNIONS[1] not in value:
            children = self._children_of(node, value)
            if children:
                yield self._union([Node(True, node.at), *children], depth)

    def _member(
        self, target: Node | Unresolved, plain: bool, depth: int
    ) -> tuple[tuple[Branch, ...], frozenset[tuple[int, bool]]]:
        if isinstance(target, Unresolved):
            return (Branch((), why=target.why),), frozenset()
        key = (id(target.value), plain)
        if key in self._active:
            return (Branch((), why="the schema refers to nothing but itself"),), frozenset((key,))
        return self._unfold(target, plain, depth + 1)

    def _union(
        self, members: Iterable[Node], depth: int
    ) -> tuple[tuple[Branch, ...], frozenset[tuple[int, bool]]]:
        """The branches of all members; a member that leads back here adds none of its own."""
        found: dict[tuple[object, ...], Branch] = {}
        back: set[tuple[int, bool]] = set()
        for member in members:
            target = member
            if isinstance(member.value, dict) and len(member.value) == 1 and "$ref" in member.value:
                resolved = self.references.resolve(member.value["$ref"])
                target = member if isinstance(resolved, Unresolved) else resolved
            key = (id(target.value), False)
            if key in self._active:
                back.add(key)
                continue
            branches, its_back = self._unfold(target, False, depth + 1)
            back |= its_back
            for branch in branches:
                tagged = branch
                if branch.tag is None:
                    tagged = Branch(branch.nodes, branch.kinds, branch.values, branch.why, target)
                same = (*(id(node.value) for node in branch.nodes), branch.kinds, branch.why)
                found.setdefault(same, tagged)
            if len(found) > MOST_BRANCHES:
                return (Branch((), why=f"more than {MOST_BRANCHES} branches"),), frozenset(back)
        return tuple(found.values()), frozenset(back)

    def _product(self, parts: Sequence[tuple[Branch, ...]]) -> tuple[Branch, ...]:
        """Every choice of one branch from each part that can hold together."""
        found = parts[0]
        for part in parts[1:]:
            self._work -= len(found) * len(part) // 16
            if len(found) * len(part) > MOST_BRANCHES:
                return (Branch((), why=f"more than {MOST_BRANCHES} combinations of branches"),)
            both: list[Branch] = []
            for left in found:
                for right in part:
                    self._work -= (len(left.nodes) + len(left.values or ()) + len(right.values or ())) // 8
                    if self._work < 0:
                        return (Branch((), why=_TOO_MUCH),)
                    joined = left & right
                    if joined is not None:
                        both.append(joined)
            found = tuple(both)
        return found

    # --- a base schema and its children (OpenAPI's `discriminator` without `oneOf`)

    def _children_of(self, node: Node, value: dict[str, object]) -> list[Node]:
        """The schemas that extend a base: those its discriminator maps to, else whose `allOf` has it."""
        discriminator = value["discriminator"]
        mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
        children: list[Node] = []
        if isinstance(mapping, dict) and mapping:
            for target in dict.fromkeys(t for t in mapping.values() if isinstance(t, str)):
                found = self.references.resolve(target if "#" in target else f"#/components/schemas/{target}")
                if isinstance(found, Node) and found.value is not value:
                    children.append(found)
            return children
        if self._children is None:
            self._children = self._extensions()
        return self._children.get(_reference_to(node.at), [])

    def _extensions(self) -> dict[str, list[Node]]:
        """Component schemas by the `$ref`s in their own `allOf`."""
        found: dict[str, list[Node]] = {}
        components = self.references.at(("components", "schemas"))
        if isinstance(components, Node) and isinstance(components.value, dict):
            for name in components.value:
                schema = components.value[name]
                members = schema.get("allOf") if isinstance(schema, dict) else None
                for member in members if isinstance(members, list) else ():
                    if isinstance(member, dict) and isinstance(member.get("$ref"), str):
                        at = ("components", "schemas", name)
                        found.setdefault(member["$ref"], []).append(Node(schema, at))
        return found

    def _is_child(self, node: Node, member: object) -> bool:
        """Whether `node`, whose `allOf` has `member`, is one of the children of that base."""
        if not isinstance(member, dict) or not isinstance(member.get("$ref"), str):
            return False
        base = self.references.resolve(member["$ref"])
        if (
            isinstance(base, Unresolved)
            or not isinstance(base.value, dict)
            or "discriminator" not in base.value
        ):
            return False
        return any(child.value is node.value for child in self._children_of(base, base.value))

    # --- steps

    def step(self, branch: Branch, segment: str) -> tuple[Step, ...]:
        """Walk one segment into one branch: one answer for each kind of value that can stand there."""
        known = branch.steps.get(segment)
        if known is None:
            known = branch.steps[segment] = tuple(self._steps(branch, segment))
        return known

    def _steps(self, branch: Branch, segment: str) -> Iterator[Step]:
        kinds = branch.sure_kinds
        if kinds is None:
            yield Step("unclear", why=branch.why or _NO_KIND)
            return
        if "object" in kinds:
            yield self.member(branch, segment)
        if "array" in kinds:
            yield self.item(branch, segment) if is_index(segment) else Step("wrong-kind")
        if kinds & _SCALARS:
            yield Step("wrong-kind")
        if "null" in kinds:
            yield Step("null")

    def _there(self, nodes: Sequence[Node]) -> Shape:
        """The shape of nodes that hold together; of none: anything."""
        return Shape(self, (tuple(nodes) or (Node(True, ()),),))

    def member(self, branch: Branch, key: str) -> Step:
        """The member of that key in the objects of a branch."""
        named: list[Node] = []
        let_in: list[Node] = []
        names = opens = closes = required = False
        why = branch.why
        for node in branch.nodes:
            schema = node.value
            if not isinstance(schema, dict):
                continue
            properties = _object(schema, "properties")
            needs = schema.get("required")
            if isinstance(needs, list) and key in needs:
                required = True
            names = names or bool(properties)
            if key in properties:
                named.append(Node(properties[key], (*node.at, "properties", key)))
            patterns = _object(schema, "patternProperties")
            for pattern, inner in patterns.items():
                names = True
                match = self._matches(pattern, key)
                if match is None:
                    why = why or f"the pattern `{pattern}` is not one that can be tried safely"
                elif match:
                    let_in.append(Node(inner, (*node.at, "patternProperties", pattern)))
            for word in ("additionalProperties", "unevaluatedProperties"):
                extra = schema.get(word)
                if extra is False:
                    closes = True
                elif extra is True or isinstance(extra, dict):
                    opens = True
                    if key not in properties and extra is not True:
                        let_in.append(Node(extra, (*node.at, word)))
        if named:
            if any(node.value is False for node in named):
                return Step("absent")
            return Step("found", self._there(named), required)
        if required:
            return Step("found", self._there(let_in), True)
        patterned = [node for node in let_in if "patternProperties" in node.at[-2:-1]]
        if patterned:
            return Step("open", self._there(patterned), why="only a pattern lets such a key in")
        if why:
            return Step("unclear", why=why)
        if closes:
            return Step("absent")
        if opens:
            why = "the schema lets any key in (additionalProperties)"
            return Step("open", self._there(let_in), why=why)
        if not names:
            return Step("unclear", why=_NO_KEYS)
        return Step("absent")

    def item(self, branch: Branch, segment: str) -> Step:
        """The item at that index in the arrays of a branch."""
        index = int(segment) if len(segment) < 10 else 10**9
        items: list[Node] = []
        required = False
        for node in branch.nodes:
            schema = node.value
            if not isinstance(schema, dict):
                continue
            most, least = schema.get("maxItems"), schema.get("minItems")
            if isinstance(most, (int, float)) and index >= most:
                return Step("out-of-range")
            required = required or (isinstance(least, (int, float)) and index < least)
            item = _item(node, schema, index)
            if item is not None:
                if item.value is False:
                    return Step("out-of-range")
                items.append(item)
        if items:
            return Step("found", self._there(items), required)
        return Step("unclear", why=branch.why or _NO_ITEMS)

    def _matches(self, pattern: str, key: str) -> bool | None:
        """Whether a `patternProperties` pattern fits a key; None when it cannot be tried in linear time."""
        if pattern not in self._patterns:
            if len(self._patterns) >= MOST_PATTERNS:
                return None
            import jsonschema_rs

            try:
                self._patterns[pattern] = jsonschema_rs.validator_for(
                    {"pattern": pattern},
                    pattern_options=jsonschema_rs.RegexOptions(PATTERN_SIZE, PATTERN_SIZE),
                ).is_valid
            except (ValueError, jsonschema_rs.ValidationError):
                self._patterns[pattern] = None
        fits = self._patterns[pattern]
        return bool(fits(key)) if callable(fits) else None


class Miss(NamedTuple):
    """A branch in which a walk fails after `depth` segments: its label, pointer, and the reason ("absent",
    "out-of-range", "wrong-kind")."""

    depth: int
    label: str
    pointer: Pointer
    reason: str


class Walk(NamedTuple):
    """Where a selector leads in a shape.

    `outcome` is "proven" (named in every branch), "sometimes" (in some), "refuted" or "unchecked" (then
    `why` is a phrase that says why). `shape` is what stands there, as far as known; None when refuted.
    `depth` segments were walked on the longest way, `there` is what stands at that depth where it
    failed. `required`: every value that the schema admits has it (no optional key, null or array index
    on the way). `missing` are the branches that lack it, `found` the labels of those that have it, outer to
    inner (`OutputMessage > OutputTextContent`).
    """

    outcome: str
    shape: Shape | None
    depth: int
    there: Shape | None
    required: bool
    missing: tuple[Miss, ...]
    found: tuple[str, ...]
    why: str

    @property
    def reason(self) -> str:
        """Why the longest way failed: "absent", "out-of-range", "wrong-kind"; "" when it did not."""
        return next((miss.reason for miss in self.missing if miss.depth == self.depth), "")

    @property
    def pointer(self) -> Pointer:
        """Where the document speaks of it: the selected schema, else what stands at the last step walked."""
        shape = self.shape or self.there
        return shape.pointer if shape is not None else ()


class Key(NamedTuple):
    """A key that a shape names: what stands there, whether every object must have it (`required`), and
    whether every branch names it (`everywhere`)."""

    name: str
    shape: Shape
    required: bool
    everywhere: bool


class Records(NamedTuple):
    """The records in the body of a list answer.

    `shape` is one record, None when undecided; `keys` are the envelope's (one, unless branches differ),
    empty when the body is the array or itself the record; `candidates` are the keys that compete (or may
    hold records) when undecided.
    """

    shape: Shape | None
    keys: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()

    @property
    def key(self) -> str | None:
        """The envelope's key, None when there is none or more than one."""
        return self.keys[0] if len(self.keys) == 1 else None


class Shape:
    """A schema, or several that hold together, or a choice of such: whatever a walk can reach.

    `terms` are the choices, each the nodes that hold together; `like` a shape that answers the same.
    """

    __slots__ = ("_branches", "_keys", "_records", "_walks", "like", "schemas", "terms")

    def __init__(self, schemas: Schemas, terms: tuple[tuple[Node, ...], ...]) -> None:
        self.schemas = schemas
        self.terms = terms
        self.like: Shape | None = None
        self._branches: tuple[Branch, ...] | None = None
        self._keys: dict[str, Key] | None = None
        self._records: Records | None = None
        self._walks: dict[tuple[str, ...], Walk] = {}

    @classmethod
    def of_branches(cls, schemas: Schemas, branches: tuple[Branch, ...]) -> Shape:
        """A shape of branches that are known already."""
        shape = cls(schemas, ())
        shape._branches = branches
        return shape

    @classmethod
    def either(cls, shapes: Sequence[Shape]) -> Shape:
        """A choice of shapes of one document: at least one."""
        if len(shapes) == 1:
            return shapes[0]
        schemas = shapes[0].schemas
        if all(shape.terms for shape in shapes):
            return cls(schemas, _distinct(term for shape in shapes for term in shape.terms))
        return cls.of_branches(schemas, tuple(branch for shape in shapes for branch in shape.branches))

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The ways to satisfy it; none when nothing can."""
        if self._branches is None:
            if self.like is not None:
                self._branches = self.like.branches
            elif len(self.terms) == 1:
                self._branches = self.schemas.branches(self.terms[0])
            else:
                self._branches = tuple(b for term in self.terms for b in self.schemas.branches(term))
        return self._branches

    # --- what stands here

    @property
    def kinds(self) -> frozenset[str]:
        """The JSON kinds that may stand here: all of them when nothing says."""
        found: frozenset[str] = frozenset()
        for branch in self.branches:
            kinds = branch.sure_kinds
            if kinds is None:
                return KINDS
            found |= kinds
        return found or KINDS

    @property
    def unchecked(self) -> str:
        """Why what stands here is not wholly known (a reference to nowhere, too deep): "" when it is."""
        return next((branch.why for branch in self.branches if branch.why), "")

    @property
    def nullable(self) -> bool:
        """Whether it says that null may stand here."""
        return any(branch.kinds is not None and "null" in branch.kinds for branch in self.branches)

    @property
    def values(self) -> tuple[object, ...] | None:
        """All values that may stand here beside null (of `enum`, `const`, booleans); None when open."""
        found: dict[str, object] = {}
        for branch in self.branches:
            values = branch.values
            kinds = (branch.sure_kinds or KINDS) - {"null"}
            if values is None and kinds == {"boolean"}:
                values = (False, True)
            if values is None and kinds:
                return None
            for value in values or ():
                if value is not None:
                    found.setdefault(_identity(value), value)
        return tuple(found.values()) if self.branches else None

    @property
    def named_values(self) -> tuple[object, ...]:
        """Every value that some branch names, also when another leaves it open."""
        found: dict[str, object] = {}
        for branch in self.branches:
            for value in branch.values or ():
                if value is not None:
                    found.setdefault(_identity(value), value)
        return tuple(found.values())

    @property
    def constant(self) -> object | None:
        """The one value that may stand here, None when there is a choice (or null)."""
        values = self.values
        return values[0] if values is not None and len(values) == 1 and not self.nullable else None

    @property
    def formats(self) -> frozenset[str]:
        """Every `format` that it names (`binary`, `date-time`, …)."""
        return frozenset(self._texts("format"))

    @property
    def description(self) -> str:
        """The vendor's words: nearest the place first, then what it refers to."""
        for term in self.terms:
            for node in term:
                if isinstance(node.value, dict) and (text := _said(node.value, "description")):
                    return text
        solid = [branch for branch in self.branches if branch.kinds != _TYPES["null"]]
        if len(solid) == 1:
            return next((text for schema in solid[0].objects if (text := _said(schema, "description"))), "")
        return ""

    @property
    def name(self) -> str:
        """The name of the schema (its component's, else its title), "" when it has none."""
        for term in self.terms:
            for node in term:
                followed = self.schemas.references.follow(node.value, node.at)
                if isinstance(followed, Node) and (name := schema_name(followed)):
                    return name
        return self.branches[0].label if len(self.branches) == 1 and self.branches[0].tag else ""

    @property
    def pointer(self) -> Pointer:
        """Where it is written: the first place, when there are several."""
        for term in self.terms:
            for node in term:
                return node.at
        return next((branch.pointer for branch in self.branches if branch.pointer), ())

    def marked(self, word: str) -> bool:
        """Whether a boolean annotation (`deprecated`, `readOnly`, `writeOnly`) is set on it or on all of
        its branches."""
        if any(isinstance(n.value, dict) and n.value.get(word) is True for term in self.terms for n in term):
            return True
        solid = [branch for branch in self.branches if branch.kinds != _TYPES["null"]]
        return bool(solid) and all(any(s.get(word) is True for s in branch.objects) for branch in solid)

    # --- objects and arrays

    def keys(self) -> dict[str, Key]:
        """The keys that it names, in the order written, over all branches that are objects."""
        if self._keys is None:
            self._keys = self.like.keys() if self.like is not None else self._named_keys()
        return self._keys

    def _named_keys(self) -> dict[str, Key]:
        places: dict[str, list[tuple[Node, ...]]] = {}
        must: list[frozenset[str]] = []
        for branch in self._objects():
            here: dict[str, list[Node]] = {}
            needed: set[str] = set()
            for node in branch.nodes:
                if isinstance(node.value, dict):
                    for name, inner in _object(node.value, "properties").items():
                        here.setdefault(name, []).append(Node(inner, (*node.at, "properties", name)))
                    needs = node.value.get("required")
                    if isinstance(needs, list):
                        needed.update(name for name in needs if isinstance(name, str))
            for name, nodes in here.items():
                if not any(inner.value is False for inner in nodes):
                    places.setdefault(name, []).append(tuple(nodes))
            for name in sorted(needed - here.keys()):
                places.setdefault(name, []).append((Node(True, ()),))
            must.append(frozenset(needed))
        every = frozenset.intersection(*must) if must else frozenset()
        return {
            name: Key(name, Shape(self.schemas, _distinct(terms)), name in every, len(terms) == len(must))
            for name, terms in places.items()
        }

    @property
    def required_keys(self) -> tuple[str, ...]:
        """The keys that every object here must have, in the order written."""
        return tuple(key.name for key in self.keys().values() if key.required)

    @property
    def is_open(self) -> bool:
        """Whether keys that it does not name may be there: it says so, or names none at all."""
        return any(
            step.fate in ("open", "unclear")
            for branch in self.branches
            for step in self.schemas.step(branch, "\0")
        )

    @property
    def element(self) -> Shape | None:
        """What its arrays hold (any item of them); None when no array is named here."""
        terms: list[tuple[Node, ...]] = []
        for branch in self.branches:
            kinds = branch.sure_kinds
            if kinds is not None and "array" in kinds:
                step = self.schemas.item(branch, "0")
                terms.extend(step.shape.terms if step.shape else ((Node(step.fate == "unclear", ()),),))
        return Shape(self.schemas, _distinct(terms)) if terms else None

    def records(self) -> Records:
        """The records in it, read as the body of a list answer: an array's items, the items of an object's
        one array of objects, else the object itself."""
        if self._records is None:
            self._records = self.like.records() if self.like is not None else self._find_records()
        return self._records

    def _find_records(self) -> Records:
        parts: list[Shape] = []
        keys: dict[str, None] = {}
        for branch in self.branches:
            kinds = branch.sure_kinds
            if kinds == _TYPES["null"]:
                continue
            alone = Shape.of_branches(self.schemas, (branch,))
            if kinds is not None and "array" in kinds and (element := alone.element) is not None:
                parts.append(element)
                continue
            sure, maybe = _arrays_of_objects(alone)
            if len(sure) > 1 or (maybe and not sure):
                return Records(None, candidates=tuple(sure or maybe))
            for name, element in sure.items():
                parts.append(element)
                keys[name] = None
            if not sure:
                parts.append(alone)
        return Records(Shape.either(parts) if parts else None, tuple(keys))

    # --- the walk

    def walk(self, segments: Sequence[str]) -> Walk:
        """Walk a selector from here. No segments: the shape itself, proven."""
        selector = tuple(segments)
        if self.like is not None and selector:
            return self.like.walk(selector)
        known = self._walks.get(selector)
        if known is None:
            known = self._walks[selector] = self._walk(selector)
        return known

    def _walk(self, segments: tuple[str, ...]) -> Walk:
        states = [_State(self, True, "", ())]
        failed: list[tuple[int, Branch, str]] = []
        unclear: list[tuple[int, str]] = []
        optional = False
        steps = 0
        for depth, segment in enumerate(segments):
            following: dict[tuple[object, ...], _State] = {}
            if not any(state.shape.branches for state in states):
                unclear.append((depth, "the schema contradicts itself: nothing satisfies it"))
            for state in states:
                branches = state.shape.branches
                steps += len(branches)
                if steps > MOST_STEPS:
                    unclear.append((depth, _TOO_MUCH))
                    break
                for branch in branches:
                    for step in self.schemas.step(branch, segment):
                        if step.fate == "null":
                            optional = True
                        elif step.shape is not None:
                            after = state.after(step, step.shape, branch)
                            same = (*(id(node.value) for node in step.shape.terms[0]), after.why)
                            known = following.get(same)
                            following[same] = after if known is None else known.merge(after)
                        elif step.fate == "unclear":
                            unclear.append((depth, step.why))
                        else:
                            failed.append((depth, branch, step.fate))
                if all(branch.kinds == _TYPES["null"] for branch in branches):
                    failed.extend((depth, branch, "wrong-kind") for branch in branches)
            states = list(following.values())
            if not states:
                break
        if len(states) == 1 and not failed and not unclear and not states[0].why:
            shape, required, _, labels = states[0]
            return Walk("proven", shape, len(segments), None, required and not optional, (), labels, "")
        return self._outcome(segments, states, failed, unclear, optional)

    def _outcome(
        self,
        segments: Sequence[str],
        states: list[_State],
        failed: list[tuple[int, Branch, str]],
        unclear: list[tuple[int, str]],
        optional: bool,
    ) -> Walk:
        sure = [state for state in states if not state.why]
        doubt = next((state.why for state in states if state.why), "") or next(
            (why for _, why in unclear), ""
        )
        if sure:
            outcome = "sometimes" if failed or doubt else "proven"
        else:
            outcome = "unchecked" if doubt else "refuted"
        reached = [state.shape for state in (*sure, *(state for state in states if state.why))]
        if reached and unclear:
            # something else may stand there too
            reached.append(Shape(self.schemas, ((Node(True, ()),),)))
        shape = Shape.either(reached) if reached else None
        deepest = max((depth for depth, _, _ in failed), default=0)
        there = None
        if failed:
            there = Shape.of_branches(self.schemas, tuple(b for depth, b, _ in failed if depth == deepest))
        depth = len(segments) if states else max([deepest, *(depth for depth, _ in unclear)], default=0)
        return Walk(
            outcome=outcome,
            shape=None if outcome == "refuted" else shape,
            depth=depth,
            there=there,
            required=outcome == "proven" and not optional and all(state.required for state in sure),
            missing=tuple(
                dict.fromkeys(Miss(depth, branch.label, branch.pointer, why) for depth, branch, why in failed)
            ),
            found=tuple(dict.fromkeys(label for state in sure for label in state.labels)),
            why=doubt if outcome != "proven" else "",
        )

    # --- help

    def _objects(self) -> Iterator[Branch]:
        for branch in self.branches:
            kinds = branch.sure_kinds
            if kinds is not None and "object" in kinds:
                yield branch

    def _texts(self, word: str) -> Iterator[str]:
        for branch in self.branches:
            for schema in branch.objects:
                text = schema.get(word)
                if isinstance(text, str):
                    yield text

    def __repr__(self) -> str:
        return f"Shape({'/'.join(map(str, self.pointer))!r}, {sorted(self.kinds)})"


class _State(NamedTuple):
    """A place that a walk reached: its shape, whether always there, why in doubt, the branches taken to it
    (`OutputMessage > OutputTextContent`)."""

    shape: Shape
    required: bool
    why: str
    labels: tuple[str, ...]

    def after(self, step: Step, shape: Shape, branch: Branch) -> _State:
        labels = self.labels
        if branch.tag is not None:
            labels = tuple(f"{label} > {branch.label}" for label in labels) or (branch.label,)
        return _State(
            shape,
            self.required and step.required,
            self.why or (step.why if step.fate == "open" else ""),
            labels,
        )

    def merge(self, other: _State) -> _State:
        labels = tuple(dict.fromkeys((*self.labels, *other.labels)))
        return _State(self.shape, self.required and other.required, self.why, labels[:MOST_LABELS])


def schema_name(node: Node) -> str:
    """What a person calls a schema: its name among the components or definitions, else its title, or ""."""
    at = node.at
    if len(at) >= 2 and at[-2] in ("schemas", "$defs", "definitions"):
        return str(at[-1])
    return _said(node.value, "title") if isinstance(node.value, dict) else ""


def kind_words(kinds: frozenset[str]) -> str:
    """JSON kinds as a person says them: "a string", "an integer or null", "anything"."""
    if kinds >= KINDS:
        return "anything"
    words = []
    for kind, word in (
        ("object", "an object"),
        ("array", "an array"),
        ("string", "a string"),
        ("number", "a number"),
        ("integer", "an integer"),
        ("boolean", "a boolean"),
        ("null", "null"),
    ):
        if kind in kinds and not (kind == "integer" and "number" in kinds):
            words.append(word)
    if len(words) < 2:
        return words[0] if words else "nothing"
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _own(schema: dict[str, object]) -> tuple[frozenset[str] | None, tuple[object, ...] | None]:
    """The kinds and values that a schema's own `type`, `const` and `enum` leave; None where all are."""
    kind = schema.get("type")
    kinds: frozenset[str] | None = None
    if isinstance(kind, str):
        kinds = _TYPES.get(kind)
    elif isinstance(kind, list):
        kinds = (
            frozenset().union(*(_TYPES.get(word, KINDS) for word in kind if isinstance(word, str))) or None
        )
    values: tuple[object, ...] | None = None
    if "const" in schema:
        values = (schema["const"],)
    enum = schema.get("enum")
    if isinstance(enum, list) and enum:
        values = tuple(enum) if values is None else values
    if values is not None:
        found = frozenset(_value_kind(value) for value in values)
        if kinds is None:
            kinds = found
        elif kinds & found:
            # values of another kind than `type` are the vendor's slip (`type: string, enum: [1]`)
            kinds &= found
    if kinds is not None and schema.get("nullable") is True:
        kinds |= _TYPES["null"]
    return kinds, values


def _value_kind(value: object) -> str:
    kind = json_kind(value)
    return "integer" if kind == "number" and isinstance(value, float) and value.is_integer() else kind


def _item(node: Node, schema: dict[str, object], index: int) -> Node | None:
    """The schema that one array schema has for its item at `index`, None when it says nothing."""
    rest_words = ["items", "unevaluatedItems"]
    for word in ("prefixItems", "items"):
        tuple_items = schema.get(word)
        if isinstance(tuple_items, list):
            if index < len(tuple_items):
                return Node(tuple_items[index], (*node.at, word, index))
            if word == "items":
                rest_words = ["additionalItems", "unevaluatedItems"]
    for word in rest_words:
        rest = schema.get(word)
        if isinstance(rest, (dict, bool)):
            return Node(rest, (*node.at, word))
    return None


def _distinct(terms: Iterable[tuple[Node, ...]]) -> tuple[tuple[Node, ...], ...]:
    return tuple({tuple(id(node.value) for node in term): term for term in terms}.values())


def _arrays_of_objects(shape: Shape) -> tuple[dict[str, Shape], dict[str, Shape]]:
    """The keys that hold arrays of objects, and those that may: each with the shape of an item."""
    sure: dict[str, Shape] = {}
    maybe: dict[str, Shape] = {}
    for key in shape.keys().values():
        if "array" not in key.shape.kinds:
            continue
        element = key.shape.element
        if element is None or not key.shape.kinds <= {"array", "null"}:
            maybe[key.name] = key.shape
        elif any(b.sure_kinds is not None and "object" in b.sure_kinds for b in element.branches):
            sure[key.name] = element
        elif any(b.sure_kinds is None for b in element.branches):
            maybe[key.name] = element
    return sure, maybe


def _object(schema: dict[str, object], word: str) -> dict[str, object]:
    """The object under a keyword, empty when what stands there is none."""
    found = schema.get(word)
    return found if isinstance(found, dict) else {}


def _said(schema: dict[str, object], word: str) -> str:
    text = schema.get(word)
    return text.strip() if isinstance(text, str) else ""


def _identity(value: object) -> str:
    """Equal for equal JSON values and only then: true is not 1."""
    return json.dumps(value, sort_keys=True, default=str)


def _reference_to(at: Pointer) -> str:
    from connlint.reading.document import render_pointer

    return f"#{render_pointer(at)}"
