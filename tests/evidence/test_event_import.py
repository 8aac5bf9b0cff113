"""`events import`, kind by kind: what is found, how it is written, and what is refused with which words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.values import inner

from connlint.evidence.event_import import Imported, ImportFailedError, import_events
from connlint.evidence.event_import.merging import fresh
from connlint.evidence.events import Events

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
SCHEMA = jsonschema_rs.validator_for(json.loads((ROOT / "schemas" / "events.schema.json").read_text("utf-8")))


def imported(source: object, **options: Any) -> Imported:
    """What an import finds, after a look at it with the schema of events documents."""
    assert isinstance(source, (str, Path, Mapping))
    result = import_events(source, retrieved="2026-11-22", **options)
    errors = [f"{error.instance_path}: {error.message}" for error in SCHEMA.iter_errors(result.document)]
    assert errors == []
    return result


def entries(result: Imported) -> dict[str, Any]:
    found = result.document["events"]
    assert isinstance(found, dict)
    return found


def refused(source: object, **options: Any) -> ImportFailedError:
    assert isinstance(source, (str, Path, Mapping))
    with pytest.raises(ImportFailedError) as caught:
        import_events(source, retrieved="2026-11-22", **options)
    return caught.value


def event(name: str, /, **data: object) -> dict[str, Any]:
    """A schema of a delivery, as vendors write them."""
    return {
        "type": "object",
        "title": name,
        "required": ["id", "type", "data"],
        "properties": {
            "id": {"type": "string", "description": "The delivery.", "example": "evt_1"},
            "type": {"type": "string", "enum": [name]},
            "data": {"type": "object", "required": sorted(data), "properties": data},
        },
    }


STRING = {"type": "string"}


# --- OpenAPI


def openapi(webhooks: dict[str, object], **components: object) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Acme", "version": "2.1"},
        "webhooks": webhooks,
        "components": {"schemas": components},
    }


def delivers(schema: object, **operation: object) -> dict[str, object]:
    return {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}, **operation}}


def test_openapi_names_come_from_the_bodies_not_from_the_keys() -> None:
    result = imported(
        openapi({"job_done": delivers(event("job.done", id=STRING)), "job_gone": delivers(event("job.gone"))})
    )
    assert list(entries(result)) == ["job.done", "job.gone"]
    assert result.document["event-name"] == {"json": "type"}
    assert result.document["source"] == {
        "from": "the source, OpenAPI document of Acme 2.1",
        "version": "2.1",
        "retrieved": "2026-11-22",
        "stale-after": "180d",
    }
    assert entries(result)["job.done"]["data"] == {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}},
    }
    assert result.document["envelope"] == {
        "type": "object",
        "required": ["id", "type", "data"],
        "properties": {
            "id": {"type": "string", "description": "The delivery."},
            "type": {"type": "string"},
            "data": {"type": "object"},
        },
    }


def test_openapi_is_untidy_and_understood() -> None:
    """References, `nullable` in 3.1, `allOf` of a base, single enums, vendor extensions, YAML."""
    text = """
openapi: 3.1.0
info: {title: Acme, version: 1}
webhooks:
  made: {$ref: '#/components/pathItems/made'}
  gone: {post: {deprecated: true, requestBody: {$ref: '#/components/requestBodies/gone'}}}
components:
  pathItems:
    made:
      post:
        summary: Something was made.
        requestBody:
          content: {application/json; charset=utf-8: {schema: {$ref: '#/components/schemas/Made'}}}
  requestBodies:
    gone: {content: {application/vnd.acme+json: {schema: {$ref: '#/components/schemas/Gone'}}}}
  schemas:
    Base:
      type: object
      required: [id, kind]
      properties: {id: {type: string, nullable: true}, kind: {type: string}}
    Made:
      allOf:
        - $ref: '#/components/schemas/Base'
        - properties:
            kind: {enum: [thing.made], x-const: true}
            by: {$ref: '#/components/schemas/User', nullable: true}
            state: {type: string, enum: [a, b], nullable: true}
    Gone:
      allOf:
        - $ref: '#/components/schemas/Base'
        - {type: object, properties: {kind: {const: thing.gone}}}
    User: {type: object, additionalProperties: false, properties: {name: {type: string, default: x}}}
