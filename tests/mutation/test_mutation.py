"""Mistakes made by the operators are found, and what changes nothing changes no finding."""

from __future__ import annotations

import pytest
from tests.mutation.clean_connectors import ROOT, connectors
from tests.mutation.equivalents import changed_findings
from tests.mutation.operators import BEYOND, OPERATORS, Mutant
from tests.mutation.scoring import Bench, score

from connlint.registry import FAMILIES

EVERY = 11
"""`make test` changes every 11th place of a connector, `make mutation` all of them."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("mutation").resolve(), connectors())


@pytest.fixture(scope="module")
def sample() -> list[Mutant]:
    """The first mutant of each operator in the places that are sampled, of each connector."""
    firsts = (next(make(clean), None) for clean in connectors(EVERY) for make in OPERATORS)
    return [mutant for mutant in firsts if mutant is not None]


def test_nothing_is_found_in_the_clean_connectors(bench: Bench) -> None:
    assert bench.alarms() == []


def test_what_changes_nothing_changes_no_finding(bench: Bench) -> None:
    assert list(changed_findings(bench, {"shop", "chatgpt-published"})) == []


def test_every_family_has_several_operators() -> None:
    (shop,) = (clean for clean in connectors() if clean.name == "shop")
    made = [mutant for make in OPERATORS for mutant in make(shop)]

    for family in FAMILIES:
        operators = {mutant.operator for mutant in made if mutant.family == family and not mutant.beyond}
        assert len(operators) > 1, family


def test_a_sample_of_mistakes_is_found_where_it_is(bench: Bench, sample: list[Mutant]) -> None:
    scores = score((mutant for mutant in sample if not mutant.beyond), bench)

    assert {mutant.clean for mutant in sample} == set(bench.clean_ones)
    assert [name for counted in scores.values() for name in counted.missed] == []
    assert [name for counted in scores.values() for name in counted.elsewhere] == []


def test_what_is_missed_is_documented() -> None:
    page = (ROOT / "docs" / "detection.md").read_text("utf-8")

    assert [why for why in BEYOND if why not in page] == []
