"""What every rule owes its readers: a page, an example of the fault, an example without it, and one voice."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from tests.golden import CASES, EXPECTED, all_cases, cases_of

from connlint.registry import FAMILIES, BrokenRule, register, rules
from connlint.rule import Rule
from connlint.rulepage import parse_page

RULES = Path(__file__).parents[1] / "lint" / "connlint" / "rules"
RULE_FILES = sorted(file for file in RULES.glob("*/*.py") if file.stem != "__init__")

OVERVIEW = Path(__file__).parents[1] / "docs" / "rules.md"
TABLE_START = "<!-- rules: written by `pytest tests/test_rule_pages.py --update-golden` -->"
TABLE_END = "<!-- end of rules -->"

LIGHT = {"__future__", "collections", "functools", "math", "re"}
"""What a rule may import beside `connlint.rule`: modules that a clean run has loaded anyway."""


def by_id(rule: Rule) -> str:
    return rule.id


@pytest.mark.parametrize("rule", rules().values(), ids=by_id)
def test_a_rule_has_its_page(rule: Rule) -> None:
    page = parse_page(rule.doc)

    assert len(page.fault) <= 100
    none = page.sections["Fix"].lower().startswith("none")
    assert none or page.fixes, "`Fix:` begins with `none`, or says of the edit whether it is safe or unsafe"
    for better in rule.yields_to:
        assert better in rules(), f"{rule.id} yields to {better}, which is no rule"
        assert f"`{better}`" in rule.doc, (
            f"the page of {rule.id} must name the rule that it yields to: `{better}`"
        )
    for option in rule.options:
        assert f"`{option}`" in page.sections.get("Options", ""), (
            f"the page must explain the option `{option}`"
        )


@pytest.mark.parametrize("rule", rules().values(), ids=by_id)
def test_a_page_promises_the_fixes_that_the_cases_show(rule: Rule) -> None:
    assert fixes_shown().get(rule.id, set()) == set(parse_page(rule.doc).fixes)


@cache
def fixes_shown() -> dict[str, set[str]]:
    """The kinds of fix that the golden cases show, by rule."""
    shown: dict[str, set[str]] = {}
    for case in all_cases():
        speaker = ""
        for line in (case.folder / EXPECTED).read_text("utf-8").splitlines():
            if heading := re.match(r"\S+: \w+\[([a-z-]+)\] ", line):
                speaker = heading[1]
            elif fix := re.match(r"    fix       (safe|unsafe): ", line):
                shown.setdefault(speaker, set()).add(fix[1])
    return shown


@pytest.mark.parametrize("rule", rules().values(), ids=by_id)
def test_a_page_names_only_rules_that_exist(rule: Rule) -> None:
    families = {file.stem.replace("_", "-") for file in RULE_FILES}

    named = set(re.findall(r"\(`([a-z]+(?:-[a-z]+)+)`", rule.doc))

    assert named <= families


# `internal-error` is raised by the engine, when a rule fails: no input of a user's should bring that about.
@pytest.mark.parametrize(
    "rule", [rule for rule in rules().values() if rule.id != "internal-error"], ids=by_id
)
def test_a_rule_has_a_firing_and_a_clean_case(rule: Rule) -> None:
    names = [case.folder.name for case in cases_of(rule.id)]

    assert any(name.startswith("fires-") for name in names)
    assert any(name.startswith("clean-") for name in names)


def test_every_case_belongs_to_a_rule_and_says_what_it_shows() -> None:
    for case in all_cases():
        assert case.rule in rules(), f"{case.name}: there is no rule of that name"
        assert re.fullmatch(r"(fires|clean)-[a-z0-9-]+", case.folder.name), case.name
        assert case.folder.parent == CASES / case.rule.replace("-", "_")


@pytest.mark.parametrize("file", RULE_FILES, ids=lambda file: file.stem)
def test_a_rule_imports_what_its_authors_were_given(file: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")

    assert imported <= {"connlint.rule", *LIGHT}


def test_ids_are_kebab_case_and_families_are_folders() -> None:
    for rule in rules().values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
        assert rule.family in FAMILIES


def test_a_duplicate_id_and_a_missing_page_are_refused() -> None:
    some = next(iter(rules().values()))
    twin = Rule(some.check, some.on, some.severity, (), {})
    twin.id, twin.doc = some.id, some.doc
    bare = Rule(some.check, some.on, some.severity, (), {})
    bare.id = "without-page"

    with pytest.raises(BrokenRule, match="two rules"):
        register([some, twin])
    with pytest.raises(BrokenRule, match="no page"):
        register([bare])


def test_no_rules_yield_in_a_circle() -> None:
    def reach(rule_id: str, seen: frozenset[str]) -> None:
        assert rule_id not in seen, f"rules yield in a circle: {sorted(seen)}"
        for better in rules()[rule_id].yields_to:
            reach(better, seen | {rule_id})

    for rule_id in rules():
        reach(rule_id, frozenset())


def test_the_documentation_lists_every_rule(update_golden: bool) -> None:
    text = OVERVIEW.read_text("utf-8")
    start, end = text.index(TABLE_START) + len(TABLE_START), text.index(TABLE_END)
    table = rule_table()

    if update_golden:
        OVERVIEW.write_text(text[:start] + table + text[end:], "utf-8", newline="\n")
    else:
        assert text[start:end] == table, "run pytest tests/test_rule_pages.py --update-golden"


def rule_table() -> str:
    """The rules of `docs/rules.md`: a table for each family."""
    lines: list[str] = []
    for family in FAMILIES:
        members = [rule for rule in rules().values() if rule.family == family]
        if members:
            lines += ["", f"### {family}", "", "| id | | fix | fault |", "|---|---|---|---|"]
        for rule in members:
            page = parse_page(rule.doc)
            fault = page.fault.replace("|", "\\|")
            lines.append(f"| `{rule.id}` | {rule.severity.word} | {', '.join(page.fixes)} | {fault} |")
    return "\n".join([*lines, "", ""])
