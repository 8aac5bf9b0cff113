"""Parts of a connector made from what the vendor publishes: templates, placeholders, fields, webhooks.

What comes out holds nothing that the contract does not say, so that a linter has nothing to find in it: only
required keys stand in a JSON body, since an optional one that is left empty would break it; a union of kinds
becomes `Any`; a field is taken where every answer that the contract has names it. The vendor's names and
words are data from outside: whatever they hold, they stand in a template as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.connector.types import type_for
from connlint.evidence.contract import is_json_media
from connlint.evidence.shapes import Shape, schema_name

if TYPE_CHECKING:
    from connlint.evidence.contract import ContractOperation, Parameter

MOST_FIELDS: Final = 60
"""Fields of one record; a larger one is its author's to choose from."""
MOST_OPTIONS: Final = 40
LONGEST_NAME: Final = 60
LONGEST_TEXT: Final = 200

_PARAMETER: Final = re.compile(r"\{([^{}/]+)\}")
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9_]+")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s")
_LINK: Final = re.compile(r"\[([^\[\]]{1,200})\]\([^()\s]{0,400}\)")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,80}>")
_JSON_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FORM_NAME: Final = re.compile(r"[^\s&={}]+")
_FORM_TEXT: Final = re.compile(r"[\w.:/-]+", re.ASCII)
_MADE_BY_OTHERS: Final = frozenset({"authorization", "content-type", "accept", "content-length", "host"})
"""Headers that the service, the body or the client itself sets (OpenAPI 3.0.4, section 4.8.12.1)."""
_SCALARS: Final = frozenset({"string", "integer", "number", "boolean"})


def name_of(text: str) -> str:
    """Text as a placeholder's or a field's name."""
    name = _NO_NAME.sub("_", text).strip("_")[:LONGEST_NAME].strip("_") or "value"
    return f"_{name}" if name[0].isdigit() else name


class HoleNames:
    """The names of one operation's holes: each has one meaning."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def give(self, text: str, place: str = "") -> str:
        """A name for what the vendor calls `text`, the place before it (`query_id`) where it is taken."""
        plain = name_of(text)
        name = f"{place}_{plain}" if place and plain in self._taken else plain
        number = 2
        while name in self._taken:
            name, number = f"{plain}_{number}", number + 1
        self._taken.add(name)
        return name


def type_of(shape: Shape | None) -> str:
    """The type that values of a shape have, `Any` where it is not one."""
    if shape is None:
        return "Any"
    if shape.formats == frozenset({"binary"}):
        return "Bytes"
    return type_for(shape.kinds - {"null"}) or "Any"


def first_sentence(text: str) -> str:
    """The first sentence of a description, on one line: links as their text, and no template's braces."""
    line = " ".join(text[: 20 * LONGEST_TEXT].split())
    line = "".join(char for char in line if char.isprintable())
    line = _TAG.sub("", _LINK.sub(r"\1", line)).replace("{{", "{ {").strip()
    sentence = _SENTENCE.split(line, maxsplit=1)[0] if line else ""
    if len(sentence) <= LONGEST_TEXT:
        return sentence
    return f"{sentence[: LONGEST_TEXT - 1].rpartition(' ')[0] or sentence[: LONGEST_TEXT - 1]}…"


def placeholder(
    name: str, type_: str, *, required: bool, description: str = "", options: Iterable[object] = ()
) -> dict[str, object]:
    """A placeholder's declaration."""
    made: dict[str, object] = {"name": name, "type": type_}
    if description:
        made["description"] = description
    if required:
        made["required"] = True
    listed = list(options)
    if listed:
        made["options"] = listed
    return made


def options_of(shape: Shape | None, type_: str = "String") -> tuple[object, ...]:
    """The values that a closed enumeration has, none for anything else."""
    if shape is None or shape.constant is not None or type_ not in ("String", "Integer"):
        return ()
    values = tuple(value for value in shape.values or () if value is not None)
    kind = str if type_ == "String" else int
    if not 1 < len(values) <= MOST_OPTIONS or not all(type(value) is kind for value in values):
        return ()
    return values


# --- templates


def template(value: str, placeholders: list[dict[str, object]]) -> dict[str, object]:
    """A template with its declarations."""
    return {"value": value, "placeholders": placeholders} if placeholders else {"value": value}


def parameters_of(path: str) -> list[str]:
    """The names of a contract's path parameters, in their order, each once."""
    return list(dict.fromkeys(_PARAMETER.findall(path)))


