"""A JSON text that was edited, read where it was, is what it is when it is read afresh, places included."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reading.saying import said

from connlint.reading import read
from connlint.reading.limits import Limits
from connlint.reading.pieces import Pieces

VALUES = st.recursive(
    st.sampled_from([None, True, 0, 12, -1.5, "", "a", 'a"b\\', "é\n", "{[,]}"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abé"), inner, max_size=3),
    max_leaves=12,
)
TEXTS = st.tuples(
    st.lists(VALUES, min_size=1, max_size=4), st.sampled_from([None, 0, 2]), st.sampled_from(["", " ", "\n"])
).map(lambda made: made[2] + json.dumps(made[0], indent=made[1], ensure_ascii=made[1] == 0) + made[2])
PARTS = st.sampled_from(
    ["", "x", "1", " ", ",", '"', "[", "]", "{", "}", ':"a"', '"b":2,', "[]", "\\", "\\ud800", "nul"]
)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 4), PARTS), max_size=6)


@settings(max_examples=150)
@given(TEXTS, EDITS)
def test_an_edited_text_is_read_as_if_nothing_had_been_read_before(
    text: str, edits: list[tuple[float, int, str]]
) -> None:
    pieces = Pieces()
    assert said("x.json", text, pieces) == said("x.json", text, None)
    for place, length, new in edits:
        at = int(place * len(text))
        text = text[:at] + new + text[at + length :]
        assert said("x.json", text, pieces) == said("x.json", text, None)


def test_an_item_that_becomes_too_deep_is_said_to_be() -> None:
    pieces, limits = Pieces(), Limits(size=1000, depth=4, nodes=1000, alias_nodes=10)
    for text in ("[1, [[1]], 2]", "[1, [[[1]]], 2]", "[1, [[[[1]]]], 2]", "[1, [[[2]]], 2]"):
        assert said("x.json", text, pieces, limits) == said("x.json", text, None, limits)


def test_an_item_is_read_alone() -> None:
    pieces = Pieces()
    (first,) = read("x.json", b'[{"a": 1}, {"b": 2}]', pieces=pieces, named=True).documents
    (second,) = read("x.json", b'[{"a": 10}, {"b": 2}]', pieces=pieces, named=True).documents
    assert isinstance(first.value, list)
    assert isinstance(second.value, list)
    assert first.value == [{"a": 1}, {"b": 2}]
    assert second.value == [{"a": 10}, {"b": 2}]
    assert second.value[1] is first.value[1]


def test_places_move_with_each_of_many_edits() -> None:
    pieces = Pieces()
    for text in (
        '[{"a": [1, 2]}, {"b": 3}]',
        '[{"a": [10, 2]}, {"b": 3}]',
        '[{"a": [100, 2]}, {"b": 3}]',
        '[{"a": [100, 2]}, {"b": [3]}]',
        '[{"a": [2]}, {"b": [3]}]',
        '[{"a": [2]}, {"c": 0, "b": [3]}]',
        '[{"a": [2]}]',
        '[{"a": [2], "d": 1}]',
    ):
        assert said("x.json", text, pieces) == said("x.json", text, None)
