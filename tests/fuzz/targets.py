# ruff: noqa: PT017 - these are laws, not tests: what raises and what does not is part of one law
"""The fuzz targets: each takes any bytes and holds what the program makes of them to its laws.

A target is a function; its docstring says the laws. That nothing raises and nothing hangs holds for all.
"""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from tests.fuzz import laws
from tests.fuzz.shop import TODAY, loaded, placed_at, served, shop, with_overlay

from connlint.config import BrokenBaseline, BrokenConfig
from connlint.discovery import NoSuchPath
from connlint.reading import MISSING, SPEC_LIMITS, read
from connlint.run import Request, run
from connlint.source import Source

if TYPE_CHECKING:
    from connlint.mock.app import Mock

Target = Callable[[bytes], None]

# --- readers


def json_text(data: bytes) -> None:
    """JSON: what the standard library takes, with no key twice, within the limits and without half
    characters, is read without fault and equal; each place, sliced out of the text, reads as its value. What
    it refuses has a fault."""
    result = read("x.json", data, named=True)
    laws.sound(result)
    source = laws.source_of(data, "x.json")
    if source is None or result.faults:
        return
    (document,) = result.documents
    try:
        value = _strictly(source.text)
    except (ValueError, RecursionError):
        assert document.faults
        return
    assert not document.faults, document.faults[0].message
    assert laws.same(document.value, value)
    laws.slices_back(document)


def _strictly(text: str) -> object:
    """The value of a text that is clean JSON by our rules; ValueError for another."""

    def pairs(listed: list[tuple[str, object]]) -> dict[str, object]:
        if len(dict(listed)) != len(listed):
            raise ValueError("a key twice")
        return dict(listed)

    def finite(digits: str) -> float:
        if float(digits) in (float("inf"), float("-inf")):
            raise ValueError("not finite")
        return float(digits)

    def whole(digits: str) -> int:
        if len(digits) > 400:
            raise ValueError("too many digits")
        return int(digits)

    def none(name: str) -> object:
        raise ValueError(name)

    value = json.loads(
        text, object_pairs_hook=pairs, parse_float=finite, parse_int=whole, parse_constant=none
    )
    plain = json.dumps(value, ensure_ascii=False)
    plain.encode()
    if "\\u0000" in plain or _depth(value) > SPEC_LIMITS.depth:
        raise ValueError("NUL, or too deep")
    return value


def _depth(value: object) -> int:
    """Levels of arrays and objects."""
    depth, level = 0, [value]
    while level := [each for each in level if isinstance(each, (dict, list))]:
        depth, level = depth + 1, [inner for each in level for inner in _inner(each)]
    return depth


