"""Authoring mistakes, and the exact words that an author reads about each.

The cases are in `schema_mistakes.txt`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from connlint import schema as schemas
from connlint.reading import MISSING, Document, read
from connlint.source import Source

GOLDEN = Path(__file__).with_name("schema_mistakes.txt")


def cases() -> Iterator[tuple[str, str, str, str]]:
    """Title, schema, document and words of each case."""
    for block in GOLDEN.read_text(encoding="utf-8").split("\n== ")[1:]:
        head, _, rest = block.partition("\n")
        title, _, name = head.removesuffix(")").rpartition(" (")
        text, _, words = rest.partition("\n--\n")
        yield title, name, text, words.strip("\n")


CASES = [pytest.param(*case, id=case[0]) for case in cases()]


def said(name: str, text: str, syntax: str = "json") -> str:
    """What is said about a document: of each fault the marked text (cut), the message, the help, the edit."""
    (document,) = read(f"x.{syntax}", text.encode(), named=True).documents
    lines = []
    for fault in schemas.faults(document, name):
        start, end = fault.at.span
        marked = " ".join(text[start:end].split())
        lines += [marked if len(marked) <= 50 else f"{marked[:49]}…", f"    {fault.message}"]
        lines += [f"    help: {fault.help}"] if fault.help else []
        lines += [f"    edit: {fault.title}"] if fault.edit else []
    return "\n".join(lines)


def test_there_are_mistakes_enough() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize(("title", "name", "text", "words"), CASES)
def test_mistake_is_put_into_an_authors_words(
    title: str, name: str, text: str, words: str, update_golden: bool
) -> None:
    found = said(name, text)
    if update_golden:
        golden = GOLDEN.read_text(encoding="utf-8")
        case = f"== {title} ({name})\n{text}\n--\n"
        GOLDEN.write_text(golden.replace(f"{case}{words}", f"{case}{found}"), encoding="utf-8")
    else:
        assert found == words


def test_yaml_author_is_shown_yaml() -> None:
    text = "- handle: batches\n  endpoint: /batches\n  operations:\n    read:\n      path: /x\n"
    assert said("resources", text, "yaml").splitlines() == [
        "read",
        "    `read` has no `method`",
        "    help: for example `method: GET`",
    ]


def test_broken_resource_hides_no_other() -> None:
    text = '[{"handle": 5, "endpoint": "/a"}, 7, {"handle": "c", "endpont": "/c"}]'
    marked = [line for line in said("resources", text).splitlines() if not line.startswith(" ")]
    assert marked == ["5", "7", '"endpont"']


def test_key_of_ones_own_is_left_alone() -> None:
    operation = '{"method": "GET", "x-owner": {"any": "thing"}, "$comment": "why"}'
    assert said("resources", f'[{{"handle": "a", "operations": {{"read": {operation}}}}}]') == ""


def test_document_without_value_has_no_faults_of_form() -> None:
    document = Document(Source("x.json", "{"), "json", MISSING, lambda: pytest.fail("no place is needed"))
    assert list(schemas.faults(document, "service")) == []


def _bare(value: object) -> Document:
    return Document(Source("x.json", ""), "json", value, lambda: pytest.fail("no place is needed"))


def test_thousands_of_mistakes_end_in_one_word_about_the_rest() -> None:
    found = list(schemas.faults(_bare([{}] * 300_000), "resources"))
    assert len(found) == schemas.MOST + 1
    assert found[-1].message == "more than 1000 mistakes of form in one document"


def test_one_mistake_in_a_large_document_is_found_without_walking_it_all() -> None:
    field = {"name": "x", "type": "String", "selector": ["a"]}
    good = {"handle": "a", "endpoint": "/x", "fields": [field] * 50}
    started = time.perf_counter()
    (found,) = schemas.faults(_bare([good] * 4000 + [{**good, "handle": 5}]), "resources")
    assert found.message == "`handle` must be text; here it is the number 5"
    assert time.perf_counter() - started < 5


def test_deepest_shape_that_reading_lets_through_is_walked() -> None:
    shape: object = {"type": "strin"}
    for _ in range(60):
        shape = {"properties": {"a": shape}}
    events = {"source": {"from": "docs"}, "events": {"a": {"data": shape}}}
    (found,) = schemas.faults(_bare(events), "events")
    assert found.help is not None
    assert found.help.startswith("did you mean `string`?")


def test_text_that_cannot_leave_python_is_no_crash() -> None:
    (found,) = schemas.faults(_bare("\ud800"), "service")
    assert found.message.startswith("the service document must be an object")


def test_schema_that_is_not_there_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"nonsense\.schema\.json"):
        schemas.path("nonsense")


def test_editing_a_value_keeps_json_kinds() -> None:
    (found,) = schemas.faults(_bare([{"handle": True, "endpoint": "/x"}]), "resources")
    assert found.edit is not None
    assert json.dumps(found.edit.value) == '"true"'


def test_a_name_with_a_line_break_stays_on_one_line() -> None:
    value = {"source": {"from": "x"}, "events": {"a\nb": False}}
    (document,) = read("events.json", json.dumps(value).encode(), named=True).documents
    (fault,) = schemas.faults(document, "events")
    assert fault.message.startswith("event `a\\nb` must be an object")
