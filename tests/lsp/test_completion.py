"""What an editor offers at the cursor: it is what may stand there, and the text parses with it."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from lsprotocol import types
from tests.lsp.client import Editor
from tests.lsp.conftest import Room
from tests.lsp.pets import RESOURCES, page
from tests.lsp.test_story import check

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("lsp-completion")]


def applied(editor: Editor, item: types.CompletionItem) -> str:
    """The text with a completion in it, as an editor that adjusts indentation writes it."""
    text, edit = editor.text, item.text_edit
    assert isinstance(edit, types.TextEdit)
    start, end = editor.offset(edit.range.start), editor.offset(edit.range.end)
    line = text[text.rfind("\n", 0, start) + 1 : start]
    new = edit.new_text.replace("\n", "\n" + line[: len(line) - len(line.lstrip(" "))])
    edits = [(start, end, new)]
    edits += [
        (editor.offset(more.range.start), editor.offset(more.range.end), more.new_text)
        for more in item.additional_text_edits or ()
    ]
    for first, last, written in sorted(edits, reverse=True):
        text = text[:first] + written + text[last:]
    return text


async def typed(editor: Editor, behind: str, text: str, rest: str = "") -> dict[str, types.CompletionItem]:
    """What is offered after some text was typed behind another (`rest` stands after the cursor)."""
    at = editor.text.index(behind) + len(behind)
    editor.replace(at, at, text + rest)
    return await editor.complete(at + len(text))


async def test_keys_and_values_come_from_the_schemas(room: Room) -> None:
    editor = room.opened(room.pets("schemas") / "resources.yaml")
    keys = await typed(editor, "    read:\n", "      ", "\n")
    assert {"queryParams", "headers", "bodyTemplate", "description"} <= keys.keys()
    assert not {"method", "path"} & keys.keys(), "they are there"
    assert (await typed(editor, "limit, ", "required: ", ", ")).keys() >= {"true", "false"}
    types_ = await typed(editor, "{name: chip, ", "type: ", ", ")
    assert [item.label for item in sorted(types_.values(), key=lambda item: item.sort_text or "")][:4] == [
        "String",
        "Integer",
        "Boolean",
        "Object",
    ]


async def test_evidence_has_its_own_keys(room: Room) -> None:
    folder = room.pets("evidence")
    events = room.opened(folder / "events.yaml")
    assert {"shape", "deprecated", "replaced-by"} <= (await typed(events, "pet.sold:\n", "    ", "\n")).keys()
    fixture = room.opened(folder / "fixtures" / "read.yaml")
    assert {"headers", "text", "stream"} <= (await typed(fixture, "status: 200\n", "  ", "\n")).keys()
    assert {"pets.list", "pets.read", "pets.create"} == (
        await fixture.complete(fixture.text.index("pets.read"))
    ).keys()


@pytest.mark.parametrize("rest", ["}}", ""])
async def test_names_in_a_hole_are_those_in_scope(room: Room, rest: str) -> None:
    editor = room.opened(room.pets("names") / "resources.yaml")
    found = await typed(editor, "value: /{{pet_id}}", "/{{", rest)
    assert {label: item.detail for label, item in found.items()} == {"pet_id": "String"}
    body = await typed(editor, '"name": "{{name}}', "{{na", rest)
    assert body.keys() == {"name", "kind"}


SEGMENTS = {"id": "String", "name": "String", "age": "Integer", "tag": "Object"}


@pytest.mark.parametrize(
    ("text", "rest", "expected"),
    [
        ("    - name: x\n      selector: [", "]\n", SEGMENTS),
        ("    - name: x\n      selector: [", "\n", SEGMENTS),
        ("    - {name: x, selector: [tag, ", "\n", {"chip": "String"}),
        ("    - name: x\n      selector:\n        - ", "\n", SEGMENTS),
        ("    - name: x\n      selector:\n        - tag\n        - ", "\n", {"chip": "String"}),
    ],
)
async def test_segments_come_from_samples_and_contract(
    room: Room, text: str, rest: str, expected: dict[str, str]
) -> None:
    editor = room.opened(room.pets("segments") / "resources.yaml")
    found = await typed(editor, "  fields:\n", text, rest)
    assert {label: item.detail for label, item in found.items()} == expected


async def test_segments_of_a_payload_are_those_of_the_event_that_is_written(room: Room) -> None:
    editor = room.opened(room.pets("payload") / "resources.yaml")
    written = "    - event: pet.sold\n      payload:\n        - {name: x, selector: [data, "
    found = await typed(editor, "  webhooks:\n", written, "\n")
    assert {label: item.detail for label, item in found.items()} == {"id": "String", "price": "Float"}


async def test_an_event_brings_a_whole_webhook_that_is_clean(room: Room) -> None:
    folder = room.pets("webhook")
    editor = room.opened(folder / "resources.yaml")
    assert await editor.codes() == ["missing-event"]
    assert (await typed(editor, "  webhooks:\n", "    - event: ", "\n")).keys() == {"pet.sold"}
    editor.change("    - event: \n", "    - \n")
    found = await editor.complete(editor.text.index("    - \n") + 6)
    item = found["webhook pet.sold"]
    assert item.documentation == types.MarkupContent(types.MarkupKind.Markdown, "A pet was sold.")
    editor.replace(0, len(editor.text), applied(editor, item))
    hook = yaml.safe_load(editor.text)[0]["webhooks"][0]
    assert hook["event"] == "pet.sold"
    assert {tuple(field["selector"]) for field in hook["payload"]} >= {("data", "id"), ("data", "price")}
    assert await editor.codes() == []
    editor.save()
    assert check(folder) == []


async def test_the_contract_offers_paths_methods_and_parameters(room: Room) -> None:
    editor = room.opened(room.pets("paths") / "resources.yaml")
    assert (await typed(editor, "  endpoint: ", "")).keys() >= {"/pets"}
    operation = "    delete:\n      method: "
    methods = await typed(editor, "  operations:\n", operation, "DELETE\n      path:\n        \n")
    assert methods.keys() >= {"DELETE"}
    editor.change("        \n", "        value: \n")
    found = await editor.complete(editor.text.index("value: \n") + 7)
    editor.replace(0, len(editor.text), applied(editor, found["/{{id}}"]))
    made = yaml.safe_load(editor.text)[0]["operations"]["delete"]
    assert made["path"]["placeholders"] == [{"name": "id", "type": "String", "required": True}]
    assert set(await editor.codes()) == {"missing-event", "deprecated-operation"}
    query = await typed(editor, "      queryParams:\n", "        ", "\n")
    editor.replace(0, len(editor.text), applied(editor, query["kind"]))
    kind = yaml.safe_load(editor.text)[0]["operations"]["list"]["queryParams"]["kind"]
    assert kind["placeholders"][0]["options"] == ["cat", "dog"]


async def test_the_contract_offers_keys_of_a_body_with_their_placeholders(room: Room) -> None:
    folder = room.pets("body")
    editor = room.opened(folder / "resources.yaml")
    found = await typed(editor, '"{{kind}}"', ',\n            "')
    assert found.keys() == {"age"}
    editor.replace(0, len(editor.text), applied(editor, found["age"]))
    assert '"age": {{age}}' in editor.text
    assert await editor.codes() == ["missing-event"]
    whole = room.opened(
        folder / "resources.yaml",
        re.sub(r"bodyTemplate:.*?fields", "bodyTemplate: \n  fields", RESOURCES, flags=re.DOTALL),
    )
    items = await whole.complete(whole.text.index("bodyTemplate: ") + len("bodyTemplate: "))
    whole.replace(0, len(whole.text), applied(whole, items["body of the contract"]))
    assert await whole.codes() == ["missing-event"]
    options = await typed(whole, "options: [cat", ", ")
    assert options.keys() == {"dog"} or not options, options


async def test_an_empty_file_begins_with_a_document(room: Room) -> None:
    for name, first in (("service.json", "service document"), ("resources.json", "resources document")):
        file = room.root / "empty" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("")
        editor = room.opened(file)
        found = await editor.complete(0)
        assert min(found.values(), key=lambda item: item.sort_text or "").label == first
        json.loads(applied(editor, found[first]))


@pytest.mark.parametrize("syntax", ["yaml", "json", "md"])
async def test_what_is_chosen_leaves_the_text_whole(room: Room, syntax: str) -> None:
    """At places all over a connector, inside keys and before neighbours too."""
    folder = room.pets(f"whole-{syntax}")
    file = folder / "resources.yaml"
    text = RESOURCES
    if syntax == "json":
        file.unlink()
        file = folder / "resources.json"
        text = json.dumps(yaml.safe_load(RESOURCES), indent=2)
    elif syntax == "md":
        file = room.root / "whole.md"
        text = page()
    editor = room.opened(file, text)
    start = text.index("operations") + {"yaml": 0, "json": 4, "md": 2}[syntax]

    def value(written: str) -> object:
        if syntax == "json":
            return json.loads(written)
        fences = re.findall(r"```yaml\n(.*?)```", written, re.DOTALL) if syntax == "md" else [written]
        return [yaml.safe_load(fence) for fence in fences]

    tried = 0
    for at in range(start, len(text), 61 if syntax == "json" else 43):
        for label, item in (await editor.complete(at)).items():
            tried += 1
            try:
                value(applied(editor, item))
            except ValueError as error:
                pytest.fail(f"{label} at {text[at - 20 : at]!r}|{text[at : at + 20]!r}: {error}")
    assert tried > 30
