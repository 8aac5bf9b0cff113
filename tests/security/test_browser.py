"""A page of another site, in the browser of whoever runs the mock, drives neither it nor a recording."""

from __future__ import annotations

import asyncio
import json
import socket
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pytest
from tests.security.test_network import serving

from connlint.cli.mock import command as mock_command
from connlint.cli.record import command as record_command
from connlint.mock.app import Message, Scope
from connlint.mock.inprocess import MockServer
from connlint.mock.origin import hosts_of
from connlint.mock.recorder import Recorder
from connlint.mock.server import listen
from connlint.run import Request, open_all

FOREIGN = [
    {"origin": "https://evil.test"},
    {"origin": "null"},
    {"origin": "https://localhost.evil.test"},
    {"origin": "https://127.0.0.1.evil.test:4010"},
    {"sec-fetch-site": "cross-site"},
    {"host": "evil.test:4010"},
    {"host": "localhost.evil.test"},
    {"host": ""},
]
OWN = [
    {},
    {"origin": "http://localhost:3000"},
    {"origin": "http://127.0.0.1:4010", "sec-fetch-site": "same-origin"},
    {"origin": "http://[::1]:1", "sec-fetch-site": "cross-site"},
    {"host": "localhost:1"},
]


def record(pets: Path, upstream: str, headers: dict[str, str], host: str = "127.0.0.1") -> int:
    """Pass one request through the recorder; the status that the client got."""
    opened, _ = open_all(Request(paths=(pets,), working=pets.parent))
    loaded = opened[0].loaded
    recorder = Recorder(
        loaded.connector,
        loaded.evidence,
        upstream,
        pets / "fixtures",
        day="2026-01-01",
        hosts=hosts_of(host),
    )
    sent: list[Message] = []
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/v1/cats/c_1",
        "raw_path": b"/v1/cats/c_1",
        "query_string": b"",
        "headers": [(k.encode(), v.encode()) for k, v in {"host": "127.0.0.1:4010", **headers}.items()],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        await recorder(scope, receive, send)
        await recorder.close()

    asyncio.run(run())
    status: int = sent[0]["status"]
    return status


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_recording_passes_nothing_on_for_another_site(pets: Path, headers: dict[str, str]) -> None:
    with serving(body=b'{"id": "c_1"}') as vendor:
        assert record(pets, vendor.url, headers) == 403
    assert vendor.seen == []
    assert not (pets / "fixtures").exists()


@pytest.mark.parametrize("headers", OWN)
def test_a_recording_serves_pages_of_this_machine(pets: Path, headers: dict[str, str]) -> None:
    with serving(body=b'{"id": "c_1"}') as vendor:
        assert record(pets, vendor.url, headers) == 200
    assert len(vendor.seen) == 1


def test_a_recording_for_other_machines_is_for_any(pets: Path) -> None:
    with serving(body=b'{"id": "c_1"}') as vendor:
        assert record(pets, vendor.url, {"host": "build.test"}, host="0.0.0.0") == 200


def asked(url: str, method: str, headers: dict[str, str], body: bytes | None = None) -> tuple[int, str]:
    """A request as a browser would send it; the status, and which site may read the answer."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.headers.get("access-control-allow-origin", "")
    except HTTPError as error:
        with error:
            return error.code, error.headers.get("access-control-allow-origin", "")


def test_the_mocks_own_pages_take_no_orders_from_another_site(pets: Path) -> None:
    with serving() as receiver, MockServer.of(pets) as mock:
        journal, deliver = (f"{mock.origin}/__connlint/{name}" for name in ("journal", "deliver"))
        order = json.dumps({"event": "cat.born", "to": receiver.url}).encode()
        for headers in FOREIGN[:4] + FOREIGN[5:7]:
            typed = {"content-type": "application/json", **headers}
            assert asked(deliver, "POST", typed, order)[0] == 403, headers
            assert asked(journal, "DELETE", headers)[0] == 403, headers
            assert asked(journal, "GET", headers)[0] == 403, headers
        # what a form or a script may send across sites without asking is not JSON
        for media in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            assert asked(deliver, "POST", {"content-type": media}, order)[0] == 403
        asking = {"origin": "https://evil.test", "access-control-request-method": "DELETE"}
        assert asked(journal, "OPTIONS", asking) == (403, "")
        assert asked(journal, "GET", {}) == (200, "")
    assert receiver.seen == []


def test_the_mock_listens_on_loopback(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for: list[str] = []

    def listening(host: str, port: int) -> socket.socket:
        asked_for.append(host)
        return listen(host, port)

    monkeypatch.setattr("connlint.mock.inprocess.listen", listening)
    with MockServer.of(pets):
        assert asked_for == ["127.0.0.1"]
    for command in (mock_command, record_command):
        (host,) = [option for option in command.params if option.name == "host"]
        assert host.default == "127.0.0.1"


def test_the_page_runs_no_script_of_what_came_in(pets: Path) -> None:
    """Its policy allows no other source, and its script makes text, never markup."""
    with MockServer.of(pets) as mock:
        request = urllib.request.Request(f"{mock.origin}/__connlint/", headers={"accept": "text/html"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            policy, page = answer.headers["content-security-policy"], answer.read().decode()
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert word not in page
