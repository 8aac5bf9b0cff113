"""`connlint lsp`: the language server, for editors."""

from __future__ import annotations

import gc
import os

import click

from connlint.cli.options import fail

PIP = "pip install 'connlint[lsp]'"


@click.command(short_help="Serve an editor: the Language Server Protocol on standard input and output.")
@click.option("--stdio", is_flag=True, help="Talk on standard input and output (the only way there is).")
def command(stdio: bool) -> None:
    """Serve an editor on standard input and output, as the Language Server Protocol has it.

    Editors start this themselves; docs/editors.md shows how to tell yours.
    """
    del stdio
    try:
        import pygls  # noqa: F401 - only whether it is there
    except ImportError:
        fail(f"the language server needs the package pygls: {PIP}")
    # left to itself, Python's collector would stop the editor when it likes; the server calls it in pauses
    gc.disable()
    from connlint.lsp.server import create, log_plainly

    log_plainly()
    server = create()
    server.start_io()
    # standard output is closed by now: there is nothing left to flush, and nothing to say
    os._exit(server.exit_status)
