"""Re-import: what the vendor says now, laid over a document that an author has worked on.

The vendor's facts follow the source: which events there are, their shapes, the source's version and date.
The author's stay: comments, `note`, `resource`, descriptions they wrote, how old the list may become, how
deliveries are signed. Importing the same source twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connlint.evidence.event_import.assemble import is_authors, same_shape, wordless
from connlint.evidence.event_import.model import ImportFailedError
from connlint.evidence.event_import.schemas import ordered
from connlint.evidence.events import Event, Events
from connlint.reading import CONTRACT_LIMITS, Document, read
from connlint.reading.yaml_text import member_text

_INFERRED: Final = "inferred from "


@dataclass(frozen=True)
class Removed:
    """An event that the source no longer has, with what the author had written to it."""

    name: str
    resource: str | None
    note: str | None


@dataclass(frozen=True)
class Merged:
    """The merged document's text, its value, and what changed: names, sorted."""

    text: str
    value: dict[str, object]
    added: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()
    changed: tuple[str, ...] = ()


def fresh(imported: Mapping[str, object]) -> str:
    """The text of a new events document, in YAML, with its parts set apart."""
    vendor = imported.get("vendor")
    lines = [
        f"# What {vendor or 'the vendor'} delivers by webhook. Made by `connlint events import`; comments,",
        "# `note:` and `resource:` survive a re-import.",
    ]
    parts = ["\n".join(lines) + "\n"]
    for key, value in imported.items():
        if key == "vendor":
            parts[0] += member_text(key, value)
        elif key == "events" and isinstance(value, Mapping) and value:
            entries = [member_text(name, entry, 2) for name, entry in value.items()]
            parts.append("events:\n" + "\n".join(entries))
        elif key == "source" and len(parts) == 1:
            parts[0] += member_text(key, value)
        else:
            parts.append(member_text(key, value))
    return "\n".join(parts)


def merge(
    existing: str,
    imported: Mapping[str, object],
    *,
    name: str = "events.yaml",
    replace_descriptions: bool = False,
) -> Merged:
    """`imported` (an events document's value) laid over the text of an existing document, YAML or JSON.

    The text stays, character by character, where nothing changed. With `replace_descriptions` the vendor's
    words take the place of the author's. Raises ImportFailedError where the existing text is no events
    document, or is written in a way that cannot be changed in place.
    """
    document = _read(existing, name)
    old = document.value
    if not isinstance(old, dict) or not isinstance(old.get("events"), dict) or "source" not in old:
        raise ImportFailedError(
            "it is no events document: it lacks `source` or `events`",
            help="write to another file: -o FILE",
        )
    value = _merged(old, imported, replace_descriptions=replace_descriptions)
    before, after = Events(old), Events(value)
    return Merged(
        text=_text(document, value),
        value=value,
        added=tuple(sorted(set(after.names) - set(before.names))),
        removed=tuple(
            Removed(event.name, event.resource, event.note)
            for event in sorted(before, key=lambda event: event.name)
            if event.name not in after
        ),
        changed=tuple(
            sorted(event.name for event in after if event.name in before and _differs(before, event))
        ),
    )


def _differs(before: Events, event: Event) -> bool:
    old = before[event.name]
    return old.deprecated != event.deprecated or not same_shape(old.shape, event.shape)


def _read(text: str, name: str) -> Document:
    result = read(name, text.encode(), named=True, limits=CONTRACT_LIMITS)
    faults = [*result.faults, *(fault for document in result.documents for fault in document.faults)]
    if faults:
        first = min(faults, key=lambda fault: fault.span.start)
        raise ImportFailedError(
            first.message,
            line=result.source.position(first.span.start).line,
            help=first.help or "",
        )
    if len(result.documents) != 1:
        raise ImportFailedError(f"it holds {len(result.documents)} documents, one is expected")
    return result.documents[0]


def _text(document: Document, value: Mapping[str, object]) -> str:
    from connlint.reading.yaml_patch import CannotPatchError, patched, same_value

    if same_value(document.value, value):
        return document.source.text
    if document.syntax == "json":
        return _json(document.source.text, value)
    try:
        return patched(document, value)
    except CannotPatchError as error:
        raise ImportFailedError(str(error), help="import to another file with -o, and compare") from None


