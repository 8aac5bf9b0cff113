"""`connlint events`: make the vendor's event list, compare two of them, and see that none is old."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connlint.cli.options import EXIT_FINDINGS, chosen_day, fail, note, write_out
from connlint.credentials import withheld
from connlint.report.escape import logged, visible_lines

if TYPE_CHECKING:
    from connlint.evidence.event_diff import Change, EventsDiff
    from connlint.evidence.event_import import Imported, ImportFailedError
    from connlint.evidence.events import Events

_KINDS = ("openapi", "sdk-docs", "json-schema", "folder")
_output = click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write to FILE."
)
_today = click.option(
    "--today", metavar="DATE", help="The day to count from (YYYY-MM-DD), for repeatable runs."
)


@click.group(name="events", no_args_is_help=True)
def command() -> None:
    """The vendor's official webhook events: make the list, compare lists, keep it fresh."""


@command.command("import")
@click.argument("source", type=click.Path(path_type=Path))
@_output
@click.option(
    "--from", "kind", type=click.Choice(_KINDS), help="What SOURCE is, where its content does not say."
)
@click.option("--vendor", metavar="NAME", help="Whose events they are.")
@click.option("--origin", metavar="TEXT", help="Where the list comes from, in words (source.from).")
@click.option("--version", metavar="TEXT", help="The source's version, where it does not say.")
@click.option(
    "--event-name",
    metavar="json:KEY|header:NAME",
    help="How a delivery names its event, where the source does not say.",
)
@click.option(
    "--names",
    type=click.Choice(["constants", "keys"]),
    default="constants",
    show_default=True,
    help="Take names from a constant of the bodies, or the source's own: keys of `webhooks`, schema names.",
)
@click.option("--descriptions/--no-descriptions", default=True, help="Keep the vendor's words (the default).")
@click.option("--replace-descriptions", is_flag=True, help="Put the vendor's words in place of yours.")
@_today
def import_(
    source: Path,
    output: Path | None,
    kind: str | None,
    vendor: str | None,
    origin: str | None,
    version: str | None,
    event_name: str | None,
    names: str,
    descriptions: bool,
    replace_descriptions: bool,
    today: str | None,
) -> None:
    """Make an events document from what the vendor publishes.

    SOURCE is an OpenAPI 3.1 document with `webhooks`, a JSON Schema that is a union of events, SDK
    documentation in Markdown, or a folder with one payload schema or example an event. Where the -o FILE is
    there already, the vendor's facts in it are brought up to date; comments, notes, resources and
    descriptions that you wrote stay. Exit status: 0, or 2 where SOURCE cannot be read.
    """
    from connlint.evidence.event_import import ImportFailedError, import_events
    from connlint.evidence.event_import.merging import fresh, merge

    try:
        imported = import_events(
            source,
            kind,  # type: ignore[arg-type]  # click admits nothing else
            retrieved=chosen_day(today),
            vendor=vendor,
            origin=origin,
            version=version,
            event_name=_event_name(event_name),
            descriptions=descriptions,
            keyed=names == "keys",
        )
    except ImportFailedError as error:
        _fail_with(error, source.as_posix())
    except OSError as error:
        fail(f"cannot read {source}: {error.strerror}")
    for text in imported.notes:
        note(text)
    existing = _existing(output)
    if output is None or existing is None:
        write_out(fresh(imported.document), output)
        _summary(imported, output)
        return
    try:
        merged = merge(
            existing.decode("utf-8-sig"),
            imported.document,
            name=output.as_posix(),
            replace_descriptions=replace_descriptions,
        )
    except UnicodeDecodeError:
        fail(f"{output} is not UTF-8")
    except ImportFailedError as error:
        _fail_with(error, output.as_posix())
    for gone in merged.removed:
        words = [f"resource {gone.resource}"] if gone.resource else []
        words += [f"note: {gone.note}"] if gone.note else []
        about = f" ({'; '.join(words)})" if words else ""
        note(f"removed: {gone.name}{about}; the source has it no more")
    bom = "\ufeff" if existing.startswith(b"\xef\xbb\xbf") else ""
    if (bom + merged.text).encode() != existing:
        write_out(bom + merged.text, output)
    _summary(
        imported,
        output,
        f"{len(merged.added)} new, {len(merged.removed)} removed, {len(merged.changed)} changed",
    )


