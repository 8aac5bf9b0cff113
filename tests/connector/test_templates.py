"""What is a hole, what was meant as one, and what is mere text."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connlint.connector.templates import malformed, may_be_malformed, names_in, parted, scan

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
blanks = st.text(" \t", max_size=2)
plain = st.text(st.characters(exclude_characters="{}$", exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(plain, blanks, names, blanks), max_size=5), plain)
def test_every_hole_is_found_where_it_stands_and_nothing_else_is(
    parts: list[tuple[str, str, str, str]], tail: str
) -> None:
    text = "".join(f"{before}{{{{{left}{name}{right}}}}}" for before, left, name, right in parts) + tail

    found = scan(text)

    assert [hole.name for hole in found] == [name for _, _, name, _ in parts]
    for hole in found:
        assert text[hole.start : hole.end].strip("{} \t") == hole.name
    assert malformed(text, set(), url=True) == []


@example("{{a")
@example("{{a}")
@example("b}}{{a}}")
@example("{{\u00e9}}")
@example("{{a}}{{ b }}/{{c}}")
@given(
    st.text("{} \tab1_\u00e9\u00a0\n/", max_size=24)
    | st.lists(st.sampled_from(["{{a}}", "{{ b }}", "x", "{", "}"])).map("".join)
)
def test_the_quick_ways_to_the_holes_find_what_a_scan_finds(text: str) -> None:
    holes = scan(text)

    around, inner, names = parted(text)
    assert names == [name.strip(" \t") for name in inner]

    assert names == names_in(text) == [hole.name for hole in holes]
    again, starts = around[0], []
    for name, piece in zip(inner, around[1:], strict=True):
        starts.append(len(again))
        again += f"{{{{{name}}}}}{piece}"
    assert (again, starts) == (text, [hole.start for hole in holes])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc{}", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(json_values, st.booleans())
def test_json_without_two_braces_in_its_text_holds_no_hole_and_no_mistake(value: Any, compact: bool) -> None:
    text = json.dumps(value, separators=(",", ":") if compact else None)
    if re.search(r"\{\{|\{\w+\}", "".join(re.findall(r'"(?:[^"\\]|\\.)*"', text))):
        return

    assert scan(text) == []
    assert malformed(text, {"a", "b", "c"}) == []


@given(st.text('{}x_1 \t\n"$.:,', max_size=30))
def test_mistakes_lie_in_the_text_in_order_and_in_no_hole(text: str) -> None:
    for url in (False, True):
        for broken in (False, True):
            found = malformed(text, {"x"}, url=url, json=broken)
            inside = {at for hole in scan(text) for at in range(hole.start, hole.end)}
            assert all(0 <= item.start < item.end <= len(text) for item in found)
            assert found == sorted(found, key=lambda item: item.start)
            assert not any(inside & set(range(item.start, item.end)) for item in found)
            assert not found or may_be_malformed(text, len(scan(text)))


@pytest.mark.parametrize(
    "text",
    [
        '{"n":{{n}}}',
        '{"a":{"b":{{n}}}}',
        '{"a":{"b":{"c":1}}}',
        '{"a":[{"b":"{{n}}"}]}',
        "{{n}}}",
        "{{{n}}}",
        "${{n}}",
        "/{{n}}/{{n}}",
        '{"query": "{ user(name: {{n}}) { n } }"}',
        '{"query": "mutation { make(n: {{n}}) {n} }"}',
        '{"a": "{n.b} {0} {}"}',
        '{"query": "query { n }"}',
        "",
        "{}",
    ],
)
def test_legal_text_has_no_mistake(text: str) -> None:
    assert malformed(text, {"n"}) == []


@pytest.mark.parametrize(
    ("text", "problem", "name", "marked"),
    [
        ('{"n": {{n}, "m": 1}', "unclosed", "n", "{{n}"),
        ("/{{n}/cancel", "unclosed", "n", "{{n}"),
        ("/{{n/cancel", "unclosed", "n", "{{n"),
        ("/{{user.id}/x", "unclosed", "user.id", "{{user.id}"),
        ("/{{n {{n}}", "unclosed", "n", "{{n"),
        ("{{", "unclosed", "", "{{"),
        ('{"a": "say {{"}', "unclosed", "", "{{"),
        ("/{{}}", "empty", "", "{{}}"),
        ("/{{  }}", "empty", "", "{{  }}"),
        ("/{{first name}}", "bad-name", "first name", "{{first name}}"),
        ("/{{user-id}}", "bad-name", "user-id", "{{user-id}}"),
        ("/{{1st}}", "bad-name", "1st", "{{1st}}"),
        ("/{{größe}}", "bad-name", "größe", "{{größe}}"),
        ("/{{\u00a0n }}", "odd-blank", "n", "{{\u00a0n }}"),
        ("/{{\nn\n}}", "odd-blank", "n", "{{\nn\n}}"),
        ("/{n}", "single-brace", "n", "{n}"),
        ("/${n}", "single-brace", "n", "${n}"),
        ("/{n}}", "single-brace", "n", "{n}}"),
        ('{"a": {n}}', "single-brace", "n", "{n}"),
        ('{"a": {"b": {n}}}', "single-brace", "n", "{n}"),
        ('{"a": "{n}}"}', "single-brace", "n", "{n}}"),
    ],
)
def test_what_was_meant_as_a_hole_is_told(text: str, problem: str, name: str, marked: str) -> None:
    (found,) = malformed(text, {"n"})

    assert (found.problem, found.name, text[found.start : found.end]) == (problem, name, marked)


def test_in_a_url_a_single_brace_needs_no_declaration() -> None:
    assert malformed("/{id}", {"n"}) == []
    assert [item.name for item in malformed("/{ id }/x", {"n"}, url=True)] == ["id"]


def test_mistakes_come_in_the_order_of_the_text() -> None:
    found = malformed("/{{n}/{{}}/{id}", {"n"}, url=True)

    assert [item.problem for item in found] == ["unclosed", "empty", "single-brace"]


@pytest.mark.parametrize("text", ["{{n}}/{id}", "/{id}", "{{n}}{{", "{{n}}{{}}", "{{a}}{{ 1}}"])
def test_the_cheap_question_misses_no_mistake(text: str) -> None:
    assert malformed(text, set(), url=True)
    assert may_be_malformed(text, len(scan(text)))


@pytest.mark.parametrize("text", ["", "{{n}}", '{"a":{"b":{{n}}}}', '{"a": 1}', "{}"])
def test_the_cheap_question_spares_clean_text(text: str) -> None:
    assert not may_be_malformed(text, len(scan(text)))


def test_two_braces_that_open_no_object_are_no_json() -> None:
    assert [item.problem for item in malformed('{"a": {{, "b": 1}', set(), json=True)] == ["unclosed"]
    assert malformed('[{{"b": 1}}]', set(), json=True) == []


def test_two_objects_that_open_side_by_side_are_the_fault_of_the_json() -> None:
    assert malformed('{"a":{{"b":1}}}', set(), json=True) == []
    assert malformed('{"a":{{}', set(), json=True) == []


@pytest.mark.parametrize("unit", ["{{a}}", "{a}}", '{{"', "{{", "{{ ", "{{a ", "{a} {{a} "])
def test_a_hostile_text_takes_linear_time(unit: str) -> None:
    malformed(unit * 20_000, {"a"}, url=True)
    malformed(unit * 20_000, {"a"}, json=True)
