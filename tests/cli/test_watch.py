"""`check --watch` says what a run from scratch would say, whatever changes, comes, goes or breaks."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import RESOURCES, SERVICE, Result, write_connector

from connlint import reading
from connlint.cli.watch import PAUSE, Trouble, Watch
from connlint.config import BrokenBaseline, BrokenConfig
from connlint.discovery import NoSuchPath
from connlint.report.json import render
from connlint.run import Outcome, Request, run

ROOT = Path(__file__).parents[2]
TODAY = "2026-11-22"
EVENTS = """\
vendor: Pets
source: {from: the vendor's page, retrieved: 2026-11-01}
event-name: {json: type}
events:
  cat.born: {resource: cats}
"""
FIXTURE = """\
operation: cats.read
recorded: 2026-11-01 from https://api.pets.test
request: {path: {cat_id: c1}}
response: {status: 200, json: {name: Tom}}
"""
BASELINE = '{"version": 1, "entries": []}'


OWN_RULE = """\
rules:
  short-handle:
    given: $[*].handle
    in: resources
    then: {length: {max: 3}}
    message: "`{value}` is long"
    why: it is shown in a narrow column.
"""


def watching(*paths: str) -> Watch:
    """A watch over paths, whose pauses take no time."""
    request = Request(tuple(map(Path, paths or (".",))), Path.cwd())
    return Watch(request, lambda: TODAY, pause=lambda _seconds: None)


def said(watch: Watch) -> object:
    """What the watch says at last: a report, or why there is none."""
    return watch.result.lines if isinstance(watch.result, Trouble) else render(watch.result.report)


def fresh(*paths: str) -> object:
    """What a run from scratch says."""
    try:
        return render(run(Request(tuple(map(Path, paths or (".",))), Path.cwd(), today=TODAY)).report)
    except BrokenConfig as error:
        return (*error.lines, "connlint: the configuration cannot be used")
    except (NoSuchPath, BrokenBaseline) as error:
        return (f"connlint: {error}",)


def spare(name: str = "spare") -> str:
    """The resources with a placeholder that nothing uses."""
    resources = json.loads(json.dumps(RESOURCES))
    resources[0]["operations"]["read"]["path"]["placeholders"].append({"name": name, "type": "String"})
    return json.dumps(resources, indent=2)


CHANGES: dict[str, tuple[Callable[[], object], list[str]]] = {
    "nothing": (lambda: None, []),
    "a document": (
        lambda: Path("pets/resources.json").write_text(spare()),
        ["changed pets/resources.json"],
    ),
    "broken syntax": (
        lambda: Path("pets/resources.json").write_text(spare()[:200]),
        ["changed pets/resources.json"],
    ),
    "another document": (
        lambda: Path("pets/service.json").write_text(json.dumps({**SERVICE, "handle": "zoo"})),
        ["changed pets/service.json"],
    ),
    "a document in the place of another": (
        lambda: Path("pets/resources.json").replace("pets/more.json"),
        ["new pets/more.json", "gone pets/resources.json"],
    ),
    "evidence that comes": (lambda: Path("pets/events.yaml").write_text(EVENTS), ["new pets/events.yaml"]),
    "evidence that goes": (lambda: Path("zoo/events.yaml").unlink(), ["gone zoo/events.yaml"]),
    "evidence that changes": (
        lambda: Path("zoo/events.yaml").write_text(EVENTS.replace("cat.born", "cat.found")),
        ["changed zoo/events.yaml"],
    ),
    "a fixture that comes": (
        lambda: Path("zoo/fixtures/two.yaml").write_text(FIXTURE),
        ["new zoo/fixtures/two.yaml"],
    ),
    "a fixture that changes": (
        lambda: Path("zoo/fixtures/one.yaml").write_text(FIXTURE.replace("name", "id")),
        ["changed zoo/fixtures/one.yaml"],
    ),
    "a configuration that comes": (
        lambda: Path("connlint.toml").write_text('[rules]\nunused-placeholder = "off"\n'),
        ["new connlint.toml"],
    ),
    "a configuration that is broken": (
        lambda: Path("connlint.toml").write_text("[rules"),
        ["new connlint.toml"],
    ),
    "a connector that comes": (
        lambda: write_connector(Path("new"), broken=True),
        ["new new/resources.json, new/service.json"],
    ),
    "a connector that goes": (
        lambda: shutil.rmtree("pets"),
        ["gone pets/resources.json, pets/service.json"],
    ),
    "what git ignores": (
        lambda: Path(".gitignore").write_text("pets/\n"),
        ["new .gitignore", "gone pets"],
    ),
    "a file of somebody else's": (lambda: Path("pets/.resources.json.swp").write_text("x"), []),
}


@pytest.fixture(autouse=True)
def spared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own objects, a hundred times the program's, are not collected after each check."""
    monkeypatch.setattr("connlint.cli.watch._collect", lambda *, everything: None)


@pytest.fixture
def workspace(folder: Path) -> Path:
    (folder / ".git").mkdir()
    write_connector(folder / "pets")
    write_connector(folder / "zoo", broken=True)
    (folder / "zoo" / "events.yaml").write_text(EVENTS)
    (folder / "zoo" / "fixtures").mkdir()
    (folder / "zoo" / "fixtures" / "one.yaml").write_text(FIXTURE)
    return folder


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_is_checked_again_and_named(workspace: Path, change: str) -> None:
    act, words = CHANGES[change]
    watch = watching()
    before = said(watch)
    assert before == fresh()
    act()
    changes = watch.look()
    assert said(watch) == fresh()
    if change == "what git ignores":
        assert changes is not None
        assert changes[0] == words[0]
    else:
        assert (changes or []) == words
    assert (changes is None) == (not words)
    # files so young are looked at twice, and that is all
    assert watch.look() is None
    assert watch.look() is None


def test_everything_breaks_and_mends(workspace: Path) -> None:
    watch = watching()
    first = said(watch)
    steps: list[Callable[[], object]] = [
        lambda: Path("connlint.toml").write_text("[rules]\nno-such-rule = 'off'\n"),
        lambda: Path("connlint.toml").write_text("baseline = 'accepted.json'\n"),
        lambda: Path("accepted.json").write_text("{"),
        lambda: Path("accepted.json").write_text(BASELINE),
        lambda: Path("accepted.json").unlink(),
        lambda: Path("connlint.toml").unlink(),
        lambda: Path("pets/resources.json").write_bytes(b"\xff\xfe\0"),
        lambda: Path("pets").rename("elsewhere"),
        lambda: Path("elsewhere").rename("pets"),
        lambda: Path("pets/resources.json").write_text(json.dumps(RESOURCES, indent=2)),
    ]
    for step in steps:
        step()
        assert watch.look() is not None
        assert said(watch) == fresh()
    assert said(watch) == first


def test_a_named_folder_may_go_and_come_back(workspace: Path) -> None:
    watch = watching("pets")
    Path("pets").rename("elsewhere")
    assert watch.look() is not None
    assert said(watch) == ("connlint: no such file or folder: pets",) == fresh("pets")
    Path("elsewhere").rename("pets")
    assert watch.look() is not None
    assert said(watch) == fresh("pets")


def test_what_git_ignores_is_said_above_the_named_folder_too(workspace: Path) -> None:
    watch = watching("pets")
    Path(".gitignore").write_text("resources.json\n")
    changes = watch.look()
    assert changes is not None
    assert "new .gitignore" in changes
    assert said(watch) == fresh("pets")
    Path(".git/info").mkdir()
    Path(".git/info/exclude").write_text("service.json\n")
    assert watch.look() is not None
    assert said(watch) == fresh("pets")


def test_patterns_of_the_configuration_meet_what_is_new(workspace: Path) -> None:
    Path("connlint.toml").write_text('connectors = ["vendors/*/v1"]\nown-rules = ["rules/*.yaml"]\n')
    Path("rules").mkdir()
    Path("rules/one.yaml").write_text(OWN_RULE)
    write_connector(Path("vendors/a/v1"))
    watch = watching()
    assert said(watch) == fresh()
    Path("vendors/b").mkdir()
    watch.look()
    shutil.copytree("vendors/a/v1", "vendors/b/v1")
    assert watch.look() is not None
    assert said(watch) == fresh()
    assert isinstance(watch.result, Outcome)
    assert len(watch.result.report.connectors) == 2
    Path("rules/two.yaml").write_text(OWN_RULE.replace("short", "brief"))
    assert watch.look() == ["new rules/two.yaml"]
    assert said(watch) == fresh()
    assert str(said(watch)).count("brief-handle") > 0


def test_only_what_has_changed_is_read_again(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in workspace.rglob("*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))
    watch = watching()
    read: list[str] = []

    def counted(path: str, data: bytes, *, named: bool) -> object:
        read.append(path)
        return reading.read(path, data, named=named)

    monkeypatch.setattr("connlint.discovery.read", counted)
    monkeypatch.setattr("connlint.keeping._YOUNG", 0)  # as if all had been written a while ago
    watch.look()
    read.clear()
    Path("pets/resources.json").write_text(spare())
    assert watch.look() == ["changed pets/resources.json"]
    assert set(read) == {"pets/resources.json"}


def test_a_report_that_lies_among_what_is_watched_is_no_change(workspace: Path) -> None:
    report = workspace / "pets" / "report.md"
    report.write_text("one")
    watch = Watch(
        Request((Path(),), Path.cwd()), lambda: TODAY, pause=lambda _seconds: None, unwatched=[report]
    )
    report.write_text("another")
    assert watch.look() is None
    assert watch.look() is None


# --- the command


@pytest.fixture
def author(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What an author does while nothing happens, one step a pause; then Ctrl-C."""
    steps: list[Callable[[], object]] = []

    def pause(seconds: float) -> None:
        if seconds == PAUSE:
            if not steps:
                raise KeyboardInterrupt
            steps.pop(0)()

    monkeypatch.setattr("connlint.cli.watch.time.sleep", pause)
    return steps


def test_reports_follow_each_other_with_a_line_between(
    workspace: Path, connlint: Callable[..., Result], author: list[Callable[[], object]]
) -> None:
    author += [lambda: Path("pets/resources.json").write_text(spare()), lambda: None]
    result = connlint("check", "--watch", "--format", "concise", "pets")
    first, line, second = result.out.partition("--- ")
    assert "unused-placeholder" not in first
    assert line
    assert "changed pets/resources.json\n" in second
    assert second.count("[unused-placeholder]") == 1
    assert result.err.count("Ctrl-C ends") == 2
    assert "\x1b" not in result.out
    # the status of the last report
    assert result.status == 1


def test_ctrl_c_ends_with_the_status_of_the_last_report(
    workspace: Path, connlint: Callable[..., Result], author: list[Callable[[], object]]
) -> None:
    assert connlint("check", "--watch", "pets").status == 0
    assert connlint("check", "--watch", "zoo").status == 1
    assert connlint("check", "--watch", "--exit-zero", "zoo").status == 0
    author.append(lambda: Path("connlint.toml").write_text("[rules"))
    result = connlint("check", "--watch", "pets")
    assert result.status == 2
    assert "connlint.toml:1:7:" in result.err


def test_a_report_goes_to_its_file_each_time(
    workspace: Path, connlint: Callable[..., Result], author: list[Callable[[], object]]
) -> None:
    author.append(lambda: Path("pets/resources.json").write_text(spare()))
    result = connlint("check", "--watch", "--format", "json:out.json", "pets")
    assert result.status == 1
    assert [item["rule"] for item in json.loads(Path("out.json").read_bytes())["findings"]] == [
        "unused-placeholder"
    ]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--fix"], "--watch does not go with --fix"),
        (["--unsafe-fixes"], "--watch does not go with --unsafe-fixes"),
        (["--diff"], "--watch does not go with --diff"),
        (["--stdin-filename", "x.json"], "standard input does not change"),
        (["--changed-since", "HEAD"], "name the paths"),
        (["--shard", "1/2"], "name the connectors"),
        (["--jobs", "2"], "in one process"),
        (["--format", "json"], "--format json:report.json"),
        (["--format", "sarif"], "--format sarif:report.sarif"),
        (["no-such-folder"], "no such file or folder: no-such-folder"),
    ],
)
def test_what_makes_no_sense_with_it_is_refused(
    pets: Path, connlint: Callable[..., Result], options: list[str], why: str
) -> None:
    result = connlint("check", "--watch", *options)
    assert result.status == 2
    assert why in result.err
    assert result.out == ""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no pseudo-terminals here")
def test_a_terminal_is_cleared_and_drawn_again(workspace: Path) -> None:
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "connlint", "check", "--watch", "pets"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "PYTHONPATH": str(ROOT / "lint"), "TERM": "xterm", "NO_COLOR": "1"},
        start_new_session=True,
        # whoever runs the tests in the background has Ctrl-C ignored, and what they start inherits that
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    os.close(theirs)

    def until(text: str) -> str:
        end, seen = time.monotonic() + 20, ""
        while text not in seen and time.monotonic() < end:
            if select.select([ours], [], [], 0.1)[0]:
                seen += os.read(ours, 65536).decode()
        assert text in seen
        return seen

    try:
        assert until("Ctrl-C ends").startswith("\x1b[H\x1b[2J")
        Path("pets/resources.json").write_text(spare())
        again = until("Ctrl-C ends")
        assert again.startswith("\x1b[H\x1b[2J")
        assert "unused-placeholder" in again
        assert "changed pets/resources.json" in again
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 1
    finally:
        process.kill()
        process.wait()
        os.close(ours)
