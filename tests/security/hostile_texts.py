"""Long texts that make a careless pattern or scanner go back over them again and again."""

from __future__ import annotations

PUMPS = (
    *("a", "A-", "a.", "1", "1.", "0.", "e1", "é", " ", "\t", "\n", "\u2028", "%7B", "a/", "a:", "a: "),
    *(
        "{{",
        "{{a",
        "{{a ",
        "{{ ",
        "{",
        "}",
        "{ ",
        "{a",
        "${a",
        "/{{a}}",
        "{{a}}",
        '{"a":',
        "[1,",
        "[",
        "[[",
        "[a",
    ),
    *(
        "](",
        '\\"',
        "\\",
        '"',
        "'",
        "''",
        "'<",
        "<",
        "<!--",
        "`",
        "```\n",
        "~~~\n",
        "- ",
        "> ",
        "* ",
        "_",
        "!",
        "|",
    ),
    *(
        "#",
        "//",
        "/*",
        "&a ",
        "*a ",
        "!a ",
        "? ",
        "a=",
        "&a=b",
        "=",
        ";",
        "-",
        "--",
        "$.",
        "%",
        "@",
        "a@",
        "//a:",
        "a:b@",
    ),
    *("sk-", "eyJ", "-eyJ", "eyJaaaaaaaa.", "SG.", "xoxb-", "hooks.slack.com/services/T", "-----BEGIN A "),
    *("TODO", "TODO: ", "[Your ", "Triggers on: ", "Triggers on: a/", "bearer ", "application/", "data: "),
)
"""What is repeated: openings without an end, ends without an opening, runs that two parts fit."""


def long(pump: str, length: int) -> str:
    """The pump repeated to a length in characters."""
    return pump * (length // len(pump))
