"""The record that a connector's fields select from a body, as lines for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from connlint.connector.selectors import walk

if TYPE_CHECKING:
    from connlint.cli.homes import Home
    from connlint.connector.model import Field

_WIDEST = 60


def record_lines(
    fields: Iterable[Field],
    body: object,
    *,
    notes: Mapping[str, str] | None = None,
    most: int | None = None,
    absent: Callable[[Field], str] = lambda _field: "",
) -> list[str]:
    """Each field's name, what it selects from a body, and its selector; then what is said of it elsewhere.

    `notes` are words by the field's address; `absent` says where a field that is not there can be seen.
    After `most` fields the rest is counted.
    """
    listed = list(fields)
    shown = listed if most is None or len(listed) <= most else listed[:most]
    name_width = max((len(field.name) for field in shown), default=0)
    rows = [(field, _selected(field, body)) for field in shown]
    value_width = min(max((len(text) for _, text in rows), default=0), _WIDEST)
    lines = []
    for field, text in rows:
        selector = json.dumps(list(field.selector)) if field.selector is not None else "no selector"
        note = (notes or {}).get(field.address, "") or (absent(field) if text.startswith("absent") else "")
        line = f"  {field.name:<{name_width}}  {text:<{value_width}}  {selector}"
        lines.append(f"{line}  ← {note}" if note else line)
    if len(shown) < len(listed):
        left = len(listed) - len(shown)
        lines.append(f"  …  {left} more {'field' if left == 1 else 'fields'}: --all")
    return lines


def _selected(field: Field, body: object) -> str:
    if field.selector is None:
        return "?"
    found = walk(body, field.selector)
    if not found.found:
        reached = ".".join(field.selector[: found.reached])
        if found.reason == "null":
            return f"absent (`{reached}` is null)"
        return f"absent (after `{reached}`)" if reached else "absent"
    return _short(found.value)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = "".join(char if char.isprintable() else " " for char in text)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def findings_about(home: Home, rules_wanted: Sequence[str]) -> dict[str, str]:
    """What rules say of the connector, by address: the message and the rule's id."""
    from connlint.engine import Loaded, Settings, check
    from connlint.registry import rules

    known = rules()
    wanted = frozenset(rule for rule in rules_wanted if rule in known)
    found: dict[str, str] = {}
    if not wanted:
        return found
    for finding in check(Loaded(home.connector, home.evidence), known, Settings(selected=wanted)):
        found.setdefault(finding.address, f"{finding.message} ({finding.rule})")
    return found
