"""The vendor's SDK documentation in Markdown: bullets of `name: type`, nested by what they belong to.

As generated reference pages write them: `` - `data: object { id, created_at, 2 more }` ``, with members as
bullets below. Indentation says what belongs to what. Where a page was saved without it (a diff view, with
line numbers in front), the members that an object declares say it: their names, and how many more there
are. What those leave open is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from connlint.evidence.event_import.model import Findings, ImportFailedError
from connlint.evidence.event_import.schemas import Schemas, Target, one_line
from connlint.evidence.event_import.unions import found_in

_BULLET: Final = re.compile(r"(\s*)[-*+] `([^`]+)`(.*)")
_HEADING: Final = re.compile(r" {0,3}#{1,6}(?: |$)")
_NUMBERED: Final = re.compile(r"([0-9]+)(.*)")
_FENCE: Final = re.compile(r"\s*(```|~~~)")
_MEMBER: Final = re.compile(r"([A-Za-z_$][\w.$\[\]-]*): (.+)")
_MORE: Final = re.compile(r"([0-9]+) more")
_NAME: Final = re.compile(r"[A-Za-z_$][\w.$\[\]-]*")

_SIMPLE: Final = {
    "string": "string",
    "number": "number",
    "boolean": "boolean",
    "integer": "integer",
    "null": "null",
    "file": "string",
    "object": "named",
    "unknown": "any",
    "any": "any",
}

_MOST_BULLETS: Final = 20_000
_TAKE_THE_FILE: Final = "import the Markdown file itself, with its indentation"

_MOST_STEPS: Final = 50_000
"""How far the nesting of one section is tried out before it counts as unclear."""


@dataclass(frozen=True)
class Type:
    """What a bullet's text says of a value.

    `kind` is a JSON type, "any", "literal", "union", "array", "map", "object" or "named"; `names` are the
    members that an object lists, the words of a literal's or the branches of a union's; `more` counts those
    it does not list.
    """

    kind: str
    optional: bool = False
    names: tuple[str, ...] = ()
    more: int = 0
    item: Type | None = None

    @property
    def members(self) -> Type:
        """The type whose members are listed below the bullet: an array's items, a map's values, or this."""
        return self.item.members if self.item is not None else self


@dataclass
class Bullet:
    """One bullet: its line in the file (from 1), its column, what it declares, the text below it."""

    line: int
    column: int
    name: str | None
    type: Type
    text: str
    words: list[str] = field(default_factory=list)

    @property
    def value(self) -> str | None:
        """The literal, when the bullet is one of the values that a literal type can have."""
        single = (
            self.name is None and self.type.kind == "literal" and len(self.type.names) + self.type.more == 1
        )
        return self.type.names[0] if single else None

    def is_called(self, wanted: str) -> bool:
        """Whether a declaration means this bullet: by its name, or by its type where it has none. The name of
        a type may be written in another way there (`BatchDoneEvent`, `batch_done_event`)."""
        if self.name == wanted or self.text == wanted:
            return True
        return wanted[:1].isupper() and plain_name(self.name or self.text) == plain_name(wanted)


@dataclass
class Section:
    """A heading and the bullets up to the next."""

    title: str
    bullets: list[Bullet] = field(default_factory=list)


@dataclass
class Node:
    """A bullet with what belongs to it."""

    bullet: Bullet
    children: list[Node] = field(default_factory=list)


def read_sdk_docs(text: str, *, descriptions: bool) -> Findings:
    """The events of a documentation page.

    Raises ImportFailedError, with the line, where the page is no such documentation, contradicts itself, or
    leaves open what belongs to what.
    """
    sections, indented = _sections(text)
    roots = [node for section in sections for node in _nested(section, indented)]
    if not roots:
        raise ImportFailedError(
            "no bullet declares a type",
            help="expected Markdown such as: - `batch_done_event: object { id, type, 2 more }`",
        )
    builder = _Builder(roots)
    branches: dict[str, Target] = {}
    notes: list[str] = []
    for node in roots:
        found = list(builder.events(node))
        if not found:
            notes.append(
                f"line {node.bullet.line}: `{node.bullet.name or node.bullet.text}` is no event; left out"
            )
        for event, schema in found:
            name = event.bullet.name or event.bullet.text
            known = branches.get(name)
            if known is None:
                branches[name] = Target(name, schema, schema)
            elif known.schema != schema:
                raise ImportFailedError(
                    f"`{name}` is described twice, and differently", line=event.bullet.line,
                    help="the page contradicts itself: take one of the two out",
                )  # fmt: skip  # rows hold what belongs together
    if not branches:
        raise ImportFailedError(
            "none of the types on the page is an event",
            help='an event is an object with a key that has one constant value, such as `type: "batch.done"`',
        )
    findings = found_in(Schemas({}, descriptions=descriptions), list(branches.values()))
    return Findings(findings.events, findings.event_name, findings.definitions, notes=tuple(notes))


# --- lines to bullets


def _sections(text: str) -> tuple[list[Section], bool]:
    """The page's sections, and whether its indentation can be trusted."""
    lines = list(_lines(text))
    current = Section("")
    sections = [current]
    fence: str | None = None
    count = 0
    for number, line in lines:
        mark = _FENCE.match(line)
        if mark is not None:
            fence = None if fence == mark[1] else fence or mark[1]
            continue
        if fence is not None or not line.strip():
            continue
        if _HEADING.match(line):
            current = Section(line.strip().strip("#").strip())
            sections.append(current)
            continue
        bullet = _BULLET.match(line)
        if bullet is not None:
            count += 1
            if count > _MOST_BULLETS:
                raise ImportFailedError(f"more than {_MOST_BULLETS} bullets", line=number)
            current.bullets.append(_bullet(number, bullet))
        elif current.bullets:
            current.bullets[-1].words.append(line.strip())
    columns = {bullet.column for section in sections for bullet in section.bullets}
    return sections, max(columns, default=0) > 1


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The page's lines with their number in the file; a diff view's own numbers and heading are taken off.

    Raises ImportFailedError where such numbers have a gap: what stood there is missing.
    """
    lines = text.expandtabs(4).splitlines()
    numbered = [_NUMBERED.fullmatch(line) for line in lines]
    start = next((at for at, match in enumerate(numbered) if match is not None and match[1] == "1"), None)
    body = numbered[start:] if start is not None else []
    if start is None or sum(match is not None for match in body) < 0.9 * len(body):
        yield from enumerate(lines, 1)
        return
    expected = 1
    for at, match in enumerate(body, start + 1):
        if match is None:
            if lines[at - 1].strip():
                raise ImportFailedError(f"line {expected} of the diff view is expected here", line=at)
            continue
        if int(match[1]) != expected:
            raise ImportFailedError(
                f"the diff view jumps from line {expected - 1} to {match[1]}: what stood between is missing",
                line=at,
                help="expand the hidden lines and save the page again",
            )
        expected += 1
        yield at, match[2]


def _bullet(line: int, match: re.Match[str]) -> Bullet:
    text = match[2].strip()
    member = _MEMBER.fullmatch(text)
    try:
        if member is not None:
            return Bullet(line, len(match[1]), member[1], parse_type(member[2]), text)
        return Bullet(line, len(match[1]), None, parse_type(text), text)
    except ValueError as error:
        raise ImportFailedError(
            f"cannot read the type `{text}`: {error}",
            line=line,
            help='known: string, number, "text", optional …, array of …, map[…], object { … }, … or …',
        ) from None


# --- the text of a type


def parse_type(text: str, depth: int = 0) -> Type:
    """The type that a bullet's text declares. Raises ValueError saying what is not understood."""
    text = text.strip()
    if depth > 20:
        raise ValueError("it nests too deep")
    if text.startswith("optional "):
        inner = parse_type(text[9:], depth + 1)
        return Type(inner.kind, True, inner.names, inner.more, inner.item)
    if text.startswith("array of "):
        return Type("array", item=parse_type(text[9:], depth + 1))
    if text.startswith("map[") and text.endswith("]"):
        return Type("map", item=parse_type(text[4:-1], depth + 1))
    if text.startswith("object {") and text.endswith("}"):
        return _object(text[8:-1])
    parts = [part.strip() for part in text.split(" or ")]
    if len(parts) > 1 and not any("{" in part for part in parts):
        return _alternatives(parts)
    if text in _SIMPLE:
        return Type(_SIMPLE[text])
    if _literal(text) is not None:
        return Type("literal", names=(text,))
    if _NAME.fullmatch(text):
        return Type("named", names=(text,))
    raise ValueError("no such type is known")


