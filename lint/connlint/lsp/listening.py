"""Standard input, read so that it can be told when nothing more is waiting in it.

An editor sends a message for each key. What waits was typed before the server could look: it is read first,
and then all of it is checked together. Once nothing waits, there is no reason to wait any longer.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable

TELLS = sys.platform != "win32"
"""Whether the system says of a pipe that something waits in it."""
_MOST = 1 << 16


class Input:
    """A stream that calls `quiet` whenever it is asked for a line and none has come yet.

    `quiet` is called in the thread that reads.
    """

    def __init__(self, descriptor: int, quiet: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._quiet = quiet
        self._held = bytearray()
        """What has come and was not asked for yet."""

    def readline(self) -> bytes:
        """The next line with its end; what is left of the stream at its end, at last nothing."""
        while (end := self._held.find(b"\n")) < 0:
            if not self._held and not select.select([self._descriptor], [], [], 0)[0]:
                self._quiet()
            if not self._more():
                return self._taken(len(self._held))
        return self._taken(end + 1)

    def read(self, count: int) -> bytes:
        """So many bytes; fewer only where the stream ends before."""
        while len(self._held) < count and self._more():
            pass
        return self._taken(count)

    def _more(self) -> bool:
        """Wait for more; False at the stream's end."""
        data = os.read(self._descriptor, _MOST)
        self._held += data
        return bool(data)

    def _taken(self, count: int) -> bytes:
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken
