"""A run: paths to a report. Every door (command line, hook, editor) starts here."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from connlint.config import Config, Configs, ConnectorSettings, shown
from connlint.discovery import Discovery, Finder, Found
from connlint.engine import Loaded, Settings, check
from connlint.evidence.bundle import Evidence
from connlint.evidence.location import EvidenceFinder, home_of
from connlint.finding import ConnectorReport, Finding, NotChecked, Report, Severity, Summary
from connlint.loading import load
from connlint.reading import Document, text_of
from connlint.record import field, record, replace
from connlint.registry import rules
from connlint.rule import Rule
from connlint.schema import expect
from connlint.source import Source

if TYPE_CHECKING:
    from connlint.cache import Cache, Known
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
    jobs: int | None = 1
    """Processes to check in; None for as many as pay."""
    cached: bool = False
    """Whether to take from the user's cache what an earlier run found, and to keep what this one finds."""


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


@record
class Checked:
    """What checking a connector came to before ignores and the baseline are laid over its findings; without a
    report, it turned out to be none.

    `documents` are those with ignores in comments; `addresses` are all that there are in the connector, where
    the run asks for them.
    """

    report: ConnectorReport | None
    documents: tuple[Document, ...] = ()
    addresses: tuple[str, ...] = ()


Progress = Callable[[int, int], None]
"""Told how many connectors of how many are checked."""


def open_all(
    request: Request, configs: Configs | None = None, kept: Kept | None = None
) -> tuple[list[Opened], Discovery]:
    """Find and read every connector that the request names; `kept` is what earlier runs have read.

    Raises `discovery.NoSuchPath` for a path that cannot be read, `config.BrokenConfig` for a
    configuration that cannot be used.
    """
    configs = configs or Configs(request.working, request.overlay)
    finder, evidence = _finders(request, configs, kept)
    discovery = _discovered(request, configs, finder)
    opened = []
    for found in discovery.connectors:
        config = configs.of(found.path)
        opened.append(_open(found, request, evidence, config, config.settings(found.path)))
    return opened, discovery


def _finders(
    request: Request, configs: Configs, kept: Kept | None, cache: _Cached | None = None
) -> tuple[Finder, EvidenceFinder]:
    """What finds connectors, and what finds their evidence."""

    def show(path: Path) -> str:
        return shown(path, request.working)

    if kept is not None:
        return (
            kept.finder(display=show, configs=configs, overlay=request.overlay),
            kept.evidence(show=show, overlay=request.overlay),
        )
    memory = None if cache is None else _KEPT
    known = None if cache is None else cache.known
    return (
        Finder(
            display=show,
            configs=configs,
            overlay=request.overlay,
            memory=memory,
            known=known,
        ),
        EvidenceFinder(show=show, overlay=request.overlay, packs=None if cache is None else cache.packs),
    )


def _discovered(request: Request, configs: Configs, finder: Finder) -> Discovery:
    """The connectors that the request names: of a shard its part, of changes those that they touch."""
    discovery = finder.discover([absolute(path, request.working) for path in request.paths])
    if request.shard is not None or len({configs.of(found.path).name for found in discovery.connectors}) > 1:
        # which part one falls into, and whose configuration counts, hangs on each
        finder.settle(discovery)
    if request.shard is not None:
        part, parts = request.shard
        discovery.connectors[:] = discovery.connectors[part - 1 :: parts]
    if request.changed is not None:
        changed = request.changed
        discovery.connectors[:] = [
            found for found in discovery.connectors if _touched(found, configs, request, changed)
        ]
    return discovery


def run(request: Request, progress: Progress | None = None) -> Outcome:
    """Check everything that the request names.

    One connector after another is read, checked and dropped: a run takes as much memory as what it finds.
    Raises `discovery.NoSuchPath` for a path that cannot be read, `config.BrokenConfig` for a
    configuration and `triage.BrokenBaseline` for a baseline that cannot be used.
    """
    configs = Configs(request.working, request.overlay)
    with _Sweeping() as sweeping:
        cached = _Cached(request)
        finder, evidence = _finders(request, configs, None, cached)
        discovery = _discovered(request, configs, finder)
        held = [configs.of(found.path) for found in discovery.connectors]
        settings = [
            config.settings(found.path) for config, found in zip(held, discovery.connectors, strict=True)
        ]
        rounds = _Rounds(request, discovery, held, configs)
        checks = _Checks(request, rounds, finder, evidence, cached, sweeping)
        try:
            return rounds.outcome(settings, checks.all(held, settings, progress))
        finally:
            cached.close()


