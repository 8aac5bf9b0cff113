"""Configuration: `connlint.toml`, or `[tool.connlint]` in `pyproject.toml`, found upwards from a path.

Values are checked against `schemas/config.schema.json`; a mistake ends the run with its place, for a
configuration that is half understood checks something else than its author thinks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

from connlint.files import beyond, boundary
from connlint.finding import Severity
from connlint.reading import MISSING, Document, Location, Pointer
from connlint.record import field, record
from connlint.source import Source, Span
from connlint.version import VERSION

NAMES: Final = ("connlint.toml", "pyproject.toml")
CONVENTION: Final = {
    "contract": "contract.{json,yaml,yml}",
    "events": "events.{json,yaml,yml}",
    "fixtures": "fixtures/",
}


_ELSEWHERE: Final = "leads out of the repository"
_LARGEST: Final = 256 * 1024
"""Bytes of a configuration: reading TOML with its places takes a second for each 100 KiB."""
_MOST_WALKS: Final = 2
"""Segments `**` of a pattern: each multiplies the ways through nested folders."""


class BrokenBaseline(Exception):
    """A baseline that cannot be read; the message is for people."""


class BrokenConfig(Exception):
    """A configuration that cannot be used. `lines` say why, each with its place."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


@record
class Ignore:
    """One `[[ignore]]`: what it covers, why, until when (an ISO date), and its place."""

    at: Location
    connector: str
    rule: str
    address: str
    value: str | None
    reason: str
    until: str | None


