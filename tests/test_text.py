"""`connlint.text`: the nearest name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connlint.text import distance, nearest

WORDS = st.text(alphabet="abcA_", max_size=7)


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("methd", ["method", "path"], "method"),
        ("mehtod", ["method", "path"], "method"),
        ("string", ["String", "Integer"], "String"),
        ("batchId", ["batch_id", "endpoint"], "batch_id"),
        ("ID", ["id", "uid"], "id"),
        ("nmae", ["name", "value"], "name"),
        ("lst", ["list", "last"], None),  # equally near
        ("xy", ["id", "path"], None),  # two edits are too many for a short name
        ("completed", ["created", "cancelled"], None),
        ("name", ["name"], None),  # not a misspelling
        ("", ["a", "b"], None),
        ("Path", ["path", "PATH"], "path"),  # case decides where it is all there is
    ],
)
def test_nearest_name(name: str, candidates: list[str], expected: str | None) -> None:
    assert nearest(name, candidates) == expected


def _reference(left: str, right: str) -> int:
    """Optimal string alignment, straight from its definition."""
    rows = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) + 1):
        for j in range(len(right) + 1):
            if not i or not j:
                rows[i][j] = i + j
                continue
            rows[i][j] = min(
                rows[i - 1][j] + 1,
                rows[i][j - 1] + 1,
                rows[i - 1][j - 1] + (left[i - 1] != right[j - 1]),
            )
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(WORDS, WORDS, st.integers(0, 8))
def test_distance_is_the_definition_up_to_its_limit(left: str, right: str, limit: int) -> None:
    assert distance(left, right, limit) == min(_reference(left, right), limit + 1)


def test_hostile_names_cost_nothing() -> None:
    long = "a" * 100_000
    assert nearest(long + "b", [long + "c", long]) is None


@given(WORDS, st.lists(WORDS))
def test_nearest_is_one_of_the_candidates_and_its_order_does_not_matter(
    name: str, candidates: list[str]
) -> None:
    found = nearest(name, candidates)
    assert found is None or found in candidates
    assert nearest(name, reversed(candidates)) == found
