"""`connlint init` as people meet it: empty, from the vendor's contract, from a page."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import RESOURCES, SERVICE, Result
from tests.cli.odd_contracts import ODD, answering, contract, json_body, parameter, webhook

from connlint.cli import init as command
from connlint.mock.inprocess import MockServer
from connlint.reading import read

Run = Callable[..., Result]

RECORD = {"type": "object", "properties": {"id": {"type": "string", "description": "Which order."}}}
ORDERS = contract(
    {
        "/orders": {
            "get": {
                "tags": ["Orders"],
                "summary": "Lists orders. Newest first.",
                "parameters": [
                    parameter("state", "query", {"type": "string", "enum": ["open", "paid"]}, False),
                    parameter("ids", "query", {"type": "array", "items": {"type": "string"}}, False),
                ],
                **answering({"type": "object", "properties": {"data": {"type": "array", "items": RECORD}}}),
            },
            "post": {
                "tags": ["Orders"],
                "requestBody": json_body(
                    {
                        "type": "object",
                        "required": ["item", "count"],
                        "properties": {
                            "item": {"type": "string", "description": "What is ordered."},
                            "count": {"type": "integer"},
                            "note": {"type": "string"},
                        },
                    }
                ),
                **answering(RECORD, "201"),
            },
        },
        "/orders/{order_id}": {
            "parameters": [parameter("order_id", "path", description="The order.")],
            "get": {"tags": ["Orders"], **answering(RECORD)},
        },
        "/people": {"get": {"tags": ["People"], **answering(RECORD)}},
    },
    servers=[{"url": "https://api.shop.test/v1"}],
    components={"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    security=[{"key": []}],
    webhooks={"paid": webhook("order.paid"), "born": webhook("person.born")},
)
DAY = ("--today", "2026-11-22")


@pytest.fixture
def shop(folder: Path) -> Path:
    """A contract in the working directory."""
    path = folder / "shop.json"
    path.write_text(json.dumps(ORDERS), "utf-8")
    return path


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def value_of(path: Path) -> Any:
    return read(path.name, path.read_bytes(), named=True).documents[0].value


def is_clean(result: Result) -> bool:
    return result.status == 0 and "no findings" in result.out


# --- empty


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_an_empty_connector_is_clean_as_it_is_made(connlint: Run, folder: Path, form: str) -> None:
    made = connlint("init", "acme", "--format", form)

    assert made.status == 0
    assert files_in(folder / "acme") == {f"service.{form}", f"resources.{form}"}
    assert is_clean(connlint("check", "acme"))
    assert "Next:\n  connlint check acme\n" in made.out


def test_both_forms_of_the_empty_connector_say_the_same(connlint: Run, folder: Path) -> None:
    connlint("init", "a", "--handle", "acme")
    connlint("init", "b", "--handle", "acme", "--json")

    service = value_of(folder / "b" / "service.json")
    assert service.pop("$schema").endswith("service.schema.json")
    assert value_of(folder / "a" / "service.yaml") == service
    plain, spread = (value_of(folder / place) for place in ("b/resources.json", "a/resources.yaml"))
    bodies = [
        value[0]["operations"]["create"].pop("bodyTemplate")["value"].split() for value in (plain, spread)
    ]
    assert bodies[0] == bodies[1]
    assert plain == spread


def test_options_answer_what_would_be_asked(connlint: Run, folder: Path) -> None:
    connlint("init", "x", "--handle", "acme-v2", "--base-url", "https://api.acme.test/v2/")

    service = value_of(folder / "x" / "service.yaml")
    assert service["handle"] == "acme-v2"
    assert service["service"]["baseURL"] == {"value": "https://api.acme.test/v2"}


def test_a_person_is_asked_and_a_script_is_not(
    connlint: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "is_terminal", lambda: True)

    asked = connlint("init", "x", stdin=b"acme\nnonsense\nhttps://api.acme.test\n")
    silent = connlint("init", "y", "--yes")

    assert asked.status == silent.status == 0
    assert "Handle [x]" in asked.out
    assert value_of(folder / "x" / "service.yaml")["handle"] == "acme"
    assert value_of(folder / "x" / "service.yaml")["service"]["baseURL"]["value"] == "https://api.acme.test"
    assert "Handle" not in silent.out


def test_a_person_who_goes_away_leaves_nothing(
    connlint: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "is_terminal", lambda: True)

    result = connlint("init", "x", stdin=b"acme\n")

    assert result.status == 2
    assert "ended before anything was written" in result.err
    assert not (folder / "x").exists()


# --- from a contract


def test_a_contract_becomes_a_connector_with_its_evidence(connlint: Run, folder: Path, shop: Path) -> None:
    made = connlint("init", "shop", "--from-openapi", "shop.json", "--tag", "orders", *DAY)

    assert made.status == 0
    assert made.out == (
        "Made shop/\n"
        "  service.yaml    https://api.shop.test/v1, Authorization: Bearer {{apiKey}}\n"
        "  resources.yaml  1 resource, 3 operations, 1 webhook\n"
        "  contract.json   the part of the contract that was chosen, 4 KiB\n"
        "  events.yaml     1 event\n"
        "  fixtures/       3 drafted exchanges, 1 drafted delivery\n"
        "Checked as it is: no findings.\n"
        "Next:\n"
        "  connlint check shop\n"
        "  connlint mock shop\n"
    )
    assert (folder / "shop" / "resources.yaml").read_text("utf-8") == (
        "# yaml-language-server: $schema=https://connlint.dev/schemas/resources.schema.json\n"
        "# What the API offers: 1 resource, 3 operations, 1 webhook. Made by `connlint init` from"
        " shop.json,\n"
        "# version 1.\n"
        "# A JSON body holds what the contract requires: an optional key that is left empty would break it.\n"
        "# To send one that is left out, add it to the `bodyTemplate` with a placeholder that is"
        " `required`.\n"
        "\n"
        "- handle: orders\n"
        "  meta: {short: Orders}\n"
        '  endpoint: {value: "/orders"}\n'
        "  fields: [{name: id, type: String, selector: [id], meta: {description: Which order.}}]\n"
        "  operations:\n"
        "    list:\n"
        "      # Lists and objects of the query that are left out: ids.\n"
        "      method: GET\n"
        "      meta: {description: Lists orders.}\n"
        '      path: {value: ""}\n'
        "      queryParams:\n"
        "        state:\n"
        '          value: "{{state}}"\n'
        "          placeholders: [{name: state, type: String, options: [open, paid]}]\n"
        "    create:\n"
        "      # Optional keys of the body that are left out: note.\n"
        "      method: POST\n"
        '      path: {value: ""}\n'
        "      bodyTemplate:\n"
        "        value: |-\n"
        "          {\n"
        '            "item": "{{item}}",\n'
        '            "count": {{count}}\n'
        "          }\n"
        "        placeholders:\n"
        "          - {name: item, type: String, description: What is ordered., required: true}\n"
        "          - {name: count, type: Integer, required: true}\n"
        "    read:\n"
        "      method: GET\n"
        "      path:\n"
        '        value: "/{{order_id}}"\n'
        "        placeholders: [{name: order_id, type: String, description: The order., required: true}]\n"
        "  webhooks:\n"
        "    - event: order.paid\n"
        '      path: "/webhooks/shop/order-paid"\n'
        "      payload: [{name: id, type: String, selector: [data, id]}]\n"
    )
    assert files_in(folder / "shop" / "fixtures") == {
        "orders.list.yaml",
        "orders.create.yaml",
        "orders.read.yaml",
        "webhooks/order.paid.yaml",
    }
    assert is_clean(connlint("check", "shop"))


def test_a_contract_of_which_a_part_was_chosen_says_so(connlint: Run, folder: Path, shop: Path) -> None:
    connlint("init", "part", "--from-openapi", "shop.json", "--path", "/orders", *DAY)
    connlint("init", "whole", "--from-openapi", "shop.json", "--path", "/orders", "--whole-contract", *DAY)
    connlint("init", "all", "--from-openapi", "shop.json", *DAY)

    part = value_of(folder / "part" / "contract.json")
    assert part["x-cut"].startswith(
        "A part of shop.json, cut by `connlint init` on 2026-11-22: 3 of 4 operations, 1 of 2 webhooks"
    )
    assert part["info"]["version"] == "1 (a part)"
    assert list(part["paths"]) == ["/orders", "/orders/{order_id}"]
    for name in ("whole", "all"):
        assert (folder / name / "contract.json").read_bytes() == shop.read_bytes()
        # what the whole contract lists has a webhook
        assert list(value_of(folder / name / "events.yaml")["events"]) == ["order.paid", "person.born"]
        assert is_clean(connlint("check", name))


def test_a_yaml_contract_stays_yaml(connlint: Run, folder: Path) -> None:
    text = (
        "# theirs\nopenapi: 3.1.0\ninfo: {title: T, version: 1}\npaths: {/a: {get: {responses: {200: {}}}}}\n"
    )
    (folder / "api.yml").write_text(text)

    assert connlint("init", "a", "--from-openapi", "api.yml").status == 0

    assert (folder / "a" / "contract.yaml").read_text() == text
    assert is_clean(connlint("check", "a"))


def test_a_key_that_stands_twice_in_a_contract_is_not_copied(connlint: Run, folder: Path) -> None:
    text = json.dumps(contract({"/a": {"get": answering()}})).replace(
        '"openapi"', '"openapi": "3.0.0", "openapi"'
    )
    (folder / "api.json").write_bytes(b"\xef\xbb\xbf" + text.encode())

    made = connlint("init", "a", "--from-openapi", "api.json")

    assert "api.json:1: the key `openapi` stands twice" in made.err
    assert is_clean(connlint("check", "a"))
    assert (folder / "a" / "contract.json").exists()


@pytest.mark.parametrize("name", ["contract.json", "contract.yml"])
def test_a_contract_that_lies_there_already_is_left_as_it_is(connlint: Run, folder: Path, name: str) -> None:
    (folder / name).write_text(json.dumps(ORDERS))

    made = connlint("init", "--from-openapi", name, "--tag", "Orders")

    assert made.status == 0
    assert "; there already, the same" in made.out
    assert json.loads((folder / name).read_text()) == ORDERS
    assert is_clean(connlint("check"))


def test_the_list_shows_what_to_choose_from(connlint: Run, folder: Path, shop: Path) -> None:
    result = connlint("init", "--from-openapi", "shop.json", "--list")

    assert result.out == (
        "shop.json: 4 operations at 3 paths, 2 events\n"
        "\n"
        "Tags (--tag)\n"
        "      3  Orders\n"
        "      1  People\n"
        "\n"
        "Paths (--path)\n"
        "  GET POST  /orders\n"
        "  GET       /orders/{order_id}\n"
        "  GET       /people\n"
        "\n"
        "Events (--event)\n"
        "  order.paid\n"
        "  person.born\n"
    )
    assert files_in(folder) == {"shop.json"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--tag", "Order"), "the contract has no tag `Order`; did you mean `Orders`?"),
        (("--path", "/order"), "the contract has no path `/order`; did you mean `/orders`?"),
        (("--path", "/ople/x/y"), "the contract has no path `/ople/x/y`; `--list` shows its tags and paths"),
        (("--path", "eopl*"), "the contract has no path `eopl*`; near are `/people`"),
        (("--event", "order.payed"), "the contract has no event `order.payed`; did you mean `order.paid`?"),
        (("--tag", "zzz"), "the contract has no tag `zzz`; `--list` shows its tags and paths"),
    ],
)
def test_a_choice_of_nothing_says_what_is_near(
    connlint: Run, folder: Path, shop: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = connlint("init", "x", "--from-openapi", "shop.json", *arguments)

    assert (result.status, result.err) == (2, f"connlint: {said}\n")
    assert not (folder / "x").exists()


def test_events_can_be_chosen_by_name(connlint: Run, folder: Path, shop: Path) -> None:
    connlint("init", "x", "--from-openapi", "shop.json", "--tag", "People", "--event", "*.born")

    resources = value_of(folder / "x" / "resources.yaml")
    assert [(item["handle"], [hook["event"] for hook in item.get("webhooks", [])]) for item in resources] == [
        ("people", []),
        ("person", ["person.born"]),
    ]
    assert is_clean(connlint("check", "x"))


def test_a_dry_run_shows_the_documents_and_writes_nothing(connlint: Run, folder: Path, shop: Path) -> None:
    result = connlint("init", "x", "--from-openapi", "shop.json", "--dry-run")

    assert result.status == 0
    assert result.out.startswith("Would make x/\n")
    assert "\n--- resources.yaml\n" in result.out
    assert "- handle: people\n" in result.out
    assert files_in(folder) == {"shop.json"}


def test_whatever_a_contract_says_what_is_made_is_clean_and_can_be_served(
    connlint: Run, folder: Path
) -> None:
    for name, value in ODD.items():
        (folder / "api.json").write_text(json.dumps(value), "utf-8")
        form = "json" if len(name) % 2 else "yaml"
        made = connlint("init", f"odd/{name}", "--from-openapi", "api.json", "--format", form, *DAY)
        assert made.status == 0, (name, made.err)
        assert "internal-error" not in made.err

    checked = connlint("check", "odd")

    assert checked.status == 0, checked.out
    assert f"{len(ODD)} connectors" in checked.out
    for name in ODD:
        # fixtures that cannot be served are refused
        MockServer.of(folder / "odd" / name)
        files = sorted(files_in(folder / "odd" / name))
        assert len({file.casefold() for file in files}) == len(files), files
        assert all(len(part) < 200 for file in files for part in file.split("/"))


def test_what_is_left_out_is_told_with_the_reason(connlint: Run, folder: Path) -> None:
    said = {}
    for name in ("paths", "op-server", "secrets", "deprecated"):
        (folder / "api.json").write_text(json.dumps(ODD[name]), "utf-8")
        lines = connlint("init", name, "--from-openapi", "api.json").err.splitlines()
        said[name] = [line.removeprefix("connlint: left out, ") for line in lines if "left out, " in line]

    assert said == {
        "paths": [
            "its path leads elsewhere: GET /a/../b",
            "a query or a fragment in its path: GET /a?x=1, GET /a#f",
            "its path is none that a URL can have: GET /a b, GET /a//b",
            "its path is no template: GET /{, GET /{}",
            "the same request as one before it: GET /{again}",
            "HEAD, OPTIONS and TRACE are for machines: OPTIONS /{x}/{y}, HEAD /{x}/{y}",
        ],
        "op-server": ["served at https://up.x.test, not at the base URL: GET /a"],
        "secrets": [
            "as a draft, secret-in-fixture would fault it: fixtures/a.read.yaml",
            "possible-secret would fault it: a.create.headers[X-Api-Key]",
        ],
        "deprecated": ["deprecated: GET /a"],
    }


def test_of_several_kinds_of_a_body_one_is_written_whole(connlint: Run, folder: Path) -> None:
    (folder / "api.json").write_text(json.dumps(ODD["unions"]), "utf-8")
    connlint("init", "x", "--from-openapi", "api.json", "--json")

    bodies = {
        item["handle"]: item["operations"]["create"]["bodyTemplate"]["value"]
        for item in value_of(folder / "x" / "resources.json")
    }

    assert bodies == {
        "a": '{"k": "a", "a": "{{a}}"}',
        "b": '{"a": "{{a}}", "b": "{{b}}"}',
        "c": "{{body}}",
        "d": "{}",
        "e": '{"a": "{{a}}"}',
    }


# --- what is there already


def test_nothing_is_written_over(connlint: Run, folder: Path, shop: Path) -> None:
    connlint("init", "x")
    before = (folder / "x" / "service.yaml").read_bytes()

    again = connlint("init", "x", "--handle", "other")
    other = connlint("init", "x", "--json")
    same = connlint("init", "x")

    assert again.status == other.status == 2
    assert "x has service.yaml, resources.yaml already: nothing was written (--force writes" in again.err
    assert "x holds a connector already (resources.yaml, service.yaml): nothing was written" in other.err
    assert same.status == 0
    assert "there already, the same" in same.out
    assert (folder / "x" / "service.yaml").read_bytes() == before


def test_force_writes_over_what_was_made_and_keeps_what_was_recorded(
    connlint: Run, folder: Path, shop: Path
) -> None:
    connlint("init", "x", "--from-openapi", "shop.json", *DAY)
    recorded = folder / "x" / "fixtures" / "orders.read.yaml"
    recorded.write_text(
        recorded.read_text().replace("drafted: 2026-11-22 from contract.json 1", "recorded: 2026-11-22")
    )
    kept = recorded.read_bytes()

    result = connlint("init", "x", "--from-openapi", "shop.json", "--handle", "y", "--force", *DAY)

    assert result.status == 0
    assert "kept, recorded or written by hand: fixtures/orders.read.yaml" in result.err
    assert recorded.read_bytes() == kept
    assert value_of(folder / "x" / "service.yaml")["handle"] == "y"


def test_drafts_of_another_choice_stand_in_the_way(connlint: Run, folder: Path, shop: Path) -> None:
    connlint("init", "x", "--from-openapi", "shop.json")

    result = connlint("init", "x", "--from-openapi", "shop.json", "--tag", "People", "--force")

    assert result.status == 2
    assert "x has evidence of another connector (events.yaml, fixtures/orders.create.yaml" in result.err


def test_a_link_that_leads_elsewhere_is_not_written_through(connlint: Run, folder: Path, shop: Path) -> None:
    target = folder.parent / "elsewhere.yaml"
    target.write_text("theirs")
    (folder / "x").mkdir()
    (folder / "x" / "service.yaml").symlink_to(target)

    result = connlint("init", "x", "--force")

    assert result.status == 2
    assert "is a link that leads elsewhere" in result.err
    assert target.read_text() == "theirs"


@pytest.mark.parametrize("broken_at", [1, 2, 5])
def test_a_disk_that_fails_leaves_all_as_it_was(
    connlint: Run, folder: Path, shop: Path, monkeypatch: pytest.MonkeyPatch, broken_at: int
) -> None:
    (folder / "x").mkdir()
    (folder / "x" / "notes.txt").write_text("mine")
    real, calls = os.replace, []

    def replace(source: Any, target: Any) -> None:
        calls.append(target)
        if len(calls) == broken_at:
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        real(source, target)

    monkeypatch.setattr(Path, "replace", replace)
    result = connlint("init", "x/y/z", "--from-openapi", "shop.json")

    assert result.status == 2
    assert "No space left on device; nothing was written" in result.err
    assert files_in(folder) == {"shop.json", "x/notes.txt"}
    assert not (folder / "x" / "y").exists()


# --- what is no contract


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"{}", "this is no OpenAPI document: it has no `openapi`"),
        (b'{"swagger": "2.0", "paths": {}}', "Swagger 2.0 is not supported"),
        (b'{"openapi": "3.1.0"', "api:1:20: "),
        (b"[1]", "an object with `openapi` was expected"),
        (b"\0\1", "NUL"),
        (b"only words", "an object with `openapi` was expected"),
        (b'{"openapi": "3.1.0", "info": {}, "paths": {}}', "has no operation and no event"),
        (
            b'{"openapi": "3.1.0", "paths": {"/a": {"get": {"deprecated": true}}}}',
            "make a connector of: deprecated",
        ),
    ],
)
def test_what_is_no_contract_says_why(connlint: Run, folder: Path, content: bytes, said: str) -> None:
    (folder / "api").write_bytes(content)

    result = connlint("init", "x", "--from-openapi", "api")

    assert result.status == 2
    assert said in result.err
    assert not (folder / "x").exists()


def test_more_than_a_connector_takes_is_refused_and_can_be_chosen_from(connlint: Run, folder: Path) -> None:
    paths: dict[str, Any] = {f"/r{number}": {"get": {"responses": {}}} for number in range(3000)}
    (folder / "big.json").write_text(json.dumps(contract(paths)))

    refused = connlint("init", "x", "--from-openapi", "big.json")
    chosen = connlint("init", "x", "--from-openapi", "big.json", "--path", "/r7")

    assert refused.status == 2
    assert "3,000 operations are more than one connector takes (2,000)" in refused.err
    assert chosen.status == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--tag", "a"), "--tag chooses from a contract"),
        (("--list",), "--list chooses from a contract"),
        (("--from-openapi", "a", "--from-page", "b.md"), "two ways to begin"),
        (("--from-page", "b.md", "--json"), "as they are"),
        (("--json", "--format", "yaml"), "contradict"),
        (("--handle", "a b"), "is no handle"),
        (("--base-url", "ftp://x"), "is no URL"),
        (("--from-openapi", "none.json"), "cannot read none.json"),
        (("--today", "tomorrow", "--from-openapi", "shop.json"), "is no date"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    connlint: Run, folder: Path, shop: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = connlint("init", "x", *arguments)

    assert result.status == 2
    assert said in result.err
    assert not (folder / "x").exists()


# --- from a page


@pytest.fixture
def page(folder: Path) -> Path:
    """A page with both documents, one of them in a list's fence."""
    service = json.dumps(SERVICE, indent=1).replace("\n", "\r\n")
    resources = "\n".join(f"   {line}" for line in json.dumps(RESOURCES, indent=1).split("\n"))
    head = f"# Pets\n\nTriggers on: cats/cat.born\n\n```json\r\n{service}\r\n```\n\n"
    text = f"{head}1. Resources:\n\n   ```\n{resources}\n   ```\n"
    path = folder / "pets.md"
    path.write_bytes(text.encode())
    return path


