"""Small contracts, each odd in its own way, as vendors write them."""

from __future__ import annotations

from typing import Any


def answering(schema: Any = None, status: str = "200") -> dict[str, Any]:
    """An operation with one answer."""
    return {
        "responses": {
            status: {
                "description": "",
                "content": {
                    "application/json": {
                        "schema": schema or {"type": "object", "properties": {"id": {"type": "string"}}}
                    }
                },
            }
        }
    }


def contract(paths: Any, **kw: Any) -> dict[str, Any]:
    """A contract of these paths."""
    return {
        "openapi": kw.pop("openapi", "3.1.0"),
        "info": {"title": "T", "version": "1"},
        "paths": paths,
        **kw,
    }


def json_body(s: Any, req: bool = True) -> dict[str, Any]:
    """A JSON body."""
    return {"required": req, "content": {"application/json": {"schema": s}}}


def parameter(n: str, i: str, s: Any = None, r: bool = True, **k: Any) -> dict[str, Any]:
    """A parameter: name, location, schema, whether it is required."""
    return {"name": n, "in": i, "required": r, "schema": s or {"type": "string"}, **k}


ODD: dict[str, dict[str, Any]] = {}
ODD["no-ids"] = contract(
    {
        "/a": {
            "get": answering(
                {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "integer"}}}}
            ),
            "post": {
                "requestBody": json_body(
                    {"type": "object", "required": ["x"], "properties": {"x": {"type": "string"}}}
                ),
                **answering(),
            },
        }
    }
)
ODD["path-level"] = contract(
    {
        "/a/{id}": {
            "parameters": [parameter("id", "path"), parameter("v", "query", {"type": "integer"})],
            "get": answering(),
            "delete": {"responses": {"204": {"description": ""}}},
        }
    }
)
ODD["ref-params"] = contract(
    {
        "/a/{id}": {"parameters": [{"$ref": "#/components/parameters/I"}], "get": answering()},
        "/b/{id}": {"$ref": "#/components/pathItems/B"},
    },
    components={
        "parameters": {"I": parameter("id", "path", {"type": "integer"})},
        "pathItems": {"B": {"get": {"parameters": [parameter("id", "path")], **answering()}}},
    },
)
ODD["unions"] = contract(
    {
        "/a": {
            "post": {
                "requestBody": json_body(
                    {
                        "oneOf": [
                            {
                                "type": "object",
                                "required": ["k", "a"],
                                "properties": {"k": {"const": "a"}, "a": {"type": "string"}},
                            },
                            {
                                "type": "object",
                                "required": ["k", "b"],
                                "properties": {"k": {"const": "b"}, "b": {"type": "integer"}},
                            },
                        ]
                    }
                ),
                **answering(),
            }
        },
        "/b": {
            "post": {
                "requestBody": json_body(
                    {
                        "allOf": [
                            {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
                            {
                                "type": "object",
                                "required": ["b"],
                                "properties": {"b": {"type": ["string", "null"]}},
                            },
                        ]
                    }
                ),
                **answering(),
            }
        },
        "/c": {
            "post": {
                "requestBody": json_body(
                    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
                ),
                **answering(),
            }
        },
        "/d": {
            "post": {
                "requestBody": json_body(
                    {
                        "anyOf": [
                            {"type": "object", "properties": {"x": {}}},
                            {"type": "array", "items": {"type": "string"}},
                        ]
                    }
                ),
                **answering(),
            }
        },
        "/e": {
            "post": {
                "requestBody": json_body(
                    {
                        "oneOf": [
                            {
                                "type": "object",
                                "required": ["a"],
                                "properties": {"a": {"type": "string"}},
                                "additionalProperties": False,
                            },
                            {
                                "type": "object",
                                "required": ["b"],
                                "properties": {"b": {"type": "string"}},
                                "additionalProperties": False,
                            },
                        ]
                    }
                ),
                **answering(),
            }
        },
    }
)
ODD["enums"] = contract(
    {
        "/a": {
            "get": {
                "parameters": [
                    parameter("s", "query", {"type": "string", "enum": ["a", "a", "b"]}, False),
                    parameter("n", "query", {"type": "integer", "enum": [1, 2]}, False),
                    parameter("bb", "query", {"type": ["string", "null"], "enum": ["x", "y", None]}, True),
                    parameter("one", "query", {"type": "string", "enum": ["x"]}, True),
                ],
                **answering(),
            },
            "post": {
                "requestBody": json_body(
                    {
                        "type": "object",
                        "required": ["m", "c", "n", "z"],
                        "properties": {
                            "m": {"type": "string", "enum": ["yes", "no", "1:30", "{{x}}"]},
                            "c": {"const": "a{{b}}c"},
                            "n": {"type": "integer", "enum": [1, 2, 3]},
                            "z": {"enum": [1, "a"]},
                        },
                    }
                ),
                **answering(),
            },
        }
    }
)
ODD["nullable"] = contract(
    {
        "/a": {
            "post": {
                "requestBody": json_body(
                    {
                        "type": "object",
                        "required": ["a", "b"],
                        "properties": {
                            "a": {"type": "string", "nullable": True},
                            "b": {
                                "type": "object",
                                "nullable": True,
                                "properties": {"c": {"type": "integer"}},
                            },
                            "r": {"type": "string", "readOnly": True},
                        },
                    }
                ),
                **answering(
                    {
                        "type": "object",
                        "nullable": True,
                        "properties": {"id": {"type": "string", "nullable": True}},
                    }
                ),
            }
        }
    },
    openapi="3.0.3",
)
ODD["form"] = contract(
    {
        "/a": {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "type": "object",
                                "required": ["a", "l[]"],
                                "properties": {
                                    "a": {"type": "string"},
                                    "b": {"type": "boolean"},
                                    "l[]": {"type": "array", "items": {"type": "string"}},
                                    "o": {"type": "object"},
                                    "c": {"const": "a&b=c"},
                                    "k": {"const": "v1"},
                                },
                            }
                        }
                    },
                },
                **answering(),
            }
        },
        "/m": {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "required": ["file", "p"],
                                "properties": {
                                    "file": {"type": "string", "format": "binary"},
                                    "p": {"type": "string", "enum": ["x", "y"]},
                                    "files": {
                                        "type": "array",
                                        "items": {"type": "string", "format": "binary"},
                                    },
                                    "bad name": {"type": "string"},
                                },
                            }
                        }
                    },
                },
                **answering(),
            }
        },
        "/n": {
            "post": {
                "requestBody": {
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "required": ["bad name"],
                                "properties": {"bad name": {"type": "string"}},
                            }
                        }
                    }
                },
                **answering(),
            }
        },
    }
)
ODD["bodies"] = contract(
    {
        "/t": {
            "post": {
                "requestBody": {"required": True, "content": {"text/plain": {"schema": {"type": "string"}}}},
                **answering(),
            }
        },
        "/x": {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/xml": {
                            "schema": {"type": "object", "properties": {"a": {"type": "string"}}}
                        }
                    },
                },
                **answering(),
            }
        },
        "/o": {
            "put": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
                    },
                },
                **answering(),
            }
        },
        "/s": {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "*/*": {"schema": {"type": "object", "required": ["a"], "properties": {"a": {}}}}
                    },
                },
                **answering(),
            }
        },
        "/e": {
            "post": {"requestBody": {"required": True, "content": {"application/json": {}}}, **answering()}
        },
        "/f": {"post": {"requestBody": json_body({"type": "object"}), **answering()}},
        "/g": {
            "post": {
                "requestBody": json_body({"type": "object", "properties": {"a": {"type": "string"}}}, False),
                **answering(),
            }
        },
        "/h": {
            "post": {
                "requestBody": json_body({"type": "object", "properties": {"a": {"type": "string"}}}, True),
                **answering(),
            }
        },
        "/d/{i}": {
            "delete": {
                "parameters": [parameter("i", "path")],
                "requestBody": json_body(
                    {"type": "object", "required": ["why"], "properties": {"why": {"type": "string"}}}
                ),
                **answering(),
            }
        },
        "/v": {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/vnd.api+json": {
                            "schema": {
                                "type": "object",
                                "required": ["a"],
                                "properties": {"a": {"type": "number"}},
                            }
                        }
                    },
                },
                **answering(),
            }
        },
        "/st": {"post": {"requestBody": json_body({"type": "string"}), **answering()}},
        "/nu": {"post": {"requestBody": json_body({"type": "integer"}), **answering()}},
    }
)
ODD["no-servers"] = contract({"/a": {"get": answering()}})
ODD["rel-server"] = contract({"/a": {"get": answering()}}, servers=[{"url": "/api/v2/"}])
ODD["var-server"] = contract(
    {"/a": {"get": answering()}, "/b": {"get": answering()}},
    servers=[
        {
            "url": "https://{region}.x.test:{port}/{v}/",
            "variables": {
                "region": {"default": "eu", "enum": ["eu", "us"], "description": "Which {{one}}"},
                "port": {"default": "443"},
                "v": {"default": "v3"},
            },
        }
    ],
)
ODD["http-server"] = contract(
    {"/a": {"get": answering()}, "/b": {"get": answering()}},
    servers=[{"url": "http://x.test/v1?x=1"}, {"url": "ws://x.test"}],
)
ODD["bad-server"] = contract(
    {"/a": {"get": answering()}, "/b": {"get": answering()}}, servers=[{"url": "{{x}} y"}, 3, None]
)
ODD["op-server"] = contract(
    {
        "/a": {"get": {**answering(), "servers": [{"url": "https://up.x.test"}]}},
        "/b": {"get": answering()},
        "/c": {"get": answering()},
    },
    servers=[{"url": "https://x.test/v1"}],
)


