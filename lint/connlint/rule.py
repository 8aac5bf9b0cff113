"""All that the author of a rule needs to import.

A rule is one file under `rules/<family>/`: its name is the id, its docstring its page, and its
`check` takes one node and yields problems:

    @rule(on=Operation, severity=Severity.WARNING)
    def check(operation: Operation) -> Iterator[Problem]:
        ...

A check that needs evidence, options or the connector's surroundings takes a second parameter, the
`Context`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from connlint.connector.addresses import matches
from connlint.connector.model import (
    Auth,
    Connector,
    Field,
    Hole,
    Node,
    Operation,
    Page,
    Placeholder,
    Resource,
    Service,
    Template,
    Trigger,
    Webhook,
)
from connlint.connector.places import Places
from connlint.connector.selectors import selector_text, taken_apart
from connlint.connector.templates import is_name
from connlint.connector.types import NAMES as TYPES
from connlint.connector.types import Position, fits_option, fits_position, fits_value, kinds, type_for
from connlint.connector.usage import (
    explained,
    holes_of,
    inheriting_bodies,
    intended,
    is_used,
    nodes,
    service_type,
    undeclared,
    unread,
)
from connlint.credentials import credentials_in, masked
from connlint.evidence.bundle import Evidence
from connlint.finding import Observation, Severity
from connlint.patterns import pattern
from connlint.reading import MISSING, Document, Fault, Location, Pointer, render_pointer
from connlint.reading.edits import (
    Edit,
    insert,
    remove,
    rename_key,
    replace_chars,
    replace_span,
    replace_value,
)
from connlint.schema import faults as schema_faults
from connlint.text import nearest

if TYPE_CHECKING:
    from connlint.evidence.contract import Contract, ContractOperation, Parameter, SecurityScheme
    from connlint.evidence.coverage import EventHomes
    from connlint.evidence.events import staleness
    from connlint.evidence.fixtures import Fixture
    from connlint.evidence.matching import fits as contract_fits
    from connlint.evidence.matching import misplaced, sent_type
    from connlint.evidence.redaction import carriers, is_stand_in
    from connlint.evidence.requests import Issue as RequestIssue
    from connlint.evidence.requests import (
        any_body_keys,
        declared_kinds,
        demanded_keys,
        has_default,
        may_be_absent,
        request_shape,
        type_that_fits,
    )
    from connlint.evidence.shapes import kind_words
    from connlint.evidence.telling import (
        better_selector,
        observed,
        reader_of,
        unreachable,
        value_kinds,
    )
    from connlint.evidence.verdicts import listed_events
    from connlint.evidence.verdicts import official_names as official_events

__all__ = [
    "MISSING",
    "TYPES",
    "Auth",
    "Connector",
    "Context",
    "Contract",
    "Document",
    "Edit",
    "EventHomes",
    "Evidence",
    "Fault",
    "Field",
    "Fix",
    "Fixture",
    "Hole",
    "Iterator",
    "Location",
    "Node",
    "Observation",
    "Operation",
    "Page",
    "Parameter",
    "Placeholder",
    "Places",
    "Pointer",
    "Position",
    "Problem",
    "RequestIssue",
    "Resource",
    "Rule",
    "SecurityScheme",
    "Service",
    "Severity",
    "Template",
    "Trigger",
    "Webhook",
    "any_body_keys",
    "better_selector",
    "carriers",
    "contract_fits",
    "contradictions",
    "credentials_in",
    "declared_kinds",
    "demanded_keys",
    "explained",
    "faults_of",
    "file_texts",
    "fits_option",
    "fits_position",
    "fits_value",
    "has_default",
    "holes_of",
    "inheriting_bodies",
    "insert",
    "intended",
    "is_name",
    "is_stand_in",
    "is_used",
    "kind_words",
    "kinds",
    "listed_events",
    "masked",
    "matches",
    "may_be_absent",
    "misplaced",
    "nearest",
    "nodes",
    "observed",
    "official_events",
    "pattern",
    "reader_of",
    "remove",
    "rename_key",
    "render_pointer",
    "replace_chars",
    "replace_span",
    "replace_value",
    "request_issues",
    "request_shape",
    "rule",
    "schema_faults",
    "selector_text",
    "sent_type",
    "service_type",
    "staleness",
    "taken_apart",
    "type_for",
    "type_problem",
    "type_that_fits",
    "undeclared",
    "unreachable",
    "unread",
    "unreadable_bodies",
    "value_kinds",
]


_ON_DEMAND = {
    "Contract": ("contract", "Contract"),
    "ContractOperation": ("contract", "ContractOperation"),
    "EventHomes": ("coverage", "EventHomes"),
    "Fixture": ("fixtures", "Fixture"),
    "Parameter": ("contract", "Parameter"),
    "RequestIssue": ("requests", "Issue"),
    "SecurityScheme": ("contract", "SecurityScheme"),
    "any_body_keys": ("requests", "any_body_keys"),
    "better_selector": ("telling", "better_selector"),
    "carriers": ("redaction", "carriers"),
    "contract_fits": ("matching", "fits"),
    "declared_kinds": ("requests", "declared_kinds"),
    "demanded_keys": ("requests", "demanded_keys"),
    "has_default": ("requests", "has_default"),
    "may_be_absent": ("requests", "may_be_absent"),
    "is_stand_in": ("redaction", "is_stand_in"),
    "kind_words": ("shapes", "kind_words"),
    "listed_events": ("verdicts", "listed_events"),
    "misplaced": ("matching", "misplaced"),
    "observed": ("telling", "observed"),
    "official_events": ("verdicts", "official_names"),
    "reader_of": ("telling", "reader_of"),
    "request_shape": ("requests", "request_shape"),
    "sent_type": ("matching", "sent_type"),
    "staleness": ("events", "staleness"),
    "type_that_fits": ("requests", "type_that_fits"),
    "unreachable": ("telling", "unreachable"),
    "value_kinds": ("telling", "value_kinds"),
}
"""What only rules with evidence take, and where it is: imported when the first of them is."""


def __getattr__(name: str) -> object:
    # a module's own way to say what it holds (PEP 562); the imports above give the types
    where = _ON_DEMAND.get(name)
    if where is None:
        raise AttributeError(f"connlint.rule has no {name}")
    found: object = getattr(import_module(f"connlint.evidence.{where[0]}"), where[1])
    globals()[name] = found
    return found


class Fix:
    """An edit that mends the fault: what it does in a few words, whether it is safe, and its edits."""

    __slots__ = ("edits", "safe", "title")

    def __init__(self, title: str, *edits: Edit, safe: bool = False) -> None:
        self.title = title
        self.safe = safe
        self.edits = edits


class Problem:
    """What a rule found.

    `at` is the exact place; `message` one sentence in an author's words, names in backticks, no full
    stop; `help` what to do; `about` what the finding is about, when that is not the node that was
    checked (a node, or an address for things that are absent); `value` the offending value, which
    tells apart two findings of one rule at one address; `related` other places with a word each;
    `evidence` what was seen where; `fix` the one right edit, if there is one. Findings of one rule
    with the same `group` are shown under one frame, each by its `label` (default: its address).
    `tags` are "unnecessary" or "deprecated", for editors, and "secret": the place is never shown.
    """

    __slots__ = (
        "about",
        "at",
        "evidence",
        "fix",
        "group",
        "help",
        "label",
        "message",
        "related",
        "tags",
        "value",
    )

    def __init__(
        self,
        at: Location,
        message: str,
        *,
        help: str | None = None,
        about: Node | Hole | Trigger | str | None = None,
        value: str = "",
        related: Iterable[tuple[Location, str]] = (),
        evidence: Iterable[Observation] = (),
        fix: Fix | None = None,
        group: str = "",
        label: str = "",
        tags: Iterable[str] = (),
    ) -> None:
        self.at = at
        self.message = message
        self.help = help
        self.about = about
        self.value = value
        self.related = tuple(related)
        self.evidence = tuple(evidence)
        self.fix = fix
        self.group = group
        self.label = label
        self.tags = tuple(tags)


def faults_of(document: Document, kind: str) -> Iterator[Problem]:
    """The faults of one kind that reading found in a document, as problems."""
    for fault in document.faults:
        if fault.kind == kind:
            yield Problem(
                Location(document, fault.pointer or (), span=fault.span),
                fault.message,
                help=fault.help,
                related=[(Location.at_span(document, span), word) for span, word in fault.related],
            )


def contradictions(fixture: Fixture, context: Context) -> Iterator[tuple[str, str, Problem]]:
    """What a fixture says against the contract or the events document: what is wrong, the name of the
    document that says so, and a problem at its place whose message and help the rule fills in."""
    from connlint.evidence.contradictions import clashes

    for clash in clashes(fixture, context.connector, context.evidence):
        message = clash.message
        if clash.more:
            message += f" (and in {clash.more} more like it)"
        value = f"{clash.part} {clash.path}".rstrip()
        yield message, clash.seen.source, Problem(clash.at, "", value=value, evidence=[clash.seen])


def file_texts(fixture: Fixture) -> Iterator[tuple[Location, str]]:
    """The text in the files and the base64 of a fixture's bodies, with the places that name them."""
    from connlint.evidence.fixture_files import file_texts as texts

    return texts(fixture)


