"""Rules of a team's own: YAML files of queries and conditions, and Python rules of installed packages.

Both are loaded only where configuration names them (`own-rules`, `plugins`); looking for packages costs
every start 20 to 40 ms. A file of rules comes with the repository, and is data: its patterns, those of
queries too, run in jsonschema-rs's linear engine, its schemas refer to nothing elsewhere, and a query that
would take a power of a document's size is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from connlint.config import BrokenConfig, Config, shown
from connlint.connector.places import Places
from connlint.finding import Severity
from connlint.reading import MISSING, SPEC_LIMITS, Document, Location, Pointer, read, render_pointer
from connlint.rule import Context, Problem, Rule

if TYPE_CHECKING:
    from jsonpath_rfc9535 import JSONPathEnvironment

GROUP: Final = "connlint.rules"
"""The entry point group of packages with rules: each names a package whose modules are rules."""

_CASINGS: Final = {
    "snake": "^[a-z][a-z0-9]*(_[a-z0-9]+)*$",
    "kebab": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    "camel": "^[a-z][a-zA-Z0-9]*$",
    "pascal": "^[A-Z][a-zA-Z0-9]*$",
    "upper": "^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$",
    "lower": "^[^A-Z]*$",
}
_FIELD = re.compile(r"\{(value|key|address|pointer)\}")
_LONGEST = 80
_MOST_DESCENTS: Final = 2
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_MANY_OF_ROOT = re.compile(r"(?<=.)\$(?:\.\w+|\[(?:-?\d+|_)\])*+(?:\.\.|\.\*|\[)", re.DOTALL)
"""A query from the root, inside a filter, that may select many values: it is made for each candidate."""


class OwnRule:
    """One rule of a YAML file: its query, its condition, and how often the query has selected anything."""

    def __init__(self, id_: str, at: Location, value: Mapping[str, Any]) -> None:
        import jsonschema_rs
        from jsonpath_rfc9535 import JSONPathError

        self.id = id_
        self.at = at
        self.value = value
        self.selected = 0
        try:
            self._query = _queries().compile(value["given"])
        except JSONPathError as error:
            raise BrokenConfig(
                [_line(at / "given", f"`given` is no JSONPath: {_first_line(error)}")]
            ) from error
        slow = _slow(value["given"])
        if slow:
            raise BrokenConfig([_line(at / "given", slow)])
        try:
            self._condition = jsonschema_rs.Draft202012Validator(
                condition(value["then"]), pattern_options=jsonschema_rs.RegexOptions(), retriever=_no_other
            )
        except (jsonschema_rs.ValidationError, ValueError) as error:
            said = f"`then` cannot be used: {_first_line(error)}"
            if said.endswith('is not a "regex"'):
                said += (
                    " that is supported: patterns run in linear time, without look-around and back-references"
                )
            raise BrokenConfig([_line(at / "then", said)]) from error

    def faults(self, document: Document) -> Iterator[tuple[Pointer, object]]:
        """The selected values of a document that do not meet the condition, with their pointers."""
        role = self.value.get("in")
        if (
            document.value is MISSING
            or (role is not None and document.role != role)
            or document.role == "contract"
        ):
            return
        for node in self._query.find(document.value):  # type: ignore[arg-type]  # any JSON value
            self.selected += 1
            if not self._meets(node.value):
                yield tuple(node.location), node.value

    def _meets(self, value: object) -> bool:
        try:
            return self._condition.is_valid(value)
        except ValueError:  # a lone surrogate, which reading has reported, cannot cross into the library
            return True

    def as_rule(self) -> Rule:
        """The rule for the engine."""

        def check(document: Document, context: Context) -> Iterable[Problem]:
            places: Places | None = None
            for pointer, value in self.faults(document):
                places = places or Places(context.connector, document)
                at = Location(document, pointer)
                address = places.address(at)
                words = {
                    "value": _short(value),
                    "key": str(pointer[-1]) if pointer else "",
                    "address": address,
                    "pointer": render_pointer(pointer),
                }
                yield Problem(
                    at,
                    _filled(self.value["message"], words),
                    help=self.value.get("help"),
                    about=address,
                    value=render_pointer(pointer) if address == "document" else _short(value),
                )

        rule = Rule(check, Document, Severity.of(self.value.get("severity", "warning")), (), {})
        rule.id, rule.family = self.id, "own"
        rule.doc = f"{self.value['message']}\n\nWhy: {self.value.get('why', 'a rule of your own')}."
        return rule


def _no_other(uri: str) -> NoReturn:
    """The library would fetch what a schema refers to, over the network too."""
    raise ValueError(f"`{uri}` is outside this rule, and nothing is fetched")


def _slow(query: str) -> str:
    """Why a query would take too long on a large document; "" where it would not."""
    plain = _QUOTED.sub("_", query)
    if plain.count("..") > _MOST_DESCENTS:
        return f"`given` has more than {_MOST_DESCENTS} `..`, each of which visits all below it"
    if _MANY_OF_ROOT.search(plain):
        return "a filter of `given` compares with many values below `$`: compare with one, or with `@`"
    return ""


@cache
def _queries() -> JSONPathEnvironment:
    """Queries as RFC 9535 has them; the patterns of `match` and `search` in linear time."""
    import jsonschema_rs
    from jsonpath_rfc9535 import JSONPathEnvironment
    from jsonpath_rfc9535.function_extensions import ExpressionType, FilterFunction

    @cache
    def validator(pattern: str) -> jsonschema_rs.Validator | None:
        try:
            return jsonschema_rs.Draft202012Validator(
                {"type": "string", "pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions()
            )
        except (jsonschema_rs.ValidationError, ValueError):
            return None

    class Matches(FilterFunction):
        """`match` or `search`: false where the pattern is none (RFC 9535, 2.4.6 and 2.4.7)."""

        arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012 - the library's own form
        return_type = ExpressionType.LOGICAL

        def __init__(self, frame: str) -> None:
            self._frame = frame

        def __call__(self, text: object, pattern: object) -> bool:
            if not isinstance(text, str) or not isinstance(pattern, str):
                return False
            known = validator(self._frame.format(pattern)) if validator(pattern) is not None else None
            try:
                return known is not None and known.is_valid(text)
            except ValueError:  # a lone surrogate
                return False

    environment = JSONPathEnvironment()
    environment.max_recursion_depth = 2 * SPEC_LIMITS.depth
    environment.function_extensions |= {"match": Matches("^(?:{})$"), "search": Matches("{}")}
    return environment


def condition(then: Mapping[str, Any]) -> dict[str, Any]:
    """A rule's `then` as one JSON Schema."""
    parts: list[Any] = []
    if "pattern" in then:
        parts.append({"type": "string", "pattern": then["pattern"]})
    if "casing" in then:
        parts.append({"type": "string", "pattern": _CASINGS[then["casing"]]})
    if "enum" in then:
        parts.append({"enum": then["enum"]})
    if "required" in then:
        parts.append({"type": "object", "required": then["required"]})
    for bound, word in (("min", "min"), ("max", "max")):
        if bound in then.get("length", {}):
            number = then["length"][bound]
            parts.append({f"{word}{what}": number for what in ("Length", "Items", "Properties")})
    if "schema" in then:
        parts.append(then["schema"])
    if then.get("forbidden"):
        parts.append(False)
    return {"allOf": parts}


