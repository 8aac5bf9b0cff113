"""`connlint cache`: the results that runs keep for later ones."""

from __future__ import annotations

import click

from connlint.cli.options import fail


@click.group("cache", short_help="Empty the cache of results.")
def command() -> None:
    """The results that runs over many connectors keep, so that later ones check only what has changed."""


@command.command("clean")
def clean() -> None:
    """Remove everything that is kept, and say how much it was."""
    from connlint import cache

    try:
        freed = cache.clean()
    except OSError as error:
        fail(f"the cache cannot be removed: {error.strerror}: {error.filename}")
    where = cache.folder()
    click.echo(f"{freed:,} bytes removed from {where}" if freed else f"nothing is kept in {where}")
