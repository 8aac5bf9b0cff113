"""Golden cases of the rules: a case is a folder of input files with what is found in them.

    tests/rules/<rule_id>/fires-*/    the rule speaks
    tests/rules/<rule_id>/clean-*/    it does not, though one might think so

A case's files are one connector, as an author would keep it (a folder connector's files, or a page), with
its evidence and its connlint.toml where the case needs them. Beside them stand `expected.txt`, all that all
rules find in it, and `fixed/`, the files that change when every fix is applied. Both are written by
`pytest tests/test_rules.py --update-golden` and read by a person before they are committed.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from connlint.finding import Finding, Place, TextEdit
from connlint.run import Request, run
from connlint.source import Source

CASES = Path(__file__).parent / "rules"
EXPECTED = "expected.txt"
FIXED = "fixed"
NOTHING = "no findings\n"
TODAY = "2026-11-22"
"""The day of every case: what depends on a date is the same on any."""
ROUNDS = 5
"""Fixes are applied until none is left. One fix may uncover another, so there may be several rounds."""


@dataclass(frozen=True)
class Case:
    """One golden case: the rule's id that it is about, and its folder."""

    rule: str
    folder: Path

    @property
    def name(self) -> str:
        return f"{self.rule}/{self.folder.name}"

    @property
    def fires(self) -> bool:
        return self.folder.name.startswith("fires-")


def all_cases() -> list[Case]:
    """Every case there is, sorted."""
    folders = sorted(folder for folder in CASES.glob("*/*") if folder.is_dir())
    return [Case(folder.parent.name.replace("_", "-"), folder) for folder in folders]


def cases_of(rule_id: str) -> list[Case]:
    """The cases of one rule."""
    return [case for case in all_cases() if case.rule == rule_id]


def copy_inputs(case: Case, to: Path) -> None:
    """The case's input files alone, as an author's folder would hold them."""
    shutil.copytree(
        case.folder,
        to,
        symlinks=True,
        ignore=lambda folder, names: [EXPECTED, FIXED] if Path(folder) == case.folder else [],
    )


def findings_in(folder: Path) -> tuple[Finding, ...]:
    """What all rules find in the one connector of a folder, through the public door."""
    report = run(Request(paths=(folder,), working=folder, today=TODAY)).report
    names = [part.connector for part in report.connectors]
    assert len(names) == 1, f"a case holds one connector, {folder.name} holds {names}"
    return tuple(report.all_findings)


def render(findings: Sequence[Finding]) -> str:
    """Findings as a person reviews them: each with its place, the marked text and all that it says."""
    return "\n".join(_finding(finding) for finding in findings) or NOTHING


KNOWN = Path(__file__).with_name("fingerprints.txt")
"""What the findings of each case are known by in baselines: one that is written today must hold tomorrow.
And what reports and editors show of a finding that `expected.txt` does not."""


def known_by(findings: Sequence[Finding]) -> list[str]:
    """What each finding's fingerprint is made of, beside the connector: rule, address, value. Behind these,
    where it has any, its group and its label there, and its tags."""
    return [
        json.dumps([item.rule, item.address, item.value], ensure_ascii=False) + _shown_with(item)
        for item in findings
    ]


def _shown_with(finding: Finding) -> str:
    parts = {"group": finding.group, "label": finding.label, "tags": ", ".join(finding.tags)}
    return "".join(f" {name}: {said};" for name, said in parts.items() if said)


@cache
def known() -> dict[str, list[str]]:
    """What the findings of cases were known by when that was last written, by the case's name."""
    found: dict[str, list[str]] = {}
    for line in KNOWN.read_text("utf-8").splitlines():
        if line.startswith("  "):
            found[next(reversed(found))].append(line.strip())
        else:
            found[line] = []
    return found


