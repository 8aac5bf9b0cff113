"""What a vendor's OpenAPI says of operations, bodies, events and names."""

from __future__ import annotations

from typing import Any

import pytest

from connlint.evidence.contract import Contract, is_json_media, path_shape
from connlint.evidence.contract_cache import pack, unpack


def contract(paths: dict[str, Any] | None = None, **rest: Any) -> Contract:
    info = {"title": "T", "version": "1.2"}
    return Contract({"openapi": "3.1.0", "info": info, "paths": paths or {}, **rest})


def carrying(schema: Any, media: str = "application/json") -> dict[str, Any]:
    """A request body or response with one media type."""
    return {"content": {media: {"schema": schema}}}


def query(name: str, schema: Any, **rest: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **rest}


def answering(schema: Any, media: str = "application/json") -> dict[str, Any]:
    return {"responses": {"200": carrying(schema, media)}}


GET = {"get": {"operationId": "read"}}


# --- what is a contract


@pytest.mark.parametrize("version", ["3.0.0", "3.0.3", "3.1.0", "3.1.1", 3.1, "3.2.0"])
def test_openapi_3_is_a_contract(version: object) -> None:
    assert Contract({"openapi": version, "paths": {}}).fault is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"swagger": "2.0", "paths": {"/a": GET}}, "convert it to OpenAPI 3"),
        ({"swagger": 2.0}, "Swagger 2.0 is not supported"),
        ({"openapi": "2.1"}, "OpenAPI 2.1 is not supported"),
        ({"openapi": "4.0"}, "OpenAPI 4.0 is not supported"),
        ({"paths": {}}, "has no `openapi`"),
        ([], "an object with `openapi` was expected"),
        ("openapi: 3.1", "an object with `openapi` was expected"),
        (None, "an object with `openapi` was expected"),
    ],
)
def test_what_is_none_says_so_and_knows_nothing(value: object, words: str) -> None:
    found = Contract(value, "api.json")
    assert found.fault is not None
    assert words in found.fault
    assert (found.paths, found.events, dict(found.methods("/a")), found.known_as("x")) == ((), {}, {}, None)


def test_the_document_is_described() -> None:
    variables = {"region": {"default": "eu"}}
    found = contract(servers=[{"url": "https://{region}.example.com/v1", "variables": variables}])
    assert (found.title, found.version, found.openapi) == ("T", "1.2", "3.1.0")
    assert found.servers == ("https://eu.example.com/v1",)


# --- paths


def test_paths_match_by_shape_whatever_their_parameters_are_called() -> None:
    found = contract({"/threads/{thread_id}/messages/{message_id}": GET})
    operation = found.operation("GET", "/threads/{}/messages/{id}")
    assert operation is not None
    assert operation.name == "GET /threads/{thread_id}/messages/{message_id}"
    assert operation.operation_id == "read"
    assert found.operation("get", "/threads/{}/messages/{}/") is operation
    assert found.operation("GET", "/threads/{}") is None
    assert found.operation("GET", "/threads/{}/messages/{}/files") is None


def test_literal_segments_beat_parameters() -> None:
    found = contract({"/users/{id}": {**GET, "delete": {}}, "/users/me": GET, "/users/{id}/keys": GET})
    assert [*found.matches("/users/me")] == ["/users/me", "/users/{id}"]
    assert [*found.methods("/users/me")] == ["GET"]
    for method, path in (("GET", "/users/me"), ("DELETE", "/users/{id}")):
        operation = found.operation(method, "/users/me")
        assert operation is not None
        assert operation.path == path
    operation = found.operation("GET", "/users/u-1")
    assert operation is not None
    assert operation.path == "/users/{id}"


def test_a_hole_is_no_literal_segment() -> None:
    found = contract({"/users/me": GET})
    assert found.operation("GET", "/users/{}") is None


