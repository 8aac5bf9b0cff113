"""Where in a document the cursor stands, in text that need not parse: what completion asks first.

A text is hardly ever whole while its author types. So this reads the text before the cursor, forgivingly, and
says which container the cursor is in, whether a key or a value is being written, and how much of it. Its work
is linear in the text, whatever stands there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from connlint.reading import Pointer
from connlint.reading.limits import SPEC_LIMITS
from connlint.source import Span

_TOKEN = re.compile(r'"(?:[^"\\\n\r]++|\\.)*+"?|[\[\]{}:,]|[^\s\[\]{}:,"]++')
_ENTRY = re.compile(r"(?P<indent> *)(?P<dashes>(?:-(?: +|$))*)(?P<rest>.*)", re.DOTALL)
_QUOTED = re.compile(r""""(?:[^"\\]++|\\.)*+"|'(?:[^']++|'')*+'""")
_COLON = re.compile(r":(?=\s|\Z)")
_NO_KEY = frozenset("#:'\"[]{},|>&*!%@`")
"""What a plain key does not begin with."""
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*(\w*)", re.MULTILINE)
_WORD_END = re.compile(r"[^\s:]*")


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
    colon: bool = False
    """The key has its colon, and so its value, already."""
    comma_after: bool = False
    """Something follows that a comma must part from what goes here."""
    comma_at: int | None = None
    """Where a comma is missing before what goes here."""
    blank: bool = False
    """A blank must go first: the cursor is right behind a colon."""
    said: Mapping[Pointer, str] = {}
    """The scalars that stand above in the open containers, by their pointers."""
    hang: int = 0
    """How much further in than the line's own front the further lines of a YAML text begin."""

    def moved(self, by: int) -> Where:
        """The same in a text that begins so many characters earlier."""
        comma_at = None if self.comma_at is None else self.comma_at + by
        return self._replace(span=Span(self.span.start + by, self.span.end + by), comma_at=comma_at)


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


class Marks:
    """How far a list of resources was read, at the end of each: a later look, at a text that begins alike,
    goes on from there."""

    def __init__(self) -> None:
        self._text = ""
        self._ends: list[int] = []

    def before(self, text: str, offset: int) -> tuple[int, int] | None:
        """The end of the last item that ends at or before an offset, and how many items precede it."""
        low, high = 0, len(self._ends)
        while low < high:
            middle = (low + high + 1) // 2
            end = self._ends[middle - 1]
            if len(text) >= end and text[:end] == self._text[:end]:
                low = middle
            else:
                high = middle - 1
        del self._ends[low:]
        self._text = text
        count = bisect_right(self._ends, offset)
        return (self._ends[count - 1], count - 1) if count else None

    def add(self, index: int, end: int) -> None:
        """An item ends here."""
        if index == len(self._ends):
            self._ends.append(end)


def where(text: str, offset: int, syntax: str, region: Span, marks: Marks | None = None) -> Where | None:
    """The surroundings of an offset in the document that stands at `region` of the text; None where nothing
    may be written (in front of what is there already, in a comment). `marks` are of earlier looks."""
    start = region.start
    inner = text[start : region.end]
    as_json = syntax == "json" or inner.lstrip()[:1] in ("[", "{")
    found = _in_json(inner, offset - start, marks=marks) if as_json else _in_yaml(inner, offset - start)
    return found.moved(start) if found is not None and start else found


# --- JSON


class _Frame:
    __slots__ = ("index", "is_object", "key", "keys", "said", "state")

    def __init__(self, *, is_object: bool) -> None:
        self.is_object = is_object
        self.key: str | None = None
        self.keys: list[str] = []
        self.index = 0
        self.said: dict[str | int, str] = {}
        self.state = "key" if is_object else "value"


_MARKS = frozenset("[]{}:,")


