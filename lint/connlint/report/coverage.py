"""Coverage of connectors as text, Markdown, JSON, or one self-contained HTML page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from connlint.finding import Tally
from connlint.record import record
from connlint.report.escape import visible


@record
class Line:
    """One line of the table: a resource's numbers, or all of them."""

    name: str
    operations: tuple[int, int, int]
    fields: Tally
    events: tuple[int, int, int]
    payload: Tally


@record
class Table:
    """One connector's coverage, ready to be shown. `lack` lists events by resource ("" for none);
    `shares` give covered and total by name."""

    path: str
    title: str
    evidence: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    total: Line
    lack: tuple[tuple[str, tuple[str, ...]], ...]
    shares: tuple[tuple[str, int, int], ...]


_HEADS = ("all", "fit", "seen", "proven", "some", "never", "ref.", "?", "have", "lack", "unknown")
_COLUMNS = (*_HEADS, "proven", "some", "never", "ref.", "?")
_GROUPS = (("operations", 3), ("record fields", 5), ("webhook events", 3), ("payload fields", 5))
_LEGEND = (
    ("fit", "path, method and content type are in the contract"),
    ("seen", "has a fixture"),
    ("some", "in some of the answers only"),
    ("never", "in none of the samples, and only samples speak"),
    ("ref.", "refuted by the evidence"),
    ("?", "no evidence"),
)
_NO_RESOURCE = "(of no resource)"


def _cells(line: Line) -> tuple[int, ...]:
    return (*line.operations, *_tally(line.fields), *line.events, *_tally(line.payload))


def _tally(tally: Tally) -> tuple[int, ...]:
    return (tally.proven, tally.sometimes, tally.never_seen, tally.refuted, tally.unchecked)


def percent(covered: int, total: int) -> int:
    """A share in whole percent, rounded down; 100 of nothing."""
    return 100 * covered // total if total else 100


def as_text(tables: Sequence[Table]) -> str:
    """Tables for a terminal of 100 columns."""
    return "\n".join(_text(table) for table in tables)


def _text(table: Table) -> str:
    lines = [f"{visible(table.path)}  {visible(table.title)}".rstrip()]
    lines += [f"  {kind:<10}{visible(what)}" for kind, what in table.evidence]
    lines += ["", *_grid(table), ""]
    for number, (resource, names) in enumerate(table.lack):
        listed = ", ".join(map(visible, names))
        lines.append(f"{'' if number else 'lack':<8}{visible(resource or 'no resource')}: {listed}")
    lines += [
        "; ".join(f"{word}  {meaning}" for word, meaning in part) for part in (_LEGEND[:2], _LEGEND[2:])
    ]
    return "\n".join([*lines, "", "      ".join(_share(*share) for share in table.shares), ""])


def _grid(table: Table) -> list[str]:
    """Heads, a line a resource, and the total. Minor columns that count nothing are left out."""
    every = (*table.lines, table.total)
    shown = [index for index in range(len(_COLUMNS)) if index in _ALWAYS or _cells(table.total)[index]]
    widths = {
        index: max(len(_COLUMNS[index]), *(len(_digit(_cells(line)[index])) for line in every))
        for index in shown
    }
    groups = [
        (title, [index for index in shown if start <= index < start + count])
        for title, count, start in _offsets()
    ]
    first = max(len(visible(line.name or _NO_RESOURCE)) for line in every)

    def joined(name: str, texts: Sequence[str]) -> str:
        parts = [f"{visible(name):<{first}}"]
        for _, inside in groups:
            parts.append("".join(f" {texts[index]:>{widths[index]}}" for index in inside))
        return " ".join(parts)

    titles = " " * first
    for title, inside in groups:
        titles += " " + f" {title}".ljust(sum(widths[index] + 1 for index in inside))
    rows = [joined(line.name or _NO_RESOURCE, [_digit(cell) for cell in _cells(line)]) for line in every]
    heads = joined("resource", _COLUMNS)
    return [titles.rstrip(), heads, *rows[:-1], "\u2500" * len(heads), rows[-1]]


