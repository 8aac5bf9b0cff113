"""A credential stands in the connector where a placeholder belongs.

Why: everyone who reads the connector has the key, and every user of it acts as the same account.
What is recognised: keys of a known shape (`sk-…`, `ghp_…`, `AKIA…`, a JSON Web Token, …) in any template; a
name and password in the base URL; a fixed value in a header that carries credentials: `Authorization`, the
header that `auth` or the contract's security scheme names.
Not flagged: samples (`sk-xxxx…`, keys with EXAMPLE in them).
Fix: none; revoke the key, declare a placeholder in `auth.params` and put its hole here.
"""

from connlint.rule import (
    Connector,
    Context,
    Iterator,
    Problem,
    Severity,
    Template,
    credentials_in,
    masked,
    pattern,
    rule,
)

USER_AND_PASSWORD = pattern(r"//([^/@:\s{}]+:[^/@\s{}]+)@")
CARRIERS = frozenset({"authorization", "proxy-authorization"})
SCHEMES = frozenset({"", "bearer", "basic", "token", "apikey"})
HELP = "revoke it, declare a placeholder in auth.params, and put its hole here"


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector, context: Context) -> Iterator[Problem]:
    seen: set[Template] = set()
    # one search over all texts: almost always nothing is found
    if credentials_in(connector.text):
        for template in connector.templates:
            for found in credentials_in(template.text):
                seen.add(template)
                yield Problem(
                    template.text_at.chars(found.start, found.end),
                    f"{found.kind} (`{masked(template.text[found.start : found.end])}`) is written "
                    "into the connector",
                    about=template,
                    help=HELP,
                    tags=["secret"],
                )
    for template in _fixed(connector, context):
        if template not in seen:
            where = f"`{template.name}`" if template.role == "header" else "the token that `auth` sends"
            yield Problem(
                template.text_at,
                f"{where} is a fixed credential: every user of the connector acts as the same account",
                about=template,
                help=HELP,
                tags=["secret"],
            )
    base = connector.service.base_url if connector.service is not None else None
    if base is not None and (match := USER_AND_PASSWORD.search(base.text)):
        yield Problem(
            base.text_at.chars(*match.span(1)),
            "a user name and password are written into `baseURL`",
            about=base,
            help=HELP,
            tags=["secret"],
        )


def _fixed(connector: Connector, context: Context) -> Iterator[Template]:
    """Headers and tokens that carry a credential, and have no hole to put it in."""
    service = connector.service
    carriers = set(CARRIERS)
    if context.evidence.contract is not None:
        schemes = context.evidence.contract.security_schemes.values()
        carriers |= {scheme.header.lower() for scheme in schemes if scheme.header}
    auth = service.auth if service is not None else None
    if auth is not None and auth.header_name is not None:
        carriers.add(auth.header_name.text.strip().lower())
    if auth is not None and auth.token is not None and _is_fixed(auth.token):
        yield auth.token
    headers = [header for operation in connector.operations for header in operation.headers]
    for header in [*(service.headers if service is not None else ()), *headers]:
        if header.name.lower() in carriers and _is_fixed(header):
            yield header


def _is_fixed(template: Template) -> bool:
    """Whether a value has no hole (nor a try at one), and more than the name of a scheme."""
    return "{" not in template.text and template.text.strip().lower() not in SCHEMES
