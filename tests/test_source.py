"""Lines and columns: what ends a line, and what does not."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from connlint.source import LineIndex

TEXTS = st.lists(st.sampled_from(["\r", "\n", "\r\n", "a", "é", "\v", "\f", "\x85", "\u2028"]), max_size=9)


@given(TEXTS)
def test_only_lf_crlf_and_cr_end_a_line(parts: list[str]) -> None:
    text = "".join(parts)
    index = LineIndex(text)
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]

    assert [index.line_span(line).start for line in range(1, index.count + 1)] == starts
    assert index.line_span(index.count).end == len(text)


@given(TEXTS, st.lists(st.integers(-1, 19), max_size=9))
def test_a_place_is_the_same_whether_few_or_all_lines_are_known(parts: list[str], offsets: list[int]) -> None:
    text = "".join(parts)
    few, all_ = LineIndex(text), LineIndex(text)
    assert all_.count > 0

    for offset in offsets:
        place = few.position(offset)
        assert place == all_.position(offset)
        assert few.line_span(place.line) == all_.line_span(place.line)
        assert few.offset(*place) == all_.offset(*place)