_ALWAYS = frozenset({0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 14, 15})


def _digit(number: int) -> str:
    return str(number) if number else "\u00b7"


def _share(name: str, covered: int, total: int) -> str:
    if not total:
        return f"{name}: none to cover"
    word = "operations seen" if name == "operations" else name
    return f"{word} {covered} of {total}, {percent(covered, total)} %"


def as_json(tables: Sequence[Table]) -> str:
    """The numbers, for scripts."""
    value = {
        "version": 1,
        "connectors": [
            {
                "connector": table.path,
                "title": table.title,
                "evidence": dict(table.evidence),
                "resources": [_json_line(line) for line in table.lines],
                "total": _json_line(table.total),
                "missing_events": {resource: list(names) for resource, names in table.lack},
                "coverage": {
                    name: {"covered": covered, "total": total, "percent": percent(covered, total)}
                    for name, covered, total in table.shares
                },
            }
            for table in tables
        ],
    }
    return json.dumps(value, indent=2) + "\n"


def _json_line(line: Line) -> dict[str, object]:
    tallies = ("proven", "sometimes", "never_seen", "refuted", "unchecked")
    return {
        "resource": line.name,
        "operations": dict(zip(("all", "fit", "seen"), line.operations, strict=True)),
        "fields": dict(zip(tallies, _tally(line.fields), strict=True)),
        "events": dict(zip(("have", "lack", "unknown"), line.events, strict=True)),
        "payload": dict(zip(tallies, _tally(line.payload), strict=True)),
    }


def as_markdown(tables: Sequence[Table]) -> str:
    """Tables for a job's summary."""
    from connlint.report.markdown import code, escaped

    lines: list[str] = []
    for table in tables:
        lines += [f"### {escaped(table.path)} {escaped(table.title)}".rstrip(), ""]
        lines += [f"- {kind}: {escaped(what)}" for kind, what in table.evidence]
        lines += ["- " + "; ".join(_share(*share) for share in table.shares), ""]
        titles = [
            f"{title} {column}"
            for title, count, offset in _offsets()
            for column in _COLUMNS[offset : offset + count]
        ]
        lines.append("| resource | " + " | ".join(titles) + " |")
        lines.append("|---|" + "--:|" * len(titles))
        for line in (*table.lines, table.total):
            cells = " | ".join(_digit(cell) for cell in _cells(line))
            lines.append(f"| {escaped(line.name or _NO_RESOURCE)} | {cells} |")
        lines.append("")
        lines += [
            f"- lack, {escaped(resource or 'no resource')}: {', '.join(map(code, names))}"
            for resource, names in table.lack
        ]
        lines.append("")
    return "\n".join(lines)


def _offsets() -> list[tuple[str, int, int]]:
    found, start = [], 0
    for title, count in _GROUPS:
        found.append((title, count, start))
        start += count
    return found


