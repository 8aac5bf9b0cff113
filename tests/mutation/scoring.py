"""Run mutants and count: found or not, and found where."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation.operators import CLEAN, Mutant, page_text

from connlint.finding import Finding, Severity
from connlint.run import Request, run


@dataclass
class Score:
    """Of one family: how many mistakes there are, which are not found, and which are found elsewhere only."""

    made: int = 0
    missed: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        return self.made - len(self.missed)


class Bench:
    """A folder with the clean connector, and one with the same connector as a page."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "shop"
        shutil.copytree(CLEAN, self.folder)
        self.page = home / "paged" / "page.md"
        self.page.parent.mkdir()
        self.page.write_text(page_text(), encoding="utf-8", newline="\n")
        evidence = self.page.with_suffix("")
        evidence.mkdir()
        for name in ("contract.json", "events.json"):
            shutil.copy(CLEAN / name, evidence / name)
        shutil.copytree(CLEAN / "fixtures", evidence / "fixtures")

    def findings(self, files: dict[str, str]) -> list[Finding]:
        """What is found, of warnings and errors, when these files stand for their own."""
        paged = "page.md" in files
        home = self.page.parent if paged else self.folder
        path = self.page if paged else self.folder
        added = [home / name for name in files if not (home / name).exists()]
        for file in added:
            file.write_text(files[file.name], encoding="utf-8")
        try:
            overlay = {home / name: text.encode() for name, text in files.items()}
            report = run(Request(paths=(path,), working=home, overlay=overlay)).report
        finally:
            for file in added:
                file.unlink()
        crashed = [found.message for found in report.all_findings if found.rule == "internal-error"]
        assert not crashed, crashed
        return [found for found in report.all_findings if found.severity is not Severity.INFO]

    def clean(self) -> list[Finding]:
        """False alarms: what is found where nothing is wrong."""
        return [*self.findings({}), *self.findings({"page.md": page_text()})]


@contextmanager
def bench() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory() as home:
        yield Bench(Path(home).resolve())


def score(mutants: Iterable[Mutant], on: Bench) -> dict[str, Score]:
    """The score of each family, in the order in which they come."""
    scores: dict[str, Score] = {}
    for mutant in mutants:
        family = scores.setdefault(mutant.family, Score())
        family.made += 1
        found = on.findings(mutant.files)
        if not found:
            family.missed.append(mutant.name)
        elif not any(item.address.startswith(mutant.about) for item in found):
            where = Counter(f"{item.rule} at {item.address}" for item in found)
            family.elsewhere.append(f"{mutant.name} → {', '.join(list(where)[:3])}")
    return scores