@record
class ConnectorSettings:
    """What configuration says of one connector. Paths are absolute."""

    id: str
    owner: str | None = None
    page: Path | None = None
    contract: Path | None = None
    events: Path | None = None
    fixtures: Path | None = None
    coverage: tuple[str, ...] | None = None
    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where each value comes from, for `connlint config show`."""


class Config:
    """One configuration file; without a file (`document` None) everything is as the program has it.

    `folder` is what its paths are relative to.
    """

    def __init__(
        self, folder: Path, document: Document | None, base: Location | None, value: Mapping[str, object]
    ) -> None:
        self.folder = folder
        self.document = document
        self.base = base
        self._value = value

    def anew(self) -> Config:
        """The same configuration, for a later run: what its patterns match may be something else by then.

        Raises BrokenConfig.
        """
        config = Config(self.folder, self.document, self.base, self._value)
        if self.document is not None and self.base is not None:
            _check(config, self.document, self.base, self._value)
        return config

    @property
    def name(self) -> str:
        """The file as people see it; "" for none."""
        return "" if self.document is None else self.document.source.path

    def _text(self, key: str) -> str | None:
        value = self._value.get(key)
        return value if isinstance(value, str) else None

    def _texts(self, key: str) -> tuple[str, ...] | None:
        value = self._value.get(key)
        return tuple(str(item) for item in value) if isinstance(value, list) else None

    @property
    def fail_on(self) -> Severity | None:
        """The least severity that makes the exit status 1."""
        word = self._text("fail-on")
        return Severity.of(word) if word is not None else None

    @property
    def baseline(self) -> Path | None:
        """The baseline's file."""
        name = self._text("baseline")
        return None if name is None else self.resolve(name)

    @property
    def connectors(self) -> tuple[str, ...] | None:
        """Patterns of the folders and pages that are connectors; None: found by content."""
        return self._texts("connectors")

    @property
    def plugins(self) -> tuple[str, ...]:
        """The entry points of packages with rules."""
        return self._texts("plugins") or ()

    @cached_property
    def own_rule_files(self) -> tuple[Path, ...]:
        """The files of own rules; a pattern that matches nothing stands for itself."""
        found: dict[Path, None] = {}
        for pattern in self._texts("own-rules") or ():
            matched = self._matched(pattern) if any(char in pattern for char in "*?[") else []
            for path in matched or [self.resolve(pattern)]:
                found[path] = None
        return tuple(found)

    @cached_property
    def _boundary(self) -> Path:
        return boundary(self.folder)

    def elsewhere(self, path: Path) -> bool:
        """Whether a path leads out of the repository: a configuration comes with what is checked, and names
        no file of whoever checks it."""
        return beyond(path, self._boundary)

    def _matched(self, pattern: str) -> list[Path]:
        """What a pattern names, links that lead elsewhere left out."""
        return [path for path in sorted(self.folder.glob(pattern)) if not self.elsewhere(path)]

    def resolve(self, name: str) -> Path:
        """A path of the configuration as an absolute one."""
        return Path(os.path.normpath(self.folder / name))

    def relative(self, path: Path) -> str:
        """A path as configuration names it: POSIX, relative to its folder."""
        try:
            return path.relative_to(self.folder).as_posix()
        except ValueError:
            return Path(os.path.relpath(path, self.folder)).as_posix()

    @cached_property
    def connector_folders(self) -> tuple[Path, ...] | None:
        """The folders and pages that `connectors` names; None when it does not say."""
        if self.connectors is None:
            return None
        found: dict[Path, None] = {}
        for pattern in self.connectors:
            for path in self._matched(pattern.rstrip("/")) if pattern.strip("./") else [self.folder]:
                if (path.is_dir() or path.suffix.lower() in (".md", ".markdown")) and not self.excluded(path):
                    found[path] = None
        return tuple(found)

    @property
    def walked(self) -> Iterator[Path]:
        """The folders that the patterns of `connectors` and `own-rules` look into: what comes or goes in one
        can change what they match."""
        for pattern in (*(self.connectors or ()), *(self._texts("own-rules") or ())):
            parts = pattern.strip("./").split("/")
            for count, part in enumerate(parts):
                before = "/".join(parts[:count])
                inner = f"{before}/" if before else ""
                yield from self.folder.glob(before) if before else [self.folder]
                if "**" in part:
                    yield from self.folder.glob(f"{inner}**/")
                    break

    @property
    def exclude(self) -> tuple[str, ...]:
        """Paths and patterns that are not read."""
        return self._texts("exclude") or ()

    def excluded(self, path: Path) -> bool:
        """Whether `exclude` leaves a path out, or a folder that it lies in."""
        patterns = self.exclude
        if not patterns:
            return False
        from fnmatch import fnmatchcase

        parts = self.relative(path).split("/")
        return any(
            fnmatchcase("/".join(parts[:count]), pattern.rstrip("/"))
            for pattern in patterns
            for count in range(1, len(parts) + 1)
        )

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its connector tables, as written."""
        return tuple(name for name, _ in _tables(self._value.get("connector")))

    @cached_property
    def pages(self) -> dict[Path, Path]:
        """Pages that are a connector's rendering: page → the connector's folder."""
        found: dict[Path, Path] = {}
        for name, table in _tables(self._value.get("connector")):
            page = table.get("page")
            if isinstance(page, str):
                found[self.resolve(page)] = self.resolve(name)
        return found

    @cached_property
    def renderings(self) -> dict[Path, Path]:
        """Connectors with a rendering: the connector's folder → the page, of several the first."""
        return {folder: page for page, folder in reversed(self.pages.items())}

    @cached_property
    def _by_path(self) -> dict[Path, dict[str, object]]:
        """The connectors' tables by their paths; of several for one path, the first."""
        found: dict[Path, dict[str, object]] = {}
        for name, table in _tables(self._value.get("connector")):
            found.setdefault(self.resolve(name), table)
        return found

    def settings(self, path: Path) -> ConnectorSettings:
        """What holds for the connector at a path. Raises BrokenConfig for evidence that lies elsewhere."""
        name = self.relative(path)
        table: Mapping[str, object] = self._by_path.get(path, {})
        origins: dict[str, str] = {}
        severities: dict[str, Severity | None] = {}
        options: dict[str, dict[str, object]] = {}
        for origin, rules in (
            ("[rules]", self._value.get("rules")),
            (f'[connector."{name}".rules]', table.get("rules")),
        ):
            for rule, setting in (rules if isinstance(rules, dict) else {}).items():
                _rule_setting(rule, setting, severities, options)
                origins[f"rules.{rule}"] = f"{self.name} {origin}"
        coverage = table.get("coverage", self._value.get("coverage"))
        records = table.get("records")
        evidence = {kind: self._evidence(kind, path, table, origins) for kind in CONVENTION}
        page = table.get("page")
        id_, owner = table.get("id"), table.get("owner")
        for key in table:
            if key != "rules":
                origins.setdefault(key, f'{self.name} [connector."{name}"]')
        return ConnectorSettings(
            id=id_ if isinstance(id_, str) else name,
            owner=owner if isinstance(owner, str) else None,
            page=self.resolve(page) if isinstance(page, str) else None,
            contract=evidence["contract"],
            events=evidence["events"],
            fixtures=evidence["fixtures"],
            coverage=tuple(map(str, coverage)) if isinstance(coverage, list) else None,
            records={
                key: tuple(map(str, way))
                for key, way in (records if isinstance(records, dict) else {}).items()
                if isinstance(way, list)
            },
            severities=severities,
            options=options,
            origins=origins,
        )

    def _evidence(
        self, kind: str, path: Path, table: Mapping[str, object], origins: dict[str, str]
    ) -> Path | None:
        """The path of one kind of evidence: the connector's own setting, else that for all."""
        home = path.with_suffix("") if path.suffix.lower() in (".md", ".markdown") else path
        own, general = table.get(kind), self._value.get("evidence")
        shared = general.get(kind) if isinstance(general, dict) else None
        found: Path | None = None
        if isinstance(own, str):
            # written in the connector's table, and so meant from the connector's folder
            found = _first(home, own) or Path(os.path.normpath(home / own))
        elif isinstance(shared, str):
            found = _first(home, shared)
            if found is not None:
                origins[kind] = f"{self.name} [evidence]"
        if found is not None and self.elsewhere(found):
            named = own if isinstance(own, str) else shared
            raise BrokenConfig([f"{self.name}: {kind}: `{named}` {_ELSEWHERE} (--{kind} takes any path)"])
        return found

    @cached_property
    def ignores(self) -> tuple[Ignore, ...]:
        """Its `[[ignore]]` tables."""
        listed = self._value.get("ignore")
        found = []
        for index, item in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(item, dict) and self.base is not None:
                value, until = item.get("value"), item.get("until")
                found.append(
                    Ignore(
                        at=self.base / "ignore" / index,
                        connector=str(item.get("connector", "*")),
                        rule=str(item.get("rule")),
                        address=str(item.get("address")),
                        value=value if isinstance(value, str) else None,
                        reason=str(item.get("reason")),
                        until=until if isinstance(until, str) else None,
                    )
                )
        return tuple(found)

    def named_rules(self) -> Iterator[tuple[Location, str, Mapping[str, object]]]:
        """Every rule that it sets: the place, the id, the options set."""
        if self.base is None:
            return
        for at, rules in self._rule_tables(self.base):
            for rule, setting in rules.items():
                given = (
                    {key: item for key, item in setting.items() if key != "severity"}
                    if isinstance(setting, dict)
                    else {}
                )
                yield at / rule, rule, given
        listed = self._value.get("ignore")
        for index, item in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(item, dict) and isinstance(item.get("rule"), str):
                yield self.base / "ignore" / index / "rule", item["rule"], {}

    def named_paths(self) -> Iterator[tuple[Location, str]]:
        """Every path and pattern that is relative to the configuration's folder, with its place."""
        if self.base is None:
            return
        for key in ("connectors", "own-rules"):
            for index, name in enumerate(self._texts(key) or ()):
                yield self.base / key / index, name
        if (baseline := self._text("baseline")) is not None:
            yield self.base / "baseline", baseline
        for name, table in _tables(self._value.get("connector")):
            yield self.base / "connector" / name, name
            page = table.get("page")
            if isinstance(page, str):
                yield self.base / "connector" / name / "page", page

    def _rule_tables(self, base: Location) -> Iterator[tuple[Location, Mapping[str, object]]]:
        rules = self._value.get("rules")
        if isinstance(rules, dict):
            yield base / "rules", rules
        for name, table in _tables(self._value.get("connector")):
            inner = table.get("rules")
            if isinstance(inner, dict):
                yield base / "connector" / name / "rules", inner


