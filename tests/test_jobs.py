"""Trees of many files, in one process and in several: what a run says is what a plain run says."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connlint import cache, config, discovery, processes, reading, run
from connlint.config import BrokenConfig
from connlint.discovery import NoSuchPath
from connlint.finding import Severity
from connlint.report.outputs import View, rendered
from connlint.report.style import Style

SERVICE = json.dumps(
    {"handle": "s", "service": {"baseURL": {"value": "https://x.test"}, "protocol": "https"}}
)
RESOURCES = json.dumps(
    [{"handle": "r", "endpoint": {"value": "/r?a=b"}, "fields": [{"name": "id", "type": "Sting"}]}]
)
OTHERS = [
    '[{"handle": "r", "endpoint": {',
    '[{"about": "handle: endpoint:"}]',
    '\ufeff \n[{"handle": "r", "operations": {}, "endpoint": {"value": "/r"}}]',
    '["text"] {"handle": "s", "service": {}}',
    json.dumps(json.loads(RESOURCES)[0]),
    '{"handle": "s", "service": "text"}',
    '{"name": ',
    "[",
]
SEQUENCE = "# about\n---\n- handle: r\n  endpoint: {value: /r}\n  fields: [{name: id, type: Sting}]\n"
MAPPING = "handle: s\nservice: {baseURL: {value: 'https://x.test'}, protocol: https}\n"
YAML = [
    SEQUENCE,
    MAPPING,
    f"{SEQUENCE}---\n{MAPPING}",
    f"- [broken\n{MAPPING}",
    f"{SEQUENCE.lstrip('# abotu')}{MAPPING}",
    '- [broken endpoint:\nhandle: s\n"s\\x65rvice": {}\n',
    "- handle: [\n  operations: {}\n",
    "- text with handle: and endpoint: in it\n",
]
PAGES = [
    f"# Shop\n\n```json\n{SERVICE}\n```\n\n```json\n{RESOURCES}\n```\n",
    "# handle: and endpoint: are words\n",
]
FOLDERS = ["", "a", "a/deep", "a/resources", "a-b", "b", "b/c/d", "b/fixtures"]
CONFIGS = [
    'connectors = ["a", "b"]\n',
    'connectors = ["a", "a.md", "*/page.md"]\n',
    'exclude = ["a/deep"]\n',
    '[connector.a]\npage = "a.md"\n',
    '[[ignore]]\nconnector = "*/page.md"\nrule = "unknown-type"\naddress = "*"\nreason = "so be it"\n',
    '[[ignore]]\nconnector = "*"\nrule = "unknown-type"\naddress = "*"\nreason = "so be it"\n',
]
files = st.one_of(
    st.tuples(st.just("service.json"), st.just(SERVICE)),
    st.tuples(st.just("r.json"), st.just(RESOURCES)),
    st.tuples(st.sampled_from(["r.json", "q.json", "contract.json"]), st.sampled_from(OTHERS)),
    st.tuples(st.sampled_from(["r.yaml", "q.yml", "events.yaml"]), st.sampled_from(YAML)),
    st.tuples(st.just("page.md"), st.sampled_from(PAGES)),
)


def write(root: Path, tree: dict[str, list[tuple[str, str]]], extras: set[str], config: str | None) -> None:
    """Make a tree of files, with links and ignored files."""
    for folder, held in tree.items():
        (root / folder).mkdir(parents=True, exist_ok=True)
        for name, text in held:
            (root / folder / name).write_text(text, "utf-8")
    (root / "a.md").write_text(PAGES[0], "utf-8")
    if "git" in extras:
        (root / ".git").mkdir()
        (root / ".gitignore").write_text("q.*\n/b/\n", "utf-8")
    if "links" in extras:
        (root.parent / "outside.json").write_text(RESOURCES, "utf-8")
        (root / "out.json").symlink_to(root.parent / "outside.json")
        (root / "page.json").symlink_to(root / "a.md")
        (root / "loop").symlink_to(root, target_is_directory=True)
    if "inner" in extras:
        (root / "a-b").mkdir(exist_ok=True)
        (root / "a-b" / "connlint.toml").write_text(CONFIGS[-1], "utf-8")
    if config is not None:
        (root / "connlint.toml").write_text(config, "utf-8")


def said(request: run.Request) -> tuple[object, ...]:
    """All that a run says."""
    try:
        outcome = run.run(request)
    except (NoSuchPath, BrokenConfig) as error:
        return (str(error),)
    view = View(Severity.INFO, None, True, 100, Style(False), True)
    shown = [rendered(outcome.report, kind, view) for kind in ("json", "text")]
    return (*shown, outcome.strangers, outcome.empty_folders, outcome.notes, outcome.fail_on)


PLAIN: dict[str, Any] = {
    "extras": set(),
    "config": None,
    "named": [],
    "part": None,
    "changed": None,
    "kept": 0,
    "jobs": 2,
    "cached": False,
}
NOT_OURS = [("q.json", OTHERS[1])]


@example(tree={"a": NOT_OURS}, **PLAIN)
@example(tree={"a": NOT_OURS}, **PLAIN | {"config": CONFIGS[0]})
@example(tree={"a": [*NOT_OURS, ("service.json", SERVICE)], "b": NOT_OURS}, **PLAIN | {"cached": True})
@example(tree={"a-b": [("page.md", PAGES[1])]}, **PLAIN | {"extras": {"inner"}})
@example(tree={"a": [("page.md", PAGES[1])]}, **PLAIN | {"part": (2, 2)})
@example(tree={"b": [("page.md", PAGES[1])]}, **PLAIN | {"named": ["b"]})
@example(tree={"b": [("page.md", PAGES[1])]}, **PLAIN | {"config": CONFIGS[-2]})
@settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    tree=st.dictionaries(st.sampled_from(FOLDERS), st.lists(files, max_size=4), min_size=1),
    extras=st.sets(st.sampled_from(["git", "links", "inner"])),
    config=st.none() | st.sampled_from(CONFIGS),
    named=st.lists(st.sampled_from([*FOLDERS, "a/r.json", "a/service.json", "b/q.yml", "a.md"]), max_size=3),
    part=st.none() | st.tuples(st.integers(1, 2), st.just(2)),
    changed=st.none() | st.sets(st.sampled_from(["a/r.json", "b/c/d/r.json", "a.md", "a-b/service.json"])),
    kept=st.sampled_from([0, 300, 4_000_000]),
    jobs=st.integers(2, 3),
    cached=st.booleans(),
)
def test_many_files_and_processes_say_what_a_plain_run_says(
    tree: dict[str, list[tuple[str, str]]],
    extras: set[str],
    config: str | None,
    named: list[str],
    part: tuple[int, int] | None,
    changed: set[str] | None,
    kept: int,
    jobs: int,
    cached: bool,
) -> None:
    home = Path(tempfile.mkdtemp()).resolve()
    root = home / "estate"
    root.mkdir()
    write(root, tree, extras, config)
    paths = tuple(dict.fromkeys(root / name for name in named if (root / name).exists())) or (root,)
    rest: dict[str, Any] = {
        "shard": part,
        "changed": None if changed is None else frozenset(root / name for name in changed),
        "today": "2026-11-22",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONNLINT_CACHE_DIR", str(home / "cache"))
        patch.setattr(cache, "program", lambda: b"this one")
        plain = said(run.Request(paths, home, **rest))
        patch.setattr(discovery, "MANY", 1)
        patch.setattr(run, "_KEPT", kept)
        patch.setattr(discovery, "_ROOM", kept)
        several = [said(run.Request(paths, home, jobs=number, cached=cached, **rest)) for number in (jobs, 1)]
    shutil.rmtree(home)

    assert several == [plain, plain]


SECONDS = 20
"""After which a process that was not ended ends by itself."""
copied = pytest.mark.skipif(not processes.AVAILABLE, reason="no process is copied on this system")


@copied
@pytest.mark.parametrize("jobs", [2, 3])
def test_every_number_is_done_once_by_whoever_is_free(jobs: int) -> None:
    here = os.getpid()
    count = 5_000

    done = list(processes.shared_out(lambda _: here, lambda _: os.getpid(), count, jobs))

    assert sorted(number for number, _ in done) == list(range(count))
    assert len({process for _, process in done} | {here}) <= jobs


@copied
def test_long_answers_do_not_hold_up_who_gives_them() -> None:
    """A copy that has more to say than a pipe holds goes on while nobody listens."""
    done = dict(processes.shared_out(lambda _: "", lambda number: f"{number}" * 100_000, 40, 2))

    assert sorted(done) == list(range(40))
    assert all(said in ("", f"{number}" * 100_000) for number, said in done.items())


@copied
def test_what_fails_here_is_raised_and_leaves_no_process() -> None:
    def own(_: int) -> int:
        raise ValueError

    def idle(_: int) -> int:
        signal.alarm(SECONDS)
        signal.pause()
        return 0

    begun = time.monotonic()
    with pytest.raises(ValueError):
        list(processes.shared_out(own, idle, 100, 3))
    assert time.monotonic() - begun < SECONDS
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, 0)


@copied
@pytest.mark.parametrize("how", ["killed", "raises", "cannot start"])
def test_what_a_process_leaves_undone_is_done_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    for number in range(20):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}" / "service.json").write_text(SERVICE, "utf-8")
        (tmp_path / f"{number}" / "r.json").write_text(RESOURCES, "utf-8")
    plain = said(run.Request((tmp_path,), tmp_path))
    here, whole, met = os.getpid(), discovery.Finder.whole, tmp_path / "met"
    opened: list[Path] = []
    latest = time.monotonic() + 10

    def fails(finder: discovery.Finder, found: discovery.Found) -> discovery.Found:
        if os.getpid() != here:
            met.touch()
            if how == "killed":
                os.kill(os.getpid(), 9)
            raise RuntimeError
        opened.append(found.path)
        # the first is checked before there are copies; of the others they have their part
        while how != "cannot start" and len(opened) > 1 and not met.exists() and time.monotonic() < latest:
            os.sched_yield()
        return whole(finder, found)

    def no_process() -> int:
        raise BlockingIOError

    monkeypatch.setattr(discovery.Finder, "whole", fails)
    if how == "cannot start":
        monkeypatch.setattr(os, "fork", no_process)

    assert said(run.Request((tmp_path,), tmp_path, jobs=3)) == plain
    assert met.exists() == (how != "cannot start")


def test_among_many_a_list_and_a_page_are_parsed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "estate"
    (tmp_path / ".git").mkdir()
    for number in range(6):
        folder = root / f"{number}"
        folder.mkdir(parents=True)
        (folder / "service.json").write_text(SERVICE, "utf-8")
        (folder / "r.json").write_text(RESOURCES, "utf-8")
        (folder / "r.yaml").write_text(SEQUENCE, "utf-8")
        (root / f"{number}.md").write_text(PAGES[0], "utf-8")
    parsed = Counter[str]()

    def counting(path: str, data: bytes, **options: Any) -> Any:
        parsed[path] += 1
        return reading.read(path, data, **options)

    monkeypatch.setattr(discovery, "MANY", 24)
    monkeypatch.setattr(discovery, "read", counting)
    monkeypatch.setattr(run, "_KEPT", 0)
    run.run(run.Request((root,), root))

    # memory is short for service documents, so they are parsed again
    assert {path for path, count in parsed.items() if count > 1} == {f"{n}/service.json" for n in range(6)}
    assert len(parsed) == 24


def test_of_many_configured_connectors_each_table_is_looked_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"s{number}" for number in range(50)]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "service.json").write_text(SERVICE, "utf-8")
    text = "".join(f'[connector.{name}]\nid = "the {name}"\npage = "{name}.md"\n' for name in names)
    (tmp_path / "connlint.toml").write_text(text, "utf-8")
    resolve, resolved = config.Config.resolve, Counter[str]()

    def counting(self: config.Config, name: str) -> Path:
        resolved[name] += 1
        return resolve(self, name)

    monkeypatch.setattr(config.Config, "resolve", counting)
    report = run.run(run.Request((tmp_path,), tmp_path)).report

    assert sorted(part.connector for part in report.connectors) == sorted(f"the {name}" for name in names)
    assert max(resolved.values()) < 10
