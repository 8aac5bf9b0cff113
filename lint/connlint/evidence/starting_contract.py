"""A contract's operations and events, chosen by tags and paths, and the contract cut down to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.connector.addresses import matches
from connlint.evidence.contract import path_shape

if TYPE_CHECKING:
    from connlint.evidence.contract import Contract, ContractEvent, ContractOperation

CUT: Final = "x-cut"
"""The key of a contract's note that it is a part of the vendor's."""

_WORDS: Final = re.compile(r"[A-Za-z0-9]+")
_COMPONENTS: Final = "#/components/"


class Choice(NamedTuple):
    """What an author chose: tags and patterns of paths and of events' names. Without any, everything.

    Only `*` is special in a pattern, and stands for any text; a path takes what lies below it too. Case
    does not count in tags.
    """

    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether nothing was said about operations."""
        return not self.tags and not self.paths


class Nothing(Exception):
    """A tag or a pattern chose nothing; the message is for people."""


def tags_of(operation: ContractOperation) -> tuple[str, ...]:
    """The operation's tags as written."""
    paths = operation.contract.value.get("paths")
    item = paths.get(operation.path) if isinstance(paths, dict) else None
    node = operation.contract.schemas.references.follow(item, ("paths", operation.path))
    value = getattr(node, "value", None)
    entry = value.get(operation.method.lower()) if isinstance(value, dict) else None
    tags = entry.get("tags") if isinstance(entry, dict) else None
    return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()


def chosen_operations(contract: Contract, choice: Choice) -> list[ContractOperation]:
    """The operations that a choice takes, in the contract's order. Raises Nothing for a tag, a path or an
    event that the contract does not have."""
    every = list(contract.operations())
    if choice.is_all:
        return every
    tagged = [(operation, frozenset(tag.casefold() for tag in tags_of(operation))) for operation in every]
    known_tags = dict.fromkeys(tag for operation in every for tag in tags_of(operation))
    tags = [tag.casefold() for tag in choice.tags]
    for wish, glob in zip(choice.tags, tags, strict=True):
        if not any(matches(glob, tag.casefold()) for tag in known_tags):
            raise Nothing(_missing("tag", wish, known_tags))
    for wish in choice.paths:
        if not any(_path_matches(wish, path) for path in contract.paths):
            near = contract.nearest_path(wish) if "*" not in wish else None
            raise Nothing(_missing("path", wish, contract.paths, near))
    return [
        operation
        for operation, its_tags in tagged
        if any(matches(glob, tag) for glob in tags for tag in its_tags)
        or any(_path_matches(glob, operation.path) for glob in choice.paths)
    ]


def chosen_events(
    contract: Contract, choice: Choice, collections: Mapping[str, str]
) -> dict[str, ContractEvent]:
    """The events that a choice takes: those named; else all of them with all operations, and with some those
    that belong to one of the `collections` (handles by their words, see `words_of`).

    Deprecated ones are left out unless named. Raises Nothing for a pattern that no event has.
    """
    if choice.events:
        for wish in choice.events:
            if not any(matches(wish, name) for name in contract.events):
                raise Nothing(_missing("event", wish, contract.events))
        return {
            name: event
            for name, event in contract.events.items()
            if any(matches(glob, name) for glob in choice.events)
        }
    return {
        name: event
        for name, event in contract.events.items()
        if not event.deprecated and (choice.is_all or home_of_event(name, collections) is not None)
    }


def words_of(name: str) -> str:
    """A handle's or an event's words, each in the singular: `fine_tuning_jobs` is `fine tuning job`."""
    from connlint.evidence.drafting import singular

    return " ".join(singular(word.lower()) for word in _WORDS.findall(name))


def home_of_event(name: str, collections: Mapping[str, str]) -> str | None:
    """The handle of the resource that an event is about: the longest start of its name that is one's."""
    words = words_of(name).split(" ")
    for length in range(len(words) - 1, 0, -1):
        found = collections.get(" ".join(words[:length]))
        if found is not None:
            return found
    return None


