"""An edit costs the reading of what was edited, and of nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from lsprotocol import types
from tests.lsp.client import Editor
from tests.lsp.inside import Inside
from tests.lsp.test_agreement import CATS, CONFIG, CONTRACT, DOGS, EVENTS, FIXTURE, SERVICE, TODAY

from connlint.evidence.contract import Contract
from connlint.evidence.instances import Instances
from connlint.evidence.shapes import Shape
from connlint.reading import Pointer


class Reads:
    """What was read and parsed since it was last asked for, by path."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.texts: list[str] = []

    def taken(self) -> tuple[set[str], set[str]]:
        """The files that were read from disk, and the texts that were parsed."""
        found = (set(self.files), set(self.texts))
        self.files.clear()
        self.texts.clear()
        return found


@pytest.fixture
def reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reads:
    """Every reading of a file in the workspace is counted."""
    counted = Reads()
    read_bytes = Path.read_bytes

    def bytes_of(path: Path) -> bytes:
        if path.is_relative_to(tmp_path):
            counted.files.append(path.relative_to(tmp_path).as_posix())
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", bytes_of)
    for place in ("discovery", "keeping", "evidence.location", "evidence.fixture_files"):
        monkeypatch.setattr(f"connlint.{place}.read", _counted(f"connlint.{place}", counted))
    # as if all files had been written a while ago
    monkeypatch.setattr("connlint.keeping._YOUNG", 0)
    return counted


