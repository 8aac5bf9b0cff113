"""OpenAPI documents as vendors write them, and as nobody should."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = (
    "id",
    "name",
    "status",
    "user_id",
    "user-id",
    "user.id",
    "a b",
    '"q"',
    "it's",
    "{{h}}",
    "{x}",
    "\N{GRINNING FACE}",
    "$x",
    "*",
    "[0]",
    "no",
    "null",
    "1:30",
    "",
    "a/b",
    "~",
    "\\",
    "\N{LATIN SMALL LETTER E WITH ACUTE}",
    "x\ty",
    "# c",
    "a: b",
    "-",
    "%20",
    "&",
    "=",
    "@type",
    "data",
    "type",
    "limit",
    "after",
    "body",
    "apiKey",
)
WORDS = (
    "",
    "Which one.",
    "{{x}} and {y}",
    "yes: no # c",
    "TODO: describe",
    "[Name]",
    "- a\n- b",
    "\u2028x",
    "'\"|>",
    "See [it](https://x.test/{{a}}). More.",
    "<b>x</b>",
    "lorem ipsum dolor",
    "sk-" + "Ab1" * 12,
)

names = st.sampled_from(NAMES)
words = st.sampled_from(WORDS)


def schemas(depth: int = 2) -> st.SearchStrategy[Any]:
    """Schemas, with references to a component that refers to itself."""
    plain: st.SearchStrategy[Any] = st.sampled_from(
        [
            {"type": "string"},
            {"type": "integer"},
            {"type": "number"},
            {"type": "boolean"},
            {"type": "null"},
            {},
            {"type": ["string", "null"]},
            {"type": "string", "nullable": True},
            {"type": "string", "format": "binary"},
            {"const": "a&{{b}}"},
            {"const": 3},
            {"const": {"a": "{"}},
            {"enum": ["a", "a", "b", None]},
            {"type": "integer", "enum": [1, 2]},
            {"type": "string", "enum": ["yes", "on", "{{x}}", "a b"]},
            {"anyOf": [{"type": "string"}, {"enum": ["a", "b"]}]},
            {"type": "string", "default": "x"},
            {"$ref": "#/components/schemas/Node"},
            {"$ref": "#/nowhere"},
            {"type": "string", "readOnly": True},
            {"type": "array"},
            {"type": "object"},
            {"type": "object", "additionalProperties": {"type": "string"}},
            {"type": ["string", "integer"]},
            {"type": "string", "deprecated": True},
        ]
    )
    if not depth:
        return plain
    inner = schemas(depth - 1)
    return st.one_of(
        plain,
        st.builds(
            _object,
            st.dictionaries(names, inner, max_size=4),
            st.lists(names, max_size=2),
            st.booleans(),
            words,
        ),
        st.builds(lambda items: {"type": "array", "items": items}, inner),
        st.builds(
            lambda word, parts: {word: parts},
            st.sampled_from(["oneOf", "anyOf", "allOf"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
    )


def _object(properties: dict[str, Any], more: list[str], closed: bool, text: str) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object", "properties": properties, "description": text}
    required = [name for index, name in enumerate(properties) if index % 2 == 0] + more
    if required:
        made["required"] = list(dict.fromkeys(required))
    if closed:
        made["additionalProperties"] = False
    return made


def _parameter(name: str, location: str, schema: Any, required: bool, text: str) -> dict[str, Any]:
    return {"name": name, "in": location, "required": required, "schema": schema, "description": text}


_media = st.sampled_from(
    [
        "application/json",
        "application/json",
        "application/vnd.x+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
        "*/*",
        "application/json; charset=utf-8",
    ]
)
_parameters = st.lists(
    st.builds(
        _parameter,
        names,
        st.sampled_from(["query", "query", "header", "cookie", "path"]),
        schemas(1),
        st.booleans(),
        words,
    ),
    max_size=4,
)
_bodies = st.builds(
    lambda media, schema, required: {"required": required, "content": {media: {"schema": schema}}},
    _media,
    schemas(),
    st.booleans(),
)
_answers = st.builds(
    lambda status, media, schema: {status: {"description": "", "content": {media: {"schema": schema}}}},
    st.sampled_from(["200", "201", "default", "2XX", "404"]),
    st.sampled_from(["application/json", "application/json", "text/event-stream", "image/png"]),
    schemas(),
)


@st.composite
def operations(draw: st.DrawFn) -> dict[str, Any]:
    made: dict[str, Any] = {"responses": draw(_answers), "summary": draw(words)}
    if draw(st.booleans()):
        made["parameters"] = draw(_parameters)
    if draw(st.booleans()):
        made["requestBody"] = draw(_bodies)
    if draw(st.integers(0, 5)) == 0:
        made["deprecated"] = True
    made["tags"] = draw(st.lists(st.sampled_from(["One", "two words", "{{t}}"]), max_size=2))
    return made


_paths = st.sampled_from(
    [
        "/things",
        "/things/{id}",
        "/things/{id}/cancel",
        "/things/{thing-id}/parts",
        "/things/{a}/parts/{b}",
        "/v1/Things",
        "/",
        "/{x}",
        "/a{b}c/{d}:go",
        "/t/",
        "/t/{i}/",
        "/con",
        "/a?x=1",
        "/../x",
        "/x y",
        "/{",
        "/{id}/{id}",
        "/\N{LATIN SMALL LETTER E WITH ACUTE}",
    ]
)
_methods = st.sampled_from(["get", "post", "put", "patch", "delete", "head"])
_servers = st.sampled_from(
    [
        None,
        [],
        [{"url": "https://api.x.test/v1/"}],
        [{"url": "/v2"}],
        [{"url": "http://x.test"}],
        [{"url": "{{x}}"}],
        [
            {
                "url": "https://{tenant}.x.test/{v}",
                "variables": {"v": {"default": "v1"}, "tenant": {"default": "demo"}},
            }
        ],
        [{"url": "https://x.test:{port}", "variables": {"port": {"enum": ["1", "2"], "default": "1"}}}],
    ]
)
_schemes = st.dictionaries(
    st.sampled_from(["k", "l", "m"]),
    st.sampled_from(
        [
            {"type": "apiKey", "in": "header", "name": "X-Key"},
            {"type": "apiKey", "in": "query", "name": "key"},
            {"type": "apiKey", "in": "cookie", "name": "sid"},
            {"type": "http", "scheme": "bearer"},
            {"type": "http", "scheme": "basic"},
            {"type": "http", "scheme": "digest"},
            {"type": "oauth2", "flows": {}},
            {"type": "apiKey", "in": "header", "name": "Authorization"},
            {"type": "mutualTLS"},
        ]
    ),
    max_size=3,
)


def _webhook(name: str, schema: Any) -> dict[str, Any]:
    body = {
        "type": "object",
        "required": ["type", "id", "data"],
        "properties": {"type": {"const": name}, "id": {"type": "string"}, "data": schema},
    }
    return {"post": {"requestBody": {"content": {"application/json": {"schema": body}}}, "responses": {}}}


@st.composite
def contracts(draw: st.DrawFn) -> dict[str, Any]:
    """An OpenAPI document with at least one operation that can be taken."""
    paths: dict[str, Any] = {"/sure": {"get": {"responses": draw(_answers)}}}
    for path in draw(st.lists(_paths, max_size=5, unique=True)):
        paths[path] = draw(st.dictionaries(_methods, operations(), min_size=1, max_size=3))
        if draw(st.booleans()):
            paths[path]["parameters"] = draw(_parameters)
    schemes = draw(_schemes)
    node = {
        "type": "object",
        "required": ["next"],
        "properties": {
            "id": {"type": "string"},
            "next": {"anyOf": [{"$ref": "#/components/schemas/Node"}, {"type": "null"}]},
        },
    }
    made: dict[str, Any] = {
        "openapi": draw(st.sampled_from(["3.0.3", "3.1.0"])),
        "info": {"title": draw(words), "version": "1", "description": draw(words)},
        "paths": paths,
        "components": {"schemas": {"Node": node}, "securitySchemes": schemes},
    }
    servers = draw(_servers)
    if servers is not None:
        made["servers"] = servers
    if schemes:
        made["security"] = draw(
            st.sampled_from([[{name: []} for name in schemes], [{name: [] for name in schemes}], [{}], []])
        )
    events = draw(
        st.lists(
            st.sampled_from(["thing.made", "THING.MADE", "ping", "a/../b", "x y", "con.z"]),
            max_size=3,
            unique=True,
        )
    )
    if events:
        made["webhooks"] = {
            f"w{index}": _webhook(name, draw(schemas(1))) for index, name in enumerate(events)
        }
    return made
