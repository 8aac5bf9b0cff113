"""Paths to connectors: which files belong to which connector, and which are none of our business.

A connector is one Markdown page, or one folder: the deepest that holds a service document, with its
subfolders; without one, a folder that directly holds resources. Documents are recognised by content.
What git ignores is left out, unless it was named.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from connlint.config import Config, Configs
from connlint.files import leads_out
from connlint.patterns import pattern
from connlint.reading import MISSING, Document, ReadResult, read
from connlint.reading.keys import holds_keys, is_ours
from connlint.record import field, record
from connlint.source import Source

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

DATA_ENDINGS = (".json", ".yaml", ".yml")
PAGE_ENDINGS = (".md", ".markdown")
FIXTURES = "fixtures"
_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "site-packages"})
_LARGEST_IGNORED = 1024 * 1024
"""Bytes of a `.gitignore` that are read."""
_WILDCARDS = 2
"""Wildcards in one segment of its lines, and segments `**`."""
_LOOKED_AT = 256 * 1024
"""Bytes of files that are none of ours, in connectors' folders, of which it is seen whether they parse."""
_SLOWER = 4
"""How many times longer than of JSON it takes to check so many bytes of YAML."""
_CLIMB = 8
"""How many folders above a named file are searched for its service document."""


_HEAD = 4096
"""Bytes of a file that are looked at before the rest."""


class NoSuchPath(Exception):
    """A path that cannot be read: it is missing, or the system refuses it. The message is for people."""


@record(frozen=False)
class Found:
    """One connector's files as read: `path` is its folder's or its page's, as given on this machine."""

    path: Path
    is_page: bool
    reads: list[tuple[Path, ReadResult]] = field(default_factory=list)
    page: ReadResult | None = None


@record(frozen=False)
class Discovery:
    """What was found below the given paths. `strangers` are named files that belong to no connector."""

    connectors: list[Found]
    strangers: list[Path]
    empty_folders: list[Path]
    """Named folders in which there is no connector."""
    notes: list[str] = field(default_factory=list)


def role_of(value: object) -> str:
    """What a document is by its content: "service", "resources", or "" for neither."""
    if not is_ours(value):
        return ""
    return "service" if isinstance(value, dict) else "resources"


def looks_ours(data: bytes) -> bool:
    """Whether text holds the keys of a connector's document (as it must, to be one), in UTF-16 too."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.replace(b"\0", b"")
    if b"handle" not in data:
        return False
    # almost always its beginning tells
    return holds_keys(data[:_HEAD].decode("latin-1")) or (
        len(data) > _HEAD and holds_keys(data.decode("latin-1"))
    )


MANY = 32
"""Files in a folder, or paths, from which on it pays to look up what earlier runs know, and to take for a
list of resources what is a list."""
_LIST = pattern(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*\[")
"""How a JSON text begins that is a list."""
_BLANKS = rb"(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*"
_SEQUENCE = pattern(rb"(?:\xef\xbb\xbf)?" + _BLANKS + rb"(?:---[ \t]*\r?\n" + _BLANKS + rb")?-[ \r\n]")
"""How a YAML text begins whose first document is one."""
_MORE = pattern(rb"[\r\n]---|service\b|\\[xuU\r\n]")
"""What the rest of it does not hold where it is the only document, and no part of it is a service document,
even if others do not parse and are left out: its key, or an escape that could stand in one."""
NOT_OURS = "-"
"""What stands for the roles of a file that holds nothing of a connector's."""


_ROOM = 8_000_000
"""Bytes of files that are kept until they are parsed; the others are read once more."""


class _Shell(ReadResult):
    """What stands for a file of which only the roles are kept."""

    __slots__ = ()


class _Presumed(_Shell):
    """What stands for a list, perhaps of resources, or a page, perhaps a connector's, that was not parsed."""

    __slots__ = ()


