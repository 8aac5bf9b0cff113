"""One connector, its evidence and the rules to findings. A rule that crashes becomes a finding."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING

from connlint.connector.model import (
    Auth,
    Connector,
    Field,
    Operation,
    Page,
    Placeholder,
    Resource,
    Service,
    Template,
    Webhook,
)
from connlint.evidence.bundle import Evidence
from connlint.finding import Finding, Fix, Place, Related, Severity, TextEdit
from connlint.reading import Document, Location, render_pointer
from connlint.record import field, record, replace
from connlint.registry import rule_url
from connlint.rule import Context, Problem, Rule
from connlint.source import Span

if TYPE_CHECKING:
    from connlint.evidence.fixtures import Fixture

    Checked = (
        Connector
        | Document
        | Service
        | Auth
        | Resource
        | Operation
        | Template
        | Placeholder
        | Field
        | Webhook
        | Page
        | Fixture
    )

INTERNAL_ERROR = "internal-error"


@record
class Settings:
    """What holds for one connector: severities that differ from the rules' own (None is off), and options."""

    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    selected: frozenset[str] | None = None
    """Rules to report, None for all."""
    today: str = ""

    def severity(self, rule: Rule) -> Severity | None:
        """The severity that a rule has here, None when it is off."""
        if self.selected is not None and rule.id not in self.selected:
            return None
        return self.severities.get(rule.id, rule.severity)


@record
class Loaded:
    """A connector ready to be checked, and its evidence, whose documents may have faults of their own."""

    connector: Connector
    evidence: Evidence


def check(loaded: Loaded, rules: Mapping[str, Rule], settings: Settings) -> tuple[Finding, ...]:
    """All findings of one connector, sorted by file, position and rule."""
    wanted = _wanted(rules, settings)
    without = loaded.evidence.empty
    kinds = {item.on for item in wanted.values() if not (without and item.needs_evidence)}
    nodes = _nodes(loaded, kinds)
    shared = Context(loaded.connector, loaded.evidence, {}, settings.today)
    raised: list[tuple[Rule, str, Problem]] = []
    crashes: list[Finding] = []
    for item in wanted.values():
        if without and item.needs_evidence:
            continue
        around: tuple[Context, ...] = ()
        if item.takes_context:
            options = settings.options.get(item.id)
            own = Context(loaded.connector, loaded.evidence, options, settings.today) if options else shared
            around = (own,)
        run = item.check
        for node in nodes.get(item.on, ()):
            try:
                for problem in run(node, *around):
                    raised.append((item, _address(problem, node), problem))  # noqa: PERF401 - what came before a crash stays
            except Exception as error:
                crashes.append(_crash(loaded, item, node, error))
    spoken = {(item.id, address) for item, address, _ in raised}
    findings = []
    for item, address, problem in raised:
        severity = settings.severity(item)
        if severity is None or any((better, address) in spoken for better in item.yields_to):
            continue
        try:
            findings.append(_finding(loaded.connector, item, severity, address, problem))
        except Exception as error:
            crashes.append(_crash(loaded, item, problem, error))
    return _numbered(sorted([*findings, *crashes], key=lambda found: found.order))


def _wanted(rules: Mapping[str, Rule], settings: Settings) -> Mapping[str, Rule]:
    """The rules to run: those that are on, and those that they yield to."""
    if settings.selected is None and not settings.severities:
        return rules
    wanted = {id_: item for id_, item in rules.items() if settings.severity(item) is not None}
    for item in list(wanted.values()):
        for better in item.yields_to:
            if better in rules:
                wanted.setdefault(better, rules[better])
    return wanted


