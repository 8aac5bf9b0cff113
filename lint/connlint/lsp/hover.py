"""What is known of the thing under the cursor, as Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from connlint.connector.model import Field, Hole, Operation, Placeholder, Template, Webhook
from connlint.connector.rendering import CannotRender, render, templates_of
from connlint.connector.selectors import json_kind, walk
from connlint.connector.usage import holes_of
from connlint.credentials import HIDDEN, withheld
from connlint.evidence.fixtures import answers_of, deliveries_of
from connlint.evidence.starting import first_sentence
from connlint.finding import Finding
from connlint.lsp.completion import doc_of, schemas_at, shape_of
from connlint.lsp.cursor import (
    Spot,
    hole_at,
    node_at,
    operation_at,
    placeholder_at,
    resource_at,
    text_template_at,
)
from connlint.lsp.session import Checked
from connlint.reading import MISSING, render_pointer
from connlint.registry import rules
from connlint.rulepage import parse_page
from connlint.source import Span

_LONGEST = 160
_MOST_REQUESTS = 12
_SAID = ("Why", "Options", "Fix")
_EXAMPLES: dict[str, object] = {
    "Integer": 1,
    "UnsignedInteger": 1,
    "Float": 1.5,
    "Boolean": True,
    "Array": [],
    "Object": {},
}
"""Values for bare holes, whose marks would not be JSON."""


def hover(checked: Checked, spot: Spot, findings: list[Finding]) -> tuple[str, Span] | None:
    """What to say of a spot, and the characters that it is about."""
    parts = [*_things(checked, spot), *(_finding(item) for item in findings)]
    if not parts:
        return None
    return still("\n\n---\n\n".join(parts)), _span(checked, spot)


def still(markdown: str) -> str:
    """Markdown that loads nothing when it is shown: an image in a description would tell its server who reads
    it, and when."""
    return markdown.replace("![", "!\\[")


def _span(checked: Checked, spot: Spot) -> Span:
    hole = hole_at(checked.connector, spot)
    if hole is not None:
        return hole.at.span
    if spot.on_key:
        return spot.document.key_span(spot.pointer)
    return spot.document.span(spot.pointer)


def _things(checked: Checked, spot: Spot) -> Iterator[str]:
    connector = checked.connector
    if spot.on_key:
        yield from _key(spot)
        operation = operation_at(connector, spot.document, spot.pointer)
        if operation is not None and spot.pointer == operation.at.pointer:
            yield from _operation(checked, operation)
        return
    hole = hole_at(connector, spot)
    if hole is not None:
        yield _hole(checked, hole)
        return
    template = text_template_at(connector, spot)
    if template is not None:
        yield from _template(checked, template, spot)
        return
    placeholder = placeholder_at(connector, spot)
    if placeholder is not None and spot.pointer == placeholder.name_at.pointer:
        yield _placeholder(checked, placeholder)
        return
    node = node_at(connector, spot.document, spot.pointer)
    if isinstance(node, Field) and "selector" in spot.pointer:
        yield _selector(checked, node, spot)
    elif isinstance(node, Webhook) and spot.pointer == node.event_at.pointer:
        yield _event(checked, node)
    elif isinstance(node, Operation) and spot.pointer == node.method_at.pointer:
        yield from _operation(checked, node)
    else:
        yield from _key(spot)


def _key(spot: Spot) -> Iterator[str]:
    """What the schema says of a key."""
    if spot.document.role in ("service", "resources", "events", "fixture") and spot.pointer:
        for part in schemas_at(spot.document.role, spot.pointer):
            words = doc_of(part)
            if words:
                yield f"**{part.get('title', spot.pointer[-1])}**: {words}"
                return


def _hole(checked: Checked, hole: Hole) -> str:
    placeholder = hole.placeholder
    if placeholder is not None:
        return _placeholder(checked, placeholder)
    scope = ", ".join(f"`{name}`" for name in hole.template.scope)
    return f"`{hole.name}` is declared nowhere that this template reaches." + (
        f"\n\nIt can use {scope}." if scope else ""
    )


def _placeholder(checked: Checked, placeholder: Placeholder) -> str:
    """A declaration and its uses."""
    need = "required" if placeholder.required else "optional"
    lines = [f"**{placeholder.name}**: {placeholder.type or 'no type'}, {need}"]
    if placeholder.description:
        lines.append(placeholder.description)
    if placeholder.options:
        more = f" and {len(placeholder.options) - 20} more" if len(placeholder.options) > 20 else ""
        lines.append("Options: " + ", ".join(f"`{option}`" for option in placeholder.options[:20]) + more)
    lines += _in_contract(checked, placeholder)
    uses: dict[str, list[int]] = {}
    for hole in holes_of(placeholder):
        line = hole.template.at.source.position(hole.at.span.start).line
        uses.setdefault(hole.template.address, []).append(line)
    used = ", ".join(f"`{address}` ({_lines(found)})" for address, found in uses.items())
    position = placeholder.at.source.position(placeholder.name_at.span.start)
    lines.append(f"Declared in `{placeholder.owner.address}` (line {position.line}).")
    lines.append(f"Used in {used}." if used else "Used nowhere.")
    return "\n\n".join(lines)


def _lines(numbers: list[int]) -> str:
    return ("line " if len(numbers) == 1 else "lines ") + ", ".join(map(str, numbers))


def _in_contract(checked: Checked, placeholder: Placeholder) -> Iterator[str]:
    """What the contract says of what a placeholder fills."""
    evidence = checked.opened.loaded.evidence
    operation = placeholder.owner.operation
    known = evidence.verdicts.operation(operation) if operation is not None and not evidence.empty else None
    shape = shape_of(known, placeholder) if known is not None else None
    if known is None or shape is None or not shape.kinds:
        return
    kinds = " or ".join(sorted(shape.kinds))
    if shape.values and len(shape.values) <= 12:
        kinds += " of " + ", ".join(f"`{value}`" for value in shape.values)
    parameter = known.query_parameter(placeholder.owner.name) if placeholder.owner.role == "query" else None
    words = first_sentence(parameter.description if parameter is not None else shape.description)
    yield f"Contract, {known.method} {known.path}: {kinds}{f'. {words}' if words else '.'}"


def _template(checked: Checked, template: Template, spot: Spot) -> Iterator[str]:
    """The requests that a template's text goes into."""
    operation = template.operation
    if operation is not None:
        yield from _operation(checked, operation)
        return
    role = template.role
    if role == "endpoint":
        owner = resource_at(checked.connector, spot.document, spot.pointer)
        listed = owner.operations if owner is not None else []
        yield from _requests(listed, f"The requests of `{owner.address}`:" if owner is not None else "")
    elif role == "base":
        yield from _requests(checked.connector.operations, "Requests go to:")
    elif role == "header":
        yield (
            "Every request carries:\n\n```http\n"
            + withheld(f"{template.name}: {_marked(template)}")
            + "\n```"
        )
    else:
        first = next(iter(checked.connector.operations), None)
        header = _authorization(first) if first is not None else None
        if header is not None:
            yield f"Every request carries:\n\n```http\n{header}\n```"


