"""The baseline: findings that were there when a team began, kept by connector, rule, address and value."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path

from connlint.config import BrokenBaseline
from connlint.credentials import withheld
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


def read_baseline(path: Path, shown: str, data: bytes | None = None) -> Baseline:
    """The baseline in a file, or in the content that stands for its own; an empty one where there is no file
    yet. Raises BrokenBaseline."""
    try:
        data = path.read_bytes() if data is None else data
    except FileNotFoundError:
        return Baseline(None, {})
    except OSError as error:
        raise BrokenBaseline(f"cannot read the baseline {shown}: {error.strerror}") from error
    result = read(shown, data, named=True, syntax="json")
    document = result.documents[0] if result.documents else None
    faults = [*result.faults, *(document.faults if document is not None else ())]
    broken = next((fault for fault in faults if fault.kind != "duplicate-key"), None)
    if broken is not None:
        line, column = result.source.position(broken.span.start)
        raise BrokenBaseline(
            f"{shown} is no baseline that can be read: line {line}, column {column}: {broken.message}; "
            "restore it, or delete it, then `connlint baseline` writes one"
        )
    value = document.value if document is not None else MISSING
    listed = value.get("findings") if isinstance(value, dict) else None
    if (
        document is None
        or not isinstance(value, dict)
        or value.get("version") != VERSION
        or not isinstance(listed, list)
    ):
        raise BrokenBaseline(
            f"{shown} is no baseline of this version; delete it, then `connlint baseline` writes one"
        )
    entries: dict[str, Location] = {}
    for index, item in enumerate(listed):
        if isinstance(item, dict) and isinstance(item.get("fingerprint"), str):
            entries[item["fingerprint"]] = document / "findings" / index
    document.role = "baseline"
    return Baseline(document, entries)


Row = dict[str, str]


def kept_rows(baseline: Baseline, connectors: Collection[str]) -> list[Row]:
    """The entries about other connectors than these."""
    rows = [at.value for at in baseline.entries.values()]
    return [row for row in rows if isinstance(row, dict) and row.get("connector") not in connectors]


def baseline_text(findings: Iterable[Finding], kept: Iterable[Row] = ()) -> str:
    """A baseline of these findings and kept entries: sorted, one a line, so that changes of it read well."""
    rows = [
        *kept,
        *(
            {
                "connector": item.connector,
                "rule": item.rule,
                "address": item.address,
                "fingerprint": item.fingerprint,
            }
            for item in findings
        ),
    ]
    lines = sorted({json.dumps(row, ensure_ascii=False) for row in rows})
    listed = "".join(f"\n    {line}{'' if line is lines[-1] else ','}" for line in lines)
    # the fingerprint is what counts; an address may have been made of a key that was pasted into a name
    return withheld(
        f'{{\n  "version": {VERSION},\n  "findings": [{listed}{chr(10) + "  " if lines else ""}]\n}}\n'
    )
