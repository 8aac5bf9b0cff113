"""A repository comes from somebody else: configuration, ignore files, links and git's settings are input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.security.conftest import Run, write_connector

from connlint import git
from connlint.files import CannotWrite, write_atomically

links = pytest.mark.skipif(os.name == "nt", reason="making links needs a privilege on Windows")

SECRET = "handle: endpoint: service: the-secret-elsewhere: {"


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside of the working directory, with a file that would be quoted."""
    place = tmp_path_factory.mktemp("elsewhere")
    (place / "private.yaml").write_text(SECRET, "utf-8")
    return place


@pytest.mark.parametrize(
    "line",
    [
        '[connector.pets]\ncontract = "{}"',
        '[connector.pets]\nevents = "{}"',
        '[connector.pets]\nfixtures = "{folder}"',
        '[evidence]\ncontract = "{}"',
        '[evidence]\nevents = "../{up}{}"',
        'own-rules = ["{}"]',
        'own-rules = ["{folder}/*.yaml"]',
        'baseline = "{}"',
        'connectors = ["{folder}"]',
        'connectors = ["{folder}/*"]',
        'connectors = ["../**"]',
        '[connector.pets]\npage = "{}"',
        '[connector."{folder}"]\nowner = "me"',
    ],
)
@pytest.mark.parametrize("relative", [False, True])
def test_configuration_names_no_file_elsewhere(
    connlint: Run, folder: Path, pets: Path, elsewhere: Path, line: str, relative: bool
) -> None:
    place = Path(os.path.relpath(elsewhere, folder)) if relative else elsewhere
    up = "../" * len(folder.parts) if relative else ""
    if line.startswith("[connector.pets]") and relative and "page" not in line:
        place = ".." / place  # evidence in a connector's own table is relative to the connector
    text = line.replace("{}", (place / "private.yaml").as_posix())
    text = text.replace("{folder}", place.as_posix()).replace("{up}", up)
    (folder / "connlint.toml").write_text(text, "utf-8")
    for arguments in (("check",), ("baseline",), ("config", "show", "pets")):
        result = connlint(*arguments)
        assert "the-secret-elsewhere" not in result.out + result.err
        if "{up}" not in line and not (line.startswith("[evidence]") and relative):
            assert result.status == 2
            assert "leads out of the repository" in result.err
    assert [path.name for path in elsewhere.iterdir()] == ["private.yaml"]


def test_configuration_names_files_of_its_repository(connlint: Run, folder: Path, pets: Path) -> None:
    (folder / ".git").mkdir()
    inner = folder / "team"
    pets.rename(write_connector(inner / "x").parent / "pets")
    (folder / "shared.json").write_text('{"openapi": "3.1.0", "info": {}, "paths": {}}', "utf-8")
    (inner / "connlint.toml").write_text('[connector.pets]\ncontract = "../../shared.json"\n', "utf-8")
    assert "leads out" not in connlint("check", "team").err


@links
def test_configuration_is_no_link_out_of_the_repository(
    connlint: Run, folder: Path, pets: Path, elsewhere: Path
) -> None:
    (elsewhere / "private.toml").write_text("the-secret-elsewhere = 1\n", "utf-8")
    (folder / "connlint.toml").symlink_to(elsewhere / "private.toml")
    result = connlint("check")
    assert result.status == 2
    assert "the-secret-elsewhere" not in result.out + result.err


@links
def test_a_named_link_out_of_the_repository_is_not_followed(
    connlint: Run, folder: Path, pets: Path, elsewhere: Path
) -> None:
    (pets / "more.yaml").symlink_to(elsewhere / "private.yaml")
    (folder / "page.md").symlink_to(elsewhere / "private.yaml")
    for name in ("pets/more.yaml", "page.md"):
        result = connlint("check", name)
        assert "the-secret-elsewhere" not in result.out + result.err


@links
@pytest.mark.parametrize("target", ["/dev/zero", "private.yaml"])
def test_an_ignore_file_that_is_a_link_is_not_read(
    connlint: Run, folder: Path, pets: Path, target: str
) -> None:
    (folder / ".git").mkdir()
    (folder / "private.yaml").write_text("pets\n", "utf-8")
    (folder / ".gitignore").symlink_to(target)
    assert "1 operation" in connlint("check").out


def test_an_ignore_file_takes_no_more_than_a_moment(connlint: Run, folder: Path, pets: Path) -> None:
    (folder / ".git").mkdir()
    lines = ["*" + "a*" * 12 + "b", "**/" * 12 + "b", "a*" * 40, "*?" * 20 + "b", "pets/ignored.json"]
    (folder / ".gitignore").write_text("\n".join(lines) + "\n", "utf-8")
    deep = pets.joinpath(*["a"] * 40)
    deep.mkdir(parents=True)
    (deep / ("a" * 200 + ".json")).write_text('{"handle": "service": {', "utf-8")
    (pets / "ignored.json").write_text('{"handle": "a", "service": {', "utf-8")
    began = time.process_time()
    result = connlint("check")
    assert time.process_time() - began < 5
    assert "ignored.json" not in result.out


