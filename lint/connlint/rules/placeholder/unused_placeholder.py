"""A placeholder is declared, and no template uses it.

Why: the platform asks the user for a value and then drops it; usually the template lost its hole.
Not flagged: one of an `endpoint` that a template of the resource's operations uses; one of `auth.params`
that a header uses; one that an undeclared or half-written hole shows to be misspelt
(`undeclared-placeholder`, `malformed-hole`); one whose name no hole can take (`schema-violation`).
Yields to: `dropped-body-key`, where the contract's request has a key of that name.
Fix: none; removing the declaration and adding the hole are both plausible.
"""

from connlint.rule import (
    Connector,
    Iterator,
    Placeholder,
    Problem,
    Severity,
    explained,
    is_name,
    is_used,
    rule,
)

PLACES = {
    "path": "the path",
    "endpoint": "the endpoint or an operation",
    "query": "the query",
    "header": "the header",
    "body": "the body",
}


@rule(on=Connector, severity=Severity.WARNING, yields_to=("dropped-body-key",))
def check(connector: Connector) -> Iterator[Problem]:
    for placeholder in connector.placeholders:
        if placeholder.name not in placeholder.owner.hole_names and not is_used(placeholder):
            yield from _unused(placeholder)


def _unused(placeholder: Placeholder) -> Iterator[Problem]:
    """What is said of a placeholder that no hole takes."""
    name, template = placeholder.name, placeholder.owner
    if template.scope.get(name) is not placeholder or explained(placeholder) or not is_name(name):
        return
    place = PLACES.get(template.role, "a header")
    related = [(template.text_at, f"has no {{{{{name}}}}}")]
    advice = f"put its hole into {place}, or remove the declaration"
    operation = template.operation
    endpoint = operation.resource.endpoint if operation is not None else None
    if endpoint is not None and name in endpoint.hole_names and name in endpoint.scope:
        related.append((endpoint.scope[name].name_at, "the endpoint's own, which fills its hole"))
        advice = "remove this declaration: the endpoint declares the name itself"
    yield Problem(
        placeholder.name_at,
        f"`{name}` is asked for, and no template uses it",
        about=placeholder,
        help=advice,
        related=related,
        tags=("unnecessary",),
    )
