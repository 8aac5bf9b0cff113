"""The vendor's official webhook events: what a connector's webhooks are held to.

An events document's value comes in; names, shapes of whole deliveries, signing and age come out. The
document may be broken in parts (the schema reports that): a part that cannot be read is left out alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from connlint.evidence.instances import Instances
    from connlint.evidence.shapes import Shape as Held
    from connlint.reading import Document, Location

Shape = dict[str, object]
"""A JSON Schema (draft 2020-12) as a value; it holds all that its references point to."""

_AGE = re.compile(r"([0-9]{1,5})([dw])")

# Keywords that say something of the whole value, so that laying one schema over another cannot be done
# member by member.
_COMBINING = frozenset({"$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "const", "enum"})


def parse_age(text: object) -> int | None:
    """Days of an age such as `180d` or `26w`; None when it is no age."""
    match = _AGE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    return int(match[1]) * (7 if match[2] == "w" else 1)


class EventName:
    """How a delivery says which event it is: by a body key (`path`, steps from the root) or a `header`."""

    __slots__ = ("header", "path")

    def __init__(self, *, path: tuple[str, ...] = (), header: str | None = None) -> None:
        self.path = path
        self.header = header

    @classmethod
    def read(cls, value: object) -> EventName | None:
        """The rule that `{json: type}`, `{json: [event, type]}` or `{header: X-GitHub-Event}` states."""
        if not isinstance(value, Mapping):
            return None
        key, header = value.get("json"), value.get("header")
        if isinstance(key, str) and key:
            return cls(path=(key,))
        if isinstance(key, list) and key and all(isinstance(step, str) for step in key):
            return cls(path=tuple(key))
        if isinstance(header, str) and header:
            return cls(header=header)
        return None

    def of(self, body: object, headers: Mapping[str, str] | None = None) -> str | None:
        """The name of the event that a delivery carries, or None when it does not say."""
        if self.header is not None:
            wanted = self.header.lower()
            return next((text for name, text in (headers or {}).items() if name.lower() == wanted), None)
        for step in self.path:
            if not isinstance(body, Mapping) or step not in body:
                return None
            body = body[step]
        return body if isinstance(body, str) else None

    def __str__(self) -> str:
        return f"header {self.header}" if self.header is not None else f"body key {'.'.join(self.path)}"


class Signing(NamedTuple):
    """How deliveries are signed.

    `scheme` is `standard-webhooks`, `hmac` or `none`; the rest holds for `hmac` only. `value` is the
    signature header's text with `{signature}` in it (GitHub `sha256={signature}`, Stripe
    `t={timestamp},v1={signature}`); `over` is the signed text, in which `{body}`, `{timestamp}` and `{id}`
    stand for the delivery's; `timestamp_header` and `id_header` carry those two where `value` does not; `key`
    says how the secret is written (`text`, `hex` or `base64`).
    """

    scheme: str
    header: str = ""
    value: str = "{signature}"
    over: str = "{body}"
    algorithm: str = "sha256"
    encoding: str = "hex"
    key: str = "text"
    timestamp_header: str | None = None
    id_header: str | None = None

    @classmethod
    def read(cls, value: object) -> Signing | None:
        """The signing that an events document states, or None where it states none that can be read."""
        if not isinstance(value, Mapping):
            return None
        scheme = value.get("scheme")
        if scheme in ("standard-webhooks", "none"):
            return cls(str(scheme))
        hmac = value.get("hmac")
        settings = hmac if isinstance(hmac, Mapping) else value
        header = settings.get("header")
        if (scheme != "hmac" and hmac is None) or not isinstance(header, str):
            return None

        def text(key: str, default: str) -> str:
            found = settings.get(key)
            return found if isinstance(found, str) else default

        over = text("over", "body")
        return cls(
            scheme="hmac",
            header=header,
            value=text("value", text("prefix", "") + "{signature}"),
            over="{body}" if over == "body" else over,
            algorithm=text("algorithm", "sha256"),
            encoding=text("encoding", "hex"),
            key=text("key", "text"),
            timestamp_header=text("timestamp-header", "") or None,
            id_header=text("id-header", "") or None,
        )


class Event:
    """One official event.

    `resource` is the handle of the resource it belongs to; `replaced_by` the event to use instead; `note`
    the author's own word. `at` is its place in the document (its key), None when made from a bare value.
    """

    def __init__(self, name: str, entry: Mapping[str, object], events: Events) -> None:
        self.name = name
        self._entry = entry
        self._events = events

    @property
    def resource(self) -> str | None:
        """The handle of the resource that the list puts it under."""
        return _text(self._entry.get("resource"))

    @property
    def description(self) -> str | None:
        """What it means."""
        return _text(self._entry.get("description"))

    @property
    def note(self) -> str | None:
        """The author's own word on it."""
        return _text(self._entry.get("note"))

    @property
    def replaced_by(self) -> str | None:
        """The name of the event to use instead."""
        return _text(self._entry.get("replaced-by"))

    @property
    def deprecated(self) -> bool:
        """Whether the list marks it deprecated (`true` or a word of reason) or replaced."""
        mark = self._entry.get("deprecated")
        return mark is True or (isinstance(mark, str) and bool(mark)) or self.replaced_by is not None

    @property
    def pointer(self) -> tuple[str, ...]:
        """Its place in the events document."""
        return ("events", self.name)

    @property
    def at(self) -> Location | None:
        """Its place in the file: the key of its entry."""
        document = self._events.document
        return None if document is None else (document / "events" / self.name).key

    @cached_property
    def shape(self) -> Shape | None:
        """The whole delivery: the envelope with this event's own shape laid over it, its name a `const`.

        None when neither speaks of it. An event without a shape of its own keeps the envelope, opened
        (`additionalProperties: true`): what the envelope does not name is unknown then, not absent.
        """
        return self._events.delivery_shape(self.name, self._entry)

    @cached_property
    def held(self) -> tuple[Held, Instances] | None:
        """Its shape as one that selectors walk, and what holds deliveries to it; None without a shape."""
        if self.shape is None:
            return None
        from connlint.evidence.instances import Instances
        from connlint.evidence.shapes import Schemas

        schemas = Schemas(self.shape)
        return schemas.at(), Instances(schemas.references)

    @property
    def has_own_shape(self) -> bool:
        """Whether the document gives this event more than its name and the envelope."""
        return any(isinstance(self._entry.get(key), Mapping) for key in ("data", "shape"))

    def __repr__(self) -> str:
        return f"Event({self.name!r})"


