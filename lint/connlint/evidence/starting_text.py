"""A new connector's documents as text that its author goes on with: YAML with comments, or JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from connlint.evidence.starting_resources import COMMENT
from connlint.reading.yaml_text import WIDTH, member_text, scalar_text, yaml_text

SCHEMAS: Final = "https://connlint.dev/schemas/"


def service_yaml(value: Mapping[str, object], words: Iterable[str]) -> str:
    """A service document in YAML, below its comments."""
    return f"{_modeline('service')}{comment(words)}{yaml_text(value)}"


def resources_yaml(resources: Sequence[Mapping[str, object]], words: Iterable[str]) -> str:
    """A resources document in YAML, below its comments: resources set apart, bodies line by line."""
    parts = [f"{_modeline('resources')}{comment(words)}"]
    for resource in resources:
        text = "".join(_resource(resource))
        parts.append(f"- {text[2:]}")
    return "\n".join(parts) if resources else f"{parts[0]}[]\n"


def service_json(value: Mapping[str, object]) -> str:
    """A service document in JSON."""
    return f"{json_text({'$schema': f'{SCHEMAS}service.schema.json', **value})}\n"


def resources_json(resources: Sequence[Mapping[str, object]]) -> str:
    """A resources document in JSON. What YAML says in a comment stands in `$comment`."""
    return f"{json_text(resources)}\n"


def comment(words: Iterable[str], indent: int = 0) -> str:
    """Paragraphs as comment lines."""
    before = f"{' ' * indent}# "
    lines = [
        line
        for paragraph in words
        for line in textwrap.wrap(
            paragraph,
            WIDTH,
            initial_indent=before,
            subsequent_indent=before,
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]
    return "".join(f"{line}\n" for line in lines)


def json_text(value: object, indent: int = 0, column: int = 0) -> str:
    """JSON in which small collections stand on one line, larger ones are spread. `indent` is the line's,
    `column` where the value begins in it."""
    flat = _flat(value)
    if max(indent, column) + len(flat) <= WIDTH and not (isinstance(value, dict) and not indent):
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, dict) and value:
        members = []
        for key, item in value.items():
            head = f"{inner}{_flat(key)}: "
            members.append(head + json_text(item, indent + 2, len(head)))
        return "{\n" + ",\n".join(members) + f"\n{' ' * indent}}}"
    if isinstance(value, list) and value:
        items = [f"{inner}{json_text(item, indent + 2)}" for item in value]
        return "[\n" + ",\n".join(items) + f"\n{' ' * indent}]"
    return flat


def _flat(value: object) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{_flat(key)}: {_flat(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flat, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _modeline(schema: str) -> str:
    """What tells editors with the YAML language server which schema holds."""
    return f"# yaml-language-server: $schema={SCHEMAS}{schema}.schema.json\n"


def _resource(resource: Mapping[str, object]) -> Iterator[str]:
    for key, value in resource.items():
        if key == "operations" and isinstance(value, Mapping):
            yield "  operations:\n"
            for name, operation in value.items():
                yield f"    {scalar_text(name)}:\n"
                yield from _operation(operation, 6)
        elif key == COMMENT:
            yield member_text(key, value, 2)
        else:
            yield member_text(key, value, 2)


def _operation(operation: Mapping[str, object], indent: int) -> Iterator[str]:
    for key, value in operation.items():
        if key == COMMENT and isinstance(value, str):
            yield comment([value], indent)
        elif key == "bodyTemplate" and isinstance(value, Mapping) and _has_lines(value.get("value")):
            yield f"{' ' * indent}bodyTemplate:\n"
            for name, part in value.items():
                yield _lines(part, indent + 2) if name == "value" else member_text(name, part, indent + 2)
        else:
            yield member_text(key, value, indent)


def _has_lines(text: object) -> bool:
    """Whether text reads better as a block, and is such that a block holds it as it is."""
    if not isinstance(text, str) or "\n" not in text:
        return False
    lines = text.split("\n")
    return all(line.isprintable() and line == line.rstrip() for line in lines) and text[0] not in " \n"


def _lines(text: object, indent: int) -> str:
    inner = "\n".join(f"{' ' * (indent + 2)}{line}" if line else "" for line in str(text).split("\n"))
    return f"{' ' * indent}value: |-\n{inner}\n"
