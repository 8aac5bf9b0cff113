"""The mock on a socket: streams, hostile clients, faults, its end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from tests.mock.connectors import AUTH, exchange, write

from connlint.mock.inprocess import MockServer
from connlint.mock.server import CannotListen, listen

Serve = Callable[..., MockServer]
ROOT = Path(__file__).parents[2]
READ = exchange("orders.read", {"id": "o_1"})
STREAM = exchange(
    "orders.list",
    response={
        "headers": {"content-type": "text/event-stream; charset=utf-8"},
        "stream": [
            {"data": {"n": 1, "ü": "€"}},
            {"after": "30ms", "event": "more", "data": "two\nlines"},
            {"after": "30ms", "comment": "alive"},
            {"raw": "data:[DONE]\n\n"},
        ],
    },
)
SENT = 'data: {"n":1,"ü":"€"}\n\nevent: more\ndata: two\ndata: lines\n\n: alive\n\ndata:[DONE]\n\n'.encode()


def talk(mock: MockServer, data: bytes, *, half_close: bool = False) -> bytes:
    """Send bytes, and read until the server closes."""
    port = int(mock.origin.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        try:
            sock.sendall(data)
            if half_close:
                sock.shutdown(socket.SHUT_WR)
            got = b""
            while piece := sock.recv(65536):
                got += piece
        except ConnectionError:
            return got if "got" in locals() else b""
        return got


def get(target: str, *more: str) -> bytes:
    lines = [f"GET {target} HTTP/1.1", "host: x", "authorization: Bearer x", "connection: close", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def test_a_stream_is_replayed_byte_for_byte_with_its_gaps(served: Serve) -> None:
    mock = served({"a.json": STREAM}, delay=True)
    arrived: list[float] = []
    body = b""
    with httpx2.stream("GET", f"{mock.url}/orders", headers=AUTH) as response:
        for piece in response.iter_raw():
            arrived.append(time.perf_counter())
            body += piece
    assert body == SENT
    assert len(arrived) == 3
    assert arrived[-1] - arrived[0] >= 0.05


def test_no_delay_sends_the_same_bytes_at_once(served: Serve) -> None:
    mock = served({"a.json": STREAM})
    assert httpx2.get(f"{mock.url}/orders", headers=AUTH).content == SENT


def test_binary_bodies_and_empty_ones(served: Serve, tmp_path: Path) -> None:
    mock = served(
        {
            "a.json": exchange(
                "orders.read", response={"headers": {"content-type": "audio/mpeg"}, "base64": "AAH/gA=="}
            ),
            "b.json": exchange("orders.list", status=204),
        }
    )
    answer = httpx2.get(f"{mock.url}/orders/o_1", headers=AUTH)
    assert (answer.content, answer.headers["content-type"]) == (b"\x00\x01\xff\x80", "audio/mpeg")
    assert httpx2.get(f"{mock.url}/orders", headers=AUTH).status_code == 204


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("http://127.0.0.1/v1/orders/o_1", b"200"),
        ("http://elsewhere.test/v1/orders/o_1", b"200"),
        ("/v1/orders/../../../etc/passwd", b"404"),
        ("/v1/orders/%2e%2e%2f%2e%2e%2fetc%2fpasswd", b"200"),
        ("//v1//orders", b"404"),
        ("/v1/orders/%ff%00", b"200"),
        ("/" + "x" * 20_000, b"404"),
        ("*", b"404"),
        ("http://", b"400"),
    ],
)
def test_odd_targets_are_answered(served: Serve, target: str, status: bytes) -> None:
    mock = served({"a.json": READ})
    assert talk(mock, get(target)).split(b" ", 2)[1] == status
    assert httpx2.get(f"{mock.url}/orders/o_1", headers=AUTH).status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n" + b"x-a: " + b"y" * 100_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"x-a: b\r\n" * 20_000 + b"\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_a_huge_head_is_refused(served: Serve, data: bytes) -> None:
    mock = served({"a.json": READ})
    assert talk(mock, data)[:12] in (b"HTTP/1.1 431", b"")
    assert httpx2.get(f"{mock.url}/orders/o_1", headers=AUTH).status_code == 200


def test_a_huge_body_is_refused_before_it_is_read(served: Serve) -> None:
    mock = served({"a.json": READ})
    head = b"POST /v1/orders HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 99999999999\r\n\r\n"
    assert talk(mock, head).startswith(b"HTTP/1.1 413")


def test_nonsense_and_half_closed_sockets_do_no_harm(served: Serve) -> None:
    mock = served({"a.json": READ, "s.json": STREAM}, delay=True)
    for data in (
        b"",
        b"\x16\x03\x01\x02",
        b"GET",
        b"POST /v1/orders HTTP/1.1\r\ncontent-length: 50\r\n\r\n{",
    ):
        talk(mock, data, half_close=True)
    port = int(mock.origin.rpartition(":")[2])
    for _ in range(20):  # clients that go away in the middle of a stream
        with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
            sock.sendall(get("/v1/orders"))
            sock.recv(100)
    assert httpx2.get(f"{mock.url}/orders/o_1", headers=AUTH).status_code == 200


def test_a_port_in_use_is_said(served: Serve) -> None:
    mock = served({"a.json": READ})
    port = int(mock.origin.rpartition(":")[2])
    with pytest.raises(CannotListen, match=f"port {port} of 127.0.0.1 is in use"):
        listen("127.0.0.1", port)
    with pytest.raises(CannotListen, match="is no port"):
        listen("127.0.0.1", 99_999)


def test_faults_are_seeded(served: Serve) -> None:
    def statuses(seed: int) -> list[int]:
        mock = served({"a.json": READ}, faults=["429:0.3", "500:0.2"], seed=seed)
        with httpx2.Client() as client:
            return [client.get(f"{mock.url}/orders/o_1", headers=AUTH).status_code for _ in range(30)]

    first = statuses(1)
    assert set(first) == {200, 429, 500}
    assert statuses(1) == first
    assert statuses(2) != first


@pytest.mark.parametrize("fault", ["cut", "drop"])
def test_a_broken_answer_is_an_error_for_the_client(served: Serve, fault: str) -> None:
    mock = served({"a.json": READ}, faults=[fault])
    with pytest.raises(httpx2.RemoteProtocolError):
        httpx2.get(f"{mock.url}/orders/o_1", headers=AUTH)


def test_a_stalled_answer_ends_with_the_client(served: Serve) -> None:
    mock = served({"a.json": READ}, faults=["stall"])
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.get(f"{mock.url}/orders/o_1", headers=AUTH, timeout=0.2)


def test_the_journal_holds_no_credential(served: Serve) -> None:
    mock = served({"a.json": READ})
    key = "sk-proj-abcdefgh12345678ZZkk9900"
    httpx2.get(f"{mock.url}/orders/o_1?note={key}", headers={"authorization": f"Bearer {key}"})
    text = httpx2.get(f"{mock.origin}/__connlint/").text
    assert key not in text
    entry = json.loads(text)["entries"][0]
    assert entry["headers"]["authorization"] == "Bearer redacted-1"
    assert entry["query"] == [["note", "redacted-1"]]
    assert (entry["operation"], entry["fixture"], entry["status"]) == ("orders.read", "orders.read", 200)


def test_pages_are_not_driven_from_another_site(served: Serve) -> None:
    mock = served({"a.json": READ})
    url = f"{mock.origin}/__connlint/deliver"
    body = json.dumps({"event": "order.paid", "to": "http://127.0.0.1:9/"})
    assert httpx2.post(url, content=body, headers={"content-type": "text/plain"}).status_code == 403
    headers = {"content-type": "application/json", "origin": "https://evil.test"}
    assert httpx2.post(url, content=body, headers=headers).status_code == 403
    assert httpx2.post(url, json={"event": "order.none", "to": "http://127.0.0.1:9/"}).status_code == 404
    assert httpx2.post(url, json={"event": "order.paid", "to": "file:///etc/passwd"}).status_code == 400
    assert httpx2.post(url, json={"event": "order.paid"}).status_code == 409


# --- the command in a process of its own


def start(folder: Path, *options: str) -> tuple[subprocess.Popen[str], str]:
    """`connlint mock` on a free port, and its base URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "connlint", "mock", str(folder), "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "lint")},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    return process, line.split(" on ", 1)[-1].split()[0]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM ends a process at once on Windows")
def test_sigterm_ends_it_with_the_journal_written(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", {"a.json": READ})
    process, url = start(folder, "--journal", str(tmp_path / "journal.jsonl"))
    try:
        assert httpx2.get(f"{url}/orders/o_1", headers=AUTH).status_code == 200
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=10)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "Traceback" not in out
    assert "GET  /v1/orders/o_1" in out
    entry = json.loads((tmp_path / "journal.jsonl").read_text())
    assert entry["path"] == "/v1/orders/o_1"


def test_a_changed_fixture_answers_at_once_and_a_broken_one_does_not(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", {"a.json": READ})
    process, url = start(folder)
    fixture = folder / "fixtures" / "a.json"

    def answered(wanted: str) -> bool:
        for _ in range(100):
            if httpx2.get(f"{url}/orders/o_1", headers=AUTH).json()["id"] == wanted:
                return True
            time.sleep(0.1)
        return False

    try:
        assert answered("o_1")
        fixture.write_text(json.dumps(exchange("orders.read", {"id": "changed"})))
        assert answered("changed")
        fixture.write_text("{")
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert any("the change is not taken" in line for line in lines)
        assert answered("changed")
    finally:
        process.kill()
        process.communicate()
