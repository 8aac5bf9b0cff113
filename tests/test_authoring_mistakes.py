"""The published page, changed as an author might change it by mistake: one mistake, one finding, where it is.

Each mistake is an edit of the page's text: `old`, the first time it stands behind `after`, becomes `new`. In
`new` the guillemets mark where the finding must stand; a mistake that is found elsewhere says where in
`place` (the first behind `near`), again between guillemets.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.golden import findings_in

from connlint.finding import Finding, Severity

ROOT = Path(__file__).resolve().parent.parent
OURS = ROOT / "specs" / "chatgpt-published"
SEED = ROOT.parent / "shared" / "seeds" / "chatgpt-page.md"


@dataclass(frozen=True)
class Mistake:
    """One edit and the one finding that it should bring.

    `gone` are findings of the page as it is that the mistake takes away, as (rule, address).
    """

    name: str
    old: str
    new: str
    rule: str
    address: str
    after: str = ""
    place: str = ""
    near: str = ""
    gone: frozenset[tuple[str, str]] = frozenset()

    def applied(self, page: str) -> tuple[str, int]:
        """The changed page, and the offset at which the finding must stand."""
        start = page.index(self.after)
        at = page.index(self.old, start)
        before, after = page[:at], page[at + len(self.old) :]
        if self.place:
            assert "«" not in self.new
            text = before + self.new + after
            left, marked = self.place.replace("»", "").split("«")
            return text, text.index(left + marked, text.index(self.near)) + len(left)
        mark = len(before) + self.new.index("«")
        return before + self.new.replace("«", "").replace("»", "") + after, mark


COPY_OF_DELETE = (
    '"remove": { "method": "DELETE", "path": { "value": "/{{file_id}}", '
    '"placeholders": [{ "name": "file_id", "type": "String", "required": true }] } },\n        '
)
BATCHES = '"handle": "batches"'
FILES = '"handle": "files"'
IMAGES = '"handle": "images"'
MESSAGES = '"handle": "thread_messages"'
N_BARE = ("optional-breaks-body", "images.create.body{n}")
EMPTY_SIZE = ("optional-empties-body", "images.create.body{size}")

MISTAKES = [
    # the syntax of JSON
    Mistake(
        "a comma is missing",
        '"status": "active",\n',
        '"status": "active"\n',
        "syntax-error",
        "document",
        place='«"meta"»',
    ),
    Mistake(
        "a comma too many",
        '"order": { "value": "desc" } }',
        '"order": { "value": "desc" }, «}»',
        "syntax-error",
        "document",
    ),
    Mistake(
        "a quote is missing",
        '"method": "DELETE", "path": { "value": "/{{batch_id}}/cancel"',
        '"method": "DELETE, "«path": { "value": "/{{batch_id}}/cancel"',
        "syntax-error",
        "document",
        after=BATCHES,
    ),
    Mistake(
        "typographic quotes",
        '"method": "POST"',
        '"method": «“POST”»',
        "syntax-error",
        "document",
        after=BATCHES,
    ),
    Mistake(
        "a comment",
        '"handle": "batches",',
        '"handle": "batches", «// jobs that wait»',
        "syntax-error",
        "document",
    ),
    Mistake(
        "the quotes of a body are not escaped",
        r'"value": "{\"name\": \"{{name}}\"}"',
        r'"value": "{"«name": "{{name}}"}"',
        "syntax-error",
        "document",
        gone=frozenset({("optional-empties-body", "vector_stores.create.body{name}")}),
    ),
    Mistake(
        "a fence is not closed",
        "}\n\n```",
        "}\n\n",
        "syntax-error",
        "document",
        after='"headerName"',
        place="}\n}«\n\n\n\n###",
    ),
    Mistake(
        "the same key twice",
        '"method": "POST"',
        '"method": "POST", «"method"»: "PUT"',
        "duplicate-key",
        "document",
        after=BATCHES,
    ),
    # keys and values of the format
    Mistake(
        "a misspelt key",
        '"bodyTemplate"',
        '«"bodyTemplat"»',
        "schema-violation",
        "images.create",
        after=IMAGES,
        gone=frozenset({N_BARE, EMPTY_SIZE}),
    ),
    Mistake(
        "placeholder for placeholders",
        '"placeholders": [{ "name": "file_id"',
        '«"placeholder"»: [{ "name": "file_id"',
        "schema-violation",
        "files.read.path",
        after=FILES,
    ),
    Mistake(
        "require for required",
        '"required": true',
        '«"require"»: true',
        "schema-violation",
        "files.read.path{file_id}",
        after='"value": "/{{file_id}}"',
    ),
    Mistake(
        "required as text",
        '"required": true',
        '"required": «"true"»',
        "schema-violation",
        "files.read.path{file_id}",
        after='"value": "/{{file_id}}"',
    ),
    Mistake(
        "a selector that is no list",
        '"selector": ["purpose"]',
        '"selector": «"purpose"»',
        "schema-violation",
        "files.fields[purpose]",
    ),
    Mistake(
        "a method in small letters",
        '"method": "POST"',
        '"method": «"post"»',
        "schema-violation",
        "batches.create",
        after=BATCHES,
    ),
    Mistake(
        "no method",
        '"method": "POST",',
        "",
        "schema-violation",
        "batches.create",
        after=BATCHES,
        place='«"create"»: {',
        near=BATCHES,
    ),
    Mistake(
        "multivalue as text",
        '"selector": ["purpose"]',
        '"selector": ["purpose"], "multivalue": «"true"»',
        "schema-violation",
        "files.fields[purpose]",
    ),
    Mistake(
        "a type in small letters",
        '"name": "n", "type": "Integer"',
        '"name": "n", "type": «"integer"»',
        "unknown-type",
        "images.create.body{n}",
    ),
    Mistake(
        "a misspelt type",
        '"name": "bytes", "type": "Integer"',
        '"name": "bytes", "type": «"Interger"»',
        "unknown-type",
        "files.fields[bytes]",
    ),
    Mistake(
        "a type of JSON Schema",
        '"name": "n", "type": "Integer"',
        '"name": "n", "type": «"number"»',
        "unknown-type",
        "images.create.body{n}",
    ),
    # holes and declarations
    Mistake(
        "a misspelt hole",
        "/{{file_id}}",
        "/«{{fileid}}»",
        "undeclared-placeholder",
        "files.read.path{fileid}",
    ),
    Mistake(
        "another name in the hole",
        "/{{batch_id}}",
        "/«{{id}}»",
        "undeclared-placeholder",
        "batches.read.path{id}",
    ),
    Mistake(
        "a misspelt declaration",
        '"name": "input_file_id"',
        '"name": "input_file"',
        "undeclared-placeholder",
        "batches.create.body{input_file_id}",
        after="{{input_file_id}}",
        place=r"«{{input_file_id}}»",
    ),
    Mistake(
        "no declaration",
        '"value": "/{{file_id}}", "placeholders": [',
        '"value": "/«{{file_id}}»", "placeholders": [], "x-was": [',
        "undeclared-placeholder",
        "files.read.path{file_id}",
    ),
    Mistake("single braces", "/{{file_id}}", "/«{file_id}»", "malformed-hole", "files.read.path{file_id}"),
    Mistake(
        "a brace is missing",
        "/{{batch_id}}/cancel",
        "/«{{batch_id}»/cancel",
        "malformed-hole",
        "batches.delete.path{batch_id}",
    ),
    Mistake(
        "a brace is missing in a body",
        r"\"n\": {{n}}",
        r"\"n\": «{{n}»",
        "malformed-hole",
        "images.create.body{n}",
        gone=frozenset({N_BARE}),
    ),
    Mistake("a dotted name", "/{{file_id}}", "/«{{file.id}}»", "malformed-hole", "files.read.path{file_id}"),
    Mistake("an empty hole", "/{{file_id}}", "/«{{}}»", "malformed-hole", "files.read.path{file_id}"),
    Mistake(
        "a placeholder twice",
        '{ "name": "role"',
        '{ "name": "content", "type": "String", "required": true }, { "name": "role"',
        "duplicate-placeholder",
        "thread_messages.create.body{content}",
        after="{{role}}",
        place='{ "name": «"content"», "type": "String", "desc',
    ),
    Mistake(
        "an option twice",
        '"1792x1024", "1024x1792"',
        '"1792x1024", «"1792x1024"»',
        "duplicate-option",
        "images.create.body{size}",
    ),
    Mistake(
        "an optional id",
        '"required": true',
        '"required": false',
        "optional-in-path",
        "batches.read.path{batch_id}",
        after='"value": "/{{batch_id}}"',
        place='"value": "/«{{batch_id}}»"',
    ),
    Mistake(
        "an optional text",
        '"required": true',
        '"required": false',
        "optional-empties-body",
        "batches.create.body{endpoint}",
        after='"name": "endpoint", "type": "String", "description"',
        place=r"\"«{{endpoint}}»",
        near=BATCHES,
    ),
    Mistake(
        "a hole without quotes",
        r"\"role\": \"{{role}}\"",
        r"\"role\": {{role}}",
        "wrong-placeholder-type",
        "thread_messages.create.body{role}",
        after=MESSAGES,
        place='"name": "role", "type": «"String"», "description"',
    ),
    Mistake(
        "a placeholder that was added alone",
        '{ "name": "training_file"',
        '{ "name": «"suffix"», "type": "String", "required": true }, { "name": "training_file"',
        "unused-placeholder",
        "fine_tuning_jobs.create.body{suffix}",
        after="{{training_file}}",
    ),
    Mistake(
        "a hole that was added alone",
        r"\"{{training_file}}\"}",
        r"\"{{training_file}}\", \"suffix\": \"«{{suffix}}»\"}",
        "undeclared-placeholder",
        "fine_tuning_jobs.create.body{suffix}",
    ),
    # bodies
    Mistake(
        "a comma is missing in a body",
        r"\"{{model}}\", \"training_file\"",
        r"\"{{model}}\" «\"training_file\"»",
        "body-not-json",
        "fine_tuning_jobs.create.body",
    ),
    Mistake(
        "a comma too many in a body",
        r"\"{{training_file}}\"}",
        r"\"{{training_file}}\"«,»}",
        "body-not-json",
        "fine_tuning_jobs.create.body",
    ),
    Mistake(
        "a brace is missing at the end of a body",
        r"\"{{training_file}}\"}",
        r"\"{{training_file}}«\"»",
        "body-not-json",
        "fine_tuning_jobs.create.body",
    ),
    Mistake(
        "a key twice in a body",
        r"\"training_file\": ",
        r"«\"model\"»: ",
        "duplicate-body-key",
        "fine_tuning_jobs.create.body",
    ),
    Mistake(
        "a form sent as JSON",
        r'"{\"model\": \"{{model}}\", \"training_file\": \"{{training_file}}\"}"',
        '"«model»={{model}}&training_file={{training_file}}"',
        "body-not-json",
        "fine_tuning_jobs.create.body",
    ),
    Mistake(
        "the content type of a form",
        '"Content-Type": "application/json"',
        '"Content-Type": "application/x-www-form-urlencoded"',
        "content-type-conflict",
        "service.contentType",
        place='"contentType": «"application/json"',
    ),
    # service
    Mistake(
        "http",
        '"https://api.openai.com/v1"',
        '"«http»://api.openai.com/v1"',
        "insecure-base-url",
        "service.baseURL",
    ),
    Mistake(
        "a slash too many",
        '"https://api.openai.com/v1"',
        '"https://api.openai.com/v1«/»"',
        "malformed-url",
        "service.baseURL",
    ),
    Mistake(
        "no scheme",
        '"https://api.openai.com/v1"',
        '«"api.openai.com/v1"»',
        "malformed-url",
        "service.baseURL",
    ),
    Mistake(
        "the key itself",
        '"Bearer {{apiKey}}"',
        '"Bearer «sk-proj-Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZg»"',
        "hardcoded-secret",
        "service.headers[Authorization]",
        gone=frozenset({("conflicting-auth", "service.headers[Authorization]")}),
    ),
    Mistake(
        "a misspelt credential",
        '"Bearer {{apiKey}}"',
        '"Bearer «{{apikey}}»"',
        "undeclared-credential",
        "service.headers[Authorization]{apikey}",
    ),
    Mistake(
        "no header name",
        '"headerName"',
        '"x-name"',
        "incomplete-auth",
        "service.auth",
        place='«"apiToken"»',
        gone=frozenset({("conflicting-auth", "service.headers[Authorization]")}),
    ),
    # resources
    Mistake(
        "an endpoint without slash",
        '"value": "/batches"',
        '"value": «"batches"»',
        "malformed-url",
        "batches.endpoint",
    ),
    Mistake(
        "a query in the path",
        '"value": "/{{batch_id}}"',
        '"value": "/{{batch_id}}«?expand=all»"',
        "query-in-path",
        "batches.read.path",
    ),
    Mistake("a handle twice", '"handle": "batches"', '"handle": «"files"»', "duplicate-handle", "files#2"),
    Mistake(
        "a field twice",
        '{ "name": "filename", "type": "String", "selector": ["filename"]',
        '{ "name": «"id"», "type": "String", "selector": ["filename"]',
        "duplicate-field",
        "files.fields[id#2]",
    ),
    Mistake(
        "an operation copied",
        '"delete": { "method": "DELETE"',
        COPY_OF_DELETE + '"delete": { "method": "DELETE"',
        "duplicate-operation",
        "files.delete",
        after=FILES,
        place='«"delete"»',
        near=FILES,
    ),
    Mistake(
        "a body on GET",
        '"method": "POST"',
        '"method": "GET"',
        "body-on-get",
        "batches.create",
        after=BATCHES,
        place='«"bodyTemplate"',
        near=BATCHES,
    ),
    # webhooks and the page
    Mistake(
        "an event twice",
        '"event": "batch.failed"',
        '"event": «"batch.completed"»',
        "duplicate-event",
        "batches.webhooks[batch.completed#2]",
    ),
    Mistake(
        "a webhook path twice",
        '"/webhooks/chatgpt/batch-failed"',
        '«"/webhooks/chatgpt/batch-completed"»',
        "duplicate-webhook-path",
        "batches.webhooks[batch.failed]",
    ),
    Mistake(
        "a webhook path without slash",
        '"/webhooks/chatgpt/batch-failed"',
        '«"webhooks/chatgpt/batch-failed"»',
        "malformed-webhook-path",
        "batches.webhooks[batch.failed]",
    ),
    Mistake(
        "a misspelt trigger",
        "batches/batch.failed",
        "«batches/batch.faild»",
        "trigger-drift",
        "page.triggers[batches/batch.faild]",
    ),
    Mistake(
        "a trigger is gone",
        "Triggers on: batches/batch.failed",
        "",
        "trigger-drift",
        "batches.webhooks[batch.failed]",
        place='"event": «"batch.failed"»',
    ),
    Mistake(
        "an event renamed",
        '"event": "batch.failed"',
        '"event": "batch.broken"',
        "trigger-drift",
        "page.triggers[batches/batch.failed]",
        place="«batches/batch.failed»",
    ),
    Mistake(
        "a resource renamed",
        '"handle": "batches"',
        '"handle": "batch_jobs"',
        "trigger-drift",
        "page.triggers[batches/batch.created]",
        place="«batches/batch.created»",
    ),
    Mistake(
        "a name left to fill in",
        "### Related Automations",
        "### Related Automations of «[Name]»",
        "leftover-text",
        "page",
    ),
    Mistake(
        "a description left to write",
        '"meta": { "description": "',
        '"meta": { "description": "«TODO:» ',
        "leftover-text",
        "batches.fields[id]",
        after=BATCHES,
    ),
]


def our_page() -> str:
    """The published connector's facts as a page: its triggers, and its two documents in fences."""
    service = (OURS / "service.json").read_text("utf-8")
    resources = (OURS / "resources.json").read_text("utf-8")
    triggers = "".join(
        f"**{hook['event']}**\n\nTriggers on: {name(resource['handle'])}/{name(hook['event'])}\n\n"
        for resource in json.loads(resources)
        for hook in resource.get("webhooks", ())
    )
    return (
        f"# ChatGPT\n\n### Related Operations\n\n#### Trigger Operations\n\n{triggers}"
        "#### Query Operations\n\nExample link\n\n### Related Automations\n\nExample link\n\n"
        f"### Service\n\n```\n{service}\n```\n\n### Resources\n\n```\n{resources}\n```\n"
    )


