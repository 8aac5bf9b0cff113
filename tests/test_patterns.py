"""Patterns that are compiled when first used answer as compiled ones do."""

from __future__ import annotations

import re

import pytest

from connlint.patterns import pattern


def test_a_pattern_answers_as_a_compiled_one() -> None:
    digits = pattern(r"(\d)(\d)", re.ASCII)
    for _ in range(2):
        assert digits.sub(r"\2\1", "12 34") == "21 43"
        assert [found.group(1) for found in digits.finditer("12 34")] == ["1", "3"]
    assert (digits.groups, digits.pattern) == (2, r"(\d)(\d)")


def test_a_wrong_pattern_is_an_error_when_it_is_first_used() -> None:
    wrong = pattern("(")
    with pytest.raises(re.error):
        wrong.search("x")
