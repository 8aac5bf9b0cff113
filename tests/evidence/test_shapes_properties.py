"""A schema walk agrees with validating generated values, ends on every schema, and is monotonous."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from tests.evidence.schema_strategies import (
    GiveUp,
    documents,
    paths,
    satisfies,
    schemas,
    selectors,
    values,
)

from connlint.connector.selectors import json_kind, walk
from connlint.evidence.shapes import Schemas, Shape

FEW = settings(
    max_examples=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


def shape_of(document: Any) -> Shape:
    return Schemas(document).at("schema")


def draw_value(data: st.DataObject, document: Any) -> Any:
    """A value that a validator accepts; the example is dropped when none is found."""
    try:
        value = data.draw(values(document))
    except GiveUp:
        assume(False)
    assume(satisfies(document, value))
    return value


@FEW
@given(documents(), st.data())
def test_what_a_valid_value_holds_is_never_refuted(document: Any, data: st.DataObject) -> None:
    value = draw_value(data, document)
    shape = shape_of(document)
    for selector in paths(value):
        found = shape.walk(selector)
        here = walk(value, selector).value
        event(f"selectors of {len(selector)} segments: {found.outcome}")
        assert found.outcome != "refuted", (selector, value)
        if found.shape is None:
            assert found.outcome == "unchecked"
            continue
        assert json_kind(here) in found.shape.kinds, (selector, here)
        if here is None:
            continue
        known = found.shape.values
        assert known is None or here in known, (selector, here)


@FEW
@given(documents(), st.data())
def test_what_is_required_is_in_every_valid_value(document: Any, data: st.DataObject) -> None:
    value = draw_value(data, document)
    shape = shape_of(document)
    candidates = {*paths(value), *(data.draw(st.lists(selectors, max_size=8)))}
    for selector in sorted(candidates):
        found = shape.walk(selector)
        if found.required:
            event("required")
            assert found.outcome == "proven"
            assert walk(value, selector).found, (selector, value)


@FEW
@given(documents(), st.data())
def test_keys_are_those_that_valid_objects_have(document: Any, data: st.DataObject) -> None:
    value = draw_value(data, document)
    assume(isinstance(value, dict))
    shape = shape_of(document)
    assert set(shape.required_keys) <= value.keys()
    assert shape.is_open or value.keys() <= shape.keys().keys()
    for name, key in shape.keys().items():
        assert shape.walk([name]).outcome in ("proven", "sometimes")
        assert key.required == (name in shape.required_keys)
        assert not key.required or key.everywhere


@FEW
@given(documents(), selectors)
def test_a_longer_selector_is_never_surer_than_its_start(document: Any, selector: tuple[str, ...]) -> None:
    shape = shape_of(document)
    sure = ["refuted", "unchecked", "sometimes", "proven"]
    outcomes = [shape.walk(selector[:length]).outcome for length in range(len(selector) + 1)]
    event(outcomes[-1])
    assert outcomes[0] == "proven"
    for before, after in pairwise(outcomes):
        if before == "refuted":
            assert after == "refuted"
        if after == "proven":
            assert before == "proven"
        assert not (before == "unchecked" and sure.index(after) > sure.index(before))


@FEW
@given(documents(), selectors)
def test_a_walk_from_what_a_walk_reached_is_the_walk_in_one(document: Any, selector: tuple[str, ...]) -> None:
    shape = shape_of(document)
    whole = shape.walk(selector)
    for cut in range(len(selector) + 1):
        first = shape.walk(selector[:cut])
        if first.shape is None:
            continue
        second = first.shape.walk(selector[cut:])
        if first.outcome == "proven":
            assert second.outcome == whole.outcome
        elif whole.outcome == "sometimes":
            assert second.outcome in ("proven", "sometimes")


@FEW
@given(documents(), schemas(), selectors)
def test_another_branch_refutes_nothing_and_proves_nothing(
    document: Any, other: Any, selector: tuple[str, ...]
) -> None:
    alone = shape_of(document).walk(selector)
    # a schema that nothing satisfies is unchecked alone, and adds nothing to a union
    assume("contradicts itself" not in alone.why)
    before = alone.outcome
    wider = {**document, "schema": {"anyOf": [document["schema"], other]}}
    after = shape_of(wider).walk(selector).outcome
    if before in ("proven", "sometimes"):
        assert after in ("proven", "sometimes")
    if before == "unchecked":
        assert after != "refuted"
    if after == "proven" and before != "proven":
        # only a branch that no value satisfies (`{$ref: itself}`, null) may say less than the other
        assert before in ("unchecked", "refuted")


@FEW
@given(documents(), st.lists(selectors, min_size=2, max_size=4))
def test_answers_do_not_depend_on_the_order_of_the_questions(
    document: Any, asked: list[tuple[str, ...]]
) -> None:
    def answers(order: list[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[object, ...]]:
        known = Schemas(document)
        shapes = [known.at("components", "schemas", name) for name in "CBA"] if order is asked else []
        for shape in [*shapes, known.at("schema")]:
            shape.keys()
        found = {selector: known.at("schema").walk(selector) for selector in order}
        return {
            s: (w.outcome, w.required, w.depth, w.shape.kinds if w.shape else None) for s, w in found.items()
        }

    assert answers(asked) == answers(asked[::-1])


@FEW
@given(documents(), st.data())
def test_the_records_of_a_valid_list_satisfy_the_records_shape(document: Any, data: st.DataObject) -> None:
    value = draw_value(data, document)
    records = shape_of(document).records()
    assume(records.shape is not None and isinstance(value, dict))
    assert records.shape is not None
    body = value
    if records.keys:
        body = next((value[key] for key in records.keys if isinstance(value.get(key), list)), None)
        assume(body is not None)
    for record in body if isinstance(body, list) else [body]:
        event("record")
        for selector in paths(record):
            assert records.shape.walk(selector).outcome != "refuted"