def name(text: str) -> str:
    """A name as the page writes it."""
    return text.replace("_", "\\_")


def found_in(text: str, folder: Path) -> dict[tuple[str, str, str], Finding]:
    """What connlint finds on a page at warning or above, by what makes two findings the same one."""
    folder.mkdir()
    (folder / "page.md").write_text(text, "utf-8", newline="")
    return {
        (item.rule, item.address, item.value): item
        for item in findings_in(folder)
        if item.severity >= Severity.WARNING
    }


@dataclass(frozen=True)
class Page:
    """A page, and what is found on it as it is."""

    text: str
    found: frozenset[tuple[str, str, str]]


@pytest.fixture(scope="module", params=["ours", "published"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The page of our own facts, and the published one."""
    if request.param == "published" and not SEED.exists():
        pytest.skip("the published page is not part of this repository")
    text = our_page() if request.param == "ours" else SEED.read_text("utf-8")
    return Page(text, frozenset(found_in(text, tmp_path_factory.mktemp("page") / "before")))


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_one_mistake_is_one_finding_where_it_is(mistake: Mistake, page: Page, tmp_path: Path) -> None:
    text, at = mistake.applied(page.text)

    found = found_in(text, tmp_path / "after")

    new = [finding for identity, finding in found.items() if identity not in page.found]
    assert [(item.rule, item.address) for item in new] == [(mistake.rule, mistake.address)]
    source = new[0].place.source
    assert source.position(new[0].place.span.start) == source.position(at)
    gone = page.found - found.keys()
    assert {(rule, address) for rule, address, _ in gone} == mistake.gone
