"""Body templates: what no value of the holes can mend, and where."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connlint.connector.bodies import Body, Node, parse_form, parse_json
from connlint.connector.templates import scan

# --- JSON: the parser says what Python's own says of the same text with the holes filled


@st.composite
def templates(draw: st.DrawFn) -> str:
    """JSON text with holes for some of its values, in some of its strings and keys, and in numbers."""
    text = json.dumps(
        draw(
            st.recursive(
                st.sampled_from(
                    [
                        None,
                        True,
                        1,
                        -2.5,
                        "",
                        "a{{q}}b",
                        "{{q}}",
                        "x}}",
                        "{{",
                        'quote"',
                        "\\",
                        "é\n",
                        "@",
                        "#",
                    ]
                ),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["a", "b", "{{q}}", "c{{q}}", ""]), inner, max_size=3)
                ),
                max_leaves=10,
            )
        ),
        separators=draw(st.sampled_from([(",", ":"), (", ", ": ")])),
        ensure_ascii=draw(st.booleans()),
    )
    number = draw(st.sampled_from(["{{b}}00", "-{{b}}", "{{b}}.{{b}}", "1e{{b}}", "3{{b}}"]))
    return text.replace('"@"', "{{b}}").replace('"#"', number)


def valid_when_filled(text: str) -> bool:
    """Whether the text is JSON once every hole holds a 1, by Python's own decoder."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    out, last = [], 0
    for hole in scan(text):
        out += [text[last : hole.start], "1"]
        last = hole.end
    try:
        json.loads("".join([*out, text[last:]]), parse_constant=refuse)
    except ValueError:
        return False
    return True


@given(templates())
def test_a_template_of_json_parses(text: str) -> None:
    body = parse_json(text)

    assert body.error is None
    assert body.root is not None
    assert body.bare | body.quoted | body.keyed == {hole.start for hole in scan(text)}


@given(templates(), st.data())
def test_a_changed_template_parses_exactly_when_its_filled_text_does(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 3))
    put = data.draw(st.text('{}[]",:\\ \n1-.etu{{b}}', max_size=2))
    changed = text[:at] + put + text[at + cut :]
    # a backslash before a hole makes an escape of the value's first letter
    assume(not re.search(r"\\(u[0-9a-fA-F]{0,3})?\{\{", changed))
    assume(changed.strip(" \t\r\n"))

    body = parse_json(changed)

    assert (body.error is None) == valid_when_filled(changed)
    assert (body.root is None) == (body.error is not None)
    assert 0 <= body.error_at <= len(changed)


@given(templates(), st.data())
def test_what_is_said_of_holes_before_the_tree_is_made_is_what_the_tree_holds(
    text: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(text)))
    put = data.draw(st.text('{}[]",:\\ 1{{b}}', max_size=2))
    body = parse_json(text[:at] + put + text[at + data.draw(st.integers(0, 1)) :])
    if body.error is not None:
        return  # the test above speaks of these

    bare, keyed, repeats, standing = set(body.bare), set(body.keyed), body.repeats, body.standing
    walked = list(body.walk())

    assert bare == {hole.start for node, _, _ in walked if node.kind != "string" for hole in node.holes}
    assert keyed == {hole.start for _, key, _ in walked if key is not None for hole in key.holes}
    if standing is not None:
        bare_names, quoted_names = standing
        assert not keyed
        assert bare_names == {
            hole.name for node, _, _ in walked if node.kind != "string" for hole in node.holes
        }
        assert quoted_names == {
            hole.name for node, _, _ in walked if node.kind == "string" for hole in node.holes
        }
    assert repeats == any(
        len({key.name for key, _ in named}) < len(named)
        for node, _, _ in walked
        if (named := [member for member in node.members if member[0].name is not None])
    )


def nodes(node: Node) -> list[Node]:
    inner = [value for _, value in node.members] + node.items
    return [node, *(found for value in inner for found in nodes(value))]