def test_a_parameter_may_be_a_part_of_a_segment() -> None:
    found = contract({"/models/{model}:generate": GET, "/files/{name}.{ext}": GET})
    for path in ("/models/{}:generate", "/models/m-1:generate", "/files/{}.{}", "/files/a.b.txt"):
        assert found.operation("GET", path) is not None, path
    for path in ("/models/:generate", "/models/{}", "/files/a", "/files/.txt", "/files/a."):
        assert found.operation("GET", path) is None, path


def test_a_path_with_a_query_comes_after_the_one_without() -> None:
    found = contract({"/things?beta=true": {"get": {"operationId": "beta"}, "post": {}}, "/things": GET})
    assert [*found.matches("/things")] == ["/things", "/things?beta=true"]
    operation = found.operation("GET", "/things")
    assert operation is not None
    assert operation.operation_id == "read"
    assert [*found.methods("/things")] == ["GET"]


def test_methods_say_what_a_path_has() -> None:
    found = contract({"/jobs/{id}": {"get": {}, "post": {}, "parameters": [], "x-note": {}}, "/empty": {}})
    assert list(found.methods("/jobs/{}")) == ["GET", "POST"]
    assert found.methods("/empty") == {}
    assert [operation.name for operation in found.operations()] == ["GET /jobs/{id}", "POST /jobs/{id}"]


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("/chat/completion", "/chat/completions"),
        ("/fine-tuning/jobs", "/fine_tuning/jobs"),
        ("/finetuning/jobs/{}", "/fine_tuning/jobs/{id}"),
        ("/fine_tuning/job/{}/cancel", "/fine_tuning/jobs/{id}/cancel"),
        ("/jobs/{}/cancel", "/fine_tuning/jobs/{id}/cancel"),
        ("/v1/chat/completions", "/chat/completions"),
        ("/something/else", None),
        ("/{}", None),
        ("/" + "a/" * 500, None),
    ],
)
def test_nearest_path(path: str, nearest: str | None) -> None:
    found = contract(
        dict.fromkeys(
            [
                "/chat/completions",
                "/fine_tuning/jobs",
                "/fine_tuning/jobs/{id}",
                "/fine_tuning/jobs/{id}/cancel",
                "/files",
            ],
            GET,
        )
    )
    assert found.nearest_path(path) == nearest


def test_path_shape() -> None:
    assert path_shape("/a/{b}/c{d}?x=1#y") == "/a/{}/c{}"
    assert path_shape("/") == "/"


# --- operations


def test_parameters_are_the_paths_and_the_operations_own_wins() -> None:
    found = contract(
        {
            "/a/{id}": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"$ref": "#/components/parameters/Limit"},
                ],
                "get": {
                    "parameters": [
                        query("limit", {"type": "number"}, required=True),
                        {"name": "at", "in": "query", **carrying({"type": "object"})},
                        {"$ref": "#/components/parameters/Gone"},
                        {"name": 7, "in": "query"},
                        "junk",
                    ]
                },
                "post": {},
            }
        },
        components={"parameters": {"Limit": query("limit", {"type": "integer"})}},
    )
    get, post = found.methods("/a/{}").values()
    assert [(p.location, p.name, p.required) for p in get.parameters] == [
        ("path", "id", True),
        ("query", "limit", True),
        ("query", "at", False),
    ]
    asked = get.parameters_in("query")
    assert asked["limit"].shape.kinds == {"integer", "number"}
    assert asked["at"].shape.kinds == {"object"}
    assert asked["at"].pointer == ("paths", "/a/{id}", "get", "parameters", 1)
    limit = post.parameters_in("query")["limit"]
    assert (limit.required, limit.pointer) == (False, ("components", "parameters", "Limit"))
    assert (limit.style, limit.explode) == ("form", True)


