"""Rules of a team's own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Result, write_connector

Run = Callable[..., Result]

RULES = """\
rules:
  shouting-handle:
    given: $[*].handle
    in: resources
    then: {casing: upper}
    message: "`{value}` does not shout (at {address})"
    severity: error
    help: write it in capitals
    examples:
      good: [[{handle: CATS}]]
      bad: [[{handle: cats}]]
  undescribed-placeholder:
    given: $[*].operations.*.path.placeholders[*]
    then: {required: [description]}
    message: "`{key}` has no description"
  never-here:
    given: $.nothing
    then: {forbidden: true}
    message: here
"""


@pytest.fixture
def own(folder: Path) -> Path:
    write_connector(folder / "pets")
    (folder / "rules").mkdir()
    (folder / "rules" / "ours.yaml").write_text(RULES, "utf-8")
    (folder / "connlint.toml").write_text('own-rules = ["rules/*.yaml"]\n', "utf-8")
    return folder


def test_own_rules_find_at_the_exact_place(connlint: Run, own: Path) -> None:
    result = connlint("check", "--format", "concise")
    assert result.status == 1
    first, second = result.out.splitlines()
    assert "pets/resources.json:3:15: error[shouting-handle] `cats` does not shout (at cats)" in first
    assert "warning[undescribed-placeholder]" in second
    assert "cats.read.path{cat_id}" in second


def test_a_query_that_meets_nothing_is_said(connlint: Run, own: Path) -> None:
    assert "the own rule never-here met nothing" in connlint("check").err


def test_they_are_selected_configured_and_ignored_like_any_other(connlint: Run, own: Path) -> None:
    assert "undescribed" not in connlint("check", "--select", "shouting-handle").out
    (own / "connlint.toml").write_text(
        'own-rules = ["rules/ours.yaml"]\n[rules]\nshouting-handle = "off"\n'
        '[[ignore]]\nrule = "undescribed-placeholder"\naddress = "*"\nreason = "later"\n',
        "utf-8",
    )
    assert connlint("check").status == 0


def test_examples_run(connlint: Run, own: Path) -> None:
    result = connlint("rule", "test")
    assert (result.status, "shouting-handle: 2 of 2 examples pass" in result.out) == (0, True)
    text = RULES.replace("good: [[{handle: CATS}]]", "good: [[{handle: Cats}]]")
    (own / "rules" / "ours.yaml").write_text(text, "utf-8")
    result = connlint("rule", "test", "rules/ours.yaml")
    assert result.status == 1
    assert "rules/ours.yaml:10:14: shouting-handle finds something in this good example" in result.out


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("given: $[*].handle", "given: '$[*'", "rules/ours.yaml:3:12: `given` is no JSONPath"),
        ("casing: upper", "casing: shout", "rules/ours.yaml:5:"),
        ("then: {casing: upper}", "then: {pattern: '(?=x)y('}", "rules/ours.yaml:5:"),
        ("shouting-handle", "duplicate-handle", "there is a rule `duplicate-handle` already"),
        ("message:", "massage:", "rules/ours.yaml:"),
    ],
)
def test_a_mistake_in_them_ends_the_run_with_its_place(
    connlint: Run, own: Path, old: str, new: str, words: str
) -> None:
    (own / "rules" / "ours.yaml").write_text(RULES.replace(old, new, 1), "utf-8")
    result = connlint("check")
    assert result.status == 2
    assert words in result.err, result.err


def test_a_package_gives_rules_through_its_entry_point(
    connlint: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_connector(folder / "pets")
    package = folder / "site" / "acme_rules"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", "utf-8")
    (package / "lonely_resource.py").write_text(
        '"""A resource is alone."""\n'
        "from connlint.rule import Connector, Problem, Severity, rule\n"
        "@rule(on=Connector, severity=Severity.WARNING)\n"
        "def check(connector):\n"
        "    if len(connector.resources) == 1:\n"
        "        yield Problem(connector.resources[0].handle_at, 'all alone')\n",
        "utf-8",
    )
    info = folder / "site" / "acme_rules-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_text("[connlint.rules]\nacme = acme_rules\n", "utf-8")
    monkeypatch.syspath_prepend(str(folder / "site"))
    (folder / "connlint.toml").write_text('plugins = ["acme"]\n', "utf-8")
    found = json.loads(connlint("check", "--format", "json").out)["findings"]
    assert [item["rule"] for item in found] == ["lonely-resource"]
    sys.modules.pop("acme_rules", None)
    (folder / "connlint.toml").write_text('plugins = ["acmee"]\n', "utf-8")
    result = connlint("check")
    assert (result.status, "no installed package gives the rules `acmee`" in result.err) == (2, True)


def test_configuration_shows_them(connlint: Run, own: Path) -> None:
    (own / "connlint.toml").write_text(
        'own-rules = ["rules/ours.yaml"]\n[rules]\nshouting-handle = "off"\nnever-here = {}\n', "utf-8"
    )
    shown = " ".join(connlint("config", "show", "pets").out.split())
    assert "own-rules rules/ours.yaml # connlint.toml" in shown
    assert "rule shouting-handle off # connlint.toml [rules]" in shown
