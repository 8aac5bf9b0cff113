"""`connlint report`: reports of a run that was spread over several machines."""

from __future__ import annotations

from pathlib import Path

import click

from connlint.cli.options import fail, write_out


@click.group(short_help="Merge the reports of a run's shards.")
def command() -> None:
    """Work with reports."""


@command.command("merge", short_help="Make one report of those that `check --shard` wrote.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file.")
def merge(files: tuple[Path, ...], output: Path | None) -> None:
    """Make one report of the FILES that `check --shard` wrote: JSON, SARIF, GitLab or JUnit."""
    from connlint.report.merging import CannotMerge
    from connlint.report.merging import merge as merged

    texts = []
    for file in files:
        try:
            texts.append((str(file), file.read_text("utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            fail(f"cannot read {file}: {getattr(error, 'strerror', None) or error}")
    try:
        write_out(merged(texts), output)
    except (CannotMerge, KeyError, TypeError) as error:
        fail(str(error) if isinstance(error, CannotMerge) else f"a report lacks {error}")
