"""What may stand at the cursor: keys and values of the schemas, declared names, selector segments, events,
paths and body keys of the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from connlint.connector.model import Connector, Operation, Placeholder, Resource, Template
from connlint.connector.types import type_for
from connlint.evidence.bundle import Evidence
from connlint.evidence.contract import ContractOperation
from connlint.evidence.fixtures import answers_of, deliveries_of
from connlint.evidence.matching import contract_path
from connlint.evidence.requests import any_body_keys
from connlint.evidence.shapes import Shape
from connlint.evidence.starting import (
    body_entry,
    body_of,
    first_sentence,
    name_of,
    options_of,
    path_template,
    query_templates,
    webhook,
    webhook_path,
)
from connlint.evidence.verdicts import official_names
from connlint.lsp.navigation import open_hole
from connlint.lsp.session import Checked
from connlint.lsp.where import Where
from connlint.reading import MISSING, Location, Pointer
from connlint.reading.edits import Edit, insert, replace_value
from connlint.reading.rewriting import CannotEdit, resolve
from connlint.reading.yaml_text import scalar_text, yaml_text
from connlint.record import field, record, replace
from connlint.schema import load
from connlint.source import Span

_BOUND = re.compile(r"\{\{[^{}]*\}\}")
_BODY_KEY = re.compile(r'[{,]\s*"?([\w-]*)\Z')
_ESCAPES = {'\\"': '"', "\\n": "\n", "\\t": "\t", "\\r": "\r", "\\\\": "\\", "\\/": "/"}
_ESCAPED = re.compile("|".join(map(re.escape, _ESCAPES)))
_BARE_MARK = re.compile(r'"(\$\{[0-9]+:[A-Za-z]+\}|\$[0-9]+)"')
_MARK = re.compile(r"\$\{[0-9]+:([^}]*)\}|\$[0-9]+|\\([\\$}])")


@record
class Choice:
    """One completion: what it is called, the text it puts in place of `span` (a snippet, `$1` and so on), a
    word beside it, what explains it, its kind, and edits elsewhere."""

    label: str
    text: str
    span: Span
    kind: str
    detail: str = ""
    doc: str = ""
    typed: str = ""
    """What the editor compares with what was typed."""
    rank: int = 5
    name: str = ""
    """Of a key: the key alone, as it goes where its colon is already."""
    more: list[tuple[Span, str]] = field(default_factory=list)

    @property
    def plain(self) -> str:
        """The text without a snippet's marks."""
        return unmarked(self.text)


def unmarked(text: str) -> str:
    """A snippet's text, its marks taken out."""
    return _MARK.sub(lambda match: match[1] if match[1] is not None else match[2] or "", text)


def escaped(text: str) -> str:
    """Text that a snippet writes as it is."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")


def choices(role: str, at: Where, path: Path, checked: Checked | None) -> Iterator[Choice]:
    """What may stand at the cursor of a document of that role, so that the text still parses."""
    if not role:
        yield from _whole_documents(at, path)
        return
    special = list(_special(role, at, checked)) if checked is not None else []
    yield from (_fitted(choice, at) for choice in special)
    if at.block or (special and not at.is_key and at.path[-1:] != ("method",)):
        return
    for choice in _from_schema(role, at):
        if all(choice.label != other.label for other in special):
            yield _fitted(choice, at)


def _fitted(choice: Choice, at: Where) -> Choice:
    """A choice with what must part it from its neighbours: commas, a blank, the indentation of its lines."""
    if choice.span != at.span or choice.kind == "placeholder" or at.block:
        return choice
    text, more = choice.text, list(choice.more)
    if at.colon:
        text = choice.name or text
    if at.hang:
        text = text.replace("\n", "\n" + " " * at.hang)
    if at.blank:
        text = " " + text
    if at.comma_after:
        text += ","
    if at.comma_at is not None and at.comma_at == at.span.start:
        text = f", {text}"
    elif at.comma_at is not None:
        more.append((Span(at.comma_at, at.comma_at), ","))
    return replace(choice, text=text, more=more)


# --- schemas


Schema = Mapping[str, Any]

_SERVICE_JSON = """{
  "handle": "${1:vendor-v1}",
  "status": "active",
  "service": {
    "baseURL": {"value": "https://${2:api.example.com}"},
    "contentType": "application/json"
  }
}"""
_SERVICE_YAML = """handle: ${1:vendor-v1}
status: active
service:
  baseURL:
    value: https://${2:api.example.com}
  contentType: application/json"""
_RESOURCES_JSON = """[
  {
    "handle": "${1:things}",
    "endpoint": {"value": "/${1:things}"},
    "operations": {
      "list": {"method": "GET"}
    }
  }
]"""
_RESOURCES_YAML = """- handle: ${1:things}
  endpoint: /${1:things}
  operations:
    list:
      method: GET"""


def schemas_at(role: str, path: Pointer) -> list[Schema]:
    """The parts of a role's schema that hold at a path."""
    root = load(role)
    found = list(_unfolded(root, root))
    for step in path:
        following: list[Schema] = []
        for part in found:
            for inner in _children(part, step):
                following += _unfolded(inner, root)
        found = following
    return found


