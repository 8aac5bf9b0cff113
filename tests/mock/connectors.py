"""Small connectors, written into a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

SERVICE: dict[str, object] = {
    "handle": "shop",
    "service": {
        "baseURL": {"value": "https://api.shop.test/v1"},
        "protocol": "https",
        "contentType": "application/json",
        "auth": {
            "method": "api_token",
            "params": {
                "apiToken": {
                    "token": {
                        "value": "Bearer {{key}}",
                        "placeholders": [{"name": "key", "type": "String", "required": True}],
                    },
                    "headerName": {"value": "Authorization"},
                }
            },
        },
    },
}
RESOURCES: list[object] = [
    {
        "handle": "orders",
        "endpoint": {"value": "/orders"},
        "fields": [
            {"name": "id", "type": "String", "selector": ["id"]},
            {"name": "total", "type": "Integer", "selector": ["sum", "total"]},
        ],
        "operations": {
            "list": {
                "method": "GET",
                "queryParams": {
                    "limit": {"value": "{{limit}}", "placeholders": [{"name": "limit", "type": "Integer"}]},
                    "after": {"value": "{{after}}", "placeholders": [{"name": "after", "type": "String"}]},
                },
            },
            "read": {
                "method": "GET",
                "path": {
                    "value": "/{{order_id}}",
                    "placeholders": [{"name": "order_id", "type": "String", "required": True}],
                },
            },
            "create": {
                "method": "POST",
                "bodyTemplate": {
                    "value": '{"item": "{{item}}", "count": {{count}}, "source": "platform"}',
                    "placeholders": [
                        {"name": "item", "type": "String", "required": True},
                        {"name": "count", "type": "Integer", "required": True},
                    ],
                },
            },
        },
        "webhooks": [
            {
                "event": "order.paid",
                "path": "/hooks/order-paid",
                "payload": [{"name": "id", "type": "String", "selector": ["data", "id"]}],
            }
        ],
    },
    {
        "handle": "pictures",
        "endpoint": {"value": "/pictures"},
        "operations": {
            "create": {
                "method": "POST",
                "headers": {"Content-Type": "multipart/form-data"},
                "bodyTemplate": {
                    "value": "file={{file}}&title={{title}}",
                    "placeholders": [
                        {"name": "file", "type": "Bytes", "required": True},
                        {"name": "title", "type": "String", "required": True},
                    ],
                },
            }
        },
    },
]
EVENTS: dict[str, object] = {
    "vendor": "Shop",
    "source": {"from": "the test", "retrieved": "2026-11-21"},
    "event-name": {"json": "type"},
    "signing": {"scheme": "standard-webhooks"},
    "envelope": {
        "type": "object",
        "required": ["id", "type", "data"],
        "properties": {"id": {"type": "string"}, "type": {"type": "string"}, "data": {"type": "object"}},
    },
    "events": {
        "order.paid": {
            "resource": "orders",
            "data": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
        },
        "order.lost": None,
    },
}
AUTH = {"Authorization": "Bearer any"}


def exchange(
    operation: str,
    json_: object = None,
    *,
    status: int = 200,
    response: Mapping[str, object] | None = None,
    **more: object,
) -> dict[str, object]:
    """An operation's fixture with a JSON answer, or another `response`; `match`, `request`, … in `more`."""
    made: dict[str, object] = {"status": status, **(response or {})}
    if json_ is not None:
        made["json"] = json_
    return {"operation": operation, "written": "2026-11-21 after nothing", **more, "response": made}


def delivery(event: str, json_: object) -> dict[str, object]:
    """An event's fixture."""
    return {"event": event, "written": "2026-11-21 after nothing", "delivery": {"json": json_}}


def write(
    folder: Path,
    fixtures: Mapping[str, object],
    *,
    events: object = EVENTS,
    contract: object = None,
    service: object = SERVICE,
    resources: object = RESOURCES,
) -> Path:
    """A connector with these fixtures by file name (text is written as it is)."""
    (folder / "fixtures").mkdir(parents=True, exist_ok=True)
    (folder / "service.json").write_text(json.dumps(service))
    (folder / "resources.json").write_text(json.dumps(resources))
    if events is not None:
        (folder / "events.json").write_text(json.dumps(events))
    if contract is not None:
        (folder / "contract.json").write_text(json.dumps(contract))
    for name, value in fixtures.items():
        text = value if isinstance(value, str) else json.dumps(value)
        (folder / "fixtures" / name).write_text(text)
    return folder