def read_rules(path: Path, name: str) -> list[OwnRule]:
    """The rules of a YAML or JSON file. Raises BrokenConfig."""
    from connlint.schema import faults

    try:
        data = path.read_bytes()
    except OSError as error:
        raise BrokenConfig([f"{name}: cannot be read: {error.strerror}"]) from error
    result = read(name, data, named=True)
    lines = [
        _place(result.source.path, result.source, fault.span.start, fault.message) for fault in result.faults
    ]
    for document in result.documents[:1]:
        lines += [_place(name, result.source, fault.span.start, fault.message) for fault in document.faults]
        lines += [
            _line(fault.at, fault.message + (f" ({fault.help})" if fault.help else ""))
            for fault in faults(document, "rules")
        ]
    if lines or not result.documents:
        raise BrokenConfig(lines or [f"{name}: holds no rules"])
    document = result.documents[0]
    assert isinstance(document.value, dict)
    return [OwnRule(id_, document / "rules" / id_, item) for id_, item in document.value["rules"].items()]


def own_rules(config: Config, working: Path, builtin: Iterable[str]) -> tuple[dict[str, Rule], list[OwnRule]]:
    """The rules that a configuration names, by id, and those of them that are queries.

    Raises BrokenConfig for a file or package that cannot be used, and for an id that is taken.
    """
    found: dict[str, Rule] = {}
    queries: list[OwnRule] = []
    taken = set(builtin)
    for path in config.own_rule_files:
        for own in read_rules(path, shown(path, working)):
            if own.id in taken:
                raise BrokenConfig([_line(own.at.key, f"there is a rule `{own.id}` already")])
            taken.add(own.id)
            queries.append(own)
            found[own.id] = own.as_rule()
    for plugin in config.plugins:
        for rule in _plugin_rules(plugin, config):
            if rule.id in taken:
                raise BrokenConfig(
                    [f"{config.name}: the plugin {plugin} has a rule `{rule.id}`, which there is already"]
                )
            taken.add(rule.id)
            found[rule.id] = rule
    return found, queries