def _object(inside: str) -> Type:
    names: list[str] = []
    more = 0
    for part in filter(None, (part.strip() for part in inside.split(","))):
        count = _MORE.fullmatch(part)
        if count is not None and not more:
            more = int(count[1])
        elif _NAME.fullmatch(part) and not more:
            names.append(part)
        else:
            raise ValueError(f"`{part}` is no member's name")
    return Type("object", names=tuple(names), more=more)


def _alternatives(parts: Sequence[str]) -> Type:
    count = _MORE.fullmatch(parts[-1])
    named = list(parts[:-1] if count is not None else parts)
    more = int(count[1]) if count is not None else 0
    if all(_literal(part) is not None for part in named):
        return Type("literal", names=tuple(named), more=more)
    return Type("union", names=tuple(named), more=more)


def _literal(text: str) -> str | float | bool | None:
    """The value of a literal: a quoted text, a number, true or false."""
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    if text in ("true", "false"):
        return text == "true"
    try:
        return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None
    except ValueError:
        return None


# --- bullets to trees


def _nested(section: Section, indented: bool) -> list[Node]:
    if not section.bullets:
        return []
    if indented:
        return _by_indentation(section.bullets)
    try:
        return _by_declaration(section)
    except RecursionError:
        raise ImportFailedError(
            "the section is too long to be nested without indentation",
            line=section.bullets[0].line,
            help=_TAKE_THE_FILE,
        ) from None


