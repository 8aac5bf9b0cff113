"""A body template is not a form, though its content type says so.

Why: `application/x-www-form-urlencoded` and `multipart/form-data` bodies are written as `name=value` pairs
joined by `&`. In anything else the vendor finds none of the parameters.
Not flagged: an empty template (the request has no body); empty pairs (`a=1&`), which every reader of forms
passes over; line breaks around `&`; a pair that is nothing but a hole.
Fix: none; the template and the content type are both plausible culprits.
"""

from connlint.rule import Iterator, Problem, Severity, Template, pattern, rule

WORD = pattern(r"[\w.-]{1,60}")


@rule(on=Template, severity=Severity.ERROR)
def check(template: Template) -> Iterator[Problem]:
    body = template.body if template.role == "body" else None
    if body is None or body.error is None or template.body_kind not in ("form", "multipart"):
        return
    at = body.error_at
    word = WORD.match(template.text, at)
    operation = template.operation
    said = operation.content_type if operation is not None else None
    yield Problem(
        template.text_at.chars(at, word.end() if word is not None else at + 1),
        f"the body is no form: {body.error}",
        help=f"write it as `name=value` pairs joined by `&`, or send another content type than {said}",
    )