def _plugin_rules(name: str, config: Config) -> Iterator[Rule]:
    """The rules of an installed package: the modules of what its entry point names."""
    from importlib import import_module
    from importlib.metadata import entry_points
    from pkgutil import iter_modules

    points = list(entry_points(group=GROUP, name=name))
    if not points:
        raise BrokenConfig(
            [f"{config.name}: no installed package gives the rules `{name}` (entry point {GROUP})"]
        )
    try:
        package = points[0].load()
        for module in iter_modules(package.__path__):
            loaded = import_module(f"{package.__name__}.{module.name}")
            rule = getattr(loaded, "check", None)
            if isinstance(rule, Rule):
                rule.id = module.name.replace("_", "-")
                rule.family = "own"
                rule.doc = (loaded.__doc__ or "").strip()
                yield rule
    except Exception as error:
        if isinstance(error, BrokenConfig):
            raise
        raise BrokenConfig(
            [f"{config.name}: the plugin {name} cannot be loaded: {type(error).__name__}: {error}"]
        ) from error


def run_examples(own: OwnRule) -> tuple[int, list[str]]:
    """Run a rule's examples: how many there are, and what is wrong with each that fails."""
    examples = own.value.get("examples", {})
    wrong = []
    count = 0
    for kind, wanted in (("good", False), ("bad", True)):
        document = own.at.document
        for index, value in enumerate(examples.get(kind, [])):
            count += 1
            trial = Document(
                document.source, "json", value, _positions_of(document), role=own.value.get("in", "")
            )
            found = any(True for _ in own.faults(trial))
            if found is not wanted:
                words = "finds something" if found else "finds nothing"
                wrong.append(
                    _line(own.at / "examples" / kind / index, f"{own.id} {words} in this {kind} example")
                )
    return count, wrong


def _positions_of(document: Document) -> Callable[[], Any]:
    return lambda: document.positions


def _filled(message: str, words: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda match: words[match[1]], message)


def _short(value: object) -> str:
    import json

    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _line(at: Location, message: str) -> str:
    return _place(at.source.path, at.source, at.span.start, message)


def _place(path: str, source: Any, offset: int, message: str) -> str:
    position = source.position(offset)
    return f"{path}:{position.line}:{position.column}: {message}"
