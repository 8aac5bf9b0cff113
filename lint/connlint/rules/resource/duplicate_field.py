"""A list of fields has the same name twice.

Why: a record has one value for a name, so one of the two fields is lost.
Not flagged: the same name in a resource's record and in a webhook's payload, or in two webhooks.
Fix: the second one goes where both are the same (safe); where they differ, none.
"""

from connlint.rule import Connector, Fix, Iterator, Problem, Severity, remove, rule


@rule(on=Connector, severity=Severity.ERROR)
def check(connector: Connector) -> Iterator[Problem]:
    for resource in connector.resources:
        for fields in (resource.fields, *[webhook.payload for webhook in resource.webhooks]):
            for field in fields if fields.twins else ():
                if field.twin == field.name:
                    continue
                first = next(other for other in fields if other.name == field.name)
                same = first.at.value == field.at.value
                yield Problem(
                    field.at / "name",
                    f"a second field is called `{field.name}`" + (", and is the same" if same else ""),
                    about=field,
                    related=[(first.at / "name", "the first")],
                    help=None if same else "rename one of them, or remove it",
                    fix=Fix("remove the second", remove(field.at), safe=True) if same else None,
                )
