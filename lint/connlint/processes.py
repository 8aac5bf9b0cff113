"""Work shared out over processes that are copies of this one: nothing is imported or read a second time."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, TypeVar

T = TypeVar("T")

AVAILABLE: Final = hasattr(os, "fork") and sys.platform != "darwin"
"""Whether a process can be copied: not on Windows, and on macOS not safely."""
_SIZE: Final = 8
"""Bytes of a message's length."""


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def shared_out(work: Callable[[int], T], count: int, jobs: int) -> Iterator[tuple[int, T]]:
    """`work` of each number below `count`, in `jobs` processes, in the order in which they are done.

    What comes back must be picklable. A number whose work failed (it raised, or its process was killed) is
    left out: the caller does it itself, and meets the failure where it can be told.
    """
    import pickle
    from selectors import EVENT_READ, DefaultSelector

    children: list[int] = []
    waiting: dict[int, bytearray] = {}
    try:
        with DefaultSelector() as selector:
            for part in range(jobs):
                child, reader = _start(work, range(part, count, jobs), tuple(waiting))
                children.append(child)
                waiting[reader] = bytearray()
                selector.register(reader, EVENT_READ)
            while waiting:
                for key, _ in selector.select():
                    got = os.read(key.fd, 1 << 20)
                    if not got:
                        selector.unregister(key.fd)
                        os.close(key.fd)
                        del waiting[key.fd]
                        continue
                    held = waiting[key.fd]
                    held += got
                    for message in _messages(held):
                        # from our own copy of this process, over a pipe that nobody else holds
                        done: Any = pickle.loads(message)  # noqa: S301
                        yield done
    finally:
        for reader in waiting:
            os.close(reader)
        for child in children:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)


def _messages(held: bytearray) -> Iterator[bytes]:
    """The whole messages in what has come so far; they are taken out of it."""
    while len(held) >= _SIZE:
        end = _SIZE + int.from_bytes(held[:_SIZE], "big")
        if len(held) < end:
            return
        yield bytes(held[_SIZE:end])
        del held[:end]


def _start(work: Callable[[int], T], numbers: range, others: tuple[int, ...]) -> tuple[int, int]:
    """A copy of this process that does some of the work; its id, and where what it says is read."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    status = 1
    try:
        for other in (*others, reader):
            os.close(other)
        _do(work, numbers, writer)
        status = 0
    except BaseException:  # noqa: S110 - whatever went wrong: the parent does what is missing, and tells it
        pass
    finally:
        # nothing of the parent's is flushed or cleaned up here
        os._exit(status)


def _do(work: Callable[[int], T], numbers: range, writer: int) -> None:
    import pickle

    for number in numbers:
        message = pickle.dumps((number, work(number)), pickle.HIGHEST_PROTOCOL)
        data = memoryview(len(message).to_bytes(_SIZE, "big") + message)
        while data:
            data = data[os.write(writer, data) :]
