"""A body template is not JSON, whatever its holes are filled with.

Why: the content type promises JSON, and the vendor refuses anything else. A hole may stand for a value, in a
string, in a key or in a number; what is wrong is the text between the holes.
Not flagged: an empty template (the request has no body); what was meant as a hole and is none
(`malformed-hole`); a body that is no JSON only while an optional value is absent (`optional-breaks-body`). A
form, while the service says two different things about its bodies (`content-type-conflict`).
Fix: none; where one comma or bracket is missing, several places are often plausible.
"""

from connlint.rule import (
    Connector,
    Iterator,
    Problem,
    Severity,
    Template,
    inheriting_bodies,
    pattern,
    rule,
    service_type,
)

TOKEN = pattern(r'"(?:[^"\\\n]|\\.){0,60}"|\w{1,60}')
FORM = "this is a form"


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector) -> Iterator[Problem]:
    wrong = [
        template
        for template in connector.bodies
        if template.body is not None and template.body.error is not None and template.body_kind == "json"
    ]
    if not wrong:
        return
    inheriting = inheriting_bodies(connector)
    forms = [body for body in wrong if body in inheriting and _is_form(body)]
    service = service_type(connector)
    if service.at is not None and len(forms) > 1 and len(forms) == len(inheriting):
        wrong = [body for body in wrong if body not in forms]
        yield Problem(
            service.at,
            f"{len(forms)} bodies are forms, and this says that they are JSON",
            about=service.address,
            related=[(body.text_at, "is a form, for one") for body in forms[:1]],
            help='make it "application/x-www-form-urlencoded"; what sends JSON gets a header of its own',
        )
    for body in wrong:
        yield _no_json(body)


def _is_form(template: Template) -> bool:
    return template.body is not None and template.body.error == FORM


def _no_json(template: Template) -> Problem:
    """What is said of one body."""
    body, text, operation = template.body, template.text, template.operation
    assert body is not None
    # at the end of the text nothing is left to mark: its last character is
    start = min(body.error_at, len(text.rstrip()) - 1)
    token = TOKEN.match(text, start)
    related = []
    if body.opened_at is not None:
        related.append((template.text_at.chars(body.opened_at, body.opened_at + 1), "opens here"))
    advice = None
    if operation is not None and operation.content_type is None and text.lstrip()[0] not in '{["':
        advice = "without a content type a body is taken for JSON: say what it is sent as"
    elif _is_form(template):
        advice = "write it as JSON, or send it as application/x-www-form-urlencoded"
    return Problem(
        template.text_at.chars(start, token.end() if token is not None else start + 1),
        f"the body is not JSON: {body.error} ({_where(text, start)})",
        about=template,
        related=related,
        help=advice,
    )


def _where(text: str, at: int) -> str:
    """An offset into the template's text as people count."""
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return f"line {line}, column {column} of it" if "\n" in text else f"column {column} of it"
