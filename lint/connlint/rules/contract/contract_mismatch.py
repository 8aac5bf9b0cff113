"""Nothing, or almost nothing, of the connector is in the contract, or not where its requests go.

Why: the contract is another API's or another version's, or the base URL's path is wrong. One finding stands
for one per operation.
Not flagged: connectors of which at least a fifth of the operations is in the contract; other hosts than the
contract's servers (regions, proxies); servers with variables.
Fix: the contract's one server as the base URL, where the host is the same and only the path differs (unsafe:
the contract may be another version's).
"""

from connlint.rule import (
    Connector,
    Context,
    Contract,
    Fix,
    Iterator,
    Observation,
    Problem,
    Severity,
    misplaced,
    replace_value,
    rule,
)


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector, context: Context) -> Iterator[Problem]:
    contract = context.evidence.contract
    if contract is None:
        return
    if context.evidence.verdicts.contract_is_of(connector) is None:
        yield _another_api(connector, contract, context)
    else:
        yield from _another_path(connector, contract, context)


def _another_api(connector: Connector, contract: Contract, context: Context) -> Problem:
    service = connector.service
    base = service.base_url if service is not None else None
    count = sum(1 for _ in connector.operations)
    servers = ", ".join(contract.servers) or "no server"
    return Problem(
        base.text_at if base is not None else connector.documents[0].start,
        f"almost none of the {count} operations is in the contract",
        about="service.baseURL" if base is not None else "connector",
        evidence=[
            Observation(
                "contract",
                context.evidence.contract_name,
                "/servers",
                f"{contract.title or 'the document'} has {len(contract.paths)} paths at {servers}",
            )
        ],
        help="name the contract of this API, or mend the base URL's path",
    )


def _another_path(connector: Connector, contract: Contract, context: Context) -> Iterator[Problem]:
    """The finding of a base URL with the right host and a path that the contract does not have."""
    servers = misplaced(connector, contract)
    base = connector.service.base_url if connector.service is not None else None
    if not servers or base is None:
        return
    listed = " or ".join(servers)
    yield Problem(
        base.text_at,
        f"no operation is at this URL in the contract: it has them at {listed}",
        about="service.baseURL",
        value=base.text,
        evidence=[Observation("contract", context.evidence.contract_name, "/servers", f"served at {listed}")],
        help=f"did you mean {servers[0]}?" if len(servers) == 1 else None,
        fix=Fix(servers[0], replace_value(base.text_at, servers[0])) if len(servers) == 1 else None,
    )
