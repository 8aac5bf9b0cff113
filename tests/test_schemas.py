"""`schemas/`: valid themselves, documented throughout, and true of the documents that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import schema_values

from connlint import schema as schemas
from connlint.reading import Document, read
from connlint.schema.checks import ANNOTATIONS, regex
from connlint.schema.explain import explain
from connlint.source import Source

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SUBSCHEMAS = ("properties", "$defs", "patternProperties", "dependentSchemas")
MORE = re.compile(r" \[More\]\((https://connlint\.dev/[^)]*)\)$")
"""What may end a description that editors show: a link to the documentation."""
SINGLE = ("items", "additionalProperties", "propertyNames", "if", "then", "else", "not")


def nodes(schema: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every subschema with its pointer."""
    if not isinstance(schema, dict):
        return
    yield at, schema
    for keyword in SUBSCHEMAS:
        for key, item in schema.get(keyword, {}).items():
            yield from nodes(item, f"{at}/{keyword}/{key}")
    for keyword in SINGLE:
        yield from nodes(schema.get(keyword), f"{at}/{keyword}")
    for index, item in enumerate(schema.get("anyOf", ())):
        yield from nodes(item, f"{at}/anyOf/{index}")


def references(schema: Any) -> dict[str, list[Any]]:
    """Who refers to each definition, by its pointer."""
    found: dict[str, list[Any]] = {}
    for _, node in nodes(schema):
        if "$ref" in node:
            found.setdefault(node["$ref"].removeprefix("#"), []).append(node)
    return found


@pytest.mark.parametrize("name", schemas.NAMES)
def test_schema_is_a_schema_under_its_name(name: str) -> None:
    value = schemas.load(name)
    jsonschema.Draft202012Validator.check_schema(value)
    assert jsonschema_rs.meta.is_valid(value)
    assert value["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert value["$id"] == f"https://connlint.dev/schemas/{name}.schema.json"


def test_there_is_no_other_schema() -> None:
    files = {path.name for path in (ROOT / "schemas").iterdir()}
    assert files == {f"{name}.schema.json" for name in schemas.NAMES}


@pytest.mark.parametrize("name", schemas.NAMES)
def test_everything_has_a_title_a_description_and_examples(name: str) -> None:
    root = schemas.load(name)
    silent = []
    shared = {at for at, users in references(root).items() if all("description" in user for user in users)}
    for at, node in nodes(root):
        if at in shared:
            continue  # what is said of a thing that stands in many places is said at each of them
        if any(f"/{keyword}" in at for keyword in ("if", "then", "else", "not", "anyOf", "dependentSchemas")):
            continue  # conditions and branches: they are about a thing that is described elsewhere
        known = {**schema_values.resolved(node, root), **node}
        silent += [f"{at}: {word}" for word in ("title", "description") if not known.get(word)]
        if not known.get("examples"):
            silent.append(f"{at}: examples")
    assert not silent


@pytest.mark.parametrize("name", schemas.NAMES)
def test_examples_and_defaults_are_valid(name: str) -> None:
    root = schemas.load(name)
    for at, node in nodes(root):
        check = jsonschema_rs.Draft202012Validator({**node, "$defs": root.get("$defs", {})})
        for example in [*node.get("examples", ()), *([node["default"]] if "default" in node else ())]:
            assert check.is_valid(example), f"{at}: {example}"


@pytest.mark.parametrize("name", schemas.NAMES)
def test_markdown_and_plain_descriptions_say_the_same(name: str) -> None:
    for at, node in nodes(schemas.load(name)):
        text = node.get("description", "")
        assert "`" not in text, at
        marked = MORE.sub("", node.get("markdownDescription", text))
        assert marked.replace("`", "") == text, at


@pytest.mark.parametrize("name", schemas.NAMES)
def test_no_editor_loses_what_is_said_beside_a_reference(name: str) -> None:
    """VS Code's JSON server puts a definition's words in the place of those beside a reference to it."""
    root = schemas.load(name)
    for at, node in nodes(root):
        if "$ref" in node and "description" in node:
            lost = node.keys() & schema_values.resolved(node, root).keys()
            assert lost <= {"title"}, at


@pytest.mark.parametrize("name", schemas.NAMES)
def test_each_value_of_an_enumeration_has_its_words(name: str) -> None:
    for at, node in nodes(schemas.load(name)):
        words = node.get("markdownEnumDescriptions")
        assert words is None or len(words) == len(node["enum"]), at


def test_links_of_the_schemas_lead_to_a_heading_of_the_documentation() -> None:
    links = {
        link
        for name in schemas.NAMES
        for _, node in nodes(schemas.load(name))
        for link in MORE.findall(node.get("markdownDescription", ""))
    }
    assert len(links) > 8
    for link in links:
        page, _, heading = link.removeprefix("https://connlint.dev/").partition("#")
        text = (ROOT / "docs" / f"{page.rstrip('/')}.md").read_text(encoding="utf-8")
        headings = {
            line.lstrip("# ").lower().replace(" ", "-") for line in text.splitlines() if line[:2] == "##"
        }
        assert not heading or heading in headings, link


@pytest.mark.parametrize("name", schemas.NAMES)
def test_schema_uses_only_what_messages_can_be_made_from(name: str) -> None:
    for at, node in nodes(schemas.load(name)):
        assert node.keys() <= schemas.KEYWORDS, at
        if "pattern" in node and name != "findings" and not at.endswith("/not"):
            assert node["patternErrorMessage"].startswith("must "), at
        if "not" in node:
            assert node["not"].keys() == {"pattern"}, at
            assert node["errorMessage"].startswith("must "), at
        for branch in node.get("anyOf", ()):
            assert branch.keys() == {"title", "required"}, at
            assert branch["required"] == [branch["title"]], at
        for free in node.get("patternProperties", {}).values():
            assert free.keys() <= ANNOTATIONS, at
        for beside in node.get("dependentSchemas", {}).values():
            assert beside.keys() == {"properties"}, at
            assert set(beside["properties"].values()) == {False}, at
        if "propertyNames" in node:
            assert node["propertyNames"].keys() & {"pattern", "minLength"}, at


def test_service_and_resources_mean_the_same_by_a_template() -> None:
    service, resources = schemas.load("service")["$defs"], schemas.load("resources")["$defs"]
    assert service["template"] == resources["template"]
    assert service["placeholder"] == resources["placeholder"]
    assert service["type"] == resources["type"]


def test_types_that_editors_offer_are_the_types_there_are() -> None:
    from connlint.connector import types

    assert set(schemas.load("resources")["$defs"]["type"]["examples"]) == set(types.NAMES)


# --- the documents that there are


def test_how_much_is_expected_changes_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas._work, "done", 0)
    documents = [[], [{"handle": "jobs", "endpoint": "/jobs"}], [{"handle": 1}]]
    before = [schemas.valid(document, "resources", 1) for document in documents]

    schemas.expect(schemas.MUCH + 1)

    assert (
        [schemas.valid(document, "resources", 1) for document in documents] == before == [True, True, False]
    )


