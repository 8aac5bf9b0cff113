"""`connlint page`: a connector's public page, made, brought up to date, or said to be out of date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from connlint.cli.options import EXIT_FINDINGS, fail, note, say, write_out

if TYPE_CHECKING:
    from connlint.run import Opened

CONFIGURED = "(configured)"
_WIDEST = 100
_BOM = b"\xef\xbb\xbf"


class _State(NamedTuple):
    """A page's file and what it should be: `old` is None where there is none yet; `trouble` is why it cannot
    be brought up to date."""

    path: Path
    shown: str
    connector: str
    old: str | None
    new: str
    bom: bool = False
    trouble: str = ""

    @property
    def current(self) -> bool:
        return not self.trouble and self.old == self.new


@click.command(short_help="Make a connector's public page, or say that it is out of date.")
@click.argument("connector", required=False, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the page to a file; of a page that is there, bring triggers and documents up to date.",
)
@click.option(
    "--check",
    is_flag=False,
    flag_value=CONFIGURED,
    metavar="[FILE]",
    help="Write nothing: exit 1 where FILE, or the configured page, is out of date.",
)
@click.option("--write", is_flag=True, help="Bring the configured pages up to date.")
def command(connector: Path | None, output: Path | None, check: str | None, write: bool) -> None:
    """Make the public page of CONNECTOR: its triggers, and its documents in fences. It goes to stdout.

    Without CONNECTOR, `--check` and `--write` take every connector whose configuration names its `page`.
    Exit status: 0 done or current, 1 a page is out of date, 2 it could not be made.
    """
    if sum((output is not None, check is not None, write)) > 1:
        fail("--output, --check and --write exclude each other")
    given = Path(check) if check not in (None, CONFIGURED) else output
    if connector is None and (given is not None or (check is None and not write)):
        fail("name the connector: connlint page CONNECTOR [--output FILE | --check FILE]")
    opened = _opened(connector)
    if check is None and not write and output is None:
        write_out(_fresh(_only(opened, connector)), None)
        return
    states = (
        [_state(_only(opened, connector), given)] if given is not None else _configured(opened, connector)
    )
    if check is not None:
        outdated = [state for state in states if not _said_current(state)]
        raise SystemExit(EXIT_FINDINGS if outdated else 0)
    for state in states:
        _written(state)


def _opened(path: Path | None) -> list[Opened]:
    """The connectors at a path, the current folder by default. Ends the run where there is none."""
    from connlint.config import BrokenConfig
    from connlint.discovery import NoSuchPath
    from connlint.run import Request, open_all

    try:
        opened, _ = open_all(Request(paths=(path or Path(),), working=Path.cwd()))
    except (NoSuchPath, BrokenConfig) as error:
        fail(str(error))
    if not opened:
        fail(f"no connector in {path or 'this folder'}")
    return opened


def _only(opened: list[Opened], path: Path | None) -> Opened:
    if len(opened) > 1:
        names = ", ".join(one.path for one in opened[:5])
        fail(f"{path} holds {len(opened)} connectors, name one: {names}{', …' if len(opened) > 5 else ''}")
    return opened[0]


def _configured(opened: list[Opened], path: Path | None) -> list[_State]:
    """The pages that configuration names. Ends the run where it names none."""
    states = [_state(one, one.settings.page) for one in opened if one.settings.page is not None]
    if not states:
        whose = f"of {path}" if path is not None else "of any connector here"
        fail(f'no configuration names the page {whose}: [connector."PATH"] page = "FILE" in connlint.toml')
    return states


def _fresh(one: Opened) -> str:
    from connlint.page import CannotMake, fresh

    try:
        return fresh(one.loaded.connector, _name(one), _words(one))
    except CannotMake as error:
        fail(f"no page of {one.path}: {error}")


def _name(one: Opened) -> str:
    """What a connector without a title is called."""
    return one.found.path.stem if one.found.is_page else one.found.path.resolve().name


def _words(one: Opened) -> dict[str, str]:
    """What the vendor's list says of each event, for triggers that say nothing of themselves."""
    events = one.loaded.evidence.events
    if events is None:
        return {}
    return {
        webhook.event: event.description
        for webhook in one.loaded.connector.webhooks
        if (event := events.get(webhook.event)) is not None and event.description
    }


def _state(one: Opened, file: Path | None) -> _State:
    """A page as it is and as it should be."""
    from connlint.config import shown
    from connlint.page import CannotMake, updated
    from connlint.run import absolute

    assert file is not None
    path = absolute(file, Path.cwd())
    name = shown(path, Path.cwd())
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return _State(path, name, one.path, None, _fresh(one))
    except OSError as error:
        fail(f"cannot read {name}: {error.strerror}")
    bom = data.startswith(_BOM)
    try:
        old = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError:
        return _State(path, name, one.path, "", "", trouble="it is not UTF-8")
    if not old.strip():
        return _State(path, name, one.path, old, _fresh(one), bom)
    _fresh(one)  # what no page can be made of has no page to be brought up to date
    try:
        return _State(path, name, one.path, old, updated(old, one.loaded.connector, _words(one)), bom)
    except CannotMake as error:
        return _State(path, name, one.path, old, old, bom, str(error))


def _said_current(state: _State) -> bool:
    """Say whether a page is current, and else where it first differs and what mends it."""
    if state.current:
        say(f"{state.shown}: current")
        return True
    if state.trouble:
        say(f"{state.shown}:1:1: out of date: {state.trouble}")
        return False
    if state.old is None:
        say(f"{state.shown}:1:1: out of date: there is no such page")
    else:
        line, column, have, want = _first_difference(state.old, state.new)
        say(f"{state.shown}:{line}:{column}: out of date")
        say(f"  has    {have}")
        say(f"  wanted {want}")
    note(f"connlint page {state.connector} --output {state.shown} brings it up to date")
    return False


def _first_difference(old: str, new: str) -> tuple[int, int, str, str]:
    """Where two texts first differ (line and column in the old one), and the two lines, cut."""
    have, want = old.splitlines(), new.splitlines()
    line = next(
        (index for index, pair in enumerate(zip(have, want, strict=False)) if pair[0] != pair[1]),
        min(len(have), len(want)),
    )
    ours = have[line] if line < len(have) else None
    theirs = want[line] if line < len(want) else None
    column = next(
        (
            index
            for index, pair in enumerate(zip(ours or "", theirs or "", strict=False))
            if pair[0] != pair[1]
        ),
        min(len(ours or ""), len(theirs or "")),
    )
    return line + 1, column + 1, _cut(ours, column), _cut(theirs, column)


def _cut(line: str | None, column: int) -> str:
    if line is None:
        return "(nothing: the page ends)"
    start = max(0, column - _WIDEST // 2) if len(line) > _WIDEST else 0
    part = line[start : start + _WIDEST]
    return f"{'…' if start else ''}{part}{'…' if start + _WIDEST < len(line) else ''}"


def _written(state: _State) -> None:
    """Write a page that is not current, whole or not at all."""
    from connlint.files import CannotWrite, write_atomically

    if state.trouble:
        fail(f"{state.shown} stays as it is: {state.trouble}")
    if state.current:
        note(f"{state.shown} is current")
        return
    data = state.new.encode("utf-8")
    try:
        write_atomically(state.path, (_BOM if state.bom else b"") + data)
    except CannotWrite as error:
        fail(str(error))
    note(f"wrote {state.shown}")
