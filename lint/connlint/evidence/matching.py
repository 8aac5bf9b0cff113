"""Which operation of the vendor's contract an operation of the connector is.

A connector's URL is base URL + endpoint + path; the contract's is server + path. Where both name a path
of their own (`/v1`, `/api`), that is taken off or put on before the two are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from connlint.patterns import pattern

if TYPE_CHECKING:
    from connlint.connector.model import Connector, Operation
    from connlint.evidence.contract import Contract, ContractOperation

_HOLE: Final = pattern(r"\{\{[^{}]*\}\}")


def contract_path(operation: Operation, contract: Contract) -> str:
    """The operation's path as the contract would write it, holes as `{}`.

    Of the ways to read it (below a server's path, with the base path, without) the first that the contract
    has, else the first.
    """
    shape = operation.url_shape
    whole = whole_path(operation)
    base = whole.removesuffix(shape) if shape != "/" else whole
    servers = [server_path(url) for url in contract.servers]
    ways = [shape] if base in servers or not servers else []
    ways += [
        whole[len(server) :] or "/"
        for server in sorted(servers, key=len, reverse=True)
        if server and (whole == server or whole.startswith(f"{server}/"))
    ]
    ways += [shape, whole]
    return next((way for way in ways if contract.methods(way)), ways[0])


def whole_path(operation: Operation) -> str:
    """The path of the operation's URL, the base URL's own included, holes as `{}`."""
    base = _HOLE.sub("{}", operation.connector.base_path)
    shape = operation.url_shape
    return f"{base}{'' if shape == '/' and base else shape}"


def server_path(url: str) -> str:
    """The path part of a server's URL, without a trailing slash; "" for none."""
    rest = url.partition("://")[2] if "://" in url else url
    rest = rest.partition("?")[0].partition("#")[0]
    slash = rest.find("/")
    return "" if slash < 0 else rest[slash:].rstrip("/")


def matched(operation: Operation, contract: Contract) -> ContractOperation | None:
    """The contract's operation with that method and path, None where it has none."""
    if operation.method is None:
        return None
    return contract.operation(operation.method, contract_path(operation, contract))


def sent_type(operation: Operation) -> str:
    """The media type that the operation's body is sent as, without parameters."""
    return (operation.content_type or "application/json").partition(";")[0].strip().lower()


def fits(operation: Operation, known: ContractOperation) -> bool:
    """Whether the contract takes what the operation sends: its body's content type."""
    if operation.body is None or not known.bodies:
        return True
    sent = sent_type(operation)
    return "{{" in sent or any(admits(media, sent) for media in known.bodies)


def admits(media: str, sent: str) -> bool:
    """Whether a media type (or range) of the contract admits a content type. One kind of JSON admits another:
    vendors read `application/json` where they write `application/vnd.vendor+json`."""
    media = media.partition(";")[0].strip().lower()
    if media in ("*/*", sent):
        return True
    return (media.endswith("/*") and sent.startswith(media[:-1])) or (_is_json(media) and _is_json(sent))


def _is_json(media: str) -> bool:
    return media == "application/json" or media.endswith("+json")


def contract_fits_connector(
    connector: Connector,
    contract: Contract,
    path_of: Callable[[Operation, Contract], str] = contract_path,
) -> bool:
    """Whether the contract is this connector's: at least a fifth of its operations have a path in it.

    `path_of` is `contract_path`, or what remembers it.
    """
    operations = [item for item in connector.operations if item.method is not None]
    if len(operations) < 2:
        return True
    found = sum(bool(contract.methods(path_of(item, contract))) for item in operations)
    return found * 5 >= len(operations)


def misplaced(connector: Connector, contract: Contract) -> tuple[str, ...]:
    """The contract's servers on the base URL's host, where every request goes to another path than theirs;
    none where some request does not, where hosts differ, or where a hole or a variable is part of a URL."""
    service = connector.service
    base = service.base_url.text if service is not None and service.base_url is not None else ""
    if not base or "{{" in base:
        return ()
    found: dict[str, None] = {}
    for operation in connector.operations:
        known = matched(operation, contract)
        if known is None:
            continue
        near = [url for url in known.servers if _host(url) == _host(base)]
        whole = whole_path(operation)
        if not near or _has_variables(contract) or any(_leads(whole, url, known) for url in near):
            return ()
        found.update(dict.fromkeys(near))
    return tuple(found)


def _leads(path: str, server: str, known: ContractOperation) -> bool:
    """Whether a URL's path is the contract's operation below a server."""
    base = server_path(server)
    below = path[len(base) :] if path.startswith(f"{base}/") else ""
    return bool(below) and known.path in known.contract.matches(below)


def _has_variables(contract: Contract) -> bool:
    """Whether a server's URL depends on variables: then their values only the user knows."""
    servers = contract.value.get("servers")
    return any(
        isinstance(server, dict) and "{" in str(server.get("url"))
        for server in (servers if isinstance(servers, list) else ())
    )


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].lower()
