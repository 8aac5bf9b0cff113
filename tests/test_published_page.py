"""The published connector held to its vendor's own documents: every finding is a fact that was looked up.

`published_findings.txt` lists them, with a word of reason each. The page, the SDK document and the contract
are not part of this repository: where they are absent these tests are skipped.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from connlint.cli import group
from connlint.finding import Finding, Report, Severity
from connlint.run import Request, run

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"
PAGE = SHARED / "seeds" / "chatgpt-page.md"
SDK_DOCUMENT = SHARED / "seeds" / "openai-webhooks-sdk-doc.txt"
CONTRACT = SHARED / "contracts" / "openai.openapi.json"
OURS = HERE.parent / "specs" / "chatgpt-published"
EXPECTED = HERE / "published_findings.txt"

pytestmark = [
    pytest.mark.skipif(
        not all(path.exists() for path in (PAGE, SDK_DOCUMENT, CONTRACT)),
        reason="the published page and its vendor's documents are not part of this repository",
    ),
    pytest.mark.xdist_group("openai"),
]


@dataclass(frozen=True)
class Expected:
    """One line of the golden file; a place is `line:column`, or `file:line:column`, "-" for none."""

    rule: str
    address: str
    in_page: str
    in_ours: str
    reason: str


def expected() -> list[Expected]:
    lines = EXPECTED.read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ", 4) for line in lines if line and not line.startswith("#")]
    return [Expected(*row) for row in rows]


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The events document that `connlint events import` makes of the SDK document."""
    path = tmp_path_factory.mktemp("events") / "events.yaml"
    done = CliRunner().invoke(group, ["events", "import", str(SDK_DOCUMENT), "--output", str(path)])
    assert done.exit_code == 0, done.output
    return path


@pytest.fixture(scope="module")
def page(events: Path) -> Report:
    return check(PAGE, events)


@pytest.fixture(scope="module")
def ours(events: Path) -> Report:
    return check(OURS, events)


def check(path: Path, events: Path | None = None, contract: Path | None = CONTRACT) -> Report:
    return run(Request(paths=(path,), working=path.parent, contract=contract, events=events)).report


def places(report: Report, *, with_file: bool) -> Counter[tuple[str, str, str]]:
    """What is found where; what is said of the events document has no place of ours."""
    return Counter((found.rule, found.address, place(found, with_file)) for found in report.all_findings)


def place(found: Finding, with_file: bool) -> str:
    if found.rule == "stale-events":
        return "events.yaml"
    line, column = found.place.source.position(found.place.span.start)
    return (f"{Path(found.place.source.path).name}:" if with_file else "") + f"{line}:{column}"


def by_severity(report: Report) -> dict[str, int]:
    return dict(Counter(found.severity.word for found in report.all_findings))


def test_every_finding_of_the_page_is_one_that_was_looked_up(page: Report) -> None:
    assert places(page, with_file=False) == Counter((e.rule, e.address, e.in_page) for e in expected())
    assert by_severity(page) == {"error": 57, "warning": 37, "info": 5}


def test_our_copy_has_the_same_findings_but_those_of_pages(ours: Report) -> None:
    wanted = Counter((e.rule, e.address, e.in_ours) for e in expected() if e.in_ours != "-")

    assert places(ours, with_file=True) == wanted
    assert by_severity(ours) == {"error": 57, "warning": 35, "info": 5}


def test_every_finding_has_its_reason() -> None:
    assert all(row.reason.strip() for row in expected())


def test_the_errors_are_those_that_the_evidence_proves(page: Report) -> None:
    errors = Counter(found.rule for found in page.all_findings if found.severity is Severity.ERROR)

    assert errors == {
        "unknown-event": 30,
        "unreachable-payload-selector": 23,
        "wrong-method": 2,
        "unsupported-content-type": 1,
        "optional-breaks-body": 1,
    }


def test_what_is_right_is_not_reported(page: Report) -> None:
    found = page.all_findings
    about = {(item.rule, item.address) for item in found}
    rules = {item.rule for item in found}

    # proven through the envelope of `list`, a binary body, `number` for Integer, open enums, POST by design
    assert "unreachable-selector" not in rules
    assert "never-seen" not in rules
    assert not any(address.startswith("audio_speech.fields") for _, address in about)
    assert ("wrong-selector-type", "responses.fields[created_at]") not in about
    assert "unknown-option" not in rules
    assert not any(address == "runs.delete" for _, address in about)


def test_no_edit_would_make_things_worse(page: Report) -> None:
    fixes = {(found.rule, found.address): found.fix for found in page.all_findings if found.fix is not None}

    assert not [rule for rule, _ in fixes if rule == "unknown-event"], "no unknown event has a right name"
    assert ("wrong-method", "fine_tuning_jobs.delete") not in fixes
    post = fixes["wrong-method", "batches.delete"]
    assert [edit.text for edit in post.edits] == ['"POST"']


def test_the_summary_counts_what_is_proved(page: Report) -> None:
    summary = page.summary

    assert (summary.fields.proven, summary.fields.sometimes, summary.fields.unchecked) == (96, 4, 0)
    # of the nine official events only id, object and created_at; the unknown ones have nothing to be held to
    assert (summary.payload.proven, summary.payload.refuted, summary.payload.unchecked) == (11, 23, 105)
    events = (summary.events_official, summary.events_covered, summary.events_missing, summary.events_unknown)
    assert events == (15, 9, 6, 30)


def test_the_contract_alone_misses_a_seventh_event() -> None:
    report = check(OURS)

    missing = {found.value for found in report.all_findings if found.rule == "missing-event"}
    assert len(missing) == 7
    assert "live.call.incoming" in missing


def test_without_evidence_only_the_connector_itself_speaks() -> None:
    report = check(PAGE, contract=None)

    assert by_severity(report) == {"error": 1, "warning": 15, "info": 1}
    evidenced = {"unknown-event", "missing-event", "unreachable-selector", "wrong-method", "dropped-body-key"}
    assert not evidenced & {found.rule for found in report.all_findings}


def test_without_evidence_nothing_is_called_proven(tmp_path: Path) -> None:
    for name in ("service.json", "resources.json"):
        (tmp_path / name).write_bytes((OURS / name).read_bytes())

    report = check(tmp_path, contract=None)

    assert (report.summary.fields.proven, report.summary.fields.unchecked) == (0, 100)
    assert (report.summary.payload.proven, report.summary.payload.unchecked) == (0, 139)
    text = CliRunner().invoke(group, ["check", str(tmp_path)]).output
    assert "not checked" in text.lower()
    assert "--contract" in text
    assert "events import" in text
