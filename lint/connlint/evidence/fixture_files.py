"""Fixtures on disk: which files of a folder are fixtures, and the files that bodies are kept in.

Nothing outside the folder is read, whatever a link or a `file:` says.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from connlint.connector.addresses import Twins
from connlint.evidence.fixtures import Body, Fixture, is_whole, name_of
from connlint.patterns import pattern
from connlint.reading import SPEC_LIMITS, Document, Fault, Location, ReadResult, read
from connlint.source import Source, Span

ENDINGS: Final = (".yaml", ".yml", ".json")
MOST_FILES: Final = 5_000
DEEPEST: Final = 12
LARGEST_BODY: Final = 64 * 1024 * 1024
LARGEST_SEARCHED: Final = 1024 * 1024
"""Bytes of a body's file that are searched for credentials."""
_NAME: Final = pattern(r"[^/\\:]+(?:/[^/\\:]+)*\Z")


class UnreadableBody(Exception):
    """A body's `file:` cannot be read; the message says why, for people."""


Refusal = tuple[str, str] | None
"""The id of the rule that reports it and what it says, or None."""


class FixtureFile:
    """One file as read, or why it is not read; and the fixtures in it, by document and name."""

    __slots__ = ("_fixtures", "content")

    def __init__(self, content: ReadResult | tuple[str, str]) -> None:
        self.content = content
        self._fixtures: dict[tuple[int, str], Fixture] = {}

    def fixture(self, document: Document, name: str, path: Path, folder: Path) -> Fixture:
        """The fixture that a document of the file is, called so among all of the folder."""
        key = (document.index, name)
        if key not in self._fixtures:
            self._fixtures[key] = Fixture(document, name, path, folder)
        return self._fixtures[key]


Keep = Callable[[Path, Callable[[], FixtureFile]], FixtureFile]
"""Gives what an earlier run has read of a file that is still the same, else what the function reads."""


def _afresh(_path: Path, read_file: Callable[[], FixtureFile]) -> FixtureFile:
    return read_file()


def load_fixtures(
    folder: Path,
    show: Callable[[Path], str] = Path.as_posix,
    overlay: Mapping[Path, bytes] | None = None,
    keep: Keep = _afresh,
) -> tuple[tuple[Fixture, ...], tuple[Document, ...]]:
    """Every fixture below a folder, sorted by path, and the documents that were read, with their faults.

    Fixtures are files that end in `.yaml`, `.yml` or `.json`; hidden files and folders are skipped; one file
    may hold several YAML documents. `show` turns a path into what people see; `overlay` holds contents that
    stand for files' own, `keep` what earlier runs have read. Never raises: what cannot be read is a document
    with a fault.
    """
    fixtures: list[Fixture] = []
    documents: list[Document] = []
    twins = Twins()
    overlay = overlay or {}
    for path, refusal in _files(folder):
        shown = show(path)
        held = FixtureFile(refusal) if refusal else keep(path, partial(_read, path, shown, overlay))
        result = held.content
        if not isinstance(result, ReadResult):
            fault = Fault(result[0], Span(0, 0), result[1])
            documents.append(Document.carrier(Source(shown, ""), "fixture", (fault,)))
            continue
        if result.faults:
            documents.append(Document.carrier(result.source, "fixture", result.faults))
        for document in result.documents:
            document.role = "fixture"
            documents.append(document)
            if isinstance(document.value, dict) and is_whole(document):
                fixtures.append(held.fixture(document, twins.name(name_of(document.value)), path, folder))
    return tuple(fixtures), tuple(documents)


def _read(path: Path, shown: str, overlay: Mapping[Path, bytes]) -> FixtureFile:
    content = overlay[path] if path in overlay else _content(path)
    return FixtureFile(content if isinstance(content, tuple) else read(shown, content, named=True))


def _content(path: Path) -> bytes | tuple[str, str]:
    """A file's bytes (no more than reading would take), or why there are none."""
    try:
        with path.open("rb") as stream:
            return stream.read(SPEC_LIMITS.size + 1)
    except OSError as error:
        return ("unreadable-evidence", f"this fixture cannot be read: {error.strerror}")


def _files(folder: Path) -> Iterator[tuple[Path, Refusal]]:
    """Fixture files below a folder, sorted, each with why it is refused, if it is."""
    try:
        root = folder.resolve()
    except (OSError, RuntimeError) as error:
        yield folder, ("unreadable-evidence", f"this folder cannot be read: {error}")
        return
    count = 0
    pending = [(folder, 0)]
    found: list[tuple[Path, Refusal]] = []
    while pending:
        here, depth = pending.pop()
        try:
            with os.scandir(here) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            found.append((here, ("unreadable-evidence", f"this folder cannot be read: {error.strerror}")))
            continue
        for entry in entries:
            path = here / entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if depth < DEEPEST:
                    pending.append((path, depth + 1))
                else:
                    deep = f"fixtures are looked for {DEEPEST} folders deep"
                    found.append((path, ("limit-exceeded", deep)))
            elif entry.name.lower().endswith(ENDINGS) or entry.is_symlink():
                refusal = _refusal(path, root)
                if refusal is None and not entry.name.lower().endswith(ENDINGS):
                    continue
                count += 1
                if count > MOST_FILES:
                    many = f"more than {MOST_FILES:,} fixtures; the rest is not read"
                    found.append((here, ("limit-exceeded", many)))
                    pending.clear()
                    break
                found.append((path, refusal))
    yield from sorted(found, key=lambda item: item[0].as_posix())


