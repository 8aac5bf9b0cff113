"""SARIF 2.1.0, as GitHub's code scanning reads it.

Paths are relative URIs, columns count code points (`columnKind`). Findings that are ignored or baselined
are left out unless asked for: GitHub shows a suppressed result as an open alert.
"""

from __future__ import annotations

import json

from connlint.finding import Finding, Place, Report, Severity
from connlint.version import VERSION

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def render(report: Report, *, least: Severity = Severity.WARNING, suppressed: bool = False) -> str:
    """The findings from `least` up as one run. `suppressed` adds ignored and baselined ones, marked."""
    findings = [
        item
        for item in report.all_findings
        if item.severity >= least and (suppressed or item.state == "active")
    ]
    ids = sorted({item.rule for item in findings})
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "connlint",
                        "version": VERSION,
                        "semanticVersion": VERSION,
                        "informationUri": "https://connlint.dev/",
                        "rules": [_rule(id_, report, findings) for id_ in ids],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "the directory of the run"}}},
                "results": [_result(item, ids.index(item.rule)) for item in findings],
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(id_: str, report: Report, findings: list[Finding]) -> dict[str, object]:
    doc = report.rules.get(id_, id_)
    first = doc.strip().partition("\n")[0]
    example = next(item for item in findings if item.rule == id_)
    return {
        "id": id_,
        "name": "".join(part.capitalize() for part in id_.split("-")),
        "shortDescription": {"text": first},
        "fullDescription": {"text": first},
        "help": {"text": doc, "markdown": doc},
        "helpUri": example.url,
        "defaultConfiguration": {"level": _LEVELS[example.severity]},
        "properties": {"tags": ["connector"], "problem.severity": _problem_severity(example.severity)},
    }


def _problem_severity(severity: Severity) -> str:
    """GitHub's word for a severity ("recommendation" is its least)."""
    return "recommendation" if severity is Severity.INFO else severity.word


def _result(item: Finding, index: int) -> dict[str, object]:
    text = item.message + (f"\n{item.help}" if item.help else "")
    result: dict[str, object] = {
        "ruleId": item.rule,
        "ruleIndex": index,
        "level": _LEVELS[item.severity],
        "message": {"text": text},
        "locations": [
            {
                **_location(item.place),
                "logicalLocations": [{"fullyQualifiedName": f"{item.connector}#{item.address}"}],
            }
        ],
        # GitHub reads primaryLocationLineHash only; the other key says what it is
        "partialFingerprints": {
            "primaryLocationLineHash": f"{item.fingerprint}:1",
            "connlint/v1": item.fingerprint,
        },
    }
    if item.related:
        result["relatedLocations"] = [
            {"id": number, **_location(related.place), "message": {"text": related.message}}
            for number, related in enumerate(item.related, 1)
        ]
    if item.fix is not None and item.fix.may_be_shown:
        changes: dict[str, list[dict[str, object]]] = {}
        for edit in item.fix.edits:
            start, end = edit.source.position(edit.span.start), edit.source.position(edit.span.end)
            changes.setdefault(edit.source.path, []).append(
                {
                    "deletedRegion": {
                        "startLine": start.line,
                        "startColumn": start.column,
                        "endLine": end.line,
                        "endColumn": end.column,
                    },
                    "insertedContent": {"text": edit.text},
                }
            )
        result["fixes"] = [
            {
                "description": {"text": item.fix.title},
                "artifactChanges": [
                    {"artifactLocation": _artifact(path), "replacements": replacements}
                    for path, replacements in changes.items()
                ],
            }
        ]
    if item.state != "active":
        kind = "inSource" if item.state == "ignored" else "external"
        result["suppressions"] = [{"kind": kind, "justification": item.reason or item.state}]
    return result


def _location(place: Place) -> dict[str, object]:
    start, end = place.source.position(place.span.start), place.source.position(place.span.end)
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(place.source.path),
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        }
    }


def _artifact(path: str) -> dict[str, object]:
    return {"uri": _uri(path), "uriBaseId": "SRCROOT"}


def _uri(path: str) -> str:
    """A relative path as a URI reference: everything but unreserved characters percent-encoded (RFC 3986)."""
    return "".join(
        char
        if char in _UNRESERVED
        else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))
        for char in path
    )
