"""A placeholder is declared and no template uses it, though the vendor's body has its key.

Why: the platform asks the user for a value and then drops it. That the vendor takes such a key shows that the
body lost it.
Not flagged: a key that the body has with another value, and names that the contract does not have
(`unused-placeholder`); one that an undeclared or half-written hole shows to be misspelt
(`undeclared-placeholder`, `malformed-hole`).
Fix: where the placeholder is required, the key with its hole is put at the end of the body. Unsafe: the
declaration may be what is wrong. An optional one has none: a key cannot depend on a value.
"""

from connlint.rule import (
    Connector,
    Context,
    Fix,
    Iterator,
    Observation,
    Placeholder,
    Problem,
    Severity,
    any_body_keys,
    explained,
    fits_position,
    is_name,
    is_used,
    render_pointer,
    replace_chars,
    rule,
)


@rule(on=Connector, severity=Severity.WARNING)
def check(connector: Connector, context: Context) -> Iterator[Problem]:
    if context.evidence.contract is None:
        return
    for template in connector.bodies:
        for placeholder in template.placeholders:
            if not is_used(placeholder):
                yield from _dropped(placeholder, context)


def _dropped(placeholder: Placeholder, context: Context) -> Iterator[Problem]:
    """What is said of a body's placeholder that no hole takes."""
    template, name = placeholder.owner, placeholder.name
    operation = template.operation
    if operation is None:
        return
    known = context.evidence.verdicts.operation(operation)
    key = any_body_keys(known).get(name) if known is not None else None
    if known is None or key is None or template.scope.get(name) is not placeholder:
        return
    if explained(placeholder) or _is_written(placeholder) or not is_name(name):
        return
    words = " ".join(key.description.split())
    yield Problem(
        placeholder.name_at,
        f"`{name}` is asked for, then dropped",
        about=placeholder,
        evidence=[
            Observation(
                "contract",
                context.evidence.contract_name,
                render_pointer(key.pointer),
                f"{known.name} takes `{name}`" + (f": {words[:100]}" if words else ""),
            )
        ],
        help="put its hole into the body"
        if placeholder.required
        else f"put its hole into the body and require `{name}`, or remove the declaration",
        related=[(template.text_at, "no template uses it; the vendor has such a key")],
        fix=_put(placeholder) if placeholder.required else None,
        group="dropped",
        tags=("unnecessary",),
    )


def _is_written(placeholder: Placeholder) -> bool:
    """Whether the body has the key, with another value."""
    body = placeholder.owner.body
    members = body.root.members if body is not None and body.root is not None else []
    return any(key.name == placeholder.name for key, _ in members)


def _put(placeholder: Placeholder) -> Fix | None:
    """The key with its hole at the end of the body, written as the members before it are."""
    template, name = placeholder.owner, placeholder.name
    body = template.body
    if body is None or body.root is None or body.root.kind != "object":
        return None
    members, hole = body.root.members, f"{{{{{name}}}}}"
    if template.body_kind == "json":
        quote = '"' if fits_position(placeholder.type or "String", "bare") is False else ""
        written, between = f'"{name}": {quote}{hole}{quote}', ", "
        if len(members) > 1:
            between = template.text[members[-2][1].end : members[-1][0].start]
        empty = body.root.start + 1
    else:
        # a pair that is nothing but a hole is no member
        written, between, empty = f"{name}={hole}", "&", body.root.start
        if not members:
            written += between
    at = members[-1][1].end if members else empty
    edit = replace_chars(template.text_at.chars(at, at), f"{between if members else ''}{written}")
    return Fix(f"put `{name}` into the body", edit)
