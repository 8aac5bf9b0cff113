"""Which files are fixtures, what is not followed, where a connector's evidence lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connlint.evidence import fixture_files
from connlint.evidence.fixture_files import (
    UnreadableBody,
    body_file,
    content_of,
    file_texts,
    load_fixtures,
    unreadable_bodies,
)
from connlint.evidence.fixtures import Fixture
from connlint.evidence.location import EvidenceFinder, find_evidence

FIXTURE = "operation: files.read\nwritten: 2026-11-22 after x\nresponse: {status: 200, json: {id: 1}}\n"
CONTRACT = '{"openapi": "3.1.0", "info": {"title": "T", "version": "1.2"}, "paths": {}}'
EVENTS = "vendor: Demo\nsource: {from: x, version: '1', retrieved: 2026-11-22}\nevents: {a.b: {}, a.c: {}}\n"


def write(path: Path, text: str | bytes = FIXTURE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def loaded(folder: Path) -> tuple[list[str], list[str]]:
    """The files of the fixtures, and what was said of files that are none."""
    fixtures, documents = load_fixtures(folder, lambda path: path.relative_to(folder.parent).as_posix())
    return [item.file for item in fixtures], [
        fault.message for document in documents for fault in document.faults
    ]


def test_every_yaml_and_json_file_below_the_folder_is_a_fixture(tmp_path: Path) -> None:
    root = tmp_path / "fixtures"
    write(root / "b.yaml")
    write(root / "a" / "x.yml")
    write(root / "a" / "x.json", '{"operation": "files.read", "response": {"status": 200}}')
    write(root / "two.yaml", f"{FIXTURE}---\n{FIXTURE}")
    write(root / ".hidden.yaml")
    write(root / ".git" / "x.yaml")
    write(root / "speech.mp3", b"ID3")

    files, faults = loaded(root)

    assert files == [
        "fixtures/a/x.json",
        "fixtures/a/x.yml",
        "fixtures/b.yaml",
        "fixtures/two.yaml",
        "fixtures/two.yaml",
    ]
    assert faults == []


def test_a_broken_file_is_a_fault_and_hides_no_other(tmp_path: Path) -> None:
    root = tmp_path / "fixtures"
    write(root / "a.yaml", "operation: [")
    write(root / "b.yaml", b"\xff\xfe\x00")
    write(root / "c.yaml")

    files, faults = loaded(root)

    assert files == ["fixtures/c.yaml"]
    assert len(faults) == 2


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
def test_links_are_followed_within_the_folder_only(tmp_path: Path) -> None:
    root = tmp_path / "fixtures"
    inside = write(root / "a.yaml")
    (root / "inner.yaml").symlink_to(inside)
    (root / "outer.yaml").symlink_to(write(tmp_path / "secret.yaml"))
    (root / "folder").symlink_to(write(tmp_path / "elsewhere" / "x.yaml").parent)
    (root / "nowhere.yaml").symlink_to(tmp_path / "gone.yaml")
    (root / "circle.yaml").symlink_to(root / "circle.yaml")

    files, faults = loaded(root)

    assert files == ["fixtures/a.yaml", "fixtures/inner.yaml"]
    assert sorted(faults) == [
        "this link leads nowhere",
        "this link leads nowhere",
        "this link leads out of the fixtures' folder, so it is not followed",
        "this link leads out of the fixtures' folder, so it is not followed",
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_named_as_a_fixture_does_not_hang(tmp_path: Path) -> None:
    root = tmp_path / "fixtures"
    write(root / "a.yaml")
    os.mkfifo(root / "pipe.yaml")

    files, faults = loaded(root)

    assert files == ["fixtures/a.yaml"]
    assert faults == ["this is no ordinary file"]


def test_there_is_a_limit_to_files_and_to_their_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixture_files, "MOST_FILES", 20)
    root = tmp_path / "fixtures"
    write(root / "big.yaml", b"x" * (16 * 2**20 + 1))
    many = tmp_path / "many"
    many.mkdir()
    for number in range(21):
        (many / f"{number:05}.json").write_text("{}")

    assert "at most 16 MiB" in loaded(root)[1][0]
    files, faults = loaded(many)
    assert len(files) == 20
    assert faults == ["more than 20 fixtures; the rest is not read"]


# --- bodies in files


def fixture_with(tmp_path: Path, response: str) -> Fixture:
    root = tmp_path / "fixtures"
    write(
        root / "inner" / "a.yaml",
        f"operation: a.b\nwritten: 2026-11-22 after x\nresponse: {{status: 200, {response}}}",
    )
    (fixture,), _ = load_fixtures(root)
    return fixture


def test_a_body_may_be_a_file_beside_the_fixture(tmp_path: Path) -> None:
    fixture = fixture_with(tmp_path, "file: speech.mp3")
    write(tmp_path / "fixtures" / "inner" / "speech.mp3", b"\x00ID3")

    assert content_of(fixture, "file", "speech.mp3") == b"\x00ID3"
    assert content_of(fixture, "base64", "AElE Mw==") == b"\x00ID3"
    assert content_of(fixture, "text", "ü") == "ü".encode()
    assert list(unreadable_bodies(fixture)) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gone.mp3", "there is no file `gone.mp3` beside this fixture"),
        ("../../secret.txt", "`../../secret.txt` leads out of the fixtures' folder"),
        ("link.txt", "`link.txt` leads out of the fixtures' folder"),
        ("..", "`..` is no ordinary file"),
        ("a\0b", "`a\0b` is no path that can be read"),
    ],
)
def test_a_body_never_comes_from_outside_the_folder(tmp_path: Path, name: str, said: str) -> None:
    fixture = fixture_with(tmp_path, "text: x")
    outside = write(tmp_path / "secret.txt", "secret")
    (tmp_path / "fixtures" / "inner" / "link.txt").symlink_to(outside)

    with pytest.raises(UnreadableBody, match=r"`") as caught:
        body_file(fixture, name)

    assert str(caught.value) == said


def test_bodies_that_cannot_be_read_are_told_with_their_place(tmp_path: Path) -> None:
    fixture = fixture_with(tmp_path, "base64: '!'")

    ((at, message, _),) = unreadable_bodies(fixture)

    assert at.pointer == ("response", "base64")
    assert message == "the base64 text cannot be decoded"


def test_files_of_parts_are_searched_too(tmp_path: Path) -> None:
    root = tmp_path / "fixtures"
    write(
        root / "a.yaml",
        "operation: a.b\nwritten: 2026-11-22 after x\n"
        "request: {multipart: {file: [{filename: a, file: notes.txt}, {filename: b, base64: aGk=}]}}\n"
        "response: {status: 200}",
    )
    write(root / "notes.txt", "note")
    (fixture,), _ = load_fixtures(root)

    assert [(at.pointer[2:], text) for at, text in file_texts(fixture)] == [
        (("file", 0, "file"), "note"),
        (("file", 1, "base64"), "hi"),
    ]


# --- where evidence lies


def test_evidence_lies_at_the_top_of_the_connectors_folder(tmp_path: Path) -> None:
    write(tmp_path / "contract.json", CONTRACT)
    write(tmp_path / "events.yaml", EVENTS)
    write(tmp_path / "fixtures" / "a.yaml")

    evidence = find_evidence(tmp_path, False, show=lambda path: path.relative_to(tmp_path).as_posix())

    assert evidence.contract_name == "contract.json 1.2"
    assert evidence.events_name == "events.yaml (Demo, 2 events)"
    assert [fixture.file for fixture in evidence.fixtures] == ["fixtures/a.yaml"]
    assert [document.role for document in evidence.documents] == ["contract", "events", "fixture"]
    assert not evidence.empty


def test_a_pages_evidence_lies_in_the_folder_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "demo" / "events.yml", EVENTS)

    evidence = find_evidence(tmp_path / "demo.md", True)

    assert evidence.events is not None
    assert evidence.contract is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_link_to_nothing_and_a_folder_are_told_and_a_pipe_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "contract.json").symlink_to("openapi.json")
    (tmp_path / "events.yaml").mkdir()
    write(tmp_path / "other" / "events.yaml", EVENTS)
    os.mkfifo(tmp_path / "other" / "contract.json")

    told = find_evidence(tmp_path, False).documents
    beside = find_evidence(tmp_path / "other", False)

    assert [fault.message for document in told for fault in document.faults] == [
        "this contract cannot be read: No such file or directory",
        "this events document cannot be read: Is a directory",
    ]
    assert [document.role for document in beside.documents] == ["events"]


def test_no_evidence_is_empty(tmp_path: Path) -> None:
    evidence = find_evidence(tmp_path, False)

    assert evidence.empty
    assert (evidence.contract, evidence.events, evidence.fixtures, evidence.documents) == (None, None, (), ())


def test_given_paths_beat_the_convention(tmp_path: Path) -> None:
    write(tmp_path / "c" / "contract.json", CONTRACT)
    other = write(tmp_path / "vendor" / "openapi.yaml", CONTRACT.replace("1.2", "9"))
    write(tmp_path / "elsewhere" / "a.yaml")

    evidence = find_evidence(tmp_path / "c", False, contract=other, fixtures=tmp_path / "elsewhere")

    assert evidence.contract_name == f"{other.as_posix()} 9"
    assert len(evidence.fixtures) == 1


def test_evidence_is_read_when_it_is_asked_for_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = write(tmp_path / "contract.json", CONTRACT)
    reads: list[Path] = []
    read_bytes = Path.read_bytes

    def noted(path: Path) -> bytes:
        reads.append(path)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    finder = EvidenceFinder()

    evidence = [finder.find(tmp_path / name, False, contract=contract) for name in ("a", "b")]
    assert reads == []
    assert evidence[0].contract is evidence[1].contract is not None

    assert reads == [contract]


def test_an_editors_text_stands_for_the_file(tmp_path: Path) -> None:
    path = tmp_path / "events.yaml"

    evidence = find_evidence(tmp_path, False, overlay={path: EVENTS.encode()})

    assert evidence.events is not None
    assert evidence.events.names == ("a.b", "a.c")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"openapi": "3.1.0"', "syntax-error"),
        ('{"swagger": "2.0"}', "unusable-contract"),
        ("[]", "unusable-contract"),
        (b"\xff", "syntax-error"),
    ],
)
def test_a_contract_that_cannot_serve_is_a_fault_and_no_contract(
    tmp_path: Path, text: str | bytes, kind: str
) -> None:
    write(tmp_path / "contract.json", text)

    evidence = find_evidence(tmp_path, False)

    assert evidence.contract is None
    assert [fault.kind for document in evidence.documents for fault in document.faults][-1] == kind
    assert not evidence.empty
