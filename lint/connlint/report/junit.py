"""JUnit XML: a test suite a connector, a test case a finding; a clean connector is one passed case."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from connlint.finding import Finding, Report, Severity
from connlint.report.escape import visible_lines

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, *, least: Severity = Severity.WARNING) -> str:
    """Active findings from `least` up as failures; ignored and baselined ones as skipped."""
    root = Element("testsuites", name="connlint")
    tests = failures = 0
    suites = [(part.path, list(part.findings)) for part in report.connectors]
    if report.findings:
        suites.append(("configuration", list(report.findings)))
    for path, findings in suites:
        shown = [item for item in findings if item.severity >= least]
        failing = [item for item in shown if item.state == "active"]
        suite = SubElement(root, "testsuite", name=_clean(path))
        for item in shown:
            _case(suite, item)
        if not shown:
            SubElement(suite, "testcase", classname=_clean(path), name="no findings")
        count = max(len(shown), 1)
        suite.set("tests", str(count))
        suite.set("failures", str(len(failing)))
        suite.set("errors", "0")
        suite.set("skipped", str(len(shown) - len(failing)))
        tests += count
        failures += len(failing)
    root.set("tests", str(tests))
    root.set("failures", str(failures))
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(suite: Element, item: Finding) -> None:
    at = item.place.source.position(item.place.span.start)
    place = f"{item.place.source.path}:{at.line}:{at.column}"
    case = SubElement(
        suite, "testcase", classname=_clean(item.connector), name=_clean(f"{item.rule} {item.address}")
    )
    case.set("file", _clean(item.place.source.path))
    case.set("line", str(at.line))
    if item.state != "active":
        SubElement(case, "skipped", message=_clean(f"{item.state}: {item.reason or ''}".rstrip(": ")))
        return
    failure = SubElement(case, "failure", type=item.severity.word, message=_clean(item.message))
    notes = [f"{place}: {item.severity.word}[{item.rule}] {item.message}"]
    notes += [f"{evidence.kind}: {evidence.observed}" for evidence in item.evidence]
    if item.help:
        notes.append(f"help: {item.help}")
    failure.text = _clean("\n".join(notes))


def _clean(text: str) -> str:
    """The text without what drives a terminal, and without characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", visible_lines(text))
