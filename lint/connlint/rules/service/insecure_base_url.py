"""The base URL is http, so requests and their credentials travel in the clear.

Why: whoever is on the way reads the API key of every request, and most vendors answer http with a redirect
that drops a POST's body.
Not flagged: an address of the machine itself (`localhost`, `127.0.0.1`, `[::1]`).
Fix: https, where `protocol` says that it was meant. Unsafe: whether the vendor serves it is not known here.
"""

import re

from connlint.rule import (
    Fix,
    Iterator,
    Problem,
    Service,
    Severity,
    pattern,
    replace_chars,
    rule,
)

LOCAL = pattern(r"http://(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?=[:/]|\Z)", re.IGNORECASE)


@rule(on=Service, severity=Severity.WARNING)
def check(service: Service) -> Iterator[Problem]:
    base = service.base_url
    if base is None or base.text[:7].lower() != "http://" or LOCAL.match(base.text):
        return
    scheme = base.text_at.chars(0, 4)
    meant = (service.protocol or "").lower() == "https"
    yield Problem(
        scheme,
        "`baseURL` is http: credentials travel in the clear",
        about=base,
        related=[(service.at / "protocol", "this says https")] if meant else (),
        help=None if meant else "use https if the vendor serves it",
        fix=Fix("make it https", replace_chars(scheme, "https")) if meant else None,
    )
