"""`protocol` names another scheme than the base URL has.

Why: requests go where `baseURL` says; whoever reads `protocol` is told something else.
Not flagged: a `protocol` that is no URL scheme. A base URL whose http is the mistake (`insecure-base-url`).
Fix: the base URL's scheme. Unsafe: the base URL may be the one that is wrong.
"""

from connlint.rule import Fix, Iterator, Problem, Service, Severity, replace_value, rule


@rule(on=Service, severity=Severity.WARNING, yields_to=("insecure-base-url",))
def check(service: Service) -> Iterator[Problem]:
    base, protocol = service.base_url, service.protocol
    if base is None or protocol is None:
        return
    scheme, separator, _ = base.text.partition("://")
    said, used = protocol.lower().removesuffix("://").removesuffix(":"), scheme.lower()
    if separator and {said, used} == {"http", "https"}:
        at = service.at / "protocol"
        yield Problem(
            at,
            f"`protocol` says {said}, but `baseURL` is {used}",
            about=base,
            related=[(base.text_at.chars(0, len(scheme)), "requests go this way")],
            fix=Fix(f"make it {used}", replace_value(at, used)),
        )
