"""Which hole takes which declaration: the questions that several rules ask, answered once.

A hole that nothing declares and a declaration that no hole takes are often one mistake, seen from its two
ends (`{{batchid}}` and `batch_id`). `intended` pairs them, so that one finding speaks of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from connlint.connector.model import (
    Connector,
    Hole,
    Node,
    Operation,
    Placeholder,
    Resource,
    Template,
    body_kind,
)
from connlint.patterns import pattern
from connlint.reading import Location
from connlint.text import nearest

_NO_NAME = pattern(r"[^A-Za-z0-9_]+")
MANY = 50_000
"""Comparisons of names in one connector, past which none is taken for another's misspelling."""


class Intended(NamedTuple):
    """The declaration that a piece of template text means. `start` is the text's offset; `sure` says that
    the names show it, else they are merely the only two without a partner."""

    start: int
    placeholder: Placeholder
    sure: bool


class Pairs:
    """What the holes and the declarations of one connector have to do with each other, found once.

    `lent` are the ids of placeholders that a template takes which does not declare them itself; `intended`
    what the undeclared and half-written holes of a template (its id) mean, and `meant` the ids of all that
    they mean; `loose` the owner (its id) and name of undeclared holes.
    """

    __slots__ = ("intended", "lent", "loose", "meant")

    def __init__(self, connector: Connector) -> None:
        self.lent: set[int] = set()
        self.intended: dict[int, list[Intended]] = {}
        self.meant: set[int] = set()
        self.loose: set[tuple[int, str]] = set()
        puzzling = list(connector.templates_with_malformed_holes)
        for template in connector.templates_with_holes:
            scope = template.scope
            for name in template.hole_names:
                placeholder = scope.get(name)
                if placeholder is None:
                    self.loose.add((id(template.owner), name))
                elif placeholder.owner is not template:
                    self.lent.add(id(placeholder))
            if not template.hole_names <= scope.keys() and not template.malformed:
                puzzling.append(template)
        compared = 0
        for template in puzzling:
            compared += len(template.scope)
            found = self._intended(template, near=compared < MANY)
            self.intended[id(template)] = found
            self.meant.update(id(item.placeholder) for item in found)

    def _intended(self, template: Template, *, near: bool) -> list[Intended]:
        """See `intended`. Without `near` no name is taken for a misspelling of another."""
        spots = [(hole.start, hole.name) for hole in undeclared(template)]
        # two braces and no more, somewhere in a text, mean no declaration in particular
        spots += [
            (item.start, item.name) for item in template.malformed if item.name or item.problem == "empty"
        ]
        spots.sort()
        scope = template.scope
        near = near and len(spots) * len(scope) < MANY
        free = {
            name: item
            for name, item in (scope if near else template.declared).items()
            if name not in item.owner.hole_names and id(item) not in self.lent
        }
        found: list[Intended] = []
        left: list[int] = []
        for start, name in spots:
            meant = _named(name, scope)
            if meant is None and name and near:
                meant = nearest(name, free)
            if meant is None:
                left.append(start)
            else:
                found.append(Intended(start, scope[meant], True))
                free.pop(meant, None)
        own = [item for item in free.values() if item.owner is template]
        if len(left) == 1 and len(own) == 1:
            found.append(Intended(left[0], own[0], False))
        return found


def users(placeholder: Placeholder) -> Iterator[Template]:
    """Every template that may take the placeholder, its own first."""
    yield placeholder.owner
    owner = placeholder.owner.owner
    if isinstance(owner, Resource):
        for operation in owner.operations:
            yield from operation.templates
    elif placeholder.owner.role == "credential":
        service = placeholder.connector.service
        if service is not None:
            yield from service.templates
        for operation in placeholder.connector.operations:
            yield from operation.headers


def holes_of(placeholder: Placeholder) -> Iterator[Hole]:
    """The holes that the placeholder fills, in its own template and in those that it is lent to."""
    name = placeholder.name
    shared = placeholder.owner.role in ("endpoint", "credential")
    lent = shared and id(placeholder) in _pairs(placeholder.connector).lent
    for template in users(placeholder) if lent else (placeholder.owner,):
        if name in template.hole_names and template.scope.get(name) is placeholder:
            for hole in template.holes:
                if hole.name == name:
                    yield hole


