"""Our selector walk finds what jsonpath-ng finds, on generated bodies and selectors."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonpath_ng import Child, Fields, Index, Root

from connlint.connector.selectors import walk

# `*` is a wildcard to jsonpath-ng in every spelling, so it is left out; all other odd keys are keys
KEYS = st.sampled_from(["id", "data", "a.b", "$", "0", "1", "00", "x y", "", "[]", "ключ", "-1"])
# jsonpath-ng indexes text, which no selector does: texts are empty here
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-2, 2) | st.just("")
BODIES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=25,
)


@st.composite
def walks(draw: st.DrawFn) -> tuple[Any, tuple[str, ...]]:
    """A body and a selector that mostly follows what is there, and now and then leaves it."""
    body = draw(BODIES)
    here: Any = body
    selector: list[str] = []
    for _ in range(draw(st.integers(0, 4))):
        names: list[str] = []
        if isinstance(here, dict):
            names = list(here)
        elif isinstance(here, list):
            names = [str(index) for index in range(len(here))]
        follow = bool(names) and draw(st.integers(0, 5)) > 0
        segment = draw(st.sampled_from(names)) if follow else draw(KEYS)
        selector.append(segment)
        if not follow:
            here = None
        elif isinstance(here, dict):
            here = here[segment]
        else:
            here = here[int(segment)]
    return body, tuple(selector)


def found_by_jsonpath(body: Any, selector: tuple[str, ...]) -> list[Any]:
    """What jsonpath-ng finds: a segment is a key, and of digits also an index."""
    readings = [
        [Fields(segment), Index(int(segment))] if is_digits(segment) else [Fields(segment)]
        for segment in selector
    ]
    found = []
    for steps in product(*readings):
        path: Any = Root()
        for step in steps:
            path = Child(path, step)
        found += [match.value for match in path.find(body)]
    return found


def is_digits(segment: str) -> bool:
    return segment.isascii() and segment.isdigit()


def test_our_walk_agrees_with_jsonpath_ng() -> None:
    hits: list[bool] = []

    @settings(max_examples=400, deadline=None, database=None, derandomize=True)
    @given(walks())
    def agree(case: tuple[Any, tuple[str, ...]]) -> None:
        body, selector = case
        ours = walk(body, selector)
        theirs = found_by_jsonpath(body, selector)
        hits.append(ours.found)

        assert ours.found == bool(theirs)
        if ours.found:
            assert [type(value) for value in theirs] == [type(ours.value)]
            assert theirs == [ours.value]

    agree()

    assert sum(hits) >= 0.3 * len(hits), f"only {sum(hits)} of {len(hits)} selectors lead anywhere"
