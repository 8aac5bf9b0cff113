"""A JSON Schema that is a union of all deliveries, told apart by a constant.

Such as pydantic's `TypeAdapter(Union[...]).json_schema()` prints for an SDK's webhook type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connlint.evidence.event_import.assemble import constants, discriminator
from connlint.evidence.event_import.model import Findings, Found, ImportFailedError
from connlint.evidence.event_import.schemas import Fetch, Schemas, Target, local_fetch, one_line


def read_union(root: Mapping[str, object], *, descriptions: bool) -> Findings:
    """The events of a discriminated union. Raises ImportFailedError where the schema is none."""
    fetch = local_fetch(root)
    branches = list(union_branches(Target("the schema", root, root), fetch))
    if len(branches) < 2:
        raise ImportFailedError(
            "the schema is no union of events",
            where="it has no `anyOf` or `oneOf` with a branch for each event",
            help="print the schema of the type that stands for any delivery, not of one event",
        )
    return found_in(Schemas(root, descriptions=descriptions), branches)


def union_branches(start: Target, fetch: Fetch, depth: int = 0) -> Iterator[Target]:
    """The schemas that a union is made of, references followed, unions in unions opened; a schema that is no
    union is itself the one branch."""
    schema = start.schema
    if not isinstance(schema, Mapping) or depth > 20:
        yield start
        return
    reference = schema.get("$ref")
    if isinstance(reference, str):
        yield from union_branches(fetch(reference, start.base), fetch, depth + 1)
        return
    # a union that also has properties of its own is one shape, with parts that vary
    union = None if "properties" in schema else schema.get("anyOf") or schema.get("oneOf")
    if not isinstance(union, list):
        yield start
        return
    for at, branch in enumerate(union):
        inner = Target(f"{start.identity} #{at + 1}", branch, start.base)
        yield from union_branches(inner, fetch, depth + 1)


def found_in(schemas: Schemas, branches: list[Target], *, names: Mapping[str, str] | None = None) -> Findings:
    """The events that the branches describe, one or several a branch.

    An event's name is the constant of the key that tells the branches apart, or what `names` gives for the
    branch's identity. Raises ImportFailedError where no key does, or two branches describe one event.
    """
    distinct = {branch.identity: branch for branch in branches}
    raw = {identity: schemas.shape(branch.schema, branch.base) for identity, branch in distinct.items()}
    shapes, definitions = schemas.settle(raw)
    path = discriminator(list(shapes.values())) if names is None else ()
    events: list[Found] = []
    seen: dict[str, str] = {}
    for identity, shape in shapes.items():
        schema = distinct[identity].schema
        assert isinstance(schema, Mapping)
        for name in constants(shape, path) if names is None else (names[identity],):
            if name in seen:
                raise ImportFailedError(
                    f"the event `{name}` is described twice", where=f"{seen[name]} and {identity}"
                )
            seen[name] = identity
            words = one_line(schema.get("description")) or one_line(schema.get("summary"))
            events.append(Found(name, shape, words, deprecated=schema.get("deprecated") is True))
    key = {"json": path[0] if len(path) == 1 else list(path)} if path else None
    return Findings(tuple(events), key, definitions)
