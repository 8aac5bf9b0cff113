"""Where PyYAML was built without libyaml, its parser in Python gives the same documents."""

from __future__ import annotations

import sys

import pytest

from connlint.reading import read

TEXTS = [
    "a: 1\nb: [x, 'y', {c: ~}]\nd: |\n  e\n  f\n",
    "a: &x {k: 1}\nb: *x\nc:\n  <<: *x\n",
    "a: {{x}}\n",
    "a: @\n",
    '- "x\n- y"z\n- w\n',
    "- a: 1\n  b\n- c: 2\n",
    "- - a\n  b: 1\n",
    "[" * 200,
    "a: \u2028\n--- \nb: \x85c\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_parser_in_python_gives_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("yaml._yaml", reason="PyYAML is here without libyaml")
    with_libyaml = read("x.yaml", text.encode(), named=True).documents
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    without = read("x.yaml", text.encode(), named=True).documents
    assert [document.value for document in without] == [document.value for document in with_libyaml]
    for ours, theirs in zip(without, with_libyaml, strict=True):
        assert [fault.message for fault in ours.faults] == [fault.message for fault in theirs.faults]


def test_the_parser_in_python_takes_no_surrogates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    (document,) = read("x.yaml", b'a: "\\ud83d\\ude00"\n', named=True).documents
    assert document.value == {"a": "\ufffd\ufffd"}
    assert "no character" in document.faults[0].message
