"""Texts as editors and systems have them: units of columns, line ends, names, folders, hostile ones."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from tests.lsp.client import COMMAND, Editor, edits_of, environment, serving
from tests.lsp.conftest import Room
from tests.lsp.pets import RESOURCES, write

EVERYWHERE = types.Range(types.Position(0, 0), types.Position(10_000, 0))
ASTRAL = RESOURCES.replace(
    '            "name": "{{name}}",\n', '            "a😀é": "😀", "name": "{{nam}}",\n'
).replace("[cat, dog]", "[cat, 😀, dog, dog]")


async def story(editor: Editor, text: str) -> None:
    """Open, change, find, act, rename: each place is where the client's own count has it."""
    editor.open(text)
    found = {str(item.code): item for item in await editor.diagnostics()}
    assert editor.cut(found["undeclared-placeholder"].range) == "{{nam}}"
    assert editor.cut(found["duplicate-option"].range) == "dog"
    # edits in front of and behind characters of two units
    editor.change("😀, dog", "🐈😀🐈, dog")
    editor.change('"😀", ', '"🐈🐈", ')
    twice = next(item for item in await editor.diagnostics() if item.code == "duplicate-option")
    assert editor.cut(twice.range) == "dog"
    fixed = (await editor.actions(twice.range))["Remove this one"]
    editor.apply(edits_of(fixed.edit)[editor.uri])
    assert "[cat, 🐈😀🐈, dog]" in editor.text
    editor.change("{{nam}}", "{{name}}")
    edits = await editor.rename(editor.find("{{name}}", 4), "called")
    editor.apply(edits[editor.uri])
    assert '"🐈🐈", "name": "{{called}}"' in editor.text
    assert "duplicate-option" not in await editor.codes()
    hole = editor.text.index("{{called}}")
    assert set(await editor.complete(hole + 2)) == {"called", "kind"}
    assert "**called**" in await editor.hover(editor.position(hole + 3))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_columns_count_in_the_units_that_were_agreed(tmp_path: Path, encoding: str) -> None:
    async with serving(tmp_path, encoding=encoding) as client:
        await story(Editor(client, write(tmp_path / "pets") / "resources.yaml", encoding), ASTRAL)
        # line ends and a byte order mark
        folder = write(tmp_path / "crlf")
        windows = "\ufeff" + ASTRAL.replace("\n", "\r\n")
        editor = Editor(client, folder / "resources.yaml", encoding)
        await story(editor, windows)
        assert editor.text.count("\n") == editor.text.count("\r\n") == windows.count("\n")
        assert editor.text.startswith("\ufeff- handle")


async def test_each_root_has_its_configuration_and_roots_come_and_go(tmp_path: Path) -> None:
    first, second = write(tmp_path / "first" / "pets"), write(tmp_path / "second" / "pets")
    (second.parent / "connlint.toml").write_text('[rules]\nmissing-event = "off"\n')
    async with serving(first.parent, second.parent) as client:
        editors = [Editor(client, folder / "resources.yaml") for folder in (first, second)]
        for editor in editors:
            editor.open(RESOURCES.replace("{{limit}}", "{{limt}}"))
        assert sorted(await editors[0].codes()) == ["missing-event", "undeclared-placeholder"]
        assert await editors[1].codes() == ["undeclared-placeholder"]
        gone = types.WorkspaceFolder(second.parent.as_uri(), "second")
        for event in (
            types.WorkspaceFoldersChangeEvent(added=[], removed=[gone]),
            types.WorkspaceFoldersChangeEvent(added=[gone], removed=[]),
        ):
            client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
            editors[1].change("{{limt}}", "{{limit}}")
            assert await editors[1].codes() == []
            editors[1].change("{{limit}}", "{{limt}}")
            assert await editors[1].codes() == ["undeclared-placeholder"]
        assert sorted(await editors[0].codes()) == ["missing-event", "undeclared-placeholder"]


async def test_files_are_watched_where_the_editor_lets_itself_be_asked(tmp_path: Path) -> None:
    asked: asyncio.Queue[types.Registration] = asyncio.Queue()

    def watching(listed: list[types.Registration]) -> None:
        for item in listed:
            asked.put_nowait(item)

    async with serving(tmp_path, watching=watching):
        item = await asyncio.wait_for(asked.get(), 20)
    assert item.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    options = json.dumps(item.register_options, default=vars)
    assert all(ending in options for ending in ("json", "yaml", "yml", "md", "toml"))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.xdist_group("lsp-texts")
