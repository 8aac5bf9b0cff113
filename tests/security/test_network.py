"""Requests go where a person said, and nowhere else; credentials go no further, and into no file."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.security.conftest import Run

from connlint.mock.app import Message, Scope
from connlint.mock.delivering import Courier
from connlint.mock.delivering import Message as Delivery
from connlint.mock.recorder import Recorder
from connlint.mock.signing import Signer
from connlint.run import Request, open_all

KEY = "sk-" + "aB3dE5gH7jK9mN1pQ3rS5tU7vW9xY1z"


class Server:
    """A server that answers all requests alike, and keeps them: path, headers, body."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        seen = self.seen

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                got = {name.lower(): value for name, value in self.headers.items()}
                seen.append((self.path, got, self.rfile.read(length)))
                self.send_response(status)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                self.answer()

            def do_POST(self) -> None:
                self.answer()

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def serving(
    status: int = 200, headers: dict[str, str] | None = None, body: bytes = b"{}"
) -> Iterator[Server]:
    server = Server(status, headers or {}, body)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """A proxy that the environment names, and credentials in `.netrc`: neither is asked for."""
    with serving() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password hunter2\n", "utf-8")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        yield proxy


def record(
    pets: Path, upstream: str, headers: dict[str, str], path: str = "/v1/cats/c_1"
) -> tuple[int, Recorder]:
    """Pass one request through the recorder; gives the status that the client got."""
    opened, _ = open_all(Request(paths=(pets,), working=pets.parent))
    loaded = opened[0].loaded
    log: list[str] = []
    recorder = Recorder(
        loaded.connector, loaded.evidence, upstream, pets / "fixtures", day="2026-01-01", log=log.append
    )
    sent: list[Message] = []
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        await recorder(scope, receive, send)
        await recorder.close()

    asyncio.run(run())
    assert not any(KEY in line for line in log)
    return sent[0]["status"], recorder


def test_a_recording_follows_no_redirect(pets: Path, environment: Server) -> None:
    with serving() as elsewhere, serving(302, {"location": elsewhere.url + "/steal"}) as vendor:
        status, _ = record(pets, vendor.url, {"authorization": f"Bearer {KEY}"})
    assert status == 302
    assert len(vendor.seen) == 1
    assert elsewhere.seen == []
    assert environment.seen == []


def test_a_recording_asks_the_named_host_whatever_the_request_says(pets: Path, environment: Server) -> None:
    with serving() as elsewhere, serving(body=b'{"id": "c_1"}') as vendor:
        host = elsewhere.url.removeprefix("http://")
        for path in (f"//{host}/v1/cats/1", f"/v1/@{host}/", f"/v1/cats/..%2f..%2f@{host}", f"/\\{host}/x"):
            record(pets, vendor.url, {"host": host, "authorization": f"Bearer {KEY}"}, path)
    assert elsewhere.seen == []
    assert environment.seen == []
    assert len(vendor.seen) == 4


def test_what_is_recorded_holds_no_credential(pets: Path) -> None:
    body = json.dumps({"id": "c_1", "echo": f"Bearer {KEY}", "refresh_token": "hunter2hunter3"}).encode()
    with serving(
        headers={"set-cookie": "session=hunter4hunter5", "content-type": "application/json"}, body=body
    ) as vendor:
        status, recorder = record(
            pets, vendor.url, {"authorization": f"Bearer {KEY}", "cookie": "a=hunter6hunter7"}
        )
    assert status == 200
    assert vendor.seen[0][1]["authorization"] == f"Bearer {KEY}"
    assert recorder.tally.outcomes["new"] == 1
    for file in (pets / "fixtures").rglob("*"):
        text = file.read_text("utf-8")
        assert not any(secret in text for secret in (KEY, "hunter2", "hunter4", "hunter6"))
        assert "redacted-1" in text


def test_a_delivery_follows_no_redirect_and_uses_no_proxy(environment: Server) -> None:
    message = Delivery("msg_1", "cat.born", {}, b"{}", (("content-type", "application/json"),), "")

    async def deliver(url: str) -> bool:
        courier = Courier(Signer(None, ()), delays=())
        try:
            return await courier.deliver(message, url)
        finally:
            await courier.close()

    with serving() as elsewhere, serving(307, {"location": elsewhere.url}) as receiver:
        assert asyncio.run(deliver(receiver.url)) is False
    assert len(receiver.seen) == 1
    assert elsewhere.seen == []
    assert environment.seen == []


