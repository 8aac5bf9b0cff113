"""Files to what the engine checks: a connector's model and its evidence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from connlint.connector.build import add_page, build
from connlint.discovery import Found
from connlint.engine import Loaded
from connlint.evidence.bundle import Evidence
from connlint.reading import MISSING, Document, ReadResult


def load(found: Found, connector_id: str, path: str, evidence: Callable[[Path, bool], Evidence]) -> Loaded:
    """The connector of these files. `evidence` finds what belongs to a folder or page (path, is_page)."""
    documents = [document for _, result in found.reads for document in _documents(result)]
    connector = build(connector_id, path, documents)
    if found.is_page:
        result = found.reads[0][1]
        add_page(connector, Document.carrier(result.source, "page"), tuple(result.prose))
    elif found.page is not None:
        add_page(connector, Document.carrier(found.page.source, "page"), tuple(found.page.prose))
    return Loaded(connector, evidence(found.path, found.is_page))


def _documents(result: ReadResult) -> list[Document]:
    """The documents of one file; faults of the file itself stand on a carrier of their own."""
    documents = [
        document
        for document in result.documents
        if document.role or document.faults or document.value is MISSING
    ]
    return (
        [Document.carrier(result.source, faults=tuple(result.faults)), *documents]
        if result.faults
        else documents
    )