def _requests(operations: Iterable[Operation], head: str) -> Iterator[str]:
    """The first lines of some operations' requests."""
    lines: list[str] = []
    left = 0
    for operation in operations:
        if len(lines) == _MOST_REQUESTS:
            left += 1
            continue
        try:
            method, url = _sent(operation)[:2]
        except CannotRender:
            continue
        lines.append(f"{operation.name}: {method} {url}")
    if left:
        lines.append(f"… and {left} more")
    if lines:
        yield f"{head}\n\n```text\n" + "\n".join(lines) + "\n```"


def _operation(checked: Checked, operation: Operation) -> Iterator[str]:
    """The request that an operation sends, and what the contract says of it."""
    try:
        said = _request(operation)
    except CannotRender as error:
        said = f"This cannot be rendered: {error}"
    evidence = checked.opened.loaded.evidence
    known = evidence.verdicts.operation(operation) if not evidence.empty else None
    if known is not None:
        words = first_sentence(known.summary or known.description)
        gone = " Deprecated." if known.deprecated else ""
        said += f"\n\nContract, {known.method} {known.path}{f': {words}' if words else '.'}{gone}"
    yield said


def _request(operation: Operation) -> str:
    method, url, headers, body = _sent(operation)
    lines = [f"{method} {url}", *headers]
    if body is not None:
        lines += ["", body]
    return "```http\n" + withheld("\n".join(lines)) + "\n```"


