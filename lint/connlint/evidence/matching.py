"""Which operation of the vendor's contract an operation of the connector is.

A connector's URL is base URL + endpoint + path; the contract's is server + path. Where both name a path
of their own (`/v1`, `/api`), that is taken off or put on before the two are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connlint.connector.model import Connector, Operation
    from connlint.evidence.contract import Contract, ContractOperation


def contract_path(operation: Operation, contract: Contract) -> str:
    """The operation's path as the contract would write it, holes as `{}`."""
    shape = operation.url_shape
    base = operation.connector.base_path
    servers = [server_path(url) for url in contract.servers]
    if not base or base in servers or not contract.servers:
        return shape
    whole = f"{base}{'' if shape == '/' else shape}"
    for server in sorted(servers, key=len, reverse=True):
        if server and (whole == server or whole.startswith(f"{server}/")):
            return whole[len(server) :] or "/"
    if contract.methods(shape):
        return shape
    return whole if contract.methods(whole) else shape


def server_path(url: str) -> str:
    """The path part of a server's URL, without a trailing slash; "" for none."""
    rest = url.partition("://")[2] if "://" in url else url
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
    """Whether a media type (or range) of the contract admits a content type."""
    media = media.partition(";")[0].strip().lower()
    if media in ("*/*", sent):
        return True
    return media.endswith("/*") and sent.startswith(media[:-1])


def contract_fits_connector(connector: Connector, contract: Contract) -> bool:
    """Whether the contract is this connector's: at least a fifth of its operations have a path in it."""
    operations = [item for item in connector.operations if item.method is not None]
    if len(operations) < 2:
        return True
    found = sum(bool(contract.methods(contract_path(item, contract))) for item in operations)
    return found * 5 >= len(operations)