def unreadable_bodies(fixture: Fixture) -> Iterator[tuple[Location, str, str]]:
    """The bodies of a fixture that cannot be read: their places, why, and what helps."""
    from connlint.evidence.fixture_files import unreadable_bodies as unreadable

    return unreadable(fixture)


class Context:
    """What a check may ask beside its node: the connector's evidence, the rule's options, the day.

    `today` is an ISO date, or "" when the run has no clock (then nothing that depends on it speaks).
    """

    __slots__ = ("connector", "evidence", "options", "today")

    def __init__(
        self, connector: Connector, evidence: Evidence, options: Mapping[str, object], today: str
    ) -> None:
        self.connector = connector
        self.evidence = evidence
        self.options = options
        self.today = today

    @property
    def vendor(self) -> str:
        """What messages call the vendor: the events document's word, else "the vendor"."""
        events = self.evidence.events
        return (events.vendor if events is not None else None) or "the vendor"


Check = Callable[..., Iterable[Problem]]
C = TypeVar("C", bound=Check)


class Rule:
    """One registered rule. `on` is the kind of node its check takes; `yields_to` the ids of rules that
    say the same fault better: where one of them speaks at the same address, this one keeps quiet. One that
    `needs_evidence` has nothing to say of a connector without any, and is not asked."""

    __slots__ = (
        "check",
        "doc",
        "family",
        "id",
        "needs_evidence",
        "on",
        "options",
        "severity",
        "takes_context",
        "yields_to",
    )

    def __init__(
        self,
        check: Check,
        on: type[Any],
        severity: Severity,
        yields_to: tuple[str, ...],
        options: Mapping[str, str],
    ) -> None:
        self.check = check
        self.on = on
        self.severity = severity
        self.yields_to = yields_to
        self.options = options
        self.id = ""
        self.family = ""
        self.doc = ""
        self.needs_evidence = False
        code = getattr(check, "__code__", None)
        self.takes_context = code is not None and code.co_argcount == 2


