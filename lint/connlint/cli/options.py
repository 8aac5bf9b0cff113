"""Options that several commands share, and how a command ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

EXIT_FINDINGS = 1
EXIT_TROUBLE = 2


def fail(message: str) -> NoReturn:
    """End the run: it could not do its work. The message goes to stderr, the status is 2."""
    say(f"connlint: {message}", err=True)
    raise SystemExit(EXIT_TROUBLE)


def note(message: str) -> None:
    """A word on stderr that changes nothing."""
    say(f"connlint: {message}", err=True)


def say(text: str = "", *, err: bool = False) -> None:
    """Text for people, whatever it quotes: nothing in it drives their terminal or CI, or is a credential."""
    from connlint.credentials import withheld
    from connlint.report.escape import logged, visible_lines

    click.echo(logged(withheld(visible_lines(text))), err=err)


def paths_argument(command: F) -> F:
    """PATHS…, the current folder by default."""
    return click.argument("paths", nargs=-1, type=click.Path(path_type=Path))(command)


def evidence_options(command: F) -> F:
    """--contract, --events and --fixtures, for all connectors of the run."""
    command = click.option(
        "--fixtures",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Fixtures, in place of each connector's own.",
    )(command)
    command = click.option(
        "--events", type=click.Path(path_type=Path), metavar="FILE", help="The vendor's events document."
    )(command)
    return click.option(
        "--contract", type=click.Path(path_type=Path), metavar="FILE", help="The vendor's OpenAPI document."
    )(command)


def chosen_day(today: str | None) -> str:
    """The day that --today names, else today, as `YYYY-MM-DD`."""
    from datetime import date, datetime

    if today is None:
        return datetime.now().astimezone().date().isoformat()
    try:
        return date.fromisoformat(today).isoformat()
    except ValueError:
        fail(f"--today: {today!r} is no date such as 2026-11-22")


def colour_wanted(choice: str, to_terminal: bool) -> bool:
    """Whether to colour: --color always/never, else NO_COLOR and FORCE_COLOR, else a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return to_terminal and os.environ.get("TERM") != "dumb"


def terminal_width(stream_is_terminal: bool) -> int:
    """The terminal's columns; 100 where output goes elsewhere, so that it is the same everywhere."""
    if not stream_is_terminal:
        return 100
    try:
        return max(os.get_terminal_size(sys.stdout.fileno()).columns, 40)
    except (OSError, ValueError):
        return 100


def write_out(text: str, output: Path | None) -> None:
    """Write a report: to a file (whole or not at all), else to stdout as UTF-8."""
    data = text.encode("utf-8", "backslashreplace")
    if output is None:
        try:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            fail(f"cannot write to standard output: {error.strerror}")
        return
    from connlint.files import CannotWrite, write_atomically

    try:
        write_atomically(output, data)
    except CannotWrite as error:
        fail(str(error))


def expanded(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The paths, with patterns that no shell has expanded."""
    found: list[Path] = []
    for path in paths:
        text = str(path)
        if any(char in text for char in "*?[") and not path.exists():
            import glob

            matched = sorted(glob.glob(text, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
            if not matched:
                fail(f"nothing matches {text}")
            found += [Path(item) for item in matched]
        else:
            found.append(path)
    return tuple(found)


def evidence_path(path: Path | None, option: str, working: Path) -> Path | None:
    """The evidence that an option names; a missing one ends the run."""
    if path is None:
        return None
    if not (working / path).exists():
        fail(f"{option}: no such file or folder: {path}")
    return working / path
