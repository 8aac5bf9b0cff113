"""The `webhooks` of an OpenAPI 3.1 document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connlint.evidence.event_import.model import Findings, ImportFailedError
from connlint.evidence.event_import.schemas import Fetch, Schemas, Target, local_fetch
from connlint.evidence.event_import.unions import found_in, union_branches

_METHODS = ("post", "put", "patch", "get", "delete")


def read_openapi(root: Mapping[str, object], *, descriptions: bool, keyed: bool = False) -> Findings:
    """The events that an OpenAPI document's `webhooks` deliver.

    Their names are the constants of the key that tells their bodies apart (the keys of `webhooks` are the
    document's own); with `keyed` they are those keys, for vendors that name the event in a header. Raises
    ImportFailedError.
    """
    if "swagger" in root:
        raise ImportFailedError(
            f"Swagger {root['swagger']} is not supported",
            where="it has no webhooks: OpenAPI 3.1 brought them",
        )
    version = root.get("openapi")
    webhooks = root.get("webhooks", root.get("x-webhooks"))
    if not isinstance(webhooks, Mapping) or not webhooks:
        raise ImportFailedError(
            f"the OpenAPI {version} document has no `webhooks`",
            where="events are read from there only; callbacks of an operation are answers to its caller",
        )
    fetch = local_fetch(root)
    branches: list[Target] = []
    names: dict[str, str] = {}
    deprecated: set[str] = set()
    notes: list[str] = []
    for key, item in webhooks.items():
        bodies = list(_bodies(str(key), item, root, fetch))
        if not bodies:
            notes.append(f"webhooks.{key}: it has no JSON request body; left out")
        for operation, body in bodies:
            inner = [body] if keyed else list(union_branches(body, fetch))
            branches.extend(inner)
            names.update((branch.identity, str(key)) for branch in inner)
            if operation.get("deprecated") is True:
                deprecated.update(branch.identity for branch in inner)
    if not branches:
        raise ImportFailedError("none of the document's `webhooks` has a JSON request body")
    marked = [
        branch._replace(schema={**branch.schema, "deprecated": True})
        if branch.identity in deprecated and isinstance(branch.schema, Mapping)
        else branch
        for branch in branches
    ]
    findings = found_in(Schemas(root, descriptions=descriptions), marked, names=names if keyed else None)
    info = root.get("info")
    title, release = (info.get("title"), info.get("version")) if isinstance(info, Mapping) else (None, None)
    return Findings(
        findings.events,
        findings.event_name,
        findings.definitions,
        title=title if isinstance(title, str) else None,
        version=str(release) if release is not None else None,
        notes=tuple(notes),
    )


def _bodies(
    key: str, item: object, root: Mapping[str, object], fetch: Fetch
) -> Iterator[tuple[Mapping[str, object], Target]]:
    """The operations of one webhook and the schema of the JSON body that each is sent."""
    item = _followed(item, root, fetch)
    for method in _METHODS:
        operation = item.get(method)
        if not isinstance(operation, Mapping):
            continue
        content = _followed(operation.get("requestBody"), root, fetch).get("content")
        for media, entry in content.items() if isinstance(content, Mapping) else ():
            bare = str(media).split(";")[0].strip().lower()
            schema = entry.get("schema") if isinstance(entry, Mapping) else None
            if schema is not None and (bare == "application/json" or bare.endswith("+json")):
                words = {name: operation[name] for name in ("summary", "description") if name in operation}
                yield operation, _described(Target(f"webhooks.{key}", schema, root), words, fetch)
                break


def _described(body: Target, words: Mapping[str, object], fetch: Fetch) -> Target:
    """The body's schema, with the operation's words where it has none of its own."""
    schema = body.schema
    if isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
        schema = fetch(str(schema["$ref"]), body.base).schema
    if not isinstance(schema, Mapping):
        return body
    return body._replace(schema={**words, **schema})


def _followed(value: object, root: Mapping[str, object], fetch: Fetch) -> Mapping[str, object]:
    """A part of the document, its reference followed; {} where it is absent."""
    if isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
        value = fetch(str(value["$ref"]), root).schema
    return value if isinstance(value, Mapping) else {}