def _by_indentation(bullets: Sequence[Bullet]) -> list[Node]:
    """Trees by columns, checked against what each object declares."""
    roots: list[Node] = []
    open_nodes: list[Node] = []
    for bullet in bullets:
        while open_nodes and open_nodes[-1].bullet.column >= bullet.column:
            open_nodes.pop()
        node = Node(bullet)
        (open_nodes[-1].children if open_nodes else roots).append(node)
        open_nodes.append(node)
    for bullet_node in _walk(roots):
        _check_members(bullet_node)
    return roots


def _walk(nodes: Sequence[Node]) -> Iterator[Node]:
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def _check_members(node: Node) -> None:
    declared = node.bullet.type.members
    if declared.kind != "object" or not node.children:
        return
    found = [child.bullet.name or child.bullet.text for child in node.children]
    expected = len(declared.names) + declared.more
    if tuple(found[: len(declared.names)]) != declared.names or len(found) != expected:
        raise ImportFailedError(
            f"`{node.bullet.text}` declares {expected} members, and has {len(found)}: {', '.join(found)}",
            line=node.bullet.line,
            help="the page is cut, or its indentation is not the nesting",
        )


def _by_declaration(section: Section) -> list[Node]:
    """The one way to nest the bullets that agrees with all that they declare.

    Raises ImportFailedError where there is none, or more than one.
    """
    bullets = section.bullets
    # a section about one type holds that type alone
    alone = plain_name(bullets[0].name) == plain_name(section.title) != ""
    nesting = _Nesting(bullets)
    trees: list[list[Node]] = []
    for tree in nesting.trees(alone=alone):
        trees.append(tree)
        if len(trees) == 2:
            break
    if len(trees) == 1:
        return trees[0]
    if not trees:
        raise nesting.contradiction()
    one, other = (_parents(tree) for tree in trees)
    line = next(bullet.line for bullet in bullets if one[bullet.line] != other[bullet.line])
    bullet = next(bullet for bullet in bullets if bullet.line == line)
    raise ImportFailedError(
        f"`{bullet.text}` can belong to `{one[line]}` or to `{other[line]}`: nothing says which",
        line=line,
        help=_TAKE_THE_FILE,
    )


def _parents(tree: Sequence[Node]) -> dict[int, str]:
    parents = {node.bullet.line: "the section" for node in tree}
    for node in _walk(tree):
        for child in node.children:
            parents[child.bullet.line] = node.bullet.text
    return parents


