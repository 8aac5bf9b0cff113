"""Where a placeholder is declared and used, renaming it, and the outline of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from connlint.connector.model import Connector, Hole, Placeholder, Resource, Template
from connlint.connector.templates import is_name
from connlint.connector.usage import holes_of
from connlint.lsp.cursor import Spot, hole_at, hole_name_span, placeholder_at, template_at
from connlint.lsp.session import Checked
from connlint.reading import Document, Location
from connlint.reading.edits import replace_value
from connlint.reading.rewriting import CannotEdit, resolve
from connlint.record import record
from connlint.run import absolute
from connlint.source import Span


class CannotRename(Exception):
    """The name cannot be taken; the message is for people."""


def holes_at(connector: Connector, spot: Spot) -> tuple[Placeholder | None, list[Hole]]:
    """The placeholder that a spot is about, and all its holes; of an undeclared hole, those of its name."""
    placeholder = placeholder_at(connector, spot)
    if placeholder is not None:
        return placeholder, list(holes_of(placeholder))
    hole = hole_at(connector, spot)
    if hole is None:
        return None, []
    owner = hole.template.owner
    templates = list(getattr(owner, "templates", (hole.template,)))
    return None, [
        other
        for template in templates
        for other in template.holes
        if other.name == hole.name and other.placeholder is None
    ]


def definition(checked: Checked, spot: Spot) -> Location | None:
    """Where the placeholder under the cursor is declared."""
    placeholder = placeholder_at(checked.connector, spot)
    return placeholder.name_at if placeholder is not None else None


def references(checked: Checked, spot: Spot, *, declaration: bool) -> list[Location]:
    """Every place that uses the placeholder under the cursor."""
    placeholder, holes = holes_at(checked.connector, spot)
    found = [hole.at for hole in holes]
    if declaration and placeholder is not None:
        found.insert(0, placeholder.name_at)
    return found


def rename_span(checked: Checked, spot: Spot) -> tuple[Span, str] | None:
    """What a rename here would replace: the name under the cursor and its place."""
    hole = hole_at(checked.connector, spot)
    if hole is not None:
        return hole_name_span(hole), hole.name
    placeholder = placeholder_at(checked.connector, spot)
    if placeholder is None or placeholder.name_at.pointer != spot.pointer or spot.on_key:
        return None
    return placeholder.name_at.chars(0, len(placeholder.name)).span, placeholder.name


def rename(checked: Checked, spot: Spot, name: str, working: Path) -> dict[Path, list[tuple[Span, str]]]:
    """The edits that give the placeholder under the cursor another name, everywhere.

    Raises CannotRename where the name is none, or would be another placeholder's.
    """
    if rename_span(checked, spot) is None:
        raise CannotRename("there is no placeholder here")
    if not is_name(name):
        raise CannotRename(f"`{name}` is no name: letters, digits and `_`, a letter or `_` first")
    placeholder, holes = holes_at(checked.connector, spot)
    templates = {id(hole.template): hole.template for hole in holes}
    if placeholder is not None:
        templates[id(placeholder.owner)] = placeholder.owner
    old = placeholder.name if placeholder is not None else holes[0].name
    if name == old:
        return {}
    for template in templates.values():
        if name in template.hole_names or name in template.scope:
            raise CannotRename(f"`{name}` is taken at `{template.address}`")
    edits: dict[Path, dict[Span, str]] = {}
    for hole in holes:
        path = absolute(Path(hole.template.text_at.source.path), working)
        edits.setdefault(path, {})[hole_name_span(hole)] = name
    if placeholder is not None:
        path = absolute(Path(placeholder.at.source.path), working)
        try:
            for span, text in resolve(replace_value(placeholder.name_at, name)):
                edits.setdefault(path, {})[span] = text
        except CannotEdit:
            span = placeholder.name_at.chars(0, len(old)).span
            edits.setdefault(path, {})[span] = name
    return {path: sorted(found.items()) for path, found in edits.items()}


# --- outline


@record
class Symbol:
    """One thing of a document: its address's own part, its kind, its whole place and that of its name."""

    name: str
    detail: str
    kind: str
    whole: Span
    own: Span
    children: tuple[Symbol, ...] = ()


