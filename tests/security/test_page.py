"""docs/security.md, the tests and the guards hold each other: none can go without the others."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.security.guards import GUARDS, PAGE, ROOT, Guard, claims

NOT_NAMED = {
    "test_a_page_with_holes_of_another_language_runs_nothing": "no evaluator could be taken out",
}
"""Tests of this folder that the page need not name, each with its reason. This file's own are left out."""


def names_in(file: Path) -> set[str]:
    """The names of a file's tests."""
    body = ast.parse(file.read_text("utf-8")).body
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in body if isinstance(node, kinds) and node.name.startswith("test_")}


def test_every_claim_names_tests_that_there_are() -> None:
    found = claims()
    assert len(found) > 30
    for claim, named in found.items():
        assert named, f"{claim} names no test"
        for test in named:
            file, _, name = test.partition("::")
            assert (ROOT / file).is_file(), f"{claim}: there is no {file}"
            assert name in names_in(ROOT / file), f"{claim}: {file} has no {name}"


def test_every_test_of_security_is_named() -> None:
    named = {test for listed in claims().values() for test in listed}
    for file in sorted((ROOT / "tests" / "security").glob("test_*.py")):
        if file != Path(__file__):
            for name in names_in(file) - NOT_NAMED.keys():
                test = f"{file.relative_to(ROOT).as_posix()}::{name}"
                assert test in named, f"docs/security.md does not name {test}"


def test_every_claim_has_a_guard_and_every_guard_a_claim() -> None:
    found = claims()
    assert {guard.claim for guard in GUARDS} == found.keys()
    for guard in GUARDS:
        assert guard.test in found[guard.claim], f"{guard.claim} does not name {guard.test}"


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: f"{guard.claim}, {guard.file}")
def test_a_guard_is_where_the_harness_looks_for_it(guard: Guard) -> None:
    assert (ROOT / guard.file).read_text("utf-8").count(guard.text) == 1
    assert guard.text != guard.without


def test_the_page_is_in_the_documentation() -> None:
    assert PAGE.name in (ROOT / "mkdocs.yml").read_text("utf-8")
    assert len(PAGE.read_text("utf-8").split()) < 3_000, "short, or nobody reads it"
