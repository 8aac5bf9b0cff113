"""The credential goes where the contract's security schemes do not look for it.

Why: every request is refused.
Not flagged: auth methods that are not known here; schemes of other kinds (OAuth 2, a cookie) beside one that
fits; a header that `headers` sets as well (`conflicting-auth`).
Fix: none.
"""

from connlint.rule import Auth, Context, Iterator, Observation, Problem, Severity, rule


@rule(on=Auth, severity=Severity.WARNING)
def check(auth: Auth, context: Context) -> Iterator[Problem]:
    contract = context.evidence.contract
    name, token = auth.header_name, auth.token
    if contract is None or auth.method != "api_token" or name is None or token is None or "{{" in name.text:
        return
    schemes = list(contract.security_schemes.values())
    headers = [scheme.header for scheme in schemes if scheme.header]
    if not schemes or len(headers) < len(schemes):
        return
    if any(header.name.lower() == name.text.lower() for header in auth.service.headers):
        return
    wanted = [scheme for scheme in schemes if (scheme.header or "").lower() == name.text.lower()]
    words = "; ".join(f"{scheme.name}: {scheme.type} {scheme.scheme or scheme.key}" for scheme in schemes[:3])
    seen = Observation("contract", context.evidence.contract_name, "/components/securitySchemes", words)
    if not wanted:
        listed = " or ".join(dict.fromkeys(headers))
        yield Problem(
            name.text_at,
            f"the contract takes the credential in the header {listed}, not {name.text}",
            evidence=[seen],
        )
        return
    prefixes = {"bearer": "Bearer ", "basic": "Basic "}
    needed = {prefixes.get(scheme.scheme, "") if scheme.type == "http" else "" for scheme in wanted}
    if "" not in needed and not any(token.text.lower().startswith(prefix.lower()) for prefix in needed):
        prefix = min(needed)
        bare = token.text.lstrip().startswith("{{")
        credential = token.text if bare else "{{" + token.text.partition("{{")[2]
        yield Problem(
            token.text_at,
            f"the contract takes `{prefix}…` in {name.text}, and this sends "
            + ("the bare credential" if bare else "something else before the credential"),
            evidence=[seen],
            help=f'put "{prefix}{credential}" here' if "{{" in token.text else None,
        )
