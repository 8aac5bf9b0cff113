"""Strategies: JSON values, and texts in JSON and YAML that hold them, in every layout we could think of."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

WORDS = st.sampled_from(
    [
        "id",
        "name",
        "value",
        "x",
        "ä",
        "😀",
        "a b",
        "it's",
        'say "hi"',
        "yes",
        "1",
        "null",
        "",
        "#x",
        "a: b",
        "- a",
    ]
)
TEXTS = st.one_of(
    WORDS,
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    st.sampled_from(
        ["{{id}}", "/a/{{b}}/c", '{"a": "{{b}}"}', "back\\slash", "tab\there", "two\nlines\n", "end "]
    ),
)
SCALARS = st.one_of(
    TEXTS, st.integers(-(10**20), 10**20), st.booleans(), st.none(), st.sampled_from([0.5, -1.5e300, 1e-7])
)


def values(leaves: int = 6) -> st.SearchStrategy[Any]:
    """JSON values, mostly objects and arrays."""
    return st.recursive(
        SCALARS,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
        max_leaves=leaves,
    )


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """A value whose root is an object or array that is not empty."""
    return draw(
        st.one_of(
            st.lists(values(), min_size=1, max_size=3),
            st.dictionaries(TEXTS, values(), min_size=1, max_size=3),
        )
    )


@st.composite
def json_texts(draw: st.DrawFn, value: Any) -> str:
    """A JSON text of the value: compact, on one line, indented, or with blanks anywhere."""
    layout = draw(st.sampled_from(["compact", "line", "indented", "tabs", "flat", "wild"]))
    ascii_only = draw(st.booleans())
    if layout == "compact":
        text = json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"))
    elif layout == "line":
        text = json.dumps(value, ensure_ascii=ascii_only)
    elif layout == "wild":
        text = _wild(draw, value, ascii_only)
    else:
        indents: dict[str, int | str] = {"indented": 2, "tabs": "\t", "flat": 0}
        indent = indents[layout]
        text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    return _ended(draw, text)


def _ended(draw: st.DrawFn, text: str) -> str:
    """The text with LF or CRLF, with or without a final line end."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    return (text + draw(st.sampled_from(["", "\n"]))).replace("\n", newline)


def _wild(draw: st.DrawFn, value: Any, ascii_only: bool) -> str:
    def blank() -> str:
        return draw(st.sampled_from(["", "", " ", "\n", "\n  ", "\t"]))

    def write(value: Any) -> str:
        if isinstance(value, dict):
            keys = {key: json.dumps(key, ensure_ascii=ascii_only) for key in value}
            inner = ",".join(
                f"{blank()}{keys[key]}{blank()}:{blank()}{write(item)}{blank()}"
                for key, item in value.items()
            )
            return f"{{{inner or blank()}}}"
        if isinstance(value, list):
            return f"[{','.join(blank() + write(item) + blank() for item in value) or blank()}]"
        return json.dumps(value, ensure_ascii=ascii_only)

    return blank() + write(value) + blank()


@st.composite
def yaml_texts(draw: st.DrawFn, value: Any, comments: bool = True) -> str:
    """A YAML text of the value, in block and flow style, with any quotes, and comments between the lines."""
    return _ended(draw, _Yaml(draw, comments).block(value, 0))


