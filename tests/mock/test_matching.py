"""Which fixture answers, and what is said when none does."""

from __future__ import annotations

from collections.abc import Callable

from tests.mock.conftest import Shop
from tests.mock.connectors import exchange

Make = Callable[..., Shop]

READ = exchange("orders.read", {"id": "o_1"})
CREATE = exchange("orders.create", {"id": "o_1"})


def test_with_and_without_the_base_path(shop: Make) -> None:
    ask = shop({"a.json": READ})
    assert ask("GET", "/v1/orders/o_1").json == {"id": "o_1"}
    assert ask("GET", "/orders/o_1").json == {"id": "o_1"}


def test_every_answer_names_its_fixture(shop: Make) -> None:
    ask = shop({"a.json": READ})
    assert ask("GET", "/orders/o_1").headers["x-connlint-fixture"] == "orders.read"
    assert ask("GET", "/nothing").headers["x-connlint-fixture"] == "none"


def test_the_most_specific_match_wins_and_says_why(shop: Make) -> None:
    ask = shop(
        {
            "a.json": CREATE,
            "b.json": exchange(
                "orders.create", {"id": "tea"}, variant="tea", match={"json": {"item": "tea"}}
            ),
            "c.json": exchange(
                "orders.create",
                {"id": "teas"},
                variant="teas",
                match={"json": {"item": "tea", "count": 2}},
            ),
        }
    )
    assert ask("POST", "/orders", {"item": "milk", "count": 1}).json["id"] == "o_1"
    assert ask("POST", "/orders", {"item": "tea", "count": 1}).json["id"] == "tea"
    chosen = ask("POST", "/orders", {"item": "tea", "count": 2, "note": "x"})
    assert chosen.json["id"] == "teas"
    assert chosen.why == "match json.item, json.count"


def test_query_headers_and_path_match(shop: Make) -> None:
    ask = shop(
        {
            "a.json": READ,
            "b.json": exchange(
                "orders.read", {"id": "path"}, variant="p", match={"path": {"order_id": "o_9"}}
            ),
            "c.json": exchange(
                "orders.read", {"id": "head"}, variant="h", match={"headers": {"X-Beta": "1"}}
            ),
            "d.json": exchange("orders.read", {"id": "query"}, variant="q", match={"query": {"full": True}}),
        }
    )
    assert ask("GET", "/orders/o_9").json["id"] == "path"
    assert ask("GET", "/orders/o_1", headers={"x-beta": "1"}).json["id"] == "head"
    assert ask("GET", "/orders/o_1?full=true").json["id"] == "query"
    assert ask("GET", "/orders/o_1").json["id"] == "o_1"


def test_true_is_not_one(shop: Make) -> None:
    ask = shop(
        {
            "a.json": CREATE,
            "b.json": exchange("orders.create", {"id": "x"}, variant="v", match={"json": {"stream": True}}),
        }
    )
    assert ask("POST", "/orders", {"item": "a", "count": 1, "stream": 1}).json["id"] == "o_1"
    assert ask("POST", "/orders", {"item": "a", "count": 1, "stream": True}).json["id"] == "x"


def test_between_equals_the_one_whose_request_is_most_alike_wins(shop: Make) -> None:
    ask = shop(
        {
            "a.json": exchange("orders.read", {"id": "o_1"}, request={"path": {"order_id": "o_1"}}),
            "b.json": exchange(
                "orders.read", {"id": "o_2"}, variant="two", request={"path": {"order_id": "o_2"}}
            ),
        }
    )
    assert ask("GET", "/orders/o_2").json["id"] == "o_2"
    assert ask("GET", "/orders/o_5").json["id"] == "o_1"


def test_a_near_miss_names_the_fixture_and_the_difference(shop: Make) -> None:
    ask = shop({"a.json": exchange("orders.read", {"id": "o_1"}, match={"path": {"order_id": "o_1"}})})
    answer = ask("GET", "/orders/o_zzz")
    assert answer.status == 404
    assert (
        answer.message == "no fixture fits; nearest: orders.read: path order_id has `o_1`, here it is `o_zzz`"
    )


def test_an_unknown_path_names_the_nearest_operation(shop: Make) -> None:
    answer = shop({"a.json": READ})("GET", "/v1/order/o_1")
    assert answer.status == 404
    assert answer.message == (
        "no operation has GET /v1/order/o_1; nearest: orders.read, GET /v1/»orders«/{order_id}"
    )