def test_brackets_in_a_query_name_belong_to_an_object_or_an_array() -> None:
    found = contract(
        {
            "/a": {
                "get": {
                    "parameters": [
                        query("metadata", {"type": "object"}, style="deepObject"),
                        query("created", {"type": ["integer", "object"]}),
                        query("include[]", {"type": "array"}),
                        query("ids", {"type": "array"}),
                        query("limit", {"type": "integer"}),
                    ]
                }
            }
        }
    )
    operation = found.operation("GET", "/a")
    assert operation is not None
    asked = {
        "metadata[owner]": "metadata",
        "created[gte]": "created",
        "include[]": "include[]",
        "include[0]": "include[]",
        "ids[]": "ids",
        "ids[3]": "ids",
        "limit": "limit",
        "limit[]": None,
        "include": None,
        "other": None,
        "other[]": None,
    }
    got = {name: operation.query_parameter(name) for name in asked}
    assert {name: parameter and parameter.name for name, parameter in got.items()} == asked


def test_bodies_and_answers_have_a_shape_for_each_media_type() -> None:
    found = contract(
        {
            "/a": {
                "post": {
                    "requestBody": {"$ref": "#/components/requestBodies/File"},
                    "responses": {
                        "200": {"$ref": "#/components/responses/Thing"},
                        "2XX": {"content": {"audio/mpeg": {}, "application/problem+json": {"schema": {}}}},
                        "429": {"content": {"application/json": {"schema": {"type": "string"}}}},
                        "default": {"content": {"application/json": {"schema": {"type": "array"}}}},
                    },
                }
            }
        },
        components={
            "requestBodies": {
                "File": {
                    "required": True,
                    **carrying({"properties": {"file": {"format": "binary"}}}, "multipart/form-data"),
                }
            },
            "responses": {"Thing": carrying({"$ref": "#/components/schemas/Thing"})},
            "schemas": {"Thing": {"properties": {"id": {"type": "string"}}}},
        },
    )
    operation = found.operation("POST", "/a")
    assert operation is not None
    assert operation.body_required
    assert list(operation.bodies) == ["multipart/form-data"]
    assert operation.bodies["multipart/form-data"].keys()["file"].shape.formats == {"binary"}
    assert [response.status for response in operation.successes] == ["200", "2XX"]
    assert operation.answers[0].name == "Thing"
    assert operation.answers[0].walk(["id"]).pointer == ("components", "schemas", "Thing", "properties", "id")
    assert operation.other_media == ("audio/mpeg",)


def test_default_is_the_answer_when_no_success_is_named() -> None:
    found = contract({"/a": {"get": {"responses": {"404": {}, "default": carrying({})}}}})
    operation = found.operation("GET", "/a")
    assert operation is not None
    assert [response.status for response in operation.successes] == ["default"]
    assert operation.bodies == {}
    assert not operation.body_required


def test_is_json_media() -> None:
    assert all(map(is_json_media, ["application/json", "application/vnd.a+json; charset=utf-8", "*/*"]))
    assert not any(map(is_json_media, ["text/event-stream", "application/x-ndjson", "audio/mpeg", ""]))


def test_security_is_the_operations_own_or_the_documents() -> None:
    schemes = {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "query": {"type": "apiKey", "in": "query", "name": "key"},
        "bearer": {"type": "http", "scheme": "Bearer"},
    }
    found = contract(
        {
            "/a": {
                "get": {},
                "put": {"security": []},
                "post": {"security": [{"key": [], "bearer": []}, {}, {"no": []}]},
            }
        },
        components={"securitySchemes": schemes},
        security=[{"bearer": []}, {"query": []}],
    )
    named = {
        method: [[scheme.name for scheme in choice] for choice in operation.security]
        for method, operation in found.methods("/a").items()
    }
    assert named == {"GET": [["bearer"], ["query"]], "PUT": [], "POST": [["key", "bearer"], [], []]}
    headers = {name: scheme.header for name, scheme in found.security_schemes.items()}
    assert headers == {"key": "X-Key", "query": None, "bearer": "Authorization"}
    assert found.security_schemes["bearer"].scheme == "bearer"