"""
    result = imported(text)
    events = Events(result.document)
    assert events.names == ("thing.gone", "thing.made")
    assert events["thing.gone"].deprecated
    assert events["thing.made"].description == "Something was made."
    made = events["thing.made"].shape
    assert made == {
        "type": "object",
        "required": ["id", "kind"],
        "properties": {
            "id": {"type": ["string", "null"]},
            "kind": {"const": "thing.made"},
            "by": {"type": ["object", "null"], "properties": {"name": {"type": "string"}}},
            "state": {"enum": ["a", "b", None]},
        },
    }


def test_openapi_webhook_with_a_union_is_several_events() -> None:
    union = {"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]}
    result = imported(openapi({"all": delivers(union)}, A=event("a.x", n=STRING), B=event("b.x")))
    assert list(entries(result)) == ["a.x", "b.x"]


def test_one_schema_that_has_several_names_is_several_events() -> None:
    many = event("a")
    many["properties"]["type"]["enum"] = ["a", "b"]
    result = imported(openapi({"some": delivers(many), "more": delivers(event("c"))}))
    events = Events(result.document)
    assert events.names == ("a", "b", "c")
    found = events["b"].shape
    assert found is not None
    assert inner(found, "properties", "type") == {"const": "b"}


def test_shapes_that_contain_themselves_go_under_defs() -> None:
    tree = {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    }
    result = imported(
        openapi(
            {
                "x": delivers(event("x", tree={"$ref": "#/components/schemas/Tree"})),
                "y": delivers(event("y")),
            },
            Tree=tree,
        )
    )
    assert result.document["$defs"] == {
        "Tree": {
            "type": "object",
            "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}},
        }
    }
    shape = Events(result.document)["x"].shape
    assert shape is not None
    jsonschema_rs.validator_for(shape).validate(
        {"id": "1", "type": "x", "data": {"tree": {"children": [{"children": []}]}}}
    )


def test_large_shapes_that_several_events_use_are_written_once() -> None:
    large = {"type": "object", "properties": {f"field_{n}": STRING for n in range(40)}}
    used = {"$ref": "#/components/schemas/Large"}
    result = imported(openapi({n: delivers(event(n, it=used)) for n in ("a", "b", "c")}, Large=large))
    assert list(result.document["$defs"]) == ["Large"]  # type: ignore[call-overload]  # a mapping of what was made
    assert entries(result)["b"]["data"]["properties"]["it"] == {"$ref": "#/$defs/Large"}


def test_a_delivery_may_fit_two_branches() -> None:
    """Branches of a `oneOf` may be apart only by `additionalProperties: false`, which is not kept."""
    small = {"type": "object", "properties": {"id": STRING}, "additionalProperties": False}
    large = {"type": "object", "required": ["name"], "properties": {"id": STRING, "name": STRING}}
    both = {"oneOf": [small, large], "anyOf": [{"required": ["id"]}, {"required": ["name"]}]}
    result = imported({"oneOf": [event("a", by=both), event("b")]})
    shape = Events(result.document)["a"].shape
    assert shape is not None
    body = {"id": "1", "type": "a", "data": {"by": {"id": "x", "name": "y"}}}
    jsonschema_rs.validator_for(shape).validate(body)
    assert not jsonschema_rs.validator_for(shape).is_valid({**body, "data": {"by": {}}})


def test_a_property_may_have_the_name_of_a_keyword() -> None:
    odd: dict[str, object] = {
        "enum": STRING,
        "properties": {"type": "object"},
        "$ref": STRING,
        "anyOf": STRING,
        "const": STRING,
    }
    result = imported(openapi({"a": delivers(event("a", **odd)), "b": delivers(event("b"))}))
    assert set(entries(result)["a"]["data"]["properties"]) == set(odd)


def test_openapi_names_from_the_keys_when_asked() -> None:
    push = {"type": "object", "properties": {"ref": STRING}}
    source = openapi(
        {"push": delivers(push), "fork": delivers({"type": "object", "properties": {"forkee": {}}})}
    )
    error = refused(source)
    assert "no key tells the events apart" in error.message
    assert "--names keys" in error.help
    result = imported(source, keyed=True, event_name={"header": "X-Acme-Event"})
    assert list(entries(result)) == ["fork", "push"]
    assert result.document["event-name"] == {"header": "X-Acme-Event"}


def test_what_openapi_documents_are_refused() -> None:
    assert "Swagger 2.0 is not supported" in refused({"swagger": "2.0", "paths": {}}).message
    assert "has no `webhooks`" in refused({"openapi": "3.0.3", "paths": {}}).message
    assert "JSON request body" in refused(openapi({"a": {"post": {}}})).message
    dangling = refused(openapi({"a": delivers({"$ref": "#/components/schemas/Lost"})}))
    assert "#/components/schemas/Lost" in dangling.message
    outside = refused(openapi({"a": delivers({"$ref": "other.json#/A"})}))
    assert "bundle" in outside.help
    twice = refused(openapi({"a": delivers(event("x")), "b": delivers(event("x"))}))
    assert "`type` is 'x' in several" in twice.where


def test_a_webhook_without_json_is_left_out_and_said() -> None:
    form: dict[str, object] = {
        "post": {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {}}}}}
    }
    result = imported(openapi({"a": delivers(event("a")), "b": form}))
    assert result.notes[0] == "webhooks.b: it has no JSON request body; left out"


# --- a union of schemas


def test_a_discriminated_union() -> None:
    union = {
        "$defs": {"A": event("a.x", id=STRING), "B": event("b.x", id=STRING)},
        "discriminator": {"propertyName": "type", "mapping": {"a.x": "#/$defs/A", "b.x": "#/$defs/B"}},
        "oneOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}],
    }
    result = imported(union)
    assert result.kind == "json-schema"
    assert list(entries(result)) == ["a.x", "b.x"]


def test_what_a_tool_says_of_every_object_says_nothing_of_any() -> None:
    """pydantic prints `additionalProperties: true` on all models of a tolerant SDK."""
    open_everywhere = [{**event(name, id=STRING), "additionalProperties": True} for name in ("a", "b")]
    for branch in open_everywhere:
        branch["properties"]["data"]["additionalProperties"] = True
    result = imported({"anyOf": open_everywhere})
    assert "additionalProperties" not in json.dumps(result.document)
    del open_everywhere[0]["properties"]["data"]["additionalProperties"]
    assert entries(imported({"anyOf": open_everywhere}))["b"]["shape"]["additionalProperties"] is True


def test_deprecation_is_read_from_the_vendors_words() -> None:
    old = {**event("old.x"), "description": "Deprecated: use `new.x`.\n\nSent once."}
    for keep in (True, False):
        found = entries(imported({"anyOf": [old, event("new.x")]}, descriptions=keep))["old.x"]
        assert (found["deprecated"], found["replaced-by"]) == (True, "new.x")
        assert ("description" in found) is keep


def test_an_event_whose_requirements_differ_says_so_itself() -> None:
    strict = event("b")
    strict["properties"]["object"] = {"const": "event"}
    strict["required"].append("object")
    loose = event("a")
    loose["properties"]["object"] = {"anyOf": [{"const": "event"}, {"type": "null"}], "default": None}
    result = imported({"anyOf": [loose, strict]})
    assert inner(result.document, "envelope", "properties", "object") == {"enum": ["event", None]}
    assert entries(result)["b"]["shape"] == {
        "required": ["object"],
        "properties": {"data": {"type": "object", "properties": {}}, "object": {"const": "event"}},
    }
    assert entries(result)["a"] == {"data": {"type": "object", "properties": {}}}


def test_a_union_of_unions_of_itself_ends() -> None:
    every = [{"$ref": f"#/$defs/{n}"} for n in range(60)]
    definitions: dict[str, object] = {str(n): {"anyOf": every} for n in range(59)}
    source = {"$defs": {**definitions, "59": event("a")}, "anyOf": [*every, event("b")]}
    assert list(entries(imported(source))) == ["a", "b"]


def test_unions_that_are_refused() -> None:
    assert "no union of events" in refused(event("a")).message
    assert "AsyncAPI" in refused({"asyncapi": "3.0.0"}).message
    assert "an events document already" in refused({"source": {}, "events": {}}).message
    unknown = refused({"name": "left-pad", "version": "1.0.0"})
    assert "it holds `name`, `version`" in unknown.message
    assert "OpenAPI 3.1" in unknown.help
    assert "no list of events" in refused("[1, 2]").message
    broken = refused('{"anyOf": [\n  {"a": }\n]}')
    assert broken.line == 2


def test_a_union_whose_schemas_have_the_names() -> None:
    """As GitHub's: an event is a union of its actions, and its name stands in a header."""
    action = {"type": "object", "properties": {"action": {"const": "opened"}}}
    union = {
        "oneOf": [{"$ref": "#/definitions/issue_event"}, {"$ref": "#/definitions/push$event"}],
        "definitions": {
            "issue_event": {"oneOf": [action, {**action, "properties": {}}]},
            "push$event": action,
        },
    }
    assert "--names keys" in refused(union).help
    result = imported(union, keyed=True, event_name={"header": "X-Acme-Event"})
    assert list(entries(result)) == ["issue", "push"]
    assert len(entries(result)["issue"]["shape"]["anyOf"]) == 2
    inner(union, "oneOf")[1] = {**action, "title": "push"}
    assert list(entries(imported(union, keyed=True))) == ["issue_event", "push"]
    inner(union, "oneOf")[1] = action
    assert "branch 2 of the union has no name" in refused(union, keyed=True).message