def run_again(request: Request, kept: Kept) -> Outcome:
    """`run` for a door that stays open: a connector of which nothing has changed is not checked again.

    Raises what `run` raises.
    """
    from connlint.keeping import stamps_of

    configs = kept.configs(request.working)
    finder, evidence = _finders(request, configs, kept)
    discovery = _discovered(request, configs, finder)
    held = [configs.of(found.path) for found in discovery.connectors]
    settings = [config.settings(found.path) for config, found in zip(held, discovery.connectors, strict=True)]
    kept.look_around(configs, held, request.baseline)
    rounds = _Rounds(request, discovery, held, configs)

    def checked(found: Found, config: Config, own: ConnectorSettings) -> Checked:
        files = [path for path, _ in found.reads]
        depends = stamps_of((*files, own.page, *_evidence(found, request, own, evidence)), request.overlay)
        rest = (own, found.is_page, request.select, request.ignore, request.today, rounds.wants_addresses)
        return kept.made(
            "report",
            found.path,
            (depends, rest) if depends is not None and rounds.plain else None,
            lambda: rounds.check(_open(found, request, evidence, config, own)),
        )

    everything = zip(discovery.connectors, held, settings, strict=True)
    return rounds.outcome(settings, (checked(*each) for each in everything))


def judge(request: Request, opened: Sequence[Opened], discovery: Discovery, configs: Configs) -> Outcome:
    """Check connectors that `open_all` has read with these configurations.

    Raises `triage.BrokenBaseline` for a baseline that cannot be used.
    """
    rounds = _Rounds(request, discovery, [one.config for one in opened], configs)
    return rounds.outcome([one.settings for one in opened], (rounds.check(one) for one in opened))


class _Rounds:
    """What all connectors of a run share: its rules, and what has been decided about findings."""

    def __init__(
        self, request: Request, discovery: Discovery, held: Sequence[Config], configs: Configs
    ) -> None:
        self.request = request
        self._discovery = discovery
        self.connectors = discovery.connectors
        self._held = held
        self._first = held[0] if held else configs.of(request.working)
        self._configs = list({id(config): config for config in held}.values())
        self._triage = _triage(request, self._configs)
        self._own = {id(config): _own_rules(config, request) for config in self._configs}
        self.plain = not any(own for own, _ in self._own.values())
        """Whether all rules are the program's."""
        self.wants_addresses = any(config.ignores for config in self._configs)

    def check(self, one: Opened) -> Checked:
        """Check a connector that was opened."""
        own, _ = self._own[id(one.config)]
        known = own or rules(evidence=not one.loaded.evidence.empty)
        documents = (*one.loaded.connector.documents, *one.loaded.evidence.documents)
        noted: tuple[Document, ...] = ()
        if any(document.syntax == "yaml" for document in documents):
            from connlint.triage.decide import notes

            noted = tuple(document for document in documents if notes(document))
        addresses = tuple(_addresses(one)) if self.wants_addresses else ()
        return Checked(_check_one(one, self.request, known), noted, addresses)

    def outcome(self, settings: Sequence[ConnectorSettings], checked: Iterable[Checked]) -> Outcome:
        """The run's outcome: findings decided about, what is left over, and notes."""
        request = self.request
        reports: list[ConnectorReport] = []
        addresses: list[str] = []
        ids: set[str] = set()
        for config, one_settings, one in zip(self._held, settings, checked, strict=True):
            if one.report is not None:
                addresses += one.addresses
                ids.add(one_settings.id)
                reports.append(self._decided(one, one.report, config, one_settings))
        known = {id_: item for own, _ in self._own.values() for id_, item in own.items()}
        leftovers: tuple[Finding, ...] = ()
        if self._triage is not None:
            ran = frozenset(known or rules()) if not request.select else request.select
            leftovers = tuple(self._triage.leftovers(self._configs, ids, ran - request.ignore, addresses))
        return Outcome(
            Report(tuple(reports), leftovers, rules=Pages(known)),
            tuple(shown(path, request.working) for path in self._discovery.strangers),
            tuple(shown(path, request.working) for path in self._discovery.empty_folders),
            (*self._discovery.notes, *(note for _, notes in self._own.values() for note in notes())),
            self._first.fail_on,
        )

    def _decided(
        self, one: Checked, report: ConnectorReport, config: Config, settings: ConnectorSettings
    ) -> ConnectorReport:
        """The report with ignores and baseline laid over its findings."""
        triage, findings = self._triage, report.findings
        if triage is None and one.documents:
            from connlint.triage.decide import Triage

            triage = Triage(None, self.request.today)
        if triage is None:
            return report
        decided = triage.connector(findings, config, one.documents, settings.id)
        return replace(report, findings=tuple(sorted(decided, key=lambda finding: finding.order)))


