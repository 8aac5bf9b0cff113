"""From the events that an importer found to an events document: their names, their common envelope."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from connlint.evidence.event_import.model import Findings, Found, ImportFailedError
from connlint.evidence.event_import.schemas import with_inner
from connlint.evidence.events import EventName, Events, with_event_name

USUAL_KEYS: Final = (
    "type",
    "event",
    "event_type",
    "eventType",
    "event_name",
    "eventName",
    "topic",
    "kind",
    "name",
)
"""What vendors call the key that names the event, the most telling first."""

_WORDS: Final = frozenset({"description", "title", "note", "$comment", "default", "examples"})
_DEPRECATED: Final = re.compile(r"\W*deprecated\b", re.IGNORECASE)
_QUOTED: Final = re.compile(r"`([^`]+)`")


def constants(shape: Mapping[str, object], path: Sequence[str]) -> tuple[str, ...]:
    """The strings that the value at `path` of a shape can be; () when it is not limited to some.

    Parts of an `allOf` are looked through; branches of a union must all have such strings.
    """
    if not path:
        if isinstance(shape.get("const"), str):
            return (str(shape["const"]),)
        values = shape.get("enum")
        if isinstance(values, list) and values and all(isinstance(value, str) for value in values):
            return tuple(values)
    properties = shape.get("properties")
    if path and isinstance(properties, Mapping) and isinstance(properties.get(path[0]), Mapping):
        found = constants(properties[path[0]], path[1:])
        if found:
            return found
    for key in ("anyOf", "oneOf"):
        branches = shape.get(key)
        if isinstance(branches, list):
            each = [constants(branch, path) for branch in branches if isinstance(branch, Mapping)]
            if each and all(each):
                return tuple(dict.fromkeys(value for values in each for value in values))
    parts = shape.get("allOf")
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, Mapping) and (found := constants(part, path)):
            return found
    return ()


def discriminator(shapes: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """The path of the key whose constant tells all the shapes apart.

    Raises ImportFailedError where there is none, saying what was tried.
    """
    if not shapes:
        raise ImportFailedError("there is no event in it")
    paths = [path for path in _paths(shapes[0]) if constants(shapes[0], path)]
    usual = {name: rank for rank, name in enumerate(USUAL_KEYS)}
    paths.sort(key=lambda path: (len(path), usual.get(path[-1], len(usual))))
    rejected: list[str] = []
    for path in paths:
        seen: set[str] = set()
        for shape in shapes:
            values = constants(shape, path)
            if not values or seen.intersection(values):
                why = (
                    f"is {min(seen.intersection(values))!r} in several" if values else "is not in all of them"
                )
                rejected.append(f"`{'.'.join(path)}` {why}")
                break
            seen.update(values)
        else:
            return path
    raise ImportFailedError(
        "no key tells the events apart: an event's name is the one constant of a key that every delivery has",
        where="; ".join(rejected[:3]) or "no key has a `const`, or an `enum` of its own",
        help="if a header names the event, import with names taken from the source's own keys: --names keys",
    )


def _paths(shape: Mapping[str, object]) -> Iterator[tuple[str, ...]]:
    """Paths of properties, two levels deep, parts and branches looked through."""
    for name, inner in _members(shape):
        yield (name,)
        for below, _ in _members(inner):
            yield (name, below)


def _members(shape: Mapping[str, object]) -> list[tuple[str, Mapping[str, object]]]:
    found: dict[str, Mapping[str, object]] = {}
    stack: list[Mapping[str, object]] = [shape]
    while stack:
        here = stack.pop()
        properties = here.get("properties")
        if isinstance(properties, Mapping):
            for name, inner in properties.items():
                if isinstance(inner, Mapping):
                    found.setdefault(name, inner)
        for key in ("allOf", "anyOf", "oneOf"):
            branches = here.get(key)
            if isinstance(branches, list):
                stack.extend(branch for branch in branches if isinstance(branch, Mapping))
    return list(found.items())


def document(
    findings: Findings,
    head: Mapping[str, object],
    *,
    descriptions: bool,
    event_name: Mapping[str, object] | None = None,
    signing: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """The events document's value, events sorted by name.

    `head` is what comes first; `event_name` overrides what the source says of it; `signing` is what the
    document says of it; `descriptions` keeps the vendor's words.
    """
    rule = event_name or findings.event_name
    top = dict(head)
    if rule is not None:
        top["event-name"] = dict(rule)
    if signing is not None:
        top["signing"] = dict(signing)
    tail = {"$defs": {name: dict(shape) for name, shape in findings.definitions.items()}}
    if not findings.definitions:
        del tail["$defs"]
    name_rule = EventName.read(rule)
    path = name_rule.path if name_rule is not None else ()
    events = [
        replace(event, shape=with_event_name(event.shape, path, event.name))
        if path and event.shape is not None
        else event
        for event in sorted(findings.events, key=lambda event: event.name)
    ]
    envelope = _envelope(events, path)
    if envelope is not None:
        value = {
            **top,
            "envelope": envelope,
            **tail,
            "events": _entries(events, envelope, path, descriptions),
        }
        if _says_the_same(value, events):
            return value
    return {**top, **tail, "events": _entries(events, None, path, descriptions)}


def _entries(
    events: Sequence[Found], envelope: Mapping[str, object] | None, path: tuple[str, ...], descriptions: bool
) -> dict[str, dict[str, object]]:
    entries: dict[str, dict[str, object]] = {}
    names = {event.name for event in events}
    for event in events:
        entry: dict[str, object] = {}
        words = event.words or ""
        if words and descriptions:
            entry["description"] = words
        if event.deprecated or _DEPRECATED.match(words):
            entry["deprecated"] = True
            others = (name for name in _QUOTED.findall(words) if name in names and name != event.name)
            if replacement := next(others, None):
                entry["replaced-by"] = replacement
        if event.shape is not None:
            shape = {word: value for word, value in event.shape.items() if word != "description"}
            entry.update(_own(shape, envelope, path))
        entries[event.name] = entry
    return entries


def _plain(shape: Mapping[str, object]) -> bool:
    return (
        shape.get("type") == "object" and isinstance(shape.get("properties"), Mapping) and "$ref" not in shape
    )


def _envelope(events: Sequence[Found], path: tuple[str, ...]) -> dict[str, object] | None:
    """What all deliveries have in common; None where that is nothing worth saying once."""
    shapes = [event.shape for event in events if event.shape is not None]
    if len(shapes) < 2 or not all(_plain(shape) for shape in shapes):
        return None
    members = [dict(_members(shape)) for shape in shapes]
    required = [set(_names(shape.get("required"))) for shape in shapes]
    common: dict[str, object] = {}
    for name in members[0]:
        if not all(name in each for each in members):
            continue
        schemas = [each[name] for each in members]
        if (name,) == path:
            common[name] = {"type": "string", **_common_words(schemas)}
        else:
            # what `data` holds is the event's own, even where all hold the same
            common[name] = _general(schemas, whole=name != "data")
    if len(common) < 2:
        return None
    envelope: dict[str, object] = {"type": "object"}
    needed = [name for name in common if all(name in each for each in required)]
    if needed:
        envelope["required"] = needed
    envelope["properties"] = common
    return envelope


def _general(schemas: Sequence[Mapping[str, object]], *, whole: bool) -> dict[str, object]:
    """What all the schemas of one property have in common; of objects the members only with `whole`, where
    they are described in the same words."""
    said = _common_words(schemas)
    first = _undescribed(schemas[0])
    if (whole or "properties" not in first) and all(_undescribed(schema) == first for schema in schemas[1:]):
        return {**first, **said}
    if all(schema.get("type") == "object" for schema in schemas):
        return {"type": "object", **said}
    values: list[object] = []
    for schema in schemas:
        constant = [schema["const"]] if "const" in schema else schema.get("enum")
        if not isinstance(constant, list):
            return {**_common_kinds(schemas), **said}
        values.extend(value for value in constant if value not in values)
    # null last, as in every other enum
    return {"enum": sorted(values, key=lambda value: value is None), **said}


def _undescribed(schema: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in schema.items() if key != "description"}


def _common_kinds(schemas: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """The types that the schemas name, together; nothing when one of them names none."""
    kinds: list[object] = []
    for schema in schemas:
        kind = schema.get("type")
        if kind is None:
            return {}
        kinds.extend(one for one in (kind if isinstance(kind, list) else [kind]) if one not in kinds)
    return {"type": kinds[0] if len(kinds) == 1 else kinds}


def _common_words(schemas: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The description that more than half of the schemas have."""
    from collections import Counter

    text, count = Counter(schema.get("description") for schema in schemas).most_common(1)[0]
    return {"description": text} if text and count * 2 > len(schemas) else {}


