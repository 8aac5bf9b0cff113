"""`connlint rule`: the list, a page with its example, and what it says to a name that is none."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from tests.cli.conftest import Result

from connlint.registry import FAMILIES, rules

Run = Callable[..., Result]


def test_the_list_has_every_rule_under_its_family(connlint: Run) -> None:
    result = connlint("rule")

    assert result.status == 0
    listed: dict[str, list[str]] = {}
    for line in result.out.splitlines():
        if line in FAMILIES:
            members = listed.setdefault(line, [])
        elif line.startswith("  "):
            members.append(line.split()[0])
    assert list(listed) == [name for name in FAMILIES if name in listed]
    assert listed == {
        family: [id_ for id_, rule in rules().items() if rule.family == family] for family in listed
    }
    assert sum(map(len, listed.values())) == len(rules())


def test_a_page_says_what_why_and_shows_the_fault_and_its_absence(connlint: Run) -> None:
    result = connlint("rule", "duplicate-handle")

    assert result.status == 0
    assert result.out.startswith(
        "duplicate-handle  error, family resource, no fix\n"
        "\n"
        "Two resources of a connector have the same handle.\n"
        "\n"
        "Why: a resource is found by its handle,"
    )
    assert "\nBad\n  resources.yaml\n    - handle: batches\n" in result.out
    assert (
        "    resources.yaml:5:11: error[duplicate-handle] a second resource is called `batches`\n"
        in result.out
    )
    assert result.out.index("\nBad\n") < result.out.index("\nGood\n")
    assert result.out.endswith("\nhttps://connlint.dev/rules/duplicate-handle/\n")


@pytest.mark.parametrize("rule_id", rules())
def test_every_page_fits_a_terminal_and_json_holds_the_same(connlint: Run, rule_id: str) -> None:
    page = connlint("rule", rule_id)
    value = json.loads(connlint("rule", rule_id, "--format", "json").out)

    assert page.status == 0
    prose = page.out.partition("\nBad\n")[0]
    assert max(map(len, prose.splitlines())) <= 100
    assert value["id"] == rule_id
    assert value["fault"] in " ".join(prose.split())
    assert (value["example"] is None) == ("\nBad\n" not in page.out)
    assert value["url"] == page.out.splitlines()[-1]


def test_the_list_as_json(connlint: Run) -> None:
    value = json.loads(connlint("rule", "--format", "json").out)

    assert value["version"] == 1
    assert [item["id"] for item in value["rules"]] == list(rules())
    assert all(set(item["fixes"]) <= {"safe", "unsafe"} for item in value["rules"])


def test_a_name_that_is_no_rule_gets_the_nearest(connlint: Run) -> None:
    result = connlint("rule", "duplicate-handel")

    assert (result.status, result.out) == (2, "")
    assert result.err == "connlint: there is no rule `duplicate-handel`; did you mean `duplicate-handle`?\n"


def test_a_name_like_no_rule_gets_the_way_to_the_list(connlint: Run) -> None:
    result = connlint("rule", "no-such\x1b[31m")

    assert result.status == 2
    assert result.err == "connlint: there is no rule `no-such\\x1b[31m`; `connlint rule` lists them all\n"
