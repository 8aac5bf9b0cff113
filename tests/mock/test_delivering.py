"""Deliveries: built from fixtures, tried again, and what careless receivers accept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from tests.mock.connectors import EVENTS, delivery, exchange, write

from connlint.evidence.bundle import Evidence
from connlint.evidence.events import Signing
from connlint.mock.delivering import (
    Attempt,
    BadTarget,
    Courier,
    UnknownEvent,
    build,
    checked_target,
    retry_after,
)
from connlint.mock.hostile import Result, run_suite
from connlint.mock.inprocess import MockServer
from connlint.mock.signing import Signer, new_secret
from connlint.run import Request, open_all

URL = "http://receiver.test/hooks"
PAID = delivery("order.paid", {"id": "evt_1", "type": "order.paid", "data": {"id": "o_1", "list": [1, 2]}})
NOW = 1_800_000_000.0

Handler = Callable[[httpx2.Request], httpx2.Response]


def evidence(tmp_path: Path, events: object = EVENTS) -> Evidence:
    folder = write(tmp_path / "shop", {"paid.json": PAID}, events=events)
    opened, _ = open_all(Request(paths=(folder,), working=tmp_path))
    return opened[0].loaded.evidence


class Receiver:
    """A receiver without a socket: it answers what it is told to, one after the other."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def deliver(tmp_path: Path, receiver: Receiver, secret: str = "") -> tuple[bool, list[Attempt], list[float]]:
    """Deliver order.paid; the attempts, and the waits between them. The clock moves with the waits."""
    secret = secret or new_secret(Signing("standard-webhooks"))
    attempts: list[Attempt] = []
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def main() -> bool:
        client = httpx2.AsyncClient(transport=httpx2.MockTransport(receiver))
        signer = Signer(Signing("standard-webhooks"), [secret])
        courier = Courier(signer, sleep=sleep, now=lambda: NOW + sum(waits), client=client)
        message = build(evidence(tmp_path), "order.paid")
        try:
            return await courier.deliver(message, URL, attempts.append)
        finally:
            await courier.close()

    return asyncio.run(main()), attempts, waits


def test_a_retry_keeps_the_id_and_renews_the_time(tmp_path: Path) -> None:
    receiver = Receiver(httpx2.Response(500), httpx2.ConnectError("refused"), httpx2.Response(204))
    taken, attempts, waits = deliver(tmp_path, receiver)
    assert taken
    assert [attempt.words for attempt in attempts] == [
        "retry in 1 s",
        "nobody listens there, retry in 2 s",
        "delivered, attempt 3",
    ]
    assert waits == [1.0, 2.0]
    ids = {request.headers["webhook-id"] for request in receiver.requests}
    assert len(ids) == 1
    times = [int(request.headers["webhook-timestamp"]) - int(NOW) for request in receiver.requests]
    assert times == [0, 1, 3]


def test_retry_after_is_honoured_up_to_a_bound(tmp_path: Path) -> None:
    receiver = Receiver(
        httpx2.Response(429, headers={"retry-after": "7"}),
        httpx2.Response(503, headers={"retry-after": "99999"}),
        httpx2.Response(200),
    )
    assert deliver(tmp_path, receiver)[2] == [7.0, 60.0]


def test_retry_after_may_be_a_date() -> None:
    assert retry_after("Fri, 15 Jan 2027 08:00:10 GMT", NOW) == 10.0
    assert retry_after("soon", NOW) is None


def test_410_ends_it_and_so_do_too_many_attempts(tmp_path: Path) -> None:
    taken, attempts, waits = deliver(tmp_path, Receiver(httpx2.Response(410)))
    assert (taken, len(attempts), waits) == (False, 1, [])
    assert attempts[0].words == "the receiver wants no more (410), given up"
    _, attempts, _ = deliver(tmp_path, Receiver(httpx2.Response(500)))
    assert [attempt.number for attempt in attempts] == [1, 2, 3, 4, 5]
    assert attempts[-1].words == "given up after 5 attempts"


def test_a_redirect_is_a_failure_and_is_not_followed(tmp_path: Path) -> None:
    receiver = Receiver(
        httpx2.Response(302, headers={"location": "http://169.254.169.254/"}), httpx2.Response(200)
    )
    _, attempts, _ = deliver(tmp_path, receiver)
    assert attempts[0].words == "a redirect to http://169.254.169.254/ is not followed, retry in 1 s"
    assert {request.url.host for request in receiver.requests} == {"receiver.test"}


def test_the_body_is_the_fixtures_with_values_set(tmp_path: Path) -> None:
    message = build(evidence(tmp_path), "order.paid", {"data.id": "o_9", "data.list.1": 5, "new.deep": True})
    assert (
        json.loads(message.body)
        == message.value
        == {
            "id": "evt_1",
            "type": "order.paid",
            "data": {"id": "o_9", "list": [1, 5]},
            "new": {"deep": True},
        }
    )


