"""What lies in a cache is believed: it is taken from, and left to, nobody else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.security.conftest import Run, write_connector

from connlint import cache

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows' permissions are others")


@pytest.fixture
def home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache's folder, there before connlint is."""
    place = folder / "cache"
    place.mkdir(mode=0o700)
    monkeypatch.setenv("CONNLINT_CACHE_DIR", str(place))
    return place


def works() -> bool:
    """Whether a cache can be used."""
    found = cache.opened()
    assert found is not None
    key = found.key("test", b"a")
    found.put(key, b"b")
    found.close()
    again = cache.opened()
    assert again is not None
    kept = again.get(key)
    again.close()
    return kept == b"b"


def test_a_cache_is_for_its_owner_alone(home: Path) -> None:
    home.chmod(0o755)
    assert works()
    assert (home / "results.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_cache_that_anybody_can_write_is_not_used(home: Path) -> None:
    home.chmod(0o777)
    assert not works()
    home.chmod(0o700)
    assert works()
    (home / "results.sqlite").chmod(0o666)
    assert not works()


@pytest.mark.parametrize("theirs", ["folder", "file"])
def test_a_cache_of_somebody_else_is_not_used(
    home: Path, monkeypatch: pytest.MonkeyPatch, theirs: str
) -> None:
    plain, plain_open = Path.stat, os.fstat

    def of_another(found: os.stat_result) -> os.stat_result:
        return os.stat_result((*found[:4], found.st_uid + 1, *found[5:]))

    def stat(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = plain(path, follow_symlinks=follow_symlinks)
        return of_another(found) if path == home else found

    if theirs == "folder":
        monkeypatch.setattr(Path, "stat", stat)
    else:
        monkeypatch.setattr(os, "fstat", lambda handle: of_another(plain_open(handle)))
    assert not works()


def test_a_cache_that_is_a_link_or_a_pipe_is_not_used(home: Path, folder: Path) -> None:
    (folder / "elsewhere").write_bytes(b"keep")
    (home / "results.sqlite").symlink_to(folder / "elsewhere")
    assert not works()
    assert (folder / "elsewhere").read_bytes() == b"keep"
    (home / "results.sqlite").unlink()
    os.mkfifo(home / "results.sqlite")
    assert not works()


def test_a_run_goes_on_without_a_cache(home: Path, connlint: Run, folder: Path) -> None:
    home.chmod(0o777)
    for number in range(40):
        write_connector(folder / "many" / f"c{number}")
    assert connlint("check", "many").status == 0
    assert list(home.iterdir()) == []
