"""A body template is not a form, though its content type says so.

Why: `application/x-www-form-urlencoded` and `multipart/form-data` bodies are written as `name=value` pairs
joined by `&`. In anything else the vendor finds none of the parameters.
Not flagged: an empty template (the request has no body); empty pairs (`a=1&`), which every reader of forms
passes over; line breaks around `&`; a pair that is nothing but a hole. JSON, while the service says two
different things about its bodies (`content-type-conflict`).
Fix: none; the template and the content type are both plausible culprits.
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

WORD = pattern(r"[\w.-]{1,60}")


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector) -> Iterator[Problem]:
    wrong = [
        template
        for template in connector.bodies
        if template.body is not None
        and template.body.error is not None
        and template.body_kind in ("form", "multipart")
    ]
    if not wrong:
        return
    inheriting = inheriting_bodies(connector)
    json = [body for body in wrong if body in inheriting and body.text.lstrip()[:1] in "{["]
    service = service_type(connector)
    if service.at is not None and len(json) > 1 and len(json) == len(inheriting):
        wrong = [body for body in wrong if body not in json]
        yield Problem(
            service.at,
            f"{len(json)} bodies are JSON, and this says that they are forms",
            about=service.address,
            related=[(body.text_at, "is JSON, for one") for body in json[:1]],
            help='make it "application/json"; what sends a form gets a header of its own',
        )
    for body in wrong:
        yield _no_form(body)


def _no_form(template: Template) -> Problem:
    """What is said of one body."""
    body, operation = template.body, template.operation
    assert body is not None
    at = body.error_at
    word = WORD.match(template.text, at)
    said = operation.content_type if operation is not None else None
    return Problem(
        template.text_at.chars(at, word.end() if word is not None else at + 1),
        f"the body is no form: {body.error}",
        about=template,
        help=f"write it as `name=value` pairs joined by `&`, or send another content type than {said}",
    )
