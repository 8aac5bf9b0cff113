"""Documents to the typed model. What has the wrong kind is left out, alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from connlint.connector.addresses import Twins
from connlint.connector.model import (
    Auth,
    Connector,
    Field,
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
from connlint.reading import MISSING, Document, Location
from connlint.source import Span
from connlint.text import nearest

_TRIGGER = pattern(r"^[ \t]*(?:[*+-][ \t]+)?[*_]*Triggers on:[*_]*[ \t]*`?([^\s/`]+)/(\S+)", re.MULTILINE)
_AROUND = "`*\\.,;"
"""What may follow a trigger's name: emphasis, code, a hard line break, punctuation."""
_UNESCAPE = pattern(r"\\([!-/:-@\[-`{-~])")


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
                    _resource(connector, document, document / index, item, twins)
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
            at = page.place(match.start(1), match.start(2) + len(event))
            page.triggers.append(Trigger(at, _UNESCAPE.sub(r"\1", match[1]), _UNESCAPE.sub(r"\1", event)))
    connector.page = page


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _service(connector: Connector, document: Document, value: dict[str, object]) -> None:
    inner = value.get("service")
    at = document / "service"
    service = Service(connector, document, at, _text(value.get("handle")))
    connector.service = service
    if not isinstance(inner, dict):
        return
    service.base_url = _template(service, "base", "baseURL", at / "baseURL", inner.get("baseURL"))
    service.protocol = _text(inner.get("protocol"))
    service.content_type = _text(inner.get("contentType"))
    service.headers = _named(service, "header", at / "headers", inner.get("headers"))
    auth = inner.get("auth")
    if isinstance(auth, dict):
        service.auth = Auth(service, at / "auth", _text(auth.get("method")))
        params = auth.get("params")
        if isinstance(params, dict):
            _auth_params(service.auth, at / "auth" / "params", "", params, 0)


def _auth_params(auth: Auth, at: Location, prefix: str, params: dict[str, object], depth: int) -> None:
    """Every template below `params`, by its path; groups are walked, templates are not."""
    for name, value in params.items():
        path = f"{prefix}{name}"
        if isinstance(value, str) or (isinstance(value, dict) and "value" in value):
            template = _template(auth, "credential", path, at / name, value)
            if template is not None:
                auth.params[path] = template
        elif isinstance(value, dict) and depth < 4:
            _auth_params(auth, at / name, f"{path}.", value, depth + 1)


def _template(
    owner: Service | Auth | Resource | Operation, role: str, name: str, at: Location, value: object
) -> Template | None:
    """The template at `at`: a string, or an object with a text `value`; None for anything else."""
    if isinstance(value, str):
        return Template(owner, role, name, at, at, value)
    if not isinstance(value, dict):
        return None
    text = value.get("value")
    if not isinstance(text, str):
        return None
    template = Template(owner, role, name, at, at / "value", text)
    placeholders = value.get("placeholders")
    if isinstance(placeholders, list):
        for index, item in enumerate(placeholders):
            if isinstance(item, dict) and isinstance(item.get("name"), str):
                options = item.get("options")
                template.placeholders.append(
                    Placeholder(
                        template,
                        at / "placeholders" / index,
                        item["name"],
                        _text(item.get("type")),
                        _required(item),
                        options if isinstance(options, list) else None,
                        _text(item.get("description")),
                    )
                )
    return template


def _required(item: dict[str, object]) -> bool:
    """Whether a placeholder is required.

    Where that cannot be read (`"required": "true"`, `"require": true`: schema-violation says so), it is
    taken to be: nothing that would follow from its being optional is then said.
    """
    value = item.get("required")
    if value is None:
        return any(inner is True and nearest(key, ("required",)) for key, inner in item.items())
    return value is not False


def _named(owner: Service | Operation, role: str, at: Location, value: object) -> list[Template]:
    """Templates of a mapping from names (headers, query parameters)."""
    if not isinstance(value, dict):
        return []
    found = (_template(owner, role, name, at / name, item) for name, item in value.items())
    return [template for template in found if template is not None]


def _resource(
    connector: Connector, document: Document, at: Location, value: dict[str, object], twins: Twins
) -> None:
    handle = value.get("handle")
    if not isinstance(handle, str):
        # an address needs a name; the place of the resource is the only one it has
        handle = f"[{at.pointer[-1]}]" if at.pointer else "[0]"
    resource = Resource(connector, document, at, handle, twins.name(handle))
    connector.resources.append(resource)
    resource.endpoint = _template(resource, "endpoint", "endpoint", at / "endpoint", value.get("endpoint"))
    resource.fields = _fields(resource, at / "fields", value.get("fields"))
    operations = value.get("operations")
    if isinstance(operations, dict):
        for name, item in operations.items():
            if isinstance(item, dict):
                resource.operations.append(_operation(resource, at / "operations" / name, name, item))
    webhooks = value.get("webhooks")
    if isinstance(webhooks, list):
        seen = Twins()
        for index, item in enumerate(webhooks):
            if isinstance(item, dict) and isinstance(item.get("event"), str):
                event = item["event"]
                webhook = Webhook(
                    resource, at / "webhooks" / index, event, seen.name(event), _text(item.get("path"))
                )
                webhook.payload = _fields(webhook, webhook.at / "payload", item.get("payload"))
                resource.webhooks.append(webhook)


def _fields(owner: Resource | Webhook, at: Location, value: object) -> list[Field]:
    if not isinstance(value, list):
        return []
    twins = Twins()
    fields = []
    for index, item in enumerate(value):
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            continue
        name = item["name"]
        raw = item.get("selector")
        whole = isinstance(raw, list) and all(isinstance(segment, str) for segment in raw)
        fields.append(
            Field(
                owner,
                at / index,
                name,
                twins.name(name),
                _text(item.get("type")),
                tuple(raw) if whole and isinstance(raw, list) else None,
                item.get("multivalue") is True,
            )
        )
    return fields


def _operation(resource: Resource, at: Location, name: str, value: dict[str, object]) -> Operation:
    operation = Operation(resource, at, name, _text(value.get("method")))
    operation.path = _template(operation, "path", "path", at / "path", value.get("path"))
    operation.query = _named(operation, "query", at / "queryParams", value.get("queryParams"))
    operation.headers = _named(operation, "header", at / "headers", value.get("headers"))
    operation.body = _template(operation, "body", "body", at / "bodyTemplate", value.get("bodyTemplate"))
    return operation
