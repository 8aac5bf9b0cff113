"""A JSON Schema that is a union of all deliveries, told apart by a constant.

Such as pydantic's `TypeAdapter(Union[...]).json_schema()` prints for an SDK's webhook type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from connlint.evidence.event_import.assemble import constants, discriminator
from connlint.evidence.event_import.model import Findings, Found, ImportFailedError
from connlint.evidence.event_import.schemas import Fetch, Schemas, Target, local_fetch, one_line

_NO_UNION: Final = "the schema is no union of events"
_ENDING: Final = re.compile(r"[^A-Za-z0-9]?(?:webhook)?[^A-Za-z0-9]?event$", re.IGNORECASE)


def read_union(root: Mapping[str, object], *, descriptions: bool, keyed: bool = False) -> Findings:
    """The events of a union. Their names are the constants of the key that tells the branches apart; with
    `keyed` those of the schemas, less an ending such as `_event` that all have. Raises ImportFailedError."""
    fetch = local_fetch(root)
    if keyed:
        return _read_keyed(root, Schemas(root, descriptions=descriptions))
    branches = list(union_branches(Target("the schema", root, root), fetch))
    if len(branches) < 2:
        raise ImportFailedError(
            _NO_UNION,
            where="it has no `anyOf` or `oneOf` with a branch for each event",
            help="print the schema of the type that stands for any delivery, not of one event",
        )
    return found_in(Schemas(root, descriptions=descriptions), branches)


def _read_keyed(root: Mapping[str, object], schemas: Schemas) -> Findings:
    """Each branch of the union is one event, whatever union it may be itself."""
    branches = root.get("anyOf") or root.get("oneOf")
    names: list[str] = []
    targets: list[Target] = []
    for at, branch in enumerate(branches if isinstance(branches, list) else ()):
        reference = branch.get("$ref") if isinstance(branch, Mapping) else None
        title = branch.get("title") if isinstance(branch, Mapping) else None
        name = str(reference).rpartition("/")[2] if reference is not None else title
        if not isinstance(name, str):
            raise ImportFailedError(
                f"branch {at + 1} of the union has no name", where="it is no `$ref` and has no `title`"
            )
        names.append(name)
        targets.append(Target(name, branch, root))
    if not targets:
        raise ImportFailedError(_NO_UNION)
    cut = all(_ENDING.search(name) for name in names)
    return found_in(schemas, targets, names={name: _ENDING.sub("", name) if cut else name for name in names})


def union_branches(start: Target, fetch: Fetch) -> Iterator[Target]:
    """The schemas that a union is made of, references followed, unions in unions opened; a schema that is no
    union is itself the one branch. What is referred to several times comes once."""
    opened: set[str] = set()
    stack = [start]
    while stack:
        here = stack.pop()
        schema = here.schema
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if isinstance(reference, str):
            target = fetch(reference, here.base)
            if target.identity not in opened:
                opened.add(target.identity)
                stack.append(target)
            continue
        # a union that also has properties of its own is one shape, with parts that vary
        union = None
        if isinstance(schema, Mapping) and "properties" not in schema:
            union = schema.get("anyOf") or schema.get("oneOf")
        if not isinstance(union, list):
            yield here
            continue
        inner = [Target(f"{here.identity} #{at}", branch, here.base) for at, branch in enumerate(union, 1)]
        stack.extend(reversed(inner))


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
