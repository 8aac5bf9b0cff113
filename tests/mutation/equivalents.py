"""Changes that change nothing: an author may make them, and connlint has to say the same as before.

Each takes a connector's files and gives those that say the same in another way. In a clean connector nothing
is found after them. In one with findings (`specs/chatgpt-published`) those with `keeps` leave every
fingerprint as it was, since baselines and ignores are to survive them; the others touch what an address or a
value is made of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml
from tests.mutation.clean_connectors import Clean, published

if TYPE_CHECKING:
    from tests.mutation.scoring import Bench

Files = dict[str, str]
ALL = frozenset({"shop", "generated", "chatgpt", "chatgpt-published"})


@dataclass(frozen=True)
class Equivalent:
    """A change by name: from a connector to all of its files, which say the same."""

    name: str
    change: Callable[[Clean], Files]
    keeps: bool


def _each(change: Callable[[Clean, Any], object]) -> Callable[[Clean], Files]:
    """Both documents, changed as values."""

    def changed(clean: Clean) -> Files:
        files = dict(clean.files)
        for name in ("service", "resources"):
            value = change(clean, clean.read(name))
            files[clean.path(name)] = clean.write(name, value)
        return files

    return changed


def _text(change: Callable[[str], str]) -> Callable[[Clean], Files]:
    """Both documents, changed as texts."""

    def changed(clean: Clean) -> Files:
        both = {clean.path(name) for name in ("service", "resources")}
        return {name: change(text) if name in both else text for name, text in clean.files.items()}

    return changed


def _walked(value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """A value in which every object is changed, from the inside out."""
    if isinstance(value, dict):
        return change({key: _walked(inner, change) for key, inner in value.items()})
    if isinstance(value, list):
        return [_walked(inner, change) for inner in value]
    return value


def _backwards(value: dict[str, Any]) -> dict[str, Any]:
    return dict(reversed(value.items()))


def _lists_backwards(clean: Clean, value: Any) -> Any:
    if isinstance(value, dict):
        return value
    for resource in value:
        for key in ("fields", "webhooks"):
            if key in resource:
                resource[key] = resource[key][::-1]
        for webhook in resource.get("webhooks", []):
            webhook["payload"] = webhook["payload"][::-1]
    return value[::-1]


def _placeholders_backwards(value: dict[str, Any]) -> dict[str, Any]:
    listed = value.get("placeholders")
    return {**value, "placeholders": listed[::-1]} if isinstance(listed, list) else value


def _described(value: dict[str, Any]) -> dict[str, Any]:
    """More words: a description where one may stand, and keys that are for people."""
    more: dict[str, Any] = {"x-note": "kept by hand"} if "value" not in value else {}
    if "required" in value or "options" in value:
        more["description"] = "What it is for."
    return {**value, **more} if {"method", "endpoint", "name"} & value.keys() else value


def _renamed(value: Any) -> Any:
    """Every placeholder of a template gets another name, in its declaration and in its holes."""

    def change(template: dict[str, Any]) -> dict[str, Any]:
        declared = template.get("placeholders")
        if not isinstance(declared, list) or not isinstance(template.get("value"), str):
            return template
        text = template["value"]
        for item in declared:
            name = item["name"]
            text = re.sub(rf"\{{\{{\s*{re.escape(name)}\s*\}}\}}", f"{{{{{name}_2}}}}", text)
        return {
            **template,
            "value": text,
            "placeholders": [{**item, "name": f"{item['name']}_2"} for item in declared],
        }

    return _walked(value, change)


def _blanks(value: Any) -> Any:
    """`{{x}}` and `{{ x }}` are one hole."""
    if isinstance(value, str):
        return re.sub(r"\{\{\s*(\w+)\s*\}\}", r"{{ \1 }}", value)
    if isinstance(value, dict):
        return {key: _blanks(inner) for key, inner in value.items()}
    return [_blanks(inner) for inner in value] if isinstance(value, list) else value


def _as(form: str, **how: Any) -> Callable[[Clean], Files]:
    """Both documents in a form: JSON or YAML."""

    def changed(clean: Clean) -> Files:
        files = dict(clean.files)
        for name in ("service", "resources"):
            value = json.loads(json.dumps(clean.read(name)))
            del files[clean.path(name)]
            files[f"{name}.{form}"] = (
                json.dumps(value, **how)
                if form == "json"
                else yaml.dump(value, Dumper=yaml.SafeDumper, **how)
            )
        return files

    return changed


def _other_names(clean: Clean) -> Files:
    names = {clean.path("service"): "a.", clean.path("resources"): "b."}
    return {names[name] + clean.form if name in names else name: text for name, text in clean.files.items()}


EQUIVALENTS = (
    Equivalent("keys in another order", _each(lambda _, value: _walked(value, _backwards)), True),
    Equivalent("resources, fields and webhooks in another order", _each(_lists_backwards), True),
    Equivalent(
        "placeholders in another order", _each(lambda _, value: _walked(value, _placeholders_backwards)), True
    ),
    Equivalent("JSON on one line", _as("json"), True),
    Equivalent("JSON with tabs and escapes", _as("json", indent="\t", ensure_ascii=True), True),
    Equivalent("YAML in blocks", _as("yaml", sort_keys=False, allow_unicode=True), True),
    Equivalent("YAML in flow", _as("yaml", default_flow_style=True, width=60), True),
    Equivalent("YAML in quotes", _as("yaml", default_style='"', width=10_000), True),
    Equivalent("line ends of Windows", _text(lambda text: text.replace("\n", "\r\n")), True),
    Equivalent("a byte order mark", _text(lambda text: "\ufeff" + text), True),
    Equivalent("blank lines at the end", _text(lambda text: text + "\n\n"), True),
    Equivalent("other file names", _other_names, True),
    Equivalent("more words", _each(lambda _, value: _walked(value, _described)), True),
    Equivalent("blanks in holes", _each(lambda _, value: _blanks(value)), False),
    Equivalent("other names of placeholders", _each(lambda _, value: _renamed(value)), False),
)


def changed_findings(on: Bench, names: Container[str] = ALL) -> Iterator[str]:
    """What is said after such a change that was not said before, and the reverse."""
    for clean in (*on.clean_ones.values(), published()):
        if clean.name not in names:
            continue
        before = {found.fingerprint: found for found in on.found_in(clean, clean.files)}
        for equivalent in EQUIVALENTS:
            if before and not equivalent.keeps:
                continue
            after = {found.fingerprint: found for found in on.found_in(clean, equivalent.change(clean))}
            for fingerprint in before.keys() ^ after.keys():
                found = before.get(fingerprint) or after[fingerprint]
                word = "gone" if fingerprint in before else "new"
                said = f"{found.rule} at {found.address}: {found.message}"
                yield f"{clean.name}, {equivalent.name}: {word}: {said}"
