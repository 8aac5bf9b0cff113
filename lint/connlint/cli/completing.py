"""What the Tab key offers for values of ours. A shell asks by running the program (click's completion)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def rule_ids(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rules, each with its fault; after a comma, the next one."""
    from click.shell_completion import CompletionItem

    from connlint.registry import rules

    before, comma, started = incomplete.rpartition(",")
    return [
        CompletionItem(f"{before}{comma}{rule.id}", help=rule.doc.strip().partition("\n")[0])
        for rule in rules().values()
        if rule.id.startswith(started)
    ]


def formats(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The formats of a report."""
    from click.shell_completion import CompletionItem

    from connlint.report.outputs import FORMATS

    return [CompletionItem(name) for name in FORMATS if name.startswith(incomplete)]
