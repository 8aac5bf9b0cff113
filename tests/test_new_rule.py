"""`make new-rule`: what it writes is a rule with its cases, and it overwrites nothing."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from tests.new_rule import Refused, main, scaffold

from connlint.rule import Rule
from connlint.rulepage import parse_page


def test_what_it_writes_is_a_rule_with_a_page_and_two_cases(tmp_path: Path) -> None:
    rule, fires, clean = scaffold("resource/trace-method", tmp_path)

    assert rule == tmp_path / "lint" / "connlint" / "rules" / "resource" / "trace_method.py"
    spec = spec_from_file_location("trace_method", rule)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert isinstance(module.check, Rule)
    assert parse_page(module.__doc__ or "").fixes == ()
    assert fires.relative_to(tmp_path).as_posix() == "tests/rules/trace_method/fires-plainly/resources.yaml"
    assert clean.parent.name == "clean-otherwise"
    assert fires.read_text() != clean.read_text()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "NAME is family/rule-id"),
        ("body-on-get", "NAME is family/rule-id"),
        ("resource/Body_On_Get", "NAME is family/rule-id"),
        ("resource/../secrets", "NAME is family/rule-id"),
        ("recourse/body-on-get", "there is no family `recourse`; the families are document, service, "),
        ("service/trace-method", "there is a rule trace-method already: lint/connlint/rules/resource/"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(name: str, reason: str, tmp_path: Path) -> None:
    before = scaffold("resource/trace-method", tmp_path)

    with pytest.raises(Refused, match=reason):
        scaffold(name, tmp_path)

    assert sorted(file for file in tmp_path.rglob("*") if file.is_file()) == sorted(before)


def test_a_refusal_is_one_line_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere/some-rule"]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("new-rule: there is no family `nowhere`;")
    assert err.count("\n") == 1