def test_servers_are_the_operations_own_its_paths_or_the_documents() -> None:
    one, two = [{"url": "https://one.example"}], [{"url": "/two"}]
    found = contract({"/a": {"servers": two, "get": {}, "put": {"servers": one}}, "/b": GET}, servers=one)
    assert {o.name: o.servers for o in found.operations()} == {
        "GET /a": ("/two",),
        "PUT /a": ("https://one.example",),
        "GET /b": ("https://one.example",),
    }


@pytest.mark.parametrize(
    "paths",
    [
        {"/a": None, "/b": [], "/c": {"get": []}, "/d": {"$ref": "#/nowhere"}},
        {"/a": {"get": {"parameters": {}, "requestBody": [], "responses": []}}},
        {"/a": {"get": {"parameters": [1], "requestBody": {"content": []}, "responses": {"200": 1}}}},
        {"/a": {"get": answering(5)}},
        {"/a": {"get": {"security": {}, "servers": 4, "summary": [], "deprecated": "yes"}}},
    ],
)
def test_broken_parts_are_read_as_absent(paths: dict[str, Any]) -> None:
    found = contract(paths, components=[], servers={}, webhooks=[], security=9)
    for operation in found.operations():
        parts = (operation.parameters, operation.bodies, operation.responses, operation.security)
        assert not any(parts[:2])
        assert not operation.deprecated
        for answer in operation.answers:
            assert answer.walk(["id"]).outcome == "unchecked"
        assert (operation.servers, operation.summary) == ((), "")
    assert found.events == {}
    assert found.known_as("x") is None
    assert found.nearest_path("/x/y/z") is None


# --- events


def delivery(**properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"data": {"type": "object"}, **properties}}
    return {"post": {"description": "Sent.", "requestBody": carrying(schema)}}


def test_an_events_name_is_its_discriminators_never_the_key() -> None:
    found = contract(
        webhooks={
            "job_done": delivery(type={"const": "job.done"}, object={"enum": ["event"]}),
            "job_lost": delivery(type={"type": "string", "enum": ["job.lost", "job.gone"]}),
            "other": delivery(type={"type": "string"}),
            "empty": {"post": {}},
            "broken": 5,
        }
    )
    assert [(event.name, event.key, event.discriminator) for event in found.events.values()] == [
        ("job.done", "job_done", "type"),
        ("job.lost", "job_lost", "type"),
        ("job.gone", "job_lost", "type"),
    ]
    assert found.unnamed_webhooks == ("other", "empty", "broken")
    event = found.events["job.done"]
    assert (event.description, event.pointer) == ("Sent.", ("webhooks", "job_done", "post"))
    assert event.payload.walk(["data"]).outcome == "proven"


def test_the_discriminator_is_the_key_that_tells_webhooks_apart() -> None:
    found = contract(
        webhooks={
            "a": delivery(type={"const": "event"}, event={"const": "a.made"}),
            "b": delivery(type={"const": "event"}, event={"const": "b.made"}),
        }
    )
    assert list(found.events) == ["a.made", "b.made"]


def test_one_webhook_may_deliver_several_events() -> None:
    def branch(name: str, key: str) -> dict[str, Any]:
        return {"properties": {"type": {"const": name}, key: {}}}

    payload = {"oneOf": [branch("a.made", "a"), branch("b.made", "b")]}
    found = contract(webhooks={"all": {"post": {"requestBody": carrying(payload)}}})
    assert list(found.events) == ["a.made", "b.made"]
    assert found.events["a.made"].payload.walk(["a"]).outcome == "proven"
    assert found.events["a.made"].payload.walk(["b"]).outcome == "refuted"


def test_events_of_a_3_0_document_stand_under_x_webhooks() -> None:
    value = {"openapi": "3.0.3", "paths": {}, "x-webhooks": {"a": delivery(type={"const": "a.made"})}}
    assert list(Contract(value).events) == ["a.made"]


# --- names


