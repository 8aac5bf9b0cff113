"""What an editor's text was read as before it was edited: what stayed need not be read again."""

from __future__ import annotations

from connlint.reading.json_pieces import JsonPieces
from connlint.reading.yaml_pieces import YamlPieces


class Pieces:
    """What one file's text was last read as, in the syntax that it has."""

    def __init__(self) -> None:
        self.json = JsonPieces()
        self.yaml = YamlPieces()
