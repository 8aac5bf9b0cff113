"""Files: written so that a reader sees the old or the new content, never a part; links told from files."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path


class CannotWrite(Exception):
    """A file could not be written; the message is for people, the old content is untouched."""


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the file's content in one step, keeping its mode. Raises CannotWrite.

    A link stays, and its target is written. What is no ordinary file (a device, a pipe) is written to.
    """
    try:
        status = path.stat() if path.exists() else None
        if status is not None and not stat.S_ISREG(status.st_mode):
            path.write_bytes(data)
            return
        mode = status.st_mode & 0o777 if status is not None else None
        path = path.resolve()
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise CannotWrite(f"cannot write {path}: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(mode if mode is not None else 0o666 & ~_umask())
        Path(name).replace(path)
    except OSError as error:
        with suppress(OSError):
            Path(name).unlink()
        raise CannotWrite(f"cannot write {path}: {error.strerror}") from error


def leads_out(link: Path, folder: Path) -> bool:
    """Whether a link in a folder leads elsewhere: out of the repository (without one, out of the folder, or
    of the working directory that it lies in), or into git's own files."""
    real, inside = Path(os.path.realpath(link)), Path(os.path.realpath(folder))
    working = Path(os.path.realpath("."))
    top = next((here for here in (inside, *inside.parents) if (here / ".git").exists()), None)
    top = top or (working if inside.is_relative_to(working) else inside)
    return not real.is_relative_to(top) or ".git" in real.relative_to(top).parts


def _umask() -> int:
    """The process's mask (it can only be read by setting it)."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