def _json(text: str, value: Mapping[str, object]) -> str:
    """The value as JSON, indented as the text was. (JSON has no comments, and order is kept.)"""
    import json
    import re

    step = re.match(r"\s*\{[ \t]*(?:\r\n|\n|\r)([ \t]+)", text)
    indent = (step[1] if "\t" in step[1] else len(step[1])) if step is not None else None
    escaped = "\\u" in text and text.isascii()
    result = json.dumps(value, indent=indent, ensure_ascii=escaped)
    ending = "\r\n" if "\r\n" in text else "\n"
    final = text[len(text.rstrip()) :]
    return result.replace("\n", ending) + final


# --- values


def _merged(
    old: Mapping[str, object], new: Mapping[str, object], *, replace_descriptions: bool
) -> dict[str, object]:
    """The document's value after the import."""
    words = _Words(replace=replace_descriptions)
    events = _events(old, new, words)
    result: dict[str, object] = {}
    for key, value in old.items():
        if key == "source":
            result[key] = _source(value, new["source"])
        elif key == "events":
            result[key] = events.entries
        elif key == "event-name":
            result[key] = new.get(key, value)
        elif key in ("envelope", "$defs"):
            if events.tops is None:
                result[key] = value
            elif key in events.tops:
                result[key] = events.tops[key]
        else:
            result[key] = value
    for key, value in new.items():
        if key not in result and not (key in ("envelope", "$defs") and events.tops is None):
            result[key] = value
    # in the order in which a new document has them, as far as that says
    order = {key: at for at, key in enumerate(new)}
    return result if all(key in old for key in result) else _placed(result, old, order)


def _placed(
    result: dict[str, object], old: Mapping[str, object], order: Mapping[str, int]
) -> dict[str, object]:
    """The members that are new, each after the one that comes before it in a new document."""
    keys = [key for key in result if key in old]
    for key in sorted((key for key in result if key not in old), key=lambda key: order[key]):
        elders = [at for at, other in enumerate(keys) if order.get(other, -1) < order[key] and other in order]
        keys.insert(max(elders, default=-1) + 1, key)
    return {key: result[key] for key in keys}


def _source(old: object, new: object) -> object:
    """The source as it is now; how long it is trusted, a URL and notes are the author's."""
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return new
    facts = ("from", "version", "retrieved")
    merged = {key: new.get(key) if key in facts else value for key, value in old.items()}
    merged.update((key, value) for key, value in new.items() if key in facts)
    return {key: value for key, value in merged.items() if key not in facts or key in new}


@dataclass(frozen=True)
class _Words:
    """Whose descriptions hold where both the author's document and the source have one."""

    replace: bool

    def laid_over(self, old: object, new: object) -> object:
        """A schema as the source has it now, with the author's words of the old one."""
        if not isinstance(old, Mapping) or not isinstance(new, Mapping):
            return new
        result: dict[str, object] = {}
        for key in dict.fromkeys([*old, *new]):
            if key not in new and (not is_authors(key) or _is_inferred(old[key])):
                continue
            was, now = old.get(key), new.get(key)
            if key not in new:
                result[key] = was
            elif is_authors(key) and key in old and not (self.replace and key == "description"):
                result[key] = now if key == "$comment" and _is_inferred(was) else was
            elif key in ("properties", "patternProperties") and isinstance(now, Mapping):
                result[key] = self.named(was, now)
            elif key in ("items", "additionalProperties"):
                result[key] = self.laid_over(was, now)
            elif key == "required" and isinstance(was, list) and isinstance(now, list):
                result[key] = was if sorted(map(str, was)) == sorted(map(str, now)) else now
            else:
                result[key] = now
        return ordered(result)

    def named(self, old: object, new: object) -> object:
        """Schemas by name (of properties, of definitions): those that the source has now."""
        if not isinstance(old, Mapping) or not isinstance(new, Mapping):
            return new
        names = [*(name for name in old if name in new), *(name for name in new if name not in old)]
        return {name: self.laid_over(old.get(name), new[name]) for name in names}