@given(templates())
def test_every_node_marks_its_own_text(text: str) -> None:
    root = parse_json(text).root
    assert root is not None
    for node in nodes(root):
        marked = text[node.start : node.end]
        assert valid_when_filled(marked)
        if node.kind in ("string", "literal") and not node.holes:
            assert json.loads(marked) == node.value
        for key, _ in node.members:
            assert key.name is None or json.loads(text[key.start : key.end]) == key.name


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ('{"a": 1 "b": 2}', '"b"', "a comma or `}` should stand here"),
        ('{"a": "{{x}}" "b": 2}', '"b"', "a comma or `}` should stand here"),
        ('{"a": 1,}', ",}", "no comma before a closing brace"),
        ('{"a": [1, 2, ]}', ", ]", "no comma before a closing bracket"),
        ('{"a": {{x}}', None, "the body ends before this object is closed with `}`"),
        ('{"a": [{{x}}}', "}", "a comma or `]` should stand here"),
        ('{"a": "b}', None, "ends before this string is closed"),
        ("{a: 1}", "a", "a key in double quotes"),
        ("{'a': 1}", "'a", "a key in double quotes"),
        ("{\"a\": 'x'}", "'x", "double quotes"),
        ('{"a": True}', "True", "`true`"),
        ('{"a": None}', "None", "`null`"),
        ('{"a": NaN}', "NaN", "a JSON value should stand here"),
        ('{"a": False}', "False", "`false`"),
        ('{"a": undefined}', "undefined", "`null`"),
        ("a=1", "a=1", "this is a form"),
        ('{"a": b=1}', "b=1", "a JSON value should stand here"),
        ("<a/>", "<a/>", "this is XML"),
        ("query { n }", "query", "this is a GraphQL query"),
        ('{"a": ', None, "the body ends where a value should stand"),
        ("[" * 130 + "]" * 130, "[]", "nested deeper than 128"),
        ('{"a" 1}', "1", "a colon"),
        ('{"a": }', "}", "a JSON value should stand here"),
        ('{"a": {{x}}, {{rest}}}', "{{rest", "a hole cannot stand for a whole member"),
        ('{"a": 1} {{x}}', "{{x", "nothing more may follow"),
        ('{"a": {{x}}{{y}} {{z}}}', "{{z", "a comma or `}`"),
        ('{"a": tr{{x}}}', "tr", "a JSON value should stand here"),
        ('{"a": 0{{x}}}', "{{x", "a comma or `}`"),
        ('{"a": "\n"}', "\n", "control character"),
        ('{"a": "C:\\d"}', "\\d", "a backslash begins no escape"),
        ('{"a": "\\{{x}}"}', "\\{{", "a backslash begins no escape"),
        ('{{"a": 1}}', '{"a', "a key in double quotes"),
        ("[" * 200 + "]" * 200, None, "nested deeper than 128"),
    ],
)
def test_what_cannot_be_json_is_told_where_it_stands(text: str, at: str | None, said: str) -> None:
    body = parse_json(text)

    assert said in (body.error or "")
    if at is not None:
        assert text[body.error_at :].startswith(at)


def test_a_body_may_be_nested_as_deep_as_is_said() -> None:
    assert parse_json("[" * 129 + "]" * 129).error is None


@pytest.mark.parametrize("text", ["", " \n", "\t"])
def test_a_blank_text_is_no_body(text: str) -> None:
    for body in (parse_json(text), parse_form(text)):
        assert (body.root, body.error) == (None, None)


def test_a_number_may_be_written_around_holes() -> None:
    body = parse_json('{"cents": {{euros}}00, "price": {{a}}.{{b}}, "debt": -{{x}}}')

    assert body.error is None
    assert len(body.bare) == 4


def test_a_number_is_not_written_with_what_is_none() -> None:
    body = parse_json('{"cents": {{list}}00}', numeric=lambda name: name != "list")

    assert body.error == "a comma or `}` should stand here"


def test_an_escape_may_be_completed_by_a_hole() -> None:
    assert parse_json('{"a": "\\u{{code}}", "b": "\\u00{{code}}"}').error is None


def test_a_hole_in_a_string_may_follow_a_brace() -> None:
    body = parse_json('{"a": "{{{x}}", "b": "{{{{x}}"}')

    assert len(body.quoted) == 2


# --- forms


def pairs(body: Body) -> list[tuple[str | None, object]]:
    assert body.root is not None
    return [(key.name, value.value if not value.holes else "…") for key, value in body.root.members]


values = st.text(st.characters(exclude_characters="&{}=\r\n", exclude_categories=["Cs"]), max_size=6)
form_names = st.from_regex(r"[a-z_.]{1,5}(\[[a-z]{0,3}\])?", fullmatch=True)


@given(st.lists(st.tuples(form_names, values.filter(lambda text: text == text.strip()) | st.just("{{x}}"))))
def test_a_form_is_its_pairs(items: list[tuple[str, str]]) -> None:
    body = parse_form("\n&".join(f"{name}={value}" for name, value in items))

    if items:
        assert pairs(body) == [(name, "…" if value == "{{x}}" else value) for name, value in items]
    assert body.error is None


@given(st.text("a={{x}}& \n[]%", max_size=20))
def test_any_form_is_read_or_its_fault_is_placed(text: str) -> None:
    body = parse_form(text)

    assert body.root is None or body.error is None
    assert 0 <= body.error_at <= len(text)
    assert body.error is None or text[body.error_at : body.error_at + 1]


@pytest.mark.parametrize(
    "text", ["a=1&", "&a=1", "a=1&&b=2", "a=", "a=b=c", "a={{x}}\n&\nb={{y}}\n", "{{form}}", "a=two words"]
)
def test_what_every_reader_of_forms_takes_is_legal(text: str) -> None:
    assert parse_form(text).error is None


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ('{"a": "{{a}}"}', "{", "this is JSON"),
        ("a=1&b", "b", "no `=`"),
        ("a=1&{{x}}y", "{{x", "no `=`"),
        ("=1", "=", "a name should stand before"),
        ("a=1\n b=2", "b", "an `&` is missing before this"),
        ("a=1&first name={{x}}", " name", "holds no blank"),
    ],
)
def test_what_is_no_form_is_told_where_it_stands(text: str, at: str, said: str) -> None:
    body = parse_form(text)

    assert said in (body.error or "")
    assert text[body.error_at :].startswith(at)


def value_of(body: Body, name: str) -> Any:
    assert body.root is not None
    return next(value for key, value in body.root.members if key.name == name)


def test_a_form_knows_which_values_are_one_hole() -> None:
    body = parse_form("a={{x}}&b=v{{y}}&c{{z}}=1")

    assert value_of(body, "a").kind == "hole"
    assert value_of(body, "b").kind == "string"
    assert pairs(body)[2] == (None, "1")
