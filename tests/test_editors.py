"""What editors are told: the snippets of docs/editors.md and the VS Code extension hold to what there is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from click.testing import CliRunner

from connlint import schema as schemas
from connlint.cli import COMMANDS, group
from connlint.cli.lsp import PIP
from connlint.discovery import DATA_ENDINGS, PAGE_ENDINGS
from connlint.reading import read
from connlint.version import VERSION

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "editors.md").read_text("utf-8")
VSCODE = ROOT / "editors" / "vscode"
if not VSCODE.exists():
    pytest.skip("the extension is not part of the source distribution", allow_module_level=True)
PACKAGE: dict[str, Any] = json.loads((VSCODE / "package.json").read_text("utf-8"))
SCHEMAS = "https://connlint.dev/schemas/"
LANGUAGES = ("json", "yaml", "markdown")


class Snippet(NamedTuple):
    language: str
    title: str
    text: str


def snippets(language: str) -> list[Snippet]:
    """The page's fences of a language."""
    found = re.findall(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL)
    chosen = [Snippet(*item) for item in found if item[0] == language]
    assert chosen
    return chosen


def values(value: object) -> Iterator[object]:
    """Every value in a JSON value, itself included."""
    yield value
    if isinstance(value, dict):
        for inner in value.values():
            yield from values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from values(inner)


@pytest.mark.parametrize("snippet", snippets("json"), ids=lambda snippet: snippet.title)
def test_json_snippets_parse_and_run_commands_that_exist(snippet: Snippet) -> None:
    value = json.loads(snippet.text)

    for item in values(value):
        if isinstance(item, dict) and "command" in item:
            assert item["command"] == "connlint"
            runs(item["args"])


def test_helix_adds_the_server_to_every_language() -> None:
    (snippet,) = snippets("toml")
    value = tomllib.loads(snippet.text)

    server = value["language-server"]["connlint"]
    assert server["command"] == "connlint"
    runs(server["args"])
    assert {item["name"] for item in value["language"]} == set(LANGUAGES)
    assert all("connlint" in item["language-servers"] for item in value["language"])


def test_neovim_snippets_are_lua_and_name_the_languages(tmp_path: Path) -> None:
    server, others = snippets("lua")
    for snippet in (server, others):
        bare = re.sub(r"'[^'\n]*'", "''", snippet.text)
        assert "'" not in bare.replace("''", "")
        for opening, closing in ("()", "{}", "[]"):
            assert bare.count(opening) == bare.count(closing)
        parser = shutil.which("luac")
        if parser is not None:
            (tmp_path / "x.lua").write_text(snippet.text)
            subprocess.run([parser, "-p", tmp_path / "x.lua"], check=True)
    lists = dict(re.findall(r"^ *(\w+) = \{ ((?:'[^']*'(?:, )?)+) \}", server.text, re.MULTILINE))
    named = {key: re.findall(r"'([^']*)'", text) for key, text in lists.items()}
    assert named["cmd"][0] == "connlint"
    runs(named["cmd"][1:])
    assert set(named["filetypes"]) == set(LANGUAGES)
    assert "vim.lsp.enable('connlint')" in server.text


def runs(arguments: list[str]) -> None:
    """That connlint has the command and its options."""
    assert arguments[0] in COMMANDS
    done = CliRunner().invoke(group, [*arguments, "--help"])
    assert done.exit_code == 0, done.output
    if arguments[0] == "check" and len(arguments) > 1:
        assert arguments[1:] == ["--format", "concise"]


def test_the_modeline_names_the_schema_that_the_example_follows() -> None:
    (snippet,) = snippets("yaml")
    address = re.match(r"# yaml-language-server: \$schema=(\S+)\n", snippet.text)
    assert address is not None
    (name,) = [name for name in schemas.NAMES if schemas.load(name)["$id"] == address[1]]

    assert schemas.valid(yaml.safe_load(snippet.text), name)


def test_addresses_are_those_of_the_schemas() -> None:
    named = set(re.findall(r"https://connlint\.dev/schemas/[\w.-]+", PAGE))

    assert named == {schemas.load(name)["$id"] for name in schemas.NAMES if name != "findings"}


def associations() -> list[tuple[str, str]]:
    """Addresses of schemas with the patterns of the files that they are for, as the snippets have them."""
    found = []
    for snippet in snippets("json"):
        for item in values(json.loads(snippet.text)):
            if isinstance(item, dict) and "fileMatch" in item:
                found += [(item["url"], pattern) for pattern in item["fileMatch"]]
            elif isinstance(item, dict):
                found += [(key, value) for key, value in item.items() if key.startswith(SCHEMAS)]
    for snippet in snippets("lua"):
        found += re.findall(r"\['([^']+)'\] = '([^']+)'", snippet.text)
        pairs = re.findall(r"fileMatch = \{ '([^']+)' \},\s*url = '([^']+)'", snippet.text)
        found += [(address, pattern) for pattern, address in pairs]
    return found


def test_patterns_match_the_documents_that_they_are_for() -> None:
    """The examples' `connectors/` is this repository's `specs/`."""
    files = [path.relative_to(ROOT).as_posix() for path in (ROOT / "specs").rglob("*") if path.is_file()]
    pairs = associations()
    assert len(pairs) == 12, "four documents in three editors"
    for address, pattern in set(pairs):
        mine = pattern.replace("connectors/", "specs/").replace("**/", "*")
        matched = [file for file in files if fnmatchcase(file, mine)]
        assert matched, pattern
        for file in matched[:3]:
            (document,) = read(file, (ROOT / file).read_bytes(), named=True).documents
            name = address.removeprefix(SCHEMAS).removesuffix(".schema.json")
            assert schemas.valid(document.value, name), file