def _sent(operation: Operation) -> tuple[str, str, list[str], str | None]:
    """A request's method, URL, headers and body, with marks in the place of values that only users know."""
    from urllib.parse import unquote

    service = operation.connector.service
    base = None if service is not None and service.base_url is not None else ""
    values: dict[str, object] = {}
    for template in templates_of(operation):
        for hole in template.holes:
            values.setdefault(hole.name, _example(hole))
    made = render(operation, values, base_url=base)
    auth = service.auth if service is not None else None
    is_literal = auth is not None and auth.token is not None and not auth.token.holes
    headers = []
    for name, value in made.headers:
        hidden = is_literal and name.lower() == "authorization"
        headers.append(f"{name}: {HIDDEN * 8 if hidden else value}")
    body = operation.body
    text = made.text if made.text is not None else body.text if body is not None else None
    return made.method, unquote(made.url), headers, text


def _example(hole: Hole) -> object:
    """A value for a hole: an option, one of its type where it stands bare in JSON, else its name."""
    placeholder = hole.placeholder
    if placeholder is not None and placeholder.options:
        return placeholder.options[0]
    if hole.context == "bare" and placeholder is not None:
        return _EXAMPLES.get(placeholder.type or "", f"‹{hole.name}›")
    return f"‹{hole.name}›"


def _marked(template: Template) -> str:
    """A template's text with the names of its holes."""
    text = template.text
    for hole in reversed(template.holes):
        text = f"{text[: hole.start]}‹{hole.name}›{text[hole.end :]}"
    return text


def _authorization(operation: Operation) -> str | None:
    """The header that an operation's request proves itself with."""
    try:
        headers = _sent(operation)[2]
    except CannotRender:
        return None
    service = operation.connector.service
    auth = service.auth if service is not None else None
    name = auth.header_name.text if auth is not None and auth.header_name is not None else "Authorization"
    found = next((item for item in headers if item.lower().startswith(f"{name.strip().lower()}:")), None)
    return withheld(found) if found is not None else None


def _selector(checked: Checked, field: Field, spot: Spot) -> str:
    """How far a selector's segments lead: what samples and official shapes have there."""
    selector = field.selector or ()
    if spot.pointer[-1:] != ("selector",) and isinstance(spot.pointer[-1], int):
        selector = selector[: spot.pointer[-1] + 1]
    evidence = checked.opened.loaded.evidence
    lines = [f"`{json.dumps(list(selector))}`"]
    if evidence.empty:
        return "\n\n".join([*lines, "There is no evidence beside the connector: no contract, no fixtures."])
    verdict = evidence.verdicts.of(field)
    for witness in verdict.witnesses[:4]:
        if witness.official and witness.depth >= len(selector):
            kinds = " or ".join(sorted(witness.kinds)) if selector == (field.selector or ()) else ""
            whole = witness.depth == len(selector)
            place = f" (`{render_pointer(witness.pointer)}`)" if whole else " has it"
            lines.append(f"{witness.source}{': ' + kinds if kinds else ''}{place}.")
            break
    for source, value in _samples(checked, field):
        reached = walk(value, selector)
        if reached.found:
            text = json.dumps(reached.value, ensure_ascii=False)
            text = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
            lines.append(f"{source} has `{text}` there ({json_kind(reached.value)}).")
            break
    lines.append(
        f"Verdict on `{field.address}`: {verdict.status.replace('_', ' ')}"
        + (f" ({verdict.why})" if verdict.why else "")
        + "."
    )
    return "\n\n".join(lines)