class _Nesting:
    """Ways to nest the bullets of one section.

    `_ends[i]` holds where the tree under bullet `i` can end; it depends on what follows only, so it is made
    from the last bullet to the first, and whoever builds a tree takes no wrong turn.
    """

    def __init__(self, bullets: Sequence[Bullet]) -> None:
        self._bullets = bullets
        self._count = len(bullets)
        self._ends: list[frozenset[int]] = [frozenset()] * self._count
        self._steps = 0
        for at in range(self._count - 1, -1, -1):
            self._ends[at] = frozenset(self._ends_of(at))

    def trees(self, *, alone: bool) -> Iterator[list[Node]]:
        """Every way to nest all the bullets; with `alone`, below the first."""
        yield from self._sequence(0, self._count, [None] if alone else None, frozenset())

    def contradiction(self) -> ImportFailedError:
        """What to say when there is no way."""
        at = next((at for at in range(self._count) if not self._ends[at]), 0)
        # the innermost object whose members cannot be found is where the page and its declarations part
        for inner in range(at, self._count):
            if not self._ends[inner] and self._bullets[inner].type.members.kind == "object":
                at = inner
        bullet = self._bullets[at]
        return ImportFailedError(
            f"the members that `{bullet.text}` declares do not stand below it",
            line=bullet.line,
            help="the page is cut, or was changed by hand",
        )

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise ImportFailedError(
                "what belongs to what cannot be told: there are too many ways",
                line=self._bullets[0].line,
                help=_TAKE_THE_FILE,
            )

    def _wanted(self, at: int) -> tuple[tuple[str, ...], int, bool]:
        """What may stand below a bullet: names that come first, how many more, whether it may be nothing."""
        declared = self._bullets[at].type.members
        if declared.kind == "object":
            return declared.names, declared.more, False
        if declared.kind == "union":
            return declared.names, declared.more, True
        return (), 0, True

    def _ends_of(self, at: int) -> set[int]:
        declared = self._bullets[at].type.members
        first = at + 1
        if declared.kind == "literal":
            return {first + size for size in self._value_runs(at)}
        if declared.kind == "named":
            # an undeclared number of members may stand below a name
            ends, fresh = {first}, {first}
            while fresh:
                fresh = {end for here in fresh for end in self._member_ends(here, None)} - ends
                ends |= fresh
            return ends
        names, more, may_be_bare = self._wanted(at)
        here = {first}
        for index in range(len(names) + more):
            name = names[index] if index < len(names) else None
            here = {end for start in here for end in self._member_ends(start, name)}
        return here | {first} if may_be_bare else here

    def _member_ends(self, at: int, name: str | None) -> frozenset[int]:
        self._step()
        if at >= self._count or self._bullets[at].value is not None:
            return frozenset()
        if name is not None and not self._bullets[at].is_called(name):
            return frozenset()
        return self._ends[at]

    def _value_runs(self, at: int) -> tuple[int, ...]:
        """How many of the bullets after a literal list its values: all of them, or none."""
        declared = self._bullets[at].type.members
        size = len(declared.names) + declared.more
        below = [bullet.value for bullet in self._bullets[at + 1 : at + 1 + size]]
        if len(below) == size and None not in below and tuple(below[: len(declared.names)]) == declared.names:
            return (size,)
        return (0,)

    def _sequence(
        self, at: int, end: int, names: Sequence[str | None] | None, seen: frozenset[str]
    ) -> Iterator[list[Node]]:
        """Ways to read bullets `at`..`end` as siblings: with these names (None: any), or, for `names` None,
        any number of them. Siblings have different names."""
        self._step()
        if at == end:
            if not names:
                yield []
            return
        if names is not None and not names:
            return
        bullet = self._bullets[at]
        if bullet.value is not None or (bullet.name is not None and bullet.name in seen):
            return
        if names and names[0] is not None and not bullet.is_called(names[0]):
            return
        taken = seen | {bullet.name} if bullet.name is not None else seen
        for stop in sorted(self._ends[at]):
            if stop > end:
                continue
            for children in self._below(at, stop):
                rest = names[1:] if names is not None else None
                for others in self._sequence(stop, end, rest, taken):
                    yield [Node(bullet, children), *others]

    def _below(self, at: int, end: int) -> Iterator[list[Node]]:
        declared = self._bullets[at].type.members
        if end == at + 1:
            if declared.kind != "object" or not declared.names + (None,) * declared.more:
                yield []
        elif declared.kind == "literal":
            yield [Node(bullet) for bullet in self._bullets[at + 1 : end]]
        elif declared.kind == "named":
            yield from self._sequence(at + 1, end, None, frozenset())
        else:
            names, more, _ = self._wanted(at)
            yield from self._sequence(at + 1, end, [*names, *[None] * more], frozenset())


