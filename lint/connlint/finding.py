"""What a run reports: findings with their places, and the report around them.

Everything here is resolved and plain: offsets, texts and names. Rules yield `connlint.rule.Problem`s;
the engine turns each into a `Finding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from connlint.credentials import withheld
from connlint.record import field, record
from connlint.source import Source, Span


class Severity(IntEnum):
    """How much a finding weighs. Comparable: an error is more than a warning."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The severity as it is written."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Severity:
        """The severity of a word. Raises KeyError for another."""
        return cls[word.upper()]


@record
class Place:
    """A marked place: the source, the document of it (`role`, `index`), the pointer, the span.

    `pointer` is RFC 6901 into the document, None in prose and where text does not parse.
    """

    source: Source
    role: str
    index: int
    pointer: str | None
    span: Span


@record
class Related:
    """Another place that explains the finding, with a word about it."""

    place: Place
    message: str


@record
class Observation:
    """A piece of evidence: its kind ("contract", "events", "fixture", "connector"), where it was read
    (a file's path, with the version where there is one), the pointer in there, and what was seen."""

    kind: str
    source: str
    pointer: str | None
    observed: str


@record
class TextEdit:
    """Replace the span of a source by `text`."""

    source: Source
    span: Span
    text: str


@record
class Fix:
    """An edit that mends a finding. A `safe` one keeps the meaning that the connector has or declares."""

    safe: bool
    title: str
    edits: tuple[TextEdit, ...]

    @property
    def may_be_shown(self) -> bool:
        """Whether the new text may leave the machine: it holds no credential."""
        return withheld(text := "".join(edit.text for edit in self.edits)) == text


@record
class Finding:
    """One fault. `state` is "active", "ignored" or "baselined", with the `reason`.

    `group` is what findings share that are shown under one frame; `label` is what stands for this one
    in the list below it.
    """

    rule: str
    severity: Severity
    message: str
    connector: str
    address: str
    place: Place
    fingerprint: str
    help: str | None = None
    related: tuple[Related, ...] = ()
    evidence: tuple[Observation, ...] = ()
    fix: Fix | None = None
    url: str = ""
    state: str = "active"
    reason: str | None = None
    value: str = ""
    group: str = ""
    label: str = ""
    tags: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Findings sort by file, position, rule."""
        return (self.place.source.path, self.place.span.start, self.place.span.end, self.rule, self.address)


@record
class NotChecked:
    """What a run could not check: what (a thing people count), how many, why, and how to get the evidence."""

    what: str
    count: int
    why: str
    how: str


@record(frozen=False)
class Tally:
    """Verdicts over declared fields."""

    proven: int = 0
    sometimes: int = 0
    never_seen: int = 0
    refuted: int = 0
    unchecked: int = 0

    def add(self, other: Tally) -> None:
        """Count the other's in."""
        self.proven += other.proven
        self.sometimes += other.sometimes
        self.never_seen += other.never_seen
        self.refuted += other.refuted
        self.unchecked += other.unchecked

    @property
    def total(self) -> int:
        return self.proven + self.sometimes + self.never_seen + self.refuted + self.unchecked


@record(frozen=False)
class Summary:
    """What was read and what it came to, for one connector or a run."""

    connectors: int = 0
    resources: int = 0
    operations: int = 0
    operations_matched: int = 0
    """Operations that the contract knows: path, method and content type."""
    webhooks: int = 0
    fields: Tally = field(default_factory=Tally)
    payload: Tally = field(default_factory=Tally)
    events_official: int = 0
    events_covered: int = 0
    events_missing: int = 0
    events_unknown: int = 0

    def add(self, other: Summary) -> None:
        """Count the other's in."""
        self.connectors += other.connectors
        self.resources += other.resources
        self.operations += other.operations
        self.operations_matched += other.operations_matched
        self.webhooks += other.webhooks
        self.fields.add(other.fields)
        self.payload.add(other.payload)
        self.events_official += other.events_official
        self.events_covered += other.events_covered
        self.events_missing += other.events_missing
        self.events_unknown += other.events_unknown


@record
class ConnectorReport:
    """One connector's part of a report: its names, summary, findings, what was not checked, and the
    evidence it was held to, a phrase each ("contract 2.3.0", "no fixtures")."""

    connector: str
    path: str
    title: str
    summary: Summary
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]
    evidence: tuple[str, ...] = ()
    owner: str | None = None


@record
class Report:
    """A run's result: connectors in the order of their ids, and findings of no connector
    (configuration, ignores)."""

    connectors: tuple[ConnectorReport, ...]
    findings: tuple[Finding, ...] = ()
    """Findings that belong to the run, not to one connector."""
    rules: Mapping[str, str] = field(default_factory=dict)
    """Each rule's id and the first line of its page, for formats that carry help."""

    @property
    def all_findings(self) -> list[Finding]:
        """Every finding of the run, sorted."""
        found = [finding for part in self.connectors for finding in part.findings]
        return sorted([*found, *self.findings], key=lambda finding: finding.order)

    @property
    def summary(self) -> Summary:
        """The whole run's."""
        total = Summary()
        for part in self.connectors:
            total.add(part.summary)
        return total