# --- SDK documentation

PAGE = """\
# Webhooks

### Job Done Event

- `job_done_event: object { id, type, data, 1 more }`

  Sent when a job is done.

  - `id: string`

    The delivery.

  - `type: "job.done"`

    - `"job.done"`

  - `data: object { id, steps }`

    - `id: string`

      The job.

    - `steps: array of object { name, state }`

      - `name: string`

      - `state: "ok" or "bad" or 1 more`

        - `"ok"`

        - `"bad"`

        - `"odd"`

  - `live: optional boolean`

### Job Gone Event

- `job_gone_event: object { id, type, 1 more }`

  Deprecated: use `job.done`.

  - `id: string`

    The delivery.

  - `type: "job.gone"`

  - `data: object { id, labels }`

    - `id: string`

    - `labels: map[string]`

### Unwrap Event

- `unwrap_event: JobDoneEvent or JobGoneEvent`
"""


def diff_view(page: str) -> str:
    """The page as a diff view shows it: numbered, its indentation gone."""
    lines = [
        f"{number}{' ' if line.startswith(' ') else ''}{line.strip()}"
        for number, line in enumerate(page.splitlines(), 1)
    ]
    return "docs/webhooks.md +0 −60 deleted\nFile Deleted View Diff\n" + "\n".join(lines)


