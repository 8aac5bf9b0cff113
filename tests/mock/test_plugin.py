"""The pytest plugin, in a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.mock.connectors import delivery, exchange, write

ROOT = Path(__file__).parents[2]
TESTS = """
import httpx2
import pytest

AUTH = {"authorization": "Bearer x"}


@pytest.mark.connlint("shop")
def test_asked(connlint_mock):
    httpx2.post(f"{connlint_mock.url}/orders", json={"item": "tea", "count": 2}, headers=AUTH)
    connlint_mock.wait_for_request("orders.create")
    connlint_mock.assert_requested("orders.create", json={"item": "tea"}, times=1)
    with pytest.raises(AssertionError, match="json.item has `milk`, here it is `tea`"):
        connlint_mock.assert_requested("orders.create", json={"item": "milk"})


def test_nothing_is_left_of_other_tests(connlint_mock):
    assert connlint_mock.requests() == []


def test_delivered(connlint_mock):
    connlint_mock.webhook_url = f"{connlint_mock.url}/orders"
    with pytest.raises(AssertionError, match="did not take"):
        connlint_mock.deliver("order.paid")


@pytest.mark.connlint("nowhere")
def test_no_connector(connlint_mock):
    pass
"""


def test_the_fixture_serves_waits_and_asserts(tmp_path: Path) -> None:
    write(
        tmp_path / "shop",
        {
            "a.json": exchange("orders.create", {"id": "o_1"}),
            "b.json": delivery("order.paid", {"id": "evt_1", "type": "order.paid", "data": {"id": "o_1"}}),
        },
    )
    (tmp_path / "test_it.py").write_text(TESTS.replace('("order.paid")', '("order.paid")'))
    (tmp_path / "pytest.ini").write_text("[pytest]\nconnlint_connector = shop\nmarkers =\n")
    (tmp_path / "conftest.py").write_text(
        "import pytest\n\n\n@pytest.fixture(autouse=True)\ndef quick(connlint_mock):\n"
        "    connlint_mock._courier._delays = ()\n"
    )
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "connlint.pytest_plugin",
            "-p",
            "no:cacheprovider",
            str(tmp_path),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT / "lint"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert "3 passed, 1 error" in run.stdout, run.stdout
    assert "nowhere" in run.stdout
