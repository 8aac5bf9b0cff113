"""The cache of a connector with evidence: it is read from there, contract and all, and never out of date."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.bench.corpus import Order, orders, write
from tests.test_cache import said

from connlint import cache
from connlint.engine import Loaded, Settings, check
from connlint.evidence import contract, contract_cache
from connlint.finding import Finding
from connlint.rule import Rule


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own."""
    monkeypatch.setenv("CONNLINT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "results.sqlite"


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    """One connector with a contract of more than `LARGE` bytes."""
    order = next(order for order in orders(40, size=4_000) if order.evidence and order.form == "json")
    folder = write(tmp_path / "estate", order)
    path = folder / "contract.json"
    value = json.loads(path.read_bytes())
    value["info"]["description"] = "x" * contract_cache.LARGE
    path.write_text(json.dumps(value))
    return folder


def count_checks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """A list that grows with each connector that is checked."""
    checks: list[object] = []

    def counted(loaded: Loaded, known: Mapping[str, Rule], settings: Settings) -> tuple[Finding, ...]:
        checks.append(loaded)
        return check(loaded, known, settings)

    monkeypatch.setattr("connlint.run.check", counted)
    return checks


def test_one_connector_with_evidence_comes_from_the_cache(
    connector: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = said(connector)
    assert said(connector, cached=True) == plain
    checks = count_checks(monkeypatch)
    assert said(connector, cached=True) == plain
    assert not checks


def test_one_without_evidence_needs_no_cache(tmp_path: Path, store: Path) -> None:
    said(write(tmp_path / "estate", Order(1, 2_000)), cached=True)
    assert not store.exists()


def test_a_contract_is_not_read_again_for_another_document(
    connector: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(connector, cached=True)
    document = connector / "resources.json"
    document.write_text(document.read_text().replace('"method": "GET"', '"method": "PUT"', 1))
    plain = said(connector)
    monkeypatch.setattr(contract, "gather", lambda *_: pytest.fail("looked for names again"))

    assert said(connector, cached=True) == plain


@pytest.mark.parametrize(
    "broken",
    [b"", b"connlint contract 1 0 00000000\n", b"{}", "half"],
    ids=["nothing", "head", "another", "half"],
)
def test_a_pack_that_is_none_is_gone_without(connector: Path, store: Path, broken: bytes | str) -> None:
    plain = said(connector, cached=True)
    with sqlite3.connect(store) as database:
        (whole,) = database.execute("SELECT value FROM contracts").fetchone()
        half = whole[: len(whole) // 2] if isinstance(broken, str) else broken
        database.execute("UPDATE contracts SET value = ?", (half,))
        database.execute("DELETE FROM entries")
    database.close()

    assert said(connector, cached=True) == plain


def test_few_contracts_are_kept(connector: Path, store: Path) -> None:
    path = connector / "contract.json"
    text = path.read_text()
    for number in range(15):
        path.write_text(text.replace('"description": "x', f'"description": "{number} x', 1))
        said(connector, cached=True)
    with sqlite3.connect(store) as database:
        (count,) = database.execute("SELECT count(*) FROM contracts").fetchone()
    database.close()

    assert count == 12


def test_what_changes_while_it_is_checked_is_not_kept(
    connector: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The contract's content is another one between the making of the key and the reading."""
    path = connector / "contract.json"
    first, second = path.read_bytes(), path.read_bytes().replace(b'"get"', b'"put"')
    assert first != second
    plain = said(connector)
    real = cache.encode

    def changed(*arguments: object) -> bytes | None:
        path.write_bytes(second)
        return real(*arguments)  # type: ignore[arg-type]  # as they were given

    monkeypatch.setattr(cache, "encode", changed)
    said(connector, cached=True)
    monkeypatch.setattr(cache, "encode", real)
    path.write_bytes(first)
    checks = count_checks(monkeypatch)

    assert said(connector, cached=True) == plain
    assert checks


def test_a_copy_of_the_process_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = cache.Cache(tmp_path)
    key = store.key("report", b"x")
    store.put(key, b"value")
    store.keep_contract(b"content", b"pack")
    store.close()
    again = cache.Cache(tmp_path)
    assert (again.get(key), again.contract(b"content")) == (b"value", b"pack")

    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert (again.get(key), again.contract(b"content")) == (None, None)