@pytest.mark.parametrize("page", [PAGE, diff_view(PAGE)], ids=["markdown", "diff"])
def test_sdk_documentation_with_and_without_indentation(page: str) -> None:
    result = imported(page)
    assert result.kind == "sdk-docs"
    events = Events(result.document)
    assert events.names == ("job.done", "job.gone")
    assert (events["job.gone"].deprecated, events["job.gone"].replaced_by) == (True, "job.done")
    assert events["job.done"].description == "Sent when a job is done."
    shape = events["job.done"].shape
    assert shape is not None
    assert shape["required"] == ["id", "type", "data"]
    assert inner(shape, "properties", "live") == {"type": "boolean"}
    assert inner(shape, "properties", "data") == {
        "type": "object",
        "required": ["id", "steps"],
        "properties": {
            "id": {"type": "string", "description": "The job."},
            "steps": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name", "state"],
                    "properties": {"name": {"type": "string"}, "state": {"enum": ["ok", "bad", "odd"]}},
                },
            },
        },
    }
    gone = events["job.gone"].shape
    assert gone is not None
    assert inner(gone, "properties", "data", "properties", "labels") == {
        "type": "object",
        "additionalProperties": {"type": "string"},
    }


def test_without_descriptions_no_word_of_the_vendor_is_kept() -> None:
    text = fresh(imported(PAGE, descriptions=False).document)
    assert "Sent when" not in text
    assert "The delivery" not in text


