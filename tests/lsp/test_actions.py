"""What an editor offers to do about a finding, and what comes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from lsprotocol import types
from tests.golden import CASES, FIXED, TODAY, Case, copy_inputs, findings_in
from tests.lsp.client import Editor, edits_of
from tests.lsp.conftest import Room
from tests.lsp.pets import RESOURCES

from connlint.fixer import fix
from connlint.run import Request

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("lsp-actions")]

SAMPLE = [
    "delivery_id/fires-two-levels-down",
    "duplicate_option/fires-twice",
    "malformed_hole/fires-in-a-page",
    "malformed_url/fires-in-json-escaped",
    "schema_violation/fires-misspelt-keys",
    "trigger_drift/fires-misspelt",
    "unreachable_selector/fires-in-a-page",
    "wrong_body_type/fires-in-quotes",
]
OWN = ("Declare the", "Remove the unused", "Ignore ", "Fix all")
"""How titles begin that are no rule's fix."""


async def fixes(editor: Editor) -> list[types.CodeAction]:
    """The rules' fixes for what is found in a document, the first finding's first."""
    found = []
    for item in await editor.diagnostics():
        offered = await editor.actions(item.range, "quickfix")
        found += [action for title, action in offered.items() if not title.startswith(OWN)]
    return found


def opened(room: Room, folder: Path) -> dict[str, Editor]:
    """Editors of all documents of a folder, by their URIs."""
    files = [file for file in sorted(folder.rglob("*")) if file.suffix in (".json", ".yaml", ".md")]
    return {file.as_uri(): room.opened(file) for file in files}


@pytest.mark.parametrize("name", SAMPLE)
async def test_fixes_one_by_one_come_to_what_check_fix_writes(room: Room, name: str) -> None:
    case = Case(name.split("/")[0].replace("_", "-"), CASES / name)
    folder = room.root / name.replace("/", "-")
    copy_inputs(case, folder)
    editors = opened(room, folder)
    for _ in range(12):
        offered = [action for editor in editors.values() for action in await fixes(editor)]
        if not offered:
            break
        for uri, edits in edits_of(offered[0].edit).items():
            editors[uri].apply(edits)
    else:
        pytest.fail("there is always one more fix")
    for uri, editor in editors.items():
        named = (case.folder / FIXED) / editor.path.relative_to(folder)
        expected = named if named.is_file() else editor.path
        assert editor.text == expected.read_bytes().decode(), uri
        editor.close()


async def test_an_undeclared_name_is_declared_with_the_type_of_its_place(room: Room) -> None:
    folder = room.pets(
        "declare", resources=RESOURCES.replace('"kind": "{{kind}}"', '"kind": "{{kind}}", "age": {{age}}')
    )
    editor = room.opened(folder / "resources.yaml")
    item = next(item for item in await editor.diagnostics() if item.code == "undeclared-placeholder")
    offered = await editor.actions(item.range)
    action = offered["Declare the placeholder `age`"]
    assert action.diagnostics is not None
    assert [about.code for about in action.diagnostics] == ["undeclared-placeholder"]
    editor.apply(edits_of(action.edit)[editor.uri])
    listed = yaml.safe_load(editor.text)[0]["operations"]["create"]["bodyTemplate"]["placeholders"]
    assert listed[-1] == {"name": "age", "type": "Integer", "required": True}
    assert await editor.codes() == ["missing-event"]


async def test_an_unused_declaration_is_removed(room: Room) -> None:
    editor = room.opened(room.pets("remove") / "resources.yaml")
    editor.change(
        "            - {name: limit", "            - {name: odd, type: String}\n            - {name: limit"
    )
    item = next(item for item in await editor.diagnostics() if item.code == "unused-placeholder")
    assert list(item.tags or ()) == [types.DiagnosticTag.Unnecessary]
    offered = await editor.actions(item.range)
    editor.apply(edits_of(offered["Remove the unused placeholder `odd`"].edit)[editor.uri])
    assert editor.text == RESOURCES


async def test_all_safe_fixes_at_once_are_those_of_check_fix(room: Room) -> None:
    folder = room.pets(
        "all", resources=RESOURCES.replace("[cat, dog]", "[cat, dog, dog]").replace("{{limit}}", "{{limt}}")
    )
    editor = room.opened(folder / "resources.yaml")
    offered = await editor.actions(types.Range(editor.position(0), editor.position(0)), "source.fixAll")
    assert [action.kind for action in offered.values()] == ["source.fixAll.connlint"]
    editor.apply(edits_of(offered["Fix all that is safe (1 finding)"].edit)[editor.uri])
    fixed = fix(Request(paths=(folder,), working=room.root, today=TODAY), unsafe=False)
    assert editor.text == fixed.files[editor.path].decode()
    assert "[cat, dog]" in editor.text
    assert "{{limt}}" in editor.text, "what is not safe waits for its author"
    assert not await editor.actions(types.Range(editor.position(0), editor.position(0)), "source.fixAll")


FAULTS = {
    "selector: [tag, chip]": "selector: [tag, chop]",
    "{{limit}}": "{{limt}}",
    '"name": "{{name}}"': '"nam": "{{name}}"',
    "[cat, dog]": "[cat, dog, dog]",
}


@pytest.mark.parametrize(("right", "way"), list(zip(FAULTS, ["comment", "connlint.toml"] * 2, strict=True)))
async def test_an_ignore_is_taken_by_check(room: Room, right: str, way: str) -> None:
    folder = room.root / f"ignored-{way}-{list(FAULTS).index(right)}" / "pets"
    folder.mkdir(parents=True)
    (folder.parent / "connlint.toml").write_text('fail-on = "warning"\n')
    room.pets(folder.relative_to(room.root).as_posix(), resources=RESOURCES.replace(right, FAULTS[right]))
    editor = room.opened(folder / "resources.yaml")
    item = next(item for item in await editor.diagnostics() if item.code != "missing-event")
    offered = await editor.actions(item.range)
    action = offered[f"Ignore {item.code} here, with a reason ({way})"]
    for uri, edits in edits_of(action.edit).items():
        target = editor
        if uri != editor.uri:
            target = room.opened(folder.parent / "connlint.toml")
            assert target.uri == uri
        target.apply(edits)
        assert "say why this is right here" in target.text
        target.save()
    found = {
        (each.rule, each.state) for each in findings_in(folder) if each.rule in (item.code, "unused-ignore")
    }
    assert found == {(item.code, "ignored")}
    await editor.until("missing-event")


async def test_the_first_ignore_brings_its_file(room: Room) -> None:
    folder = room.root / "json"
    folder.mkdir()
    resources = [
        {"handle": "pets", "endpoint": "/pets", "operations": {"list": {"method": "GET", "path": "/{{x}}"}}}
    ]
    (folder / "resources.json").write_text(json.dumps(resources))
    editor = room.opened(folder / "resources.json")
    item = (await editor.diagnostics())[0]
    offered = await editor.actions(item.range)
    assert not any("(comment)" in title for title in offered), "JSON has no comments"
    edit = offered["Ignore undeclared-placeholder here, with a reason (connlint.toml)"].edit
    assert edit is not None
    assert edit.document_changes is not None
    made = edit.document_changes[0]
    assert isinstance(made, types.CreateFile)
    assert made.uri == (room.root / "connlint.toml").as_uri()