class Known(Protocol):
    """What files hold, by their content: the roles of their documents, joined with commas, or NOT_OURS."""

    def same(self, file: Path, data: bytes) -> bool:
        """Whether this is the content that was met first; it is, if none was."""

    def roles(self, file: Path, data: bytes, named: bool) -> str | None:
        """What is known of a file with this content; None where nothing is."""

    def learn(self, file: Path, data: bytes, named: bool, roles: str) -> None:
        """Remember it."""


class Finder:
    """Finds connectors, reading each file at most once.

    `display` turns a path into what people see; `configs` says which folders and pages configuration
    calls connectors, which pages are their renderings, and what it leaves out; `overlay` holds contents
    that stand for files' own.

    With `memory`, only so many characters of text are kept as read: of other files only what they are is
    remembered, and `whole` reads them again. `known` gives what earlier runs know of files by their content:
    it is asked for a folder of many, since of few it costs more than it saves. Among many, a list below a
    service document is taken for resources, and a page that holds a connector's keys for a connector; only
    `whole` parses them: when, and in which process, is the caller's to choose.
    """

    def __init__(
        self,
        *,
        display: Callable[[Path], str],
        configs: Configs | None = None,
        overlay: Mapping[Path, bytes] | None = None,
        memory: int | None = None,
        known: Callable[[], Known | None] | None = None,
    ) -> None:
        self._display = display
        self._memory = memory
        self._remember = known
        self._known: Known | None = None
        self._many = False
        self.changed: set[Path] = set()
        """Files that were not what they had been when they were read again."""
        self._named: set[Path] = set()
        self._configs = configs or Configs(Path.cwd())
        self._overlay = overlay or {}
        self._reads: dict[Path, ReadResult | None] = {}
        self._contents: dict[Path, bytes] = {}
        """Of files that were not parsed yet, as many as there is room for."""
        self._room = _ROOM
        self._listings: dict[Path, list[os.DirEntry[str]]] = {}
        self._excluded: Callable[[Path], bool] = _nothing
        self._sizes: dict[Path, int] = {}
        self._links: list[Path] = []
        """Links that lead elsewhere, which are not followed."""
        self._passed: set[Path] = set()
        """Files below the paths that hold nothing of ours."""

    def discover(self, paths: Sequence[Path]) -> Discovery:
        """Every connector that the paths name, lie in or hold, once, sorted by path.

        Raises NoSuchPath for a path that cannot be read, `config.BrokenConfig` for a configuration that
        cannot be used.
        """
        found: dict[Path, Found] = {}
        result = Discovery([], [], [])
        self._look_up(len(paths))
        for path in paths:
            if not path.exists() and path not in self._overlay:
                raise NoSuchPath(f"no such file or folder: {self._display(path)}")
            if path not in self._overlay and not path.is_dir() and not path.is_file():
                raise NoSuchPath(
                    f"{self._display(path)} is no regular file; pipe it in with --stdin-filename"
                )
            config = self._configs.of(path)
            self._excluded = config.excluded
            if config.connector_folders is not None:
                members = self._configured(path, config.connector_folders)
            elif path.is_dir():
                members = self._in_folder(path)
            else:
                members = self._of_file(self._rendered(path, config))
            members = [member for member in members if member.path not in config.pages]
            if members and all(map(_is_unsure, members)):
                members = self._sure(members, 1)
            if not members:
                (result.empty_folders if path.is_dir() else result.strangers).append(path)
            for member in members:
                found.setdefault(member.path, member)
        result.connectors = [found[path] for path in sorted(found, key=lambda path: path.as_posix())]
        for member in result.connectors:
            self._give_page(member)
        if self._links:
            names = ", ".join(self._display(link) for link in sorted(self._links)[:5])
            result.notes.append(f"not followed, for it leads out of the repository: {names}")
        result.notes += self._unparsed(result)
        return result

    def settle(self, found: Discovery) -> None:
        """Make sure of each connector that it is one."""
        found.connectors[:] = self._sure(found.connectors, len(found.connectors))

    def _sure(self, members: Iterable[Found], count: int) -> list[Found]:
        """The connectors without those that are none, as far as it takes to be sure of so many."""
        kept = []
        for member in members:
            if count and _is_unsure(member):
                ((file, _),) = member.reads
                result = self._recognised(file, named=file in self._named)
                if result is None:
                    continue
                member.reads[:] = [(file, result)]
            count -= count > 0
            kept.append(member)
        return kept

    def _unparsed(self, found: Discovery) -> Iterator[str]:
        """Notes about files that do not parse, or are almost a document, where one would look for documents:
        below a connector's folder, or a named folder without one. Of others nothing is said."""
        homes = {member.path for member in found.connectors if not member.is_page}
        broken: list[str] = []
        left = _LOOKED_AT
        for file in sorted(self._passed):
            home = next((parent for parent in file.parents if parent in homes), None)
            if file.suffix.lower() not in DATA_ENDINGS or (
                home is None and not any(folder in file.parents for folder in found.empty_folders)
            ):
                continue
            if home is not None and self._is_evidence(file, home):
                continue
            try:
                size = file.stat().st_size
                data = self._content(file) if size <= left else b""
            except (NoSuchPath, OSError):
                continue
            if size > left:
                continue
            left -= size
            result = read(self._display(file), data, named=True)
            faults = [*result.faults, *(fault for document in result.documents for fault in document.faults)]
            first = next((fault for fault in faults if fault.kind != "duplicate-key"), None)
            if first is not None:
                line, column = result.source.position(first.span.start)
                broken.append(f"{result.source.path}:{line}:{column}: {first.message}")
            nearly = [words for document in result.documents if (words := _nearly_ours(document.value))]
            if nearly:
                yield f"left out, for it is no document of a connector: {result.source.path}: {nearly[0]}"
        if broken:
            more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
            yield f"left out, for it does not parse and holds no key of a connector's: {broken[0]}{more}"

    def _rendered(self, path: Path, config: Config) -> Path:
        """The path itself; of a page that is a connector's rendering, a document of that connector."""
        folder = config.pages.get(path)
        if folder is None or not folder.is_dir():
            return path
        return next(iter(self._data_files(folder)), path)

    def _give_page(self, member: Found) -> None:
        """Read the page that configuration calls the connector's rendering."""
        page = self._configs.of(member.path).renderings.get(member.path)
        if page is not None and not member.is_page and (page in self._overlay or page.is_file()):
            seen = self._recognised(page, named=True)
            member.page = (
                seen
                if seen and not isinstance(seen, _Shell)
                else read(self._display(page), self._content(page), named=True)
            )

    def _configured(self, path: Path, folders: Sequence[Path]) -> list[Found]:
        """The connectors among those that configuration names which the path names, lies in or holds."""
        members = []
        for folder in folders:
            if path != folder and path not in folder.parents and folder not in path.parents:
                continue
            if folder.is_dir():
                files = list(self._walk(folder, _Ignored(folder)))
                self._look_up(max(len(files), len(folders)))
                reads = self._documents(files)
                if all(_is_presumed(result) for _, result in reads):
                    reads = self._documents(files, certain=True)
                if reads:
                    members.append(Found(folder, False, reads))
            else:
                page = self._recognised(folder, named=True, certain=False)
                if page is not None:
                    members.append(Found(folder, True, [(folder, page)]))
        return members

    def _documents(self, files: Iterable[Path], *, certain: bool = False) -> list[tuple[Path, ReadResult]]:
        """The files that hold documents of a connector; pages are left out."""
        return [
            (file, result)
            for file in files
            if file.suffix.lower() not in PAGE_ENDINGS
            and (result := self._recognised(file, named=False, certain=certain)) is not None
        ]

    # folders

    def _in_folder(self, folder: Path) -> list[Found]:
        """The connectors in a folder; where it is a part of one, that one."""
        above = self._service_folder_above(folder.parent) if not self._holds_service(folder) else None
        files = list(self._walk(folder, _Ignored(folder)))
        self._look_up(len(files))
        members = self._grouped(files, above)
        if above is not None and any(member.path == above for member in members):
            whole = self._grouped(list(self._walk(above, _Ignored(above))), None)
            members = [member for member in members if member.path != above]
            members += [member for member in whole if member.path == above]
        return members

    def _look_up(self, count: int) -> None:
        """Make use of what earlier runs know of files, and of how they begin, where there are so many."""
        if count >= MANY:
            self._many = True
            if self._remember is not None:
                self._known = self._known or self._remember()

    def _grouped(self, files: Iterable[Path], above: Path | None) -> list[Found]:
        """Files as connectors. `above` is the folder of a service document over all of them."""
        reads: list[tuple[Path, ReadResult]] = []
        pages: list[Found] = []
        for file in files:
            result = self._recognised(file, named=False, certain=False)
            if result is None:
                self._passed.add(file)
                continue
            if file.suffix.lower() in PAGE_ENDINGS:
                pages.append(Found(file, True, [(file, result)]))
            else:
                reads.append((file, result))
        services = {file.parent for file, result in reads if _has_service(result)}
        if above is not None:
            services.add(above)
        unsure = [file for file, result in reads if _is_presumed(result) and not _home(file, services)]
        if unsure:
            # whether there is a connector at all hangs on these
            sure = {file: self._recognised(file, named=False) for file in unsure}
            self._passed.update(file for file, result in sure.items() if result is None)
            reads = [(file, result) for file, kept in reads if (result := sure.get(file, kept)) is not None]
        folders: dict[Path, Found] = {}
        for file, result in reads:
            home = _home(file, services) or file.parent
            if home not in folders:
                folders[home] = Found(home, False)
            folders[home].reads.append((file, result))
        return [*folders.values(), *pages]

    def _walk(self, folder: Path, ignored: _Ignored) -> Iterator[Path]:
        """Files below a folder that may be documents, sorted, depth first."""
        pending = [folder]
        while pending:
            here = pending.pop()
            inner = []
            for entry in self._entries(here):
                path = here / entry.name
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if (
                        entry.name not in _SKIPPED_FOLDERS
                        and not self._excluded(path)
                        and not ignored(path, True)
                    ):
                        inner.append(path)
                elif (
                    entry.name.lower().endswith(DATA_ENDINGS + PAGE_ENDINGS)
                    and _is_file(entry)
                    and not self._excluded(path)
                    and not ignored(path, False)
                ):
                    yield path
            pending.extend(reversed(inner))

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        known = self._listings.get(folder)
        if known is None:
            try:
                with os.scandir(folder) as entries:
                    known = sorted(entries, key=lambda entry: entry.name)
                for entry in [entry for entry in known if entry.is_symlink()]:
                    if leads_out(folder / entry.name, folder):
                        known.remove(entry)
                        if entry.name.lower().endswith(DATA_ENDINGS + PAGE_ENDINGS):
                            self._links.append(folder / entry.name)
            except OSError as error:
                raise NoSuchPath(
                    f"cannot read the folder {self._display(folder)}: {error.strerror}"
                ) from error
            if self._overlay:
                names = {entry.name for entry in known}
                inner = (path.name for path in self._overlay if path.parent == folder)
                # an entry and what stands for one are asked the same
                unsaved = [_Unsaved(name) for name in inner if name not in names]
                known += cast("list[os.DirEntry[str]]", unsaved)
                known.sort(key=lambda entry: entry.name)
            self._listings[folder] = known
        return known

    # files

    def _of_file(self, file: Path) -> list[Found]:
        """The connector that a named file belongs to."""
        result = self._recognised(file, named=True)
        if file.suffix.lower() in PAGE_ENDINGS:
            return [] if result is None else [Found(file, True, [(file, result)])]
        home = self._service_folder_above(file.parent)
        if home is None:
            home = self._evidence_home(file) if result is None else file.parent
        if home is None:
            return []
        members = self._grouped(self._walk(home, _Ignored(home)), None)
        mine = [member for member in members if member.path == home]
        if result is not None and not any(file == path for member in members for path, _ in member.reads):
            # named although git ignores it, or it carries an ending of its own
            if mine:
                mine[0].reads.append((file, result))
                mine[0].reads.sort(key=lambda item: item[0].as_posix())
            else:
                mine = [Found(home, False, [(file, result)])]
        if result is None and mine and not self._is_evidence(file, home):
            return []
        return mine

    def _service_folder_above(self, folder: Path) -> Path | None:
        """The deepest folder, from this one upwards, that directly holds a service document."""
        here = folder
        for _ in range(_CLIMB):
            if self._holds_service(here):
                return here
            if here.parent == here or (here / ".git").exists():
                return None
            here = here.parent
        return None

    def _holds_service(self, folder: Path) -> bool:
        for path in self._data_files(folder):
            result = self._recognised(path, named=False, certain=False)
            if result is not None and _has_service(result):
                return True
        return False

    def _data_files(self, folder: Path) -> Iterator[Path]:
        """The JSON and YAML files that lie directly in a folder."""
        for entry in self._entries(folder):
            if entry.name.lower().endswith(DATA_ENDINGS) and _is_file(entry):
                yield folder / entry.name

    def _evidence_home(self, file: Path) -> Path | None:
        """The folder of a connector without service document whose evidence the file is."""
        for folder in (file.parent, *file.parents[1:3]):
            if any(self._recognised(path, named=False) is not None for path in self._data_files(folder)):
                return folder
        return None

    def _is_evidence(self, file: Path, home: Path) -> bool:
        inner = file.relative_to(home) if file.is_relative_to(home) else file
        return inner.parts[0] == FIXTURES or (len(inner.parts) == 1 and inner.stem in ("contract", "events"))

    def _recognised(self, file: Path, *, named: bool, certain: bool = True) -> ReadResult | None:
        """The file as read, when it holds documents of a connector; None when it is none of ours.

        Without `certain`, what stands for a list may be what is returned: it may be none of ours.
        """
        if file in self._reads:
            known = self._reads[file]
            if (known is not None or not named) and not (certain and _is_presumed(known)):
                return known
        if not named and (FIXTURES in file.parts[-4:-1] or file.stem == "contract"):
            # evidence: a contract may be 60 MB of text that is never a connector's document
            return None
        # a named link too: hooks name every file that changed, and who put it there is not who runs them
        stray = named and file not in self._overlay and file.is_symlink() and leads_out(file, file.parent)
        result = None if stray else self._recalled(file, named, certain)
        self._reads[file] = result
        return result

    def _recalled(self, file: Path, named: bool, certain: bool) -> ReadResult | None:
        """The file as read, or a shell of it: its roles alone, where it is known or presumed, or memory is
        short."""
        if named:
            self._named.add(file)
        presuming = self._memory is not None and self._many and not certain
        if self._known is None and not presuming:
            return self._lean(file, self._read(file, named))
        data = self._content(file)
        looks = looks_ours(data)
        if not named and not looks:
            return None
        if presuming and looks and (file.suffix.lower() in PAGE_ENDINGS or _is_a_list(file, data)):
            if self._known is not None:
                self._known.same(file, data)
            if len(data) <= self._room:
                self._room -= len(data)
                self._contents[file] = data
            return _Presumed(*self._shell(file, ["resources"]))
        if self._known is None:
            return self._lean(file, self._parsed(file, data, named))
        roles = self._known.roles(file, data, named)
        if roles is not None:
            return self._shell(file, roles.split(",")) if roles != NOT_OURS else None
        result = self._parsed(file, data, named)
        roles = NOT_OURS if result is None else ",".join(document.role for document in result.documents)
        self._known.learn(file, data, named, roles)
        return self._lean(file, result)

    def _lean(self, file: Path, result: ReadResult | None) -> ReadResult | None:
        if result is None or self._memory is None:
            return result
        self._memory -= len(result.source.text)
        if self._memory >= 0:
            return result
        return self._shell(file, [document.role for document in result.documents])

    def _shell(self, file: Path, roles: Iterable[str]) -> _Shell:
        source = Source(self._display(file), "")
        return _Shell(source, tuple([Document.carrier(source, role) for role in roles]))

    def whole(self, found: Found) -> Found:
        """The connector with all of its files as read; those that are none of a connector's are left out. One
        without any is no connector.

        Raises NoSuchPath.
        """
        reads = []
        for file, kept in found.reads:
            result: ReadResult | None = kept
            if isinstance(kept, _Shell):
                named = file in self._named
                data = self._contents.pop(file, None)
                if data is not None:
                    self._room += len(data)
                    result = self._parsed(file, data, named)
                else:
                    data = self._content(file)
                    if self._known is not None and not self._known.same(file, data):
                        self.changed.add(file)
                    result = self._parsed(file, data, named) if named or looks_ours(data) else None
            if result is not None:
                reads.append((file, result))
        return Found(found.path, found.is_page, reads, found.page)

    def weight(self, found: Found) -> int:
        """How much there is to read of a connector, roughly: YAML takes longer than JSON."""
        return sum(
            self._sizes.get(file, 0) * (1 if file.suffix.lower() == ".json" else _SLOWER)
            for file, _ in found.reads
        )

    def named(self, file: Path) -> bool:
        """Whether a file was taken because it was named."""
        return file in self._named

    def forget(self, found: Found) -> None:
        """Keep nothing of a connector's files: nobody asks for them again."""
        for file, _ in found.reads:
            self._reads.pop(file, None)
            self._contents.pop(file, None)
        found.reads = []
        found.page = None

    def _content(self, file: Path) -> bytes:
        """A file's bytes. Raises NoSuchPath."""
        data = self._overlay.get(file)
        if data is None:
            try:
                data = file.read_bytes()
            except OSError as error:
                raise NoSuchPath(f"cannot read {self._display(file)}: {error.strerror}") from error
        self._sizes[file] = len(data)
        return data

    def _read(self, file: Path, named: bool) -> ReadResult | None:
        data = self._content(file)
        return self._parsed(file, data, named) if named or looks_ours(data) else None

    def _as_read(self, file: Path, data: bytes, named: bool) -> ReadResult:
        return read(self._display(file), data, named=named)

    def _parsed(self, file: Path, data: bytes, named: bool) -> ReadResult | None:
        result = self._as_read(file, data, named)
        ours = False
        for document in result.documents:
            document.role = role_of(document.value)
            ours = ours or document.role != ""
        if ours:
            return result
        broken = bool(result.faults) or any(
            document.value is MISSING or document.faults for document in result.documents
        )
        return result if broken else None


