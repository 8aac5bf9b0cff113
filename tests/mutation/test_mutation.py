"""Mistakes made by the operators are found, and the clean connector stays clean."""

from __future__ import annotations

import pytest
from tests.mutation.operators import OPERATORS, Mutant, all_mutants
from tests.mutation.scoring import Bench, score

from connlint.registry import FAMILIES

EVERY = 6
"""`make test` runs every sixth mutant, `make mutation` all of them."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("mutation").resolve())


def sample() -> list[Mutant]:
    """Every sixth mutant of each operator, the first one always."""
    return [mutant for make in OPERATORS for mutant in list(make())[::EVERY]]


def test_nothing_is_found_in_the_clean_connector(bench: Bench) -> None:
    assert bench.clean() == []


def test_every_family_has_an_operator() -> None:
    assert {mutant.family for mutant in all_mutants()} == set(FAMILIES)


def test_no_mutant_is_another_one_or_none() -> None:
    made = [tuple(sorted(mutant.files.items())) for mutant in all_mutants()]

    assert len(made) == len(set(made))


def test_a_sample_of_mistakes_is_found_where_it_is(bench: Bench) -> None:
    scores = score(sample(), bench)

    assert [name for counted in scores.values() for name in counted.missed] == []
    assert [name for counted in scores.values() for name in counted.elsewhere] == []
