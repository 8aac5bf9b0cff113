"""Laws of the baseline, whatever authors do between runs: what it holds is not shown, what it does not hold
is, what is no more is said, and nobody's entries are lost."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.states import budget

from connlint.cli import group
from connlint.run import Request, run

Known = tuple[str, str, str]
"""A finding: connector, rule, address."""


def _spare(resource: Any) -> None:
    resource["operations"]["read"]["path"]["placeholders"].append({"name": "spare", "type": "String"})


def _type(resource: Any) -> None:
    resource["fields"][1]["type"] = "Sting"


def _option(resource: Any) -> None:
    resource["operations"]["list"]["queryParams"]["sort"]["placeholders"][0]["options"] = ["up", "down", "up"]


def _optional(resource: Any) -> None:
    resource["operations"]["read"]["path"]["placeholders"][0]["required"] = False


def _hole(resource: Any) -> None:
    resource["operations"]["delete"]["path"]["value"] = "/{{nothing}}"


def _twin(resource: Any) -> None:
    resource["fields"].append(dict(resource["fields"][0]))


FAULTS: dict[tuple[str, str], Callable[[Any], None]] = {
    ("unused-placeholder", "cats.read.path{spare}"): _spare,
    ("unknown-type", "cats.fields[kind]"): _type,
    ("duplicate-option", "cats.list.query[sort]{sort}"): _option,
    ("optional-in-path", "cats.read.path{cat}"): _optional,
    ("undeclared-placeholder", "cats.delete.path{nothing}"): _hole,
    ("duplicate-field", "cats.fields[id#2]"): _twin,
}
CONNECTORS = ("x", "y")
BASELINE = "connlint-baseline.json"


def connector(faults: set[tuple[str, str]]) -> list[Any]:
    """A resources document with these faults and no others."""
    sort = {"name": "sort", "type": "String", "options": ["up", "down"]}
    one = {"name": "cat", "type": "String", "required": True}
    cats: dict[str, Any] = {
        "handle": "cats",
        "endpoint": {"value": "/cats"},
        "operations": {
            "list": {"method": "GET", "queryParams": {"sort": {"value": "{{sort}}", "placeholders": [sort]}}},
            "read": {"method": "GET", "path": {"value": "/{{cat}}", "placeholders": [one]}},
            "delete": {"method": "DELETE", "path": {"value": "/all"}},
        },
        "fields": [
            {"name": "id", "type": "String", "selector": ["id"]},
            {"name": "kind", "type": "String", "selector": ["kind"]},
        ],
    }
    for fault in sorted(faults):
        FAULTS[fault](cats)
    return [
        cats,
        {"handle": "dogs", "endpoint": {"value": "/dogs"}, "operations": {"list": {"method": "GET"}}},
    ]


class BaselineAndAuthors(RuleBasedStateMachine):
    """Two connectors with faults that come and go, and one baseline. `faults` is what is wrong, `accepted`
    what the baseline holds."""

    @initialize(found=st.sets(st.sampled_from(sorted(FAULTS)), min_size=2, max_size=4))
    def begin(self, found: set[tuple[str, str]]) -> None:
        """A team begins: some things are wrong in both connectors, and the baseline holds them."""
        self.before = Path.cwd()
        self.home = Path(tempfile.mkdtemp()).resolve()
        os.chdir(self.home)
        Path("connlint.toml").write_text(f'baseline = "{BASELINE}"\n', "utf-8")
        self.faults: dict[str, set[tuple[str, str]]] = {name: set(found) for name in CONNECTORS}
        self.accepted: set[Known] = set()
        self.styles = dict.fromkeys(CONNECTORS, "indented")
        for name in CONNECTORS:
            Path(name).mkdir()
            service = {"handle": name, "service": {"baseURL": {"value": "https://api.test/v1"}}}
            Path(name, "service.json").write_text(json.dumps(service), "utf-8")
            self.write(name)
        self.take_stock((), False)

    def teardown(self) -> None:
        if hasattr(self, "home"):
            os.chdir(self.before)
            shutil.rmtree(self.home)

    def write(self, name: str) -> None:
        """The connector's document as it is now, in its style."""
        for old in Path(name).glob("res*"):
            old.unlink()
        value = connector(self.faults[name])
        style = self.styles[name]
        if style == "other order":
            value = json.loads(json.dumps(value[::-1]), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
        text = (
            yaml.safe_dump(value)
            if style == "yaml"
            else json.dumps(value, indent=3 if style == "indented" else None)
        )
        if style == "further down":
            text = "\n" * 7 + text
        Path(name, {"yaml": "res.yaml", "other name": "res-2.json"}.get(style, "res.json")).write_text(
            text, "utf-8"
        )

    def wrong(self, *names: str) -> set[Known]:
        return {(name, *fault) for name in names or CONNECTORS for fault in self.faults[name]}

    def command(self, *arguments: str) -> int:
        result = CliRunner().invoke(group, list(arguments), prog_name="connlint")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code

    # authors

    @rule(
        name=st.sampled_from(CONNECTORS),
        faults=st.sets(st.sampled_from(sorted(FAULTS)), min_size=1, max_size=3),
    )
    def make_and_mend(self, name: str, faults: set[tuple[str, str]]) -> None:
        self.faults[name] = self.faults[name] ^ faults
        self.write(name)

    @rule(
        name=st.sampled_from(CONNECTORS),
        style=st.sampled_from(["one line", "other order", "further down", "other name", "yaml"]),
    )
    def write_otherwise(self, name: str, style: str) -> None:
        self.styles[name] = style
        self.write(name)

    # the baseline

    @rule(names=st.sampled_from([(), ("x",), ("y",)]), prune=st.booleans())
    def take_stock(self, names: tuple[str, ...], prune: bool) -> None:
        """`connlint baseline`, of all or of one, or with --prune: then a check of the same shows nothing."""
        command = ["baseline", *(["--prune"] if prune else []), *names]
        assert self.command(*command) == 0
        others = {item for item in self.accepted if item[0] not in (names or CONNECTORS)}
        now = self.wrong(*names)
        self.accepted = others | (self.accepted & now if prune else now)
        assert self.command("check", *names) == (0 if now <= self.accepted else 1)
        first = Path(BASELINE).read_bytes()
        assert self.command(*command) == 0
        assert Path(BASELINE).read_bytes() == first, "the same findings make the same bytes"

    # the laws

    def stands(self, *names: str) -> tuple[set[Known], set[Known], set[str]]:
        """What a check shows, what it leaves to the baseline, and which entries it says are of no use."""
        paths = tuple(Path(name) for name in names) or (Path(),)
        shown, covered, gone = set(), set(), set()
        for found in run(Request(paths, self.home)).report.all_findings:
            if found.rule == "unused-ignore":
                gone.add(found.message)
            elif found.state == "baselined":
                covered.add((found.connector, found.rule, found.address))
            else:
                assert found.state == "active"
                shown.add((found.connector, found.rule, found.address))
        return shown, covered, gone

    def hold(self, *names: str) -> None:
        among = names or CONNECTORS
        accepted = {item for item in self.accepted if item[0] in among}
        shown, covered, gone = self.stands(*names)
        assert shown == self.wrong(*names) - accepted, "what the baseline does not hold is shown"
        assert covered == self.wrong(*names) & accepted, "what it holds is counted, and not shown"
        assert gone == {
            f"nothing at `{address}` in {name} any more" for name, _, address in accepted - self.wrong(*names)
        }, "what is no more is said"

    @rule(name=st.sampled_from(CONNECTORS))
    def a_check_of_one_connector_speaks_of_its_own_entries_only(self, name: str) -> None:
        self.hold(name)

    @invariant()
    def the_laws_hold(self) -> None:
        if hasattr(self, "home"):
            self.hold()


TestBaselineAndAuthors = BaselineAndAuthors.TestCase
TestBaselineAndAuthors.settings = budget(examples=10, steps=9)
