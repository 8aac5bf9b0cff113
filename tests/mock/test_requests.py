"""What is refused: credentials, bodies against the contract or the template, and the shape of errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.mock.conftest import Shop
from tests.mock.connectors import SERVICE, exchange

from connlint.mock.received import Received

Make = Callable[..., Shop]

CREATE = exchange("orders.create", {"id": "o_1"})
CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "https://api.shop.test/v1"}],
    "paths": {
        "/orders": {
            "get": {
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                    {"name": "sort", "in": "query", "schema": {"enum": ["asc", "desc"]}},
                ],
                "responses": {"200": {"description": "x"}},
            },
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["item"],
                                "properties": {"item": {"type": "string"}, "count": {"type": "integer"}},
                            }
                        }
                    },
                },
                "responses": {"200": {"description": "x"}},
            },
        }
    },
    "components": {
        "schemas": {
            "Error": {
                "type": "object",
                "required": ["message", "code", "param"],
                "properties": {
                    "message": {"type": "string"},
                    "code": {"type": "string"},
                    "param": {"type": ["string", "null"]},
                },
            },
            "ErrorResponse": {
                "type": "object",
                "required": ["error"],
                "properties": {"error": {"$ref": "#/components/schemas/Error"}},
            },
        }
    },
}


@pytest.mark.parametrize(
    ("credential", "status"),
    [
        ("Bearer x", 200),
        ("bearer anything at all", 200),
        ("Bearer ", 401),
        ("Basic eDp5", 401),
        ("", 401),
    ],
)
def test_any_credential_will_do_but_none(shop: Make, credential: str, status: int) -> None:
    ask = shop({"a.json": exchange("orders.read", {"id": "o_1"})})
    assert ask("GET", "/orders/o_1", headers={"Authorization": credential}).status == status


def test_a_missing_credential_is_named(shop: Make) -> None:
    ask = shop({"a.json": exchange("orders.read", {"id": "o_1"})})
    answer = ask.world.answer(Received("GET", "/orders/o_1", "", [], b"")).answer
    assert answer.status == 401
    assert b"no credential: the connector sends the header `Authorization: Bearer {{key}}`" in answer.body


def test_without_auth_nothing_is_asked_for(shop: Make) -> None:
    inner = {key: value for key, value in SERVICE["service"].items() if key != "auth"}  # type: ignore[attr-defined]  # a mapping
    ask = shop({"a.json": exchange("orders.read", {"id": "o_1"})}, service={**SERVICE, "service": inner})
    assert ask.world.answer(Received("GET", "/orders/o_1", "", [], b"")).answer.status == 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"count": 1}, "`item` is missing"),
        ({"item": 1}, "`item`"),
        ({"item": "a", "count": "b"}, "`count`"),
        ([], "object"),
    ],
)
def test_the_contract_refuses(shop: Make, body: object, said: str) -> None:
    answer = shop({"a.json": CREATE}, contract=CONTRACT)("POST", "/v1/orders", body)
    assert answer.status == 400
    assert said in answer.json["error"]["message"]
    assert "(contract)" in answer.json["error"]["message"]


def test_the_contract_takes_more_than_the_connector_sends(shop: Make) -> None:
    ask = shop({"a.json": CREATE}, contract=CONTRACT)
    assert ask("POST", "/v1/orders", {"item": "a", "note": "more", "count": 2}).status == 200
    assert ask("POST", "/v1/orders", {"item": "a"}).status == 200


def test_bodies_that_are_not_what_they_say(shop: Make) -> None:
    ask = shop({"a.json": CREATE}, contract=CONTRACT)
    broken = ask("POST", "/v1/orders", raw=b'{"item": ', headers={"content-type": "application/json"})
    assert broken.status == 400
    assert "the body is not JSON: line 1, column 10" in broken.json["error"]["message"]
    deep = ask("POST", "/v1/orders", raw=b"[" * 100_000, headers={"content-type": "application/json"})
    assert deep.status == 400
    other = ask("POST", "/v1/orders", raw=b"item=a", headers={"content-type": "text/plain"})
    assert other.status == 415
    assert ask("POST", "/v1/orders").status == 400


def test_query_parameters_are_held_to_the_contract(shop: Make) -> None:
    ask = shop({"a.json": exchange("orders.list", {"data": []})}, contract=CONTRACT)
    assert ask("GET", "/v1/orders?limit=5&sort=asc&more=1").status == 200
    assert "`limit` is `many`" in ask("GET", "/v1/orders?limit=many").json["error"]["message"]
    assert "the contract has asc, desc" in ask("GET", "/v1/orders?sort=up").json["error"]["message"]


def test_errors_have_the_contracts_shape(shop: Make) -> None:
    error = shop({"a.json": CREATE}, contract=CONTRACT)("POST", "/v1/orders", {"count": 1}).json["error"]
    assert set(error) == {"message", "code", "param"}
    assert error["code"] == "invalid_request"


def test_errors_have_a_fixtures_shape_before_the_contracts(shop: Make) -> None:
    ask = shop(
        {
            "a.json": CREATE,
            "b.json": exchange(
                "orders.create",
                {"fault": {"detail": "old", "status": 1}},
                status=400,
                variant="bad",
                match={"json": {"item": "never"}},
            ),
        },
        contract=CONTRACT,
    )
    answer = ask("POST", "/v1/orders", {"count": 1})
    assert set(answer.json["fault"]) == {"detail", "status"}
    assert "`item` is missing" in answer.json["fault"]["detail"]
    assert answer.json["fault"]["status"] == 400


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"count": 1}, "`item` is missing"),
        ({"item": "a"}, "`count` is missing"),
        ({"item": "a", "count": "1"}, "`count` is a string, the connector sends integer"),
        ({"item": 5, "count": 1}, "`item` is an integer, the connector sends string"),
    ],
)
def test_without_a_contract_the_template_refuses(shop: Make, body: object, said: str) -> None:
    answer = shop({"a.json": CREATE})("POST", "/orders", body)
    assert answer.status == 400
    assert said in answer.message


def test_constants_of_the_template_are_asked_for_by_strict_only(shop: Make) -> None:
    body = {"item": "a", "count": 1}
    assert shop({"a.json": CREATE})("POST", "/orders", body).status == 200
    strict = shop({"a.json": CREATE}, strict=True)
    assert "`source` is missing" in strict("POST", "/orders", body).message
    whole = {**body, "source": "platform"}
    assert strict("POST", "/orders", whole).status == 200
    assert "sends no `note`" in strict("POST", "/orders", {**whole, "note": "x"}).message
    assert "no query parameter `x`" in strict("POST", "/orders?x=1", whole).message
