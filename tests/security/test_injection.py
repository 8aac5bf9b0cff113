"""Names of a connector stay names in what is made of them: pages, tables, logs of CI, XML."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from tests.report.conftest import FOLDER, NAMES, hostile
from tests.security.conftest import Run, write_connector

__all__ = ["hostile"]

TAGS = frozenset(
    "html head meta title style body h1 h2 section p div span b i small ul li code".split()
) | frozenset("table thead tbody tr th td".split())
"""What a page of coverage is made of."""


@pytest.fixture
def covered(folder: Path) -> Path:
    """A connector whose resources and missing events have the names."""
    home = write_connector(folder / FOLDER)
    resources = [{"handle": name, "endpoint": {"value": "/a"}, "operations": {}} for name in NAMES]
    (home / "resources.json").write_text(json.dumps(resources), "utf-8")
    events = {
        "vendor": NAMES[1],
        "source": {"from": NAMES[1], "version": "1", "retrieved": "2026-01-01"},
        "event-name": {"json": "type"},
        "events": {name: {"resource": name} for name in NAMES},
    }
    (home / "events.json").write_text(json.dumps(events), "utf-8")
    return home


class Tags(HTMLParser):
    """Every tag of a page, and every attribute that can act."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.acting: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.acting |= {
            name for name, _ in attrs if name.startswith("on") or name in ("href", "src", "srcdoc")
        }


def test_a_page_of_coverage_holds_our_own_tags_only(connlint: Run, covered: Path) -> None:
    page = connlint("coverage", "--format", "html").out
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    tags = Tags()
    tags.feed(page)
    assert tags.tags <= TAGS
    assert tags.acting == set()
    assert "default-src 'none'" in page


def test_a_table_of_coverage_holds_no_markup_of_a_name(connlint: Run, covered: Path) -> None:
    text = connlint("coverage", "--format", "markdown").out
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    tags = Tags()
    tags.feed(html)
    assert tags.acting == set()
    assert tags.tags <= TAGS | {"h3"}
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.replace("\\|", "").count("|") for line in rows}) == 1


def test_annotations_are_the_only_commands_in_a_log(connlint: Run, hostile: Path) -> None:
    lines = connlint("check", "--format", "github", "--show", "info").out.splitlines()
    assert len(lines) > len(NAMES)
    for line in lines:
        assert line.startswith(("::error ", "::warning ", "::notice "))
        assert line.count("::error") + line.count("::warning") + line.count("::notice") >= 1
        head = line.split(" ", 1)[1].split("::", 1)[0]
        assert {part.split("=", 1)[0] for part in head.split(",")} <= {
            "file",
            "line",
            "endLine",
            "col",
            "endColumn",
            "title",
        }


@pytest.mark.parametrize("format_", ["text", "concise"])
def test_no_line_of_a_report_begins_a_command_of_ci(connlint: Run, hostile: Path, format_: str) -> None:
    out = connlint("check", "--format", format_, "--show", "info").out
    assert not any(line.lstrip().startswith(("::", "##[", "##vso[")) for line in out.splitlines())


def test_junit_is_one_document_without_entities(connlint: Run, hostile: Path) -> None:
    text = connlint("check", "--format", "junit", "--show", "info").out
    assert "<!DOCTYPE" not in text
    assert "<!ENTITY" not in text
    root = ET.fromstring(text)
    assert {element.tag for element in root.iter()} <= {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "skipped",
    }


def test_a_merged_report_declares_no_entity(connlint: Run, folder: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">]><testsuites><testsuite name="&a;"/></testsuites>'
    (folder / "a.xml").write_text(bomb, "utf-8")
    result = connlint("report", "merge", "a.xml", "a.xml")
    assert result.status == 2
    assert "declares no entities" in result.err
