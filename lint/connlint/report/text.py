"""Output for people: a frame per fault, a list of the places that share it, and what the run proved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connlint.finding import ConnectorReport, Finding, NotChecked, Report, Severity, Summary, Tally
from connlint.patterns import pattern
from connlint.report.escape import visible
from connlint.report.frames import Mark, columns, frame
from connlint.report.style import Style

DEFAULT_WIDTH = 100
_VALUES = 19
"""The column where the summary's values begin."""
_COLOUR = pattern("\x1b\\[[0-9;]*m")


def render(
    report: Report,
    *,
    width: int = DEFAULT_WIDTH,
    least: Severity = Severity.WARNING,
    top: int | None = None,
    style: Style | None = None,
    statistics: bool = False,
) -> str:
    """The report for a terminal `width` columns wide: findings from `least` up, at most `top` frames."""
    style = style or Style(False)
    groups = grouped(report.all_findings, least)
    lines: list[str] = []
    for group in groups[:top]:
        lines += [*_group(group, width, style), ""]
    if top is not None and len(groups) > top:
        lines += [_left_out(groups[top:], top, width), ""]
    if statistics:
        lines += [*_statistics(report), ""]
    for line in _summaries(report, style):
        lines += _summary_lines(line, width)
    return "".join(f"{line}\n" for line in lines)


def _summary_lines(line: str, width: int) -> list[str]:
    """A line of the summary in as many as it needs: values under values, the count of a heading below it."""
    if line.startswith(" "):
        return _wrapped(line, width, " " * _VALUES)
    head, gap, counts = line.rpartition("   ")
    if gap and columns(_COLOUR.sub("", line)) > width:
        return [*_wrapped(head, width, ""), *_wrapped(f"  {counts}", width, "  ")]
    return _wrapped(line, width, "")


