"""Which text is ours before it is parsed, and which value is after."""

from __future__ import annotations

import re

# the look behind stands after the word, so that the search jumps from one of its first letters to the next
_HANDLE = re.compile(r"""handle(?<=\bhandle)\b["']?\s*:""")
_KEYS = re.compile(
    r"""(?:endpoint(?<=\bendpoint)|operations(?<=\boperations)|service(?<=\bservice)|webhooks(?<=\bwebhooks))"""
    r"""\b["']?\s*:"""
)


def holds_keys(text: str) -> bool:
    """Whether text holds the keys that every connector's document has, in JSON or YAML."""
    return _HANDLE.search(text) is not None and _KEYS.search(text) is not None


def is_ours(value: object) -> bool:
    """Whether a value is a service document or a resources document."""
    if isinstance(value, dict):
        return "handle" in value and isinstance(value.get("service"), dict)
    return isinstance(value, list) and any(
        isinstance(item, dict)
        and "handle" in item
        and ("endpoint" in item or "operations" in item or isinstance(item.get("webhooks"), list))
        for item in value
    )
