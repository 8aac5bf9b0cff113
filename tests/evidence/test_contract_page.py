"""docs/contract.md shows what the program does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from connlint.evidence.shapes import Schemas

PAGE = Path(__file__).parents[2] / "docs" / "contract.md"
ROWS = re.findall(r"^\| `(\{.*?\})` \| `(\[.*?\])` \| (\w+) \|", PAGE.read_text("utf-8"), re.MULTILINE)


def test_the_page_has_its_rows() -> None:
    assert {outcome for _, _, outcome in ROWS} == {"proven", "sometimes", "refuted", "unchecked"}


@pytest.mark.parametrize(("schema", "selector", "outcome"), ROWS)
def test_a_selector_meets_what_the_page_says(schema: str, selector: str, outcome: str) -> None:
    value = json.loads(schema)
    assert Schemas(value).shape(value, ()).walk(json.loads(selector)).outcome == outcome
