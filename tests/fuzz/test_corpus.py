"""Inputs that once broke a law, and those that show each target's form: all laws hold on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.fuzz.mutating import mutated
from tests.fuzz.shop import SEEDS
from tests.fuzz.targets import STRUCTURED, TARGETS

CORPUS = Path(__file__).parent / "corpus"
INPUTS = sorted(CORPUS.glob("*/*"))


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in INPUTS]
)
def test_what_once_broke_holds(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


def test_every_target_has_inputs_to_begin_with() -> None:
    assert {path.parent.name for path in INPUTS} | SEEDS.keys() >= TARGETS.keys() - {"page", "yaml"}
    assert {path.parent.name for path in INPUTS} <= TARGETS.keys()


def test_mutations_stay_near_and_come_again() -> None:
    data = b'[{"handle": "a", "fields": [{"name": "id", "selector": ["id"]}]}]'
    made = {mutated(data, seed, 4_000) for seed in range(50)}
    assert len(made) > 40
    assert mutated(data, 7, 4_000) == mutated(data, 7, 4_000)
    assert mutated(b"{", 1, 4_000) is None
    assert TARGETS.keys() >= STRUCTURED
