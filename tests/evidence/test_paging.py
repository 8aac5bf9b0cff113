"""One list fixture answers page by page."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connlint.evidence.fixtures import Paginate
from connlint.evidence.paging import page_of

LIST: Any = {
    "object": "list",
    "data": [{"id": f"f{number}"} for number in range(1, 6)],
    "has_more": False,
    "first_id": "f1",
    "last_id": "f5",
}
BY_CURSOR = Paginate(
    {
        "cursor": "after",
        "before": "before",
        "more": "has_more",
        "first": "first_id",
        "last": "last_id",
        "size": "limit",
        "default": 2,
    }
)


def ids(body: Any, key: str = "data") -> list[str]:
    return [record["id"] for record in body[key]]


def test_a_cursor_names_the_last_item_seen() -> None:
    body: Any = page_of(LIST, BY_CURSOR, {"after": "f2", "limit": "2"})

    assert ids(body) == ["f3", "f4"]
    assert (body["has_more"], body["first_id"], body["last_id"]) == (True, "f3", "f4")
    assert body["object"] == "list"
    assert len(LIST["data"]) == 5, "the fixture is left alone"


@pytest.mark.parametrize(
    ("query", "expected", "more"),
    [
        ({}, ["f1", "f2"], True),
        ({"limit": "10"}, ["f1", "f2", "f3", "f4", "f5"], False),
        ({"after": "f5"}, [], False),
        ({"after": "nobody"}, [], False),
        ({"before": "f4"}, ["f2", "f3"], True),
        ({"limit": "0"}, ["f1"], True),
        ({"limit": "many"}, ["f1", "f2"], True),
    ],
)
def test_pages(query: dict[str, str], expected: list[str], more: bool) -> None:
    body: Any = page_of(LIST, BY_CURSOR, query)

    assert ids(body) == expected
    assert body["has_more"] is more


@given(st.integers(1, 7), st.integers(0, 9))
def test_pages_together_are_the_whole_list(size: int, count: int) -> None:
    whole: Any = {"data": [{"id": f"f{number}"} for number in range(count)], "has_more": False}
    seen: list[str] = []
    query = {"limit": str(size)}
    for _ in range(20):
        body: Any = page_of(whole, BY_CURSOR, query)
        seen += ids(body)
        if not body["has_more"]:
            break
        query["after"] = seen[-1]

    assert seen == ids(whole)


@given(st.integers(1, 4))
def test_tokens_offsets_and_pages(size: int) -> None:
    bodies: Any = {"items": [{"id": number} for number in range(7)], "meta": {}}
    token = Paginate({"items": "items", "cursor": "page_token", "next": "meta.next", "size": "n"})
    seen: list[int] = []
    query = {"n": str(size)}
    while True:
        body: Any = page_of(bodies, token, query)
        seen += [record["id"] for record in body["items"]]
        if body["meta"]["next"] is None:
            break
        query["page_token"] = str(body["meta"]["next"])
    by_page: Any = page_of(
        bodies, Paginate({"page": "p", "size": "n", "total": "meta.total"}), {"p": "2", "n": "3"}
    )
    by_offset: Any = page_of(bodies, Paginate({"offset": "o", "size": "n"}), {"o": "5", "n": "3"})

    assert seen == list(range(7))
    assert [record["id"] for record in by_page["items"]] == [3, 4, 5]
    assert by_page["meta"]["total"] == 7
    assert [record["id"] for record in by_offset["items"]] == [5, 6]


@pytest.mark.parametrize("body", [None, "text", {"a": 1}, {"a": [{}], "b": [{}]}])
def test_a_body_without_the_list_is_left_as_it_is(body: object) -> None:
    assert page_of(body, BY_CURSOR, {"after": "x"}) == body