def _in_json(text: str, offset: int, syntax: str = "json", marks: Marks | None = None) -> Where | None:
    stack: list[_Frame] = []
    word, span, quoted = "", Span(offset, offset), False
    last = 0
    end = offset
    known = marks.before(text, offset) if marks is not None else None
    if known is not None:
        last = known[0]
        stack.append(_Frame(is_object=False))
        stack[0].index, stack[0].state = known[1], "after"
    for match in _TOKEN.finditer(text, last):
        start, stop = match.span()
        piece = match[0]
        if start > offset or (start == offset and piece in _MARKS):
            break
        if piece not in _MARKS and (offset < stop or (offset == stop and not _closed(piece))):
            quoted = piece.startswith('"')
            inside = max(start + quoted, min(offset, stop))
            word, span, end = text[start + quoted : inside], Span(start, stop), stop
            break
        _step(stack, piece)
        if len(stack) > SPEC_LIMITS.depth:
            return None
        last = stop
        if marks is not None and piece == "}" and len(stack) == 1 and not stack[0].is_object:
            if stack[0].said:
                marks = None
            else:
                marks.add(stack[0].index, stop)
    frame = stack[-1] if stack else None
    following = [match[0] for match, _ in zip(_TOKEN.finditer(text, end), range(2), strict=False)]
    if frame is None:
        return None if following and not word else Where((), False, word, span, quoted, frozenset(), syntax)
    path = _path(stack)
    missing = last if frame.state == "after" else None
    if frame.is_object and frame.state in ("key", "after"):
        siblings = _later_keys(text, end, frame)
        colon = following[:1] == [":"]
        return Where(
            path[:-1] if frame.key is not None else path,
            True,
            word,
            span,
            quoted,
            siblings - {text[span.start : span.end].strip('"')},
            syntax,
            colon=colon,
            comma_after=not colon and _goes_on(following),
            comma_at=missing,
            said=_said(stack),
        )
    if frame.state == "colon":
        return None
    goes_on = _goes_on(following)
    if frame.is_object and goes_on and following[1:2] != [":"] and span.start == span.end:
        # there is a value already
        return None
    return Where(
        path,
        False,
        word,
        span,
        quoted,
        frozenset(),
        syntax,
        at_item=not frame.is_object,
        comma_after=goes_on,
        comma_at=missing,
        said=_said(stack),
    )


def _goes_on(following: list[str]) -> bool:
    """Whether another entry of the container follows."""
    return bool(following) and following[0] not in ("]", "}", ",", ":")


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
        step = frame.key if frame.is_object else frame.index
        if step is not None and frame.state == "value":
            frame.said[step] = piece.strip('"')
        frame.state = "after"


def _said(stack: list[_Frame]) -> dict[Pointer, str]:
    """The scalars that the open containers hold so far."""
    found: dict[Pointer, str] = {}
    for depth, frame in enumerate(stack):
        outer = _path(stack[:depth])
        for step, text in frame.said.items():
            found[(*outer, step)] = text
    return found


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
        if piece not in _MARKS:
            last = piece.strip('"')
    return frozenset(keys)


# --- YAML


class _Entry(NamedTuple):
    column: int
    key: str | None
    """None for a dash."""
    value: str = ""


class _Key(NamedTuple):
    name: str
    value: int
    """Where in the text the value begins."""


def _key(text: str) -> _Key | None:
    """The key at the front of a text, with its colon."""
    quoted = _QUOTED.match(text)
    if quoted is not None:
        end = quoted.end()
        colon = re.compile(r"\s*:(?=\s|\Z)").match(text, end)
        name = quoted[0][1:-1]
    else:
        if not text or text[0] in _NO_KEY or text[0].isspace():
            return None
        colon = _COLON.search(text)
        comment = text.find(" #")
        if colon is None or 0 <= comment < colon.start():
            return None
        name = text[: colon.start()].rstrip()
        if not name or "#" in name or ":" in name:
            return None
    if colon is None:
        return None
    rest = text[colon.end() :]
    return _Key(name, colon.end() + len(rest) - len(rest.lstrip()))


def _entries(line: str) -> list[_Entry]:
    """The dashes and the key that a line opens, from left to right."""
    match = _ENTRY.match(line)
    assert match is not None
    column = len(match["indent"])
    found = []
    for char in match["dashes"][: 4 * SPEC_LIMITS.depth]:
        if char == "-":
            found.append(_Entry(column, None))
        column += 1
    key = _key(match["rest"])
    if key is not None:
        found.append(_Entry(column, key.name, match["rest"][key.value :]))
    return found


def _opens_scalar(line: str) -> bool:
    """Whether a line ends with the header of a block scalar: `|`, `>-` and so on, perhaps with a comment."""
    entries = _entries(line)
    if not entries:
        return False
    match = _ENTRY.match(line)
    assert match is not None
    words = (entries[-1].value if entries[-1].key is not None else match["rest"]).split(" #")[0].split()
    while len(words) > 1 and words[0][0] in "!&":
        del words[0]
    return len(words) == 1 and words[0][0] in "|>" and not words[0][1:].strip("+-0123456789")


