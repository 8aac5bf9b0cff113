"""Parts of a connector made from what the vendor publishes: resources, operations, fields, webhooks.

What comes out holds nothing that the contract does not say, so that a linter has nothing to find in it: only
required keys stand in a JSON body, since an optional one that is left empty would break it; a union of kinds
becomes `Any`; a field is taken where every answer that the contract has names it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.connector.types import type_for
from connlint.evidence.contract import is_json_media
from connlint.evidence.shapes import Shape

if TYPE_CHECKING:
    from connlint.evidence.contract import Contract, ContractOperation, Parameter

MOST_FIELDS: Final = 60
"""Fields of one record; a larger one is its author's to choose from."""
MOST_OPTIONS: Final = 40

_PARAMETER: Final = re.compile(r"\{([^{}/]+)\}")
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9_]+")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s")
_BODYLESS: Final = ("GET", "HEAD", "DELETE")


def name_of(text: str) -> str:
    """Text as a placeholder's or a field's name."""
    name = _NO_NAME.sub("_", text).strip("_") or "value"
    return f"_{name}" if name[0].isdigit() else name


def type_of(shape: Shape | None) -> str:
    """The type that values of a shape have, `Any` where it is not one."""
    if shape is None:
        return "Any"
    if shape.formats == frozenset({"binary"}):
        return "Bytes"
    return type_for(shape.kinds - {"null"}) or "Any"


def first_sentence(text: str) -> str:
    """The first sentence of a description, on one line, without a template's braces."""
    line = " ".join(text.split()).replace("{{", "{ {")
    return _SENTENCE.split(line, maxsplit=1)[0][:200].rstrip() if line else ""


def placeholder(
    name: str, type_: str, *, required: bool, description: str = "", options: Iterable[object] = ()
) -> dict[str, object]:
    """A placeholder's declaration."""
    made: dict[str, object] = {"name": name, "type": type_}
    if description:
        made["description"] = description
    if required:
        made["required"] = True
    listed = list(options)
    if listed:
        made["options"] = listed
    return made


def options_of(shape: Shape | None) -> tuple[object, ...]:
    """The values that a closed enumeration has, none for anything else."""
    if shape is None or shape.constant is not None:
        return ()
    values = tuple(value for value in shape.values or () if value is not None)
    if not 1 < len(values) <= MOST_OPTIONS or not all(isinstance(value, str) for value in values):
        return ()
    return values


# --- templates


def template(value: str, placeholders: list[dict[str, object]]) -> dict[str, object]:
    """A template with its declarations."""
    return {"value": value, "placeholders": placeholders} if placeholders else {"value": value}


def path_template(path: str, known: Mapping[str, Parameter]) -> dict[str, object]:
    """A contract's path as a template: each `{parameter}` a hole, declared."""
    declared: dict[str, dict[str, object]] = {}

    def hole(match: re.Match[str]) -> str:
        name = name_of(match[1])
        parameter = known.get(match[1])
        type_ = type_of(parameter.shape) if parameter is not None else "String"
        described = first_sentence(parameter.description) if parameter is not None else ""
        declared.setdefault(
            name,
            placeholder(
                name,
                type_ if type_ in ("String", "Integer") else "String",
                required=True,
                description=described,
            ),
        )
        return f"{{{{{name}}}}}"

    return template(_PARAMETER.sub(hole, path), list(declared.values()))


def query_templates(operation: ContractOperation) -> dict[str, object]:
    """The operation's query parameters that a template can write: single values."""
    found: dict[str, object] = {}
    for name, parameter in operation.parameters_in("query").items():
        kinds = parameter.shape.kinds - {"null"}
        if parameter.deprecated or not kinds or kinds & {"array", "object"}:
            continue
        own = name_of(name)
        declared = placeholder(
            own,
            type_of(parameter.shape),
            required=parameter.required,
            description=first_sentence(parameter.description),
            options=options_of(parameter.shape),
        )
        found[name] = template(f"{{{{{own}}}}}", [declared])
    return found


def header_templates(operation: ContractOperation) -> dict[str, object]:
    """The headers that the operation requires."""
    found: dict[str, object] = {}
    for name, parameter in operation.parameters_in("header").items():
        if not parameter.required or name.lower() in ("authorization", "content-type", "accept"):
            continue
        constant = parameter.shape.constant
        if isinstance(constant, str):
            found[name] = constant
            continue
        own = name_of(name.lower())
        found[name] = template(
            f"{{{{{own}}}}}",
            [placeholder(own, "String", required=True, description=first_sentence(parameter.description))],
        )
    return found