def _is_inferred(comment: object) -> bool:
    return isinstance(comment, str) and comment.startswith(_INFERRED)


@dataclass(frozen=True)
class _Entries:
    """The merged events; `tops` are the new envelope and definitions, None where the old ones still hold."""

    entries: dict[str, object]
    tops: dict[str, object] | None


def _events(old: Mapping[str, object], new: Mapping[str, object], words: _Words) -> _Entries:
    """The events of the source in the author's document.

    As long as all deliveries have the shape that they had, the author's way of saying so stays: what the
    envelope holds and what the events do. Else, or where the source's words are wanted, it is the source's.
    """
    before, after = Events(old), Events(new)
    known = [event for event in after if event.name in before]
    moved = words.replace or any(
        event.has_own_shape and not _same(before[event.name], event) for event in known
    )
    tops: dict[str, object] | None = None
    if moved:
        tops = (
            {"envelope": words.laid_over(old.get("envelope"), new["envelope"])} if "envelope" in new else {}
        )
        if "$defs" in new:
            tops["$defs"] = words.named(old.get("$defs"), new["$defs"])
    # the author's entries under the envelope that will stand above them
    rest = (
        {key: value for key, value in old.items() if key not in ("envelope", "$defs")} if moved else dict(old)
    )
    now = Events({**rest, **(tops or {}), "event-name": new.get("event-name", old.get("event-name"))})
    was, came = old["events"], new["events"]
    assert isinstance(was, Mapping)
    assert isinstance(came, Mapping)
    entries: dict[str, object] = {}
    for name, entry in was.items():
        if name in came:
            said = name in now and _same(now[name], after[name]) and not words.replace
            same = said or not after[name].has_own_shape
            entries[name] = _entry(entry, came[name], words, same=same)
    for name, entry in came.items():
        if name not in entries:
            _insert_sorted(entries, name, _standing(now, after[name], entry))
    return _Entries(entries, tops)


def _standing(document: Events, event: Event, entry: object) -> object:
    """A new event's entry, so that it says the same under the envelope that the document has."""
    if event.shape is None or not event.has_own_shape or not isinstance(entry, Mapping):
        return entry
    if same_shape(document.delivery_shape(event.name, entry), event.shape):
        return entry
    kept = {key: value for key, value in entry.items() if key not in ("data", "shape")}
    return {**kept, "shape": {key: value for key, value in event.shape.items() if key != "$defs"}}


def _same(old: Event, new: Event) -> bool:
    """Whether two documents say the same of a delivery; the definitions that shapes refer to count too."""
    if not same_shape(old.shape, new.shape):
        return False
    definitions = [shape.get("$defs") if (shape := event.shape) is not None else None for event in (old, new)]
    bare = [
        {name: wordless(inner) for name, inner in each.items() if isinstance(inner, Mapping)}
        if isinstance(each, Mapping)
        else {}
        for each in definitions
    ]
    return bare[0] == bare[1]


def _entry(old: object, new: object, words: _Words, *, same: bool) -> object:
    """One event's entry. With `same`, its shape says what the source says, and stays as it is written."""
    if not isinstance(new, Mapping):
        return old
    if not isinstance(old, Mapping):
        return new or old
    result: dict[str, object] = {}
    for key, value in old.items():
        if key in ("data", "shape"):
            if same:
                result[key] = value
            elif key in new:
                result[key] = words.laid_over(value, new[key])
        elif key in new and (
            key in ("deprecated", "replaced-by") or (key == "description" and words.replace)
        ):
            result[key] = value if key == "deprecated" and value else new[key]
        else:
            result[key] = value
    for key, value in new.items():
        if key not in result and not (same and key in ("data", "shape")):
            result[key] = value
    return result


def _insert_sorted(entries: dict[str, object], name: str, entry: object) -> None:
    """Put an entry before the first that sorts after it."""
    later = [key for key in entries if key > name]
    moved = list(entries)[list(entries).index(later[0]) :] if later else []
    tail = {key: entries.pop(key) for key in moved}
    entries[name] = entry
    entries.update(tail)
