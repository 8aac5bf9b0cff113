"""`check --fix`, `--unsafe-fixes` and `--diff`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Result, write_connector

Run = Callable[..., Result]

RESOURCES = (
    "[\r\n"
    '  {\r\n    "handle": "cats",   "endpoint": { "value": "/cats" },\r\n'
    '    "operations": {\r\n      "create": { "method": "POST",\r\n'
    '        "bodyTemplate": { "value": "{\\"name\\": \\"{{ nmae }}\\"}",\r\n'
    '          "placeholders": [ { "name": "name", "type": "String", "required": true,\r\n'
    '            "options": ["a", "a", "b"] } ] } } }\r\n  }\r\n]'
)


@pytest.fixture
def cats(folder: Path) -> Path:
    """A connector with a safe fix (an option twice) and an unsafe one (a misspelt hole); CRLF, a byte order
    mark, no final line end."""
    path = write_connector(folder / "cats")
    (path / "resources.json").write_bytes(b"\xef\xbb\xbf" + RESOURCES.encode())
    return path


def test_fix_applies_safe_ones_and_keeps_every_other_byte(connlint: Run, cats: Path) -> None:
    result = connlint("check", "--fix")
    assert "fixed 1 in cats/resources.json: duplicate-option 1" in result.err
    assert result.status == 1
    text = (cats / "resources.json").read_bytes()
    assert text == b"\xef\xbb\xbf" + RESOURCES.replace('["a", "a", "b"]', '["a", "b"]').encode()


def test_unsafe_fixes_apply_too_and_a_second_run_changes_nothing(connlint: Run, cats: Path) -> None:
    assert connlint("check", "--fix", "--unsafe-fixes").status == 0
    text = (cats / "resources.json").read_bytes()
    assert b"{{ name }}" in text
    again = connlint("check", "--fix", "--unsafe-fixes")
    assert (again.status, "fixed" in again.err) == (0, False)
    assert (cats / "resources.json").read_bytes() == text


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_patch_gives_what_fixing_gives(connlint: Run, folder: Path, cats: Path) -> None:
    before = (cats / "resources.json").read_bytes()
    result = connlint("check", "--unsafe-fixes", "--diff")
    assert result.status == 1
    assert (cats / "resources.json").read_bytes() == before
    (folder / "fix.patch").write_bytes(result.raw)
    subprocess.run(["git", "init", "-q", "."], check=True)
    subprocess.run(["git", "apply", "fix.patch"], check=True)
    patched = (cats / "resources.json").read_bytes()
    (cats / "resources.json").write_bytes(before)
    connlint("check", "--fix", "--unsafe-fixes")
    assert (cats / "resources.json").read_bytes() == patched


def test_a_patch_of_nothing_is_status_0(connlint: Run, pets: Path) -> None:
    result = connlint("check", "--fix", "--diff")
    assert (result.status, result.out) == (0, "")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="the system has no links")
def test_a_link_out_of_the_tree_is_refused(
    connlint: Run, folder: Path, cats: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "resources.json"
    shutil.move(cats / "resources.json", elsewhere)
    before = elsewhere.read_bytes()
    (cats / "resources.json").symlink_to(elsewhere)
    assert "not followed" in connlint("check", "--fix").err
    assert "not followed" in connlint("check", "--fix", "cats/resources.json").err
    (cats / "resources.json").unlink()
    shutil.copy(cats / "service.json", elsewhere.parent)
    (folder / "named").symlink_to(elsewhere.parent)
    result = connlint("check", "--fix", "--unsafe-fixes", "named")
    assert result.status == 2
    assert "leads out of the repository" in result.err
    assert elsewhere.read_bytes() == before


def test_a_fix_that_would_add_a_finding_is_not_applied(connlint: Run, folder: Path) -> None:
    path = write_connector(folder / "pets")
    contract = {
        "openapi": "3.1.0",
        "info": {"title": "Pets", "version": "1"},
        "paths": {
            "/cats": {
                "post": {
                    "requestBody": {
                        "content": {
                            "application/json": {"schema": {"properties": {"n": {"type": "integer"}}}}
                        }
                    }
                }
            }
        },
    }
    body = {
        "value": '{"n": "{{n}}"}',
        "placeholders": [{"name": "n", "type": "Integer", "options": ["1", "1"]}],
    }
    resources = [
        {
            "handle": "cats",
            "endpoint": {"value": "/cats"},
            "operations": {"create": {"method": "POST", "bodyTemplate": body}},
        }
    ]
    (path / "contract.json").write_text(json.dumps(contract), "utf-8")
    (path / "resources.json").write_text(json.dumps(resources), "utf-8")
    result = connlint("check", "--fix", "--unsafe-fixes")
    # bare, the optional hole would leave the body broken when it is empty
    assert "not fixed: wrong-body-type at cats.create.body{n}, for it would bring about" in result.err
    assert '\\"{{n}}\\"' in (path / "resources.json").read_text("utf-8")