def body_entry(name: str, shape: Shape) -> tuple[str, dict[str, object] | None]:
    """One member of a JSON body as text, and the declaration that it takes (None for a constant)."""
    key = json.dumps(name, ensure_ascii=False)
    constant = shape.constant
    if constant is not None:
        return f"{key}: {json.dumps(constant, ensure_ascii=False)}", None
    own, type_ = name_of(name), type_of(shape)
    written = f'"{{{{{own}}}}}"' if type_ in ("String", "Bytes") else f"{{{{{own}}}}}"
    declared = placeholder(
        own,
        "String" if type_ == "Bytes" else type_,
        required=True,
        description=first_sentence(shape.description),
        options=options_of(shape) if type_ == "String" else (),
    )
    return f"{key}: {written}", declared


def _json_body(shape: Shape) -> dict[str, object]:
    entries, declared = [], []
    for key in shape.keys().values():
        if key.required and not key.shape.marked("readOnly"):
            text, entry = body_entry(key.name, key.shape)
            entries.append(text)
            if entry is not None:
                declared.append(entry)
    return template(f"{{{', '.join(entries)}}}", declared)


def _form_body(shape: Shape) -> dict[str, object]:
    """A form or a multipart body: what is left empty is not sent, so optional keys are there too."""
    pairs, declared = [], []
    for key in shape.keys().values():
        kinds = key.shape.kinds - {"null"}
        if key.shape.marked("deprecated") or (kinds & {"object", "array"} and not key.required):
            continue
        if key.shape.constant is not None:
            pairs.append(f"{key.name}={key.shape.constant}")
            continue
        own, type_ = name_of(key.name), type_of(key.shape)
        pairs.append(f"{key.name}={{{{{own}}}}}")
        declared.append(
            placeholder(
                own,
                type_,
                required=key.required,
                description=first_sentence(key.shape.description),
                options=options_of(key.shape) if type_ == "String" else (),
            )
        )
    return template("&".join(pairs), declared)


def body_of(operation: ContractOperation, service_type: str) -> tuple[dict[str, object] | None, str]:
    """The body template of an operation, and the content type it needs where that is not the service's."""
    if operation.method in _BODYLESS:
        return None, ""
    media = next((item for item in operation.bodies if is_json_media(item)), None)
    if media is None:
        media = next((item for item in operation.bodies if "form" in item), None)
    if media is None:
        return None, ""
    shape = operation.bodies[media]
    plain = media.partition(";")[0].strip().lower()
    made = _json_body(shape) if is_json_media(media) else _form_body(shape)
    return made, "" if plain == service_type else plain


# --- fields


def fields_of(shapes: Iterable[Shape]) -> list[dict[str, object]]:
    """The fields of a record: what every one of the shapes names, and what plain objects in it hold."""
    listed = list(shapes)
    if not listed:
        return []
    found: dict[str, dict[str, object]] = {}
    for selector, shape in _named(listed[0], (), 0):
        walks = [other.walk(selector) for other in listed]
        if not all(walk.outcome == "proven" for walk in walks):
            continue
        name = name_of("_".join(selector))
        if name in found or len(found) >= MOST_FIELDS:
            continue
        made = _field(name, selector, shape)
        if made is not None:
            found[name] = made
    return list(found.values())


def _named(shape: Shape, prefix: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], Shape]]:
    """Selectors of what a shape names: its keys, and the keys of plain objects below them."""
    for key in shape.keys().values():
        if key.shape.marked("deprecated") or key.shape.marked("writeOnly"):
            continue
        inner = key.shape.kinds - {"null"}
        selector = (*prefix, key.name)
        if inner == {"object"} and key.shape.keys() and depth < 2:
            yield from _named(key.shape, selector, depth + 1)
        else:
            yield selector, key.shape


def _field(name: str, selector: tuple[str, ...], shape: Shape) -> dict[str, object] | None:
    kinds = shape.kinds - {"null"}
    made: dict[str, object] = {"name": name}
    multivalue = False
    if kinds == {"array"}:
        element = type_for((shape.element.kinds if shape.element is not None else frozenset()) - {"null"})
        multivalue = element is not None and element != "Array"
        made["type"] = element if multivalue else "Array"
    else:
        made["type"] = type_for(kinds) or "Any"
    made["selector"] = list(selector)
    if multivalue:
        made["multivalue"] = True
    described = first_sentence(shape.description)
    if described:
        made["meta"] = {"description": described}
    return made


# --- webhooks