TYPE = 'type: "x"'


def flat(*bullets: str, heading: str = "### Thing Event") -> str:
    return "\n".join([heading, *(f"- `{bullet}`" for bullet in bullets)])


def test_what_the_declarations_leave_open_is_not_guessed() -> None:
    """`usage: Usage` may have members below it or not: `total` can be its own or the event's."""
    error = refused(
        flat(
            "thing_event: object { type, 2 more }",
            'type: "x"',
            "usage: Usage",
            "total: number",
            "last: number",
        )
        .replace("2 more", "3 more")
        .replace("- `last", "- `extra: Extra`\n- `n: number`\n- `last")
    )
    assert "nothing says which" in error.message
    assert error.line == 5
    assert "indentation" in error.help


def test_names_and_counts_decide_where_they_can() -> None:
    result = imported(
        flat(
            "thing_event: object { type, data, 1 more }",
            'type: "x"',
            "data: object { a, 1 more }",
            "a: string",
            "b: string",
            "c: string",
        )
    )
    shape = Events(result.document)["x"].shape
    assert shape is not None
    properties = shape["properties"]
    assert isinstance(properties, dict)
    assert list(properties) == ["type", "data", "c"]
    assert list(properties["data"]["properties"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("page", "message", "line"),
    [
        (flat("thing_event: object { type, data }", TYPE), "do not stand below it", 2),
        (flat("thing_event: object { type, data }", TYPE, "other: string"), "do not stand below it", 2),
        (flat("thing_event: object { type }", TYPE, "left: string"), "do not stand below it", 2),
        ("- `a: object { b }`\n    - `c: string`", "declares 1 members, and has 1: c", 1),
        (flat("thing_event: strin g"), "cannot read the type", 2),
        (flat("thing_event: object { a b }"), "cannot read the type", 2),
        (flat("thing_event: object { type }", "type: string"), "none of the types on the page", None),
        ("# A page\n\nwithout bullets", "no bullet declares a type", None),
        ("1# Page\n2\n3- `a: object { type }`\n7- `type: \"x\"`", "jumps from line 3 to 7", 4),
    ],
)  # fmt: skip  # rows hold what belongs together
def test_pages_that_contradict_themselves_are_refused_with_the_line(
    page: str, message: str, line: int | None
) -> None:
    error = refused(page, kind="sdk-docs")
    assert message in error.message
    assert error.line == line


def test_two_accounts_of_one_event_must_agree() -> None:
    assert (
        "described twice"
        in refused(PAGE + PAGE.replace("`live: optional boolean`", "`live: boolean`")).message
    )
    assert list(entries(imported(PAGE + PAGE))) == ["job.done", "job.gone"]


@pytest.mark.parametrize(
    "page",
    [
        flat(*["a: Named"] * 3000),
        flat("a: object { 999 more }", *[f"b{n}: Named" for n in range(999)]),
        flat(*[f"a{n}: object {{ 1 more }}" for n in range(3000)]),
        flat("a: " + "optional " * 500 + "string"),
        flat("a: " + "array of " * 500 + "string"),
        flat("a: object { " + "1 more, " * 500 + "}"),
        "#" + " " * 300_000 + "x\n" + "\n" * 300_000,
    ],
)
def test_hostile_pages_end_soon_and_clearly(page: str) -> None:
    assert refused(page, kind="sdk-docs").message


@given(st.text(st.sampled_from('-`:{} \nabc"1#,o'), max_size=80))
def test_no_page_breaks_the_importer(text: str) -> None:
    with pytest.raises(ImportFailedError):
        import_events(f"- `{text}", "sdk-docs", retrieved="2026-11-22")


# --- folders


def folder(path: Path, files: Mapping[str, object]) -> Path:
    for name, value in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    return path


def test_a_folder_of_examples_one_event_a_folder(tmp_path: Path) -> None:
    """As GitHub publishes theirs: the folder is the event, its files are the actions."""
    result = imported(
        folder(
            tmp_path,
            {
                "issue/opened.payload.json": {
                    "action": "opened",
                    "issue": {"id": 1, "title": "x", "closed": None},
                },
                "issue/closed.payload.json": {
                    "action": "closed",
                    "issue": {"id": 2, "closed": "now", "by": 1.5},
                },
                "push.json": {"ref": "main", "commits": [{"id": "a"}, {"id": "b", "n": 1}]},
                "README.md": "about",
            },
        ),
        event_name={"header": "X-Acme-Event"},
    )
    assert result.kind == "folder"
    assert list(entries(result)) == ["issue", "push"]
    assert entries(result)["issue"]["shape"] == {
        "$comment": "inferred from 2 examples",
        "type": "object",
        "additionalProperties": True,
        "properties": {
            "action": {"type": "string"},
            "issue": {
                "type": "object",
                "additionalProperties": True,
                "properties": {
                    "id": {"type": "integer"},
                    "title": {"type": "string"},
                    "closed": {"type": ["string", "null"]},
                    "by": {"type": "number"},
                },
            },
        },
    }
    assert "required" not in json.dumps(result.document)
    assert any("README.md: neither JSON nor YAML" in text for text in result.notes)


def test_a_key_that_says_what_the_file_says_names_the_events(tmp_path: Path) -> None:
    result = imported(
        folder(
            tmp_path,
            {
                "job_done.json": {"object": "event", "type": "job.done", "data": {"id": "1"}},
                "job_gone.yaml": "object: event\ntype: job.gone\ndata: {id: x, why: y}\n",
            },
        )
    )
    assert result.document["event-name"] == {"json": "type"}
    assert list(entries(result)) == ["job.done", "job.gone"]


def test_examples_need_not_have_telling_names(tmp_path: Path) -> None:
    files = {"1.json": [{"event": "a.x", "n": 1}, {"event": "b.x"}], "2.json": {"event": "c.x"}}
    result = imported(folder(tmp_path, files))
    assert list(entries(result)) == ["a.x", "b.x", "c.x"]


def test_without_a_naming_key_the_person_is_asked(tmp_path: Path) -> None:
    result = imported(folder(tmp_path, {"a.json": {"x": 1}, "b.json": {"x": 2}}))
    assert "event-name" not in result.document
    assert any("how a delivery names its event: --event-name header:NAME" in text for text in result.notes)


def test_a_folder_of_schemas_with_shared_parts(tmp_path: Path) -> None:
    def action(name: str) -> dict[str, object]:
        return {
            "$schema": "http://json-schema.org/draft-07/schema",
            "type": "object",
            "required": ["action"],
            "properties": {"action": {"enum": [name]}, "user": {"$ref": "../common/user.schema.json"}},
        }

    result = imported(
        folder(
            tmp_path,
            {
                "issue/opened.schema.json": action("opened"),
                "issue/closed.schema.json": action("closed"),
                "fork/made.schema.json": action("made"),
                "common/user.schema.json": {
                    "type": "object",
                    "properties": {"name": {"$ref": "#/definitions/n"}},
                    "definitions": {"n": STRING},
                },
                "common/spare.schema.json": {"type": "object", "properties": {}},
            },
        )
    )
    assert list(entries(result)) == ["fork", "issue"]
    user = {"type": "object", "properties": {"name": {"type": "string"}}}
    shape = entries(result)["issue"]["shape"]
    assert [branch["properties"] for branch in shape["anyOf"]] == [
        {"action": {"const": "closed"}, "user": user},
        {"action": {"const": "opened"}, "user": user},
    ]
    assert any("common/spare.schema.json, common/user.schema.json" in text for text in result.notes)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "no JSON or YAML file"),
        ({"a/b/c.json": {}}, "too deep"),
        ({"a.json": "[1]"}, "holds no payload"),
        ({"a.json": "{\n"}, "a.json:"),
        ({"a.json": [{"x": 1}, {"x": 2}]}, "a.json is a list, and no key of its items names their event"),
        ({"a.json": {"x": 1}, "b.json": {"$schema": "x"}}, "is a schema"),
        ({"a/1.json": {"x": 1}, "a/2.json": {"$schema": "x"}}, "has schemas and examples"),
        ({"a.json": {"$schema": "x", "$ref": "../../etc/passwd"}}, "refers to"),
    ],
)
def test_folders_that_are_refused(tmp_path: Path, files: dict[str, object], message: str) -> None:
    assert message in refused(folder(tmp_path, files)).message


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside = folder(tmp_path / "out", {"x.json": {"type": "x"}})
    inside = folder(tmp_path / "in", {"y.json": {"type": "y"}})
    (inside / "x.json").symlink_to(outside / "x.json")
    assert list(entries(imported(inside))) == ["y"]


