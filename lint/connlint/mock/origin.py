"""Who asks: a page of another site, in the browser of whoever runs the mock, must not drive it.

Such a page reaches loopback. It cannot hide where it comes from: its requests carry `Origin` (Fetch, 3.2) or
`Sec-Fetch-Site`, or, where its name was made to resolve to loopback, its own name as `Host`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from connlint.mock.received import Received

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})


def hosts_of(host: str) -> frozenset[str] | None:
    """The names that a server on this address is known by; None where it is not on loopback: any."""
    return LOOPBACK | {host} if host in ("127.0.0.1", "localhost", "::1") else None


def unknown_host(request: Received, hosts: frozenset[str] | None) -> str | None:
    """Why a request is for another host than this one; None where it is not."""
    host = name_of(request.header("host") or "")
    if hosts is None or host in hosts:
        return None
    return f"this is not served to {host or 'nobody'}: use the address that was printed"


def cross_site(request: Received) -> bool:
    """Whether a browser sends the request for a page that is not of this machine."""
    origin = request.header("origin")
    if origin is not None:
        return name_of(origin.partition("://")[2]) not in LOOPBACK
    return request.header("sec-fetch-site") == "cross-site"


def name_of(host: str) -> str:
    """A host without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()
