"""docs/format.md: its table of types is the types', and its examples are well formed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connlint import schema as schemas
from connlint.connector import types
from connlint.reading import read

PAGE = Path(__file__).resolve().parent.parent / "docs" / "format.md"
FENCES = re.findall(
    r"^```(json|yaml)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
WORDS = {True: "yes", False: "–", None: "open"}


def table() -> str:
    """The table of types as Markdown, from the types themselves."""
    kinds = [kind for kind in types.KINDS if kind != "null"]
    head = ["type", *kinds, *(f"{position} hole" for position in types.POSITIONS)]
    rows = [head, ["---"] * len(head)]
    for name in types.NAMES:
        found = [WORDS[kind in types.kinds(name)] for kind in kinds]
        rows.append([f"`{name}`", *found, *(WORDS[types.fits_position(name, at)] for at in types.POSITIONS)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def role(value: object) -> str:
    """What a document of the page is."""
    if isinstance(value, list):
        return "resources"
    assert isinstance(value, dict)
    return "service" if "service" in value else "events" if "events" in value else "fixture"


def test_table_of_types_is_what_the_program_uses(update_golden: bool) -> None:
    text = PAGE.read_text(encoding="utf-8")
    head, end = re.search(r"<!-- types:.*? -->\n", text), text.index("<!-- end of types -->")
    assert head is not None
    if update_golden:
        PAGE.write_text(f"{text[: head.end()]}\n{table()}\n\n{text[end:]}", encoding="utf-8")
    else:
        assert text[head.end() : end].strip() == table()


@pytest.mark.parametrize(("syntax", "text"), FENCES)
def test_examples_of_the_page_are_well_formed(syntax: str, text: str) -> None:
    (document,) = read(f"example.{syntax}", text.encode(), named=True).documents
    assert not document.faults
    assert [fault.message for fault in schemas.faults(document, role(document.value))] == []


def test_page_has_examples_of_every_document() -> None:
    documents = [read(f"x.{syntax}", text.encode(), named=True).documents[0] for syntax, text in FENCES]
    assert {role(document.value) for document in documents} == {"service", "resources", "events", "fixture"}


def test_addresses_of_the_page_are_those_of_its_example() -> None:
    from connlint.connector.build import build

    documents = []
    for syntax, text in FENCES[:2]:
        (document,) = read(f"x.{syntax}", text.encode(), named=True).documents
        document.role = role(document.value)
        documents.append(document)
    connector = build("acme", "acme", documents)
    nodes = [*connector.resources, *connector.operations, *connector.fields, *connector.webhooks]
    nodes += [field for webhook in connector.webhooks for field in webhook.payload]
    known = {node.address for node in nodes}
    known |= {item.address for template in connector.templates for item in template.placeholders}
    known |= {template.address for template in connector.templates} | {"service.auth"}
    section = PAGE.read_text(encoding="utf-8").partition("## Names that outlive lines")[2]
    shown = re.findall(r"^\| `([^`]+)`", section, re.MULTILINE)
    ours = {address for address in shown if not address.startswith(("page", "events["))}
    assert ours
    assert ours <= known