def _children(part: Schema, step: str | int) -> Iterator[Schema]:
    if isinstance(step, int):
        items = part.get("items")
        if isinstance(items, dict):
            yield items
        return
    properties = part.get("properties")
    if isinstance(properties, dict) and step in properties:
        yield properties[step]
        return
    for pattern, inner in (part.get("patternProperties") or {}).items():
        if pattern == "^x-" and step.startswith("x-"):
            yield inner
            return
    extra = part.get("additionalProperties")
    if isinstance(extra, dict):
        yield extra


def _unfolded(part: Any, root: Schema, depth: int = 0) -> Iterator[Schema]:
    """A schema with its references followed and its unions taken apart."""
    if not isinstance(part, dict) or depth > 12:
        return
    reference = part.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        target: Any = root
        for step in reference.lstrip("#").split("/")[1:]:
            target = target.get(step) if isinstance(target, dict) else None
        if isinstance(target, dict):
            own = {key: value for key, value in part.items() if key != "$ref"}
            if "description" in own:
                # what is said of this place, and not of all that look like it
                target = {key: value for key, value in target.items() if key not in _WORDS}
            part = {**target, **own}
    yield part
    for word in ("anyOf", "oneOf", "allOf"):
        for inner in part.get(word, ()):
            yield from _unfolded(inner, root, depth + 1)
    for word in ("then", "else"):
        yield from _unfolded(part.get(word), root, depth + 1)


def doc_of(part: Schema) -> str:
    """What a schema says for people."""
    text = part.get("markdownDescription") or part.get("description") or part.get("title") or ""
    return str(text)


_EXEMPLARY = frozenset({"type", "contentType", "headerName", "protocol", "token", "recorded", "written"})
"""Keys whose examples are values to take; those of others are another vendor's."""
_WORDS = ("markdownDescription", "description", "examples")


def _from_schema(role: str, at: Where) -> Iterator[Choice]:
    parts = schemas_at(role, at.path)
    if at.is_key:
        seen: set[str] = set()
        for part in parts:
            needed = part.get("required") or ()
            properties = part.get("properties")
            for name, inner in (properties if isinstance(properties, dict) else {}).items():
                if name in at.siblings or name in seen or name.startswith("$"):
                    continue
                seen.add(name)
                unfolded = list(_unfolded(inner, load(role)))
                yield Choice(
                    name,
                    _key_text(name, unfolded, at),
                    at.span,
                    "key",
                    detail="required" if name in needed else "",
                    doc=doc_of(unfolded[0]) if unfolded else "",
                    typed=_typed(name, at),
                    rank=1 if name in needed else 3,
                    name=_scalar(name, at),
                )
        if at.at_item and not at.colon:
            yield from _snippets(parts, at)
            yield from _values(parts, at)
        return
    yield from _values(parts, at)
    if at.at_item or not at.word:
        yield from _snippets(parts, at)


def _snippets(parts: Iterable[Schema], at: Where) -> Iterator[Choice]:
    """Whole values, as the schema's `defaultSnippets` have them."""
    for part in parts:
        for snippet in part.get("defaultSnippets", ()):
            yield Choice(
                f"{snippet['label']} …",
                _rendered(_unquoted(snippet["body"]), at),
                at.span,
                "snippet",
                detail=snippet.get("description", ""),
                typed=snippet["label"],
                rank=2,
            )


def _unquoted(body: object) -> object:
    """A snippet's body with `"^${4:true}"`, which stands for a bare value, as that value."""
    if isinstance(body, dict):
        return {key: _unquoted(item) for key, item in body.items()}
    if isinstance(body, list):
        return [_unquoted(item) for item in body]
    if isinstance(body, str) and body.startswith("^"):
        try:
            return json.loads(unmarked(body[1:]))
        except ValueError:
            return body[1:]
    return body