def _inner(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def yaml_text(data: bytes) -> None:
    """YAML: every value that was read has its place; comments stand in the text; a text that is clean JSON
    in one line of printable ASCII is read as the same value."""
    from connlint.reading.yaml import comments

    result = read("x.yaml", data, named=True)
    laws.sound(result)
    text = result.source.text
    for document in result.documents:
        if document.syntax != "yaml":
            continue
        for span, said, _ in comments(document):
            laws.inside(span, text)
            assert said in text
    if not (text.isascii() and text.isprintable()) or text[:1] not in ("{", "[") or len(text) > 900:
        return
    try:
        value = _strictly(text)
    except (ValueError, RecursionError):
        return
    if "\\u" in text or "\\/" in text:
        return  # libyaml takes no surrogate pair, and YAML 1.1 had no `\/`
    (document,) = result.documents
    assert laws.same(document.value, value), document.value


def page(data: bytes) -> None:
    """Markdown: prose lies between the fences, in order; a clean JSON fence of one line slices back."""
    result = read("x.md", data, named=True)
    laws.sound(result)
    text = result.source.text
    at = 0
    for span in result.prose:
        laws.inside(span, text)
        assert at <= span.start
        at = span.end
    for document in result.documents:
        assert not any(span.start < document.region.start < span.end for span in result.prose), (
            "a document in prose"
        )
        if document.syntax == "json" and not document.faults:
            start, end = document.span(())
            if "\n" not in text[start:end]:
                assert laws.same(json.loads(text[start:end]), document.value)


def config(data: bytes) -> None:
    """TOML and the configuration: read as tomllib reads it, or a fault; whatever the settings are, a run with
    them ends in a report, or in lines that each begin with the file and the place."""
    from connlint.reading.toml import read_toml

    source = laws.source_of(data, "connlint.toml")
    if source is not None:
        document = read_toml(source)
        try:
            tomllib.loads(source.text)
        except (ValueError, RecursionError):
            assert document.value is MISSING
            laws.inside(document.faults[0].span, source.text)
        else:
            assert document.value is not MISSING
            for pointer, _ in laws.pointers(document.value):
                laws.inside(document.span(pointer), source.text)
                laws.inside(document.key_span(pointer), source.text)
    home = shop()
    with placed_at(home / "connlint.toml", data):
        try:
            outcome = run(Request(paths=(home,), working=home, today=TODAY))
        except BrokenConfig as error:
            assert error.lines
            for line in error.lines:
                assert line.startswith(("connlint.toml", "own", "plugin")) or ":" in line, line
        except (BrokenBaseline, NoSuchPath) as error:
            assert str(error)
        else:
            laws.reported(outcome, formats=("text",))


# --- connectors and their evidence


def connector(data: bytes) -> None:
    """A resources document in a connector with all kinds of evidence: checking it ends in findings in their
    texts, and in every kind of report; what is fixed is read again."""
    from connlint.fixer import fix

    home = shop()
    request = with_overlay(home, "resources.json", data)
    outcome = run(request)
    laws.reported(outcome)
    fixed = fix(request, unsafe=True)
    laws.reported(fixed.outcome, formats=("text",))


def service(data: bytes) -> None:
    """A service document, as `connector`."""
    home = shop()
    laws.reported(run(with_overlay(home, "service.json", data)))


def whole_page(data: bytes) -> None:
    """A page as a connector: as `connector`."""
    home = shop()
    path = home / "page.md"
    try:
        outcome = run(Request(paths=(path,), working=home, today=TODAY, overlay={path: data}))
    except NoSuchPath as error:
        assert str(error)
    else:
        laws.reported(outcome)


def events(data: bytes) -> None:
    """An events document, as `connector`; each event it names has a delivery's shape or none."""
    from connlint.evidence.events import Events, staleness

    home = shop()
    laws.reported(run(with_overlay(home, "events.json", data)), formats=("text", "json"))
    result = read("events.yaml", data, named=True)
    for document in result.documents[:1]:
        if isinstance(document.value, dict):
            made = Events(document.value, document)
            staleness(made, TODAY)
            for name in made.names[:20]:
                event = made.get(name)
                assert event is not None
                _ = event.shape, event.resource, event.deprecated, event.replaced_by, event.at


def contract(data: bytes) -> None:
    """A contract, as `connector`; its operations, bodies and events can be walked, drafts of it read back."""
    from connlint.evidence.drafting import draft

    home = shop()
    request = with_overlay(home, "contract.json", data)
    laws.reported(run(request), formats=("text", "json"))
    opened = loaded(request)
    known = opened.evidence.contract
    if known is None:
        return
    for operation in list(known.operations())[:20]:
        _ = operation.parameters, operation.bodies, operation.security, operation.servers
        _ = operation.responses, operation.successes, operation.answers, operation.other_media
    _ = known.events, known.unnamed_webhooks, known.servers, known.title
    drafts = draft(opened.connector, known, None, date=TODAY)
    for name, text in drafts.files[:20]:
        back = read(name, text.encode(), named=True)
        assert not back.faults
        assert not back.documents[0].faults, back.documents[0].faults[0].message


def fixture(data: bytes) -> None:
    """A fixture, as `connector`; the mock serves it and answers, or says what is wrong with it."""
    from connlint.mock.opening import BrokenFixtures, open_world
    from connlint.mock.received import Received

    home = shop()
    request = with_overlay(home, "fixtures/orders.read.json", data)
    laws.reported(run(request), formats=("text", "json"))
    opened = loaded(request)
    try:
        world = open_world(opened.connector, opened.evidence)
    except BrokenFixtures as error:
        assert all(line.count(":") >= 3 for line in error.findings)
        return
    headers = [(b"authorization", b"Bearer x")]
    answer = world.answer(Received("GET", "/v1/orders/1", "", headers)).answer
    assert 100 <= answer.status < 600


def baseline(data: bytes) -> None:
    """A baseline: a run with it ends in a report, or says that it is none; written anew, it is one that
    keeps the rows of other connectors."""
    from connlint.triage.baseline import baseline_text, kept_rows, read_baseline

    home = shop()
    path = home / "baseline.json"
    with placed_at(path, data):
        try:
            outcome = run(Request(paths=(home,), working=home, today=TODAY, baseline=path))
        except BrokenBaseline as error:
            assert "baseline" in str(error)
            return
        laws.reported(outcome, formats=("text",))
        old = read_baseline(path, "baseline.json")
    kept = kept_rows(old, {"."})
    text = baseline_text(outcome.report.all_findings, kept)
    with placed_at(path, text.encode()):
        again = read_baseline(path, "baseline.json")
    assert {row["fingerprint"] for row in kept} <= again.entries.keys()


# --- parts


def template(data: bytes) -> None:
    """Template text: holes are `{{ name }}` in order; what is no hole lies beside them; where it is said that
    nothing can be malformed, nothing is; a body without holes is JSON exactly where the standard library says
    so; every value of a form or body lies in the text."""
    from connlint.connector.bodies import parse_form, parse_json
    from connlint.connector.templates import is_name, malformed, may_be_malformed, scan

    text = data.decode("utf-8", "replace")
    holes = scan(text)
    at = 0
    for hole in holes:
        assert at <= hole.start < hole.end <= len(text)
        assert text[hole.start : hole.end].replace(" ", "").replace("\t", "") == "{{" + hole.name + "}}"
        assert is_name(hole.name)
        at = hole.end
    names = {hole.name for hole in holes} | {"x", "name"}
    for url in (False, True):
        found = malformed(text, names, url=url, json=not url)
        assert not found or may_be_malformed(text, len(holes)), found
        for item in found:
            assert 0 <= item.start < item.end <= len(text)
            assert all(item.end <= hole.start or hole.end <= item.start for hole in holes if not url), item
    for body in (parse_json(text), parse_form(text)):
        _body(body, text)
    if not holes:
        whole = parse_json(text)
        try:
            _, good = json.loads(text, parse_constant=_refused), True
        except (ValueError, RecursionError):
            good = False
        if text.strip(" \t\r\n"):
            assert (whole.error is None) == good or _deep(text), (whole.error, good)


def _refused(name: str) -> object:
    raise ValueError(name)


def _deep(text: str) -> bool:
    return text.count("[") + text.count("{") > 60 or text.strip() != text.strip(" \t\r\n")


def _body(body: Any, text: str) -> None:
    assert 0 <= body.error_at <= len(text)
    if body.error is not None:
        assert body.error
        return
    for number, (node, key, _) in enumerate(body.walk()):
        assert 0 <= node.start <= node.end <= len(text)
        if key is not None:
            assert 0 <= key.start <= key.end <= len(text)
        if number > laws.MOST_PLACES:
            break
    _ = body.bare, body.quoted, body.keyed


def selector(data: bytes) -> None:
    """A selector over a value (`[selector, value]`): found exactly where a walk that raises gets through, and
    with what it gets; the reached part is walked, the next step is not."""
    from connlint.connector.selectors import json_kind, selector_text, taken_apart, walk

    try:
        pair = json.loads(data)
    except (ValueError, RecursionError):
        return
    if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], list)):
        return
    steps = [step for step in pair[0] if isinstance(step, str)]
    value = pair[1]
    found = walk(value, steps)
    here, reached = value, 0
    try:
        for step in steps:
            here = (
                here[int(step)]
                if isinstance(here, list) and step.isascii() and step.isdigit()
                else here[step]
            )
            reached += 1
    except (KeyError, TypeError, IndexError, ValueError):
        assert not found.found
        assert found.reached == reached
        assert found.stopped_at is here
        assert found.reason in ("absent", "out-of-range", "wrong-kind", "null")
        assert (found.reason == "null") == (here is None)
        assert (found.reason == "absent") == isinstance(here, dict)
    else:
        if not isinstance(value, str) and not any(isinstance(part, str) for part in _on_way(value, steps)):
            assert found.found
            assert found.value is here
    json_kind(here)
    selector_text(steps)
    for step in steps:
        assert all(taken_apart(step))


