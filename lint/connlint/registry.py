"""The rules there are: found by walking `rules/`, so that adding one touches one folder.

A family's package may name, as NEEDS_EVIDENCE, the rules that say nothing without evidence: most connectors
have none, and their runs need not import half of the rules and what those stand on.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from importlib import import_module

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
def rules(*, evidence: bool = True) -> dict[str, Rule]:
    """All rules of the program, by id; without `evidence` only those that need none to speak."""
    found = []
    for family in FAMILIES:
        package = import_module(f"connlint.rules.{family}")
        needing: tuple[str, ...] = getattr(package, "NEEDS_EVIDENCE", ())
        (folder,) = package.__path__
        for file in sorted(os.listdir(folder)):  # noqa: PTH208 - pathlib's listing costs ten times as much
            name, ending = os.path.splitext(file)  # noqa: PTH122 - as above
            if ending == ".py" and name != "__init__" and (evidence or name not in needing):
                found.append(_load(family, name, name in needing))
    return register(found)


def _load(family: str, name: str, needs_evidence: bool) -> Rule:
    """The rule that a file defines as `check`."""
    module = import_module(f"connlint.rules.{family}.{name}")
    item = getattr(module, "check", None)
    if not isinstance(item, Rule):
        raise BrokenRule(f"rules/{family}/{name}.py defines no rule called `check`")
    item.id = name.replace("_", "-")
    item.family = family
    item.doc = (module.__doc__ or "").strip()
    item.needs_evidence = needs_evidence
    return item


def rule_url(rule_id: str) -> str:
    """The page of a rule on the docs site."""
    return f"{RULE_PAGES}{rule_id}/"
