"""A placeholder is declared, no template uses it, and the vendor's body has a key of its name.

Why: the platform asks the user for a value and then drops it. That the contract's request has the key shows
that the body lost it.
Not flagged: a key that the body has with another value; a name that no request of the contract has
(`unused-placeholder`); one that an undeclared or half-written hole shows to be misspelt
(`undeclared-placeholder`, `malformed-hole`).
Fix: where the placeholder is required, the key with its hole is put at the end of the body. Unsafe: the
declaration may be what is wrong. An optional one has none: a key cannot depend on a value.
"""

from connlint.rule import (
    Context,
    Fix,
    Iterator,
    Observation,
    Placeholder,
    Problem,
    Severity,
    Template,
    explained,
    fits_position,
    is_used,
    kinds,
    render_pointer,
    replace_chars,
    rule,
)


@rule(on=Placeholder, severity=Severity.WARNING)
def check(placeholder: Placeholder, context: Context) -> Iterator[Problem]:
    template, name = placeholder.owner, placeholder.name
    if template.role != "body" or context.evidence.contract is None or is_used(placeholder):
        return
    operation = template.operation
    known = context.in_contract(operation) if operation is not None else None
    if known is None or template.scope.get(name) is not placeholder or explained(placeholder):
        return
    if name in _written_keys(template):
        return
    for shape in known.bodies.values():
        key = shape.keys().get(name)
        if key is not None:
            pointer = render_pointer(key.shape.pointer) or None
            said = f"{known.name} takes `{name}`{', and requires it' if key.required else ''}"
            yield Problem(
                placeholder.name_at,
                f"`{name}` is asked for, then dropped",
                help=None
                if placeholder.required
                else "put the key into the body and require it, or remove the declaration",
                related=[(template.text_at, f"has no {{{{{name}}}}}; the vendor has such a key")],
                evidence=[Observation("contract", context.evidence.contract_name, pointer, said)],
                fix=_put(placeholder, key.shape.kinds) if placeholder.required else None,
                group="dropped keys",
                tags=("unnecessary",),
            )
            return


def _written_keys(template: Template) -> set[str | None]:
    """The keys that the body has at its top."""
    body = template.body
    return {key.name for key, _ in body.root.members} if body is not None and body.root is not None else set()


def _put(placeholder: Placeholder, vendor: frozenset[str]) -> Fix | None:
    """The key with its hole at the end of the body, None where the type does not say how it is written."""
    template, name, type_ = placeholder.owner, placeholder.name, placeholder.type
    body = template.body
    if body is None or body.root is None or body.root.kind != "object" or type_ is None:
        return None
    form = template.body_kind != "json"
    members, text = body.root.members, template.text
    if kinds(type_).isdisjoint(vendor):
        return None
    hole = f"{{{{{name}}}}}"
    if form:
        written, between = f"{name}={hole}", "&"
    else:
        quote = '"' if fits_position(type_, "bare") is False else ""
        written, between = f'"{name}": {quote}{hole}{quote}', ", "
        if len(members) > 1:
            between = text[members[-2][1].end : members[-1][0].start]
    at = members[-1][1].end if members else body.root.start + (not form)
    edit = replace_chars(template.text_at.chars(at, at), f"{between if members else ''}{written}")
    return Fix(f"put `{name}` into the body", edit)
