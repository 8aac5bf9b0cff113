"""Reports of a run's shards made one: JSON, SARIF, GitLab code quality or JUnit, of one kind at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


class CannotMerge(Exception):
    """Reports that do not go together; the message is for people."""


def merge(texts: Sequence[tuple[str, str]]) -> str:
    """One report of several, given as (name, text). Raises CannotMerge."""
    kinds = {kind_of(name, text) for name, text in texts}
    if len(kinds) > 1:
        raise CannotMerge(f"these are reports of several kinds: {', '.join(sorted(kinds))}")
    if not kinds:
        raise CannotMerge("there is no report to merge")
    kind = kinds.pop()
    if kind == "junit":
        return _junit([text for _, text in texts])
    values = [json.loads(text) for _, text in texts]
    merged: Any
    if kind == "sarif":
        merged = _sarif(values)
    elif kind == "gitlab":
        seen = {item["fingerprint"]: item for value in values for item in value}
        merged = sorted(
            seen.values(),
            key=lambda item: (
                item["location"]["path"],
                item["location"]["positions"]["begin"]["line"],
                item["location"]["positions"]["begin"]["column"],
                item["check_name"],
            ),
        )
    else:
        merged = _json(values)
    return json.dumps(merged, indent=2) + "\n"


def kind_of(name: str, text: str) -> str:
    """What a report is: "json", "sarif", "gitlab" or "junit". Raises CannotMerge."""
    if text.lstrip().startswith("<"):
        return "junit"
    try:
        value = json.loads(text)
    except ValueError as error:
        raise CannotMerge(f"{name} is no report: {error}") from error
    if isinstance(value, list):
        return "gitlab"
    if isinstance(value, dict) and value.get("version") == "2.1.0" and "runs" in value:
        return "sarif"
    if isinstance(value, dict) and value.get("version") == 1 and "findings" in value and "summary" in value:
        return "json"
    raise CannotMerge(f"{name} is no report of connlint")


def _json(values: Sequence[Any]) -> Any:
    """Findings and connectors put together, counts added up."""
    findings: dict[str, Any] = {}
    for value in values:
        for item in value["findings"]:
            findings.setdefault(item["fingerprint"], item)
    connectors = {item["connector"]: item for value in values for item in value["connectors"]}
    not_checked: dict[tuple[str, str], Any] = {}
    for value in values:
        for item in value["not_checked"]:
            known = not_checked.get((item["what"], item["why"]))
            count = item["count"] + (known["count"] if known else 0)
            not_checked[item["what"], item["why"]] = {**item, "count": count}
    return {
        "version": 1,
        "findings": sorted(findings.values(), key=_place),
        "summary": _added([value["summary"] for value in values]),
        "connectors": [connectors[name] for name in sorted(connectors)],
        "not_checked": list(not_checked.values()),
    }


def _place(item: Any) -> tuple[Any, ...]:
    start = item["start"]
    return (item["file"], start["line"], start["column"], item["rule"], item["address"])


def _added(values: Sequence[Any]) -> Any:
    """Numbers of several summaries, added up key by key."""
    if isinstance(values[0], dict):
        return {key: _added([value[key] for value in values]) for key in values[0]}
    return sum(values)


def _sarif(values: Sequence[Any]) -> Any:
    """One run: all rules, all results, their rule indexes mended."""
    rules: dict[str, Any] = {}
    results: list[Any] = []
    for value in values:
        for run in value["runs"]:
            for rule in run["tool"]["driver"].get("rules", []):
                rules.setdefault(rule["id"], rule)
            results += run["results"]
    ids = sorted(rules)
    for result in results:
        result["ruleIndex"] = ids.index(result["ruleId"])
    merged = json.loads(json.dumps(values[0]))
    merged["runs"] = merged["runs"][:1]
    merged["runs"][0]["tool"]["driver"]["rules"] = [rules[id_] for id_ in ids]
    merged["runs"][0]["results"] = results
    return merged


def _junit(texts: Sequence[str]) -> str:
    """All suites under one root, counts added up."""
    from xml.etree.ElementTree import Element, ParseError, fromstring, indent, tostring

    root = Element("testsuites", name="connlint")
    tests = failures = 0
    for text in texts:
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise CannotMerge("a JUnit report of connlint declares no entities")
        try:
            # no entity can be declared here, so none can expand
            inner = fromstring(text.encode("utf-8"))  # noqa: S314
        except ParseError as error:
            raise CannotMerge(f"a report is no XML: {error}") from error
        for suite in inner.iter("testsuite"):
            root.append(suite)
            tests += int(suite.get("tests", "0"))
            failures += int(suite.get("failures", "0"))
    root.set("tests", str(tests))
    root.set("failures", str(failures))
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"
