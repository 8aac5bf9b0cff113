"""`connlint.connector.types`: what the types promise, and that the format's page says the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connlint.connector import types
from connlint.connector.selectors import json_kind

PAGE = Path(__file__).resolve().parent.parent / "docs" / "format.md"

NAMES = st.sampled_from(types.NAMES)
KIND_SETS = st.frozensets(st.sampled_from(types.KINDS))
SOURCES = st.sampled_from(("contract", "recorded"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def test_published_and_platform_types_are_known_by_their_exact_names() -> None:
    assert set(types.PUBLISHED) == {"String", "Integer", "Boolean", "Object"}
    assert set(types.NAMES) - set(types.PUBLISHED) == set(
        "Any Array Float ID UnsignedInteger DateTime Duration Bytes Handle Url KV KVV Vars Meta".split()
    )
    assert all(types.known(name) for name in types.NAMES)
    assert not any(types.known(name) for name in ("string", "Number", "", "Str"))


@pytest.mark.parametrize(
    ("name", "observed", "source", "expected"),
    [
        ("Integer", {"number"}, "contract", True),  # `number` in a contract allows integers
        ("Integer", {"number"}, "recorded", False),  # a recorded 1.5 does not
        ("UnsignedInteger", {"number"}, "contract", True),
        ("Float", {"integer"}, "recorded", True),
        ("String", {"null"}, "recorded", None),
        ("String", set(), "contract", None),
        ("String", {"null", "integer"}, "recorded", False),
        ("String", {"string", "array"}, "contract", True),  # not disjoint: no finding
        ("String", {"array"}, "recorded", False),
        ("Array", {"array"}, "recorded", True),
        ("Any", {"object"}, "recorded", True),
        ("DateTime", {"integer"}, "recorded", True),
        ("KVV", {"object"}, "contract", True),
        ("Nonsense", {"object"}, "contract", None),
    ],
)
def test_value_against_declared_type(
    name: str, observed: set[str], source: str, expected: bool | None
) -> None:
    assert types.fits_value(name, frozenset(observed), source=source) is expected  # type: ignore[arg-type]  # a Literal of the table


def test_of_a_multivalue_the_items_are_judged() -> None:
    assert types.fits_value("String", frozenset({"array"}), source="recorded", multivalue=True) is None
    assert (
        types.fits_value("String", frozenset({"array", "number"}), source="recorded", multivalue=True)
        is False
    )
    assert (
        types.fits_value("Float", frozenset({"array", "number"}), source="recorded", multivalue=True) is True
    )


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        ({"string"}, "String"),
        ({"integer", "null"}, "Integer"),
        ({"integer", "number"}, "Float"),
        ({"array"}, "Array"),
        ({"string", "integer"}, None),
        ({"null"}, None),
        (set(), None),
    ],
)
def test_one_type_that_the_values_call_for(observed: set[str], expected: str | None) -> None:
    assert types.type_for(frozenset(observed)) == expected


@pytest.mark.parametrize("name", ["String", "DateTime", "Duration", "Handle", "Url", "Bytes"])
def test_text_needs_quotes_in_a_json_body(name: str) -> None:
    assert types.quoted_ok(name)
    assert not types.bare_ok(name)


@pytest.mark.parametrize(
    "name", ["Integer", "UnsignedInteger", "Float", "Boolean", "Object", "Array", "KV", "Meta"]
)
def test_json_values_stand_bare(name: str) -> None:
    assert types.bare_ok(name)
    assert not types.quoted_ok(name)


@pytest.mark.parametrize("name", ["ID", "Any", "Nonsense"])
def test_either_way_is_right(name: str) -> None:
    assert types.bare_ok(name)
    assert types.quoted_ok(name)


@pytest.mark.parametrize(
    ("name", "option", "expected"),
    [
        ("Integer", 5, True),
        ("Integer", "5", True),
        ("Integer", "five", False),
        ("Integer", 1.5, False),
        ("Integer", True, False),
        ("UnsignedInteger", "-5", False),
        ("UnsignedInteger", 5, True),
        ("Float", "1e3", True),
        ("Boolean", "true", True),
        ("Boolean", "yes", False),
        ("String", "256x256", True),
        ("String", 256, False),
        ("ID", 256, True),
        ("Object", '{"type": "text"}', True),
        ("Object", "text", False),
        ("DateTime", "now", None),
        ("Any", "x", None),
        ("Nonsense", "x", None),
    ],
)
def test_option_of_its_type(name: str, option: object, expected: bool | None) -> None:
    assert types.fits_option(name, option) is expected


@given(VALUES)
def test_every_json_value_has_one_kind_and_any_takes_it(value: object) -> None:
    kind = json_kind(value)
    assert kind in types.KINDS
    assert types.fits_value("Any", frozenset({kind}), source="recorded") in (True, None)


@given(NAMES, KIND_SETS, KIND_SETS, SOURCES, st.booleans())
def test_more_evidence_for_a_type_never_refutes_it(
    name: str, some: frozenset[str], more: frozenset[str], source: str, multivalue: bool
) -> None:
    before = types.fits_value(name, some, source=source, multivalue=multivalue)  # type: ignore[arg-type]  # a Literal drawn by hypothesis
    after = types.fits_value(name, some | more, source=source, multivalue=multivalue)  # type: ignore[arg-type]  # as above
    if before is True:
        assert after is True
    if after is None:
        assert before is None


@given(NAMES, KIND_SETS)
def test_a_contract_refutes_no_more_than_a_recording(name: str, observed: frozenset[str]) -> None:
    if types.fits_value(name, observed, source="contract") is False:
        assert types.fits_value(name, observed, source="recorded") is False


@given(NAMES, KIND_SETS, SOURCES)
def test_null_proves_and_refutes_nothing(name: str, observed: frozenset[str], source: str) -> None:
    with_null = types.fits_value(name, observed | {"null"}, source=source)  # type: ignore[arg-type]  # a Literal drawn by hypothesis
    assert with_null is types.fits_value(name, observed - {"null"}, source=source)  # type: ignore[arg-type]  # as above


@given(KIND_SETS)
def test_the_type_that_is_suggested_fits(observed: frozenset[str]) -> None:
    suggested = types.type_for(observed)
    if suggested is not None:
        assert types.fits_value(suggested, observed, source="recorded") is True
        assert observed - {"null"} <= types.kinds(suggested)


@given(NAMES, st.integers() | st.booleans() | st.text() | st.floats(allow_nan=False, allow_infinity=False))
def test_an_option_of_a_kind_that_the_type_reads_is_not_refused(name: str, option: object) -> None:
    if json_kind(option) in types.kinds(name) and not str(option).startswith("-"):
        assert types.fits_option(name, option) is not False


@given(NAMES, VALUES.filter(lambda value: isinstance(value, dict | list)))
def test_structures_spelled_as_json_are_options_of_structured_types(name: str, value: object) -> None:
    if types.kinds(name) == {json_kind(value)}:
        assert types.fits_option(name, json.dumps(value)) is True
