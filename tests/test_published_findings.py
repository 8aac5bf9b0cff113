"""What connlint finds in the published connector with no evidence at hand: sixteen faults, nothing false."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.golden import findings_in

from connlint.finding import Finding, Severity

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT.parent / "shared" / "seeds" / "chatgpt-page.md"

IN_THE_PAGE = [
    "270:1 warning leftover-text page",
    "274:1 warning leftover-text page",
]
IN_THE_DOCUMENTS = [
    "332:18 warning conflicting-auth service.headers[Authorization]",
    "393:43 warning wrong-placeholder-type chat_completions.create.body{messages}",
    "541:83 error optional-breaks-body images.create.body{n}",
    "541:102 warning optional-empties-body images.create.body{size}",
    "591:23 warning unused-placeholder audio_transcriptions.create.body{language}",
    "592:23 warning unused-placeholder audio_transcriptions.create.body{prompt}",
    "630:23 warning unused-placeholder audio_speech.create.body{response_format}",
    "708:35 warning optional-empties-body moderations.create.body{model}",
    "952:60 warning optional-empties-body assistants.create.body{name}",
    "952:92 warning optional-empties-body assistants.create.body{instructions}",
    "964:34 warning optional-empties-body assistants.update.body{name}",
    "964:66 warning optional-empties-body assistants.update.body{instructions}",
    "1215:34 warning optional-empties-body vector_stores.create.body{name}",
    "1225:34 warning optional-empties-body vector_stores.update.body{name}",
]


def shown(finding: Finding) -> str:
    """A finding in one line: place, severity, rule, address."""
    at = finding.place.source.position(finding.place.span.start)
    return f"{at.line}:{at.column} {finding.severity.word} {finding.rule} {finding.address}"


def warnings_in(folder: Path) -> list[Finding]:
    return [finding for finding in findings_in(folder) if finding.severity >= Severity.WARNING]


@pytest.mark.skipif(not SEED.exists(), reason="the published page is not part of this repository")
def test_the_published_page_has_sixteen_faults(tmp_path: Path) -> None:
    shutil.copy(SEED, tmp_path / "page.md")

    assert [shown(finding) for finding in warnings_in(tmp_path)] == IN_THE_PAGE + IN_THE_DOCUMENTS


def test_our_copy_of_its_facts_has_the_same_but_for_the_page(tmp_path: Path) -> None:
    for file in (ROOT / "specs" / "chatgpt-published").glob("*.json"):
        shutil.copy(file, tmp_path / file.name)

    found = {shown(finding).partition(" ")[2] for finding in warnings_in(tmp_path)}

    assert found == {line.partition(" ")[2] for line in IN_THE_DOCUMENTS}