# --- the real ones


def test_openais_sdk_documentation() -> None:
    seed = SHARED / "seeds" / "openai-webhooks-sdk-doc.txt"
    if not seed.exists():
        pytest.skip("the published SDK documentation is not here")
    events = Events(imported(seed).document)
    assert len(events) == 15
    for one in events:
        assert one.shape is not None
        assert one.shape["required"] == ["id", "created_at", "data", "type"]
    call = events["realtime.call.incoming"].shape
    assert call is not None
    assert inner(call, "properties", "data", "required") == ["call_id", "sip_headers"]


def test_openais_contract() -> None:
    contract = SHARED / "contracts" / "openai.openapi.json"
    if not contract.exists():
        pytest.skip("OpenAI's OpenAPI document is not here")
    events = Events(imported(contract).document)
    assert len(events) == 16
    assert "live.call.incoming" in events
    assert events.version == "2.3.0"


def test_openais_package() -> None:
    pytest.importorskip("openai", reason="the openai package is not installed")
    from openai.types.webhooks import UnwrapWebhookEvent
    from pydantic import TypeAdapter

    schema = TypeAdapter[Any](UnwrapWebhookEvent).json_schema()
    events = Events(imported(schema).document)
    assert len(events) == 31
    assert events["live.call.incoming"].replaced_by == "live.transport.incoming"


