"""What is wrong with a document, in its author's words: the document walked beside its schema."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from connlint.reading import MISSING, Document, Location
from connlint.reading.edits import Edit, rename_key, replace_value
from connlint.schema.checks import Checks, Schema, regex, same
from connlint.text import nearest

# What a branch of a condition is told of the schema around it: the properties, for examples of them.
_AROUND: Final = " around"
_OPEN: Final = frozenset({"$comment", "$schema"})
_IDENTITY: Final = ("name", "handle", "event", "operation", "delivers", "rule")


class Fault:
    """One mistake: its place, what is wrong, what helps, the offending `value` as text, and the edit that
    mends it (with a `title`) where there is one right edit. Such an edit is never safe: it is a guess."""

    __slots__ = ("at", "edit", "help", "message", "title", "value")

    def __init__(
        self,
        at: Location,
        message: str,
        help: str | None = None,
        *,
        value: str = "",
        edit: Edit | None = None,
        title: str = "",
    ) -> None:
        self.at = at
        self.message = message
        self.help = help
        self.value = value
        self.edit = edit
        self.title = title

    def __repr__(self) -> str:
        return f"Fault({self.at!r}, {self.message!r})"


def explain(document: Document, checks: Checks) -> Iterator[Fault]:
    """The faults of a document that is not valid, one a mistake, in the schema's order.

    Lazy, and quick about what is valid: only what is not is walked.
    """
    checks.failed.clear()
    reader = _Reader(document, checks)
    return reader.explain(checks.schema, document.value, document.root, _Label())


class _Label:
    """What a value is called: the title that it has in its place (`Endpoint`), the title of its sort
    (`Template`), and how it hangs on what holds it.

    `link` is "root", "property" (of a known name), "member" (of an object with free names) or "item".
    """

    __slots__ = ("link", "sort", "title")

    def __init__(self, title: str = "", sort: str = "", link: str = "root") -> None:
        self.title = title
        self.sort = sort
        self.link = link

    def of(self, value: object, at: Location) -> str:
        """The value's name in a message: `` `path` ``, ``placeholder `model` ``, `the service document`."""
        title = _lower(self.title)
        step = at.pointer[-1] if at.pointer else None
        if self.link == "property":
            return f"`{step}`"
        if self.link == "member":
            return f"{title} {_name(step)}"
        if self.link == "item" and isinstance(step, int):
            identity = _identity(value)
            if identity is not None:
                return f"{title} {_name(identity[1])}"
            holder = at.pointer[-2] if len(at.pointer) > 1 else None
            return f"{title} {step + 1}" + (f" of `{holder}`" if isinstance(holder, str) else "")
        return f"the {title}"

    def kind(self) -> str:
        """What sort of thing it is, with its article: `a placeholder`, `an operation`."""
        return _a(self.sort)


def _identity(value: object) -> tuple[str, str] | None:
    """The member that tells a thing from its siblings: its key and its text."""
    if isinstance(value, dict):
        for key in _IDENTITY:
            text = value.get(key)
            if isinstance(text, str) and text:
                return key, text
    return None


