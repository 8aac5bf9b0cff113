"""The documentation is true: its commands print what it shows, and the site builds without a warning."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs import DOCS, run_page

RUN = ("index.md", "tutorial.md", "ignores.md", "own-rules.md")


@pytest.mark.parametrize("name", RUN)
def test_commands_print_what_the_page_shows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    monkeypatch.chdir(tmp_path)

    made = run_page(name)

    if update_golden:
        (DOCS / name).write_text(made, "utf-8", newline="\n")
    assert made == (DOCS / name).read_text("utf-8"), (
        "run pytest tests/test_docs.py --update-golden, and read it"
    )
