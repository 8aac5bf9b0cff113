"""JSON: values, places, and mistakes where Python's own decoder puts them."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.reading.mistakes import cases, check
from tests.reading.texts import documents, json_texts
from tests.reading.walking import at, pointers
from tests.values import inner

from connlint.reading import MISSING, Document, read
from connlint.reading.document import Pointer

GOLDEN = Path(__file__).with_name("json_mistakes.txt")
BUDGET = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

PARTS = [*"{}[]\",:'\\ \n\t01.-+eEtfnNu#/x=;é😀", "true", '"a"', "//x", "\\u12", "\\ud83d", "{{x}}", "\\n"]
GOOD = (
    '[\n{\n  "handle": "a\\u00e9\\ud83d\\ude00x", "n": [1, -2.5e3, true, null], "o": {"x": {}, "y": []},\n'
    '  "t": "{\\"m\\": {{x}}}"\n}, {"b": "c\\n"}\n]\n'
)


def one(text: str) -> Document:
    """The document of a JSON text."""
    (document,) = read("x.json", text.encode(), named=True).documents
    return document


@pytest.mark.parametrize(("title", "text", "words"), cases(GOLDEN))
def test_mistake_in_an_authors_words(title: str, text: str, words: str, update_golden: bool) -> None:
    check(GOLDEN, "json", (title, text, words), update_golden)


@BUDGET
@given(data=st.data())
def test_value_is_what_pythons_decoder_reads(data: st.DataObject) -> None:
    value = data.draw(documents())
    assert one(data.draw(json_texts(value))).value == value


@BUDGET
@given(data=st.data())
def test_text_at_every_span_parses_to_the_value_there(data: st.DataObject) -> None:
    value = data.draw(documents())
    text = data.draw(json_texts(value))
    document = one(text)
    # in any order: what was looked at for one place is kept for the next
    for pointer in data.draw(st.permutations(list(pointers(value)))):
        held = at(value, pointer)
        assert json.loads(text[slice(*document.span(pointer))]) == held
        if pointer and isinstance(pointer[-1], str):
            assert json.loads(text[slice(*document.key_span(pointer))]) == pointer[-1]
        if isinstance(held, str):
            for index, char in enumerate(held):
                start, end = document.inside_span(pointer, index, index + 1)
                assert json.loads(f'"{text[start:end]}"') == char


def test_characters_through_escapes_and_surrogate_pairs() -> None:
    text = '{"a": "x\\u00e9\\ud83d\\ude00\\n\\"y😀z"}'
    document = one(text)
    shown = [text[slice(*document.inside_span(("a",), index, index + 1))] for index in range(8)]
    assert shown == ["x", "\\u00e9", "\\ud83d\\ude00", "\\n", '\\"', "y", "😀", "z"]
    assert text[slice(*document.inside_span(("a",), 1, 3))] == "\\u00e9\\ud83d\\ude00"
    assert document.inside_span(("a",), 99, 100) == document.inside_span(("a",), 8, 8)


def test_byte_order_mark_counts_nothing() -> None:
    result = read("x.json", b'\xef\xbb\xbf{"a": 1}')
    assert result.source.bom
    assert result.documents[0].span(("a",)) == (6, 7)


def broken(seed: int) -> str:
    """A good text with one to three random changes."""
    choose = random.Random(seed)
    text = GOOD
    for _ in range(choose.choice([1, 1, 2, 3])):
        place, change = choose.randrange(len(text) + 1), choose.random()
        if change < 0.4:
            text = text[:place] + text[place + 1 :]
        elif change < 0.8:
            text = text[:place] + choose.choice(PARTS) + text[place:]
        elif change < 0.9:
            text = text[:place]
        else:
            text = text[:place] + text[place + choose.randrange(30) :]
    return text


def python_place(text: str) -> int | None:
    """Where Python's decoder puts its error.

    Python 3.13 moved that of a trailing comma from the bracket to the comma; one place is kept for all.
    """
    try:
        json.JSONDecoder().decode(text)
    except json.JSONDecodeError as error:
        if error.msg.startswith("Illegal trailing comma"):
            return error.pos + 1 + len(text[error.pos + 1 :]) - len(text[error.pos + 1 :].lstrip(" \t\r\n"))
        return error.pos
    return None


def assert_stands_where_python_says(text: str) -> None:
    place = python_place(text)
    document = one(text)
    spans = [fault.span for fault in document.faults if fault.kind == "syntax-error"]
    if place is not None:
        assert place in [span.start for span in spans], text
    elif not document.faults:
        assert document.value == json.loads(text)
    assert all(0 <= start <= end <= len(text) for start, end in spans)


@settings(BUDGET, max_examples=200)
@given(seed=st.integers(0, 2**40))
def test_error_stands_where_pythons_decoder_puts_it(seed: int) -> None:
    assert_stands_where_python_says(broken(seed))


@BUDGET
@given(text=st.text(st.sampled_from('{}[]":,\\ \nu0123ae.-'), max_size=30))
def test_error_in_any_text_stands_where_pythons_decoder_puts_it(text: str) -> None:
    assert_stands_where_python_says(text)


@BUDGET
@given(seed=st.integers(0, 2**40))
def test_places_of_what_was_kept_of_a_broken_text(seed: int) -> None:
    text = broken(seed)
    document = one(text)
    if document.value is MISSING:
        return
    for pointer in pointers(document.value):
        held = at(document.value, pointer)
        start, end = document.span(pointer)
        if isinstance(held, (int, float)) or held is None:
            # a number or literal is read as it stands; a string may have been mended
            assert text[start:end] in ("None", "True", "False") or json.loads(text[start:end]) == held


def test_strings_that_are_no_text() -> None:
    for escape in ("\\ud83d", "\\ude00", "\\ude00\\ud83d", "\\u0000"):
        document = one(f'{{"a": "x{escape}", "b": 1}}')
        assert document.value == {"b": 1}
        assert [fault.kind for fault in document.faults][:1] == ["syntax-error"]
    assert one('{"a": "\\ud83d\\ude00 \\\\ud83d"}').value == {"a": "😀 \\ud83d"}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 401])
def test_numbers_that_json_or_a_reader_does_not_hold(number: str) -> None:
    document = one(f"[1, {number}, 2]")
    assert document.value == [1, 2]
    assert [text_of(document, fault.span) for fault in document.faults] == [number]
    assert document.span((1,)) == (5 + len(number) + 1, 5 + len(number) + 2)


def text_of(document: Document, span: tuple[int, int]) -> str:
    return document.source.text[slice(*span)]


def test_an_integer_of_400_digits_is_read() -> None:
    assert one(f"[{'9' * 400}]").value == [int("9" * 400)]


def test_duplicate_keys_with_both_places() -> None:
    text = '{"a": {"x": 1, "x": 2, "x": 3}, "b": {"x": 1}}'
    document = one(text)
    assert document.value == {"a": {"x": 3}, "b": {"x": 1}}
    assert [(fault.kind, fault.pointer) for fault in document.faults] == [("duplicate-key", ("a", "x"))] * 2
    first, second = document.faults
    assert (first.span.start, first.related[0][0].start) == (15, 7)
    assert (second.span.start, second.related[0][0].start) == (23, 15)
    assert text[slice(*document.span(("a", "x")))] == "3"


@pytest.mark.parametrize(
    "text", ["[" * 129 + "]" * 129, '{"a":' * 129 + "1" + "}" * 129, "[" * 128 + "{}" + "]" * 128]
)
def test_deeper_than_128_levels(text: str) -> None:
    document = one(text)
    assert document.value is MISSING
    (fault,) = document.faults
    assert fault.kind == "limit-exceeded"
    assert text[: fault.span.end].count("[") + text[: fault.span.end].count("{") == 129


@pytest.mark.parametrize("text", ["[" * 128 + "]" * 128, '{"a":' * 128 + "1" + "}" * 128])
def test_128_levels_are_read(text: str) -> None:
    assert not one(text).faults


def nested(pointer: Pointer, value: Any) -> Any:
    """An object that holds the value at a pointer of keys."""
    for step in reversed(pointer):
        value = {step: value}
    return value


def test_places_in_a_deep_text_take_linear_time() -> None:
    value = nested(("a",) * 100, list(range(50_000)))
    document = one(json.dumps(value))
    assert text_of(document, document.span((*("a",) * 100, 49_999))) == "49999"


def test_a_recovered_text_keeps_numbers_apart() -> None:
    assert math.isclose(inner(one("[0.1, 2,]").value, 0), 0.1)
