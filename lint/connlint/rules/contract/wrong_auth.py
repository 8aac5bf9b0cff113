"""The credential goes where the contract's security schemes do not look for it.

Why: every request is refused.
Not flagged: auth methods that are not known here; schemes of other kinds beside one that fits; a key that the
contract takes in the query, where operations send such a parameter; a header that `headers` sets as well
(`conflicting-auth`); a token without a hole (`hardcoded-secret`).
Fix: none.
"""

from connlint.rule import Auth, Context, Iterator, Observation, Problem, SecurityScheme, Severity, rule


@rule(on=Auth, severity=Severity.WARNING)
def check(auth: Auth, context: Context) -> Iterator[Problem]:
    contract = context.evidence.contract
    name, token = auth.header_name, auth.token
    if contract is None or auth.method != "api_token" or name is None or token is None or "{{" in name.text:
        return
    schemes = list(contract.security_schemes.values())
    places = [_place(scheme) for scheme in schemes]
    if not schemes or "" in places or _is_sent(schemes, context):
        return
    if any(header.name.lower() == name.text.lower() for header in auth.service.headers):
        return
    wanted = [scheme for scheme in schemes if (scheme.header or "").lower() == name.text.lower()]
    words = "; ".join(f"{scheme.name}: {scheme.type} {scheme.scheme or scheme.key}" for scheme in schemes[:3])
    seen = Observation("contract", context.evidence.contract_name, "/components/securitySchemes", words)
    if not wanted:
        listed = " or ".join(dict.fromkeys(places))
        yield Problem(
            name.text_at,
            f"the contract takes the credential in {listed}, not in the header {name.text}",
            evidence=[seen],
        )
        return
    prefixes = {"bearer": "Bearer ", "basic": "Basic "}
    needed = {prefixes.get(scheme.scheme, "") if scheme.type == "http" else "" for scheme in wanted}
    if "{{" not in token.text:
        return
    if not any(token.text.lower().startswith(prefix.lower()) for prefix in needed):
        prefix = min(needed)
        bare = token.text.lstrip().startswith("{{")
        credential = "{{" + token.text.partition("{{")[2]
        yield Problem(
            token.text_at,
            f"the contract takes `{prefix}…` in {name.text}, and this sends "
            + ("the bare credential" if bare else "something else before the credential"),
            evidence=[seen],
            help=f'put "{prefix}{credential}" here',
        )


def _place(scheme: SecurityScheme) -> str:
    """Where a credential of the scheme travels, "" where that is not known."""
    if scheme.header:
        return f"the header {scheme.header}"
    return {"query": f"the query parameter {scheme.key}", "cookie": "a cookie"}.get(scheme.location, "")


def _is_sent(schemes: list[SecurityScheme], context: Context) -> bool:
    """Whether an operation sends a key in the query as one of the schemes wants it."""
    keys = {scheme.key for scheme in schemes if scheme.location == "query"}
    return any(query.name in keys for operation in context.connector.operations for query in operation.query)
