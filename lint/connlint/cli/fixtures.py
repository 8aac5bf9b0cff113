"""`connlint fixtures`: draft first ones, import recorded ones, list what there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from connlint.cli.homes import Home, load_homes
from connlint.cli.options import EXIT_TROUBLE, chosen_day, evidence_options, fail, note, say

if TYPE_CHECKING:
    from connlint.evidence.bundle import Evidence
    from connlint.evidence.fixture_store import Plan
    from connlint.evidence.redaction import Redactor

_dry = click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")


@click.group(name="fixtures", no_args_is_help=True)
def command() -> None:
    """Fixtures: exchanges and deliveries that prove selectors, and that the mock replays."""


@command.command("draft", short_help="Draft first fixtures from the contract and the event list.")
@click.argument("names", nargs=-1, metavar="[CONNECTOR] [OPERATION]...")
@evidence_options
@_dry
@click.option("--today", metavar="DATE", help="The day to write into `drafted:` (YYYY-MM-DD).")
def draft(
    names: tuple[str, ...],
    contract: Path | None,
    events: Path | None,
    fixtures: Path | None,
    dry_run: bool,
    today: str | None,
) -> None:
    """Draft first fixtures from the contract's schemas and the events' shapes.

    CONNECTOR is a folder, a page or one of its files (default: the current folder); OPERATIONs are
    addresses such as batches.read, or events such as batch.completed. A draft takes the place of an
    earlier draft; what was recorded or written by hand is never touched. Exit status: 0, or 2 where there
    is nothing to draft from.
    """
    path, wanted = _connector_and_names(names)
    loaded = load_homes(path, contract, events, fixtures)
    day = chosen_day(today)
    known = [_draftable(home) for home in loaded]
    unknown = [name for name in wanted if not any(name in names for names in known)]
    if unknown:
        _fail_unknown(unknown, [name for names in known for name in names])
    for home, names_here in zip(loaded, known, strict=True):
        mine = [name for name in wanted if name in names_here]
        if mine or not wanted:
            _draft_one(home, mine if wanted else None, day, dry_run)


def _draftable(home: Home) -> list[str]:
    """The addresses of a connector's operations, and its official events."""
    from connlint.evidence.drafting import official_names

    addresses = [operation.address for operation in home.connector.operations]
    return [*addresses, *official_names(home.evidence.contract, home.evidence.events)]


def _draft_one(home: Home, only: Sequence[str] | None, day: str, dry_run: bool) -> None:
    from connlint.evidence.drafting import draft as make
    from connlint.evidence.fixture_store import FixtureStore

    evidence = home.evidence
    if evidence.contract is None and evidence.events is None:
        for fault in _faults(evidence):
            note(fault)
        fail(
            f"nothing to draft from in {home.shown}: put the vendor's OpenAPI beside the connector as "
            "contract.json, or name it with --contract FILE (and the event list with --events FILE)"
        )
    contract_name = _base_name(evidence.contract_name)
    events_name = _base_name(evidence.events_name.partition(" (")[0])
    drafts = make(
        home.connector,
        evidence.contract,
        evidence.events,
        date=day,
        contract_name=contract_name,
        events_name=events_name,
        only=only,
    )
    store = FixtureStore(home.fixtures, evidence.fixtures)
    plans = [
        (drafted, store.draft(drafted.file, drafted.text, drafted.target, drafted.variant))
        for drafted in (*drafts.operations, *drafts.events)
    ]
    _write(home, [plan for _, plan in plans], dry_run)
    made = [(drafted, plan) for drafted, plan in plans if plan.outcome != "kept"]
    official = {drafted.target for drafted in drafts.events}
    targets = {drafted.target for drafted, _ in made}
    counts = [
        (len(targets - official), "operation", contract_name.partition(" ")[0]),
        (len(targets & official), "event", events_name or contract_name.partition(" ")[0]),
    ]
    said = ", ".join(f"{_many(count, what)} from {source}" for count, what, source in counts if count)
    if said:
        dry = " (dry run: nothing written)" if dry_run else ""
        say(f"{said} → {home.shown_fixtures}/{dry}")
    kept = list(dict.fromkeys(plan.file for _, plan in plans if plan.outcome == "kept"))
    if kept:
        say(f"{_many(len(kept), 'fixture')} kept, recorded or written by hand: {_listed(kept)}")
    reasons = _grouped(((item.why, item.rule), item.target) for item in drafts.skipped)
    for (why, rule), left_out in reasons.items():
        more = f" ({rule})" if rule else ""
        say(f"{len(left_out)} not drafted: {why} {_listed(left_out)}{more}")
    if said:
        say("Drafts are marked `drafted:`; they feed the mock, and prove nothing that the contract does not.")