def _rendered(value: object, at: Where) -> str:
    """A value as the text of the document's syntax; marks of snippets in strings stay."""
    if at.syntax == "json" or at.flow:
        indent = 2 if at.syntax == "json" else None
        return json.dumps(value, ensure_ascii=False, indent=indent)
    if at.is_key or at.at_item or not isinstance(value, (dict, list)):
        return _BARE_MARK.sub(r"\1", yaml_text(value)).rstrip("\n")
    # a block goes below its key
    return "\n" + _BARE_MARK.sub(r"\1", yaml_text(value, 2)).rstrip("\n")


def _key_text(name: str, parts: list[Schema], at: Where) -> str:
    """A key with the beginning of its value."""
    kinds: set[str] = set()
    for part in parts:
        named = part.get("type")
        kinds.update([named] if isinstance(named, str) else named or ())
    is_template = "object" in kinds and "string" in kinds and name != "headerName"
    if at.syntax == "json":
        value = '"$1"'
        if is_template:
            value = '{"value": "$1"}'
        elif any("enum" in part for part in parts) or "string" in kinds:
            value = '"$1"'
        elif "array" in kinds:
            value = "[$1]"
        elif "object" in kinds:
            value = "{$1}"
        elif "boolean" in kinds:
            value = "${1:true}"
        elif kinds & {"integer", "number"}:
            value = "${1:0}"
        return f'"{name}": {value}'
    if at.flow:
        return f"{name}: {'[$1]' if kinds == {'array'} else '$1'}"
    if is_template:
        return f"{name}:\n  value: $1"
    if "object" in kinds:
        return f"{name}:\n  $1"
    if "array" in kinds:
        return f"{name}: [$1]" if name == "selector" else f"{name}:\n  - $1"
    return f"{name}: {'${1:true}' if 'boolean' in kinds else '$1'}"


def _typed(name: str, at: Where) -> str:
    return f'"{name}"' if at.quoted else name


def _values(parts: Iterable[Schema], at: Where) -> Iterator[Choice]:
    """Values that a schema lists: an enumeration, true and false, examples of text."""
    seen: set[str] = set()
    for part in parts:
        listed = list(part.get("enum", ()))
        if "const" in part:
            listed.append(part["const"])
        if part.get("type") == "boolean":
            listed += [True, False]
        is_open = not listed
        if is_open and _EXEMPLARY.intersection(at.path[-2:]):
            listed = [item for item in part.get("examples", ()) if isinstance(item, str) and item]
        for value in listed:
            written = _scalar(value, at)
            if written not in seen:
                seen.add(written)
                yield Choice(
                    str(value) if isinstance(value, str) else json.dumps(value),
                    escaped(written),
                    at.span,
                    "value",
                    doc=doc_of(part),
                    typed=_typed(str(value), at) if isinstance(value, str) else "",
                    rank=4 if is_open else 2,
                )


def _scalar(value: object, at: Where) -> str:
    """A string or other scalar as the document's syntax writes it."""
    if at.syntax == "json":
        return json.dumps(value, ensure_ascii=False)
    if at.flow and isinstance(value, str) and re.search(r"[,\[\]{}]", value):
        return json.dumps(value, ensure_ascii=False)
    return scalar_text(value)


def _whole_documents(at: Where, path: Path) -> Iterator[Choice]:
    """What an empty file may begin with."""
    for label, in_json, in_yaml, doc in (
        (
            "service document",
            _SERVICE_JSON,
            _SERVICE_YAML,
            "How the connector reaches the vendor: one for a connector.",
        ),
        (
            "resources document",
            _RESOURCES_JSON,
            _RESOURCES_YAML,
            "The vendor's things, and what can be done with them.",
        ),
    ):
        text = in_json if at.syntax == "json" else in_yaml
        likely = label.startswith(path.stem.rstrip("s"))
        yield Choice(label, text, at.span, "snippet", doc=doc, typed=label, rank=0 if likely else 1)


# --- from the connector and its evidence


