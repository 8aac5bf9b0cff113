"""Inputs that are wrong in one way, and all that an author reads about each, and the status.

`bad_inputs/cases/NAME/` holds what differs from the clean connector in `bad_inputs/base`: `files/`, the names
of files that are not there (`without.txt`), the command where it is not `check`, and `expected.txt`. What no
repository can hold (a pipe, a loop of links, 17 MiB) is made here. `pytest tests/test_bad_inputs.py
--update-golden` writes what is said now; read it as an author: what is wrong, where, and what is to be done?
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Result, connlint, folder

__all__ = ["connlint", "folder"]

HOME = Path(__file__).with_name("bad_inputs")
CASES = sorted(path for path in (HOME / "cases").iterdir() if path.is_dir())
LIMIT = 2.0
"""Seconds of the processor that one answer may take."""


def _link_nowhere(where: Path) -> None:
    (where / "pets" / "more.json").symlink_to("gone.json")


def _link_loop(where: Path) -> None:
    (where / "pets" / "a.json").symlink_to("b.json")
    (where / "pets" / "b.json").symlink_to("a.json")
    (where / "pets" / "loop").symlink_to(".")


def _pipe(where: Path) -> None:
    os.mkfifo(where / "pets" / "more.json")


def _too_large(where: Path) -> None:
    text = (where / "pets" / "service.json").read_text("utf-8")
    (where / "pets" / "service.json").write_text(text + " " * 17 * 2**20, "utf-8")


def _empty(where: Path) -> None:
    shutil.rmtree(where / "pets")


def _fixtures_file(where: Path) -> None:
    (where / "pets" / "fixtures").write_text("operation: cats.read\n", "utf-8")


MADE: dict[str, Callable[[Path], None]] = {
    "link-nowhere": _link_nowhere,
    "link-loop": _link_loop,
    "pipe-in-the-folder": _pipe,
    "file-too-large": _too_large,
    "folder-named-as-a-file": lambda where: (where / "pets" / "more.json").mkdir(),
    "contract-is-a-folder": lambda where: (where / "pets" / "contract.json").mkdir(),
    "fixtures-is-a-file": _fixtures_file,
    "empty-folder": _empty,
}


_POSIX = frozenset({"link-nowhere", "link-loop", "pipe-in-the-folder"})


def laid_out(case: Path, where: Path) -> list[str]:
    """Lay the case out in an empty folder; the command's arguments."""
    (where / ".git").mkdir()
    shutil.copytree(HOME / "base", where, dirs_exist_ok=True)
    if (case / "files").exists():
        shutil.copytree(case / "files", where, dirs_exist_ok=True)
    without = case / "without.txt"
    for name in without.read_text("utf-8").split() if without.exists() else ():
        (where / name).unlink()
    if case.name in MADE:
        MADE[case.name](where)
    command = case / "command.txt"
    return command.read_text("utf-8").split() if command.exists() else ["check"]


def transcript(arguments: list[str], result: Result) -> str:
    """The command, its output (without what all are told who have no evidence), its messages, the status."""
    lines = [line for line in result.out.splitlines() if "no evidence was found" not in line]
    ends = [number for number, line in enumerate(lines) if line.startswith("To check selectors")]
    shown = "\n".join(lines[: ends[0]] if ends else lines).strip()
    parts = [f"$ connlint {' '.join(arguments)}", shown, result.err.strip(), f"[exit {result.status}]"]
    return "\n".join(line.rstrip() for part in parts if part for line in part.split("\n")) + "\n"


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_it_says_what_is_wrong_where_and_what_to_do(
    connlint: Callable[..., Result], folder: Path, case: Path, update_golden: bool
) -> None:
    if os.name == "nt" and case.name in _POSIX:
        pytest.skip("links need a privilege on Windows, and there are no pipes in folders")
    arguments = laid_out(case, folder)
    began = time.process_time()
    result = connlint(*arguments)
    assert time.process_time() - began < LIMIT
    said = transcript(arguments, result)
    assert "Traceback" not in said
    assert "internal-error" not in said
    assert str(folder) not in said
    expected = case / "expected.txt"
    if update_golden:
        expected.write_text(said, "utf-8")
    assert said == expected.read_text("utf-8")


def test_the_base_is_clean(connlint: Callable[..., Result], folder: Path) -> None:
    shutil.copytree(HOME / "base", folder, dirs_exist_ok=True)
    result = connlint("check")
    assert (result.status, result.err) == (0, "")