@pytest.mark.parametrize("name", ["service", "resources"])
def test_published_connector_is_well_formed(name: str) -> None:
    value = json.loads((ROOT / "specs" / "chatgpt-published" / f"{name}.json").read_text(encoding="utf-8"))
    assert schemas.valid(value, name)


@pytest.mark.skipif(not SHARED.exists(), reason="the published page is not part of this repository")
def test_published_page_and_block_are_well_formed() -> None:
    block = json.loads((SHARED / "seeds" / "chatgpt-resources.json").read_text(encoding="utf-8"))
    assert schemas.valid(block, "resources")
    page = read("chatgpt-page.md", (SHARED / "seeds" / "chatgpt-page.md").read_bytes())
    found = [document.value for document in page.documents]
    assert schemas.valid(found[0], "service")
    assert schemas.valid(found[1], "resources")


@pytest.mark.skipif(not SHARED.exists(), reason="the examples are not part of this repository")
def test_examples_that_an_author_would_write_are_well_formed() -> None:
    examples = SHARED / "examples"
    files = [(path, "fixture") for path in sorted((examples / "fixtures").rglob("*.yaml"))]
    for path, name in [*files, (examples / "events.yaml", "events")]:
        (document,) = read(path.name, path.read_bytes(), named=True).documents
        assert [fault.message for fault in schemas.faults(document, name)] == []


@pytest.mark.skipif(not SHARED.exists(), reason="the examples are not part of this repository")
def test_example_configuration_is_well_formed() -> None:
    import tomllib

    value = tomllib.loads((SHARED / "examples" / "connlint.toml").read_text(encoding="utf-8"))
    assert schemas.valid(value, "config")


# --- four readers of one schema


def _oracle(name: str) -> jsonschema.Draft202012Validator:
    """jsonschema, with `pattern` as JSON Schema means it: Python's `$` also matches before a line end."""

    def pattern(_: Any, expression: str, instance: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
        if isinstance(instance, str) and not regex(expression).search(instance):
            yield jsonschema.ValidationError("pattern")

    extend: Any = jsonschema.validators.extend  # its stub gives no types
    made: jsonschema.Draft202012Validator = extend(jsonschema.Draft202012Validator, {"pattern": pattern})(
        schemas.load(name)
    )
    return made


# What connlint itself prints is checked by the tests of that output.
WRITTEN = [name for name in schemas.NAMES if name != "findings"]
ORACLES = {name: _oracle(name) for name in WRITTEN}


def faults(value: object, name: str) -> list[schemas.Fault]:
    """What the walk finds, whatever jsonschema-rs says."""
    document = Document(Source("x.json", ""), "json", value, lambda: pytest.fail("no place was asked for"))
    return list(explain(document, schemas.checks(name)))


@pytest.mark.parametrize("name", WRITTEN)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_valid_is_valid_for_all(name: str, data: st.DataObject) -> None:
    value = data.draw(schema_values.valid(name))
    assert schemas.schema(name).is_valid(value)
    assert schemas.checks(name).root(value)
    assert ORACLES[name].is_valid(value)
    assert [fault.message for fault in faults(value, name)] == []


@pytest.mark.parametrize("name", WRITTEN)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_all_agree_on_what_is_mistaken(name: str, data: st.DataObject) -> None:
    value = data.draw(schema_values.mistaken(name))
    verdict = schemas.schema(name).is_valid(value)
    assert ORACLES[name].is_valid(value) == verdict
    assert schemas.checks(name).root(value) == verdict
    found = faults(value, name)
    assert (not found) == verdict
    for fault in found:
        assert fault.message
        assert "\n" not in fault.message
        assert not fault.message.endswith(".")
