"""A hole names a placeholder that nothing in its scope declares.

Why: the platform knows no value for it, so the braces, or nothing, reach the vendor. A template may use what
it declares itself; the templates of an operation also what the resource's `endpoint` declares; headers also
what `auth.params` declares.
Not flagged: headers and credentials of the service (`undeclared-credential`); text that was meant as a hole
and is none (`malformed-hole`); a template while the declarations beside it cannot be read
(`schema-violation`).
Fix: the declared name that the hole's is a misspelling of, where no other hole takes it. Unsafe: it may
be the declaration that is wrong.
"""

from connlint.rule import (
    Connector,
    Fix,
    Hole,
    Iterator,
    Operation,
    Placeholder,
    Problem,
    Resource,
    Severity,
    Template,
    intended,
    nearest,
    replace_chars,
    rule,
    undeclared,
    unread,
)

SERVICE = ("header", "credential")
MANY = 50_000


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector) -> Iterator[Problem]:
    compared = 0
    for template in connector.templates_with_holes:
        if template.has_undeclared:
            # names are compared with each other only where that is no great work
            compared += len(template.holes) * len(template.scope)
            yield from _in_template(template, few=compared < MANY)


def _in_template(template: Template, *, few: bool) -> Iterator[Problem]:
    """The holes of one template that nothing declares."""
    if (template.role in SERVICE and template.operation is None) or unread(template):
        return
    meant = {item.start: item for item in intended(template)}
    holes: dict[str, list[Hole]] = {}
    for hole in template.holes:
        holes.setdefault(hole.name, []).append(hole)
    beside = _beside(template)
    for hole in undeclared(template):
        item = meant.get(hole.start)
        others = holes[hole.name][1:]
        related = [(each.at, "and here") for each in others]
        fix = None
        if item is not None:
            name = item.placeholder.name
            related = [(item.placeholder.name_at, "declared, and no hole takes it"), *related]
            advice = (
                f"did you mean `{name}`?" if item.sure else f"write {{{{{name}}}}}, or declare `{hole.name}`"
            )
            if item.sure:
                edits = [replace_chars(each.at, _renamed(each, name)) for each in (hole, *others)]
                fix = Fix(f"write {{{{{name}}}}}", *edits)
        else:
            neighbour = beside.get(hole.name)
            if neighbour is not None:
                word = f"the {neighbour.owner.role} declares it, for itself only"
                related = [(neighbour.name_at, word), *related]
            advice = _advice(hole, neighbour is not None, few)
        yield Problem(
            hole.at,
            f"nothing declares `{hole.name}`",
            about=hole,
            help=advice,
            related=related,
            fix=fix,
        )


def _renamed(hole: Hole, name: str) -> str:
    """The hole's text with another name, its blanks as they are."""
    return hole.template.text[hole.start : hole.end].replace(hole.name, name)


def _beside(template: Template) -> dict[str, Placeholder]:
    """What the other templates of the operation, or of the endpoint's operations, declare."""
    found: dict[str, Placeholder] = {}
    if isinstance(template.owner, Operation | Resource):
        for other in template.owner.templates:
            for placeholder in other.placeholders:
                found.setdefault(placeholder.name, placeholder)
    return found


def _advice(hole: Hole, known_beside: bool, few: bool) -> str:
    """What to do about a hole that means no unused declaration."""
    if known_beside:
        if isinstance(hole.template.owner, Resource):
            return "declare it here: all operations may use what the endpoint declares"
        return "declare it in this template's `placeholders` too, or once in the resource's `endpoint`"
    meant = nearest(hole.name, hole.template.scope) if few else None
    if meant is not None:
        return f"did you mean `{meant}`? Else declare `{hole.name}` in this template's `placeholders`"
    return f"declare `{hole.name}` in this template's `placeholders`"
