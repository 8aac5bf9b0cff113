"""A run: paths to a report. Every door (command line, hook, editor) starts here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from connlint.config import Config, Configs, ConnectorSettings, shown
from connlint.discovery import Discovery, Finder, Found
from connlint.engine import Loaded, Settings, check
from connlint.evidence.bundle import Evidence
from connlint.evidence.location import EvidenceFinder, home_of
from connlint.finding import ConnectorReport, Finding, NotChecked, Report, Severity, Summary
from connlint.loading import load
from connlint.record import field, record
from connlint.registry import rules
from connlint.rule import Rule

if TYPE_CHECKING:
    from connlint.evidence.coverage import Coverage
    from connlint.keeping import Kept
    from connlint.triage.decide import Triage


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
    baseline: Path | None = None
    """A baseline's file, in place of the configuration's."""
    changed: frozenset[Path] | None = None
    """Files that changed: only connectors whose documents, evidence or configuration they are."""
    shard: tuple[int, int] | None = None
    """Part I of N of the connectors: I counts from 1."""
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
    fail_on: Severity | None = None
    """What configuration says of the exit status."""


@record
class Opened:
    """A connector that was found and read: its path as people see it, its files, its model and evidence,
    and the configuration that holds for it."""

    path: str
    found: Found
    loaded: Loaded
    config: Config
    settings: ConnectorSettings


def open_all(
    request: Request, configs: Configs | None = None, kept: Kept | None = None
) -> tuple[list[Opened], Discovery]:
    """Find and read every connector that the request names; `kept` is what earlier runs have read.

    Raises `discovery.NoSuchPath` for a path that cannot be read, `config.BrokenConfig` for a
    configuration that cannot be used.
    """
    configs = configs or Configs(request.working)

    def show(path: Path) -> str:
        return shown(path, request.working)

    finder = (
        kept.finder(display=show, configs=configs, overlay=request.overlay)
        if kept is not None
        else Finder(display=show, configs=configs, overlay=request.overlay)
    )
    discovery = finder.discover([absolute(path, request.working) for path in request.paths])
    evidence = (
        kept.evidence(show=show, overlay=request.overlay)
        if kept is not None
        else EvidenceFinder(show=show, overlay=request.overlay)
    )
    if request.shard is not None:
        part, parts = request.shard
        discovery.connectors[:] = discovery.connectors[part - 1 :: parts]
    opened = []
    for found in discovery.connectors:
        config = configs.of(found.path)
        opened.append(_open(found, request, evidence, config))
    return opened, discovery


def run(request: Request) -> Outcome:
    """Check everything that the request names.

    Raises `discovery.NoSuchPath` for a path that cannot be read, `config.BrokenConfig` for a
    configuration and `triage.BrokenBaseline` for a baseline that cannot be used.
    """
    configs = Configs(request.working)
    opened, discovery = open_all(request, configs)
    if request.changed is not None:
        opened = [one for one in opened if _touched(one, request, request.changed)]
    return judge(request, opened, discovery, configs)


def judge(request: Request, opened: Sequence[Opened], discovery: Discovery, configs: Configs) -> Outcome:
    """Check connectors that `open_all` has read with these configurations.

    Raises `triage.BrokenBaseline` for a baseline that cannot be used.
    """
    held = list({id(one.config): one.config for one in opened}.values())
    triage = _triage(request, held)
    own = {id(config): _own_rules(config, request) for config in held}
    reports = [_check_one(one, request, triage, own[id(one.config)][0]) for one in opened]
    known = {id_: item for some, _ in own.values() for id_, item in some.items()} or rules()
    leftovers: tuple[Finding, ...] = ()
    if triage is not None:
        ran = frozenset(known) if not request.select else request.select
        addresses = [address for one in opened for address in _addresses(one)] if held else []
        leftovers = tuple(
            triage.leftovers(held, {one.settings.id for one in opened}, ran - request.ignore, addresses)
        )
    first = opened[0].config if opened else configs.of(request.working)
    return Outcome(
        Report(tuple(reports), leftovers, rules={id_: item.doc for id_, item in known.items()}),
        tuple(shown(path, request.working) for path in discovery.strangers),
        tuple(shown(path, request.working) for path in discovery.empty_folders),
        (*discovery.notes, *(note for _, notes in own.values() for note in notes())),
        first.fail_on,
    )


def known_rules(path: Path) -> Mapping[str, Rule]:
    """All rules that there are at a path: the program's, and those that configuration names.

    Raises `config.BrokenConfig`.
    """
    config = Configs(path).of(path)
    return _own_rules(config, Request((), path))[0]


def _own_rules(config: Config, request: Request) -> tuple[Mapping[str, Rule], Callable[[], list[str]]]:
    """All rules that hold under a configuration, and notes about own ones whose query has met nothing."""
    if not config.own_rule_files and not config.plugins:
        return rules(), list
    from connlint.ownrules import own_rules

    found, queries = own_rules(config, request.working, rules())

    def notes() -> list[str]:
        return [
            f"the own rule {item.id} met nothing: no document has {item.value['given']}"
            for item in queries
            if not item.selected and (not request.select or item.id in request.select)
        ]

    return {**rules(), **found}, notes


def _touched(one: Opened, request: Request, changed: frozenset[Path]) -> bool:
    """Whether a changed file belongs to the connector, its evidence or its configuration."""
    own = one.found.path
    settings, config = one.settings, one.config
    homes = (
        own,
        home_of(own, one.found.is_page),
        request.contract or settings.contract,
        request.events or settings.events,
        request.fixtures or settings.fixtures,
        settings.page,
        config.baseline,
        absolute(Path(config.name), request.working) if config.name else None,
    )
    return any(path == home or home in path.parents for path in changed for home in homes if home)


def _triage(request: Request, configs: Sequence[Config]) -> Triage | None:
    """What decides about findings: None where nothing has been decided, which costs nothing."""
    baseline = request.baseline or next((config.baseline for config in configs if config.baseline), None)
    if baseline is None and not any(config.ignores for config in configs):
        return None
    from connlint.triage.baseline import read_baseline
    from connlint.triage.decide import Triage

    read = read_baseline(baseline, shown(baseline, request.working)) if baseline is not None else None
    return Triage(read, request.today)


def _addresses(opened: Opened) -> Iterator[str]:
    """Every address in a connector, for the nearest one to a mistyped one."""
    connector = opened.loaded.connector
    for resource in connector.resources:
        yield resource.address
        yield from (item.address for item in resource.fields)
        yield from (item.address for item in resource.operations)
        for template in resource.templates:
            yield template.address
            yield from (item.address for item in template.placeholders)
        for webhook in resource.webhooks:
            yield webhook.address
            yield from (item.address for item in webhook.payload)


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


def _open(found: Found, request: Request, evidence: EvidenceFinder, config: Config) -> Opened:
    path = shown(found.path, request.working)
    settings = config.settings(found.path)

    def find(folder: Path, is_page: bool) -> Evidence:
        return evidence.find(
            folder,
            is_page,
            contract=request.contract or settings.contract,
            events=request.events or settings.events,
            fixtures=request.fixtures or settings.fixtures,
            records=settings.records,
        )

    return Opened(path, found, load(found, settings.id, path, find), config, settings)


def _check_one(
    opened: Opened, request: Request, triage: Triage | None, known: Mapping[str, Rule]
) -> ConnectorReport:
    loaded, settings = opened.loaded, opened.settings
    selected = None
    if request.select or request.ignore:
        names = request.select or frozenset(known)
        selected = frozenset(names) - request.ignore
    options = settings.options
    if settings.coverage is not None:
        options = {
            **options,
            "missing-event": {**options.get("missing-event", {}), "coverage": list(settings.coverage)},
        }
    findings: Sequence[Finding] = check(
        loaded, known, Settings(settings.severities, options, selected, request.today)
    )
    documents = (*loaded.connector.documents, *loaded.evidence.documents)
    if triage is None and any(document.syntax == "yaml" for document in documents):
        from connlint.triage.decide import Triage, notes

        if any(notes(document) for document in documents):
            triage = Triage(None, request.today)
    if triage is not None:
        findings = triage.connector(findings, opened.config, documents, settings.id)
    summary, not_checked = summarise(loaded)
    service = loaded.connector.service
    title = service.handle if service is not None and service.handle else ""
    return ConnectorReport(
        settings.id,
        opened.path,
        title,
        summary,
        tuple(sorted(findings, key=lambda finding: finding.order)),
        tuple(not_checked),
        evidence_names(loaded.evidence),
        settings.owner,
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
