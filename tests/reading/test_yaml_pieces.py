"""A text that was edited, read item by item, is what it is when it is read afresh."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reading.saying import said

from connlint.reading.limits import SPEC_LIMITS
from connlint.reading.pieces import Pieces
from connlint.reading.yaml_pieces import split

LINES = st.sampled_from(
    """
    - a
    - a: 1
    - a: 1 # why
    - - b
    -
    - |
    - a: |+
    - a: >-
    - "b
    - 'b
    - [a,
    - {a: b,
    - &x a
    - *x
    - !t a
    - ? a
    - it's
    -	a
      b: 2
      a: 3
        - c
      text
      - c
      - {{n}}
      : b
      ]
      }
      c"
      c'
    c"
    a: b
    a
    ---
    ...
    # note
      # note
    %YAML 1.2
    \\u2028
    \\x85
    """.splitlines()[1:-1]
)
TEXTS = st.lists(
    st.tuples(
        LINES.map(lambda line: line[4:].replace("\\u2028", "\u2028").replace("\\x85", "\x85")),
        st.sampled_from(["\n", "\n", "\n", "\n\n", "  \n", "\r\n", "\r"]),
    ),
    max_size=9,
).map(lambda lines: "".join(line + end for line, end in lines))


@settings(max_examples=300)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_texts_are_read_as_if_nothing_had_been_read_before(texts: list[str]) -> None:
    pieces = Pieces()
    for text in texts:
        assert said("x.yaml", text, pieces) == said("x.yaml", text, None)


@settings(max_examples=100)
@given(TEXTS, TEXTS, TEXTS)
def test_an_item_between_others_is_read_as_if_it_stood_there_from_the_start(
    before: str, item: str, after: str
) -> None:
    pieces = Pieces()
    for text in (f"- a\n{before}- b\n{after}", f"- a\n{before}{item}- b\n{after}"):
        assert said("x.yaml", text, pieces) == said("x.yaml", text, None)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("- a\n- b: 1\n  c: 2\n- d\n", 3),
        ("---\n# about\n\n- a\n-\n  b\n", 2),
        ("- |\n  - a\n- b", 2),
        ("- a\n", 0),
        ("a:\n- b\n- c\n", 0),
        ("- a\n- b\n--- \n- c\n", 0),
        ("- a\n- b\n...\n", 0),
        ("%YAML 1.2\n---\n- a\n- b\n", 0),
    ],
)
def test_a_list_is_cut_before_its_items_where_they_stand_for_themselves(text: str, count: int) -> None:
    pieces = split(text, SPEC_LIMITS)
    assert len(pieces) == count
    assert not pieces or "".join(pieces) == text