def webhook(event: str, shape: Shape | None, path: str) -> dict[str, object]:
    """A webhook whose payload resolves: what every delivery names, below `data` where there is one.

    The delivery's own id is left out where the thing that it is about has one.
    """
    made: dict[str, object] = {"event": event, "path": path}
    payload = []
    fields = fields_of([shape]) if shape is not None else []
    data = [field for field in fields if _selector(field)[:1] == ["data"]]
    for field in data or fields:
        if data:
            field["name"] = name_of("_".join(_selector(field)[1:])) if len(_selector(field)) > 1 else "data"
        payload.append(field)
    if data:
        payload += [field for field in fields if field["name"] == "created_at" and field not in data]
    unique = list({str(field["name"]): field for field in reversed(payload)}.values())[::-1]
    if unique:
        made["payload"] = unique
    return made


def _selector(field: Mapping[str, object]) -> list[str]:
    found = field["selector"]
    return found if isinstance(found, list) else []


def webhook_path(folder: str, event: str) -> str:
    """Where an event arrives: `/webhooks/openai/batch-completed`."""
    return f"{folder.rstrip('/')}/{re.sub('[^a-z0-9]+', '-', event.lower()).strip('-')}"


# --- resources


class Home(NamedTuple):
    """Where an operation of the contract goes: the collection's path, the operation's name, what its path
    has beyond the collection's."""

    collection: str
    name: str
    rest: str


def home_of(operation: ContractOperation, contract: Contract) -> Home:
    """The collection that an operation belongs to, and what it is called there."""
    path = operation.path.partition("?")[0].rstrip("/")
    segments = path.split("/")
    last = segments[-1]
    if _PARAMETER.fullmatch(last):
        names = {"GET": "read", "DELETE": "delete"}
        return Home("/".join(segments[:-1]), names.get(operation.method, "update"), f"/{last}")
    within = len(segments) > 2 and _PARAMETER.fullmatch(segments[-2]) is not None
    if within and not _is_collection(operation, contract, path):
        # an action on one thing: `/batches/{batch_id}/cancel`
        called = (
            name_of(last)
            if operation.method in ("GET", "POST")
            else name_of(f"{operation.method.lower()}_{last}")
        )
        return Home("/".join(segments[:-2]), called, f"/{segments[-2]}/{last}")
    if operation.method == "GET":
        return Home(path, "list" if _lists(operation) else "read", "")
    names = {"POST": "create", "DELETE": "delete"}
    return Home(path, names.get(operation.method, "update"), "")


def _is_collection(operation: ContractOperation, contract: Contract, path: str) -> bool:
    below = re.compile(re.escape(path) + r"/\{[^{}/]+\}")
    return _lists(operation) or any(below.fullmatch(other) for other in contract.paths)


def _lists(operation: ContractOperation) -> bool:
    """Whether an answer holds many records."""
    if operation.method != "GET":
        return False
    return any(
        records.key is not None or "array" in shape.kinds
        for shape in operation.answers
        if (records := shape.records()).shape is not None
    )


def handle_of(collection: str) -> str:
    """A resource's handle: the path's words, without a version."""
    words = [
        word
        for word in collection.split("/")
        if word and not _PARAMETER.fullmatch(word) and not re.fullmatch(r"v[0-9]+", word)
    ]
    return name_of("_".join(words)) if words else "root"


def resource(
    collection: str, operations: Iterable[ContractOperation], contract: Contract, service_type: str
) -> dict[str, object]:
    """A resource of the operations of one collection."""
    listed = list(operations)
    shared = {name: item for operation in listed for name, item in operation.parameters_in("path").items()}
    made: dict[str, object] = {"handle": handle_of(collection)}
    short = made["handle"]
    made["meta"] = {"short": str(short).replace("_", " ").capitalize()}
    made["endpoint"] = path_template(collection, shared)
    records: list[Shape] = []
    entries: dict[str, object] = {}
    for operation in listed:
        home = home_of(operation, contract)
        name = home.name
        number = 2
        while name in entries:
            name, number = f"{home.name}_{number}", number + 1
        entries[name] = _operation(operation, home, service_type)
        if name in ("list", "read", "create", "update"):
            records += _records(operation, name)
    fields = fields_of(records)
    if fields:
        made["fields"] = fields
    made["operations"] = entries
    return made


def _records(operation: ContractOperation, name: str) -> Iterator[Shape]:
    for shape in operation.answers:
        if name == "list":
            records = shape.records()
            if records.shape is not None:
                yield records.shape
        else:
            yield shape


