"""docs/fixtures.md: its fixtures are fixtures, its commands print what it shows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from connlint.cli import group
from connlint.evidence.fixtures import Fixture, fixtures_of
from connlint.reading import read
from connlint.schema import faults

PAGE = (Path(__file__).parents[1] / "docs" / "fixtures.md").read_text("utf-8")
FIXTURES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
CONSOLE = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def fixture_of(text: str) -> Fixture:
    (document,) = read("fixtures/a.yaml", text.encode(), named=True).documents
    document.role = "fixture"
    assert document.faults == ()
    assert [fault.message for fault in faults(document, "fixture")] == []
    (fixture,) = fixtures_of([document])
    return fixture


@pytest.mark.parametrize("text", FIXTURES, ids=lambda text: text.partition("\n")[0])
def test_every_example_is_a_fixture(text: str) -> None:
    assert fixture_of(text).kind


def named(target: str) -> Fixture:
    return next(fixture for fixture in map(fixture_of, FIXTURES) if fixture.target == target)


def test_the_stream_goes_out_as_the_page_says() -> None:
    (exchange,) = named("orders.watch").exchanges

    assert [item.text for item in exchange.response.body.items] == [
        'event: order\ndata: {"id":"ord_1","status":"open"}\n\n',
        "data: [DONE]\n\n",
        ": keep-alive\n\n",
        "retry 10\n\n",
    ]
    assert exchange.response.body.items[1].after == 0.04


def test_references_to_the_request_are_filled_as_the_page_says() -> None:
    (exchange,) = named("orders.create").exchanges

    assert exchange.json == {
        "id": "ord_2",
        "currency": "EUR",
        "first": {"sku": "A1", "quantity": 2},
        "note": "for A1",
    }


def test_changes_are_laid_over_as_the_page_says() -> None:
    _, paid = named("order-is-paid").exchanges

    assert paid.json == {"id": "ord_1", "status": "paid", "total": 1250, "paid": {"cash": 0, "card": 1250}}


SHOP: dict[str, Any] = {
    "service.json": {"handle": "shop", "service": {"baseURL": "https://api.shop.example/v2"}},
    "resources.json": [
        {
            "handle": "orders",
            "endpoint": "/orders",
            "operations": {
                "read": {
                    "method": "GET",
                    "path": {
                        "value": "/{{order_id}}",
                        "placeholders": [{"name": "order_id", "type": "String", "required": True}],
                    },
                },
                "list": {"method": "GET", "path": ""},
            },
        }
    ],
    "contract.json": {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1.4"},
        "paths": {
            path: {
                "get": {
                    "responses": {
                        "200": {
                            "description": "",
                            "content": {"application/json": {"schema": {"type": "object"}}},
                        }
                    }
                }
            }
            for path in ("/orders", "/orders/{id}")
        },
    },
    "events.yaml": {
        "vendor": "Shop",
        "source": {"from": "the guide", "version": "1", "retrieved": "2026-11-22"},
        "event-name": {"json": "type"},
        "envelope": {"type": "object", "properties": {"type": {"type": "string"}}},
        "events": {"order.paid": {}},
    },
}


@pytest.mark.parametrize("text", CONSOLE)
def test_commands_print_what_the_page_shows(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").mkdir()
    for name, value in SHOP.items():
        (tmp_path / "shop" / name).write_text(json.dumps(value))
    command, _, shown = text.partition("\n")

    result = CliRunner().invoke(group, command.removeprefix("$ connlint ").split(), prog_name="connlint")

    assert result.output == shown
