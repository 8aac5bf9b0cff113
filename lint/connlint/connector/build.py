"""Documents to the typed model. What has the wrong kind is left out, alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from connlint.connector.addresses import Twins
from connlint.connector.model import (
    NO_FIELDS,
    Auth,
    Connector,
    Field,
    Fields,
    Operation,
    Page,
    Placeholder,
    Resource,
    Service,
    Template,
    Trigger,
    Webhook,
)
from connlint.patterns import pattern
from connlint.reading import MISSING, Document
from connlint.source import Span
from connlint.text import nearest

Place = tuple[Any, ...]
"""Where a node stands: its document, and the steps of the pointer into it."""

_TRIGGER = pattern(r"^[ \t]*(?:[*+-][ \t]+)?[*_]*Triggers on:[*_]*[ \t]*`?([^\s/`]+)/(\S+)", re.MULTILINE)
_AROUND = "`*\\.,;"
"""What may follow a trigger's name: emphasis, code, a hard line break, punctuation."""
_UNESCAPE = pattern(r"\\([!-/:-@\[-`{-~])|&#(?:([0-9]{1,7})|[xX]([0-9a-fA-F]{1,6}));")
"""Markdown's two ways to write a character that would mean something: a backslash, a character reference."""
_REFERENCE = pattern(r"&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})\Z")


def build(connector_id: str, path: str, documents: Iterable[Document]) -> Connector:
    """The model of one connector's documents (roles set; unknown ones are carried along)."""
    connector = Connector(connector_id, path)
    twins = Twins()
    for document in documents:
        connector.documents.append(document)
        if document.source not in connector.sources:
            connector.sources.append(document.source)
        if document.value is MISSING or any(fault.kind == "syntax-error" for fault in document.faults):
            connector.faulty = True
        value = document.value
        if document.role == "service" and isinstance(value, dict) and connector.service is None:
            _service(connector, document, value)
        elif document.role == "resources" and isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    _resource(connector, document, index, item, twins)
                else:
                    connector.faulty = True
    return connector


def add_page(connector: Connector, document: Document, prose: tuple[Span, ...]) -> None:
    """Give the connector its page: `document` is a carrier without value over the page's text."""
    page = Page(connector, document, prose)
    text = document.source.text
    for start, end in prose:
        for match in _TRIGGER.finditer(text, start, end):
            event = match[2].rstrip(_AROUND)
            if match[2].startswith(";", len(event)) and _REFERENCE.search(event[-10:]):
                event += ";"
            at = page.place(match.start(1), match.start(2) + len(event))
            page.triggers.append(Trigger(at, _unescaped(match[1]), _unescaped(event)))
    connector.page = page


def _unescaped(text: str) -> str:
    """The text that Markdown shows for this."""
    return _UNESCAPE.sub(_character, text) if "\\" in text or "&#" in text else text