def _samples(checked: Checked, field: Field) -> Iterator[tuple[str, object]]:
    fixtures = checked.opened.loaded.evidence.fixtures
    owner = field.owner
    if isinstance(owner, Webhook):
        yield from ((item.name, item.json) for item in deliveries_of(fixtures, owner.event))
        return
    for operation in owner.operations:
        for exchange in answers_of(fixtures, operation.address):
            if exchange.json is not MISSING:
                yield exchange.name, exchange.json
                if isinstance(exchange.json, dict) and operation.name == "list":
                    for value in exchange.json.values():
                        if isinstance(value, list) and value and isinstance(value[0], dict):
                            yield exchange.name, value[0]


def _event(checked: Checked, webhook: Webhook) -> str:
    """An event's official shape, where it was read and when."""
    evidence = checked.opened.loaded.evidence
    lines = [f"**{webhook.event}**"]
    if evidence.empty:
        return "\n\n".join([*lines, "No list of the vendor's events lies beside the connector."])
    events, contract = evidence.events, evidence.contract
    listed = events.get(webhook.event) if events is not None else None
    if events is not None and listed is not None:
        if listed.description:
            lines.append(listed.description)
        if listed.deprecated:
            lines.append("Deprecated" + (f": use `{listed.replaced_by}`." if listed.replaced_by else "."))
        source = ", ".join(part for part in (events.origin, f"read {events.retrieved}") if part)
        lines.append(f"Source: {source}.")
    elif contract is not None and webhook.event in contract.events:
        lines.append(f"Source: {evidence.contract_name}, `{contract.events[webhook.event].key}`.")
    else:
        lines.append("The vendor's list does not have it.")
    for _, _, _, shape in evidence.verdicts.delivery_shapes(webhook.event)[:1]:
        rows = []
        for key in shape.keys().values():
            kinds = " or ".join(sorted(key.shape.kinds))
            rows.append(f"{key.name}: {kinds}{'' if key.required else ' (optional)'}")
            rows += [
                f"  {inner.name}: {' or '.join(sorted(inner.shape.kinds))}"
                f"{'' if inner.required else ' (optional)'}"
                for inner in key.shape.keys().values()
            ]
        if rows:
            lines.append("```text\n" + "\n".join(rows[:40]) + "\n```")
    return "\n\n".join(lines)


def _finding(finding: Finding) -> str:
    """A finding's rule: the fault, why it is one, what a fix does."""
    item = rules().get(finding.rule)
    head = f"**{finding.rule}** ({finding.severity.word})"
    if item is None:
        return f"{head}: {finding.message}"
    lines = [item.doc.strip()]
    try:
        page = parse_page(item.doc)
    except ValueError:
        pass
    else:
        lines = [page.fault]
        lines += [f"*{label}:* {_flowing(page.sections[label])}" for label in _SAID if label in page.sections]
    if finding.url:
        lines.append(f"[All of the rule]({finding.url})")
    return "\n\n".join([f"{head}: {lines[0]}", *lines[1:]])


def _flowing(text: str) -> str:
    """A section's first paragraph on one line."""
    return " ".join(text.strip().split("\n\n")[0].split())


_FENCE = re.compile(r"^```\w*\n?", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")


def plain(text: str) -> str:
    """The same for an editor that shows no Markdown."""
    return _LINK.sub(r"\1: \2", _FENCE.sub("", text)).replace("**", "").replace("\n\n---\n\n", "\n\n")
