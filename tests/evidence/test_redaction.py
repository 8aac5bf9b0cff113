"""Credentials are taken out wherever they stand, by stand-ins that stay the same."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connlint.connector.model import Connector
from connlint.discovery import Finder
from connlint.evidence.bundle import Evidence
from connlint.evidence.contract import Contract
from connlint.evidence.redaction import Redactor, carriers, is_stand_in
from connlint.loading import load

KEY = "sk-proj-Zk39dkQm2Lx8vTn4Rw7yPc1B"
SERVICE = """
handle: demo
service:
  baseURL: https://api.example.com/v1
  headers: {X-Team: "{{team}}"}
  auth:
    method: api_token
    params:
      apiToken:
        headerName: X-Demo-Key
        token:
          value: "{{demoKey}}"
          placeholders: [{name: demoKey, type: String}, {name: team, type: String}]
"""


@pytest.fixture
def connector(tmp_path: Path) -> Connector:
    (tmp_path / "service.yaml").write_text(SERVICE)
    (found,) = Finder(display=lambda path: path.name).discover([tmp_path]).connectors
    return load(found, "demo", "demo", lambda _path, _page: Evidence()).connector


def test_the_connector_and_its_contract_say_which_headers_carry_credentials(connector: Connector) -> None:
    contract = Contract(
        {
            "openapi": "3.1.0",
            "components": {"securitySchemes": {"a": {"type": "apiKey", "in": "header", "name": "X-Vendor"}}},
        }
    )

    assert carriers(connector, contract) == {"authorization", "x-demo-key", "x-team", "x-vendor"}


def test_a_credential_is_replaced_in_its_header_and_wherever_else_it_stands(connector: Connector) -> None:
    redactor = Redactor.of(connector)

    assert redactor.header("X-Demo-Key", "tr0ub4dor-and-3") == "redacted-1"
    assert redactor.header("Authorization", f"Bearer {KEY}") == "Bearer redacted-2"
    assert redactor.value({"echo": ["key tr0ub4dor-and-3", {"a": KEY}], "n": 1}) == {
        "echo": ["key redacted-1", {"a": "redacted-2"}],
        "n": 1,
    }
    assert redactor.header("Authorization", f"Bearer {KEY}") == "Bearer redacted-2", (
        "one secret, one stand-in"
    )


def test_cookies_lose_their_values_and_keep_their_names() -> None:
    redactor = Redactor()

    assert redactor.header("Cookie", "sid=abc12345; theme=dark") == "sid=redacted-1; theme=redacted-2"
    assert (
        redactor.header("Set-Cookie", "sid=abc12345; Path=/; HttpOnly") == "sid=redacted-1; Path=/; HttpOnly"
    )


def test_keys_that_name_secrets_and_keys_of_a_known_shape_are_found_anywhere() -> None:
    redactor = Redactor()

    value = redactor.value({"client_secret": "plain", "apiKey": "k", "token": "Hello", "text": f"use {KEY}!"})

    assert value == {
        "client_secret": "redacted-1",
        "apiKey": "redacted-2",
        "token": "Hello",
        "text": "use redacted-3!",
    }


def test_who_is_asking_is_replaced_and_counted() -> None:
    redactor = Redactor()

    redactor.header("openai-organization", "acme-inc")
    redactor.header("Authorization", "Bearer abc")

    assert redactor.counts == {"organization": 1, "Authorization": 1}


def test_the_password_of_a_basic_credential_is_a_secret_of_its_own() -> None:
    redactor = Redactor()

    redactor.header("Authorization", "Basic " + base64.b64encode(b"me:correct horse").decode())

    assert redactor.text("correct horse") == "redacted-1"


_SECRETS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=8, max_size=20).filter(
    lambda text: not text.startswith("redacted-")
)


@given(_SECRETS, st.binary(max_size=8), st.binary(max_size=8))
def test_what_would_leak_is_told_however_it_is_written(secret: str, before: bytes, after: bytes) -> None:
    redactor = Redactor()
    redactor.learn(secret, "key")
    raw = secret.encode()

    assert redactor.leaks(before + raw + after) == ["redacted-1"]
    assert redactor.leaks(quote(secret, safe="").encode()) == ["redacted-1"]
    assert redactor.leaks(base64.b64encode(before + raw + after)) == ["redacted-1"]
    assert secret not in redactor.text(f"x{secret}y") or secret in "xredacted-1y"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("redacted-1", True),
        ("Bearer redacted-3", True),
        ("sk-xxxxxxxxxxxxxxxx", True),
        ("{{apiKey}}", True),
        ("Bearer mock", True),
        (f"Bearer {KEY}", False),
        ("8f2b7c1d9e4a6053", False),
    ],
)
def test_stand_ins_and_samples_are_told_from_credentials(text: str, expected: bool) -> None:
    assert is_stand_in(text) is expected
