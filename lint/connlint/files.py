"""Files: written so that a reader sees the old or the new content, never a part; links told from files."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_LEFT = 600
"""Seconds after which a new content that was never put in place is one of a process that was killed."""
_ENDING = ".connlint.tmp"


class CannotWrite(Exception):
    """A file could not be written; the message is for people, the old content is untouched."""


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the file's content in one step, keeping its mode: see `write_all`. Raises CannotWrite."""
    write_all({path: data})


def write_all(files: Mapping[Path, bytes]) -> None:
    """Replace the contents of files, each in one step, keeping its mode. Raises CannotWrite.

    The new contents are on the disk, beside their files, before the first file changes: where there is no
    room for all of them, none changes. A process that is killed leaves each file old or new, and at most
    hidden files `.NAME.….connlint.tmp` beside them, which the next write of that file removes.

    A link stays, and its target is written, unless it leads out of the repository: a name that a person gave
    may be a link that somebody else has put there. What is no ordinary file (a device, a pipe) is written to.
    """
    staged: list[tuple[Path, Path, str]] = []
    written: list[Path] = []
    path = Path()
    try:
        for path, data in files.items():
            if strays(path):
                raise CannotWrite(
                    f"{path} leads out of the repository, through a link; nothing is written there"
                )
            where = _target(path)
            if where is not None:
                staged.append((path, where, _new_file(where)))
                _fill(staged[-1][2], data)
        for path, where, name in staged:
            _take_mode(name, where)
            Path(name).replace(where)
            written.append(path)
        for path in files.keys() - {path for path, _, _ in staged}:
            path.write_bytes(files[path])
    except (OSError, RuntimeError) as error:
        why = (isinstance(error, OSError) and error.strerror) or str(error)
        before = f"; written before it: {', '.join(map(_shown, written))}" if written else ""
        raise CannotWrite(f"cannot write {_shown(path)}: {why}{before}") from error
    finally:
        for _, _, name in staged:
            with suppress(OSError):
                Path(name).unlink()


def _shown(path: Path) -> str:
    """The path as people see it: from the working directory, where it lies in there."""
    with suppress(ValueError, OSError):
        return str(path.relative_to(Path.cwd()))
    return str(path)


def _target(path: Path) -> Path | None:
    """Where the content goes: a link's target; None for what is no ordinary file."""
    status = path.stat() if path.exists() else None
    return None if status is not None and not stat.S_ISREG(status.st_mode) else path.resolve()


def _new_file(where: Path) -> str:
    """An empty file beside another, hidden, so that nothing takes it for a document; old ones go."""
    # imported here: every start pays for what stands above, and few runs write
    import tempfile

    stem = f".{where.name[:40]}."
    handle, name = tempfile.mkstemp(prefix=stem, suffix=_ENDING, dir=where.parent)
    os.close(handle)
    with suppress(OSError), os.scandir(where.parent) as entries:
        for entry in entries:
            if (
                entry.name.startswith(stem)
                and entry.name.endswith(_ENDING)
                and time.time() - entry.stat().st_mtime > _LEFT
            ):
                Path(entry.path).unlink()
    return name


def _fill(name: str, data: bytes) -> None:
    with Path(name).open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _take_mode(name: str, where: Path) -> None:
    """Give the new file the mode of the old one, else what the process's mask leaves."""
    Path(name).chmod(where.stat().st_mode & 0o777 if where.exists() else 0o666 & ~_umask())


def boundary(folder: Path) -> Path:
    """What nothing that lies in a folder may lead out of: the repository; without one the working directory
    that the folder lies in, else the folder."""
    working, inside = Path(os.path.realpath(".")), Path(os.path.realpath(folder))
    top = next((here for here in (inside, *inside.parents) if (here / ".git").exists()), None)
    return top or (working if inside.is_relative_to(working) else inside)


def beyond(path: Path, top: Path) -> bool:
    """Whether a path, its links followed, lies outside of a boundary, or in git's own files."""
    real = Path(os.path.realpath(path))
    return not real.is_relative_to(top) or ".git" in real.relative_to(top).parts


def leads_out(link: Path, folder: Path) -> bool:
    """Whether a link in a folder leads out of the folder's boundary."""
    return beyond(link, boundary(folder))


def strays(path: Path) -> bool:
    """Whether links lead a path out of the repository that it stands in (without one, out of the working
    directory), or into git's own files. A path that plainly stands elsewhere does not stray."""
    plain, real = Path(os.path.abspath(path)), Path(os.path.realpath(path))  # noqa: PTH100 - links stay
    if plain == real:
        return False
    top = next((here for here in plain.parents if (here / ".git").exists()), Path.cwd())
    inside = Path(os.path.realpath(top))
    if not plain.is_relative_to(top):
        return False
    if not real.is_relative_to(inside):
        return True
    return ".git" in real.relative_to(inside).parts and ".git" not in plain.relative_to(top).parts


def _umask() -> int:
    """The process's mask (it can only be read by setting it)."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
