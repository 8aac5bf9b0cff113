"""Template text: where its holes are, and what looks like a hole but is none.

`{{ name }}` with optional blanks is a hole; names match `[A-Za-z_][A-Za-z0-9_]*`. Nothing else is
special, so `{{n}}}` is a hole followed by a brace, and JSON that closes with `}}` is no mistake.
"""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

from connlint.patterns import pattern

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
HOLE = pattern(r"\{\{[ \t]*(" + NAME + r")[ \t]*\}\}")


class HoleSpan(NamedTuple):
    """A hole in template text: its name, and where it and its name stand (code points)."""

    name: str
    start: int
    end: int


class Malformed(NamedTuple):
    """Text that was meant as a hole: what is wrong, its place, and the name inside, if any.

    `problem` is "unclosed" (`{{x`, `{{x}`), "empty" (`{{ }}`), "bad-name" (`{{user.id}}`), "odd-blank" (a
    line break or a no-break space beside a proper name) or "single-brace" (`{x}`, `${x}`, `{x}}`).
    """

    problem: str
    name: str
    start: int
    end: int


def scan(text: str) -> list[HoleSpan]:
    """All holes of a template's text, in order."""
    if "{{" not in text:
        return []
    return [HoleSpan(match[1], match.start(), match.end()) for match in HOLE.finditer(text)]


Parts = tuple[list[str], list[str], list[str]]
"""A template's text in parts: the text around its holes, one piece more than there are holes; what stands
between the braces of each hole; that without the blanks around it, the names."""


def parted(text: str) -> Parts:
    """What `scan` says, at a quarter of its cost where every `{{` opens a hole."""
    first, *others = text.split("{{")
    around, inner, names = [first], [], []
    for piece in others:
        name, closed, rest = piece.partition("}}")
        bare = name if name.isidentifier() else name.strip(" \t")
        if not closed or not bare.isidentifier() or not bare.isascii():
            return _parted_with_care(text)
        inner.append(name)
        names.append(bare)
        around.append(rest)
    return around, inner, names


def _parted_with_care(text: str) -> Parts:
    """`parted` where some braces open no hole."""
    around, inner, names, at = [], [], [], 0
    for match in HOLE.finditer(text):
        around.append(text[at : match.start()])
        inner.append(match[0][2:-2])
        names.append(match[1])
        at = match.end()
    around.append(text[at:])
    return around, inner, names


def names_in(text: str) -> list[str]:
    """The name of each hole, in order."""
    names = []
    for piece in text.split("{{")[1:]:
        name, closed, _ = piece.partition("}}")
        if not closed or not name.isidentifier() or not name.isascii():
            return HOLE.findall(text)
        names.append(name)
    return names


_BRACES = pattern(r"\{\{+")
_CLOSED = pattern(r"\{\{([^{}\"\\]*)\}\}")
_NAMED = pattern(r"\{\{[ \t]*([A-Za-z_]\w*(?:[.-]\w+)*)(?:[ \t]*\})?")
_OBJECT_AHEAD = pattern(r'\s*["}]')
_NAME = pattern(NAME)
_SINGLE = pattern(r"\$?\{(" + NAME + r")\}\}?")
_SINGLE_SPACED = pattern(r"\$?\{[ \t]*(" + NAME + r")[ \t]*\}\}?")


def is_name(text: str) -> bool:
    """Whether a placeholder may be called so."""
    return _NAME.fullmatch(text) is not None


_SINGLE_AHEAD = pattern(r"\{(?<!\{\{)[ \t]*[A-Za-z_]")


def may_be_malformed(text: str, holes: int) -> bool:
    """Whether `malformed` can find anything in a text with so many holes: a cheap question for clean text."""
    return text.count("{") != 2 * holes and (
        text.count("{{") != holes or _SINGLE_AHEAD.search(text) is not None
    )


def malformed(text: str, declared: Set[str], *, url: bool = False, json: bool = False) -> list[Malformed]:
    """What was meant as a hole and is none, in order.

    Two opening braces count wherever they begin no hole. In text that should be JSON and does not parse
    (`json`) they may be two objects opening, as a quote or a third brace behind them shows: then they are
    the body's fault. A single brace counts in a part of a URL (`url`), where it means nothing else;
    elsewhere only where `declared` has the name and no proper hole uses it, since GraphQL says `{name}` too.
    """
    if "{" not in text:
        return []
    holes = scan(text)
    taken = {hole.start for hole in holes}
    found: list[Malformed] = []
    for match in _BRACES.finditer(text):
        # of a longer run of braces the last two open the hole, as `scan` reads it
        start = match.end() - 2
        broken = None if start in taken else _judge_open(text, start, json)
        if broken is not None:
            found.append(broken)
            taken.add(start)
    used = {hole.name for hole in holes}
    surplus = text.count("}") > text.count("{")
    for match in (_SINGLE_SPACED if url else _SINGLE).finditer(text):
        if text.rfind("{", match.start(), match.start(1)) - 1 in taken:
            continue
        if url or (match[1] in declared and match[1] not in used):
            # one of the closing braces of `{x}}` is an outer object's, unless more braces close than open
            end = match.end() - (match[0].endswith("}}") and not surplus)
            found.append(Malformed("single-brace", match[1], match.start(), end))
    return sorted(found, key=lambda item: item.start)


def _judge_open(text: str, start: int, json: bool) -> Malformed | None:
    """What the `{{` at `start`, which begins no hole, was meant to be; None for mere JSON."""
    closed = _CLOSED.match(text, start)
    if closed is not None:
        inner = closed[1].strip()
        if not inner:
            return Malformed("empty", "", start, closed.end())
        return Malformed("odd-blank" if is_name(inner) else "bad-name", inner, start, closed.end())
    named = _NAMED.match(text, start)
    if named is not None:
        return Malformed("unclosed", named[1], start, named.end())
    if json and _OBJECT_AHEAD.match(text, start + 2):
        return None
    return Malformed("unclosed", "", start, start + 2)
