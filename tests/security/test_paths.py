"""No path in a connector leaves its folder: nothing elsewhere is read, shown or written."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from tests.security.conftest import Run, write_connector

from connlint.evidence.fixture_store import Plan, write_plan
from connlint.files import CannotWrite, write_atomically

pytestmark = pytest.mark.skipif(os.name == "nt", reason="making links needs a privilege on Windows")

SECRET = "handle: endpoint: service: the-secret-elsewhere: {"
"""A file elsewhere: it would be taken for a broken document, and quoted in the finding."""


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file outside of the working directory."""
    file = tmp_path_factory.mktemp("elsewhere") / "private.yaml"
    file.write_text(SECRET, "utf-8")
    return file


@pytest.mark.parametrize(
    "name",
    [
        *("pets/more.yaml", "pets/inner/resources.yaml", "pets/page.md"),
        *("pets/contract.yaml", "pets/events.yaml", "pets/fixtures/cats.yaml"),
    ],
)
def test_a_link_out_of_the_repository_is_not_followed(
    connlint: Run, folder: Path, pets: Path, elsewhere: Path, name: str
) -> None:
    link = folder / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(elsewhere)
    for arguments in (("check", "--show", "info"), ("check", "--format", "json"), ("coverage",)):
        result = connlint(*arguments)
        assert "the-secret-elsewhere" not in result.out + result.err
    said = connlint("check")
    assert "out of the" in said.out + said.err


def test_a_folder_of_fixtures_elsewhere_is_neither_read_nor_written(
    connlint: Run, pets: Path, elsewhere: Path
) -> None:
    (pets / "fixtures").symlink_to(elsewhere.parent)
    result = connlint("check")
    assert "out of the" in result.out
    assert "the-secret-elsewhere" not in result.out
    (pets / "contract.json").write_text(_contract(), "utf-8")
    drafted = connlint("fixtures", "draft", "pets")
    assert [path.name for path in elsewhere.parent.iterdir()] == ["private.yaml"]
    assert drafted.status == 2


def test_a_link_into_gits_own_files_is_not_followed(connlint: Run, folder: Path, pets: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config.yaml").write_text(SECRET, "utf-8")
    (pets / "contract.yaml").symlink_to(folder / ".git" / "config.yaml")
    result = connlint("check")
    assert "the-secret-elsewhere" not in result.out


def test_a_link_within_the_repository_is_followed(connlint: Run, folder: Path, pets: Path) -> None:
    (folder / ".git").mkdir()
    (folder / "shared").mkdir()
    (folder / "shared" / "contract.json").write_text(_contract(), "utf-8")
    (pets / "contract.json").symlink_to("../shared/contract.json")
    assert "contract pets/contract.json" in connlint("check").out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../private.yaml", "schema-violation"),
        ("/etc/passwd", "schema-violation"),
        ("a/../../../private.yaml", "schema-violation"),
        ("\0", "syntax-error"),
        ("~/.netrc", "missing-fixture-body"),
        ("link.yaml", "missing-fixture-body"),
    ],
)
def test_a_body_is_a_file_below_the_fixtures(
    connlint: Run, folder: Path, pets: Path, name: str, said: str
) -> None:
    (folder / "private.yaml").write_text("the-secret-elsewhere", "utf-8")
    (pets / "private.yaml").write_text("the-secret-elsewhere", "utf-8")
    (pets / "fixtures").mkdir()
    (pets / "fixtures" / "link.yaml").symlink_to("../private.yaml")
    fixture = {
        "operation": "cats.read",
        "written": "2026-01-01 from x",
        "response": {"status": 200, "file": name},
    }
    (pets / "fixtures" / "a.json").write_text(json.dumps(fixture), "utf-8")
    result = connlint("check")
    assert result.status == 1
    assert said in result.out
    assert "the-secret-elsewhere" not in result.out
    tried = connlint("try", "pets", "cats.read", "-p", "cat_id=1")
    assert "the-secret-elsewhere" not in tried.out + tried.err
    assert "root:" not in tried.out + tried.err


