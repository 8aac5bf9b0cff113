"""Connectors made by the number: distinct, deterministic, of any size, with or without faults and evidence.

The same order makes the same bytes on any machine, so two tools (or two versions of one) get the same work.
A connector without faults is one that connlint must find nothing in, at warning or above.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

Json = dict[str, Any]
Form = Literal["json", "yaml"]

_NOUNS = """
    account address article asset batch booking branch budget campaign card carrier cart category channel
    charge claim comment company contact contract coupon course customer deal delivery device dispute
    document domain employee event expense file folder form grant group invoice job label lead lesson
    license location message meeting member note offer order package parcel partner payment payout plan
    policy product profile project quote refund region report request return review role route schedule
    segment session shipment shop site stage store subscription supplier survey task team template term
    ticket topic transfer trip unit user vehicle visit voucher warehouse workflow workspace
""".split()
_QUALIFIERS = """
    archived backup billing central daily default digital direct draft external field final foreign global
    inbound initial internal joint linked local main manual mobile monthly nested open outbound partial
    pending planned primary private public recent regional remote rental retail seasonal shared single
    special spare sub team temporary trial union virtual weekly yearly
""".split()
_SYLLABLES = "ac ba cor da el fin ga hy in jo ka lu mer no or pa qui ra sol ta ur ve wi xo ya zen".split()
_PROPERTIES = tuple(
    (name, type_)
    for type_, names in {
        "String": "title state currency owner_id notes locale source reference",
        "Integer": "total position attempts",
        "Float": "weight rate",
        "Boolean": "locked verified",
        "DateTime": "due_at closed_at",
        "Array": "tags",
        "Object": "settings",
    }.items()
    for name in names.split()
)
_SCHEMAS: dict[str, Json] = {
    "String": {"type": "string"},
    "Integer": {"type": "integer"},
    "Float": {"type": "number"},
    "Boolean": {"type": "boolean"},
    "DateTime": {"type": "string", "format": "date-time"},
    "Array": {"type": "array", "items": {"type": "string"}},
    "Object": {"type": "object", "additionalProperties": True},
}
_SAMPLES: Json = {
    "String": "blue",
    "Integer": 7,
    "Float": 1.5,
    "Boolean": True,
    "DateTime": "2026-03-01T09:30:00Z",
    "Array": ["a", "b"],
    "Object": {"colour": "blue"},
}


@dataclass(frozen=True, slots=True)
class Order:
    """What connector to make: `size` is what its resources document weighs in bytes, about (as JSON)."""

    number: int
    size: int = 51_000
    form: Form = "json"
    evidence: bool = False
    faults: int = 0


def orders(count: int, *, size: int | None = None, form: Form | None = None) -> Iterator[Order]:
    """A mixed corpus: sizes from 5 KB to 500 KB (most of them small, as they are in life), JSON and YAML,
    one in five with evidence and one in five with faults. `size` and `form` fix those.
    """
    sizes = (5_000, 8_000, 12_000, 20_000, 30_000, 51_000, 51_000, 80_000, 120_000, 500_000)
    for number in range(count):
        dice = random.Random(f"order {number}")
        yield Order(
            number,
            size or (sizes[number % 10] if count >= 10 else 51_000),
            form or ("yaml" if dice.random() < 0.3 else "json"),
            evidence=dice.random() < 0.2,
            faults=dice.randint(1, 12) if dice.random() < 0.2 else 0,
        )


def plain_orders(count: int) -> Iterator[Order]:
    """What a validator of JSON can be given as well: JSON of 5 to 100 KB, one in five with faults, and no
    evidence, which only connlint would read."""
    sizes = (5_000, 8_000, 12_000, 20_000, 30_000, 40_000, 51_000, 51_000, 80_000, 100_000)
    for order in orders(count):
        yield Order(order.number, sizes[order.number % 10], "json", faults=order.faults)


def make(order: Order) -> dict[str, str]:
    """The connector's files, by name."""
    dice = random.Random(f"connector {order.number}")
    vendor = "".join(dice.choices(_SYLLABLES, k=4))
    resources: list[Json] = []
    records: dict[str, dict[str, str]] = {}
    weight = 2
    for noun, plural in _names(dice):
        record = dict(dice.sample(_PROPERTIES, dice.randint(4, 11)))
        resource = _resource(dice, vendor, noun, plural, record)
        text = json.dumps(resource, indent=1)
        if resources and weight + len(text) > order.size:
            break
        weight += len(text) + text.count("\n") + 3
        resources.append(resource)
        records[plural] = record
    evidence = _evidence(vendor, resources, records) if order.evidence else {}
    for _ in range(order.faults):
        dice.choice(_FAULTS)(dice.choice(resources))
    documents: dict[str, object] = {"service": _service(vendor, order.number), "resources": resources}
    files = {f"{name}.{order.form}": _write(document, order.form) for name, document in documents.items()}
    return files | evidence


def write(folder: Path, order: Order) -> Path:
    """Make a connector in a folder of its own below `folder`; that folder."""
    home = folder / f"{order.number:05d}"
    for name, text in make(order).items():
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return home


