"""One server for the tests of a module: to start it takes longer than most of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
from pytest_lsp import LanguageClient
from tests.lsp.client import Editor, serving
from tests.lsp.pets import write


class Room(NamedTuple):
    """A running server with the folder that it was opened on."""

    client: LanguageClient
    root: Path

    def pets(self, name: str, **changed: str) -> Path:
        """The pets connector in a folder of its own."""
        return write(self.root / name, **changed)

    def opened(self, path: Path, text: str | None = None) -> Editor:
        """A file as an editor shows it, perhaps with another text than it has."""
        editor = Editor(self.client, path)
        editor.open(path.read_bytes().decode() if text is None else text)
        return editor


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    """A server, and the folder that it was opened on."""
    root = tmp_path_factory.mktemp("workspace")
    async with serving(root) as client:
        yield Room(client, root)
