"""`connlint check` as people and scripts meet it: what it reads, prints and returns."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Result, write_connector

Run = Callable[..., Result]


def test_a_clean_connector_is_status_0_and_says_what_was_not_checked(connlint: Run, pets: Path) -> None:
    result = connlint("check")
    assert result.status == 0
    assert "1 resource, 1 operation, 0 webhooks" in result.out
    assert "no findings" in result.out
    assert "not checked" in result.out
    assert "--contract FILE" in result.out
    assert result.err == ""


def test_findings_are_status_1_with_the_exact_place(connlint: Run, folder: Path) -> None:
    write_connector(folder / "pets", broken=True)
    result = connlint("check", "pets", "--format", "concise")
    assert result.status == 1
    assert result.out.startswith("pets/resources.json:")
    assert "warning[unused-placeholder]" in result.out


def test_fail_on_and_exit_zero_change_the_status_only(connlint: Run, folder: Path) -> None:
    write_connector(folder / "pets", broken=True)
    shown = connlint("check", "--format", "concise")
    for options in (("--fail-on", "error"), ("--exit-zero",)):
        result = connlint("check", "--format", "concise", *options)
        assert (result.status, result.out) == (0, shown.out)


def test_a_missing_path_is_status_2(connlint: Run) -> None:
    result = connlint("check", "nowhere")
    assert result.status == 2
    assert "no such file or folder: nowhere" in result.err
    assert result.out == ""


def test_a_folder_without_connector_is_status_2_unless_allowed(connlint: Run, folder: Path) -> None:
    (folder / "empty").mkdir()
    result = connlint("check", "empty")
    assert result.status == 2
    assert "no connector in empty" in result.err
    assert connlint("check", "empty", "--allow-none").status == 0


def test_a_named_file_of_nobody_is_a_note_and_status_0(connlint: Run, folder: Path) -> None:
    (folder / "package.json").write_text('{"name": "x"}', "utf-8")
    result = connlint("check", "package.json")
    assert result.status == 0
    assert "package.json belongs to no connector" in result.err


def test_one_file_brings_the_whole_connector_once(connlint: Run, folder: Path) -> None:
    write_connector(folder / "pets", broken=True)
    once = connlint("check", "pets/service.json", "--format", "concise")
    both = connlint("check", "pets/service.json", "pets/resources.json", "pets", "--format", "concise")
    assert once.out == both.out
    assert once.out.count("unused-placeholder") == 1


def test_patterns_are_expanded_where_no_shell_did(connlint: Run, folder: Path) -> None:
    write_connector(folder / "connectors" / "a", broken=True)
    write_connector(folder / "connectors" / "b", broken=True)
    result = connlint("check", "connectors/*", "--format", "concise")
    assert result.out.count("unused-placeholder") == 2
    missing = connlint("check", "nothing/*")
    assert (missing.status, "nothing matches nothing/*" in missing.err) == (2, True)


def test_what_git_ignores_is_left_out_unless_it_is_named(connlint: Run, folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("build/\n", "utf-8")
    write_connector(folder / "build" / "pets", broken=True)
    write_connector(folder / "pets")
    assert "1 resource," in connlint("check").out
    assert connlint("check", "build/pets").status == 1


def test_unrelated_json_and_yaml_says_nothing(connlint: Run, folder: Path, pets: Path) -> None:
    alone = connlint("check", "--format", "json")
    (folder / "serverless.yml").write_text("service: shop\nfunctions:\n  x: {handler: a.b}\n", "utf-8")
    (folder / "package.json").write_text('{"name": "x", "scripts": {}}', "utf-8")
    chart = folder / "chart"
    chart.mkdir()
    (chart / "values.yaml").write_text("service:\n  port: 80\n", "utf-8")
    (chart / "deployment.yaml").write_text(
        "metadata:\n  name: {{ .Values.handle }}\n  {{- if x }}\n", "utf-8"
    )
    result = connlint("check", "--format", "json")
    assert result.out == alone.out
    assert result.err == ""


def test_select_and_ignore_take_known_rules_only(connlint: Run, folder: Path) -> None:
    write_connector(folder / "pets", broken=True)
    assert connlint("check", "--ignore", "unused-placeholder").status == 0
    assert connlint("check", "--select", "syntax-error,duplicate-key").status == 0
    result = connlint("check", "--select", "unused-placeholders")
    assert result.status == 2
    assert "did you mean `unused-placeholder`?" in result.err


def test_top_says_what_it_leaves_out(connlint: Run, folder: Path) -> None:
    write_connector(folder / "pets", broken=True)
    result = connlint("check", "--top", "0")
    assert "Not shown (--top 0): unused-placeholder 1" in result.out


def test_statistics_count_by_rule(connlint: Run, folder: Path) -> None:
    write_connector(folder / "pets", broken=True)
    assert "    1  warning  unused-placeholder" in connlint("check", "--statistics").out


def test_output_goes_to_a_file(connlint: Run, folder: Path, pets: Path) -> None:
    printed = connlint("check", "--format", "json")
    result = connlint("check", "--format", "json", "-o", "report.json")
    assert result.out == ""
    assert (folder / "report.json").read_text("utf-8") == printed.out


def test_standard_input_stands_for_a_file(connlint: Run, pets: Path) -> None:
    result = connlint("check", "--format", "concise", "--stdin-filename", "pets/resources.json", stdin=b"[{")
    assert result.status == 1
    assert "pets/resources.json:1:" in result.out
    assert "error[syntax-error]" in result.out


@pytest.mark.parametrize("variable", ["NO_COLOR", "FORCE_COLOR"])
def test_colour_follows_the_environment(
    connlint: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    write_connector(folder / "pets", broken=True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv(variable, "1")
    assert ("\x1b[" in connlint("check").out) == (variable == "FORCE_COLOR")
    assert "\x1b[" not in connlint("check", "--color", "never").out
    assert "\x1b[" in connlint("check", "--color", "always").out


def test_control_characters_of_a_spec_never_reach_the_terminal(connlint: Run, folder: Path) -> None:
    path = write_connector(folder / "pets")
    resources = json.loads((path / "resources.json").read_text("utf-8"))
    resources[0]["operations"]["read"]["path"]["placeholders"].append(
        {"name": "x\x1b]0;owned\x07\u202e", "type": "String", "required": True}
    )
    (path / "resources.json").write_text(json.dumps(resources, ensure_ascii=False), "utf-8")
    for format_ in ("text", "concise"):
        out = connlint("check", "--format", format_).out
        assert "\x1b" not in out
        assert "\u202e" not in out


def test_the_same_input_gives_the_same_bytes(connlint: Run, folder: Path) -> None:
    for name in ("b", "a", "c"):
        write_connector(folder / name, broken=True)
    first = connlint("check", "--format", "json")
    assert connlint("check", "c", "a", "b", "--format", "json").out == first.out
    files = [item["file"] for item in json.loads(first.out)["findings"]]
    assert files == sorted(files)


def test_a_rule_that_fails_hides_nothing_else(
    connlint: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from connlint.registry import rules

    def broken(_node: object) -> None:
        raise RuntimeError("boom")

    write_connector(folder / "pets", broken=True)
    monkeypatch.setattr(rules()["duplicate-handle"], "check", broken)
    result = connlint("check", "--format", "concise")
    assert result.status == 1
    assert "error[internal-error] the rule `duplicate-handle` failed" in result.out
    assert "unused-placeholder" in result.out


def test_an_unknown_command_names_the_nearest(connlint: Run) -> None:
    result = connlint("chek")
    assert result.status == 2
    assert "Did you mean `check`?" in result.err


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_changed_since_checks_what_a_change_touches(connlint: Run, folder: Path) -> None:
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t.test"]
    for name in ("a", "b", "c"):
        write_connector(folder / name, broken=True)
    subprocess.run([*git, "init", "-q", "."], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "one"], check=True)

    def struck() -> set[str]:
        report = json.loads(connlint("check", "--changed-since", "HEAD", "--format", "json").out)
        return {part["connector"] for part in report["connectors"]}

    assert struck() == set()
    assert connlint("check", "--changed-since", "HEAD").status == 0
    (folder / "a" / "events.yaml").write_text("source: {from: x}\nevents: {}\n", "utf-8")
    (folder / "b").rename(folder / "d")
    assert struck() == {"a", "d"}
    (folder / "connlint.toml").write_text('fail-on = "error"\n', "utf-8")
    assert struck() == {"a", "c", "d"}
    wrong = connlint("check", "--changed-since", "nowhere")
    assert (wrong.status, "`nowhere` is no revision" in wrong.err) == (2, True)
