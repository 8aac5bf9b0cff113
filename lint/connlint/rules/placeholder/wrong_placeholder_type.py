"""A placeholder's type does not fit where its hole stands, or what its options are.

Why: a bare hole of a JSON body must render to JSON itself, which no text does (`messages`, a String, fills an
array); a number, a boolean or a structure that stands alone in quotes is sent as text; a structure cannot be
part of a path or a header. An option that is no value of the type cannot be chosen.
Not flagged: a number or a boolean amid other text of a string; types that the format does not have
(`unknown-type`); places of which nothing published says how a value is written there. The whole table is in
docs/format.md.
Yields to: `wrong-body-type`, where the contract says what the body's key holds.
Fix: the quotes, where the type is clear and the hole lacks them or has them wrongly; an option written as its
type wants it; the type that all options have. Unsafe: the type may be what is wrong.
"""

from connlint.rule import (
    TYPES,
    Connector,
    Fix,
    Hole,
    Iterator,
    Placeholder,
    Position,
    Problem,
    Resource,
    Severity,
    fits_option,
    fits_position,
    holes_of,
    pattern,
    replace_chars,
    replace_value,
    rule,
    type_for,
)

POSITIONS: dict[str, Position] = {
    "path": "path",
    "query": "query",
    "header": "header",
    "quoted": "quoted",
    "key": "quoted",
}
POSITIONS |= {"bare": "bare", "form": "form"}
ROLES: dict[str, Position] = {
    "base": "path",
    "path": "path",
    "query": "query",
    "header": "header",
    "credential": "header",
}
NEVER_WRONG = {
    (name, role)
    for name in TYPES
    for role, position in ROLES.items()
    if fits_position(name, position) is not False
}
WRONG = {
    (name, position)
    for name in TYPES
    for position in POSITIONS.values()
    if fits_position(name, position) is False
}
FITS_ALL = ("Any", "ID")
JSON = pattern(r"[\d\[{\"-]|(true|false|null)\Z")


@rule(on=Connector, severity=Severity.WARNING, yields_to=("wrong-body-type",))
def check(connector: Connector) -> Iterator[Problem]:
    for placeholder in connector.placeholders:
        name = placeholder.type
        if name is None or name in FITS_ALL:
            continue
        if placeholder.options is not None:
            yield from _options(placeholder, name, placeholder.options)
        if _may_be_wrong(placeholder, name):
            wrong = [hole for hole in holes_of(placeholder) if _wrong(hole, name)]
            if wrong:
                yield _position(placeholder, name, wrong)


def _may_be_wrong(placeholder: Placeholder, name: str) -> bool:
    """Whether a hole of the type can be wrong in its templates at all: a cheap question for clean ones."""
    template = placeholder.owner
    if template.role == "endpoint" and isinstance(template.owner, Resource):
        bodies = [operation.body for operation in template.owner.operations if operation.body is not None]
        in_body = any(placeholder.name in body.hole_names for body in bodies)
        return in_body or any((name, role) not in NEVER_WRONG for role in ROLES)
    body = template.body if template.role == "body" else None
    if body is None or body.standing is None:
        return (name, template.role) not in NEVER_WRONG
    bare, quoted = body.standing
    called = placeholder.name
    return (called in bare and (name, "bare") in WRONG) or (called in quoted and (name, "quoted") in WRONG)


def _wrong(hole: Hole, name: str) -> bool:
    """Whether a value of the type cannot stand where the hole does."""
    position = POSITIONS.get(hole.context)
    if position is None or fits_position(name, position) is not False:
        return False
    return position != "quoted" or _alone(hole)


def _alone(hole: Hole) -> bool:
    """Whether nothing else stands in the hole's JSON string."""
    text = hole.template.text
    before, after = text[: hole.start][-2:], text[hole.end : hole.end + 1]
    return before[-1:] == '"' and before != '\\"' and after == '"'


