"""What every importer hands over, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Parse = Callable[[bytes, str], object]
"""Reads a file's bytes, given with its name for messages, into a value; raises ImportFailedError."""


class ImportFailedError(Exception):
    """A source that cannot be read as a list of events.

    `message` says what was found and what was expected, `line` (from 1) or `where` the place, `help` what
    to do.
    """

    def __init__(self, message: str, *, line: int | None = None, where: str = "", help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.where = where
        self.help = help


@dataclass(frozen=True)
class Found:
    """One event that an importer found.

    `shape` is the whole delivery, or None where only the name is known; `words` is what the vendor says of
    the event, `deprecated` whether the source marks it so (beside what its words say).
    """

    name: str
    shape: Mapping[str, object] | None = None
    words: str | None = None
    deprecated: bool = False


@dataclass(frozen=True)
class Findings:
    """All that one source says: its events, how a delivery names its event, and who says so.

    `event_name` is a value for the events document (`{"json": "type"}`) or None where the source does not
    say; `definitions` are the schemas that shapes refer to as `#/$defs/…`; `notes` are for the person who
    imports.
    """

    events: tuple[Found, ...]
    event_name: Mapping[str, object] | None = None
    definitions: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    title: str | None = None
    version: str | None = None
    notes: tuple[str, ...] = ()
