"""The documentation is true: its commands print what it shows, and the site builds without a warning."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import write_connector
from tests.docs import DOCS, config_keys, run_page

RUN = (
    "index.md",
    "tutorial.md",
    "configuration.md",
    "ignores.md",
    "fixes.md",
    "own-rules.md",
    "compat.md",
    "output.md",
)
KEYS_START = "<!-- keys: written by `pytest tests/test_docs.py --update-golden` -->"
KEYS_END = "<!-- end of keys -->"
NEEDED = {"configuration.md": "connectors/pets"}
"""A connector that a page takes for granted."""


@pytest.mark.parametrize("name", RUN)
def test_commands_print_what_the_page_shows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    if name in NEEDED:
        write_connector(tmp_path / NEEDED[name])

    made = run_page(name)

    if update_golden:
        (DOCS / name).write_text(made, "utf-8", newline="\n")
    assert made == (DOCS / name).read_text("utf-8"), (
        "run pytest tests/test_docs.py --update-golden, and read it"
    )


def test_the_configurations_reference_has_every_key(update_golden: bool) -> None:
    page = DOCS / "configuration.md"
    text = page.read_text("utf-8")
    start, end = text.index(KEYS_START) + len(KEYS_START), text.index(KEYS_END)

    if update_golden:
        page.write_text(text[:start] + config_keys() + text[end:], "utf-8", newline="\n")
    else:
        assert text[start:end] == config_keys(), "run pytest tests/test_docs.py --update-golden"
