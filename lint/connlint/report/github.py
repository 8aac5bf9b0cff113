"""GitHub workflow commands: annotations on the lines of a pull request.

GitHub keeps ten errors, ten warnings and ten notices a step and drops the rest without a word, so the
output says how many it will drop. Escaping is that of the actions toolkit: `%`, CR and LF in the
message, also `:` and `,` in properties.
"""

from __future__ import annotations

from connlint.finding import Finding, Report, Severity
from connlint.report.escape import visible

SHOWN = 10
"""Annotations of one kind that GitHub keeps for a step (docs: "Annotation limits")."""
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, *, least: Severity = Severity.WARNING) -> str:
    """Errors first, then warnings; last, what GitHub will not show."""
    active = [item for item in report.all_findings if item.state == "active" and item.severity >= least]
    lines = []
    dropped = []
    for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO):
        some = [item for item in active if item.severity is severity]
        lines += [_command(item) for item in some]
        if len(some) > SHOWN:
            dropped.append(f"{len(some) - SHOWN} of {len(some)} {severity.word}s")
    if dropped:
        text = (
            f"GitHub shows {SHOWN} errors and {SHOWN} warnings a step, and drops {' and '.join(dropped)}: "
            "the job's log and summary have them all"
        )
        lines.append(f"::notice title=connlint::{_message(text)}")
    return "".join(f"{line}\n" for line in lines)


def _command(finding: Finding) -> str:
    source, span = finding.place.source, finding.place.span
    start, end = source.position(span.start), source.position(span.end)
    properties = {"file": visible(source.path), "line": str(start.line)}
    if start.line == end.line:
        # columns hold for one line only; GitHub's are inclusive
        properties |= {"endLine": str(end.line), "col": str(start.column)}
        properties["endColumn"] = str(max(end.column - 1, start.column))
    else:
        properties["endLine"] = str(end.line)
    properties["title"] = f"{finding.rule} ({visible(finding.address)})"
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = visible(finding.message) + (f"\nhelp: {visible(finding.help)}" if finding.help else "")
    return f"::{_COMMANDS[finding.severity]} {listed}::{_message(text)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
