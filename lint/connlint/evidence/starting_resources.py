"""Resources made from a contract's operations: which belong together, their names, what they hold.

A resource is a collection of the contract's paths: `/batches`, `/batches/{batch_id}`, and what is done with
one, `/batches/{batch_id}/cancel`. What a connector cannot say, or what would be wrong in it, is left out and
told, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.evidence.contract import path_shape
from connlint.evidence.starting import (
    HoleNames,
    body_of,
    fields_of,
    first_sentence,
    has_unwritable_form,
    header_templates,
    name_of,
    parameters_of,
    path_template,
    query_templates,
    unwritten_queries,
    without_parameters,
)

if TYPE_CHECKING:
    from connlint.evidence.contract import Contract, ContractOperation
    from connlint.evidence.shapes import Shape

COMMENT: Final = "$comment"
"""The key of a note to whoever reads the file (`docs/format.md`)."""

_PARAMETER: Final = re.compile(r"\{[^{}/]+\}")
_VERSION: Final = re.compile(r"v[0-9]+(?:[._-]?[0-9a-z]+)?", re.IGNORECASE)
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")
_SKIPPED: Final = frozenset({"HEAD", "OPTIONS", "TRACE"})
_FIRST: Final = {"PATCH": 0, "PUT": 1, "POST": 2}
"""Of several operations that could be `update`, the first is."""
_DEVICES: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))]
)
"""Names that Windows keeps for devices, whatever ending follows: fixtures are called by handle."""
_LONGEST_HANDLE: Final = 80
_MOST_LISTED: Final = 60
_LONGEST_SHORT: Final = 60


class LeftOut(NamedTuple):
    """Something of the contract that is not in the connector, and why: a phrase that follows "left out: "."""

    what: str
    why: str


class Home(NamedTuple):
    """Where an operation of the contract goes: the collection's path, what its own path adds to it, and what
    it is called there: names in the order in which they are tried."""

    collection: str
    rest: str
    names: tuple[str, ...]


class Layout:
    """The paths of a contract, as collections and the things in them."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._parents = {
            shape.rpartition("/")[0] or "/"
            for shape in map(path_shape, contract.paths)
            if shape.endswith("/{}")
        }
        self._listing: dict[str, bool] = {}

    def home_of(self, operation: ContractOperation) -> Home:
        """The collection that an operation belongs to, and what it is called there."""
        path = operation.path.rstrip("/")
        slash = operation.path[len(path) :]
        segments = path.split("/")
        last, method = segments[-1], operation.method
        if _PARAMETER.fullmatch(last):
            names = {"GET": ("read",), "DELETE": ("delete",), "PUT": ("update", "replace")}
            return Home("/".join(segments[:-1]), f"/{last}{slash}", names.get(method, ("update",)))
        if (
            len(segments) > 2
            and _PARAMETER.fullmatch(segments[-2])
            and not self._is_collection(operation, path)
        ):
            # an action on one thing: `/batches/{batch_id}/cancel`
            plain, full = name_of(snake(last)), name_of(f"{method.lower()}_{snake(last)}")
            called = (plain, full) if method in ("GET", "POST") else (full,)
            return Home("/".join(segments[:-2]), f"/{segments[-2]}/{last}{slash}", called)
        many = path_shape(path) in self._parents
        if method == "GET":
            return Home(path, slash, ("list",) if many or self._lists(operation) else ("read",))
        if method == "POST":
            return Home(path, slash, ("create",))
        word = "delete" if method == "DELETE" else "update"
        return Home(path, slash, (f"{word}_all",) if many else (word, "replace"))

    def _is_collection(self, operation: ContractOperation, path: str) -> bool:
        if path_shape(path) in self._parents:
            return True
        known = self._listing.get(operation.path)
        if known is None:
            getting = self._contract.operation_at(operation.path, "get")
            known = self._listing[operation.path] = getting is not None and self._lists(getting)
        return known

    def _lists(self, operation: ContractOperation) -> bool:
        """Whether an answer holds many records."""
        return any(
            records.key is not None or "array" in shape.kinds
            for shape in operation.answers
            if (records := shape.records()).shape is not None
        )


def snake(text: str) -> str:
    """`createBatch` as `create_batch`."""
    return "_".join(word.lower() for word in _WORDS.findall(text[:200])) or text


