"""Text from specs made safe to show: control characters never reach a terminal or a log."""

from __future__ import annotations

import re

from connlint.patterns import pattern

_CONTROL = pattern("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
_COMMAND = pattern(r"##(?=(?:vso|teamcity)?\[)|^([^\S\n]*):(?=:(?!: ))", re.MULTILINE | re.IGNORECASE)
"""What systems of CI obey where they find it in a log: GitHub's `::name::` at the start of a line and its old
`##[name]` anywhere, Azure's `##vso[…]`, TeamCity's `##teamcity[…]`."""
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    """The text with control characters, bidirectional marks and lone surrogates written as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROL.sub(_escape, text)


def visible_lines(text: str) -> str:
    """The text with each of its lines made visible; line feeds and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return "\n".join("\t".join(map(visible, line.split("\t"))) for line in text.split("\n"))


def logged(text: str, kind: str = "text") -> str:
    """A report as a log may show it: no system of CI finds a command of its own in it.

    `kind` is "text", "json" or "xml", whose meaning stays.
    """
    if "##" not in text and "::" not in text:
        return text
    hash_, colon = {"json": ("\\u0023#", ":"), "xml": ("&#35;#", "&#58;")}.get(kind, ("#\\#", "\\:"))
    return _COMMAND.sub(lambda match: hash_ if match[0] == "##" else match[1] + colon, text)


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    named = _NAMED.get(char)
    if named is not None:
        return named
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