def _in_yaml(text: str, offset: int) -> Where | None:
    begin = text.rfind("\n", 0, offset) + 1
    line_end = text.find("\n", offset)
    line_end = len(text) if line_end < 0 else line_end
    line = text[begin:line_end].rstrip("\r")
    before = text[begin:offset]
    above = text[:begin].split("\n")[:-1]
    below = text[line_end + 1 :].split("\n")
    scalar = _scalar_above(above, before, line)
    if scalar is not None:
        if line.strip() and offset - begin < _indent(line):
            return None
        path = _ascend(above[: scalar + 1], [], len(above[scalar]), above[scalar]).path
        words = "\n".join([*above[scalar + 1 :], before])
        return Where(
            path,
            False,
            words,
            Span(offset, offset),
            False,
            frozenset(),
            "yaml",
            False,
            True,
            comma_after=text[offset : offset + 1000].lstrip()[:1] == '"',
        )
    match = _ENTRY.match(before)
    assert match is not None
    indent = len(match["indent"])
    column = indent + len(match["dashes"])
    rest = match["rest"]
    after = line[offset - begin :]
    key = _key(rest)
    dashes = [indent + index for index, char in enumerate(match["dashes"]) if char == "-"]
    if _in_comment(rest) or len(dashes) > SPEC_LIMITS.depth:
        return None
    opened = _flow_start(rest)
    if opened is not None:
        return _in_flow(text, offset, above, line, begin, column, opened, dashes)
    if key is not None:
        way = _ascend(above, dashes, column, None)
        value = _yaml_value(
            text, offset, line, begin, begin + column + key.value, below, (*way.path, key.name)
        )
        return value._replace(said=way.said) if value is not None else None
    if (not rest and after.strip() and after[0] in " -#") or (before.endswith("-") and dashes):
        # in front of what the line holds, or right behind a dash
        return None
    path, siblings, said = _ascend(above, dashes, column, None)
    siblings |= _below(below, column)
    end = _WORD_END.match(text, offset)
    span = Span(begin + column, end.end() if end is not None else offset)
    left = text[span.end : begin + len(line)]
    colon = left.startswith(":") and not left[1:2].strip()
    if left.strip() and not colon:
        return None
    hang = column - indent
    return Where(
        path,
        True,
        rest,
        span,
        False,
        siblings,
        "yaml",
        False,
        at_item=bool(dashes),
        colon=colon,
        said=said,
        hang=hang,
    )


def _in_comment(rest: str) -> bool:
    """Whether the end of a line's text stands in a comment."""
    at = 0 if rest.startswith("#") else rest.find(" #")
    return at >= 0 and not ('"' in rest[:at] or "'" in rest[:at])


def _yaml_value(
    text: str, offset: int, line: str, begin: int, start: int, below: list[str], path: Pointer
) -> Where | None:
    """Behind a key's colon, on its line."""
    word = text[start:offset]
    blank = text[offset - 1] == ":" and start >= offset
    if start > offset:
        # further blanks follow the cursor
        start = offset
    quoted = word[:1] in ("'", '"')
    if word[:1] in ("|", ">", "&", "*", "!"):
        return None
    value = text[start : begin + len(line)]
    end = value.find(" #") if not quoted else -1
    value = (value[:end] if end >= 0 else value).rstrip()
    if value.lstrip()[:1] in ("|", ">", "[", "{", "#"):
        return None
    if not value.strip() and _deeper(below, len(line) - len(line.lstrip(" -"))):
        return None
    hang = len(line) - len(line.lstrip(" -")) - _indent(line)
    span = Span(start, max(start + len(value), offset))
    return Where(path, False, word[quoted:], span, quoted, frozenset(), "yaml", False, blank=blank, hang=hang)


def _deeper(below: list[str], column: int) -> bool:
    """Whether what follows belongs to the value of a key at that column."""
    for line in below:
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            indent = _indent(line)
            return indent > column or (indent == column and stripped.startswith("- "))
    return False


