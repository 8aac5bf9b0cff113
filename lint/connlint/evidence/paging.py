"""One list fixture, answered page by page, as its `paginate` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connlint.evidence.fixtures import Paginate

LARGEST: Final = 10_000
"""Records on a page at most, whatever is asked for."""


def page_of(body: object, paginate: Paginate, query: Mapping[str, str]) -> object:
    """The page of a list answer that a query asks for: the body with its records cut, its flags and ids set.

    An unknown cursor, and a page past the last one, give no records. A body without the list that `paginate`
    means is handed back as it is.
    """
    way = paginate.items if paginate.items is not None else _list_in(body)
    records = _at(body, way) if way is not None else None
    if way is None or not isinstance(records, list):
        return body
    size = _count(query.get(paginate.size or ""), paginate.default, least=1)
    start, end = _window(records, paginate, query, size)
    page = records[start:end]
    more = end < len(records)
    found = _with(body, way, page)
    if paginate.more is not None:
        found = _with(found, paginate.more, more)
    if paginate.next is not None:
        found = _with(found, paginate.next, _cursor(page, end, paginate) if more else None)
    for place, record in ((paginate.first, page[:1]), (paginate.last, page[-1:])):
        if place is not None:
            found = _with(found, place, _id(record[0], paginate.id) if record else None)
    if paginate.total is not None:
        found = _with(found, paginate.total, len(records))
    return found


def _window(
    records: list[object], paginate: Paginate, query: Mapping[str, str], size: int
) -> tuple[int, int]:
    """Where the page starts and ends among the records."""
    ids = [_text(_id(record, paginate.id)) for record in records]
    before = query.get(paginate.before or "")
    if before:
        end = ids.index(before) if before in ids else 0
        return max(end - size, 0), end
    start = 0
    cursor = query.get(paginate.cursor or "")
    if cursor:
        if paginate.next is not None and cursor.isascii() and cursor.isdigit() and cursor not in ids:
            start = min(int(cursor[:9]), len(records))
        else:
            start = ids.index(cursor) + 1 if cursor in ids else len(records)
    elif paginate.page is not None:
        start = (_count(query.get(paginate.page), 1, least=1) - 1) * size
    elif paginate.offset is not None:
        start = _count(query.get(paginate.offset), 0, least=0)
    start = min(start, len(records))
    return start, min(start + size, len(records))


def _cursor(page: list[object], end: int, paginate: Paginate) -> object:
    """What the next page is asked for with: the last record's id, or where records without ids go on."""
    last = _id(page[-1], paginate.id) if page else None
    return last if last is not None else str(end)


def _count(text: str | None, default: int, *, least: int) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        return default
    return min(max(int(text), least), LARGEST) if least else int(text)


def _list_in(body: object) -> tuple[str, ...] | None:
    """The way to a body's one list of objects: the body itself, or one of its members."""
    if isinstance(body, list):
        return ()
    if not isinstance(body, dict):
        return None
    ways = [
        (key,)
        for key, value in body.items()
        if isinstance(value, list) and all(isinstance(item, dict) for item in value)
    ]
    return ways[0] if len(ways) == 1 else None


def _at(body: object, way: tuple[str, ...]) -> object:
    for step in way:
        body = body.get(step) if isinstance(body, dict) else None
    return body


def _with(body: object, way: tuple[str, ...], value: object) -> object:
    """The body with a value at a place; the body itself is left alone."""
    if not way:
        return value
    members = dict(body) if isinstance(body, dict) else {}
    members[way[0]] = _with(members.get(way[0]), way[1:], value)
    return members


def _id(record: object, field: str) -> object:
    return _at(record, tuple(field.split(".")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
