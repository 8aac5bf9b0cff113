"""The mock as an ASGI application. Plain ASGI, because a framework would cost a third of the speed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, Final

from connlint.mock.exchanges import Answer
from connlint.mock.received import Received
from connlint.mock.world import MOST_PLANS, Outcome, World

if TYPE_CHECKING:
    from connlint.mock.delivering import Courier
    from connlint.mock.faults import Fault, Faults
    from connlint.mock.journal import Journal
    from connlint.mock.scenarios import Due

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

OWN: Final = "/__connlint"
"""Where the mock's own pages are."""
LARGEST_BODY: Final = 64 * 1024 * 1024
SLOWEST_BODY: Final = 60.0
"""Seconds that a client has to send a body."""
STALLED: Final = 300.0
"""Seconds that a stalled answer is held open at most."""
TRANSPORT: Final = "connlint.transport"
"""The extension of a scope under which the server hands out the connection (`transport`), so that a fault can
drop it, and says once that the request is there to its end (`whole`)."""


class TooLarge(Exception):
    """A body is larger than is taken."""


class TooSlow(Exception):
    """A body did not come in time."""


class Gone(Exception):
    """The client went away."""


class Mock:
    """The application. `world` may be exchanged while it runs (files changed).

    `webhook_url` is where a scenario's deliveries go; None: nowhere. `hosts` are the names that the mock's
    own pages may be asked for by, None for any: a page of another site must not drive them.
    """

    def __init__(
        self,
        world: World,
        journal: Journal,
        *,
        delay: bool = True,
        faults: Faults | None = None,
        courier: Courier | None = None,
        webhook_url: str | None = None,
        largest_body: int = LARGEST_BODY,
        hosts: frozenset[str] | None = None,
    ) -> None:
        self.journal = journal
        self.delay = delay
        self.faults = faults
        self.courier = courier
        self.webhook_url = webhook_url
        self.hosts = hosts
        self._largest_body = largest_body
        self._tasks: set[asyncio.Task[object]] = set()
        self._plans: dict[tuple[str, bytes, bytes], tuple[Message, Message, Answer, str]] = {}
        self._world = world

    @property
    def world(self) -> World:
        """What it answers from."""
        return self._world

    @world.setter
    def world(self, world: World) -> None:
        self._plans.clear()
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await _other(scope, receive, send)
            return
        raw: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
        key = (scope["method"], raw, scope["query_string"])
        plan = self._plans.get(key)
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        if plan is not None and not self.faults and _plain(headers) and not self._world.refused(headers):
            start, body, answer, operation = plan
            await send(start)
            await send(body)
            self.journal.request(
                Received.of_scope(scope), answer.status, operation, answer.fixture, answer.why
            )
            return
        try:
            await self._handle(scope, receive, send, key)
        except Gone:
            return

    async def _handle(
        self, scope: Scope, receive: Receive, send: Send, key: tuple[str, bytes, bytes]
    ) -> None:
        world = self._world
        try:
            body = await body_of(scope, receive, self._largest_body)
        except TooLarge:
            most = self._largest_body // 2**20
            await self._refuse(scope, send, 413, f"the body is larger than {most} MiB")
            return
        except TooSlow:
            await self._refuse(scope, send, 408, f"the body did not come within {SLOWEST_BODY:.0f} s")
            return
        request = Received.of_scope(scope, body)
        if request.path == OWN or request.path.startswith(f"{OWN}/"):
            from connlint.mock.pages import own_page

            await send_answer(await own_page(self, request), receive, send, delay=False)
            return
        hits = self.faults.draw() if self.faults else []
        status = next((fault for fault in hits if fault.kind == "status"), None)
        for fault in hits:
            if fault.kind == "latency":
                await asyncio.sleep(fault.seconds)
        if status is not None:
            why = f"fault {status}"
            answer = world.error(status.status, f"the mock was asked for a {status} (--fault)", why=why)
            outcome = Outcome(answer)
        else:
            outcome = world.answer(request)
        answer, operation, due, reusable = outcome
        self.journal.request(request, answer.status, operation, answer.fixture, answer.why)
        broken = next((fault for fault in hits if fault.kind in ("cut", "stall", "drop")), None)
        if broken is not None:
            await _send_broken(answer, broken, scope, receive, send)
            return
        if reusable and answer.stream is None and len(self._plans) < MOST_PLANS:
            start, last = messages(answer)
            self._plans[key] = (start, last, answer, operation)
        await send_answer(answer, receive, send, delay=self.delay)
        for item in due:
            self._follow(item)

    async def _refuse(self, scope: Scope, send: Send, status: int, message: str) -> None:
        answer = self._world.error(status, message).with_headers((b"connection", b"close"))
        self.journal.request(Received.of_scope(scope), status, "", "", answer.why)
        start, last = messages(answer)
        await send(start)
        await send(last)

    # --- deliveries

    def _follow(self, due: Due) -> None:
        """Deliver what a scenario's step calls for, where deliveries go anywhere."""
        if self.courier is None or self.webhook_url is None:
            return
        self.start(self._deliver_due(due, self.webhook_url))

    async def _deliver_due(self, due: Due, url: str) -> bool:
        from connlint.mock.delivering import build

        assert self.courier is not None
        if self.delay and due.after:
            await asyncio.sleep(due.after)
        message = build(self._world.evidence, due.event, due.set)
        return await self.courier.deliver(message, url)

    def start(self, work: Awaitable[object]) -> asyncio.Task[object]:
        """Run something beside the requests; it is cancelled when the server ends."""
        task: asyncio.Task[object] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.journal.note(f"a delivery could not be made: {task.exception()}")

    async def close(self) -> None:
        """End what runs beside the requests, and write the journal out."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.courier is not None:
            await self.courier.close()
        self.journal.flush()


_CAREFUL: Final = frozenset({b"prefer", b"content-length", b"transfer-encoding"})


def _plain(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether a request has no body and asks for nothing by name, so that its answer may be remembered."""
    for name, value in headers:
        if name in _CAREFUL and not (name == b"content-length" and value == b"0"):
            return False
    return True