def _special(role: str, at: Where, checked: Checked) -> Iterator[Choice]:
    """What connector and evidence offer."""
    connector, evidence = checked.connector, checked.opened.loaded.evidence
    path = at.path
    if not at.is_key:
        name = open_hole(at.word)
        if name is not None:
            yield from _names(connector, at, name)
            return
    if role == "fixture" and not at.is_key:
        yield from _targets(connector, evidence, at)
    if role != "resources" or not path or not isinstance(path[0], int):
        return
    resource = _resource(connector, path)
    if resource is None or evidence.empty:
        return
    tail = path[1:]
    # at the front of an item there may be a value, for all that a key could be there too
    is_value = not at.is_key or at.at_item
    if len(tail) >= 3 and tail[-2:-1] == ("selector",) and is_value:
        yield from _segments(resource, at, evidence)
    elif tail[-1:] == ("event",) and not at.is_key:
        yield from _event_names(connector, at, evidence)
    elif len(tail) == 2 and tail[0] == "webhooks" and not at.siblings and not at.colon:
        yield from _webhooks(connector, at, evidence)
    elif tail in (("endpoint",), ("endpoint", "value")) and not at.is_key:
        yield from _endpoints(at, evidence)
    elif len(tail) >= 3 and tail[0] == "operations":
        operation = next((item for item in resource.operations if item.name == tail[1]), None)
        if operation is not None:
            yield from _of_operation(operation, tail[2:], at, evidence)


def _targets(connector: Connector, evidence: Evidence, at: Where) -> Iterator[Choice]:
    """What a fixture can be of: an operation of the connector, an event of the vendor or the connector."""
    names: list[str] = []
    if at.path[-1:] == ("operation",):
        names = [item.address for item in connector.operations]
    elif at.path == ("event",):
        declared = {item.event: "" for item in connector.webhooks}
        names = list(dict.fromkeys([*(official_names(evidence) or ()), *declared]))
    for name in names:
        yield Choice(name, escaped(_scalar(name, at)), at.span, "value", typed=_typed(name, at), rank=1)


def _resource(connector: Connector, path: Pointer) -> Resource | None:
    return next((item for item in connector.resources if item.at.pointer == path[:1]), None)


def _template(connector: Connector, path: Pointer, role: str) -> Template | None:
    return next(
        (
            item
            for item in connector.templates
            if path[: len(item.at.pointer)] == item.at.pointer and (item.at.document.role == role or not role)
        ),
        None,
    )


def _names(connector: Connector, at: Where, typed: str) -> Iterator[Choice]:
    """The names that a hole at the cursor may have."""
    role = "resources" if at.path and isinstance(at.path[0], int) else "service"
    template = _template(connector, at.path, role)
    scope = template.scope if template is not None else {}
    offset = _cursor(at)
    for name, placeholder in scope.items():
        yield Choice(
            name,
            name,
            Span(offset - len(typed), offset),
            "placeholder",
            detail=placeholder.type or "",
            doc=placeholder.description or "",
            typed=name,
            rank=1,
        )


def _cursor(at: Where) -> int:
    """Where the cursor stands."""
    if at.block:
        return at.span.start
    return at.span.start + at.quoted + len(at.word)


def _segments(resource: Resource, at: Where, evidence: Evidence) -> Iterator[Choice]:
    """What a selector's next segment may be, from official shapes and from samples."""
    prefix = _segments_before(resource, at)
    if prefix is None:
        return
    found: dict[str, tuple[str, str]] = {}
    for shape in _shapes(resource, at, evidence):
        walk = shape.walk(prefix)
        reached = walk.shape
        if reached is None or walk.outcome == "refuted":
            continue
        for name, key in reached.keys().items():
            kinds = key.shape.kinds
            word = type_for(kinds - {"null"}) or " or ".join(sorted(kinds))
            found.setdefault(name, (word, first_sentence(key.shape.description)))
        if "array" in reached.kinds:
            found.setdefault("0", ("the first item", ""))
    from connlint.connector.selectors import json_kind
    from connlint.connector.selectors import walk as walk_value

    for value in _samples(resource, at, evidence):
        reached_value = walk_value(value, prefix)
        if not reached_value.found:
            continue
        here = reached_value.value
        if isinstance(here, dict):
            for name, item in here.items():
                shown = json.dumps(item, ensure_ascii=False)[:60]
                found.setdefault(str(name), (json_kind(item), f"a sample has {shown}"))
        elif isinstance(here, list) and here:
            found.setdefault("0", ("the first item", ""))
    for name, (detail, doc) in found.items():
        yield Choice(
            name, escaped(_text(name, at)), at.span, "field", detail, doc, typed=_typed(name, at), rank=1
        )


