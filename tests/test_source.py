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
