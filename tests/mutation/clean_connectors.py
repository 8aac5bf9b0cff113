"""The clean connectors that mistakes are made in, of different shapes, and walks through what they hold.

`shop` is small and made for this: JSON, a contract, events, fixtures, a form beside JSON bodies. `generated`
is YAML with a contract, events and a fixture for each resource, made by `tests.bench.corpus`. `chatgpt` is
`specs/chatgpt`: a real one, of which only samples and the vendor's list of events speak.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml
from tests.bench.corpus import Order, make

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EVIDENCE = ("contract", "events", "fixtures")


class Clean:
    """A connector in which nothing is wrong: its files' texts by name, in which every `stride`th place of a
    kind is changed."""

    def __init__(self, name: str, files: dict[str, str], stride: int) -> None:
        self.name = name
        self.files = files
        self.stride = stride
        self.offset = 0
        self.has = frozenset(kind for kind in EVIDENCE if any(item.startswith(kind) for item in files))

    def at(self, operator: str) -> Clean:
        """This connector as an operator meets it: different ones change different places."""
        other = Clean(self.name, self.files, self.stride)
        other.offset = crc32(operator.encode()) % self.stride
        return other

    def path(self, name: str) -> str:
        """The file of a document, by the file's name with or without ending."""
        found = [file for file in self.files if file in (name, f"fixtures/{name}")]
        found += [file for file in self.files if file.partition(".")[0] == name]
        return found[0] if found else name

    def text(self, name: str) -> str:
        """The text of a document."""
        return self.files[self.path(name)]

    def read(self, name: str) -> Any:
        """A fresh copy of a document."""
        return copy.deepcopy(_parsed(self.text(name)))

    def write(self, name: str, value: object) -> str:
        """A document's text for another value."""
        if self.path(name).endswith(".json"):
            return json.dumps(value, indent=2, ensure_ascii=False)
        # read again, so that parts which two places share do not become anchors and aliases
        plain = json.loads(json.dumps(value))
        dumped = yaml.dump(plain, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=100)
        assert isinstance(dumped, str)
        return dumped

    @property
    def form(self) -> str:
        """How its documents are written: json or yaml."""
        return self.path("resources").rpartition(".")[2]

    @property
    def fixtures(self) -> list[str]:
        """The files of its fixtures that hold one document."""
        names = [name for name in self.files if name.startswith("fixtures/")]
        return [name for name in names if "\n---" not in self.files[name]]

    # walks: each place comes in a copy of its document, so that it may be changed

    def chosen(self, number: int) -> bool:
        return number % self.stride == self.offset % self.stride

    def resources(self) -> Iterator[tuple[list[Any], Any]]:
        for index in range(len(self.read("resources"))):
            if self.chosen(index):
                document = self.read("resources")
                yield document, document[index]

    def operations(self) -> Iterator[tuple[list[Any], Any, str, Any, str]]:
        number = 0
        for index, resource in enumerate(_parsed(self.text("resources"))):
            for name in resource.get("operations", {}):
                number += 1
                if self.chosen(number):
                    document = self.read("resources")
                    owner = document[index]
                    yield document, owner, name, owner["operations"][name], f"{owner['handle']}.{name}"

    def fields(self, where: str) -> Iterator[tuple[list[Any], Any, str]]:
        """The record fields (`where` is "fields") or the payload fields ("payload"), with their addresses."""
        number = 0
        for index, resource in enumerate(_parsed(self.text("resources"))):
            routes: list[tuple[tuple[str | int, ...], str]] = []
            if where == "fields":
                for at, item in enumerate(resource.get("fields", [])):
                    routes.append((("fields", at), f"{resource['handle']}.fields[{item['name']}]"))
            else:
                for hook, webhook in enumerate(resource.get("webhooks", [])):
                    for at, item in enumerate(webhook["payload"]):
                        address = f"{resource['handle']}.webhooks[{webhook['event']}].{item['name']}"
                        routes.append((("webhooks", hook, "payload", at), address))
            for route, address in routes:
                number += 1
                if self.chosen(number):
                    document = self.read("resources")
                    place = document[index]
                    for step in route:
                        place = place[step]
                    yield document, place, address

    def webhooks(self) -> Iterator[tuple[list[Any], list[Any], int, str]]:
        number = 0
        for index, resource in enumerate(_parsed(self.text("resources"))):
            for at in range(len(resource.get("webhooks", []))):
                number += 1
                if self.chosen(number):
                    document = self.read("resources")
                    yield document, document[index]["webhooks"], at, resource["handle"]

    def templates(self) -> Iterator[tuple[list[Any], Any, str]]:
        """Templates that declare placeholders, with the address of their operation."""
        number = 0
        for index, resource in enumerate(_parsed(self.text("resources"))):
            for name, operation in resource.get("operations", {}).items():
                for route in _routes(operation):
                    number += 1
                    if not self.chosen(number):
                        continue
                    document = self.read("resources")
                    found = document[index]["operations"][name]
                    for step in route:
                        found = found[step]
                    if isinstance(found, dict) and found.get("placeholders"):
                        yield document, found, f"{resource['handle']}.{name}"

    def bodies(self) -> Iterator[tuple[list[Any], Any, Any, str]]:
        """JSON bodies: the document, the template, its value with holes as the text "«name»" or "‹name›"
        (bare), the operation's address."""
        for document, _, _, found, address in self.operations():
            template = found.get("bodyTemplate")
            if template and template["value"].lstrip().startswith("{"):
                yield document, template, holed(template["value"]), address

    def page(self) -> str:
        """The connector as a page."""
        lines = ["# A connector", "", "## Triggers", ""]
        for resource in _parsed(self.text("resources")):
            for webhook in resource.get("webhooks", []):
                lines += [f"Triggers on: {resource['handle']}/{webhook['event']}".replace("_", "\\_"), ""]
        for name in ("service", "resources"):
            lines += [f"```{self.form}", self.text(name).rstrip(), "```", ""]
        return "\n".join(lines)


