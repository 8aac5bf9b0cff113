"""A run spread over shards, and its reports put together again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Result, write_connector

Run = Callable[..., Result]


@pytest.mark.parametrize("format_", ["json", "sarif", "gitlab", "junit"])
def test_merged_shards_are_the_whole(connlint: Run, folder: Path, format_: str) -> None:
    for name in "abcde":
        write_connector(folder / name, broken=name != "c")
    whole = connlint("check", "--format", format_)
    parts = [f"{part}.txt" for part in (1, 2, 3)]
    for part, file in enumerate(parts, 1):
        connlint("check", "--shard", f"{part}/3", "--format", format_, "-o", file)
    merged = connlint("report", "merge", *parts)
    assert merged.status == 0
    if format_ in ("json", "gitlab"):
        assert merged.out == whole.out
    else:
        assert sorted(merged.out.split("\n")) == sorted(whole.out.split("\n"))


def test_a_shard_is_one_that_there_is(connlint: Run, pets: Path) -> None:
    for text in ("0/3", "4/3", "x", "1"):
        result = connlint("check", "--shard", text)
        assert (result.status, "--shard" in result.err) == (2, True)


def test_reports_of_different_kinds_do_not_merge(connlint: Run, folder: Path, pets: Path) -> None:
    connlint("check", "--format", "json:a", "--format", "sarif:b")
    result = connlint("report", "merge", "a", "b")
    assert result.status == 2
    assert "several kinds" in result.err
    (folder / "c").write_text("[[", "utf-8")
    assert "c is no report" in connlint("report", "merge", "c").err
