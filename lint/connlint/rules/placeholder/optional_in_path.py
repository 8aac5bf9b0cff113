"""An optional placeholder is a whole segment of the URL: without it the URL has an empty one.

Why: a placeholder is optional unless it says `required: true`. Absent it renders to nothing, and
`/files/{{id}}/content` asks for `/files//content`. At the end of the path `/files/{{id}}` asks for `/files/`,
so that a read answers with a list and a delete goes to the whole collection.
Not flagged: a hole that is only part of its segment (`/v{{n}}`); a segment of several holes, one of
which is required.
Fix: none; requiring it is nearly always right, and a second operation without the segment is, where not.
"""

import re

from connlint.rule import Connector, Hole, Iterator, Problem, Severity, Template, pattern, rule

PARTS = {"base": pattern(r"[/.:]"), "endpoint": pattern("/"), "path": pattern("/")}
HOLE = pattern(r"\{\{[ \t]*\w+[ \t]*\}\}")


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector) -> Iterator[Problem]:
    for template in connector.templates_with_optional_holes:
        if template.role in PARTS:
            yield from _in_path(template)


def _in_path(template: Template) -> Iterator[Problem]:
    """The segments of one part of a URL that may be empty."""
    separator = PARTS[template.role]
    text = re.split(r"[?#]", template.text)[0]
    segment: list[Hole] = []
    start = 0
    holes = {hole.start: hole for hole in template.holes}
    for match in (*separator.finditer(text), None):
        end = len(text) if match is None else match.start()
        piece = text[start:end]
        segment = [holes[start + found.start()] for found in HOLE.finditer(piece)]
        if segment and sum(hole.end - hole.start for hole in segment) == len(piece):
            problem = _empty(template, text, segment)
            if problem is not None:
                yield problem
        start = end + 1


def _empty(template: Template, text: str, segment: list[Hole]) -> Problem | None:
    """What is said of a segment of these holes, if all of them may be absent."""
    if not all(hole.is_optional for hole in segment):
        return None
    first = segment[0]
    names = " and ".join(f"`{name}`" for name in dict.fromkeys(hole.name for hole in segment))
    left, right = text[: first.start], text[segment[-1].end :]
    operation = template.operation
    if operation is not None and operation.resource.endpoint is not None:
        left = operation.resource.endpoint.text + left
    url = HOLE.sub("…", left[-400:])[-40:] + HOLE.sub("…", right[:400])[:40]
    return Problem(
        first.at,
        f"without {names} the URL {'has' if right else 'ends in'} an empty segment: `{url or '/'}`",
        about=first,
        related=[
            (hole.placeholder.required_at, f"`{hole.name}` is optional")
            for hole in segment
            if hole.placeholder is not None
        ],
        help=f"make `{first.name}` required",
    )