def security(schemes: Any, security: Any) -> dict[str, Any]:
    """The parts of a contract about security."""
    return {"components": {"securitySchemes": schemes}, "security": security}


ODD["sec-key"] = contract(
    {"/a": {"get": answering()}},
    **security({"k": {"type": "apiKey", "in": "header", "name": "X-Key"}}, [{"k": []}]),
)
ODD["sec-query"] = contract(
    {
        "/a/{api_key}": {
            "get": {"parameters": [parameter("api_key", "path"), parameter("key", "query")], **answering()}
        }
    },
    **security(
        {"k": {"type": "apiKey", "in": "query", "name": "key", "description": "Your TODO: {{key}}"}},
        [{"k": []}],
    ),
)
ODD["sec-basic"] = contract(
    {"/a": {"get": answering()}}, **security({"k": {"type": "http", "scheme": "Basic"}}, [{"k": []}])
)
ODD["sec-both"] = contract(
    {"/a": {"get": answering()}},
    **security(
        {
            "k": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "i": {"type": "apiKey", "in": "header", "name": "X-App"},
            "c": {"type": "apiKey", "in": "cookie", "name": "sid"},
            "o": {"type": "oauth2", "flows": {}},
        },
        [{"k": [], "i": []}, {"o": []}],
    ),
)
ODD["sec-odd"] = contract(
    {"/a": {"get": answering()}},
    **security(
        {"k": {"type": "http", "scheme": "digest"}, "m": {"type": "mutualTLS"}}, [{"k": []}, {"m": []}]
    ),
)
ODD["sec-cookie"] = contract(
    {"/a": {"get": answering()}},
    **security({"c": {"type": "apiKey", "in": "cookie", "name": "sid"}}, [{"c": []}]),
)
ODD["sec-bad-header"] = contract(
    {"/a": {"get": answering()}},
    **security({"k": {"type": "apiKey", "in": "header", "name": "X Key:"}}, [{"k": []}]),
)


