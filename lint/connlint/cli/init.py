"""`connlint init`: a new connector's folder, empty, from the vendor's contract, or from a page."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from connlint.cli.options import chosen_day, fail, note, say

if TYPE_CHECKING:
    from connlint.evidence.contract import Contract
    from connlint.evidence.starting_contract import Choice
    from connlint.evidence.starting_files import Beginning, Origin
    from connlint.finding import Finding

_HANDLE: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,99}", re.ASCII)
_BASE_URL: Final = re.compile(r"https?://[^\s/?#{}]+(?:/[^\s?#{}]*)?", re.IGNORECASE)
_MOST_NAMED: Final = 6
_MANY: Final = 30
"""Operations from which on a person is asked which to take."""


@click.command(short_help="Make a new connector: empty, from OpenAPI, or from a page.")
@click.argument("folder", type=click.Path(path_type=Path), default=Path(), metavar="[FOLDER]")
@click.option(
    "--from-openapi",
    "contract_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Make it of the vendor's OpenAPI document (3.0 or 3.1, JSON or YAML).",
)
@click.option(
    "--tag", "tags", multiple=True, metavar="TAG", help="Only operations with this tag; may be repeated."
)
@click.option(
    "--path",
    "paths",
    multiple=True,
    metavar="GLOB",
    help="Only operations at this path and below it, * for any text; may be repeated.",
)
@click.option(
    "--event",
    "events",
    multiple=True,
    metavar="GLOB",
    help="Only these webhook events; without it, those of the chosen resources.",
)
@click.option(
    "--list", "listing", is_flag=True, help="Show the tags, paths and events to choose from; write nothing."
)
@click.option(
    "--whole-contract", is_flag=True, help="Copy the contract as it is, also where a part was chosen."
)
@click.option(
    "--from-page",
    "page",
    type=click.Path(path_type=Path),
    metavar="FILE.md",
    help="Take the documents out of a page's fenced blocks.",
)
@click.option("--handle", metavar="NAME", help="The connector's handle (default: the folder's name).")
@click.option("--base-url", metavar="URL", help="The API's URL (default: what the contract says).")
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json"]),
    help="What to write (default: yaml, which has comments).",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--no-drafts", is_flag=True, help="Without drafted fixtures.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--force", is_flag=True, help="Write over files that are there; recorded fixtures stay.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing.")
@click.option("--today", metavar="DATE", help="The day to write into evidence (YYYY-MM-DD).")
def command(
    folder: Path,
    contract_file: Path | None,
    tags: tuple[str, ...],
    paths: tuple[str, ...],
    events: tuple[str, ...],
    listing: bool,
    whole_contract: bool,
    page: Path | None,
    handle: str | None,
    base_url: str | None,
    form: str | None,
    as_json: bool,
    no_drafts: bool,
    dry_run: bool,
    force: bool,
    yes: bool,
    today: str | None,
) -> None:
    """Make a connector in FOLDER (default: the current folder) that `connlint check` finds clean.

    Alone it is an example with comments that teach. --from-openapi makes resources, operations, fields and
    webhooks of what the vendor's contract says, and puts the evidence beside them: the contract, the events,
    drafted fixtures that `connlint mock` serves. --from-page takes a page's documents out as they are. What
    is there already is not written over. Exit status: 0, or 2 where nothing was written.
    """
    from connlint.evidence.starting_contract import Choice

    choosing = {
        "--tag": tags,
        "--path": paths,
        "--event": events,
        "--list": listing,
        "--whole-contract": whole_contract,
    }
    _fit_together(contract_file, page, choosing, form, as_json, handle or base_url)
    if handle is not None and not _HANDLE.fullmatch(handle):
        fail(f"--handle: {handle!r} is no handle: letters, digits, `-`, `_` and `.`")
    if base_url is not None and not _BASE_URL.fullmatch(base_url):
        fail(f"--base-url: {base_url!r} is no URL such as https://api.vendor.com/v1")
    form = "json" if as_json else form or "yaml"
    asking = not yes and not listing and not dry_run and page is None and is_terminal()
    if listing:
        assert contract_file is not None
        _show_offer(_contract(contract_file)[0], Choice(tags, paths, events))
        return
    _see_that_it_is_free(folder)
    if contract_file is not None:
        contract, data = _contract(contract_file)
        choice = _asked_choice(contract, Choice(tags, paths, events), asking)
        beside = _is_beside(contract_file, folder)
        origin = _origin(contract_file, data, chosen_day(today), beside=beside)
        whole = whole_contract or beside
        beginning, found = _begun(
            contract, choice, origin, folder, handle, base_url or "", whole, form, no_drafts, asking
        )
        files = beginning.files(form)
        written = _write(folder, files, force, dry_run)
        _tell_contract(folder, beginning, found, files, written, dry_run)
    elif page is not None:
        files, notes = _of_page(page, folder)
        written = _write(folder, files, force, dry_run)
        _tell(
            folder,
            _described(files),
            written,
            notes,
            dry_run,
            mock=any("fixtures/" in name for name in files),
        )
    else:
        files = _blank(folder, handle, base_url, form, asking)
        written = _write(folder, files, force, dry_run)
        _tell(folder, _described(files), written, [], dry_run, mock=False)
    if dry_run:
        _preview(files)


def _preview(files: Mapping[str, bytes]) -> None:
    """Show the documents that would be written."""
    for name, data in files.items():
        if name.startswith(("service.", "resources.")):
            say(f"\n--- {name}")
            say(data.decode().rstrip("\n"))


def is_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _fit_together(
    contract: Path | None,
    page: Path | None,
    choosing: Mapping[str, object],
    form: str | None,
    as_json: bool,
    named: str | None,
) -> None:
    """End the run where options contradict each other."""
    if contract is not None and page is not None:
        fail("--from-openapi and --from-page are two ways to begin: choose one")
    given = next((option for option, value in choosing.items() if value), None)
    if given is not None and contract is None:
        fail(f"{given} chooses from a contract: name it with --from-openapi FILE")
    if page is not None and (form or as_json or named):
        fail("--from-page keeps the page's documents as they are: without --format, --handle, --base-url")
    if as_json and form == "yaml":
        fail("--json and --format yaml contradict each other")


# --- empty


def _blank(
    folder: Path, handle: str | None, base_url: str | None, form: str, asking: bool
) -> dict[str, bytes]:
    """The files of an empty connector."""
    from connlint.evidence.starting_blank import blank
    from connlint.evidence.starting_service import EXAMPLE

    name = handle or _asked("Handle", _folder_handle(folder), _HANDLE, asking)
    url = base_url or _asked("URL of the API", EXAMPLE, _BASE_URL, asking)
    title = name.replace("-", " ").replace("_", " ").strip().capitalize() or name
    return {file: text.encode() for file, text in blank(name, title, url.rstrip("/"), form).items()}


def _folder_handle(folder: Path) -> str:
    from connlint.evidence.starting_files import handle_from

    return handle_from(Path(os.path.abspath(folder)).name)  # noqa: PTH100 - links keep their names


def _asked(question: str, default: str, pattern: re.Pattern[str], asking: bool) -> str:
    """An answer, or the default where nobody is asked."""
    if not asking:
        return default

    def checked(text: str) -> str:
        if not pattern.fullmatch(text.strip()):
            raise click.BadParameter(f"{text!r} will not do; such as {default}")
        return text.strip()

    try:
        return str(click.prompt(question, default=default, value_proc=checked))
    except click.Abort:
        fail("ended before anything was written")


# --- from a contract


def _contract(path: Path) -> tuple[Contract, bytes]:
    """The contract in a file, and the file's bytes. Ends the run where there is none."""
    from connlint.evidence.contract import Contract
    from connlint.reading import CONTRACT_LIMITS, MISSING, read

    try:
        with path.open("rb") as stream:
            data = stream.read(CONTRACT_LIMITS.size + 1)
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror}")
    if not data.strip():
        fail(f"{path} is empty: the vendor's OpenAPI document was expected")
    syntax = _syntax(data)
    result = read(path.as_posix(), data, named=True, syntax=syntax, limits=CONTRACT_LIMITS)
    faults = [*result.faults, *(fault for document in result.documents for fault in document.faults)]
    broken = [fault for fault in faults if fault.kind != "duplicate-key"]
    if broken:
        line, column = result.source.position(broken[0].span.start)
        fail(f"{path}:{line}:{column}: {broken[0].message}")
    value = result.documents[0].value if result.documents else MISSING
    contract = Contract(value, path.name)
    if contract.fault is not None:
        fail(f"{path}: {contract.fault}")
    if faults:
        # the copy has what a reader keeps: a key that stands twice is an error of every check
        line = result.source.position(faults[0].span.start).line
        note(f"{path}:{line}: {faults[0].message}; so does the copy")
        data = (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
    return contract, data


def _syntax(data: bytes) -> str:
    return "json" if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[") else "yaml"


def _origin(path: Path, data: bytes, day: str, *, beside: bool) -> Origin:
    """Where a contract came from, as files will say it, and how its copy ends."""
    from connlint.evidence.starting_files import Origin

    ending = path.suffix if beside else f".{_syntax(data)}"
    name = "".join(char for char in path.name if char.isprintable()) or "the contract"
    return Origin(name, ending, data, day)


def _is_beside(contract: Path, folder: Path) -> bool:
    """Whether a contract lies in the connector's folder already, under the name that it is looked for by."""
    from connlint.evidence.location import ENDINGS

    here = Path(os.path.realpath(contract))
    names = [f"contract{ending}" for ending in ENDINGS]
    return here.parent == Path(os.path.realpath(folder)) and here.name in names


def _asked_choice(contract: Contract, choice: Choice, asking: bool) -> Choice:
    """The choice, asked for where nothing was said and there is a lot to take."""
    from connlint.evidence.starting_contract import offer

    if not asking or not choice.is_all:
        return choice
    operations = list(contract.operations())
    there = offer(operations, contract)
    if len(operations) < _MANY or len(there.tags) < 2:
        return choice
    say(f"{contract.name} has {len(operations)} operations. Tags: {_listed(there.tags, 40)}")
    try:
        answer = str(click.prompt("Tags to take, with commas between them", default="all"))
    except click.Abort:
        fail("ended before anything was written")
    named = tuple(part.strip() for part in answer.split(",") if part.strip())
    return choice if named in ((), ("all",)) else choice._replace(tags=named)


def _begun(
    contract: Contract,
    choice: Choice,
    origin: Origin,
    folder: Path,
    handle: str | None,
    base_url: str,
    whole: bool,
    form: str,
    no_drafts: bool,
    asking: bool,
) -> tuple[Beginning, list[Finding]]:
    """The connector, proved, and the findings that could not be helped. Ends the run where it has nothing."""
    from connlint.cli.making import prove
    from connlint.evidence.starting_contract import Nothing
    from connlint.evidence.starting_files import begin

    name = handle or _asked("Handle", _folder_handle(folder), _HANDLE, asking)
    try:
        beginning = begin(
            contract,
            choice,
            origin,
            handle=name,
            base_url=base_url.rstrip("/"),
            whole=whole,
            spread=form == "yaml",
        )
    except Nothing as error:
        fail(str(error))
    found = prove(beginning, form, origin.day, drafting=not no_drafts)
    if not beginning.resources:
        reasons = _listed(item.why for item in beginning.left)
        fail(f"nothing of {origin.name} can be a connector: {reasons}")
    return beginning, found


def _show_offer(contract: Contract, choice: Choice) -> None:
    """Show what there is to choose from."""
    from connlint.evidence.starting_contract import Nothing, chosen_events, chosen_operations, offer

    try:
        there = offer(chosen_operations(contract, choice), contract)
        events = chosen_events(contract, choice, {}) if choice.events else contract.events
    except Nothing as error:
        fail(str(error))
    total = _many(sum(map(len, there.paths.values())), "operation")
    say(f"{contract.name}: {total} at {_many(len(there.paths), 'path')}, {_many(len(events), 'event')}")
    if there.tags:
        say("\nTags (--tag)")
        for tag, count in there.tags.items():
            say(f"  {count:>5}  {tag}")
        if there.untagged:
            say(f"  {there.untagged:>5}  without a tag")
    say("\nPaths (--path)")
    width = max((len(" ".join(methods)) for methods in there.paths.values()), default=0)
    for path, methods in there.paths.items():
        say(f"  {' '.join(methods):<{width}}  {path}")
    if events:
        say("\nEvents (--event)")
        for name in events:
            say(f"  {name}")


# --- from a page


def _of_page(page: Path, folder: Path) -> tuple[dict[str, bytes], list[str]]:
    """The files that a page's fences hold, byte for byte, the evidence beside it, and what to say."""
    from connlint.discovery import PAGE_ENDINGS, role_of
    from connlint.evidence.location import EvidenceFinder
    from connlint.reading import read
    from connlint.reading.limits import SPEC_LIMITS
    from connlint.reading.markdown import fence_texts

    try:
        data = page.read_bytes()
    except OSError as error:
        fail(f"cannot read {page}: {error.strerror}")
    if page.suffix.lower() not in PAGE_ENDINGS:
        fail(f"{page} is no Markdown page ({' or '.join(sorted(PAGE_ENDINGS))})")
    result = read(page.as_posix(), data, named=True, syntax="markdown", limits=SPEC_LIMITS)
    faults = [*result.faults, *(fault for document in result.documents for fault in document.faults)]
    broken = [fault for fault in faults if fault.kind != "duplicate-key"]
    if broken:
        line, column = result.source.position(broken[0].span.start)
        fail(f"{page}:{line}:{column}: {broken[0].message}; mend the page first (connlint check {page})")
    texts = fence_texts(result.source)
    files: dict[str, bytes] = {}
    for document in result.documents:
        role = role_of(document.value)
        name = f"{role}.{'json' if document.syntax == 'json' else 'yaml'}"
        if any(known.partition(".")[0] == role for known in files):
            fail(f"{page} holds two {role} documents: a connector has one; take one out of the page")
        files[name] = texts[document.region].encode()
    if not files:
        fail(f"{page} holds no document of a connector in its fenced blocks: neither service nor resources")
    notes = [
        f"the page has no {role} document"
        for role in ("service", "resources")
        if not any(role in n for n in files)
    ]
    triggers = len(re.findall(r"(?m)^.{0,40}Triggers on:", result.source.text))
    contract, events, fixtures = EvidenceFinder().places(page, True)
    if triggers and events is None:
        notes.append(
            f"the page's list of {_many(triggers, 'trigger')} is not the vendor's, so it makes no events"
            " document: `connlint events import` does"
        )
    home = Path(os.path.realpath(page.with_suffix("")))
    if home == Path(os.path.realpath(folder)):
        notes.append(
            f'set `page = "{page.name}"` for the connector in connlint.toml: it is its rendering from now on'
        )
    else:
        _copy_evidence(files, page, [contract, events], fixtures)
    return files, notes


def _copy_evidence(
    files: dict[str, bytes], page: Path, single: Iterable[Path | None], fixtures: Path | None
) -> None:
    """Add the evidence that lies beside a page to the files."""
    from connlint.files import leads_out

    found = [(path.name, path) for path in single if path is not None]
    if fixtures is not None:
        found += [
            (f"fixtures/{path.relative_to(fixtures).as_posix()}", path)
            for path in sorted(fixtures.rglob("*"))
            if path.is_file() and not path.is_symlink() and not path.name.startswith(".")
        ]
    for name, path in found:
        if leads_out(path, page.parent):
            fail(f"{path} leads elsewhere, through a link: it is not copied, and nothing was written")
        try:
            files[name] = path.read_bytes()
        except OSError as error:
            fail(f"cannot read {path}: {error.strerror}")


# --- writing


def _see_that_it_is_free(folder: Path) -> None:
    """End the run early where the folder is none."""
    if os.path.lexists(folder) and not folder.is_dir():
        fail(f"{folder} is there and is no folder")


def _write(folder: Path, files: dict[str, bytes], force: bool, dry_run: bool) -> dict[str, str]:
    """Write the files; what became of each. Ends the run where one is there already or cannot be written."""
    from connlint.cli.making import write_together
    from connlint.files import CannotWrite, leads_out

    outcome: dict[str, str] = {}
    there: list[str] = []
    for name, data in files.items():
        path = folder / name
        outcome[name] = "new"
        if not os.path.lexists(path):
            continue
        if path.is_symlink() and (not path.exists() or leads_out(path, folder)):
            fail(f"{path} is a link that leads elsewhere: nothing was written")
        if not path.is_file():
            fail(f"{path} is there and is no file: nothing was written")
        try:
            old = path.read_bytes()
        except OSError as error:
            fail(f"cannot read {path}: {error.strerror}")
        if old == data:
            outcome[name] = "same"
        elif name.startswith("fixtures/") and b"\ndrafted:" not in old:
            outcome[name] = "kept"
            there.append(name)
        else:
            outcome[name] = "written over"
            there.append(name)
    if there and not force:
        fail(f"{folder} has {_listed(there)} already: nothing was written (--force writes over them)")
    _see_no_other(folder, files)
    _see_no_stale(folder, files)
    if not dry_run:
        wanted = {name: data for name, data in files.items() if outcome[name] in ("new", "written over")}
        try:
            write_together(folder, wanted)
        except CannotWrite as error:
            fail(f"{error}; nothing was written")
        except KeyboardInterrupt:
            fail("stopped; nothing was written")
    return outcome


def _see_no_other(folder: Path, files: Mapping[str, bytes]) -> None:
    """End the run where the folder holds documents of other names that would stand in the way."""
    from connlint.discovery import Finder, NoSuchPath
    from connlint.evidence.location import ENDINGS

    if not folder.is_dir():
        return
    for stem in ("contract", "events"):
        mine = [name for name in files if name.partition(".")[0] == stem]
        others = [f"{stem}{ending}" for ending in ENDINGS if os.path.lexists(folder / f"{stem}{ending}")]
        others = [name for name in others if name not in files]
        if mine and others:
            fail(
                f"{folder} has {others[0]}, and {mine[0]} would stand beside it: move one of them away first"
            )
    try:
        # not `resolve`, as in a run: links stay as they are named
        connectors = Finder(display=Path.as_posix).discover([Path(os.path.abspath(folder))]).connectors  # noqa: PTH100
    except NoSuchPath as error:
        fail(str(error))
    for connector in connectors:
        if connector.is_page or connector.path != Path(os.path.abspath(folder)):  # noqa: PTH100 - links are not followed
            continue
        names = [path.relative_to(connector.path).as_posix() for path, _ in connector.reads]
        others = [name for name in names if name not in files]
        if others:
            fail(f"{folder} holds a connector already ({_listed(others)}): nothing was written")


def _see_no_stale(folder: Path, files: Mapping[str, bytes]) -> None:
    """End the run where the folder holds evidence that was made for another connector."""
    from connlint.evidence.location import ENDINGS

    found = [
        name for ending in ENDINGS if (name := f"events{ending}") not in files and (folder / name).is_file()
    ]
    inner = folder / "fixtures"
    for path in sorted(inner.rglob("*")) if inner.is_dir() else ():
        name = f"fixtures/{path.relative_to(inner).as_posix()}"
        if name in files or path.suffix not in ENDINGS or not path.is_file():
            continue
        try:
            drafted = b"\ndrafted:" in path.read_bytes()
        except OSError as error:
            fail(f"cannot read {path}: {error.strerror}")
        found += [name] if drafted else []
    if found and any(name.startswith(("contract.", "fixtures/")) for name in files):
        fail(
            f"{folder} has evidence of another connector ({_listed(found)}): delete it or move it away first"
        )


# --- words


def _tell_contract(
    folder: Path,
    beginning: Beginning,
    found: Sequence[Finding],
    files: Mapping[str, bytes],
    outcome: Mapping[str, str],
    dry_run: bool,
) -> None:
    service = beginning.service["service"]
    assert isinstance(service, dict)
    auth = service.get("auth")
    token = auth["params"]["apiToken"] if isinstance(auth, dict) else None
    sent = (
        f"{token['headerName']['value']}: {token['token']['value']}" if token else "no credential in a header"
    )
    contract, data = beginning.contract_file
    size = f"{max(len(data) / 1024, 1):,.0f} KiB"
    whole = (
        f"the part of the contract that was chosen, {size}"
        if beginning.is_part
        else f"the contract as it is, {size}"
    )
    described = {
        next(name for name in files if name.startswith("service.")): f"{service['baseURL']['value']}, {sent}",
        next(name for name in files if name.startswith("resources.")): beginning.counted(),
        contract: whole,
    }
    if beginning.events is not None:
        described["events.yaml"] = _many(beginning.webhooks(), "event")
    if beginning.fixtures:
        deliveries = sum(name.startswith("webhooks/") for name in beginning.fixtures)
        exchanges = len(beginning.fixtures) - deliveries
        listed = [_many(exchanges, "drafted exchange")] if exchanges else []
        listed += (
            [f"{deliveries} drafted {'delivery' if deliveries == 1 else 'deliveries'}"] if deliveries else []
        )
        described["fixtures/"] = ", ".join(listed)
    notes = list(beginning.notes)
    for why, whats in _grouped((item.why, item.what) for item in beginning.left).items():
        notes.append(f"left out, {why}: {_listed(whats)}")
    for why, whats in _grouped((item.why, item.target) for item in beginning.undrafted).items():
        notes.append(f"no fixture: {why} {_listed(whats)}")
    keys = _left_keys(beginning)
    if keys:
        notes.append(
            f"optional keys or parameters of {_many(keys, 'operation')} are left out: resources."
            f"{'json' if 'resources.json' in files else 'yaml'} names them, docs/init.md says how to add one"
        )
    faults = [f"{item.rule} {item.address}: {item.message}" for item in found]
    _tell(folder, described, outcome, notes, dry_run, mock=bool(beginning.fixtures), faults=faults)


def _left_keys(beginning: Beginning) -> int:
    """How many operations say that something optional is left out."""
    from connlint.evidence.starting_resources import COMMENT

    return sum(
        COMMENT in operation
        for resource in beginning.resources
        for operation in _values(resource.get("operations"))
        if isinstance(operation, dict)
    )


def _values(value: object) -> list[object]:
    return list(value.values()) if isinstance(value, dict) else []


def _described(files: Mapping[str, bytes]) -> dict[str, str]:
    """The files, those of a folder together."""
    found: dict[str, str] = {}
    for name in files:
        folder, slash, _ = name.partition("/")
        if slash:
            found[f"{folder}/"] = _many(sum(other.startswith(f"{folder}/") for other in files), "file")
        else:
            found[name] = ""
    return found


def _tell(
    folder: Path,
    described: Mapping[str, str],
    outcome: Mapping[str, str],
    notes: Sequence[str],
    dry_run: bool,
    *,
    mock: bool,
    faults: Sequence[str] | None = None,
) -> None:
    """What was made, what to know, what to do next. `faults` is what a check says, None without one."""
    shown = folder.as_posix()
    say(f"{'Would make' if dry_run else 'Made'} {'the connector here' if shown == '.' else f'{shown}/'}")
    width = max(map(len, described))
    for name, words in described.items():
        state = outcome.get(name, "new")
        more = {"same": "there already, the same", "written over": "written over"}.get(state, "")
        said = "; ".join(part for part in (words, more) if part)
        say(f"  {name:<{width}}  {said}".rstrip())
    kept = [name for name, state in outcome.items() if state == "kept"]
    if kept:
        note(f"kept, recorded or written by hand: {_listed(kept)}")
    for text in notes:
        note(text)
    if faults:
        say(f"connlint check will find {_many(len(faults), 'fault')} in what the contract says:")
        for line in faults[:_MOST_NAMED]:
            say(f"  {line}")
    elif faults is not None:
        say("Checked as it is: no findings.")
    if not dry_run:
        target = "" if shown == "." else f" {shown}"
        say("Next:")
        say(f"  connlint check{target}")
        if mock:
            say(f"  connlint mock{target}")
        elif any(name.startswith("contract.") for name in described):
            say(f"  connlint fixtures draft{target}")
        else:
            say(f"  connlint fixtures draft{target}   (once the vendor's OpenAPI is there as contract.json)")


def _many(count: int, what: str) -> str:
    return f"{count} {what if count == 1 else f'{what}s'}"


def _listed(names: Iterable[str], most: int = _MOST_NAMED) -> str:
    distinct = list(dict.fromkeys(names))
    shown = ", ".join(distinct[:most])
    return shown if len(distinct) <= most else f"{shown} and {len(distinct) - most} more"


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return found