def test_an_archive_names_no_file_elsewhere(connlint: Run, folder: Path, pets: Path) -> None:
    entry = {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "request": {"method": "GET", "url": "https://api.pets.test/v1/cats/..%2F..%2Fx", "headers": []},
        "response": {
            "status": 200,
            "headers": [],
            "content": {"mimeType": "image/../../../x", "encoding": "base64", "text": "AAAA" * 20_000},
        },
    }
    (folder / "a.har").write_text(json.dumps({"log": {"entries": [entry]}}), "utf-8")
    before = {path for path in folder.rglob("*") if not path.is_relative_to(pets / "fixtures")}
    connlint("fixtures", "import", "pets", "--har", "a.har")
    connlint("fixtures", "import", "pets", "a.har")
    after = {path for path in folder.rglob("*") if not path.is_relative_to(pets / "fixtures")}
    assert after == before


@pytest.mark.parametrize("handle", ["../../x", "/abs", "a/b", "..", "a\\..\\b", "\0"])
def test_a_draft_is_named_by_no_path(connlint: Run, folder: Path, handle: str) -> None:
    home = write_connector(folder / "deep" / "pets")
    resources = json.loads((home / "resources.json").read_text("utf-8"))
    resources[0]["handle"] = handle
    (home / "resources.json").write_text(json.dumps(resources), "utf-8")
    (home / "contract.json").write_text(_contract(), "utf-8")
    before = {path for path in folder.parent.rglob("*") if not path.is_relative_to(home / "fixtures")}
    connlint("fixtures", "draft", "deep/pets")
    after = {path for path in folder.parent.rglob("*") if not path.is_relative_to(home / "fixtures")}
    assert after == before
    assert all(path.parent == home / "fixtures" for path in (home / "fixtures").rglob("*"))


def test_a_fixture_is_written_below_the_fixtures(pets: Path, elsewhere: Path) -> None:
    """Whatever it is called, and wherever a link below them leads."""
    root = pets / "fixtures"
    root.mkdir()
    (root / "linked").symlink_to(elsewhere.parent)
    (root / "link.yaml").symlink_to(elsewhere)
    for name in (
        "../x.yaml",
        str(elsewhere),
        "linked/x.yaml",
        "linked/new/x.yaml",
        "link.yaml",
        "a/../../x.yaml",
    ):
        with pytest.raises(CannotWrite):
            write_plan(root, Plan("new", name, "x: 1\n"))
        with pytest.raises(CannotWrite):
            write_plan(root, Plan("new", "a.yaml", "x: 1\n", ((name, b"x"),)))
    assert elsewhere.read_text("utf-8") == SECRET
    assert [path.name for path in elsewhere.parent.iterdir()] == [elsewhere.name]
    assert not (pets / "x.yaml").exists()


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old", "utf-8")
    (tmp_path / "link").symlink_to("real")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text("utf-8") == "new"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomically(tmp_path / "pipe", b"x")
        assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
        assert os.read(reader, 10) == b"x"
    finally:
        os.close(reader)


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path, connlint: Run, pets: Path) -> None:
    before = Path("/dev/null").stat()
    assert connlint("check", "-o", "/dev/null").status == 0
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert Path("/dev/null").stat().st_ino == before.st_ino
    with pytest.raises(CannotWrite):
        write_atomically(tmp_path, b"a folder is no file")


def _contract() -> str:
    answer = {
        "200": {
            "content": {
                "application/json": {"schema": {"type": "object", "properties": {"id": {"type": "string"}}}}
            }
        }
    }
    path = {
        "get": {"responses": answer},
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
    }
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "Pets", "version": "1"},
            "servers": [{"url": "https://api.pets.test/v1"}],
            "paths": {"/cats/{id}": path},
        }
    )
