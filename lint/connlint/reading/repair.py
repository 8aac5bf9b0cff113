"""JSON that is not clean: what is wrong, in an author's words, and what can be read all the same.

Loaded only for texts that the strict reader refused. Faults stand where Python's decoder puts them.
A mistake that can be mended for sure (a comma, a quote) is mended and reading goes on. For any other
the member or item it stands in is left out, and nothing more is said until the next item of the
document's outermost array or object, because what follows may be a consequence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from math import isinf

from connlint.reading.document import MISSING, Fault, Pointer, Positions
from connlint.reading.limits import MAX_DIGITS, Limits
from connlint.reading.tree import Node, TreePositions
from connlint.source import Span

_MOST_FAULTS = 20
_MOST_TEXT = 1_000_000
"""Of a longer text that is not JSON only the place and the kind of the first mistake are said."""
_IN_SHORT = {
    "Expecting ','": "a comma or a closing bracket was expected",
    "Expecting property name": "a key in double quotes was expected",
    "Expecting ':'": "a `:` was expected",
    "Expecting value": "a value was expected",
    "Illegal trailing comma": "a trailing comma",
    "Extra data": "text stands behind the end of the document",
    "Unterminated string": "this string is not closed",
    "Invalid control": "a line break or control character stands in a string",
    "Invalid \\": "this is no escape of JSON",
}
_BLANK = re.compile(r"[ \t\r\n]*")
_COMMENT = re.compile(r"//[^\r\n]*|/\*.*?\*/|#[^\r\n]*", re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD = re.compile(r"[^\s,:\[\]{}\"']+")
_NAME = re.compile(r"[A-Za-z_$][\w$-]*")
_SINGLE = re.compile(r"'((?:[^'\\\r\n]|\\[^\r\n])*)'")
_CURLY = re.compile('[“”„«]([^"“”„«»\r\n]*)[“”»]')
_CHARS = re.compile(r'[^"\\\x00-\x1f]+')
_LINE = re.compile(r"[^\r\n]*")
_BEHIND = re.compile(r'[\s{}\[\],:]*+(?:"|\Z)')
"""Behind a line break in a string: brackets and commas up to the next string show that it was not meant."""
_YAML = re.compile(r"---|%YAML|[\w-]+:(?:\s|$)|- ")
_NUMERAL = re.compile(r"[-+]?(?:[0-9]*\.?[0-9]*(?:[eE][-+]?[0-9]+)?|0[xX][0-9a-fA-F]+)")
_BARE = re.compile(r"[^,\]}\r\n\"]*")
_UNOPENED = re.compile(r"([\w/$.-][^\"\\\\\r\n,:\[\]{}]*)\"")
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_HOLE = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
_SKIPPED = re.compile(r'"(?:[^"\\\r\n]|\\[^\r\n])*"|[\[\]{},]')
_STRUCTURE = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[{]\s*+[\]}]|([\[{,])', re.DOTALL)
_STRING_OR_MARK = re.compile(r'"(?:[^"\\\r\n]|\\[^\r\n])*+("?)|[\[\]{},]')
_MARK = re.compile(r"[\[\]{},]")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CLOSER = {"{": "}", "[": "]"}
_LITERALS: dict[str, object] = {"true": True, "false": False, "null": None}
_FOREIGN = {
    "None": "null",
    "True": "true",
    "False": "false",
    "undefined": "null",
    "nil": "null",
    "TRUE": "true",
    "FALSE": "false",
    "NULL": "null",
}
_CONSTANTS = ("NaN", "Infinity", "-Infinity")


_BEGINNINGS = (
    ("```", "a fence is a Markdown page's: take its two lines out, or let the name end in .md"),
    ("<", "this is HTML or XML: often a page that was saved, or a sign-in, in place of the document"),
    ("version https://git-lfs", "this is a pointer of Git LFS: `git lfs pull` brings the file itself"),
    ("PK", "this is an archive: unpack it"),
)


class Repaired:
    """What was read of a text that is not clean: its value (or MISSING), its faults, its places."""

    __slots__ = ("faults", "positions", "value")

    def __init__(self, value: object, faults: tuple[Fault, ...], positions: Positions) -> None:
        self.value = value
        self.faults = faults
        self.positions = positions


def repair_json(
    text: str, limits: Limits, place: Callable[[int], int], refused: json.JSONDecodeError | None
) -> Repaired:
    """What can be read of `text`, with its faults.

    `place` maps offsets into the text to offsets into its source; `refused` is what the strict decoder
    said, if it was the decoder that refused the text.
    """
    reader = _Repair(text, limits, place)
    if refused is not None and len(text) > _MOST_TEXT:
        words = next(
            (words for known, words in _IN_SHORT.items() if refused.msg.startswith(known)), "not JSON"
        )
        reader.say(refused.pos, refused.pos + 1, words)
        return Repaired(MISSING, tuple(reader.faults), TreePositions(None, lambda _, a, b: Span(a, b)))
    with suppress(_Stop):
        reader.read()
    if refused is not None and not reader.faults:
        reader.say(refused.pos, refused.pos + 1, f"not JSON: {refused.msg}")
    from connlint.reading.json import string_chars

    root = reader.root
    return Repaired(
        MISSING if root is None else root.value,
        tuple(reader.faults),
        TreePositions(root, lambda node, a, b: string_chars(text, Span(node.start, node.end), a, b)),
    )


def value_past(text: str, limit: int) -> int | None:
    """Where a JSON text has one value more than `limit`; None where it has not."""
    count = 1
    for match in _STRUCTURE.finditer(text):
        # A value stands behind each comma and each bracket that opens; an empty container holds none.
        if match.lastindex:
            count += 1
            if count > limit:
                return match.end()
    return None


class _Stop(Exception):
    """Nothing more can be read."""


def _marks(text: str, at: int) -> Iterator[re.Match[str]]:
    """Brackets and commas outside of strings. A quote without a partner on its line opens none, and neither
    does any behind it on that line: what escapes them from there escapes them from here, so none is tried."""
    while (match := _STRING_OR_MARK.search(text, at)) is not None:
        at = match.end()
        if match[1] == "":
            yield from _MARK.finditer(text, match.start(), at)
        elif match[1] is None:
            yield match


class _Frame:
    """An open array or object: its node, where it opened, the key whose value is awaited."""

    __slots__ = ("comma", "drops", "is_object", "key", "key_span", "last", "node", "opener", "state")

    def __init__(self, opener: str, start: int) -> None:
        self.opener = opener
        self.is_object = opener == "{"
        self.node = Node({} if self.is_object else [], start, start + 1)
        if self.is_object:
            self.node.members = {}
        else:
            self.node.items = []
        self.state = _FIRST
        self.key = ""
        self.key_span = Span(start, start)
        self.drops = False
        """Whether the value that is awaited is left out, because its key is."""
        self.comma = start
        self.last: Node | None = None
        """The member or item that was added last, for a mistake that shows only behind it."""


_FIRST, _NEXT, _COLON, _VALUE, _AFTER = range(5)
"""What a frame awaits: its first entry or its closer; an entry behind a comma; the colon behind a key; the
value behind a colon; a comma or its closer."""


class _Repair:
    """One pass over a text, with a stack of its own (a hostile text nests deep)."""

    def __init__(self, text: str, limits: Limits, place: Callable[[int], int]) -> None:
        self.text = text
        self.limits = limits
        self.place = place
        self.at = 0
        self.frames: list[_Frame] = []
        self.root: Node | None = None
        self.faults: list[Fault] = []
        self.count = 0
        self.muted = False
        self.closed = False
        """Whether the string that was read last has its closing quote."""
        self.said: set[str] = set()

    # Faults

    def say(
        self,
        start: int,
        end: int,
        message: str,
        help: str | None = None,
        *,
        related: tuple[tuple[int, int, str], ...] = (),
        kind: str = "syntax-error",
        pointer: Pointer | None = None,
        once: str = "",
    ) -> None:
        """Add a fault, unless it may be a consequence of one before, or is of a kind that is said `once`."""
        if self.muted or once in self.said or len(self.faults) >= _MOST_FAULTS:
            return
        if once:
            self.said.add(once)
        self.faults.append(
            Fault(
                kind,
                self.span(start, end),
                message,
                help=help,
                pointer=pointer,
                related=tuple((self.span(a, b), word) for a, b, word in related),
            )
        )

    def span(self, start: int, end: int) -> Span:
        """A span of the source, on one line and inside the text."""
        start = min(start, len(self.text))
        end = max(start, min(end, len(self.text)))
        placed = self.place(start)
        return Span(placed, placed + end - start)

    def pointer(self) -> Pointer:
        """The pointer of the innermost open container."""
        return tuple(
            frame.key if frame.is_object else len(frame.node.items or ()) for frame in self.frames[:-1]
        )

    def opened(self, frame: _Frame) -> tuple[int, int, str]:
        """A related place: where a container was opened."""
        start = frame.node.start
        return (start, start + 1, f"this `{frame.opener}` is still open")

    # Reading

    def read(self) -> None:
        """Read the text to its end. Raises _Stop where nothing more can be read."""
        while True:
            self.skip_blank()
            if self.at >= len(self.text):
                self.end_of_text()
                return
            char = self.text[self.at]
            if not self.frames:
                if self.root is not None:
                    self.read_rest(char)
                    return
                self.read_value(char)
                continue
            frame = self.frames[-1]
            if frame.state == _AFTER:
                self.read_separator(frame, char)
            elif frame.state == _COLON:
                self.read_colon(frame, char)
            elif frame.is_object and frame.state != _VALUE:
                self.read_key(frame, char)
            else:
                self.read_value(char)

    def skip_blank(self) -> None:
        """Go past white space, and past comments, which JSON does not have."""
        while True:
            match = _BLANK.match(self.text, self.at)
            self.at = match.end() if match else self.at
            comment = _COMMENT.match(self.text, self.at)
            if comment is None:
                return
            self.say(
                self.at,
                self.at + len(comment.group().splitlines()[0]),
                "JSON has no comments",
                "take it out, or keep this document as YAML, which has `#` comments",
                once="comment",
            )
            self.at = comment.end()

    def add(self, value: object, start: int, end: int, *, broken: bool = False) -> None:
        """Put a scalar where the innermost container awaits it; a broken one is left out."""
        self.at = end
        self.attach(None if broken else Node(value, start, end))

    def attach(self, node: Node | None) -> None:
        """Put a complete value (None: a broken one, left out) where it is awaited."""
        if not self.frames:
            if node is None:
                raise _Stop
            self.root = node
            return
        frame = self.frames[-1]
        frame.state = _AFTER
        if frame.drops:
            node = None
            frame.drops = False
        frame.last = node
        if node is None:
            return
        self.count += 1
        if self.count >= self.limits.nodes:
            self.too_much(node.start, f"more than {self.limits.nodes:,} values in one document")
        if frame.is_object:
            assert isinstance(frame.node.value, dict)
            assert frame.node.members is not None
            if frame.key in frame.node.members:
                self.duplicate(frame)
            frame.node.value[frame.key] = node.value
            frame.node.members[frame.key] = (frame.key_span, node)
        else:
            assert isinstance(frame.node.value, list)
            assert frame.node.items is not None
            frame.node.value.append(node.value)
            frame.node.items.append(node)

    def duplicate(self, frame: _Frame) -> None:
        """Say that a key stands twice in its object."""
        assert frame.node.members is not None
        before = frame.node.members[frame.key][0]
        self.say(
            *frame.key_span,
            f"the key `{frame.key}` stands twice in one object; a reader keeps the last",
            "take one of them out",
            related=((*before, "first here"),),
            kind="duplicate-key",
            pointer=(*self.pointer(), frame.key),
        )

    def drop_last(self, frame: _Frame) -> None:
        """Take the last entry out again: a mistake behind it shows that it was misread."""
        if frame.last is None:
            return
        if frame.is_object:
            assert isinstance(frame.node.value, dict)
            assert frame.node.members is not None
            frame.node.value.pop(frame.key, None)
            frame.node.members.pop(frame.key, None)
        else:
            assert isinstance(frame.node.value, list)
            assert frame.node.items is not None
            frame.node.value.pop()
            frame.node.items.pop()
        frame.last = None

    def too_much(self, at: int, message: str) -> None:
        """A limit is passed: say so, and stop."""
        self.root = None
        self.say(at, at + 1, message, kind="limit-exceeded")
        raise _Stop

    def push(self, opener: str) -> None:
        """Open a container."""
        if len(self.frames) >= self.limits.depth:
            self.too_much(self.at, f"nested deeper than {self.limits.depth} levels")
        self.frames.append(_Frame(opener, self.at))
        self.at += 1

    def close(self, end: int, *, broken: bool = False) -> None:
        """Close the innermost container; a broken one is left out."""
        frame = self.frames.pop()
        frame.node.end = end
        self.attach(None if broken else frame.node)

    # Keys, colons, commas

    def read_key(self, frame: _Frame, char: str) -> None:
        """A key is awaited, or the end of an object that has none yet."""
        text, at = self.text, self.at
        name = _NAME.match(text, at)
        single = _SINGLE.match(text, at) or _CURLY.match(text, at)
        if char == '"':
            read = self.read_string()
            if read is None and not self.closed:
                self.panic(frame)
            else:
                self.keyed(frame, read or "", at, self.at)
                frame.drops = read is None
        elif char == "}":
            if frame.state == _NEXT:
                self.trailing_comma(frame, char)
            self.at += 1
            self.close(self.at)
        elif char == ",":
            self.say(at, at + 1, "one comma too many", "take it out")
            self.at += 1
        elif single:
            self.wrong_quotes(single)
            self.at = single.end()
            self.keyed(frame, single.group(1), at, self.at)
        elif (unopened := self.unopened()) and text[_blank_end(text, unopened.end()) :][:1] == ":":
            self.say_unopened(unopened)
            self.keyed(frame, unopened.group(1), at, unopened.end())
        elif name and text[_blank_end(text, name.end()) :][:1] in (":", "="):
            word = name.group()
            self.say(
                at,
                name.end(),
                f"the key `{word}` needs double quotes",
                f'write "{word}"',
                once="unquoted key",
            )
            self.at = name.end()
            self.keyed(frame, word, at, self.at)
        elif char == "{" and frame.state == _FIRST and (hole := _HOLE.match(text, at - 1)):
            self.bare_hole(hole)
        elif char == "{" and frame.state == _NEXT and len(self.frames) > 1 and not self.frames[-2].is_object:
            self.say(
                at,
                at + 1,
                "a key was expected, and here an object begins: a `}` is missing before it",
                "some object between the two places is not closed",
                related=(self.opened(frame),),
                pointer=self.pointer(),
            )
            self.close(at, broken=True)
            self.frames[-1].state = _NEXT
            self.mute()
        elif char == "]":
            self.wrong_closer(frame, char)
        else:
            self.say(at, self.word_end(), "a key in double quotes was expected", pointer=self.pointer())
            self.panic(frame)

    def keyed(self, frame: _Frame, key: str, start: int, end: int) -> None:
        """The key was read."""
        frame.key = key
        frame.key_span = Span(start, end)
        frame.last = None
        frame.state = _COLON

    def bare_hole(self, hole: re.Match[str]) -> None:
        """`{{name}}` without quotes: a template is a string."""
        shown = hole.group()
        self.say(
            self.at,
            self.at + 1,
            f"`{shown}` stands bare, and is no JSON",
            f'a template is a string: write "{shown}"',
        )
        self.frames.pop()
        self.add(shown, hole.start(), hole.end())

    def read_colon(self, frame: _Frame, char: str) -> None:
        """The colon between a key and its value is awaited."""
        at = self.at
        key = self.text[slice(*frame.key_span)]
        if char == ":":
            self.at += 1
            frame.state = _VALUE
        elif char == "=":
            self.say(at, at + 1, "`=` stands where `:` belongs", "write `:`")
            self.at += 2 if self.text.startswith("=>", at) else 1
            frame.state = _VALUE
        elif char in ",}":
            self.say(
                at, at + 1, f"the key {key} has no value", "write `: ` and its value", pointer=self.pointer()
            )
            frame.state = _AFTER
        elif self.lost_quote(frame.key_span):
            pass
        elif char in '"[{-0123456789' or self.text.startswith(("true", "false", "null"), at):
            self.say(
                at,
                self.word_end(),
                f"a `:` is missing between the key {key} and its value",
                f"write `:` after {key}",
            )
            frame.state = _VALUE
        else:
            self.say(at, self.word_end(), f"a `:` was expected after the key {key}", pointer=self.pointer())
            self.panic(frame)

    def read_separator(self, frame: _Frame, char: str) -> None:
        """A comma or the closing bracket is awaited."""
        at = self.at
        if char == ",":
            frame.comma = at
            frame.state = _NEXT
            self.at += 1
            if len(self.frames) == 1:
                self.muted = False
        elif char == _CLOSER[frame.opener]:
            self.at += 1
            self.close(self.at)
        elif char in "]}":
            self.wrong_closer(frame, char)
        elif char == ";":
            self.say(at, at + 1, "`;` stands where `,` belongs", "write `,`")
            frame.state = _NEXT
            self.at += 1
        elif (
            (char == ":" and (self.unclosed_array(frame) or self.key_for_value(frame)))
            or self.lost_quote(Span(frame.last.start, frame.last.end) if frame.last else None)
            or self.bad_number(frame)
        ):
            pass
        elif self.starts_entry(frame, char):
            what = self.text[at : self.word_end()]
            self.say(
                at,
                self.word_end(),
                f"a comma is missing before {_shown(what)}",
                "write `,` before it",
                related=self.behind(frame),
            )
            frame.state = _NEXT
        else:
            closer = _CLOSER[frame.opener]
            self.say(
                at,
                self.word_end(),
                f"a comma or `{closer}` was expected",
                self.inner_quote(frame),
                related=(self.opened(frame),),
                pointer=self.pointer(),
            )
            self.drop_last(frame)
            self.panic(frame)

    def starts_entry(self, frame: _Frame, char: str) -> bool:
        """Whether what stands here is surely an entry, so that only its comma is missing."""
        match = _SKIPPED.match(self.text, self.at)
        if frame.is_object:
            if match and char == '"':
                return self.text[_blank_end(self.text, match.end()) :][:1] == ":"
            return False
        return (char == '"' and match is not None) or char in "[{-0123456789"

    def behind(self, frame: _Frame) -> tuple[tuple[int, int, str], ...]:
        """A related place: the end of the entry before."""
        if frame.last is None:
            return ()
        return ((frame.last.end - 1, frame.last.end, "after this"),)

    def inner_quote(self, frame: _Frame) -> str | None:
        """Help for text that follows a string's closing quote at once."""
        if frame.last is not None and isinstance(frame.last.value, str) and frame.last.end == self.at:
            return 'a `"` inside a string is written `\\"`'
        return None

    def trailing_comma(self, frame: _Frame, closer: str) -> None:
        """A comma that nothing follows."""
        self.say(
            self.at,
            self.at + 1,
            f"a trailing comma: an entry was expected before this `{closer}`",
            "take the comma out",
            related=((frame.comma, frame.comma + 1, "this comma"),),
        )

    def key_for_value(self, frame: _Frame) -> bool:
        """`"a": "b": 1`: the first key's value is missing, and the next key was taken for it."""
        last = frame.last
        if not frame.is_object or last is None or not isinstance(last.value, str):
            return False
        self.say(
            self.at,
            self.at + 1,
            f"a `:` stands behind {_shown(self.text[last.start : last.end])}, which is a value already",
            f"the key {self.text[slice(*frame.key_span)]} may lack its value",
            related=((*frame.key_span, "this key"),),
            pointer=self.pointer(),
        )
        self.drop_last(frame)
        self.keyed(frame, last.value, last.start, last.end)
        frame.state = _VALUE
        self.at += 1
        return True

    def unclosed_array(self, frame: _Frame) -> bool:
        """`"key":` in an array inside an object: the array's closing bracket is missing before the key."""
        last = frame.last
        if frame.is_object or last is None or not isinstance(last.value, str) or len(self.frames) < 2:
            return False
        if not self.frames[-2].is_object:
            return False
        key = last.value
        self.say(
            self.at,
            self.at + 1,
            f"a key, `{key}`, stands in an array: a `]` is missing before it",
            related=(self.opened(frame),),
        )
        self.drop_last(frame)
        self.close(last.start)
        self.keyed(self.frames[-1], key, last.start, last.end)
        return True

    def wrong_closer(self, frame: _Frame, char: str) -> None:
        """A bracket that closes another container than the innermost, or none."""
        at, closer = self.at, _CLOSER[frame.opener]
        opener = "{" if char == "}" else "["
        outer = next((i for i in reversed(range(len(self.frames))) if self.frames[i].opener == opener), None)
        guess = self.guess_closer(frame, outer)
        if outer is None or guess == "stray":
            self.say(at, at + 1, f"one `{char}` too many", "take it out", related=(self.opened(frame),))
            self.at += 1
        elif guess == "mistyped":
            self.say(
                at,
                at + 1,
                f"`{char}` stands where `{closer}` belongs",
                f"write `{closer}`",
                related=(self.opened(frame),),
            )
            self.at += 1
            self.close(self.at)
        else:
            closed = self.frames[outer].node.start
            self.say(
                at,
                at + 1,
                f"a `{closer}` is missing before this `{char}`",
                related=(self.opened(frame), (closed, closed + 1, f"this is what the `{char}` closes")),
                pointer=self.pointer(),
            )
            lost = False
            while len(self.frames) - 1 > outer:
                # An object may have swallowed what stands behind its missing bracket.
                lost = lost or self.frames[-1].is_object
                self.close(at, broken=lost)
            if lost:
                self.mute()

    def guess_closer(self, frame: _Frame, outer: int | None) -> str:
        """What a wrong closer is, by what follows it: "stray", "mistyped", or "missing" (one before it)."""
        at, text = self.at, self.text
        parent = self.frames[-2] if len(self.frames) > 1 else None
        stray = self.goes_on(frame)
        mistyped = self.goes_on(parent)
        missing = outer is not None and self.goes_on(self.frames[outer - 1] if outer else None)
        if stray and text[at - 1 : at] == text[at]:
            return "stray"
        if missing and mistyped:
            line = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at))
            return "mistyped" if frame.node.start > line else "missing"
        if missing or mistyped:
            return "mistyped" if mistyped else "missing"
        return "stray" if stray else "missing"

    def goes_on(self, holder: _Frame | None) -> bool:
        """Whether what stands behind the bracket here can go on in `holder` (None: outside of all)."""
        text = self.text
        at = _blank_end(text, self.at + 1)
        if holder is None:
            return at >= len(text)
        if text[at : at + 1] != ",":
            return text[at : at + 1] == _CLOSER[holder.opener]
        at = _blank_end(text, at + 1)
        string = _SKIPPED.match(text, at) if text[at : at + 1] == '"' else None
        is_key = string is not None and text[_blank_end(text, string.end()) :][:1] == ":"
        if holder.is_object:
            return is_key
        items = holder.node.items
        return not is_key and (not items or text[items[0].start] == text[at : at + 1])

    # Values

    def read_value(self, char: str) -> None:
        """A value is awaited, or the end of an array that has none yet."""
        text, at = self.text, self.at
        frame = self.frames[-1] if self.frames else None
        if char in "{[":
            self.push(char)
        elif char == '"':
            read = self.read_string()
            self.add(read, at, self.at, broken=read is None)
        elif (number := _NUMBER.match(text, at)) and not text.startswith("-Infinity", at):
            self.read_number(number)
        elif frame is None:
            if not text.startswith(tuple(_LITERALS), at):
                self.no_document()
            self.read_word()
        elif char in "]}," and self.no_value(frame, char):
            pass
        elif quoted := _SINGLE.match(text, at) or _CURLY.match(text, at):
            self.wrong_quotes(quoted)
            self.add(quoted.group(1), at, quoted.end())
        else:
            self.read_word()

    def no_value(self, frame: _Frame, char: str) -> bool:
        """A bracket or comma where a value is awaited."""
        at = self.at
        if frame.state == _VALUE:
            key = self.text[slice(*frame.key_span)]
            if char == "]":
                self.wrong_closer(frame, char)
                return True
            self.say(
                at,
                at + 1,
                f"the key {key} has no value",
                "write one, or take the key out",
                pointer=self.pointer(),
            )
            self.attach(None)
            return True
        if char == "]":
            if frame.state == _NEXT:
                self.trailing_comma(frame, char)
            self.at += 1
            self.close(self.at)
        elif char == ",":
            self.say(at, at + 1, "one comma too many", "take it out")
            self.at += 1
        else:
            self.wrong_closer(frame, char)
        return True

    def read_number(self, number: re.Match[str]) -> None:
        """A number; too large ones are left out."""
        digits = number.group()
        start, end = number.span()
        if number.group(1) or number.group(2):
            value: int | float = float(digits)
            if isinf(value):
                self.say(
                    start,
                    end,
                    f"{_short(digits)} is larger than any number a reader can hold",
                    "write it as a string",
                )
                return self.add(None, start, end, broken=True)
        elif len(digits) > MAX_DIGITS:
            self.say(
                start,
                end,
                f"a number of {len(digits):,} digits; more than {MAX_DIGITS} are not read",
                "write it as a string",
                kind="limit-exceeded",
            )
            return self.add(None, start, end, broken=True)
        else:
            value = int(digits)
        return self.add(value, start, end)

    def read_word(self) -> None:
        """A bare word where a value is awaited."""
        text, at = self.text, self.at
        for name in ("true", "false", "null"):
            if text.startswith(name, at):
                return self.add(_LITERALS[name], at, at + len(name))
        for name in _CONSTANTS:
            if text.startswith(name, at):
                self.say(
                    at,
                    at + len(name),
                    f"JSON has no {name}",
                    "write null, or a string",
                    pointer=self.pointer(),
                )
                return self.add(None, at, at + len(name), broken=True)
        match = _WORD.match(text, at)
        if match is None:
            self.say(
                at,
                at + 1,
                f"a value was expected, and {_shown(text[at])} stands here",
                pointer=self.pointer(),
            )
            return self.panic(self.frames[-1])
        word = match.group()
        if word in _FOREIGN:
            right = _FOREIGN[word]
            self.say(at, match.end(), f"`{word}` is no JSON", f"write `{right}`", once="literal")
            return self.add(_LITERALS[right], at, match.end())
        if _NUMERAL.fullmatch(word) and any(char.isdigit() for char in word):
            self.say(
                at,
                match.end(),
                f"`{_short(word)}` is no number in JSON",
                _number_help(word),
                pointer=self.pointer(),
            )
            return self.add(None, at, match.end(), broken=True)
        if unopened := self.unopened():
            self.say_unopened(unopened)
            return self.add(unopened.group(1), at, unopened.end())
        bare = _BARE.match(text, at)
        stop = at + len(bare.group().rstrip()) if bare else at
        shown = text[at:stop] or word
        self.say(
            at,
            max(stop, at + 1),
            f"`{_short(shown)}` is no JSON value",
            f'a text stands in double quotes: write "{_short(shown)}"' if word[0].isalpha() else None,
            pointer=self.pointer(),
        )
        if text[stop : stop + 1] == '"' or stop <= at:
            return self.panic(self.frames[-1])
        return self.add(None, at, stop, broken=True)

    def unopened(self) -> re.Match[str] | None:
        """A word that ends in a quote which nothing opened: the line's quotes do not pair without one."""
        match = _UNOPENED.match(self.text, self.at)
        line_end = _LINE.match(self.text, self.at)
        if match is None or line_end is None or self.text.count('"', self.at, line_end.end()) % 2 == 0:
            return None
        return match

    def say_unopened(self, match: re.Match[str]) -> None:
        """Say that a string lacks its opening quote, and go behind it."""
        self.say(*match.span(), "a string without its opening quote", f'write "{_short(match.group(1))}"')
        self.at = match.end()

    def bad_number(self, frame: _Frame) -> bool:
        """Digits and letters that follow a number or a literal at once: `01`, `1.`, `1px`, `nulll`."""
        last = frame.last
        if last is None or last.end != self.at or isinstance(last.value, (str, dict, list)):
            return False
        match = _WORD.match(self.text, last.start)
        if match is None or match.end() <= self.at:
            return False
        word = match.group()
        self.say(
            self.at,
            match.end(),
            f"`{_short(word)}` is no JSON value",
            _number_help(word),
            pointer=self.pointer(),
        )
        self.drop_last(frame)
        self.at = match.end()
        return True

    # Strings

    def wrong_quotes(self, match: re.Match[str]) -> None:
        """Single or typographic quotes."""
        kind = "single" if match.group().startswith("'") else "typographic"
        self.say(
            match.start(),
            match.end(),
            f"{_short(match.group())} stands in {kind} quotes",
            f'JSON strings stand in double quotes: write "{_short(match.group(1))}"',
            once=f"{kind} quotes",
        )

    def read_string(self) -> str | None:
        """The string that starts here, or None where it is broken; what follows it is awaited next."""
        self.closed = False
        text, start = self.text, self.at
        parts: list[str] = []
        at = start + 1
        broken = False
        while True:
            if chars := _CHARS.match(text, at):
                parts.append(chars.group())
                at = chars.end()
            char = text[at : at + 1]
            if char == '"':
                self.at = at + 1
                self.closed = True
                return None if broken else "".join(parts)
            if char == "\\" and at + 1 < len(text):
                read, at = self.read_escape(at, start)
                broken = broken or read is None
                parts.append(read or "")
            elif not char or char == "\\":
                self.say(
                    start,
                    len(text.rstrip()),
                    "this string is not closed",
                    'close it with `"`',
                    pointer=self.pointer(),
                )
                self.at = len(text)
                self.mute()
                return None
            elif char in "\r\n":
                if self.not_closed(start, at):
                    return None
                parts.append(char)
                at += 1
            else:
                broken = broken or char == "\0"
                self.control(at, char, start)
                parts.append(char)
                at += 1

    def read_escape(self, at: int, start: int) -> tuple[str | None, int]:
        """The character that an escape stands for (None: no character), and where the escape ends."""
        text = self.text
        char = text[at + 1]
        if char != "u":
            if char in _ESCAPES:
                return _ESCAPES[char], at + 2
            self.say(
                at,
                at + 2,
                f"`\\{char}` is no escape of JSON"
                if char.isprintable()
                else "a `\\` with nothing that it could escape",
                "a backslash itself is written `\\\\`",
                once=f"escape {start}",
            )
            return "\\" if char in '\r\n"' or char < " " else "\\" + char, at + (
                1 if char in '\r\n"' or char < " " else 2
            )
        code = self.hex_at(at)
        is_pair = code is not None and 0xD800 <= code < 0xDC00 and text.startswith("\\u", at + 6)
        cut = next(
            (place for place in (at, at + 6) if place + 6 >= len(text) and (place == at or is_pair)), None
        )
        if cut is not None:
            self.say(
                cut + 1,
                len(text),
                "the text ends inside a string",
                related=((start, start + 1, "it opens here"),),
            )
            self.mute()
            return None, len(text)
        if code is None:
            self.say(
                at + 1,
                at + 2,
                "four hexadecimal digits were expected after `\\u`",
                "a backslash itself is written `\\\\`",
                once=f"escape {start}",
            )
            return "\\u", at + 2
        low = self.hex_at(at + 6) if is_pair else None
        if low is not None and 0xDC00 <= low < 0xE000:
            return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)), at + 12
        if 0xD800 <= code < 0xE000:
            self.say(
                at,
                at + 6,
                f"`{text[at : at + 6]}` is half of a surrogate pair: no character",
                "write both halves, or the character itself",
                pointer=self.pointer(),
            )
            return None, at + 6
        if code == 0:
            self.say(
                at,
                at + 6,
                "`\\u0000` is the NUL character",
                "take it out: no API text holds it",
                pointer=self.pointer(),
            )
            return None, at + 6
        return chr(code), at + 6

    def hex_at(self, at: int) -> int | None:
        """The code of the `\\uXXXX` at `at`, if its digits are such."""
        match = _HEX.match(self.text, at + 2)
        return int(match.group(), 16) if match else None

    def control(self, at: int, char: str, start: int) -> None:
        """A control character that stands in a string as it is."""
        if char == "\t":
            what, instead = "a literal tab", "write `\\t`"
        elif char == "\0":
            what, instead = "a NUL byte", "take it out"
        else:
            what, instead = (
                f"the control character U+{ord(char):04X}",
                f"write `\\u{ord(char):04x}`, or take it out",
            )
        self.say(at, at + 1, f"{what} stands in a string", instead, once=f"control {start}")

    def not_closed(self, start: int, at: int) -> bool:
        """A line break in a string: whether the string's closing quote is missing before it.

        Then what the line holds besides the string is awaited next. Else the string has several lines.
        """
        text = self.text
        lost = _BEHIND.match(text, at) is not None
        self.say(
            at,
            at,
            "this string is not closed on its line",
            'close it with `"`' if lost else "a line break in a string is written `\\n`",
            related=((start, start + 1, "it opens here"),),
            pointer=self.pointer() if lost else None,
            once=f"line {start}",
        )
        if not lost:
            return False
        line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start))
        closers = sum(frame.node.start > line for frame in self.frames)
        end = at
        while end > start + 1:
            char = text[end - 1]
            if char in "]}":
                if not closers:
                    break
                closers -= 1
            elif char not in " \t,":
                break
            end -= 1
        self.at = end
        return True

    def lost_quote(self, literal: Span | None) -> bool:
        """Text right behind a string, whose quote opens the next string: the closing one was lost.

        `"name": "id, "type": …`: the string `"id, "` took the quote that opens `"type"`.
        """
        text, frame = self.text, self.frames[-1]
        if literal is None or literal.end != self.at or text[literal.start] != '"':
            return False
        line_end = _LINE.match(text, self.at)
        if line_end is None or text.count('"', self.at, line_end.end()) % 2 == 0:
            return False
        content = text[literal.start + 1 : literal.end - 1].rstrip()
        if not content.endswith((",", ":")) or (content.endswith(":") and not frame.is_object):
            return False
        self.say(
            self.at,
            self.word_end(),
            "a string is not closed before this",
            'close it with `"`',
            related=((literal.start, literal.start + 1, "it opens here"),),
            pointer=self.pointer(),
        )
        self.drop_last(frame)
        self.at = literal.end - 1
        if content.endswith(":"):
            end = literal.start + 1 + len(content[:-1].rstrip())
            self.keyed(frame, text[literal.start + 1 : end], literal.start, end)
            frame.state = _VALUE
        else:
            frame.state = _NEXT
        return True

    # What cannot be mended

    def mute(self) -> None:
        """Say nothing more until the next entry of the outermost container."""
        self.muted = True

    def panic(self, frame: _Frame) -> None:
        """Leave out what stands here: go to the comma or the closer that ends this entry."""
        self.mute()
        depth = 0
        for match in _marks(self.text, self.at):
            char = match.group()
            if char in "[{":
                depth += 1
            elif char in "]}" and depth:
                depth -= 1
            elif char in "]}," and not depth:
                self.at = match.start()
                break
        else:
            self.at = len(self.text)
        frame.state = _AFTER
        frame.last = None

    def read_rest(self, char: str) -> None:
        """Text behind the document."""
        at = self.at
        if char in "]}":
            self.say(at, at + 1, f"one `{char}` too many: the document ended before it", "take it out")
        elif char in "{[":
            self.say(at, at + 1, "a second document begins, and a JSON text holds one")
        else:
            self.say(at, self.word_end(), "text stands behind the end of the document", "take it out")

    def no_document(self) -> None:
        """Nothing, or no value, where the document is awaited."""
        if self.at >= len(self.text):
            self.say(self.at, self.at, "nothing here: a JSON document was expected")
        else:
            self.say(
                self.at,
                self.word_end(),
                "no JSON: a document begins with `{` or `[`",
                self.taken_for(),
            )
        raise _Stop

    def taken_for(self) -> str | None:
        """What a text that is no JSON seems to be, and what helps then."""
        for beginning, help_ in _BEGINNINGS:
            if self.text.startswith(beginning, self.at):
                return help_
        looks_like_yaml = _YAML.match(self.text, self.at)
        return "it looks like YAML, and then the name ends in .yaml" if looks_like_yaml else None

    def end_of_text(self) -> None:
        """The text ends; what is still open is closed with what it holds."""
        if not self.frames:
            if self.root is None:
                self.no_document()
            return
        frame = self.frames[-1]
        self.say(
            len(self.text),
            len(self.text),
            f"the text ends, and a `{_CLOSER[frame.opener]}` is missing",
            related=tuple(self.opened(frame) for frame in reversed(self.frames))[:3],
            pointer=self.pointer(),
        )
        end = len(self.text.rstrip())
        while self.frames:
            self.close(end)

    def word_end(self) -> int:
        """The end of the word or string that stands here, at least one character on."""
        match = (_SKIPPED if self.text[self.at : self.at + 1] == '"' else _WORD).match(self.text, self.at)
        return max(match.end() if match else 0, self.at + 1)


def _blank_end(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}…"


def _shown(text: str) -> str:
    return f"`{_short(text)}`"


def _number_help(word: str) -> str | None:
    """How a number that JSON does not take is written."""
    bare = word.lstrip("+-")
    if bare[:1].isdigit() and bare.strip("0123456789") == "":
        return "numbers have no leading zeros and no `+`; digits that are a name stand in double quotes"
    if bare.startswith(".") or bare.endswith("."):
        return "digits stand on both sides of the point"
    return "a text stands in double quotes"