_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--dim:#667;--line:#d5d9e0;--page:#fff;--good:#1a7f37;
--part:#9a6700;--bad:#cf222e;--none:#6a737d;--band:#f6f8fa}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9aa4b1;--line:#30363d;--page:#0d1117;
--good:#3fb950;--part:#d29922;--bad:#f85149;--none:#7d8590;--band:#161b22}}
body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--page);margin:2rem auto;
max-width:72rem;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.15rem;margin:2.2rem 0 .3rem}
p,li{color:var(--dim)}.wrap{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%;margin:.8rem 0}
th,td{padding:.25rem .5rem;text-align:right;border-bottom:1px solid var(--line)}
thead th{color:var(--dim);font-weight:600}th[scope=colgroup]{text-align:center}
th:first-child{text-align:left;position:sticky;left:0;background:var(--page)}
tbody th{font-weight:400}h2 small{color:var(--dim);font-weight:400;margin-left:.4rem}
td.edge,th.edge{border-left:1px solid var(--line)}tr.total>*{font-weight:700;background:var(--band)}
td.zero{color:var(--none)}td.good{color:var(--good)}td.part{color:var(--part)}td.bad{color:var(--bad)}
.cards{display:flex;flex-wrap:wrap;gap:1rem;margin:.8rem 0}
.card{flex:1 1 12rem;border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem}
.card b{display:block;font-size:1.5rem}.bar{height:.4rem;border-radius:.2rem;background:var(--line);
margin-top:.4rem}
.bar i{display:block;height:100%;border-radius:.2rem;background:var(--good)}code{font-size:.92em}
h2,p,li{overflow-wrap:anywhere}
"""
_CLASSES = (
    "",
    "good",
    "good",
    "good",
    "part",
    "part",
    "bad",
    "",
    "good",
    "bad",
    "bad",
    "good",
    "part",
    "part",
    "bad",
    "",
)


def as_html(tables: Sequence[Table]) -> str:
    """One page that needs nothing else: no script, no font, no request."""
    body = "".join(_html(table) for table in tables)
    legend = "".join(f"<li><b>{escape(word)}</b> {escape(meaning)}</li>" for word, meaning in _LEGEND)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Connector coverage</title><style>{_STYLE}</style></head><body>"
        f"<h1>Connector coverage</h1>{body}<h2>Words</h2><ul>{legend}</ul></body></html>\n"
    )


def _html(table: Table) -> str:
    cards = "".join(_card(*share) for share in table.shares)
    evidence = "; ".join(f"{kind}: {visible(what)}" for kind, what in table.evidence)
    groups = '<th scope="col"></th>' + "".join(
        f'<th class="edge" colspan="{count}" scope="colgroup">{title}</th>' for title, count in _GROUPS
    )
    edges = {offset for _, _, offset in _offsets()}
    heads = '<th scope="col">resource</th>' + "".join(
        f'<th scope="col"{_edge(index, edges)}>{escape(name)}</th>' for index, name in enumerate(_COLUMNS)
    )
    rows = "".join(_html_row(line, edges, total=False) for line in table.lines)
    rows += _html_row(table.total, edges, total=True)
    lack = "".join(
        f"<li>{escape(visible(resource or 'no resource'))}: "
        + ", ".join(f"<code>{escape(visible(name))}</code>" for name in names)
        + "</li>"
        for resource, names in table.lack
    )
    missing = f"<p>Official events without a webhook:</p><ul>{lack}</ul>" if lack else ""
    return (
        f"<section><h2>{escape(visible(table.path))}<small>{escape(visible(table.title))}</small></h2>"
        f'<p>{escape(evidence)}</p><div class="cards">{cards}</div>'
        f'<div class="wrap" tabindex="0"><table><thead><tr>{groups}</tr><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{missing}</section>"
    )


def _card(name: str, covered: int, total: int) -> str:
    share = percent(covered, total)
    name = "operations seen" if name == "operations" else name
    shown = f"<b>{share} %</b>{covered} of {total}" if total else "<b>\N{EN DASH}</b>none to cover"
    return (
        f'<div class="card"><span>{escape(name)}</span>{shown}'
        f'<div class="bar"><i style="width:{share}%"></i></div></div>'
    )


def _edge(index: int, edges: set[int]) -> str:
    return ' class="edge"' if index in edges else ""


def _html_row(line: Line, edges: set[int], *, total: bool) -> str:
    cells = []
    for index, number in enumerate(_cells(line)):
        names = [
            name for name in ("edge" if index in edges else "", _CLASSES[index] if number else "zero") if name
        ]
        cells.append(
            f'<td class="{" ".join(names)}">{_digit(number)}</td>' if names else f"<td>{number}</td>"
        )
    first = f'<th scope="row">{escape(visible(line.name or _NO_RESOURCE))}</th>'
    return f"<tr{' class=total' if total else ''}>{first}{''.join(cells)}</tr>"
