"""Two resources of a connector have the same handle.

Why: a resource is found by its handle, so one of the two cannot be reached.
Not flagged: resources of two documents (`ambiguous-connector` says more).
Fix: none; which of the two is to be renamed, or removed, is the author's to say.
"""

from connlint.rule import Connector, Iterator, Problem, Resource, Severity, rule


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector) -> Iterator[Problem]:
    if all(resource.name == resource.handle for resource in connector.resources):
        return
    seen: dict[tuple[int, str], Resource] = {}
    for resource in connector.resources:
        first = seen.setdefault((id(resource.document), resource.handle), resource)
        if first is not resource:
            yield Problem(
                resource.handle_at,
                f"a second resource is called `{resource.handle}`",
                about=resource,
                related=[(first.handle_at, "the first")],
                help="rename one of them, or merge the two",
            )
