"""The connector of a folder, loaded as the program loads it."""

from __future__ import annotations

from pathlib import Path

from connlint.connector.build import build
from connlint.discovery import Finder
from connlint.engine import Loaded
from connlint.evidence.bundle import Evidence
from connlint.reading import Document


def load(folder: Path) -> Loaded:
    """The one connector in `folder`, its paths relative to it."""
    finder = Finder(display=lambda path: path.relative_to(folder).as_posix())
    found = finder.discover([folder]).connectors
    assert len(found) == 1, (
        f"one connector expected in {folder.name}, found {[item.path.name for item in found]}"
    )
    documents: list[Document] = [document for _, result in found[0].reads for document in result.documents]
    name = found[0].path.relative_to(folder).as_posix() if found[0].is_page else "."
    connector = build(name, name, documents)
    return Loaded(connector, Evidence())
