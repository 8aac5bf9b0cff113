"""What changed between two events documents: added, removed, renamed, reshaped, deprecated.

Whole deliveries are compared, so it does not matter which part the envelope holds and which the event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from connlint.evidence.events import Event, Events
from connlint.text import distance

_DEEPEST: Final = 60
_MOST_VISITS: Final = 50_000
"""Past these limits the rest of a shape is not compared; nobody's delivery is that large."""

_NEAR: Final = 2


@dataclass(frozen=True)
class Change:
    """One change of a shape.

    `path` is where in the delivery (`data.sip_headers[].name`; "" is the whole body); `kind` is "added",
    "removed", "retyped", "values" (the constants it is limited to), "required" or "optional"; `before` and
    `after` are words for what was there and is.
    """

    path: str
    kind: str
    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        where = f"`{self.path}`" if self.path else "the delivery"
        if self.kind == "added":
            return f"{where} is new: {self.after}"
        if self.kind == "removed":
            return f"{where} is gone (was {self.before})"
        if self.kind == "required":
            return f"{where} is always there now"
        if self.kind == "optional":
            return f"{where} may be absent now"
        return f"{where} is {self.after} (was {self.before})"


@dataclass(frozen=True)
class Renamed:
    """An event that likely has another name now: the same shape under a near name, or so the list says."""

    before: str
    after: str
    why: str


@dataclass(frozen=True)
class Reshaped:
    """An event and what changed in its delivery, by path."""

    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Deprecated:
    """An event that is marked deprecated now, and was not."""

    name: str
    replaced_by: str | None


