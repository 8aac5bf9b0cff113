"""`connlint compat`."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import RESOURCES, SERVICE, Result

Run = Callable[..., Result]

WEBHOOK = {
    "event": "cat.born",
    "path": "/born",
    "payload": [{"name": "id", "type": "String", "selector": ["id"]}],
}


def write(path: Path, change: Callable[[Any], None] = lambda _resources: None) -> Path:
    resources = json.loads(json.dumps(RESOURCES))
    resources[0]["webhooks"] = [json.loads(json.dumps(WEBHOOK))]
    change(resources)
    path.mkdir(parents=True, exist_ok=True)
    (path / "service.json").write_text(json.dumps(SERVICE), "utf-8")
    (path / "resources.json").write_text(json.dumps(resources), "utf-8")
    return path


def read_op(resources: Any) -> Any:
    return resources[0]["operations"]["read"]


BREAKS: list[tuple[str, Callable[[Any], Any], str]] = [
    ("field gone", lambda r: r[0]["fields"].clear(), "cats.fields[id]  the field is gone"),
    ("field retyped", lambda r: r[0]["fields"][0].update(type="Integer"), "was String and is Integer"),
    ("field a list", lambda r: r[0]["fields"][0].update(multivalue=True), "was one value and is a list"),
    ("operation gone", lambda r: r[0]["operations"].clear(), "cats.read  the operation is gone"),
    ("event gone", lambda r: r[0]["webhooks"].clear(), "cats.webhooks[cat.born]  the event is gone"),
    ("webhook moved", lambda r: r[0]["webhooks"][0].update(path="/x"), "arrives at /x, no more at /born"),
    (
        "placeholder retyped",
        lambda r: read_op(r)["path"]["placeholders"][0].update(type="Integer"),
        "cats.read.path{cat_id}  was String and is Integer",
    ),
    (
        "placeholder new and required",
        lambda r: read_op(r)["path"]["placeholders"].append(
            {"name": "x", "type": "String", "required": True}
        ),
        "a new required placeholder",
    ),
    (
        "options fewer",
        lambda r: read_op(r)["path"]["placeholders"][0].update(options=["a"]),
        "took any value and takes 1 now",
    ),
    ("resource renamed", lambda r: r[0].update(handle="dogs"), "cats  the resource is gone"),
]


@pytest.mark.parametrize(
    ("change", "words"), [(item[1], item[2]) for item in BREAKS], ids=[item[0] for item in BREAKS]
)
def test_a_break_is_status_1_and_a_major_step(
    connlint: Run, folder: Path, change: Callable[[Any], None], words: str
) -> None:
    write(folder / "old")
    write(folder / "new", change)
    result = connlint("compat", "old", "new")
    assert result.status == 1
    assert "major one" in result.out
    assert words in " ".join(result.out.split("\n")), result.out


@pytest.mark.parametrize(
    ("change", "step"),
    [
        (lambda _r: None, "none"),
        (lambda r: r[0]["fields"].append({"name": "new", "type": "String", "selector": ["n"]}), "minor"),
        (lambda r: read_op(r)["path"]["placeholders"].append({"name": "x", "type": "String"}), "minor"),
        (lambda r: r[0]["fields"][0].update(selector=["data", "id"]), "patch"),
        (lambda r: read_op(r).update(method="POST"), "patch"),
        (lambda r: r.reverse(), "none"),
    ],
)
def test_what_does_not_break_is_status_0(
    connlint: Run, folder: Path, change: Callable[[Any], None], step: str
) -> None:
    write(folder / "old")
    write(folder / "new", change)
    result = connlint("compat", "old", "new", "--format", "json")
    assert result.status == 0
    assert json.loads(result.out)["connectors"][0]["step"] == step


def test_what_is_only_unread_is_not_called_gone(connlint: Run, folder: Path) -> None:
    write(folder / "old")
    (write(folder / "new") / "resources.json").write_text('[{"handle": "cats", "endpoint": {', "utf-8")
    result = connlint("compat", "old", "new")
    assert result.status == 2
    assert "cannot be read whole" in result.err


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_since_compares_with_a_revision(connlint: Run, folder: Path) -> None:
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t.test"]
    write(folder / "pets")
    subprocess.run([*git, "init", "-q", "."], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "one"], check=True)
    assert connlint("compat", "--since", "HEAD").status == 0
    write(folder / "pets", lambda r: r[0]["fields"].clear())
    result = connlint("compat", "--since", "HEAD", "pets")
    assert result.status == 1
    assert result.out.startswith("pets: 1 break;")
    wrong = connlint("compat", "--since", "nowhere")
    assert (wrong.status, "`nowhere` is no revision" in wrong.err) == (2, True)
