"""Fixes applied: edits that do not overlap are chosen, laid over the files, read again and checked again.

A fix stays only if its finding is gone and no finding is new. Files are written whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from connlint.finding import Finding, TextEdit
from connlint.record import field, record, replace
from connlint.run import Outcome, Request, absolute, run
from connlint.source import Source

ROUNDS: Final = 10
"""One fix may uncover another; after so many rounds it goes in circles."""


@record(frozen=False)
class Fixed:
    """What fixing came to. `files` are the new contents; `applied` the findings that are mended, `refused`
    those whose fix was not applied, each with the reason; `outcome` is the check of the new contents."""

    outcome: Outcome
    files: dict[Path, bytes] = field(default_factory=dict)
    applied: list[Finding] = field(default_factory=list)
    refused: list[tuple[Finding, str]] = field(default_factory=list)


def fix(request: Request, *, unsafe: bool) -> Fixed:
    """Fix what can be fixed, in memory: nothing is written. `unsafe` takes unsafe fixes too.

    Raises what `run` raises.
    """
    result = Fixed(run(request))
    refused: dict[str, tuple[Finding, str]] = {}
    for _ in range(ROUNDS):
        wanted = [item for item in _fixable(result.outcome, unsafe) if item.fingerprint not in refused]
        chosen = _without_overlap(wanted)
        if not chosen:
            break
        if not _apply(chosen, request, result):
            # one of them does harm: take them one at a time
            for item in chosen:
                now = _same(item, result.outcome)
                if now is not None and not _apply([now], request, result):
                    refused[item.fingerprint] = (item, _harm(now, request, result))
    result.refused = list(refused.values())
    return result


def _fixable(outcome: Outcome, unsafe: bool) -> list[Finding]:
    """The active findings whose fix may be applied."""
    return [
        item
        for item in outcome.report.all_findings
        if item.state == "active" and item.fix is not None and (item.fix.safe or unsafe)
    ]


def _same(finding: Finding, outcome: Outcome) -> Finding | None:
    """The finding in a later check: its edits have moved."""
    return next(
        (
            item
            for item in outcome.report.all_findings
            if item.fingerprint == finding.fingerprint and item.fix
        ),
        None,
    )


def _without_overlap(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, first come first, whose edits touch no text that an earlier one's touch."""
    taken: dict[str, list[tuple[int, int]]] = {}
    chosen = []
    for item in findings:
        assert item.fix is not None
        spans = [(edit.source.path, edit.span.start, edit.span.end) for edit in item.fix.edits]
        if any(start <= b and a <= end for path, start, end in spans for a, b in taken.get(path, ())):
            continue
        for path, start, end in spans:
            taken.setdefault(path, []).append((start, end))
        chosen.append(item)
    return chosen


def _apply(findings: list[Finding], request: Request, result: Fixed) -> bool:
    """Apply the fixes together, if that mends each and adds no finding; else change nothing."""
    trial = _trial(findings, request, result)
    if trial is None:
        return False
    files, outcome = trial
    before, after = _active(result.outcome), _active(outcome)
    gone = {item.fingerprint for item in findings}
    if gone & after.keys() or after.keys() - before.keys():
        return False
    result.files.update(files)
    result.outcome = outcome
    result.applied += findings
    return True


def _trial(
    findings: list[Finding], request: Request, result: Fixed
) -> tuple[dict[Path, bytes], Outcome] | None:
    """The new contents of the files that the fixes change, and the check of them; None for no change."""
    edits: dict[str, list[TextEdit]] = {}
    for item in findings:
        assert item.fix is not None
        for edit in item.fix.edits:
            edits.setdefault(edit.source.path, []).append(edit)
    files = {}
    for path, some in edits.items():
        source = some[0].source
        text = edited(source.text, some)
        if text != source.text:
            files[absolute(Path(path), request.working)] = encoded(source, text)
    if not files:
        return None
    overlay = {**request.overlay, **result.files, **files}
    return files, run(replace(request, overlay=overlay))


def _harm(finding: Finding, request: Request, result: Fixed) -> str:
    """Why a fix was not applied."""
    trial = _trial([finding], request, result)
    if trial is None:
        return "it changes nothing"
    after = _active(trial[1])
    new = [item for key, item in after.items() if key not in _active(result.outcome)]
    if new:
        return f"it would bring about {new[0].rule} at {new[0].address}"
    return "it does not mend the finding"


def _active(outcome: Outcome) -> dict[str, Finding]:
    return {item.fingerprint: item for item in outcome.report.all_findings if item.state == "active"}


def edited(text: str, edits: Iterable[TextEdit]) -> str:
    """The text with the edits applied; edits do not overlap."""
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        parts += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join([*parts, text[at:]])


def encoded(source: Source, text: str) -> bytes:
    """A file's bytes for a new text: its byte order mark stays."""
    return (b"\xef\xbb\xbf" if source.bom else b"") + text.encode("utf-8")


def outside(path: Path, working: Path) -> bool:
    """Whether a file is a link that leads out of its folder's tree and the working directory's."""
    real = path.resolve()
    homes = (working.resolve(), path.parent.resolve())
    return path.is_symlink() and not any(real.is_relative_to(home) for home in homes)


def patch(files: Mapping[Path, bytes], old: Mapping[Path, bytes], names: Mapping[Path, str]) -> bytes:
    """A patch from old to new contents, as `git apply` takes it; `names` are the paths in it."""
    from difflib import unified_diff

    lines: list[bytes] = []
    for path in sorted(files, key=lambda path: names[path]):
        # latin-1 keeps every byte, and only a line feed may split lines
        before, after = (_lines(data.decode("latin-1")) for data in (old[path], files[path]))
        old_name, new_name = _quoted(f"a/{names[path]}"), _quoted(f"b/{names[path]}")
        diff = list(unified_diff(before, after, old_name, new_name, n=3))
        if not diff:
            continue
        lines.append(f"diff --git {old_name} {new_name}\n".encode())
        for number, line in enumerate(diff):
            data = line.encode("utf-8" if number < 2 else "latin-1")
            lines.append(data if data.endswith(b"\n") else data + b"\n\\ No newline at end of file\n")
    return b"".join(lines)


def _quoted(name: str) -> str:
    """A path as a patch holds it: one with quotes or control characters as git writes it, in C's escapes."""
    if name.isprintable() and not any(char in name for char in '"\\'):
        return name
    escaped = (
        char
        if char.isprintable() and char not in '"\\'
        else "".join(f"\\{byte:03o}" for byte in char.encode())
        for char in name
    )
    return f'"{"".join(escaped)}"'


def _lines(text: str) -> list[str]:
    """The lines with their ends, split at line feeds alone."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
