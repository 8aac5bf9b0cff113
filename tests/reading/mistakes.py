"""Golden cases of mistakes in texts: `== title`, the text, `--`, what is said about it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connlint.reading import MISSING, read
from connlint.source import Source, Span


def cases(golden: Path) -> list[object]:
    """Title, text and words of each case."""
    found: list[object] = []
    for block in golden.read_text(encoding="utf-8").split("\n== ")[1:]:
        title, _, rest = block.partition("\n")
        text, _, words = rest.partition("\n--\n")
        found.append(pytest.param(title, text, words.strip("\n"), id=title))
    return found


def check(golden: Path, syntax: str, case: tuple[str, str, str], update: bool) -> None:
    """What is said about the text is what the case says; with `update`, the case is made to say it."""
    title, text, words = case
    found = said(text, syntax)
    if update:
        whole = golden.read_text(encoding="utf-8")
        head = f"== {title}\n{text}\n--\n"
        golden.write_text(whole.replace(f"{head}{words}", f"{head}{found}"), encoding="utf-8")
    else:
        assert found == words


def said(text: str, syntax: str) -> str:
    """The faults of a text: place, marked text, message, help, related places; and what was read of it."""
    result = read(f"x.{syntax}", text.encode(), named=True)
    lines = []
    for document in result.documents:
        for fault in document.faults:
            kind = "" if fault.kind == "syntax-error" else f" [{fault.kind}]"
            lines.append(f"{_place(result.source, fault.span)}{kind} {fault.message}")
            lines += [f"    help: {fault.help}"] if fault.help else []
            lines += [f"    {_place(result.source, span)} {word}" for span, word in fault.related]
        lines.append("= nothing" if document.value is MISSING else f"= {json.dumps(document.value)}")
    return "\n".join(lines)


def _place(source: Source, span: Span) -> str:
    position = source.position(span.start)
    marked = source.text[span.start : span.end]
    return f"{position.line}:{position.column} {json.dumps(marked, ensure_ascii=False)}"
