"""What an editor is told, and when: it is what `check` would say of the texts as they are."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from lsprotocol import types
from tests.lsp.client import Editor
from tests.lsp.conftest import Room
from tests.lsp.pets import EVENTS, RESOURCES, SERVICE, page
from tests.lsp.test_story import check, same

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("lsp-diagnostics")]


def told(room: Room, *files: Path, gone: bool = False) -> None:
    """Say that files have changed on disk."""
    kind = types.FileChangeType.Deleted if gone else types.FileChangeType.Changed
    room.client.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams([types.FileEvent(file.as_uri(), kind) for file in files])
    )


async def test_a_diagnostic_has_its_range_rule_related_places_and_tags(room: Room) -> None:
    folder = room.pets("parts")
    editor = room.opened(folder / "resources.yaml")
    assert await editor.codes() == ["missing-event"]
    editor.change("[cat, dog]", "[cat, dog, dog]")
    placeholders = "[{name: id, type: String, required: true}, {name: odd, type: String}]"
    path = f"{{value: '/{{{{id}}}}', placeholders: {placeholders}}}"
    editor.change("  fields:\n", f"    delete: {{method: DELETE, path: {path}}}\n  fields:\n")
    found = {str(item.code): item for item in await editor.diagnostics()}
    twice = found["duplicate-option"]
    assert editor.cut(twice.range) == "dog"
    assert twice.severity == types.DiagnosticSeverity.Warning
    assert twice.code_description is not None
    assert twice.code_description.href.endswith("/rules/duplicate-option/")
    (related,) = twice.related_information or ()
    assert related.location.uri == editor.uri
    assert editor.cut(related.location.range) == "dog"
    assert list(found["unused-placeholder"].tags or ()) == [types.DiagnosticTag.Unnecessary]
    assert list(found["deprecated-operation"].tags or ()) == [types.DiagnosticTag.Deprecated]
    assert found["missing-event"].message.splitlines() == [
        "no webhook for the official event `pet.sold`",
        "events: parts/events.yaml (Pets, 2 events) lists pet.sold: A pet was sold.",
    ]
    editor.save()
    same(list(found.values()), check(folder), "resources.yaml")


async def test_a_document_that_does_not_parse_says_so_and_what_else_can_be_read(room: Room) -> None:
    for name, text, broken in (
        ("resources.yaml", RESOURCES.replace("{{limit}}", "{{limt}}"), "    read: [\n"),
        ("pets.md", page().replace("{{limit}}", "{{limt}}"), "    read: [\n"),
    ):
        folder = room.pets(f"broken-{name[-2:]}")
        editor = room.opened(folder / name, text)
        editor.change("    read:\n", broken)
        found = await editor.codes()
        assert "syntax-error" in found
        assert "undeclared-placeholder" in found, name
        editor.change(broken, "    read:\n")
        assert "syntax-error" not in await editor.codes()
        editor.close()


async def test_a_sibling_counts_as_it_is_typed(room: Room) -> None:
    folder = room.pets("sibling")
    resources = room.opened(folder / "resources.yaml")
    service = room.opened(folder / "service.yaml")
    assert await resources.codes() == ["missing-event"]
    service.change("application/json", "application/x-www-form-urlencoded")
    service.save()
    await resources.until(*(item["rule"] for item in check(folder) if item["file"] == "resources.yaml"))
    assert len(await resources.codes()) > 1, "its bodies are no forms"
    service.change("handle: pets-v1", "handle: [")
    assert "syntax-error" in await service.codes()
    service.change("handle: [", "handle: pets-v1")
    service.change("application/x-www-form-urlencoded", "application/json")
    await resources.until("missing-event")
    service.close()
    await resources.until(*(item["rule"] for item in check(folder) if item["file"] == "resources.yaml"))


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("events.yaml", EVENTS, EVENTS[: EVENTS.index("  pet.sold")], ()),
        (
            "contract.yaml",
            "required: [name, kind]",
            "required: [name, kind, age]",
            ("missing-body-key", "missing-event"),
        ),
        ("fixtures/read.yaml", "{chip: ", "{chop: ", ("missing-event",)),
    ],
)
async def test_evidence_counts_as_it_is_typed_and_as_it_is_written(
    room: Room, name: str, old: str, new: str, said: tuple[str, ...]
) -> None:
    folder = room.pets(f"evidence-{name[:3]}")
    resources = room.opened(folder / "resources.yaml")
    evidence = room.opened(folder / name)
    await resources.until("missing-event")
    text = evidence.text
    evidence.change(old, new)
    await evidence.diagnostics()
    await resources.until(*said)
    evidence.close()
    await resources.until("missing-event")
    evidence.path.write_text(text.replace(old, new))
    told(room, evidence.path)
    await resources.until(*said)
    evidence.path.write_text(text)
    told(room, evidence.path)
    await resources.until("missing-event")


async def test_configuration_and_baseline_count_as_typed_and_as_written(room: Room) -> None:
    folder = room.pets("configured")
    resources = room.opened(folder / "resources.yaml")
    await resources.until("missing-event")
    config = folder / "connlint.toml"
    config.write_text('fail-on = "warning"\n')
    told(room, config)
    typed = room.opened(config)
    typed.replace(len(typed.text), len(typed.text), '[rules]\nmissing-event = "off"\n')
    await resources.until()
    typed.change('"off"', '"of"')
    (item,) = await typed.diagnostics()
    assert item.code == "broken-configuration"
    assert item.range.start.line == 2
    await resources.until("broken-configuration")
    typed.change('missing-event = "of"\n', "")
    assert await typed.diagnostics() == []
    await resources.until("missing-event")
    typed.close()
    fingerprint = (await resources.until("missing-event"))[0].data["fingerprint"]  # type: ignore[index]  # a mapping
    row = {"connector": ".", "rule": "missing-event", "address": "events[pet.sold]"}
    (folder / "old.json").write_text('{"version": 1, "findings": []}')
    config.write_text('baseline = "old.json"\n')
    told(room, config)
    baseline = room.opened(folder / "old.json")
    baseline.change("[]", json.dumps([{**row, "fingerprint": fingerprint}]))
    await resources.until()
    baseline.close()
    await resources.until("missing-event")
    config.unlink()
    told(room, config, gone=True)
    await resources.until("missing-event")


async def test_what_is_published_is_about_the_last_version(room: Room) -> None:
    folder = room.pets("versions")
    editor = room.opened(folder / "resources.yaml")
    for _ in range(40):
        editor.change("endpoint: /pets", "endpoint: /pet s")
        editor.change("endpoint: /pet s", "endpoint: /pets")
    assert await editor.codes() == ["missing-event"]
    editor.change("{{limit}}", "{{limt}}")
    # a request that comes before the check is made is answered from the new text
    assert (await editor.hover(editor.find("{{limt}}", 3))).startswith("`limt` is declared nowhere")
    assert sorted(await editor.codes()) == ["missing-event", "undeclared-placeholder"]


async def test_a_closed_document_is_silent_and_its_file_counts_again(room: Room) -> None:
    folder = room.pets("closed")
    resources = room.opened(folder / "resources.yaml")
    service = room.opened(folder / "service.yaml")
    service.change("https:", "http:")
    assert await service.codes() == ["insecure-base-url"]
    service.close()
    async with asyncio.timeout(20):
        while room.client.diagnostics.get(service.uri):
            await room.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert await resources.codes() == ["missing-event"]
    # what was asked of it is nothing
    assert await service.hover(types.Position(0, 0)) == ""
    again = room.opened(folder / "service.yaml")
    assert await again.codes() == []


async def test_a_file_that_vanishes_leaves_what_is_open(room: Room) -> None:
    folder = room.pets("vanished")
    resources = room.opened(folder / "resources.yaml")
    await resources.until("missing-event")
    (folder / "resources.yaml").unlink()
    (folder / "events.yaml").unlink()
    told(room, folder / "resources.yaml", folder / "events.yaml", gone=True)
    await resources.until()
    resources.change("{{limit}}", "{{limt}}")
    assert await resources.codes() == ["undeclared-placeholder"]


async def test_a_service_that_is_typed_makes_a_connector_of_what_is_beside_it(room: Room) -> None:
    folder = room.root / "grown"
    folder.mkdir()
    (folder / "resources.yaml").write_text(RESOURCES)
    resources = room.opened(folder / "resources.yaml")
    before = await resources.codes()
    service = Editor(room.client, folder / "service.yaml")
    service.open("")
    await service.diagnostics()
    service.replace(0, 0, SERVICE.replace("baseURL", "baseUrl"))
    assert "schema-violation" in await service.codes()
    assert await resources.codes() == before
    hover = await resources.hover(resources.find("/{{pet_id}}"))
    assert "Authorization: Bearer" in hover
