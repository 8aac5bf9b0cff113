"""The authentication method is one the format does not know, and looks like one it does.

Why: a platform that does not know the method sends no credential, and connlint cannot check its parameters.
Not flagged: a method of another name. Only `api_token` is published, there are others, and what they need
is not known; they are not checked.
Fix: the method's known name. Unsafe: it may be a method that is not published.
"""

from connlint.rule import Auth, Fix, Iterator, Problem, Severity, nearest, replace_value, rule

KNOWN = ("api_token",)


@rule(on=Auth, severity=Severity.WARNING)
def check(auth: Auth) -> Iterator[Problem]:
    method = auth.method
    if method is None or method in KNOWN:
        return
    at = auth.at / "method"
    near = nearest(method, KNOWN)
    if near is not None:
        fix = Fix(f"make it {near}", replace_value(at, near))
        yield Problem(at, f"`{method}` is no method that is known; `{near}` is", value=method, fix=fix)
    elif auth.token is not None:
        yield Problem(
            at,
            f"the method is `{method}`, and the parameters are those of `api_token`",
            value=method,
            related=[(auth.token.at.parent.key, "what `api_token` takes")],
        )
