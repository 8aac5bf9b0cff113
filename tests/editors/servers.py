"""The editors' own JSON and YAML servers with our schemas: `make editors`, which asks npm for the servers.

Each is driven over standard input and output as an editor does it, on a connector with mistakes: what the
schema says must arrive as diagnostic, hover and completion. Prints what each answers; exits 1 where one of
the answers is not there.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".bench" / "editors"
PACKAGES = {"yaml-language-server": "2.0.0", "vscode-langservers-extracted": "4.10.0"}
_BIN = HOME / "node_modules" / ".bin"

SERVICE = """\
# yaml-language-server: $schema={schemas}/service.schema.json
handle: shop
service:
  baseURL: https://shop.test
  protcol: https
  auth:
    method: api_token
"""
RESOURCES = """\
[
  {
    "handle": "orders",
    "endpoint": "/orders",
    "operations": {
      "list": { "method": "FETCH" }
    },
    "webhooks": [ { "event": "order.paid" } ]
  }
]
"""
YAML_RESOURCES = """\
# yaml-language-server: $schema={schemas}/resources.schema.json
- handle: orders
  endpoint: /orders
  operations:
    list:
      method: DELETE
      path: 7
    drop:
      method: GET
      bodyTemplate:
        value: x
        placeholders:
          - name: x
            type:{blank}
"""
JSON_SERVICE = """\
{
  "$schema": "{schemas}/service.schema.json",
  "handle": "shop",
  "service": {
    "baseURL": "https://shop.test",
    "auth": { "method": "api_token" },
    "contentType": "nothing",
    "headers": {}
  }
}
"""


class Case(NamedTuple):
    """A text in an editor, and what its server must answer: a diagnostic, words on hovering over `hover`,
    and a completion in place of (or behind) `complete`."""

    server: str
    language: str
    file: str
    text: str
    diagnostic: str
    hover: tuple[str, str]
    complete: tuple[str, str]
    documented: bool = True
    """Whether the completion has words of its own: keys and enumerations do, examples of values do not."""


CASES = (
    Case(
        "yaml-language-server",
        "yaml",
        "service.yaml",
        SERVICE,
        "protcol",
        ("baseURL", "The address that every path is appended to"),
        ("  protcol", "contentType"),
    ),
    Case(
        "vscode-json-language-server",
        "json",
        "resources.json",
        RESOURCES,
        "Value is not accepted",
        ('"endpoint"', "The path below the base URL"),
        ('"method": ', '"GET"'),
    ),
    Case(
        "yaml-language-server",
        "yaml",
        "resources.yaml",
        YAML_RESOURCES,
        "Incorrect type",
        ("DELETE", "Removes."),
        ("            type: ", "UnsignedInteger"),
        documented=False,
    ),
    Case(
        "vscode-json-language-server",
        "json",
        "service.json",
        JSON_SERVICE,
        "must be a media type",
        ('"auth"', "How a request proves who sends it"),
        ('"contentType": ', '"application/json"'),
        documented=False,
    ),
)


class Server:
    """A language server and the messages between it and us."""

    def __init__(self, program: str, root: Path, schemas: list[dict[str, Any]]) -> None:
        self._process = subprocess.Popen(
            [_BIN / program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
        )
        self._schemas = schemas
        self._count = 0
        self.diagnostics: dict[str, list[Any]] = {}
        self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": root.as_uri(),
                "workspaceFolders": [{"uri": root.as_uri(), "name": "x"}],
                "initializationOptions": {"provideFormatter": False, "handledSchemaProtocols": ["file"]},
                "capabilities": {
                    "workspace": {"configuration": True},
                    "textDocument": {
                        "hover": {"contentFormat": ["markdown"]},
                        "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
                        "publishDiagnostics": {},
                    },
                },
            },
        )
        self.tell("initialized", {})
        settings = {"json": {"schemas": schemas, "validate": {"enable": True}}, "yaml": self._yaml()}
        self.tell("workspace/didChangeConfiguration", {"settings": settings})

    def _yaml(self) -> dict[str, Any]:
        return {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}

    def tell(self, method: str, params: object) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: object) -> Any:
        self._count += 1
        self._send({"jsonrpc": "2.0", "id": self._count, "method": method, "params": params})
        for message in self._messages():
            if message.get("id") == self._count and "method" not in message:
                assert "error" not in message, message
                return message["result"]
        raise SystemExit(f"{method}: the server went away")

    def wait_for(self, uri: str) -> list[Any]:
        """The document's diagnostics, once there are some."""
        if not self.diagnostics.get(uri):
            for _ in self._messages():
                if self.diagnostics.get(uri):
                    break
        return self.diagnostics[uri]

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _send(self, message: object) -> None:
        data = json.dumps(message).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self._process.stdin.flush()

    def _messages(self) -> Iterator[dict[str, Any]]:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.partition(b":")[2])
            while stream.readline().strip():
                pass
            message = json.loads(stream.read(length))
            self._answer(message)
            yield message

    def _answer(self, message: dict[str, Any]) -> None:
        """What a server asks of an editor, or tells it."""
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            result: object = None
            if message["method"] == "workspace/configuration":
                sections = {"yaml": self._yaml(), "json": {"schemas": self._schemas}}
                result = [sections.get(item.get("section")) for item in message["params"]["items"]]
            self._send({"jsonrpc": "2.0", "id": message["id"], "result": result})