@pytest.mark.parametrize("key", ["connectors", "own-rules"])
def test_a_pattern_of_configuration_takes_no_more_than_a_moment(
    connlint: Run, folder: Path, pets: Path, key: str
) -> None:
    folder.joinpath(*["d"] * 60).mkdir(parents=True)
    pattern = "**/*/" * 6 + "x.yaml"
    (folder / "connlint.toml").write_text(f'{key} = ["{pattern}"]\n', "utf-8")
    began = time.process_time()
    result = connlint("check")
    assert time.process_time() - began < 5
    assert result.status == 2


def test_a_huge_configuration_is_not_read(connlint: Run, folder: Path, pets: Path) -> None:
    lines = "".join(f'x-a{number} = "error"\n' for number in range(20_000))
    (folder / "connlint.toml").write_text(f"[rules]\n{lines}", "utf-8")
    began = time.process_time()
    assert connlint("check").status == 2
    assert time.process_time() - began < 1


# --- what is written


@links
@pytest.mark.parametrize("name", ["report.json", "inner/report.json"])
def test_nothing_is_written_through_a_link_out_of_the_repository(
    connlint: Run, folder: Path, pets: Path, elsewhere: Path, name: str
) -> None:
    (folder / ".git").mkdir()
    if "/" in name:
        (folder / "inner").symlink_to(elsewhere)
    else:
        (folder / name).symlink_to(elsewhere / "report.json")
    (folder / "connlint.toml").write_text(f'baseline = "{name}"\n' if "/" not in name else "", "utf-8")
    commands = [
        ("check", "--format", f"sarif:{name}"),
        ("check", "--format", f"markdown:{name}"),
        ("check", "-o", name),
        ("coverage", "--format", "html", "-o", name),
        ("baseline", "-o", name),
        ("baseline",),
        ("mock", "pets", "--port", "0", "--journal", name),
    ]
    for arguments in commands[: -2 if "/" in name else None]:
        assert connlint(*arguments).status == 2, arguments
    if "/" in name:
        assert connlint(*commands[-1]).status == 2
    assert [path.name for path in elsewhere.iterdir()] == ["private.yaml"]


@links
def test_nothing_is_written_into_gits_own_files(folder: Path) -> None:
    (folder / ".git" / "hooks").mkdir(parents=True)
    (folder / "report.json").symlink_to(".git/hooks/pre-commit")
    with pytest.raises(CannotWrite):
        write_atomically(folder / "report.json", b"x")
    assert list((folder / ".git" / "hooks").iterdir()) == []