def handle_of(collection: str) -> str:
    """A resource's handle: the path's words, without a version."""
    words = [word for word in collection.split("/") if word and not _PARAMETER.fullmatch(word)]
    words = [word for word in words if not _VERSION.fullmatch(word)] or words
    return name_of("_".join(words))[:_LONGEST_HANDLE] if words else "root"


class Handles:
    """The handles of a connector, no two alike on a disk that does not tell case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def give(self, *wishes: str) -> str:
        """The first of the wishes that is free, else the last with a number."""
        plain = [f"{wish}_" if wish.casefold() in _DEVICES else wish for wish in wishes]
        found = next((wish for wish in plain if wish.casefold() not in self._taken), "")
        number = 2
        while not found:
            numbered = f"{plain[-1]}_{number}"
            found = numbered if numbered.casefold() not in self._taken else ""
            number += 1
        self._taken.add(found.casefold())
        return found


class MadeResources(NamedTuple):
    """Resources, how many operations they have, and what was left out."""

    resources: list[dict[str, object]]
    operations: int
    left: list[LeftOut]
    handles: Handles


def resources_of(
    contract: Contract,
    operations: Iterable[ContractOperation],
    *,
    service_type: str,
    base: str,
    credentials: Mapping[str, dict[str, object]],
    spread: bool = False,
) -> MadeResources:
    """The resources of a contract's operations, in the contract's order.

    `base` is the server that the connector's base URL is ("" for any); `credentials` are the declarations
    that requests carry in their query, by parameter; `spread` writes the members of a JSON body on lines of
    their own.
    """
    layout = Layout(contract)
    left: list[LeftOut] = []
    groups: dict[str, list[tuple[ContractOperation, Home]]] = {}
    seen: set[tuple[str, str]] = set()
    for operation in operations:
        why = _why_not(operation, base, seen)
        if why:
            left.append(LeftOut(operation.name, why))
            continue
        seen.add((operation.method, path_shape(operation.path)))
        home = layout.home_of(operation)
        groups.setdefault(path_shape(home.collection) if home.collection else "", []).append(
            (operation, home)
        )
    handles = Handles()
    maker = _Maker(service_type, credentials, spread)
    made = [maker.resource(group, handles) for group in groups.values()]
    return MadeResources(made, sum(map(len, groups.values())), left, handles)


def _why_not(operation: ContractOperation, base: str, seen: set[tuple[str, str]]) -> str:
    """Why an operation is left out, "" where it is not."""
    path = operation.path
    literal = without_parameters(path)
    if operation.deprecated:
        return "deprecated"
    if operation.method in _SKIPPED:
        return "HEAD, OPTIONS and TRACE are for machines"
    if "?" in path or "#" in path:
        return "a query or a fragment in its path"
    if "{" in literal or "}" in literal:
        return "its path is no template"
    if not path.isprintable() or " " in path or "//" in path:
        return "its path is none that a URL can have"
    if any(segment in (".", "..") for segment in path.split("/")):
        return "its path leads elsewhere"
    if (operation.method, path_shape(path)) in seen:
        return "the same request as one before it"
    if operation.method == "GET" and operation.body_required:
        return "a GET that requires a body"
    if any(not name and item.required for name, item in operation.parameters_in("query").items()):
        return "it requires a parameter without a name"
    if has_unwritable_form(operation):
        return "its form has a name that no template can write"
    if base and operation.servers and base not in operation.servers:
        return f"served at {operation.servers[0]}, not at the base URL"
    return ""


class _Maker:
    """Makes resources of groups of operations."""

    def __init__(self, service_type: str, credentials: Mapping[str, dict[str, object]], spread: bool) -> None:
        self._service_type = service_type
        self._credentials = credentials
        self._spread = spread

    def resource(
        self, group: Sequence[tuple[ContractOperation, Home]], handles: Handles
    ) -> dict[str, object]:
        """The resource of the operations of one collection."""
        collection = group[0][1].collection
        plain, inner = handle_of(collection), parameters_of(collection)
        handle = handles.give(plain, *([f"{plain}_by_{'_'.join(map(name_of, inner))}"] if inner else []))
        made: dict[str, object] = {"handle": handle, "meta": {"short": short_of(handle)}}
        # the words for what the collection's own path needs are any operation's that has some
        known = {
            name: item
            for operation, _ in reversed(group)
            for name, item in operation.parameters_in("path").items()
        }
        names = HoleNames(self._reserved)
        own = {name: names.give(name) for name in inner}
        if collection:
            made["endpoint"] = path_template(collection, known, own)
        called = _called(group)
        entries = {
            name: self._operation(operation, home, tuple(own.values()))
            for (operation, home), name in zip(group, called, strict=True)
        }
        fields = _fields([(operation, name) for (operation, _), name in zip(group, called, strict=True)])
        if fields:
            made["fields"] = fields
        made["operations"] = entries
        return made

    @property
    def _reserved(self) -> list[str]:
        return [str(declared["name"]) for declared in self._credentials.values()]

    def _operation(self, operation: ContractOperation, home: Home, above: Sequence[str]) -> dict[str, object]:
        names = HoleNames([*above, *self._reserved])
        made: dict[str, object] = {}
        inner = {name: names.give(name) for name in parameters_of(home.rest)}
        path = path_template(home.rest, operation.parameters_in("path"), inner)
        query = {
            name: {"value": f"{{{{{declared['name']}}}}}", "placeholders": [declared]}
            for name, declared in self._credentials.items()
        } | {
            name: written
            for name, written in query_templates(operation, names).items()
            if name not in self._credentials
        }
        headers = header_templates(operation, names)
        body = body_of(operation, self._service_type, names, spread=self._spread)
        notes = [body.note] if body is not None and body.note else []
        if body is not None and body.left:
            notes.append(f"Optional keys of the body that are left out: {_listed(body.left)}.")
        unwritten = unwritten_queries(operation)
        if unwritten:
            notes.append(f"Lists and objects of the query that are left out: {_listed(unwritten)}.")
        if notes:
            made[COMMENT] = " ".join(notes)
        made["method"] = operation.method
        summary = first_sentence(operation.summary)
        if summary:
            made["meta"] = {"description": summary}
        made["path"] = path
        if query:
            made["queryParams"] = query
        if body is not None and body.template and body.media != self._service_type:
            headers["Content-Type"] = body.media
        if headers:
            made["headers"] = headers
        if body is not None and body.template:
            made["bodyTemplate"] = body.template
        return made


def _called(group: Sequence[tuple[ContractOperation, Home]]) -> list[str]:
    """The names of a resource's operations, each its own, also on a disk that does not tell case."""
    taken: set[str] = set()
    found: dict[int, str] = {}
    order = sorted(range(len(group)), key=lambda index: (_FIRST.get(group[index][0].method, 3), index))
    for index in order:
        operation, home = group[index]
        wishes = [*home.names, name_of(snake(operation.operation_id)) if operation.operation_id else ""]
        wishes.append(f"{operation.method.lower()}_{home.names[0]}")
        name = next((wish for wish in wishes if wish and wish.casefold() not in taken), "")
        number = 2
        while not name:
            numbered = f"{home.names[0]}_{number}"
            name = numbered if numbered.casefold() not in taken else ""
            number += 1
        taken.add(name.casefold())
        found[index] = name
    return [found[index] for index in range(len(group))]


def _fields(named: Sequence[tuple[ContractOperation, str]]) -> list[dict[str, object]]:
    """The fields of a resource's record: those that all of its answers have, else those of the first answer
    that has some."""
    known = [(operation, name) for operation, name in named if name in ("read", "list", "create", "update")]
    chosen = known or [(operation, name) for operation, name in named if name not in ("delete", "delete_all")]
    shapes = [list(_records(operation, name)) for operation, name in chosen]
    every = [shape for part in shapes for shape in part]
    return fields_of(every) or next((found for part in shapes if (found := fields_of(part))), [])


def _records(operation: ContractOperation, name: str) -> Iterator[Shape]:
    for shape in operation.answers:
        if name == "list":
            records = shape.records()
            if records.shape is not None:
                yield records.shape
        else:
            yield shape


def short_of(handle: str) -> str:
    """A handle as people read it: `chat_completions` is "Chat completions"."""
    words = handle.strip("_").replace("_", " ")[:_LONGEST_SHORT].strip()
    return f"{words[:1].upper()}{words[1:]}" if words else handle


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(first_sentence(name) or "?" for name in names[:_MOST_LISTED])
    more = len(names) - _MOST_LISTED
    return f"{shown} and {more} more" if more > 0 else shown