def install() -> None:
    """The servers, below `.bench/`, unless they are there."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("make editors needs npm")
    held = HOME / "packages.json"
    if held.exists() and json.loads(held.read_text()) == PACKAGES:
        return
    HOME.mkdir(parents=True, exist_ok=True)
    wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
    subprocess.run(
        [npm, "install", "--prefix", HOME, "--no-audit", "--no-fund", "--silent", *wanted], check=True
    )
    held.write_text(json.dumps(PACKAGES))


def place(text: str, word: str, *, behind: bool = False) -> dict[str, int]:
    """Where a word stands, as the protocol counts."""
    at = text.index(word) + (len(word) if behind else 1)
    before = text[:at]
    return {"line": before.count("\n"), "character": at - before.rfind("\n") - 1}


def drive(case: Case, root: Path) -> bool:
    """Whether a server answers what the schema says."""
    schemas = (ROOT / "schemas").as_uri()
    associations = [{"fileMatch": [f"/{case.file}"], "url": f"{schemas}/{Path(case.file).stem}.schema.json"}]
    server = Server(case.server, root, associations)
    try:
        text = case.text.replace("{schemas}", schemas).replace("{blank}", " ")
        uri = (root / case.file).as_uri()
        opened = {"uri": uri, "languageId": case.language, "version": 1, "text": text}
        server.tell("textDocument/didOpen", {"textDocument": opened})
        found = [item["message"] for item in server.wait_for(uri)]
        document = {"textDocument": {"uri": uri}}
        hovered = server.ask("textDocument/hover", document | {"position": place(text, case.hover[0])})
        at = place(text, case.complete[0], behind=True)
        answer = server.ask("textDocument/completion", document | {"position": at})
    finally:
        server.close()
    items = answer["items"] if isinstance(answer, dict) else answer
    labels = [item["label"] for item in items]
    words = json.dumps((hovered or {}).get("contents", ""), ensure_ascii=False)
    print(f"{case.server} on {case.file}")
    print(f"  diagnostics  {found}\n  hover        {words}\n  completion   {labels}")
    meant = [item for item in items if item["label"] == case.complete[1]]
    offered = any(item.get("documentation") or not case.documented for item in meant)
    fine = any(case.diagnostic in message for message in found) and case.hover[1] in words and offered
    print(f"  {'as the schema says' if fine else 'NOT as the schema says'}")
    return fine


def main() -> int:
    install()
    with tempfile.TemporaryDirectory() as folder:
        answers = [drive(case, Path(folder)) for case in CASES]
    return 0 if all(answers) else 1


if __name__ == "__main__":
    sys.exit(main())
