"""JUnit, read back by a parser that is not ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Result, write_connector

from connlint.report.junit import _clean

junitparser = pytest.importorskip("junitparser", reason="no junitparser to read the report with")

Run = Callable[..., Result]


def suites(result: Result) -> Any:
    return junitparser.JUnitXml.fromstring(result.raw)


def test_each_finding_is_a_failed_case_in_its_connectors_suite(
    connlint: Run, hostile: Path, findings: list[dict[str, Any]]
) -> None:
    parsed = suites(connlint("check", "--format", "junit"))

    (suite,) = parsed
    assert suite.name == hostile.name
    assert (parsed.tests, parsed.failures, parsed.errors, parsed.skipped) == (
        len(findings),
        len(findings),
        0,
        0,
    )
    for case, finding in zip(suite, findings, strict=True):
        (failure,) = case.result
        assert isinstance(failure, junitparser.Failure)
        assert case.name == _clean(f"{finding['rule']} {finding['address']}")
        assert failure.message == _clean(finding["message"])
        assert failure.type == finding["severity"]


def test_a_clean_connector_is_a_passed_case(connlint: Run, folder: Path) -> None:
    write_connector(folder / "good")
    write_connector(folder / "bad", broken=True)

    parsed = suites(connlint("check", "--format", "junit"))

    passed = {suite.name: [case.is_passed for case in suite] for suite in parsed}
    assert passed == {"good": [True], "bad": [False]}


def test_accepted_findings_are_skipped_with_their_reason(connlint: Run, folder: Path) -> None:
    write_connector(folder / "bad", broken=True)
    (folder / "connlint.toml").write_text(
        '[[ignore]]\nconnector = "bad"\nrule = "unused-placeholder"\naddress = "*"\nreason = "kept for v2"\n'
    )

    parsed = suites(connlint("check", "--format", "junit"))

    assert (parsed.failures, parsed.skipped) == (0, 1)
    (case,) = [case for suite in parsed for case in suite]
    assert case.result[0].message == "ignored: kept for v2"
