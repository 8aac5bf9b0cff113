"""An optional placeholder stands alone in quotes: without it the vendor is sent an empty text.

Why: a placeholder is optional unless it says `required: true`. Absent it renders to nothing, `"size":
"{{size}}"` to `"size": ""`. That is a value, and rarely one that the vendor takes for "not given".
Not flagged: a hole amid other text of its string; a string of several holes, one of which is required;
a placeholder whose `options` list the empty text. In a form or a query an absent value drops the parameter.
Fix: none. The format has no key that depends on a value: require it, drop the key, or split the operation.
"""

from connlint.rule import Connector, Hole, Iterator, Problem, Severity, Template, rule


@rule(on=Connector, severity=Severity.WARNING)
def check(connector: Connector) -> Iterator[Problem]:
    for template in connector.templates_with_optional_holes:
        yield from _in_body(template)


def _in_body(template: Template) -> Iterator[Problem]:
    """The strings of one body that hold nothing but optional holes."""
    body = template.body
    if body is None or template.body_kind != "json":
        return
    holes = {hole.start: hole for hole in template.holes}
    found: dict[tuple[str, ...], list[tuple[Hole, str]]] = {}
    for node, key, parent in body.walk():
        name = template.text[key.start : key.end] if key is not None else ""
        if node.kind == "string" and node.holes:
            alone = _alone(node.start, node.end, [holes.get(each.start) for each in node.holes])
            if alone:
                value = '[""]' if parent is not None and parent.kind == "array" else '""'
                sent = f"{name}: {value}" if name else value
                found.setdefault(_names(alone), []).append((alone[0], sent))
        if key is not None and key.holes and parent is not None and parent.kind == "object":
            alone = _alone(key.start, key.end, [holes.get(each.start) for each in key.holes])
            if alone:
                found.setdefault(_names(alone), []).append((alone[0], "a key without a name"))
    for names, ((first, sent), *others) in found.items():
        yield Problem(
            first.at,
            f"without {' and '.join(f'`{name}`' for name in names)} the vendor is sent {sent}",
            about=first,
            related=[
                *((template.scope[name].required_at, f"`{name}` is optional") for name in names),
                *((other.at, "and here") for other, _ in others),
            ],
            help=f"require `{names[0]}`, drop the key, or split the operation: no key is conditional",
            group="empty text",
        )


def _alone(start: int, end: int, holes: list[Hole | None]) -> list[Hole]:
    """The holes of a string (its quotes at `start` and `end`) that holds nothing but optional ones."""
    found = []
    length = 2
    for hole in holes:
        if hole is None or not hole.is_optional:
            return []
        if hole.placeholder is not None and "" in (hole.placeholder.options or ()):
            return []
        found.append(hole)
        length += hole.end - hole.start
    return found if length == end - start else []


def _names(holes: list[Hole]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hole.name for hole in holes))
