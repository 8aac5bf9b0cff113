"""Markdown for job summaries and pull-request comments. Nothing in a spec can become markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connlint.finding import ConnectorReport, Finding, Report, Severity
from connlint.report.escape import visible
from connlint.report.text import grouped, plural

ANNOTATIONS = 10
MOST_FRAMES = 60
"""Groups shown in full: GitHub takes a comment of at most 65,536 characters."""
_MARKUP = re.compile(r"([\\`*_\[\]#!|<>~&@$])")


def render(report: Report, *, least: Severity = Severity.WARNING) -> str:
    """A heading with the counts, a table of connectors, and each group of findings."""
    findings = [item for item in report.all_findings if item.state == "active" and item.severity >= least]
    errors = sum(item.severity is Severity.ERROR for item in findings)
    warnings = sum(item.severity is Severity.WARNING for item in findings)
    connectors = len(report.connectors)
    if not findings:
        lines = [f"### connlint: no findings in {plural(connectors, 'connector')}"]
    else:
        struck = {item.connector for item in findings}
        counts = ", ".join(
            plural(count, word) for count, word in ((errors, "error"), (warnings, "warning")) if count
        )
        counts = counts or plural(len(findings), "finding")
        lines = [f"### connlint: {counts} in {len(struck)} of {plural(connectors, 'connector')}", ""]
        lines += ["| connector | errors | warnings | most frequent |", "|---|--:|--:|---|"]
        lines += [_row(part, least) for part in report.connectors if _shown(part.findings, least)]
        lines += _annotated(errors, warnings)
        groups = grouped(findings, least)
        for group in groups[:MOST_FRAMES]:
            lines += ["", *_group(group)]
        if len(groups) > MOST_FRAMES:
            lines += ["", f"{len(groups) - MOST_FRAMES} more groups are in the full report."]
    unchecked = [item for part in report.connectors for item in part.not_checked]
    if unchecked:
        total = sum(item.count for item in unchecked)
        lines += ["", f"{total} things were not checked for want of evidence; the text report names them."]
    return "\n".join(lines) + "\n"


def _shown(findings: Sequence[Finding], least: Severity) -> list[Finding]:
    return [item for item in findings if item.state == "active" and item.severity >= least]


def _row(part: ConnectorReport, least: Severity) -> str:
    shown = _shown(part.findings, least)
    counts: dict[str, int] = {}
    for item in shown:
        counts[item.rule] = counts.get(item.rule, 0) + 1
    frequent = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:2]
    words = ", ".join(f"{rule} {count}" for rule, count in frequent)
    errors = sum(item.severity is Severity.ERROR for item in shown)
    warnings = sum(item.severity is Severity.WARNING for item in shown)
    return f"| {escaped(part.path)} | {errors} | {warnings} | {words} |"


def _annotated(errors: int, warnings: int) -> list[str]:
    if errors <= ANNOTATIONS and warnings <= ANNOTATIONS:
        return []
    shown = min(errors, ANNOTATIONS) + min(warnings, ANNOTATIONS)
    return [
        "",
        (
            f"{shown} of {errors + warnings} findings are annotated (GitHub shows {ANNOTATIONS} errors "
            f"and {ANNOTATIONS} warnings a step); all are below."
        ),
    ]


def _group(group: Sequence[Finding]) -> list[str]:
    first = group[0]
    at = first.place.source.position(first.place.span.start)
    place = code(f"{first.place.source.path}:{at.line}:{at.column}")
    lines = [f"**{first.severity.word}** [{first.rule}]({first.url}) {place}: {escaped(first.message)}"]
    lines += [f"- {item.kind}: {escaped(item.observed)}" for item in first.evidence]
    if first.help:
        lines.append(f"- help: {escaped(first.help)}")
    if len(group) > 1:
        places = ", ".join(_where(item) for item in group[1:])
        lines.append(f"- {len(group) - 1} more: {places}")
    return [lines[0], *([""] if len(lines) > 1 else []), *lines[1:]]


def _where(finding: Finding) -> str:
    at = finding.place.source.position(finding.place.span.start)
    return f"{at.line}:{at.column} {code(finding.label or finding.address)}"


def escaped(text: str) -> str:
    """Text as it stands: names in backticks stay code, all other markup is taken from it."""
    parts = visible(text).split("`")
    if len(parts) % 2 == 0:
        return _plain(visible(text))
    return "".join(code(part) if index % 2 and part else _plain(part) for index, part in enumerate(parts))


def _plain(text: str) -> str:
    """Text without markup. GitHub finds mentions in what is shown, so a backslash alone does not stop one."""
    return _MARKUP.sub(r"\\\1", text).replace("@", "@\N{WORD JOINER}")


def code(text: str) -> str:
    """Text as inline code, with a fence longer than any run of backticks in it; pipes kept out of tables."""
    text = visible(text).replace("|", "\u2223")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"