def test_the_problem_matcher_reads_what_check_prints() -> None:
    (tasks,) = [json.loads(item.text) for item in snippets("json") if item.title == ".vscode/tasks.json"]
    (task,) = tasks["tasks"]
    pattern = task["problemMatcher"]["pattern"]
    printed = CliRunner().invoke(group, [*task["args"], str(ROOT / "specs" / "chatgpt-published")]).output

    found = [re.fullmatch(pattern["regexp"], line) for line in printed.splitlines()]

    assert len(found) > 10
    for match in found:
        assert match is not None
        assert match[pattern["file"]].endswith(".json")
        assert int(match[pattern["line"]]) > 0
        assert match[pattern["severity"]] in ("error", "warning")
        assert " " in match[pattern["message"]]


def test_languages_cover_the_files_that_are_read() -> None:
    endings = set(re.findall(r"`?\*(\.\w+)[`;]", PAGE[PAGE.index("## JetBrains") :]))

    assert endings == {*DATA_ENDINGS, *PAGE_ENDINGS} - {".markdown"}
    assert PACKAGE["activationEvents"] == [f"onLanguage:{language}" for language in LANGUAGES]
    extension = (VSCODE / "extension.js").read_text("utf-8")
    assert re.findall(r"language: '(\w+)'", extension) == list(LANGUAGES)


# --- the VS Code extension


def test_the_extension_is_of_this_version_and_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert PACKAGE["version"] == VERSION == project["version"]
    assert PACKAGE["license"] == project["license"]
    assert PACKAGE["name"] == project["name"]
    assert f"editors/vscode/connlint-{VERSION}.vsix" in PAGE


def test_the_lock_file_agrees_and_names_no_registry() -> None:
    lock = json.loads((VSCODE / "package-lock.json").read_text("utf-8"))
    own = lock["packages"][""]

    assert (own["name"], own["version"]) == (PACKAGE["name"], PACKAGE["version"])
    assert own["dependencies"] == PACKAGE["dependencies"]
    assert own["devDependencies"] == PACKAGE["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in own["dependencies"].values())
    assert all("resolved" not in item for item in lock["packages"].values())
    assert all("integrity" in item for name, item in lock["packages"].items() if name)


def test_settings_and_commands_are_the_declared_ones() -> None:
    code = (VSCODE / "extension.js").read_text("utf-8") + (VSCODE / "launch.js").read_text("utf-8")
    declared = set(PACKAGE["contributes"]["configuration"]["properties"])
    commands = {item["command"] for item in PACKAGE["contributes"]["commands"]}

    assert set(re.findall(r"registerCommand\('([^']+)'", code)) == commands
    used = set(re.findall(r"connlint\.(?!toml|dev|exe|restart)\w+", code + PAGE))
    assert used == {"connlint.path"}
    assert used | {"connlint.trace.server"} == declared
    assert PACKAGE["capabilities"]["untrustedWorkspaces"]["supported"] is False, "rules in Python are code"


@pytest.mark.skipif(shutil.which("node") is None, reason="no node")
@pytest.mark.skipif(sys.platform == "win32", reason="its stand-ins for connlint are shell scripts")
def test_the_extension_finds_the_program_and_says_what_is_missing(tmp_path: Path) -> None:
    scripts = {
        "fine": "exit 0",
        "bare": f'echo "connlint: the language server needs the package pygls: {PIP}" >&2; exit 2',
        "broken": "echo one >&2; echo 'two: it broke' >&2; exit 3",
    }
    for name, text in scripts.items():
        (tmp_path / name).write_text(f'#!/bin/sh\n[ "$*" = lsp ] || exit 9\n{text}\n')
        (tmp_path / name).chmod(0o755)
    run = """
        const { program, probe, PIP } = require(process.argv[1]);
        const home = process.argv[2];
        const unix = { home: '/home/me', platform: 'linux', exists: (path) => path.startsWith('/b/') };
        const found = [
          program('', ['/a', '/b'], unix), program(undefined, ['/a'], unix), program(' ~/x ', [], unix),
          program('${workspaceFolder}/x', ['/a'], unix), program('/opt/connlint', ['/b'], unix),
        ];
        Promise.all(['fine', 'bare', 'broken', 'absent'].map((name) => probe(`${home}/${name}`, home)))
          .then((troubles) => console.log(JSON.stringify({ found, troubles, PIP })));
    """
    done = subprocess.run(
        ["node", "-e", run, VSCODE / "launch.js", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)

    assert answer["PIP"] == PIP
    assert answer["found"] == ["/b/.venv/bin/connlint", "connlint", "/home/me/x", "/a/x", "/opt/connlint"]
    fine, bare, broken, absent = answer["troubles"]
    assert fine is None
    assert 'needs the extra "lsp"' in bare["message"]
    assert bare["fix"] == absent["fix"] == PIP
    assert "was not found" in absent["message"]
    assert broken == {"message": f"{tmp_path}/broken lsp ended with status 3: two: it broke", "fix": None}
