"""The rules there are: found by walking `rules/`, so that adding one touches one folder."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path

from connlint.rule import Rule

FAMILIES = (
    "document",
    "service",
    "resource",
    "placeholder",
    "template",
    "selector",
    "webhook",
    "contract",
    "fixture",
    "page",
    "project",
)
RULE_PAGES = "https://connlint.dev/rules/"


class BrokenRule(Exception):
    """A rule's file that cannot be used: a twin id, or no page."""


def register(rules: Iterable[Rule]) -> dict[str, Rule]:
    """Rules by id, sorted. Raises BrokenRule for a duplicate id or a rule without its page."""
    found: dict[str, Rule] = {}
    for item in sorted(rules, key=lambda rule: rule.id):
        if item.id in found:
            raise BrokenRule(f"two rules are called {item.id}")
        if not item.doc.strip():
            raise BrokenRule(f"the rule {item.id} has no page: its file needs a docstring")
        found[item.id] = item
    return found


@cache
def rules() -> dict[str, Rule]:
    """All rules of the program, by id."""
    here = Path(__file__).parent / "rules"
    found = []
    for family in FAMILIES:
        folder = here / family
        if folder.is_dir():
            names = sorted(file.stem for file in folder.glob("*.py"))
            found += [_load(family, name) for name in names if name != "__init__"]
    return register(found)


def _load(family: str, name: str) -> Rule:
    """The rule that a file defines as `check`."""
    module = import_module(f"connlint.rules.{family}.{name}")
    item = getattr(module, "check", None)
    if not isinstance(item, Rule):
        raise BrokenRule(f"rules/{family}/{name}.py defines no rule called `check`")
    item.id = name.replace("_", "-")
    item.family = family
    item.doc = (module.__doc__ or "").strip()
    return item


def rule_url(rule_id: str) -> str:
    """The page of a rule on the docs site."""
    return f"{RULE_PAGES}{rule_id}/"