NAMED: dict[str, Any] = {
    "paths": {
        "/jobs/{id}": {
            "get": answering({"$ref": "#/components/schemas/Stream"}, "text/event-stream"),
            "delete": answering({"properties": {"object": {"const": "job.deleted"}}}),
        },
        "/things": {"post": answering({"properties": {"type": {"const": "inline.thing"}}})},
    },
    "components": {
        "schemas": {
            "Stream": {"oneOf": [{"$ref": "#/components/schemas/Delta"}]},
            "Delta": {"properties": {"type": {"enum": ["job.delta"]}}},
            "Frame": {"oneOf": [{"properties": {"event": {"const": "job.started"}, "data": {}}}]},
            "Job": {"properties": {"object": {"const": "job"}}},
            "Hook": {"properties": {"type": {"const": "job.done"}}},
        }
    },
    "webhooks": {"done": {"post": {"requestBody": carrying({"$ref": "#/components/schemas/Hook"})}}},
}


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("job.delta", "streaming", "a streaming event (Delta), never delivered by webhook"),
        ("job.started", "streaming", "a streaming event (Frame), never delivered by webhook"),
        ("job.deleted", "object", "the `object` of DELETE /jobs/{id}'s answer"),
        ("job", "value", "the `object` of Job"),
        ("inline.thing", "value", "the `type`"),
    ],
)
def test_a_name_that_is_no_event_may_be_known_as_something_else(name: str, kind: str, words: str) -> None:
    known = contract(**NAMED).known_as(name)
    assert known is not None
    assert (known.kind, known.words) == (kind, words)


def test_a_known_name_says_where() -> None:
    known = contract(**NAMED).known_as("job.started")
    assert known is not None
    assert known.pointer == ("components", "schemas", "Frame", "oneOf", 0, "properties", "event")


def test_webhook_events_and_strangers_are_known_as_nothing_else() -> None:
    assert contract(**NAMED).known_as("job.done") is None
    assert contract(**NAMED).known_as("job.created") is None


# --- the pack


def test_a_packed_contract_answers_as_the_contract_does() -> None:
    whole = contract(**NAMED)
    packed = unpack(pack(whole), "api.json")
    assert (packed.name, packed.title, packed.paths) == ("api.json", whole.title, whole.paths)
    assert [o.name for o in packed.operations()] == [o.name for o in whole.operations()]
    assert list(packed.events) == list(whole.events)
    for name in ("job.delta", "job.started", "job.deleted", "job", "job.done", "none"):
        assert packed.known_as(name) == whole.known_as(name)


def test_a_pack_holds_what_json_holds_and_leaves_the_contract_alone() -> None:
    paths = {"/ä\n": {"get": {"x-a": 1}}}
    whole = contract(paths, components={"schemas": {"Ö": {"title": "\ud800"}}})
    packed = unpack(pack(whole))
    assert packed.paths == ("/ä\n",)
    assert packed.schemas.at("components", "schemas", "Ö").pointer == ("components", "schemas", "Ö")
    assert whole.value["paths"] == {"/ä\n": {"get": {"x-a": 1}}}
    assert unpack(pack(Contract({"openapi": "3.1.0"}))).paths == ()


def test_a_damaged_pack_is_refused() -> None:
    packed = pack(contract(**NAMED))
    for damaged in (b"", packed[:-1], packed[:40] + b"x" + packed[41:], b"1\n" + packed):
        with pytest.raises(ValueError, match="no packed contract"):
            unpack(damaged)


def test_the_parts_of_a_pack_are_a_mapping_like_any_other() -> None:
    packed = unpack(pack(contract(**NAMED)))
    paths: Any = packed.value["paths"]
    whole: Any = NAMED["paths"]
    assert (list(paths), len(paths), "/things" in paths) == (list(whole), 2, True)
    assert paths.get("/none") is None
    assert paths.get("/things") == whole["/things"]
    assert (dict(paths.items()), list(paths.values())) == (whole, list(whole.values()))
