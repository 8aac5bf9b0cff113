"""A JSON Schema that is a union of all deliveries, told apart by a constant.

Such as `TypeAdapter(Union[...]).json_schema()` of pydantic prints for an SDK's webhook type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connlint.evidence.event_import.assemble import constants, discriminator
from connlint.evidence.event_import.model import Findings, Found, ImportFailedError
from connlint.evidence.event_import.schemas import Schemas, local_fetch, one_line


def read_union(root: Mapping[str, object], *, descriptions: bool) -> Findings:
    """The events of a discriminated union. Raises ImportFailedError where the schema is none."""
    schemas = Schemas(root, descriptions=descriptions)
    branches = list(_branches(root, root))
    if len(branches) < 2:
        raise ImportFailedError(
            "the schema is no union of events",
            where="it has no `anyOf` or `oneOf` with a branch for each event",
            help="print the schema of the type that stands for any delivery, not of one event",
        )
    return union_findings(schemas, [(name, branch) for name, branch in branches], declared=_declared(root))


def union_findings(
    schemas: Schemas, branches: list[tuple[str, object]], *, declared: tuple[str, ...] = (), keyed: bool = False
) -> Findings:
    """The events that named schemas describe, one or several a schema.

    `declared` is the discriminator where the source names it; with `keyed` the events have the names that
    are given, and no key has to tell them apart.
    """
    raw = {name: schemas.shape(branch) for name, branch in branches}
    shapes, definitions = schemas.settle(raw)
    path: tuple[str, ...] = ()
    if not keyed:
        path = declared if declared and all(constants(s, declared) for s in shapes.values()) else ()
        path = path or discriminator(list(shapes.values()))
    events: list[Found] = []
    for name, shape in shapes.items():
        schema = dict(branches)[name]
        text = shape.get("description") or (one_line(schema.get("description")) if isinstance(schema, Mapping) else None)
        for event in constants(shape, path) if path else (name,):
            events.append(
                Found(
                    event,
                    shape,
                    description=str(text) if text else None,
                    deprecated=shape.get("deprecated") is True,
                    where=name,
                )
            )
    twice = next((e.name for at, e in enumerate(events) if e.name in {o.name for o in events[:at]}), None)
    if twice is not None:
        raise ImportFailedError(f"two schemas describe the event `{twice}`")
    key = {"json": path[0] if len(path) == 1 else list(path)} if path else None
    return Findings(tuple(events), key, definitions)
