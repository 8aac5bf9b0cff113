"""A command line to run in process, in an empty folder, and small connectors to run it on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from connlint.cli import group

SERVICE: dict[str, object] = {
    "handle": "pets",
    "service": {
        "baseURL": {"value": "https://api.pets.test/v1"},
        "protocol": "https",
        "contentType": "application/json",
    },
}
RESOURCES: list[object] = [
    {
        "handle": "cats",
        "endpoint": {"value": "/cats"},
        "fields": [{"name": "id", "type": "String", "selector": ["id"]}],
        "operations": {
            "read": {
                "method": "GET",
                "path": {
                    "value": "/{{cat_id}}",
                    "placeholders": [{"name": "cat_id", "type": "String", "required": True}],
                },
            }
        },
    }
]


@dataclass(frozen=True)
class Result:
    """How a run ended: status, report (as text, and as the bytes it is), messages."""

    status: int
    out: str
    err: str
    raw: bytes = b""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def pets(folder: Path) -> Path:
    """A clean connector in `pets/`."""
    return write_connector(folder / "pets")


def write_connector(path: Path, *, broken: bool = False) -> Path:
    """Write the small connector; a `broken` one has a placeholder that nothing uses."""
    resources = json.loads(json.dumps(RESOURCES))
    if broken:
        resources[0]["operations"]["read"]["path"]["placeholders"].append({"name": "spare", "type": "String"})
    path.mkdir(parents=True)
    (path / "service.json").write_text(json.dumps(SERVICE, indent=2), "utf-8")
    (path / "resources.json").write_text(json.dumps(resources, indent=2), "utf-8")
    return path


@pytest.fixture
def connlint(folder: Path) -> Callable[..., Result]:
    """Run `connlint ARGUMENTS…` in the folder; `stdin` is what it reads."""

    def run(*arguments: str, stdin: bytes | None = None) -> Result:
        result = CliRunner().invoke(group, list(arguments), prog_name="connlint", input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Result(result.exit_code, result.stdout, result.stderr, result.stdout_bytes)

    return run
