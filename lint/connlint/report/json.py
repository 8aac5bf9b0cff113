"""The run as JSON: `schemas/findings.schema.json` describes it."""

from __future__ import annotations

import json

from connlint.finding import Finding, NotChecked, Place, Report, Severity, Summary, Tally


def render(report: Report) -> str:
    """The whole report as JSON text, findings of every severity and state."""
    return json.dumps(as_value(report), indent=2, ensure_ascii=True) + "\n"


def as_value(report: Report) -> dict[str, object]:
    """The report as a JSON value."""
    findings = report.all_findings
    return {
        "version": 1,
        "findings": [finding_value(finding) for finding in findings],
        "summary": summary_value(report.summary, findings),
        "connectors": [
            {
                "connector": part.connector,
                "path": part.path,
                "title": part.title,
                "owner": part.owner,
                "evidence": list(part.evidence),
                "summary": summary_value(part.summary, list(part.findings)),
                "not_checked": [_not_checked(item) for item in part.not_checked],
            }
            for part in report.connectors
        ],
        "not_checked": [_not_checked(item) for item in merged_not_checked(report)],
    }


def merged_not_checked(report: Report) -> list[NotChecked]:
    """What the run could not check, the same thing of several connectors added up."""
    counts: dict[tuple[str, str], int] = {}
    hows: dict[tuple[str, str], str] = {}
    for part in report.connectors:
        for item in part.not_checked:
            key = (item.what, item.why)
            counts[key] = counts.get(key, 0) + item.count
            hows.setdefault(key, item.how)
    return [NotChecked(what, count, why, hows[what, why]) for (what, why), count in counts.items()]


def _not_checked(item: NotChecked) -> dict[str, object]:
    return {"what": item.what, "count": item.count, "why": item.why, "how": item.how}


def summary_value(summary: Summary, findings: list[Finding]) -> dict[str, object]:
    """Counts of what was read, proved and found."""
    active = [finding for finding in findings if finding.state == "active"]
    return {
        "connectors": summary.connectors,
        "resources": summary.resources,
        "operations": summary.operations,
        "webhooks": summary.webhooks,
        "fields": _tally(summary.fields),
        "payload": _tally(summary.payload),
        "events": {
            "official": summary.events_official,
            "covered": summary.events_covered,
            "missing": summary.events_missing,
            "unknown": summary.events_unknown,
        },
        "findings": {
            severity.word: sum(finding.severity is severity for finding in active)
            for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)
        },
        "ignored": sum(finding.state == "ignored" for finding in findings),
        "baselined": sum(finding.state == "baselined" for finding in findings),
    }


def _tally(tally: Tally) -> dict[str, int]:
    return {
        "proven": tally.proven,
        "sometimes": tally.sometimes,
        "never_seen": tally.never_seen,
        "refuted": tally.refuted,
        "unchecked": tally.unchecked,
    }


def finding_value(finding: Finding) -> dict[str, object]:
    """One finding as a JSON value."""
    value: dict[str, object] = {
        "rule": finding.rule,
        "severity": finding.severity.word,
        "message": finding.message,
    }
    if finding.help is not None:
        value["help"] = finding.help
    value |= {"connector": finding.connector, "address": finding.address}
    value |= _place(finding.place)
    value["state"] = finding.state
    if finding.reason is not None:
        value["reason"] = finding.reason
    value["related"] = [{"message": item.message, **_place(item.place)} for item in finding.related]
    value["evidence"] = [
        {
            "kind": item.kind,
            "source": item.source,
            **({"pointer": item.pointer} if item.pointer is not None else {}),
            "observed": item.observed,
        }
        for item in finding.evidence
    ]
    value["fix"] = None
    if finding.fix is not None and finding.fix.may_be_shown:
        value["fix"] = {
            "safe": finding.fix.safe,
            "title": finding.fix.title,
            "edits": [
                {
                    "file": edit.source.path,
                    "start": _point(edit.source.position(edit.span.start)),
                    "end": _point(edit.source.position(edit.span.end)),
                    "text": edit.text,
                }
                for edit in finding.fix.edits
            ],
        }
    value["url"] = finding.url
    value["fingerprint"] = finding.fingerprint
    return value


def _place(place: Place) -> dict[str, object]:
    return {
        "file": place.source.path,
        "document": {"role": place.role, "index": place.index},
        "pointer": place.pointer,
        "start": _point(place.source.position(place.span.start)),
        "end": _point(place.source.position(place.span.end)),
    }


def _point(position: tuple[int, int]) -> dict[str, int]:
    return {"line": position[0], "column": position[1]}
