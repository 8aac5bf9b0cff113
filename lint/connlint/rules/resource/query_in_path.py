"""An endpoint or a path holds a query or a fragment.

Why: `queryParams` are appended with a `?` of their own, a path behind an endpoint's `?` becomes part of the
query, and an optional value cannot be left out there. A fragment (`#…`) is never sent at all.
Fix: the parameters of an operation's path go to its `queryParams`, with their placeholders. Unsafe: the
platform escapes values there. None for an endpoint, which many operations share, nor for a fragment.
"""

import re

from connlint.rule import (
    Connector,
    Edit,
    Fix,
    Iterator,
    Operation,
    Problem,
    Severity,
    Template,
    insert,
    pattern,
    remove,
    replace_value,
    rule,
)

QUERY = pattern(r"[?#].*", re.DOTALL)
UNSURE = pattern(r"[%+#?{}\s]")
HOLE = pattern(r"\{\{\s*(\w+)\s*\}\}")


@rule(on=Connector, severity=Severity.WARNING)
def check(connector: Connector) -> Iterator[Problem]:
    for resource in connector.resources:
        if resource.endpoint is not None:
            yield from _query(resource.endpoint, None)
        for operation in resource.operations:
            if operation.path is not None:
                yield from _query(operation.path, operation)


def _query(part: Template, operation: Operation | None) -> Iterator[Problem]:
    if "?" not in part.text and "#" not in part.text:
        return
    found = QUERY.search(part.text)
    assert found is not None
    at = part.text_at.chars(*found.span())
    if found[0].startswith("#"):
        yield Problem(at, "a fragment is never sent to a server", about=part, help="remove it, or write %23")
        return
    edits = _moved(part, operation, found.start()) if operation is not None else []
    owner = "the operation's" if operation is not None else "each operation's"
    yield Problem(
        at,
        f"a query in {'a path' if part.role == 'path' else 'an endpoint'}",
        about=part,
        help=None if edits else f"its parameters belong in {owner} queryParams",
        fix=Fix("move it to queryParams", *edits) if edits else None,
    )


def _moved(path: Template, operation: Operation, start: int) -> list[Edit]:
    """The edits that turn the query into `queryParams`; none where it cannot be read without guessing."""
    query = path.text[start + 1 :]
    pairs = [pair.partition("=") for pair in query.split("&")]
    names = [name for name, _, _ in pairs] + [template.name for template in operation.query]
    if UNSURE.search(HOLE.sub("", query)) or len(set(names)) < len(names):
        return []
    if not all(name and equals and "{" not in name for name, equals, _ in pairs):
        return []
    moved = {name: _template(path, value) for name, _, value in pairs}
    kept = path.text[:start]
    edits = [replace_value(path.text_at, kept)]
    spare = [each for each in path.placeholders if each.name not in HOLE.findall(kept)]
    if spare and len(spare) == len(path.placeholders):
        edits.append(remove(path.at / "placeholders"))
    else:
        edits += [remove(each.at) for each in spare]
    params = operation.at / "queryParams"
    if isinstance(params.value, dict):
        return edits + [insert(params, name, template) for name, template in moved.items()]
    return [*edits, insert(operation.at, "queryParams", moved)]


def _template(path: Template, text: str) -> dict[str, object]:
    """A template of this text, with those of the path's placeholders that it uses, as they were written."""
    used = set(HOLE.findall(text))
    declared = [placeholder.at.value for placeholder in path.placeholders if placeholder.name in used]
    return {"value": text, "placeholders": declared} if declared else {"value": text}
