"""An operation declares a name of its endpoint again, with another meaning.

Why: every operation may use what `endpoint` declares. The template that declares the name again takes its own
declaration, the endpoint's hole takes the other: one name, two values, and the user sees one.
Not flagged: a repetition that says the same; other descriptions, unless both fill the one URL. A declaration
that no hole uses (`unused-placeholder`).
Fix: none; one of the two needs another name, or the repetition goes.
"""

from connlint.rule import Iterator, Placeholder, Problem, Resource, Severity, is_used, rule


@rule(on=Resource, severity=Severity.WARNING)
def check(resource: Resource) -> Iterator[Problem]:
    if resource.endpoint is None or not resource.endpoint.placeholders:
        return
    lent = resource.endpoint.declared
    for template in resource.templates:
        for placeholder in template.placeholders:
            other = lent.get(placeholder.name)
            if other is None or template.scope.get(placeholder.name) is not placeholder:
                continue
            difference = _difference(placeholder, other)
            if difference and is_used(placeholder):
                yield Problem(
                    placeholder.name_at,
                    f"`{placeholder.name}` means something else in the endpoint: {difference}",
                    about=placeholder,
                    related=[(other.name_at, "the endpoint declares it here")],
                    help="give one of them another name, or drop this declaration and use the endpoint's",
                )


def _difference(mine: Placeholder, other: Placeholder) -> str:
    """What tells the two meanings apart, "" when nothing does."""
    if mine.type != other.type:
        return f"{other.type or 'no type'} there, {mine.type or 'no type'} here"
    if mine.required != other.required:
        return "required there, optional here" if other.required else "optional there, required here"
    if mine.options != other.options:
        return "its options differ"
    name = mine.name
    one_url = mine.owner.role == "path" and name in other.owner.hole_names
    if one_url and mine.description and other.description and mine.description != other.description:
        return "both fill one URL, and their descriptions differ"
    return ""
