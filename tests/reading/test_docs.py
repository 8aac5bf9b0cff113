"""What docs/reading.md says about YAML is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from connlint.reading import read

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"


def rows() -> list[tuple[str, str]]:
    """Each example of the table: what is written, and its value as JSON."""
    found: list[tuple[str, str]] = []
    table = PAGE.read_text(encoding="utf-8").partition("| written | value |")[2].partition("\n\n")[0]
    for line in table.splitlines()[2:]:
        written, value = (re.findall(r"`([^`]+)`", cell) for cell in line.strip("|").split(" | "))
        found += zip(written, value, strict=True)
    return found


@pytest.mark.parametrize(("written", "value"), rows())
def test_the_table_of_values(written: str, value: str) -> None:
    (document,) = read("x.yaml", f"- {written}\n".encode(), named=True).documents
    assert not document.faults
    assert json.dumps(document.value) == f"[{value}]"


def test_the_table_was_found() -> None:
    assert len(rows()) > 15