@command.command("diff")
@click.argument("before", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("after", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_output
def diff(before: Path, after: Path, format_: str, output: Path | None) -> None:
    """Say what differs between two events documents, from BEFORE to AFTER.

    Exit status: 0 nothing differs, 1 something does, 2 one of them cannot be read.
    """
    from connlint.evidence.event_diff import diff as compare

    old, new = _events(before), _events(after)
    found = compare(old, new)
    if format_ == "json":
        write_out(logged(withheld(_as_json(found)), "json"), output)
    else:
        write_out(logged(withheld(visible_lines(_as_text(found, old, new)))), output)
    if found:
        sys.exit(EXIT_FINDINGS)


@command.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--max-age",
    metavar="AGE",
    help="How old a list may be: 180d, 26w. Without it, what each document says itself (stale-after).",
)
@_today
def check(files: tuple[Path, ...], max_age: str | None, today: str | None) -> None:
    """Fail when an events document is old. For a scheduled job.

    FILES are events documents, or folders whose connectors have some; the current folder by default. Exit
    status: 0 all are fresh, 1 one is old or does not say when it was retrieved, 2 there is none, or one
    cannot be read.
    """
    from connlint.evidence.events import parse_age, staleness

    limit = parse_age(max_age) if max_age is not None else None
    if max_age is not None and limit is None:
        fail(f"--max-age: {max_age!r} is no age such as 180d or 26w")
    day = chosen_day(today)
    old = 0
    lines: list[str] = []
    for path in _documents(files or (Path(),)):
        events = _events(path)
        state = staleness(events, day, limit)
        about = (
            f"{path.as_posix()}: {_count(len(events), 'event')} from {events.origin or 'an unnamed source'}"
        )
        if state.age is None:
            old += 1
            lines.append(f"{about}, without the day they were retrieved (source.retrieved)")
            continue
        age = f"{about}, {_count(state.age, 'day')} old"
        if state.stale:
            old += 1
            refresh = f"refresh: connlint events import SOURCE -o {path.as_posix()}"
            lines.append(f"{age}, at most {state.limit} allowed; {refresh}")
        elif state.limit is None:
            lines.append(f"{age}; no limit is set (source.stale-after, --max-age)")
        else:
            lines.append(age)
    write_out(logged(withheld(visible_lines("".join(f"{line}\n" for line in lines)))), None)
    if old:
        sys.exit(EXIT_FINDINGS)


# --- helpers


def _event_name(text: str | None) -> dict[str, object] | None:
    """The rule that --event-name states."""
    if text is None:
        return None
    kind, _, name = text.partition(":")
    if kind not in ("json", "header") or not name:
        fail(f"--event-name: {text!r} is neither json:KEY nor header:NAME")
    if kind == "json" and "." in name:
        return {"json": name.split(".")}
    return {kind: name}


def _fail_with(error: ImportFailedError, path: str) -> None:
    """End the run with what the importer says: place, fault, what it saw, what helps."""
    place = f"{path}:{error.line}" if error.line is not None else path
    lines = [f"{place}: {error.message}"]
    if error.where:
        lines.append(f"  {error.where}")
    if error.help:
        lines.append(f"  help: {error.help}")
    fail("\n".join(lines))


def _existing(path: Path | None) -> bytes | None:
    """The bytes of a file to be brought up to date; None where there is none."""
    if path is None or not path.exists():
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror}")


def _summary(imported: Imported, output: Path | None, changes: str = "") -> None:
    from connlint.evidence.events import Events

    events = Events(imported.document)
    words = f"{_count(len(events), 'event')} from {events.origin}"
    note(f"{words}{f' → {output.as_posix()}' if output else ''}{f': {changes}' if changes else ''}")


