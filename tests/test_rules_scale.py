"""A document with a thousand of one mistake takes seconds, not minutes: no rule compares all with all."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from tests.golden import findings_in

MANY = 1_000
LIMIT = 5.0
"""Seconds. Each case takes a fifth of that on a slow core, and minutes where something grows squarely."""


def placeholder(name: str, *, required: bool = True) -> dict[str, Any]:
    return {"name": name, "type": "String", "required": required}


def resource(endpoint: Any = "/x", operations: Any = None, **operation: Any) -> list[Any]:
    return [
        {
            "handle": "x",
            "endpoint": endpoint,
            "operations": operations or {"create": {"method": "POST"} | operation},
        }
    ]


def placeholders(prefix: str, *, required: bool = True) -> list[Any]:
    return [placeholder(f"{prefix}{number}", required=required) for number in range(MANY)]


def path(text: str) -> str:
    return "".join(f"/{text.format(number)}" for number in range(MANY))


def body(text: str) -> str:
    return "{" + ", ".join(f'"k{number}": {text.format(number)}' for number in range(MANY)) + "}"


LENT = {"value": "/x", "placeholders": placeholders("p")}
CASES = {
    "unused": resource(path={"value": "/a", "placeholders": placeholders("p")}),
    "undeclared": resource(path={"value": path("{{{{q{}}}}}"), "placeholders": []}),
    "undeclared and unused": resource(
        path={"value": path("{{{{q{}x}}}}"), "placeholders": placeholders("q")}
    ),
    "one brace": resource(path={"value": path("{{q{}}}"), "placeholders": placeholders("q")}),
    "optional in a path": resource(
        path={"value": path("{{{{q{}}}}}"), "placeholders": placeholders("q", required=False)}
    ),
    "optional and bare": resource(
        bodyTemplate={"value": body("{{{{q{}}}}}"), "placeholders": placeholders("q", required=False)}
    ),
    "optional in quotes": resource(
        bodyTemplate={"value": body('"{{{{q{}}}}}"'), "placeholders": placeholders("q", required=False)}
    ),
    "one number": resource(
        bodyTemplate={
            "value": '{"a": ' + path("{{{{q{}}}}}").replace("/", "") + "}",
            "placeholders": placeholders("q", required=False),
        }
    ),
    "a key twice": resource(bodyTemplate={"value": "{" + ", ".join(['"k": 1'] * MANY) + "}"}),
    "an option twice": resource(
        path={"value": "/{{a}}", "placeholders": [placeholder("a") | {"options": ["b"] * MANY}]}
    ),
    "an endpoint's list for many operations": resource(
        endpoint=LENT,
        operations={
            f"o{number}": {
                "method": "GET",
                "path": {"value": f"/{number}/{{{{a}}}}/{{{{b}}}}", "placeholders": [placeholder("a")]},
            }
            for number in range(MANY)
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_thousand_mistakes_in_a_document(name: str, tmp_path: Path) -> None:
    (tmp_path / "resources.json").write_text(json.dumps(CASES[name]), "utf-8")
    start = time.perf_counter()

    findings_in(tmp_path)

    assert time.perf_counter() - start < LIMIT


WEBHOOKS = ", ".join(f'{{"event": "e{number}.sent", "path": "/{number}"}}' for number in range(MANY))
FENCE = f'```\n[{{"handle": "x", "webhooks": [{WEBHOOKS}]}}]\n```\n\n'
SMALL = '```\n[{"handle": "x", "endpoint": "/a"}]\n```\n\n'
PAGES = {
    "other triggers": FENCE + "".join(f"Triggers on: x/f{number}.made\n\n" for number in range(MANY)),
    "another resource's triggers": FENCE + "".join(f"Triggers on: y/e{n}.sent\n\n" for n in range(MANY)),
    "names left": SMALL + "[Name] " * MANY * 10,
    "links left": SMALL + "Example link\n" * MANY * 10,
    "blanks behind a phrase": SMALL + ("example link" + " " * MANY * 100 + "x\n") * 3,
    "comments that do not end": SMALL + "TODO <!--" * MANY * 10,
    "open brackets": SMALL + "\\[Name" * MANY * 10,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_thousand_mistakes_in_a_page(name: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(PAGES[name], "utf-8")
    start = time.perf_counter()

    findings_in(tmp_path)

    assert time.perf_counter() - start < LIMIT
