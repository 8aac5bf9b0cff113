"""The command line. Each command is a module that is imported only when it is run."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

import click

COMMANDS = {
    "check": "Check connectors and show what is wrong.",
    "baseline": "Write or prune the baseline of accepted findings.",
    "cache": "Empty the cache of results.",
    "compat": "Say what a change breaks for those who build on a connector.",
    "config": "Show the configuration that holds for a path.",
    "coverage": "Show how much of each connector the evidence covers.",
    "events": "Make the vendor's event list, compare lists, keep it fresh.",
    "deliver": "Deliver a signed webhook event to a receiver.",
    "fixtures": "Draft, import and list fixtures.",
    "init": "Make a new connector: empty, from OpenAPI, or from a page.",
    "lsp": "Serve an editor: the language server.",
    "mock": "Serve a connector's operations from its fixtures.",
    "page": "Make a connector's public page, or say that it is out of date.",
    "record": "Record fixtures: a proxy between a client and the vendor.",
    "report": "Merge the reports of a run's shards.",
    "rule": "Show a rule's page, or the list of rules.",
    "try": "Show what an operation sends, gets, and selects.",
}
"""Every command's name and its line in `--help`; `connlint.cli.<name>` holds it as `command`."""


def _module_name(name: str) -> str:
    """The module of a command; one whose name Python reserves has a trailing underscore."""
    return f"{name}_" if name in ("try", "import") else name


class _Commands(click.Group):
    """The commands, imported when one is asked for by name."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"connlint.cli.{_module_name(cmd_name)}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and name not in COMMANDS and not name.startswith("-"):
            from connlint.text import nearest

            near = nearest(name, COMMANDS)
            hint = f" Did you mean `{near}`?" if near else " `connlint --help` lists the commands."
            raise click.UsageError(f"no such command `{name}`.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # from the table: click would import every command for its line
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from connlint.version import VERSION

        click.echo(f"connlint {VERSION}")
        ctx.exit()


@click.command(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--version",
    is_flag=True,
    callback=_print_version,
    expose_value=False,
    is_eager=True,
    help="Show the version.",
)
def group() -> None:
    """Check API connector specs, with evidence.

    `connlint check` is the main job: it reads the connectors below the current folder and says what
    will not work, where, why, and how to mend it. Exit status: 0 nothing found, 1 findings,
    2 the run itself went wrong.
    """


def main() -> None:
    """The program. Nothing that goes wrong reaches the user as a traceback."""
    checking = sys.argv[1:2] == ["check"]
    if checking:
        # start-up makes no garbage, and a run collects its own: Python's collector would only look at it all
        gc.disable()
    try:
        group(prog_name="connlint", standalone_mode=True)
    except BrokenPipeError:
        # the reader of our output went away; what it has read is all it wanted
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        said = f"connlint: {error.strerror or error}: {error.filename or ''}".rstrip(": ")
        with suppress(OSError):
            from connlint.cli.options import say

            say(said, err=True)
        _leave(2)
    except SystemExit as ended:
        if isinstance(ended.code, int) and (checking or not _flushed()):
            _leave(ended.code)
        raise


def _leave(status: int) -> NoReturn:
    """End the process without taking its modules and models apart, a tenth of a short run's time; and without
    Python's own word about output that nobody takes: it would change the status."""
    flushed = _flushed()
    os._exit(status if flushed else 2)


def _flushed() -> bool:
    """Whether all that was said is out."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        return True
    except (OSError, ValueError):
        return False
    return True