def without_parameters(path: str) -> str:
    """A contract's path with its `{parameters}` taken out: what stands in it literally."""
    return _PARAMETER.sub("", path)


def path_template(
    path: str, known: Mapping[str, Parameter], names: Mapping[str, str] | None = None
) -> dict[str, object]:
    """A contract's path as a template: each `{parameter}` a hole, declared. `names` are the holes' names by
    the parameters', where they are not the parameters' own."""
    declared: dict[str, dict[str, object]] = {}

    def hole(match: re.Match[str]) -> str:
        name = (names or {}).get(match[1]) or name_of(match[1])
        parameter = known.get(match[1])
        type_ = type_of(parameter.shape) if parameter is not None else "String"
        described = first_sentence(parameter.description) if parameter is not None else ""
        type_ = type_ if type_ in ("String", "Integer") else "String"
        options = options_of(parameter.shape, type_) if parameter is not None else ()
        made = placeholder(name, type_, required=True, description=described, options=options)
        declared.setdefault(name, made)
        return f"{{{{{name}}}}}"

    return template(_PARAMETER.sub(hole, path), list(declared.values()))


def query_templates(operation: ContractOperation, names: HoleNames | None = None) -> dict[str, object]:
    """The operation's query parameters: those that are required, and those that are single values. (How the
    platform writes a list or an object into a query is not published.)"""
    names = names or HoleNames()
    found: dict[str, object] = {}
    for name, parameter in operation.parameters_in("query").items():
        if not name or not (parameter.required or _is_single(parameter)):
            continue
        own, type_ = names.give(name, "query"), type_of(parameter.shape)
        scalars = parameter.shape.kinds & _SCALARS
        if type_ == "Any" and scalars and not parameter.required:
            type_ = type_for(scalars) or "Any"
        declared = placeholder(
            own,
            type_,
            required=parameter.required,
            description=first_sentence(parameter.description),
            options=options_of(parameter.shape, type_),
        )
        found[name] = template(f"{{{{{own}}}}}", [declared])
    return found


def _is_single(parameter: Parameter) -> bool:
    """Whether an optional parameter is one that a template can write: a single value."""
    kinds = parameter.shape.kinds - {"null"}
    return not parameter.deprecated and bool(kinds & _SCALARS) and not kinds & {"array", "object"}


def unwritten_queries(operation: ContractOperation) -> list[str]:
    """The optional query parameters that `query_templates` leaves out, those that are deprecated aside."""
    return [
        name
        for name, parameter in operation.parameters_in("query").items()
        if not (parameter.required or parameter.deprecated or _is_single(parameter))
    ]


def header_templates(operation: ContractOperation, names: HoleNames | None = None) -> dict[str, object]:
    """The headers that the operation requires."""
    names = names or HoleNames()
    found: dict[str, object] = {}
    for name, parameter in operation.parameters_in("header").items():
        if not parameter.required or name.lower() in _MADE_BY_OTHERS or not _HEADER_NAME.fullmatch(name):
            continue
        constant = parameter.shape.constant
        if isinstance(constant, str) and constant.isprintable() and "{" not in constant and constant.strip():
            found[name] = constant
            continue
        own, type_ = names.give(name.lower(), "header"), type_of(parameter.shape)
        type_ = type_ if type_ in ("String", "Integer") else "String"
        declared = placeholder(
            own,
            type_,
            required=True,
            description=first_sentence(parameter.description),
            options=options_of(parameter.shape, type_),
        )
        found[name] = template(f"{{{{{own}}}}}", [declared])
    return found


# --- bodies


class MadeBody(NamedTuple):
    """A body template, the media type that it is written in, the optional keys that it leaves out, and a word
    for the author where the contract allows bodies of another kind too."""

    template: dict[str, object]
    media: str
    left: tuple[str, ...] = ()
    note: str = ""


def json_text(value: object) -> str:
    """A JSON value as text that stands in a template: no brace in a string of it can be taken for a hole."""
    text = json.dumps(value, ensure_ascii=False)
    return _JSON_STRING.sub(lambda match: match[0].replace("{", "\\u007b"), text) if "{" in text else text


def body_entry(name: str, shape: Shape, own: str = "") -> tuple[str, dict[str, object] | None]:
    """One member of a JSON body as text, and the declaration that it takes (None for a constant). `own` is
    the hole's name, where it is not the key's."""
    key = json_text(name)
    constant = shape.constant
    if constant is not None:
        return f"{key}: {json_text(constant)}", None
    own, type_ = own or name_of(name), type_of(shape)
    written = f'"{{{{{own}}}}}"' if type_ in ("String", "Bytes") else f"{{{{{own}}}}}"
    type_ = "String" if type_ == "Bytes" else type_
    declared = placeholder(
        own,
        type_,
        required=True,
        description=first_sentence(shape.description),
        options=options_of(shape, type_),
    )
    return f"{key}: {written}", declared


