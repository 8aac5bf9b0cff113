"""Small helpers over names and words that every part of the program shares."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

SHORT_NAME = 4
"""Names up to this length are near at one edit only: within two edits of `list` lie a dozen other words."""

LONGEST_NAME = 200
"""Nobody misspells a name this long by one letter, and comparing two hostile ones costs their product."""


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The one candidate that `name` is most likely a misspelling of, or None.

    Near means at most two edits (one for a name of up to four characters), where an edit inserts, drops or
    replaces a character or swaps two neighbours. Case costs nothing, unless it is all that tells two
    candidates apart. None when nothing is that near, or when two candidates are equally near. A candidate
    equal to `name` is no misspelling of it and is passed over.
    """
    limit = 1 if len(name) <= SHORT_NAME else 2
    folded = name.casefold()
    parts = _parts(folded, 2 * limit + 1)
    best: str | None = None
    best_cost = (limit + 1, 0)
    tied = False
    for candidate in dict.fromkeys(candidates):
        if candidate == name or max(len(candidate), len(name)) > LONGEST_NAME:
            continue
        other = candidate.casefold()
        if not any(part in other for part in parts):
            continue
        far = distance(folded, other, limit)
        if far > min(limit, best_cost[0]):
            continue
        cost = (far, distance(name, candidate, len(name) + len(candidate)))
        if cost < best_cost:
            best, best_cost, tied = candidate, cost, False
        elif cost == best_cost:
            tied = True
    return None if tied else best


def _parts(text: str, count: int) -> list[str]:
    """The text cut into so many parts. An edit touches two of them at most, so a text within n edits has one
    of 2n + 1 unchanged: this is looked for first, as it costs a tenth of comparing the two."""
    cuts = [len(text) * index // count for index in range(count + 1)]
    return [text[start:end] for start, end in pairwise(cuts)]


def distance(left: str, right: str, limit: int) -> int:
    """How many edits (insert, drop, replace, swap neighbours) lead from `left` to `right`.

    Once it is clear that there are more than `limit`, the answer is `limit + 1`.
    """
    if left == right:
        return 0
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    over = limit + 1
    before: list[int] = []
    previous = [column if column <= limit else over for column in range(len(right) + 1)]
    for row, char in enumerate(left, 1):
        first, last = max(1, row - limit), min(len(right), row + limit)
        current = [over] * (len(right) + 1)
        if row <= limit:
            current[0] = row
        for column in range(first, last + 1):
            same = char == right[column - 1]
            cost = min(
                previous[column - 1] + (not same),
                previous[column] + 1,
                current[column - 1] + 1,
            )
            if row > 1 and column > 1 and char == right[column - 2] and left[row - 2] == right[column - 1]:
                cost = min(cost, before[column - 2] + 1)
            current[column] = min(cost, over)
        if min(current) > limit:
            return over
        before, previous = previous, current
    return previous[len(right)]