def _operation(operation: ContractOperation, home: Home, service_type: str) -> dict[str, object]:
    made: dict[str, object] = {"method": operation.method}
    summary = first_sentence(operation.summary)
    if summary:
        made["meta"] = {"description": summary}
    made["path"] = path_template(home.rest, operation.parameters_in("path"))
    query = query_templates(operation)
    if query:
        made["queryParams"] = query
    headers = header_templates(operation)
    body, content_type = body_of(operation, service_type)
    if content_type:
        headers["Content-Type"] = content_type
    if headers:
        made["headers"] = headers
    if body is not None:
        made["bodyTemplate"] = body
    return made


def grouped(
    contract: Contract, operations: Iterable[ContractOperation]
) -> dict[str, list[ContractOperation]]:
    """Operations by the collection that they belong to, in the contract's order; deprecated ones left out."""
    found: dict[str, list[ContractOperation]] = {}
    for operation in operations:
        if not operation.deprecated and operation.method not in ("OPTIONS", "TRACE", "HEAD"):
            found.setdefault(home_of(operation, contract).collection, []).append(operation)
    return found


# --- the service


def service(contract: Contract, handle: str, title: str) -> dict[str, object]:
    """The service document: base URL, content type, and the credential that the contract asks for."""
    base = next((url for url in contract.servers if "://" in url), "https://api.example.com")
    inner: dict[str, object] = {
        "baseURL": {"value": base.rstrip("/")},
        "protocol": base.partition("://")[0],
        "contentType": "application/json",
    }
    auth = _auth(contract)
    if auth is not None:
        inner["auth"] = auth
    return {"handle": handle, "status": "active", "meta": {"short": title}, "service": inner}


def _auth(contract: Contract) -> dict[str, object] | None:
    """An API token, where the contract knows one that travels in a header."""
    choices = contract.security_of(contract.value.get("security")) or tuple(
        (scheme,) for scheme in contract.security_schemes.values()
    )
    for choice in choices:
        for scheme in choice:
            if scheme.header is None or (scheme.type == "http" and scheme.scheme != "bearer"):
                continue
            value = "{{apiKey}}" if scheme.type == "apiKey" else "Bearer {{apiKey}}"
            declared = placeholder(
                "apiKey", "String", required=True, description="The key that the vendor gave you."
            )
            return {
                "method": "api_token",
                "params": {
                    "apiToken": {"token": template(value, [declared]), "headerName": {"value": scheme.header}}
                },
            }
    return None


# --- the contract, cut down


def pruned(contract: Contract, paths: Iterable[str], events: Iterable[str]) -> dict[str, object]:
    """The contract with these paths and webhooks only, and the components that they refer to."""
    value = contract.value
    keep_paths = set(paths)
    keys = {item.key for name, item in contract.events.items() if name in set(events)}
    made: dict[str, object] = {}
    for key, part in value.items():
        if key == "paths" and isinstance(part, dict):
            made[key] = {path: item for path, item in part.items() if path in keep_paths}
        elif key in ("webhooks", "x-webhooks") and isinstance(part, dict):
            made[key] = {name: item for name, item in part.items() if name in keys}
        elif key not in ("components", "tags") and not key.startswith("x-"):
            made[key] = part
    components = value.get("components")
    made["components"] = _reached(made, components if isinstance(components, dict) else {})
    return made


def _reached(made: object, components: Mapping[str, object]) -> dict[str, object]:
    """The components that something refers to, directly or not, in their order; security schemes stay."""
    wanted: set[tuple[str, str]] = set()
    pending: list[object] = [made]
    while pending:
        here = pending.pop()
        if isinstance(here, dict):
            texts = [here.get("$ref")]
            mapping = here.get("mapping")
            texts += list(mapping.values()) if isinstance(mapping, dict) else []
            for text in texts:
                if not isinstance(text, str) or not text.startswith("#/components/"):
                    continue
                section, _, name = text[len("#/components/") :].partition("/")
                name = name.partition("/")[0].replace("~1", "/").replace("~0", "~")
                if (section, name) not in wanted:
                    wanted.add((section, name))
                    inner = components.get(section)
                    pending.append(inner.get(name) if isinstance(inner, dict) else None)
            pending.extend(here.values())
        elif isinstance(here, list):
            pending.extend(here)
    return {
        section: {
            name: item
            for name, item in inner.items()
            if section == "securitySchemes" or (section, name) in wanted
        }
        for section, inner in components.items()
        if isinstance(inner, dict)
    }
