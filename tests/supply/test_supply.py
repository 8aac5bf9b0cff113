"""What is installed with connlint: locked by hashes, listed in the bill of materials, and nothing more."""

from __future__ import annotations

import json
import re
from importlib.metadata import files, requires, version
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from packaging.markers import Marker
from packaging.requirements import Requirement
from referencing import Registry, Resource
from tests.supply import advisories
from tests.supply.bom import bill
from tests.supply.locked import LOCKED, OURS, ROOT, packages, plain, wanted_by_us


@pytest.fixture(scope="module")
def listed() -> dict[str, Any]:
    """The bill, parsed."""
    found: dict[str, Any] = json.loads(bill())
    return found


SYSTEMS: list[dict[str, str]] = [
    {},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
]


def run_time() -> set[str]:
    """What the wheel needs with all its extras, as the packages that are installed here themselves say it."""
    found: set[str] = set()
    pending = [(plain(name)[0], frozenset[str]()) for names in wanted_by_us().values() for name in names]
    seen = set(pending)
    here = {name for name, item in packages().items() if not item.marker or Marker(item.marker).evaluate()}
    while pending:
        name, extras = pending.pop()
        if name not in here:
            continue
        found.add(name)
        for text in requires(name) or ():
            needed = Requirement(text)
            marker = needed.marker
            if marker is None or any(
                marker.evaluate({**system, "extra": extra})
                for system in SYSTEMS
                for extra in (extras or {""})
            ):
                item = (plain(needed.name)[0], frozenset(needed.extras))
                if item not in seen:
                    seen.add(item)
                    pending.append(item)
    return found


def test_every_locked_package_has_hashes_and_no_address() -> None:
    locked = packages()
    assert len(locked) > 50
    assert all(item.hashes for item in locked.values())
    assert all(re.fullmatch("[0-9a-f]{64}", value) for item in locked.values() for value in item.hashes)
    text = LOCKED.read_text("utf-8")
    for word in ("://", "--index", "--extra-index", "--find-links", "--trusted", "git+", "-e ", " @ "):
        assert word not in text
    installing = [line for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if "install" in line]
    assert any("-r requirements/dev.txt" in line for line in installing)
    assert all("--require-hashes" in line for line in installing if "-r requirements" in line)


def test_everything_that_the_project_wants_is_locked() -> None:
    locked = packages()
    assert {name for names in wanted_by_us().values() for name in names} <= locked.keys()
    text = (ROOT / "requirements" / "dev.in").read_text("utf-8")
    wanted = [line.partition("#")[0].strip() for line in text.splitlines()]
    assert {plain(line)[0] for line in wanted if line} <= locked.keys()


def test_the_bill_lists_what_the_wheel_needs_and_nothing_else(listed: dict[str, Any]) -> None:
    names = {part["name"] for part in listed["components"]}
    locked = packages()
    elsewhere = {name for name in names if (marker := locked[name].marker) and not Marker(marker).evaluate()}
    assert names - elsewhere == run_time()
    for name in elsewhere:
        assert {plain(by)[0] for by in locked[name].wanted_by if by != OURS} <= names
    assert not names & {"standardwebhooks", "ruff", "mypy", "hypothesis"}


def test_the_bill_says_versions_hashes_and_licenses(listed: dict[str, Any]) -> None:
    locked = packages()
    for part in listed["components"]:
        item = locked[part["name"]]
        assert part["version"] == item.version
        assert part["purl"] == f"pkg:pypi/{item.name}@{item.version}"
        assert {found["content"] for found in part["hashes"]} == set(item.hashes)
        if not item.marker:
            assert version(item.name) == item.version
    unlicensed = {part["name"] for part in listed["components"] if "licenses" not in part}
    assert unlicensed <= {name for name, item in locked.items() if item.marker}
    always = {part["name"] for part in listed["components"] if part["scope"] == "required"}
    assert {"click", "jsonschema-rs", "pyyaml"} <= always
    assert not always & {"uvicorn", "pygls", "pytest"}


def test_the_bill_is_the_same_bytes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first = bill()
    assert bill() == first
    assert json.loads(first)["metadata"]["timestamp"] == "2023-11-14T22:13:20+00:00"


def test_the_bill_is_as_the_standard_has_it(listed: dict[str, Any]) -> None:
    import cyclonedx.schema

    home = Path(next(iter(cyclonedx.schema.__path__))) / "_res"
    schemas = {name: json.loads((home / f"{name}.SNAPSHOT.schema.json").read_text("utf-8")) for name in NAMES}
    registry: Registry[Any] = Registry().with_resources(
        (f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json", Resource.from_contents(part))
        for name, part in schemas.items()
    )
    assert list(Draft7Validator(schemas["bom-1.6"], registry=registry).iter_errors(listed)) == []


BAD = {"id": "X-1", "fix_versions": ["2"]}
NAMES = ("bom-1.6", "spdx", "jsf-0.82")


def test_nothing_runs_at_the_start_of_python() -> None:
    """A `.pth` file or a `sitecustomize` of a package would run in every Python of its environment."""
    assert ".pth" not in (ROOT / "pyproject.toml").read_text("utf-8")
    for pattern in ("*.pth", "sitecustomize.py", "usercustomize.py"):
        assert not list((ROOT / "lint").rglob(pattern))
    for name in run_time():
        for file in files(name) or ():
            assert file.suffix != ".pth", f"{name} has {file}"


@pytest.mark.parametrize(
    ("out", "status"),
    [
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 0),
        (json.dumps({"dependencies": [{"name": "a", "version": "1", "vulns": [BAD]}]}), 1),
        ('{"dependencies": [{"name": "a", "version": "1", "skip_reason": "not found"}]}', 3),
        ('{"dependencies": []}', 3),
        ("", 3),
        ("[]", 3),
    ],
)
def test_advisories_that_cannot_be_had_are_not_none(
    capsys: pytest.CaptureFixture[str], out: str, status: int
) -> None:
    assert advisories.main(lambda _source: (out, "Traceback\nConnectionError: no such host")) == status
    said = capsys.readouterr().out
    assert ("nothing is known" in said) is (status == 3)
    assert ("X-1" in said) is (status == 1)
