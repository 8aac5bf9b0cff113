"""The language server as an editor feels it: a real client on its streams, one connector at a time.

A change is answered with diagnostics within 50 ms (95 of 100) on a connector of 51 KB, a hover and a
completion within 20 ms, and on one of 500 KB within ten times that. CPU is the server's own, which a busy
machine disturbs less.
"""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.corpus import Order
from tests.bench.measure import Failed, environment
from tests.bench.report import Plot, Ratio

if TYPE_CHECKING:
    from tests.bench.rows import Bench

SMALL, LARGE = 51_000, 500_000
CHANGE, QUESTION = 0.050, 0.020
EDITS, QUESTIONS = 120, 60
RAPID = (200, 1000)
"""Rapid edits after which the server's memory is looked at."""
_PAUSE = 1.5
"""Seconds in which the server, left alone, collects what it does not need any more."""
_DESCRIPTION = re.compile(r'"?description"?: ?"?')
_ANSWERS = 60.0


class Server:
    """`connlint lsp`, and a client of it that speaks JSON-RPC and nothing more than it has to."""

    def __init__(self, root: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "connlint", "lsp"],
            cwd=root,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._asked = 0
        self._received: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        # read all the time, or both would wait for the other to read
        threading.Thread(target=self._read, daemon=True).start()
        self.ask(
            "initialize",
            {
                "processId": None,
                "capabilities": {"general": {"positionEncodings": ["utf-16"]}},
                "workspaceFolders": [{"uri": root.as_uri(), "name": root.name}],
            },
        )
        self.tell("initialized", {})

    def close(self) -> None:
        """End the server."""
        self.process.kill()
        self.process.wait()

    def tell(self, method: str, parameters: object) -> None:
        """Send a notification."""
        self._send({"jsonrpc": "2.0", "method": method, "params": parameters})

    def ask(self, method: str, parameters: object) -> Any:
        """Send a request and wait for its answer."""
        self._asked += 1
        self._send({"jsonrpc": "2.0", "id": self._asked, "method": method, "params": parameters})
        answer = self._until(lambda message: message.get("id") == self._asked and "method" not in message)
        if "error" in answer:
            raise Failed(f"{method}: {answer['error']}")
        return answer["result"]

    def said(self, version: int) -> list[Any]:
        """Wait for the diagnostics of a version."""
        message = self._until(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"].get("version") == version
            )
        )
        found: list[Any] = message["params"]["diagnostics"]
        return found

    def _send(self, message: object) -> None:
        body = json.dumps(message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            try:
                message = self._received.get(timeout=_ANSWERS)
            except queue.Empty:
                raise Failed("the language server does not answer") from None
            if message is None:
                raise Failed(f"the language server ended with {self.process.wait()}")
            if wanted(message):
                return message

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        length = 0
        while line := stream.readline():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif line == b"\r\n":
                self._received.put(json.loads(stream.read(length)))
        self._received.put(None)

    # --- what it costs

    @property
    def cpu(self) -> float | None:
        """Seconds of CPU so far, None where the system does not say it finely enough."""
        try:
            tasks = list(Path(f"/proc/{self.process.pid}/task").iterdir())
            return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
        except (OSError, ValueError, IndexError):
            return None

    @property
    def memory(self) -> float:
        """Resident megabytes."""
        try:
            pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        except OSError as error:
            raise Failed("resident memory is known on Linux only") from error
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Typist:
    """One open document: edits in turn put a character into a description, and take it out again."""

    def __init__(self, server: Server, path: Path) -> None:
        self.server = server
        self.text = path.read_text("utf-8")
        self.uri = path.as_uri()
        self.version = 1
        self._places = [match.end() for match in _DESCRIPTION.finditer(self.text)]
        self._typed: int | None = None
        self._turn = 0
        document = {"uri": self.uri, "languageId": path.suffix[1:], "version": 1, "text": self.text}
        server.tell("textDocument/didOpen", {"textDocument": document})
        server.said(1)

    def position(self, offset: int) -> dict[str, int]:
        """A place as the protocol counts, UTF-16."""
        start = self.text.rfind("\n", 0, offset) + 1
        line = self.text.count("\n", 0, start)
        return {"line": line, "character": len(self.text[start:offset].encode("utf-16-le")) // 2}

    def edit(self) -> None:
        """One keystroke."""
        if self._typed is None:
            at = self._typed = self._places[self._turn * 37 % len(self._places)]
            self._turn += 1
            self._change(at, at, "x")
        else:
            self._change(self._typed, self._typed + 1, "")
            self._typed = None

    def _change(self, start: int, end: int, new: str) -> None:
        place = {"start": self.position(start), "end": self.position(end)}
        self.text = self.text[:start] + new + self.text[end:]
        self.version += 1
        self.server.tell(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self.uri, "version": self.version},
                "contentChanges": [{"range": place, "text": new}],
            },
        )

    def ask(self, method: str, number: int) -> None:
        """A question about one of the descriptions."""
        place = self.position(self._places[number * 31 % len(self._places)])
        self.server.ask(f"textDocument/{method}", {"textDocument": {"uri": self.uri}, "position": place})


