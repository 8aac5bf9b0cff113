"""Mocks of small connectors, in process: asked without a socket, or served on one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.mock.connectors import AUTH, write

from connlint.mock.inprocess import MockServer
from connlint.mock.opening import open_world
from connlint.mock.received import Received
from connlint.mock.world import World
from connlint.run import Request, open_all


class Asked:
    """What a mock answered: `status`, `headers`, `json`."""

    def __init__(self, world: World, outcome: Any) -> None:
        answer = outcome.answer
        self.status: int = answer.status
        self.headers = {name.decode(): value.decode("latin-1") for name, value in answer.headers}
        self.body: bytes = answer.body
        self.fixture: str = answer.fixture
        self.why: str = answer.why
        self.due = outcome.due

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def message(self) -> str:
        """The error's message."""
        return str(self.json["message"])


class Shop:
    """A mock without a socket."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Asked:
        path, _, query = path.partition("?")
        given = {
            **AUTH,
            **({"content-type": "application/json"} if body is not None else {}),
            **(headers or {}),
        }
        listed = [(name.lower().encode(), value.encode()) for name, value in given.items()]
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else b""
        return Asked(self.world, self.world.answer(Received(method, path, query, listed, data)))


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Shop]:
    """Make a mock: `shop({"a.json": fixture}, contract=…, strict=…)`."""

    def make(fixtures: Mapping[str, object], *, strict: bool = False, **documents: object) -> Shop:
        folder = write(tmp_path / "shop", fixtures, **documents)
        opened, _ = open_all(Request(paths=(folder,), working=tmp_path))
        loaded = opened[0].loaded
        return Shop(open_world(loaded.connector, loaded.evidence, strict=strict))

    return make


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Callable[..., MockServer]]:
    """Serve a mock: `served({"a.json": fixture}, delay=True)`."""
    servers: list[MockServer] = []

    def make(fixtures: Mapping[str, object], **options: Any) -> MockServer:
        documents = {
            key: options.pop(key) for key in ("events", "contract", "service", "resources") if key in options
        }
        folder = write(tmp_path / f"shop{len(servers)}", fixtures, **documents)
        servers.append(MockServer.of(folder, **options).start())
        return servers[-1]

    yield make
    for server in servers:
        server.stop()