def grouped(findings: Iterable[Finding], least: Severity) -> list[list[Finding]]:
    """Active findings from `least` up; those of one connector, rule and evidence together."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        if finding.state != "active" or finding.severity < least:
            continue
        key: tuple[object, ...] = (finding.connector, finding.rule)
        if finding.group:
            key += (finding.group,)
        else:
            key += (finding.help, tuple(item.observed for item in finding.evidence))
            key += (finding.message,) if not finding.help and not finding.evidence else ()
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def _group(group: Sequence[Finding], width: int, style: Style) -> list[str]:
    first = group[0]
    source, span = first.place.source, first.place.span
    at = source.position(span.start)
    word = style.severity(first.severity.word, f"{first.severity.word}[{first.rule}]")
    head = f"{style.bold(visible(f'{source.path}:{at.line}:{at.column}'))}: {word} {visible(first.message)}"
    marks = [Mark(source, span, "", True)]
    marks += [Mark(item.place.source, item.place.span, item.message, False) for item in first.related]
    lines = [head, *frame(marks, width, first.address)]
    gutter = max(len(str(mark.source.position(mark.span.start).line)) for mark in marks)
    margin = " " * gutter
    for item in first.evidence:
        lines += _note(margin, f"{item.kind}: {item.observed}", width)
    if first.help and (first.fix is None or first.fix.title != first.help):
        lines += _note(margin, f"help: {first.help}", width)
    if first.fix is not None:
        flag = "--fix" if first.fix.safe else "--unsafe-fixes"
        lines += _note(margin, f"fix: {first.fix.title}    ({flag})", width)
    if len(group) > 1:
        lines += _more(margin, group[1:], width)
    return lines


def _note(margin: str, text: str, width: int) -> list[str]:
    """A line under a frame, wrapped with a hanging indent."""
    return _wrapped(f"{margin} = {visible(text)}", width, f"{margin}   ")


def _wrapped(text: str, width: int, hang: str) -> list[str]:
    """A line in as many as its words need in `width` columns; all but the first begin with `hang`."""
    if len(text) <= width and text.isascii():
        return [text.rstrip()]
    lines, line, taken = [], "", 0
    for word in text.split(" "):
        wide = columns(_COLOUR.sub("", word) if "\x1b" in word else word)
        if taken + wide > width and line.strip(" =|"):
            lines.append(line.rstrip())
            line, taken = hang, columns(hang)
        line += word + " "
        taken += wide + 1
    return [*lines, line.rstrip()]


def _more(margin: str, rest: Sequence[Finding], width: int) -> list[str]:
    """The other findings of a group, as `line:column label`, in columns."""
    items = []
    for finding in rest:
        at = finding.place.source.position(finding.place.span.start)
        items.append(visible(f"{at.line}:{at.column} {finding.label or finding.address}"))
    cell = max(columns(item) for item in items) + 2
    room = max(1, (width - len(margin) - 5) // cell)
    lines = [f"{margin} = {len(rest)} more:"]
    for start in range(0, len(items), room):
        row = items[start : start + room]
        lines.append(
            (f"{margin}     " + "".join(item + " " * (cell - columns(item)) for item in row)).rstrip()
        )
    return lines


def _left_out(groups: Sequence[Sequence[Finding]], top: int, width: int) -> str:
    counts: dict[str, int] = {}
    for group in groups:
        counts[group[0].rule] = counts.get(group[0].rule, 0) + len(group)
    text = ", ".join(f"{rule} {count}" for rule, count in sorted(counts.items()))
    return "\n".join(
        line.lstrip() for line in _note("", f"Not shown (--top {top}): {text}", width)
    ).removeprefix("= ")


def _statistics(report: Report) -> list[str]:
    counts: dict[tuple[int, str], int] = {}
    for finding in report.all_findings:
        if finding.state == "active":
            key = (-finding.severity, finding.rule)
            counts[key] = counts.get(key, 0) + 1
    if not counts:
        return ["no findings"]
    rows = sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    return [f"{count:>5}  {Severity(-severity).word:<8} {rule}" for (severity, rule), count in rows]


def _summaries(report: Report, style: Style) -> list[str]:
    lines: list[str] = []
    if not report.connectors:
        return lines
    verbose = len(report.connectors) == 1
    for part in report.connectors:
        if verbose or any(finding.severity >= Severity.WARNING for finding in part.findings):
            lines += _connector(part, style)
    if not verbose:
        total = report.summary
        clean = sum(not _active(part.findings) for part in report.connectors)
        findings = report.all_findings
        names = _names(total)
        lines.append(
            f"{plural(total.connectors, 'connector')}, {clean} clean: {names}   {_counts(findings, style)}"
        )
        lines += _verdicts(total)
    from connlint.report.json import merged_not_checked

    left = merged_not_checked(report)
    for item in left:
        lines.append(f"  {'not checked':<15}{item.count:>5} {_things(item)}: {visible(item.why)}")
    hows = dict.fromkeys(item.how for item in left if item.how)
    if hows:
        lines += ["", *(visible(how) for how in hows)]
    return lines


def _things(item: NotChecked) -> str:
    """What was not checked, in the singular where it is one."""
    if item.count != 1:
        return item.what
    return (
        item.what.replace(" their ", " its ", 1).replace("s ", " ", 1)
        if " and " in item.what
        else item.what[:-1]
    )


def _active(findings: Iterable[Finding]) -> list[Finding]:
    return [item for item in findings if item.state == "active" and item.severity >= Severity.WARNING]


def _connector(part: ConnectorReport, style: Style) -> list[str]:
    head = f"{part.path}  {', '.join(filter(None, (part.title, _names(part.summary))))}"
    if part.owner:
        head += f"  ({part.owner})"
    lines = [f"{style.bold(visible(head))}   {_counts(part.findings, style)}", *_verdicts(part.summary)]
    if part.evidence:
        lines.append(f"  evidence         {visible('; '.join(part.evidence))}")
    lines += _fixes(part.findings)
    held = [item for item in part.findings if item.state != "active"]
    for item in held:
        if item.state == "ignored":
            lines.append(
                f"  ignored          {item.rule} at {visible(item.address)}: {visible(item.reason or '')}"
            )
    baselined = sum(item.state == "baselined" for item in held)
    if baselined:
        lines.append(f"  baselined        {plural(baselined, 'finding')} of the baseline, not shown")
    return lines


def _names(summary: Summary) -> str:
    return ", ".join(
        (
            plural(summary.resources, "resource"),
            plural(summary.operations, "operation"),
            plural(summary.webhooks, "webhook"),
        )
    )


def _counts(findings: Iterable[Finding], style: Style) -> str:
    active = [item for item in findings if item.state == "active"]
    errors = sum(item.severity is Severity.ERROR for item in active)
    warnings = sum(item.severity is Severity.WARNING for item in active)
    infos = sum(item.severity is Severity.INFO for item in active)
    if not errors and not warnings:
        text = style.good("no findings")
    else:
        text = ", ".join(
            style.severity(word, plural(count, word))
            for count, word in ((errors, "error"), (warnings, "warning"))
            if count
        )
    return text + (f" ({infos} info, --show info)" if infos else "")


def _verdicts(summary: Summary) -> list[str]:
    """What the evidence came to: only rows that count something."""
    lines = []
    for name, tally in (("record fields", summary.fields), ("payload fields", summary.payload)):
        if tally.total > tally.unchecked:
            lines.append(f"  {name:<15}{_tally(tally)}")
    if summary.events_official:
        lines.append(
            f"  {'events':<15}{summary.events_covered:>5} of {summary.events_official} covered"
            f"{summary.events_missing:>5} missing{summary.events_unknown:>5} unknown"
        )
    if summary.operations_matched:
        fit = f"{summary.operations_matched:>5} of {summary.operations} as the contract says"
        lines.append(f"  {'operations':<15}{fit}")
    return lines


def _tally(tally: Tally) -> str:
    parts = [
        (tally.proven, "proven", True),
        (tally.sometimes, "sometimes", tally.sometimes > 0),
        (tally.never_seen, "never seen", tally.never_seen > 0),
        (tally.refuted, "refuted", True),
        (tally.unchecked, "not checked", tally.unchecked > 0),
    ]
    return "".join(f"{count:>5} {word}" for count, word, show in parts if show)


def _fixes(findings: Iterable[Finding]) -> list[str]:
    fixable = [item for item in findings if item.state == "active" and item.fix is not None]
    if not fixable:
        return []
    safe = sum(item.fix.safe for item in fixable if item.fix is not None)
    unsafe = len(fixable) - safe
    words = []
    if safe:
        words.append(f"{safe} with --fix")
    if unsafe:
        words.append(
            f"{unsafe} {'more ' if safe else ''}with --unsafe-fixes" + ("" if safe else ", none safe")
        )
    return [f"  fixes            {', '.join(words)}"]


def plural(count: int, word: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
