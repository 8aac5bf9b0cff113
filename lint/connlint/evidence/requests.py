"""What an operation sends, held to what the contract's operation takes.

A body template is compared as the tree that it renders to: keys, kinds, constants, options. Each
difference is an `Issue`; the rules of the family contract tell one kind of issue each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from connlint.connector.bodies import Key, Node
from connlint.connector.model import Hole, Operation, Placeholder, Template
from connlint.connector.selectors import json_kind
from connlint.connector.types import fits_value, kinds, known, type_for
from connlint.evidence.matching import admits, fits, sent_type
from connlint.reading import Location

if TYPE_CHECKING:
    from connlint.evidence.contract import ContractOperation
    from connlint.evidence.shapes import Shape

Kind = Literal[
    "unknown-key", "missing-key", "hole-kind", "literal-kind", "value", "option", "options-missing"
]


class Issue(NamedTuple):
    """One difference between a template and the contract.

    `at` is its place; `path` the keys down to it; `shape` what the contract has there (of an unknown key:
    the object that lacks it); `names` the candidates for a misspelt key or value, `values` what is wrong or
    missing. `hole` is the hole that is concerned, `quoted` whether it stands in quotes; `key` the key that is
    unknown, None where only a step in a form's brackets is.
    """

    kind: Kind
    at: Location
    path: tuple[str, ...]
    shape: Shape
    template: Template
    names: tuple[str, ...] = ()
    values: tuple[object, ...] = ()
    hole: Hole | None = None
    quoted: bool = False
    key: Key | None = None

    @property
    def name(self) -> str:
        """The last key of the way to the place, "" for the whole body."""
        return self.path[-1] if self.path else ""

    @property
    def called(self) -> str:
        """What a sentence calls the place."""
        return f"`{self.name}`" if self.path else "the body"


def request_shape(operation: Operation, known: ContractOperation) -> Shape | None:
    """The shape of the body for the content type that the operation sends; None where there is none."""
    if not fits(operation, known):
        return None
    sent = sent_type(operation)
    if sent in known.bodies:
        return known.bodies[sent]
    return next((shape for media, shape in known.bodies.items() if admits(media, sent)), None)


def demanded_keys(shape: Shape) -> tuple[str, ...]:
    """The keys that a request must have: those that are required, the vendor's own (`readOnly`) and those
    that have a default left out."""
    return tuple(
        key.name
        for key in shape.keys().values()
        if key.required and not key.shape.marked("readOnly") and not has_default(key.shape)
    )


def has_default(shape: Shape) -> bool:
    """Whether the contract says what stands there where nothing is sent."""
    written = [node.value for term in shape.terms for node in term]
    schemas = [*written, *(schema for branch in shape.branches for schema in branch.objects)]
    return any(isinstance(schema, dict) and "default" in schema for schema in schemas)


def any_body_keys(known: ContractOperation) -> dict[str, Shape]:
    """Every key that a request body may have, whatever its media type."""
    found: dict[str, Shape] = {}
    for shape in known.bodies.values():
        for name, key in shape.keys().items():
            found.setdefault(name, key.shape)
    return found


def issues(operation: Operation, known: ContractOperation) -> list[Issue]:
    """Every difference between what the operation sends and the contract's request: its body's, then those of
    the values in its query."""
    return [*_in_body(operation, known), *_in_query(operation, known)]


def _in_query(operation: Operation, known: ContractOperation) -> Iterator[Issue]:
    """Constants and options in the query against closed enumerations."""
    for template in operation.query:
        parameter = known.query_parameter(template.name)
        if parameter is None or parameter.name != template.name or "array" in parameter.shape.kinds:
            continue
        path, hole = (template.name,), template.holes[0] if template.holes else None
        if hole is None:
            values = parameter.shape.values
            if values and not any(_same(template.text, value) for value in values):
                names = tuple(str(value) for value in values)
                yield Issue(
                    "value", template.text_at, path, parameter.shape, template, names, (template.text,)
                )
        elif hole.placeholder is not None and hole.start == 0 and hole.end == len(template.text):
            yield from _options(template, hole.placeholder, hole, parameter.shape, path)


def _in_body(operation: Operation, known: ContractOperation) -> list[Issue]:
    template = operation.body
    shape = request_shape(operation, known)
    if template is None or shape is None or template.body is None or template.body.root is None:
        return []
    holes = {hole.start: hole for hole in template.holes}
    root = template.body.root
    if template.body_kind == "json":
        return list(_value(template, root, shape, (), holes, structured=True, depth=0))
    return list(_object(template, root, shape, (), holes, structured=False, depth=0))


def _object(
    template: Template,
    node: Node,
    shape: Shape,
    path: tuple[str, ...],
    holes: dict[int, Hole],
    *,
    structured: bool,
    depth: int,
) -> Iterator[Issue]:
    if depth > 30:
        return
    shape = _meant(shape, node)
    keys = shape.keys()
    named = {key.name for key, _ in node.members if key.name is not None}
    for key, value in node.members:
        if key.name is None:
            continue
        # in a form an empty step is an item of a list, in JSON it is the key ""
        steps = (key.name,) if structured else _form_steps(key.name, shape)
        step = shape.walk(steps if structured else tuple(part or "0" for part in steps))
        inner = (*path, *(part for part in steps if part or structured))
        if step.outcome == "refuted":
            at = template.text_at.chars(key.start, key.end)
            free = tuple(candidate for candidate in keys if candidate not in named)
            if step.depth and step.there is not None:
                free = tuple(step.there.keys())
            hole = holes.get(value.holes[0].start) if value.holes else None
            whole = key if step.depth == 0 else None
            yield Issue("unknown-key", at, inner, shape, template, names=free, hole=hole, key=whole)
        elif step.shape is not None and step.outcome in ("proven", "sometimes"):
            yield from _value(
                template, value, step.shape, inner, holes, structured=structured, depth=depth + 1
            )
    dynamic = any(key.name is None for key, _ in node.members)
    sent = named if structured else named | {name.partition("[")[0] for name in named}
    demanded = demanded_keys(shape)
    lacking = tuple(name for name in demanded if name not in sent)
    if not structured:
        for key, value in node.members:
            hole = holes.get(value.holes[0].start) if value.holes else None
            if key.name is not None and key.name.partition("[")[0] in demanded and may_be_absent(hole):
                name = key.name.partition("[")[0]
                yield Issue(
                    "missing-key",
                    template.text_at.chars(key.start, key.end),
                    (name,),
                    shape,
                    template,
                    hole=hole,
                )
    if lacking and not dynamic:
        at = template.text_at.chars(node.start, node.end) if path else template.text_at
        for name in lacking:
            yield Issue("missing-key", at, (*path, name), shape, template, values=(name,))


def may_be_absent(hole: Hole | None) -> bool:
    """Whether a form or a query may leave out what a hole stands for: it is the whole value, and optional."""
    if hole is None or hole.placeholder is None or hole.placeholder.required:
        return False
    text = hole.template.text
    starts = hole.start == 0 or text[hole.start - 1] == "="
    return starts and text[hole.end : hole.end + 1].strip() in ("", "&")


def _meant(shape: Shape, node: Node) -> Shape:
    """The branches of a union that the template's constants leave (`"type": "card"`); all where none is left:
    then the constant is what is wrong."""
    branches = shape.branches
    constants = [
        (key.name, value.value)
        for key, value in node.members
        if key.name is not None and value.kind in ("string", "literal") and not value.holes
    ]
    if len(branches) < 2 or not constants:
        return shape
    left = tuple(
        branch for branch in branches if _admits_all(shape.of_branches(shape.schemas, (branch,)), constants)
    )
    return shape.of_branches(shape.schemas, left) if 0 < len(left) < len(branches) else shape


def _admits_all(shape: Shape, constants: list[tuple[str, object]]) -> bool:
    for name, constant in constants:
        there = shape.walk((name,)).shape
        values = there.values if there is not None else None
        if values and constant is not None and not any(_same(constant, value) for value in values):
            return False
    return True


def _form_steps(name: str, shape: Shape) -> tuple[str, ...]:
    """The steps of a form's name, an empty one for an item: `metadata[owner]`, `items[][price]`, `tags[]`. A
    contract may also name a key with its brackets."""
    keys = shape.keys()
    if "[" not in name or name in keys:
        return (name,)
    head, _, rest = name.partition("[")
    return (head, *rest.removesuffix("]").split("]["))


def _value(
    template: Template,
    node: Node,
    shape: Shape,
    path: tuple[str, ...],
    holes: dict[int, Hole],
    *,
    structured: bool,
    depth: int,
) -> Iterator[Issue]:
    admitted = shape.kinds - {"null"}
    if node.kind == "object":
        if "object" in admitted:
            yield from _object(template, node, shape, path, holes, structured=structured, depth=depth)
        elif admitted:
            yield _literal("literal-kind", template, node, shape, path, "object")
    elif node.kind == "array":
        element = shape.element
        if "array" not in admitted and admitted:
            yield _literal("literal-kind", template, node, shape, path, "array")
        elif element is not None:
            for item in node.items:
                yield from _value(
                    template, item, element, path, holes, structured=structured, depth=depth + 1
                )
    elif node.holes:
        yield from _hole(template, node, shape, path, holes, structured=structured)
    else:
        yield from _constant(template, node, shape, path, structured=structured)


def _literal(
    kind: Kind, template: Template, node: Node, shape: Shape, path: tuple[str, ...], value: object
) -> Issue:
    at = template.text_at.chars(node.start, node.end)
    return Issue(kind, at, path, shape, template, values=(value,))


def _constant(
    template: Template, node: Node, shape: Shape, path: tuple[str, ...], *, structured: bool
) -> Iterator[Issue]:
    """A literal of the template: its kind, and its value against a closed enumeration."""
    kind = json_kind(node.value)
    if structured and kind != "null":
        admitted = shape.kinds
        if kind not in admitted and not (kind == "integer" and "number" in admitted):
            yield _literal("literal-kind", template, node, shape, path, kind)
            return
    values = shape.values
    if values and node.value is not None and not any(_same(node.value, value) for value in values):
        at = template.text_at.chars(node.start, node.end)
        names = tuple(str(value) for value in values)
        yield Issue("value", at, path, shape, template, names=names, values=(node.value,))


def _hole(
    template: Template,
    node: Node,
    shape: Shape,
    path: tuple[str, ...],
    holes: dict[int, Hole],
    *,
    structured: bool,
) -> Iterator[Issue]:
    """A hole that is a value, or text with holes in it."""
    hole = holes.get(node.holes[0].start)
    placeholder = hole.placeholder if hole is not None else None
    alone = len(node.holes) == 1
    admitted = shape.kinds - {"null"}
    if structured and admitted:
        quoted = node.kind == "string"
        wrong = "string" not in admitted if quoted else _bare_wrong(placeholder, admitted)
        if wrong and hole is not None:
            yield Issue("hole-kind", hole.at, path, shape, template, hole=hole, quoted=quoted)
            return
    if hole is not None and placeholder is not None and alone and _whole(node, hole):
        yield from _options(template, placeholder, hole, shape, path)


def _whole(node: Node, hole: Hole) -> bool:
    """Whether the hole is all of the value, quotes aside."""
    quotes = 2 if node.kind == "string" and node.end - node.start >= hole.end - hole.start + 2 else 0
    return node.end - node.start == hole.end - hole.start + quotes


def _bare_wrong(placeholder: Placeholder | None, admitted: frozenset[str]) -> bool:
    """Whether what a bare hole renders to cannot be what the contract takes there."""
    if placeholder is None or placeholder.type is None or not known(placeholder.type):
        return False
    if placeholder.type == "String" and "string" not in admitted:
        return True
    return fits_value(placeholder.type, admitted, source="contract") is False


def _options(
    template: Template, placeholder: Placeholder, hole: Hole, shape: Shape, path: tuple[str, ...]
) -> Iterator[Issue]:
    """A placeholder's options against a closed enumeration."""
    values = shape.values
    if placeholder.options is None or not values or shape.kinds & {"boolean"}:
        return
    at = placeholder.at / "options"
    names = tuple(str(value) for value in values)
    for index, option in enumerate(placeholder.options):
        if not any(_same(option, value) for value in values):
            yield Issue("option", at / index, path, shape, template, names=names, values=(option,), hole=hole)
    lacking = tuple(
        value for value in values if not any(_same(option, value) for option in placeholder.options)
    )
    if lacking:
        yield Issue("options-missing", at.key, path, shape, template, names=names, values=lacking, hole=hole)


def _same(left: object, right: object) -> bool:
    """Whether an option spells a value: options are text, whatever the value's kind."""
    if isinstance(left, bool) or isinstance(right, bool):
        return str(left).lower() == str(right).lower()
    return left == right or str(left) == str(right)


def type_that_fits(issue: Issue) -> str | None:
    """The declared type that fits what the contract takes at a hole, None when several do."""
    admitted = issue.shape.kinds - {"null"}
    return type_for(admitted) if admitted else None


def declared_kinds(placeholder: Placeholder) -> frozenset[str]:
    """The JSON kinds that values of a placeholder have."""
    return kinds(placeholder.type) if placeholder.type is not None else frozenset()