class _Unsaved:
    """What stands for a folder's entry: a file that is not there yet, whose content the overlay holds."""

    def __init__(self, name: str) -> None:
        self.name = name

    def is_file(self) -> bool:
        return True

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:  # noqa: ARG002 - as `os.DirEntry` has it
        return False

    def is_symlink(self) -> bool:
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a file, or a link that ends at one: links in a circle end nowhere."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _nearly_ours(value: object) -> str:
    """What a value lacks that is no document of a connector though it was meant as one; "" for any other."""
    if isinstance(value, dict) and "handle" in value:
        if "service" in value:
            return "a service document has a `service` that is an object"
        if "endpoint" in value or "operations" in value:
            return "a resources document is a list: put `[` and `]` around its resources"
    return ""


def _is_a_list(file: Path, data: bytes) -> bool:
    """Whether text is a list for sure, so that nothing of it is a service document, by how it begins."""
    if file.suffix.lower() == ".json":
        return _LIST.match(data) is not None
    begun = _SEQUENCE.match(data) if file.suffix.lower() in DATA_ENDINGS else None
    return begun is not None and _MORE.search(data, begun.end()) is None


def _nothing(_path: Path) -> bool:
    return False


def _has_service(result: ReadResult) -> bool:
    return any(document.role == "service" for document in result.documents)


