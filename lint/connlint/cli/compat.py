"""`connlint compat`: what a change breaks for those who build on a connector."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connlint.cli.options import EXIT_FINDINGS, fail, note, say
from connlint.credentials import withheld

if TYPE_CHECKING:
    from connlint.connector.compatibility import Change
    from connlint.connector.model import Connector


@click.command(short_help="Say what a change breaks for those who build on a connector.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--since", metavar="REV", help="Compare with this git revision, in place of another path.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print.",
)
def command(paths: tuple[Path, ...], since: str | None, format_: str) -> None:
    """Compare two versions of connectors: `connlint compat OLD NEW`, or `--since REV [PATHS]`.

    Breaks: a resource, operation, field, event or placeholder gone, retyped or newly required. Exit
    status 1 on a break, with the version step that the changes call for.
    """
    from connlint.connector.compatibility import changes

    if since is None and len(paths) != 2:
        fail("compat takes two paths, OLD and NEW, or --since REV")
    pairs = _since(since, paths) if since is not None else _two(*paths)
    results: list[tuple[str, list[Change]]] = []
    for name, old, new in pairs:
        if old is not None and new is not None:
            results.append((name, changes(old, new)))
        elif old is not None:
            results.append((name, [_whole(name, "the connector is gone", "major")]))
        else:
            results.append((name, [_whole(name, "the connector is new", "minor")]))
    if format_ == "json":
        _print_json(results)
    else:
        for name, found in results:
            _print_text(name, found)
    broken = any(change.breaks for _, found in results for change in found)
    if not results:
        note("no connector to compare")
    raise SystemExit(EXIT_FINDINGS if broken else 0)


def _whole(name: str, message: str, step: str) -> Change:
    from connlint.connector.compatibility import Change

    return Change(name, message, step)


def _two(old: Path, new: Path) -> list[tuple[str, Connector | None, Connector | None]]:
    """The connectors of two paths, paired: one with one, else by their paths below."""
    left, right = _connectors(old, Path.cwd()), _connectors(new, Path.cwd())
    if len(left) == 1 and len(right) == 1:
        return [(str(new), next(iter(left.values())), next(iter(right.values())))]
    names = sorted({*left, *right})
    return [(name, left.get(name), right.get(name)) for name in names]


def _connectors(path: Path, working: Path) -> dict[str, Connector]:
    """The connectors at a path, by their path below it. Ends the run where they cannot be read."""
    import os

    from connlint.config import BrokenConfig
    from connlint.discovery import NoSuchPath
    from connlint.run import Request, absolute, open_all

    at = absolute(path, working)
    try:
        opened, _ = open_all(Request(paths=(at,), working=working))
    except (NoSuchPath, BrokenConfig) as error:
        fail(str(error))
    broken = [one.path for one in opened if one.loaded.connector.faulty]
    if broken:
        fail(f"{broken[0]} cannot be read whole: `connlint check` says why; what is only unread is not gone")
    home = at if at.is_dir() else at.parent
    return {Path(os.path.relpath(one.found.path, home)).as_posix(): one.loaded.connector for one in opened}


def _since(revision: str, paths: tuple[Path, ...]) -> list[tuple[str, Connector | None, Connector | None]]:
    """The connectors of a revision and of the working tree, paired by their paths."""
    import tempfile

    from connlint.git import GitError, export

    working = Path.cwd()
    pairs: list[tuple[str, Connector | None, Connector | None]] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            root = export(revision, working, Path(folder))
        except GitError as error:
            fail(str(error))
        for path in paths or (Path(),):
            new = _connectors(path, working) if (working / path).exists() else {}
            old = _connectors(root / path, root) if (root / path).exists() else {}
            for name in sorted({*old, *new}):
                shown = (path / name).as_posix() if name != "." else path.as_posix()
                pairs.append((shown, old.get(name), new.get(name)))
    return pairs


def _print_text(name: str, found: list[Change]) -> None:
    from connlint.connector.compatibility import step
    from connlint.report.escape import visible

    breaks = sum(change.breaks for change in found)
    say(f"{visible(name)}: {_words(step(found), breaks)}")
    width = max((len(visible(change.address)) for change in found), default=0)
    for change in found:
        say(f"  {change.step:<6} {visible(change.address):<{width}}  {visible(change.message)}")


def _words(step: str, breaks: int) -> str:
    if step == "none":
        return "nothing changed"
    if step == "major":
        return f"{breaks} {'break' if breaks == 1 else 'breaks'}; the next version is a major one"
    return f"nothing breaks; the next version is a {step} one"


def _print_json(results: list[tuple[str, list[Change]]]) -> None:
    import json

    from connlint.connector.compatibility import step
    from connlint.report.escape import logged

    value = {
        "version": 1,
        "connectors": [
            {
                "connector": name,
                "step": step(found),
                "changes": [
                    {
                        "address": item.address,
                        "message": item.message,
                        "step": item.step,
                        "breaks": item.breaks,
                    }
                    for item in found
                ],
            }
            for name, found in results
        ],
    }
    sys.stdout.write(logged(withheld(json.dumps(value, indent=2)), "json") + "\n")
