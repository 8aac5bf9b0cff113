"""The mock's speed: requests per second for one recorded JSON route, beside a bare Starlette app on the same
server and beside Steady, where npm has it; and the load test.

    python -m tests.bench.mock [--seconds S] [--connections N] [--load [S]]

The servers run one after another in processes of their own, the client in this one. Exit status: 0 measured,
1 where the load test saw an error, 2 where a server did not start.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from tests.bench.peers import install

ROOT = Path(__file__).parents[2]
CONNECTIONS = 32

_SERVICE = {
    "handle": "pets",
    "service": {
        "baseURL": {"value": "https://api.pets.test/v1"},
        "contentType": "application/json",
        "auth": {
            "method": "api_token",
            "params": {
                "apiToken": {
                    "token": {"value": "Bearer {{key}}", "placeholders": [{"name": "key", "type": "String"}]},
                    "headerName": {"value": "Authorization"},
                }
            },
        },
    },
}
_RESOURCES = [
    {
        "handle": "pets",
        "endpoint": {"value": "/pets"},
        "operations": {
            "read": {
                "method": "GET",
                "path": {
                    "value": "/{{pet_id}}",
                    "placeholders": [{"name": "pet_id", "type": "String", "required": True}],
                },
            },
            "create": {
                "method": "POST",
                "bodyTemplate": {
                    "value": '{"name": "{{name}}"}',
                    "placeholders": [{"name": "name", "type": "String", "required": True}],
                },
            },
        },
    }
]
_PET = {"id": "pet_1", "object": "pet", "name": "Tom", "tags": ["cat", "grey"], "created": 1795132800}
_STARLETTE = """
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
import sys, uvicorn

PET = {pet!r}

async def read(request):
    return JSONResponse(PET)

async def create(request):
    await request.json()
    return JSONResponse(PET)

routes = [Route("/v1/pets/{{pet_id}}", read), Route("/v1/pets", create, methods=["POST"])]
uvicorn.run(Starlette(routes=routes), port=int(sys.argv[1]), log_level="warning", access_log=False)
"""


def write_connector(folder: Path) -> Path:
    """A connector of two operations with recorded fixtures."""
    (folder / "fixtures").mkdir(parents=True)
    (folder / "service.json").write_text(json.dumps(_SERVICE))
    (folder / "resources.json").write_text(json.dumps(_RESOURCES))
    for operation in ("read", "create"):
        fixture = {
            "operation": f"pets.{operation}",
            "recorded": "2026-11-20 from https://api.pets.test/v1",
            "response": {"status": 200, "json": _PET},
        }
        (folder / "fixtures" / f"pets.{operation}.json").write_text(json.dumps(fixture))
    return folder


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class NotStarted(Exception):
    """A server did not take connections in time."""


@contextmanager
def serving(
    argv: list[str], port: int, patience: float = 60.0
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A server's process and the seconds until it answered. Raises NotStarted."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(ROOT / "lint")
    began = time.perf_counter()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        while True:
            with socket.socket() as sock:
                sock.settimeout(1)
                try:
                    sock.connect(("127.0.0.1", port))
                    break
                except OSError:
                    if process.poll() is not None or time.perf_counter() - began > patience:
                        raise NotStarted(" ".join(argv)) from None
                    time.sleep(0.005)
        yield process, time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


@dataclass
class Count:
    """What the clients saw."""

    answers: int = 0
    errors: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)


class _Client(asyncio.Protocol):
    """One connection that asks, reads the answer, and asks again."""

    def __init__(self, request: bytes, count: Count, until: float) -> None:
        self._request = request
        self._count = count
        self._until = until
        self._rest = b""
        self._asked = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is of no asyncio class
        self._ask()

    def _ask(self) -> None:
        self._asked = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._rest += data
        end = self._rest.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._rest[:end].lower()
        start = head.find(b"content-length:")
        length = int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
        if len(self._rest) < end + 4 + length:
            return
        self._rest = b""
        if not head.startswith(b"http/1.1 200"):
            self._count.errors.append(head[:60].decode("latin-1"))
        now = time.perf_counter()
        self._count.answers += 1
        if self._count.answers % 50 == 0:
            self._count.latencies.append(now - self._asked)
        if now < self._until:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if time.perf_counter() < self._until:
            self._count.errors.append(f"connection lost: {exc}")
        if not self.done.done():
            self.done.set_result(None)


async def ask(port: int, request: bytes, connections: int, seconds: float) -> Count:
    """Ask over so many connections for so long."""
    count = Count()
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    clients: list[_Client] = []
    for _ in range(connections):
        _, client = await loop.create_connection(lambda: _Client(request, count, until), "127.0.0.1", port)
        clients.append(client)
    await asyncio.wait([client.done for client in clients], timeout=seconds + 30)
    return count


def rate(port: int, request: bytes, connections: int, seconds: float) -> tuple[float, Count]:
    """Answers per second, after a short warming."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(ask(port, request, connections, 0.5))
        began = time.perf_counter()
        count = runner.run(ask(port, request, connections, seconds))
        return count.answers / (time.perf_counter() - began), count


def get(path: str) -> bytes:
    """A GET request as a client of the vendor's sends it."""
    return (
        f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\nuser-agent: bench\r\n"
        "authorization: Bearer mock\r\n\r\n"
    ).encode()


def post(path: str, value: object) -> bytes:
    """A POST request with a JSON body."""
    body = json.dumps(value).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\nuser-agent: bench\r\n"
        f"authorization: Bearer mock\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


