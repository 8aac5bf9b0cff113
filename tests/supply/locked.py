"""The locked packages, as `requirements/dev.txt` says it: versions, markers, hashes, who wants them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
LOCKED: Final = ROOT / "requirements" / "dev.txt"
OURS: Final = "connlint (pyproject.toml)"
_HEAD: Final = re.compile(r"^([a-z0-9-]+)==(\S+?)(?: ; (.*?))?(?: \\)?$")


class Package(NamedTuple):
    """One locked package: `marker` says where it is installed ("": everywhere), `wanted_by` who needs it."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]


def packages(text: str | None = None) -> dict[str, Package]:
    """Every locked package by name. Raises ValueError for a line that is none of the form's."""
    found: dict[str, Package] = {}
    name = version = marker = ""
    hashes: list[str] = []
    wanted: list[str] = []

    def keep() -> None:
        if name:
            found[name] = Package(name, version, marker, tuple(hashes), tuple(wanted))

    for number, line in enumerate((text or LOCKED.read_text("utf-8")).splitlines(), 1):
        head = _HEAD.match(line)
        if head is not None:
            keep()
            name, version, marker = head[1], head[2], head[3] or ""
            hashes, wanted = [], []
        elif line.startswith("    --hash=sha256:"):
            hashes.append(line.strip().removesuffix("\\").strip().removeprefix("--hash=sha256:"))
        elif line.startswith("    #"):
            said = line.strip().lstrip("#").strip().removeprefix("via").strip()
            wanted += [said] if said else []
        elif line.strip():
            raise ValueError(f"requirements/dev.txt:{number}: {line}")
    keep()
    return found


def plain(requirement: str) -> tuple[str, tuple[str, ...]]:
    """A requirement's name, as the index normalises it, and its extras."""
    match = re.match(r"([A-Za-z0-9._-]+)(?:\[([^\]]*)\])?", requirement)
    assert match is not None, requirement
    extras = tuple(part.strip() for part in (match[2] or "").split(",") if part.strip())
    return re.sub(r"[-_.]+", "-", match[1]).lower(), extras


def wanted_by_us() -> dict[str, frozenset[str]]:
    """What `pip install connlint` asks for ("") and each extra, directly: names by extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional: dict[str, list[str]] = project["optional-dependencies"]

    def direct(requirements: list[str]) -> frozenset[str]:
        found: set[str] = set()
        for requirement in requirements:
            name, extras = plain(requirement)
            found |= {name} if name != "connlint" else set()
            for extra in extras if name == "connlint" else ():
                found |= direct(optional[extra])
        return frozenset(found)

    return {
        "": direct(project["dependencies"]),
        **{name: direct(listed) for name, listed in optional.items()},
    }


def needed(names: frozenset[str], locked: dict[str, Package]) -> frozenset[str]:
    """The names and all that they need, as the locked set says it."""
    found = set(names)
    while True:
        more = {item.name for item in locked.values() if found & {plain(by)[0] for by in item.wanted_by}}
        if more <= found:
            return frozenset(found)
        found |= more
