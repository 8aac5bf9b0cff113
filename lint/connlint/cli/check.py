"""`connlint check`: the main job."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

import click

from connlint.cli.completing import formats, rule_ids
from connlint.cli.options import (
    EXIT_FINDINGS,
    EXIT_TROUBLE,
    chosen_day,
    colour_wanted,
    evidence_options,
    evidence_path,
    expanded,
    fail,
    note,
    paths_argument,
    say,
    terminal_width,
    write_out,
)
from connlint.config import BrokenBaseline, BrokenConfig
from connlint.discovery import NoSuchPath
from connlint.finding import Severity
from connlint.report.outputs import FORMATS, View, rendered
from connlint.run import Outcome, Request, run

_SEVERITIES = click.Choice(["error", "warning", "info"])


@click.command(short_help="Check connectors and show what is wrong.")
@paths_argument
@evidence_options
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME[:FILE]",
    shell_complete=formats,
    help="text (default), concise, json, markdown, github, sarif, gitlab or junit; repeat for several, "
    "each into its own file, such as --format github --format sarif:out.sarif.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report to a file."
)
@click.option(
    "--select",
    multiple=True,
    metavar="RULE",
    shell_complete=rule_ids,
    help="Run only these rules (repeat, or join with commas).",
)
@click.option(
    "--ignore", multiple=True, metavar="RULE", shell_complete=rule_ids, help="Leave these rules out."
)
@click.option(
    "--fail-on",
    type=_SEVERITIES,
    help="Least severity that makes the exit status 1 (default: the configuration's, else warning).",
)
@click.option(
    "--show", type=_SEVERITIES, default="warning", show_default=True, help="Least severity to show."
)
@click.option(
    "--top", type=click.IntRange(min=0), metavar="N", help="Show at most N frames, and say what is left out."
)
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option(
    "--shard",
    metavar="I/N",
    help="Check part I of N of the connectors (I from 1); `connlint report merge` puts the reports together.",
)
@click.option(
    "--changed-since",
    metavar="REV",
    help="Check only connectors whose documents, evidence or configuration changed since a git revision.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The baseline, in place of the configuration's.",
)
@click.option("--fix", "fix_", is_flag=True, help="Apply safe fixes, then check again.")
@click.option("--unsafe-fixes", is_flag=True, help="Apply unsafe fixes too: read what they change.")
@click.option("--diff", is_flag=True, help="Print what the fixes change as a patch; write nothing.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Check in N processes (default: one; where there are many connectors, as many as processors).",
)
@click.option("--no-cache", is_flag=True, help="Neither use nor fill the cache of results.")
@click.option(
    "--watch",
    "watch_",
    is_flag=True,
    help="Check again whenever a document, its evidence or the configuration changes, until Ctrl-C.",
)
@click.option("--exit-zero", is_flag=True, help="Exit 0 in spite of findings.")
@click.option("--allow-none", is_flag=True, help="Exit 0 where there is no connector.")
@click.option(
    "--stdin-filename",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Read this file's content from standard input.",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Whether to colour.",
)
@click.option(
    "--sarif-suppressed", "suppressed", is_flag=True, help="Put ignored findings into SARIF too, marked."
)
@click.option(
    "--today", metavar="DATE", help="The day to take for today (YYYY-MM-DD), for what depends on dates."
)
def command(
    paths: tuple[Path, ...],
    contract: Path | None,
    events: Path | None,
    fixtures: Path | None,
    formats: tuple[str, ...],
    output: Path | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    show: str,
    top: int | None,
    statistics: bool,
    shard: str | None,
    changed_since: str | None,
    baseline: Path | None,
    fix_: bool,
    unsafe_fixes: bool,
    diff: bool,
    jobs: int | None,
    no_cache: bool,
    watch_: bool,
    exit_zero: bool,
    allow_none: bool,
    stdin_filename: Path | None,
    color: str,
    suppressed: bool,
    today: str | None,
) -> None:
    """Check the connectors that PATHS name, lie in or hold (default: the current folder).

    PATHS are folders, files, Markdown pages or patterns such as 'connectors/*/'. One file of a
    connector brings the whole connector, once. What git ignores is left out.
    """
    working = Path.cwd()
    if watch_:
        _refuse_to_watch(
            {
                "--fix": fix_,
                "--unsafe-fixes": unsafe_fixes,
                "--diff": diff,
                "--stdin-filename": stdin_filename is not None,
                "--changed-since": changed_since is not None,
                "--shard": shard is not None,
                "--jobs": jobs is not None,
            },
            _targets(formats, output),
        )
    overlay: dict[Path, bytes] = {}
    if stdin_filename is not None:
        from connlint.run import absolute

        overlay[absolute(stdin_filename, working)] = sys.stdin.buffer.read()
        paths = (*paths, stdin_filename)
    request = Request(
        paths=expanded(paths or (Path(),)),
        working=working,
        contract=evidence_path(contract, "--contract", working),
        events=evidence_path(events, "--events", working),
        fixtures=evidence_path(fixtures, "--fixtures", working),
        select=_rule_ids(select, "--select", working),
        ignore=_rule_ids(ignore, "--ignore", working),
        baseline=_baseline(baseline, working),
        changed=_changed(changed_since, working),
        shard=_shard(shard),
        today=chosen_day(today),
        overlay=overlay,
        jobs=jobs,
        cached=not no_cache,
    )

    def report(outcome: Outcome) -> int:
        """Show or write what a check came to; the exit status that it means."""
        _say(outcome)
        for format_, file in _targets(formats, output):
            view = _view(file, show, top, statistics, color, suppressed)
            write_out(rendered(outcome.report, format_, view), file)
        least = Severity.of(fail_on) if fail_on else outcome.fail_on or Severity.WARNING
        return status(outcome, least, exit_zero, allow_none)

    if watch_:
        _watch(request, today, report, _targets(formats, output))
    try:
        if fix_ or unsafe_fixes or diff:
            outcome = _fixed(request, unsafe=unsafe_fixes, diff=diff)
        else:
            outcome = run(request, Progress() if sys.stderr.isatty() else None)
    except NoSuchPath as error:
        fail(str(error))
    except BrokenConfig as error:
        _refuse(error)
    except BrokenBaseline as error:
        fail(str(error))
    raise SystemExit(report(outcome))


def _refuse_to_watch(given: Mapping[str, bool], targets: list[tuple[str, Path | None]]) -> None:
    """End the run where `--watch` makes no sense with another option."""
    why = {
        "--fix": "it would write into files that are open in an editor; fix first",
        "--unsafe-fixes": "it would write into files that are open in an editor; fix first",
        "--diff": "there is no end at which to print the patch",
        "--stdin-filename": "standard input does not change",
        "--changed-since": "what changes is what it checks; name the paths",
        "--shard": "it watches what PATHS name; name the connectors",
        "--jobs": "it checks what has changed, in one process",
    }
    for option, is_given in given.items():
        if is_given:
            fail(f"--watch does not go with {option}: {why[option]}")
    for format_, file in targets:
        if file is None and format_ not in ("text", "concise"):
            name = f"report.{format_}"
            fail(
                f"--watch shows reports one after the other, and {format_} is one report: "
                f"give it a file, such as --format {format_}:{name}"
            )


def _watch(
    request: Request,
    today: str | None,
    report: Callable[[Outcome], int],
    targets: list[tuple[str, Path | None]],
) -> NoReturn:
    """Check again and again."""
    from connlint.cli.watch import watch
    from connlint.run import absolute

    for path in request.paths:
        if not (request.working / path).exists():
            fail(f"no such file or folder: {path}")
    outputs = [absolute(file, request.working) for _, file in targets if file is not None]
    watch(request, lambda: chosen_day(today), report, outputs=outputs)


class Progress:
    """A bar on a terminal's stderr, for a run that takes long enough to wonder."""

    def __init__(self) -> None:
        self._started = self._shown = time.monotonic()
        self._visible = False

    def __call__(self, done: int, count: int) -> None:
        """So many connectors are checked; when all are, the bar goes."""
        now = time.monotonic()
        if done == count:
            if self._visible:
                self._write("\r\x1b[K")
            return
        if now - self._started < _PATIENCE or now - self._shown < _FRAME:
            return
        self._shown, self._visible = now, True
        filled = _WIDTH * done // count
        self._write(f"\r\x1b[K{'█' * filled}{'░' * (_WIDTH - filled)} {done:,} of {count:,} connectors")

    def _write(self, text: str) -> None:
        encoding = sys.stderr.encoding or "ascii"
        sys.stderr.write(text.encode(encoding, "replace").decode(encoding))
        sys.stderr.flush()


