"""The server in this process, spoken to in its own protocol: for what has to be asked thousands of times."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from lsprotocol import types
from lsprotocol.converters import get_converter
from tests.lsp.client import capabilities

from connlint.lsp.server import create

_CONVERTER = get_converter()


class Inside:
    """A client whose server runs on the client's own loop, and checks when it is asked or `settled`.

    It stands for `LanguageClient` under an `Editor`.
    """

    def __init__(self, *roots: Path, encoding: str, today: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.server = create(lambda: today, debounce=3600)
        self.server.protocol.set_writer(self, include_headers=False)
        self.published: dict[str, tuple[int | None, list[types.Diagnostic]]] = {}
        self.answers: dict[int, dict[str, Any]] = {}
        self._asked = 0
        self.ask(
            types.INITIALIZE,
            types.InitializeParams(
                capabilities=capabilities(encoding, snippets=True),
                workspace_folders=[types.WorkspaceFolder(root.as_uri(), root.name) for root in roots],
            ),
        )
        self.tell(types.INITIALIZED, types.InitializedParams())

    def close(self) -> None:
        """End the server and its loop."""
        self.server.shutdown()  # type: ignore[no-untyped-call]  # pygls has no type
        self.loop.close()

    def write(self, data: bytes) -> None:
        """What the server sends."""
        message = json.loads(data)
        if message.get("method") == types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS:
            said = _CONVERTER.structure(message["params"], types.PublishDiagnosticsParams)
            self.published[said.uri] = (said.version, list(said.diagnostics))
        elif "id" in message and "method" not in message:
            self.answers[message["id"]] = message
        else:
            assert message.get("method") != types.WINDOW_SHOW_MESSAGE, message

    # --- messages

    def tell(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"jsonrpc": "2.0", "method": method, "params": _CONVERTER.unstructure(params)})

    def ask(self, method: str, params: object) -> Any:
        """Send a request, and give its result; an error is a failure of the test."""
        self._asked += 1
        self._send(
            {
                "jsonrpc": "2.0",
                "id": self._asked,
                "method": method,
                "params": _CONVERTER.unstructure(params),
            }
        )
        answer = self.answers.pop(self._asked)
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def _send(self, message: dict[str, Any]) -> None:
        # through text, as on a stream
        read = json.loads(json.dumps(message))

        async def handled() -> None:
            self.server.protocol.handle_message(self.server.protocol.structure_message(read))

        self.loop.run_until_complete(handled())

    def settled(self) -> None:
        """As if nothing had changed for a while: what is pending is checked."""

        async def checked() -> None:
            while self.server._pending:
                self.server.check_now(next(iter(self.server._pending)))

        self.loop.run_until_complete(checked())

    # --- what an Editor asks of its client

    def text_document_did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        self.tell(types.TEXT_DOCUMENT_DID_OPEN, params)

    def text_document_did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        self.tell(types.TEXT_DOCUMENT_DID_CHANGE, params)

    def text_document_did_save(self, params: types.DidSaveTextDocumentParams) -> None:
        self.tell(types.TEXT_DOCUMENT_DID_SAVE, params)

    def text_document_did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self.tell(types.TEXT_DOCUMENT_DID_CLOSE, params)