def _path_matches(glob: str, path: str) -> bool:
    """Whether a pattern is that of a path, or of one above it."""
    plain = glob if glob.startswith(("/", "*")) else f"/{glob}"
    plain = plain.rstrip("/") or "/"
    return matches(plain, path) or (plain != "/" and matches(f"{plain}/*", path))


def _missing(what: str, wish: str, known: Iterable[str], near: str | None = None) -> str:
    """What is said where nothing is chosen."""
    from connlint.text import nearest

    names = list(known)
    if not names:
        return f"the contract has no {what}s at all, so none is `{wish}`"
    near = near or nearest(wish, names)
    if near:
        return f"the contract has no {what} `{wish}`; did you mean `{near}`?"
    folded = wish.strip("*/").casefold()
    like = [name for name in names if folded and folded in name.casefold()][:5]
    if like:
        return f"the contract has no {what} `{wish}`; near are {', '.join(f'`{name}`' for name in like)}"
    return f"the contract has no {what} `{wish}`; `--list` shows its tags and paths"


# --- the list


class Offer(NamedTuple):
    """What there is to choose from: tags with the number of their operations, paths with their methods, and
    events' names."""

    tags: dict[str, int]
    untagged: int
    paths: dict[str, list[str]]
    events: list[str]


def offer(operations: Sequence[ContractOperation], contract: Contract) -> Offer:
    """What there is to choose from among some of a contract's operations."""
    tags: dict[str, int] = {}
    paths: dict[str, list[str]] = {}
    untagged = 0
    for operation in operations:
        its_tags = tags_of(operation)
        untagged += not its_tags
        for tag in its_tags:
            tags[tag] = tags.get(tag, 0) + 1
        paths.setdefault(operation.path, []).append(operation.method)
    return Offer(tags, untagged, paths, list(contract.events))


# --- the contract, cut down


def pruned(
    contract: Contract, operations: Iterable[ContractOperation], events: Iterable[ContractEvent], note: str
) -> dict[str, object]:
    """The contract with these operations and webhooks only, and the components that they reach.

    All that a connector is held to is there: servers, security schemes, parameters of paths, schemas, also
    those that a discriminator reaches. `note` says in the document what was left out.
    """
    value = contract.value
    methods: dict[str, set[str]] = {}
    for operation in operations:
        methods.setdefault(operation.path, set()).add(operation.method.lower())
    # the contract's first path of a shape is the one that a connector's path is compared with
    shapes = {path_shape(path) for path in methods}
    keys = {event.key for event in events}
    made: dict[str, object] = {}
    for key, part in value.items():
        if key == "paths" and isinstance(part, dict):
            made[key] = {
                path: _item(item, methods.get(path)) if path in methods else item
                for path, item in part.items()
                if path in methods or ("?" not in path and path_shape(path) in shapes)
            }
        elif key in ("webhooks", "x-webhooks"):
            kept = (
                {name: item for name, item in part.items() if name in keys} if isinstance(part, dict) else {}
            )
            made.update({key: kept} if kept else {})
        elif key == "info" and isinstance(part, dict):
            made[key] = {**part, "version": f"{part.get('version', '')} (a part)".strip()}
        elif key not in ("components", "tags") and not (key.startswith("x-") and key != CUT):
            made[key] = part
        if key == "openapi":
            made[CUT] = note
    components = value.get("components")
    if isinstance(components, dict):
        made["components"] = _Reached(value, components).of(made)
    return made


def _item(item: object, methods: set[str] | None) -> object:
    """A path item with these methods only; one that is a reference as it is."""
    from connlint.evidence.contract import METHODS

    if not isinstance(item, dict) or methods is None or "$ref" in item:
        return item
    return {key: part for key, part in item.items() if key not in METHODS or key in methods}


