"""`connlint coverage`: how much of each connector the evidence covers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from connlint.cli.options import (
    EXIT_FINDINGS,
    EXIT_TROUBLE,
    evidence_options,
    evidence_path,
    expanded,
    fail,
    note,
    paths_argument,
    write_out,
)

if TYPE_CHECKING:
    from connlint.evidence.coverage import Coverage, Row
    from connlint.report.coverage import Line, Table

_NAMES = ("events", "selectors", "operations")


@click.command(short_help="Show how much of each connector the evidence covers.")
@paths_argument
@evidence_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown", "json", "html"]),
    default="text",
    show_default=True,
    help="How to print the tables.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file.")
@click.option(
    "--fail-under",
    metavar="NAME=PERCENT,…",
    help="Exit 1 where less is covered, such as events=90,selectors=95,operations=80.",
)
@click.option("--allow-none", is_flag=True, help="Exit 0 where there is no connector.")
def command(
    paths: tuple[Path, ...],
    contract: Path | None,
    events: Path | None,
    fixtures: Path | None,
    format_: str,
    output: Path | None,
    fail_under: str | None,
    allow_none: bool,
) -> None:
    """Show what the evidence proves of the connectors that PATHS name (default: the current folder).

    Events: official ones that have a webhook. Selectors: record and payload fields that are proven.
    Operations: those that have a fixture.
    """
    from connlint.config import BrokenConfig
    from connlint.credentials import withheld
    from connlint.discovery import NoSuchPath
    from connlint.report import coverage as shown
    from connlint.report.escape import logged
    from connlint.run import Request, coverages

    working = Path.cwd()
    limits = _limits(fail_under)
    request = Request(
        paths=expanded(paths or (Path(),)),
        working=working,
        contract=evidence_path(contract, "--contract", working),
        events=evidence_path(events, "--events", working),
        fixtures=evidence_path(fixtures, "--fixtures", working),
    )
    try:
        found = coverages(request)
    except (NoSuchPath, BrokenConfig) as error:
        fail(str(error))
    if not found:
        note("no connector found")
        raise SystemExit(0 if allow_none else EXIT_TROUBLE)
    tables = [_table(item) for item in found]
    renderers = {
        "text": shown.as_text,
        "markdown": shown.as_markdown,
        "json": shown.as_json,
        "html": shown.as_html,
    }
    kind = {"json": "json", "html": "xml"}.get(format_, "text")
    write_out(logged(withheld(renderers[format_](tables)), kind), output)
    short = [
        f"{table.path}: {name} {shown.percent(covered, total)} %, wanted {limits[name]} %"
        for table in tables
        for name, covered, total in table.shares
        if name in limits and shown.percent(covered, total) < limits[name]
    ]
    for text in short:
        note(text)
    raise SystemExit(EXIT_FINDINGS if short else 0)


def _limits(text: str | None) -> dict[str, int]:
    """The least percentages of `--fail-under`."""
    limits: dict[str, int] = {}
    for part in (text or "").split(","):
        if not part.strip():
            continue
        name, _, number = part.strip().partition("=")
        if name not in _NAMES or not number.strip().isdigit() or int(number) > 100:
            fail(f"--fail-under: `{part.strip()}` is no NAME=PERCENT with one of {', '.join(_NAMES)}")
        limits[name] = int(number)
    return limits


def _table(item: Coverage) -> Table:
    """Coverage as the renderers want it."""
    from connlint.report.coverage import Line, Table

    def line(row: Row) -> Line:
        return Line(
            row.resource,
            (row.operations, row.fit, row.seen),
            row.fields,
            (row.have, len(row.lack), row.unknown),
            row.payload,
        )

    return Table(
        path=item.connector,
        title=item.title,
        evidence=(
            ("events", item.events or "none"),
            ("contract", item.contract or "none"),
            ("fixtures", str(item.fixtures) if item.fixtures else "none"),
        ),
        lines=tuple(line(row) for row in item.rows),
        total=line(item.total),
        lack=tuple((row.resource, row.lack) for row in item.rows if row.lack),
        shares=tuple((name, covered, total) for name, (covered, total) in item.shares.items()),
    )
