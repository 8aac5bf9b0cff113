"""Where the cursor is, told from where an earlier look had come to: the same as from the front."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.lsp.test_agreement import CATS, PIECES

from connlint.lsp.where import Marks, where
from connlint.source import Span

TEXT = json.dumps([CATS, {**CATS, "handle": "dogs"}, {"handle": "birds"}], indent=1)

looks = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.sampled_from([0, 0, 3, 200]),
        st.sampled_from(["", "}", "{", "]", "[", ",", "},{", *PIECES]),
        st.lists(st.floats(0, 1), min_size=1, max_size=3),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(looks)
def test_a_later_look_goes_on_where_an_earlier_one_was(story: list[Any]) -> None:
    text, marks = TEXT, Marks()
    for share, size, piece, places in [(1.0, 0, "", [0.9]), *story]:
        at = int(share * len(text))
        text = text[:at] + piece + text[at + size :]
        for place in places:
            offset = int(place * len(text))
            region = Span(0, len(text))
            assert where(text, offset, "json", region, marks) == where(text, offset, "json", region)


def test_a_later_look_reads_the_last_item_alone() -> None:
    text, marks = TEXT, Marks()
    end = len(text) - 5
    where(text, end, "json", Span(0, len(text)), marks)
    assert marks.before(text, end) == (TEXT.rindex("},") + 1, 1)
