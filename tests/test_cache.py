"""The cache of results, and processes: what they say is what a plain run says, whatever happens to them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.bench.corpus import orders, write

from connlint import cache
from connlint.finding import Finding, Severity
from connlint.report.outputs import View, rendered
from connlint.report.style import Style
from connlint.run import Request, run


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """Fourteen small connectors, with evidence and faults among them."""
    for order in orders(14, size=2_000):
        write(tmp_path / "estate", order)
    return tmp_path / "estate"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own."""
    monkeypatch.setenv("CONNLINT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "results.sqlite"


def said(folder: Path, **options: object) -> str:
    """A run's report as JSON."""
    request = Request((folder,), folder.parent, today="2026-11-22", **options)  # type: ignore[arg-type]  # options of any kind
    return rendered(run(request).report, "json", View(Severity.INFO, None, False, 100, Style(False), True))


def test_a_warm_run_says_what_a_plain_one_says(estate: Path, home: Path) -> None:
    plain = said(estate)
    assert not home.exists()

    assert [said(estate, cached=True) for _ in range(2)] == [plain, plain]
    assert home.stat().st_size > 0


def test_a_warm_run_checks_nothing(estate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cold = said(estate, cached=True)
    monkeypatch.setattr("connlint.run.check", lambda *_: pytest.fail("checked again"))

    # nothing in this estate may not be kept: no credential, no ignore in a comment
    assert said(estate, cached=True) == cold


@pytest.mark.parametrize("name", ["resources.json", "resources.yaml", "contract.json", "fixtures"])
def test_what_changes_is_checked_again(estate: Path, name: str) -> None:
    said(estate, cached=True)
    target = next(iter(sorted(estate.rglob(name))))
    if target.is_dir():
        target = min(path for path in target.rglob("*") if path.is_file())
    target.write_text("{ broken", "utf-8")

    assert said(estate, cached=True) == said(estate)


def test_a_selection_and_a_day_have_results_of_their_own(estate: Path) -> None:
    said(estate, cached=True)
    only = frozenset({"unknown-type"})

    assert said(estate, cached=True, select=only) == said(estate, select=only)


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_file_that_is_no_cache_is_made_anew(estate: Path, home: Path, content: bytes) -> None:
    home.parent.mkdir()
    home.write_bytes(content)

    assert said(estate, cached=True) == said(estate)
    assert home.read_bytes()[:6] == b"SQLite"


def test_a_cache_of_another_shape_is_made_anew(estate: Path, home: Path) -> None:
    home.parent.mkdir()
    with sqlite3.connect(home) as other:
        other.execute("CREATE TABLE entries (something)")
    other.close()

    assert said(estate, cached=True) == said(estate)


def test_what_was_tampered_with_is_not_believed(estate: Path, home: Path) -> None:
    plain = said(estate, cached=True)
    with sqlite3.connect(home) as kept:
        kept.execute("UPDATE entries SET value = x'5b5d' WHERE length(value) > 30")
    kept.close()

    assert said(estate, cached=True) == plain


def test_no_place_for_a_cache_is_no_error(
    estate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CONNLINT_CACHE_DIR", str(tmp_path / "file" / "cache"))

    assert said(estate, cached=True) == said(estate)


def test_a_locked_cache_is_gone_without(estate: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_SECONDS", 0.01)
    said(estate, cached=True)
    other = sqlite3.connect(home, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    assert said(estate, cached=True) == said(estate)
    other.close()


def test_cleaning_removes_it(estate: Path, home: Path) -> None:
    said(estate, cached=True)

    assert cache.clean() > 0
    assert not home.exists()
    assert cache.clean() == 0


def test_no_credential_is_kept(estate: Path, home: Path) -> None:
    secret = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    headers = f'"headers": {{"X-Api-Key": "{secret}"}}, "protocol"'
    for file in estate.rglob("service.json"):
        file.write_text(file.read_text("utf-8").replace('"protocol"', headers), "utf-8")

    said(estate, cached=True)

    assert secret.encode() not in home.read_bytes()


def test_findings_of_a_warm_run_show_their_lines(estate: Path) -> None:
    def places(found: list[Finding]) -> list[tuple[str, int, int]]:
        return [
            (item.place.source.path, *item.place.source.position(item.place.span.start)) for item in found
        ]

    request = Request((estate,), estate.parent, cached=True)
    cold = places(run(request).report.all_findings)

    assert cold
    assert places(run(request).report.all_findings) == cold
