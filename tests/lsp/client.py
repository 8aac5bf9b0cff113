"""A client that keeps its own text, as an editor does, and drives `connlint lsp` over its streams."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import LanguageClient, make_test_lsp_client

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from connlint.cli import main; main()", "lsp"]

_CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def environment() -> dict[str, str]:
    """The server's: it sees this checkout."""
    return {**os.environ, "PYTHONPATH": str(ROOT / "lint"), "PYTHONUTF8": "1"}


@asynccontextmanager
async def serving(
    *roots: Path,
    encoding: str = "utf-16",
    snippets: bool = False,
    watching: Callable[[list[types.Registration]], None] | None = None,
) -> AsyncIterator[LanguageClient]:
    """A client with a server of its own, initialized for some workspace folders."""
    client = make_test_lsp_client()
    versions: dict[str, int] = {}
    client.versions = versions  # type: ignore[attr-defined]  # an attribute of our own

    # the client's own handler keeps no version
    def published(params: types.PublishDiagnosticsParams) -> None:
        client.diagnostics[params.uri] = list(params.diagnostics)
        if params.version is not None:
            versions[params.uri] = params.version

    client.protocol.fm.features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = published
    if watching is not None:

        def registered(params: types.RegistrationParams) -> None:
            watching(list(params.registrations))

        client.feature(types.CLIENT_REGISTER_CAPABILITY)(registered)

    await client.start_io(*COMMAND, env=environment())
    try:
        await client.initialize_session(
            types.InitializeParams(
                capabilities=capabilities(encoding, snippets=snippets, watches=watching is not None),
                workspace_folders=[types.WorkspaceFolder(root.as_uri(), root.name) for root in roots],
            )
        )
        yield client
    finally:
        # a failed test must not wait for a server that was never told to end
        await asyncio.wait_for(client.shutdown_session(), 20)
        await client.stop()  # type: ignore[no-untyped-call]  # the library's own gap


