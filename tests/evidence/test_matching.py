"""An operation is found in the contract wherever both of them put the base path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connlint.evidence.contract import Contract
from connlint.evidence.matching import admits, contract_path, matched, misplaced
from connlint.run import Opened, Request, open_all


def opened(folder: Path, base: str, endpoint: str) -> Opened:
    """A connector that reads a ticket."""
    service = {"handle": "t", "service": {"baseURL": {"value": base}}}
    resource = {
        "handle": "tickets",
        "endpoint": {"value": endpoint},
        "operations": {"read": {"method": "GET", "path": {"value": "/{{ticket}}"}}},
    }
    (folder / "service.json").write_text(json.dumps(service))
    (folder / "resources.json").write_text(json.dumps([resource]))
    found, _ = open_all(Request(paths=(folder,), working=folder))
    return found[0]


def contract(path: str, *servers: Any) -> Contract:
    listed = [server if isinstance(server, dict) else {"url": server} for server in servers]
    return Contract({"openapi": "3.1.0", "servers": listed, "paths": {path: {"get": {"responses": {}}}}})


V1 = "https://api.vendor.example/v1"
ROOT = "https://api.vendor.example"


@pytest.mark.parametrize(
    ("base", "endpoint", "path", "servers"),
    [
        (V1, "/tickets", "/tickets/{id}", [V1]),
        (f"{V1}/", "/tickets", "/tickets/{id}", [f"{V1}/"]),
        (ROOT, "/v1/tickets", "/tickets/{id}", [V1]),
        (V1, "/tickets", "/v1/tickets/{id}", [ROOT]),
        (V1, "/tickets", "/v1/tickets/{id}", []),
        (ROOT, "/api/v1/tickets", "/v1/tickets/{id}", [f"{ROOT}/api", f"{ROOT}/beta"]),
        ("https://eu.vendor.example/v1", "/tickets", "/tickets/{id}", [V1]),
        ("https://proxy.example/vendor/v1", "/tickets", "/tickets/{id}", [V1]),
        ("https://{{site}}.vendor.example/{{version}}", "/tickets", "/tickets/{id}", [V1]),
        (
            "https://vendor.example/{{version}}",
            "/tickets",
            "/{version}/tickets/{id}",
            ["https://vendor.example"],
        ),
        (V1, "/tickets", "/tickets/{id}", ["/v1"]),
    ],
)
def test_an_operation_is_found(
    base: str, endpoint: str, path: str, servers: list[str], tmp_path: Path
) -> None:
    connector = opened(tmp_path, base, endpoint).loaded.connector
    official = contract(path, *servers)
    (operation,) = connector.operations

    found = matched(operation, official)

    assert found is not None
    assert found.name == f"GET {path}"
    assert misplaced(connector, official) == ()


def test_a_path_that_is_not_there_is_shown_as_the_contract_would_write_it(tmp_path: Path) -> None:
    (operation,) = opened(tmp_path, ROOT, "/v1/tickets").loaded.connector.operations

    assert contract_path(operation, contract("/users", V1)) == "/tickets/{}"


@pytest.mark.parametrize(
    ("base", "servers", "beside"),
    [
        (f"{ROOT}/v2", [V1], [V1]),
        (ROOT, [V1], [V1]),
        (f"{ROOT}/v2", [ROOT], [ROOT]),
        (f"{ROOT}/v2", [V1, f"{ROOT}/beta"], [V1, f"{ROOT}/beta"]),
        # nothing is proved where a host differs or a part of the URL is not known
        ("https://eu.vendor.example/v2", [V1], []),
        (f"{ROOT}/{{{{version}}}}", [V1], []),
        (f"{ROOT}/v2", [V1, f"{ROOT}/v2"], []),
        (
            f"{ROOT}/v2",
            [{"url": f"{ROOT}/{{version}}", "variables": {"version": {"default": "v1"}}}],
            [],
        ),
        (f"{ROOT}/v2", [], []),
        (f"{ROOT}/v2", ["/v1"], []),
    ],
)
def test_a_base_url_beside_the_servers_is_told(
    base: str, servers: list[Any], beside: list[str], tmp_path: Path
) -> None:
    connector = opened(tmp_path, base, "/tickets").loaded.connector

    assert misplaced(connector, contract("/tickets/{id}", *servers)) == tuple(beside)


@pytest.mark.parametrize(
    ("media", "sent", "fits"),
    [
        ("application/json", "application/json", True),
        ("application/json; charset=utf-8", "application/json", True),
        ("*/*", "text/csv", True),
        ("text/*", "text/csv", True),
        ("application/vnd.vendor.v2+json", "application/json", True),
        ("application/json", "application/merge-patch+json", True),
        ("multipart/form-data", "application/json", False),
        ("application/x-www-form-urlencoded", "application/json", False),
        ("text/*", "application/json", False),
    ],
)
def test_a_media_type_admits_what_it_means(media: str, sent: str, fits: bool) -> None:
    assert admits(media, sent) is fits
