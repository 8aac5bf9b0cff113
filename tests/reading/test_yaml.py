"""YAML 1.2: values of the core schema, places, aliases, comments, and what is said about mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.reading.mistakes import cases, check
from tests.reading.texts import documents, yaml_texts
from tests.reading.walking import at, pointers

from connlint.reading import MISSING, Document, read
from connlint.reading.yaml import comments

GOLDEN = Path(__file__).with_name("yaml_mistakes.txt")
BUDGET = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def one(text: str) -> Document:
    """The document of a YAML text."""
    (document,) = read("x.yaml", text.encode(), named=True).documents
    return document


def shown(document: Document, *pointer: str | int) -> str:
    """The text at a pointer."""
    return document.source.text[slice(*document.span(pointer))]


def characters(document: Document, *pointer: str | int) -> list[tuple[str, str]]:
    """The characters of the string at a pointer, each with the text where it stands."""
    text = document.source.text
    value = at(document.value, pointer)
    return [(char, text[slice(*document.inside_span(pointer, i, i + 1))]) for i, char in enumerate(value)]


@pytest.mark.parametrize(("title", "text", "words"), cases(GOLDEN))
def test_mistake_in_an_authors_words(title: str, text: str, words: str, update_golden: bool) -> None:
    check(GOLDEN, "yaml", (title, text, words), update_golden)


@BUDGET
@given(data=st.data())
def test_text_at_every_span_parses_to_the_value_there(data: st.DataObject) -> None:
    value = data.draw(documents())
    text = data.draw(yaml_texts(value))
    document = one(text)
    assert not document.faults
    assert json.dumps(document.value) == json.dumps(value)
    for pointer in pointers(value):
        held = at(value, pointer)
        span = document.span(pointer)
        if span.start == span.end:
            assert held is None
            continue
        column = document.source.position(span.start).column - 1
        assert json.dumps(one(" " * column + text[slice(*span)] + "\n").value) == json.dumps(held)
        if pointer and isinstance(pointer[-1], str):
            assert one(f"{text[slice(*document.key_span(pointer))]}: 1").value == {pointer[-1]: 1}
        if isinstance(held, str):
            for char, there in characters(document, *pointer):
                assert there == char or there in ("''", f'"{char}"') or "\\" in there or char in " \n"


@BUDGET
@given(data=st.data())
def test_json_is_yaml(data: st.DataObject) -> None:
    value = data.draw(documents())
    assert json.dumps(one(json.dumps(value, ensure_ascii=False)).value) == json.dumps(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("true", True),
        ("True", True),
        ("tRUE", "tRUE"),
        ("0o17", 15),
        ("017", 17),
        ("0x1F", 31),
        ("0b1", "0b1"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("2026-11-21", "2026-11-21"),
        ("+5", 5),
        ("-5", -5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1.5.0", "1.5.0"),
        ("~", None),
        ("null", None),
        ("", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("=", "="),
        ('"5"', "5"),
        ("!!str 5", "5"),
        ('!!int "5"', 5),
        ("!!float 5", 5.0),
        ('!!null ""', None),
        ("! 5", "5"),
        ("!!str", ""),
    ],
)
def test_scalars_by_the_core_schema(text: str, value: object) -> None:
    document = one(f"a: {text}\n")
    assert not document.faults
    assert document.value == {"a": value}
    assert type(document.value["a"]) is type(value)


def test_keys_that_are_no_strings_become_their_text() -> None:
    text = "200: a\ntrue: b\n1.0: c\n~: d\n? [x, 1]\n: e\n2026-01-01: f\n"
    assert one(text).value == {
        "200": "a",
        "true": "b",
        "1.0": "c",
        "~": "d",
        "[x, 1]": "e",
        "2026-01-01": "f",
    }


def test_characters_of_every_style() -> None:
    document = one(
        "plain: one two\n  three\n\n  four\n"
        "single: 'it''s\n  folded'\n"
        'double: "\\u00e9\\x41 \\\n  joined \\t\n  x"\n'
        "literal: |\n  a b\n    c\n\n  d\n"
        "folded: >-\n  a\n  b\n\n  c\n    more\n"
        "kept: |+\n  a\n\n"
        "said: |1-\n   a\n"
    )
    assert not document.faults
    for key in document.value:  # type: ignore[attr-defined]  # a mapping
        for char, there in characters(document, key):
            assert (
                there == char
                or (char in " \n" and there.strip(" \n") == "")
                or there in ("''", "\\u00e9", "\\x41", "\\t")
            )
    assert characters(document, "double")[:3] == [("é", "\\u00e9"), ("A", "\\x41"), (" ", " ")]
    assert shown(document, "folded") == ">-\n  a\n  b\n\n  c\n    more"
    assert shown(document, "literal") == "|\n  a b\n    c\n\n  d"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends(newline: str) -> None:
    document = one(f"a: x{newline}b:{newline}  - 'y{newline}    z'{newline}")
    assert document.value == {"a": "x", "b": ["y z"]}
    assert shown(document, "b", 0) == f"'y{newline}    z'"
    assert document.source.position(document.span(("b", 0)).start) == (3, 5)


def test_byte_order_mark_and_characters_beyond_the_first_plane() -> None:
    document = read("x.yaml", "\ufeff😀: [é, '😀']\n".encode()).documents[0]
    assert document.value == {"😀": ["é", "😀"]}
    assert shown(document, "😀", 1) == "'😀'"
    assert document.source.position(document.span(("😀", 1)).start) == (1, 8)


def test_line_separators_of_yaml_1_1_are_plain_text() -> None:
    document = one('a: "x\u2028y"\nb: p\x85q\n')
    assert document.value == {"a": "x\u2028y", "b": "p\x85q"}
    assert shown(document, "b") == "p\x85q"


def test_aliases_have_their_own_place_and_their_anchors_inside() -> None:
    document = one("a: &x\n  k: value\nb: *x\nc: [*x]\n")
    assert document.value == {"a": {"k": "value"}, "b": {"k": "value"}, "c": [{"k": "value"}]}
    assert shown(document, "b") == "*x"
    assert shown(document, "b", "k") == shown(document, "c", 0, "k") == "value"
    assert characters(document, "b", "k")[0] == ("v", "v")


def test_merge_keys() -> None:
    document = one("a: &a {x: 1, y: 2}\nb:\n  y: 3\n  <<: *a\nc:\n  <<: [*a, {z: 4}]\nd: {'<<': 1}\n")
    assert not document.faults
    value: Any = document.value
    assert value["b"] == {"y": 3, "x": 1}
    assert value["c"] == {"x": 1, "y": 2, "z": 4}
    assert value["d"] == {"<<": 1}
    assert shown(document, "c", "x") == "1"


def test_several_documents_each_with_its_places() -> None:
    documents = read("x.yaml", b"a: 1\n---\nb: 2\n...\n---\n- c\n", named=True).documents
    assert [document.value for document in documents] == [{"a": 1}, {"b": 2}, ["c"]]
    assert [document.index for document in documents] == [0, 1, 2]
    assert shown(documents[1], "b") == "2"
    assert shown(documents[2], 0) == "c"


def test_duplicate_keys_with_both_places() -> None:
    document = one("a:\n  x: 1\n  'x': 2\n")
    (fault,) = document.faults
    assert document.value == {"a": {"x": 2}}
    assert (fault.kind, fault.pointer, fault.span.start, fault.related[0][0].start) == (
        "duplicate-key",
        ("a", "x"),
        12,
        5,
    )


@pytest.mark.parametrize(
    "text",
    [
        "[" * 129 + "]" * 129,
        "{a: " * 129 + "}" * 129,
        "- " * 130,
        "".join(f"{' ' * i}a:\n" for i in range(130)),
    ],
)
def test_deeper_than_128_levels(text: str) -> None:
    document = one(text)
    assert document.value is MISSING
    assert [fault.kind for fault in document.faults] == ["limit-exceeded"]


def test_an_alias_inside_of_what_it_names() -> None:
    document = one("a: &a\n  b: *a\n  c: 1\n")
    assert document.value == {"a": {"b": "*a", "c": 1}}
    assert len(document.faults) == 1


def test_aliases_add_at_most_100_000_values() -> None:
    row = "a: &a [" + ", ".join("x" * 99) + "]\n"
    assert not one(f"{row}b: [{', '.join(['*a'] * 900)}]\n").faults
    (fault,) = one(f"{row}b: [{', '.join(['*a'] * 1100)}]\n").faults
    assert fault.kind == "limit-exceeded"


def test_comments_with_the_entry_each_is_about() -> None:
    document = one(
        "# connlint: ignore[a] above\n"
        "- name: x   # connlint: ignore[b] on its line\n"
        '  text: "# connlint: no comment"\n'
        "  block: |\n"
        "    # connlint: no comment\n"
        "  # connlint: ignore[c] above\n"
        "  inner:  # connlint: ignore[d] behind a key\n"
        "    - {a: 1, b: 2}  # connlint: ignore[e] behind braces\n"
        "  # another comment\n"
        "# connlint: ignore[f] last\n"
    )
    found = [(text.split("]")[0][-1], pointer) for _, text, pointer in comments(document)]
    assert found == [
        ("a", (0,)),
        ("b", (0, "name")),
        ("c", (0, "inner")),
        ("d", (0, "inner")),
        ("e", (0, "inner", 0)),
        ("f", (0, "inner", 0)),
    ]
    span, text, _ = comments(document)[1]
    assert document.source.text[slice(*span)] == f"# {text}"


def test_json_has_no_comments() -> None:
    assert comments(read("x.json", b'{"a": "# connlint: x"}').documents[0]) == []