def _text(value: str, at: Where) -> str:
    """Text as the syntax writes it; digits are quoted."""
    return _scalar(value, at)


def _segments_before(resource: Resource, at: Where) -> tuple[str, ...] | None:
    """The segments in front of the cursor's: as written, else as the document has them."""
    path, index = at.path, at.path[-1]
    if not isinstance(index, int):
        return None
    written = [at.said.get((*path[:-1], step)) for step in range(index)]
    if None not in written:
        return tuple(str(segment) for segment in written)
    listed = Location(resource.document, path[:-1]).value
    segments = listed[:index] if isinstance(listed, list) else []
    return tuple(map(str, segments)) if len(segments) == index else None


def _event_at(resource: Resource, at: Where) -> str | None:
    """The event of the webhook that the cursor is in."""
    written = at.said.get((*at.path[:3], "event"))
    if written:
        return written
    hook = next(
        (item for item in resource.webhooks if item.at.pointer == at.path[: len(item.at.pointer)]), None
    )
    return hook.event if hook is not None else None


def _shapes(resource: Resource, at: Where, evidence: Evidence) -> Iterator[Shape]:
    """The official shapes that a selector at the cursor walks."""
    if at.path[1:2] == ("webhooks",):
        event = _event_at(resource, at)
        for _, _, _, shape in evidence.verdicts.delivery_shapes(event) if event else ():
            yield shape
        return
    for operation in resource.operations:
        known = evidence.verdicts.operation(operation) if operation.name != "delete" else None
        for shape in known.answers if known is not None else ():
            if operation.name != "list":
                yield shape
                continue
            records = shape.records()
            if records.shape is not None:
                yield records.shape


def _samples(resource: Resource, at: Where, evidence: Evidence) -> Iterator[object]:
    if at.path[1:2] == ("webhooks",):
        event = _event_at(resource, at)
        if event:
            yield from (delivery.json for delivery in deliveries_of(evidence.fixtures, event))
        return
    for operation in resource.operations:
        for exchange in answers_of(evidence.fixtures, operation.address):
            if exchange.json is MISSING or operation.name == "delete":
                continue
            if operation.name == "list" and isinstance(exchange.json, dict):
                for value in exchange.json.values():
                    if isinstance(value, list):
                        yield from (item for item in value[:3] if isinstance(item, dict))
            else:
                yield exchange.json


def _uncovered(connector: Connector, evidence: Evidence) -> Iterator[tuple[str, str, Shape | None, str]]:
    """Official events without a webhook: name, resource, shape, what it means."""
    declared = {item.event for item in connector.webhooks}
    events, contract = evidence.events, evidence.contract
    for name in official_names(evidence) or ():
        if name in declared:
            continue
        listed = events.get(name) if events is not None else None
        if listed is not None and listed.deprecated:
            continue
        shapes = evidence.verdicts.delivery_shapes(name)
        words = listed.description if listed is not None else None
        if words is None and contract is not None and name in contract.events:
            words = first_sentence(contract.events[name].description)
        yield (
            name,
            (listed.resource or "") if listed is not None else "",
            shapes[0][3] if shapes else None,
            words or "",
        )


def _event_names(connector: Connector, at: Where, evidence: Evidence) -> Iterator[Choice]:
    for name, home, _, words in _uncovered(connector, evidence):
        yield Choice(
            name, escaped(_scalar(name, at)), at.span, "event", home, words, typed=_typed(name, at), rank=1
        )


def _webhooks(connector: Connector, at: Where, evidence: Evidence) -> Iterator[Choice]:
    """A whole webhook for each official event that has none, with a payload that resolves."""
    folder = webhook_folder(connector)
    for name, home, shape, words in _uncovered(connector, evidence):
        made = webhook(name, shape, webhook_path(folder, name))
        yield Choice(
            f"webhook {name}",
            escaped(_rendered(made, at)),
            at.span,
            "snippet",
            home,
            words,
            typed=f"webhook {name}" if not at.quoted else _typed(name, at),
            rank=1,
        )


def webhook_folder(connector: Connector) -> str:
    """Where the connector's deliveries arrive, as its webhooks have it."""
    for item in connector.webhooks:
        if item.path and item.path.count("/") > 1:
            return item.path.rpartition("/")[0]
    handle = connector.service.handle if connector.service is not None else None
    return f"/webhooks/{re.sub('-v[0-9]+$', '', handle or 'vendor')}"