def _is_chunked(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name == b"transfer-encoding" for name, _ in headers)


async def body_of(scope: Scope, receive: Receive, largest: int = LARGEST_BODY) -> bytes:
    """A request's body. Raises TooLarge, TooSlow or Gone."""
    length = b""
    for name, value in scope["headers"]:
        if name == b"content-length":
            length = value
            break
    if length.isdigit() and int(length[:20]) > largest:
        raise TooLarge
    if length in (b"", b"0") and not _is_chunked(scope["headers"]):
        return b""
    if (scope.get("extensions") or {}).get(TRANSPORT, {}).get("whole"):
        # nothing to wait for, and a timer costs as much as an answer
        return await _gathered(receive, largest)
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            return await _gathered(receive, largest)
    except TimeoutError as error:
        raise TooSlow from error


async def _gathered(receive: Receive, largest: int) -> bytes:
    """The pieces of a body, together. Raises TooLarge or Gone."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        piece = message.get("body", b"")
        size += len(piece)
        if size > largest:
            raise TooLarge
        pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces)


def messages(answer: Answer) -> tuple[Message, Message]:
    """A whole answer as ASGI messages."""
    length = (b"content-length", str(len(answer.body)).encode())
    bodiless = answer.status in (204, 304) or answer.status < 200
    headers = answer.headers if bodiless else [*answer.headers, length]
    body = b"" if bodiless else answer.body
    return (
        {"type": "http.response.start", "status": answer.status, "headers": headers},
        {"type": "http.response.body", "body": body},
    )


async def send_answer(answer: Answer, receive: Receive, send: Send, *, delay: bool) -> None:
    """Send an answer; a stream piece by piece, with its gaps. Ends when the client goes away."""
    if answer.stream is None:
        start, last = messages(answer)
        await send(start)
        await send(last)
        return
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    if not delay:
        whole = b"".join(chunk.data for chunk in answer.stream)
        await send({"type": "http.response.body", "body": whole})
        return
    gone = asyncio.ensure_future(_disconnected(receive))
    try:
        for chunk in answer.stream:
            if chunk.after > 0:
                await asyncio.wait({gone}, timeout=chunk.after)
            if gone.done():
                return
            await send({"type": "http.response.body", "body": chunk.data, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_broken(answer: Answer, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    """Send half of an answer, or nothing, and break the connection off or hold it."""
    transport = (scope.get("extensions") or {}).get(TRANSPORT, {}).get("transport")
    if fault.kind != "drop":
        body = answer.body if answer.stream is None else b"".join(chunk.data for chunk in answer.stream)
        headers = answer.headers
        if answer.stream is None:
            headers = [*headers, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    if fault.kind == "stall":
        await asyncio.wait({gone := asyncio.ensure_future(_disconnected(receive))}, timeout=STALLED)
        gone.cancel()
    if transport is not None:
        # what was sent goes out first; an abort would throw it away
        (transport.abort if fault.kind == "drop" else transport.close)()
    raise Gone


async def _other(scope: Scope, receive: Receive, send: Send) -> None:
    """Start and end of the server, and what is no HTTP."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await send({"type": "lifespan.shutdown.complete"})
                return
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})


def json_answer(value: object, status: int = 200) -> Answer:
    """An answer of the mock's own pages."""
    body = json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    return Answer(status, [(b"content-type", b"application/json"), (b"cache-control", b"no-store")], body)
