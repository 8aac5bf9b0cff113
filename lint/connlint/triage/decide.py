"""Ignores and baseline laid over findings: which are active, and which entries cover nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from connlint.config import Config, Ignore
from connlint.connector.addresses import matches
from connlint.finding import Finding, Fix, Place, Severity, TextEdit
from connlint.reading import Document, Location, Pointer, render_pointer
from connlint.record import replace
from connlint.registry import rule_url
from connlint.source import Span
from connlint.text import nearest
from connlint.triage.baseline import Baseline

_COMMENT = re.compile(r"\s*connlint:\s*ignore\[([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)\]\s*(.*)")
UNUSED = "unused-ignore"
EXPIRED = "expired-ignore"


class Note:
    """A comment `# connlint: ignore[rule] reason` of a YAML document, about the node at `pointer`."""

    __slots__ = ("document", "pointer", "reason", "rules", "span")

    def __init__(
        self, document: Document, span: Span, pointer: Pointer, rules: tuple[str, ...], reason: str
    ) -> None:
        self.document = document
        self.span = span
        self.pointer = pointer
        self.rules = rules
        self.reason = reason

    def covers(self, finding: Finding) -> bool:
        """Whether a finding stands on the node, or below it."""
        place = finding.place
        if (
            place.source is not self.document.source
            or place.pointer is None
            or finding.rule not in self.rules
        ):
            return False
        own = render_pointer(self.pointer)
        return place.index == self.document.index and (place.pointer + "/").startswith(own + "/")


class Triage:
    """Decides about findings of a run and remembers what was of use.

    `today` is an ISO date ("" for none): an ignore past its `until` covers nothing any more.
    """

    def __init__(self, baseline: Baseline | None, today: str) -> None:
        self._baseline = baseline
        self._today = today
        self._used: set[tuple[str, int]] = set()
        self._matched: set[str] = set()
        self._expired: dict[tuple[str, int], Ignore] = {}

    def connector(
        self, findings: Iterable[Finding], config: Config, documents: Iterable[Document], path: str
    ) -> list[Finding]:
        """The findings of one connector with their states; `path` is what configuration calls it."""
        decided = [self._decide(finding, config, path) for finding in findings]
        for document in documents:
            for note in notes(document):
                hit = False
                for index, finding in enumerate(decided):
                    if finding.state == "active" and note.covers(finding):
                        decided[index] = replace(
                            finding, state="ignored", reason=note.reason or "(no reason given)"
                        )
                    hit = hit or note.covers(finding)
                if not hit or not note.reason:
                    decided.append(_unused_note(note, path, hit=hit))
        return decided

    def _decide(self, finding: Finding, config: Config, path: str) -> Finding:
        for index, ignore in enumerate(config.ignores):
            if not _covers(ignore, finding, path):
                continue
            self._used.add((config.name, index))
            if self._past(ignore):
                self._expired[config.name, index] = ignore
                at = ignore.at.span.start
                place = ignore.at.source.position(at)
                ended = f"the ignore in {ignore.at.source.path}:{place.line} ended on {ignore.until}"
                return replace(finding, help=f"{finding.help}; {ended}" if finding.help else ended)
            return replace(finding, state="ignored", reason=_reason(ignore))
        if self._baseline is not None and finding.fingerprint in self._baseline:
            self._matched.add(finding.fingerprint)
            return replace(finding, state="baselined", reason="in the baseline")
        return finding

    def _past(self, ignore: Ignore) -> bool:
        return bool(ignore.until and self._today and ignore.until < self._today)

    def leftovers(
        self,
        configs: Sequence[Config],
        connectors: Collection[str],
        ran: Collection[str],
        addresses: Sequence[str],
    ) -> list[Finding]:
        """Findings about ignores and baseline entries that covered nothing in this run.

        `connectors` are the paths that were checked, `ran` the rules that ran: an entry about anything else
        may well be of use in another run. `addresses` are those there are, for the nearest one.
        """
        found = []
        for config in configs:
            for index, ignore in enumerate(config.ignores):
                if (config.name, index) in self._used:
                    if (config.name, index) in self._expired:
                        found.append(_expired(ignore))
                    continue
                if ignore.rule in ran and any(matches(ignore.connector, path) for path in connectors):
                    found.append(_unused(ignore, addresses))
        if self._baseline is not None and self._baseline.document is not None:
            found += self._gone(connectors, ran)
        return found

    def _gone(self, connectors: Collection[str], ran: Collection[str]) -> list[Finding]:
        """Entries of the baseline whose findings are no more."""
        assert self._baseline is not None
        found = []
        for fingerprint, at in self._baseline.entries.items():
            entry = at.value
            if fingerprint in self._matched or not isinstance(entry, dict):
                continue
            if entry.get("rule") in ran and entry.get("connector") in connectors:
                message = f"nothing at `{entry.get('address')}` in {entry.get('connector')} any more"
                found.append(
                    _finding(
                        at,
                        UNUSED,
                        Severity.WARNING,
                        message,
                        "`connlint baseline --prune` takes it out",
                        None,
                    )
                )
        return found


def _covers(ignore: Ignore, finding: Finding, path: str) -> bool:
    return (
        ignore.rule == finding.rule
        and (matches(ignore.connector, path) or matches(ignore.connector, finding.connector))
        and matches(ignore.address, finding.address)
        and (ignore.value is None or ignore.value == finding.value)
    )


def _reason(ignore: Ignore) -> str:
    return f"{ignore.reason} (until {ignore.until})" if ignore.until else ignore.reason


def notes(document: Document) -> list[Note]:
    """The ignore comments of a YAML document."""
    if document.syntax != "yaml" or "connlint:" not in document.source.text:
        return []
    from connlint.reading.yaml import comments

    found = []
    for span, text, pointer in comments(document):
        match = _COMMENT.match(text)
        if match is not None:
            rules = tuple(part.strip() for part in match[1].split(","))
            found.append(Note(document, span, pointer, rules, match[2].strip()))
    return found


def _unused_note(note: Note, connector: str, *, hit: bool) -> Finding:
    """What is said of a comment that covers nothing, or says no reason."""
    at = Location.at_span(note.document, note.span)
    listed = ", ".join(note.rules)
    message = f"this ignore of {listed} gives no reason" if hit else f"nothing here for {listed} to find"
    help_ = "write one after the bracket" if hit else "remove the comment"
    return _finding(at, UNUSED, Severity.WARNING, message, help_, None, connector)


def _unused(ignore: Ignore, addresses: Sequence[str]) -> Finding:
    near = nearest(ignore.address, addresses) if "*" not in ignore.address else None
    at = ignore.at / "address"
    where = "" if ignore.connector == "*" else f" in {ignore.connector}"
    help_ = f"did you mean `{near}`?" if near else "remove it"
    fix = None
    if near is None:
        span = _table_span(ignore.at)
        fix = Fix(True, "remove the ignore", (TextEdit(ignore.at.source, span, ""),))
    return _finding(
        at,
        UNUSED,
        Severity.WARNING,
        f"nothing at `{ignore.address}`{where} for `{ignore.rule}`",
        help_,
        fix,
    )


def _table_span(at: Location) -> Span:
    """All lines of an `[[ignore]]` table: from its header to the next one."""
    source = at.source
    start = source.text.rfind("\n", 0, at.key.span.start) + 1
    following = re.compile(r"^[ \t]*\[", re.MULTILINE).search(
        source.text, source.text.find("\n", at.key.span.start)
    )
    return Span(start, following.start() if following is not None else len(source.text))


def _expired(ignore: Ignore) -> Finding:
    return _finding(
        ignore.at / "until",
        EXPIRED,
        Severity.INFO,
        f"this ignore ended on {ignore.until}; what it covered is shown again",
        "mend the finding, or set another date",
        None,
    )


def _finding(
    at: Location,
    rule: str,
    severity: Severity,
    message: str,
    help_: str,
    fix: Fix | None,
    connector: str = "",
) -> Finding:
    """A finding about an ignore or an entry of the baseline."""
    from hashlib import sha256

    pointer = None if at.in_prose else render_pointer(at.pointer)
    key = f"{rule}\0{at.source.path}\0{message}"
    return Finding(
        rule=rule,
        severity=severity,
        message=message,
        connector=connector,
        address=at.document.role or "config",
        place=Place(at.source, at.document.role, at.document.index, pointer, at.span),
        fingerprint=sha256(key.encode()).hexdigest()[:32],
        help=help_,
        fix=fix,
        url=rule_url(rule),
        value=message,
    )
