"""Micro-benchmarks of the parts of a check, in one process (`make bench-micro`; not part of `make test`).

Each works on the 51 KB connector that the promises are about, or on the part of it that is named.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.bench.corpus import Order, orders, write

from connlint import schema
from connlint.connector.build import build
from connlint.connector.model import Connector
from connlint.connector.templates import scan
from connlint.discovery import role_of
from connlint.engine import Loaded, Settings, check
from connlint.evidence.bundle import Evidence
from connlint.evidence.contract import Contract
from connlint.evidence.contract_cache import pack, unpack
from connlint.reading import Document, Location, read
from connlint.registry import rules
from connlint.run import Request, run

Bench = Callable[..., Any]

pytestmark = pytest.mark.benchmark(min_rounds=20, warmup=True, warmup_iterations=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clean connector of 51 KB."""
    return write(tmp_path_factory.mktemp("bench"), Order(1))


@pytest.fixture(scope="module")
def content(folder: Path) -> bytes:
    """Its resources document."""
    return (folder / "resources.json").read_bytes()


def documents(folder: Path) -> list[Document]:
    """Its documents, with their roles."""
    found = [
        document
        for file in sorted(folder.iterdir())
        for document in read(file.name, file.read_bytes()).documents
    ]
    for document in found:
        document.role = role_of(document.value)
    return found


def model(folder: Path) -> Connector:
    return build("bench", "bench", documents(folder))


def test_json_loads(benchmark: Bench, content: bytes) -> None:
    """The measure of all others."""
    benchmark(json.loads, content)


def test_reading_json(benchmark: Bench, content: bytes) -> None:
    benchmark(read, "resources.json", content)


def test_reading_yaml(benchmark: Bench, tmp_path: Path) -> None:
    folder = write(tmp_path, Order(1, form="yaml"))
    benchmark(read, "resources.yaml", (folder / "resources.yaml").read_bytes())


def test_first_position_of_a_document(benchmark: Bench, content: bytes) -> None:
    """What the first finding of a document costs more than the next."""

    def first() -> object:
        document = read("resources.json", content).documents[0]
        return Location(document, (3, "operations")).span

    benchmark(first)


def test_schema(benchmark: Bench, folder: Path) -> None:
    own = next(document for document in documents(folder) if document.role == "resources")
    assert list(benchmark(lambda: list(schema.faults(own, "resources")))) == []


def test_model(benchmark: Bench, folder: Path) -> None:
    read_ = documents(folder)
    benchmark(build, "bench", "bench", read_)


def test_rules(benchmark: Bench, folder: Path) -> None:
    """All rules that need no evidence, on a model that nobody has asked anything yet."""
    known = rules(evidence=False)

    def fresh() -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (Loaded(model(folder), Evidence()), known, Settings()), {}

    assert benchmark.pedantic(check, setup=fresh, rounds=30) == ()  # type: ignore[attr-defined]  # the fixture is a Callable here


def test_scanning_templates(benchmark: Bench, folder: Path) -> None:
    texts = [template.text for template in model(folder).templates]
    benchmark(lambda: [scan(text) for text in texts])


def test_contract_pack(benchmark: Bench, tmp_path: Path) -> None:
    """A contract out of the cache, with one path asked for."""
    order = next(order for order in orders(40, size=51_000) if order.evidence)
    value = json.loads((write(tmp_path, order) / "contract.json").read_bytes())
    packed = pack(Contract(value))
    benchmark(lambda: next(iter(unpack(packed).paths), None))


def test_whole_check(benchmark: Bench, folder: Path) -> None:
    """Find, read, schema, model, all rules."""
    report = benchmark(run, Request((folder,), folder)).report
    assert not list(report.all_findings)