def _routes(operation: Any) -> Iterator[tuple[str, ...]]:
    for key in ("path", "bodyTemplate"):
        if key in operation:
            yield (key,)
    for name in operation.get("queryParams", {}):
        yield ("queryParams", name)


@cache
def _parsed(text: str) -> Any:
    """A document's value. YAML is read as JSON where it is JSON, which is faster."""
    try:
        return json.loads(text)
    except ValueError:
        return yaml.load(text, Loader=_Loader)


class _Loader(yaml.CSafeLoader):
    """YAML in which a day is text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - what PyYAML calls its table
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def holed(text: str) -> Any:
    """A JSON body with its holes as texts (see `Clean.bodies`)."""
    written, inside, at = [], False, 0
    for match in re.finditer(r'\{\{\s*(\w+)\s*\}\}|\\.|"', text):
        written.append(text[at : match.start()])
        at = match.end()
        if match[1]:
            written.append(f"«{match[1]}»" if inside else f'"‹{match[1]}›"')
        else:
            written.append(match[0])
            inside ^= match[0] == '"'
    return json.loads("".join([*written, text[at:]]))


def written(body: Any) -> str:
    """A body as `holed` gives it, back as a template."""
    text = json.dumps(body, ensure_ascii=False)
    return text.replace('"‹', "{{").replace('›"', "}}").replace("«", "{{").replace("»", "}}")


def _folder(name: str, folder: Path, stride: int) -> Clean:
    files = {
        file.relative_to(folder).as_posix(): file.read_text("utf-8")
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    return Clean(name, files, stride)


def connectors(every: int = 1) -> list[Clean]:
    """The clean connectors. Of the big ones every 2nd or 12th place of each kind is changed, of the others
    each; `every` thins them all."""
    return [
        _folder("shop", HERE / "clean", every),
        Clean("generated", make(Order(1, 18_000, "yaml", evidence=True)), 2 * every),
        _folder("chatgpt", ROOT / "specs" / "chatgpt", 12 * every),
    ]


def published() -> Clean:
    """The connector as it was published, with the vendor's list of events: much is wrong in it."""
    found = _folder("chatgpt-published", ROOT / "specs" / "chatgpt-published", 1)
    events = (ROOT / "specs" / "chatgpt" / "events.yaml").read_text("utf-8")
    return Clean(found.name, {**found.files, "events.yaml": events}, 1)