def _refusal(path: Path, root: Path) -> Refusal:
    """Why a path in the folder is not read: it leads out of it, or is no file."""
    try:
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
    except (OSError, RuntimeError):
        return ("unreadable-evidence", "this link leads nowhere")
    if not real.is_relative_to(root):
        return ("unreadable-evidence", "this link leads out of the fixtures' folder, so it is not followed")
    if stat.S_ISDIR(mode):
        return None
    if not stat.S_ISREG(mode):
        return ("unreadable-evidence", "this is no ordinary file")
    return None


def body_file(fixture: Fixture, name: str) -> Path:
    """The file that a body's `file:` names, relative to the fixture's own. Raises UnreadableBody."""
    if fixture.path is None or fixture.root is None:
        raise UnreadableBody("the fixture was not read from a folder")
    try:
        root = fixture.root.resolve()
        path = (fixture.path.parent / name).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise UnreadableBody(f"`{name}` is no path that can be read") from error
    if not path.is_relative_to(root):
        raise UnreadableBody(f"`{name}` leads out of the fixtures' folder")
    try:
        status = path.stat()
    except OSError as error:
        raise UnreadableBody(f"there is no file `{name}` beside this fixture") from error
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableBody(f"`{name}` is no ordinary file")
    if status.st_size > LARGEST_BODY:
        raise UnreadableBody(f"`{name}` is larger than {LARGEST_BODY // 2**20} MiB")
    return path


def content_of(fixture: Fixture, kind: str, value: object) -> bytes:
    """The bytes of a `text`, `base64` or `file` value of a fixture. Raises UnreadableBody."""
    text = value if isinstance(value, str) else ""
    if kind == "base64":
        import base64
        import binascii

        try:
            return base64.b64decode("".join(text.split()), validate=True)
        except binascii.Error as error:
            raise UnreadableBody("the base64 text cannot be decoded") from error
    if kind == "file":
        try:
            return body_file(fixture, text).read_bytes()
        except OSError as error:
            raise UnreadableBody(f"`{text}` cannot be read: {error.strerror}") from error
    return text.encode("utf-8", "surrogatepass")


def content(fixture: Fixture, body: Body) -> bytes:
    """The bytes of a body that is `text`, `base64` or `file`. Raises UnreadableBody."""
    return content_of(fixture, body.kind, body.value)


def bodies_of(fixture: Fixture) -> Iterator[tuple[Location, str, str]]:
    """Every text that stands for bytes in a fixture: its place, its key (`base64` or `file`), the text."""
    for exchange in fixture.exchanges:
        for body in (exchange.request.body, exchange.response.body):
            if body.at is None:
                continue
            if body.kind in ("base64", "file") and isinstance(body.value, str):
                yield body.at, body.kind, body.value
            elif body.kind in ("form", "multipart") and isinstance(body.value, dict):
                for name, value in body.value.items():
                    yield from _parts(body.at / name, value)


def _parts(at: Location, value: object) -> Iterator[tuple[Location, str, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield from _parts(at / index, item)
    elif isinstance(value, dict):
        for kind in ("base64", "file"):
            text = value.get(kind)
            if isinstance(text, str):
                yield at / kind, kind, text


def unreadable_bodies(fixture: Fixture) -> Iterator[tuple[Location, str, str]]:
    """The bodies of a fixture that have no bytes: their places, why, and what helps.

    Of a `file` that is no path as the format has them, the schema speaks.
    """
    for at, kind, text in bodies_of(fixture):
        if kind == "file" and not _is_name(text):
            continue
        try:
            if kind == "file":
                body_file(fixture, text)
            else:
                content_of(fixture, kind, text)
        except UnreadableBody as error:
            help_ = "put the file beside the fixture or below it, and commit it with the fixture"
            if kind == "base64":
                help_ = "encode the bytes again (RFC 4648, section 4), or keep them in a file and say `file:`"
            yield at, str(error), help_


def _is_name(text: str) -> bool:
    """Whether a text is a path below its fixture, as the schema of fixtures describes one."""
    return _NAME.match(text) is not None and ".." not in text.split("/")


def file_texts(fixture: Fixture) -> Iterator[tuple[Location, str]]:
    """What stands in the files and the base64 text of a fixture's bodies, as text, large files left out."""
    for at, kind, text in bodies_of(fixture):
        try:
            if kind == "file" and body_file(fixture, text).stat().st_size > LARGEST_SEARCHED:
                continue
            yield at, content_of(fixture, kind, text).decode("utf-8", "replace")
        except (UnreadableBody, OSError):
            continue
