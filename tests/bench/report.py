"""The table of ratios, and plots of time against number and size as plain SVG."""

from __future__ import annotations

import math
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from tests.bench.measure import Timing
from tests.bench.peers import NODE_PACKAGES, PYTHON_PACKAGES, Peers


@dataclass(frozen=True, slots=True)
class Ratio:
    """One line of the table: ours against theirs, and the ratio that is promised."""

    what: str
    against: str
    ours: float
    theirs: float | None
    reach: float | None
    unit: str = "s"
    work: float | None = None
    """The ratio of CPU time, which a busy machine disturbs less."""

    @classmethod
    def of(cls, what: str, against: str, ours: Timing, theirs: Timing, reach: float) -> Ratio:
        """A line from two timings' medians."""
        return cls(what, against, ours.median, theirs.median, reach, work=ours.work / theirs.work)

    @property
    def ratio(self) -> float | None:
        return None if not self.theirs else self.ours / self.theirs

    @property
    def verdict(self) -> str:
        if self.ratio is None or self.reach is None:
            return ""
        return "met" if self.ratio <= self.reach else "MISSED"

    def cells(self) -> tuple[str, ...]:
        """The line as text."""
        return (
            self.what,
            _quantity(self.ours, self.unit),
            self.against,
            _quantity(self.theirs, self.unit),
            _number(self.ratio),
            _number(self.work),
            "" if self.reach is None else f"≤ {_number(self.reach)}",
            self.verdict,
        )


@dataclass(frozen=True, slots=True)
class Plot:
    """Seconds against something, one line a tool."""

    name: str
    title: str
    axis: str
    lines: dict[str, list[tuple[float, float]]]


HEADINGS = ("case", "connlint", "against", "takes", "ratio", "CPU ratio", "reach", "")


def table(results: Sequence[Ratio]) -> str:
    """The ratios as a Markdown table, columns aligned for a terminal."""
    lines = [HEADINGS, *(result.cells() for result in results)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    padded = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    return "\n".join([padded[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *padded[1:]])


def _quantity(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit != "s":
        return f"{value:.0f} {unit}"
    return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.2f} s"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}" if value < 10 else f"{value:.1f}"


PREFACE = """\
Written by `make bench-docs`; `make bench` prints the same table for your machine. Each line is one run on
one machine, commands in alternation, medians. `connlint` does everything that it does for a user (find, read,
schema, model, all rules, report); the other linters validate the resources documents against one schema. The
ratio is what counts: seconds differ from machine to machine. The CPU ratio counts all processors. The corpus
is made by `tests/bench/corpus.py`. `PYTHONDONTWRITEBYTECODE` is unset: it would double every cold start.
MISSED marks what is promised and not reached; [Speed](speed.md#what-is-not-reached) says why."""


def write_docs(folder: Path, results: Sequence[Ratio], plots: Sequence[Plot], peers: Peers) -> None:
    """docs/benchmarks.md and its plots. What was measured stands beside what it was measured with."""
    versions = ", ".join(
        f"{name} {version}" for name, version in {**NODE_PACKAGES, **PYTHON_PACKAGES}.items()
    )
    parts = [
        "# Speed, measured",
        PREFACE,
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}; {versions}.",
        table(results),
    ]
    pictures = folder / "benchmarks"
    pictures.mkdir(parents=True, exist_ok=True)
    for plot in plots:
        (pictures / f"{plot.name}.svg").write_text(svg(plot), encoding="utf-8")
        parts.append(f"![{plot.title}: seconds against {plot.axis}](benchmarks/{plot.name}.svg)")
    parts += [f"Not measured: {name} ({why})." for name, why in peers.missing.items()]
    (folder / "benchmarks.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


_COLOURS = ("#0b6e4f", "#c1440e", "#3d5a9e", "#8a6d00", "#7a3b8f", "#555555")
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 420, 64, 210, 44, 52


def svg(plot: Plot) -> str:
    """A log-log plot, so that linear growth is a straight line of slope one."""
    xs = [x for line in plot.lines.values() for x, _ in line]
    ys = [y for line in plot.lines.values() for _, y in line]
    left, right = math.log10(min(xs)), math.log10(max(xs))
    low, high = math.floor(math.log10(min(ys)) * 2) / 2, math.ceil(math.log10(max(ys)) * 2) / 2
    width, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def x_of(value: float) -> float:
        return round(_LEFT + width * (math.log10(value) - left) / ((right - left) or 1), 1)

    def y_of(value: float) -> float:
        return round(_TOP + height * (high - math.log10(value)) / ((high - low) or 1), 1)

    body = [
        f'<text x="{_LEFT}" y="24" font-size="15">{escape(plot.title)}: seconds by {escape(plot.axis)}</text>'
    ]
    for value in _ticks(low, high):
        y = y_of(value)
        body.append(f'<line x1="{_LEFT}" x2="{_LEFT + width}" y1="{y}" y2="{y}" stroke="#ddd"/>')
        body.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{value:g}</text>')
    below = f'y="{_TOP + height + 20}" text-anchor="middle"'
    body += [f'<text x="{x_of(value)}" {below}>{value:g}</text>' for value in sorted(set(xs))]
    middle = _LEFT + width / 2
    body.append(f'<text x="{middle}" y="{_HEIGHT - 10}" text-anchor="middle">{escape(plot.axis)}</text>')
    labels = _spread([(y_of(line[-1][1]), name) for name, line in plot.lines.items()])
    for (name, line), colour in zip(plot.lines.items(), _COLOURS, strict=False):
        points = " ".join(f"{x_of(x)},{y_of(y)}" for x, y in line)
        body.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        body += [f'<circle cx="{x_of(x)}" cy="{y_of(y)}" r="3" fill="{colour}"/>' for x, y in line]
        place = f'x="{_LEFT + width + 12}" y="{labels[name] + 4:.1f}"'
        body.append(f'<text {place} fill="{colour}">{escape(name)}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def _ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 of each decade between two exponents."""
    values = [
        digit * 10.0**power for power in range(math.floor(low), math.ceil(high) + 1) for digit in (1, 2, 5)
    ]
    return [value for value in values if low <= math.log10(value) <= high]


def _spread(labels: list[tuple[float, str]]) -> dict[str, float]:
    """Heights for labels that do not overlap, each as near its line's end as that allows."""
    placed: dict[str, float] = {}
    last = -math.inf
    for y, name in sorted(labels):
        last = max(y, last + 15)
        placed[name] = last
    return placed