class _Reader:
    """Walks a value beside its schema. One for one document and one run."""

    def __init__(self, document: Document, checks: Checks) -> None:
        self.document = document
        self.checks = checks

    def explain(self, schema: Schema | bool, value: object, at: Location, label: _Label) -> Iterator[Fault]:
        """The faults of a value, its own before those of what it holds."""
        if isinstance(schema, bool):
            return
        title = schema.get("title", label.title)
        if "$ref" in schema:
            target = self.checks.resolved(schema)
            yield from self.explain(target, value, at, _Label(title, target["title"], label.link))
            return
        label = _Label(label.title or title, schema.get("title", label.sort), label.link)
        own = list(self._own(schema, value, at, label))
        yield from own
        if own and not isinstance(value, (dict, list)):
            return
        if not _of_kind(schema.get("type"), value):
            return
        if isinstance(value, dict):
            yield from self._object(schema, value, at, label)
        elif isinstance(value, list):
            yield from self._list(schema, value, at)
        if "if" in schema:
            held = self.checks.of(schema["if"])(value)
            branch = schema.get("then" if held else "else", True)
            if isinstance(branch, dict) and "$ref" not in branch:
                branch = {**branch, _AROUND: schema.get("properties", {})}
            yield from self.explain(branch, value, at, label)

    def _own(self, schema: Schema, value: object, at: Location, label: _Label) -> Iterator[Fault]:
        """What is wrong with a value whatever it holds: its kind first, for the rest means nothing then."""
        if not _of_kind(schema.get("type"), value):
            yield self._wrong_kind(schema, value, at, label)
            return
        for keyword, check in _CHECKS.items():
            if keyword in schema:
                fault = check(schema, value, at, label)
                if fault is not None:
                    yield fault
                    return

    # --- objects

    def _object(
        self, schema: Schema, value: dict[str, object], at: Location, label: _Label
    ) -> Iterator[Fault]:
        properties: Mapping[str, Schema] = schema.get("properties", {})
        renamed: dict[str, str] = {}
        if schema.get("additionalProperties") is False:
            yield from self._unknown_keys(schema, value, at, label, renamed)
        present = value.keys() | renamed.values()
        for key in schema.get("required", ()):
            if key not in present:
                yield self._missing(schema, key, value, at, label)
        if "anyOf" in schema:
            yield from self._one_of_keys(schema, value, present, at, label)
        yield from self._names(schema, value, at)
        refused: set[str] = set()
        for key, beside in schema.get("dependentSchemas", {}).items():
            for other in beside["properties"] if key in value else ():
                if other in value and other not in refused:
                    refused.add(other)
                    yield Fault(
                        (at / other).key,
                        f"`{other}` cannot stand beside `{key}`",
                        "keep one of them",
                        value=other,
                    )
        extra = schema.get("additionalProperties", True)
        for key, item in value.items():
            if key in refused:
                continue
            if key in properties:
                inner, link = properties[key], "property"
            elif _matches(schema.get("patternProperties", ()), key):
                continue
            else:
                inner, link = extra, "member"
            if not self._fine(inner, item):
                yield from self.explain(inner, item, at / key, _Label(link=link))

    def _unknown_keys(
        self,
        schema: Schema,
        value: dict[str, object],
        at: Location,
        label: _Label,
        renamed: dict[str, str],
    ) -> Iterator[Fault]:
        """Keys that the schema does not have; `renamed` receives those whose right name is known."""
        properties: Mapping[str, Schema] = schema.get("properties", {})
        known = [key for key in properties if key not in _OPEN]
        for key in value:
            if key in properties or _matches(schema.get("patternProperties", ()), key):
                continue
            place = (at / key).key
            message = f"{_name(key)} is no key of {label.kind()}"
            absent = [name for name in known if name not in value and name not in renamed.values()]
            near = nearest(key, absent)
            if near is not None:
                renamed[key] = near
                yield Fault(
                    place,
                    message,
                    f"did you mean `{near}`?",
                    value=key,
                    edit=rename_key(at / key, near),
                    title=f"rename {key} to {near}",
                )
            else:
                yield Fault(place, message, self._hint(properties, known, key, value, label), value=key)

    def _hint(
        self,
        properties: Mapping[str, Schema],
        known: list[str],
        key: str,
        value: dict[str, object],
        label: _Label,
    ) -> str:
        """Where a key that is near no other may belong."""
        there = nearest(key, [name for name in known if name in value])
        if there is not None:
            return f"`{there}` is there already"
        folded = key.casefold()
        alike = [name for name in known if len(key) > 2 and _begins(name.casefold(), folded)]
        if len(alike) == 1 and alike[0] not in value:
            return f"did you mean `{alike[0]}`?"
        holders = [name for name in known if key in self._resolved(properties[name]).get("properties", {})]
        if holders:
            return f"`{key}` goes into {_or([f'`{name}`' for name in holders])}"
        every = _and([f"`{name}`" for name in known])
        return f"{label.kind()} has {every}; a key of your own begins with `x-`"

    def _missing(
        self, schema: Schema, key: str, value: dict[str, object], at: Location, label: _Label
    ) -> Fault:
        """A key that has to be there and is not."""
        return Fault(
            _headline(value, at, label),
            f"{label.of(value, at)} has no `{key}`",
            self._addition(schema, key),
            value=key,
        )

    def _addition(self, schema: Schema, key: str) -> str | None:
        """How a key that is not there might be written."""
        properties = schema.get("properties", schema.get(_AROUND, {}))
        what = self._resolved(properties.get(key, {}))
        texts = (json.dumps(value, ensure_ascii=False) for value in what.get("examples", ()) if value != "")
        example = next((text for text in texts if len(text) <= 80), None)
        return None if example is None else f"for example `{_member(self.document, key, example)}`"

    def _one_of_keys(
        self,
        schema: Schema,
        value: dict[str, object],
        present: set[str],
        at: Location,
        label: _Label,
    ) -> Iterator[Fault]:
        """`anyOf` over single required keys: one of them has to be there."""
        needed = [branch["required"][0] for branch in schema["anyOf"]]
        if any(key in present for key in needed):
            return
        for key in value:
            near = nearest(key, needed)
            if near is not None and key not in schema.get("properties", {}):
                yield Fault(
                    (at / key).key,
                    f"{_name(key)} is no key of {label.kind()}",
                    f"did you mean `{near}`?",
                    value=key,
                    edit=rename_key(at / key, near),
                    title=f"rename {key} to {near}",
                )
                return
        yield Fault(
            _headline(value, at, label),
            f"{label.of(value, at)} needs {_or([f'`{key}`' for key in needed])}",
            self._addition(schema, needed[0]),
            value=_or(needed),
        )

    def _names(self, schema: Schema, value: dict[str, object], at: Location) -> Iterator[Fault]:
        """`propertyNames`: names that an author chooses freely, within limits."""
        names = schema.get("propertyNames")
        if names is None:
            return
        title = names["title"]
        for key in value:
            if len(key) < names.get("minLength", 0):
                yield Fault((at / key).key, f"{_a(title)} is empty", "give it a name, or take it out")
            elif "pattern" in names and not regex(names["pattern"]).search(key):
                yield Fault(
                    (at / key).key,
                    f"{_name(key)} is no {_lower(title)}: it {_expected(names)}",
                    value=key,
                )

    # --- lists

    def _list(self, schema: Schema, value: list[object], at: Location) -> Iterator[Fault]:
        items = schema.get("items", True)
        if isinstance(items, bool):
            return
        for index, item in enumerate(value):
            if not self._fine(items, item):
                yield from self.explain(items, item, at / index, _Label(link="item"))

    def _fine(self, schema: Schema | bool, value: object) -> bool:
        """Whether a child needs no walk. However deep a mistake lies, what is around it is checked once or
        twice, not once for each level above it."""
        return id(value) not in self.checks.failed and self.checks.of(schema)(value)

    def _resolved(self, schema: Schema) -> Schema:
        """The schema with the one that it refers to laid under it."""
        return {**self.checks.resolved(schema), **schema}

    # --- kinds

    def _wrong_kind(self, schema: Schema, value: object, at: Location, label: _Label) -> Fault:
        """A value of another JSON kind than the schema's."""
        wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        what = f"{label.of(value, at)} must be {self._kinds(schema, wanted)}; here it is {_seen(value)}"
        right = self._converted(schema, wanted, value)
        shown = json.dumps(right, ensure_ascii=False) if right is not MISSING else ""
        if right is not MISSING and len(shown) <= 60:
            return Fault(
                at,
                what,
                f"write it as `{shown}`",
                value=_shown(value),
                edit=replace_value(at, right),
                title=f"write {shown}",
            )
        return Fault(at, what, self._kind_help(schema, wanted, value), value=_shown(value))

    def _kinds(self, schema: Schema, wanted: list[str]) -> str:
        """The kinds that are right, in words."""
        words = []
        for kind in wanted:
            word = _KINDS[kind]
            if kind == "object" and schema.get("required"):
                word = f"an object with {_and([f'`{key}`' for key in schema['required']])}"
            elif kind == "object" and isinstance(schema.get("additionalProperties"), dict):
                members = self._resolved(schema["additionalProperties"])
                word = f"an object of {_plural(members['title'])} by name"
            elif kind == "array":
                items = self._resolved(schema.get("items", {}))
                word = f"a list of {_plural(items['title'])}" if "title" in items else word
            words.append(word)
        return _or(words)

    def _converted(self, schema: Schema, wanted: list[str], value: object) -> object:
        """The value that the author meant, where there is only one; else MISSING."""
        if "string" in wanted and isinstance(value, int):
            return _shown(value)
        if "string" in wanted and isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
            return value[0]
        if wanted == ["boolean"] and value in ("true", "false"):
            return value == "true"
        if wanted == ["integer"] and isinstance(value, str) and re.fullmatch("-?[0-9]{1,15}", value):
            return int(value)
        if wanted == ["array"] and isinstance(value, str):
            items = self._resolved(schema.get("items", {}))
            if items.get("title") == "Segment":
                steps = value.split(".")
                return steps if all(re.fullmatch("[A-Za-z0-9_-]+", step) for step in steps) else MISSING
            if items.get("type") == "string":
                return [value]
        return MISSING

    def _kind_help(self, schema: Schema, wanted: list[str], value: object) -> str | None:
        """What to do about a wrong kind that cannot be put right by itself."""
        if value is None:
            return "give it a value, or leave the key out"
        items = self._resolved(schema.get("items", {})) if isinstance(schema.get("items"), dict) else {}
        if wanted == ["array"] and isinstance(value, dict) and "required" in items:
            if all(key in value for key in items["required"]):
                return "put the object into a list: `[…]`"
            return f"write a list of objects with {_and([f'`{key}`' for key in items['required']])}"
        if wanted == ["array"] and isinstance(value, str):
            example = next((item for item in schema.get("examples", ()) if item), None)
            return None if example is None else f"write a list, for example `{_shown(example)}`"
        if wanted == ["object"] and isinstance(value, list):
            if self.document.syntax == "toml":
                return "a table is written `[NAME]`, and a list of tables `[[NAME]]`"
            return "write an object: a name for each, and `{…}` in place of `[…]`"
        if "string" in wanted and isinstance(value, (dict, list)):
            return "write it as one text in quotes; JSON in it is escaped or, in YAML, stands in a `|` block"
        return None


