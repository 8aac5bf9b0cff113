"""Code actions: every fix, missing or useless declarations, ignores with a reason, all safe fixes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from connlint.config import Config
from connlint.connector.model import Hole, Placeholder
from connlint.connector.types import type_for
from connlint.evidence.requests import any_body_keys
from connlint.finding import Finding
from connlint.lsp.cursor import hole_at, spot
from connlint.lsp.session import Checked
from connlint.reading.edits import Edit, insert, remove, replace_value
from connlint.reading.rewriting import CannotEdit, resolve
from connlint.record import record
from connlint.run import absolute
from connlint.source import Span

Edits = dict[Path, list[tuple[Span, str]]]
"""Text edits by file: a span of the file's text, and what takes its place."""

REASON = "say why this is right here"


@record
class Action:
    """One offer: its title, its edits, the finding it is about, whether it is the one to prefer."""

    title: str
    edits: Edits
    finding: Finding | None = None
    preferred: bool = False
    creates: Path | None = None
    """A file that must be made first."""


def actions(
    checked: Checked, findings: Iterable[Finding], working: Path, path: Path, offset: int
) -> Iterator[Action]:
    """What can be done about findings of a file, and about the hole at an offset."""
    declared: set[str] = set()
    for finding in findings:
        if finding.fix is not None:
            edits: Edits = {}
            for edit in finding.fix.edits:
                file = absolute(Path(edit.source.path), working)
                edits.setdefault(file, []).append((edit.span, edit.text))
            word = "" if finding.fix.safe else " (unsafe)"
            title = finding.fix.title[:1].upper() + finding.fix.title[1:]
            yield Action(title + word, edits, finding, preferred=finding.fix.safe)
        yield from _placeholder_actions(checked, finding, path, declared)
    for finding in findings:
        yield from _ignores(checked, finding, working)
    document = checked.document_at(path, offset)
    if document is not None:
        hole = hole_at(checked.connector, spot(document, offset))
        if hole is not None and hole.placeholder is None and hole.name not in declared:
            yield from _declare(checked, hole, None, path)


def _placeholder_actions(
    checked: Checked, finding: Finding, path: Path, declared: set[str]
) -> Iterator[Action]:
    """Declare what is undeclared, remove what is unused."""
    if finding.rule == "undeclared-placeholder":
        for template in checked.connector.templates:
            for hole in template.holes:
                if hole.address == finding.address and hole.placeholder is None:
                    declared.add(hole.name)
                    yield from _declare(checked, hole, finding, path)
                    return
    if finding.rule == "unused-placeholder":
        for template in checked.connector.templates:
            for placeholder in template.placeholders:
                if placeholder.address == finding.address and placeholder.name_at.span == finding.place.span:
                    yield from _remove(placeholder, finding, path)
                    return


def _declare(checked: Checked, hole: Hole, finding: Finding | None, path: Path) -> Iterator[Action]:
    """The declaration of a hole, in its own template."""
    template = hole.template
    entry: dict[str, object] = {"name": hole.name, "type": type_of(checked, hole), "required": True}
    value = template.at.value
    if isinstance(value, str):
        edit = replace_value(template.at, {"value": value, "placeholders": [entry]})
    elif isinstance(value, dict) and isinstance(value.get("placeholders"), list):
        edit = insert(template.at / "placeholders", len(value["placeholders"]), entry)
    else:
        edit = insert(template.at, "placeholders", [entry])
    edits = _written([edit], path)
    if edits is not None:
        yield Action(f"Declare the placeholder `{hole.name}`", edits, finding)


