"""What users install: the wheel, built from the source distribution, away from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SPEC = ROOT / "specs" / "chatgpt-published"

pytestmark = [pytest.mark.wheel, pytest.mark.xdist_group("wheel")]


def python(*arguments: str, cwd: Path) -> None:
    """Run a module of the developer's environment; what it says is shown when it fails."""
    run = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from what the source distribution holds and nothing else."""
    home = tmp_path_factory.mktemp("dist")
    python("hatchling", "build", "--target", "sdist", "--directory", str(home), cwd=ROOT)
    (sdist,) = home.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(home, filter="data")
    source = home / sdist.name.removesuffix(".tar.gz")
    python("hatchling", "build", "--target", "wheel", "--directory", str(home), cwd=source)
    (built,) = home.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(
    wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`connlint` of an environment that holds the wheel, and of ours only the dependencies."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home / "venv", with_pip=False)
    scripts = home / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    interpreter = scripts / ("python.exe" if sys.platform == "win32" else "python")
    python(
        "pip", "--disable-pip-version-check", "--python", str(interpreter),
        "install", "--quiet", "--no-deps", "--no-index", "--no-compile", str(wheel),
        cwd=home,
    )  # fmt: skip  # rows hold what belongs together
    (library,) = (home / "venv").rglob("site-packages")
    # a line of a .pth file only extends the path: the editable connlint of that folder stays out
    (library / "dependencies.pth").write_text(sysconfig.get_path("platlib") + "\n")
    shutil.copytree(SPEC, home / "spec")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [scripts / "connlint", *arguments],
            cwd=home,
            env={**kept, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run


def test_the_wheel_carries_the_schemas_and_is_typed(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    schemas = {f"connlint/schemas/{file.name}" for file in (ROOT / "schemas").glob("*.schema.json")}
    assert schemas
    assert schemas | {"connlint/py.typed"} <= names
    assert {name.split("/")[0] for name in names} == {"connlint", "connlint-0.1.0.dist-info"}


def test_the_installed_program_finds_what_the_checkout_finds(
    installed: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    shutil.copytree(SPEC, tmp_path / "spec")
    here = subprocess.run(
        [sys.executable, "-m", "connlint", "check", "spec", "--format", "json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "lint"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    there = installed("check", "spec", "--format", "json")
    assert (there.stdout, there.stderr, there.returncode) == (here.stdout, here.stderr, 1)


def test_the_installed_program_says_its_version(
    installed: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    run = installed("--version")
    assert (run.stdout, run.returncode) == ("connlint 0.1.0\n", 0)


def test_the_installed_program_shows_a_rule_with_its_examples(
    installed: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    run = installed("rule", "duplicate-key")
    assert run.returncode == 0, run.stderr
    assert "error[duplicate-key]" in run.stdout
