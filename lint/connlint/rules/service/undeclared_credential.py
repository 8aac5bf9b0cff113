"""A header uses a credential that nobody declares.

Why: the platform asks the user for what is declared, and sends the header with nothing in the hole.
A header of the service may use what it declares itself and what `auth.params` declares.
Not flagged: holes of an operation's headers, path, query or body (`undeclared-placeholder`); a header while
the declarations beside it cannot be read (`schema-violation`).
Fix: the declared name that the hole's is a misspelling of. Unsafe: it may be another one that is missing.
"""

from connlint.rule import (
    Auth,
    Fix,
    Hole,
    Iterator,
    Problem,
    Service,
    Severity,
    Template,
    nearest,
    replace_chars,
    rule,
)


@rule(on=Service, severity=Severity.ERROR)
def check(service: Service) -> Iterator[Problem]:
    auth = service.auth
    templates = [*service.headers, *(auth.params.values() if auth is not None else ())]
    used = {hole.name for template in templates for hole in template.holes}
    for template in templates:
        for hole in template.holes:
            if hole.placeholder is None and not _unread(template) and not _unread_auth(auth):
                yield _undeclared(hole, template, used)


def _undeclared(hole: Hole, template: Template, used: set[str]) -> Problem:
    declared = [name for name in template.scope if name not in used]
    near = nearest(hole.name, template.scope)
    message = f"`{hole.name}` is declared neither here nor in auth.params"
    if near is None:
        return Problem(
            hole.at,
            message,
            about=hole,
            help=f"declared there: {', '.join(f'`{name}`' for name in declared)}"
            if declared
            else f"declare it: auth.params.apiToken.token.placeholders with the name `{hole.name}`",
        )
    fixed = template.text[hole.start : hole.end].replace(hole.name, near)
    related = [(template.scope[near].name_at, "declared here")]
    return Problem(
        hole.at,
        f"{message}; `{near}` is",
        about=hole,
        related=related,
        fix=Fix(f"use {near}", replace_chars(hole.at, fixed)),
    )


def _unread(template: Template) -> bool:
    """Whether declarations stand there that the model could not take."""
    value = template.at.value
    written = value.get("placeholders") if isinstance(value, dict) else None
    return written is not None and (
        not isinstance(written, list) or len(written) != len(template.placeholders)
    )


def _unread_auth(auth: Auth | None) -> bool:
    return auth is not None and any(_unread(template) for template in auth.params.values())