def _position(placeholder: Placeholder, name: str, wrong: list[Hole]) -> Problem:
    """What is said of holes in which no value of the type can stand."""
    called, context = placeholder.name, wrong[0].context
    a_type = f"{_article(name)} {name}"
    fix = None
    if context == "bare":
        message = f"`{called}` is {a_type}, and stands bare in JSON"
        mark = "stands bare, so it must be JSON itself"
        advice = (
            "give it the type of the JSON that fills the hole (Array, Object, Integer …), or quote the hole"
        )
        if placeholder.required and _all_words(placeholder.options):
            fix = _quotes(wrong, True)
    elif context in ("quoted", "key"):
        message = f"`{called}` is {a_type}, and its quotes make it text"
        mark = "sent in quotes"
        advice = "take the quotes away, or make it a String"
        if context == "quoted" and placeholder.required:
            fix = _quotes(wrong, False)
    else:
        message = f"`{called}` is {a_type}, which cannot be part of a {context}"
        mark = f"stands in a {context}"
        advice = "give it the type of the text that stands there"
    return Problem(
        placeholder.at / "type",
        message,
        about=placeholder,
        value=name,
        help=advice,
        related=[(hole.at, mark) for hole in wrong],
        fix=fix,
    )


def _all_words(options: list[object] | None) -> bool:
    """Whether there are options, each a text that spells no other JSON value."""
    return bool(options) and all(isinstance(item, str) and not JSON.match(item) for item in options or ())


def _quotes(holes: list[Hole], put: bool) -> Fix | None:
    """Put quotes around the holes, or take them away; None where they are in several templates' hands."""
    if len({hole.context for hole in holes}) > 1:
        return None
    edits = []
    for hole in holes:
        template = hole.template
        written = template.text[hole.start : hole.end]
        if put:
            edits.append(replace_chars(hole.at, f'"{written}"'))
        else:
            edits.append(replace_chars(template.text_at.chars(hole.start - 1, hole.end + 1), written))
    return Fix("quote the hole" if put else "take the quotes away", *edits)


def _options(placeholder: Placeholder, name: str, options: list[object]) -> Iterator[Problem]:
    """What is said of options that are no values of the type."""
    wrong = [
        index
        for index, option in enumerate(options)
        if isinstance(option, str | int | float) and fits_option(name, option) is False
    ]
    at = placeholder.at / "options"
    if len(wrong) > 1 and len(wrong) == len(options):
        meant = _type_of(options)
        yield Problem(
            placeholder.at / "type",
            f"`{placeholder.name}` is {_article(name)} {name}, and none of its options is",
            about=placeholder,
            value=f"options {name}",
            related=[(at / 0, "such as this")],
            fix=Fix(f"make it {meant}", replace_value(placeholder.at / "type", meant)) if meant else None,
        )
        return
    for index in wrong:
        option = options[index]
        written = _as_text(option) if name == "String" else None
        yield Problem(
            at / index,
            f"the option {_shown(option)} of `{placeholder.name}` is no {name}",
            about=placeholder,
            value=f"option {option!r}",
            related=[(placeholder.at / "type", "its type")],
            fix=Fix(f'write "{written}"', replace_value(at / index, written)) if written else None,
        )


def _type_of(options: list[object]) -> str | None:
    """The one type that all the options have, None when there is none."""
    kinds = (("boolean", bool), ("integer", int), ("number", float), ("string", str))
    return type_for(
        frozenset(next(kind for kind, type_ in kinds if isinstance(option, type_)) for option in options)
    )


def _as_text(option: object) -> str | None:
    """A number or a boolean as the text that spells it."""
    if isinstance(option, bool):
        return "true" if option else "false"
    return str(option) if isinstance(option, int | float) else None


def _shown(option: object) -> str:
    """An option as a message names it."""
    return f"`{str(option).lower()}`" if isinstance(option, bool) else f"`{option}`"


def _article(name: str) -> str:
    return "an" if name[0] in "AEIO" or name == "UnsignedInteger" else "a"
