"""One line a finding: `file:line:column: severity[rule] message`."""

from __future__ import annotations

from connlint.finding import Report, Severity
from connlint.report.escape import visible
from connlint.report.style import Style


def render(report: Report, *, least: Severity = Severity.WARNING, style: Style | None = None) -> str:
    """The active findings from severity `least` up, a line each."""
    style = style or Style(False)
    lines = []
    for finding in report.all_findings:
        if finding.state != "active" or finding.severity < least:
            continue
        at = finding.place.source.position(finding.place.span.start)
        word = style.severity(finding.severity.word, f"{finding.severity.word}[{finding.rule}]")
        place = style.bold(visible(f"{finding.place.source.path}:{at.line}:{at.column}"))
        lines.append(f"{place}: {word} {visible(finding.message)} ({visible(finding.address)})")
    return "".join(f"{line}\n" for line in lines)
