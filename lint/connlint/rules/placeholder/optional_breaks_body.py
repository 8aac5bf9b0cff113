"""An optional placeholder stands bare in a JSON body, which is no JSON without it.

Why: a placeholder is optional unless it says `required: true`. Absent it renders to nothing, `"n": {{n}}` to
`"n": `, and the vendor refuses the whole request.
Not flagged: a hole that is the only item of an array (`[]` is left); one that is the whole body (the request
then has none); one in a number that is a number without it. In a form or a query an absent value drops the
parameter.
Fix: none; requiring it, dropping the key and splitting the operation are all plausible.
"""

import re

from connlint.rule import Connector, Hole, Iterator, Observation, Problem, Severity, Template, pattern, rule

NUMBER = pattern(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
SHOWN = 96
"""Characters of the body that are shown around the gap."""
NEARBY = 1_000
MOST = 20
"""Holes of one number that are judged; nobody writes a number with more."""


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector) -> Iterator[Problem]:
    for template in connector.templates_with_optional_holes:
        if template.body is not None and template.body.bare:
            yield from _in_body(template)


def _in_body(template: Template) -> Iterator[Problem]:
    """The bare holes of one body that may be absent, and must not be."""
    needed = _needed(template)
    found: dict[str, list[Hole]] = {}
    for hole in template.holes:
        if hole.is_optional and hole.start in needed:
            found.setdefault(hole.name, []).append(hole)
    for name, (first, *others) in found.items():
        placeholder = template.scope[name]
        yield Problem(
            first.at,
            f"without `{name}` the body is not JSON",
            about=first,
            related=[
                (placeholder.required_at, f"`{name}` is optional"),
                *((other.at, "and here") for other in others),
            ],
            evidence=[Observation("sent", "", None, _sent(template, first))],
            help=f"make `{name}` required, or take the key out of the body",
        )


def _needed(template: Template) -> set[int]:
    """Starts of the bare holes that leave no JSON when they render to nothing."""
    body = template.body
    assert body is not None
    found: set[int] = set()
    for node, _, parent in body.walk():
        if node.kind == "hole":
            lone = parent is None or len(parent.items) == 1
            if not lone:
                found.add(node.start)
        elif node.kind == "literal" and 0 < len(node.holes) <= MOST:
            for absent in {hole.name for hole in node.holes}:
                here = [hole for hole in node.holes if hole.name == absent]
                if not NUMBER.fullmatch(_filled(template.text, node.start, node.end, absent, "1")):
                    found.update(hole.start for hole in here)
    return found


def _filled(text: str, start: int, end: int, absent: str, value: str) -> str:
    """The text between two offsets as it is sent without `absent`: every other hole holds `value`."""
    return re.sub(
        r"\{\{[ \t]*(\w+)[ \t]*\}\}", lambda hole: "" if hole[1] == absent else value, text[start:end]
    )


def _sent(template: Template, hole: Hole) -> str:
    """The body without the hole, other values as `…`: the part around the gap when it is long."""
    text = template.text
    # the window may cut a hole in two: it is wide enough for that to be cut off again
    first, last = max(0, hole.start - NEARBY), min(len(text), hole.end + NEARBY)
    before = re.sub(r"\s+", " ", _filled(text, first, hole.start, hole.name, "…"))
    after = re.sub(r"\s+", " ", _filled(text, hole.end, last, hole.name, "…"))
    if len(before) + len(after) > SHOWN:
        if len(before) > SHOWN // 2:
            before = "…" + before[-SHOWN // 2 :]
        if len(after) > SHOWN // 2:
            after = after[: SHOWN // 2] + "…"
    return (before + after).strip()