# --- checks of one keyword: schema, value, place, label → a fault or None

Check = Callable[[Schema, object, Location, _Label], "Fault | None"]


def _enum(schema: Schema, value: object, at: Location, label: _Label) -> Fault | None:
    options = schema["enum"]
    if any(same(value, option) for option in options):
        return None
    message = f"{label.of(value, at)} cannot be {_quoted(value)}"
    all_of_them = f"it is one of {_or([_quoted(option) for option in options])}"
    near = nearest(value, options) if isinstance(value, str) else None
    if near is None:
        alike = [option for option in options if isinstance(value, str) and _begins(option, value)]
        hint = f"did you mean `{alike[0]}`? " if len(alike) == 1 and value else ""
        return Fault(at, message, f"{hint}{all_of_them}", value=_shown(value))
    return Fault(
        at,
        message,
        f"did you mean `{near}`? {all_of_them}",
        value=_shown(value),
        edit=replace_value(at, near),
        title=f"write {near}",
    )


def _const(schema: Schema, value: object, at: Location, label: _Label) -> Fault | None:
    if same(value, schema["const"]):
        return None
    return Fault(at, f"{label.of(value, at)} must be {_quoted(schema['const'])}; here it is {_quoted(value)}")


def _min_length(schema: Schema, value: object, at: Location, label: _Label) -> Fault | None:
    if not isinstance(value, str) or len(value) >= schema["minLength"]:
        return None
    return Fault(at, f"{label.of(value, at)} is empty", _example(schema))


