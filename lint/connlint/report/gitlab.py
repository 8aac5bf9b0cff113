"""GitLab's code quality report: a JSON array in Code Climate's form, of which GitLab reads a part.

An error is `major`, a warning `minor`, info `info` (GitLab docs, "Code quality report format").
"""

from __future__ import annotations

import json

from connlint.finding import Report, Severity

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, *, least: Severity = Severity.WARNING) -> str:
    """Active findings from `least` up as a JSON array."""
    issues = []
    for item in report.all_findings:
        if item.state != "active" or item.severity < least:
            continue
        start = item.place.source.position(item.place.span.start)
        end = item.place.source.position(item.place.span.end)
        issues.append(
            {
                "type": "issue",
                "check_name": item.rule,
                "description": f"{item.message} ({item.address})",
                "content": {"body": item.help or ""},
                "categories": ["Bug Risk"],
                "severity": _SEVERITIES[item.severity],
                "fingerprint": item.fingerprint,
                "location": {
                    "path": item.place.source.path,
                    "positions": {
                        "begin": {"line": start.line, "column": start.column},
                        "end": {"line": end.line, "column": end.column},
                    },
                },
            }
        )
    return json.dumps(issues, indent=2) + "\n"