def test_an_event_without_a_fixture_has_its_official_shape(tmp_path: Path) -> None:
    value: Any = build(evidence(tmp_path), "order.lost").value
    assert value["type"] == "order.lost"


def test_an_unknown_event_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownEvent, match=r"no event `order\.payd`: did you mean `order\.paid`"):
        build(evidence(tmp_path), "order.payd")


def test_an_event_named_by_a_header(tmp_path: Path) -> None:
    events = {**EVENTS, "event-name": {"header": "X-Shop-Event"}}
    assert ("X-Shop-Event", "order.paid") in build(evidence(tmp_path, events), "order.paid").headers


@pytest.mark.parametrize(
    "url",
    ["ftp://x/", "http://", "nonsense", "http://user:pw@host/", "http://h:99999/", "file:///etc/passwd"],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadTarget):
        checked_target(url)


# --- the hostile suite


def suite(tmp_path: Path, receiver: Handler, secret: str) -> dict[str, Result]:
    async def main() -> dict[str, Result]:
        client = httpx2.AsyncClient(transport=httpx2.MockTransport(receiver))
        signer = Signer(Signing("standard-webhooks"), [secret])
        courier = Courier(signer, client=client)
        message = build(evidence(tmp_path), "order.paid")
        other = new_secret(Signing("standard-webhooks"))
        found = run_suite(message, signer, URL, other_secret=other, courier=courier)
        results = {result.name: result async for result in found}
        await courier.close()
        return results

    return asyncio.run(main())


def test_a_careful_receiver_passes(tmp_path: Path) -> None:
    secret = new_secret(Signing("standard-webhooks"))

    def careful(request: httpx2.Request) -> httpx2.Response:
        try:
            Webhook(secret).verify(request.content, dict(request.headers))
        except WebhookVerificationError:
            return httpx2.Response(400)
        return httpx2.Response(200)

    results = suite(tmp_path, careful, secret)
    assert all(result.ok for result in results.values())
    assert set(results) == {
        "as it should be",
        "the same again",
        "wrong secret",
        "no signature",
        "changed body",
        "re-serialised body",
        "stale timestamp",
        "future timestamp",
        "re-dated",
        "out of order",
        "unknown type",
    }


def test_a_careless_receiver_is_told_what_it_accepted(tmp_path: Path) -> None:
    results = suite(tmp_path, lambda _request: httpx2.Response(200), new_secret(Signing("standard-webhooks")))
    wrong = {name for name, result in results.items() if not result.ok}
    assert wrong == {
        "wrong secret",
        "no signature",
        "changed body",
        "re-serialised body",
        "stale timestamp",
        "future timestamp",
        "re-dated",
    }
    assert results["re-serialised body"].words == (
        "wrongly accepted: the bytes are not those that were signed: it signs what it parsed"
    )


def test_a_receiver_that_refuses_everything_is_not_praised(tmp_path: Path) -> None:
    results = suite(tmp_path, lambda _request: httpx2.Response(401), new_secret(Signing("standard-webhooks")))
    assert list(results) == ["as it should be"]
    assert not results["as it should be"].ok


# --- scenarios deliver


def test_a_scenario_delivers_with_the_ids_carried_over(served: Callable[..., MockServer]) -> None:
    receiver = served({})
    scenario = {
        "scenario": "paid",
        "written": "2026-11-21 after nothing",
        "key": "id",
        "steps": [
            {
                "operation": "orders.create",
                "response": {"json": {"id": "{{request.json.item}}", "status": "new"}},
            },
            {"operation": "orders.read", "response": {"changes": {"status": "paid"}}},
            {"delivers": "order.paid", "after": "10ms", "set": {"data.id": "{{id}}"}},
        ],
    }
    mock = served(
        {"s.json": scenario, "paid.json": PAID, "x.json": exchange("orders.list", {"data": []})}, delays=()
    )
    mock.webhook_url = f"{receiver.origin}/hooks"
    with httpx2.Client(base_url=mock.url, headers={"authorization": "Bearer x"}) as client:
        for order in ("o_7", "o_8"):
            assert client.post("/orders", json={"item": order, "count": 1}).json()["status"] == "new"
        assert client.get("/orders/o_8").json() == {"id": "o_8", "status": "paid"}
        got = receiver.wait_for_request()
        assert json.loads(got.body)["data"]["id"] == "o_8"
        assert client.get("/orders/o_8").json()["status"] == "paid"
        assert client.get("/orders/o_nobody").status_code == 404
        # reads of another id did not advance this one
        assert client.get("/orders/o_7").json() == {"id": "o_7", "status": "paid"}
    receiver.wait_for_request(count=2)
    headers = {name.decode(): value.decode() for name, value in got.headers}
    Webhook(mock.secret).verify(got.body, headers)
