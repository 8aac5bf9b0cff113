"""The same header stands twice, in different capitals.

Why: header names have no case (RFC 9110, section 5.1), so both are one header; which value is sent, or
whether both are, depends on the platform.
Not flagged: an operation's header of a name that the service has too: it overrides on purpose.
Fix: the second one goes where both have the same value (safe); else none.
"""

from connlint.rule import Connector, Fix, Iterator, Problem, Severity, Template, remove, rule


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector) -> Iterator[Problem]:
    if connector.service is not None and len(connector.service.headers) > 1:
        yield from _twins(connector.service.headers)
    for operation in connector.operations:
        if len(operation.headers) > 1:
            yield from _twins(operation.headers)


def _twins(headers: list[Template]) -> Iterator[Problem]:
    seen: dict[str, Template] = {}
    for header in headers:
        first = seen.setdefault(header.name.lower(), header)
        if first is not header:
            same = first.at.value == header.at.value
            yield Problem(
                header.at.key,
                f"`{header.name}` and `{first.name}` are one header",
                about=header,
                related=[(first.at.key, "the first")],
                help=None if same else "keep one",
                fix=Fix("remove the second", remove(header.at), safe=True) if same else None,
            )