_PATIENCE = 2.0
"""Seconds before a bar is shown."""
_FRAME = 0.1
"""Seconds between two of its states."""
_WIDTH = 30


def _fixed(request: Request, *, unsafe: bool, diff: bool) -> Outcome:
    """Apply fixes and check again; with `diff` print them as a patch, write nothing, and end the run."""
    from connlint.config import shown
    from connlint.files import CannotWrite, write_all
    from connlint.fixer import fix, outside, patch

    result = fix(request, unsafe=unsafe)
    names = {path: shown(path, request.working) for path in result.files}
    if diff:
        old = {path: request.overlay.get(path) or path.read_bytes() for path in result.files}
        data = patch(result.files, old, names)
        sys.stdout.flush()
        sys.stdout.buffer.write(_seen(data) if sys.stdout.isatty() else data)
        sys.stdout.buffer.flush()
        raise SystemExit(EXIT_FINDINGS if data else 0)
    if request.overlay:
        fail("--fix cannot write what comes from standard input; use --diff")
    for path in result.files:
        if outside(path, request.working):
            fail(f"{names[path]} is a link to a file elsewhere; nothing was written")
    try:
        write_all(result.files)
    except CannotWrite as error:
        fail(str(error))
    counts: dict[str, int] = {}
    for finding in result.applied:
        counts[finding.rule] = counts.get(finding.rule, 0) + 1
    if counts:
        listed = ", ".join(f"{rule} {count}" for rule, count in sorted(counts.items()))
        note(f"fixed {sum(counts.values())} in {', '.join(sorted(names.values()))}: {listed}")
    for finding, why in result.refused:
        note(f"not fixed: {finding.rule} at {finding.address}, for {why}")
    return result.outcome