def _events(path: Path) -> Events:
    """An events document by its path. One that cannot be read ends the run."""
    from connlint.evidence.location import EvidenceFinder

    read = EvidenceFinder().events(path)
    for document in read.documents:
        for fault in document.faults:
            place = document.source.position(fault.span.start)
            fail(f"{path.as_posix()}:{place.line}:{place.column}: {fault.message}")
    if read.events is None or not isinstance(read.events.value.get("events"), dict):
        fail(f"{path.as_posix()} is no events document: it has no `events`")
    return read.events


def _documents(paths: tuple[Path, ...]) -> list[Path]:
    """The events documents that the paths name, or that the connectors in them have; at least one."""
    from connlint.discovery import Finder, NoSuchPath
    from connlint.evidence.location import ENDINGS, home_of

    found: list[Path] = []
    for path in paths:
        if path.is_file():
            found.append(path)
            continue
        try:
            connectors = Finder(display=Path.as_posix).discover([path]).connectors
        except NoSuchPath as error:
            fail(str(error))
        for connector in connectors:
            home = home_of(connector.path, connector.is_page)
            beside = (home / f"events{ending}" for ending in ENDINGS)
            found += [document for document in beside if document.is_file()][:1]
    if not found:
        fail("no connector here has an events document; name one: connlint events check FILE")
    return list(dict.fromkeys(found))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# --- what differs, as text and as JSON


def _as_text(found: EventsDiff, old: Events, new: Events) -> str:
    lines = [f"{_label(old)} → {_label(new)}"]
    if not found:
        return f"{lines[0]}\nNothing differs.\n"
    lines += [f"  {text}" for text in found.settings]
    if found.added:
        lines.append(f"added {len(found.added)}")
        lines += [f"  + {name}" for name in found.added]
    if found.removed:
        lines.append(f"removed {len(found.removed)}")
        lines += [f"  - {name}" for name in found.removed]
    if found.renamed:
        lines.append(f"renamed, likely {len(found.renamed)}")
        lines += [f"  {one.before} → {one.after}  ({one.why})" for one in found.renamed]
    if found.reshaped:
        lines.append(f"reshaped {len(found.reshaped)}")
        lines += _grouped(found, len(set(old.names) & set(new.names)))
    if found.deprecated:
        lines.append(f"deprecated {len(found.deprecated)}")
        for one in found.deprecated:
            lines.append(f"  {one.name}{f' → {one.replaced_by}' if one.replaced_by else ''}")
    return "".join(f"{line}\n" for line in lines)


def _grouped(found: EventsDiff, common: int) -> list[str]:
    """Changes of shape, each once, with the events that it happened to. `common` events are in both lists."""
    import textwrap

    groups: dict[Change, list[str]] = {}
    for reshaped in found.reshaped:
        for change in reshaped.changes:
            groups.setdefault(change, []).append(reshaped.name)
    lines: list[str] = []
    for change, names in groups.items():
        where = f"all {common} events that both have" if len(names) == common > 1 else ", ".join(names)
        lines.append(f"  {change}")
        lines += textwrap.wrap(
            where, 94, initial_indent=" " * 6, subsequent_indent=" " * 6, break_on_hyphens=False
        )
    return lines


def _label(events: Events) -> str:
    about = [events.origin or "an unnamed source", _count(len(events), "event")]
    return ", ".join(about)


def _as_json(found: EventsDiff) -> str:
    import json

    value = {
        "version": 1,
        "added": list(found.added),
        "removed": list(found.removed),
        "renamed": [{"before": one.before, "after": one.after, "why": one.why} for one in found.renamed],
        "reshaped": [
            {
                "event": one.name,
                "changes": [
                    {"path": c.path, "kind": c.kind, "before": c.before, "after": c.after}
                    for c in one.changes
                ],
            }
            for one in found.reshaped
        ],
        "deprecated": [{"event": one.name, "replaced-by": one.replaced_by} for one in found.deprecated],
        "settings": list(found.settings),
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