def test_another_method_is_405_with_those_that_are_allowed(shop: Make) -> None:
    answer = shop({"a.json": READ})("PUT", "/orders/o_1")
    assert answer.status == 405
    assert answer.headers["allow"] == "GET"


def test_an_operation_without_a_fixture_says_how_to_make_one(shop: Make) -> None:
    answer = shop({"a.json": READ})("GET", "/orders")
    assert answer.status == 404
    assert "connlint fixtures draft" in answer.message


def test_prefer_picks_by_name_and_by_status(shop: Make) -> None:
    ask = shop(
        {
            "a.json": READ,
            "b.json": exchange("orders.read", {"id": "big"}, variant="big"),
            "c.json": exchange("orders.read", {"message": "gone"}, status=410, variant="gone"),
        }
    )
    named = ask("GET", "/orders/o_1", headers={"prefer": "example=big"})
    assert named.json["id"] == "big"
    assert named.headers["preference-applied"] == "example=big"
    by_status = ask("GET", "/orders/o_1", headers={"prefer": 'respond-async, code="410"'})
    assert (by_status.status, by_status.json) == (410, {"message": "gone"})
    made = ask("GET", "/orders/o_1", headers={"prefer": "code=429"})
    assert (made.status, made.headers["retry-after"]) == (429, "1")


def test_an_unknown_preference_lists_what_there_is(shop: Make) -> None:
    ask = shop({"a.json": READ, "b.json": exchange("orders.read", {"id": "big"}, variant="big")})
    answer = ask("GET", "/orders/o_1", headers={"prefer": "example=huge"})
    assert answer.status == 400
    assert answer.message == "`orders.read` has no fixture called `huge`: there are orders.read, big"
    assert ask("GET", "/orders/o_1", headers={"prefer": "code=202"}).message.endswith(
        "there are 200, and every error"
    )
    assert ask("GET", "/orders/o_1", headers={"prefer": "code=abc"}).status == 400


def test_answers_refer_to_the_request(shop: Make) -> None:
    ask = shop(
        {
            "a.json": exchange(
                "orders.create",
                {
                    "id": "o_1",
                    "count": "{{request.json.count}}",
                    "said": "{{request.json.item}}!",
                    "none": "{{request.json.x}}",
                },
            )
        }
    )
    assert ask("POST", "/orders", {"item": "tea", "count": 3}).json == {
        "id": "o_1",
        "count": 3,
        "said": "tea!",
        "none": None,
    }


def test_one_list_fixture_pages_to_its_end(shop: Make) -> None:
    records = [{"id": f"o_{number}"} for number in range(5)]
    paginate = {"items": "data", "cursor": "after", "id": "id", "size": "limit", "more": "has_more"}
    ask = shop({"a.json": exchange("orders.list", {"data": records, "has_more": False}, paginate=paginate)})
    seen: list[str] = []
    cursor = ""
    for _ in range(10):
        page = ask("GET", f"/orders?limit=2{cursor}").json
        seen += [record["id"] for record in page["data"]]
        if not page["has_more"]:
            break
        cursor = f"&after={seen[-1]}"
    assert seen == [record["id"] for record in records]


MULTIPART = (
    b'--B\r\ncontent-disposition: form-data; name="title"\r\n\r\ncat\r\n'
    b'--B\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n'
    b"\x89PNG\r\n\x00\r\n--B--\r\n"
)
FORM = {"content-type": "multipart/form-data; boundary=B"}


def test_multipart_is_matched_on_its_parts(shop: Make) -> None:
    ask = shop(
        {
            "a.json": exchange("pictures.create", {"id": "p_1"}),
            "b.json": exchange(
                "pictures.create",
                {"id": "cat"},
                variant="cat",
                match={"form": {"title": "cat", "file": "a.png"}},
            ),
        }
    )
    assert ask("POST", "/pictures", raw=MULTIPART, headers=FORM).json["id"] == "cat"
    assert ask("POST", "/pictures", raw=MULTIPART.replace(b"cat", b"dog"), headers=FORM).json["id"] == "p_1"
    broken = ask("POST", "/pictures", raw=b"no parts", headers={"content-type": "multipart/form-data"})
    assert (broken.status, broken.message) == (400, "the content type multipart/form-data names no boundary")