def test_a_page_s_documents_are_taken_out_byte_for_byte(connlint: Run, folder: Path, page: Path) -> None:
    made = connlint("init", "out", "--from-page", "pets.md")

    assert made.status == 0
    service = json.dumps(SERVICE, indent=1).replace("\n", "\r\n") + "\r\n"
    assert (folder / "out" / "service.json").read_bytes() == service.encode()
    assert (folder / "out" / "resources.json").read_text() == json.dumps(RESOURCES, indent=1) + "\n"
    assert "the page's list of 1 trigger is not the vendor's" in made.err
    assert files_in(folder / "out") == {"service.json", "resources.json"}
    assert is_clean(connlint("check", "out"))


def test_evidence_beside_a_page_comes_along(connlint: Run, folder: Path, page: Path) -> None:
    home = folder / "pets"
    (home / "fixtures").mkdir(parents=True)
    (home / "contract.json").write_text(json.dumps(contract({"/cats/{cat_id}": {"get": answering()}})))
    (home / "fixtures" / "a.yaml").write_text(
        "operation: cats.read\nwritten: 2026-11-22 by hand\nresponse: {status: 200, json: {id: c}}\n"
    )

    moved = connlint("init", "out", "--from-page", "pets.md")
    beside = connlint("init", "pets", "--from-page", "pets.md")

    assert moved.status == beside.status == 0
    assert files_in(folder / "out") == {"service.json", "resources.json", "contract.json", "fixtures/a.yaml"}
    assert 'set `page = "pets.md"`' in beside.err


