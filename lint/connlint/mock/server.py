"""Running the mock: its own socket, uvicorn on it, limits for clients, an end that loses nothing."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import uvicorn

LARGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's line and headers."""
SLOWEST_HEAD: Final = 30.0
"""Seconds that a client has to send them."""
KEEP_ALIVE: Final = 15
GRACE: Final = 3
"""Seconds that requests have to end when the server does."""
BACKLOG: Final = 2048


class CannotListen(Exception):
    """The address cannot be listened on; the message is for people."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows: SO_REUSEADDR would share the port there
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotListen(
                f"port {port} of {host} is in use: end what runs there, or take another (--port 0: any free)"
            ) from error
        raise CannotListen(f"cannot listen on {host}:{port}: {error.strerror}") from error
    except OverflowError as error:
        sock.close()
        raise CannotListen(f"{port} is no port: 0 to 65535") from error
    sock.setblocking(False)
    return sock


def make_server(app: object, *, lifespan: str = "off") -> uvicorn.Server:
    """The server, not yet running."""
    import uvicorn

    class Server(uvicorn.Server):
        """uvicorn's, which ends where it is told to: it does not raise the signal again, so that what comes
        after it (the journal) is done, and the status is 0."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            if threading.current_thread() is not threading.main_thread():
                yield
                return
            before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
            try:
                yield
            finally:
                for each, handler in before.items():
                    signal.signal(each, handler)

    config = uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application; its own types are as loose
        http=_protocol(),
        loop="auto",
        lifespan=lifespan,  # type: ignore[arg-type]  # a Literal there, "off" or "on" here
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        h11_max_incomplete_event_size=LARGEST_HEAD,
    )
    return Server(config)


def _protocol() -> Any:
    """uvicorn's protocol with limits on heads; its slower one, which has its own, without httptools."""
    try:
        import httptools  # noqa: F401 - only whether it is there
    except ImportError:
        return "h11"
    from connlint.mock.protocol import LimitedProtocol

    return LimitedProtocol


def serve(
    app: object,
    sock: socket.socket,
    *,
    started: Callable[[], None] = lambda: None,
    beside: Callable[[], Awaitable[None]] | None = None,
    ended: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM. `started` is called when requests are taken, `beside` runs with the
    server, `ended` when it has stopped."""
    server = make_server(app)

    async def main() -> None:
        task = asyncio.ensure_future(beside()) if beside is not None else None
        ready = asyncio.ensure_future(_when_started(server, started))
        try:
            await server.serve(sockets=[sock])
        finally:
            for running in (task, ready):
                if running is not None:
                    running.cancel()
            if ended is not None:
                await ended()

    factory = server.config.get_loop_factory()
    try:
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(main())
    except KeyboardInterrupt:
        return


async def _when_started(server: uvicorn.Server, started: Callable[[], None]) -> None:
    while not server.started:
        await asyncio.sleep(0.001)
    started()
