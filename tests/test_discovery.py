"""Which files belong to which connector."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from connlint.discovery import Discovery, Finder, NoSuchPath

SERVICE = json.dumps({"handle": "s", "service": {"baseURL": {"value": "https://x.test"}}})
RESOURCES = json.dumps([{"handle": "r", "endpoint": {"value": "/r"}}])


def find(root: Path, *paths: str) -> Discovery:
    finder = Finder(display=lambda path: Path(os.path.relpath(path, root)).as_posix())
    return finder.discover([root / path for path in paths])


def names(root: Path, discovery: Discovery) -> dict[str, list[str]]:
    return {
        found.path.relative_to(root).as_posix(): sorted(
            path.relative_to(root).as_posix() for path, _ in found.reads
        )
        for found in discovery.connectors
    }


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_json", ".json").replace("_md", ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_the_deepest_folder_with_a_service_document_holds_its_subfolders(tmp_path: Path) -> None:
    write(
        tmp_path,
        a__service_json=SERVICE,
        a__resources__one_json=RESOURCES,
        a__deep__service_json=SERVICE,
        a__deep__x__two_json=RESOURCES,
    )
    assert names(tmp_path, find(tmp_path, ".")) == {
        "a": ["a/resources/one.json", "a/service.json"],
        "a/deep": ["a/deep/service.json", "a/deep/x/two.json"],
    }


def test_without_service_document_a_folder_of_resources_is_a_connector(tmp_path: Path) -> None:
    write(tmp_path, a__one_json=RESOURCES, b__c__two_json=RESOURCES)
    assert names(tmp_path, find(tmp_path, ".")) == {"a": ["a/one.json"], "b/c": ["b/c/two.json"]}


def test_a_page_is_a_connector_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, page_md=f"# P\n\n```\n{SERVICE}\n```\n\n```\n{RESOURCES}\n```\n", readme_md="# Hello\n")
    assert names(tmp_path, find(tmp_path, ".")) == {"page.md": ["page.md"]}


@pytest.mark.parametrize("path", ["a/service.json", "a/resources/one.json", "a/resources", "a"])
def test_any_part_brings_the_whole(tmp_path: Path, path: str) -> None:
    write(tmp_path, a__service_json=SERVICE, a__resources__one_json=RESOURCES, b__service_json=SERVICE)
    assert names(tmp_path, find(tmp_path, path)) == {"a": ["a/resources/one.json", "a/service.json"]}


def test_evidence_brings_its_connector(tmp_path: Path) -> None:
    write(
        tmp_path,
        a__service_json=SERVICE,
        a__fixtures__deep__x_json='{"operation": "r.read"}',
        a__events_json='{"source": {}, "events": {}}',
        b__r_json=RESOURCES,
        b__contract_json='{"openapi": "3.1.0"}',
    )
    assert list(names(tmp_path, find(tmp_path, "a/fixtures/deep/x.json"))) == ["a"]
    assert list(names(tmp_path, find(tmp_path, "a/events.json"))) == ["a"]
    assert list(names(tmp_path, find(tmp_path, "b/contract.json"))) == ["b"]


def test_a_fixture_that_looks_like_a_document_is_none(tmp_path: Path) -> None:
    write(tmp_path, a__service_json=SERVICE, a__fixtures__x_json=RESOURCES)
    assert names(tmp_path, find(tmp_path, ".")) == {"a": ["a/service.json"]}


def test_other_files_beside_a_connector_are_strangers(tmp_path: Path) -> None:
    write(tmp_path, a__service_json=SERVICE, a__package_json='{"name": "x"}')
    discovery = find(tmp_path, "a/package.json")
    assert [path.name for path in discovery.strangers] == ["package.json"]
    assert discovery.connectors == []


def test_text_that_does_not_parse_is_ours_when_it_holds_our_keys(tmp_path: Path) -> None:
    write(tmp_path, a__r_json='[{"handle": "r", "endpoint": {', b__other_json='{"name": ')
    assert list(names(tmp_path, find(tmp_path, "."))) == ["a"]


def test_a_named_file_that_does_not_parse_is_ours(tmp_path: Path) -> None:
    write(tmp_path, b__other_json='{"name": ')
    assert list(names(tmp_path, find(tmp_path, "b/other.json"))) == ["b"]


def test_symlinked_folders_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, a__service_json=SERVICE)
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a", target_is_directory=True)
    assert names(tmp_path, find(tmp_path, ".")) == {"a": ["a/service.json"]}


def test_a_missing_path_is_an_error_for_people(tmp_path: Path) -> None:
    with pytest.raises(NoSuchPath, match="no such file or folder: gone"):
        find(tmp_path, "gone")


def test_git_ignore_files_nest_and_negate(tmp_path: Path) -> None:
    write(tmp_path, a__service_json=SERVICE, b__service_json=SERVICE, c__service_json=SERVICE)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("/a/\n*.json\n", "utf-8")
    (tmp_path / "b" / ".gitignore").write_text("!service.json\n", "utf-8")
    assert list(names(tmp_path, find(tmp_path, "."))) == ["b"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(NoSuchPath, match=r"pipe\.json is no regular file"):
        find(tmp_path, "pipe.json")


def test_a_file_that_does_not_parse_beside_a_connector_is_one_note(tmp_path: Path) -> None:
    write(tmp_path, pets__service_json=SERVICE, pets__cut_json="[{", pets__deep__empty_json=" ")
    write(tmp_path, tools__tsconfig_json="// comments", pets__events_json="{", pets__fixtures__a_json="{")
    (note,) = find(tmp_path, ".").notes
    said, _, where = note.partition(": ")
    assert said == "left out, for it does not parse and holds no key of a connector's"
    assert where.startswith("pets/cut.json:1:3: ")
    assert where.endswith(" (and 1 more)")


def test_a_folder_without_connector_says_what_does_not_parse_in_it(tmp_path: Path) -> None:
    write(tmp_path, pets__service_json="", pets__notes_json="{}")
    discovery = find(tmp_path, ".")
    assert not discovery.connectors
    assert "pets/service.json:1:1" in discovery.notes[0]


def test_a_document_in_utf_16_is_ours(tmp_path: Path) -> None:
    (tmp_path / "service.json").write_bytes(SERVICE.encode("utf-16"))
    (found,) = find(tmp_path, ".").connectors
    assert found.reads[0][1].faults[0].message == "the file is UTF-16, not UTF-8"