def _pattern(schema: Schema, value: object, at: Location, label: _Label) -> Fault | None:
    if not isinstance(value, str) or regex(schema["pattern"]).search(value):
        return None
    return Fault(
        at,
        f"{label.of(value, at)} {_expected(schema)}; here it is {_quoted(value)}",
        value=_shown(value),
    )


def _not(schema: Schema, value: object, at: Location, label: _Label) -> Fault | None:
    if not isinstance(value, str) or not regex(schema["not"]["pattern"]).search(value):
        return None
    return Fault(at, f"{label.of(value, at)} {schema['errorMessage']}", value=_shown(value))


def _range(schema: Schema, value: object, at: Location, label: _Label) -> Fault | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    least, most = schema.get("minimum"), schema.get("maximum")
    if (least is None or value >= least) and (most is None or value <= most):
        return None
    limits = f"at least {least}" if most is None else f"from {least} to {most}"
    return Fault(
        at, f"{label.of(value, at)} must be {limits}; here it is {_shown(value)}", value=_shown(value)
    )


def _min_items(schema: Schema, value: object, at: Location, label: _Label) -> Fault | None:
    if not isinstance(value, list) or len(value) >= schema["minItems"]:
        return None
    return Fault(at, f"{label.of(value, at)} is an empty list", "put something into it")


