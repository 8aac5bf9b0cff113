"""Text was meant as a hole and is none, so it is sent as it stands.

Why: a hole is `{{name}}`: two braces on each side, and between them a name of letters, digits and `_`, with
blanks or tabs around it. Anything else is text to the platform, and the vendor is sent the braces.
Not flagged: `{{n}}}`, which is a hole and a brace; JSON that closes with `}}`; `{x}` in a body or a query
where no declared name without a hole shows that it was meant as one (GraphQL writes `{ name }` too).
Fix: the hole, where a declared name shows which was meant. Unsafe: the braces may have been meant.
"""

import re

from connlint.rule import (
    Connector,
    Fix,
    Iterator,
    Location,
    Placeholder,
    Problem,
    Severity,
    Template,
    intended,
    replace_chars,
    rule,
)

SAID = {
    "unclosed": "a hole that is not closed",
    "empty": "a hole without a name",
    "bad-name": "no hole: a name has letters, digits and `_` only",
    "odd-blank": "no hole: beside the name may stand blanks and tabs only",
    "single-brace": "no hole: a hole has two braces on each side",
}


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector) -> Iterator[Problem]:
    for template in connector.templates_with_malformed_holes:
        yield from _in_template(template)


def _in_template(template: Template) -> Iterator[Problem]:
    """What was meant as a hole in one template and is none."""
    meant = {item.start: item for item in intended(template)}
    for item in template.malformed:
        found = meant.get(item.start)
        placeholder = found.placeholder if found is not None else None
        certain = found is not None and (found.sure or item.problem == "empty")
        marked = template.text[item.start : item.end]
        at = template.text_at.chars(item.start, item.end)
        hole = f"{{{{{placeholder.name}}}}}" if placeholder is not None else ""
        yield Problem(
            at,
            f"`{marked}` is {_said(item.problem, item.name)}",
            about=f"{template.address}{{{placeholder.name}}}" if placeholder is not None else template,
            value=marked,
            help=None if certain else f"write {hole}" if hole else _advice(item.problem, item.name),
            related=_declared(placeholder),
            fix=Fix(f"write {hole}", replace_chars(at, hole)) if certain else None,
        )


def _said(problem: str, name: str) -> str:
    """What is wrong with the text."""
    if problem == "bad-name" and name[0].isdigit():
        return "no hole: a name starts with no digit"
    return SAID[problem]


def _declared(placeholder: Placeholder | None) -> list[tuple[Location, str]]:
    return [] if placeholder is None else [(placeholder.name_at, "declared here")]


def _advice(problem: str, name: str) -> str:
    """What to do where no declaration shows what was meant."""
    if problem in ("unclosed", "single-brace") and re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        return f"write {{{{{name}}}}}, and declare `{name}` in `placeholders`"
    if problem == "odd-blank":
        return f"write {{{{{name}}}}}"
    tidy = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
    if problem == "bad-name" and tidy and not tidy[0].isdigit():
        return f"write {{{{{tidy}}}}}, and declare `{tidy}` in `placeholders`"
    return "write {{name}}, with the name of a placeholder"
