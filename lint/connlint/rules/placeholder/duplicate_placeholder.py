"""A list of placeholders declares the same name twice.

Why: a hole can take only one of them, and nothing says which; the user may be asked twice for one value.
Not flagged: the same name in two templates, each of which has its own list; one that both the `endpoint` and
an operation declare (`shadowed-placeholder`).
Fix: where both say the same, the second is removed. Safe: nothing else changes.
"""

from connlint.rule import Connector, Fix, Iterator, Placeholder, Problem, Severity, Template, remove, rule


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector) -> Iterator[Problem]:
    for template in connector.templates:
        if len(template.placeholders) > 1:
            yield from _in_list(template)


def _in_list(template: Template) -> Iterator[Problem]:
    """The names that one template declares again."""
    seen: dict[str, Placeholder] = {}
    for placeholder in template.placeholders:
        first = seen.setdefault(placeholder.name, placeholder)
        if first is placeholder:
            continue
        same = first.at.value == placeholder.at.value
        yield Problem(
            placeholder.name_at,
            f"`{placeholder.name}` is declared twice",
            about=placeholder,
            related=[(first.name_at, "first here")],
            help=None if same else "keep one, or give the other the name that it was meant to have",
            fix=Fix("remove this one", remove(placeholder.at), safe=True) if same else None,
        )