class _Reached:
    """The components that parts of a contract refer to, directly or not."""

    def __init__(self, value: Mapping[str, object], components: Mapping[str, object]) -> None:
        self._value = value
        self._components = components
        self._children: dict[str, list[str]] | None = None

    def of(self, made: dict[str, object]) -> dict[str, object]:
        """The components that `made` reaches, in their order; security schemes stay. A reference to a part
        of another path brings that path along (into `made`)."""
        wanted: set[tuple[str, str]] = set()
        pending: list[object] = [made]
        while pending:
            here = pending.pop()
            if isinstance(here, list):
                pending.extend(here)
            elif isinstance(here, dict):
                for reference in self._references(here):
                    if reference is None:
                        # by a name that may be anywhere: nothing can be told to be out of reach
                        return dict(self._components)
                    pending.extend(self._arrive(reference, wanted, made))
                pending.extend(here.values())
        return {
            section: {
                name: item
                for name, item in inner.items()
                if section == "securitySchemes" or (section, name) in wanted
            }
            for section, inner in self._components.items()
            if isinstance(inner, dict)
            and (section == "securitySchemes" or any((section, name) in wanted for name in inner))
        }

    def _references(self, here: Mapping[str, object]) -> Iterator[str | None]:
        """What an object refers to; None for a name that an anchor somewhere gives."""
        for word in ("$ref", "operationRef"):
            text = here.get(word)
            if isinstance(text, str):
                yield text if text.startswith("#/") or not text.startswith("#") else None
        if "$dynamicRef" in here or "$recursiveRef" in here:
            yield None
        discriminator = here.get("discriminator")
        if not isinstance(discriminator, dict):
            return
        mapping = discriminator.get("mapping")
        for text in mapping.values() if isinstance(mapping, dict) else ():
            if isinstance(text, str):
                yield text if "#" in text else f"{_COMPONENTS}schemas/{text}"
        if "oneOf" not in here and "anyOf" not in here:
            yield from self._extending(here)

    def _extending(self, base: Mapping[str, object]) -> Iterator[str]:
        """The schemas that extend a base by `allOf`."""
        schemas = self._components.get("schemas")
        if not isinstance(schemas, dict):
            return
        if self._children is None:
            self._children = {}
            for name, schema in schemas.items():
                members = schema.get("allOf") if isinstance(schema, dict) else None
                for member in members if isinstance(members, list) else ():
                    if isinstance(member, dict) and isinstance(member.get("$ref"), str):
                        self._children.setdefault(member["$ref"], []).append(name)
        for name, schema in schemas.items():
            if schema is base:
                for child in self._children.get(f"{_COMPONENTS}schemas/{_escaped(name)}", ()):
                    yield f"{_COMPONENTS}schemas/{_escaped(child)}"

    def _arrive(
        self, reference: str, wanted: set[tuple[str, str]], made: dict[str, object]
    ) -> Iterator[object]:
        """What a reference brings along."""
        from urllib.parse import unquote

        steps = [
            unquote(step).replace("~1", "/").replace("~0", "~") for step in reference[2:].split("/", 3)[:3]
        ]
        if reference.startswith(_COMPONENTS) and len(steps) == 3:
            place = (steps[1], steps[2])
            if place not in wanted:
                wanted.add(place)
                inner = self._components.get(steps[1])
                yield inner.get(steps[2]) if isinstance(inner, dict) else None
        elif reference.startswith(("#/paths/", "#/webhooks/", "#/x-webhooks/")):
            source, target = self._value.get(steps[0]), made.setdefault(steps[0], {})
            if isinstance(source, dict) and isinstance(target, dict) and steps[1] in source:
                whole = source[steps[1]]
                if target.get(steps[1]) is not whole:
                    target[steps[1]] = whole
                    yield whole
        elif reference.startswith("#/") and steps[0] not in made and steps[0] in self._value:
            made[steps[0]] = self._value[steps[0]]
            yield self._value[steps[0]]


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
