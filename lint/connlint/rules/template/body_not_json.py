"""A body template is not JSON, whatever its holes are filled with.

Why: the content type promises JSON, and the vendor refuses anything else. A hole may stand for a value, in a
string, in a key or in a number; what is wrong is the text between the holes.
Not flagged: an empty template (the request has no body); what was meant as a hole and is none
(`malformed-hole`); a body that is no JSON only while an optional value is absent (`optional-breaks-body`).
Fix: none; where one comma or bracket is missing, several places are often plausible.
"""

from connlint.rule import Iterator, Problem, Severity, Template, pattern, rule

TOKEN = pattern(r'"(?:[^"\\\n]|\\.){0,60}"|\w{1,60}')


@rule(on=Template, severity=Severity.ERROR)
def check(template: Template) -> Iterator[Problem]:
    body = template.body if template.role == "body" else None
    if body is None or body.error is None or template.body_kind != "json":
        return
    text = template.text
    # at the end of the text nothing is left to mark: its last character is
    start = min(body.error_at, len(text.rstrip()) - 1)
    token = TOKEN.match(text, start)
    related = []
    if body.opened_at is not None:
        related.append((template.text_at.chars(body.opened_at, body.opened_at + 1), "opens here"))
    operation = template.operation
    untold = operation is not None and operation.content_type is None and text.lstrip()[0] not in '{["'
    yield Problem(
        template.text_at.chars(start, token.end() if token is not None else start + 1),
        f"the body is not JSON: {body.error} ({_where(text, start)})",
        related=related,
        help="without a content type a body is taken for JSON: say what it is sent as" if untold else None,
    )


def _where(text: str, at: int) -> str:
    """An offset into the template's text as people count."""
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return f"line {line}, column {column} of it" if "\n" in text else f"column {column} of it"
