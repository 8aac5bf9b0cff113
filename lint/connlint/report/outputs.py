"""Formats by name: which renderer makes which, and what a run's `--format NAME[:FILE]` asks for."""

from __future__ import annotations

from connlint.credentials import withheld
from connlint.finding import Report, Severity
from connlint.record import record
from connlint.report.escape import logged
from connlint.report.style import Style

FORMATS = ("text", "concise", "json", "markdown", "github", "sarif", "gitlab", "junit")


@record
class View:
    """How to show a report: the least severity, the frames of text (None: all), its width and colours."""

    least: Severity
    top: int | None
    statistics: bool
    width: int
    style: Style
    suppressed: bool


_KINDS = {"json": "json", "sarif": "json", "gitlab": "json", "junit": "xml"}


def rendered(report: Report, format_: str, view: View) -> str:
    """The report in one of `FORMATS`, without credentials, and without commands to CI but GitHub's own in its
    format. Raises KeyError for another format."""
    text = withheld(_rendered(report, format_, view))
    return text if format_ == "github" else logged(text, _KINDS.get(format_, "text"))


def _rendered(report: Report, format_: str, view: View) -> str:
    if format_ == "text":
        from connlint.report.text import render as text

        return text(
            report,
            width=view.width,
            least=view.least,
            top=view.top,
            style=view.style,
            statistics=view.statistics,
        )
    if format_ == "concise":
        from connlint.report.concise import render as concise

        return concise(report, least=view.least, style=view.style)
    if format_ == "json":
        from connlint.report.json import render as json

        return json(report)
    if format_ == "sarif":
        from connlint.report.sarif import render as sarif

        return sarif(report, least=view.least, suppressed=view.suppressed)
    if format_ not in FORMATS:
        raise KeyError(format_)
    from importlib import import_module

    made: str = import_module(f"connlint.report.{format_}").render(report, least=view.least)
    return made
