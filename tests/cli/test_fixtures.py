"""`connlint fixtures` as people meet it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Result

Run = Callable[..., Result]

CONTRACT: Any = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1.2"},
    "paths": {
        "/cats/{cat_id}": {
            "get": {
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            "application/json": {
                                "schema": {"type": "object", "properties": {"id": {"type": "string"}}}
                            }
                        },
                    }
                }
            }
        }
    },
}


@pytest.fixture
def with_contract(pets: Path) -> Path:
    (pets / "contract.json").write_text(json.dumps(CONTRACT))
    return pets


def test_draft_writes_fixtures_and_says_so(connlint: Run, with_contract: Path) -> None:
    result = connlint("fixtures", "draft", "pets", "--today", "2026-11-22")

    assert result.status == 0
    assert result.out == (
        "1 operation from contract.json → pets/fixtures/\n"
        "Drafts are marked `drafted:`; they feed the mock, and prove nothing that the contract does not.\n"
    )
    assert (with_contract / "fixtures" / "cats.read.yaml").read_text() == (
        "# connlint fixture\n"
        "operation: cats.read\n"
        "drafted: 2026-11-22 from contract.json 1.2\n"
        "\n"
        "request:\n"
        "  path: {cat_id: cat_1}\n"
        "\n"
        "response:\n"
        "  status: 200\n"
        "  json: {id: cat_1}\n"
    )
    assert connlint("check", "pets").status == 0


def test_draft_never_touches_what_was_recorded(connlint: Run, with_contract: Path) -> None:
    recorded = "operation: cats.read\nrecorded: 2026-11-20 from x\nresponse: {status: 200, json: {id: tom}}\n"
    (with_contract / "fixtures").mkdir()
    (with_contract / "fixtures" / "tom.yaml").write_text(recorded)

    result = connlint("fixtures", "draft", "pets")

    assert result.status == 0
    assert result.out == "1 fixture kept, recorded or written by hand: tom.yaml\n"
    assert [path.name for path in (with_contract / "fixtures").iterdir()] == ["tom.yaml"]
    assert (with_contract / "fixtures" / "tom.yaml").read_text() == recorded


def test_draft_says_what_it_leaves_out_and_why(connlint: Run, with_contract: Path) -> None:
    path = with_contract / "resources.json"
    resources = json.loads(path.read_text())
    resources[0]["operations"]["delete"] = {**resources[0]["operations"]["read"], "method": "DELETE"}
    path.write_text(json.dumps(resources))

    result = connlint("fixtures", "draft", "pets")

    assert "1 not drafted: the contract has no DELETE for cats.delete (wrong-method)" in result.out


def test_a_dry_run_writes_nothing(connlint: Run, with_contract: Path) -> None:
    result = connlint("fixtures", "draft", "pets", "--dry-run")

    assert "dry run: nothing written" in result.out
    assert not (with_contract / "fixtures").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("draft", "pets"), "nothing to draft from in pets"),
        (("draft", "nowhere/"), "no such file or folder: nowhere"),
        (("draft", "pets", "--contract", "gone.json"), "--contract: no such file: gone.json"),
        (("draft", "pets", "--today", "tomorrow"), "--today: 'tomorrow' is no date"),
        (("list", "empty"), "no connector in empty"),
        (("import", "pets/service.json", "--connector", "pets"), "this is no HTTP archive"),
        (("import", "broken.har", "--connector", "pets"), "broken.har:1:"),
    ],
)
def test_what_cannot_be_done_is_status_2_with_a_reason(
    connlint: Run, pets: Path, arguments: tuple[str, ...], said: str
) -> None:
    (pets.parent / "empty").mkdir()
    (pets.parent / "broken.har").write_text('{"log": ')

    result = connlint("fixtures", *arguments)

    assert result.status == 2
    assert said in result.err


def test_an_unknown_operation_is_told_with_the_nearest(connlint: Run, with_contract: Path) -> None:
    result = connlint("fixtures", "draft", "pets", "cats.read", "cats.raed")

    assert result.status == 2
    assert result.err == (
        "connlint: no operation and no official event is called `cats.raed`; did you mean `cats.read`?\n"
    )
    assert not (with_contract / "fixtures").exists()


def har(*entries: Any) -> str:
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


def call(url: str, text: str = '{"id": "tom"}') -> Any:
    return {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "request": {
            "method": "GET",
            "url": url,
            "headers": [{"name": "Authorization", "value": "Bearer abcdefgh12345678"}],
        },
        "response": {
            "status": 200,
            "headers": [],
            "content": {"mimeType": "application/json", "text": text, "size": len(text)},
        },
    }


def test_import_says_what_became_of_each_entry(connlint: Run, with_contract: Path) -> None:
    (with_contract.parent / "visit.har").write_text(
        har(
            call("https://api.pets.test/v1/cats/tom"),
            call("https://api.pets.test/v1/cats/tom"),
            call("https://api.pets.test/v1/dogs"),
            call("https://cdn.pets.test/x.png"),
        )
    )

    result = connlint("fixtures", "import", "visit.har", "--connector", "pets")

    assert result.status == 0
    assert result.out == (
        "visit.har: 2 calls of this connector in 4 entries\n"
        "  new                    cats.read.yaml\n"
        "  same, not written      cats.read.yaml\n"
        "Replaced: 2 × Authorization\n"
        "Not imported, no operation has this method and path: GET /v1/dogs\n"
        "Not imported, sent to cdn.pets.test: GET /x.png\n"
        "Look before you commit: git diff pets/fixtures\n"
    )
    text = (with_contract / "fixtures" / "cats.read.yaml").read_text()
    assert "recorded: 2026-11-20 from https://api.pets.test" in text
    assert "abcdefgh12345678" not in text
    assert connlint("check", "pets").status == 0


def test_import_of_nothing_that_is_ours_is_status_2(connlint: Run, pets: Path) -> None:
    (pets.parent / "visit.har").write_text(har(call("https://elsewhere.test/x")))

    result = connlint("fixtures", "import", "visit.har", "--connector", "pets")

    assert result.status == 2
    assert "nothing in visit.har is a call of pets" in result.err
    assert not (pets / "fixtures").exists()


def test_list_shows_what_is_there_and_what_is_not(connlint: Run, with_contract: Path) -> None:
    connlint("fixtures", "draft", "pets", "--today", "2026-11-22")

    result = connlint("fixtures", "list", "pets")

    assert result.status == 0
    assert result.out.splitlines()[0] == "pets: 1 fixture"
    assert "cats.read" in result.out
    assert "drafted 2026-11-22" in result.out

    (with_contract / "fixtures" / "cats.read.yaml").unlink()
    assert "no fixture for 1 operation: cats.read" in connlint("fixtures", "list", "pets").out


def test_nothing_is_written_through_a_link_out_of_the_folder(connlint: Run, with_contract: Path) -> None:
    (with_contract / "fixtures").mkdir()
    elsewhere = with_contract.parent / "elsewhere.yaml"
    elsewhere.write_text("mine")
    (with_contract / "fixtures" / "cats.read.yaml").symlink_to(elsewhere)

    connlint("fixtures", "draft", "pets")

    assert elsewhere.read_text() == "mine"
