"""Two operations of a resource send the same request.

Why: they differ in nothing but their name; usually one was copied, and its path or body never changed.
Not flagged: operations that share a URL and differ in method, query, headers or body, as those of GraphQL and
RPC interfaces do. The same request in two resources, which may show two views of one record.
Fix: none; which of the two is wrong, and how, is not known here.
"""

from connlint.rule import (
    Connector,
    Iterator,
    Operation,
    Problem,
    Severity,
    Template,
    pattern,
    rule,
)

HOLE = pattern(r"\{\{[^{}]*\}\}")


@rule(on=Connector, severity=Severity.WARNING)
def check(connector: Connector) -> Iterator[Problem]:
    for resource in connector.resources:
        seen: dict[tuple[object, ...], list[Operation]] = {}
        alike = [_likeness(operation) for operation in resource.operations]
        if len(set(alike)) == len(alike):
            continue
        for operation in resource.operations:
            twins = seen.setdefault((operation.method, _shape(operation.path).strip("/")), [])
            first = next((twin for twin in twins if _rest(twin) == _rest(operation)), None)
            if first is None:
                twins.append(operation)
            elif operation.method is not None:
                yield Problem(
                    operation.at.key,
                    f"`{operation.name}` sends the same request as `{first.name}`",
                    about=operation,
                    related=[(first.at.key, "the same method, URL, query and body")],
                    help="change what was meant to differ, or remove one",
                )


def _likeness(operation: Operation) -> tuple[object, ...]:
    """What is the same for operations with the same method and URL, and quick to find."""
    path = operation.path.text if operation.path is not None else ""
    return operation.method, path.partition("{{")[0].strip("/"), path.count("{{")


def _rest(operation: Operation) -> tuple[object, ...]:
    """What two requests to one URL can differ in."""
    return (
        sorted((template.name, _shape(template)) for template in operation.query),
        sorted((template.name.lower(), _shape(template)) for template in operation.headers),
        _shape(operation.body),
    )


def _shape(template: Template | None) -> str:
    """The text with all holes alike, whatever they are called."""
    if template is None:
        return ""
    return HOLE.sub("{{}}", template.text) if "{{" in template.text else template.text
