"""Where in a document the cursor stands, in text that need not parse: what completion asks first.

A text is hardly ever whole while its author types. So this reads the text before the cursor, forgivingly, and
says which container the cursor is in, whether a key or a value is being written, and how much of it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from connlint.reading import Pointer
from connlint.source import Span

_TOKEN = re.compile(r'"(?:[^"\\\n\r]|\\.)*"?|[\[\]{}:,]|[^\s\[\]{}:,"]+')
_ENTRY = re.compile(r"(?P<indent> *)(?P<dashes>(?:-(?: +|$))*)(?P<rest>.*)", re.DOTALL)
_KEY = re.compile(
    r"""(?P<key>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#:'"\[\]{},][^:#]*?)\s*:(?=\s|$)\s*(?P<value>.*)"""
)
_BLOCK_SCALAR = re.compile(
    r":\s*(?:[!&]\S+\s+)*[|>][+-]?[0-9]?[+-]?\s*(?:#.*)?$|-\s+[|>][+-]?[0-9]?[+-]?\s*$"
)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*(\w*)", re.MULTILINE)


class Where(NamedTuple):
    """The cursor's surroundings.

    `path` leads to the value that is being written, or, when `is_key`, to the object in which a key is;
    `word` is what has been typed of it, `span` the characters that a choice takes the place of, `quoted`
    whether they have quotes; `siblings` are the object's keys there are. `flow` says that it stands in
    brackets, as all of JSON does; `block` that it is inside a YAML block scalar.
    """

    path: Pointer
    is_key: bool
    word: str
    span: Span
    quoted: bool
    siblings: frozenset[str]
    syntax: str
    flow: bool = True
    block: bool = False
    at_item: bool = False
    """At the front of an array's item, where a whole object may go too."""


def fence_at(text: str, offset: int) -> tuple[Span, str] | None:
    """The fence of a page that holds an offset: its content's span, and "json" or "yaml"."""
    opened: tuple[str, str, int] | None = None
    for match in _FENCE.finditer(text):
        line_end = text.find("\n", match.end())
        line_end = len(text) if line_end < 0 else line_end
        if opened is None:
            opened = (match[1], match[2].lower(), line_end + 1)
        elif match[1].startswith(opened[0]) and not text[match.end() : line_end].strip() and not match[2]:
            if opened[2] <= offset <= match.start():
                return Span(opened[2], match.start()), _syntax(opened[1], text[opened[2] : match.start()])
            opened = None
    if opened is not None and opened[2] <= offset:
        return Span(opened[2], len(text)), _syntax(opened[1], text[opened[2] :])
    return None


def _syntax(word: str, content: str) -> str:
    if word in ("yaml", "yml"):
        return "yaml"
    return "json" if word == "json" or content.lstrip()[:1] in ("[", "{") else "yaml"


def where(text: str, offset: int, syntax: str, region: Span) -> Where:
    """The surroundings of an offset in the document that stands at `region` of the text."""
    start = region.start
    inner = text[start : region.end]
    found = _in_json(inner, offset - start) if syntax == "json" else _in_yaml(inner, offset - start)
    return found._replace(span=Span(found.span.start + start, found.span.end + start))


class _Frame:
    __slots__ = ("index", "is_object", "key", "keys", "state")

    def __init__(self, *, is_object: bool) -> None:
        self.is_object = is_object
        self.key: str | None = None
        self.keys: list[str] = []
        self.index = 0
        self.state = "key" if is_object else "value"


def _in_json(text: str, offset: int, syntax: str = "json") -> Where:
    stack: list[_Frame] = []
    word, span, quoted = "", Span(offset, offset), False
    end = len(text)
    for match in _TOKEN.finditer(text):
        start, stop = match.span()
        piece = match[0]
        if start >= offset:
            end = start
            break
        inside = offset < stop or (offset == stop and not _closed(piece) and piece not in "[]{}:,")
        if inside and piece not in "[]{}:,":
            quoted = piece.startswith('"')
            word = text[start + quoted : offset]
            span = Span(start, stop)
            end = stop
            break
        _step(stack, piece)
    frame = stack[-1] if stack else None
    path = _path(stack)
    if frame is None:
        return Where((), False, word, span, quoted, frozenset(), syntax)
    siblings = _later_keys(text, end, frame) if frame.is_object else frozenset()
    if frame.is_object and frame.state in ("key", "after"):
        return Where(path[:-1] if frame.key is not None else path, True, word, span, quoted, siblings, syntax)
    return Where(path, False, word, span, quoted, siblings, syntax, at_item=not frame.is_object)