def _baseline(path: Path | None, working: Path) -> Path | None:
    """The file of `--baseline`: one that is not there covers nothing, so the run ends."""
    if path is None:
        return None
    if not (working / path).exists():
        fail(f"--baseline: no such file: {path}; `connlint baseline -o {path}` writes it")
    return working / path


def _seen(patch: bytes) -> bytes:
    """A patch for a terminal, which the bytes of a file must not drive. In a file or a pipe it is exact."""
    from connlint.report.escape import visible_lines

    return visible_lines(patch.decode("utf-8", "backslashreplace")).encode("utf-8", "backslashreplace")


def _shard(text: str | None) -> tuple[int, int] | None:
    """The part of `--shard I/N`."""
    if text is None:
        return None
    part, _, parts = text.partition("/")
    if not (part.isdigit() and parts.isdigit() and 1 <= int(part) <= int(parts)):
        fail(f"--shard: `{text}` is no I/N with I from 1 to N, such as 2/5")
    return int(part), int(parts)


def _changed(revision: str | None, working: Path) -> frozenset[Path] | None:
    """The files that changed since a revision; None where none is named."""
    if revision is None:
        return None
    from connlint.git import GitError, changed

    try:
        return frozenset(changed(revision, working))
    except GitError as error:
        fail(f"--changed-since: {error}")


def status(outcome: Outcome, fail_on: Severity, exit_zero: bool, allow_none: bool) -> int:
    """The exit status of a run: see DESIGN, "What users see"."""
    if outcome.empty_folders and not outcome.report.connectors and not allow_none:
        return EXIT_TROUBLE
    found = any(item.state == "active" and item.severity >= fail_on for item in outcome.report.all_findings)
    return EXIT_FINDINGS if found and not exit_zero else 0


def _say(outcome: Outcome) -> None:
    """Notes about the run, on stderr."""
    for path in outcome.strangers:
        page = path.lower().endswith((".md", ".markdown"))
        what = (
            "a page is one when a fence holds its documents"
            if page
            else "a document is an object with `handle` and `service`, or a list of resources"
        )
        note(f"{path} belongs to no connector; nothing to check in it ({what})")
    for path in outcome.empty_folders:
        note(
            f"no connector in {path}: a folder needs a document with `handle` and `service`, "
            "or a list of resources with `handle` and `endpoint` or `operations`"
        )
    for text in outcome.notes:
        note(text)


def _targets(formats: tuple[str, ...], output: Path | None) -> list[tuple[str, Path | None]]:
    """Each format with the file it goes to (None is standard output, which holds one)."""
    targets: list[tuple[str, Path | None]] = []
    for item in formats or ("text",):
        name, _, file = item.partition(":")
        if name not in FORMATS:
            from connlint.text import nearest

            near = nearest(name, FORMATS)
            fail(
                f"--format: there is no format `{name}`; "
                + (f"did you mean `{near}`?" if near else f"there are {', '.join(FORMATS)}")
            )
        targets.append((name, Path(file) if file else output))
    for target in {target for _, target in targets}:
        if sum(other == target for _, other in targets) > 1:
            where = "standard output" if target is None else str(target)
            fail(f"--format: two formats go to {where}; give each a file, such as --format sarif:out.sarif")
    return targets


def _view(
    file: Path | None, show: str, top: int | None, statistics: bool, color: str, suppressed: bool
) -> View:
    """How the report is shown where it goes."""
    from connlint.report.style import Style

    to_terminal = file is None and sys.stdout.isatty()
    style = Style(colour_wanted(color, to_terminal))
    return View(Severity.of(show), top, statistics, terminal_width(to_terminal), style, suppressed)


def _rule_ids(values: tuple[str, ...], option: str, working: Path) -> frozenset[str]:
    """Rule ids from repeated or comma-joined values; an unknown one ends the run."""
    ids = frozenset(part.strip() for value in values for part in value.split(",") if part.strip())
    if ids:
        from connlint.registry import rules
        from connlint.run import known_rules
        from connlint.text import nearest

        known: Mapping[str, object] = rules()
        if not ids <= known.keys():
            try:
                known = known_rules(working)
            except BrokenConfig as error:
                _refuse(error)
        for id_ in sorted(ids):
            if id_ not in known:
                near = nearest(id_, known)
                hint = f"did you mean `{near}`?" if near else "`connlint rule` lists them all"
                fail(f"{option}: there is no rule `{id_}`; {hint}")
    return ids


def _refuse(error: BrokenConfig) -> NoReturn:
    """End the run: the configuration is broken."""
    for line in error.lines:
        say(line, err=True)
    fail("the configuration cannot be used")
