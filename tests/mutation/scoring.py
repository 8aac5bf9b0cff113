"""Run mutants and count: found or not, and found where."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation.clean_connectors import EVIDENCE, Clean, connectors
from tests.mutation.operators import Mutant

from connlint.config import Configs
from connlint.finding import Finding, Severity
from connlint.keeping import Kept
from connlint.run import Request, judge, open_all, run


@dataclass
class Score:
    """Of one family: how many mistakes there are, which are not found, and which are found elsewhere only."""

    made: int = 0
    missed: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    connectors: set[str] = field(default_factory=set)

    @property
    def found(self) -> int:
        return self.made - len(self.missed)


class Bench:
    """For each clean connector a folder with it, and one with the same connector as a page. What does not
    change is read once."""

    def __init__(self, home: Path, clean: Iterable[Clean]) -> None:
        self._home = home
        self._kept = Kept()
        self.clean_ones = {one.name: one for one in clean}
        for one in self.clean_ones.values():
            evidence = {name: text for name, text in one.files.items() if name.startswith(EVIDENCE)}
            _write(home / one.name / "folder", one.files)
            _write(home / one.name / "page" / "page", evidence)
            _write(home / one.name / "page", {"page.md": one.page()})

    def findings(self, name: str, files: dict[str, str]) -> list[Finding]:
        """What is found in a connector, of warnings and errors, when these files stand for its own."""
        home = self._home / name / ("page" if "page.md" in files else "folder")
        path = home / "page.md" if "page.md" in files else home
        added = [home / file for file in files if not (home / file).exists()]
        for file in added:
            file.write_text(files[file.name], encoding="utf-8")
        overlay = {home / file: text.encode() for file, text in files.items()}
        request = Request(paths=(path,), working=home, overlay=overlay)
        configs = Configs(home)
        try:
            opened, discovery = open_all(request, configs, self._kept)
            report = judge(request, opened, discovery, configs).report
        finally:
            for file in added:
                file.unlink()
        crashed = [found.message for found in report.all_findings if found.rule == "internal-error"]
        assert not crashed, crashed
        return [found for found in report.all_findings if found.severity is not Severity.INFO]

    def found_in(self, clean: Clean, files: dict[str, str]) -> list[Finding]:
        """What is found, of any severity, in a folder that holds these files and nothing else."""
        with tempfile.TemporaryDirectory(dir=self._home) as scratch:
            # the same name each time: it is part of what a finding is known by
            home = Path(scratch) / clean.name
            _write(home, files)
            return list(run(Request(paths=(home,), working=Path(scratch))).report.all_findings)

    def alarms(self) -> list[str]:
        """False alarms: what is found where nothing is wrong."""
        return [
            f"{name}: {found.rule} at {found.address}: {found.message}"
            for name, one in self.clean_ones.items()
            for files in ({}, {"page.md": one.page()})
            for found in self.findings(name, files)
        ]


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def bench() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory() as home:
        yield Bench(Path(home).resolve(), connectors())


def score(mutants: Iterable[Mutant], on: Bench) -> dict[str, Score]:
    """The score of each family, in the order in which they come, and for each reason why no evidence proves a
    mistake ("beyond: …")."""
    scores: dict[str, Score] = {}
    for mutant in mutants:
        family = scores.setdefault(f"beyond: {mutant.beyond}" if mutant.beyond else mutant.family, Score())
        family.made += 1
        family.connectors.add(mutant.clean)
        found = on.findings(mutant.clean, mutant.files)
        if not found:
            family.missed.append(mutant.name)
        elif not any(item.address.startswith(mutant.about) for item in found):
            where = Counter(f"{item.rule} at {item.address}" for item in found)
            family.elsewhere.append(f"{mutant.name} → {', '.join(list(where)[:3])}")
    return scores