def body_of(
    operation: ContractOperation, service_type: str, names: HoleNames | None = None, *, spread: bool = False
) -> MadeBody | None:
    """The body template of an operation; None where it needs no body. `spread` writes a JSON body's members
    on lines of their own."""
    if not operation.bodies or operation.method in ("GET", "HEAD"):
        return None
    if operation.method == "DELETE" and not operation.body_required:
        return None
    names = names or HoleNames()
    ranked = sorted(operation.bodies, key=_rank)
    media = next(
        (item for item in ranked if item.partition(";")[0].strip().lower() == service_type), ranked[0]
    )
    shape = operation.bodies[media]
    plain = media.partition(";")[0].strip().lower()
    if is_json_media(media):
        made = _json_body(shape, names, spread)
        plain = "application/json" if "*" in plain else plain
    elif _rank(media) == 1:
        made = _form_body(shape, names, plain)
    else:
        plain = "application/octet-stream" if "*" in plain else plain
        made = _whole_body(shape, names, "Bytes" if type_of(shape) == "Bytes" else "String")
    nothing = made.template["value"] in ("{}", "")
    if nothing and not operation.body_required:
        return MadeBody({}, "", made.left, made.note) if made.left else None
    return made._replace(media=plain)


def has_unwritable_form(operation: ContractOperation) -> bool:
    """Whether the operation takes a form only, and requires a name in it that a form template cannot hold."""
    media = min(operation.bodies, key=_rank, default="")
    return _rank(media) == 1 and any(
        key.required and not _FORM_NAME.fullmatch(key.name) for key in operation.bodies[media].keys().values()
    )


def _rank(media: str) -> int:
    """JSON first, then forms, then what is only text or bytes to a template."""
    if is_json_media(media):
        return 0
    name = media.partition(";")[0].strip().lower()
    return 1 if name in ("multipart/form-data", "application/x-www-form-urlencoded") else 2


def _whole_body(shape: Shape, names: HoleNames, type_: str) -> MadeBody:
    """A body that is one hole: what it holds, its user writes."""
    own = names.give("body", "request")
    described = first_sentence(shape.description)
    return MadeBody(
        template(f"{{{{{own}}}}}", [placeholder(own, type_, required=True, description=described)]), ""
    )


def _json_body(shape: Shape, names: HoleNames, spread: bool) -> MadeBody:
    kinds = shape.kinds - {"null"}
    if "object" not in kinds or (kinds != {"object"} and not shape.keys()):
        type_ = type_of(shape)
        made = _whole_body(shape, names, "String" if type_ == "Bytes" else type_)
        if type_ in ("String", "Bytes"):
            made.template["value"] = f'"{made.template["value"]}"'
        return made
    if not shape.keys():
        return _whole_body(shape, names, "Object")
    chosen, note = _one_kind(shape)
    entries: list[str] = []
    declared: list[dict[str, object]] = []
    left: list[str] = []
    for key in chosen.keys().values():
        if key.shape.marked("readOnly"):
            continue
        if not key.required:
            left += [key.name] if not key.shape.marked("deprecated") else []
            continue
        text, entry = body_entry(
            key.name, key.shape, names.give(key.name, "body") if key.shape.constant is None else ""
        )
        entries.append(text)
        if entry is not None:
            declared.append(entry)
    inner = ",\n  ".join(entries) if spread else ", ".join(entries)
    value = f"{{\n  {inner}\n}}" if spread and entries else f"{{{inner}}}"
    return MadeBody(template(value, declared), "", tuple(left), note)


def _one_kind(shape: Shape) -> tuple[Shape, str]:
    """The kind of object to send: of those that demand different keys the one that demands fewest."""
    solid = [
        Shape.of_branches(shape.schemas, (branch,))
        for branch in shape.branches
        if "object" in (branch.sure_kinds or ())
    ]
    needs = [frozenset(one.required_keys) for one in solid]
    if len(set(needs)) < 2:
        return shape, ""
    least = min(range(len(solid)), key=lambda index: (len(needs[index]) or len(shape.keys()), index))
    tag = solid[least].branches[0].tag
    name = first_sentence(schema_name(tag)) if tag is not None else ""
    return solid[
        least
    ], f"The contract has {len(solid)} kinds of this body; this is {name or 'the shortest'}."