def _scalar_above(above: list[str], before: str, line: str) -> int | None:
    """The line that opens the block scalar in which the cursor stands.

    Among the lines above, each further out than the one before, one opens it: what is in it is further in.
    """
    indent = _indent(line) if line.strip() else len(before)
    for index in range(len(above) - 1, -1, -1):
        text = above[index]
        own = _indent(text)
        if own >= indent or not text.strip():
            continue
        if _opens_scalar(text) and _entries(text)[-1].column < indent:
            return index
        indent = own
        if not indent:
            break
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


class _Way(NamedTuple):
    """How a place is reached: its path, the keys beside it, the scalars above it."""

    path: Pointer
    siblings: frozenset[str]
    said: dict[Pointer, str]


def _ascend(above: list[str], dashes: list[int], column: int, own: str | None) -> _Way:
    """The way to what is written at a column below these lines (`dashes` before it on its own line); with
    `own`, to the value of the last line's key."""
    path: list[str | int] = []
    siblings: set[str] = set()
    heard: list[tuple[int, str | int, str]] = []
    """Scalars: how long the path was below them, their step and their text."""
    items: list[str] = []
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

    def into_list() -> None:
        heard.extend((len(path), step, item) for step, item in enumerate(reversed(items)) if item)
        items.clear()
        path.insert(0, index)

    for dash in reversed(dashes):
        if is_dash:
            into_list()
        is_dash, index, column, innermost = True, 0, dash, False
    for line in reversed(lines):
        # what is further in than the place that is sought says nothing of the way to it
        if _indent(line) > column or not line.strip() or line.lstrip().startswith("#"):
            continue
        entries = _entries(line)
        for entry in reversed(entries):
            if entry.key is None:
                if is_dash and entry.column == column:
                    index += 1
                    items.append(_scalar(line.lstrip(" -")) if len(entries) == 1 else "")
                elif entry.column < column:
                    if is_dash:
                        into_list()
                    is_dash, index, column, innermost = True, 0, entry.column, False
            elif entry.column == column and not is_dash:
                if innermost and own is None:
                    siblings.add(entry.key)
                heard.append((len(path), entry.key, _scalar(entry.value)))
            elif entry.column < column or (is_dash and entry.column == column):
                if is_dash:
                    into_list()
                path.insert(0, entry.key)
                is_dash, index, column, innermost = False, 0, entry.column, False
        if not is_dash and column == 0 and path:
            break
    if is_dash:
        into_list()
    whole = tuple(path)
    said = {(*whole[: len(whole) - below], step): text for below, step, text in heard if text}
    return _Way(whole, frozenset(siblings), said)


def _scalar(text: str) -> str:
    """A scalar as written on one line, without its quotes and comment."""
    if text[:1] in ("'", '"'):
        quoted = _QUOTED.match(text)
        return quoted[0][1:-1] if quoted is not None else ""
    return text.split(" #")[0].strip()


def _below(lines: list[str], column: int) -> frozenset[str]:
    """The keys at a column that follow, up to the end of their mapping."""
    keys = set()
    for line in lines:
        indent = _indent(line)
        if indent > column or not line.strip() or line.lstrip().startswith("#"):
            continue
        if indent < column:
            break
        entries = _entries(line)
        keys |= {entry.key for entry in entries if entry.key is not None and entry.column == column}
    return frozenset(keys)


def _flow_start(rest: str) -> int | None:
    """Where the outermost bracket opens that is still open at the end of a line's text."""
    opened: list[int] = []
    last = ""
    for match in _TOKEN.finditer(rest):
        piece = match[0]
        if piece in ("[", "{"):
            if not opened and (last not in ("", ":") or rest.startswith("{{", match.start())):
                return None
            opened.append(match.start())
        elif piece in ("]", "}") and opened:
            opened.pop()
        last = piece
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
) -> Where | None:
    """Inside brackets on the cursor's line: read as JSON whose strings need no quotes."""
    key = _key(text[begin + column : begin + column + opened])
    way = _ascend(above, dashes, column, None)
    outer: Pointer = (*way.path, key.name) if key is not None else way.path
    start = begin + column + opened
    found = _in_json(text[start : begin + len(line)], offset - start, "yaml")
    if found is None:
        return None
    inner = {(*outer, *pointer): said for pointer, said in found.said.items()}
    return found.moved(start)._replace(path=(*outer, *found.path), said={**way.said, **inner})