def webhook(n: str) -> dict[str, Any]:
    """A webhook that delivers the event of this name."""
    return {
        "post": {
            "requestBody": json_body(
                {
                    "type": "object",
                    "required": ["type", "id", "data"],
                    "properties": {
                        "id": {"type": "string"},
                        "type": {"const": n},
                        "data": {"type": "object", "properties": {"id": {"type": "string"}}},
                    },
                }
            ),
            "responses": {"200": {"description": ""}},
        }
    }


ODD["hooks"] = contract(
    {
        "/orders": {
            "get": answering(
                {
                    "type": "object",
                    "properties": {
                        "data": {
                            "type": "array",
                            "items": {"type": "object", "properties": {"id": {"type": "string"}}},
                        }
                    },
                }
            )
        }
    },
    webhooks={
        "a": webhook("order.paid"),
        "b": webhook("ORDER.PAID"),
        "c": webhook("ping"),
        "d": webhook("a/../../b"),
        "e": webhook("con.x"),
        "f": webhook("order paid!"),
        "g": {"post": {"responses": {}}},
        "h": {"post": {"requestBody": json_body({"type": "object", "properties": {"x": {}}})}},
    },
)
ODD["only-hooks"] = contract({}, webhooks={"a": webhook("x.y")})
ODD["recursive"] = contract(
    {
        "/a": {
            "get": answering({"$ref": "#/components/schemas/N"}),
            "post": {
                "requestBody": json_body({"$ref": "#/components/schemas/N"}),
                **answering({"$ref": "#/components/schemas/N"}),
            },
        }
    },
    components={
        "schemas": {
            "N": {
                "type": "object",
                "required": ["child", "id"],
                "properties": {
                    "id": {"type": "string"},
                    "child": {"anyOf": [{"$ref": "#/components/schemas/N"}, {"type": "null"}]},
                    "kids": {"type": "array", "items": {"$ref": "#/components/schemas/N"}},
                    "self": {"$ref": "#/components/schemas/N"},
                },
            }
        }
    },
)
odd = [
    "a b",
    '"q"',
    "it's",
    "{{h}}",
    "{x}",
    "😀",
    "a.b",
    "$x",
    "*",
    "[0]",
    "no",
    "1:30",
    "",
    "a/b",
    "~",
    "\\",
    "é",
    "x\ty",
    "n\u0085l",
    "l\u2028s",
    "null",
    "# c",
    "a: b",
    "-",
    "%20",
    "&",
    "=",
    "@type",
]
ODD["names"] = contract(
    {
        "/" + "a{p-1}/{p_1}/{p.1}": {
            "get": {
                "parameters": [parameter("p-1", "path"), parameter("p_1", "path"), parameter("p.1", "path")]
                + [parameter(n, "query", r=(i % 2 == 0)) for i, n in enumerate(odd)],
                **answering(
                    {"type": "object", "properties": {n: {"type": "string", "description": n} for n in odd}}
                ),
            },
            "post": {
                "parameters": [parameter(n, "header") for n in odd],
                "requestBody": json_body(
                    {"type": "object", "required": odd, "properties": {n: {"type": "string"} for n in odd}}
                ),
                **answering(),
            },
        }
    },
    tags=[{"name": "x"}],
)
ODD["braces"] = contract(
    {
        "/a": {
            "get": {
                "summary": "Uses {{x}} and `{y}`. TODO: describe [Name] Lorem ipsum dolor",
                "parameters": [
                    parameter("a", "query", r=False, description="{{ a }} TODO: x [Link]"),
                    parameter("b", "query", r=False, description="example link"),
                ],
                **answering(
                    {"type": "object", "properties": {"f": {"type": "string", "description": "TODO"}}}
                ),
            }
        }
    }
)
ODD["dup-handles"] = contract(
    {
        "/v1/a-b": {"get": answering()},
        "/v2/a_b": {"get": answering()},
        "/A/b": {"get": answering()},
        "/a/{x}/b": {"get": answering()},
        "/a/{y}/b/{z}": {"get": answering()},
        "/con": {"get": answering()},
        "/aux": {"get": answering()},
    }
)
ODD["alike"] = contract(
    {
        "/a/{id}": {
            "parameters": [parameter("id", "path", {"type": "integer"})],
            "put": {
                "parameters": [
                    parameter("id", "query", {"type": "string"}, False),
                    parameter("id", "header"),
                ],
                "requestBody": json_body(
                    {"type": "object", "required": ["id"], "properties": {"id": {"type": "object"}}}
                ),
                **answering(),
            },
        },
        "/a/{id}/b/{id}": {"get": answering()},
        "/t/{t}/u": {
            "get": {
                "parameters": [
                    parameter("t", "path", {"type": "integer"}, description="one"),
                    parameter("t", "query", {"type": "string"}, False, description="two"),
                ],
                **answering(
                    {"type": "array", "items": {"type": "object", "properties": {"i": {"type": "string"}}}}
                ),
            }
        },
    }
)
ODD["paths"] = contract(
    {
        "/a/../b": {"get": answering()},
        "/a?x=1": {"get": answering()},
        "/a#f": {"get": answering()},
        "/a b": {"get": answering()},
        "/a//b": {"get": answering()},
        "/{": {"get": answering()},
        "/{}": {"get": answering()},
        "/a{b}c/{d}:go": {"post": answering()},
        "/": {"get": answering()},
        "nope": {"get": answering()},
        "/t/": {"get": answering(), "post": answering()},
        "/t/{i}/": {"get": answering()},
        "/{x}": {"get": answering()},
        "/{again}": {"get": answering()},
        "/{x}/{y}": {
            "get": answering(),
            "put": answering(),
            "patch": answering(),
            "post": answering(),
            "delete": answering(),
            "head": answering(),
            "options": answering(),
        },
        "/é/ü": {"get": answering()},
        "/%7Ba%7D": {"get": answering()},
    }
)
ODD["yaml-special"] = contract(
    {
        "/no": {
            "get": {
                "summary": "yes: no # not a comment",
                "parameters": [
                    parameter(
                        "on",
                        "query",
                        {
                            "type": "string",
                            "enum": [
                                "on",
                                "off",
                                "~",
                                "1e3",
                                "0x1",
                                ": ",
                                "- a",
                                "{a}",
                                "&a",
                                "*a",
                                "!t",
                                "%",
                                "@",
                                "`",
                            ],
                        },
                        False,
                    )
                ],
                **answering(
                    {
                        "type": "object",
                        "properties": {
                            "yes": {
                                "type": "string",
                                "description": "- a\n- b: 'c' \"d\" | > # \u2028 \u0085 x",
                            },
                            "null": {"type": "null"},
                            "123": {"type": "number"},
                        },
                    }
                ),
            }
        }
    }
)
ODD["deprecated"] = contract(
    {
        "/a": {
            "get": {"deprecated": True, **answering()},
            "post": {"parameters": [parameter("q", "query", deprecated=True)], **answering()},
        }
    }
)
ODD["secrets"] = contract(
    {
        "/a": {
            "get": {
                **answering(
                    {
                        "type": "object",
                        "required": ["k"],
                        "properties": {
                            "k": {"type": "string", "example": "sk-abcdefghijklmnopqrstuvwxyz0123456789AB"}
                        },
                    }
                )
            },
            "post": {
                "parameters": [parameter("X-Api-Key", "header", {"const": "abcd1234efgh5678ijkl"})],
                **answering(),
            },
        }
    }
)
ODD["no-answers"] = contract(
    {
        "/a": {
            "get": {},
            "post": {"responses": {"201": {"description": ""}}},
            "put": {"responses": {"default": {"description": ""}}},
        },
        "/b": {"get": {"responses": {"200": {"content": {"image/png": {}}}}}},
        "/c": {
            "get": {
                "responses": {
                    "200": {
                        "content": {
                            "text/event-stream": {
                                "schema": {"type": "object", "properties": {"a": {"type": "string"}}}
                            }
                        }
                    }
                }
            }
        },
    }
)
ODD["broken"] = contract(
    {
        "/a": {
            "get": {
                "parameters": [3, {"$ref": "#/nope"}, {"name": 3}],
                "requestBody": {"$ref": "#/x"},
                "responses": {"200": {"$ref": "#/y"}, "x": 3},
            },
            "post": 3,
            "put": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "other.yaml#/A"}}}},
                "responses": [],
            },
        },
        "/b": 3,
        "/c": None,
    },
    components=3,
    security="x",
    servers="y",
    tags=4,
)
ODD["arrays-query"] = contract(
    {
        "/a": {
            "get": {
                "parameters": [
                    parameter("ids", "query", {"type": "array", "items": {"type": "string"}}),
                    parameter(
                        "f",
                        "query",
                        {"type": "object", "properties": {"a": {"type": "string"}}},
                        True,
                        style="deepObject",
                    ),
                    parameter("o", "query", {"type": "array", "items": {"type": "string"}}, False),
                    parameter("u", "query", {"anyOf": [{"type": "string"}, {"type": "array"}]}, False),
                ],
                **answering(),
            }
        }
    }
)
ODD["many-lists"] = contract(
    {
        "/a": {
            "get": answering(
                {
                    "type": "object",
                    "properties": {
                        "x": {
                            "type": "array",
                            "items": {"type": "object", "properties": {"i": {"type": "string"}}},
                        },
                        "y": {
                            "type": "array",
                            "items": {"type": "object", "properties": {"i": {"type": "string"}}},
                        },
                    },
                }
            )
        },
        "/a/{i}": {"get": answering()},
    }
)
ODD["defaults"] = contract(
    {
        "/a": {
            "post": {
                "parameters": [parameter("d", "query", {"type": "string", "default": "x"})],
                "requestBody": json_body(
                    {
                        "type": "object",
                        "required": ["a"],
                        "properties": {"a": {"type": "string", "default": "q"}},
                    }
                ),
                **answering(),
            }
        }
    }
)
ODD["discriminator"] = contract(
    {
        "/a": {
            "post": {
                "requestBody": json_body({"$ref": "#/components/schemas/Pet"}),
                **answering({"$ref": "#/components/schemas/Pet"}),
            }
        },
        "/b": {"get": answering()},
    },
    components={
        "schemas": {
            "Pet": {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"type": "string"}},
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {"cat": "Cat", "dog": "#/components/schemas/Dog"},
                },
            },
            "Cat": {
                "allOf": [
                    {"$ref": "#/components/schemas/Pet"},
                    {"type": "object", "required": ["m"], "properties": {"m": {"type": "string"}}},
                ]
            },
            "Dog": {
                "allOf": [
                    {"$ref": "#/components/schemas/Pet"},
                    {"type": "object", "required": ["b"], "properties": {"b": {"type": "string"}}},
                ]
            },
            "Z": {},
        }
    },
)