def _write(document: object, form: Form) -> str:
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    if form == "json":
        return text
    # read again, so that parts which two places share do not become anchors and aliases
    dumped = yaml.dump(
        json.loads(text), Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=100
    )
    assert isinstance(dumped, str)
    return dumped


def _names(dice: random.Random) -> Iterator[tuple[str, str]]:
    """Resource names without end in practice: (invoice, invoices), (billing_invoice, billing_invoices)."""
    plain = dice.sample(_NOUNS, len(_NOUNS))
    yield from ((noun, _plural(noun)) for noun in plain)
    for qualifier in dice.sample(_QUALIFIERS, len(_QUALIFIERS)):
        yield from ((f"{qualifier}_{noun}", f"{qualifier}_{_plural(noun)}") for noun in plain)


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def _service(vendor: str, number: int) -> Json:
    credential = {
        "name": "apiKey",
        "type": "String",
        "description": f"The key that {vendor.title()} gave you for its API",
        "required": True,
    }
    return {
        "handle": f"{vendor}-{number}",
        "status": "active",
        "meta": {"short": vendor.title(), "description": f"Everything in {vendor.title()}, by its REST API."},
        "service": {
            "baseURL": {"value": f"https://api.{vendor}.example/v{number % 3 + 1}"},
            "protocol": "https",
            "contentType": "application/json",
            "headers": {"Content-Type": "application/json"},
            "auth": {
                "method": "api_token",
                "params": {
                    "apiToken": {
                        "token": {"value": "Bearer {{apiKey}}", "placeholders": [credential]},
                        "headerName": {"value": "Authorization"},
                    }
                },
            },
        },
    }


def _placeholder(name: str, type_: str, what: str, *, required: bool = True) -> Json:
    return {"name": name, "type": type_, "description": what, "required": required}


def _resource(dice: random.Random, vendor: str, noun: str, plural: str, record: dict[str, str]) -> Json:
    words = noun.replace("_", " ")
    identity = _placeholder(f"{noun}_id", "String", f"Which {words} to work on.")
    one = {"value": f"/{{{{{noun}_id}}}}", "placeholders": [identity]}
    body = {name: type_ for name, type_ in record.items() if name not in ("closed_at", "settings")}
    operations: Json = {
        "list": {
            "method": "GET",
            "path": {"value": ""},
            "queryParams": {
                name: {
                    "value": f"{{{{{name}}}}}",
                    "placeholders": [_placeholder(name, type_, what, required=False)],
                }
                for name, type_, what in (
                    ("limit", "Integer", f"How many {words} records a page holds."),
                    ("after", "String", "The id that the page starts after."),
                )
            },
        },
        "read": {"method": "GET", "path": one},
        "create": {"method": "POST", "path": {"value": ""}, "bodyTemplate": _body(body, words)},
        "update": {"method": "PATCH", "path": one, "bodyTemplate": _body(dict([*body.items()][:2]), words)},
        "delete": {"method": "DELETE", "path": one},
    }
    events = ["created", "updated", "deleted", "closed"][: dice.randint(1, 4)]
    return {
        "handle": plural,
        "meta": {
            "short": words.title(),
            "description": f"Each {words} that the account can see, newest first.",
        },
        "endpoint": {"value": f"/{plural}"},
        "fields": [
            _field("id", "String", ["id"], f"Id that the {words} is known by."),
            _field("created_at", "DateTime", ["created_at"], f"When the {words} was made."),
            *(
                _field(name, type_, [name], f"The {words}'s {name.replace('_', ' ')}.")
                for name, type_ in record.items()
            ),
        ],
        "operations": operations,
        "webhooks": [
            {
                "event": f"{noun}.{event}",
                "path": f"/webhooks/{vendor}/{noun.replace('_', '-')}-{event}",
                "payload": [
                    _field("id", "String", ["data", "id"], f"Id that the {words} is known by."),
                    _field("occurred_at", "DateTime", ["occurred_at"], "When it happened."),
                    *(
                        _field(
                            name, type_, ["data", name], f"The {words}'s {name.replace('_', ' ')} by then."
                        )
                        for name, type_ in [*record.items()][:4]
                    ),
                ],
            }
            for event in events
        ],
    }


def _field(name: str, type_: str, selector: list[str], what: str) -> Json:
    field: Json = {"name": name, "type": type_, "selector": selector, "meta": {"description": what}}
    if type_ == "Array":
        field |= {"type": "String", "multivalue": True}
    return field


def _body(keys: dict[str, str], words: str) -> Json:
    """A body template in which each key has a hole of its own: quoted for text, bare for the rest."""
    quoted = {"String", "DateTime"}
    parts = (
        f"{json.dumps(name)}: " + (f'"{{{{{name}}}}}"' if type_ in quoted else f"{{{{{name}}}}}")
        for name, type_ in keys.items()
    )
    return {
        "value": "{" + ", ".join(parts) + "}",
        "placeholders": [
            _placeholder(name, type_, f"The {words}'s {name.replace('_', ' ')}.")
            for name, type_ in keys.items()
        ],
    }