class Pages(Mapping[str, str]):
    """Each rule's page, by its id: of `known` rules, else of all the program's, imported when asked for."""

    def __init__(self, known: Mapping[str, Rule]) -> None:
        self._known = known

    def __getitem__(self, id_: str) -> str:
        return (self._known or rules())[id_].doc

    def __iter__(self) -> Iterator[str]:
        return iter(self._known or rules())

    def __len__(self) -> int:
        return len(self._known or rules())


_KEPT = 4_000_000
"""Characters of documents that are kept as read from finding them to checking them."""
_SWEPT = 2_000_000
"""Characters of documents after which what has been checked is collected."""
_PAYS = 64
"""Connectors from which on more than one process pays."""


class _Sweeping:
    """Python's cycle collector, asked when connectors with evidence have been dropped, not whenever objects
    are made: left to itself it takes a third of a large run, and finds nothing in a small one. Others need
    none: they are released.
    """

    def __init__(self) -> None:
        self._enabled = gc.isenabled()
        self._weight = 0

    def __enter__(self) -> _Sweeping:
        gc.disable()
        return self

    def __exit__(self, *_: object) -> None:
        if self._enabled:
            gc.enable()

    def dropped(self, weight: int) -> None:
        """A connector of so many characters is of no more use."""
        self._weight += weight
        if self._weight > _SWEPT:
            self._weight = 0
            gc.collect()


