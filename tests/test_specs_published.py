"""`specs/chatgpt-published` keeps the published connector's facts, and none of its prose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ROOT / "specs" / "chatgpt-published"
SEEDS = ROOT.parent / "shared" / "seeds"
PROSE = ("description", "short")

needs_seeds = pytest.mark.skipif(
    not (SEEDS / "chatgpt-page.md").exists(), reason="the published page is not part of this repository"
)


def facts(value: Any, key: str = "") -> Any:
    """`value` as nested lists of pairs, so that key order counts, with prose reduced to its presence."""
    if isinstance(value, dict):
        return [(name, facts(item, name)) for name, item in value.items()]
    if isinstance(value, list):
        return [facts(item) for item in value]
    return "…" if key in PROSE else value


def prose(value: Any, key: str = "") -> Iterator[str]:
    """Every human text of a document."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from prose(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from prose(item)
    elif key in PROSE:
        yield value


def fences() -> list[tuple[int, str]]:
    """The published page's service and resources documents, each with the line it starts on."""
    found = []
    start: int | None = None
    lines = (SEEDS / "chatgpt-page.md").read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if start is None:
            start = number + 1
        else:
            text = "\n".join(lines[start:number]).rstrip() + "\n"
            if text[0] in "{[":
                found.append((start + 1, text))
            start = None
    return found


@needs_seeds
@pytest.mark.parametrize(("index", "name"), [(0, "service.json"), (1, "resources.json")])
def test_facts_are_the_published_ones_in_their_order(index: int, name: str) -> None:
    ours = json.loads((OURS / name).read_text(encoding="utf-8"))
    assert facts(ours) == facts(json.loads(fences()[index][1]))


@needs_seeds
@pytest.mark.parametrize(("index", "name"), [(0, "service.json"), (1, "resources.json")])
def test_lines_are_the_published_ones(index: int, name: str) -> None:
    """A finding here stands as many lines down as the same finding in the page's fence."""

    def shape(line: str) -> str:
        for key in PROSE:
            head, mark, tail = line.partition(f'"{key}": "')
            line = head + mark + tail.partition('"')[2]
        return line

    ours = (OURS / name).read_text(encoding="utf-8").splitlines()
    theirs = fences()[index][1].splitlines()
    assert [shape(line) for line in ours] == [shape(line) for line in theirs]


@needs_seeds
def test_resources_are_those_of_the_published_block_alone() -> None:
    ours = json.loads((OURS / "resources.json").read_text(encoding="utf-8"))
    alone = json.loads((SEEDS / "chatgpt-resources.json").read_text(encoding="utf-8"))
    assert facts(ours) == facts(alone)


@needs_seeds
@pytest.mark.parametrize(("index", "name"), [(0, "service.json"), (1, "resources.json")])
def test_no_sentence_is_the_published_one(index: int, name: str) -> None:
    ours = set(prose(json.loads((OURS / name).read_text(encoding="utf-8"))))
    theirs = set(prose(json.loads(fences()[index][1])))
    assert ours
    assert not ours & theirs


def test_the_size_of_a_real_connector() -> None:
    ours = json.loads((OURS / "resources.json").read_text(encoding="utf-8"))
    assert len(ours) == 16
    assert sum(len(resource["operations"]) for resource in ours) == 44
    assert sum(len(resource["webhooks"]) for resource in ours) == 39
    assert sum(len(resource["fields"]) for resource in ours) == 100
    assert sum(len(hook["payload"]) for resource in ours for hook in resource["webhooks"]) == 139
