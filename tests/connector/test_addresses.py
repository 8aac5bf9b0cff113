"""Addresses: how names are written in them, and what a pattern covers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connlint.connector.addresses import Twins, matches, operation, quoted


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("batch-1_x", "batch-1_x"),
        ("é", "é"),
        ("a.b", '"a.b"'),
        ("", '""'),
        ("a\n", '"a\n"'),
        ('a"b', '"a\\"b"'),
        ("a\\", '"a\\\\"'),
    ],
)
def test_a_name_is_quoted_where_it_has_to_be(name: str, written: str) -> None:
    assert quoted(name) == written


@pytest.mark.parametrize("name", ["fields", "webhooks", "operations"])
def test_an_operation_with_the_name_of_a_list_stands_in_brackets(name: str) -> None:
    assert operation("cats", name) == f"cats.operations[{name}]"
    assert operation("cats", "read") == "cats.read"
    assert operation("cats", "a b") == 'cats."a b"'


@pytest.mark.parametrize(
    ("pattern", "address", "covered"),
    [
        ("cats", "cats", True),
        ("cats", "cats.read", False),
        ("cats.*", "cats.read.path{id}", True),
        ("cats.*", "dogs.read", False),
        ("*.read", "cats.read", True),
        ("*", "", True),
        ("*{id}", "cats.read.path{id}", True),
        ("cats.*.path{*}", "cats.read.path{id}", True),
        ("a*b", "ac", False),
        ("a*a", "a", False),
        ("a*b*b", "ab", False),
        ("a*b*c", "abxc", True),
        ("a*b*c", "acxc", False),
        ("*a*a*", "a", False),
        ("*a*a*", "aa", True),
    ],
)
def test_a_star_stands_for_anything(pattern: str, address: str, covered: bool) -> None:
    assert matches(pattern, address) is covered


@given(st.text("ab*", max_size=7), st.text("ab", max_size=9))
def test_a_pattern_covers_what_the_same_regular_expression_does(pattern: str, address: str) -> None:
    expression = ".*".join(map(re.escape, pattern.split("*")))

    assert matches(pattern, address) == bool(re.fullmatch(expression, address))


def test_twins_are_numbered() -> None:
    twins = Twins()

    assert [twins.name(name) for name in ("a", "b", "a", "a", "b")] == ["a", "b", "a#2", "a#3", "b#2"]
