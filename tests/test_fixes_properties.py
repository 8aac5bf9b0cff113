"""Laws of fixes, on connectors that are made up: whatever is mended, all else stays as its author wrote it.

For JSON, YAML and fenced blocks: the fixed text parses (with parsers that are not ours), differs inside the
edits only, no longer has the finding, and a second run changes nothing.
"""

from __future__ import annotations

import copy
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.bench.corpus import Order, make
from tests.golden import FIXED, Case, all_cases, changed_files, copy_inputs, findings_in

from connlint.finding import TextEdit
from connlint.fixer import Fixed, fix
from connlint.run import Request

Json = dict[str, Any]
Fault = Callable[[Json, list[Json]], None]

# --- mistakes with one right edit


def slash_at_the_end(service: Json, _resources: list[Json]) -> None:
    service["service"]["baseURL"]["value"] += "/"


def misspelt_type(_service: Json, resources: list[Json]) -> None:
    resources[0]["fields"][0]["type"] = "Strng"


def misspelt_placeholder_type(_service: Json, resources: list[Json]) -> None:
    for placeholder in resources[-1]["operations"]["create"]["bodyTemplate"]["placeholders"]:
        placeholder["type"] = placeholder["type"].replace("String", "Sting")


def misspelt_key(_service: Json, resources: list[Json]) -> None:
    path = resources[0]["operations"]["read"]["path"]
    path["placholders"] = path.pop("placeholders")


def misspelt_hole(_service: Json, resources: list[Json]) -> None:
    read = resources[-1]["operations"]["read"]
    read["path"] = copy.deepcopy(read["path"])
    read["path"]["value"] = read["path"]["value"].replace("_id}}", "_ids}}")


def option_twice(_service: Json, resources: list[Json]) -> None:
    template = resources[0]["operations"]["create"]["bodyTemplate"]
    template["placeholders"][0]["options"] = ["a", "b", "a"]


def unclosed_hole(_service: Json, resources: list[Json]) -> None:
    body = resources[0]["operations"]["create"]["bodyTemplate"]
    body["value"] = body["value"].replace("}}", "}", 1)


def query_in_path(_service: Json, resources: list[Json]) -> None:
    listing = resources[-1]["operations"]["list"]
    listing["path"] = {"value": "?limit=5"}
    del listing["queryParams"]


def selector_with_a_letter_too_many(_service: Json, resources: list[Json]) -> None:
    resources[0]["fields"][1]["selector"] = ["created_att"]


def quoted_value(_service: Json, resources: list[Json]) -> None:
    body = resources[0]["operations"]["create"]["bodyTemplate"]
    body["value"] = re.sub(r'(?<!")({{\w+}})(?!")', r'"\1"', body["value"])


FAULTS: tuple[Fault, ...] = (
    slash_at_the_end, misspelt_type, misspelt_placeholder_type, misspelt_key, misspelt_hole, option_twice,
    unclosed_hole, query_in_path, selector_with_a_letter_too_many, quoted_value,
)  # fmt: skip  # rows hold what belongs together

# --- hands that write


def as_json(value: object, hand: int) -> str:
    indent: int | str | None = (1, 2, 4, "\t", None)[hand % 5]
    return json.dumps(value, indent=indent, ensure_ascii=hand % 2 == 0) + "\n" * (hand % 3)


def as_yaml(value: object, hand: int) -> str:
    text: str = yaml.dump(
        json.loads(json.dumps(value)),
        Dumper=yaml.CSafeDumper,
        sort_keys=False,
        allow_unicode=True,
        width=(40, 100, 1000)[hand % 3],
        default_flow_style=(None, False)[hand % 2],
    )
    lines = text.splitlines()
    for at in range(0, len(lines), 5 + hand):
        if re.fullmatch(r" *(- )?\w+:", lines[at]):
            lines[at] += '   # why this is so: \u732b, it\'s "so"'
    return "# before everything\n\n" + "\n".join(lines) + "\n"


def as_page(documents: dict[str, object], hand: int) -> str:
    parts = ["# A page\n\nProse, with `{{holes}}` of its own and \u201cquotes\u201d.\n"]
    for value in documents.values():
        language, text = ("json", as_json(value, hand)) if hand % 2 else ("yaml", as_yaml(value, hand))
        parts.append(f"```{language}\n{text.rstrip()}\n```\n\nMore prose.  \n")
    return "\n".join(parts)


@st.composite
def connectors(draw: st.DrawFn) -> dict[str, bytes]:
    """The files of a connector with mistakes in it, as somebody's editor might have left them."""
    order = Order(draw(st.integers(0, 30)), size=1_000, evidence=draw(st.booleans()))
    files = make(order)
    service, resources = json.loads(files.pop("service.json")), json.loads(files.pop("resources.json"))
    for fault in draw(st.lists(st.sampled_from(FAULTS), min_size=1, max_size=4, unique=True)):
        fault(service, resources)
    hand = draw(st.integers(0, 9))
    form = draw(st.sampled_from(["json", "yaml", "md"]))
    documents = {"service": service, "resources": resources}
    if form == "md":
        written = {"page.md": as_page(documents, hand)}
        files = {f"page/{name}": text for name, text in files.items()}
    else:
        write = as_json if form == "json" else as_yaml
        written = {f"{name}.{form}": write(value, hand) for name, value in documents.items()}
    end = draw(st.sampled_from(["\n", "\r\n"]))
    mark = b"\xef\xbb\xbf" if draw(st.booleans()) and form != "md" else b""
    return {name: text.encode() for name, text in files.items()} | {
        name: mark + text.replace("\n", end).encode() for name, text in written.items()
    }


