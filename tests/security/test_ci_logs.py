"""A log of CI is read by the CI system: nothing in what is checked becomes a command to it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.security.conftest import Run
from tests.security.test_network import serving

from connlint.report.escape import logged

COMMANDS = (
    "##[add-mask]x",
    "##vso[task.setvariable variable=a]b",
    "##teamcity[message text='a']",
    "##[ERROR]no",
)
OBEYED = re.compile(r"##(?:vso|teamcity)?\[|^\s*::(?!: )", re.MULTILINE | re.IGNORECASE)


@pytest.fixture
def commanding(folder: Path, pets: Path) -> Path:
    """A connector with commands for every system of CI in its names, also in the name of its folder."""
    home = pets.rename(folder / "::add-mask::a ##[error]b")
    resources = json.loads((home / "resources.json").read_text("utf-8"))
    said = " ".join(COMMANDS)
    resources[0]["handle"] = f"cats {said}\n::error::x\n\t::stop-commands::y"
    resources[0]["fields"].append({"name": f"::debug::{said}", "type": f"Sting {said}", "selector": [said]})
    resources[0]["operations"][said] = {"method": "GET", "path": {"value": "/{{" + said}}
    (home / "resources.json").write_text(json.dumps(resources), "utf-8")
    return home


@pytest.mark.parametrize("format_", ["text", "concise", "markdown", "json", "sarif", "gitlab", "junit"])
def test_no_report_of_check_holds_a_command(connlint: Run, commanding: Path, format_: str) -> None:
    result = connlint("check", "--format", format_, "--show", "info")
    assert result.status == 1
    assert "add-mask" in result.out
    assert OBEYED.search(result.out + result.err) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("coverage",),
        ("coverage", "--format", "json"),
        ("coverage", "--format", "html"),
        ("coverage", "--format", "markdown"),
        ("fixtures", "list"),
        ("compat", "{home}", "{home}"),
        ("try", "{home}", "nothing"),
        ("mock", "{home}", "--port", "99999"),
        ("config", "show", "{home}"),
        ("check", "::error::x"),
        ("check", "--select", "::error::x"),
    ],
)
def test_no_other_output_holds_a_command(connlint: Run, commanding: Path, arguments: tuple[str, ...]) -> None:
    result = connlint(*[part.replace("{home}", commanding.name) for part in arguments])
    assert OBEYED.search(result.out + result.err) is None


def test_an_answer_that_is_shown_holds_no_command(connlint: Run, pets: Path) -> None:
    body = ("::add-mask::a\n  ::error::b\r::warning::c\n" + "\n".join(COMMANDS)).encode()
    with serving(headers={"content-type": "text/plain"}, body=body) as vendor:
        result = connlint("try", "pets", "cats.read", "-p", "cat_id=1", "--base-url", vendor.url)
    assert "add-mask" in result.out
    assert OBEYED.search(result.out + result.err) is None


def test_what_is_written_for_programs_keeps_its_meaning() -> None:
    value = {"a": "##[x] ##vso[y] \\##[z] ::b"}
    shown = logged(json.dumps(value), "json")
    assert OBEYED.search(shown) is None
    assert json.loads(shown) == value
    assert logged("a ::: b\n ::: c\n# d ##e\n") == "a ::: b\n ::: c\n# d ##e\n"