def _own(
    shape: Mapping[str, object], envelope: Mapping[str, object] | None, path: tuple[str, ...]
) -> dict[str, object]:
    """What an event's entry says beyond the envelope: `data` alone where that is all, else `shape`.

    The body key at `path` is left out: the entry's own name says it.
    """
    properties = shape.get("properties")
    common = envelope.get("properties") if envelope is not None else None
    if envelope is None or not isinstance(properties, Mapping) or not isinstance(common, Mapping):
        return {"shape": shape}
    own = {
        name: _without_repeated_words(schema, common.get(name))
        for name, schema in properties.items()
        if name not in common or ((name,) != path and wordless(schema) != wordless(common[name]))
    }
    needed = [name for name in _names(shape.get("required")) if name not in _names(envelope.get("required"))]
    rest = {word: value for word, value in shape.items() if word not in ("type", "properties", "required")}
    if own.keys() == {"data"} and not needed and not rest:
        return {"data": own["data"]}
    result: dict[str, object] = {**rest}
    if needed:
        result["required"] = needed
    if own:
        result["properties"] = own
    return {"shape": result or {"type": "object"}}


def _without_repeated_words(schema: object, common: object) -> object:
    """A property's schema without the description that the envelope gives it anyway."""
    if not isinstance(schema, Mapping) or not isinstance(common, Mapping):
        return schema
    if "description" not in common or schema.get("description") != common["description"]:
        return schema
    return {key: value for key, value in schema.items() if key != "description"}


def _says_the_same(value: Mapping[str, object], events: Iterable[Found]) -> bool:
    """Whether the document with the envelope still says of each event exactly what was found."""
    read = Events(value)
    return all(event.shape is None or same_shape(read[event.name].shape, event.shape) for event in events)


def same_shape(left: Mapping[str, object] | None, right: Mapping[str, object] | None) -> bool:
    """Whether two shapes say the same of a delivery, words apart. Definitions are compared by name."""
    if left is None or right is None:
        return left is right
    bare = [{key: value for key, value in side.items() if key != "$defs"} for side in (left, right)]
    return wordless(bare[0]) == wordless(bare[1])


def is_authors(keyword: str) -> bool:
    """Whether a keyword of a schema only speaks to people, so that an author may have put it there."""
    return keyword in _WORDS or keyword.startswith("x-")


def wordless(schema: Mapping[str, object]) -> dict[str, object]:
    """A schema without words, in which the order of what is required says nothing."""
    bare = {key: value for key, value in schema.items() if not is_authors(key)}
    if "required" in bare:
        bare["required"] = sorted(_names(bare["required"]))
    return with_inner(bare, wordless)


def _names(value: object) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []
