"""Markdown pages: which fences are ours, where their values stand, and what a broken one hides."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connlint.reading import ReadResult, read
from connlint.source import Position

RESOURCES = json.dumps([{"handle": "files", "endpoint": {"value": "/files"}}], indent=2)
SERVICE = '{"handle": "openai", "service": {"baseURL": "https://api.openai.com/v1"}}'
SEED = Path(__file__).parents[3] / "shared" / "seeds" / "chatgpt-page.md"


def page(text: str) -> ReadResult:
    return read("page.md", text.encode())


def prefixed(prefix: str, text: str) -> str:
    return "".join(f"{prefix}{line}\n" for line in text.split("\n"))


def shown(result: ReadResult, index: int, *pointer: str | int) -> tuple[str, Position]:
    """The text at a pointer of a document, and its line and column."""
    span = result.documents[index].span(pointer)
    return result.source.text[slice(*span)], result.source.position(span.start)


def test_fences_of_any_kind_in_their_order() -> None:
    result = page(
        f"# T\n\n```json\n{RESOURCES}\n```\n\ntext\n\n~~~~\n{SERVICE}\n~~~~\n\n"
        "```yaml\nhandle: x\nservice: {baseURL: y}\n```\n\n```\nhandle: z\nservice: {baseURL: y}\n```\n"
    )
    assert [(document.index, document.syntax) for document in result.documents] == [
        (0, "json"),
        (1, "json"),
        (2, "yaml"),
        (3, "yaml"),
    ]
    assert shown(result, 0, 0, "endpoint", "value") == ('"/files"', (8, 16))
    assert shown(result, 3, "service", "baseURL") == ("y", (27, 20))


def test_other_fences_are_not_ours() -> None:
    fences = [
        '{"x": 1}',
        "handle()",
        '{"x": 1,}',
        '{"handle": "x", "service": "none"}',
        '"handle": "service"',
    ]
    text = "\n".join(f"```json\n{fence}\n```\n" for fence in fences)
    assert page(f'{text}\n    {{"handle": 1, "service": {{}}}}\n').documents == ()


@pytest.mark.parametrize("language", ["js", "python", "http"])
def test_broken_text_in_another_language_is_not_ours(language: str) -> None:
    assert page(f"```{language}\n{{handle: 'x', service: {{endpoint: f()}}}}\n```\n").documents == ()
    assert len(page(f"```{language}\n{SERVICE}\n```\n").documents) == 1


@pytest.mark.parametrize("language", ["", "yaml", "text"])
def test_broken_yaml_in_a_fence_is_ours(language: str) -> None:
    (document,) = page(f"```{language}\nhandle: x\nservice: @y\n```\n").documents
    assert document.faults


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "prefix"), [("", ""), ("* x\n\n", "  "), ("1. x\n\n", "   "), ("", "> "), ("1.\tx\n\n", "\t")]
)
def test_places_in_lists_and_quotes(before: str, prefix: str, newline: str) -> None:
    text = before + prefixed(prefix, f"```json\n{RESOURCES}\n```") + "\nend\n"
    result = page(text.replace("\n", newline))
    value, (line, column) = shown(result, 0, 0, "endpoint", "value")
    assert value == '"/files"'
    assert (line, column) == (6 + before.count("\n"), 16 + len(prefix))
    broken = page(text.replace('"value": "', '"value" "').replace("\n", newline))
    (fault,) = broken.documents[0].faults
    assert broken.source.position(fault.span.start) == (6 + before.count("\n"), 15 + len(prefix))


def test_prose_is_what_is_outside_of_every_fence() -> None:
    result = page(f"# T\n\n```json\n{RESOURCES}\n```\n\nbetween\n\n```\nother\n```\nend")
    assert [result.source.text[slice(*span)] for span in result.prose] == ["# T\n\n", "\nbetween\n\n", "end"]


def test_a_broken_fence_hides_no_other() -> None:
    result = page(f"```json\n{RESOURCES.replace('[', '', 1)}\n```\n\n```json\n{SERVICE}\n```\n")
    assert [bool(document.faults) for document in result.documents] == [True, False]
    assert shown(result, 1, "handle") == ('"openai"', (13, 12))


def test_a_fence_that_is_not_closed_behind_its_document() -> None:
    result = page(f"```json\n{RESOURCES}\n\nSome prose.\n\n```json\n{SERVICE}\n```\nend\n")
    assert [document.value for document in result.documents] == [json.loads(RESOURCES), json.loads(SERVICE)]
    (fault,) = result.documents[0].faults
    assert "not closed" in fault.message
    assert result.source.position(fault.span.start) == (9, 2)
    assert [result.source.text[slice(*span)] for span in result.prose] == ["\nSome prose.\n\n", "end\n"]


def test_a_fence_that_ends_with_the_page() -> None:
    result = page(f"```json\n{RESOURCES}\n")
    assert not result.documents[0].faults


def test_the_published_page() -> None:
    if not SEED.exists():
        pytest.skip("the published page is not beside this checkout")
    result = read("page.md", SEED.read_bytes())
    assert [isinstance(document.value, list) for document in result.documents] == [False, True]
    text, place = shown(result, 1, 0, "operations", "create", "bodyTemplate", "value")
    assert place == (390, 20)
    assert json.loads(text) == '{"model": "{{model}}", "messages": {{messages}}}'
    assert len(result.prose) == 4


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_long_page_is_searched_line_by_line(newline: str) -> None:
    prose = "Some prose with a [link](to).\n\n" * 10_000
    fences = (
        prefixed("  ", f"```json\n{RESOURCES}\n```")
        + f"\n~~~~\n```\n{SERVICE}\n~~~~\n\n```json\n{SERVICE}\n```\n"
    )
    result = page((prose + fences + prose).replace("\n", newline))
    assert [document.value for document in result.documents] == [json.loads(RESOURCES), json.loads(SERVICE)]
    assert shown(result, 0, 0, "endpoint", "value") == ('"/files"', (20_006, 18))
    assert sum(len(range(*span)) for span in result.prose) == len((prose * 2).replace("\n", newline))
