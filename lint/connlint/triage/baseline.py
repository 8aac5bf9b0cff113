"""The baseline: findings that were there when a team began, kept by connector, rule, address and value."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from connlint.config import BrokenBaseline
from connlint.finding import Finding
from connlint.reading import MISSING, Document, Location, read

VERSION = 1


class Baseline:
    """The entries of a baseline file. Each covers one finding, by its fingerprint."""

    def __init__(self, document: Document | None, entries: dict[str, Location]) -> None:
        self.document = document
        self.entries = entries

    def __contains__(self, fingerprint: object) -> bool:
        return fingerprint in self.entries


def read_baseline(path: Path, shown: str) -> Baseline:
    """The baseline in a file; an empty one where there is no file yet. Raises BrokenBaseline."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Baseline(None, {})
    except OSError as error:
        raise BrokenBaseline(f"cannot read the baseline {shown}: {error.strerror}") from error
    result = read(shown, data, named=True, syntax="json")
    document = result.documents[0] if result.documents else None
    value = document.value if document is not None else MISSING
    listed = value.get("findings") if isinstance(value, dict) else None
    if (
        document is None
        or not isinstance(value, dict)
        or value.get("version") != VERSION
        or not isinstance(listed, list)
    ):
        raise BrokenBaseline(
            f"{shown} is no baseline of this version: write it anew with `connlint baseline`"
        )
    entries: dict[str, Location] = {}
    for index, item in enumerate(listed):
        if isinstance(item, dict) and isinstance(item.get("fingerprint"), str):
            entries[item["fingerprint"]] = document / "findings" / index
    document.role = "baseline"
    return Baseline(document, entries)


def baseline_text(findings: Iterable[Finding]) -> str:
    """A baseline of these findings: sorted, so that a change of it reads well."""
    rows = sorted(
        {
            (item.connector, item.rule, item.address, item.fingerprint): {
                "connector": item.connector,
                "rule": item.rule,
                "address": item.address,
                "fingerprint": item.fingerprint,
            }
            for item in findings
        }.items()
    )
    lines = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for _, row in rows)
    return (
        f'{{\n  "version": {VERSION},\n  "findings": [\n{lines}\n  ]\n}}\n'
        if rows
        else f'{{"version": {VERSION}, "findings": []}}\n'
    )