def _min_properties(schema: Schema, value: object, at: Location, label: _Label) -> Fault | None:
    if not isinstance(value, dict) or len(value) >= schema["minProperties"]:
        return None
    return Fault(at, f"{label.of(value, at)} is empty", "put something into it")


_CHECKS: Final[dict[str, Check]] = {
    "enum": _enum,
    "const": _const,
    "minLength": _min_length,
    "pattern": _pattern,
    "not": _not,
    "minimum": _range,
    "maximum": _range,
    "minItems": _min_items,
    "minProperties": _min_properties,
}

# --- words

_KINDS: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "array": "a list",
    "object": "an object",
    "null": "`null`",
}


def _of_kind(wanted: str | list[str] | None, value: object) -> bool:
    if wanted is None:
        return True
    kinds = wanted if isinstance(wanted, list) else [wanted]
    match value:
        case bool():
            return "boolean" in kinds
        case int():
            return "integer" in kinds or "number" in kinds
        case float():
            return "number" in kinds or ("integer" in kinds and value.is_integer())
        case str():
            return "string" in kinds
        case dict():
            return "object" in kinds
        case list():
            return "array" in kinds
    return "null" in kinds


def _seen(value: object) -> str:
    """What stands there, in words."""
    match value:
        case None:
            return "empty (`null`)"
        case bool():
            return f"`{_shown(value)}`"
        case int() | float():
            return f"the number {_shown(value)}"
        case str():
            return f"the text {_quoted(value)}" if value else "empty text"
        case list():
            return "a list"
    return "an object"


def _shown(value: object, longest: int = 60) -> str:
    """A value as short JSON text; plain text as it is."""
    if isinstance(value, str):
        text = _one_line(value)
    else:
        if isinstance(value, (dict, list)) and len(value) > longest:
            return ""
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _quoted(value: object) -> str:
    return f"`{_shown(value, 40)}`"


def _name(key: object) -> str:
    """A name that an author wrote, for a message: marked, and short."""
    text = _one_line(str(key))
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`" if text else "the empty name"


def _one_line(text: str) -> str:
    """Text as it is, line breaks and control characters as JSON writes them."""
    return text if text.isprintable() else json.dumps(text, ensure_ascii=False)[1:-1]


def _expected(schema: Schema) -> str:
    """What text has to be that a pattern refuses, as the rest of a sentence."""
    return str(schema.get("patternErrorMessage", "is not what the format expects"))


def _example(schema: Schema) -> str | None:
    """A help text that shows right text."""
    text = next((text for text in schema.get("examples", ()) if isinstance(text, str) and text), None)
    return None if text is None else f"for example `{text}`"


def _lower(title: str) -> str:
    """A title within a sentence."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _a(title: str) -> str:
    """A title with its article."""
    return f"{'an' if title[:1] in 'AEIOUaeiou' else 'a'} {_lower(title)}"


def _member(document: Document, key: str, example: str) -> str:
    """A member as the document's language writes it; `example` is JSON text."""
    if document.syntax == "toml":
        return f"{key} = {example}"
    if document.syntax != "yaml":
        return f'"{key}": {example}'
    text = example[1:-1]
    plain = example[:1] == '"' and re.fullmatch(r"[A-Za-z/][A-Za-z0-9 /._-]*|[0-9-]{10} [a-z][^#\\]*", text)
    return f"{key}: {text if plain else example}"


def _headline(value: object, at: Location, label: _Label) -> Location:
    """Where to point at a whole object: at what names it, so that not every line of it is marked."""
    identity = _identity(value)
    if identity is not None and label.link in ("item", "root"):
        return at / identity[0]
    return at.key if label.link in ("property", "member") else at


def _begins(name: str, key: str) -> bool:
    return name.startswith(key) or key.startswith(name)


def _plural(title: str) -> str:
    word = _lower(title)
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return word if word.endswith("s") else f"{word}s"


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _matches(patterns: Mapping[str, object] | tuple[()], key: str) -> bool:
    return any(regex(pattern).search(key) for pattern in patterns)
