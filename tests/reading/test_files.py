"""The door: any bytes become a result, hostile ones soon."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connlint.reading import CONTRACT_LIMITS, MISSING, ReadResult, read

BUDGET = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
ENDINGS = ["x.json", "x.yaml", "x.yml", "x.md", "x", "x.txt"]

KEYS = 'handle: x\nendpoint: y\n"handle": "endpoint":\n'
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                *"{}[]\"':,-?&*!|>%@`#~\\ \n\r\t0a\0\ufeff\u2028\x85",
                "```json\n",
                "~~~\n",
                "---\n",
                "<<: ",
                "{{x}}",
                KEYS,
            ]
        ),
        max_size=40,
    ).map("".join),
)


def assert_is_sound(result: ReadResult) -> None:
    """Every place lies inside the text, and every fault says something."""
    length = len(result.source.text)
    faults = [*result.faults, *(fault for document in result.documents for fault in document.faults)]
    for fault in faults:
        assert fault.message
        assert fault.kind in ("syntax-error", "duplicate-key", "limit-exceeded")
        assert all(0 <= a <= b <= length for (a, b) in (fault.span, *(span for span, _ in fault.related)))
    for document in result.documents:
        assert 0 <= document.span(()).start <= document.span(()).end <= length
        if document.value is MISSING:
            assert document.faults
        else:
            json.dumps(document.value, allow_nan=False).encode()


@BUDGET
@given(data=st.binary(max_size=60), path=st.sampled_from(ENDINGS))
def test_any_bytes(data: bytes, path: str) -> None:
    assert_is_sound(read(path, data, named=True))


@settings(BUDGET, max_examples=200)
@given(text=TEXTS, path=st.sampled_from(ENDINGS))
def test_any_text(text: str, path: str) -> None:
    assert_is_sound(read(path, text.encode("utf-8", "replace"), named=True))


def bomb() -> bytes:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 12)]
    return "\n".join(rows).encode()


HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "JSON brackets": ("x.json", b"[" * 100_000, "nested deeper than 128 levels"),
    "JSON brackets closed": ("x.json", b"[" * 100_000 + b"]" * 100_000, "nested deeper than 128 levels"),
    "JSON objects": ("x.json", b'{"a":' * 100_000, "nested deeper than 128 levels"),
    "YAML brackets": ("x.yaml", b"[" * 100_000, "nested deeper than 128 levels"),
    "YAML dashes": ("x.yaml", b"- " * 100_000, "nested deeper than 128 levels"),
    "YAML braces": ("x.yaml", b"{a: " * 100_000, "nested deeper than 128 levels"),
    "YAML keys": ("x.yaml", b"? " * 100_000, "nested deeper than 128 levels"),
    "alias bomb": ("x.yaml", bomb(), "aliases add more than 100,000 values"),
    "brackets in a page": (
        "x.md",
        b'```\n"handle": "service":' + b"[" * 100_000 + b"\n```\n",
        "text stands behind",
    ),
    "nested quotes in a page": ("x.md", b">" * 100_000 + KEYS.encode(), ""),
    "20 MB": ("x.json", b" " * 20_000_000, "a file of 19.1 MiB; at most 16 MiB are read"),
    "invalid UTF-8": ("x.json", b'{"a": "\xff"}', "not UTF-8: the byte 0xff is no text here"),
    "half a character": ("x.yaml", "a: €".encode()[:-1], "not UTF-8: the byte 0xe2 is no text here"),
    "NUL": ("x.json", b'{"a": "\0"}', "a NUL byte: no text holds one"),
    "NUL in YAML": ("x.yaml", b"a: \0", "a NUL byte: no text holds one"),
    "binary": ("x.json", bytes(range(256)) * 100, "a binary file: no JSON, YAML or Markdown"),
    "UTF-16": ("x.json", '{"a": 1}'.encode("utf-16"), "the file is UTF-16, not UTF-8"),
    "UTF-32": ("x.json", '{"a": 1}'.encode("utf-32"), "the file is UTF-32, not UTF-8"),
    "too many values": ("x.json", b"[" + b"0," * 1_100_000 + b"0]", "more than 1,000,000 values"),
    "a long text that is broken": ("x.json", b"[" + b'"0",' * 150_000 + b"0", "a `]` is missing"),
    "a longer text that is broken": ("x.json", b"[" + b'"0123456789",' * 900_000 + b"0", "a comma or"),
    "a quote that is never closed": ("x.json", b'"' + b"a" * 1_000_000, "this string is not closed"),
    "backslashes": ("x.json", b'["' + b"\\" * 1_000_001, "this string is not closed"),
    "quotes": ("x.json", b'"' * 100_001, "text stands behind the end of the document"),
    "commas": ("x.json", b"[" + b"," * 100_000, "one comma too many"),
    "wrong brackets": ("x.json", b"[{" * 60 + b"]" * 100_000, ""),
    "colons": ("x.yaml", b"a:" * 100_000, ""),
    "YAML mistakes": ("x.yaml", b"- a: @\n" * 3_000, "a text cannot begin with `@`"),
    "YAML quotes": ("x.yaml", b'- a: "b\n' * 3_000, ""),
    "a long YAML text that is broken": (
        "x.yaml",
        b"- a: b\n  c: d\n" * 15_000 + b"- a: @\n",
        "a text cannot",
    ),
    "anchors": ("x.yaml", b"- &a *a\n" * 3_000, ""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_answered_within_two_seconds(name: str) -> None:
    path, data, message = HOSTILE[name]
    begun = time.process_time()
    result = read(path, data, named=True)
    taken = time.process_time() - begun
    assert_is_sound(result)
    faults = [*result.faults, *(fault for document in result.documents for fault in document.faults)]
    assert any(message in fault.message for fault in faults) or not message
    assert taken < 2


def test_a_byte_that_is_no_text_has_its_place() -> None:
    result = read("x.yaml", "é: 1\n".encode() + b"b: \xfe\n", named=True)
    (fault,) = result.faults
    assert result.source.position(fault.span.start) == (2, 4)
    assert result.documents == ()


def test_a_contract_may_be_larger() -> None:
    assert (
        read("x.json", b" " * 17_000_000 + b"1", limits=CONTRACT_LIMITS, named=True).documents[0].value == 1
    )


def test_a_file_of_15_9_mib_and_900_000_values_is_read() -> None:
    small = ",".join(f"[{number}]" for number in range(440_000))
    text = f'[{small},"{"x" * (16_000_000 - len(small))}"]'
    document = read("x.json", text.encode(), named=True).documents[0]
    assert not document.faults
    assert len(document.value) == 440_001  # type: ignore[arg-type]  # a list


@pytest.mark.parametrize(
    ("path", "text", "syntax"),
    [
        ("a.json", "{}", "json"),
        ("a.YAML", "{}", "yaml"),
        ("a.yml", "a: 1", "yaml"),
        ("a", '{"a": 1}', "json"),
        ("a.txt", "a: 1", "yaml"),
        (".hidden/a", " [1]", "json"),
    ],
)
def test_syntax_follows_from_the_ending_else_from_the_content(path: str, text: str, syntax: str) -> None:
    assert read(path, text.encode()).documents[0].syntax == syntax


def test_broken_text_of_strangers_is_none_of_our_business() -> None:
    assert read("values.yaml", b"a: {{ .Values.x }}y\n").documents == ()
    assert read("tsconfig.json", b'{"a": 1, // why\n}').documents == ()
    assert read("tsconfig.json", b'{"a": 1, // why\n}', named=True).documents[0].faults
    assert read("x.yaml", b"- handle: a\n  endpoint: @\n").documents[0].faults
