"""A body sends the same key twice.

Why: in a JSON object one of the two values is lost, and vendors differ in which (RFC 8259, section 4). In a
form a name may come more than once where the vendor reads a list.
Not flagged: the same key in two objects; keys with holes in them; in a form, a name that ends in `[]`, and a
name that comes more than once with different values, none of which is its own hole.
Fix: none; usually the second was copied and not renamed.
"""

from connlint.rule import Connector, Iterator, Problem, Severity, Template, rule


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector) -> Iterator[Problem]:
    for template in connector.bodies:
        if template.body is not None and template.body.repeats:
            yield from _in_body(template)


def _in_body(template: Template) -> Iterator[Problem]:
    """The keys that one body has twice in an object."""
    body = template.body
    if body is None:
        return
    form = template.body_kind != "json"
    for node, _, _ in body.walk():
        if len(node.members) < 2:
            continue
        seen: dict[str, tuple[int, int, str]] = {}
        for key, value in node.members:
            if key.name is None:
                continue
            written = template.text[value.start : value.end]
            first = seen.setdefault(key.name, (key.start, key.end, written))
            if first[0] == key.start or (form and not _twice(key.name, first[2], written)):
                continue
            yield Problem(
                template.text_at.chars(key.start, key.end),
                f"the body has `{key.name}` twice",
                about=template,
                value=key.name,
                related=[(template.text_at.chars(first[0], first[1]), "first here")],
                help="rename one of them, or remove it",
            )


def _twice(name: str, first: str, second: str) -> bool:
    """Whether a form's name that comes twice is a slip, and no list."""
    if name.endswith("[]"):
        return False
    own = {"{{" + name + "}}"}
    return first == second or first.replace(" ", "") in own or second.replace(" ", "") in own