def _on_way(value: Any, steps: list[str]) -> Iterator[object]:
    """What is met before the last step: Python indexes a text, a selector does not."""
    for step in steps:
        yield value
        value = (
            value[int(step)] if isinstance(value, list) else value[step] if isinstance(value, dict) else None
        )


def own_rule(data: bytes) -> None:
    """A team's own rules: refused with the file's line, or usable in a run that ends in a report."""
    home = shop()
    with placed_at(home / "own.yaml", data), placed_at(home / "connlint.toml", b'own-rules = ["own.yaml"]\n'):
        try:
            outcome = run(Request(paths=(home,), working=home, today=TODAY))
        except BrokenConfig as error:
            assert error.lines
            assert all("own.yaml" in line for line in error.lines), error.lines
        else:
            laws.reported(outcome, formats=("text",))


def json_path(data: bytes) -> None:
    """A JSONPath of an own rule: refused with words of one line, or it selects what the document has."""
    from connlint.ownrules import OwnRule

    text = data.decode("utf-8", "replace")
    document = read(
        "x.json", json.dumps([{"handle": "a", "n": [1, {"b": None}], "": "c"}]).encode()
    ).documents[0]
    document.role = "resources"
    value = {"given": text, "then": {"forbidden": True}, "message": "m"}
    try:
        rule = OwnRule("own-one", document / 0, value)
    except BrokenConfig as error:
        assert all("\n" not in line for line in error.lines)
        return
    for pointer, _ in rule.faults(document):
        document.positions.value(pointer)


