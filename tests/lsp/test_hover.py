"""What an editor shows for the thing under the cursor."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lsp.conftest import Room
from tests.lsp.pets import SERVICE, page

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("lsp-hover")]


async def test_a_placeholder_shows_its_declaration_its_uses_and_the_contract(room: Room) -> None:
    editor = room.opened(room.pets("placeholder") / "resources.yaml")
    shown = await editor.hover(editor.find("{{name}}", 3))
    assert shown == await editor.hover(editor.find("{name: name", 8))
    assert shown.split("\n\n") == [
        "**name**: String, required",
        "What the pet is called.",
        "Contract, POST /pets: string. What it is called.",
        "Declared in `pets.create.body` (line 26).",
        "Used in `pets.create.body` (line 22).",
    ]
    assert "Options: `cat`, `dog`" in await editor.hover(editor.find("{{kind}}", 3))
    assert "How many." in await editor.hover(editor.find("{{limit}}", 3))


async def test_what_the_documentation_shows_is_what_is_shown(room: Room) -> None:
    documented = (Path(__file__).parents[2] / "docs" / "lsp.md").read_text("utf-8")
    editor = room.opened(room.pets("documented") / "resources.yaml")
    quoted = documented.replace("\n>\n", "\n\n").replace("\n> ", "\n")
    assert await editor.hover(editor.find("{{name}}", 3)) in quoted
    assert (await editor.hover(editor.find('"name": "', 2))).partition("\n\nContract")[0] in documented
    segment = await editor.hover(editor.find("[tag, chip]", 7))
    assert segment.replace("documented/", "") in quoted


async def test_a_hole_that_nothing_declares_says_what_there_is(room: Room) -> None:
    editor = room.opened(room.pets("undeclared") / "resources.yaml")
    editor.change("{{limit}}", "{{limt}}")
    shown = await editor.hover(editor.find("{{limt}}", 3))
    assert shown.startswith("`limt` is declared nowhere that this template reaches.\n\nIt can use `limit`.")


async def test_a_template_shows_the_request_that_it_goes_into(room: Room) -> None:
    folder = room.pets("template")
    editor = room.opened(folder / "resources.yaml")
    assert await editor.hover(editor.find('"name": "', 2)) == (
        "```http\n"
        "POST https://api.pets.example/v1/pets\n"
        "Authorization: Bearer ‹apiKey›\n"
        "Content-Type: application/json\n"
        "\n"
        '{\n  "name": "‹name›",\n  "kind": "cat"\n}\n'
        "```\n\n"
        "Contract, POST /pets: Makes a pet."
    )
    assert "GET https://api.pets.example/v1/pets/‹pet_id›" in await editor.hover(editor.find("/{{pet_id}}"))
    assert "create: POST https://api.pets.example/v1/pets" in await editor.hover(editor.find("/pets", 2))
    assert "Contract, GET /pets: Lists pets." in await editor.hover(editor.find("GET", 1))
    service = room.opened(folder / "service.yaml")
    assert "Authorization: Bearer ‹apiKey›" in await service.hover(service.find("Bearer", 2))


async def test_a_credential_in_a_template_is_not_shown(room: Room) -> None:
    key = "sk-proj-" + "aB3dE6gH9jK2mN5pQ8sT"
    folder = room.pets("credential", service=SERVICE.replace("{{apiKey}}", key))
    editor = room.opened(folder / "resources.yaml")
    shown = await editor.hover(editor.find("GET", 1))
    assert "Authorization: ••••" in shown
    assert key not in shown


async def test_a_segment_shows_what_a_sample_has_there_and_its_type(room: Room) -> None:
    editor = room.opened(room.pets("segment") / "resources.yaml")
    assert (await editor.hover(editor.find("[tag, chip]", 7))).split("\n\n") == [
        '`["tag", "chip"]`',
        (
            "segment/contract.yaml 1, GET /pets: string "
            "(`/components/schemas/Pet/properties/tag/properties/chip`)."
        ),
        'segment/fixtures/read.yaml has `"985"` there (string).',
        "Verdict on `pets.fields[chip]`: proven.",
    ]
    whole = await editor.hover(editor.find("[tag, chip]", 2))
    assert 'has `{"chip": "985"}` there (object)' in whole


async def test_an_event_shows_its_official_shape_source_and_date(room: Room) -> None:
    editor = room.opened(room.pets("event") / "resources.yaml")
    assert await editor.hover(editor.find("pet.created", 3)) == (
        "**pet.created**\n\nA pet was made.\n\n"
        "Source: https://pets.example/docs/webhooks, read 2026-11-01.\n\n"
        "```text\nid: string\ntype: string\ndata: object\n  id: string\n```"
    )


async def test_a_finding_shows_its_rule(room: Room) -> None:
    editor = room.opened(room.pets("finding") / "resources.yaml")
    shown = await editor.hover(editor.find("webhooks:", 3))
    assert "**missing-event** (warning): An official event has no webhook in the connector." in shown
    assert "*Why:*" in shown
    assert "*Fix:*" in shown
    assert "/rules/missing-event/)" in shown


async def test_keys_show_what_the_format_says_of_evidence_too(room: Room) -> None:
    folder = room.pets("keys")
    for name, key in (
        ("service.yaml", "contentType"),
        ("resources.yaml", "selector"),
        ("events.yaml", "envelope"),
        ("fixtures/read.yaml", "recorded"),
    ):
        editor = room.opened(folder / name)
        assert (await editor.hover(editor.find(key, 2))).startswith("**"), key


async def test_a_page_is_read_fence_by_fence(room: Room) -> None:
    file = room.root / "pets.md"
    file.write_text(page())
    editor = room.opened(file)
    assert "Used in `pets.create.body` (line 4" in await editor.hover(editor.find("{{name}}", 3))
    assert await editor.hover(editor.find("What there is", 3)) == ""
