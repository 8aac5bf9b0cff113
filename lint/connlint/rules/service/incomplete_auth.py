"""`api_token` lacks the token or the name of the header that carries it.

Why: the platform has nothing to send, or nowhere to send it, so every request goes out without a credential.
Not flagged: other methods; the published material says nothing about what they need. A part that is there
but of the wrong kind (`schema-violation`).
Fix: the name of a key that is a misspelling of the one that is missing. Unsafe: it may be a key of its own.
"""

from connlint.rule import (
    MISSING,
    Auth,
    Fix,
    Iterator,
    Location,
    Problem,
    Severity,
    nearest,
    rename_key,
    rule,
)

PARTS = {
    "token": 'what is sent, with its hole: {"value": "Bearer {{apiKey}}", "placeholders": […]}',
    "headerName": 'the header that carries the token: {"value": "Authorization"}',
}
GROUP = "an object of `token`, which is sent, and `headerName`, the header that carries it"


@rule(on=Auth, severity=Severity.ERROR)
def check(auth: Auth) -> Iterator[Problem]:
    if auth.method != "api_token":
        return
    params = auth.at / "params"
    token = params / "apiToken"
    if params.value is MISSING:
        yield Problem(
            auth.at / "method", "`api_token` lacks its `params`", help=f"params.apiToken is {GROUP}"
        )
    elif isinstance(params.value, dict) and token.value is MISSING:
        yield _lacks(params, "apiToken", GROUP)
    elif isinstance(token.value, dict):
        for part, what in PARTS.items():
            template = auth.params.get(f"apiToken.{part}")
            if template is not None and not template.text.strip():
                message = f"the `{part}` of `api_token` is empty"
                yield Problem(template.text_at, message, value=part, help=f"it is {what}")
            elif (token / part).value is MISSING:
                yield _lacks(token, part, what)


def _lacks(at: Location, part: str, what: str) -> Problem:
    """The object at `at` lacks a key; perhaps it has it misspelt."""
    keys = at.value if isinstance(at.value, dict) else {}
    near = nearest(part, keys)
    if near is None:
        return Problem(at.key, f"`api_token` lacks its `{part}`", value=part, help=f"it is {what}")
    message = f"`api_token` lacks its `{part}`; `{near}` is no key of it"
    fix = Fix(f"call it {part}", rename_key(at / near, part))
    return Problem((at / near).key, message, value=part, fix=fix)
