"""Values made from schemas satisfy them, and values held to schemas are told what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.schema_strategies import documents

from connlint.evidence.contract import Contract
from connlint.evidence.instances import Instances
from connlint.evidence.samples import Sampler, text_of
from connlint.evidence.shapes import Schemas, Shape

OPENAI = Path(__file__).parents[2].parent / "shared" / "contracts" / "openai.openapi.json"


def held(schema: Any) -> tuple[Instances, Shape]:
    schemas = Schemas({"schema": schema})
    return Instances(schemas.references), schemas.at("schema")


def said(schema: Any, value: object, **how: Any) -> list[tuple[tuple[str | int, ...], str]]:
    instances, shape = held(schema)
    return [(item.at, item.message) for item in instances.contradictions(shape, value, **how)]


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"type": "integer"}, "a", "an integer is expected, this is a string"),
        ({"type": ["string", "null"]}, 1, "a string or null is expected, this is an integer"),
        ({"type": "string", "nullable": True}, 1, "a string or null is expected, this is an integer"),
        ({"required": ["id"], "type": "object"}, {}, "`id` is missing"),
        ({"const": "x"}, "y", '"y" stands where only "x" may'),
        ({"enum": ["a", "b"]}, "c", '"c" is none of the values it may have ("a", "b")'),
        ({"minimum": 3}, 1, "1 is not at least 3"),
        ({"maximum": 3, "exclusiveMaximum": True}, 3, "3 is not less than 3"),
        ({"minItems": 2}, [1], "at least 2 items are expected"),
        ({"maxLength": 2}, "abc", "at most 2 characters are expected"),
        ({"pattern": "^a+$"}, "b", '"b" does not match the pattern ^a+$'),
        ({"additionalProperties": False}, {"a": 1}, "no key may stand here"),
        ({"uniqueItems": True}, [1, 1], "the same item stands here twice"),
        (
            {"anyOf": [{"type": "string"}, {"type": "object"}]},
            1,
            "a string or object is expected, this is an integer",
        ),
    ],
)
def test_what_is_wrong_is_said_in_words(schema: Any, value: object, message: str) -> None:
    assert [text for _, text in said(schema, value)] == [message]


UNION = {
    "anyOf": [
        {
            "type": "object",
            "required": ["type", "text"],
            "properties": {"type": {"enum": ["message"]}, "text": {"type": "string"}},
        },
        {
            "type": "object",
            "required": ["type", "url", "size"],
            "properties": {
                "type": {"const": "image"},
                "url": {"type": "string"},
                "size": {"type": "integer"},
            },
        },
        {"type": "null"},
    ]
}


def test_of_a_union_the_member_that_was_meant_is_explained() -> None:
    assert said(UNION, {"type": "message", "text": 5}) == [
        (("text",), "a string is expected, this is an integer")
    ]
    assert said(UNION, {"type": "image", "url": "u"}) == [((), "`size` is missing")]


def test_contradictions_say_where_the_contract_says_so() -> None:
    schemas = Schemas(
        {
            "schema": {"properties": {"file": {"$ref": "#/components/schemas/File"}}},
            "components": {"schemas": {"File": {"type": "object", "properties": {"id": {"type": "string"}}}}},
        }
    )

    (found,) = Instances(schemas.references).contradictions(schemas.at("schema"), {"file": {"id": 1}})

    assert found.at == ("file", "id")
    assert found.schema == ("components", "schemas", "File", "properties", "id", "type")


def test_a_one_of_that_fits_twice_is_no_fault() -> None:
    assert said({"oneOf": [{"type": "integer"}, {"type": "number"}]}, 1) == []


def test_what_is_unknown_is_not_judged() -> None:
    schema = {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}}

    assert said(schema, {"a": None, "b": None}, unknown=frozenset({("a",)})) == [
        (("b",), "a string is expected, this is null")
    ]


def test_required_follows_the_direction() -> None:
    schema = {
        "type": "object",
        "required": ["id", "secret"],
        "properties": {"id": {"readOnly": True}, "secret": {"writeOnly": True}},
    }

    assert said(schema, {}) == [((), "`id` is missing")]
    assert said(schema, {}, sent=True) == [((), "`secret` is missing")]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "strnig"},
        {"type": 3, "required": "id", "enum": [], "minimum": "1", "multipleOf": 0, "maxLength": -1},
        {"pattern": "(a+)+$("},
        {"$ref": "#/nowhere"},
        {"$ref": "https://elsewhere.example/x"},
        {"properties": [], "items": 3, "anyOf": {}, "allOf": []},
        {"$ref": "#/schema"},
    ],
)
def test_broken_keywords_say_nothing(schema: Any) -> None:
    assert said(schema, {"id": 1}) == []


def test_keys_that_no_branch_names_are_told() -> None:
    instances, shape = held(
        {
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                "open": {"type": "object", "additionalProperties": True},
                "items": {"type": "array", "items": {"anyOf": UNION["anyOf"]}},
            },
        }
    )

    value = {
        "id": "1",
        "colour": 1,
        "open": {"any": 1},
        "items": [{"type": "message", "text": "a", "url": "b"}, {"type": "image", "url": "b", "size": 1}],
    }

    # `url` is a key of images, and stands in a message
    assert instances.unknown_keys(shape, value) == [("colour",), ("items", 0, "url")]


def test_a_huge_value_full_of_faults_is_told_in_good_time() -> None:
    found = said({"items": {"type": "string"}}, [1] * 200_000)

    assert found == [((0,), "a string is expected, this is an integer")]


def test_a_huge_value_full_of_unknown_keys_is_told_in_good_time() -> None:
    instances, shape = held({"items": {"type": "object", "properties": {"id": {}}}})

    found = instances.unknown_keys(shape, [{"id": 1, f"x{number}": 1} for number in range(100_000)])

    assert found[:2] == [(0, "x0"), (1, "x1")]
    assert len(found) <= 300


# --- samples


def sampled(schema: Any, *wanted: list[str], **how: Any) -> Any:
    _, shape = held(schema)
    return Sampler(how.pop("ids", None)).sample(shape, wanted, **how)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "format": "date-time"}, "2025-10-09T08:53:20Z"),
        ({"type": "string", "example": "gpt"}, "gpt"),
        ({"type": "string", "example": 3, "default": "d"}, "d"),
        ({"type": "string", "minLength": 6}, "textaa"),
        ({"type": "string", "maxLength": 2}, "te"),
        ({"type": "string", "pattern": "^tunnel_[a-z0-9]{3}$"}, "tunnel_aaa"),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "integer", "minimum": 5, "multipleOf": 4}, 8),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}, 0.5),
        ({"enum": [None, "a"]}, "a"),
        ({"const": 7}, 7),
        ({"type": ["null", "boolean"]}, True),
        (
            {"type": "array", "items": {"type": "string"}, "minItems": 2, "uniqueItems": True},
            ["text", "text_2"],
        ),
        ({"type": "object", "properties": {"a": {"type": "string"}, "b": {}}, "required": ["a"]}, {"a": "a"}),
        ({"type": "object", "required": ["x"]}, {"x": "x"}),
        ({"oneOf": [{"type": "null"}, {"type": "integer"}]}, 1),
    ],
)
def test_a_sample_is_small_and_readable(schema: Any, value: object) -> None:
    assert sampled(schema) == value


def test_what_the_connectors_fields_select_is_there() -> None:
    schema = {
        "type": "object",
        "properties": {
            "choices": {
                "type": "array",
                "items": {
                    "properties": {"message": {"properties": {"content": {"type": ["string", "null"]}}}}
                },
            },
            "error": {"type": ["string", "null"]},
        },
        "required": ["error"],
    }

    assert sampled(schema, ["choices", "0", "message", "content"]) == {
        "choices": [{"message": {"content": "content"}}],
        "error": None,
    }


def test_of_a_union_the_member_with_what_is_selected_is_made() -> None:
    assert sampled(UNION, ["size"]) == {"type": "image", "url": "https://example.com/", "size": 1}


def test_ids_are_the_same_wherever_they_stand() -> None:
    schema = {
        "properties": {"id": {"type": "string"}, "input_file_id": {"type": "string"}},
        "required": ["id", "input_file_id"],
    }

    assert sampled(schema, ids={"file_id": "file_1"}, id="batch_1") == {
        "id": "batch_1",
        "input_file_id": "file_1",
    }


def test_a_recursion_comes_to_an_end() -> None:
    schema = {
        "type": "object",
        "properties": {"next": {"$ref": "#/schema"}, "id": {"type": "string"}},
        "required": ["id"],
    }

    assert sampled(schema, ["next", "next", "id"]) == {
        "next": {"next": {"id": "id_1"}, "id": "id_1"},
        "id": "id_1",
    }


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^[a-zA-Z0-9_-]+$", "a"),
        (r"^\d{4}-\d{2}$", "1111-11"),
        ("^(?:foo|bar)-[^a]x?$", "foo-1"),
        ("ab*c+", "ac"),
        ("(?=x)y", None),
        ("(", None),
        ("[", None),
    ],
)
def test_plain_patterns_have_a_text(pattern: str, text: str | None) -> None:
    assert text_of(pattern) == text


_KEYS = ["a", "b", "c", "id", "0"]


@st.composite
def satisfiable(draw: st.DrawFn, depth: int = 3) -> Any:
    """A schema that some value satisfies, by the way it is made."""
    form = draw(st.sampled_from(["scalar", "scalar", "object", "object", "array", "union", "both", "ref"]))
    if depth == 0 or form == "scalar":
        low = draw(st.integers(-5, 5))
        return draw(
            st.sampled_from(
                [
                    {"type": "string", "minLength": max(low, 0), "maxLength": max(low, 0) + 2},
                    {"type": "integer", "minimum": low, "maximum": low + 3},
                    {"type": "number", "exclusiveMinimum": low, "exclusiveMaximum": low + 1},
                    {"type": "integer", "minimum": low, "exclusiveMinimum": True, "multipleOf": 2},
                    {"type": ["null", "string"], "pattern": "^x[0-9]{2,3}(?:a|b)$"},
                    {"enum": [None, low, "x"]},
                    {"type": "boolean", "nullable": True},
                ]
            )
        )
    inner = satisfiable(depth=depth - 1)
    if form == "object":
        return _object(draw, draw(st.sets(st.sampled_from(_KEYS), max_size=4)), inner)
    if form == "array":
        least = draw(st.integers(0, 2))
        return {"type": "array", "items": draw(inner), "minItems": least, "maxItems": least + 1}
    if form == "union":
        return {draw(st.sampled_from(["anyOf", "oneOf"])): draw(st.lists(inner, min_size=1, max_size=3))}
    if form == "both":
        return {"allOf": [_object(draw, {"a", "b"}, inner), _object(draw, {"c", "id"}, inner)]}
    # back to the whole, from a key that may be left out
    return {"type": "object", "properties": {"again": {"$ref": "#/schema"}}}


def _object(draw: st.DrawFn, keys: set[str], inner: st.SearchStrategy[Any]) -> Any:
    properties = {key: draw(inner) for key in sorted(keys)}
    required = draw(st.lists(st.sampled_from(sorted(keys)), unique=True)) if keys else []
    return {"type": "object", "properties": properties, "required": required}


@given(
    satisfiable(), st.lists(st.lists(st.sampled_from([*_KEYS, "again"]), min_size=1, max_size=4), max_size=3)
)
@settings(max_examples=80, deadline=None)
def test_a_sample_satisfies_its_schema_and_is_the_same_every_time(schema: Any, wanted: Any) -> None:
    value = sampled(schema, *wanted)

    assert said(schema, value) == []
    assert value == sampled(schema, *wanted)
    json.dumps(value, allow_nan=False)


@pytest.mark.parametrize("keys", [["a"], ["a", "b"], ["a", "b", "c", "d"]])
def test_a_schema_that_requires_itself_comes_to_an_end(keys: list[str]) -> None:
    whole = {"$ref": "#/schema"}
    for schema in (
        {"type": "object", "properties": dict.fromkeys(keys, whole), "required": keys},
        {"type": "array", "items": whole, "minItems": len(keys)},
        {"type": "object", "additionalProperties": whole, "minProperties": len(keys)},
    ):
        assert len(json.dumps(Sampler().sample(Schemas({"schema": schema}).at("schema")))) < 1_000_000


@given(documents())
@settings(max_examples=60, deadline=None)
def test_a_sample_is_made_of_any_schema_in_good_time(document: Any) -> None:
    shape = Schemas(document).at("schema")

    assert len(json.dumps(Sampler().sample(shape))) < 1_000_000


@given(
    documents(),
    st.recursive(
        st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["x", "y", "z"]),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["a", "b", "c", "id"]), inner, max_size=3)
        ),
        max_leaves=6,
    ),
)
@settings(max_examples=80)
def test_verdicts_are_those_of_a_validator_on_schemas_it_can_read(document: Any, value: object) -> None:
    """`nullable` and `oneOf` aside, which we read as vendors mean them."""
    text = json.dumps(document)
    if "nullable" in text or "oneOf" in text:
        return
    schemas = Schemas(document)

    ours = Instances(schemas.references).contradictions(schemas.at("schema"), value)

    theirs = jsonschema_rs.validator_for({**document, "$ref": "#/schema"})
    assert bool(ours) != theirs.is_valid(value)


@pytest.mark.skipif(not OPENAI.is_file(), reason="OpenAI's contract is not here")
def test_every_request_answer_and_event_of_openai_has_a_sample_that_its_contract_allows() -> None:
    contract = Contract(json.loads(OPENAI.read_bytes()))
    instances, sampler = Instances(contract.schemas.references), Sampler()
    shapes = [(shape, True) for operation in contract.operations() for shape in operation.bodies.values()]
    shapes += [
        (shape, False)
        for operation in contract.operations()
        for response in operation.responses.values()
        for shape in response.content.values()
    ]
    shapes += [(event.payload, False) for event in contract.events.values()]

    for shape, sent in shapes:
        value = sampler.sample(shape, sent=sent)
        assert instances.contradictions(shape, value, sent=sent) == []
        assert instances.unknown_keys(shape, value) == []

    assert len(shapes) > 500