def is_used(placeholder: Placeholder) -> bool:
    """Whether some hole takes it. A twin of the same list counts as used where the first one is."""
    if placeholder.name in placeholder.owner.hole_names:
        return True
    if placeholder.owner.role not in ("endpoint", "credential"):
        return False
    return id(placeholder) in _pairs(placeholder.connector).lent


def _pairs(connector: Connector) -> Pairs:
    """The connector's, made when first asked for."""
    found: Pairs | None = connector.__dict__.get("pairs")
    if found is None:
        found = connector.__dict__["pairs"] = Pairs(connector)
    return found


def undeclared(template: Template) -> list[Hole]:
    """The holes that nothing in scope declares, the first of each name."""
    if not template.has_undeclared:
        return []
    found: dict[str, Hole] = {}
    for hole in template.holes:
        if hole.name not in template.scope:
            found.setdefault(hole.name, hole)
    return list(found.values())


def unread(template: Template) -> bool:
    """Whether declarations stand in the template's scope that the model could not take."""
    templates = [template]
    if isinstance(template.owner, Operation):
        resource = template.owner.resource
        if resource.endpoint is not None:
            templates.append(resource.endpoint)
        elif isinstance(written := resource.at.value, dict) and "endpoint" in written:
            return True
    return any(_unread(each) for each in templates)


def _unread(template: Template) -> bool:
    value = template.at.value
    written = value.get("placeholders") if isinstance(value, dict) else None
    if isinstance(value, dict) and written is None:
        # a misspelt `placeholders`: schema-violation has said so
        return any(isinstance(item, list) for item in value.values())
    return written is not None and not (
        isinstance(written, list) and len(written) == len(template.placeholders)
    )


def intended(template: Template) -> list[Intended]:
    """The declarations that undeclared and half-written holes of the template mean, as far as that shows.

    A half-written hole of a declared name means that. Else an undeclared name means the declaration that it
    is a misspelling of; and where one such name and one declaration without a hole are left over in the
    template, each is taken for the other.
    """
    return _pairs(template.connector).intended.get(id(template), [])


def _named(name: str, scope: Mapping[str, Placeholder]) -> str | None:
    """The declared name that a hole's text spells, its stray characters aside."""
    if name in scope:
        return name
    tidy = _NO_NAME.sub("_", name)
    return tidy if tidy in scope else None


def explained(placeholder: Placeholder) -> bool:
    """Whether an undeclared or half-written hole shows what became of an unused placeholder.

    That is so where one means it, or where a neighbouring template uses its name without declaring it.
    """
    pairs = _pairs(placeholder.connector)
    if id(placeholder) in pairs.meant:
        return True
    operation = placeholder.owner.operation
    if operation is None:
        return False
    name = placeholder.name
    return (id(operation), name) in pairs.loose or (id(operation.resource), name) in pairs.loose


def nodes(connector: Connector) -> Iterator[Node]:
    """Every node of a connector that stands in a document: the service's, then the resources'."""
    service = connector.service
    if service is not None:
        yield service
        if service.auth is not None:
            yield service.auth
        for template in service.templates:
            yield from (template, *template.placeholders)
    for resource in connector.resources:
        yield from (resource, *resource.fields, *resource.operations)
        for template in resource.templates:
            yield from (template, *template.placeholders)
        for webhook in resource.webhooks:
            yield from (webhook, *webhook.payload)


class ServiceType(NamedTuple):
    """Where the service says what bodies are, and the address of that. `at` is None where two places of the
    service say different things, or none says anything."""

    at: Location | None
    address: str


def service_type(connector: Connector) -> ServiceType:
    """The content type of every operation that has none of its own."""
    service = connector.service
    said = connector.content_type or ""
    if service is None or not said:
        return ServiceType(None, "")
    headers = [header for header in service.headers if header.name.lower() == "content-type"]
    if not headers:
        return ServiceType(service.at / "contentType", "service.contentType")
    if service.content_type is not None and body_kind(service.content_type) != body_kind(said):
        return ServiceType(None, "")
    return ServiceType(headers[0].text_at, headers[0].address)


def inheriting_bodies(connector: Connector) -> list[Template]:
    """The bodies that are sent with the service's content type."""
    return [
        operation.body
        for operation in connector.operations
        if operation.body is not None and operation.own_content_type is None
    ]
