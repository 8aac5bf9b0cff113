"""Findings as the editor shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from lsprotocol import types

from connlint.finding import Finding, Place, Severity
from connlint.lsp.session import Trouble, file_of
from connlint.lsp.text import Buffer
from connlint.source import Span

SOURCE = "connlint"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_TAGS = {"unnecessary": types.DiagnosticTag.Unnecessary, "deprecated": types.DiagnosticTag.Deprecated}
_PLACED = re.compile(r"(?P<path>.+?):(?P<line>\d+):(?P<column>\d+): (?P<message>.*)")

BufferOf = Callable[[Place], Buffer]
"""The text that a place lies in, as the editor has it."""


def range_of(buffer: Buffer, span: Span) -> types.Range:
    """A span of a buffer's text as a range."""
    start, end = buffer.points(span)
    return types.Range(types.Position(start.line, start.character), types.Position(end.line, end.character))


def text_of(finding: Finding) -> str:
    """What is said of a finding: its message, what was seen, and what helps."""
    lines = [finding.message]
    lines += [f"{item.kind}: {item.observed}" for item in finding.evidence if item.observed]
    if finding.help:
        lines.append(f"help: {finding.help}")
    return "\n".join(lines)


def diagnostic(finding: Finding, buffer: Buffer, working: Path, buffer_of: BufferOf) -> types.Diagnostic:
    """A finding as a diagnostic in a buffer."""
    related = [
        types.DiagnosticRelatedInformation(
            types.Location(
                file_of(item.place.source.path, working).as_uri(),
                range_of(buffer_of(item.place), item.place.span),
            ),
            item.message,
        )
        for item in finding.related
    ]
    tags = [_TAGS[tag] for tag in finding.tags if tag in _TAGS]
    return types.Diagnostic(
        range=range_of(buffer, finding.place.span),
        message=text_of(finding),
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=types.CodeDescription(href=finding.url) if finding.url else None,
        source=SOURCE,
        tags=tags or None,
        related_information=related or None,
        data={"fingerprint": finding.fingerprint, "address": finding.address},
    )


def troubles(trouble: Trouble, buffer: Buffer, shown: str) -> Iterator[types.Diagnostic]:
    """What is said in a document of a configuration that cannot be used; `shown` is the document's path."""
    top = types.Range(types.Position(0, 0), types.Position(0, 1))
    for line in trouble.message.splitlines():
        placed = _PLACED.fullmatch(line)
        if placed is not None and placed["path"] == shown:
            at = buffer.lines.offset(int(placed["line"]), int(placed["column"]))
            end = buffer.lines.line_span(min(int(placed["line"]), buffer.lines.count)).end
            span = Span(at, max(at, at + len(buffer.text[at:end].rstrip("\r\n"))))
            where, message = range_of(buffer, span), placed["message"]
        else:
            where, message = top, line
        yield types.Diagnostic(
            where,
            message,
            severity=types.DiagnosticSeverity.Error,
            source=SOURCE,
            code="broken-configuration",
        )


def sorted_by_place(found: Iterable[types.Diagnostic]) -> list[types.Diagnostic]:
    """Diagnostics in the order of their places."""
    return sorted(
        found,
        key=lambda item: (item.range.start.line, item.range.start.character, str(item.code), item.message),
    )
