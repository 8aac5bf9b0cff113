"""The commands mock, deliver, try and record on the command line."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner, Result
from tests.mock.connectors import delivery, exchange, write

from connlint.cli import group
from connlint.mock.inprocess import MockServer
from connlint.mock.recorder import Recorder
from connlint.mock.server import make_server
from connlint.run import Request, open_all

PAID = delivery("order.paid", {"id": "evt_1", "type": "order.paid", "data": {"id": "o_1"}})
CREATE = exchange("orders.create", {"id": "o_1", "sum": {"total": 12}})


@pytest.fixture
def connlint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
        result = CliRunner().invoke(group, list(arguments), prog_name="connlint", env=env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


# --- mock


def test_a_broken_fixture_stops_the_start_at_its_place(
    connlint: Callable[..., Result], tmp_path: Path
) -> None:
    write(tmp_path / "shop", {"a.yaml": "operation: orders.read\nresponse:\n  status: many\n", "b.json": "{"})
    result = connlint("mock", "shop", "--port", "0")
    assert result.exit_code == 1
    assert "shop/fixtures/a.yaml:3:11: " in result.stderr
    assert "shop/fixtures/b.json:1:" in result.stderr


def test_a_port_in_use_is_status_2(connlint: Callable[..., Result], tmp_path: Path) -> None:
    write(tmp_path / "shop", {"a.json": CREATE})
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        result = connlint("mock", "shop", "--port", str(sock.getsockname()[1]))
    assert result.exit_code == 2
    assert "is in use" in result.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--fault", "200"], "is no error"),
        (["--fault", "boom"], "latency, cut, stall, drop"),
        (["--fault", "429:7"], "from 0 to 1"),
        (["--webhook-url", "here"], "no address"),
        (["--secret-env", "CONNLINT_NO_SUCH"], "the environment has no CONNLINT_NO_SUCH"),
    ],
)
def test_options_that_mean_nothing(
    connlint: Callable[..., Result], tmp_path: Path, options: list[str], said: str
) -> None:
    write(tmp_path / "shop", {"a.json": CREATE})
    result = connlint("mock", "shop", "--port", "0", *options)
    assert result.exit_code == 2
    assert said in result.stderr


# --- try


def test_try_shows_request_answer_and_record(connlint: Callable[..., Result], tmp_path: Path) -> None:
    write(tmp_path / "shop", {"a.json": CREATE})
    result = connlint("try", "shop", "orders.create", "-p", 'item=a "tea"', "-p", "count=3")
    assert result.exit_code == 0
    assert "POST http://mock/v1/orders\n" in result.stdout
    assert "Authorization: Bearer ••••\n" in result.stdout
    assert '{"item": "a \\"tea\\"", "count": 3, "source": "platform"}' in result.stdout
    assert "→ 200 application/json  (orders.create, the only one)" in result.stdout
    assert '  id     o_1  ["id"]\n  total  12   ["sum", "total"]\n' in result.stdout


def test_try_marks_where_a_body_breaks_and_sends_nothing(
    connlint: Callable[..., Result], tmp_path: Path
) -> None:
    write(tmp_path / "shop", {"a.json": CREATE})
    result = connlint("try", "shop", "orders.create", "-p", "item=tea")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    row = next(index for index, line in enumerate(lines) if line.startswith('{"item"'))
    assert lines[row] == '{"item": "tea", "count": , "source": "platform"}'
    assert lines[row + 1].index("^") == lines[row].index(', "source"')
    assert "`count` was left empty" in lines[row + 1]
    assert lines[-1] == "Not sent."


def test_try_takes_files_and_refuses_what_is_no_value(
    connlint: Callable[..., Result], tmp_path: Path
) -> None:
    write(tmp_path / "shop", {"a.json": exchange("pictures.create", {"id": "p_1"}), "b.json": CREATE})
    (tmp_path / "cat.png").write_bytes(b"\x89PNG")
    result = connlint("try", "shop", "pictures.create", "-p", "file=@cat.png", "-p", "title=cat")
    assert result.exit_code == 0
    assert "file: file cat.png, 4 bytes, image/png" in result.stdout
    assert "is no Integer" in connlint("try", "shop", "orders.create", "-p", "count=many").stderr
    assert "did you mean `item`" in connlint("try", "shop", "orders.create", "-p", "itme=x").stderr
    assert "did you mean `orders.create`" in connlint("try", "shop", "orders.creat").stderr
    assert (
        "cannot read nothing.png"
        in connlint("try", "shop", "pictures.create", "-p", "file=@nothing.png").stderr
    )


def test_try_sends_to_a_base_url_and_masks_the_credential(
    connlint: Callable[..., Result], served: Callable[..., MockServer], tmp_path: Path
) -> None:
    mock = served({"a.json": CREATE})
    write(tmp_path / "shop", {})
    arguments = ["try", "shop", "orders.create", "-p", "item=tea", "-p", "count=1", "--base-url", mock.url]
    result = connlint(*arguments, "--credential-env", "SHOP_KEY", env={"SHOP_KEY": "very-secret-1"})
    assert result.exit_code == 0
    assert "very-secret-1" not in result.stdout
    assert mock.requests("orders.create")[0].headers.count((b"authorization", b"Bearer very-secret-1")) == 1
    dry = connlint(*arguments, "--dry-run")
    assert dry.stdout.endswith("Not sent (--dry-run).\n")
    assert len(mock.requests()) == 1


# --- deliver


def test_deliver_signs_sends_and_shows_the_record(
    connlint: Callable[..., Result], served: Callable[..., MockServer], tmp_path: Path
) -> None:
    hooks = exchange("hooks.take", status=204)
    resources = [
        {"handle": "hooks", "endpoint": {"value": "/hooks"}, "operations": {"take": {"method": "POST"}}}
    ]
    service = {"handle": "r", "service": {"baseURL": {"value": "https://r.test"}}}
    receiver = served({"a.json": hooks}, resources=resources, service=service, events=None)
    write(tmp_path / "shop", {"paid.json": PAID})
    url = f"{receiver.url}/hooks"
    result = connlint("deliver", "shop", "order.paid", "--to", url, "-s", "data.id=o_9")
    assert result.exit_code == 0, result.output
    assert "204  delivered" in result.stdout
    assert '  id  o_9  ["data", "id"]' in result.stdout
    assert json.loads(receiver.requests()[0].body)["data"] == {"id": "o_9"}
    unknown = connlint("deliver", "shop", "order.payd", "--to", url)
    assert (unknown.exit_code, "did you mean `order.paid`" in unknown.stderr) == (2, True)
    hostile = connlint("deliver", "shop", "order.paid", "--to", url, "--suite", "hostile")
    assert hostile.exit_code == 1
    assert "FAIL  wrong secret" in hostile.stdout


def test_deliver_shows_what_it_would_send(connlint: Callable[..., Result], tmp_path: Path) -> None:
    write(tmp_path / "shop", {"paid.json": PAID})
    result = connlint("deliver", "shop", "order.paid", "--dry-run")
    assert result.exit_code == 0
    assert "webhook-signature: v1," in result.stdout
    assert connlint("deliver", "shop", "order.paid").exit_code == 2


# --- record


class Recording:
    """A recorder on a socket, in a thread."""

    def __init__(self, folder: Path, upstream: str) -> None:
        import asyncio
        import threading

        from connlint.mock.server import listen

        opened, _ = open_all(Request(paths=(folder,), working=folder))
        loaded = opened[0].loaded
        self.lines: list[str] = []
        self.recorder = Recorder(
            loaded.connector,
            loaded.evidence,
            upstream,
            folder / "fixtures",
            day="2026-11-21",
            log=self.lines.append,
        )
        sock = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{sock.getsockname()[1]}/v1"
        self._server = make_server(self.recorder)

        async def main() -> None:
            await self._server.serve(sockets=[sock])
            await self.recorder.close()

        self._thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)


def test_what_passes_becomes_fixtures_without_credentials(
    served: Callable[..., MockServer], tmp_path: Path
) -> None:
    key = "very-secret-value-1"
    items = [{"data": {"n": 1}}, {"after": "30ms", "data": {"n": 2}}]
    stream = exchange(
        "orders.list", response={"headers": {"content-type": "text/event-stream"}, "stream": items}
    )
    vendor = served(
        {
            "a.json": exchange("orders.create", {"id": "o_1", "said": "{{request.json.item}}"}),
            "s.json": stream,
            "p.json": exchange(
                "pictures.create",
                response={"headers": {"content-type": "image/png"}, "base64": "iVBORwABAgP/"},
            ),
        },
        delay=True,
    )
    folder = write(tmp_path / "mine", {})
    recording = Recording(folder, vendor.url)
    try:
        with httpx2.Client(base_url=recording.url, headers={"authorization": f"Bearer {key}"}) as client:
            body = {"item": f"my key is {key}", "count": 1, "source": "platform"}
            assert client.post("/orders", json=body).json()["said"] == body["item"]
            client.post("/orders", json=body)
            assert client.get("/orders").content.count(b"data:") == 2
            client.post("/pictures", files={"file": ("a.png", b"\x89PNG\x00")}, data={"title": "cat"})
            client.get("/nothing")
    finally:
        recording.close()
    written = {path.name: path.read_text() for path in (folder / "fixtures").iterdir()}
    assert set(written) == {"orders.create.yaml", "orders.list.yaml", "pictures.create.yaml"}
    assert not any(key in text for text in written.values())
    assert "my key is redacted-1" in written["orders.create.yaml"]
    assert "after: " in written["orders.list.yaml"]
    assert "base64: iVBORwABAgP/" in written["pictures.create.yaml"]
    assert dict(recording.recorder.tally.outcomes) == {"new": 3, "same": 1}
    assert any("no operation has this method and path" in line for line in recording.lines)
    # what was recorded is served again, byte for byte
    again = MockServer.of(folder).start()
    try:
        assert (
            httpx2.get(f"{again.url}/orders", headers={"authorization": "Bearer x"}).content
            == b'data: {"n":1}\n\ndata: {"n":2}\n\n'
        )
    finally:
        again.stop()


def test_a_credential_that_would_be_left_stops_the_write(
    served: Callable[..., MockServer], tmp_path: Path
) -> None:
    key = "very-secret-value-1"
    vendor = served(
        {
            "p.json": exchange(
                "pictures.create",
                response={
                    "headers": {"content-type": "image/png"},
                    "base64": "/wB2ZXJ5LXNlY3JldC12YWx1ZS0x/w==",
                },
            )
        }
    )
    folder = write(tmp_path / "mine", {})
    recording = Recording(folder, vendor.url)
    try:
        httpx2.post(
            f"{recording.url}/pictures",
            files={"file": ("a.png", b"\x89PNG\x00")},
            data={"title": "cat"},
            headers={"authorization": f"Bearer {key}"},
        )
    finally:
        recording.close()
    assert recording.recorder.tally.failed == 1
    assert "would still hold a credential" in recording.lines[0]
    assert list((folder / "fixtures").iterdir()) == []


def test_an_upstream_that_is_not_there(tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", {})
    recording = Recording(folder, "http://127.0.0.1:9")
    try:
        assert httpx2.get(f"{recording.url}/orders").status_code == 502
    finally:
        recording.close()


def test_a_missing_extra_is_named_with_its_command(
    connlint: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "shop", {"a.json": CREATE})
    monkeypatch.setattr("connlint.mock.extra.find_spec", lambda name: None)
    result = connlint("mock", "shop")
    assert result.exit_code == 2
    assert "this needs the package uvicorn: pip install 'connlint[mock]'" in result.stderr
