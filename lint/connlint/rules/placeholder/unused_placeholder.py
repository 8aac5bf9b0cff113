"""A placeholder is declared, and no template uses it.

Why: the platform asks the user for a value and then drops it; usually the template lost its hole.
Not flagged: one of an `endpoint` that a template of the resource's operations uses; one of `auth.params`
that a header uses; one that an undeclared or half-written hole shows to be misspelt
(`undeclared-placeholder`, `malformed-hole`).
Fix: none; removing the declaration and adding the hole are both plausible.
"""

from connlint.rule import Iterator, Placeholder, Problem, Severity, explained, is_used, rule

PLACES = {"path": "the path", "endpoint": "the endpoint", "query": "the query", "header": "the header"}


@rule(on=Placeholder, severity=Severity.WARNING)
def check(placeholder: Placeholder) -> Iterator[Problem]:
    if is_used(placeholder):
        return
    name, template = placeholder.name, placeholder.owner
    if template.scope.get(name) is not placeholder or explained(placeholder):
        return
    place = PLACES.get(template.role, "the body" if template.role == "body" else "a header")
    yield Problem(
        placeholder.name_at,
        f"`{name}` is asked for, and no template uses it",
        help=f"put its hole into {place}, or remove the declaration",
        related=[(template.text_at, f"has no {{{{{name}}}}}")],
        tags=("unnecessary",),
    )
