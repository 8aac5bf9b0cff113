"""Regular expressions that are compiled when they are first used.

Python compiles a pattern anew in every process, at a tenth of a millisecond to four each; a clean run uses
few of the hundred that its modules hold. `pattern(…)` in place of `re.compile(…)` costs nothing until asked.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Pattern:
    """Stands for a compiled pattern. What was asked of it once is kept, and found without this class."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        answer = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, answer)
        return answer

    def __repr__(self) -> str:
        return f"pattern({self._source!r}, {self._flags})"


def pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Like `re.compile(source, flags)`, but compiled on its first use (which raises re.error if it is wrong).

    For module constants. It has a pattern's methods; to `isinstance` and `re.sub(pattern, …)` it is none.
    """
    return cast("re.Pattern[AnyStr]", _Pattern(source, flags))
