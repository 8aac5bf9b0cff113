"""What libyaml's errors mean, in an author's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from connlint.reading.document import Fault
from connlint.reading.yaml import SURROGATE_HELP
from connlint.source import Span

_FAR = 2_000
"""How many characters before a mistake a lost quote is looked for."""
_LINE = re.compile(r"[^\r\n]*")
_WORD = re.compile(r"[^\s,\[\]{}]+")
_KEY = re.compile(r"[\w.$/-]+:(?=\s|$)")
_GLUED = re.compile(r"[\w.$-]+:(?=\S)")
_HOLE = re.compile(r"\{\{[^{}\r\n]*\}\}$")
_STRAY_HOLE = re.compile(r"(?::\s+|-\s+)(\{\{[^\r\n]*)")
_QUOTED = re.compile(r"""(?::\s+|-\s+)(['"])[^\r\n]*""")


_OPENING = re.compile(r"""(?:[:,\[{-][ \t]+|[\[{])(["'])""")
_STRING = {'"': re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL), "'": re.compile(r"'[^']*(?:''[^']*)*'")}


class _Mistake:
    """An error with its surroundings: the text, the place, where what it is about was opened."""

    def __init__(self, text: str, error: Any) -> None:
        self.text = text
        self.problem: str = error.problem or ""
        self.context: str = error.context or ""
        self.at: int = min(error.problem_mark.index, len(text))
        self.opened: int | None = error.context_mark.index if error.context_mark is not None else None

    def line(self, at: int) -> tuple[str, int]:
        """The line that holds an offset, and where it starts."""
        start = max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1
        match = _LINE.match(self.text, start)
        return (match.group() if match else ""), start

    def word(self, at: int) -> Span:
        """The word at an offset."""
        match = _WORD.match(self.text, at)
        return Span(at, match.end() if match else min(at + 1, len(self.text)))

    def lost_quote(self) -> int | None:
        """Where a string begins that took the quote of a line below for its own, just before the mistake."""
        line_start = self.line(self.at)[1]
        at = self.line(max(line_start - _FAR, 0))[1]
        while (opening := _OPENING.search(self.text, at, self.at)) is not None:
            string = _STRING[opening.group(1)].match(self.text, opening.start(1))
            if string is None:
                return None
            if line_start <= string.end() <= self.at and opening.start(1) < line_start:
                return opening.start(1)
            at = string.end()
        return None

    def fault(self, span: Span, message: str, help: str | None = None, *related: tuple[Span, str]) -> Fault:
        """A fault; where the text ends early, its span does too."""
        end = len(self.text)
        inside = [(Span(min(at.start, end), min(at.end, end)), word) for at, word in ((span, ""), *related)]
        return Fault("syntax-error", inside[0][0], message, help=help, related=inside[1:])


def explain(text: str, error: Any) -> Fault:
    """The fault for an error of the parser (a yaml.MarkedYAMLError), in offsets of the text."""
    mistake = _Mistake(text, error)
    lost = mistake.lost_quote()
    if lost is not None:
        line, start = mistake.line(lost)
        return mistake.fault(
            Span(lost, start + len(line.rstrip())),
            "this string is not closed on its line",
            f"close it with `{text[lost]}`",
            (Span(mistake.at, mistake.at + 1), "so the text ends it before this"),
        )
    for known, say in _KNOWN.items():
        if known in mistake.problem:
            return say(mistake)
    return mistake.fault(mistake.word(mistake.at), f"not YAML: {mistake.problem}", None, *_opened(mistake))


def _opened(mistake: _Mistake) -> tuple[tuple[Span, str], ...]:
    if mistake.opened is None or mistake.opened == mistake.at:
        return ()
    return ((Span(mistake.opened, mistake.opened + 1), "what is read here began here"),)


def _no_token(mistake: _Mistake) -> Fault:
    char = mistake.text[mistake.at : mistake.at + 1]
    if char == "\t":
        return mistake.fault(
            Span(mistake.at, mistake.at + 1),
            "a tab, where YAML takes only blanks to indent",
            "indent with blanks",
        )
    return mistake.fault(
        mistake.word(mistake.at),
        f"a text cannot begin with {'a backtick' if char == '`' else f'`{char}`'}",
        "put the text into quotes",
    )


def _second_value(mistake: _Mistake) -> Fault:
    line, start = mistake.line(mistake.at)
    before = line[: mistake.at - start]
    colon = Span(mistake.at, mistake.at + 1)
    key = _KEY.match(before.strip().removeprefix("- ").lstrip())
    if key and key.group() != before.strip():
        return mistake.fault(
            colon, "a `:` inside a value that stands without quotes", "put the value into quotes"
        )
    first = start + len(line) - len(line.lstrip())
    above, above_start = mistake.line(max(start - 1, 0))
    bare = above.strip().removeprefix("- ").lstrip()
    at_above = above_start + above.find(bare)
    glued = _GLUED.match(bare)
    if glued and at_above - above_start == first - start:
        colon_at = at_above + glued.end() - 1
        return mistake.fault(Span(colon_at, colon_at + 1), "a blank is missing behind this `:`", "write `: `")
    if bare and ":" not in bare and at_above - above_start == first - start:
        return mistake.fault(
            Span(at_above, at_above + len(bare)), "a key without a `:`", "write `key: value`"
        )
    return mistake.fault(
        colon,
        "this key is indented deeper than the keys it stands with, so it continues the value above",
        "align it with the keys of its mapping, or give the key above no value of its own",
        (Span(first, mistake.at), "the key"),
    )


def _no_key(mistake: _Mistake) -> Fault:
    if "block collection" in mistake.context:
        return _no_item(mistake)
    line, start = mistake.line(mistake.at)
    before = line[: mistake.at - start]
    hole = _STRAY_HOLE.search(line)
    if hole:
        span = Span(start + hole.start(1), start + len(line.rstrip()))
        return mistake.fault(
            span,
            "a value that begins with `{{` is read as a mapping",
            f'put it into quotes: "{mistake.text[slice(*span)]}"',
        )
    quoted = _QUOTED.search(before)
    if quoted:
        return mistake.fault(
            mistake.word(mistake.at),
            "text stands behind a quoted value",
            "a quote inside is written '' or \\\"; or a line above lacks its closing quote",
            (Span(start + quoted.start(1), start + quoted.start(1) + 1), "the quotes open here"),
        )
    if not before.strip() and mistake.text[mistake.at : mistake.at + 2] == "- ":
        return mistake.fault(
            Span(mistake.at, mistake.at + 1),
            "a list's item stands where a key was expected",
            "indent it deeper than its key, or align it with the list's other items",
            *_opened_block(mistake, "this mapping goes on"),
        )
    return mistake.fault(
        mistake.word(mistake.at),
        "a key of the mapping above was expected here",
        "look at the indentation of this line, and at the quotes of the lines above",
        *_opened_block(mistake, "the mapping begins here"),
    )


def _opened_block(mistake: _Mistake, word: str) -> tuple[tuple[Span, str], ...]:
    if mistake.opened is None:
        return ()
    return ((mistake.word(mistake.opened), word),)


def _no_item(mistake: _Mistake) -> Fault:
    return mistake.fault(
        mistake.word(mistake.at),
        "an item of the list above was expected here: a line that begins with `- `",
        "look at the indentation of this line",
        *_opened_block(mistake, "the list begins here"),
    )


def _no_item_allowed(mistake: _Mistake) -> Fault:
    return mistake.fault(
        Span(mistake.at, mistake.at + 1),
        "a list's item begins behind a key, on the same line",
        "put the `- ` on a line of its own",
    )


def _no_colon(mistake: _Mistake) -> Fault:
    at = mistake.at if mistake.opened is None else mistake.opened
    line, start = mistake.line(at)
    span = Span(at, start + len(line.rstrip()))
    return mistake.fault(
        span,
        "a key was expected here, with a `:` behind it",
        "write `key: value`, or indent a text that goes on",
    )


def _end_in_quotes(mistake: _Mistake) -> Fault:
    at = mistake.at if mistake.opened is None else mistake.opened
    quote = mistake.text[at : at + 1]
    line, start = mistake.line(at)
    return mistake.fault(
        Span(at, start + len(line.rstrip())), "this string is not closed", f"close it with `{quote}`"
    )


def _unknown_escape(mistake: _Mistake) -> Fault:
    at = (
        mistake.text.rfind("\\", 0, mistake.at + 1)
        if mistake.text[mistake.at : mistake.at + 1] != "\\"
        else mistake.at
    )
    shown = mistake.text[at : at + 2]
    return mistake.fault(
        Span(at, at + 2),
        f"`{shown}` is no escape of YAML",
        "write `\\\\` for a backslash, or use single quotes",
    )


def _half_pair(mistake: _Mistake) -> Fault:
    at = mistake.text.rfind("\\", 0, mistake.at + 1)
    return mistake.fault(
        Span(at, at + 6),
        f"`{mistake.text[at : at + 6]}` is no character in YAML",
        SURROGATE_HELP,
    )


def _no_digits(mistake: _Mistake) -> Fault:
    at = mistake.text.rfind("\\", 0, mistake.at + 1)
    return mistake.fault(
        Span(at, at + 2),
        f"hexadecimal digits were expected after `{mistake.text[at : at + 2]}`",
        "write `\\\\` for a backslash",
    )


def _bad_alias(mistake: _Mistake) -> Fault:
    at = mistake.at if mistake.opened is None else mistake.opened
    return mistake.fault(
        mistake.word(at),
        "a name was expected behind this mark",
        "a text that begins with `*` or `&` stands in quotes",
    )


def _flow_goes_on(mistake: _Mistake) -> Fault:
    closer = "}" if "}" in mistake.problem else "]"
    opener = "{" if closer == "}" else "["
    hole = None
    if mistake.opened is not None and mistake.text.startswith("{{", mistake.opened - 1):
        hole = mistake.opened - 1
    elif mistake.opened is not None and mistake.text.startswith("{{", mistake.opened):
        hole = mistake.opened
    elif before := _HOLE.search(mistake.text[max(mistake.at - _FAR, 0) : mistake.at]):
        hole = mistake.at - len(before.group())
    if hole is not None:
        line, start = mistake.line(hole)
        return mistake.fault(
            Span(hole, start + len(line.rstrip())),
            "a value that begins with `{{` is read as a mapping",
            "put it into quotes",
        )
    related = [] if mistake.opened is None else [Span(mistake.opened, mistake.opened + 1)]
    return mistake.fault(
        mistake.word(mistake.at),
        f"a comma or `{closer}` was expected",
        f"close the `{opener}`",
        *((span, f"this `{opener}` is still open") for span in related),
    )


def _comment_or_break(mistake: _Mistake) -> Fault:
    return mistake.fault(
        mistake.word(mistake.at),
        "nothing but a comment may stand on the line that opens a block of text",
        "begin the text on the next line",
    )


_KNOWN: dict[str, Callable[[_Mistake], Fault]] = {
    "cannot start any token": _no_token,
    "mapping values are not allowed": _second_value,
    "did not find expected key": _no_key,
    "expected <block end>": _no_key,
    "did not find expected '-' indicator": _no_item,
    "block sequence entries are not allowed": _no_item_allowed,
    "sequence entries are not allowed": _no_item_allowed,
    "could not find expected ':'": _no_colon,
    "unexpected end of stream": _end_in_quotes,
    "unexpected document indicator": _end_in_quotes,
    "unknown escape character": _unknown_escape,
    "invalid Unicode character escape": _half_pair,
    "expected hexdecimal number": _no_digits,
    "alphabetic or numeric character": _bad_alias,
    "did not find expected ',' or": _flow_goes_on,
    "expected ',' or": _flow_goes_on,
    "expected comment or line break": _comment_or_break,
    "expected a comment or a line break": _comment_or_break,
}