def _is_presumed(result: ReadResult | None) -> bool:
    return isinstance(result, _Presumed)


def _is_unsure(member: Found) -> bool:
    """Whether there may be no connector: a page that was not parsed."""
    return member.is_page and _is_presumed(member.reads[0][1])


def _home(file: Path, services: set[Path]) -> Path | None:
    """The deepest folder of a service document over a file."""
    here = file.parent
    return here if here in services else next((up for up in here.parents if up in services), None)


class _Ignored:
    """What git ignores below a folder. A `.gitignore` is read when the walk meets it."""

    def __init__(self, root: Path) -> None:
        self._patterns: dict[Path, _Patterns | None] = {}
        self._chains: dict[Path, tuple[tuple[Path, _Patterns], ...]] = {}
        above = (root, *root.parents)
        # os.path: this is asked of each folder above, in every run
        self._top = next((each for each in above if os.path.exists(f"{each}{os.sep}.git")), None)  # noqa: PTH110
        if self._top is not None and any(
            self(folder, True) for folder in above if self._top in folder.parents
        ):
            # it was named all the same: only what is ignored within it is left out
            self._top = root
            self._chains.clear()

    def __call__(self, path: Path, is_folder: bool) -> bool:
        if self._top is None:
            return False
        verdict = False
        for folder, patterns in self._over(path.parent):
            inner = path.relative_to(folder).as_posix() + ("/" if is_folder else "")
            answer = patterns.ignore(inner)
            verdict = verdict if answer is None else answer
        return verdict

    def _over(self, folder: Path) -> tuple[tuple[Path, _Patterns], ...]:
        """The patterns that hold in a folder, each with the folder it comes from, the outermost first."""
        known = self._chains.get(folder)
        if known is None:
            known = ()
            if folder == self._top or self._top in folder.parents:
                known = self._over(folder.parent) if folder != self._top else ()
                own = self._of(folder)
                known = (*known, (folder, own)) if own is not None else known
            self._chains[folder] = known
        return known

    def _of(self, folder: Path) -> _Patterns | None:
        if folder not in self._patterns:
            lines: list[str] = []
            names = [folder / ".gitignore"]
            if folder == self._top:
                names.insert(0, folder / ".git" / "info" / "exclude")
            for name in names:
                # git does not follow a link here either
                if name.is_file() and not name.is_symlink():
                    try:
                        with name.open("rb") as stream:
                            lines += stream.read(_LARGEST_IGNORED).decode("utf-8", "replace").splitlines()
                    except OSError:
                        continue
            found = [line for line in lines if line.strip() and not line.startswith("#") and not _slow(line)]
            self._patterns[folder] = _Patterns(found) if found else None
        return self._patterns[folder]


class _Patterns:
    """The patterns of one `.gitignore`.

    Most paths hold the literal part of none of them, and are not ignored for certain; only for another
    is pathspec imported, which costs a cold start 25 ms.
    """

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._literals = [_literal(line) for line in lines]
        self._spec: GitIgnoreSpec | None = None

    def ignore(self, path: str) -> bool | None:
        """Whether a path (a folder's ends with `/`) is ignored, None where no pattern speaks of it."""
        if not any(literal in path for literal in self._literals):
            return None
        if self._spec is None:
            from pathspec import GitIgnoreSpec

            self._spec = GitIgnoreSpec.from_lines(self._lines)
        return self._spec.check_file(path).include


def _slow(line: str) -> bool:
    """Whether a line has more wildcards than anybody writes. As a regular expression each of them multiplies
    the ways to match one name, so such a line ignores nothing."""
    parts = line.split("/")
    return sum("**" in part for part in parts) > _WILDCARDS or any(
        part.replace("**", "").count("*") > _WILDCARDS for part in parts
    )


def _literal(line: str) -> str:
    """The longest run of a pattern's characters that stand for themselves, within one path segment."""
    runs = re.split(r"[*?\[\]\\/!]", line.strip())
    return max(runs, key=len)