def _counted(place: str, counted: Reads) -> Callable[..., Any]:
    from importlib import import_module

    original = import_module(place).read

    def read(path: str, data: bytes, **options: Any) -> Any:
        counted.texts.append(path)
        return original(path, data, **options)

    return read


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Inside]:
    files = {
        "connlint.toml": CONFIG,
        "pets/service.json": json.dumps(SERVICE),
        "pets/cats.json": json.dumps([CATS], indent=1),
        "pets/contract.json": json.dumps(CONTRACT),
        "pets/events.yaml": EVENTS,
        "pets/fixtures/one.yaml": FIXTURE,
        "kennel/dogs.yaml": DOGS,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    inside = Inside(tmp_path, encoding="utf-16", today=TODAY)
    yield inside
    inside.close()


def opened(client: Inside, path: Path) -> Editor:
    editor = Editor(cast("Any", client), path)
    editor.open(path.read_text())
    client.settled()
    return editor


def test_an_edit_reads_the_edited_document_alone(tmp_path: Path, client: Inside, reads: Reads) -> None:
    cats, dogs = opened(client, tmp_path / "pets/cats.json"), opened(client, tmp_path / "kennel/dogs.yaml")
    files, texts = reads.taken()
    assert {"pets/contract.json", "pets/events.yaml", "connlint.toml"} <= files
    assert {"pets/contract.json", "pets/events.yaml", "pets/fixtures/one.yaml"} <= texts

    for _ in range(3):
        cats.change("cat.born", "cat.bornn")
        client.settled()
        assert reads.taken() == (set(), {"pets/cats.json"})
    dogs.change("dog.barked", "dog.meowed")
    client.settled()
    assert reads.taken() == (set(), {"kennel/dogs.yaml"})


def test_questions_read_nothing(tmp_path: Path, client: Inside, reads: Reads) -> None:
    cats = opened(client, tmp_path / "pets/cats.json")
    reads.taken()
    for offset in range(0, len(cats.text), 97):
        at = cats.position(offset)
        client.ask(types.TEXT_DOCUMENT_HOVER, types.HoverParams(cats.identifier, at))
        client.ask(types.TEXT_DOCUMENT_COMPLETION, types.CompletionParams(cats.identifier, at))
    assert reads.taken() == (set(), set())


def test_a_saved_document_reads_nothing_else_anew(tmp_path: Path, client: Inside, reads: Reads) -> None:
    cats = opened(client, tmp_path / "pets/cats.json")
    cats.change("cat.born", "cat.found")
    client.settled()
    reads.taken()
    cats.save()
    event = types.FileEvent(cats.uri, types.FileChangeType.Changed)
    client.tell(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, types.DidChangeWatchedFilesParams([event]))
    client.settled()
    files, texts = reads.taken()
    assert "pets/contract.json" not in files | texts
    assert "pets/events.yaml" not in files | texts


def test_evidence_that_changes_is_read_again_alone(tmp_path: Path, client: Inside, reads: Reads) -> None:
    cats = opened(client, tmp_path / "pets/cats.json")
    reads.taken()
    events = tmp_path / "pets/events.yaml"
    events.write_text(EVENTS.replace("cat.born", "cat.found"))
    event = types.FileEvent(events.as_uri(), types.FileChangeType.Changed)
    client.tell(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, types.DidChangeWatchedFilesParams([event]))
    client.settled()
    assert "unknown-event" in {item.code for item in client.published[cats.uri][1]}
    assert reads.taken() == ({"pets/events.yaml"}, {"pets/events.yaml"})


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The values that are held to the contract, as they are; a test clears it where its part begins."""
    judged: list[object] = []
    original = Instances.unknown_keys

    def counted(self: Instances, shape: Shape, value: object) -> list[Pointer]:
        judged.append(value)
        return original(self, shape, value)

    monkeypatch.setattr(Instances, "unknown_keys", counted)
    return judged


def test_what_a_fixture_contradicts_is_judged_once(
    tmp_path: Path, client: Inside, reads: Reads, judged: list[object]
) -> None:
    contract = json.loads(json.dumps(CONTRACT).replace('"id"', '"number"'))
    (tmp_path / "pets/contract.json").write_text(json.dumps(contract))
    (tmp_path / "pets/fixtures/one.yaml").write_text(FIXTURE.replace("recorded", "written"))
    cats = opened(client, tmp_path / "pets/cats.json")
    judged.clear()
    first = client.published[cats.uri][1]
    cats.change("cat.born", "cat.found")
    cats.change("cat.found", "cat.born")
    client.settled()
    assert client.published[cats.uri][1] == first
    assert judged == []


def test_a_contract_is_one_object_however_many_edits(tmp_path: Path, client: Inside, reads: Reads) -> None:
    cats = opened(client, tmp_path / "pets/cats.json")
    desk = client.server.desk(cats.path)

    def contract() -> Contract | None:
        checked = desk.of(cats.path)
        assert checked is not None
        return checked.opened.loaded.evidence.contract

    first = contract()
    assert first is not None
    for _ in range(10):
        cats.change("cat_id", "cat_id_")
        cats.change("cat_id_", "cat_id")
        client.settled()
    assert contract() is first


def test_an_edit_of_a_fixture_reads_that_fixture_alone(
    tmp_path: Path, client: Inside, reads: Reads, judged: list[object]
) -> None:
    written = FIXTURE.replace("recorded", "written")
    (tmp_path / "pets/fixtures/one.yaml").write_text(written)
    (tmp_path / "pets/fixtures/two.yaml").write_text(written)
    opened(client, tmp_path / "pets/cats.json")
    fixture = opened(client, tmp_path / "pets/fixtures/one.yaml")
    reads.taken()
    judged.clear()
    for old, new in (("c1", "c2"), ("c2", "c3")):
        fixture.change(f"json: {{id: {old}}}", f"json: {{id: {new}}}")
        client.settled()
        assert reads.taken() == (set(), {"pets/fixtures/one.yaml"})
    assert judged == [{"id": "c2"}, {"id": "c3"}]


@pytest.mark.parametrize("name", ["cats.json", "cats.yaml"])
def test_an_edit_of_an_item_reads_that_item_alone(
    tmp_path: Path, client: Inside, reads: Reads, name: str
) -> None:
    # no item is another's: YAML would write an alias
    several = [{**json.loads(json.dumps(CATS)), "handle": handle} for handle in ("cats", "lions", "lynxes")]
    (tmp_path / "pets/cats.json").unlink()
    (tmp_path / "pets" / name).write_text(
        json.dumps(several, indent=1) if name.endswith("json") else yaml.safe_dump(several)
    )
    cats = opened(client, tmp_path / "pets" / name)

    def items() -> list[Any]:
        checked = client.server.desk(cats.path).of(cats.path)
        assert checked is not None
        (document,) = checked.documents(cats.path)
        return cast("list[Any]", document.value)

    first = items()
    cats.change("lions", "tigers")
    client.settled()
    assert items()[1]["handle"] == "tigers"
    assert items()[0] is first[0]
    assert items()[2] is first[2]