def rule(
    *,
    on: type[Any],
    severity: Severity,
    yields_to: tuple[str, ...] = (),
    options: Mapping[str, str] | None = None,
) -> Callable[[C], Rule]:
    """Make a check a rule. `options` names what configuration may set for it, with a line of help each."""

    def wrap(check: C) -> Rule:
        return Rule(check, on, severity, yields_to, options or {})

    return wrap


def type_problem(field: Field, context: Context) -> Iterator[Problem]:
    """The problem of a field whose declared type no observed value has, if it is one."""
    if field.type is None:
        return
    from connlint.evidence.telling import type_fault

    verdict = context.evidence.verdicts.of(field)
    fault = type_fault(field, verdict)
    if fault is None:
        return
    at, selected = field.at / "type", selector_text(field.selector or ())
    declared, there = field.type, f"{fault.words} is there"
    seen = f"{fault.source.name} has {fault.words} at {selected}"
    if fault.items:
        declared, there = f"a list of {field.type}", f"each value in it is {fault.words}"
        seen = f"{fault.source.name} has a list at {selected}, each value in it {fault.words}"
    yield Problem(
        at,
        f"`{field.name}` is declared {declared}, and {there}",
        value=field.type,
        evidence=[
            Observation(
                fault.source.kind,
                fault.source.document,
                render_pointer(fault.source.pointer) if fault.source.pointer else None,
                seen,
            )
        ],
        help=f'"type": "{fault.fits}"' if fault.fits else None,
        fix=Fix(f'"type": "{fault.fits}"', replace_value(at, fault.fits)) if fault.fits else None,
    )


def request_issues(
    operation: Operation, context: Context, *kinds: str
) -> Iterator[tuple[ContractOperation, RequestIssue]]:
    """The issues of some kinds between what an operation sends and what the contract takes, each with the
    contract's operation."""
    if operation.body is None and not operation.query:
        return
    known = context.evidence.verdicts.operation(operation)
    if known is not None:
        for issue in context.evidence.verdicts.request_issues(operation, known):
            if issue.kind in kinds:
                yield known, issue
