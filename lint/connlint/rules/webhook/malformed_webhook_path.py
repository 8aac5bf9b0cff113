"""A webhook's path is no URL path.

Why: the vendor posts to it; with a query, a blank or a hole in it no delivery arrives.
Not flagged: percent-encoded characters.
Fix: none.
"""

from connlint.rule import (
    Iterator,
    Problem,
    Severity,
    Webhook,
    pattern,
    rule,
)

_PLAIN = pattern(r"/[\w/.~%@-]*")
_WRONG = pattern(r"(?P<hole>\{\{.*?\}\})|(?P<query>[?#].*)|(?P<blank>\s)|(?P<host>^[a-z][a-z0-9+.-]*://)")
_WORDS = {
    "hole": "a hole: nothing fills it when a delivery arrives",
    "query": "a query or a fragment, which is no part of a path",
    "blank": "a blank, which no URL holds",
    "host": "a host; the platform puts its own before it",
}


@rule(on=Webhook, severity=Severity.ERROR)
def check(webhook: Webhook) -> Iterator[Problem]:
    path = webhook.path
    if path is None or _PLAIN.fullmatch(path):
        return
    match = _WRONG.search(path)
    if match is not None and match.lastgroup is not None:
        start, end = match.span()
        yield Problem(
            (webhook.at / "path").chars(start, end), f"the path holds {_WORDS[match.lastgroup]}", value=path
        )
    elif not path.startswith("/"):
        yield Problem(webhook.at / "path", "a webhook's path starts with `/`", value=path)
