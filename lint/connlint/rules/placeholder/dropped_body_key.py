"""A placeholder is declared and no template uses it, though the contract's request has a key of its name.

Why: the author lost the key: the platform asks the user for a value and then drops it.
Not flagged: placeholders that a template uses; names that the contract does not have (`unused-placeholder`).
Fix: put the key with its hole into the body, where the placeholder is required (unsafe).
"""

from connlint.rule import (
    Context,
    Fix,
    Iterator,
    Observation,
    Placeholder,
    Problem,
    Severity,
    any_body_keys,
    is_used,
    render_pointer,
    replace_chars,
    rule,
)


@rule(on=Placeholder, severity=Severity.WARNING)
def check(placeholder: Placeholder, context: Context) -> Iterator[Problem]:
    template = placeholder.owner
    operation = template.operation
    if template.role != "body" or operation is None or context.evidence.empty or is_used(placeholder):
        return
    known = context.evidence.verdicts.operation(operation)
    key = any_body_keys(known).get(placeholder.name) if known is not None else None
    if known is None or key is None:
        return
    words = " ".join(key.description.split())
    yield Problem(
        placeholder.name_at,
        f"`{placeholder.name}` is asked for, then dropped",
        evidence=[
            Observation(
                "contract",
                context.evidence.contract_name,
                render_pointer(key.pointer),
                f"{known.name} takes `{placeholder.name}`" + (f": {words[:100]}" if words else ""),
            )
        ],
        help="put its hole into the body",
        fix=_fix(placeholder),
        group="dropped",
    )


def _fix(placeholder: Placeholder) -> Fix | None:
    """The key, put last into a JSON body."""
    template = placeholder.owner
    body = template.body
    if not placeholder.required or template.body_kind != "json" or body is None or body.root is None:
        return None
    root = body.root
    if root.kind != "object":
        return None
    text = placeholder.type in (None, "String", "ID", "DateTime", "Url", "Handle")
    hole = f'"{{{{{placeholder.name}}}}}"' if text else f"{{{{{placeholder.name}}}}}"
    comma = ", " if root.members else ""
    at = template.text_at.chars(root.end - 1, root.end - 1)
    return Fix(
        f"add `{placeholder.name}` to the body", replace_chars(at, f'{comma}"{placeholder.name}": {hole}')
    )