class TestOneServer:
    """What no editor should send, and names that need escapes: the server goes on."""

    @pytest.mark.parametrize("name", ["a b%25 off", "ü😀+#?"])
    async def test_names_with_blanks_and_marks(self, room: Room, name: str) -> None:
        editor = Editor(room.client, write(room.root / name) / "resources.yaml")
        editor.open(RESOURCES.replace("{{limit}}", "{{limt}}"))
        found = {str(item.code): item for item in await editor.diagnostics()}
        assert set(found) == {"missing-event", "undeclared-placeholder"}
        (related,) = found["undeclared-placeholder"].related_information or ()
        assert related.location.uri == editor.uri

    async def test_an_untitled_document_is_nobodys(self, room: Room) -> None:
        editor = Editor(room.client, room.root / "x.yaml")
        editor.uri = "untitled:Untitled-1"
        editor.open(RESOURCES)
        editor.change("pets", "cats")
        assert await editor.hover(types.Position(0, 5)) == ""
        assert await editor.complete(5) == {}
        assert await editor.actions(EVERYWHERE) == {}
        editor.close()

    async def test_what_was_never_opened_has_no_answer_and_no_error(self, room: Room) -> None:
        editor = Editor(room.client, room.root / "never.yaml")
        assert await editor.hover(types.Position(3, 3)) == ""
        assert await editor.complete(0) == {}
        editor._send([types.TextDocumentContentChangeWholeDocument("x")])
        editor.close()
        assert await editor.actions(EVERYWHERE) == {}

    async def test_places_outside_the_text_are_its_end(self, room: Room) -> None:
        editor = Editor(room.client, write(room.root / "outside") / "resources.yaml")
        editor.open(RESOURCES)
        for place in (
            types.Position(10_000, 0),
            types.Position(0, 10_000),
            types.Position(2**31 - 1, 2**31 - 1),
        ):
            await editor.hover(place)
            await room.client.text_document_completion_async(types.CompletionParams(editor.identifier, place))
        end = types.Range(types.Position(9_000, 9), types.Position(9_999, 9))
        editor.text += "# more\n"
        editor._send([types.TextDocumentContentChangePartial(end, "# more\n")])
        assert await editor.codes() == ["missing-event"]

    @pytest.mark.parametrize(
        "text",
        [
            '[{"handle": "x", "endpoint": "' + "a" * 5_000_000 + '"}]',
            '[{"handle": "x", "endpoint": ' + "[" * 100_000,
            '[{"handle": "\ud800", "endpoint": "\udc00 {{\ud83d}}"}]',
            '[{"handle": "x", "endpoint": "\\ud800"}]',
            '\0{"handle": "x", "service": 1}',
            '[{"handle": "x", "endpoint": {"value": "' + "{{x}}" * 2_000 + '"}}]',
        ],
        ids=["one long line", "deep", "halves", "escaped halves", "nul", "holes"],
    )
    async def test_hostile_texts(self, room: Room, text: str) -> None:
        folder = room.root / "hostile"
        folder.mkdir(exist_ok=True)
        file = folder / f"{len(text)}.json"
        file.write_text("")
        editor = Editor(room.client, file)
        editor.open(text)
        await editor.diagnostics()
        middle = types.Position(0, min(len(text), 60))
        await editor.hover(middle)
        await room.client.text_document_completion_async(types.CompletionParams(editor.identifier, middle))
        await editor.actions(types.Range(middle, middle))
        params = types.SemanticTokensParams(editor.identifier)
        await room.client.text_document_semantic_tokens_full_async(params)
        await room.client.text_document_document_symbol_async(types.DocumentSymbolParams(editor.identifier))
        editor.close()

    async def test_a_request_that_is_not_known_is_an_error_and_no_end(self, room: Room) -> None:
        request: Any = room.client.protocol.send_request_async
        with pytest.raises(JsonRpcException):
            await request("textDocument/noSuchThing", {})
        editor = Editor(room.client, write(room.root / "after") / "resources.yaml")
        editor.open(RESOURCES)
        assert await editor.codes() == ["missing-event"]


def session(messages: list[dict[str, Any]]) -> subprocess.CompletedProcess[bytes]:
    """What the server makes of some messages, one after the other, and of the end of its input."""
    sent = b""
    for message in messages:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        sent += b"Content-Length: %d\r\n\r\n" % len(body) + body
    return subprocess.run(
        COMMAND, input=sent, env=environment(), capture_output=True, timeout=60, check=False
    )


INITIALIZE = {
    "id": 1,
    "method": "initialize",
    "params": {"processId": os.getpid(), "rootUri": None, "capabilities": {}},
}
SHUTDOWN, EXIT = {"id": 2, "method": "shutdown"}, {"method": "exit"}


@pytest.mark.parametrize(("messages", "status"), [([INITIALIZE, SHUTDOWN, EXIT], 0), ([INITIALIZE, EXIT], 1)])
def test_the_exit_status_says_whether_it_was_told_to_shut_down(
    messages: list[dict[str, Any]], status: int
) -> None:
    run = session(messages)
    assert run.returncode == status
    assert b"Traceback" not in run.stderr


def test_rubbish_on_its_input_is_no_traceback() -> None:
    run = subprocess.run(
        COMMAND,
        input=b"Content-Length: 9\r\n\r\nnot jsonGET / HTTP/1.1\r\n\r\n",
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert b"Traceback" not in run.stderr
