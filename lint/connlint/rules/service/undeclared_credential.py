"""A header of the service uses a credential that nobody declares.

Why: the platform asks the user for what is declared, and sends the header with nothing in the hole.
A header of the service may use what it declares itself and what `auth.params` declares.
Not flagged: holes of an operation's headers, path, query or body (`undeclared-placeholder`); a header while
the declarations beside it cannot be read (`schema-violation`).
Fix: the declared name that the hole's is a misspelling of. Unsafe: it may be another one that is missing.
"""

from connlint.rule import (
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
    undeclared,
    unread,
)


@rule(on=Service, severity=Severity.ERROR)
def check(service: Service) -> Iterator[Problem]:
    credentials = list(service.auth.params.values()) if service.auth is not None else []
    for template in (*service.headers, *credentials):
        for hole in undeclared(template):
            if not any(unread(each) for each in (template, *credentials)):
                yield _undeclared(hole, template)


def _undeclared(hole: Hole, template: Template) -> Problem:
    message = f"nothing declares `{hole.name}`"
    near = nearest(hole.name, template.scope)
    if near is None:
        declared = ", ".join(f"`{name}`" for name in template.scope)
        where = "in auth.params.apiToken.token.placeholders"
        return Problem(
            hole.at,
            message,
            about=hole,
            help=f"declare it {where}" + (f", or use what is declared: {declared}" if declared else ""),
        )
    edits = [
        replace_chars(each.at, template.text[each.start : each.end].replace(each.name, near))
        for each in template.holes
        if each.name == hole.name
    ]
    return Problem(
        hole.at,
        message,
        about=hole,
        help=f"did you mean `{near}`?",
        related=[(template.scope[near].name_at, "declared here")],
        fix=Fix(f"write {{{{{near}}}}}", *edits),
    )
