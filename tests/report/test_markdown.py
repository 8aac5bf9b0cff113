"""Markdown for summaries and comments, read by a CommonMark parser: nothing out of a spec becomes markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from tests.cli.conftest import Result
from tests.report.conftest import NAMES

from connlint.report.escape import visible
from connlint.report.markdown import code, escaped

Run = Callable[..., Result]

OURS = {"heading", "table", "thead", "tbody", "tr", "th", "td", "paragraph", "bullet_list", "list_item"}
"""Blocks that the report is made of."""
INLINE = {"text", "softbreak", "code_inline", "strong_open", "strong_close", "link_open", "link_close"}


def parse(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def test_names_of_a_spec_never_become_markup(connlint: Run, hostile: Path) -> None:
    tokens = parse(connlint("check", "--format", "markdown", "--show", "info").out)

    assert {token.type.removesuffix("_open").removesuffix("_close") for token in tokens} - {"inline"} <= OURS
    assert sum(token.type == "heading_open" for token in tokens) == 1
    parts = [*inline(tokens)]
    assert {token.type for token in parts} <= INLINE
    links = {
        str(token.attrs["href"]).rpartition("/rules/")[0] for token in parts if token.type == "link_open"
    }
    assert links == {"https://connlint.dev"}
    bold = [parts[at + 1].content for at, token in enumerate(parts) if token.type == "strong_open"]
    assert set(bold) <= {"error", "warning", "info"}


def test_every_finding_is_there_and_every_row_has_its_cells(
    connlint: Run, hostile: Path, findings: list[dict[str, Any]]
) -> None:
    text = connlint("check", "--format", "markdown").out
    tokens = parse(text)

    (row,) = [
        [token.content for token in tokens[at : at + 14] if token.type == "inline"]
        for at, token in enumerate(tokens)
        if token.type == "tr_open" and tokens[at + 1].type == "td_open"
    ]
    errors = sum(item["severity"] == "error" for item in findings)
    assert row[0] == hostile.name
    assert row[1:3] == [str(errors), str(len(findings) - errors)]
    assert f"connlint: {errors} errors, {len(findings) - errors} warnings in 1 of 1 connector" in text
    assert f"20 of {len(findings)} findings are annotated" in text


def test_code_holds_any_text_as_it_is_shown() -> None:
    for name in NAMES:
        (token,) = inline(parse(code(name)))
        assert token.type == "code_inline"
        assert token.content == visible(name).replace("|", "\u2223")


def test_text_keeps_its_characters_and_mentions_nobody() -> None:
    for name in NAMES:
        shown = "".join(token.content for token in inline(parse(f"x {escaped(name)}")))
        assert shown.replace("\N{WORD JOINER}", "").replace("\u2223", "|") == "x " + (
            visible(name).replace("`", "") if name.count("`") == 2 else visible(name)
        )
        assert "@team" not in shown