def _form_body(shape: Shape, names: HoleNames, media: str) -> MadeBody:
    """A form or a multipart body: what is left empty is not sent, so optional keys are there too."""
    pairs: list[str] = []
    declared: list[dict[str, object]] = []
    left: list[str] = []
    chosen, note = _one_kind(shape)
    for key in chosen.keys().values():
        kinds = key.shape.kinds - {"null"}
        if key.shape.marked("readOnly") or (key.shape.marked("deprecated") and not key.required):
            continue
        if not _FORM_NAME.fullmatch(key.name) or (kinds & {"object", "array"} and not key.required):
            left.append(key.name)
            continue
        constant = key.shape.constant
        if isinstance(constant, str) and key.required and _FORM_TEXT.fullmatch(constant):
            pairs.append(f"{key.name}={constant}")
            continue
        own, type_ = names.give(key.name, "body"), type_of(key.shape)
        if type_ == "Bytes" and media != "multipart/form-data":
            type_ = "String"
        pairs.append(f"{key.name}={{{{{own}}}}}")
        declared.append(
            placeholder(
                own,
                type_,
                required=key.required,
                description=first_sentence(key.shape.description),
                options=options_of(key.shape, type_),
            )
        )
    return MadeBody(template("&".join(pairs), declared), "", tuple(left), note)


# --- fields


def fields_of(shapes: Iterable[Shape], deepest: int = 1) -> list[dict[str, object]]:
    """The fields of a record: what every one of the shapes names, and what plain objects in it hold, so many
    objects deep."""
    listed = list(shapes)
    if not listed:
        return []
    found: dict[str, dict[str, object]] = {}
    for selector, shape in _named(listed[0], (), deepest):
        walks = [other.walk(selector) for other in listed]
        if not all(walk.outcome == "proven" for walk in walks):
            continue
        name = name_of("_".join(selector))
        if name in found or len(found) >= MOST_FIELDS:
            continue
        made = _field(name, selector, shape)
        if made is not None:
            found[name] = made
    return list(found.values())


def _named(shape: Shape, prefix: tuple[str, ...], left: int) -> Iterator[tuple[tuple[str, ...], Shape]]:
    """Selectors of what a shape names: its keys, and the keys of plain objects below them."""
    for key in shape.keys().values():
        if key.shape.marked("deprecated") or key.shape.marked("writeOnly"):
            continue
        inner = key.shape.kinds - {"null"}
        selector = (*prefix, key.name)
        if inner == {"object"} and key.shape.keys() and left:
            yield from _named(key.shape, selector, left - 1)
        else:
            yield selector, key.shape


def _field(name: str, selector: tuple[str, ...], shape: Shape) -> dict[str, object] | None:
    kinds = shape.kinds - {"null"}
    made: dict[str, object] = {"name": name}
    multivalue = False
    if kinds == {"array"}:
        element = type_for((shape.element.kinds if shape.element is not None else frozenset()) - {"null"})
        multivalue = element is not None and element != "Array"
        made["type"] = element if multivalue else "Array"
    else:
        made["type"] = type_for(kinds) or "Any"
    made["selector"] = list(selector)
    if multivalue:
        made["multivalue"] = True
    described = first_sentence(shape.description)
    if described:
        made["meta"] = {"description": described}
    return made


# --- webhooks


def webhook(event: str, shape: Shape | None, path: str) -> dict[str, object]:
    """A webhook whose payload resolves: what every delivery names, below `data` where there is one.

    The delivery's own id is left out where the thing that it is about has one.
    """
    made: dict[str, object] = {"event": event, "path": path}
    payload = []
    fields = fields_of([shape], 2) if shape is not None else []
    data = [field for field in fields if _selector(field)[:1] == ["data"]]
    for field in data or fields:
        if data:
            field["name"] = name_of("_".join(_selector(field)[1:])) if len(_selector(field)) > 1 else "data"
        payload.append(field)
    if data:
        payload += [field for field in fields if field["name"] == "created_at" and field not in data]
    unique = list({str(field["name"]): field for field in reversed(payload)}.values())[::-1]
    if unique:
        made["payload"] = unique
    return made


def _selector(field: Mapping[str, object]) -> list[str]:
    found = field["selector"]
    return found if isinstance(found, list) else []


def webhook_path(folder: str, event: str) -> str:
    """Where an event arrives: `/webhooks/openai/batch-completed`."""
    return f"{folder.rstrip('/')}/{re.sub('[^a-z0-9]+', '-', event.lower()).strip('-')}"