class Events:
    """An events document, read. Iterating gives `Event`s in the document's order.

    `value` is the document's parsed value, `document` the document itself where there is one. Never
    raises: what cannot be read is left out.
    """

    def __init__(self, value: object, document: Document | None = None) -> None:
        self.value: Mapping[str, object] = value if isinstance(value, Mapping) else {}
        self.document = document
        source = self.value.get("source")
        self._source: Mapping[str, object] = source if isinstance(source, Mapping) else {}
        envelope, definitions = self.value.get("envelope"), self.value.get("$defs")
        self.envelope: Mapping[str, object] | None = envelope if isinstance(envelope, Mapping) else None
        self._definitions: Mapping[str, object] = definitions if isinstance(definitions, Mapping) else {}
        self.event_name = EventName.read(self.value.get("event-name"))
        self.signing = Signing.read(self.value.get("signing"))
        entries = self.value.get("events")
        self._events = {
            name: Event(name, entry if isinstance(entry, Mapping) else {}, self)
            for name, entry in (entries.items() if isinstance(entries, Mapping) else ())
            if isinstance(name, str) and (entry is None or isinstance(entry, Mapping))
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The official names, in the document's order."""
        return tuple(self._events)

    def get(self, name: str) -> Event | None:
        """The event of that name, or None."""
        return self._events.get(name)

    def __getitem__(self, name: str) -> Event:
        return self._events[name]

    def __contains__(self, name: object) -> bool:
        return name in self._events

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events.values())

    def __len__(self) -> int:
        return len(self._events)

    def __bool__(self) -> bool:
        return True  # a list without events is evidence too

    @property
    def vendor(self) -> str | None:
        """Whose events they are."""
        return _text(self.value.get("vendor"))

    @property
    def origin(self) -> str | None:
        """Where the list came from, in words (`source.from`)."""
        return _text(self._source.get("from"))

    @property
    def version(self) -> str | None:
        """The source's version."""
        version = self._source.get("version")
        return str(version) if isinstance(version, (str, int, float)) else None

    @property
    def retrieved(self) -> str | None:
        """The day on which the source was read, `YYYY-MM-DD`."""
        return _text(self._source.get("retrieved"))

    @property
    def stale_after(self) -> int | None:
        """The age in days at which the document calls itself old."""
        return parse_age(self._source.get("stale-after"))

    def delivery_shape(self, name: str, entry: Mapping[str, object]) -> Shape | None:
        """The whole delivery of an event that `entry` describes (`Event.shape` says more)."""
        data, own = entry.get("data"), entry.get("shape")
        shape: Shape | None = dict(self.envelope) if self.envelope is not None else None
        if isinstance(own, Mapping):
            shape = overlay(shape, own)
        if isinstance(data, Mapping):
            shape = overlay(shape, {"type": "object", "properties": {"data": data}})
        if shape is None:
            return None
        if not isinstance(own, Mapping) and not isinstance(data, Mapping):
            shape = _opened(shape)
        if self.event_name is not None and self.event_name.path:
            shape = with_event_name(shape, self.event_name.path, name)
        if self._definitions and _refers(shape):
            shape = {**shape, "$defs": self._definitions}
        return shape