def _endpoints(at: Where, evidence: Evidence) -> Iterator[Choice]:
    """The contract's collections."""
    contract = evidence.contract
    if contract is None:
        return
    seen: dict[str, None] = {}
    for path in contract.paths:
        seen.setdefault(path.partition("/{")[0].partition("?")[0])
    for path in seen:
        if "{" not in path and path:
            yield Choice(path, escaped(_scalar(path, at)), at.span, "path", typed=_typed(path, at), rank=1)


def _of_operation(operation: Operation, tail: Pointer, at: Where, evidence: Evidence) -> Iterator[Choice]:
    contract = evidence.contract
    if contract is None:
        return
    if tail == ("method",) and not at.is_key:
        for method, known in contract.methods(contract_path(operation, contract)).items():
            yield Choice(
                method,
                escaped(_scalar(method, at)),
                at.span,
                "value",
                detail=first_sentence(known.summary),
                typed=_typed(method, at),
                rank=1,
            )
    elif tail in (("path",), ("path", "value")) and not at.is_key:
        yield from _paths(operation, at, evidence)
    elif tail == ("queryParams",) and at.is_key:
        yield from _queries(operation, at, evidence)
    elif tail in (("bodyTemplate",), ("bodyTemplate", "value")) and not at.is_key:
        if at.word:
            yield from _body_keys(operation, at, evidence)
        elif tail == ("bodyTemplate",):
            yield from _whole_body(operation, at, evidence)
    elif tail[-2:-1] == ("options",) and (not at.is_key or at.at_item):
        yield from _options(operation, at, evidence)


def _whole_body(operation: Operation, at: Where, evidence: Evidence) -> Iterator[Choice]:
    """The body that the contract requires, its placeholders declared."""
    known = evidence.verdicts.operation(operation)
    service = operation.connector.service
    sent = (service.content_type if service is not None else None) or ""
    made = body_of(known, sent, spread=True) if known is not None else None
    if known is not None and made is not None and made.template:
        yield Choice(
            "body of the contract",
            escaped(_rendered(made.template, at)),
            at.span,
            "snippet",
            detail=f"{known.method} {known.path}",
            doc="What the contract requires, each key with a placeholder of its type.",
            typed="body of the contract",
            rank=1,
        )


def _options(operation: Operation, at: Where, evidence: Evidence) -> Iterator[Choice]:
    """The values that the contract lists for the key or the parameter that a placeholder fills."""
    known = evidence.verdicts.operation(operation)
    placeholder = next(
        (
            item
            for template in operation.templates
            for item in template.placeholders
            if at.path[: len(item.at.pointer)] == item.at.pointer
        ),
        None,
    )
    if known is None or placeholder is None:
        return
    shape = shape_of(known, placeholder)
    listed = Location(placeholder.at.document, (*placeholder.at.pointer, "options")).value
    there = listed if isinstance(listed, list) else []
    for value in options_of(shape):
        if value not in there:
            yield Choice(
                str(value),
                escaped(_scalar(value, at)),
                at.span,
                "value",
                detail=f"{known.method} {known.path}",
                typed=_typed(str(value), at),
                rank=1,
            )


def shape_of(known: ContractOperation, placeholder: Placeholder) -> Shape | None:
    """What the contract says of the key or parameter that a placeholder fills."""
    owner = placeholder.owner
    if owner.role == "query":
        parameter = known.query_parameter(owner.name)
    elif owner.role == "path":
        parameter = known.parameters_in("path").get(placeholder.name)
    else:
        keys = any_body_keys(known) if owner.role == "body" else {}
        return keys.get(_body_key_of(placeholder) or placeholder.name)
    return parameter.shape if parameter is not None else None


def _body_key_of(placeholder: Placeholder) -> str | None:
    """The key of a JSON body whose value is the placeholder's hole and nothing else."""
    name = re.escape(placeholder.name)
    match = re.search(rf'"([^"\\]+)"\s*:\s*"?\{{\{{\s*{name}\s*\}}\}}', placeholder.owner.text)
    return match[1] if match is not None else None


