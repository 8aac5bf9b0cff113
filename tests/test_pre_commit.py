"""The real pre-commit, with this repository as the hooks' source, on a repository of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.conftest import write_connector

ROOT = Path(__file__).parents[1]

pytestmark = [
    pytest.mark.xdist_group("pre-commit"),
    pytest.mark.skipif(shutil.which("git") is None, reason="no git"),
    pytest.mark.skipif(importlib.util.find_spec("pre_commit") is None, reason="no pre-commit"),
]

SOURCES = (
    "lint",
    "schemas",
    "pyproject.toml",
    "hatch_build.py",
    "README.md",
    "LICENSE",
    ".pre-commit-hooks.yaml",
)
"""What the hooks' source needs of this repository, as it is now."""
CONFIG = """\
repos:
  - repo: {source}
    rev: {revision}
    hooks:
      - id: connlint
      - id: connlint-fix
        stages: [manual]
"""


@dataclass(frozen=True)
class Repository:
    """A repository with the hooks installed."""

    home: Path
    environment: dict[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.home,
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    def git(self, *arguments: str) -> str:
        result = self.run("git", *arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout.strip()

    def commit(self) -> subprocess.CompletedProcess[str]:
        self.git("add", "--all")
        return self.run("git", "commit", "--message", "change")

    @property
    def commits(self) -> int:
        return int(self.git("rev-list", "--count", "--all"))


def offline() -> dict[str, str]:
    """The environment of a person with git and no network: what pip would fetch is taken from ours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PIP_", "GIT_", "PRE_COMMIT"))
    }
    return kept | {
        "PYTHONUTF8": "1",
        # pip builds with our hatchling, and the hook runs with our dependencies
        "PYTHONPATH": sysconfig.get_path("platlib"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{
            f"GIT_{who}_{what}": "a@example.test"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A repository that holds the working tree's package and hooks, and its commit."""
    home = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / name, home / name)
    (home / "tests" / "rules").mkdir(parents=True)
    (home / "tests" / "rules" / "README.md").write_text("no examples here\n")
    repository = Repository(home, offline())
    repository.git("init", "--quiet")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "working tree")
    return home, repository.git("rev-parse", "HEAD")


@pytest.fixture(scope="module")
def hooks(source: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pre-commit's home, with the hooks' environment made."""
    home = tmp_path_factory.mktemp("hooks")
    scratch = repository_at(tmp_path_factory.mktemp("scratch"), source, home)
    made = scratch.run(sys.executable, "-m", "pre_commit", "install-hooks")
    assert made.returncode == 0, made.stdout + made.stderr
    return home


def repository_at(home: Path, source: tuple[Path, str], hooks: Path) -> Repository:
    repository = Repository(home, offline() | {"PRE_COMMIT_HOME": str(hooks)})
    repository.git("init", "--quiet")
    text = CONFIG.format(source=source[0].as_posix(), revision=source[1])
    (home / ".pre-commit-config.yaml").write_text(text)
    return repository


@pytest.fixture(scope="module")
def begun(source: tuple[Path, str], hooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository with the hooks in place and one commit in it."""
    repository = repository_at(tmp_path_factory.mktemp("begun"), source, hooks)
    installed = repository.run(sys.executable, "-m", "pre_commit", "install")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    first = repository.commit()
    assert first.returncode == 0, first.stderr
    return repository


@pytest.fixture
def repository(begun: Repository, tmp_path: Path) -> Repository:
    """A copy of that one."""
    return Repository(shutil.copytree(begun.home, tmp_path / "repository"), begun.environment)


def test_a_bad_commit_is_stopped_with_the_finding_and_a_good_one_passes(repository: Repository) -> None:
    home = write_connector(repository.home / "shop", broken=True)

    stopped = repository.commit()

    assert stopped.returncode != 0
    assert "shop/resources.json:" in stopped.stderr
    assert "warning[unused-placeholder] `spare`" in stopped.stderr
    assert stopped.stderr.count("[unused-placeholder]") == 1, "one connector is checked once"
    assert repository.commits == 1

    shutil.rmtree(home)
    write_connector(home)
    passed = repository.commit()

    assert passed.returncode == 0, passed.stderr
    assert repository.commits == 2


def test_one_file_of_a_connector_brings_the_whole_connector(repository: Repository) -> None:
    home = write_connector(repository.home / "shop")
    assert repository.commit().returncode == 0
    (home / "resources.json").write_text(
        (home / "resources.json").read_text().replace('"handle": "cats"', '"handle": "dogs"')
    )
    (home / "events.yaml").write_text(
        "vendor: V\nsource: {from: guide, version: '1', retrieved: 2026-01-01}\n"
        "event-name: {json: type}\nevents: {dog.born: {}}\n"
    )

    repository.git("add", "shop/events.yaml")
    stopped = repository.run("git", "commit", "--message", "the vendor's list alone")

    assert stopped.returncode != 0
    assert "[missing-event]" in stopped.stderr


def test_a_commit_of_other_files_passes_quickly(repository: Repository) -> None:
    (repository.home / "package.json").write_text('{"name": "site", "version": "1.0.0"}')
    (repository.home / "notes.md").write_text("# Notes\n\n```json\n{broken\n```\n")
    (repository.home / "compose.yaml").write_text("services: {}\n")

    start = time.monotonic()
    passed = repository.commit()
    took = time.monotonic() - start

    assert passed.returncode == 0, passed.stderr
    assert repository.commits == 2
    assert took < 20, "generous: it takes a second or two"


def test_the_fix_hook_mends_and_stops_the_commit_for_a_look(repository: Repository) -> None:
    home = write_connector(repository.home / "shop")
    value = json.loads((home / "service.json").read_text())
    value["service"]["baseURL"]["value"] += "/"
    (home / "service.json").write_text(json.dumps(value, indent=2))
    repository.git("add", "--all")

    first = repository.run(
        sys.executable, "-m", "pre_commit", "run", "connlint-fix", "--hook-stage", "manual", "--all-files"
    )
    second = repository.run(
        sys.executable, "-m", "pre_commit", "run", "connlint-fix", "--hook-stage", "manual", "--all-files"
    )

    assert first.returncode == 1
    assert "files were modified by this hook" in first.stdout
    assert second.returncode == 0, second.stdout
    assert '"https://api.pets.test/v1"' in (home / "service.json").read_text()
