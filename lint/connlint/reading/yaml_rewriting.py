"""Edits of a YAML text, in block and flow style."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connlint.reading.compose import YamlNode, YamlPositions, compose
from connlint.reading.document import Pointer
from connlint.reading.limits import SPEC_LIMITS
from connlint.reading.rewriting import CannotEdit, TextEdit, entry_index, insert_entry, remove_entry
from connlint.reading.tree import Node
from connlint.reading.yaml_text import fits_on_one_line, flow_text, member_text, scalar_text, yaml_text
from connlint.source import Span

_LINE_END = re.compile(r"[^\r\n]*")
_BREAK = re.compile(r"\r\n|\n|\r")
_BLANK_OR_COMMENT = re.compile(r"[ \t]*(?:#[^\r\n]*)?")


class YamlWriter:
    """Edits of a YAML text. Raises CannotEdit where anchors, aliases or comments would suffer."""

    def __init__(self, places: YamlPositions, newline: str) -> None:
        self._places = places
        self._text = places.text
        self._newline = newline

    # The five edits

    def replace_value(self, pointer: Pointer, value: object) -> TextEdit:
        """Another value in the place of one."""
        path = self._path(pointer)
        node = path[-1]
        self._own(node)
        if node.style == "block":
            return self._replace_block(path, pointer, value)
        in_flow = any(parent.style == "flow" for parent in path[:-1])
        if node.value is None and node.start == node.end:
            return self._fill(path, node, value, in_flow)
        if isinstance(value, str):
            return TextEdit(Span(node.start, node.end), self._scalar(value, node, in_flow))
        return TextEdit(Span(node.start, node.end), flow_text(value))

    def replace_chars(self, pointer: Pointer, start: int, end: int, text: str) -> TextEdit:
        """Other characters inside a string."""
        path = self._path(pointer)
        node = path[-1]
        if node.style == "alias" or not isinstance(node.value, str):
            raise CannotEdit("no string of its own stands here")
        meant = node.value[:start] + text + node.value[end:]
        span = self._places.inside(pointer, start, end)
        in_flow = any(parent.style == "flow" for parent in path[:-1])
        literal = self._text[node.start : node.end]
        for written in _ways(text, node.style):
            changed = literal[: span.start - node.start] + written + literal[span.end - node.start :]
            if self._reads_as(changed, meant, in_flow, node):
                return TextEdit(span, written)
        self._own(node)
        return TextEdit(Span(node.start, node.end), self._scalar(meant, node, in_flow))

    def rename_key(self, pointer: Pointer, name: str) -> TextEdit:
        """Another key."""
        path = self._path(pointer)
        members = path[-2].members if len(path) > 1 else None
        if members is None:
            raise CannotEdit("an item has no key")
        if name in members and name != pointer[-1]:
            raise CannotEdit(f"there is a `{name}` already")
        span = self._places.key(pointer)
        quote = self._text[span.start]
        if self._text[span.start] in "*&!?[{" or not path[-2].start <= span.start < path[-2].end:
            raise CannotEdit("the key is no plain text")
        return TextEdit(span, self._key(name, quote if quote in "'\"" else ""))

    def remove(self, pointer: Pointer) -> TextEdit:
        """Nothing in the place of a member or item, with its line."""
        path = self._path(pointer)
        parent, node = path[-2], path[-1]
        self._own(node)
        entries = self._entries(parent)
        index = self._index(parent, pointer)
        if parent.style == "flow":
            inner = Span(self._bracket(parent) + 1, parent.end - 1)
            return TextEdit(remove_entry(self._text, entries, index, inner), "")
        if len(entries) == 1:
            empty: object = {} if parent.members is not None else []
            return self._replace_block(path[:-1], pointer[:-1], empty)
        return self._remove_lines(entries, index)

    def insert(self, pointer: Pointer, key: str | int, value: object) -> TextEdit:
        """A new member at the end of a mapping, or a new item before the one at an index."""
        path = self._path(pointer)
        node = path[-1]
        if node.style not in ("flow", "block"):
            raise CannotEdit("no mapping or list of its own stands here")
        members = node.members
        if members is not None and key in members:
            raise CannotEdit(f"there is a `{key}` already")
        entries = self._entries(node)
        index = entry_index(key, len(entries), is_object=members is not None)
        if node.style == "flow":
            return self._insert_flow(node, entries, index, key, value)
        return self._insert_lines(node, entries, index, key, value)

    # Where things stand

    def _path(self, pointer: Pointer) -> list[YamlNode]:
        """The nodes on the way to a pointer, all of them written where they are read."""
        node = self._places.node(())
        assert isinstance(node, YamlNode)
        path = [node]
        for step in pointer:
            parent = path[-1]
            child = _child(parent, step)
            if parent.style == "alias" or not parent.start <= child.start <= child.end <= parent.end:
                raise CannotEdit("it is written elsewhere, under an anchor")
            path.append(child)
        return path

    def _own(self, node: YamlNode) -> None:
        """Raises CannotEdit for a node that has an anchor or a tag, or holds an anchor."""
        pending: list[Node] = [node]
        while pending:
            each = pending.pop()
            assert isinstance(each, YamlNode)
            if each.anchor is not None:
                raise CannotEdit("an anchor stands here, which aliases may need")
            if each.style != "alias":
                pending += each.items or ()
                pending += [child for _, child in (each.members or {}).values()]
        if node.tag is not None:
            raise CannotEdit("a tag stands here")

    def _bracket(self, node: YamlNode) -> int:
        """Where a flow collection's bracket opens, behind anchor and tag."""
        found = re.compile(r"(?:[&!]\S*\s+)*").match(self._text, node.start)
        return found.end() if found else node.start

    def _entries(self, node: YamlNode) -> list[Span]:
        """The entries of a mapping or list in the order of the text; a block's items with their dashes."""
        if node.members is not None:
            spans = [
                Span(key.start, child.end)
                for key, child in node.members.values()
                if node.start <= key.start < node.end
            ]
            if len(spans) != len(node.members) or "<<" in self._text[node.start : node.end]:
                raise CannotEdit("other mappings are merged into this one")
            return [Span(self._question(span.start), span.end) for span in spans]
        spans = [Span(item.start, item.end) for item in node.items or ()]
        if node.style == "flow":
            return spans
        found = []
        at = node.start
        for span in spans:
            found.append(Span(self._dash(at, span.start), span.end))
            at = span.end
        return found

    def _question(self, start: int) -> int:
        """Raises CannotEdit for a key behind a `?`."""
        line = self._text[self._line_start(start) : start]
        if line.rstrip().endswith("?"):
            raise CannotEdit("a key behind `?` stands here")
        return start

    def _dash(self, start: int, end: int) -> int:
        """The dash of the item at `end`: the first one behind `start` that no comment holds."""
        at = start
        while at < end:
            if self._text[at] == "#":
                at = _end(_LINE_END, self._text, at)
            elif self._text[at] == "-":
                return at
            else:
                at += 1
        raise CannotEdit("the item's dash was not found")

    def _index(self, parent: YamlNode, pointer: Pointer) -> int:
        step = pointer[-1]
        return step if isinstance(step, int) else list(parent.members or ()).index(step)

    def _line_start(self, offset: int) -> int:
        return max(self._text.rfind("\n", 0, offset), self._text.rfind("\r", 0, offset)) + 1

    def _column(self, offset: int) -> int:
        return offset - self._line_start(offset)

    # Blocks: whole lines

    def _remove_lines(self, entries: list[Span], index: int) -> TextEdit:
        """An entry's lines cut out of a block that has others."""
        text, entry = self._text, entries[index]
        start = self._line_start(entry.start)
        line_end = _end(_BLANK_OR_COMMENT, text, entry.end)
        following = _BREAK.match(text, line_end)
        if following is None and line_end < len(text):
            raise CannotEdit("something else stands on its line")
        if text[start : entry.start].strip(" "):
            # It begins behind the dash of an item: the next entry takes its place there.
            gap = text[line_end : entries[index + 1].start]
            if "#" in gap:
                raise CannotEdit("a comment stands below it")
            return TextEdit(Span(entry.start, entries[index + 1].start), "")
        if following is not None:
            return TextEdit(Span(start, following.end()), "")
        # The last line of a text without final line end: then the line before becomes such.
        before = start - (2 if text[start - 2 : start] == "\r\n" else 1)
        return TextEdit(Span(max(before, 0), len(text)), "")

    def _replace_block(self, path: list[YamlNode], pointer: Pointer, value: object) -> TextEdit:
        """A value in the place of a block of lines."""
        node = path[-1]
        self._own(node)
        text = self._text
        start, column = node.start, self._column(node.start)
        if node.members is not None:
            start = self._question(node.start)
        is_filled = isinstance(value, (dict, list)) and bool(value)
        if is_filled and not (len(path) > 1 and fits_on_one_line(value, column)):
            above = self._column(self._places.key(pointer).start) if path[1:] and path[-2].members else -1
            deeper = max(column, above + 2) if isinstance(value, dict) else column
            block = yaml_text(value, deeper).rstrip("\n")
            return TextEdit(Span(start, node.end), self._lines(block[column:]))
        if len(path) > 1:
            parent = path[-2]
            if parent.members is not None:
                colon = text.index(":", self._places.key(pointer).end)
                if "#" in text[colon:start]:
                    raise CannotEdit("a comment stands behind the key")
                return TextEdit(Span(colon + 1, node.end), f" {flow_text(value)}")
        return TextEdit(Span(start, node.end), flow_text(value))

    def _fill(self, path: list[YamlNode], node: YamlNode, value: object, in_flow: bool) -> TextEdit:
        """A value where none was written: behind the colon, or behind the dash."""
        written = flow_text(value)
        before = self._text[node.start - 1 : node.start]
        if len(path) == 1 or before not in (":", "-"):
            raise CannotEdit("no value is written here")
        following = self._text[node.start : node.start + 1].strip()
        behind = " " if in_flow and following not in ("", ",", "}", "]") else ""
        return TextEdit(Span(node.start, node.start), f" {written}{behind}")

    def _insert_lines(
        self, node: YamlNode, entries: list[Span], index: int, key: str | int, value: object
    ) -> TextEdit:
        """A new entry as lines of its own in a block."""
        text = self._text
        column = self._column(entries[0].start)
        if isinstance(key, str):
            quote = text[entries[0].start]
            lines = member_text(key, value, column).rstrip("\n")
            if quote in "'\"":
                lines = " " * column + self._key(key, quote) + lines[column + len(scalar_text(key)) :]
        else:
            lines = yaml_text([value], column).rstrip("\n")
        if index == 0:
            return TextEdit(
                Span(entries[0].start, entries[0].start),
                self._lines(f"{lines[column:]}\n{' ' * column}"),
            )
        end = _end(_BLANK_OR_COMMENT, text, entries[index - 1].end)
        if end < len(text) and not _BREAK.match(text, end):
            raise CannotEdit("something else stands on its line")
        if end >= len(text) and self._ends_in_block_text(node):
            raise CannotEdit("a block of text ends with the file, and would get a line end more")
        return TextEdit(Span(end, end), self._lines(f"\n{lines}"))

    def _ends_in_block_text(self, node: YamlNode) -> bool:
        """Whether the last scalar of a block is a literal or folded one whose line ends count."""
        last: Node = node
        while last.members or last.items:
            last = list(last.members.values())[-1][1] if last.members else (last.items or [last])[-1]
        return isinstance(last, YamlNode) and last.style in ("|", ">")

    def _lines(self, text: str) -> str:
        return text.replace("\n", self._newline)

    # Flow collections

    def _insert_flow(
        self, node: YamlNode, entries: list[Span], index: int, key: str | int, value: object
    ) -> TextEdit:
        """A new entry between brackets."""
        text = self._text
        inner = Span(self._bracket(node) + 1, node.end - 1)
        name = ""
        if isinstance(key, str):
            quote = text[entries[0].start] if entries else ""
            name = self._key(key, quote if quote in "'\"" and quote else "") + ": "
        written = name + flow_text(value)
        if not entries:
            if "#" in text[slice(*inner)]:
                raise CannotEdit("a comment stands between the brackets")
            return TextEdit(inner, written)
        at, before, behind, _ = insert_entry(text, entries, index, inner)
        return TextEdit(Span(at, at), before + written + behind)

    # Scalars

    def _key(self, name: str, quote: str) -> str:
        """A key, in the quotes that it or its neighbours have."""
        if quote == "'" and name.isprintable():
            return "'" + name.replace("'", "''") + "'"
        plain = scalar_text(name)
        if quote == '"' and not plain.startswith('"'):
            return f'"{plain}"'
        return plain

    def _scalar(self, value: str, node: YamlNode, in_flow: bool) -> str:
        """A string in the place of a scalar, in its quotes where it has some and can keep them."""
        ways = []
        if node.style == "'" and value.isprintable():
            ways.append("'" + value.replace("'", "''") + "'")
        if node.style == "" and value.startswith("/"):
            ways.append(value)
        plain = scalar_text(value)
        quoted = plain if plain.startswith('"') else f'"{plain}"'
        ways += [quoted] if node.style in ('"', "|", ">") else [plain, quoted]
        for written in ways:
            if self._reads_as(written, value, in_flow, None):
                return written
        raise CannotEdit("the text cannot be written here")

    def _reads_as(self, literal: str, value: str, in_flow: bool, node: YamlNode | None) -> bool:
        """Whether a scalar's text reads back as a value where it stands."""
        if node is not None and node.style in ("|", ">"):
            rest = self._text[node.end :]
            sample = f"- {literal}" + ("\n" if rest else "")
        else:
            sample = f"- [{literal}, x: {literal}]\n" if in_flow else f"- {literal}\n"
        from yaml import YAMLError

        try:
            read = compose(sample, SPEC_LIMITS)
        except YAMLError:
            return False
        if len(read) != 1 or read[0].faults:
            return False
        return bool(read[0].value == ([[value, {"x": value}]] if in_flow else [value]))


def _ways(text: str, style: str) -> Iterator[str]:
    """How characters may be written inside a scalar of a style."""
    if style == '"':
        quoted = scalar_text(text) if not text.isalnum() else f'"{text}"'
        yield quoted[1:-1] if quoted.startswith('"') else quoted
    elif style == "'":
        yield text.replace("'", "''")
    elif "\n" not in text:
        yield text


def _child(node: YamlNode, step: str | int) -> YamlNode:
    child: Node
    if node.members is not None and isinstance(step, str):
        child = node.members[step][1]
    elif node.items is not None and isinstance(step, int) and 0 <= step < len(node.items):
        child = node.items[step]
    else:
        raise KeyError(step)
    assert isinstance(child, YamlNode)
    return child


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
