"""A run: paths to a report. Every door (command line, hook, editor) starts here."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from connlint.discovery import Discovery, Finder, Found
from connlint.engine import Loaded, Settings, check
from connlint.evidence.bundle import Evidence
from connlint.evidence.location import EvidenceFinder
from connlint.finding import ConnectorReport, NotChecked, Report, Summary
from connlint.loading import load
from connlint.record import field, record
from connlint.registry import rules

if TYPE_CHECKING:
    from connlint.evidence.coverage import Coverage


@record
class Request:
    """What to check and how. `working` is the directory that paths are shown relative to."""

    paths: tuple[Path, ...]
    working: Path
    contract: Path | None = None
    events: Path | None = None
    fixtures: Path | None = None
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    today: str = ""
    overlay: dict[Path, bytes] = field(default_factory=dict)
    """Contents that stand for files' own (an editor's buffers, standard input)."""


@record
class Outcome:
    """A report, and what the paths named that no connector holds."""

    report: Report
    strangers: tuple[str, ...]
    empty_folders: tuple[str, ...]
    notes: tuple[str, ...]


def display(path: Path, working: Path) -> str:
    """A path as people see it: POSIX, relative to the working directory where that is possible."""
    try:
        return path.relative_to(working).as_posix() or "."
    except ValueError:
        try:
            return Path(os.path.relpath(path, working)).as_posix()
        except ValueError:
            return path.as_posix()


@record
class Opened:
    """A connector that was found and read: its path as people see it, its files, its model and evidence."""

    path: str
    found: Found
    loaded: Loaded


def open_all(request: Request) -> tuple[list[Opened], Discovery]:
    """Find and read every connector that the request names.

    Raises `discovery.NoSuchPath` for a path that cannot be read.
    """
    finder = Finder(display=lambda path: display(path, request.working), overlay=request.overlay)
    discovery = finder.discover([absolute(path, request.working) for path in request.paths])
    evidence = EvidenceFinder(show=lambda path: display(path, request.working), overlay=request.overlay)
    return [_open(found, request, evidence) for found in discovery.connectors], discovery


def run(request: Request) -> Outcome:
    """Check everything that the request names.

    Raises `discovery.NoSuchPath` for a path that cannot be read.
    """
    opened, discovery = open_all(request)
    reports = [_check_one(one, request) for one in opened]
    return Outcome(
        Report(tuple(reports), rules={id_: item.doc for id_, item in rules().items()}),
        tuple(display(path, request.working) for path in discovery.strangers),
        tuple(display(path, request.working) for path in discovery.empty_folders),
        tuple(discovery.notes),
    )


def coverages(request: Request) -> list[Coverage]:
    """The coverage of every connector that the request names.

    Raises `discovery.NoSuchPath` for a path that cannot be read.
    """
    from connlint.evidence.coverage import cover

    opened, _ = open_all(request)
    return [cover(one.loaded.connector, one.loaded.evidence) for one in opened]


def absolute(path: Path, working: Path) -> Path:
    """The path below the working directory, without `.` and `..`; links are not followed."""
    return Path(os.path.normpath(working / path))


def _open(found: Found, request: Request, evidence: EvidenceFinder) -> Opened:
    path = display(found.path, request.working)
    loaded = load(
        found,
        path,
        path,
        lambda folder, is_page: evidence.find(
            folder, is_page, contract=request.contract, events=request.events, fixtures=request.fixtures
        ),
    )
    return Opened(path, found, loaded)


def _check_one(opened: Opened, request: Request) -> ConnectorReport:
    path, loaded = opened.path, opened.loaded
    selected = None
    if request.select or request.ignore:
        names = request.select or frozenset(rules())
        selected = frozenset(names) - request.ignore
    findings = check(loaded, rules(), Settings(selected=selected, today=request.today))
    summary, not_checked = summarise(loaded)
    service = loaded.connector.service
    title = service.handle if service is not None and service.handle else ""
    return ConnectorReport(
        path, path, title, summary, findings, tuple(not_checked), evidence_names(loaded.evidence)
    )


def evidence_names(evidence: Evidence) -> tuple[str, ...]:
    """The evidence as phrases for the summary."""
    if evidence.empty:
        return ()
    return (
        f"contract {evidence.contract_name}" if evidence.contract_name else "no contract",
        f"events {evidence.events_name}" if evidence.events_name else "no events document",
        f"{len(evidence.fixtures)} fixtures" if evidence.fixtures else "no fixtures",
    )


def summarise(loaded: Loaded) -> tuple[Summary, Sequence[NotChecked]]:
    """What was read of a connector, what the evidence proves of it, and what it could not be held to."""
    connector, evidence = loaded.connector, loaded.evidence
    if not evidence.empty:
        from connlint.evidence.verdicts import summarise as with_evidence

        return with_evidence(connector, evidence)
    summary = Summary(
        connectors=1,
        resources=len(connector.resources),
        operations=sum(len(resource.operations) for resource in connector.resources),
        webhooks=sum(len(resource.webhooks) for resource in connector.resources),
    )
    summary.fields.unchecked = sum(len(resource.fields) for resource in connector.resources)
    summary.payload.unchecked = sum(
        len(webhook.payload) for resource in connector.resources for webhook in resource.webhooks
    )
    why = "no evidence was found"
    not_checked = [
        NotChecked(
            "record fields",
            summary.fields.unchecked,
            f"{why} (no contract, no fixtures)",
            "To check selectors and operations: put the vendor's OpenAPI beside the connector as "
            "contract.json, or name it with --contract FILE.",
        ),
        NotChecked(
            "webhook events and their payload fields",
            summary.webhooks,
            f"{why} (no events document)",
            "To check events: `connlint events import SOURCE` makes events.yaml from the vendor's list.",
        ),
        NotChecked("operations", summary.operations, f"{why} (no contract)", ""),
    ]
    return summary, [item for item in not_checked if item.count]