def _paths(operation: Operation, at: Where, evidence: Evidence) -> Iterator[Choice]:
    """What the contract has below the resource's endpoint, its parameters as holes, declared."""
    contract = evidence.contract
    endpoint = operation.resource.endpoint
    assert contract is not None
    place = operation.at / "path"
    scope: Mapping[str, object] = (
        operation.path.scope if operation.path is not None else endpoint.scope if endpoint is not None else {}
    )
    base = _BOUND.sub("{}", endpoint.text).rstrip("/") if endpoint is not None else ""
    for path in contract.paths:
        shape = re.sub(r"\{[^{}/]+\}", "{}", path)
        if not shape.startswith(base + "/") or "?" in path:
            continue
        rest = "/" + "/".join(path.split("/")[base.count("/") + 1 :])
        methods = contract.methods(path)
        known = methods.get(operation.method or "") or next(iter(methods.values()), None)
        made = path_template(rest, known.parameters_in("path") if known is not None else {})
        declared = made.get("placeholders")
        entries = (
            [entry for entry in declared if entry["name"] not in scope] if isinstance(declared, list) else []
        )
        # behind the key itself the declarations go with the text
        whole = {**made, "placeholders": entries} if entries and at.path[-1:] == ("path",) else made["value"]
        more = _declarations(place, scope, entries)
        yield Choice(
            str(made["value"]),
            escaped(_rendered(whole, at) if isinstance(whole, dict) else _scalar(whole, at)),
            at.span,
            "path",
            detail=", ".join(methods),
            typed=_typed(str(made["value"]), at),
            rank=1,
            more=more,
        )


def _queries(operation: Operation, at: Where, evidence: Evidence) -> Iterator[Choice]:
    known = evidence.verdicts.operation(operation)
    if known is None:
        return
    for name, value in query_templates(known).items():
        if name in at.siblings:
            continue
        parameter = known.query_parameter(name)
        if at.syntax == "json" or at.flow:
            text = f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"
        else:
            text = yaml_text({name: value}).rstrip("\n")
        yield Choice(
            name,
            escaped(text),
            at.span,
            "key",
            name=_scalar(name, at),
            detail="required" if parameter is not None and parameter.required else "",
            doc=first_sentence(parameter.description) if parameter is not None else "",
            typed=_typed(name, at),
            rank=1,
        )


def _body_keys(operation: Operation, at: Where, evidence: Evidence) -> Iterator[Choice]:
    """Keys of the contract's request that the body template lacks, their placeholders declared."""
    known = evidence.verdicts.operation(operation)
    template = operation.body
    if known is None or template is None or template.body_kind != "json":
        return
    text = at.word if at.block else _ESCAPED.sub(lambda match: _ESCAPES[match[0]], at.word)
    match = _BODY_KEY.search(text)
    if match is None:
        return
    tree = template.body.root if template.body is not None else None
    there = {key.name for key, _ in tree.members} if tree is not None else set()
    offset = _cursor(at)
    escapes = at.syntax == "json" or '\\"' in at.word
    typed = len(match[1]) + text[: match.start(1)].endswith('"') * (2 if escapes else 1)
    for name, shape in any_body_keys(known).items():
        if name in there or shape.marked("readOnly") or f'"{name}"' in template.text:
            continue
        entry, declared = body_entry(name, shape)
        more = _declarations(template.at, template.scope, [declared] if declared is not None else [])
        yield Choice(
            name,
            escaped(entry.replace('"', '\\"') if escapes else entry) + "," * (at.block and at.comma_after),
            Span(offset - typed, offset),
            "key",
            detail=type_for(shape.kinds - {"null"}) or "",
            doc=first_sentence(shape.description),
            typed=name_of(name),
            rank=1,
            more=more,
        )


def _declarations(at: Location, scope: Mapping[str, object], entries: list[Any]) -> list[tuple[Span, str]]:
    """The edits that declare placeholders in the template at a place, none where that cannot be written."""
    missing = [entry for entry in entries if entry["name"] not in scope]
    value = at.value
    if not missing or not isinstance(value, dict):
        return []
    listed = value.get("placeholders")
    edits: list[Edit]
    if isinstance(listed, list) and listed:
        edits = [insert(at / "placeholders", len(listed), entry) for entry in missing]
    elif isinstance(listed, list):
        edits = [replace_value(at / "placeholders", missing)]
    else:
        edits = [insert(at, "placeholders", missing)]
    try:
        made = [(span, text) for edit in edits for span, text in resolve(edit)]
    except CannotEdit:
        return []
    # entries that go to one place are one edit: an editor may not keep the order of several
    return [(made[0][0], "".join(text for _, text in made))] if len({span for span, _ in made}) == 1 else made
