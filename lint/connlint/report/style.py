"""Colours of terminal output, or none."""

from __future__ import annotations


class Style:
    """Wraps words in ANSI colours when `on`; leaves them alone otherwise."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def _wrap(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text

    def severity(self, word: str, text: str) -> str:
        """Red for an error, yellow for a warning, cyan for info."""
        return self._wrap({"error": "1;31", "warning": "1;33"}.get(word, "1;36"), text)

    def bold(self, text: str) -> str:
        return self._wrap("1", text)

    def dim(self, text: str) -> str:
        return self._wrap("2", text)

    def good(self, text: str) -> str:
        return self._wrap("32", text)