class _Cached:
    """The cache of one run, opened when it is first of use; without one, nothing is known or kept."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._cache: Cache | None = None
        self._known: Known | None = None
        self._hashes: dict[Path, tuple[object, bytes]] = {}

    def known(self) -> Known | None:
        """What is known of files, for discovery, which asks for it where there are many."""
        if self._known is None and self._request.cached and not self._request.overlay:
            from connlint.cache import Known, opened

            self._cache = opened()
            self._known = Known(self._cache) if self._cache is not None else None
        return self._known

    def packs(self) -> Cache | None:
        """Where contracts are kept."""
        return self._cache

    def use(
        self, connectors: Iterable[Found], settings: Iterable[ConnectorSettings], evidence: EvidenceFinder
    ) -> None:
        """Open the cache where a connector has evidence: reading that takes longer than the cache does."""
        if self._cache is None and self._request.cached:
            for found, held in zip(connectors, settings, strict=True):
                if any(_evidence(found, self._request, held, evidence)):
                    self.known()
                    return

    def key(
        self, found: Found, settings: ConnectorSettings, finder: Finder, evidence: EvidenceFinder
    ) -> bytes | None:
        """The key of what this connector comes to; None where it is not to be kept."""
        if self._cache is None or self._known is None or found.page is not None:
            return None
        request = self._request
        parts: list[object] = [
            shown(found.path, request.working),
            found.is_page,
            settings,
            sorted(request.select),
            sorted(request.ignore),
            request.today,
        ]
        for path, read in found.reads:
            hashed = self._known.digests.get(path) or self._hashed(path, read.source)
            if hashed is None:
                return None
            parts.append((shown(path, request.working), finder.named(path), hashed))
        for kind, place in zip(
            ("contract", "events", "fixtures"), _evidence(found, request, settings, evidence), strict=True
        ):
            for file in _files(place):
                hashed = self._hashed(file)
                if hashed is None:
                    return None
                parts.append((kind, shown(file, request.working), hashed))
            if place is not None:
                parts.append((kind, shown(place, request.working)))
        return self._cache.key("report", repr(parts).encode("utf-8", "surrogatepass"))

    def _hashed(self, file: Path, source: Source | None = None) -> bytes | None:
        """The hash of a file's content; None for a link, for one that cannot be read, and for one that is not
        any more what was read of it."""
        known = self._hashes.get(file)
        if known is None:
            from connlint.cache import digest

            try:
                stamp = _stamp(file)
                data = file.read_bytes() if not file.is_symlink() else b""
            except OSError:
                return None
            if not data or (source is not None and text_of(source.path, data).text != source.text):
                return None
            known = self._hashes[file] = (stamp, digest(data))
        return known[1]

    def _unchanged(self, files: Iterable[Path]) -> bool:
        """Whether files are still those that the key was made of: they were read after it was."""
        try:
            return all(_stamp(file) == self._hashes[file][0] for file in files if file in self._hashes)
        except OSError:
            return False

    def get(
        self, key: bytes | None, found: Found, settings: ConnectorSettings, evidence: EvidenceFinder
    ) -> Checked | None:
        """What an earlier run found."""
        data = self._cache.get(key) if self._cache is not None and key is not None else None
        if data is None:
            return None
        from connlint.cache import decode

        files, sources = self._texts(found, settings, evidence), {}

        def text(name: str) -> Source:
            if name not in sources:
                sources[name] = text_of(name, files[name].read_bytes())
            return sources[name]

        try:
            report, addresses = decode(data, text)
        except (ValueError, OSError):
            return None
        return Checked(report, (), addresses)

    def put(
        self,
        key: bytes | None,
        one: Checked,
        found: Found,
        settings: ConnectorSettings,
        evidence: EvidenceFinder,
    ) -> None:
        """Keep what was found."""
        if self._cache is None or key is None or one.documents or one.report is None:
            return
        from connlint.cache import encode

        texts = self._texts(found, settings, evidence)
        data = encode(one.report, texts, one.addresses)
        if data is not None and self._unchanged(texts.values()):
            self._cache.put(key, data)

    def _texts(self, found: Found, settings: ConnectorSettings, evidence: EvidenceFinder) -> dict[str, Path]:
        """The files that findings may stand in, by their paths as shown."""
        files = [path for path, _ in found.reads]
        files += [
            file for path in _evidence(found, self._request, settings, evidence) for file in _files(path)
        ]
        return {shown(path, self._request.working): path for path in files}

    def close(self) -> None:
        """Write what is new."""
        if self._cache is not None:
            self._cache.close()


def _stamp(file: Path) -> object:
    found = file.stat()
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _evidence(
    found: Found, request: Request, settings: ConnectorSettings, evidence: EvidenceFinder
) -> tuple[Path | None, Path | None, Path | None]:
    return evidence.places(
        found.path,
        found.is_page,
        contract=request.contract or settings.contract,
        events=request.events or settings.events,
        fixtures=request.fixtures or settings.fixtures,
    )


def _files(path: Path | None) -> Iterator[Path]:
    """The file itself, or all files below a folder."""
    if path is None:
        return
    if not path.is_dir():
        yield path
        return
    for here, inner, names in os.walk(path):
        inner.sort()
        yield from (Path(here, name) for name in sorted(names))


class _Checks:
    """The checking of a run's connectors: from the cache, here, or in processes."""

    def __init__(
        self,
        request: Request,
        rounds: _Rounds,
        finder: Finder,
        evidence: EvidenceFinder,
        cached: _Cached,
        sweeping: _Sweeping,
    ) -> None:
        self._request = request
        self._rounds = rounds
        self._finder = finder
        self._evidence = evidence
        self._cached = cached
        self._sweeping = sweeping

    def all(
        self, held: Sequence[Config], settings: Sequence[ConnectorSettings], progress: Progress | None
    ) -> Iterator[Checked]:
        """What each connector comes to, in their order."""
        connectors = self._rounds.connectors
        plain = self._rounds.plain
        keys: list[bytes | None] = [None] * len(connectors)
        done: dict[int, Checked] = {}
        if plain:
            self._cached.use(connectors, settings, self._evidence)
        for index, found in enumerate(connectors):
            keys[index] = (
                self._cached.key(found, settings[index], self._finder, self._evidence) if plain else None
            )
            kept = self._cached.get(keys[index], found, settings[index], self._evidence)
            if kept is not None:
                done[index] = kept
        left = [index for index in range(len(connectors)) if index not in done]
        expect(sum([self._finder.weight(connectors[index]) for index in left]))
        jobs = _jobs(self._request.jobs, len(left)) if plain else 1
        if jobs > 1:
            from connlint.processes import shared_out

            # the largest first, so that no process is left alone with one at the end
            left.sort(key=lambda index: self._finder.weight(connectors[index]))
            # one is checked before the processes part: what that imports and compiles is there for all
            done[left[0]] = self._fresh(left[0], held, settings, keys)
            left = left[:0:-1]

            def here(number: int) -> Checked | None:
                return self._check(connectors[left[number]], held[left[number]], settings[left[number]])

            def in_a_copy(number: int) -> Checked | None:
                one = here(number)
                # notes lie in documents, which are not handed over; what has changed meanwhile is not kept
                found = connectors[left[number]]
                if one is None or one.documents or self._changed(found):
                    return None
                for finding in one.report.findings if one.report is not None else ():
                    # the report will ask for its line: counted here, nobody waits for it
                    finding.place.source.position(finding.place.span.start)
                return one

            # what is there before the processes part stays shared between them: no collector writes to it
            gc.freeze()
            try:
                for number, one in shared_out(here, in_a_copy, len(left), jobs):
                    if one is not None:
                        done[left[number]] = one
                        self._keep(left[number], one, settings, keys)
                    if progress is not None:
                        progress(len(done), len(connectors))
            finally:
                gc.unfreeze()
        for index, found in enumerate(connectors):
            checked = done.pop(index, None)
            if checked is None:
                checked = self._fresh(index, held, settings, keys)
            self._finder.forget(found)
            yield checked
            if progress is not None and jobs == 1:
                progress(index + 1, len(connectors))

    def _fresh(
        self,
        index: int,
        held: Sequence[Config],
        settings: Sequence[ConnectorSettings],
        keys: Sequence[bytes | None],
    ) -> Checked:
        """Check a connector, and keep what it comes to."""
        found = self._rounds.connectors[index]
        checked = self._check(found, held[index], settings[index])
        self._keep(index, checked, settings, keys)
        return checked

    def _keep(
        self,
        index: int,
        checked: Checked,
        settings: Sequence[ConnectorSettings],
        keys: Sequence[bytes | None],
    ) -> None:
        found = self._rounds.connectors[index]
        if not self._changed(found):
            self._cached.put(keys[index], checked, found, settings[index], self._evidence)

    def _changed(self, found: Found) -> bool:
        """Whether a file of the connector was another when it was checked than when it was found."""
        changed = self._finder.changed
        return bool(changed) and any(file in changed for file, _ in found.reads)

    def _check(self, found: Found, config: Config, settings: ConnectorSettings) -> Checked:
        whole = self._finder.whole(found)
        if not whole.reads:
            return Checked(None)
        one = _open(whole, self._request, self._evidence, config, settings)
        checked = self._rounds.check(one)
        loaded = one.loaded
        if not loaded.evidence.empty:
            self._evidence.forget(home_of(found.path, found.is_page))
            self._sweeping.dropped(sum(len(source.text) for source in loaded.connector.sources))
        loaded.connector.release()
        return checked