@contextmanager
def folder_of(files: dict[str, bytes]) -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="connlint-"))
    try:
        for name, data in files.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(data)
        yield home
    finally:
        shutil.rmtree(home)


# --- the laws


def parsed(path: Path, data: bytes) -> list[object]:
    """What a file holds, by parsers that are not ours."""
    text = data.decode("utf-8-sig")
    if path.suffix == ".md":
        fences = [token for token in MarkdownIt().parse(text) if token.type == "fence"]
        read: dict[str, Callable[[str], object]] = {"json": json.loads, "yaml": yaml.safe_load}
        return [read[token.info](token.content) for token in fences if token.info in read]
    return [json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)]


def laid_over(text: str, edits: list[TextEdit]) -> str:
    """The text with edits applied, from the last to the first."""
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def held_to_the_laws(home: Path, result: Fixed) -> None:
    gone = {finding.fingerprint for finding in result.applied}
    left = {item.fingerprint for item in result.outcome.report.all_findings if item.state == "active"}
    assert not gone & left, "what was mended is no more"
    before = {path: path.read_bytes() for path in result.files}
    for path, data in result.files.items():
        assert parsed(path, data) != parsed(path, before[path])
        edits = [
            edit
            for finding in result.applied
            if finding.fix is not None
            for edit in finding.fix.edits
            if home / edit.source.path == path
        ]
        text = before[path].decode("utf-8-sig")
        if all(
            edit.source.text == text for edit in edits
        ):  # one round: the edits are those of the file as it was
            mark = b"\xef\xbb\xbf" if before[path].startswith(b"\xef\xbb\xbf") else b""
            assert data == mark + laid_over(text, edits).encode(), "nothing but the edits' own text changes"
        assert (b"\r\n" in data) == (b"\r\n" in before[path])
        assert data.count(b"\r") == data.count(b"\r\n") or b"\r\n" not in data
    for path, data in result.files.items():
        path.write_bytes(data)
    again = fix(Request(paths=(home,), working=home), unsafe=True)
    assert (again.files, again.applied) == ({}, []), "a second run changes nothing"


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(connectors())
def test_fixes_of_a_made_up_connector_keep_the_laws(files: dict[str, bytes]) -> None:
    with folder_of(files) as home:
        result = fix(Request(paths=(home,), working=home), unsafe=True)

        held_to_the_laws(home, result)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(connectors())
def test_each_fix_alone_mends_its_finding(files: dict[str, bytes]) -> None:
    with folder_of(files) as home:
        for finding in findings_in(home):
            if finding.fix is None:
                continue
            edits = list(finding.fix.edits)
            path = home / edits[0].source.path
            assert all(home / edit.source.path == path for edit in edits)
            kept = path.read_bytes()
            mark = b"\xef\xbb\xbf" if edits[0].source.bom else b""
            path.write_bytes(mark + laid_over(edits[0].source.text, edits).encode())

            parsed(path, path.read_bytes())
            assert finding.fingerprint not in {item.fingerprint for item in findings_in(home)}, finding

            path.write_bytes(kept)


@pytest.mark.parametrize("form", ["json", "yaml", "md"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_each_of_these_mistakes_has_a_fix(fault: Fault, form: str, tmp_path: Path) -> None:
    """What the laws are held on is not nothing."""
    files = make(Order(0, size=1_000, evidence=True))
    service, resources = json.loads(files.pop("service.json")), json.loads(files.pop("resources.json"))
    fault(service, resources)
    documents = {"service": service, "resources": resources}
    if form == "md":
        files = {f"page/{name}": text for name, text in files.items()} | {"page.md": as_page(documents, 3)}
    else:
        write = as_json if form == "json" else as_yaml
        files |= {f"{name}.{form}": write(value, 3) for name, value in documents.items()}
    with folder_of({name: text.encode() for name, text in files.items()}) as home:
        result = fix(Request(paths=(home,), working=home), unsafe=True)

        assert result.applied
        held_to_the_laws(home, result)


def mended() -> list[Case]:
    return [case for case in all_cases() if (case.folder / FIXED).is_dir()]


@pytest.mark.parametrize("case", mended(), ids=lambda case: case.name)
def test_line_ends_of_another_system_change_no_fix(case: Case, tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    copy_inputs(case, before)
    for file in before.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            if b"\r" in data:
                pytest.skip("the case is about line ends itself")
            file.write_bytes(data.replace(b"\n", b"\r\n"))
    shutil.copytree(before, after)

    result = fix(Request(paths=(after,), working=after), unsafe=True)
    for path, data in result.files.items():
        path.write_bytes(data)

    plain = tmp_path / "plain"
    copy_inputs(case, plain)
    for path, data in fix(Request(paths=(plain,), working=plain), unsafe=True).files.items():
        path.write_bytes(data)
    source = tmp_path / "source"
    copy_inputs(case, source)
    assert changed_files(before, after) == {
        name: data.replace(b"\n", b"\r\n") for name, data in changed_files(source, plain).items()
    }
