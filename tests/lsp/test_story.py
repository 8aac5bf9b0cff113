"""An author writes a connector in an editor, from an empty file to one in which `check` finds nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from lsprotocol import types
from tests.lsp.client import Editor, edits_of, environment, serving

SERVICE = {
    "handle": "pets-v1",
    "service": {"baseURL": {"value": "https://api.pets.example/v1"}, "contentType": "application/json"},
}


def check(folder: Path) -> list[dict[str, Any]]:
    """What `connlint check` finds in a folder."""
    run = subprocess.run(
        [sys.executable, "-c", "from connlint.cli import main; main()", "check", "--format", "json", "."],
        cwd=folder,
        env=environment(),
        capture_output=True,
        check=False,
    )
    found: list[dict[str, Any]] = json.loads(run.stdout)["findings"]
    return [item for item in found if item["state"] == "active"]


def same(said: list[types.Diagnostic], found: list[dict[str, Any]], file: str) -> None:
    """The editor's diagnostics are the findings of the command, place by place (in ASCII text)."""
    mine = sorted(
        (
            str(item.code),
            item.range.start.line + 1,
            item.range.start.character + 1,
            item.range.end.line + 1,
            item.range.end.character + 1,
            item.message.splitlines()[0],
        )
        for item in said
    )
    theirs = sorted(
        (
            item["rule"],
            item["start"]["line"],
            item["start"]["column"],
            item["end"]["line"],
            item["end"]["column"],
            item["message"],
        )
        for item in found
        if item["file"] == file
    )
    assert mine == theirs


async def test_from_an_empty_file_to_a_clean_connector(tmp_path: Path) -> None:
    (tmp_path / "service.json").write_text(json.dumps(SERVICE))
    resources = tmp_path / "resources.yaml"
    resources.write_text("")
    async with serving(tmp_path) as client:
        editor = Editor(client, resources)
        editor.open("")
        assert await editor.diagnostics() == []

        # a first resource out of completion
        await editor.choose("resources document", 0)
        assert await editor.codes() == []
        editor.change("things", "pets")
        editor.change("/things", "/pets")

        # an operation, key by key
        editor.replace(len(editor.text), len(editor.text), "\n    read:\n      ")
        items = await editor.complete(len(editor.text))
        assert {"method", "path", "queryParams", "bodyTemplate"} <= items.keys()
        await editor.choose("method", len(editor.text))
        await editor.choose("GET", len(editor.text))
        # a mistake: a hole that nothing declares
        editor.replace(len(editor.text), len(editor.text), "\n      path:\n        value: /{{pet}}\n")
        said = await editor.diagnostics()
        assert [item.code for item in said] == ["undeclared-placeholder"]
        assert editor.cut(said[0].range) == "pet" or "pet" in editor.cut(said[0].range)
        assert said[0].code_description is not None
        assert said[0].code_description.href.endswith("/undeclared-placeholder/")

        # its quick fix
        offered = await editor.actions(said[0].range, "quickfix")
        declare = offered["Declare the placeholder `pet`"]
        editor.apply(edits_of(declare.edit)[editor.uri])
        assert await editor.codes() == []

        # another name, everywhere
        edits = await editor.rename(editor.find("{{pet}}", 3), "pet_id")
        editor.apply(edits[editor.uri])
        assert "/{{pet_id}}" in editor.text
        assert "name: pet_id" in editor.text
        assert await editor.codes() == []

        editor.save()
        assert await editor.diagnostics() == []
    assert check(tmp_path) == []


async def test_the_published_connector_says_what_check_says(tmp_path: Path) -> None:
    published = Path(__file__).parents[2] / "specs" / "chatgpt-published"
    for file in published.glob("*.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    async with serving(tmp_path) as client:
        editor = Editor(client, tmp_path / "resources.json")
        editor.open(editor.path.read_text("utf-8"))
        said = await editor.diagnostics()
    assert said
    same(said, check(tmp_path), "resources.json")