@pytest.mark.parametrize("linked", ["contract.json", "fixtures"])
def test_evidence_beside_a_page_that_leads_elsewhere_is_not_copied(
    connlint: Run, folder: Path, page: Path, linked: str
) -> None:
    elsewhere = folder.parent / f"theirs-{linked}"
    (elsewhere / "fixtures").mkdir(parents=True)
    (elsewhere / "contract.json").write_text("{}")
    (elsewhere / "fixtures" / "a.yaml").write_text("secret: 1\n")
    (folder / "pets").mkdir()
    (folder / "pets" / linked).symlink_to(elsewhere / linked)

    result = connlint("init", "out", "--from-page", "pets.md")

    assert result.status == 2
    assert "leads elsewhere, through a link" in result.err
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Nothing\n", "holds no document of a connector"),
        ('```json\n{"handle": "x", "service": {\n```\n', "mend the page first"),
        (
            f"```json\n{json.dumps(SERVICE)}\n```\n\n```json\n{json.dumps(SERVICE)}\n```\n",
            "two service documents",
        ),
    ],
)
def test_a_page_without_whole_documents_says_why(connlint: Run, folder: Path, text: str, said: str) -> None:
    (folder / "p.md").write_text(text)

    result = connlint("init", "x", "--from-page", "p.md")

    assert result.status == 2
    assert said in result.err
    assert not (folder / "x").exists()
