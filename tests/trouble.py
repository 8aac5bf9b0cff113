"""A disk that is full, a folder that takes no file: failures put between the program and the system.

They work for root too, for whom no folder is read-only. `trouble(patch, kind, when)` makes a step of writing
fail for the new files whose paths `when` names.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from typing import Any

import pytest

KINDS = {
    "the folder is read-only": ("create", errno.EROFS),
    "the folder is not ours": ("create", errno.EACCES),
    "the disk is full when it is written": ("write", errno.ENOSPC),
    "the disk is full when it is flushed": ("sync", errno.ENOSPC),
    "the device fails when it is flushed": ("sync", errno.EIO),
    "the file may not be replaced": ("replace", errno.EACCES),
    "the disk is read-only when it is replaced": ("replace", errno.EROFS),
}
"""What goes wrong: the step that fails, and the system's error."""


def reason(kind: str) -> str:
    """What the system calls it."""
    return os.strerror(KINDS[kind][1])


def trouble(patch: pytest.MonkeyPatch, kind: str, when: Callable[[str], bool] = lambda _path: True) -> None:
    """Make a step fail for the new files that `when` names by their path."""
    step, number = KINDS[kind]

    def fail(path: object) -> OSError:
        return OSError(number, os.strerror(number), str(path))

    def new(path: object) -> bool:
        return not isinstance(path, int) and str(path).endswith(".tmp") and when(str(path))

    real_open, real_io, real_sync, real_replace = os.open, io.open, os.fsync, os.replace

    def opened(path: Any, *rest: Any, **more: Any) -> int:
        if step == "create" and new(path):
            raise fail(path)
        return real_open(path, *rest, **more)

    def stream(path: Any, *rest: Any, **more: Any) -> Any:
        made = real_io(path, *rest, **more)
        return _Full(made, fail(path)) if step == "write" and new(path) else made

    def sync(handle: int) -> None:
        if step == "sync":
            raise fail(handle)
        real_sync(handle)

    def replace(source: Any, target: Any, **more: Any) -> None:
        if step == "replace" and new(source):
            raise fail(source)
        real_replace(source, target, **more)

    patch.setattr(os, "open", opened)
    patch.setattr(io, "open", stream)
    patch.setattr(os, "fsync", sync)
    patch.setattr(os, "replace", replace)


class _Full:
    """A file that takes half of what is written, and then no more."""

    def __init__(self, stream: Any, error: OSError) -> None:
        self._stream, self._error = stream, error

    def __enter__(self) -> _Full:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, data: bytes) -> int:
        self._stream.write(data[: len(data) // 2])
        self._stream.flush()
        raise self._error