def _closed(piece: str) -> bool:
    return len(piece) > 1 and piece[0] == '"' == piece[-1]


def _step(stack: list[_Frame], piece: str) -> None:
    """Take one piece in."""
    frame = stack[-1] if stack else None
    if piece in ("{", "["):
        stack.append(_Frame(is_object=piece == "{"))
    elif piece in ("}", "]"):
        if stack:
            stack.pop()
        if stack:
            stack[-1].state = "after"
    elif frame is None:
        return
    elif piece == ",":
        frame.index += 1
        frame.key = None
        frame.state = "key" if frame.is_object else "value"
    elif piece == ":":
        if frame.is_object:
            frame.state = "value"
    elif frame.is_object and frame.state == "key":
        frame.key = piece[1:-1] if _closed(piece) else piece.strip('"')
        frame.keys.append(frame.key)
        frame.state = "colon"
    else:
        frame.state = "after"


def _path(stack: list[_Frame]) -> Pointer:
    steps: list[str | int] = []
    for frame in stack:
        if not frame.is_object:
            steps.append(frame.index)
        elif frame.key is not None:
            steps.append(frame.key)
    return tuple(steps)


def _later_keys(text: str, at: int, frame: _Frame) -> frozenset[str]:
    """The keys of the object, those behind the cursor too."""
    keys = set(frame.keys)
    depth = 0
    last = ""
    for match in _TOKEN.finditer(text, at):
        piece = match[0]
        if piece in ("{", "["):
            depth += 1
        elif piece in ("}", "]"):
            depth -= 1
            if depth < 0:
                break
        elif piece == ":" and depth == 0:
            keys.add(last)
        if piece not in "[]{}:,":
            last = piece.strip('"')
    return frozenset(keys)


# --- YAML


class _Entry(NamedTuple):
    column: int
    key: str | None
    """None for a dash."""
    value: str = ""


def _entries(line: str) -> list[_Entry]:
    """The dashes and the key that a line opens, from left to right."""
    match = _ENTRY.match(line)
    assert match is not None
    column = len(match["indent"])
    found = []
    for char in match["dashes"]:
        if char == "-":
            found.append(_Entry(column, None))
        column += 1
    key = _KEY.match(match["rest"])
    if key is not None:
        found.append(_Entry(column, key["key"].strip("\"'"), key["value"]))
    return found


def _in_yaml(text: str, offset: int) -> Where:
    begin = text.rfind("\n", 0, offset) + 1
    line_end = text.find("\n", offset)
    line_end = len(text) if line_end < 0 else line_end
    line = text[begin:line_end].rstrip("\r")
    before = text[begin:offset]
    above = text[:begin].splitlines()
    below = text[line_end + 1 :].splitlines()
    scalar = _scalar_above(above, before, line)
    if scalar is not None:
        path = _ascend(above[: scalar + 1], [], len(above[scalar]), above[scalar])[0]
        return Where(
            path, False, before.lstrip(), Span(offset, offset), False, frozenset(), "yaml", False, True
        )
    match = _ENTRY.match(before)
    assert match is not None
    column = len(match["indent"]) + len(match["dashes"])
    rest = match["rest"]
    key = _KEY.match(rest)
    dashes = [len(match["indent"]) + index for index, char in enumerate(match["dashes"]) if char == "-"]
    opened = _flow_start(rest)
    if opened is not None:
        return _in_flow(text, offset, above, line, begin, column, opened, dashes)
    if key is not None:
        path, _ = _ascend(above, dashes, column, None)
        start = begin + column + key.start("value")
        value_end = begin + len(line.rstrip())
        word = text[start:offset]
        quoted = word[:1] in ("'", '"')
        span = Span(start, max(value_end, offset))
        return Where(
            (*path, key["key"].strip("\"'")), False, word[quoted:], span, quoted, frozenset(), "yaml", False
        )
    path, siblings = _ascend(above, dashes, column, None)
    siblings |= _below(below, column)
    end = re.compile(r"[^\s:]*").match(text, offset)
    span = Span(begin + column, end.end() if end is not None else offset)
    return Where(path, True, rest, span, False, siblings, "yaml", False, at_item=bool(dashes))