def symbols(checked: Checked, path: Path) -> list[Symbol]:
    """The outline of a file: service, resources, operations, fields, webhooks, by their addresses."""
    found: list[Symbol] = []
    connector = checked.connector
    documents = checked.documents(path)
    service = connector.service
    if service is not None and service.document in documents:
        children = [
            _symbol(template.address, "", "string", template.at)
            for template in service.templates
            if template.at.document is service.document
        ]
        found.append(_symbol("service", service.handle or "", "module", service.at, tuple(children)))
    found += [_resource(resource) for resource in connector.resources if resource.document in documents]
    return sorted(found, key=lambda item: item.whole)


def _resource(resource: Resource) -> Symbol:
    children = []
    for operation in resource.operations:
        inner = tuple(
            _symbol(
                template.address,
                "",
                "string",
                template.at,
                tuple(
                    _symbol(item.address, item.type or "", "variable", item.at, own=item.name_at)
                    for item in template.placeholders
                ),
            )
            for template in operation.templates
        )
        detail = f"{operation.method or ''} {operation.url_path}".strip()
        children.append(_symbol(operation.address, detail, "method", operation.at, inner))
    children += [
        _symbol(field.address, field.type or "", "field", field.at, own=field.at / "name")
        for field in resource.fields
    ]
    for webhook in resource.webhooks:
        payload = tuple(
            _symbol(field.address, field.type or "", "field", field.at, own=field.at / "name")
            for field in webhook.payload
        )
        children.append(
            _symbol(webhook.address, webhook.path or "", "event", webhook.at, payload, webhook.event_at)
        )
    return _symbol(
        resource.address,
        resource.endpoint.text if resource.endpoint is not None else "",
        "class",
        resource.at,
        tuple(children),
        resource.handle_at,
    )


def _symbol(
    name: str,
    detail: str,
    kind: str,
    at: Location,
    children: tuple[Symbol, ...] = (),
    own: Location | None = None,
) -> Symbol:
    whole = at.span
    if isinstance(at.pointer[-1] if at.pointer else 0, str):
        whole = Span(min(at.key.span.start, whole.start), whole.end)
    marked = own.span if own is not None else at.key.span
    if not (whole.start <= marked.start and marked.end <= whole.end):
        marked = Span(whole.start, whole.start)
    return Symbol(name, detail, kind, whole, marked, children)


def foldings(checked: Checked, path: Path) -> Iterator[Span]:
    """Parts to fold, each from its key: resources, operations, webhooks, their lists and templates."""
    for document in checked.documents(path):
        for at in _parts(checked.connector, document):
            start = at.key.span.start if at.pointer and isinstance(at.pointer[-1], str) else at.span.start
            yield Span(min(start, at.span.start), at.span.end)


def _parts(connector: Connector, document: Document) -> Iterator[Location]:
    service = connector.service
    if service is not None and service.document is document:
        yield service.at
        if service.auth is not None:
            yield service.auth.at
    for resource in connector.resources:
        if resource.document is not document:
            continue
        yield resource.at
        value = resource.at.value
        for key in ("fields", "operations", "webhooks"):
            if isinstance(value, dict) and value.get(key):
                yield resource.at / key
        for operation in resource.operations:
            yield operation.at
            yield from (template.at for template in operation.templates)
        yield from (webhook.at for webhook in resource.webhooks)


TOKEN_KINDS = ("variable", "parameter")
"""What is coloured: a hole, and the name of a declared placeholder."""


def tokens(checked: Checked, path: Path) -> Iterator[tuple[Span, str]]:
    """The holes of a file, and the names that are declared for them."""
    documents = checked.documents(path)
    for template in checked.connector.templates:
        if template.at.document not in documents:
            continue
        for hole in template.holes:
            yield hole.at.span, "variable"
        for placeholder in template.placeholders:
            yield placeholder.name_at.chars(0, len(placeholder.name)).span, "parameter"


_HOLE_BEFORE = re.compile(r"\{\{[ \t]*([A-Za-z_0-9]*)\Z")


def open_hole(text: str) -> str | None:
    """What has been typed of a hole's name at the end of a text; None outside a hole."""
    match = _HOLE_BEFORE.search(text)
    return match[1] if match is not None else None


def scope_at(checked: Checked, spot: Spot) -> Template | None:
    """The template whose scope holds at a spot."""
    return template_at(checked.connector, spot)
