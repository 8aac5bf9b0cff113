"""What a contract knows a name as, when it is no webhook event: a streaming event, the `object` of an answer.

Every value of a `type`, `event` or `object` that the document names is gathered in one pass, when the first
name is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from connlint.evidence.references import Node
from connlint.evidence.shapes import schema_name
from connlint.reading.document import Pointer

if TYPE_CHECKING:
    from connlint.evidence.contract import Contract


class KnownAs(NamedTuple):
    """What the contract knows a name as, when it is not a webhook event.

    `kind` is "streaming" (an event of a stream), "object" (the `object` of a DELETE's answer) or "value"
    (of a `type`, `event` or `object` elsewhere); `words` say it of one name, `group` of many.
    """

    kind: str
    words: str
    group: str
    pointer: Pointer


class Sighting(NamedTuple):
    """A value seen: the key that it is the value of, the schema's name, the part of the document."""

    key: str
    schema: str
    unit: Pointer


class Names(NamedTuple):
    """The values of `type`, `event` and `object` in a contract.

    `seen` is where each value is named, webhooks left out; `deleted` the paths of DELETE operations by what
    their answers say in `object`; `streamed` the names of the schemas that streams are made of.
    """

    seen: dict[str, list[Sighting]]
    deleted: dict[str, str]
    streamed: frozenset[str]


def known_as(contract: Contract, name: str) -> KnownAs | None:
    """What the contract knows a name as; None when no `type`, `event` or `object` has it as a value."""
    names = contract.names
    found = names.seen.get(name)
    if not found:
        return None
    if name in names.deleted:
        path = names.deleted[name]
        words = f"the `object` of DELETE {path}'s answer"
        return KnownAs("object", words, "the `object` of a DELETE's answer", ("paths", path, "delete"))
    for sighting in found:
        if sighting.key == "event" or sighting.schema in names.streamed:
            where = f" ({sighting.schema})" if sighting.schema else ""
            return KnownAs(
                "streaming",
                f"a streaming event{where}, never delivered by webhook",
                "streaming events in the contract, never delivered by webhook",
                _place(contract, sighting, name),
            )
    first = found[0]
    of = f" of {first.schema}" if first.schema else ""
    pointer = _place(contract, first, name)
    return KnownAs("value", f"the `{first.key}`{of}", f"values of `{first.key}`", pointer)


def gather(contract: Contract) -> Names:
    """The names of a contract: one pass over all of it."""
    return Names(_seen(contract), _deleted(contract), _streamed(contract))


def _seen(contract: Contract) -> dict[str, list[Sighting]]:
    found: dict[str, list[Sighting]] = {}
    webhooks = {
        schema_name(node)
        for event in contract.events.values()
        for branch in event.payload.branches
        for node in branch.nodes
    }
    components = _mapping(contract.value.get("components"))
    schemas = _mapping(components.get("schemas"))
    for name in schemas:
        if name not in webhooks:
            _sight(schemas[name], name, ("components", "schemas", name), found)
    for section in ("responses", "requestBodies"):
        for name, entry in _mapping(components.get(section)).items():
            _sight(entry, "", ("components", section, name), found)
    paths = _mapping(contract.value.get("paths"))
    for path in contract.paths:
        _sight(paths[path], "", ("paths", path), found)
    return found


def _deleted(contract: Contract) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in contract.paths:
        operation = contract.operation_at(path, "delete")
        for answer in operation.answers if operation is not None else ():
            reached = answer.walk(("object",)).shape
            for value in reached.named_values if reached is not None else ():
                if isinstance(value, str):
                    found.setdefault(value, path)
    return found


def _streamed(contract: Contract) -> frozenset[str]:
    return frozenset(
        name
        for operation in contract.operations()
        for response in operation.successes
        if "text/event-stream" in response.content
        for branch in response.content["text/event-stream"].branches
        for node in branch.nodes
        if (name := schema_name(node))
    )


def _sight(unit: object, schema: str, at: Pointer, found: dict[str, list[Sighting]]) -> None:
    """Note every value of a `type`, `event` or `object` below a part of the document.

    This goes through the whole contract, so it compares classes and appends one by one: twice as fast.
    """
    todo = [unit]
    while todo:
        value = todo.pop()
        if value.__class__ is dict:
            for inner in value.values():
                if inner.__class__ is dict or inner.__class__ is list:
                    todo.append(inner)  # noqa: PERF401 - grows as it is walked
            properties = value.get("properties")
            if properties.__class__ is dict:
                for key in ("type", "event", "object"):
                    if key in properties:
                        for name in _named(properties[key]):
                            if isinstance(name, str):
                                found.setdefault(name, []).append(Sighting(key, schema, at))
        elif value.__class__ is list:
            for inner in value:
                if inner.__class__ is dict or inner.__class__ is list:
                    todo.append(inner)  # noqa: PERF401 - grows as it is walked


def _place(contract: Contract, sighting: Sighting, name: str) -> Pointer:
    """The pointer to the schema that names a value, in the part where it was seen."""
    start = contract.schemas.references.at(sighting.unit)
    todo = [start] if isinstance(start, Node) else []
    while todo:
        value, at = todo.pop()
        if isinstance(value, dict):
            if name in _named(_mapping(value.get("properties")).get(sighting.key)):
                return (*at, "properties", sighting.key)
            todo.extend(Node(v, (*at, k)) for k, v in reversed(value.items()) if isinstance(v, (dict, list)))
        elif isinstance(value, list):
            todo.extend(Node(v, (*at, i)) for i, v in reversed(list(enumerate(value))))
    return sighting.unit


def _named(schema: object) -> list[object]:
    """The values that a schema's own `const` or `enum` names."""
    if not isinstance(schema, dict):
        return []
    if "const" in schema:
        return [schema["const"]]
    enum = schema.get("enum")
    return enum if isinstance(enum, list) else []


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
