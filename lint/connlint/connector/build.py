"""Documents to the typed model. What has the wrong kind is left out, alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
from connlint.reading import MISSING, Document, Pointer
from connlint.source import Span
from connlint.text import nearest

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
    at: Pointer = ("service",)
    service = Service(connector, document, (document, at), _text(value.get("handle")))
    connector.service = service
    if not isinstance(inner, dict):
        return
    service.base_url = _template(service, "base", "baseURL", document, (*at, "baseURL"), inner.get("baseURL"))
    service.protocol = _text(inner.get("protocol"))
    service.content_type = _text(inner.get("contentType"))
    service.headers = _named(service, "header", document, (*at, "headers"), inner.get("headers"))
    auth = inner.get("auth")
    if isinstance(auth, dict):
        at = (*at, "auth")
        service.auth = Auth(service, (document, at), _text(auth.get("method")))
        params = auth.get("params")
        if isinstance(params, dict):
            _auth_params(service.auth, document, (*at, "params"), "", params, 0)


def _auth_params(
    auth: Auth, document: Document, at: Pointer, prefix: str, params: dict[str, object], depth: int
) -> None:
    """Every template below `params`, by its path; groups are walked, templates are not."""
    for name, value in params.items():
        path = f"{prefix}{name}"
        if isinstance(value, str) or (isinstance(value, dict) and "value" in value):
            template = _template(auth, "credential", path, document, (*at, name), value)
            if template is not None:
                auth.params[path] = template
        elif isinstance(value, dict) and depth < 4:
            _auth_params(auth, document, (*at, name), f"{path}.", value, depth + 1)


def _template(
    owner: Service | Auth | Resource | Operation,
    role: str,
    name: str,
    document: Document,
    at: Pointer,
    value: object,
) -> Template | None:
    """The template at `at`: a string, or an object with a text `value`; None for anything else."""
    if isinstance(value, str):
        return Template(owner, role, name, (document, at), value, wrapped=False)
    if not isinstance(value, dict):
        return None
    text = value.get("value")
    if not isinstance(text, str):
        return None
    template = Template(owner, role, name, (document, at), text, wrapped=True)
    placeholders = value.get("placeholders")
    if isinstance(placeholders, list):
        for index, item in enumerate(placeholders):
            if isinstance(item, dict) and isinstance(item.get("name"), str):
                options = item.get("options")
                template.placeholders.append(
                    Placeholder(
                        template,
                        (document, (*at, "placeholders", index)),
                        item["name"],
                        _text(item.get("type")),
                        _required(item)
                        or ("required" not in item and document.is_torn((*at, "placeholders", index))),
                        options if isinstance(options, list) else None,
                        _text(item.get("description")),
                    )
                )
    return template


def _required(item: dict[str, object]) -> bool:
    """Whether a placeholder is required.

    Where that cannot be read (`"required": "true"`, `"require": true`: schema-violation says so), it is
    taken to be, as where the text is broken: nothing that would follow from its being optional is then said.
    """
    value = item.get("required")
    if value is None:
        return any(inner is True and nearest(key, ("required",)) for key, inner in item.items())
    return value is not False


def _named(
    owner: Service | Operation, role: str, document: Document, at: Pointer, value: object
) -> list[Template]:
    """Templates of a mapping from names (headers, query parameters)."""
    if not isinstance(value, dict):
        return []
    found = [_template(owner, role, name, document, (*at, name), item) for name, item in value.items()]
    return [template for template in found if template is not None]


def _resource(
    connector: Connector, document: Document, index: int, value: dict[str, object], twins: Twins
) -> None:
    handle = value.get("handle")
    if not isinstance(handle, str):
        # an address needs a name; the place of the resource is the only one it has
        handle = f"[{index}]"
    resource = Resource(connector, document, (document, (index,)), handle, twins.name(handle))
    connector.resources.append(resource)
    resource.endpoint = _template(
        resource, "endpoint", "endpoint", document, (index, "endpoint"), value.get("endpoint")
    )
    resource.fields = _fields(connector, resource, document, (index, "fields"), value.get("fields"))
    operations = value.get("operations")
    if isinstance(operations, dict):
        for name, item in operations.items():
            if isinstance(item, dict):
                resource.operations.append(
                    _operation(resource, document, (index, "operations", name), name, item)
                )
    webhooks = value.get("webhooks")
    if isinstance(webhooks, list):
        seen = Twins()
        for place, item in enumerate(webhooks):
            if isinstance(item, dict) and isinstance(item.get("event"), str):
                event = item["event"]
                at: Pointer = (index, "webhooks", place)
                webhook = Webhook(resource, (document, at), event, seen.name(event), _text(item.get("path")))
                webhook.payload = _fields(connector, webhook, document, (*at, "payload"), item.get("payload"))
                resource.webhooks.append(webhook)


def _fields(
    connector: Connector, owner: Resource | Webhook, document: Document, at: Pointer, value: object
) -> Fields:
    if not isinstance(value, list) or not value:
        return NO_FIELDS
    try:
        names = [item["name"] for item in value]
        types = [item.get("type") for item in value]
        segments = [segment for item in value for segment in item["selector"]]
        "".join(names), "".join(segments)
        connector.field_types.update(types)
    except (KeyError, TypeError, AttributeError):
        # a part of one is not what it should be: only the whole look tells what is left of them
        made = _all_fields(owner, document, at, value)
        for field in made:
            connector.field_types.add(field.type)
            connector.segments.update(field.selector or ())
        return Fields(len(made), any(field.twin != field.name for field in made), lambda: made)
    connector.segments.update(segments)
    return Fields(len(names), len(set(names)) < len(names), lambda: _all_fields(owner, document, at, value))


def _all_fields(
    owner: Resource | Webhook, document: Document, at: Pointer, value: list[object]
) -> list[Field]:
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
                (document, (*at, index)),
                name,
                twins.name(name),
                type_ if isinstance(type_, str) else None,
                tuple(raw) if isinstance(raw, list) and _texts(raw) else None,
                item.get("multivalue") is True,
            )
        )
    return fields


def _texts(items: list[object]) -> bool:
    """Whether all of them are text."""
    for item in items:  # noqa: SIM110 - a generator costs more than the walk, and this is asked for each field
        if not isinstance(item, str):
            return False
    return True


def _operation(
    resource: Resource, document: Document, at: Pointer, name: str, value: dict[str, object]
) -> Operation:
    operation = Operation(resource, (document, at), name, _text(value.get("method")))
    operation.path = _template(operation, "path", "path", document, (*at, "path"), value.get("path"))
    operation.query = _named(operation, "query", document, (*at, "queryParams"), value.get("queryParams"))
    operation.headers = _named(operation, "header", document, (*at, "headers"), value.get("headers"))
    operation.body = _template(
        operation, "body", "body", document, (*at, "bodyTemplate"), value.get("bodyTemplate")
    )
    return operation
