"""Template text: where its holes are, and what looks like a hole but is none.

`{{ name }}` with optional blanks is a hole; names match `[A-Za-z_][A-Za-z0-9_]*`. Nothing else is
special, so `{{n}}}` is a hole followed by a brace, and JSON that closes with `}}` is no mistake.
"""

from __future__ import annotations

import re
from typing import NamedTuple

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_HOLE = re.compile(r"\{\{[ \t]*(" + NAME + r")[ \t]*\}\}")
_OPEN = re.compile(r"\{\{")
_SINGLE = re.compile(r"(?<!\{)\{[ \t]*(" + NAME + r")[ \t]*\}(?!\})")


class HoleSpan(NamedTuple):
    """A hole in template text: its name, and where it and its name stand (code points)."""

    name: str
    start: int
    end: int


class Malformed(NamedTuple):
    """Text that was meant as a hole: what is wrong, its place, and the name inside, if any."""

    problem: str  # "unclosed", "empty", "bad-name", "single-brace"
    name: str
    start: int
    end: int


def scan(text: str) -> list[HoleSpan]:
    """All holes of a template's text, in order."""
    if "{{" not in text:
        return []
    return [HoleSpan(match[1], match.start(), match.end()) for match in _HOLE.finditer(text)]


def malformed(text: str, declared: frozenset[str]) -> list[Malformed]:
    """What was meant as a hole and is none.

    `{x}` counts only where `declared` names x. `{{` counts when no name and close follow, unless it
    opens nested JSON objects (a quote, a blank line or a brace follows).
    """
    if "{" not in text:
        return []
    taken = [(match.start(), match.end()) for match in _HOLE.finditer(text)]
    found: list[Malformed] = []
    for match in _OPEN.finditer(text):
        start = match.start()
        if any(a <= start < b or a == start + 1 for a, b in taken):
            continue
        broken = _judge_open(text, start)
        if broken is not None:
            found.append(broken)
            taken.append((broken.start, broken.end))
    for match in _SINGLE.finditer(text):
        inside = any(a <= match.start() < b for a, b in taken)
        if not inside and match[1] in declared:
            found.append(Malformed("single-brace", match[1], match.start(), match.end()))
    return sorted(found, key=lambda item: item.start)


_NAME_AHEAD = re.compile(r"\{\{[ \t]*(" + NAME + r")?[ \t]*(\}?)")
_UP_TO_CLOSE = re.compile(r"\{\{([^{}\"\\\n]*)\}\}")


def _judge_open(text: str, start: int) -> Malformed | None:
    """What the `{{` at `start`, which begins no hole, was meant to be; None for mere JSON."""
    closed = _UP_TO_CLOSE.match(text, start)
    if closed is not None:
        inner = closed[1].strip()
        if not inner:
            return Malformed("empty", "", start, closed.end())
        return Malformed("bad-name", inner, start, closed.end())
    ahead = _NAME_AHEAD.match(text, start)
    if ahead is not None and ahead[1]:
        return Malformed("unclosed", ahead[1], start, ahead.end())
    rest = text[start + 2 :].lstrip()
    if not rest:
        return Malformed("unclosed", "", start, len(text))
    return None