def capabilities(encoding: str, *, snippets: bool, watches: bool = False) -> types.ClientCapabilities:
    """What the client can do."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding)]),
        workspace=types.WorkspaceClientCapabilities(
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
            workspace_folders=True,
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(watches),
        ),
        text_document=types.TextDocumentClientCapabilities(
            completion=types.CompletionClientCapabilities(
                completion_item=types.ClientCompletionItemOptions(
                    snippet_support=snippets,
                    documentation_format=[types.MarkupKind.Markdown],
                    insert_text_mode_support=types.ClientCompletionItemInsertTextModeOptions(
                        [types.InsertTextMode.AdjustIndentation]
                    ),
                )
            ),
            hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
        ),
    )


class Editor:
    """One document of an editor: its text, its version, and the requests that are made about it.

    Positions are counted anew here, on purpose not with the program's own code.
    """

    def __init__(self, client: LanguageClient, path: Path, encoding: str = "utf-16") -> None:
        self.client = client
        self.path = path
        self.uri = path.as_uri()
        self.text = ""
        self.version = 0
        self._codec, self._size = _CODECS[encoding]

    @property
    def identifier(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri)

    def _starts(self) -> list[int]:
        """Where lines start: behind LF, CRLF and CR."""
        text, found = self.text, [0]
        for index, char in enumerate(text):
            if char == "\n" or (char == "\r" and text[index + 1 : index + 2] != "\n"):
                found.append(index + 1)
        return found

    def position(self, offset: int) -> types.Position:
        """A place as the protocol counts."""
        starts = [start for start in self._starts() if start <= offset]
        before = self.text[starts[-1] : offset]
        return types.Position(len(starts) - 1, len(before.encode(self._codec, "surrogatepass")) // self._size)

    def offset(self, position: types.Position) -> int:
        """The offset of a place."""
        starts = self._starts()
        if position.line >= len(starts):
            return len(self.text)
        end = starts[position.line + 1] if position.line + 1 < len(starts) else len(self.text)
        line = self.text[starts[position.line] : end]
        taken = line.encode(self._codec, "surrogatepass")[: position.character * self._size]
        return starts[position.line] + len(taken.decode(self._codec, "ignore"))

    def find(self, text: str, extra: int = 0) -> types.Position:
        """The place of some text, `extra` characters on."""
        return self.position(self.text.index(text) + extra)

    def cut(self, at: types.Range) -> str:
        """The text of a range."""
        return self.text[self.offset(at.start) : self.offset(at.end)]

    # --- what an author does

    def open(self, text: str) -> None:
        self.text = text
        self.version = 1
        language = {".json": "json", ".md": "markdown"}.get(self.path.suffix, "yaml")
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(self.uri, language, self.version, text))
        )

    def replace(self, start: int, end: int, text: str) -> None:
        """Type over some characters."""
        place = types.Range(self.position(start), self.position(end))
        self.text = self.text[:start] + text + self.text[end:]
        self._send([types.TextDocumentContentChangePartial(place, text)])

    def change(self, old: str, new: str) -> None:
        """Type over the first occurrence of a text."""
        start = self.text.index(old)
        self.replace(start, start + len(old), new)

    def _send(self, changes: list[Any]) -> None:
        """Send changes as they are, whatever they say."""
        self.version += 1
        identifier = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, changes))

    def apply(self, edits: Sequence[types.TextEdit]) -> None:
        """Make the server's edits, all on one text, from its end to its front, each as a change."""
        spans = sorted(
            ((self.offset(each.range.start), self.offset(each.range.end), each.new_text) for each in edits),
            reverse=True,
        )
        for start, end, new in spans:
            self.replace(start, end, new)

    def save(self) -> None:
        self.path.write_bytes(self.text.encode())
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(self.identifier))

    def close(self) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.identifier))

    # --- what the server says

    async def diagnostics(self) -> list[types.Diagnostic]:
        """What the server says of the text as it is now."""
        async with asyncio.timeout(20):
            while self.client.versions.get(self.uri) != self.version:  # type: ignore[attr-defined]  # an attribute of our own
                await self.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        return list(self.client.diagnostics[self.uri])

    async def codes(self) -> list[str]:
        """The rules that the server's diagnostics name."""
        return [str(item.code) for item in await self.diagnostics()]

    async def until(self, *codes: str) -> list[types.Diagnostic]:
        """What the server says once it names these rules and no others: something beside the text changed."""
        async with asyncio.timeout(20):
            while sorted(str(item.code) for item in self.client.diagnostics.get(self.uri, ())) != sorted(
                codes
            ):
                await self.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        return list(self.client.diagnostics[self.uri])

    async def complete(self, offset: int) -> dict[str, types.CompletionItem]:
        found = await self.client.text_document_completion_async(
            types.CompletionParams(self.identifier, self.position(offset))
        )
        assert isinstance(found, types.CompletionList)
        return {item.label: item for item in found.items}

    async def choose(self, label: str, offset: int) -> None:
        """Take one of the completions at a place."""
        items = await self.complete(offset)
        assert label in items, sorted(items)
        edit = items[label].text_edit
        assert isinstance(edit, types.TextEdit)
        self.apply([edit, *(items[label].additional_text_edits or ())])

    async def hover(self, position: types.Position) -> str:
        found = await self.client.text_document_hover_async(types.HoverParams(self.identifier, position))
        if found is None:
            return ""
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def actions(self, at: types.Range, only: str | None = None) -> dict[str, types.CodeAction]:
        context = types.CodeActionContext([], [only] if only else None)
        found = await self.client.text_document_code_action_async(
            types.CodeActionParams(self.identifier, at, context)
        )
        return {item.title: item for item in found or () if isinstance(item, types.CodeAction)}

    async def rename(self, position: types.Position, name: str) -> dict[str, list[types.TextEdit]]:
        found = await self.client.text_document_rename_async(
            types.RenameParams(self.identifier, position, name)
        )
        return edits_of(found)


def edits_of(edit: types.WorkspaceEdit | None) -> dict[str, list[types.TextEdit]]:
    """The text edits of a workspace edit, by URI."""
    assert edit is not None
    return {
        change.text_document.uri: [item for item in change.edits if isinstance(item, types.TextEdit)]
        for change in edit.document_changes or ()
        if isinstance(change, types.TextDocumentEdit)
    }
