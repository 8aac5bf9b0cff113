"""uvicorn's HTTP protocol with what it lacks: a limit on a request's head, and on the time it may take."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from connlint.mock.app import TRANSPORT
from connlint.mock.server import LARGEST_HEAD, SLOWEST_HEAD

_HEAD_END = b"\r\n\r\n"
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"connection: close\r\n\r\nThe request's line and headers are larger than 64 KiB.\r\n"
)


class LimitedProtocol(HttpToolsProtocol):
    """One connection. A head that is too large is answered 431, one that is too slow is cut off."""

    _in_head = True
    _head = 0
    _tail = b""
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it too
        super().connection_made(transport)
        self._timer = self.loop.call_later(SLOWEST_HEAD, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            seen = self._tail + data
            end = seen.find(_HEAD_END)
            # a read may bring the end of a head and much of a body: only the head counts
            self._head += len(data) if end < 0 else max(end - len(self._tail), 0)
            self._tail = seen[-3:]
            if self._head > LARGEST_HEAD:
                self._refuse()
                return
        super().data_received(data)
        if self._in_head and self._head and self._timer is None and not self.transport.is_closing():
            self._timer = self.loop.call_later(SLOWEST_HEAD, self._too_slow)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._head = 0
        self._tail = b""
        self._stop_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head = True
        self.scope["extensions"][TRANSPORT]["whole"] = True

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.close()

    def _refuse(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()