def archive(data: bytes) -> None:
    """A HAR: refused, or each of its entries becomes a fixture or has a reason; what is written holds none of
    the credentials that were learnt, and reads back as it was meant."""
    from connlint.evidence.drafting import fixture_text
    from connlint.evidence.har import NoArchive, import_har
    from connlint.evidence.redaction import Redactor

    try:
        value = _strictly(data.decode())
    except (ValueError, RecursionError):
        return
    if _depth(value) > 100:
        return
    opened = loaded(Request(paths=(shop(),), working=shop()))
    redactor = Redactor.of(opened.connector)
    try:
        found = import_har(value, opened.connector, redactor)
    except NoArchive as error:
        assert str(error)
        return
    assert len(found.recorded) + len(found.left) <= found.entries
    for recorded in found.recorded:
        text = fixture_text(recorded.document)
        back = read("x.yaml", text.encode("utf-8", "replace"), named=True)
        assert not back.faults
        assert not back.documents[0].faults, back.documents[0].faults[0].message
        assert laws.same(back.documents[0].value, recorded.document), text
        assert not redactor.leaks(text.encode("utf-8", "replace"))


def event_import(data: bytes) -> None:
    """A vendor's description of its events: refused with words, or an events document that fits its schema
    and reads back from its own text."""
    from connlint.evidence.event_import import ImportFailedError, import_events
    from connlint.evidence.event_import.merging import fresh
    from connlint.schema import faults

    text = data.decode("utf-8", "replace")
    name = "x.md" if text[:1] not in "{[" else "x.json"
    try:
        imported = import_events(text, retrieved=TODAY, name=name)
    except ImportFailedError as error:
        assert str(error)
        return
    written = fresh(imported.document)
    back = read("events.yaml", written.encode("utf-8", "replace"), named=True)
    (document,) = back.documents
    document.role = "events"
    assert not document.faults, document.faults[0].message
    assert laws.same(document.value, imported.document)
    wrong = [fault.message for fault in faults(document, "events")]
    assert not wrong, wrong


