"""A placeholder lists the same option twice.

Why: the user is shown the choice twice; often the second was meant to be another value.
Not flagged: options that differ in case, or text beside a number that it spells; what no option can be
(`schema-violation`).
Fix: the second one is removed. Safe: the choices stay the same.
"""

from connlint.rule import Connector, Fix, Iterator, Placeholder, Problem, Severity, remove, rule


@rule(on=Connector, severity=Severity.WARNING)
def check(connector: Connector) -> Iterator[Problem]:
    for placeholder in connector.placeholders:
        if placeholder.options is not None:
            yield from _in_options(placeholder, placeholder.options)


def _in_options(placeholder: Placeholder, options: list[object]) -> Iterator[Problem]:
    """The options that one placeholder lists again."""
    at = placeholder.at / "options"
    seen: dict[str, int] = {}
    for index, option in enumerate(options):
        if not isinstance(option, str | int | float):
            continue
        first = seen.setdefault(_key(option), index)
        if first != index:
            yield Problem(
                at / index,
                f"the option {_shown(option)} is listed twice",
                about=placeholder,
                value=_key(option),
                related=[(at / first, "first here")],
                fix=Fix("remove this one", remove(at / index), safe=True),
            )


def _key(option: object) -> str:
    """Text that two options share when they are one JSON value: 1 and 1.0 are, 1 and true are not."""
    if isinstance(option, float) and option.is_integer():
        option = int(option)
    return f"{type(option).__name__} {option!r}"


def _shown(option: object) -> str:
    """The option as it is written."""
    return f"`{str(option).lower()}`" if isinstance(option, bool) else f"`{option}`"
