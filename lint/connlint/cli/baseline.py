"""`connlint baseline`: write the findings that there are now, or prune those that are no more."""

from __future__ import annotations

from pathlib import Path

import click

from connlint.cli.options import (
    EXIT_TROUBLE,
    evidence_options,
    evidence_path,
    expanded,
    fail,
    note,
    paths_argument,
    say,
)


@click.command(short_help="Write or prune the baseline of accepted findings.")
@paths_argument
@evidence_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The baseline's file (default: the configuration's, else connlint-baseline.json).",
)
@click.option("--prune", is_flag=True, help="Only take out what is no more; add nothing.")
def command(
    paths: tuple[Path, ...],
    contract: Path | None,
    events: Path | None,
    fixtures: Path | None,
    output: Path | None,
    prune: bool,
) -> None:
    """Write what `check` finds now into a baseline, so that it shows only what is new.

    `check` reads it where connlint.toml says `baseline = "connlint-baseline.json"`, or with --baseline.
    Entries hold by connector, rule, address and value: they survive reordering, reformatting and
    renamed files. Entries of connectors that PATHS do not name are kept as they are.
    """
    from connlint.config import BrokenBaseline, BrokenConfig, Configs, shown
    from connlint.discovery import NoSuchPath
    from connlint.files import CannotWrite, write_atomically
    from connlint.run import Request, run
    from connlint.triage.baseline import baseline_text, kept_rows, read_baseline

    working = Path.cwd()
    request = Request(
        paths=expanded(paths or (Path(),)),
        working=working,
        contract=evidence_path(contract, "--contract", working),
        events=evidence_path(events, "--events", working),
        fixtures=evidence_path(fixtures, "--fixtures", working),
    )
    try:
        target = working / output if output is not None else None
        target = target or Configs(working).of(working).baseline or working / "connlint-baseline.json"
        old = read_baseline(target, shown(target, working))
        outcome = run(request)
    except (NoSuchPath, BrokenConfig, BrokenBaseline) as error:
        fail(str(error))
    if not outcome.report.connectors:
        note("no connector found; nothing written")
        raise SystemExit(EXIT_TROUBLE)
    held = {part.connector for part in outcome.report.connectors}
    findings = [
        item
        for part in outcome.report.connectors
        for item in part.findings
        if item.state != "ignored" and (not prune or item.fingerprint in old)
    ]
    text = baseline_text(findings, kept_rows(old, held))
    try:
        write_atomically(target, text.encode("utf-8"))
    except CannotWrite as error:
        fail(str(error))
    gone = len(old.entries) - sum(item.fingerprint in old for item in findings) - len(kept_rows(old, held))
    new = sum(item.fingerprint not in old for item in findings)
    say(f"{shown(target, working)}: {len(findings)} findings, {new} new, {gone} gone", err=True)
    if output is None and Configs(working).of(working).baseline is None:
        note(f'check reads it with --baseline {shown(target, working)}, or `baseline = "…"` in connlint.toml')