# --- faults: each is one that an author makes


def _unused_placeholder(resource: Json) -> None:
    template = resource["operations"]["create"]["bodyTemplate"]
    template["placeholders"].append(
        _placeholder(f"extra_{len(template['placeholders'])}", "String", "Not sent.")
    )


def _empty_value(resource: Json) -> None:
    for placeholder in resource["operations"]["update"]["bodyTemplate"]["placeholders"]:
        placeholder["required"] = False


def _twin_field(resource: Json) -> None:
    resource["fields"].append(dict(resource["fields"][0]))


def _unknown_type(resource: Json) -> None:
    resource["fields"][1]["type"] = "Sting"


def _undeclared_hole(resource: Json) -> None:
    resource["operations"]["read"] = {"method": "GET", "path": {"value": "/{{identifier}}"}}


def _query_in_path(resource: Json) -> None:
    resource["operations"]["list"]["path"] = {"value": "?sort=asc"}


def _wrong_selector(resource: Json) -> None:
    resource["fields"][-1]["selector"] = ["detail", "missing"]


_FAULTS = (
    _unused_placeholder,
    _empty_value,
    _twin_field,
    _unknown_type,
    _undeclared_hole,
    _query_in_path,
    _wrong_selector,
)


# --- evidence: a contract, an events document and a fixture per resource, all in agreement with the connector


def _evidence(vendor: str, resources: list[Json], records: dict[str, dict[str, str]]) -> dict[str, str]:
    files = {
        "contract.json": _write(_contract(resources, records), "json"),
        "events.yaml": _write(_events(vendor, resources, records), "yaml"),
    }
    for resource in resources:
        fixture = _fixture(resource, records[resource["handle"]])
        files[f"fixtures/{resource['handle']}.read.yaml"] = _write(fixture, "yaml")
    return files


def _contract(resources: list[Json], records: dict[str, dict[str, str]]) -> Json:
    paths: Json = {}
    schemas: Json = {}
    for resource in resources:
        plural = resource["handle"]
        noun = resource["operations"]["read"]["path"]["placeholders"][0]["name"]
        keys = {"id": "String", "created_at": "DateTime", **records[plural]}
        schemas[plural] = {
            "type": "object",
            "required": list(keys),
            "properties": {name: dict(_SCHEMAS[type_]) for name, type_ in keys.items()},
        }
        record = {"$ref": f"#/components/schemas/{plural}"}
        page = {"type": "object", "properties": {"data": {"type": "array", "items": record}}}
        query = [
            {"name": "limit", "in": "query", "schema": {"type": "integer"}},
            {"name": "after", "in": "query", "schema": {"type": "string"}},
        ]
        bodies = {name: resource["operations"][name]["bodyTemplate"] for name in ("create", "update")}
        paths[f"/{plural}"] = {
            "get": {"parameters": query, "responses": _answer(page)},
            "post": {"requestBody": _request(bodies["create"]), "responses": _answer(record)},
        }
        paths[f"/{plural}/{{{noun}}}"] = {
            "parameters": [{"name": noun, "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"responses": _answer(record)},
            "patch": {"requestBody": _request(bodies["update"]), "responses": _answer(record)},
            "delete": {"responses": {"204": {"description": "Gone."}}},
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Generated", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _answer(schema: Json) -> Json:
    return {"200": {"description": "Done.", "content": {"application/json": {"schema": schema}}}}


def _request(template: Json) -> Json:
    keys = {item["name"]: dict(_SCHEMAS[item["type"]]) for item in template["placeholders"]}
    schema = {"type": "object", "properties": keys}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _events(vendor: str, resources: list[Json], records: dict[str, dict[str, str]]) -> Json:
    return {
        "vendor": vendor.title(),
        "source": {"from": f"{vendor} reference", "version": "1", "retrieved": "2026-01-15"},
        "event-name": {"json": "type"},
        "signing": {"scheme": "standard-webhooks"},
        "envelope": {
            "type": "object",
            "required": ["type", "occurred_at", "data"],
            "properties": {
                "type": {"type": "string"},
                "occurred_at": {"type": "string", "format": "date-time"},
                "data": {"type": "object"},
            },
        },
        "events": {
            webhook["event"]: {
                "resource": resource["handle"],
                "data": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "string"},
                        **{
                            name: dict(_SCHEMAS[type_]) for name, type_ in records[resource["handle"]].items()
                        },
                    },
                },
            }
            for resource in resources
            for webhook in resource["webhooks"]
        },
    }


def _fixture(resource: Json, record: dict[str, str]) -> Json:
    sample = {name: _SAMPLES[type_] for name, type_ in record.items()}
    return {
        "operation": f"{resource['handle']}.read",
        "recorded": "2026-01-15 from the vendor's sandbox",
        "response": {
            "status": 200,
            "headers": {"content-type": "application/json"},
            "json": {"id": "r_1", "created_at": "2026-03-01T09:30:00Z", **sample},
        },
    }