def stream(data: bytes) -> None:
    """Server-sent events: their blocks are the whole text; items rendered again give the same data."""
    from connlint.evidence.streams import StreamItem, blocks_of, items_of

    text = data.decode("utf-8", "replace")
    assert "".join(blocks_of(text)) == text
    for value in items_of(text):
        item = StreamItem.read(value)
        assert item is not None
        again = items_of(item.text)
        assert len(again) == 1
        assert laws.same(again[0], value), (again, value)


# --- what stands outside of files


def cached(data: bytes) -> None:
    """An entry of the result cache: one of ours, or ValueError."""
    from connlint.cache import decode

    text = Source("x.json", "{}")
    try:
        report, addresses = decode(data, lambda _name: text)
    except ValueError:
        return
    assert isinstance(addresses, tuple)
    assert report.connector is not None


def mock(data: bytes) -> None:
    """Requests to the mock (`METHOD target`, header lines, a blank line, the body), parted by lines `%%`:
    each is answered once, with a status under 600 that is no failure of our own, in headers of one line and
    a body of the length that they state."""
    app = served()
    for raw in data.split(b"\n%%\n")[:4]:
        status, headers, body = asyncio.run(_asked(app, raw))
        named = dict(headers)
        assert 200 <= status < 600
        assert status != 500, body[:300]
        for name, value in headers:
            assert name == name.lower()
            assert not set(b"\r\n\0") & set(name + value), headers
        if b"content-length" in named:
            assert int(named[b"content-length"]) == len(body), (named, len(body))
        if named.get(b"content-type") == b"application/json" and body:
            json.loads(body)


async def _asked(app: Mock, raw: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    head, _, body = raw.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    method, _, target = first.partition(b" ")
    path, _, query = target.partition(b"?")
    headers = [
        (name.strip().lower(), value.strip())
        for name, colon, value in (x.partition(b":") for x in lines)
        if colon
    ]
    if body and not any(name == b"content-length" for name, _ in headers):
        headers.append((b"content-length", str(len(body)).encode()))
    scope: dict[str, Any] = {
        "type": "http",
        "method": method.decode("latin-1").strip().upper() or "GET",
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "headers": headers,
    }
    sent: list[Any] = []
    given = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        return given.pop() if given else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *rest = sent
    assert start["type"] == "http.response.start"
    assert rest
    assert all(message["type"] == "http.response.body" for message in rest)
    assert not rest[-1].get("more_body", False)
    assert all(message.get("more_body", False) for message in rest[:-1])
    return start["status"], list(start["headers"]), b"".join(message.get("body", b"") for message in rest)


TARGETS: dict[str, Target] = {
    "json": json_text,
    "yaml": yaml_text,
    "markdown": page,
    "config": config,
    "connector": connector,
    "service": service,
    "page": whole_page,
    "events": events,
    "contract": contract,
    "fixture": fixture,
    "baseline": baseline,
    "template": template,
    "selector": selector,
    "own-rules": own_rule,
    "jsonpath": json_path,
    "har": archive,
    "events-import": event_import,
    "stream": stream,
    "cached": cached,
    "mock": mock,
}
STRUCTURED = frozenset(
    {"connector", "service", "events", "contract", "fixture", "baseline", "selector", "own-rules", "har"}
    | {"cached"}
)
"""Targets whose inputs are JSON: they are changed as values, since changed bytes hardly ever parse."""
