"""The journal's page in Chromium: what came in is there, a button delivers, nothing from outside runs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from tests.mock.connectors import AUTH, delivery, exchange

from connlint.mock.inprocess import MockServer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def test_the_page_shows_requests_and_delivers(served: Callable[..., MockServer]) -> None:
    sync_api: Any = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    receiver = served({"a.json": exchange("orders.create", {"id": "o_1"})})
    mock = served(
        {
            "a.json": exchange("orders.read", {"id": "o_1"}),
            "b.json": delivery("order.paid", {"id": "evt_1", "type": "order.paid", "data": {"id": "o_1"}}),
        },
        delays=(),
    )
    mock.webhook_url = f"{receiver.origin}/hooks"
    httpx2.get(f"{mock.url}/orders/<img src=x onerror=document.title=1>", headers=AUTH)
    problems: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{mock.origin}/__connlint/")
        page.wait_for_selector("details")
        assert "/v1/orders/%3Cimg" in page.inner_text("#entries")
        assert "orders.read" in page.inner_text("#entries")
        page.click("details summary")
        assert "Bearer" in page.inner_text("details pre")
        page.fill("#set", "data.id=o_7")
        page.click('button[data-event="order.paid"]')
        page.wait_for_selector("details:nth-child(2)")
        assert "order.paid" in page.inner_text("details:nth-child(1)")
        page.click("#clear")
        page.wait_for_selector("#none:not([hidden])")
        assert page.title() == "connlint mock"
        browser.close()
    assert problems == []
    assert b'"id":"o_7"' in receiver.wait_for_request().body
