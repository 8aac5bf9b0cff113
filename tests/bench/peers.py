"""The tools that connlint is measured against, installed into `.bench/`, which git ignores.

Versions are pinned: a ratio means something only with the versions that it was taken with.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

NODE_PACKAGES = {"ajv-cli": "5.0.0", "@stoplight/spectral-cli": "6.16.3", "@stdy/cli": "0.22.2"}
PYTHON_PACKAGES = {"check-jsonschema": "0.39.0"}


@dataclass(frozen=True, slots=True)
class Peers:
    """Where the peers are, and why some are not there."""

    programs: dict[str, Path]
    missing: dict[str, str]

    def has(self, *names: str) -> bool:
        return all(name in self.programs for name in names)


def install(home: Path, wanted: Collection[str] = (*NODE_PACKAGES, *PYTHON_PACKAGES)) -> Peers:
    """The peers, installed below `home` unless they are there. What cannot be had is named, not fatal."""
    programs: dict[str, Path] = {}
    missing: dict[str, str] = {}
    scripts = {"ajv-cli": "ajv", "@stoplight/spectral-cli": "spectral", "@stdy/cli": "steady"}
    for package, version in NODE_PACKAGES.items():
        if package not in wanted:
            continue
        name = scripts[package]
        folder = home / name
        program = folder / "node_modules" / ".bin" / name
        if not (program.exists() and _node_version(folder, package) == version):
            problem = _npm(folder, f"{package}@{version}")
            if problem or not program.exists():
                missing[name] = problem or f"{package} has no program called {name}"
                continue
        programs[name] = program
    for package, version in PYTHON_PACKAGES.items():
        if package not in wanted:
            continue
        folder = home / f"{package}-{version}"
        program = folder / ("Scripts" if sys.platform == "win32" else "bin") / package
        if not program.exists():
            problem = _pip(folder, f"{package}=={version}")
            if problem:
                missing[package] = problem
                continue
        programs[package] = program
    return Peers(programs, missing)


def _node_version(folder: Path, package: str) -> str:
    described = folder / "node_modules" / package / "package.json"
    return str(json.loads(described.read_text())["version"]) if described.exists() else ""


def _npm(folder: Path, package: str) -> str:
    """Install one package with npm; why that failed, or nothing."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    folder.mkdir(parents=True, exist_ok=True)
    return _try([npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--silent", package])


def _pip(folder: Path, package: str) -> str:
    """Install one package into an environment of its own; why that failed, or nothing."""
    venv.create(folder, with_pip=True, clear=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    return _try([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package])


def _try(argv: list[str]) -> str:
    run = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=600)
    return (
        "" if run.returncode == 0 else (run.stderr or run.stdout or f"status {run.returncode}").strip()[-300:]
    )
