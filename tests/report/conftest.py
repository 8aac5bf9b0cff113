"""A connector whose names try to be anything but names, and reports of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Result, connlint, folder, pets, write_connector

__all__ = ["connlint", "folder", "hostile", "pets", "write_connector"]

Run = Callable[..., Result]

NAMES = (
    "spare",
    "<img src=x onerror=alert(1)>",
    "a`code`|pipe",
    "[x](javascript:1)",
    "line\nbreak::error::boo",
    "cr\rlf\r\n::warning::boo",
    "esc\x1b[31mred\x07",
    "\u732b\u306e\u540d\u524d",
    "emoji\U0001f600\U0001f468\u200d\U0001f469",
    "rtl\u202etxt",
    "tab\there",
    "100%0A::error file=x,line=1::y",
    "~~s~~ **b** _u_ @team #12 $x$",
    "&lt;b&gt; &copy;",
    "`",
    "```\n# heading",
    "-->|</details>",
    "soh\x01 \ufffe",
)
"""Names as an author would never write them, and as somebody who means harm would."""
FOLDER = "we,ird: 100% \u732b"
LIST = "vendor: V\nsource: {from: the guide, version: '1', retrieved: 2026-01-01}\nevent-name: {json: type}\n"


def named(names: tuple[str, ...]) -> list[Any]:
    """Resources in which each name is a field's, a placeholder's and an event's, and wrong as each."""
    read = [{"name": "cat_id", "type": "String", "required": True}]
    read += [{"name": name, "type": "String"} for name in names]
    body = '{\t"\u732b": "{{name}}", "n": {{n}}\t, "\U0001f600": {{m}}, "x": "{{q}}"}'
    return [
        {
            "handle": "cats",
            "endpoint": {"value": "/cats"},
            "fields": [{"name": name, "type": "Sting", "selector": ["$." + name]} for name in names],
            "operations": {
                "read": {"method": "GET", "path": {"value": "/{{cat_id}}", "placeholders": read}},
                "create": {
                    "method": "POST",
                    "path": {"value": ""},
                    "bodyTemplate": {
                        "value": body,
                        "placeholders": [
                            {"name": "name", "type": "String", "required": True},
                            {"name": "n", "type": "Integer"},
                            {"name": "m", "type": "Integer"},
                        ],
                    },
                },
            },
            "webhooks": [
                {"event": name, "path": f"/cats/{number}", "payload": []} for number, name in enumerate(names)
            ],
        }
    ]


@pytest.fixture
def hostile(folder: Path) -> Path:
    """A connector in a folder with an unlikely name, full of names from `NAMES`."""
    home = write_connector(folder / FOLDER)
    text = json.dumps(named(NAMES), indent=1, ensure_ascii=False)
    (home / "resources.json").write_text(text, "utf-8")
    (home / "events.yaml").write_text(LIST + "events: {cat.born: {}}\n", "utf-8")
    return home


@pytest.fixture
def findings(connlint: Run, hostile: Path) -> list[dict[str, Any]]:
    """The active findings from warning up in the hostile connector, as the JSON report has them."""
    value = json.loads(connlint("check", "--format", "json").out)
    return [item for item in value["findings"] if item["state"] == "active" and item["severity"] != "info"]
