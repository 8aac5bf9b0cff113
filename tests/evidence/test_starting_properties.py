"""The law of `connlint init`: whatever a contract says, what is made of it is clean as it is made."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from tests.evidence.contract_strategies import contracts

from connlint.cli.making import prove
from connlint.evidence.contract import Contract
from connlint.evidence.starting_contract import Choice
from connlint.evidence.starting_files import Origin, begin

DAY = "2026-11-22"
FAULTED = "would fault it"


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(contracts())
def test_what_is_made_is_clean_and_the_same_in_both_forms(contract: dict[str, Any]) -> None:
    origin = Origin("api.json", ".json", json.dumps(contract).encode(), DAY)
    beginning = begin(Contract(contract, "api.json"), Choice(), origin, handle="api")

    found = prove(beginning, "yaml", DAY)

    assert [(item.rule, item.address, item.message) for item in found] == []
    # nothing but fixtures with a vendor's key in them had to be taken out
    assert [item for item in beginning.left if FAULTED in item.why and "secret" not in item.why] == []
    values = [[document.value for document in beginning.read(form)] for form in ("yaml", "json")]
    for document in values[1]:
        if isinstance(document, dict):
            document.pop("$schema")
    assert _without_comments(values[0]) == _without_comments(values[1])


def _without_comments(value: object) -> object:
    """A value without notes, which YAML writes as comments."""
    if isinstance(value, dict):
        return {key: _without_comments(item) for key, item in value.items() if key != "$comment"}
    return [_without_comments(item) for item in value] if isinstance(value, list) else value