@dataclass(frozen=True)
class EventsDiff:
    """All that differs; names are sorted. `settings` are changes of the document's own: how a delivery names
    its event, how it is signed."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    reshaped: tuple[Reshaped, ...] = ()
    deprecated: tuple[Deprecated, ...] = ()
    settings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.added, self.removed, self.renamed, self.reshaped, self.deprecated, self.settings))


@dataclass
class _Place:
    """What a shape says of one place in a delivery."""

    kinds: set[str] = field(default_factory=set)
    values: list[object] | None = field(default_factory=list)
    always: bool = True

    @property
    def type_words(self) -> str:
        kinds = sorted(self.kinds - {"null"}) or sorted(self.kinds)
        text = " or ".join(kinds) or "anything"
        return f"{text} or null" if "null" in self.kinds and kinds != ["null"] else text

    @property
    def words(self) -> str:
        if not self.values:
            return self.type_words
        import json

        shown = [json.dumps(value, ensure_ascii=False) for value in self.values]
        return " or ".join(shown[:6]) + (f" or {len(shown) - 6} more" if len(shown) > 6 else "")


def diff(before: Events, after: Events) -> EventsDiff:
    """What differs between two documents of one vendor, from `before` to `after`."""
    old, new = set(before.names), set(after.names)
    removed, added = sorted(old - new), sorted(new - old)
    renamed = _renamed([before[name] for name in removed], [after[name] for name in added], after)
    gone, come = {one.before for one in renamed}, {one.after for one in renamed}
    reshaped = []
    for name in sorted(old & new):
        changes = tuple(shape_changes(before[name].shape, after[name].shape))
        if changes:
            reshaped.append(Reshaped(name, changes))
    return EventsDiff(
        added=tuple(name for name in added if name not in come),
        removed=tuple(name for name in removed if name not in gone),
        renamed=tuple(renamed),
        reshaped=tuple(reshaped),
        deprecated=tuple(
            Deprecated(event.name, event.replaced_by)
            for event in sorted(after, key=lambda event: event.name)
            if event.deprecated and not (event.name in before and before[event.name].deprecated)
        ),
        settings=tuple(_settings(before, after)),
    )


def _settings(before: Events, after: Events) -> Iterator[str]:
    old, new = before.event_name, after.event_name
    if old is not None and new is not None and (old.path, old.header) != (new.path, new.header):
        yield f"a delivery names its event by {new} (was {old})"
    if before.signing is not None and after.signing is not None and before.signing != after.signing:
        yield f"deliveries are signed by {_signing(after)} (was {_signing(before)})"


def _signing(events: Events) -> str:
    signing = events.signing
    assert signing is not None
    if signing.scheme != "hmac":
        return signing.scheme
    return f"hmac {signing.algorithm} of {signing.over} in {signing.header}: {signing.value}"


def _renamed(removed: list[Event], added: list[Event], after: Events) -> list[Renamed]:
    """Pairs that are one event under two names; none where two names are equally likely."""
    found: list[Renamed] = []
    taken: set[str] = set()
    for old in removed:
        near = [new for new in added if new.name not in taken and _near(old.name, new.name)]
        same = [new for new in near if not list(shape_changes(_unnamed(old, after), _unnamed(new, after)))]
        if len(same) == 1:
            shape = "the same shape, " if old.has_own_shape else ""
            found.append(Renamed(old.name, same[0].name, f"{shape}a near name"))
            taken.add(same[0].name)
    return found


def _unnamed(event: Event, events: Events) -> Mapping[str, object] | None:
    """A delivery's shape without the constant that is the event's own name."""
    shape = event.shape
    path = events.event_name.path if events.event_name is not None else ()
    properties = shape.get("properties") if shape is not None else None
    if shape is None or len(path) != 1 or not isinstance(properties, Mapping):
        return shape
    return {**shape, "properties": {**properties, path[0]: {"type": "string"}}}


def _near(old: str, new: str) -> bool:
    """Whether one name may be another spelling of the other."""
    plain = [name.lower().translate(str.maketrans("_-/", "...")) for name in (old, new)]
    return plain[0] == plain[1] or distance(plain[0], plain[1], _NEAR) <= _NEAR


# --- shapes


def shape_changes(
    before: Mapping[str, object] | None, after: Mapping[str, object] | None
) -> Iterator[Change]:
    """What changed in a delivery's shape, by path. Of what was added or removed as a whole, the top only.

    Nothing where one of the two says nothing of the shape.
    """
    if before is None or after is None:
        return
    old, new = places(before), places(after)
    for path in sorted(old.keys() | new.keys(), key=lambda path: (path.count("."), path)):
        if _has_parent(path, old, new):
            was, now = old.get(path), new.get(path)
            if was is None and now is not None:
                yield Change(path, "added", after=now.words)
            elif now is None and was is not None:
                yield Change(path, "removed", before=was.words)
            elif was is not None and now is not None:
                yield from _changes(path, was, now)


def _has_parent(path: str, old: Mapping[str, _Place], new: Mapping[str, _Place]) -> bool:
    """Whether both shapes have the place that holds this one."""
    if not path:
        return True
    parent = path[:-2] if path.endswith("[]") else path.rpartition(".")[0]
    return parent in old and parent in new


def _changes(path: str, was: _Place, now: _Place) -> Iterator[Change]:
    if was.kinds != now.kinds:
        yield Change(path, "retyped", was.type_words, now.type_words)
    elif _identity(was.values) != _identity(now.values):
        yield Change(path, "values", was.words, now.words)
    if was.always != now.always:
        yield Change(path, "required" if now.always else "optional")


def _identity(values: list[object] | None) -> object:
    return None if not values else sorted(f"{type(value).__name__} {value}" for value in values)


def places(shape: Mapping[str, object]) -> dict[str, _Place]:
    """Every place that a shape names, by its path in the delivery; branches of unions are laid together."""
    definitions = shape.get("$defs")
    visit = _Visit(definitions if isinstance(definitions, Mapping) else {})
    visit.value(shape, "", (), always=True)
    return visit.found


class _Visit:
    """One walk over a shape. It stops at a fixed amount of work, whatever the shape."""

    def __init__(self, definitions: Mapping[str, object]) -> None:
        self.found: dict[str, _Place] = {}
        self._definitions = definitions
        self._left = _MOST_VISITS

    def value(self, shape: object, path: str, inside: tuple[str, ...], *, always: bool) -> None:
        """Note what a schema says of the value at `path`. `inside` are the definitions that led here."""
        self._left -= 1
        if self._left < 0 or len(inside) > _DEEPEST:
            return
        place = self.found.setdefault(path, _Place(always=always))
        place.always = place.always and always
        if not isinstance(shape, Mapping):
            place.values = None
            return
        parts: list[object] = [
            part for word in ("allOf", "anyOf", "oneOf") for part in _list(shape.get(word))
        ]
        reference = shape.get("$ref")
        if isinstance(reference, str):
            name = reference.removeprefix("#/$defs/")
            if name in inside:
                return
            inside = (*inside, name)
            parts.append(self._definitions.get(name, {}))
        _value(shape, place, combined=bool(parts))
        for part in parts:
            self.value(part, path, (*inside, ""), always=always)
        properties, items = shape.get("properties"), shape.get("items")
        required = _list(shape.get("required"))
        for key, inner in properties.items() if isinstance(properties, Mapping) else ():
            below = f"{path}.{key}" if path else str(key)
            self.value(inner, below, (*inside, ""), always=key in required)
        if isinstance(items, Mapping):
            self.value(items, f"{path}[]", (*inside, ""), always=True)


def _value(shape: Mapping[str, object], place: _Place, *, combined: bool) -> None:
    """Note what kinds and constants a shape allows at a place."""
    values = [shape["const"]] if "const" in shape else shape.get("enum")
    if isinstance(values, list):
        place.kinds.update(_kind(value) for value in values)
        if place.values is not None:
            place.values.extend(value for value in values if value not in place.values)
        return
    kind = shape.get("type")
    if kind is None and combined:
        return
    if kind is not None:
        place.kinds.update(str(one) for one in _list(kind) or [kind])
    elif "properties" in shape:
        place.kinds.add("object")
    if kind != "null":
        place.values = None  # more than constants is allowed here


def _kind(value: object) -> str:
    from connlint.connector.selectors import json_kind

    return json_kind(value)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