class _Yaml:
    def __init__(self, draw: st.DrawFn, comments: bool) -> None:
        self.draw = draw
        self.comments = comments

    def chance(self) -> bool:
        return self.draw(st.booleans())

    def one(self, *items: str) -> str:
        return self.draw(st.sampled_from(items))

    def comment(self) -> str:
        return self.one("", "", "", " # why") if self.comments else ""

    def line(self, indent: int) -> str:
        """A line between entries."""
        return self.one("", "", "", "\n", f"{' ' * indent}# a comment\n") if self.comments else ""

    def block(self, value: Any, indent: int, *, first: bool = True) -> str:
        """Lines at `indent`, each with its line end; the first without its indentation when not `first`."""
        if (
            not isinstance(value, (dict, list))
            or not value
            or (indent and not self.one("block", "block", "") and first)
        ):
            return " " * indent * first + self.flow(value, indent) + self.comment() + "\n"
        text = ""
        entries = list(value.items()) if isinstance(value, dict) else [(None, item) for item in value]
        for number, (key, item) in enumerate(entries):
            front = " " * indent
            if number:
                text += self.line(indent)
            elif not first:
                front = ""
            text += front + ("-" if key is None else self.scalar(key, indent, is_key=True) + ":")
            text += self.entry(item, indent, in_list=key is None)
        return text

    def entry(self, item: Any, indent: int, *, in_list: bool) -> str:
        """What stands behind a dash or a colon, up to the line's end or over several lines."""
        if isinstance(item, (dict, list)) and item and self.one("block", "block", "flow") == "block":
            if in_list and self.chance():
                return " " + self.block(item, indent + 2, first=False)
            deeper = indent if isinstance(item, list) and not in_list and self.chance() else indent + 2
            return self.comment() + "\n" + self.block_lines(item, deeper)
        if isinstance(item, str) and (text := self.block_scalar(item, indent + 2)):
            return " " + text
        if item is None and self.chance():
            return self.comment() + "\n"
        return " " + self.flow(item, indent + 1) + self.comment() + "\n"

    def block_lines(self, item: Any, indent: int) -> str:
        return self.block(item, indent, first=True) if indent == 0 else self._forced(item, indent)

    def _forced(self, item: Any, indent: int) -> str:
        lines = self.block(item, indent, first=False)
        return " " * indent + lines

    def flow(self, value: Any, indent: int) -> str:
        """On one line, or with a line break between entries."""
        if isinstance(value, dict):
            inner = [
                f"{self.scalar(key, indent, in_flow=True)}: {self.flow(item, indent)}"
                for key, item in value.items()
            ]
            return self._joined("{", inner, "}", indent)
        if isinstance(value, list):
            return self._joined("[", [self.flow(item, indent) for item in value], "]", indent)
        return self.scalar(value, indent, in_flow=True)

    def _joined(self, opener: str, inner: list[str], closer: str, indent: int) -> str:
        between = self.one(", ", ", ", ",\n" + " " * (indent + 1))
        pad = self.one("", " ")
        return opener + pad + between.join(inner) + pad + closer

    def scalar(self, value: Any, indent: int, *, is_key: bool = False, in_flow: bool = False) -> str:
        """A scalar that fits everywhere; strings in one of the quotes, plain only where that is safe."""
        if not isinstance(value, str):
            return json.dumps(value)
        styles = ["double"]
        if value.isprintable():
            styles.append("single")
        if value.isascii() and value.isalpha() and value.lower() not in ("yes", "null", "true", "false"):
            styles.append("plain")
        style = self.one(*styles)
        if style == "plain":
            return value
        if style == "single":
            return "'" + value.replace("'", "''") + "'"
        # A surrogate pair is JSON's way to escape; libyaml does not take it.
        return json.dumps(value, ensure_ascii=max(value, default="") < "\U00010000" and self.chance())

    def block_scalar(self, value: str, indent: int) -> str:
        """A literal or folded scalar for texts of plain lines."""
        lines = value.split("\n")
        if (
            not all(line and line.isprintable() and line == line.strip() for line in lines[:-1])
            or not lines[0]
        ):
            return ""
        if lines[-1] and (not lines[-1].isprintable() or lines[-1] != lines[-1].strip()):
            return ""
        if not self.chance():
            return ""
        chomp = "" if value.endswith("\n") else "-"
        body = "".join(f"{' ' * indent}{line}\n" for line in lines if line)
        if len([line for line in lines if line]) == 1 and self.chance():
            return f">{chomp}\n{body}"
        return f"|{chomp}\n{body}"
