"""What a vendor's schema says stands where a selector points."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from connlint.evidence.shapes import KINDS, Schemas, Shape, Walk, kind_words

THING = {"type": "object", "properties": {"id": {"type": "string"}, "count": {"type": "integer"}}}


def shape_of(schema: object, **components: object) -> Shape:
    """A schema beside the components that it refers to."""
    root = {"schema": schema, "components": {"schemas": components}}
    return Schemas(root).at("schema")


def walk(schema: object, *segments: str, **components: object) -> Walk:
    return shape_of(schema, **components).walk(segments)


def ref(name: str) -> dict[str, object]:
    return {"$ref": f"#/components/schemas/{name}"}


# --- one object


def test_a_named_key_is_proven_and_says_what_stands_there() -> None:
    found = walk({"properties": {"id": {"type": "string", "description": " The name. "}}}, "id")
    assert found.outcome == "proven"
    assert found.shape is not None
    assert found.shape.kinds == {"string"}
    assert found.shape.description == "The name."
    assert found.pointer == ("schema", "properties", "id")


def test_no_segments_mean_the_whole_body() -> None:
    found = walk(THING)
    assert (found.outcome, found.depth, found.required) == ("proven", 0, True)
    assert found.shape is not None
    assert found.shape.kinds == {"object"}


def test_a_key_that_the_shape_does_not_name_is_refuted_with_what_is_there() -> None:
    found = walk({"properties": {"data": THING}}, "data", "name")
    assert (found.outcome, found.depth, found.reason) == ("refuted", 1, "absent")
    assert found.there is not None
    assert list(found.there.keys()) == ["id", "count"]
    assert found.pointer == ("schema", "properties", "data")


@pytest.mark.parametrize(
    ("schema", "segments", "kind"),
    [
        ({"type": "string"}, ["id"], "string"),
        ({"type": "array", "items": THING}, ["id"], "array"),
        ({"type": "integer"}, ["0"], "integer"),
        ({"type": "null"}, ["id"], "null"),
    ],
)
def test_a_step_into_the_wrong_kind_is_refuted(schema: object, segments: list[str], kind: str) -> None:
    found = walk(schema, *segments)
    assert (found.outcome, found.reason) == ("refuted", "wrong-kind")
    assert found.there is not None
    assert found.there.kinds == {kind}


def test_required_means_every_value_has_it() -> None:
    schema = {"properties": {"a": THING, "b": THING}, "required": ["a"]}
    assert walk(schema, "a").required
    assert not walk(schema, "b").required
    assert not walk(schema, "a", "id").required


def test_a_required_key_without_a_schema_is_named_by_being_required() -> None:
    found = walk({"type": "object", "required": ["id"]}, "id")
    assert (found.outcome, found.required) == ("proven", True)
    assert found.shape is not None
    assert found.shape.kinds == KINDS


def test_digits_are_a_key_on_an_object_and_an_index_on_an_array() -> None:
    assert walk({"properties": {"0": {"type": "string"}}}, "0").outcome == "proven"
    assert walk({"type": "array", "items": THING}, "0", "id").outcome == "proven"
    both = {
        "type": ["object", "array"],
        "properties": {"0": {"type": "string"}},
        "items": {"type": "integer"},
    }
    found = walk(both, "0")
    assert found.shape is not None
    assert (found.outcome, found.shape.kinds) == ("proven", frozenset({"string", "integer"}))


# --- open and closed


@pytest.mark.parametrize("extra", [True, {}, {"type": "string"}])
def test_a_shape_that_opens_itself_refutes_no_key(extra: object) -> None:
    found = walk({"type": "object", "properties": {"a": {}}, "additionalProperties": extra}, "b")
    assert found.outcome == "unchecked"
    assert "additionalProperties" in found.why


def test_what_additional_properties_are_is_known_all_the_same() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "string"}}
    found = walk(schema, "owner")
    assert found.shape is not None
    assert (found.outcome, found.shape.kinds) == ("unchecked", frozenset({"string"}))
    assert walk(schema, "owner", "name").outcome == "refuted"


def test_an_object_that_names_no_keys_is_unchecked_unless_it_is_closed() -> None:
    assert walk({"type": "object"}, "id").outcome == "unchecked"
    assert walk({"type": "object", "properties": {}}, "id").outcome == "unchecked"
    assert walk({"type": "object", "additionalProperties": False}, "id").outcome == "refuted"


def test_a_schema_that_says_nothing_is_unchecked() -> None:
    assert walk({}, "id").outcome == "unchecked"
    assert walk(True, "id").outcome == "unchecked"
    assert walk({"properties": {"id": {}}}, "id", "x").outcome == "unchecked"


def test_a_pattern_lets_its_keys_in_and_no_others() -> None:
    schema = {"type": "object", "patternProperties": {"^x-": {"type": "integer"}}}
    found = walk(schema, "x-count")
    assert found.shape is not None
    assert (found.outcome, found.shape.kinds) == ("unchecked", frozenset({"integer"}))
    assert walk(schema, "count").outcome == "refuted"


@pytest.mark.parametrize("pattern", ["(?=a)b", "(", "(a|b)\\1"])
def test_a_pattern_that_the_linear_engine_refuses_leaves_the_key_unchecked(pattern: str) -> None:
    found = walk({"type": "object", "patternProperties": {pattern: {}}}, "count")
    assert found.outcome == "unchecked"
    assert pattern in found.why


def test_a_property_that_is_forbidden_is_not_there() -> None:
    assert walk({"properties": {"id": False, "name": {}}}, "id").outcome == "refuted"
    assert list(shape_of({"properties": {"id": False, "name": {}}}).keys()) == ["name"]


# --- references


def test_references_are_followed_and_their_neighbours_count() -> None:
    found = walk({"properties": {"a": {**ref("Thing"), "description": "Mine."}}}, "a", "id", Thing=THING)
    assert found.outcome == "proven"
    assert found.pointer == ("components", "schemas", "Thing", "properties", "id")
    inner = walk({"properties": {"a": {**ref("Thing"), "description": "Mine."}}}, "a", Thing=THING).shape
    assert inner is not None
    assert (inner.description, inner.name) == ("Mine.", "Thing")


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("#/components/schemas/Gone", "nothing stands at"),
        ("https://example.com/schema.json", "outside this document"),
        ("other.yaml#/Thing", "outside this document"),
        ("#anchor", "no `$anchor`"),
        (7, "not text"),
        ("#/schema/allOf/9", "nothing stands at"),
    ],
)
def test_a_reference_to_nowhere_is_unchecked_with_the_reason(target: object, why: str) -> None:
    found = walk({"properties": {"a": {"$ref": target}}}, "a", "id")
    assert found.outcome == "unchecked"
    assert why in found.why


def test_a_broken_reference_beside_a_named_key_does_not_hide_it() -> None:
    schema = {"allOf": [ref("Gone"), THING]}
    assert walk(schema, "id").outcome == "proven"
    assert walk(schema, "other").outcome == "unchecked"


def test_references_may_be_percent_encoded_escaped_or_anchors() -> None:
    components = {"a b/c": THING, "Marked": {"$anchor": "here", **THING}}
    assert walk({"$ref": "#/components/schemas/a%20b~1c"}, "id", **components).outcome == "proven"
    assert walk({"$ref": "#here"}, "id", **components).outcome == "proven"
    twice = {"One": {"$anchor": "here", **THING}, "Two": {"$anchor": "here", **THING}}
    assert walk({"$ref": "#here"}, "id", **twice).outcome == "unchecked"


def test_a_recursive_schema_is_walked_as_deep_as_the_selector() -> None:
    tree = {"properties": {"name": {"type": "string"}, "children": {"type": "array", "items": ref("Tree")}}}
    assert walk(ref("Tree"), *["children", "0"] * 50, "name", Tree=tree).outcome == "proven"
    assert walk(ref("Tree"), *["children", "0"] * 50, "size", Tree=tree).depth == 100


def test_the_recursive_reference_of_2019_means_the_anchored_schema_around_it() -> None:
    group = {
        "$recursiveAnchor": True,
        "type": "object",
        "properties": {
            "op": {"type": "string"},
            "filters": {"type": "array", "items": {"$recursiveRef": "#"}},
        },
    }
    assert walk(ref("Group"), "filters", "0", "filters", "0", "op", Group=group).outcome == "proven"
    assert walk(ref("Group"), "filters", "0", "value", Group=group).outcome == "refuted"


@pytest.mark.parametrize(
    "components",
    [
        {"A": ref("A")},
        {"A": {"allOf": [ref("A")]}},
        {"A": ref("B"), "B": ref("A")},
        {"A": {"anyOf": [ref("A"), ref("B")]}, "B": {"oneOf": [ref("A"), ref("B")]}},
        {"A": {"allOf": [{"anyOf": [ref("A"), ref("A")]}, ref("A")], "not": ref("A")}},
    ],
)
def test_a_schema_that_refers_to_nothing_but_itself_ends_and_refutes_nothing(
    components: dict[str, object],
) -> None:
    assert walk(ref("A"), "id", **components).outcome == "unchecked"


def test_a_union_with_itself_is_what_else_is_in_it() -> None:
    components = {"A": {"anyOf": [ref("A"), THING]}}
    assert walk(ref("A"), "id", **components).outcome == "proven"
    assert walk(ref("A"), "name", **components).outcome == "refuted"


# --- combining


def test_all_of_joins_what_its_members_name() -> None:
    schema = {"allOf": [ref("Thing"), {"properties": {"name": {"type": "string"}}, "required": ["id"]}]}
    shape = shape_of(schema, Thing=THING)
    assert list(shape.keys()) == ["id", "count", "name"]
    assert shape.required_keys == ("id",)
    assert shape.walk(["id"]).required
    assert shape.walk(["other"]).outcome == "refuted"


def test_a_member_of_all_of_may_open_the_whole() -> None:
    assert walk({"allOf": [THING, {"additionalProperties": True}]}, "other").outcome == "unchecked"
    closed = {"allOf": [{**THING, "additionalProperties": True}, {"additionalProperties": False}]}
    assert walk(closed, "other").outcome == "refuted"


def test_a_key_in_some_branches_is_sometimes_there_and_says_in_which() -> None:
    schema = {
        "oneOf": [
            ref("Text"),
            ref("Image"),
            {"type": "object", "title": "Refusal", "properties": {"why": {}}},
        ]
    }
    components = {
        "Text": {"properties": {"text": {"type": "string"}, "kind": {}}},
        "Image": {"properties": {"url": {"type": "string"}, "kind": {}}},
    }
    found = walk(schema, "text", **components)
    assert (found.outcome, found.found) == ("sometimes", ("Text",))
    assert [(miss.label, miss.reason, miss.depth) for miss in found.missing] == [
        ("Image", "absent", 0),
        ("Refusal", "absent", 0),
    ]
    everywhere = walk({"anyOf": [ref("Text"), ref("Image")]}, "kind", **components)
    assert (everywhere.outcome, everywhere.found) == ("proven", ("Text", "Image"))
    assert walk(schema, "size", **components).outcome == "refuted"


def test_branches_are_named_from_the_outside_in() -> None:
    content = {"type": "array", "items": {"oneOf": [ref("Text"), ref("Image")]}}
    components = {
        "Message": {"properties": {"content": content}},
        "Call": {"properties": {"name": {}}},
        "Text": {"properties": {"text": {}}},
        "Image": {"properties": {"url": {}}},
    }
    schema = {"anyOf": [ref("Message"), ref("Call")]}
    assert walk(schema, "content", "0", "text", **components).found == ("Message > Text",)


def test_a_branch_of_another_kind_makes_it_sometimes() -> None:
    assert walk({"anyOf": [{"type": "string"}, THING]}, "id").outcome == "sometimes"
    assert walk({"type": ["string", "object"], "properties": {"id": {}}}, "id").outcome == "sometimes"


def test_a_branch_nobody_knows_makes_a_named_key_sometimes_and_another_unchecked() -> None:
    schema = {"anyOf": [THING, ref("Gone")]}
    assert walk(schema, "id").outcome == "sometimes"
    assert walk(schema, "name").outcome == "unchecked"


def test_keywords_beside_a_union_hold_in_each_branch() -> None:
    schema = {**THING, "anyOf": [{"required": ["id"]}, {"required": ["count"]}]}
    found = walk(schema, "id")
    assert (found.outcome, found.required) == ("proven", False)
    assert walk({"type": "object", "oneOf": [THING, {"type": "string"}]}, "id").outcome == "proven"


def test_conditions_name_keys_too() -> None:
    schema = {
        "properties": {"kind": {}},
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"properties": {"a": {}}},
        "else": {"properties": {"b": {}}},
        "dependentSchemas": {"kind": {"properties": {"c": {}}}},
    }
    assert walk(schema, "kind").outcome == "proven"
    assert {key: walk(schema, key).outcome for key in "abcd"} == {
        "a": "sometimes",
        "b": "sometimes",
        "c": "sometimes",
        "d": "refuted",
    }


def test_what_contradicts_itself_refutes_nothing() -> None:
    schema = {"properties": {"a": {"allOf": [{"type": "string"}, {"type": "object"}]}}}
    found = walk(schema, "a", "id")
    assert found.outcome == "unchecked"
    assert "contradicts itself" in found.why
    leaf = walk(schema, "a").shape
    assert leaf is not None
    assert leaf.kinds == KINDS


# --- a base and its children


def test_a_base_with_a_discriminator_stands_for_its_children() -> None:
    components = {
        "Pet": {"type": "object", "properties": {"kind": {}}, "discriminator": {"propertyName": "kind"}},
        "Cat": {"allOf": [ref("Pet"), {"properties": {"lives": {"type": "integer"}}}]},
        "Dog": {"allOf": [ref("Pet"), {"properties": {"tricks": {"type": "array"}}}]},
    }
    assert walk(ref("Pet"), "kind", **components).outcome == "proven"
    assert walk(ref("Pet"), "lives", **components).outcome == "sometimes"
    assert walk(ref("Pet"), "wings", **components).outcome == "refuted"
    assert walk(ref("Cat"), "lives", **components).outcome == "proven"
    assert walk(ref("Cat"), "tricks", **components).outcome == "refuted"


def test_a_mapping_names_the_children() -> None:
    components = {
        "Pet": {
            "properties": {"kind": {}},
            "discriminator": {
                "propertyName": "kind",
                "mapping": {"c": "#/components/schemas/Cat", "d": "Dog"},
            },
        },
        "Cat": {"allOf": [ref("Pet"), {"properties": {"lives": {}}}]},
        "Dog": {"properties": {"tricks": {}}},
        "Cow": {"allOf": [ref("Pet"), {"properties": {"milk": {}}}]},
    }
    outcomes = {key: walk(ref("Pet"), key, **components).outcome for key in ("lives", "tricks", "milk")}
    assert outcomes == {"lives": "sometimes", "tricks": "sometimes", "milk": "refuted"}


# --- null


@pytest.mark.parametrize(
    "nullable",
    [
        {**THING, "nullable": True},
        {**THING, "type": ["object", "null"]},
        {"anyOf": [THING, {"type": "null"}]},
        {"allOf": [THING], "nullable": True},
        {**ref("Thing"), "nullable": True},
        {"oneOf": [THING], "nullable": True},
    ],
)
def test_null_on_the_way_leaves_a_key_proven_but_not_required(nullable: dict[str, object]) -> None:
    schema = {"properties": {"a": nullable}, "required": ["a"]}
    here = walk(schema, "a", Thing=THING)
    assert here.shape is not None
    assert (here.required, here.shape.nullable, here.shape.kinds) == (
        True,
        True,
        frozenset({"object", "null"}),
    )
    found = walk(schema, "a", "id", Thing=THING)
    assert (found.outcome, found.required) == ("proven", False)
    assert walk(schema, "a", "other", Thing=THING).outcome == "refuted"


def test_a_nullable_enum_is_its_values_and_null() -> None:
    shape = shape_of({"type": "string", "enum": ["a", None], "nullable": True})
    assert (shape.values, shape.nullable, shape.kinds) == (("a",), True, frozenset({"string", "null"}))


# --- arrays


def test_an_index_reaches_an_item_and_is_required_as_far_as_there_must_be_items() -> None:
    schema = {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 3}
    assert [(w.outcome, w.required) for w in (walk(schema, str(i)) for i in range(4))] == [
        ("proven", True),
        ("proven", True),
        ("proven", False),
        ("refuted", False),
    ]
    assert walk(schema, "3").reason == "out-of-range"
    assert walk({"type": "array", "items": {}}, "9" * 5000).outcome == "proven"


@pytest.mark.parametrize(
    "schema",
    [
        {"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False},
        {"items": [{"type": "string"}, {"type": "integer"}], "additionalItems": False},
        {"prefixItems": [{"type": "string"}, {"type": "integer"}], "unevaluatedItems": False},
    ],
)
def test_a_tuple_has_an_item_for_each_place(schema: object) -> None:
    kinds = [found.shape.kinds for i in "01" if (found := walk(schema, i)).shape is not None]
    assert kinds == [{"string"}, {"integer"}]
    assert walk(schema, "2").outcome == "refuted"


def test_an_array_that_does_not_say_what_it_holds_is_unchecked() -> None:
    assert walk({"type": "array"}, "0").outcome == "unchecked"
    assert walk({"type": "array", "items": {}}, "0", "id").outcome == "unchecked"


# --- what stands there


@pytest.mark.parametrize(
    ("schema", "kinds"),
    [
        ({"type": "number"}, {"integer", "number"}),
        ({"type": "integer"}, {"integer"}),
        ({"const": True}, {"boolean"}),
        ({"enum": ["a", 1, None]}, {"string", "integer", "null"}),
        ({"type": "string", "enum": [1, 2]}, {"string"}),
        ({"allOf": [{"type": "number"}, {"type": "integer"}]}, {"integer"}),
        ({"anyOf": [{"type": "string"}, {"type": "array"}]}, {"string", "array"}),
        ({"properties": {}}, {"object"}),
        ({"items": {}}, {"array"}),
        ({"type": "file"}, KINDS),
        ({}, KINDS),
        ([], KINDS),
        ("string", KINDS),
        (None, KINDS),
    ],
)
def test_kinds(schema: object, kinds: set[str]) -> None:
    assert shape_of(schema).kinds == kinds


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({"type": "string", "enum": ["a", "b"]}, ("a", "b")),
        ({"const": "a"}, ("a",)),
        ({"anyOf": [{"const": "a"}, {"enum": ["b", "a"]}]}, ("a", "b")),
        ({"anyOf": [{"const": "a"}, {"type": "null"}]}, ("a",)),
        ({"anyOf": [{"type": "string"}, {"enum": ["a"]}]}, None),
        ({"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}, ("b",)),
        ({"allOf": [{"type": "string"}, {"enum": ["a"]}]}, ("a",)),
        ({"enum": [1, True, 1.0]}, (1, True, 1.0)),
        ({"type": "boolean"}, (False, True)),
        ({"type": "string"}, None),
        ({"enum": []}, None),
        ({}, None),
    ],
)
def test_values_are_all_that_may_stand_there_or_none_when_open(
    schema: object, values: tuple[object, ...] | None
) -> None:
    assert shape_of(schema).values == values


def test_an_open_enum_still_names_its_values() -> None:
    shape = shape_of({"anyOf": [{"type": "string"}, {"enum": ["a", "b"]}]})
    assert shape.named_values == ("a", "b")


def test_a_constant_is_the_one_value_without_a_choice() -> None:
    assert shape_of({"enum": ["x"]}).constant == "x"
    assert shape_of({"enum": ["x"], "nullable": True}).constant is None
    assert shape_of({"enum": ["x", "y"]}).constant is None


def test_keys_over_branches_say_which_are_everywhere_and_which_are_required() -> None:
    schema = {
        "oneOf": [
            {"properties": {"id": {"type": "string"}, "a": {}}, "required": ["id", "a"]},
            {"properties": {"id": {"type": "integer"}, "b": {}}, "required": ["id"]},
            {"type": "null"},
        ]
    }
    keys = shape_of(schema).keys()
    assert {name: (key.required, key.everywhere) for name, key in keys.items()} == {
        "id": (True, True),
        "a": (False, False),
        "b": (False, False),
    }
    assert keys["id"].shape.kinds == {"string", "integer"}
    assert keys["a"].shape.pointer == ("schema", "oneOf", 0, "properties", "a")


@pytest.mark.parametrize(
    ("schema", "is_open"),
    [
        (THING, False),
        ({**THING, "additionalProperties": True}, True),
        ({**THING, "additionalProperties": {"type": "string"}}, True),
        ({**THING, "additionalProperties": False}, False),
        ({"type": "object"}, True),
        ({"anyOf": [THING, {"type": "object", "additionalProperties": True}]}, True),
        ({"type": "string"}, False),
        ({}, True),
    ],
)
def test_is_open(schema: object, is_open: bool) -> None:
    assert shape_of(schema).is_open is is_open


def test_annotations_hold_when_every_branch_has_them() -> None:
    assert shape_of({"type": "string", "deprecated": True}).marked("deprecated")
    assert shape_of({"anyOf": [{"deprecated": True, "type": "string"}, {"type": "null"}]}).marked(
        "deprecated"
    )
    assert not shape_of({"anyOf": [{"deprecated": True, "type": "string"}, THING]}).marked("deprecated")


def test_kinds_in_words() -> None:
    assert kind_words(KINDS) == "anything"
    assert kind_words(frozenset({"integer", "number"})) == "a number"
    assert kind_words(frozenset({"string", "null", "array"})) == "an array, a string or null"


# --- records of a list


def test_a_top_level_array_holds_the_records() -> None:
    records = shape_of({"type": "array", "items": THING}).records()
    assert records.shape is not None
    assert (records.key, records.shape.walk(["id"]).outcome) == (None, "proven")


def test_an_envelopes_one_array_of_objects_holds_the_records() -> None:
    page = {
        "properties": {
            "object": {},
            "data": {"type": "array", "items": THING},
            "tags": {"items": {"type": "string"}},
        }
    }
    records = shape_of(page).records()
    assert records.shape is not None
    assert (records.key, records.shape.walk(["id"]).outcome) == ("data", "proven")
    nullable = shape_of({"anyOf": [page, {"type": "null"}]}).records()
    assert nullable.key == "data"


def test_two_arrays_of_objects_leave_the_records_undecided() -> None:
    things = {"type": "array", "items": THING}
    records = shape_of({"properties": {"users": things, "teams": things, "next": {}}}).records()
    assert (records.shape, records.candidates) == (None, ("users", "teams"))


def test_a_body_without_an_array_of_objects_is_the_record() -> None:
    records = shape_of(THING).records()
    assert records.shape is not None
    assert (records.key, records.shape.walk(["count"]).outcome) == (None, "proven")


def test_an_array_of_who_knows_what_leaves_the_records_undecided() -> None:
    for data in ({"type": "array"}, {}, {"type": "array", "items": {}}):
        records = shape_of({"properties": {"count": {"type": "integer"}, "data": data}}).records()
        assert (records.shape, records.candidates) == (None, ("data",))


# --- hostile schemas


def nested(levels: int, word: str) -> object:
    schema: object = THING
    for _ in range(levels):
        schema = {word: [schema]}
    return schema


@pytest.mark.parametrize("word", ["allOf", "anyOf", "oneOf"])
def test_deep_nesting_is_left_unchecked(word: str) -> None:
    assert walk(nested(20, word), "id").outcome == "proven"
    found = walk(nested(120, word), "id")
    assert found.outcome == "unchecked"
    assert "too deep" in found.why


def test_a_long_chain_of_references_is_left_unchecked() -> None:
    components: dict[str, object] = {f"S{i}": ref(f"S{i + 1}") for i in range(5000)}
    assert walk(ref("S0"), "id", **components).outcome == "unchecked"


def test_branches_that_double_at_every_level_are_no_more_than_they_are() -> None:
    components: dict[str, object] = {
        f"S{i}": {"anyOf": [ref(f"S{i + 1}"), ref(f"S{i + 1}")]} for i in range(40)
    }
    found = walk(ref("S0"), "id", **components, S40=THING)
    assert found.outcome == "proven"


def test_too_many_combinations_are_left_unchecked() -> None:
    union: dict[str, object] = {"anyOf": [{"properties": {f"k{i}": {}}} for i in range(100)]}
    found = walk({"allOf": [union, union, union]}, "id")
    assert found.outcome == "unchecked"
    assert "combinations" in found.why


def test_schemas_that_all_refer_to_each_other_end() -> None:
    names = [f"S{i}" for i in range(25)]
    components: dict[str, object] = {
        name: {"anyOf": [*(ref(other) for other in names), {"properties": {name: ref("S0")}}]}
        for name in names
    }
    assert walk(ref("S0"), "S3", "S4", "nope", **components).outcome in ("refuted", "unchecked")


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": [], "required": {}, "patternProperties": 1, "items": "x", "allOf": {}, "anyOf": 3},
        {"type": 5, "enum": {}, "nullable": "yes", "minItems": "2", "discriminator": [], "oneOf": [None, 1]},
        {"type": ["string", 7], "if": 3, "then": [], "dependentSchemas": []},
        {"type": "object", "properties": {"id": 5, "x": None}, "required": [{}, []]},
    ],
)
def test_a_malformed_schema_refutes_no_more_than_it_says(schema: object) -> None:
    shape = shape_of(schema)
    assert shape.walk(["0"]).outcome in ("unchecked", "refuted")
    assert shape.walk(["0", "id"]).outcome in ("unchecked", "refuted")
    shape.keys()
    shape.records()
    assert shape.values is None or shape.values == (False, True)
    json.dumps(
        [shape.description, shape.name, shape.marked("deprecated"), shape.is_open, sorted(shape.kinds)]
    )


def test_walking_one_schema_changes_no_other_answer() -> None:
    schemas = Schemas(
        {"components": {"schemas": {"A": {"anyOf": [ref("B"), THING]}, "B": {"allOf": [ref("A")]}}}}
    )

    def outcomes(names: Sequence[str]) -> dict[str, str]:
        return {name: schemas.at("components", "schemas", name).walk(["id"]).outcome for name in names}

    assert outcomes(["A", "B"]) == outcomes(["B", "A"])
