"""Parts of a connector out of a contract: names, collections, services, and a contract cut down."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from connlint.evidence.contract import Contract
from connlint.evidence.starting import HoleNames, first_sentence, json_text, name_of
from connlint.evidence.starting_contract import (
    Choice,
    Nothing,
    chosen_operations,
    home_of_event,
    pruned,
    words_of,
)
from connlint.evidence.starting_resources import Handles, Layout, snake
from connlint.evidence.starting_service import service_of
from connlint.evidence.starting_text import resources_yaml


def contract(paths: dict[str, Any], **more: Any) -> Contract:
    return Contract(
        {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths, **more}, "c.json"
    )


def answer(schema: Any) -> dict[str, Any]:
    return {"responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}}


# --- names and words


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("batch_id", "batch_id"),
        ("user-id", "user_id"),
        ("2fa", "_2fa"),
        ("\N{GRINNING FACE}", "value"),
        ("", "value"),
    ],
)
def test_text_becomes_a_name(text: str, name: str) -> None:
    assert name_of(text) == name


def test_each_hole_of_an_operation_has_its_own_name() -> None:
    names = HoleNames(["id"])

    assert [names.give("id", "query"), names.give("id", "body"), names.give("a-b"), names.give("a.b")] == [
        "query_id",
        "body_id",
        "a_b",
        "a_b_2",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Lists [orders](https://x.test/a).\nNewest first.", "Lists orders."),
        ("Takes {{x}}<br>and\ty", "Takes { {x}}and y"),
        ("\u2028one\u0000", "one"),
        ("word " * 60, ("word " * 60)[:199].rpartition(" ")[0] + "…"),
    ],
)
def test_a_description_is_one_plain_sentence(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


def test_no_brace_of_the_vendor_s_can_be_taken_for_a_hole() -> None:
    assert json_text({"a": "{{x}} \\{", "b": {"c": 1}}) == (
        '{"a": "\\u007b\\u007bx}} \\\\\\u007b", "b": {"c": 1}}'
    )


def test_handles_differ_on_every_disk() -> None:
    handles = Handles()

    assert [handles.give("users"), handles.give("Users"), handles.give("users", "users_by_id")] == [
        "users",
        "Users_2",
        "users_by_id",
    ]
    assert handles.give("con") == "con_"


def test_words_are_told_apart() -> None:
    assert snake("listBatchesOfAPIKeys") == "list_batches_of_api_keys"
    assert words_of("fine_tuning_jobs") == words_of("fine-tuning.job") == "fine tuning job"
    assert home_of_event("fine_tuning.job.succeeded", {"fine tuning job": "jobs", "fine": "x"}) == "jobs"
    assert home_of_event("ping", {"ping": "pings"}) is None


@pytest.mark.parametrize(("body", "as_block"), [('{\n  "a": 1\n}', True), ('{\n  "\u2028": 1\n}', False)])
def test_a_body_is_a_block_where_every_reader_reads_it_as_it_is(body: str, as_block: bool) -> None:
    resource = {"handle": "x", "operations": {"create": {"method": "POST", "bodyTemplate": {"value": body}}}}

    text = resources_yaml([resource], ["Words."])

    assert ("value: |-" in text) is as_block
    assert yaml.safe_load(text) == [resource]


# --- where operations belong

LIST = answer({"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}})


@pytest.mark.parametrize(
    ("method", "path", "home"),
    [
        ("get", "/v1/jobs", ("/v1/jobs", "", ("list",))),
        ("post", "/v1/jobs", ("/v1/jobs", "", ("create",))),
        ("delete", "/v1/jobs", ("/v1/jobs", "", ("delete_all",))),
        ("put", "/v1/jobs/{id}", ("/v1/jobs", "/{id}", ("update", "replace"))),
        (
            "post",
            "/v1/jobs/{id}/cancelNow",
            ("/v1/jobs", "/{id}/cancelNow", ("cancel_now", "post_cancel_now")),
        ),
        ("put", "/v1/jobs/{id}/owner", ("/v1/jobs", "/{id}/owner", ("put_owner",))),
        ("get", "/v1/jobs/{id}/parts", ("/v1/jobs/{id}/parts", "", ("list",))),
        ("post", "/v1/jobs/{id}/parts", ("/v1/jobs/{id}/parts", "", ("create",))),
        ("get", "/settings/", ("/settings", "/", ("read",))),
        ("delete", "/settings/", ("/settings", "/", ("delete", "replace"))),
    ],
)
def test_an_operation_belongs_to_a_collection(method: str, path: str, home: tuple[Any, ...]) -> None:
    known = contract(
        {
            "/v1/jobs": {"get": {}, "post": {}, "delete": {}},
            "/v1/jobs/{id}": {"put": {}},
            "/v1/jobs/{id}/cancelNow": {"post": {}},
            "/v1/jobs/{id}/owner": {"put": {}},
            "/v1/jobs/{id}/parts": {"get": LIST, "post": {}},
            "/settings/": {"get": answer({"type": "object"}), "delete": {}},
        }
    )
    operation = known.operation_at(path, method)
    assert operation is not None
    assert tuple(Layout(known).home_of(operation)) == home


def test_many_paths_take_no_more_than_their_number() -> None:
    known = contract({f"/a{number}/{{id}}/b{number}": {"post": {}} for number in range(5000)})
    layout = Layout(known)

    assert len({layout.home_of(operation).collection for operation in known.operations()}) == 5000


# --- the service


@pytest.mark.parametrize(
    ("servers", "value"),
    [
        ([{"url": "https://x.test/v1/"}], "https://x.test/v1"),
        ([{"url": "http://x.test"}, {"url": "https://x.test/s"}], "https://x.test/s"),
        ([{"url": "http://x.test/v1"}], "https://x.test/v1"),
        ([{"url": "http://localhost:80"}], "http://localhost:80"),
        ([{"url": "/v2"}], "https://api.example.com/v2"),
        ([], "https://api.example.com"),
        ([{"url": "{{x}} y"}, 3], "https://api.example.com"),
        (
            [{"url": "https://{a}.x.test/{v}", "variables": {"v": {"default": "v1"}}}],
            "https://{{a}}.x.test/v1",
        ),
    ],
)
def test_the_base_url_is_the_contract_s_server(servers: list[Any], value: str) -> None:
    known = contract({"/a": {"get": {}}}, servers=servers)

    made = service_of(known, list(known.operations()), handle="x", title="X").value["service"]

    assert isinstance(made, dict)
    assert made["baseURL"]["value"] == value
    assert made["protocol"] == value.partition("://")[0]


def test_the_credential_is_the_one_that_most_operations_ask_for() -> None:
    schemes = {
        "admin": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "sid": {"type": "apiKey", "in": "cookie", "name": "sid"},
    }
    known = contract(
        {
            "/a": {"get": {"security": [{"admin": []}]}},
            "/b": {"get": {"security": [{"sid": []}, {"key": []}]}, "post": {"security": [{"key": []}]}},
        },
        components={"securitySchemes": schemes},
    )

    made = service_of(known, list(known.operations()), handle="x", title="X")

    service = made.value["service"]
    assert isinstance(service, dict)
    assert service["auth"]["params"]["apiToken"]["headerName"] == {"value": "X-Key"}
    assert made.notes[-1] == "some operations ask for another credential (admin); `auth` has one for all"


# --- the contract, cut down


def cut(known: Contract, *paths: str) -> dict[str, Any]:
    operations = chosen_operations(known, Choice(paths=paths))
    return pruned(known, operations, (), "cut")


def test_all_that_is_reached_stays() -> None:
    schemas = {
        "Pet": {
            "discriminator": {"propertyName": "k", "mapping": {"c": "Cat", "d": "#/components/schemas/Dog"}}
        },
        "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}]},
        "Dog": {},
        "Base": {"discriminator": {"propertyName": "k"}},
        "Child": {
            "allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"$ref": "#/components/schemas/De~1ep/properties/x"},
            ]
        },
        "De/ep": {"properties": {"x": {"$ref": "#/paths/~1other/get/responses/200/content/a/schema"}}},
        "Far": {},
        "Unused": {"$ref": "#/components/schemas/Far2"},
        "Far2": {},
    }
    other = {
        "get": {"responses": {"200": {"content": {"a": {"schema": {"$ref": "#/components/schemas/Far"}}}}}}
    }
    known = contract(
        {
            "/pets": {
                "get": answer(
                    {"oneOf": [{"$ref": "#/components/schemas/Pet"}, {"$ref": "#/components/schemas/Base"}]}
                )
            },
            "/pets/{id}": {"get": {}, "parameters": []},
            "/{kind}": {"get": {}},
            "/other": other,
            "/left": {"get": answer({"$ref": "#/components/schemas/Unused"})},
        },
        components={"schemas": schemas, "securitySchemes": {"k": {}}},
        security=[{"k": []}],
        tags=[{"name": "x"}],
    )

    made = cut(known, "/pets")

    assert list(made["paths"]) == ["/pets", "/pets/{id}", "/other"]
    assert list(made["components"]["schemas"]) == ["Pet", "Cat", "Dog", "Base", "Child", "De/ep", "Far"]
    assert made["components"]["securitySchemes"] == {"k": {}}
    assert made["security"] == [{"k": []}]
    assert (made["x-cut"], made["info"]["version"]) == ("cut", "1 (a part)")
    assert list(made)[:2] == ["openapi", "x-cut"]


def test_other_methods_of_a_path_go_and_a_name_that_may_be_anywhere_keeps_all() -> None:
    schemas = {"A": {"$anchor": "a"}, "B": {}}
    paths: dict[str, Any] = {
        "/a": {"get": answer({"$ref": "#a"}), "post": {"tags": ["x"]}, "parameters": [1]}
    }
    known = contract(paths, components={"schemas": schemas})
    operations = [item for item in chosen_operations(known, Choice()) if item.method == "GET"]

    made: Any = pruned(known, operations, (), "cut")

    assert made["paths"] == {"/a": {"get": paths["/a"]["get"], "parameters": [1]}}
    assert made["components"]["schemas"] == schemas


@pytest.mark.parametrize(
    ("choice", "paths"),
    [
        (Choice(), ["/a", "/a/{x}", "/ab"]),
        (Choice(paths=("/a",)), ["/a", "/a/{x}"]),
        (Choice(paths=("a/",)), ["/a", "/a/{x}"]),
        (Choice(paths=("*b",)), ["/ab"]),
        (Choice(tags=("ONE",)), ["/a"]),
        (Choice(tags=("t*",), paths=("/a/{x}",)), ["/a/{x}", "/ab"]),
        (Choice(paths=("*" * 2000,)), ["/a", "/a/{x}", "/ab"]),
    ],
)
def test_operations_are_chosen_by_tags_and_paths(choice: Choice, paths: list[str]) -> None:
    known = contract(
        {"/a": {"get": {"tags": ["One", 3]}}, "/a/{x}": {"get": {}}, "/ab": {"get": {"tags": ["Two"]}}}
    )

    assert [operation.path for operation in chosen_operations(known, choice)] == paths


def test_a_pattern_of_many_stars_is_told_quickly() -> None:
    known = contract({"/" + "a" * 200: {"get": {}}})

    with pytest.raises(Nothing):
        chosen_operations(known, Choice(paths=("*a" * 30 + "*b",)))
