"""The mock in a thread of this process: for tests, in any test framework."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from connlint.evidence.redaction import Redactor
from connlint.mock.app import Mock
from connlint.mock.delivering import DELAYS, Courier, Message, build, checked_target
from connlint.mock.faults import Faults, read_fault
from connlint.mock.journal import Entry, Journal
from connlint.mock.matching import weigh
from connlint.mock.opening import open_world
from connlint.mock.origin import LOOPBACK
from connlint.mock.server import listen, make_server
from connlint.mock.signing import Signer, new_secret

if TYPE_CHECKING:
    from connlint.connector.model import Connector
    from connlint.evidence.bundle import Evidence

PATIENCE: Final = 5.0
"""Seconds that is waited for something, unless said otherwise."""
_START: Final = 10.0


class NoSuchConnector(Exception):
    """There is no one connector at a path; the message is for people."""


class MockServer:
    """A mock that serves while it is open (`with MockServer.of("connectors/chatgpt") as mock:`).

    `url` is the base URL to give to a client; `secret` what deliveries are signed with; `webhook_url` where
    they go. Raises BrokenFixtures where a fixture is broken.
    """

    def __init__(
        self,
        connector: Connector,
        evidence: Evidence,
        *,
        strict: bool = False,
        delay: bool = False,
        webhook_url: str | None = None,
        secrets: Sequence[str] = (),
        faults: Sequence[str] = (),
        seed: int = 0,
        delays: Sequence[float] = DELAYS,
        port: int = 0,
    ) -> None:
        signing = evidence.events.signing if evidence.events is not None else None
        self.connector = connector
        self.evidence = evidence
        made = new_secret(signing)
        self.secrets = tuple(secrets) or ((made,) if made else ())
        self.journal = Journal(lambda: Redactor.of(connector, evidence.contract))
        self._courier = Courier(Signer(signing, self.secrets), journal=self.journal, delays=delays)
        self._mock = Mock(
            open_world(connector, evidence, strict=strict),
            self.journal,
            delay=delay,
            faults=Faults([read_fault(text) for text in faults], seed),
            courier=self._courier,
            webhook_url=webhook_url,
            hosts=LOOPBACK,
        )
        self._port = port
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: Callable[[], None] = lambda: None
        self.origin = ""

    @classmethod
    def of(
        cls,
        path: str | Path,
        *,
        contract: str | Path | None = None,
        events: str | Path | None = None,
        fixtures: str | Path | None = None,
        **options: object,
    ) -> MockServer:
        """The mock of the connector at a path; `options` as for the class.

        Raises NoSuchConnector, and BrokenFixtures.
        """
        from connlint.config import BrokenConfig
        from connlint.discovery import NoSuchPath
        from connlint.run import Request, open_all

        def made(given: str | Path | None) -> Path | None:
            return None if given is None else Path(given).absolute()

        request = Request(
            paths=(Path(path).absolute(),),
            working=Path.cwd(),
            contract=made(contract),
            events=made(events),
            fixtures=made(fixtures),
        )
        try:
            opened, _ = open_all(request)
        except (NoSuchPath, BrokenConfig) as error:
            raise NoSuchConnector(str(error)) from error
        if len(opened) != 1:
            raise NoSuchConnector(f"{path} holds {len(opened) or 'no'} connectors: one was expected")
        loaded = opened[0].loaded
        return cls(loaded.connector, loaded.evidence, **options)  # type: ignore[arg-type]  # names of the class

    # --- life

    @property
    def url(self) -> str:
        """The base URL: what stands for the connector's own."""
        return self.origin + self.connector.base_path

    @property
    def secret(self) -> str:
        """The newest signing secret, "" where nothing is signed."""
        return self.secrets[0] if self.secrets else ""

    @property
    def webhook_url(self) -> str | None:
        """Where events are delivered to."""
        return self._mock.webhook_url

    @webhook_url.setter
    def webhook_url(self, url: str | None) -> None:
        self._mock.webhook_url = checked_target(url) if url is not None else None

    def start(self) -> MockServer:
        """Begin to serve. Raises CannotListen."""
        sock = listen("127.0.0.1", self._port)
        self.origin = f"http://127.0.0.1:{sock.getsockname()[1]}"
        server = make_server(self._mock)
        ready = threading.Event()

        async def main() -> None:
            self._loop = asyncio.get_running_loop()
            task = asyncio.ensure_future(server.serve(sockets=[sock]))
            while not server.started and not task.done():
                await asyncio.sleep(0.001)
            ready.set()
            await task
            await self._mock.close()

        def run() -> None:
            with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
                runner.run(main())

        def stop() -> None:
            server.should_exit = True

        self._stop = stop
        self._thread = threading.Thread(target=run, name="connlint-mock", daemon=True)
        self._thread.start()
        if not ready.wait(_START):
            raise TimeoutError("the mock did not start")
        return self

    def stop(self) -> None:
        """End it."""
        if self._thread is not None:
            self._stop()
            self._thread.join(_START)
            self._thread = None

    def __enter__(self) -> MockServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def reset(self) -> None:
        """Forget what came in, and what scenarios remember."""
        self.journal.clear()
        self._mock.world.reset()

    # --- what came in

    def requests(self, operation: str | None = None) -> list[Entry]:
        """The requests so far, of one operation or of all."""
        return [
            entry
            for entry in self.journal.entries("request")
            if operation is None or entry.operation == operation
        ]

    def wait_for_request(
        self, operation: str | None = None, *, count: int = 1, timeout: float = PATIENCE
    ) -> Entry:
        """The request, once there are `count` of them. Raises AssertionError when they do not come."""
        self.journal.wait(lambda: len(self.requests(operation)) >= count, timeout)
        found = self.requests(operation)
        if len(found) < count:
            raise AssertionError(self._told(f"{count} × {operation or 'any request'}", timeout))
        return found[count - 1]

    def assert_requested(
        self,
        operation: str,
        *,
        times: int | None = None,
        json: object = None,
        query: Mapping[str, object] | None = None,
        form: Mapping[str, object] | None = None,
    ) -> Entry:
        """The first request of an operation that holds these values (a body may hold more).

        Raises AssertionError, with what came in, where there is none, or not `times` of them.
        """
        from connlint.evidence.fixtures import Match
        from connlint.mock.received import Received

        wanted: dict[str, object] = {"json": json, "query": query, "form": form}
        match = Match({part: value for part, value in wanted.items() if value is not None})
        fitting: list[Entry] = []
        differences: list[str] = []
        for entry in self.requests(operation):
            received = Received(entry.method, entry.path, entry.query, entry.headers, entry.body)
            _, missed = weigh(match, received)
            if missed:
                differences.append("; ".join(map(str, missed)))
            else:
                fitting.append(entry)
        if not fitting or (times is not None and len(fitting) != times):
            expected = f"{operation} × {times}" if times is not None else operation
            near = f"\n  differs: {differences[0]}" if differences else ""
            raise AssertionError(self._told(expected, None) + near)
        return fitting[0]

    # --- deliveries

    def deliver(
        self,
        event: str,
        changes: Mapping[str, object] | None = None,
        *,
        to: str | None = None,
        timeout: float = 30.0,
    ) -> Message:
        """Deliver an event and wait until the receiver took it. `changes` are values by dotted path.

        Raises UnknownEvent, BadTarget, and AssertionError where the receiver does not take it.
        """
        url = to or self.webhook_url
        if url is None:
            raise AssertionError("no address to deliver to: set webhook_url, or pass to=")
        message = build(self.evidence, event, changes)
        checked_target(url)
        assert self._loop is not None
        future = asyncio.run_coroutine_threadsafe(self._courier.deliver(message, url), self._loop)
        if not future.result(timeout):
            attempts = [entry.line() for entry in self.deliveries(event)]
            raise AssertionError("the receiver did not take the delivery:\n  " + "\n  ".join(attempts))
        return message

    def deliveries(self, event: str | None = None) -> list[Entry]:
        """The attempts to deliver so far, of one event or of all."""
        return [
            entry for entry in self.journal.entries("delivery") if event is None or entry.operation == event
        ]

    def wait_for_delivery(self, event: str | None = None, *, timeout: float = PATIENCE) -> Entry:
        """The attempt that a receiver took. Raises AssertionError when none comes."""

        def taken() -> list[Entry]:
            return [entry for entry in self.deliveries(event) if 200 <= entry.status <= 299]

        self.journal.wait(lambda: bool(taken()), timeout)
        found = taken()
        if not found:
            raise AssertionError(self._told(f"a delivery of {event or 'any event'}", timeout))
        return found[0]

    def _told(self, expected: str, timeout: float | None) -> str:
        within = f" within {timeout:g} s" if timeout is not None else ""
        came = [entry.line() for entry in self.journal.entries()][-20:]
        listed = "\n  ".join(came) if came else "nothing came in"
        return f"expected {expected}{within}; the journal:\n  {listed}"
