"""Writing files so that a reader sees the old or the new content, never a part."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


class CannotWrite(Exception):
    """A file could not be written; the message is for people, the old content is untouched."""


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the file's content in one step, keeping its mode. Raises CannotWrite."""
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else None
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


def _umask() -> int:
    """The process's mask (it can only be read by setting it)."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
