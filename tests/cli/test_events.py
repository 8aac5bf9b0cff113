"""`connlint events`: making a list, comparing two, seeing that none is old; statuses, streams, files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Result

Run = Callable[..., Result]


def event(name: str, **data: object) -> dict[str, Any]:
    properties = {
        "id": {"type": "string"},
        "type": {"const": name},
        "data": {"type": "object", "properties": data},
    }
    return {
        "type": "object",
        "required": ["id", "type", "data"],
        "properties": properties,
        "description": f"{name}!",
    }


def write_source(folder: Path, *names: str, **data: object) -> None:
    union = {"anyOf": [event(name, **data) for name in names]}
    (folder / "source.json").write_text(json.dumps(union), "utf-8")


@pytest.fixture
def listed(connlint: Run, folder: Path) -> Path:
    """An events document of two events, retrieved on the first of November."""
    write_source(folder, "job.done", "job.gone", id={"type": "string"})
    result = connlint("events", "import", "source.json", "-o", "events.yaml", "--today", "2026-11-01")
    assert result.status == 0
    return folder / "events.yaml"


# --- import


def test_import_prints_the_document_and_speaks_on_stderr(connlint: Run, folder: Path) -> None:
    write_source(folder, "job.done", "job.gone")
    result = connlint("events", "import", "source.json", "--vendor", "Acme", "--today", "2026-11-22")
    assert result.status == 0
    assert result.out.startswith("# What Acme delivers by webhook.")
    assert "retrieved: 2026-11-22" in result.out
    assert "connlint: 2 events from source.json, JSON Schema\n" in result.err
    assert "add `signing:`" in result.err


def test_import_options_go_into_the_document(connlint: Run, folder: Path) -> None:
    write_source(folder, "job.done", "job.gone")
    options = [
        "--origin",
        "acme 2.1",
        "--version",
        "2.1",
        "--event-name",
        "json:event.type",
        "--no-descriptions",
    ]
    result = connlint("events", "import", "source.json", *options)
    assert 'from: acme 2.1\n  version: "2.1"' in result.out
    assert "event-name: {json: [event, type]}" in result.out
    assert "job.done!" not in result.out
    header = connlint("events", "import", "source.json", "--event-name", "header:X-Acme-Event")
    assert "event-name: {header: X-Acme-Event}" in header.out


def test_import_again_changes_no_byte(connlint: Run, listed: Path) -> None:
    text = listed.read_bytes()
    result = connlint("events", "import", "source.json", "-o", "events.yaml", "--today", "2026-11-01")
    assert (result.status, listed.read_bytes()) == (0, text)
    assert "2 events from source.json, JSON Schema → events.yaml: 0 new, 0 removed, 0 changed" in result.err


def test_import_brings_a_document_up_to_date(connlint: Run, folder: Path, listed: Path) -> None:
    text = listed.read_text("utf-8").replace(
        "  job.gone:\n", "  # ours\n  job.gone:\n    note: keep an eye on it\n"
    )
    listed.write_bytes(b"\xef\xbb\xbf" + text.encode())
    write_source(folder, "job.done", "job.new", id={"type": "integer"})
    result = connlint("events", "import", "source.json", "-o", "events.yaml", "--today", "2026-11-02")
    assert result.status == 0
    assert "removed: job.gone (note: keep an eye on it); the source has it no more" in result.err
    assert "1 new, 1 removed, 1 changed" in result.err
    assert listed.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "job.new:" in listed.read_text("utf-8-sig")
    assert "# ours" not in listed.read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("name", "content", "arguments", "message"),
    [
        ("a.json", '{\n  "x": }', [], "connlint: a.json:2: "),
        ("a.json", '{"swagger": "2.0"}', [], "Swagger 2.0 is not supported"),
        ("a.json", '{"name": "x"}', [], "its shape is not known here: it holds `name`"),
        ("a.md", "# nothing\n", [], "no bullet declares a type"),
        ("a.md", b"- `\xff`", [], "a.md: it is not UTF-8"),
        ("a.json", "{}", ["--from", "folder"], "a.json: it is no folder"),
        ("a.json", "{}", ["--event-name", "type"], "neither json:KEY nor header:NAME"),
        ("a.json", "{}", ["--today", "soon"], "is no date"),
        ("b.json", "{}", [], "cannot read a.json"),
    ],
)
def test_import_of_what_it_does_not_know_is_status_2(
    connlint: Run, folder: Path, name: str, content: str | bytes, arguments: list[str], message: str
) -> None:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    result = connlint("events", "import", "a.md" if name == "a.md" else "a.json", *arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err


def test_import_leaves_a_file_alone_that_is_no_events_document(connlint: Run, folder: Path) -> None:
    write_source(folder, "job.done", "job.gone")
    (folder / "notes.yaml").write_text("just: notes\n", "utf-8")
    result = connlint("events", "import", "source.json", "-o", "notes.yaml")
    assert result.status == 2
    assert "notes.yaml: it is no events document" in result.err
    assert (folder / "notes.yaml").read_text("utf-8") == "just: notes\n"


# --- diff


def test_diff_of_equals_is_status_0(connlint: Run, listed: Path) -> None:
    result = connlint("events", "diff", "events.yaml", "events.yaml")
    assert result.status == 0
    assert result.out.endswith("Nothing differs.\n")


def test_diff_says_what_differs_and_is_status_1(connlint: Run, folder: Path, listed: Path) -> None:
    write_source(folder, "job.done", "job.gones", "run.new", id={"type": "integer"})
    connlint("events", "import", "source.json", "-o", "new.yaml")
    result = connlint("events", "diff", "events.yaml", "new.yaml")
    assert result.status == 1
    assert result.out == (
        "source.json, JSON Schema, 2 events → source.json, JSON Schema, 3 events\n"
        "added 2\n"
        "  + job.gones\n"
        "  + run.new\n"
        "removed 1\n"
        "  - job.gone\n"
        "reshaped 1\n"
        "  `data.id` is integer (was string)\n"
        "      job.done\n"
    )
    as_json = connlint("events", "diff", "events.yaml", "new.yaml", "--format", "json")
    assert as_json.status == 1
    assert json.loads(as_json.out) == {
        "version": 1,
        "added": ["job.gones", "run.new"],
        "removed": ["job.gone"],
        "renamed": [],
        "reshaped": [
            {
                "event": "job.done",
                "changes": [{"path": "data.id", "kind": "retyped", "before": "string", "after": "integer"}],
            }
        ],
        "deprecated": [],
        "settings": [],
    }


def test_diff_shows_renames_and_deprecations(connlint: Run, folder: Path, listed: Path) -> None:
    text = listed.read_text("utf-8").replace("job.gone:", "job.goner:")
    text = text.replace("  job.done:\n", "  job.done:\n    deprecated: true\n    replaced-by: job.goner\n")
    (folder / "new.yaml").write_text(text, "utf-8")
    result = connlint("events", "diff", "events.yaml", "new.yaml")
    assert "renamed, likely 1\n  job.gone → job.goner  (the same shape, a near name)\n" in result.out
    assert "deprecated 1\n  job.done → job.goner\n" in result.out


def test_diff_of_something_else_is_status_2(connlint: Run, folder: Path, listed: Path) -> None:
    (folder / "other.yaml").write_text("a: 1\n", "utf-8")
    (folder / "broken.yaml").write_text("a: 'x\n", "utf-8")
    assert connlint("events", "diff", "events.yaml", "missing.yaml").status == 2
    other = connlint("events", "diff", "events.yaml", "other.yaml")
    assert (other.status, other.out) == (2, "")
    assert "other.yaml is no events document" in other.err
    assert "broken.yaml:1:" in connlint("events", "diff", "broken.yaml", "events.yaml").err


# --- check


def test_check_of_a_fresh_list_is_status_0(connlint: Run, listed: Path) -> None:
    result = connlint("events", "check", "events.yaml", "--max-age", "180d", "--today", "2026-11-02")
    assert (result.status, result.out) == (
        0,
        "events.yaml: 2 events from source.json, JSON Schema, 1 day old\n",
    )


def test_check_of_an_old_list_is_status_1(connlint: Run, listed: Path) -> None:
    result = connlint("events", "check", "events.yaml", "--max-age", "4w", "--today", "2026-12-01")
    assert result.status == 1
    assert (
        "30 days old, at most 28 allowed; refresh: connlint events import SOURCE -o events.yaml" in result.out
    )


def test_check_holds_a_list_to_its_own_limit_without_max_age(connlint: Run, listed: Path) -> None:
    assert connlint("events", "check", "events.yaml", "--today", "2027-04-30").status == 0
    assert connlint("events", "check", "events.yaml", "--today", "2027-05-01").status == 1
    listed.write_text(listed.read_text("utf-8").replace("  stale-after: 180d\n", ""), "utf-8")
    unlimited = connlint("events", "check", "events.yaml", "--today", "2037-05-01")
    assert unlimited.status == 0
    assert "no limit is set" in unlimited.out


def test_check_of_a_list_without_a_day_is_status_1(connlint: Run, listed: Path) -> None:
    listed.write_text(listed.read_text("utf-8").replace("  retrieved: 2026-11-01\n", ""), "utf-8")
    result = connlint("events", "check", "events.yaml")
    assert result.status == 1
    assert "without the day they were retrieved" in result.out


def test_check_without_files_finds_those_of_the_connectors_here(
    connlint: Run, pets: Path, listed: Path
) -> None:
    listed.rename(pets / "events.yaml")
    result = connlint("events", "check", "--today", "2026-11-02")
    assert result.status == 0
    assert result.out.startswith("pets/events.yaml: 2 events")


def test_check_without_anything_to_check_is_status_2(connlint: Run, pets: Path) -> None:
    result = connlint("events", "check")
    assert (result.status, result.out) == (2, "")
    assert "no connector here has an events document" in result.err
    assert connlint("events", "check", "--max-age", "soon").status == 2
    assert connlint("events", "check", "missing.yaml").status == 2