def _character(match: re.Match[str]) -> str:
    if match[1] is not None:
        return match[1]
    code = int(match[2]) if match[2] is not None else int(match[3], 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _service(connector: Connector, document: Document, value: dict[str, object]) -> None:
    inner = value.get("service")
    at: Place = (document, "service")
    service = Service(connector, document, at, _text(value.get("handle")))
    connector.service = service
    if not isinstance(inner, dict):
        return
    service.base_url = _template(service, "base", "baseURL", (*at, "baseURL"), inner.get("baseURL"))
    service.protocol = _text(inner.get("protocol"))
    service.content_type = _text(inner.get("contentType"))
    service.headers = _named(service, "header", (*at, "headers"), inner.get("headers"))
    auth = inner.get("auth")
    if isinstance(auth, dict):
        at = (*at, "auth")
        service.auth = Auth(service, at, _text(auth.get("method")))
        params = auth.get("params")
        if isinstance(params, dict):
            _auth_params(service.auth, (*at, "params"), "", params, 0)


def _auth_params(auth: Auth, at: Place, prefix: str, params: dict[str, object], depth: int) -> None:
    """Every template below `params`, by its path; groups are walked, templates are not."""
    for name, value in params.items():
        path = f"{prefix}{name}"
        if isinstance(value, str) or (isinstance(value, dict) and "value" in value):
            template = _template(auth, "credential", path, (*at, name), value)
            if template is not None:
                auth.params[path] = template
        elif isinstance(value, dict) and depth < 4:
            _auth_params(auth, (*at, name), f"{path}.", value, depth + 1)


def _template(
    owner: Service | Auth | Resource | Operation, role: str, name: str, at: Place, value: object
) -> Template | None:
    """The template at `at`: a string, or an object with a text `value`; None for anything else."""
    if isinstance(value, str):
        return Template(owner, role, name, at, value, False)
    if not isinstance(value, dict):
        return None
    text = value.get("value")
    if not isinstance(text, str):
        return None
    template = Template(owner, role, name, at, text, True)
    placeholders = value.get("placeholders")
    if placeholders and isinstance(placeholders, list):
        made, declared = template.placeholders, template.declared
        for index, item in enumerate(placeholders):
            if isinstance(item, dict) and isinstance(called := item.get("name"), str):
                type_, required, options = item.get("type"), item.get("required"), item.get("options")
                placeholder = Placeholder(
                    template,
                    index,
                    called,
                    type_ if isinstance(type_, str) else None,
                    required is not False
                    if required is not None
                    else _may_be_required(item, (*at, "placeholders", index)),
                    options if isinstance(options, list) else None,
                )
                made.append(placeholder)
                declared.setdefault(called, placeholder)
    return template


def _may_be_required(item: dict[str, object], at: Place) -> bool:
    """Whether a placeholder that does not say so is required all the same.

    Where that cannot be read (`"required": "true"`, `"require": true`: schema-violation says so), it is
    taken to be, as where the text is broken: nothing that would follow from its being optional is then said.
    """
    if any(inner is True and nearest(key, ("required",)) for key, inner in item.items()):
        return True
    document: Document = at[0]
    return "required" not in item and document.is_torn(at[1:])


def _named(owner: Service | Operation, role: str, at: Place, value: object) -> list[Template]:
    """Templates of a mapping from names (headers, query parameters)."""
    if not isinstance(value, dict):
        return []
    found = [_template(owner, role, name, (*at, name), item) for name, item in value.items()]
    return [template for template in found if template is not None]


def _resource(
    connector: Connector, document: Document, index: int, value: dict[str, object], twins: Twins
) -> None:
    handle = value.get("handle")
    if not isinstance(handle, str):
        # an address needs a name; the place of the resource is the only one it has
        handle = f"[{index}]"
    resource = Resource(connector, document, (document, index), handle, twins.name(handle))
    connector.resources.append(resource)
    at: Place = (document, index, "endpoint")
    resource.endpoint = _template(resource, "endpoint", "endpoint", at, value.get("endpoint"))
    resource.fields = _fields(connector, resource, (document, index, "fields"), value.get("fields"))
    operations = value.get("operations")
    if isinstance(operations, dict):
        for name, item in operations.items():
            if isinstance(item, dict):
                resource.operations.append(
                    _operation(resource, (document, index, "operations", name), name, item)
                )
    webhooks = value.get("webhooks")
    if isinstance(webhooks, list):
        seen = Twins()
        for place, item in enumerate(webhooks):
            event = item.get("event") if isinstance(item, dict) else None
            if isinstance(event, str):
                at = (document, index, "webhooks", place)
                webhook = Webhook(resource, at, event, seen.name(event), _text(item.get("path")))
                webhook.payload = _fields(connector, webhook, (*at, "payload"), item.get("payload"))
                resource.webhooks.append(webhook)


def _fields(connector: Connector, owner: Resource | Webhook, at: Place, value: object) -> Fields:
    if not value or not isinstance(value, list):
        return NO_FIELDS
    try:
        names = [item["name"] for item in value]
        types = [item.get("type") for item in value]
        segments = [segment for item in value for segment in item["selector"]]
        "".join(names), "".join(segments)
        connector.field_types.update(types)
    except (KeyError, TypeError, AttributeError):
        # a part of one is not what it should be: only the whole look tells what is left of them
        made = _all_fields(owner, at, value)
        for field in made:
            connector.field_types.add(field.type)
            connector.segments.update(field.selector or ())
        return Fields(len(made), any(field.twin != field.name for field in made), lambda: made)
    connector.segments.update(segments)
    return Fields(len(names), len(set(names)) < len(names), lambda: _all_fields(owner, at, value))


def _all_fields(owner: Resource | Webhook, at: Place, value: list[object]) -> list[Field]:
    twins = Twins()
    fields = []
    for index, item in enumerate(value):
        if not isinstance(item, dict):
            continue
        name = item.get("name")
        if not isinstance(name, str):
            continue
        raw = item.get("selector")
        type_ = item.get("type")
        fields.append(
            Field(
                owner,
                (*at, index),
                name,
                twins.name(name),
                type_ if isinstance(type_, str) else None,
                tuple(raw) if isinstance(raw, list) and all(isinstance(each, str) for each in raw) else None,
                item.get("multivalue") is True,
            )
        )
    return fields


def _operation(resource: Resource, at: Place, name: str, value: dict[str, object]) -> Operation:
    operation = Operation(resource, at, name, _text(value.get("method")))
    # most operations lack one or the other: a place is only made for what is there
    path, body = value.get("path"), value.get("bodyTemplate")
    if path is not None:
        operation.path = _template(operation, "path", "path", (*at, "path"), path)
    query, headers = value.get("queryParams"), value.get("headers")
    if query:
        operation.query = _named(operation, "query", (*at, "queryParams"), query)
    if headers:
        operation.headers = _named(operation, "header", (*at, "headers"), headers)
    if body is not None:
        operation.body = _template(operation, "body", "body", (*at, "bodyTemplate"), body)
    return operation