REQUESTS = {"GET one": get("/v1/pets/pet_1"), "POST JSON": post("/v1/pets", {"name": "Tom"})}


def mock_argv(folder: Path, port: int, *options: str) -> list[str]:
    """The mock's command."""
    return [sys.executable, "-m", "connlint", "mock", str(folder), "--port", str(port), "--quiet", *options]


@dataclass(frozen=True, slots=True)
class Speed:
    """A server's best of five rounds: answers per second by request, and seconds until it answers."""

    rates: dict[str, float]
    start: float


def speeds(work: Path, steady: Path | None, connections: int, seconds: float) -> dict[str, Speed]:
    """The mock, a bare Starlette app on the same server, and Steady where it is at hand, in alternation.

    All answer with the same pet: the mock out of a fixture, Steady out of its contract's example. Raises
    NotStarted for a server that does not take connections, or answers with an error.
    """
    folder = write_connector(work / "pets")
    script = work / "bare.py"
    script.write_text(_STARLETTE.format(pet=_PET))
    contract = work / "contract.json"
    contract.write_text(json.dumps(_contract()))
    argvs: dict[str, Callable[[int], list[str]]] = {
        "mock": lambda port: mock_argv(folder, port),
        "bare": lambda port: [sys.executable, str(script), str(port)],
    }
    if steady is not None:
        argvs["steady"] = lambda port: [str(steady), "--quiet", "--port", str(port), str(contract)]
    rates: dict[str, dict[str, float]] = {kind: {} for kind in argvs}
    starts: dict[str, list[float]] = {kind: [] for kind in argvs}
    for _ in range(5):
        for kind, argv in argvs.items():
            port = free_port()
            with serving(argv(port), port) as (_, started):
                starts[kind].append(started)
                for name, request in REQUESTS.items():
                    found, count = rate(port, request, connections, seconds)
                    if count.errors:
                        raise NotStarted(f"{kind}, {name}: {count.errors[0]}")
                    rates[kind][name] = max(rates[kind].get(name, 0.0), found)
    return {kind: Speed(rates[kind], min(starts[kind])) for kind in argvs}


def _contract() -> dict[str, object]:
    """The connector's API as an OpenAPI document for peers that serve those."""
    answer = {"description": "a pet", "content": {"application/json": {"example": _PET}}}
    named = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    pet = {"name": "pet_id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pets", "version": "1"},
        "paths": {
            "/v1/pets/{pet_id}": {"get": {"parameters": [pet], "responses": {"200": answer}}},
            "/v1/pets": {
                "post": {
                    "requestBody": {"required": True, "content": {"application/json": {"schema": named}}},
                    "responses": {"200": answer},
                }
            },
        },
    }


def compare(work: Path, connections: int, seconds: float) -> None:
    """Print what the mock and its peers reach. Raises NotStarted."""
    steady = install(ROOT / ".bench" / "peers", ("@stdy/cli",)).programs.get("steady")
    found = speeds(work, steady, connections, seconds)
    print(f"{'':<16}" + "".join(f"{name:>14}" for name in (*REQUESTS, "start")))
    for kind, speed in found.items():
        print(
            f"{kind:<16}"
            + "".join(f"{value:>12,.0f}/s" for value in speed.rates.values())
            + f"{speed.start:>12.2f} s"
        )
    for kind, speed in found.items():
        if kind != "mock":
            shares = (found["mock"].rates[name] / value for name, value in speed.rates.items())
            print(f"{'mock : ' + kind:<16}" + "".join(f"{share:>14.2f}" for share in shares))
    starts = []
    for _ in range(3):
        port = free_port()
        with serving(mock_argv(ROOT / "specs" / "chatgpt", port), port) as (_, started):
            starts.append(started)
    print(f"start of specs/chatgpt: {min(starts):.2f} s (the best of three, until it answers)")


def memory(pid: int) -> float:
    """MiB that a process holds; 0 where the system does not say."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next((line for line in status.read_text().splitlines() if line.startswith("VmRSS")), "VmRSS: 0 kB")
    return int(line.split()[1]) / 1024


def load(work: Path, connections: int, seconds: float) -> int:
    """Many connections for long: no error, and memory that does not grow."""
    folder = write_connector(work / "pets")
    port = free_port()
    with serving(mock_argv(folder, port), port) as (process, _):
        rate(port, get("/v1/pets/pet_1"), connections, min(3.0, seconds / 3))
        before = memory(process.pid)
        found, count = rate(port, get("/v1/pets/pet_1"), connections, seconds)
        after = memory(process.pid)
    slowest = sorted(count.latencies)[int(len(count.latencies) * 0.99)] if count.latencies else 0.0
    print(
        f"{connections} connections, {seconds:g} s: {count.answers:,} answers, {found:,.0f}/s, "
        f"p99 {slowest * 1000:.0f} ms, {len(count.errors)} errors, memory {before:.0f} → {after:.0f} MiB"
    )
    if count.errors:
        print(f"first error: {count.errors[0]}", file=sys.stderr)
    return 1 if count.errors or after > before * 1.2 + 5 else 0


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.mock", description="Measure the mock.")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--connections", type=int)
    parser.add_argument("--load", action="store_true", help="1,000 connections for 30 s, in place of rates")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="connlint-bench-") as work:
        try:
            if arguments.load:
                seconds = arguments.seconds if arguments.seconds != 3.0 else 30.0
                return load(Path(work), arguments.connections or 1000, seconds)
            compare(Path(work), arguments.connections or CONNECTIONS, arguments.seconds)
            return 0
        except NotStarted as error:
            print(f"did not start: {error}", file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main())