# --- properties

names = st.lists(
    st.from_regex(r"[a-z]{1,6}(\.[a-z_]{1,6}){0,2}", fullmatch=True), min_size=2, max_size=5, unique=True
)
leaves = st.sampled_from(
    [
        STRING,
        {"type": "integer"},
        {"type": "string", "nullable": True},
        {"enum": ["a"]},
        {"enum": ["a", "b"]},
        {},
    ]
)
data = st.dictionaries(st.sampled_from(["id", "name", "state", "by"]), leaves, max_size=3)


@settings(max_examples=40, deadline=None)
@given(names, st.data())
def test_each_delivery_is_said_in_full_whatever_the_envelope_holds(
    event_names: list[str], draw: st.DataObject
) -> None:
    """Both ways: what the source's schema takes, the document's takes, for deliveries made at random."""
    schemas = {}
    for name in event_names:
        schemas[name] = event(name, **draw.draw(data))
        for key in draw.draw(st.sets(st.sampled_from(["object", "n"]))):
            schemas[name]["properties"][key] = draw.draw(leaves)
    read = Events(imported({"oneOf": list(schemas.values())}).document)
    for name, schema in schemas.items():
        shape = read[name].shape
        assert shape is not None
        properties, required = shape["properties"], shape["required"]
        assert isinstance(properties, dict)
        assert isinstance(required, list)
        assert set(properties) == set(schema["properties"])
        assert set(required) == set(schema["required"])
        body = {
            "id": "1",
            "type": name,
            "data": dict.fromkeys(schema["properties"]["data"]["properties"], "a"),
        }
        body |= (
            {"object": draw.draw(st.sampled_from(["a", 1, None]))} if "object" in schema["properties"] else {}
        )
        original = jsonschema_rs.validator_for(_without_nullable(schema)).is_valid(body)
        assert jsonschema_rs.validator_for(shape).is_valid(body) == original


def _without_nullable(schema: Any) -> Any:
    """OpenAPI's `nullable`, for a validator of JSON Schema."""
    if isinstance(schema, list):
        return [_without_nullable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    bare = {key: _without_nullable(item) for key, item in schema.items() if key != "nullable"}
    return {**bare, "type": [bare["type"], "null"]} if schema.get("nullable") is True else bare
