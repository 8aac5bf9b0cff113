"""A connector opened for the mock: its fixtures whole, or the findings that say why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connlint.evidence.fixture_files import unreadable_bodies
from connlint.mock.world import World

if TYPE_CHECKING:
    from connlint.connector.model import Connector
    from connlint.evidence.bundle import Evidence
    from connlint.reading import Document, Location


class BrokenFixtures(Exception):
    """Fixtures that cannot be served; `findings` are lines `file:line:column: what is wrong`."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__(findings[0] if findings else "a fixture is broken")
        self.findings = findings


def open_world(connector: Connector, evidence: Evidence, *, strict: bool = False) -> World:
    """The mock of a connector. Raises BrokenFixtures."""
    findings = broken(evidence)
    if findings:
        raise BrokenFixtures(findings)
    return World(connector, evidence, strict=strict)


def broken(evidence: Evidence) -> list[str]:
    """What is wrong with the form of fixtures, one line each, in the order of files and places."""
    from connlint.schema import faults

    found: list[tuple[str, int, int, str]] = []
    fixtures = evidence.fixtures
    for document in _documents(evidence):
        found += [_line(document, fault.span.start, fault.message) for fault in document.faults]
        if not any(fault.kind != "duplicate-key" for fault in document.faults):
            found += [_at(fault.at, fault.message) for fault in faults(document, "fixture")]
    for fixture in fixtures:
        found += [_at(at, why) for at, why, _ in unreadable_bodies(fixture)]
    return [f"{file}:{line}:{column}: {message}" for file, line, column, message in sorted(found)]


def _documents(evidence: Evidence) -> list[Document]:
    return [document for document in evidence.fixture_documents if document.role == "fixture"]


def _at(at: Location, message: str) -> tuple[str, int, int, str]:
    return _line(at.document, at.span.start, message)


def _line(document: Document, offset: int, message: str) -> tuple[str, int, int, str]:
    line, column = document.source.position(offset)
    return document.source.path, line, column, message
