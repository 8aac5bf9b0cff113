"""Definition, references, rename, outline, folding, colours."""

from __future__ import annotations

from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from tests.lsp.client import Editor
from tests.lsp.conftest import Room
from tests.lsp.pets import RESOURCES, page

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("lsp-navigation")]

SHARED = RESOURCES.replace(
    "endpoint: /pets\n",
    "endpoint:\n    value: /{{home}}/pets\n"
    "    placeholders:\n      - {name: home, type: String, required: true}\n",
).replace("value: /{{pet_id}}", "value: /{{pet_id}}/of/{{home}}")
"""An endpoint's placeholder is in the scope of an operation's path."""


async def places(editor: Editor, text: str) -> list[str]:
    """The references to what stands at a text, as the text of their places and their lines."""
    found = await editor.client.text_document_references_async(
        types.ReferenceParams(types.ReferenceContext(True), editor.identifier, editor.find(text, 3))
    )
    return [f"{editor.cut(item.range)} {item.range.start.line}" for item in found or ()]


async def test_a_placeholder_is_found_from_its_uses_across_scopes(room: Room) -> None:
    editor = room.opened(room.pets("references", resources=SHARED) / "resources.yaml")
    assert await places(editor, "{{home}}") == ["home 4", "{{home}} 2", "{{home}} 16"]
    found = await editor.client.text_document_definition_async(
        types.DefinitionParams(editor.identifier, editor.find("of/{{home}}", 5))
    )
    assert isinstance(found, types.Location)
    assert (editor.cut(found.range), found.range.start.line) == ("home", 4)


async def test_rename_reaches_template_declaration_and_scope(room: Room) -> None:
    editor = room.opened(room.pets("rename", resources=SHARED) / "resources.yaml")
    before = await editor.codes()
    at = editor.find("of/{{home}}", 6)
    prepared = await editor.client.text_document_prepare_rename_async(
        types.PrepareRenameParams(editor.identifier, at)
    )
    assert isinstance(prepared, types.PrepareRenamePlaceholder)
    assert (prepared.placeholder, editor.cut(prepared.range)) == ("home", "home")
    edits = await editor.rename(at, "house")
    editor.apply(edits[editor.uri])
    assert "home" not in editor.text
    assert editor.text.count("{{house}}") == 2
    assert "{name: house, type" in editor.text
    assert await editor.codes() == before


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("1st", "`1st` is no name: letters, digits and `_`, a letter or `_` first"),
        ("", "is no name"),
        ("pet id", "is no name"),
        ("x}}", "is no name"),
        ("kind", "`kind` is taken at `pets.create.body`"),
    ],
)
async def test_a_name_that_cannot_be_is_refused_with_a_word(room: Room, name: str, said: str) -> None:
    editor = room.opened(room.pets("refused") / "resources.yaml")
    with pytest.raises(JsonRpcException, match=said.replace("{", "\\{")):
        await editor.rename(editor.find("{{name}}", 3), name)


async def test_what_is_no_placeholder_is_not_renamed(room: Room) -> None:
    editor = room.opened(room.pets("none") / "resources.yaml")
    prepared = await editor.client.text_document_prepare_rename_async(
        types.PrepareRenameParams(editor.identifier, editor.find("handle", 2))
    )
    assert prepared is None
    with pytest.raises(JsonRpcException, match="there is no placeholder here"):
        await editor.rename(editor.find("handle", 2), "x")


async def test_a_rename_in_a_page_reaches_the_other_fence(room: Room) -> None:
    file = room.root / "renamed.md"
    file.write_text(page().replace("/{{pet_id}}", "/{{apiKey}}/{{pet_id}}"))
    editor = room.opened(file)
    edits = await editor.rename(editor.find("Bearer {{apiKey}}", 10), "token")
    assert len(edits[editor.uri]) == 2, "a path is not in the scope of the credentials"


def walk(listed: list[Any]) -> dict[str, types.DocumentSymbol]:
    return {item.name: item for each in listed for item in (each, *walk(each.children or []).values())}


async def test_the_outline_is_by_address(room: Room) -> None:
    editor = room.opened(room.pets("outline") / "resources.yaml")
    params = types.DocumentSymbolParams(editor.identifier)
    found = walk(list(await editor.client.text_document_document_symbol_async(params) or ()))
    assert {
        "pets",
        "pets.list.query[limit]{limit}",
        "pets.create.body",
        "pets.fields[chip]",
        "pets.webhooks[pet.created].id",
    } <= found.keys()
    assert found["pets.read"].detail == "GET /pets/{{pet_id}}"
    assert editor.cut(found["pets"].selection_range) == "pets"
    for symbol in found.values():
        outer, inner = symbol.range, symbol.selection_range
        assert (outer.start.line, outer.start.character) <= (inner.start.line, inner.start.character)
        assert (inner.end.line, inner.end.character) <= (outer.end.line, outer.end.character)


async def test_resources_and_their_parts_fold_at_their_keys(room: Room) -> None:
    editor = room.opened(room.pets("folding") / "resources.yaml")
    params = types.FoldingRangeParams(editor.identifier)
    found = await editor.client.text_document_folding_range_async(params) or ()
    lines = editor.text.split("\n")
    folds = {lines[item.start_line].strip(): lines[item.end_line].strip() for item in found}
    assert len({item.start_line for item in found}) == len(found), "one fold a line"
    assert folds["- handle: pets"] == "- {name: id, type: String, selector: [data, id]}"
    assert folds["fields:"] == "- {name: chip, type: String, selector: [tag, chip]}"
    assert folds["read:"] == "- {name: pet_id, type: String, required: true}"


async def test_holes_and_declared_names_have_a_colour(room: Room) -> None:
    editor = room.opened(room.pets("colours") / "resources.yaml")
    editor.change("endpoint: /pets", "endpoint: /pets  # \N{PAW PRINTS}")
    found = await editor.client.text_document_semantic_tokens_full_async(
        types.SemanticTokensParams(editor.identifier)
    )
    assert found is not None
    line = start = 0
    seen = []
    for index in range(0, len(found.data), 5):
        down, along, length, kind, _ = found.data[index : index + 5]
        line, start = line + down, along if down else start + along
        place = types.Range(types.Position(line, start), types.Position(line, start + length))
        seen.append((editor.cut(place), kind))
    assert seen == [
        ("{{limit}}", 0),
        ("limit", 1),
        ("{{pet_id}}", 0),
        ("pet_id", 1),
        ("{{name}}", 0),
        ("{{kind}}", 0),
        ("name", 1),
        ("kind", 1),
    ]