@links
def test_what_is_written_has_no_guessable_name_and_is_nobodys_else_meanwhile(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new content waits in a hidden file that only its owner can read, under a name made by chance."""
    seen: list[tuple[str, int]] = []
    plain = os.fsync

    def fsync(handle: int) -> None:
        names = [path for path in folder.iterdir() if path.name.endswith(".tmp")]
        seen.extend((path.name, path.stat().st_mode & 0o777) for path in names)
        plain(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    for _ in range(2):
        write_atomically(folder / "a.json", b"x")
    assert len({name for name, _ in seen}) == 2
    assert {mode for _, mode in seen} == {0o600}


# --- git


@pytest.fixture
def booby_trapped(folder: Path, pets: Path) -> Path:
    """A repository whose settings name programs, wherever git would run one; they leave a mark."""
    mark = folder.parent / f"{folder.name}-marks"
    mark.mkdir()
    run = ["git", "-c", "user.email=a@b.test", "-c", "user.name=a"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*run, *command], cwd=folder, check=True)
    for key in (
        *("core.fsmonitor", "filter.x.clean", "filter.x.smudge", "filter.y.process", "tar.tar.command"),
        *("diff.external", "diff.x.textconv", "diff.x.command", "core.pager", "core.sshCommand"),
        *("core.editor", "credential.helper", "core.askPass", "gpg.program", "core.alternateRefsCommand"),
    ):
        program = mark.parent / f"{folder.name}-{key}.sh"
        program.write_text(f"#!/bin/sh\ntouch {mark}/{key}\ncat\n", "utf-8")
        program.chmod(0o755)
        subprocess.run(["git", "config", key, str(program)], cwd=folder, check=True)
    subprocess.run(["git", "config", "alias.diff", f"!touch {mark}/alias"], cwd=folder, check=True)
    for hook in ("post-index-change", "reference-transaction", "post-checkout"):
        file = folder / ".git" / "hooks" / hook
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\ntouch {mark}/{hook}\n", "utf-8")
        file.chmod(0o755)
    attributes = "*.json filter=x diff=x\n*.yaml filter=y\n"
    (folder / ".git" / "info").mkdir(exist_ok=True)
    (folder / ".git" / "info" / "attributes").write_text(attributes, "utf-8")
    for file in pets.iterdir():
        file.write_bytes(file.read_bytes())
        os.utime(file, (1, 1))
    return mark


@links
@pytest.mark.parametrize("arguments", [("check", "--changed-since", "HEAD"), ("compat", "--since", "HEAD")])
@pytest.mark.parametrize("given", ["", "1"])
def test_git_runs_no_program_that_the_repository_names(
    connlint: Run,
    booby_trapped: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    given: str,
) -> None:
    """Also where the environment gives settings of its own."""
    monkeypatch.setenv("GIT_CONFIG_COUNT", given)
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "a")
    result = connlint(*arguments)
    assert result.status in (0, 2), result.err
    assert list(booby_trapped.iterdir()) == []


@links
def test_a_link_in_a_revision_is_not_taken_out_of_it(
    connlint: Run, folder: Path, pets: Path, elsewhere: Path
) -> None:
    (folder / "absolute").symlink_to(elsewhere / "private.yaml")
    (pets / "more.yaml").symlink_to("../../../../../../" + str(elsewhere / "private.yaml"))
    run = ["git", "-c", "user.email=a@b.test", "-c", "user.name=a"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*run, *command], cwd=folder, check=True)
    result = connlint("compat", "--since", "HEAD")
    assert result.status == 0, result.err
    assert "the-secret-elsewhere" not in result.out + result.err
    (folder / "to").mkdir()
    git.export("HEAD", folder, folder / "to")
    assert {path.name for path in (folder / "to" / "pets").iterdir()} == {"service.json", "resources.json"}
    assert not any(path.is_symlink() for path in (folder / "to").rglob("*"))


@pytest.mark.parametrize(
    "name", ["--upload-pack=touch owned", "--output=owned", "-x", "--all", "a..b", ":/x"]
)
def test_a_revision_is_no_option(connlint: Run, folder: Path, pets: Path, name: str) -> None:
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    for arguments in (("check", f"--changed-since={name}"), ("compat", f"--since={name}")):
        result = connlint(*arguments)
        assert result.status == 2
        assert "Traceback" not in result.err
    assert not (folder / "owned").exists()


def test_git_is_not_taken_from_the_working_directory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows looks for a program in the current folder first."""
    (folder / "git.exe").write_text("", "utf-8")
    (folder / "bin").mkdir()
    (folder / "bin" / "git.exe").write_text("", "utf-8")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", "relative", str(folder / "bin")]))
    assert git.program() == str(folder / "bin" / "git.exe")
    monkeypatch.setenv("PATH", ".")
    with pytest.raises(git.GitError):
        git.program()


# --- code


def test_no_module_of_the_repository_is_imported(folder: Path, pets: Path) -> None:
    """The program's own start; `python -m connlint` would put the current folder first, as Python does."""
    start = "import sys; sys.path.pop(0); sys.argv[0] = 'connlint'; from connlint.cli import main; main()"
    names = (
        "json",
        "click",
        "yaml",
        "ruamel",
        "tomlkit",
        "jsonschema_rs",
        "pathspec",
        "sqlite3",
        "sitecustomize",
    )
    for name in (*names, "connlint_rules", "conftest"):
        (folder / f"{name}.py").write_text("raise SystemExit('owned')\n", "utf-8")
    (folder / "connlint.toml").write_text('connectors = ["pets"]\n', "utf-8")
    (pets / "events.yaml").write_text("events: {}\nsource: {from: a}\n", "utf-8")
    lint = str(Path(__file__).parents[2] / "lint")
    run = subprocess.run(
        [sys.executable, "-c", start, "check", "pets"],
        cwd=folder,
        env={"PYTHONPATH": lint, "CONNLINT_CACHE_DIR": str(folder / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in (0, 1), run.stderr
    assert "owned" not in run.stdout + run.stderr


def test_a_plugin_is_an_installed_package_and_no_file(
    connlint: Run, folder: Path, pets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(folder)
    (folder / "evil_rules").mkdir()
    (folder / "evil_rules" / "__init__.py").write_text("raise SystemExit('owned')\n", "utf-8")
    for name in ("evil_rules", "./evil_rules", "os", "evil_rules:check"):
        (folder / "connlint.toml").write_text(f"plugins = [{json.dumps(name)}]\n", "utf-8")
        result = connlint("check")
        assert result.status == 2
        assert "owned" not in result.out + result.err
