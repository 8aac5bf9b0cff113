"""What is known of the thing under the cursor, as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator

from connlint.connector.model import Field, Hole, Operation, Placeholder, Template, Webhook
from connlint.connector.rendering import CannotRender, render
from connlint.connector.selectors import json_kind, walk
from connlint.connector.usage import holes_of
from connlint.evidence.fixtures import answers_of, deliveries_of
from connlint.finding import Finding
from connlint.lsp.completion import doc_of, schemas_at
from connlint.lsp.cursor import Spot, hole_at, node_at, placeholder_at, text_template_at
from connlint.lsp.session import Checked
from connlint.reading import MISSING, render_pointer
from connlint.registry import rules
from connlint.source import Span

_LONGEST = 160


def hover(checked: Checked, spot: Spot, findings: list[Finding]) -> tuple[str, Span] | None:
    """What to say of a spot, and the characters that it is about."""
    parts = [*_things(checked, spot), *(_finding(item) for item in findings)]
    if not parts:
        return None
    return "\n\n---\n\n".join(parts), _span(checked, spot)


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
        return
    hole = hole_at(connector, spot)
    if hole is not None:
        yield _hole(hole)
        return
    template = text_template_at(connector, spot)
    if template is not None:
        yield from _template(template)
        return
    placeholder = placeholder_at(connector, spot)
    if placeholder is not None and spot.pointer == placeholder.name_at.pointer:
        yield _placeholder(placeholder)
        return
    node = node_at(connector, spot.document, spot.pointer)
    if isinstance(node, Field) and "selector" in spot.pointer:
        yield _selector(checked, node, spot)
    elif isinstance(node, Webhook) and spot.pointer == node.event_at.pointer:
        yield _event(checked, node)
    else:
        yield from _key(spot)


def _key(spot: Spot) -> Iterator[str]:
    """What the schema says of a key."""
    if spot.document.role in ("service", "resources", "events", "fixture") and spot.pointer:
        for part in schemas_at(spot.document.role, spot.pointer)[:1]:
            words = doc_of(part)
            if words:
                yield f"**{part.get('title', spot.pointer[-1])}**: {words}"


def _hole(hole: Hole) -> str:
    placeholder = hole.placeholder
    if placeholder is None:
        return f"`{hole.name}` is declared nowhere that this template reaches."
    return _placeholder(placeholder)


def _placeholder(placeholder: Placeholder) -> str:
    """A declaration and its uses."""
    need = "required" if placeholder.required else "optional"
    lines = [f"**{placeholder.name}**: {placeholder.type or 'no type'}, {need}"]
    if placeholder.description:
        lines.append(placeholder.description)
    if placeholder.options:
        lines.append("Options: " + ", ".join(f"`{option}`" for option in placeholder.options[:20]))
    position = placeholder.at.source.position(placeholder.name_at.span.start)
    lines.append(f"Declared at `{placeholder.owner.address}` (line {position.line}).")
    uses: dict[str, int] = {}
    for hole in holes_of(placeholder):
        uses[hole.template.address] = uses.get(hole.template.address, 0) + 1
    lines.append(
        "Used in " + ", ".join(f"`{address}`" for address in uses) + "." if uses else "Used nowhere."
    )
    return "\n\n".join(lines)


def _template(template: Template) -> Iterator[str]:
    """The request that the template's operation sends, its holes as their names."""
    operation = template.operation
    if operation is None:
        return
    try:
        yield _request(operation)
    except CannotRender as error:
        yield f"This cannot be rendered: {error}"


def _request(operation: Operation) -> str:
    from urllib.parse import unquote

    service = operation.connector.service
    base = None if service is not None and service.base_url is not None else ""
    values: dict[str, object] = {}
    for owner in (operation.resource.endpoint, *operation.templates):
        for hole in owner.holes if owner is not None else ():
            values[hole.name] = f"‹{hole.name}›"
    made = render(operation, values, base_url=base)
    lines = [f"{made.method} {unquote(made.url)}"]
    lines += [f"{name}: {value}" for name, value in made.headers if name.lower() != "authorization"]
    body = operation.body
    if body is not None:
        lines += ["", made.text if made.text is not None else body.text]
    return "```http\n" + "\n".join(lines) + "\n```"


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
            place = render_pointer(witness.pointer)
            lines.append(f"{witness.source}{': ' + kinds if kinds else ''} (`{place}`)")
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
        source = " ".join(part for part in (events.origin, f"read {events.retrieved}") if part)
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
    """A finding's rule."""
    item = rules().get(finding.rule)
    words = item.doc if item is not None else ""
    head = f"**[{finding.rule}]({finding.url})** ({finding.severity.word}): {finding.message}"
    return f"{head}\n\n{words}" if words else head
