"""Values written as YAML: they read back as themselves, and look as a person would write them."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from connlint.reading import read
from connlint.reading.yaml_text import flow_text, member_text, scalar_text, yaml_text

AWKWARD = [
    *(
        "yes",
        "No",
        "null",
        "~",
        "",
        " ",
        "1",
        "1.5",
        "0x1f",
        "1e5",
        ".inf",
        "1:30",
        "2026-11-21",
        "2.3.0",
        "180d",
    ),
    *(
        "a: b",
        "a #b",
        "#a",
        "- a",
        "? a",
        "!t",
        "&a",
        "*a",
        "{a}",
        "[a]",
        "a, b",
        "a,b",
        "'a'",
        '"',
        "\\",
        "%a",
        "@a",
    ),
    *(
        "a\nb",
        "a\n",
        "\ta",
        "a b ",
        "ä€😀",
        "\u2028",
        "\x85",
        "\x7f",
        "\ufeff",
        "=",
        "<<",
        "a:",
        ":a",
        "x" * 300,
    ),
    *("word " * 60 + "end", "two  blanks " * 20, "true story", "on off", "ends with colon: " * 12),
]
texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40
) | st.sampled_from(AWKWARD)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def value_of(text: str) -> object:
    document = read("x.yaml", text.encode(), named=True, syntax="yaml").documents[0]
    assert document.faults == (), text
    return document.value


@given(st.dictionaries(texts, values, max_size=5))
def test_what_is_written_reads_back_as_the_same_value(value: dict[str, object]) -> None:
    assert value_of(yaml_text(value)) == value


@given(values)
def test_one_line_is_one_line_and_the_same_value(value: object) -> None:
    text = flow_text(value)
    assert "\n" not in text
    assert value_of(f"it: {text}\n") == {"it": value}


@pytest.mark.parametrize("text", AWKWARD)
def test_readers_of_yaml_1_1_take_a_text_for_a_text_too(text: str) -> None:
    read_back = yaml.safe_load(yaml_text({"it": text}))
    assert str(read_back["it"]) == text


def test_small_things_stand_on_one_line_and_large_ones_in_blocks() -> None:
    value = {
        "source": {"from": "a list", "version": "2.3.0"},
        "events": {
            "done": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
            "gone": {"description": "A long text: " + " ".join(["w" * 20] * 4) + " and its end."},
            "list": [{"a": 1, "b": ["x" * 50, "y" * 50]}, {"c": 2}],
        },
    }
    assert yaml_text(value) == (
        "source:\n"
        "  from: a list\n"
        "  version: 2.3.0\n"
        "events:\n"
        "  done: {type: object, required: [id], properties: {id: {type: string}}}\n"
        "  gone:\n"
        "    description: >-\n"
        f"      A long text: {'w' * 20} {'w' * 20} {'w' * 20}\n"
        f"      {'w' * 20} and its end.\n"
        "  list:\n"
        "    - a: 1\n"
        "      b:\n"
        f"        - {'x' * 50}\n"
        f"        - {'y' * 50}\n"
        "    - {c: 2}\n"
    )


def test_a_member_starts_at_its_column() -> None:
    assert member_text("a", {"b": [1, 2]}, 4) == "    a: {b: [1, 2]}\n"


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        scalar_text({1})
    with pytest.raises(TypeError, match="set"):
        yaml_text({"a": {1}})