def test_a_try_follows_no_redirect_and_shows_no_credential(
    connlint: Run, pets: Path, environment: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    auth = {
        "method": "api_token",
        "params": {
            "apiToken": {
                "token": {
                    "value": "Bearer {{key}}",
                    "placeholders": [{"name": "key", "type": "String", "required": True}],
                },
                "headerName": {"value": "Authorization"},
            }
        },
    }
    service = json.loads((pets / "service.json").read_text("utf-8"))
    service["service"]["auth"] = auth
    (pets / "service.json").write_text(json.dumps(service), "utf-8")
    monkeypatch.setenv("PETS_KEY", KEY)
    with serving() as elsewhere, serving(302, {"location": elsewhere.url}) as vendor:
        result = connlint(
            "try",
            "pets",
            "cats.read",
            "-p",
            "cat_id=1",
            "--base-url",
            vendor.url,
            "--credential-env",
            "key=PETS_KEY",
        )
    assert [headers.get("authorization") for _, headers, _ in vendor.seen] == [f"Bearer {KEY}"]
    assert elsewhere.seen == []
    assert environment.seen == []
    assert KEY not in result.out + result.err


def test_a_receiver_that_never_ends_its_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """It sends a byte now and then, so that no single wait is long."""
    monkeypatch.setattr("connlint.mock.delivering.TIMEOUT", 0.4)

    async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n")
        try:
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.02)
        except OSError:
            return
        finally:
            writer.close()

    async def run() -> bool:
        server = await asyncio.start_server(dripping, "127.0.0.1", 0)
        courier = Courier(Signer(None, ()), delays=())
        message = Delivery("msg_1", "cat.born", {}, b"{}", (("content-type", "application/json"),), "")
        try:
            async with asyncio.timeout(5):
                return await courier.deliver(
                    message, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
                )
        finally:
            await courier.close()
            server.close()

    assert asyncio.run(run()) is False


def test_a_server_that_never_ends_its_answer_is_given_up(
    connlint: Run, pets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connlint.cli.try_._LONGEST_ANSWER", -1.0)
    with serving(body=b"x" * 4_000_000) as vendor:
        result = connlint("try", "pets", "cats.read", "-p", "cat_id=1", "--base-url", vendor.url, "--all")
    assert len(result.out) < 1_000_000


@pytest.mark.parametrize(
    "key", ["hünter2hunter3", "hunter2\x7fhunter3", "hunter2\x0bhunter3", "hunter2\nhunter3"]
)
def test_a_credential_that_no_header_can_hold_is_not_shown(
    connlint: Run, pets: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    service = json.loads((pets / "service.json").read_text("utf-8"))
    token = {"value": "{{key}}", "placeholders": [{"name": "key", "type": "String"}]}
    service["service"]["auth"] = {
        "method": "api_token",
        "params": {"apiToken": {"token": token, "headerName": {"value": "Authorization"}}},
    }
    (pets / "service.json").write_text(json.dumps(service), "utf-8")
    monkeypatch.setenv("PETS_KEY", key)
    with serving() as vendor:
        arguments = ("try", "pets", "cats.read", "-p", "cat_id=1", "--base-url", vendor.url)
        result = connlint(*arguments, "--credential-env", "key=PETS_KEY")
    assert result.status in (0, 2)
    assert "nter2" not in result.out + result.err
    assert "nter3" not in result.out + result.err


@pytest.mark.parametrize(
    "value",
    ["@{host}/x", ".{host}/x", ":1@{host}/", "//{host}/x", "\\\\{host}/x", "http://{host}/x", "?@{host}/"],
)
@pytest.mark.parametrize("where", ["endpoint", "path"])
def test_a_connector_does_not_say_where_a_credential_goes(
    connlint: Run, pets: Path, monkeypatch: pytest.MonkeyPatch, value: str, where: str
) -> None:
    with serving() as elsewhere, serving() as vendor:
        value = value.replace("{host}", elsewhere.url.removeprefix("http://"))
        resources = json.loads((pets / "resources.json").read_text("utf-8"))
        resources[0]["endpoint"]["value"] = value if where == "endpoint" else ""
        resources[0]["operations"]["read"]["path"] = {"value": value if where == "path" else ""}
        (pets / "resources.json").write_text(json.dumps(resources), "utf-8")
        connlint("try", "pets", "cats.read", "--base-url", vendor.url)
    assert elsewhere.seen == []
    assert len(vendor.seen) == 1


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.test", "http://", "gopher://a:1/x", "a.test", "http://u:p@a.test"]
)
def test_only_addresses_of_http_are_taken(connlint: Run, pets: Path, url: str) -> None:
    for arguments in (
        ("record", "pets", "--upstream", url, "--port", "0"),
        ("mock", "pets", "--webhook-url", url, "--port", "0"),
    ):
        result = connlint(*arguments)
        assert result.status == 2, arguments
        assert "address" in result.err
