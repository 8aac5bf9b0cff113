"""Nothing, or almost nothing, of the connector is in the contract.

Why: the contract is another API's, or the base path is wrong. One finding stands for one per operation.
Not flagged: connectors of which at least a fifth of the operations is in the contract.
Fix: none.
"""

from connlint.rule import (
    Connector,
    Context,
    Iterator,
    Observation,
    Problem,
    Severity,
    contract_fits_connector,
    rule,
)


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector, context: Context) -> Iterator[Problem]:
    contract = context.evidence.contract
    if contract is None or contract_fits_connector(connector, contract):
        return
    service = connector.service
    base = service.base_url if service is not None else None
    count = sum(1 for _ in connector.operations)
    servers = ", ".join(contract.servers) or "no server"
    yield Problem(
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
