"""Every golden case of every rule: what is found, what is not, and what the fixes make of it."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from tests.golden import (
    EXPECTED,
    FIXED,
    Case,
    all_cases,
    changed_files,
    copy_inputs,
    findings_in,
    fix_all,
    known,
    known_by,
    render,
    write_known,
)

from connlint.finding import Finding


def by_name(case: Case) -> str:
    return case.name


@pytest.mark.parametrize("case", all_cases(), ids=by_name)
def test_a_case_finds_what_its_author_expects(case: Case, tmp_path: Path, update_golden: bool) -> None:
    copy_inputs(case, tmp_path / "case")

    found = findings_in(tmp_path / "case")

    expected = case.folder / EXPECTED
    if update_golden:
        expected.write_text(render(found), "utf-8", newline="\n")
        write_known(case, found)
    assert expected.is_file(), f"{case.name} has no {EXPECTED}: run pytest with --update-golden and read it"
    assert render(found) == expected.read_text("utf-8")
    lasting = known().get(case.name)
    assert lasting in (None, known_by(found)), "a baseline that was written before would not hold"
    twice = [(one.rule, other.rule) for one, other in combinations(found, 2) if same_span(one, other)]
    assert not twice, "one finding a fault: two rules speak about one span"
    speaks = any(finding.rule == case.rule for finding in found)
    assert speaks == case.fires, f"{case.name}: the rule {'should' if case.fires else 'must not'} speak here"
    mended = any(finding.fix is not None for finding in found)
    assert update_golden or mended == (case.folder / FIXED).is_dir(), (
        f"{FIXED}/ is there where there are fixes"
    )


def same_span(one: Finding, other: Finding) -> bool:
    """Whether two rules mark the same characters."""
    places = one.place, other.place
    return (
        one.rule != other.rule and places[0].source is places[1].source and places[0].span == places[1].span
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The cases with fixes; all of them when what fixes make is to be written."""
    if "mended" in metafunc.fixturenames:
        written = metafunc.config.getoption("--update-golden")
        cases = [case for case in all_cases() if written or (case.folder / FIXED).is_dir()]
        metafunc.parametrize("mended", cases, ids=by_name)


def test_fixes_mend_what_they_say_and_break_nothing(
    mended: Case, tmp_path: Path, update_golden: bool
) -> None:
    case = mended
    before, after = tmp_path / "before", tmp_path / "after"
    copy_inputs(case, before)
    copy_inputs(case, after)
    found = findings_in(before)

    left = fix_all(after)

    assert not [finding for finding in left if finding.fix is not None], "fixes must come to an end"
    fixed = {(item.rule, item.address, item.value) for item in found if item.fix is not None}
    known = {(item.rule, item.address, item.value) for item in found}
    assert not fixed & {(item.rule, item.address, item.value) for item in left}, "a fix must mend its finding"
    assert {(item.rule, item.address, item.value) for item in left} <= known, "a fix must add no finding"
    changed = changed_files(before, after)
    if update_golden:
        write_fixed(case.folder / FIXED, changed)
    assert changed == read_files(case.folder / FIXED)


def read_files(folder: Path) -> dict[str, bytes]:
    """The files below a folder by their path; none where there is no folder."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def write_fixed(folder: Path, files: dict[str, bytes]) -> None:
    """Make the folder hold these files and no others; without files there is no folder."""
    for name in read_files(folder):
        if name not in files:
            (folder / name).unlink()
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    if folder.is_dir() and not files:
        folder.rmdir()
