"""A `type` is none of the format's types.

Why: the platform cannot know how to ask for such a value, or how to read one, and connlint cannot check it.
The types are String, Integer, Boolean and Object, which are published, and Any, Array, Float, ID,
UnsignedInteger, DateTime, Duration, Bytes, Handle, Url, KV, KVV, Vars and Meta of the platform's open-source
base. Capitals count.
Fix: the type that a slip of the finger, or another language's name for it (`number`, `bool`), stands for.
Unsafe: the type decides how values are checked and sent.
"""

from functools import lru_cache

from connlint.rule import (
    TYPES,
    Connector,
    Field,
    Fix,
    Iterator,
    Placeholder,
    Problem,
    Severity,
    nearest,
    replace_value,
    rule,
)

KNOWN = frozenset(TYPES)
NAMED = KNOWN | {None}

# What JSON Schema, OpenAPI and programming languages call them.
FOREIGN = {
    "str": "String",
    "text": "String",
    "int": "Integer",
    "int32": "Integer",
    "int64": "Integer",
    "long": "Integer",
    "number": "Float",
    "double": "Float",
    "decimal": "Float",
    "bool": "Boolean",
    "list": "Array",
    "dict": "Object",
    "map": "Object",
    "json": "Object",
    "timestamp": "DateTime",
    "file": "Bytes",
    "binary": "Bytes",
    "uuid": "ID",
}


@rule(on=Connector, severity=Severity.WARNING)
def check(connector: Connector) -> Iterator[Problem]:
    if not connector.field_types <= NAMED:
        for field in connector.all_fields:
            if field.type not in KNOWN and field.type:
                yield _unknown(field, field.type)
    for placeholder in connector.placeholders:
        if placeholder.type not in KNOWN and placeholder.type:
            yield _unknown(placeholder, placeholder.type)


@lru_cache(maxsize=256)
def _meant(name: str) -> str | None:
    """The type that a name most likely stands for; the same slip is seldom made once."""
    return FOREIGN.get(name.lower()) or nearest(name, TYPES)


def _unknown(node: Field | Placeholder, name: str) -> Problem:
    at = node.at / "type"
    meant = _meant(name)
    if meant is None:
        known = f"the types are {', '.join(TYPES)}"
        return Problem(at, f"`{name}` is no type of the format", about=node, value=name, help=known)
    fix = Fix(f"make it {meant}", replace_value(at, meant))
    return Problem(at, f"`{name}` is no type of the format; `{meant}` is", about=node, value=name, fix=fix)
