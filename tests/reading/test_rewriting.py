"""Edits: the text parses, holds the intended value, and is what it was everywhere else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.reading.texts import TEXTS, documents, json_texts, values, yaml_texts
from tests.reading.walking import at, pointers

from connlint.reading import Document, Location, read
from connlint.reading.document import Pointer
from connlint.reading.edits import (
    Edit,
    insert,
    remove,
    rename_key,
    replace_chars,
    replace_span,
    replace_value,
)
from connlint.reading.rewriting import CannotEdit, Overlap, apply, resolve
from connlint.source import Span

BUDGET = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


def located(document: Document, pointer: Pointer) -> Location:
    location = document.root
    for step in pointer:
        location = location / step
    return location


@st.composite
def edits(draw: st.DrawFn, document: Document, value: Any, root: Pointer = ()) -> tuple[Edit, Any]:
    """An edit of a document below `root`, and the value that it should have then."""
    pointer = draw(st.sampled_from([each for each in pointers(value) if each[: len(root)] == root]))
    held, location = at(value, pointer), located(document, pointer)
    actions = ["replace-value"]
    actions += ["replace-chars"] * 3 if isinstance(held, str) else []
    actions += ["remove"] * 2 if len(pointer) > len(root) else []
    actions += ["rename-key"] if len(pointer) > len(root) and isinstance(pointer[-1], str) else []
    actions += ["insert"] * 4 if isinstance(held, (dict, list)) else []
    action, new = draw(st.sampled_from(actions)), draw(values(4))
    wanted: Any = {"": copy.deepcopy(value)}
    holder = at(wanted, ("", *pointer[:-1])) if pointer else wanted
    step = pointer[-1] if pointer else ""
    if action == "replace-value":
        holder[step] = new
        return replace_value(location, new), wanted[""]
    if action == "replace-chars":
        start = draw(st.integers(0, len(held)))
        end = draw(st.integers(start, len(held)))
        text = draw(TEXTS)
        holder[step] = held[:start] + text + held[end:]
        return replace_chars(location.chars(start, end), text), wanted[""]
    if action == "remove":
        del holder[step]
        return remove(location), wanted[""]
    if action == "rename-key":
        name = draw(TEXTS.filter(lambda name: name not in holder))
        members = [(name if key == step else key, item) for key, item in holder.items()]
        holder.clear()
        holder.update(members)
        return rename_key(location, name), wanted[""]
    if isinstance(held, dict):
        key = draw(TEXTS.filter(lambda key: key not in held))
        holder[step][key] = new
        return insert(location, key, new), wanted[""]
    index = draw(st.integers(0, len(held)))
    holder[step].insert(index, new)
    return insert(location, index, new), wanted[""]


def assert_edit_is_lawful(path: str, text: str, edit: Edit, wanted: Any) -> None:
    try:
        made = resolve(edit)
    except CannotEdit:
        return
    changed = apply(text, made)
    ((span, new),) = made
    assert changed == text[: span.start] + new + text[span.end :]
    (document,) = read(path, changed.encode(), named=True).documents
    assert not document.faults
    assert json.dumps(document.value) == json.dumps(wanted)
    assert changed.endswith("\n") == text.endswith("\n")
    if "\r\n" in text:
        assert "\n" not in changed.replace("\r\n", "")
    if edit.action in ("insert", "rename-key", "replace-chars"):
        assert "# why" not in text[slice(*span)]
        assert "# a comment" not in text[slice(*span)]


@BUDGET
@given(data=st.data())
def test_edits_of_json(data: st.DataObject) -> None:
    value = data.draw(documents())
    text = data.draw(json_texts(value))
    (document,) = read("x.json", text.encode(), named=True).documents
    assert_edit_is_lawful("x.json", text, *data.draw(edits(document, value)))


@settings(BUDGET, max_examples=50)
@given(data=st.data())
def test_edits_of_yaml(data: st.DataObject) -> None:
    value = data.draw(documents())
    text = data.draw(yaml_texts(value))
    (document,) = read("x.yaml", text.encode(), named=True).documents
    assert_edit_is_lawful("x.yaml", text, *data.draw(edits(document, value)))


@BUDGET
@given(data=st.data())
def test_edits_in_fences(data: st.DataObject) -> None:
    value = {"handle": "h", "service": {}, "x": data.draw(documents())}
    syntax = data.draw(st.sampled_from(["json", "yaml"]))
    text = data.draw((json_texts if syntax == "json" else yaml_texts)(value))
    newline = "\r\n" if "\r\n" in text else "\n"
    before, prefix = data.draw(
        st.sampled_from([("# T\n\n", ""), ("* x\n\n", "  "), ("", "> "), ("", ">   "), ("1. x\n\n", "   ")])
    )
    lines = [f"```{syntax}", *text.replace("\r\n", "\n").removesuffix("\n").split("\n"), "```"]
    page = (before + "".join(f"{prefix}{line}\n" for line in lines) + "\nend\n").replace("\n", newline)
    (document,) = read("x.md", page.encode()).documents
    assert_edit_is_lawful("x.md", page, *data.draw(edits(document, value, ("x",))))


PUBLISHED = """[
{
"handle": "files",
"fields": [
{ "name": "id", "type": "String", "selector": ["id"] },
{ "name": "url", "type": "Strin", "selector": ["url"] }
],
"path": { "value": "/{{fileid}}", "placeholders": [] }
}
]
"""
INDENTED = '{\n  "a": 1,\n  "b": {\n    "c": [1, 2]\n  }\n}\n'
BLOCKS = """\
# files
- handle: files   # the handle
  fields:
    - name: id
      selector: [id]   # where
    # the link
    - name: url
      selector:
        - url
  text: |
    one
    two
  path: {value: '/{{fileid}}', placeholders: []}