def _nodes(loaded: Loaded, kinds: Container[type]) -> dict[type, Sequence[Checked]]:
    """Every node that a rule may be on, once, by its kind, in the connector's order.

    Evidence is read only where a rule is on one of the `kinds` of node that it holds.
    """
    connector = loaded.connector
    nodes: dict[type, Sequence[Checked]] = {Connector: [connector]}
    if Document in kinds:
        nodes[Document] = [*connector.documents, *loaded.evidence.documents]
    if not loaded.evidence.empty:
        from connlint.evidence.fixtures import Fixture

        if Fixture in kinds:
            nodes[Fixture] = loaded.evidence.fixtures
    if connector.page is not None:
        nodes[Page] = [connector.page]
    service = connector.service
    if service is not None:
        nodes[Service] = [service]
        if service.auth is not None:
            nodes[Auth] = [service.auth]
    nodes[Resource] = connector.resources
    if Operation in kinds:
        nodes[Operation] = list(connector.operations)
    if Field in kinds:
        nodes[Field] = list(connector.all_fields)
    if Webhook in kinds:
        nodes[Webhook] = list(connector.webhooks)
    if Template in kinds:
        nodes[Template] = connector.templates
    if Placeholder in kinds:
        nodes[Placeholder] = connector.placeholders
    return nodes


def _address(problem: Problem, node: Checked) -> str:
    """The address of what a problem is about: the node that was checked, unless it names another."""
    about = problem.about if problem.about is not None else node
    if isinstance(about, str):
        return about
    return "document" if isinstance(about, Document) else about.address


def _place(at: Location) -> Place:
    """A location as offsets."""
    pointer = None if at.in_prose or at.document.role == "page" else render_pointer(at.pointer)
    return Place(at.source, at.document.role, at.document.index, pointer, at.span)


def _finding(connector: Connector, item: Rule, severity: Severity, address: str, problem: Problem) -> Finding:
    fix = None
    if problem.fix is not None:
        edits = _text_edits(problem)
        if edits:
            fix = Fix(problem.fix.safe, problem.fix.title, edits)
    place = _place(problem.at)
    if "secret" in problem.tags:
        place.source.hide(place.span)
    return Finding(
        rule=item.id,
        severity=severity,
        message=problem.message,
        help=problem.help,
        connector=connector.id,
        address=address,
        place=place,
        fingerprint="",
        related=tuple(Related(_place(at), message) for at, message in problem.related),
        evidence=problem.evidence,
        fix=fix,
        url=rule_url(item.id),
        value=problem.value,
        group=problem.group,
        label=problem.label,
        tags=problem.tags,
    )


def _text_edits(problem: Problem) -> tuple[TextEdit, ...]:
    """The edits of a problem's fix as text; none when one of them cannot be written safely."""
    from connlint.reading.rewriting import CannotEdit, resolve

    assert problem.fix is not None
    found: list[TextEdit] = []
    try:
        for edit in problem.fix.edits:
            found.extend(TextEdit(edit.at.source, span, text) for span, text in resolve(edit))
    except CannotEdit:
        return ()
    return tuple(found)


def _crash(loaded: Loaded, item: Rule, node: object, error: Exception) -> Finding:
    """What is said of a rule that failed."""
    connector = loaded.connector
    at = getattr(node, "at", None)
    location = at if isinstance(at, Location) else connector.at
    try:
        place = _place(location)
    except Exception:
        document = connector.documents[0]
        place = Place(document.source, document.role, document.index, None, Span(0, 0))
    address = getattr(node, "address", "connector")
    return Finding(
        rule=INTERNAL_ERROR,
        severity=Severity.ERROR,
        message=f"the rule `{item.id}` failed here ({type(error).__name__}: {error}); the others still ran",
        help=f"please report it; until then, leave the rule out with --ignore {item.id}",
        connector=connector.id,
        address=str(address),
        place=place,
        fingerprint="",
        url=rule_url(INTERNAL_ERROR),
        value=item.id,
    )


def _numbered(findings: list[Finding]) -> tuple[Finding, ...]:
    """The findings with their fingerprints: connector, rule, address and value, and a number for twins."""
    if not findings:
        return ()
    from hashlib import sha256

    seen: dict[str, int] = {}
    found = []
    for finding in findings:
        key = "\0".join((finding.connector, finding.rule, finding.address, finding.value))
        count = seen.get(key, 0)
        seen[key] = count + 1
        text = key if count == 0 else f"{key}\0{count}"
        found.append(
            replace(finding, fingerprint=sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32])
        )
    return tuple(found)