class Times:
    """What calls took: wall and CPU seconds."""

    def __init__(self, server: Server, count: int, call: Callable[[int], object]) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []
        for number in range(count + 5):
            cpu, started = server.cpu, time.perf_counter()
            call(number)
            wall, after = time.perf_counter() - started, server.cpu
            if number >= 5:  # the first ones make what later ones keep
                self.wall.append(wall)
                if cpu is not None and after is not None:
                    self.cpu.append(after - cpu)

    def at(self, share: float, *, cpu: bool = False) -> float | None:
        """The time that such a share of the calls kept within."""
        taken = sorted(self.cpu if cpu else self.wall)
        return taken[min(int(share * len(taken)), len(taken) - 1)] if taken else None


def lsp(bench: Bench, results: list[Ratio], plots: list[Plot]) -> None:
    """Change to diagnostics, hover and completion; a thousand rapid edits."""
    del plots
    small = _made(bench, "editor-small", Order(1, SMALL))
    cases = [
        ("clean 51 KB of JSON", small, 1),
        ("clean 51 KB as YAML", _made(bench, "editor-yaml", Order(1, SMALL, "yaml")), 1),
        ("the published connector (57 KB)", _copied(bench, "chatgpt-published"), 1),
        _with_evidence(bench),
        ("clean 500 KB of JSON", _made(bench, "editor-large", Order(1, LARGE)), 10),
    ]
    for what, document, times in cases:
        server = Server(document.parents[1])
        try:
            typist = Typist(server, document)

            def edited(_number: int, server: Server = server, typist: Typist = typist) -> None:
                typist.edit()
                server.said(typist.version)

            _add(results, f"{what}: change → diagnostics", Times(server, EDITS, edited), CHANGE * times)
            for method in ("hover", "completion"):

                def asked(number: int, typist: Typist = typist, method: str = method) -> None:
                    typist.ask(method, number)

                _add(results, f"{what}: {method}", Times(server, QUESTIONS, asked), QUESTION * times)
        finally:
            server.close()
    _rapid(results, _copied(bench, "chatgpt-published"))


def _add(results: list[Ratio], what: str, times: Times, promised: float) -> None:
    for share in (0.5, 0.95):
        wall, cpu = times.at(share), times.at(share, cpu=True)
        assert wall is not None
        results.append(
            Ratio(
                f"{what}, p{share * 100:.0f}",
                f"{promised * 1000:.0f} ms promised" if share > 0.5 else "p95's promise",
                wall,
                promised,
                1.0 if share > 0.5 else None,
                work=None if cpu is None else cpu / promised,
            )
        )


def _rapid(results: list[Ratio], document: Path) -> None:
    """Edits as fast as they can be sent: the last diagnostics are right, and memory does not grow."""
    from connlint.run import Request, run

    server = Server(document.parents[1])
    try:
        typist = Typist(server, document)
        memory: list[float] = []
        done = 0
        for count in RAPID:
            for _ in range(count - done):
                typist.edit()
            done = count
            said = server.said(typist.version)
            time.sleep(_PAUSE)
            memory.append(server.memory)
        typist.edit()
        said = server.said(typist.version)
        outcome = run(
            Request((document,), document.parents[1], overlay={document: typist.text.encode()}, today="")
        )
        found = [
            (item.rule, item.place.source.position(item.place.span.start).line - 1)
            for item in outcome.report.all_findings
            if item.state == "active" and item.place.source.path.endswith(document.name)
        ]
        if sorted(found) != sorted((item["code"], item["range"]["start"]["line"]) for item in said):
            raise Failed("after 1,000 rapid edits the diagnostics are not those of a fresh check")
    finally:
        server.close()
    what = f"resident size after {RAPID[1]:,} rapid edits, MB (diagnostics equal a fresh check's)"
    results.append(Ratio(what, f"after {RAPID[0]}", memory[1], memory[0], 1.1, unit="MB"))


def _made(bench: Bench, name: str, order: Order) -> Path:
    """A connector out of the corpus: its resources document."""
    folder = bench.corpus(name, [order])
    return next(folder.glob("*/resources.*"))


def _copied(bench: Bench, name: str) -> Path:
    """One of the repository's own connectors: its resources document."""
    folder = bench.work / f"editor-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(bench.root / "specs" / name, folder / name)
    return folder / name / "resources.json"


def _with_evidence(bench: Bench) -> tuple[str, Path, int]:
    """The repaired connector with events and fixtures, and the vendor's contract where that is at hand."""
    document = _copied(bench, "chatgpt")
    contract = bench.root.parent / "shared" / "contracts" / "openai.openapi.json"
    if not contract.is_file():
        return "64 KB of JSON, 31 events, 94 fixtures", document, 1
    shutil.copy(contract, document.parent / "contract.json")
    return "64 KB of JSON, 31 events, 94 fixtures, a contract of 3.4 MB", document, 1