def _tables(value: object) -> Iterator[tuple[str, dict[str, object]]]:
    for name, table in (value if isinstance(value, dict) else {}).items():
        if isinstance(table, dict):
            yield name, table


def _rule_setting(
    rule: str,
    setting: object,
    severities: dict[str, Severity | None],
    options: dict[str, dict[str, object]],
) -> None:
    """Lay one rule's setting over what holds so far."""
    word = setting
    if isinstance(setting, dict):
        word = setting.get("severity")
        given = {key: value for key, value in setting.items() if key != "severity"}
        if given:
            options[rule] = {**options.get(rule, {}), **given}
    if isinstance(word, str):
        severities[rule] = None if word == "off" else Severity.of(word)


def _first(home: Path, pattern: str) -> Path | None:
    """The first file that a pattern with `{a,b}` names below a folder, None when there is none."""
    head, brace, rest = pattern.partition("{")
    inner, _, tail = rest.partition("}")
    for choice in inner.split(",") if brace else [""]:
        path = Path(os.path.normpath(home / f"{head}{choice}{tail}"))
        if path.exists():
            return path
    return None


class Configs:
    """Finds configuration files upwards from paths, and reads each once; `overlay` holds contents that stand
    for files' own."""

    def __init__(self, working: Path, overlay: Mapping[Path, bytes] | None = None) -> None:
        self._working = working
        self._overlay = overlay or {}
        self._by_folder: dict[Path, Config | None] = {}
        self._by_path: dict[Path, Config] = {}

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder that was looked into for a configuration."""
        return tuple(self._by_folder)

    def of(self, path: Path) -> Config:
        """The configuration that holds for a path: of the nearest folder that has one."""
        known = self._by_path.get(path)
        if known is None:
            known = self._by_path[path] = self._found(path)
        return known

    def _found(self, path: Path) -> Config:
        folder = path if path.is_dir() else path.parent
        passed: list[Path] = []
        found: Config | None = None
        for here in (folder, *folder.parents):
            if here in self._by_folder:
                found = self._by_folder[here]
                break
            passed.append(here)
            found = self._read(here)
            if found is not None or os.path.exists(f"{here}{os.sep}.git"):  # noqa: PTH110 - asked of each folder above, in every run
                break
        for here in passed:
            self._by_folder[here] = found
        return found or Config(self._working, None, None, {})

    def _read(self, folder: Path) -> Config | None:
        for name in NAMES:
            # os.path: this is asked of each folder above, in every run
            there = os.path.isfile(f"{folder}{os.sep}{name}")  # noqa: PTH113
            if there or (self._overlay and folder / name in self._overlay):
                path = folder / name
                if path.is_symlink() and beyond(path, boundary(folder)):
                    raise BrokenConfig([f"{shown(path, self._working)}: this link {_ELSEWHERE}"])
                config = self._read_file(path)
                if config is not None:
                    return config
        return None

    def _read_file(self, path: Path) -> Config | None:
        return read_config(path, shown(path, self._working), self._overlay.get(path))


def shown(path: Path, working: Path) -> str:
    """A path as people see it: POSIX, relative to the working directory where that is possible."""
    own, above = str(path), f"{working}{os.sep}"
    if own.startswith(above):
        # nearly every path, and asked for each of a large run: as text, which costs a tenth
        return own[len(above) :].replace(os.sep, "/")
    try:
        return path.relative_to(working).as_posix() or "."
    except ValueError:
        try:
            return Path(os.path.relpath(path, working)).as_posix()
        except ValueError:
            return path.as_posix()


def read_config(path: Path, name: str, data: bytes | None = None) -> Config | None:
    """The configuration in a file, or in the content that stands for its own; None for a pyproject.toml
    without `[tool.connlint]`.

    Raises BrokenConfig.
    """
    try:
        data = path.read_bytes() if data is None else data
    except OSError as error:
        raise BrokenConfig([f"{name}: cannot be read: {error.strerror}"]) from error
    ours = path.name != "pyproject.toml"
    if not ours and b"connlint" not in data:
        return None
    if len(data) > _LARGEST:
        raise BrokenConfig([f"{name}: a configuration of more than {_LARGEST // 1024} KiB is not read"])
    try:
        source = Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BrokenConfig([f"{name}: not UTF-8"]) from None
    from connlint.reading.toml import read_toml

    document = read_toml(source)
    document.role = "config"
    if document.value is MISSING:
        if not ours:
            return None
        raise BrokenConfig(
            [_line(source, fault.span.start, fault.message, None) for fault in document.faults]
        )
    value: object = document.value
    base = document.root
    if not ours:
        tool = value.get("tool") if isinstance(value, dict) else None
        value = tool.get("connlint") if isinstance(tool, dict) else None
        base = document.root / "tool" / "connlint"
        if not isinstance(value, dict):
            return None
    assert isinstance(value, dict)
    config = Config(path.parent, document, base, value)
    _check(config, document, base, value)
    return config


def _check(config: Config, document: Document, base: Location, value: Mapping[str, object]) -> None:
    """Hold the configuration to its schema, to the rules there are, and to this version."""
    from connlint.schema import faults

    inner = Document(document.source, "toml", value, lambda: _Below(document, base))
    lines = [
        _line(document.source, fault.at.span.start, fault.message, fault.help)
        for fault in faults(inner, "config")
    ]
    if not lines:
        lines = list(_names_elsewhere(config, document.source))
    if not lines:
        lines = [*_unknown_rules(config, document.source), *_unknown_folders(config, document.source)]
    wanted = value.get("required-version")
    if isinstance(wanted, str) and not satisfies(VERSION, wanted):
        at = (base / "required-version").span.start
        lines.insert(
            0,
            _line(document.source, at, f"this is connlint {VERSION}; the configuration wants {wanted}", None),
        )
    if lines:
        raise BrokenConfig(lines)


class _Below:
    """Positions of a table within a document."""

    def __init__(self, document: Document, base: Location) -> None:
        self._positions = document.positions
        self._base = base.pointer

    def value(self, pointer: Pointer) -> Span:
        return self._positions.value((*self._base, *pointer))

    def key(self, pointer: Pointer) -> Span:
        return self._positions.key((*self._base, *pointer))

    def inside(self, pointer: Pointer, start: int, end: int) -> Span:
        return self._positions.inside((*self._base, *pointer), start, end)


def _names_elsewhere(config: Config, source: Source) -> Iterator[str]:
    """Paths that lead out of the repository, and patterns that nobody needs."""
    for at, name in config.named_paths():
        start = at.key.span.start if at.pointer[-1] == name else at.span.start
        if os.path.isabs(name) or config.elsewhere(config.resolve(name.partition("*")[0])):  # noqa: PTH117 - the name is text with wildcards
            yield _line(source, start, f"`{name}` {_ELSEWHERE}", "paths are relative to this file")
        elif name.count("**") > _MOST_WALKS:
            yield _line(source, start, f"`{name}` has more than {_MOST_WALKS} `**`", None)


def _unknown_rules(config: Config, source: Source) -> Iterator[str]:
    from connlint.registry import rules
    from connlint.text import nearest

    known = rules()
    # what a file or a package brings is known only when it is loaded
    own = bool(config.own_rule_files or config.plugins)
    for at, rule, given in config.named_rules():
        if rule not in known and own:
            continue
        if rule not in known:
            near = nearest(rule, known)
            hint = f"did you mean `{near}`?" if near else "`connlint rule` lists them"
            yield _line(source, at.key.span.start, f"there is no rule `{rule}`", hint)
            continue
        for option in given:
            if option not in known[rule].options:
                near = nearest(option, known[rule].options)
                listed = ", ".join(known[rule].options) or "none"
                hint = f"did you mean `{near}`?" if near else f"its options: {listed}"
                yield _line(source, at.key.span.start, f"`{rule}` has no option `{option}`", hint)


def _unknown_folders(config: Config, source: Source) -> Iterator[str]:
    """Connector tables that name nothing there is."""
    assert config.base is not None
    for name in config.tables:
        if not config.resolve(name).exists():
            at = (config.base / "connector" / name).key.span.start
            yield _line(source, at, f"there is no folder or page `{name}`", "paths are relative to this file")


def _line(source: Source, offset: int, message: str, help_: str | None) -> str:
    at = source.position(offset)
    return f"{source.path}:{at.line}:{at.column}: {message}" + (f" ({help_})" if help_ else "")


def satisfies(version: str, wanted: str) -> bool:
    """Whether a version meets every part of `>=1.2, <2`, `1.*`, `==1.4.0`, `~=1.2`."""
    return all(_meets(_numbers(version), part.strip()) for part in wanted.split(",") if part.strip())


def _meets(version: tuple[int, ...], part: str) -> bool:
    sign = part[: len(part) - len(part.lstrip("<>=!~"))]
    number = part[len(sign) :].strip()
    if number.endswith(".*"):
        start = _numbers(number[:-2])
        same = version[: len(start)] == start
        return not same if sign == "!=" else same
    other = _numbers(number)
    width = max(len(version), len(other))
    left, right = (item + (0,) * (width - len(item)) for item in (version, other))
    if sign == "~=":
        return left >= right and version[: len(other) - 1] == other[:-1]
    return {
        "": left == right,
        "=": left == right,
        "==": left == right,
        "===": left == right,
        "!=": left != right,
        "<": left < right,
        ">": left > right,
        "<=": left <= right,
        ">=": left >= right,
    }.get(sign, False)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())
