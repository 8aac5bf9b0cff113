"""Work shared out over processes that are copies of this one: nothing is imported or read a second time."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from typing import Any, Final, NoReturn, TypeVar

T = TypeVar("T")

AVAILABLE: Final = hasattr(os, "fork") and sys.platform != "darwin"
"""Whether a process can be copied: not on Windows, and on macOS not safely."""
_SIZE: Final = 8
"""Bytes of a message's length, and of a number."""
_MOST: Final = 512
"""Portions of the work at most, so that their numbers fit into the smallest pipe (4 KiB)."""


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def shared_out(
    own: Callable[[int], T], work: Callable[[int], T], count: int, jobs: int
) -> Iterator[tuple[int, T]]:
    """Each number below `count` with what it came to, in the order in which they are done: this process is
    one of `jobs` and calls `own`, its copies call `work`. Whoever is free takes the next number.

    What comes back from `work` must be picklable. A number whose work failed (it raised, or its process was
    killed) is left out: the caller does it itself, and meets the failure where it can be told. What `own`
    raises is raised.
    """
    size = -(-count // _MOST)
    queue = _queue(range(0, count, size))
    copies = _Copies()
    try:
        for _ in range(jobs - 1):
            # where the system makes no more processes, those that there are do the work
            with suppress(OSError):
                copies.start(lambda writer: _do(work, _taken(queue, size, count), writer))
        for number in _taken(queue, size, count):
            yield number, own(number)
            yield from copies.said(wait=False)
        while copies:
            yield from copies.said(wait=True)
    finally:
        os.close(queue)
        copies.end()


def _queue(numbers: range) -> int:
    """A pipe that holds these numbers: each is read once, by whoever reads first."""
    reader, writer = os.pipe()
    try:
        os.write(writer, b"".join(number.to_bytes(_SIZE, "big") for number in numbers))
    finally:
        os.close(writer)
    return reader


def _taken(queue: int, size: int, count: int) -> Iterator[int]:
    """The numbers of the portions that nobody else has taken."""
    while data := os.read(queue, _SIZE):
        first = int.from_bytes(data, "big")
        yield from range(first, min(first + size, count))


class _Copies:
    """Copies of this process, and what they say."""

    def __init__(self) -> None:
        self._children: list[int] = []
        self._heard: dict[int, bytearray] = {}
        """What has come so far of messages that are not whole yet, by the pipe."""
        self._selector = DefaultSelector()

    def __bool__(self) -> bool:
        """Whether any of them may still say something."""
        return bool(self._heard)

    def start(self, do: Callable[[int], None]) -> None:
        """Make a copy that does something, and is given where to write what it says. Raises OSError."""
        reader, writer = os.pipe()
        try:
            child = os.fork()
        except OSError:
            os.close(reader)
            os.close(writer)
            raise
        if not child:
            _as_copy(do, writer, (reader, *self._heard))
        os.close(writer)
        self._children.append(child)
        self._heard[reader] = bytearray()
        self._selector.register(reader, EVENT_READ)

    def said(self, *, wait: bool) -> Iterator[Any]:
        """What has come from them meanwhile."""
        for key, _ in self._selector.select(None if wait else 0):
            got = os.read(key.fd, 1 << 20)
            if not got:
                self._selector.unregister(key.fd)
                os.close(key.fd)
                del self._heard[key.fd]
                continue
            held = self._heard[key.fd]
            held += got
            yield from _messages(held)

    def end(self) -> None:
        """Let none of them live on; they hold nothing but what they would have said."""
        self._selector.close()
        for reader in self._heard:
            os.close(reader)
        for child in self._children:
            if self._heard:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(child, 0)


def _messages(held: bytearray) -> Iterator[Any]:
    """The whole messages in what has come so far; they are taken out of it."""
    import pickle

    while len(held) >= _SIZE:
        end = _SIZE + int.from_bytes(held[:_SIZE], "big")
        if len(held) < end:
            return
        # from our own copy of this process, over a pipe that nobody else holds
        yield pickle.loads(held[_SIZE:end])  # noqa: S301
        del held[:end]


def _as_copy(do: Callable[[int], None], writer: int, others: tuple[int, ...]) -> NoReturn:
    """In a copy of the process: do something, and end."""
    status = 1
    try:
        for other in others:
            os.close(other)
        do(writer)
        status = 0
    except BaseException:  # noqa: S110 - whatever went wrong: the parent does what is missing, and tells it
        pass
    finally:
        # nothing of the parent's is flushed or cleaned up here
        os._exit(status)


def _do(work: Callable[[int], T], numbers: Iterator[int], writer: int) -> None:
    """Say what each number comes to, and do not wait for it to be heard before the end."""
    import pickle

    unsaid = bytearray()
    os.set_blocking(writer, False)
    for number in numbers:
        message = pickle.dumps((number, work(number)), pickle.HIGHEST_PROTOCOL)
        unsaid += len(message).to_bytes(_SIZE, "big") + message
        with suppress(BlockingIOError):
            while unsaid:
                del unsaid[: os.write(writer, unsaid)]
    os.set_blocking(writer, True)
    while unsaid:
        del unsaid[: os.write(writer, unsaid)]
