"""Trials: a mutant's tests, run in a process of its own until one notices it."""

from __future__ import annotations

import importlib.abc
import importlib.util
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, FrameType, ModuleType

import pytest
from hypothesis import settings
from tests import golden
from tests.mutants.mutate import Change

PATIENCE = 5
"""A mutant that works this many seconds, and as many times longer than its tests take, has no end."""
MOST = 80
"""Golden cases of other rules that a mutant is tried on, of those that come by its line: some that come by
many lines, and some that come by few."""
KILLED, SURVIVED, LATE = 10, 11, 12


Passing = dict[tuple[str, int], list[golden.Case]]
"""By module and line, the golden cases that come by."""


class Trial:
    """How a module is tested: first the golden cases of its rule ("" for none), then test files with pytest,
    then the golden cases of other rules that come by the line that was changed."""

    def __init__(self, module: str, rule: str, files: Sequence[str], passing: Passing) -> None:
        self.module = module
        self.rule = rule
        self.files = tuple(files)
        self._passing = passing
        self._limit = 0.0

    def start(self, change: Change) -> int:
        """Find out about a change in a copy of this process, whose exit status is KILLED, SURVIVED or LATE;
        its id."""
        child = os.fork()
        if child == 0:
            with open(os.devnull, "w") as nothing:  # noqa: PTH123 - a device
                os.dup2(nothing.fileno(), 1)
                os.dup2(nothing.fileno(), 2)
            signal.signal(signal.SIGPROF, lambda *_: os._exit(LATE))
            signal.setitimer(signal.ITIMER_PROF, self._limit)
            try:
                install(self.module, compile(change.code, f"<{self.module}>", "exec"))
                noticed = self._noticed(change.line)
            except BaseException:
                # a mutant that cannot even be imported, or that asks to leave
                noticed = True
            os._exit(KILLED if noticed else SURVIVED)
        return child

    def unchanged(self) -> bool:
        """Whether the tests pass when nothing is changed, as they have to."""
        before = time.process_time()
        try:
            return not self._noticed(0)
        except BaseException:
            traceback.print_exc()
            return False
        finally:
            self._limit = PATIENCE * (1 + time.process_time() - before)

    def _noticed(self, line: int) -> bool:
        with tempfile.TemporaryDirectory() as home, _quiet_cache(home):
            own = golden.cases_of(self.rule) if self.rule else []
            if any(differs(case, Path(home), number) for number, case in enumerate(own)):
                return True
            if self.files and _pytest(self.files):
                return True
            passing = self._passing.get((self.module, line), [])
            rest = [case for case in passing if case.rule != self.rule]
            rest = rest[:: len(rest) // MOST + 1]
            return any(differs(case, Path(home), 1000 + number) for number, case in enumerate(rest))


@contextmanager
def _quiet_cache(home: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONNLINT_CACHE_DIR", home)
        yield


def differs(case: golden.Case, home: Path, number: int) -> bool:
    """Whether a golden case is not as expected: what is found in it, and (for the rule's own cases) what its
    fixes make of it."""
    folder = home / str(number) / "case"
    golden.copy_inputs(case, folder)
    found = golden.findings_in(folder)
    if golden.render(found) != (case.folder / golden.EXPECTED).read_text("utf-8"):
        return True
    if golden.known_by(found) != golden.known().get(case.name, golden.known_by(found)):
        return True
    if number >= 1000 or not any(item.fix is not None for item in found):
        return False
    after = home / str(number) / "after"
    golden.copy_inputs(case, after)
    golden.fix_all(after)
    fixed = case.folder / golden.FIXED
    expected = {
        file.relative_to(fixed).as_posix(): file.read_bytes() for file in fixed.rglob("*") if file.is_file()
    }
    return golden.changed_files(folder, after) != expected


def _pytest(files: Sequence[str]) -> bool:
    """Whether a test of these files fails; properties are tried on few examples."""
    settings.register_profile("mutants", max_examples=25, derandomize=True, database=None, deadline=None)
    settings.load_profile("mutants")
    # the program was imported before pytest could rewrite its plugin's assertions, which has none
    quiet = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return pytest.main(["-x", "-q", "-p", "no:cacheprovider", *quiet, *files]) != 0


def install(module: str, code: CodeType) -> None:
    """Put changed code in a module's place.

    A rule is taken up from its module whenever rules are gathered. Names of other modules have been imported
    by those that use them, so those are imported anew.
    """
    if module.startswith("connlint.rules."):
        import connlint.registry
        import connlint.rules

        connlint.registry.rules.cache_clear()
        sys.modules[module] = _made(module, code)
        return
    for name in [name for name in sys.modules if name.partition(".")[0] in ("connlint", "tests")]:
        if name not in (__name__, "tests", "tests.mutants"):
            del sys.modules[name]
    sys.meta_path.insert(0, _Finder(module, code))
    # what this module itself uses of the tests, on top of the changed program
    globals()["golden"] = importlib.import_module("tests.golden")


def _made(name: str, code: CodeType) -> ModuleType:
    made = ModuleType(name)
    exec(code, made.__dict__)
    return made


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module: in this code."""

    def __init__(self, module: str, code: CodeType) -> None:
        self._module = module
        self._code = code

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self) if name == self._module else None

    def create_module(self, spec: object) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)


def passing_lines(package: Path, modules: Sequence[str]) -> Passing:
    """Which golden cases come by which lines of modules; those that come by most of them first."""
    files = {str(package.parent / (module.replace(".", "/") + ".py")): module for module in modules}
    seen: dict[golden.Case, set[tuple[str, int]]] = {}
    for case in golden.all_cases():
        lines = seen[case] = set()

        def by_line(frame: FrameType, event: str, argument: object) -> object:
            lines.add((files[frame.f_code.co_filename], frame.f_lineno))  # noqa: B023 - called in this turn only
            return by_line

        def by_call(frame: FrameType, event: str, argument: object) -> object:
            return by_line if frame.f_code.co_filename in files else None

        with tempfile.TemporaryDirectory() as home:
            golden.copy_inputs(case, Path(home) / "case")
            before = sys.gettrace()
            sys.settrace(by_call)  # type: ignore[arg-type]  # what mypy wants of it has no name
            try:
                golden.findings_in(Path(home) / "case")
            finally:
                sys.settrace(before)
    passing: Passing = {}
    for case, lines in sorted(seen.items(), key=lambda item: (-len(item[1]), item[0].name)):
        for line in lines:
            passing.setdefault(line, []).append(case)
    return passing