def _jobs(wanted: int | None, count: int) -> int:
    """How many processes check so many connectors."""
    if count < 2 or wanted == 1 or (wanted is None and count < _PAYS):
        return 1
    from connlint.processes import AVAILABLE, cores

    if not AVAILABLE:
        return 1
    return min(wanted if wanted is not None else cores(), count)


def known_rules(path: Path) -> Mapping[str, Rule]:
    """All rules that there are at a path: the program's, and those that configuration names.

    Raises `config.BrokenConfig`.
    """
    config = Configs(path).of(path)
    return _own_rules(config, Request((), path))[0] or rules()


def _own_rules(config: Config, request: Request) -> tuple[Mapping[str, Rule], Callable[[], list[str]]]:
    """All rules that hold under a configuration (none where they are the program's), and notes about own ones
    whose query has met nothing."""
    if not config.own_rule_files and not config.plugins:
        return {}, list
    from connlint.ownrules import own_rules

    found, queries = own_rules(config, request.working, rules())

    def notes() -> list[str]:
        return [
            f"the own rule {item.id} met nothing: no document has {item.value['given']}"
            for item in queries
            if not item.selected and (not request.select or item.id in request.select)
        ]

    return {**rules(), **found}, notes


def _touched(found: Found, configs: Configs, request: Request, changed: frozenset[Path]) -> bool:
    """Whether a changed file belongs to the connector, its evidence or its configuration."""
    own = found.path
    config = configs.of(own)
    settings = config.settings(own)
    homes = (
        own,
        home_of(own, found.is_page),
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

    read = None
    if baseline is not None:
        read = read_baseline(baseline, shown(baseline, request.working), request.overlay.get(baseline))
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


def _open(
    found: Found, request: Request, evidence: EvidenceFinder, config: Config, settings: ConnectorSettings
) -> Opened:
    path = shown(found.path, request.working)

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


def _check_one(opened: Opened, request: Request, known: Mapping[str, Rule]) -> ConnectorReport:
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
    summary, not_checked = summarise(loaded)
    service = loaded.connector.service
    title = service.handle if service is not None and service.handle else ""
    return ConnectorReport(
        settings.id,
        opened.path,
        title,
        summary,
        tuple(findings),
        tuple(not_checked),
        evidence_names(loaded.evidence),
        settings.owner,
    )


def evidence_names(evidence: Evidence) -> tuple[str, ...]:
    """The evidence as phrases for the summary."""
    if evidence.empty:
        return ()
    count = len(evidence.fixtures)
    return (
        f"contract {evidence.contract_name}" if evidence.contract_name else "no contract",
        f"events {evidence.events_name}" if evidence.events_name else "no events document",
        f"{count or 'no'} fixture{'' if count == 1 else 's'}",
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
