"""`auth` and `headers` set the same header to different values.

Why: only one of them arrives, and nothing published says which. If it is the one without its scheme
(`{{apiKey}}` for `Bearer {{apiKey}}`), every request is refused.
Not flagged: the same value in both places. An operation's own header, which overrides on purpose. A header
whose value is a credential (`hardcoded-secret`).
Fix: none; the contract's security scheme, where there is one, says which is right. Keep that one in
`auth.params.apiToken.token` and drop the header.
"""

from connlint.rule import (
    Context,
    Iterator,
    Observation,
    Problem,
    Service,
    Severity,
    Template,
    pattern,
    render_pointer,
    rule,
)

HOLE = pattern(r"\{\{\s*(\w+)\s*\}\}")
SCHEME = pattern(r"[A-Za-z][\w-]*[ \t]+\S")


@rule(on=Service, severity=Severity.WARNING, yields_to=("hardcoded-secret",))
def check(service: Service, context: Context) -> Iterator[Problem]:
    auth = service.auth
    if auth is None or auth.token is None or auth.header_name is None:
        return
    name = auth.header_name.text.strip()
    for header in service.headers:
        if header.name.lower() == name.lower() and _plain(header) != _plain(auth.token):
            wanted, evidence = _wanted(name, context)
            right = _right(name, wanted, header, auth.token)
            yield Problem(
                header.text_at,
                f"two different values for the header {header.name}",
                about=header,
                related=[
                    (auth.token.text_at, "`auth` sends this"),
                    (auth.header_name.text_at, "under this name"),
                ],
                evidence=evidence,
                help="keep one: "
                + (
                    f'put "{right.text}" into auth.params.apiToken.token, drop the header'
                    if right is header
                    else f'drop the header, `auth` sends the right one: "{right.text}"'
                    if right is auth.token
                    else "drop the header, or put its value into auth.params.apiToken.token"
                ),
            )


def _plain(template: Template) -> str:
    """The text with its holes written one way."""
    return HOLE.sub(r"{{\1}}", template.text).strip()


def _wanted(name: str, context: Context) -> tuple[str, list[Observation]]:
    """The scheme that the contract wants in this header ("" for none, "?" where unsaid), and the proof."""
    contract = context.evidence.contract
    schemes = contract.security_schemes.values() if contract is not None else ()
    fitting = [scheme for scheme in schemes if scheme.header and scheme.header.lower() == name.lower()]
    words = {_word(scheme.type, scheme.scheme) for scheme in fitting}
    if len(words) != 1:
        return "?", []
    word, scheme = words.pop(), fitting[0]
    if word:
        said = f"{scheme.type} {scheme.scheme}".rstrip() + f', so "{word.capitalize()} …" is the right one'
    else:
        said = f"an apiKey: {scheme.key} holds the bare key"
    seen = f"securitySchemes.{scheme.name} is {said}"
    return word, [
        Observation("contract", context.evidence.contract_name, render_pointer(scheme.pointer), seen)
    ]


def _word(kind: str, scheme: str) -> str:
    """The scheme with which a header's value begins; tokens of OAuth and OpenID Connect are bearer tokens."""
    if kind == "apiKey":
        return ""
    return scheme if kind == "http" else "bearer"


def _right(name: str, wanted: str, header: Template, token: Template) -> Template | None:
    """The one of the two that is right, None when that cannot be told."""
    if wanted == "?":
        # RFC 9110, section 11.6.2: the value of Authorization begins with its scheme
        if name.lower() != "authorization":
            return None
        fitting = [template for template in (header, token) if SCHEME.match(template.text)]
    else:
        fitting = [
            template
            for template in (header, token)
            if (template.text.lower().startswith(f"{wanted} ") if wanted else not SCHEME.match(template.text))
        ]
    return fitting[0] if len(fitting) == 1 else None