def type_of(checked: Checked, hole: Hole) -> str:
    """The type to declare for a hole: what the contract says of a parameter or key of that name, else what
    the hole's place asks for."""
    operation = hole.template.operation
    evidence = checked.opened.loaded.evidence
    if operation is not None and not evidence.empty:
        known = evidence.verdicts.operation(operation)
        if known is not None:
            shape = None
            if hole.template.role == "query":
                parameter = known.query_parameter(hole.template.name)
                shape = parameter.shape if parameter is not None else None
            elif hole.template.role == "body":
                shape = any_body_keys(known).get(hole.name)
            found = type_for(shape.kinds - {"null"}) if shape is not None else None
            if found is not None:
                return found
    return {"bare": "Any", "file": "Bytes"}.get(hole.context, "String")


def _remove(placeholder: Placeholder, finding: Finding, path: Path) -> Iterator[Action]:
    """Take an unused declaration out; with the last one goes the list."""
    alone = len(placeholder.owner.placeholders) == 1
    edits = _written([remove(placeholder.at.parent if alone else placeholder.at)], path)
    if edits is not None:
        yield Action(f"Remove the unused placeholder `{placeholder.name}`", edits, finding)


def _written(edits: Iterable[Edit], path: Path) -> Edits | None:
    """Structural edits of one file as text; None where one cannot be written without risk."""
    try:
        return {path: [(span, text) for edit in edits for span, text in resolve(edit)]}
    except CannotEdit:
        return None


# --- ignores


def _ignores(checked: Checked, finding: Finding, working: Path) -> Iterator[Action]:
    """Ignore a finding where it stands: in a comment (YAML), and in the configuration."""
    title = f"Ignore {finding.rule} here, with a reason"
    if finding.place.pointer is not None and finding.place.role != "config":
        comment = _comment(checked, finding, working)
        if comment is not None:
            yield Action(f"{title} (comment)", comment, finding)
    config = checked.opened.config
    table, target, creates = _table(checked, finding, config, working)
    text = _content(config)
    if text and not text.endswith("\n"):
        table = "\n" + table
    at = len(text)
    yield Action(f"{title} ({target.name})", {target: [(Span(at, at), table)]}, finding, creates=creates)


def _comment(checked: Checked, finding: Finding, working: Path) -> Edits | None:
    """A comment on a line of its own over the innermost entry that holds the finding, where the document is
    YAML in block style."""
    source, text = finding.place.source, finding.place.source.text
    document = checked.document_of(finding)
    if document is None or document.syntax != "yaml":
        return None
    pointer = document.pointer_of(finding.place.pointer or "")
    for length in range(len(pointer), 0, -1):
        here = pointer[:length]
        at = (document.key_span(here) if isinstance(here[-1], str) else document.span(here)).start
        start = source.lines.line_span(source.position(at).line).start
        head = text[start:at]
        if head.strip() in ("", "-"):
            indent = head[: len(head) - len(head.lstrip(" "))]
            newline = "\r\n" if "\r\n" in text else "\n"
            note = f"{indent}# connlint: ignore[{finding.rule}] {REASON}{newline}"
            return {absolute(Path(source.path), working): [(Span(start, start), note)]}
    return None


def _content(config: Config) -> str:
    return config.document.source.text if config.document is not None else ""


def _table(
    checked: Checked, finding: Finding, config: Config, working: Path
) -> tuple[str, Path, Path | None]:
    """The `[[ignore]]` table, the file it goes into, and the file to make when there is none."""
    if config.document is None:
        target = working / "connlint.toml"
        creates = None if target.exists() else target
        head = "ignore"
    else:
        target, creates = absolute(Path(config.document.source.path), working), None
        head = "ignore" if target.name != "pyproject.toml" else "tool.connlint.ignore"
    lines = [
        "" if creates is None else None,
        f"[[{head}]]",
        f"connector = {_toml(checked.opened.settings.id)}",
        f"rule = {_toml(finding.rule)}",
        f"address = {_toml(finding.address)}",
        f"value = {_toml(finding.value)}" if finding.value else None,
        f"reason = {_toml(REASON)}",
    ]
    return "".join(f"{line}\n" for line in lines if line is not None), target, creates


def _toml(text: str) -> str:
    """A TOML basic string."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
