"""A header or a query parameter has a fixed value that looks like a credential.

Why: a value of random letters and digits, or any value of a header such as `X-Api-Key`, is rarely the same
for everyone; if it is a key, everyone who reads the connector has it.
Not flagged: ids of the UUID form, versions, dates and media types. A value that certainly is a credential
(`hardcoded-secret`).
Fix: none; if it is one, put a hole in its place. If it is not, an ignore with the reason keeps the next
reader from wondering.
"""

import re

from connlint.rule import (
    Connector,
    Iterator,
    Problem,
    Severity,
    Template,
    masked,
    pattern,
    rule,
)

LONG = pattern(r"[A-Za-z0-9=_-]{20,}")
CREDENTIAL_HEADER = pattern(
    r"(?:^|[-_])(?:(?:api|access|auth|private|secret|subscription)[-_]?(?:key|token)|secret|password)$",
    re.IGNORECASE,
)
CREDENTIAL_QUERY = pattern(
    r"(?:api[-_]?key|access[-_]?token|auth[-_]?token|client[-_]?secret|secret|password)$", re.IGNORECASE
)
SHORTEST = 8
NAMES_AND_FORMATS = frozenset({"user-agent", "accept", "content-type", "referer", "origin"})


@rule(on=Connector, severity=Severity.WARNING, yields_to=("hardcoded-secret",))
def check(connector: Connector) -> Iterator[Problem]:
    for header in connector.service.headers if connector.service is not None else ():
        yield from _judge(header)
    for operation in connector.operations:
        for template in (*operation.query, *operation.headers):
            yield from _judge(template)


def _judge(template: Template) -> Iterator[Problem]:
    if len(template.text) < SHORTEST or "{" in template.text:
        return
    value = _credential(template)
    if value:
        start = template.text.index(value)
        what = "header" if template.role == "header" else "query parameter"
        yield Problem(
            template.text_at.chars(start, start + len(value)),
            f"the {what} `{template.name}` is always `{masked(value)}`, which looks like a credential",
            about=template,
            help="if it is one, declare a placeholder in auth.params and put its hole here",
            tags=["secret"],
        )


def _credential(template: Template) -> str:
    """The part of the value that looks like a credential, or ""."""
    named = CREDENTIAL_HEADER if template.role == "header" else CREDENTIAL_QUERY
    value = template.text.strip()
    if named.search(template.name) and not any(char in value for char in " <>$/"):
        return value if any(char.isdigit() for char in value) else ""
    if template.name.lower() in NAMES_AND_FORMATS:
        return ""
    return next((found[0] for found in LONG.finditer(value) if _is_random(found[0])), "")


def _is_random(text: str) -> bool:
    """Whether letters and digits follow each other as they do in no word, name, version or UUID."""
    if not any(char.isdigit() for char in text) or len(set(text)) < 10:
        return False
    kinds = [0 if char.isdigit() else 1 if char.isupper() else 2 if char.islower() else 3 for char in text]
    switches = sum(kinds[at] != kinds[at - 1] for at in range(1, len(kinds)))
    return switches * 3 >= len(text) and text.count("-") + text.count("_") <= 2
