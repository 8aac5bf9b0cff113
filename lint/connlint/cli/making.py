"""A new connector proved before it is written, and its files written all together or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from connlint.files import CannotWrite, write_all

if TYPE_CHECKING:
    from connlint.evidence.starting_files import Beginning
    from connlint.finding import Finding
    from connlint.reading import Document

_ROUNDS: Final = 6
_SHOWN_TEXT: Final = ("description", "short")

Steps = tuple[str | int, ...]


# --- proving


def prove(beginning: Beginning, form: str, day: str, *, drafting: bool = True) -> list[Finding]:
    """Draft the fixtures (unless told not to), check everything as `connlint check` does, and take out what
    it finds fault with: a vendor's contract may hold what no connector should. The findings that are left:
    none, as a rule.

    What was taken out is told in `beginning.left`.
    """
    if drafting:
        beginning.draft(day)
    found = _findings(beginning, form)
    for _ in range(_ROUNDS):
        if not found or not _mend(beginning, found):
            break
        if drafting:
            beginning.draft(day)
        found = _findings(beginning, form)
    return found


def _findings(beginning: Beginning, form: str) -> list[Finding]:
    """What `connlint check` would find at warning or above."""
    from connlint.connector.addresses import Twins
    from connlint.connector.build import build
    from connlint.engine import Loaded, Settings, check
    from connlint.evidence.bundle import Evidence, ReadEvents, ReadFixtures
    from connlint.evidence.events import Events
    from connlint.evidence.fixtures import Fixture, name_of
    from connlint.finding import Severity
    from connlint.registry import rules

    files = beginning.files(form)
    drafts = [
        item for name in files if name.startswith("fixtures/") for item in _read(name, files, "fixture")
    ]
    listed = _read("events.yaml", files, "events") if "events.yaml" in files else []
    value = listed[0].value if listed else None
    events = Events(value, listed[0]) if isinstance(value, dict) else None
    twins = Twins()
    fixtures = tuple(
        Fixture(document, twins.name(name_of(document.value)))
        for document in drafts
        if isinstance(document.value, dict)
    )
    evidence = Evidence(
        contract=beginning.contract,
        contract_name=f"{beginning.contract_file[0]} {beginning.contract.version}".strip(),
        read_events=lambda: ReadEvents(events, "events.yaml", tuple(listed)),
        read_fixtures=lambda: ReadFixtures(fixtures, tuple(drafts)),
    )
    loaded = Loaded(build("new", "new", beginning.read(form)), evidence)
    return [item for item in check(loaded, rules(), Settings()) if item.severity is not Severity.INFO]


def _read(name: str, files: Mapping[str, bytes], role: str) -> list[Document]:
    from connlint.reading import read

    documents = list(read(name, files[name], named=True).documents)
    for document in documents:
        document.role = role
    return documents


# --- mending


def _mend(beginning: Beginning, found: Iterable[Finding]) -> bool:
    """Take out what findings are about. False where nothing of it can be."""
    from connlint.evidence.starting_resources import LeftOut
    from connlint.reading import parse_pointer

    targets: dict[Steps, str] = {}
    changed = False
    for item in found:
        name, pointer = item.place.source.path, item.place.pointer
        if name.startswith("fixtures/"):
            file = name.removeprefix("fixtures/")
            if file not in beginning.faulty:
                beginning.faulty.add(file)
                beginning.left.append(LeftOut(name, f"as a draft, {item.rule} would fault it"))
                changed = True
        elif pointer is not None and name.startswith(("resources", "service")):
            steps = tuple(int(step) if step.isdecimal() else step for step in parse_pointer(pointer))
            target = _target(steps, name.startswith("service"))
            if target:
                targets.setdefault(target, item.address)
                if target[-1] not in _SHOWN_TEXT:
                    beginning.left.append(LeftOut(item.address, f"{item.rule} would fault it"))
    # from the end: what comes before keeps its index
    for target in sorted(targets, key=_order, reverse=True):
        changed = _take_out(beginning, target) or changed
    return changed


def _order(steps: Steps) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (-1, step) for step in steps]


def _target(steps: Steps, in_service: bool) -> Steps:
    """What is taken out for a finding at a pointer: the smallest part that a connector can be without."""
    if steps and steps[-1] in _SHOWN_TEXT:
        return ("service", *steps) if in_service else steps
    if in_service or not steps:
        return ()
    kind = steps[1] if len(steps) > 1 else ""
    if kind == "operations" and len(steps) > 4 and steps[3] == "queryParams":
        return steps[:5]
    if kind == "webhooks" and len(steps) > 4 and steps[3] == "payload":
        return steps[:5]
    if kind in ("fields", "operations", "webhooks") and len(steps) > 2:
        return steps[:3]
    return steps[:1]


def _take_out(beginning: Beginning, target: Steps) -> bool:
    """Remove one part of a connector, and what would be empty without it."""
    root: object = beginning.resources
    if target[0] == "service":
        root, target = beginning.service, target[1:]
    owner = _at(root, target[:-1])
    last = target[-1]
    if isinstance(owner, list) and isinstance(last, int) and last < len(owner):
        gone = owner.pop(last)
    elif isinstance(owner, dict) and str(last) in owner:
        gone = owner.pop(str(last))
    else:
        return False
    if len(target) == 3 and target[1] == "webhooks" and isinstance(gone, dict):
        _forget_event(beginning, gone.get("event"))
    if len(target) == 1 and isinstance(gone, dict):
        for webhook in gone.get("webhooks", []):
            _forget_event(beginning, webhook.get("event"))
    if len(target) > 1 and not owner and isinstance(target[0], int):
        above = _at(root, target[:-2])
        if isinstance(above, dict):
            above.pop(target[-2], None)
        resource = beginning.resources[target[0]]
        if not resource.get("operations") and not resource.get("webhooks"):
            beginning.resources.pop(target[0])
    return True


def _forget_event(beginning: Beginning, name: object) -> None:
    """An event without a webhook is not listed: it would be reported as missing."""
    listed = beginning.events.get("events") if beginning.events is not None else None
    if isinstance(listed, dict):
        listed.pop(name, None)
        if not listed:
            beginning.events = None


def _at(root: object, steps: Steps) -> object:
    here = root
    for step in steps:
        if isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        elif isinstance(here, dict):
            here = here.get(str(step))
        else:
            return None
    return here


# --- writing


def write_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder, all of them or none: what was there before is put back where one cannot be
    written, and folders that were made are removed. Raises CannotWrite, with nothing changed."""
    made: list[Path] = []
    before: dict[Path, bytes | None] = {}
    try:
        for name in files:
            path = folder / name
            _make_folder(path.parent, made)
            before[path] = path.read_bytes() if path.exists() else None
        write_all({folder / name: data for name, data in files.items()})
    except BaseException as error:
        _undo(before, made)
        if isinstance(error, OSError):
            raise CannotWrite(f"cannot write {error.filename}: {error.strerror}") from error
        if isinstance(error, CannotWrite):
            raise CannotWrite(str(error).partition("; written before it")[0]) from error
        raise


def _undo(before: Mapping[Path, bytes | None], made: Iterable[Path]) -> None:
    """Put back what was there: the contents of files, None for those that were not there."""
    for path, old in before.items():
        with suppress(OSError, CannotWrite):
            if old is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != old:
                write_all({path: old})
    for folder in reversed(list(made)):
        with suppress(OSError):
            folder.rmdir()


def _make_folder(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it that are missing, and keep in mind which. Raises OSError."""
    missing = []
    here = folder
    while not here.exists():
        missing.append(here)
        here = here.parent
    for path in reversed(missing):
        path.mkdir()
        made.append(path)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