# --- trees to schemas


class _Builder:
    """Makes JSON Schemas of trees. `roots` are the page's own types, which others may name."""

    def __init__(self, roots: Sequence[Node]) -> None:
        self._types = {plain_name(node.bullet.name): node for node in roots if node.bullet.name is not None}

    def events(self, node: Node) -> Iterator[tuple[Node, dict[str, object]]]:
        """The events that a root describes: itself, or the branches of the union that it is."""
        kind = node.bullet.type.kind
        if kind == "object":
            schema = self._schema(node, ())
            properties = schema["properties"]
            assert isinstance(properties, Mapping)
            if any("const" in inner for inner in properties.values()):
                yield node, schema
        elif kind == "union":
            for child in node.children:
                yield from self.events(child)

    def _schema(self, node: Node, inside: tuple[str, ...]) -> dict[str, object]:
        schema = self._typed(node.bullet.type, node, inside)
        words = one_line(" ".join(node.bullet.words))
        return {**schema, "description": words} if words else schema

    def _typed(self, declared: Type, node: Node, inside: tuple[str, ...]) -> dict[str, object]:
        kind = declared.kind
        if kind == "array" or kind == "map":
            assert declared.item is not None
            inner = self._typed(declared.item, node, inside)
            if kind == "array":
                return {"type": "array", "items": inner}
            return {"type": "object", "additionalProperties": inner or True}
        if kind == "object" or (kind == "named" and _has_members(node)):
            return self._object(node, inside)
        if kind == "named":
            return self._named(declared, inside)
        if kind == "union":
            return self._union(declared, node, inside)
        if kind == "literal":
            return _values(declared, node)
        return {} if kind == "any" else {"type": kind}

    def _object(self, node: Node, inside: tuple[str, ...]) -> dict[str, object]:
        members = {child.bullet.name: child for child in node.children if child.bullet.name is not None}
        schema: dict[str, object] = {"type": "object"}
        required = [name for name, child in members.items() if not child.bullet.type.optional]
        if required:
            schema["required"] = required
        schema["properties"] = {name: self._schema(child, inside) for name, child in members.items()}
        return schema

    def _named(self, declared: Type, inside: tuple[str, ...]) -> dict[str, object]:
        """A type by its name: the page's own where it has one, else anything."""
        name = plain_name(declared.names[0]) if declared.names else ""
        known = self._types.get(name)
        if known is None or name in inside:
            return {} if declared.names else {"type": "object", "additionalProperties": True}
        return self._schema(known, (*inside, name))

    def _union(self, declared: Type, node: Node, inside: tuple[str, ...]) -> dict[str, object]:
        if node.children:
            return {"anyOf": [self._schema(child, inside) for child in node.children]}
        if declared.more:
            return {}
        branches = [self._typed(parse_type(part), Node(node.bullet), inside) for part in declared.names]
        return {} if {} in branches else {"anyOf": branches}


def _has_members(node: Node) -> bool:
    return any(child.bullet.name is not None for child in node.children)


def _values(declared: Type, node: Node) -> dict[str, object]:
    """The values of a literal: those below the bullet, or those it lists. Without all of them, their type."""
    listed = [child.bullet.value for child in node.children if child.bullet.value is not None]
    texts = listed or list(declared.names)
    values = [_literal(text) for text in texts]
    if len(values) == len(declared.names) + declared.more:
        return {"const": values[0]} if len(values) == 1 else {"enum": values}
    return {"type": "string"} if all(isinstance(value, str) for value in values) else {}


def plain_name(name: str | None) -> str:
    """A type's name as headings, bullets and references all write it."""
    return re.sub(r"[^a-z0-9]", "", (name or "").lower())