def write_known(case: Case, findings: Sequence[Finding]) -> None:
    """Write what a case's findings are known by."""
    cases = {**known(), case.name: known_by(findings)}
    lines = [
        line
        for name, items in sorted(cases.items())
        if items
        for line in (name, *(f"  {item}" for item in items))
    ]
    KNOWN.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")
    known.cache_clear()


def _finding(finding: Finding) -> str:
    place = finding.place
    head = f"{_at(place)}: {finding.severity.word}[{finding.rule}] {finding.message}"
    lines = [] if finding.state == "active" else [f"{finding.state:<9} {finding.reason}"]
    lines += [f"address   {finding.address}", f"marked    {_marked(place.source, *place.span)}"]
    lines += [
        f"related   {_at(other.place)} {_marked(other.place.source, *other.place.span)}: {other.message}"
        for other in finding.related
    ]
    for seen in finding.evidence:
        pointer = f"#{seen.pointer}" if seen.pointer is not None else ""
        lines.append(f"evidence  {seen.kind} {seen.source}{pointer}: {seen.observed}")
    if finding.help is not None:
        lines.append(f"help      {finding.help}")
    if finding.fix is not None:
        lines.append(f"fix       {'safe' if finding.fix.safe else 'unsafe'}: {finding.fix.title}")
    return "".join(f"{line}\n" for line in (head, *(f"    {line}" for line in lines)))


def _at(place: Place) -> str:
    line, column = place.source.position(place.span.start)
    return f"{place.source.path}:{line}:{column}"


def _marked(source: Source, start: int, end: int, limit: int = 60) -> str:
    """The marked text on one line, long text by its two ends."""
    text = source.text[start:end].replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    if len(text) > limit:
        text = f"{text[: limit // 2]} … {text[-limit // 2 + 3 :]}"
    return (repr(text) if text != text.strip() else text) or "(nothing)"


def apply_fixes(findings: Sequence[Finding], folder: Path) -> list[Finding]:
    """Write every fix that overlaps no earlier one into the folder's files; the findings they are of."""
    chosen: dict[Path, list[TextEdit]] = {}
    applied: list[Finding] = []
    for finding in findings:
        if finding.fix is None:
            continue
        taken = [edit for edits in chosen.values() for edit in edits]
        if not any(_overlap(new, old) for new in finding.fix.edits for old in taken):
            applied.append(finding)
            for edit in finding.fix.edits:
                chosen.setdefault(folder / edit.source.path, []).append(edit)
    for path, edits in chosen.items():
        source = edits[0].source
        text = source.text
        for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        path.write_bytes((b"\xef\xbb\xbf" if source.bom else b"") + text.encode())
    return applied


def _overlap(left: TextEdit, right: TextEdit) -> bool:
    if left.source.path != right.source.path:
        return False
    if left.span == right.span:
        return True
    return left.span.start < right.span.end and right.span.start < left.span.end


def fix_all(folder: Path) -> tuple[Finding, ...]:
    """Apply fixes until none is left (or `ROUNDS` are over); what is found then."""
    found = findings_in(folder)
    for _ in range(ROUNDS):
        before = ill_formed(found)
        applied = known_by(apply_fixes(found, folder))
        if not applied:
            break
        found = findings_in(folder)
        assert not {*applied} & {*known_by(found)}, "a fix must mend its finding at once"
        assert ill_formed(found) <= before, "a fix must write what the format has, though another may mend it"
    return found


def ill_formed(findings: Sequence[Finding]) -> set[tuple[str, str]]:
    """What findings say against the form of documents."""
    return {
        (item.address, item.value) for item in findings if item.rule in ("schema-violation", "syntax-error")
    }


def changed_files(before: Path, after: Path) -> dict[str, bytes]:
    """The files of `after` that differ from those of `before`, by their path."""
    found = {}
    for file in sorted(after.rglob("*")):
        inner = file.relative_to(after)
        if file.is_file() and file.read_bytes() != (before / inner).read_bytes():
            found[inner.as_posix()] = file.read_bytes()
    return found