"""

Case = tuple[str, str, Callable[[Document], Edit], str, str]
CASES: list[Case] = [
    (
        "x.json",
        PUBLISHED,
        lambda d: replace_value(d / 0 / "fields" / 1 / "type", "String"),
        '"Strin"',
        '"String"',
    ),
    (
        "x.json",
        PUBLISHED,
        lambda d: replace_value(d / 0 / "fields" / 0 / "selector", ["data", "id"]),
        '["id"]',
        '["data", "id"]',
    ),
    (
        "x.json",
        PUBLISHED,
        lambda d: replace_chars((d / 0 / "path" / "value").chars(3, 9), "file_id"),
        "{{fileid}}",
        "{{file_id}}",
    ),
    (
        "x.json",
        PUBLISHED,
        lambda d: remove(d / 0 / "fields" / 1),
        ',\n{ "name": "url", "type": "Strin", "selector": ["url"] }',
        "",
    ),
    (
        "x.json",
        PUBLISHED,
        lambda d: remove(d / 0 / "fields" / 0),
        '{ "name": "id", "type": "String", "selector": ["id"] },\n',
        "",
    ),
    ("x.json", PUBLISHED, lambda d: remove(d / 0 / "fields" / 0 / "type"), ', "type": "String"', ""),
    ("x.json", PUBLISHED, lambda d: rename_key(d / 0 / "path", "endpoint"), '"path"', '"endpoint"'),
    (
        "x.json",
        PUBLISHED,
        lambda d: insert(d / 0 / "fields", 2, {"name": "size", "selector": ["size"]}),
        '["url"] }\n',
        '["url"] },\n{ "name": "size", "selector": ["size"] }\n',
    ),
    (
        "x.json",
        PUBLISHED,
        lambda d: insert(d / 0 / "path" / "placeholders", 0, {"name": "file_id"}),
        "[]",
        '[{ "name": "file_id" }]',
    ),
    (
        "x.json",
        PUBLISHED,
        lambda d: insert(d / 0 / "fields" / 0, "multivalue", True),
        '["id"] }',
        '["id"], "multivalue": true }',
    ),
    ("x.json", INDENTED, lambda d: insert(d.root, "d", [3]), "  }\n}", '  },\n  "d": [3]\n}'),
    (
        "x.json",
        INDENTED,
        lambda d: insert(d / "b", "d", {}),
        '"c": [1, 2]\n',
        '"c": [1, 2],\n    "d": {}\n',
    ),
    (
        "x.json",
        INDENTED,
        lambda d: replace_value(d / "b", {"x": {"y": 1}}),
        '{\n    "c": [1, 2]\n  }',
        '{\n    "x": {"y": 1}\n  }',
    ),
    ("x.json", INDENTED, lambda d: remove(d / "b" / "c"), '{\n    "c": [1, 2]\n  }', "{}"),
    ("x.json", '{"a":1,"b":[]}', lambda d: insert(d / "b", 0, {"c": 2}), "[]", '[{"c":2}]'),
    ("x.json", '{"a": "x\\u00e9y"}', lambda d: replace_chars((d / "a").chars(2, 3), '"'), 'y"', '\\""'),
    (
        "x.yaml",
        BLOCKS,
        lambda d: replace_value(d / 0 / "fields" / 0 / "selector", ["data", "id"]),
        "[id]",
        "[data, id]",
    ),
    (
        "x.yaml",
        BLOCKS,
        lambda d: replace_value(d / 0 / "fields" / 1 / "selector", ["data", "url"]),
        "\n        - url",
        " [data, url]",
    ),
    ("x.yaml", BLOCKS, lambda d: replace_value(d / 0 / "handle", "no: text"), "files   #", '"no: text"   #'),
    (
        "x.yaml",
        BLOCKS,
        lambda d: replace_chars((d / 0 / "path" / "value").chars(3, 9), "file_id"),
        "fileid",
        "file_id",
    ),
    ("x.yaml", BLOCKS, lambda d: replace_chars((d / 0 / "text").chars(4, 7), "2"), "    two", "    2"),
    (
        "x.yaml",
        BLOCKS,
        lambda d: replace_chars((d / 0 / "handle").chars(0, 5), "- x"),
        "files   #",
        '"- x"   #',
    ),
    ("x.yaml", BLOCKS, lambda d: rename_key(d / 0 / "text", "bodyTemplate"), "text:", "bodyTemplate:"),
    ("x.yaml", BLOCKS, lambda d: remove(d / 0 / "text"), "  text: |\n    one\n    two\n", ""),
    (
        "x.yaml",
        BLOCKS,
        lambda d: remove(d / 0 / "handle"),
        "handle: files   # the handle\n  fields",
        "fields",
    ),
    (
        "x.yaml",
        BLOCKS,
        lambda d: remove(d / 0 / "fields" / 0),
        "    - name: id\n      selector: [id]   # where\n",
        "",
    ),
    ("x.yaml", BLOCKS, lambda d: remove(d / 0 / "path" / "value"), "{value: '/{{fileid}}', p", "{p"),
    (
        "x.yaml",
        BLOCKS,
        lambda d: insert(d / 0, "endpoint", {"value": "files"}),
        "placeholders: []}\n",
        "placeholders: []}\n  endpoint: {value: files}\n",
    ),
    (
        "x.yaml",
        BLOCKS,
        lambda d: insert(d / 0 / "fields", 1, {"name": "x"}),
        "# where\n",
        "# where\n    - {name: x}\n",
    ),
    (
        "x.yaml",
        BLOCKS,
        lambda d: insert(d / 0 / "fields", 0, {"name": "x"}),
        "    - name: id",
        "    - {name: x}\n    - name: id",
    ),
    (
        "x.yaml",
        BLOCKS,
        lambda d: insert(d / 0 / "path" / "placeholders", 0, {"name": "file_id"}),
        "[]",
        "[{name: file_id}]",
    ),
    ("x.yaml", '{"a": "b"}\n', lambda d: insert(d.root, "c", "d"), '"b"}', '"b", "c": d}'),
    ("x.yaml", "a:\nb: 1\n", lambda d: replace_value(d / "a", [1]), "a:", "a: [1]"),
]


def _title(case: Case) -> str:
    path, _, _, old, new = case
    return f"{path[2:]} {old.strip()[:24]!r} to {new.strip()[:24]!r}"


@pytest.mark.parametrize(
    ("path", "text", "make", "old", "new"), [pytest.param(*c, id=_title(c)) for c in CASES]
)
def test_edit_as_an_author_would_write_it(
    path: str, text: str, make: Callable[[Document], Edit], old: str, new: str
) -> None:
    (document,) = read(path, text.encode(), named=True).documents
    assert apply(text, resolve(make(document))) == text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "make"),
    [
        ("a: &x {k: 1}\nb: *x\n", lambda d: replace_value(d / "b" / "k", 2)),
        ("a: &x {k: 1}\nb: *x\n", lambda d: remove(d / "a")),
        ("a: &x {k: 1}\nb: *x\n", lambda d: insert(d / "b", "m", 2)),
        ("a: &x {k: 1}\nb:\n  <<: *x\n  m: 2\n", lambda d: rename_key(d / "b" / "k", "n")),
        ("a: [1, # one\n  2]\n", lambda d: remove(d / "a" / 1)),
        ("a: !!str 5\n", lambda d: replace_value(d / "a", "6")),
        ("a: 1\n", lambda d: remove(d / "b")),
        ("a: 1\n", lambda d: remove(d.root)),
        ("a: {b: 1, c: 2}\n", lambda d: rename_key(d / "a" / "b", "c")),
        ("a: {b: 1}\n", lambda d: insert(d / "a", "b", 2)),
        ("a: [1]\n", lambda d: insert(d / "a", 3, 2)),
        ("a: [1]\n", lambda d: insert(d / "a", "b", 2)),
        ("a: 1\na: 2\n", lambda d: replace_value(d / "a", 3)),
    ],
)
def test_what_cannot_be_written_without_risk(text: str, make: Callable[[Document], Edit]) -> None:
    (document,) = read("x.yaml", text.encode(), named=True).documents
    with pytest.raises(CannotEdit):
        resolve(make(document))


def test_text_in_prose() -> None:
    result = read("x.md", b"Example link\n")
    at_link = Location.at_span(Document.carrier(result.source), Span(0, 12))
    assert apply("Example link\n", resolve(replace_span(at_link, "the docs"))) == "the docs\n"


def test_edits_that_touch_each_other_are_refused() -> None:
    text = "abcdef"
    assert apply(text, [(Span(4, 5), "x"), (Span(1, 2), "yy"), (Span(5, 5), "z")]) == "ayycdxzf"
    with pytest.raises(Overlap):
        apply(text, [(Span(1, 3), ""), (Span(2, 4), "")])
    with pytest.raises(Overlap):
        apply(text, [(Span(1, 1), "a"), (Span(1, 1), "b")])


def test_a_document_with_mistakes_is_not_edited() -> None:
    (document,) = read("x.json", b'{"a": 1,}', named=True).documents
    with pytest.raises(CannotEdit, match="mistakes"):
        resolve(replace_value(document / "a", 2))
