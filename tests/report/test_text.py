"""Text for terminals: golden at three widths, and marks that stand under what they mark."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connlint.finding import (
    ConnectorReport,
    Finding,
    Fix,
    NotChecked,
    Observation,
    Place,
    Related,
    Report,
    Severity,
    Summary,
    TextEdit,
)
from connlint.report.frames import Mark, frame
from connlint.report.text import render
from connlint.source import Source, Span

GOLDEN = Path(__file__).with_name("golden")
WIDTHS = (60, 100, 160)

LINES = r"""[
	{"handle":	"tabs",	"url":	"http://tabs.example/{{gone}}"},
        {"handle": "wide 猫の名前 と 犬の名前", "value": "{\"猫\": \"{{名}}\", \"n\": {{n}}, \"😀😀\": \"{{size}}\"}"},
  {"handle": "long", "value": "{\"model\": \"{{model}}\", \"messages\": {{messages}}, \"temperature\": {{temperature}}, \"top_p\": {{top_p}}, \"stream\": {{stream}}, \"stop\": \"{{stop}}\", \"user\": \"{{user}}\", \"metadata\": {{metadata}}, \"seed\": {{seed}}}"},
  {"handle": "controls CTRL", "text": "é combined, rtl MARK, bell BELL"}
]
""".replace("CTRL", "\x1b[31m").replace("MARK", "\u202e").replace("BELL", "\x07").replace("é", "e\u0301")  # fmt: skip  # noqa: E501 - the marks, in order
SOURCE = Source("shop/resources.json", LINES)
OTHER = Source("shop/events.yaml", "events:\n  order.paid: {}   # 支払い済み\n")


def place(text: str, source: Source = SOURCE) -> Place:
    at = source.text.index(text)
    return Place(source, "resources", 0, None, Span(at, at + len(text)))


def finding(
    text: str, rule: str, message: str, severity: Severity = Severity.WARNING, **more: object
) -> Finding:
    at = place(text)
    values: dict[str, object] = {"connector": "shop", "address": f"shop.{rule}", "fingerprint": "0", **more}
    return Finding(rule=rule, severity=severity, message=message, place=at, **values)  # type: ignore[arg-type]  # any of its values


MEANT = place("{{temperature}}")
FINDINGS = (
    finding("{{gone}}", "undeclared-placeholder", "nothing declares `gone`", Severity.ERROR,
            help="declare `gone` in this template's `placeholders`, or in the endpoint's, "
                 "which all operations share"),
    finding("{{名}}", "malformed-hole", "`{{名}}` is no hole", Severity.ERROR,
            evidence=(Observation("sent", "", None,
                                  '{"猫": "{{名}}", "n": 1, "😀😀": "small"}, with the 名 as it stands'),)),
    finding("{{size}}", "optional-empties-body", "without `size` the vendor is sent \"\""),
    finding("{{temperature}}", "wrong-body-type", "`temperature` is a String, and fills a number unquoted",
            related=(Related(place("order.paid", OTHER), "declared here 支"),),
            fix=Fix(False, '"type": "Float"', (TextEdit(SOURCE, MEANT.span, "1"),))),
    finding("{{seed}}", "unused", "at the far end of a long line"),
    finding("\x1b[31m", "control", "a control character: \x1b[31m"),
    finding("bell", "after-control", "after a mark that turns text round: \u202e"),
    *(finding(word, "many", "one of many", help="the same for all", label=f"列{word}")
      for word in ("model", "messages", "top_p", "stream", "stop", "user", "metadata")),
)  # fmt: skip  # rows hold what belongs together
NOT_CHECKED = NotChecked(
    "record fields",
    12,
    "no contract and no fixture says what the answer holds",
    "To check selectors: put it there.",
)
REPORT = Report(
    (
        ConnectorReport(
            "shop",
            "shop",
            "shop-猫",
            Summary(connectors=1, resources=4, operations=9, webhooks=1),
            tuple(sorted(FINDINGS, key=lambda item: item.order)),
            (NOT_CHECKED,),
            ("contract 2.3.0", "events shop/events.yaml (Shop, 16 events)", "no fixtures"),
        ),
    )
)


@pytest.mark.parametrize("width", WIDTHS)
def test_text_at_a_width_is_as_it_was_read_and_accepted(width: int, update_golden: bool) -> None:
    file = GOLDEN / f"text-{width}.txt"
    made = render(REPORT, width=width)
    if update_golden:
        file.write_text(made, "utf-8", newline="\n")
    assert made == file.read_text("utf-8")


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_but_a_heading_is_wider_than_the_terminal(width: int) -> None:
    wcwidth = pytest.importorskip("wcwidth", reason="no wcwidth to measure columns with")
    for line in render(REPORT, width=width).splitlines():
        if not line.startswith("shop/resources.json:"):
            assert wcwidth.wcswidth(line) <= width, line


def test_no_control_character_is_printed() -> None:
    text = render(REPORT)

    assert not any(ord(char) < 0x20 and char != "\n" for char in text)
    assert "\u202e" not in text
    assert "\\x1b[31m" in text


@given(
    st.text(st.sampled_from('a {"}\t\u732b\U0001f600e\u0301\x1b\u202e'), max_size=200),
    st.text(st.sampled_from("b\u732b{}"), min_size=1, max_size=30),
    st.text(st.sampled_from("c \u732b\t"), max_size=200),
    st.integers(40, 200),
)
def test_a_mark_stands_under_the_text_it_marks(before: str, marked: str, after: str, width: int) -> None:
    wcwidth = pytest.importorskip("wcwidth", reason="no wcwidth to measure columns with")
    # an end that no combining character joins
    source = Source("a.json", f"{before}[{marked}]{after}\n")
    start = len(before) + 1
    text, under = frame([Mark(source, Span(start, start + len(marked)), "", True)], width)

    columns = under.index("^")
    count = under.count("^")
    shown = [char for char in text for _ in range(max(wcwidth.wcwidth(char), 0))]
    assert wcwidth.wcswidth(text) <= width
    cut = "".join(shown[columns : columns + count])
    whole = "".join(char for char in marked for _ in range(wcwidth.wcwidth(char)))
    assert whole.startswith(cut)
    assert cut == whole or "\u2026" in text
    assert cut