@command.command("import", short_help="Make fixtures of a recording (an HTTP archive).")
@click.argument("archive", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE.har")
@click.option(
    "--connector",
    "path",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="PATH",
    help="The connector whose calls they are (default: the current folder).",
)
@evidence_options
@_dry
def import_(
    archive: Path,
    path: Path,
    contract: Path | None,
    events: Path | None,
    fixtures: Path | None,
    dry_run: bool,
) -> None:
    """Make fixtures of a recording: an HTTP archive (HAR) that a browser or a proxy saved.

    Entries are matched to the connector's operations by method and URL. Credentials are replaced by
    stand-ins: what stands in the connector's credential header, cookies, keys of a known shape, and the same
    text elsewhere. What was recorded or written before is never touched; drafts are replaced. Exit status: 0,
    or 2 where the file is no archive or nothing in it is a call of this connector.
    """
    from connlint.evidence.fixture_store import FixtureStore
    from connlint.evidence.har import NoArchive, import_har
    from connlint.evidence.redaction import Redactor

    homes = load_homes(path, contract, events, fixtures)
    if len(homes) > 1:
        fail(f"{path} holds {len(homes)} connectors: name one of them with --connector")
    home = homes[0]
    redactor = Redactor.of(home.connector, home.evidence.contract)
    try:
        found = import_har(_archive(archive), home.connector, redactor)
    except NoArchive as error:
        fail(f"{archive}: {error}")
    store = FixtureStore(home.fixtures, home.evidence.fixtures)
    plans = [store.recording(item.document, item.others) for item in found.recorded]
    _refuse_leaks(plans, redactor)
    _write(home, plans, dry_run)
    calls, entries = _many(len(found.recorded), "call"), _many(found.entries, "entry")
    say(f"{archive.name}: {calls} of this connector in {entries}")
    words = {
        "new": "new",
        "replaces": "in place of a draft",
        "same": "same, not written",
        "kept": "answered otherwise there, not written",
    }
    for plan in plans:
        say(f"  {words[plan.outcome]:<22} {plan.file}")
    if redactor.counts:
        counted = ", ".join(f"{count} × {what}" for what, count in redactor.counts.items())
        say(f"Replaced: {counted}")
    for why, requests in _grouped((left.why, left.request) for left in found.left).items():
        say(f"Not imported, {why}: {_listed(requests)}")
    for what, files in _grouped(
        (what, plan.file) for item, plan in zip(found.recorded, plans, strict=True) for what in item.lacks
    ).items():
        say(f"The archive lacks {what}: {_listed(files)}")
    if not found.recorded:
        fail(f"nothing in {archive} is a call of {home.shown}")
    if not dry_run and any(plan.text for plan in plans):
        say(f"Look before you commit: git diff {home.shown_fixtures}")


@command.command("list", short_help="List fixtures, and what has none.")
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@evidence_options
def list_(path: Path, contract: Path | None, events: Path | None, fixtures: Path | None) -> None:
    """List fixtures: what each is about, how it came to be, and the operations and events that have none.

    PATH is a connector, or a folder of several (default: the current folder).
    """
    for home in load_homes(path, contract, events, fixtures):
        say(f"{home.shown}: {_many(len(home.evidence.fixtures), 'fixture')}")
        for fixture in home.evidence.fixtures:
            origin = fixture.provenance
            how = " ".join(part for part in (origin.kind or "of no stated origin", origin.date) if part)
            inner = fixture.file.removeprefix(f"{home.shown_fixtures}/")
            say(f"  {fixture.kind or '?':<9} {fixture.name:<40} {how:<21} {inner}")
        for fault in _faults(home.evidence):
            note(fault)
        there = {exchange.operation for item in home.evidence.fixtures for exchange in item.exchanges}
        lacking = [item.address for item in home.connector.operations if item.address not in there]
        if lacking:
            say(f"  no fixture for {_many(len(lacking), 'operation')}: {_listed(lacking)}")
        delivered = {item.target for item in home.evidence.fixtures if item.kind == "event"}
        silent = [item.event for item in home.connector.webhooks if item.event not in delivered]
        if silent:
            say(f"  no fixture for {_many(len(silent), 'webhook')}: {_listed(silent)}")


# --- connectors


def _connector_and_names(names: Sequence[str]) -> tuple[Path, list[str]]:
    """The connector's path, where the first name is one, and the names of operations and events."""
    if names and (Path(names[0]).exists() or "/" in names[0]):
        return Path(names[0]), list(names[1:])
    return Path(), list(names)


def _fail_unknown(names: Sequence[str], known: Sequence[str]) -> NoReturn:
    """End the run: these are names of nothing."""
    from connlint.text import nearest

    for name in names:
        near = nearest(name, known)
        hint = f"; did you mean `{near}`?" if near else ""
        note(f"no operation and no official event is called `{name}`{hint}")
    raise SystemExit(EXIT_TROUBLE)


def _faults(evidence: Evidence) -> list[str]:
    return [
        f"{document.source.path}: {fault.message}"
        for document in evidence.documents
        for fault in document.faults
    ]


# --- writing


def _write(home: Home, plans: Iterable[Plan], dry_run: bool) -> None:
    from connlint.evidence.fixture_store import write_plans
    from connlint.files import CannotWrite

    try:
        write_plans(home.fixtures, plans if not dry_run else ())
    except CannotWrite as error:
        fail(str(error))


def _refuse_leaks(plans: Iterable[Plan], redactor: Redactor) -> None:
    """End the run where a file to write still holds a credential that is known."""
    for plan in plans:
        for name, data in ((plan.file, plan.text.encode()), *plan.others):
            if redactor.leaks(data):
                fail(f"{name} would still hold a credential, in a form that is not replaced; wrote nothing")


def _archive(path: Path) -> object:
    """The archive's JSON. Ends the run where there is none."""
    from connlint.reading import CONTRACT_LIMITS, read

    try:
        with path.open("rb") as stream:
            data = stream.read(CONTRACT_LIMITS.size + 1)
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror}")
    result = read(path.as_posix(), data, named=True, syntax="json", limits=CONTRACT_LIMITS)
    documents = result.documents
    faults = [*result.faults, *(documents[0].faults if documents else ())]
    broken = [fault for fault in faults if fault.kind != "duplicate-key"]
    if broken:
        line, column = result.source.position(broken[0].span.start)
        fail(f"{path}:{line}:{column}: {broken[0].message}")
    return documents[0].value if documents else None


# --- words


def _base_name(name: str) -> str:
    """`vendor/openai.json 2.3.0` as `openai.json 2.3.0`."""
    return name.rpartition("/")[2]


def _many(count: int, what: str) -> str:
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{count} {what if count == 1 else plural}"


def _listed(names: Iterable[str], most: int = 8) -> str:
    distinct = list(dict.fromkeys(names))
    shown = ", ".join(distinct[:most])
    return shown if len(distinct) <= most else f"{shown} and {len(distinct) - most} more"


_Key = TypeVar("_Key")


def _grouped(pairs: Iterable[tuple[_Key, str]]) -> dict[_Key, list[str]]:
    found: dict[_Key, list[str]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return found