def overlay(base: Mapping[str, object] | None, top: Mapping[str, object]) -> Shape:
    """One schema laid over another: a value that has the result's shape has both.

    Objects are laid over each other property by property, and what is required in one is required; a schema
    of `top` otherwise takes the place of the one in `base`. Where either combines schemas (`anyOf`, `$ref`,
    …), both stand in an `allOf`.
    """
    if not base:
        return dict(top)
    if _COMBINING & base.keys() or _COMBINING & top.keys():
        return {"allOf": [dict(base), dict(top)]}
    merged: Shape = {**base, **top}
    below, above = base.get("properties"), top.get("properties")
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        merged["properties"] = {
            **below,
            **{key: _overlaid(below.get(key), schema) for key, schema in above.items()},
        }
    needed = [*_names(base.get("required")), *_names(top.get("required"))]
    if needed:
        merged["required"] = list(dict.fromkeys(needed))
    return merged


def _overlaid(base: object, top: object) -> object:
    """A property laid over the envelope's: by member when both are plain objects, else in its place."""
    if not isinstance(base, Mapping) or not isinstance(top, Mapping):
        return top
    plain = not (_COMBINING & base.keys() or _COMBINING & top.keys())
    if plain and base.get("type") == "object" == top.get("type", "object"):
        merged = overlay(base, top)
        if "description" in base and "description" not in top:
            merged["description"] = base["description"]
        return merged
    if "description" in base and "description" not in top:
        return {**top, "description": base["description"]}
    return top


def _opened(shape: Shape) -> Shape:
    """An envelope that may hold more, at its root and in the objects of which it names no member."""
    opened: Shape = {"additionalProperties": True, **shape}
    properties = shape.get("properties")
    if isinstance(properties, Mapping):
        opened["properties"] = {
            key: {"additionalProperties": True, **schema}
            if isinstance(schema, Mapping) and schema.get("type") == "object" and "properties" not in schema
            else schema
            for key, schema in properties.items()
        }
    return opened


def with_event_name(shape: Mapping[str, object], path: tuple[str, ...], name: str) -> Shape:
    """The shape with the event's name as the constant at `path`, and every step of it required."""
    key, rest = path[0], path[1:]
    properties = shape.get("properties")
    found = properties.get(key) if isinstance(properties, Mapping) else None
    inner: Shape = dict(found) if isinstance(found, Mapping) else {}
    if rest:
        inner = with_event_name(inner or {"type": "object"}, rest, name)
    else:
        inner = {"const": name}
        if isinstance(found, Mapping) and isinstance(found.get("description"), str):
            inner["description"] = found["description"]
    named = dict(shape)
    named["properties"] = {**(properties if isinstance(properties, Mapping) else {}), key: inner}
    named["required"] = list(dict.fromkeys([*_names(shape.get("required")), key]))
    return named


def _refers(value: object) -> bool:
    """Whether a schema holds a reference. Its depth is bounded by what reading lets in."""
    if isinstance(value, Mapping):
        return "$ref" in value or any(_refers(item) for item in value.values())
    return isinstance(value, list) and any(_refers(item) for item in value)


def _names(value: object) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


class Staleness(NamedTuple):
    """How old an events document is: `age` in days (None: it names no day it was read), the `limit` it is
    held to (None: it has none), and whether it is past it."""

    age: int | None
    limit: int | None
    stale: bool


def staleness(events: Events, today: str, max_age: int | None = None) -> Staleness:
    """How old `events` are on the day `today` (`YYYY-MM-DD`), against `max_age` days or, without it, the
    document's own `stale-after`. A day in the future counts as age 0. Raises ValueError when `today` is no
    day.
    """
    from datetime import date

    limit = max_age if max_age is not None else events.stale_after
    now = date.fromisoformat(today)
    try:
        age = max((now - date.fromisoformat(events.retrieved or "")).days, 0)
    except ValueError:
        return Staleness(None, limit, stale=False)
    return Staleness(age, limit, stale=limit is not None and age > limit)
