"""A YAML text changed to another value: only what differs changes, comments stay with what they are about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connlint.reading import Document, read
from connlint.reading.yaml_patch import CannotPatchError, patched, same_value
from connlint.reading.yaml_text import yaml_text

TEXT = """\
# about the file
a: 1   # one
# about b
b:
  x: {p: 1}  # flow
  y: |
    text
    more
  # about what follows y

  z:
    - 1
    # in the list
    - 2
# about c
c:
d: "s"
"""
VALUE = {"a": 1, "b": {"x": {"p": 1}, "y": "text\nmore\n", "z": [1, 2]}, "c": None, "d": "s"}


def document(text: str) -> Document:
    found = read("x.yaml", text.encode(), named=True, syntax="yaml").documents[0]
    assert found.faults == (), text
    return found


def test_the_same_value_is_the_same_text() -> None:
    assert patched(document(TEXT), VALUE) == TEXT


def test_a_changed_value_keeps_its_comment_and_everything_else() -> None:
    assert patched(document(TEXT), {**VALUE, "a": 2}) == TEXT.replace("a: 1 ", "a: 2 ")


def test_the_order_of_members_is_the_authors() -> None:
    assert patched(document(TEXT), dict(reversed(VALUE.items()))) == TEXT


def test_a_new_member_comes_after_its_elder_and_before_the_next_ones_comment() -> None:
    value = {"a": 1, "b": VALUE["b"], "bb": {"new": True}, "c": None, "d": "s"}
    assert patched(document(TEXT), value) == TEXT.replace("# about c\n", "bb: {new: true}\n# about c\n")


def test_a_new_first_member_stays_below_what_is_said_of_the_file() -> None:
    assert patched(document(TEXT), {"first": 0, **VALUE}).startswith(
        "# about the file\nfirst: 0\na: 1   # one\n"
    )


def test_a_removed_member_takes_its_comment_along() -> None:
    value = {key: item for key, item in VALUE.items() if key != "c"}
    assert patched(document(TEXT), value) == TEXT.replace("# about c\nc:\n", "")


def test_a_value_that_grows_is_written_as_a_block_and_keeps_its_comment() -> None:
    grown = {"p": 1, "q": "words " * 20 + "end"}
    text = patched(document(TEXT), {**VALUE, "b": {**VALUE["b"], "x": grown}})  # type: ignore[dict-item]  # a mapping
    assert "  x:  # flow\n    p: 1\n    q: >-\n      words words" in text
    assert document(text).value == {**VALUE, "b": {**VALUE["b"], "x": grown}}  # type: ignore[dict-item]  # as above


def test_a_comment_inside_what_is_replaced_moves_above_it() -> None:
    text = patched(document(TEXT), {**VALUE, "b": {**VALUE["b"], "z": [3]}})  # type: ignore[dict-item]  # a mapping
    assert "  # in the list\n  z: [3]\n" in text


def test_members_set_apart_by_empty_lines_stay_so() -> None:
    text = "m:\n  a: 1\n\n  # about c\n  c: 3\n"
    assert patched(document(text), {"m": {"a": 1, "b": 2, "c": 3, "d": 4}}) == (
        "m:\n  a: 1\n\n  b: 2\n\n  # about c\n  c: 3\n\n  d: 4\n"
    )
    assert patched(document(text), {"m": {"c": 3}}) == "m:\n  # about c\n  c: 3\n"


def test_line_ends_and_a_missing_last_one_stay() -> None:
    text = TEXT.replace("\n", "\r\n").removesuffix("\r\n")
    changed = patched(document(text), {**VALUE, "e": {"f": [1, 2]}})
    assert changed == text + "\r\ne: {f: [1, 2]}\r\n"


def test_anchors_that_another_place_uses_are_not_changed_behind_its_back() -> None:
    shared = document("a: &it {x: 1}\nb: *it\n")
    assert document(patched(shared, {"a": {"x": 1}, "b": {"x": 2}})).value == {"a": {"x": 1}, "b": {"x": 2}}
    with pytest.raises(CannotPatchError, match="anchors"):
        patched(document("a: &it\n  x: 1\nb: *it\n"), {"a": {"x": 2}, "b": {"x": 1}})


def test_values_differ_by_type_too() -> None:
    assert not same_value({"a": 1}, {"a": True})
    assert not same_value([1], [1.0])
    assert same_value({"a": 1, "b": [None]}, {"b": [None], "a": 1})


keys = st.sampled_from(["a", "b", "c", "d", "e"])
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(0, 9)
    | st.sampled_from(["text", "a: b", "two\nlines\n", "word " * 30 + "end"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(keys, values, min_size=1), st.dictionaries(keys, values, min_size=1), st.booleans())
def test_the_new_text_reads_as_the_new_value(
    old: dict[str, object], new: dict[str, object], commented: bool
) -> None:
    text = yaml_text(old)
    if commented:
        text = "".join(
            line if line.startswith(" ") else f"# about it\n{line}" for line in text.splitlines(True)
        )
    if not old.keys() & new.keys() or (commented and "two" in text):
        return
    changed = patched(document(text), new)
    assert same_value(document(changed).value, new)
    assert patched(document(changed), new) == changed
