"""`connlint rule [ID]`: a rule's page, or the list of rules."""

from __future__ import annotations

import sys

import click

from connlint.cli.completing import rule_ids
from connlint.cli.options import (
    EXIT_FINDINGS,
    EXIT_TROUBLE,
    colour_wanted,
    fail,
    say,
    terminal_width,
    write_out,
)
from connlint.registry import FAMILIES, rule_url, rules
from connlint.report.escape import visible
from connlint.report.style import Style
from connlint.rule import Rule
from connlint.rulepage import Example, RulePage, example, parse_page

_LONGEST_EXAMPLE = 40
"""Lines of an example's file that are shown."""


@click.command(short_help="Show a rule's page, or the list of rules.")
@click.argument("names", metavar="[ID | test FILE…]", nargs=-1, shell_complete=rule_ids)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Whether to colour.",
)
def command(names: tuple[str, ...], format_: str, color: str) -> None:
    """Show the page of the rule ID: what the fault is, why it matters, what mends it, with an example.

    Without ID, list all rules by family. `connlint rule test FILE…` runs the examples in files of own
    rules (those that the configuration names, without FILE).
    """
    if names[:1] == ("test",):
        raise SystemExit(_test(names[1:]))
    if len(names) > 1:
        fail("rule takes one ID; `connlint rule test FILE…` runs examples")
    id_ = names[0] if names else None
    to_terminal = sys.stdout.isatty()
    style = Style(colour_wanted(color, to_terminal))
    if id_ is not None:
        rule = _find(id_)
        text = (
            _json(_page_value(rule)) if format_ == "json" else _page(rule, terminal_width(to_terminal), style)
        )
    elif format_ == "json":
        text = _json({"version": 1, "rules": [_list_value(rule) for rule in rules().values()]})
    else:
        text = _list(style)
    write_out(text, None)


def _test(files: tuple[str, ...]) -> int:
    """Run the examples of own rules; the exit status."""
    from pathlib import Path

    from connlint.config import BrokenConfig, Configs, shown
    from connlint.ownrules import read_rules, run_examples

    working = Path.cwd()
    try:
        paths = [working / file for file in files] or list(Configs(working).of(working).own_rule_files)
        if not paths:
            fail("name a file of rules, or set own-rules in the configuration")
        own = [rule for path in paths for rule in read_rules(path, shown(path, working))]
    except BrokenConfig as error:
        for line in error.lines:
            say(line, err=True)
        return EXIT_TROUBLE
    failed = 0
    for rule in own:
        count, wrong = run_examples(rule)
        failed += len(wrong)
        say(
            f"{rule.id}: {count - len(wrong)} of {count} examples pass"
            if count
            else f"{rule.id}: no examples"
        )
        for line in wrong:
            say(f"  {line}")
    return EXIT_FINDINGS if failed else 0


def _find(id_: str) -> Rule:
    """The rule of this id; another ends the run."""
    found = rules().get(id_)
    if found is None:
        from connlint.text import nearest

        near = nearest(id_, rules())
        hint = f"did you mean `{near}`?" if near else "`connlint rule` lists them all"
        fail(f"there is no rule `{visible(id_)}`; {hint}")
    return found


def _list(style: Style) -> str:
    """All rules by family: id, severity, kinds of fix, the fault."""
    known = rules()
    width = max(len(id_) for id_ in known)
    lines: list[str] = []
    for family in FAMILIES:
        members = [rule for rule in known.values() if rule.family == family]
        if members:
            lines += ["", style.bold(family)] if lines else [style.bold(family)]
        for rule in members:
            page = parse_page(rule.doc)
            word = rule.severity.word
            severity = style.severity(word, word) + " " * (8 - len(word))
            fix = "fix" if "safe" in page.fixes else "fix?" if page.fixes else ""
            lines.append(f"  {rule.id:<{width}}  {severity}{fix:<5} {page.fault}")
    lines += [
        "",
        f"{len(known)} rules. fix: `check --fix` mends it; fix?: `check --unsafe-fixes` does, after a look.",
        "`connlint rule ID` shows a rule's page.",
    ]
    return "".join(f"{line}\n" for line in lines)


def _page(rule: Rule, width: int, style: Style) -> str:
    """One rule's page for a terminal `width` columns wide."""
    from textwrap import wrap

    page = parse_page(rule.doc)
    fixes = f"fix: {' or '.join(page.fixes)}" if page.fixes else "no fix"
    head = f"{style.bold(rule.id)}  {style.severity(rule.severity.word, rule.severity.word)}"
    lines = [f"{head}, family {rule.family}, {fixes}", "", *wrap(page.fault, width)]
    for label, text in page.sections.items():
        lines.append("")
        for at, paragraph in enumerate(text.split("\n\n")):
            words = f"{label}: {paragraph}" if at == 0 else paragraph
            lines += [line.replace(f"{label}:", style.bold(f"{label}:"), 1) for line in wrap(words, width)]
    if rule.yields_to:
        lines += ["", f"{style.bold('Yields to:')} {', '.join(rule.yields_to)}"]
    shown = example(rule.id)
    if shown is not None:
        lines += _example(shown, style)
    lines += ["", style.dim(rule_url(rule.id))]
    return "".join(f"{line}\n" for line in lines)


def _example(shown: Example, style: Style) -> list[str]:
    lines = ["", style.bold("Bad")]
    for name, text in shown.bad.items():
        lines += _file(name, text)
    lines += ["", "  says connlint:", *(f"    {line}".rstrip() for line in shown.said.splitlines())]
    lines += ["", style.bold("Good")]
    for name, text in shown.good.items():
        if shown.bad.get(name) != text or len(shown.good) == 1:
            lines += _file(name, text)
    return lines


def _file(name: str, text: str) -> list[str]:
    """A file of an example, indented; a long one is cut."""
    shown = text.splitlines()
    cut = [f"    … {len(shown) - _LONGEST_EXAMPLE} more lines"] if len(shown) > _LONGEST_EXAMPLE else []
    return [f"  {name}", *(f"    {visible(line)}".rstrip() for line in shown[:_LONGEST_EXAMPLE]), *cut]


def _json(value: object) -> str:
    import json

    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _list_value(rule: Rule) -> dict[str, object]:
    """A rule as the list in JSON has it."""
    page = parse_page(rule.doc)
    return {
        "id": rule.id,
        "family": rule.family,
        "severity": rule.severity.word,
        "fault": page.fault,
        "fixes": list(page.fixes),
        "yields_to": list(rule.yields_to),
        "url": rule_url(rule.id),
    }


def _page_value(rule: Rule) -> dict[str, object]:
    """A rule's page in JSON: what the list has, with the sections and the example."""
    page: RulePage = parse_page(rule.doc)
    shown = example(rule.id)
    return {
        "version": 1,
        **_list_value(rule),
        "sections": dict(page.sections),
        "options": dict(rule.options),
        "example": None if shown is None else {"bad": shown.bad, "output": shown.said, "good": shown.good},
    }