def _scalar_above(above: list[str], before: str, line: str) -> int | None:
    """The line that opens the block scalar in which the cursor stands."""
    indent = len(line) - len(line.lstrip(" ")) if line.strip() else len(before)
    for index in range(len(above) - 1, -1, -1):
        text = above[index]
        if not text.strip():
            continue
        own = len(text) - len(text.lstrip(" "))
        if own < indent:
            return index if _BLOCK_SCALAR.search(text) else None
    return None


def _ascend(
    above: list[str], dashes: list[int], column: int, own: str | None
) -> tuple[Pointer, frozenset[str]]:
    """The path of what is written at a column below these lines (`dashes` before it on its own line), and the
    keys beside it; with `own`, the path of the value of the last line's key."""
    path: list[str | int] = []
    siblings: set[str] = set()
    lines = list(above)
    if own is not None:
        entries = _entries(own)
        if entries and entries[-1].key is not None:
            path.append(entries[-1].key)
            column = entries[-1].column
            dashes = [entry.column for entry in entries[:-1]]
        lines = lines[:-1]
    is_dash = False
    index = 0
    innermost = True
    for dash in reversed(dashes):
        if is_dash:
            path.insert(0, index)
        is_dash, index, column, innermost = True, 0, dash, False
    for line in reversed(lines):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        for entry in reversed(_entries(line)):
            if entry.key is None:
                if is_dash and entry.column == column:
                    index += 1
                elif entry.column < column:
                    if is_dash:
                        path.insert(0, index)
                    is_dash, index, column, innermost = True, 0, entry.column, False
            elif entry.column == column and not is_dash:
                if innermost and own is None:
                    siblings.add(entry.key)
            elif entry.column < column or (is_dash and entry.column == column):
                if is_dash:
                    path.insert(0, index)
                path.insert(0, entry.key)
                is_dash, index, column, innermost = False, 0, entry.column, False
        if not is_dash and column == 0 and path:
            break
    if is_dash:
        path.insert(0, index)
    return tuple(path), frozenset(siblings)


def _below(lines: list[str], column: int) -> frozenset[str]:
    """The keys at a column that follow, up to the end of their mapping."""
    keys = set()
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        entries = _entries(line)
        indent = len(line) - len(line.lstrip(" "))
        if indent < column:
            break
        keys |= {entry.key for entry in entries if entry.key is not None and entry.column == column}
    return frozenset(keys)


def _flow_start(rest: str) -> int | None:
    """Where the outermost bracket opens that is still open at the end of a line's text."""
    opened: list[int] = []
    for match in _TOKEN.finditer(rest):
        if match[0] in ("[", "{"):
            if (
                not opened
                and rest[: match.start()].strip()
                and not rest[: match.start()].rstrip().endswith(":")
            ):
                return None
            if rest.startswith("{{", match.start()) and not opened:
                return None
            opened.append(match.start())
        elif match[0] in ("]", "}") and opened:
            opened.pop()
    return opened[0] if opened else None


def _in_flow(
    text: str,
    offset: int,
    above: list[str],
    line: str,
    begin: int,
    column: int,
    opened: int,
    dashes: list[int],
) -> Where:
    """Inside brackets on the cursor's line: read as JSON whose strings need no quotes."""
    head = text[begin + column : begin + column + opened]
    key = _KEY.match(head)
    path, _ = _ascend(above, dashes, column, None)
    outer: Pointer = (*path, key["key"].strip("\"'")) if key is not None else path
    start = begin + column + opened
    found = _in_json(text[start : begin + len(line)], offset - start, "yaml")
    span = Span(found.span.start + start, found.span.end + start)
    return found._replace(path=(*outer, *found.path), span=span)
