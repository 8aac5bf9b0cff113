"""Walks through values: what they find, and where and why they stop."""

from __future__ import annotations

import pytest
from tests.values import inner

from connlint.connector.selectors import is_index, json_kind, selector_text, taken_apart, walk

BODY = {"data": [{"id": "a", "7": "seven"}, None], "n": 1, "none": None}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "boolean"),
        (0, "integer"),
        (1.0, "number"),
        ("", "string"),
        ([], "array"),
        ({}, "object"),
    ],
)
def test_a_value_has_one_kind(value: object, kind: str) -> None:
    assert json_kind(value) == kind


@pytest.mark.parametrize(
    ("segment", "index"),
    [("0", True), ("12", True), ("", False), ("-1", False), ("a", False), ("²", False), ("٣", False)],
)
def test_an_index_is_plain_digits(segment: str, index: bool) -> None:
    assert is_index(segment) is index


@pytest.mark.parametrize(
    ("selector", "value"),
    [
        ([], BODY),
        (["n"], 1),
        (["data", "0", "id"], "a"),
        (["data", "0", "7"], "seven"),
        (["data", "1"], None),
    ],
)
def test_a_walk_finds_what_is_there(selector: list[str], value: object) -> None:
    walked = walk(BODY, selector)

    assert (walked.found, walked.reason, walked.reached) == (True, None, len(selector))
    assert walked.value == walked.stopped_at == value


@pytest.mark.parametrize(
    ("selector", "reached", "reason", "there"),
    [
        (["m"], 0, "absent", BODY),
        (["data", "0", "name"], 2, "absent", inner(BODY, "data", 0)),
        (["data", "id"], 1, "wrong-kind", BODY["data"]),
        (["data", "2"], 1, "out-of-range", BODY["data"]),
        (["data", "9" * 5000], 1, "out-of-range", BODY["data"]),
        (["n", "0"], 1, "wrong-kind", 1),
        (["data", "1", "id"], 2, "null", None),
        (["none", "id"], 1, "null", None),
    ],
)
def test_a_walk_says_where_and_why_it_stops(
    selector: list[str], reached: int, reason: str, there: object
) -> None:
    walked = walk(BODY, selector)

    assert (walked.found, walked.value) == (False, None)
    assert (walked.reached, walked.reason, walked.stopped_at) == (reached, reason, there)


def test_an_index_of_many_digits_is_still_a_number() -> None:
    for zeros in (18, 19, 60):
        assert walk(["a", "b"], ["0" * zeros]).value == "a"
        assert walk(["a", "b"], ["0" * zeros + "1"]).value == "b"
    for nines in (17, 18, 19, 20, 5_000):
        assert walk(["a"], ["9" * nines]).reason == "out-of-range"


def test_a_selector_is_written_as_in_the_document() -> None:
    assert selector_text(["data", "id"]) == '["data", "id"]'
    assert selector_text([]) == "[]"


@pytest.mark.parametrize(
    ("segment", "parts"),
    [
        ("$.a.b[0]", ["a", "b", "0"]),
        ("a.b", ["a", "b"]),
        ("$['a']['b']", ["a", "b"]),
        ('$["a"]', ["a"]),
        ("$", []),
        ("a$", ["a$"]),
    ],
)
def test_a_path_expression_is_taken_apart(segment: str, parts: list[str]) -> None:
    assert taken_apart(segment) == parts
