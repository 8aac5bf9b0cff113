"""Where the cursor stands in text that need not parse."""

from __future__ import annotations

import time

import pytest

from connlint.lsp.where import where
from connlint.source import Span


@pytest.mark.parametrize(
    "text",
    [
        "a" + " " * 100_000,
        "a: " + "::! " * 25_000,
        'value: "' + '\\"x' * 40_000,
        "a: " + "[]" * 50_000,
        "a: " + "[" * 50_000,
        "- " * 50_000,
        "'" * 100_000,
        "a: |" + " -" * 50_000,
        "\n".join("- a: 1" for _ in range(8_000)),
    ],
    ids=["blanks", "marks", "escapes", "pairs", "brackets", "dashes", "quotes", "bars", "lines"],
)
def test_the_cursor_is_placed_in_work_that_grows_with_the_text(text: str) -> None:
    """Quadratic work would take minutes on these."""
    began = time.process_time()
    for syntax in ("yaml", "json"):
        where(text, len(text), syntax, Span(0, len(text)))
    assert time.process_time() - began < 2
