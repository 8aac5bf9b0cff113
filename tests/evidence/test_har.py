"""Recordings in an HTTP archive become fixtures: matched, redacted, and what is lacking is said."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.values import inner

from connlint.connector.model import Connector
from connlint.discovery import Finder
from connlint.evidence.bundle import Evidence
from connlint.evidence.fixture_files import load_fixtures
from connlint.evidence.fixture_store import FixtureStore, Plan
from connlint.evidence.har import Archive, NoArchive, import_har
from connlint.evidence.redaction import Redactor
from connlint.evidence.routes import Routes
from connlint.loading import load

SERVICE = """
handle: demo
service:
  baseURL: https://api.example.com/v1
  headers: {Demo-Version: "2026-01-01", Authorization: "Bearer {{key}}"}
  auth:
    method: api_token
    params:
      apiToken: {headerName: Authorization, token: {value: "Bearer {{key}}", placeholders: [{name: key}]}}
"""
RESOURCES = """
- handle: files
  endpoint: /files
  operations:
    list: {method: GET, path: ""}
    read: {method: GET, path: "/{{file_id}}"}
    newest: {method: GET, path: /newest}
    create: {method: POST, path: ""}
    content: {method: GET, path: "/{{file_id}}/content"}
- handle: chat
  endpoint: /chat
  operations:
    create: {method: POST, path: ""}
"""
KEY = "sk-proj-Zk39dkQm2Lx8vTn4Rw7yPc1B"


@pytest.fixture
def connector(tmp_path: Path) -> Connector:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "service.yaml").write_text(SERVICE)
    (folder / "resources.yaml").write_text(RESOURCES)
    return connector_in(folder)


def connector_in(folder: Path) -> Connector:
    (found,) = Finder(display=lambda path: path.name).discover([folder]).connectors
    return load(found, "demo", "demo", lambda _path, _page: Evidence()).connector


def entry(method: str, url: str, *, request: Any = None, response: Any = None, status: int = 200) -> Any:
    """One entry as a browser writes it; the answer is JSON unless `response` says more."""
    headers = [
        {"name": ":authority", "value": "api.example.com"},
        {"name": "authorization", "value": f"Bearer {KEY}"},
        {"name": "demo-version", "value": "2026-01-01"},
        {"name": "user-agent", "value": "Mozilla"},
    ]
    answer = {
        "status": status,
        "headers": [
            {"name": "content-type", "value": "application/json"},
            {"name": "x-request-id", "value": "req_1"},
            {"name": "date", "value": "today"},
            {"name": "x-cache", "value": "MISS"},
        ],
        "content": {"mimeType": "application/json", "text": '{"id": "file_1"}', "size": 16},
    }
    return {
        "startedDateTime": "2026-11-20T10:00:00.000Z",
        "request": {"method": method, "url": url, "headers": headers, "queryString": [], **(request or {})},
        "response": {**answer, **(response or {})},
    }


def imported(connector: Connector, *entries: Any) -> Archive:
    return import_har({"log": {"entries": list(entries)}}, connector, Redactor.of(connector))


def test_an_entry_becomes_the_fixture_of_its_operation(connector: Connector) -> None:
    archive = imported(connector, entry("GET", "https://api.example.com/v1/files/file_1"))

    (recorded,) = archive.recorded
    assert recorded.document == {
        "operation": "files.read",
        "recorded": "2026-11-20 from https://api.example.com",
        "request": {"path": {"file_id": "file_1"}, "headers": {"demo-version": "2026-01-01"}},
        "response": {"status": 200, "headers": {"x-request-id": "req_1"}, "json": {"id": "file_1"}},
    }
    assert recorded.lacks == ()


def test_the_most_literal_path_wins_and_the_base_path_may_be_absent(connector: Connector) -> None:
    routes = Routes(connector)

    assert [found.operation.address for found in routes.find("GET", "/v1/files/newest")] == [
        "files.newest",
        "files.read",
    ]
    assert next(routes.find("get", "/files/a%2Fb/")).values == {"file_id": "a/b"}
    assert [found.operation.address for found in routes.at("/v1/files")] == ["files.list", "files.create"]
    assert list(routes.find("DELETE", "/v1/files")) == []


def test_calls_of_others_are_left_with_a_reason(connector: Connector) -> None:
    archive = imported(
        connector,
        entry("GET", "https://cdn.example.net/v1/files"),
        entry("DELETE", "https://api.example.com/v1/files/file_1"),
        entry("GET", "https://api.example.com/v1/files/newest", status=0),
        entry("GET", "http://[broken", status=200),
    )

    assert archive.recorded == []
    assert [left.why for left in archive.left] == [
        "sent to cdn.example.net",
        "no operation has this method and path",
        "it was never answered",
        "its URL cannot be read",
    ]


def test_credentials_never_reach_a_fixture_wherever_they_stand(connector: Connector) -> None:
    secret = "tr0ub4dor-and-3-horses"
    early = entry(
        "POST",
        "https://api.example.com/v1/chat",
        request={
            "postData": {
                "mimeType": "application/json",
                "text": json.dumps({"note": secret, "api_key": "abc"}),
            },
            "queryString": [{"name": "access_token", "value": "q-secret-1"}, {"name": "page", "value": "2"}],
        },
        response={"content": {"mimeType": "application/json", "text": json.dumps({"you": [KEY]}), "size": 9}},
    )
    late = entry("GET", "https://api.example.com/v1/files/file_1")
    late["request"]["headers"][1]["value"] = f"Bearer {secret}"

    redactor = Redactor.of(connector)
    archive = import_har({"log": {"entries": [early, late]}}, connector, redactor)

    text = json.dumps([item.document for item in archive.recorded])
    assert secret not in text
    assert KEY not in text
    assert "q-secret-1" not in text
    assert inner(archive.recorded[0].document, "request", "query", "page") == "2"
    assert redactor.leaks(text.encode()) == []
    assert redactor.counts["authorization"] == 2


def test_bodies_keep_their_kind(connector: Connector) -> None:
    stream = 'data: {"a":1}\n\ndata: [DONE]\n\n'
    archive = imported(
        connector,
        entry(
            "POST",
            "https://api.example.com/v1/chat",
            request={"postData": {"mimeType": "application/json", "text": '{"stream": true}'}},
            response={"content": {"mimeType": "text/event-stream", "text": stream, "size": len(stream)}},
        ),
        entry(
            "GET",
            "https://api.example.com/v1/files/f/content",
            response={
                "content": {
                    "mimeType": "audio/mpeg",
                    "encoding": "base64",
                    "text": base64.b64encode(b"\xff\xfb").decode(),
                    "size": 2,
                }
            },
        ),
        entry(
            "GET",
            "https://api.example.com/v1/files/g/content",
            response={
                "content": {
                    "mimeType": "audio/mpeg",
                    "encoding": "base64",
                    "text": base64.b64encode(b"\xff\xfb" * 4000).decode(),
                    "size": 8000,
                }
            },
        ),
        entry(
            "GET",
            "https://api.example.com/v1/files",
            response={"content": {"mimeType": "text/csv", "text": "a,b", "size": 3}},
        ),
        entry("GET", "https://api.example.com/v1/files/x", status=204, response={"content": {"size": 0}}),
    )

    answers = [item.document["response"] for item in archive.recorded]
    assert inner(answers, 0, "stream") == [{"data": {"a": 1}}, {"data": "[DONE]"}]
    assert inner(answers, 1, "base64") == "//s="
    ((name, data),) = archive.recorded[2].others
    assert inner(answers, 2, "file") == name
    assert data == b"\xff\xfb" * 4000
    assert inner(answers, 3, "text") == "a,b"
    assert "json" not in answers[4]  # type: ignore[operator]  # a mapping
    assert archive.recorded[0].lacks == ("the gaps between a stream's events",)


def test_what_an_archive_lacks_is_said(connector: Connector) -> None:
    archive = imported(
        connector,
        entry("GET", "https://api.example.com/v1/files/f", response={"content": {"size": 100}}),
        entry(
            "POST",
            "https://api.example.com/v1/files",
            request={
                "postData": {
                    "mimeType": "multipart/form-data; boundary=XX",
                    "text": '--XX\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
                    '--XX\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
                    "Content-Type: text/plain\r\n\r\n\r\n--XX--\r\n",
                }
            },
        ),
        entry("POST", "https://api.example.com/v1/chat", request={"bodySize": 7}),
    )

    assert [left.why for left in archive.left] == ["the archive does not hold the answer's body"]
    upload, chat = archive.recorded
    assert inner(upload.document, "request", "multipart") == {
        "purpose": "batch",
        "file": {"filename": "a.txt", "content-type": "text/plain", "text": ""},
    }
    assert upload.lacks == ("what the file in `file` held",)
    assert chat.lacks == ("the request's body",)


def test_a_form_is_read_from_params_or_from_text(connector: Connector) -> None:
    form = "application/x-www-form-urlencoded"
    archive = imported(
        connector,
        entry(
            "POST",
            "https://api.example.com/v1/chat",
            request={"postData": {"mimeType": form, "text": "a=1&b=x+y&b=z"}},
        ),
        entry(
            "POST",
            "https://api.example.com/v1/chat",
            request={"postData": {"mimeType": form, "params": [{"name": "password", "value": "abc"}]}},
        ),
    )

    forms = [inner(item.document, "request", "form") for item in archive.recorded]
    assert forms == [{"a": "1", "b": ["x y", "z"]}, {"password": "redacted-2"}]


@pytest.mark.parametrize("value", [None, [], {}, {"log": {}}, {"log": {"entries": {}}}])
def test_what_is_no_archive_is_refused(connector: Connector, value: object) -> None:
    with pytest.raises(NoArchive):
        import_har(value, connector, Redactor())


_JSON = st.recursive(
    st.none()
    | st.integers(-1, 999)
    | st.sampled_from(["GET", "https://api.example.com/v1/files", "", "base64"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "request",
                    "response",
                    "method",
                    "url",
                    "headers",
                    "status",
                    "content",
                    "text",
                    "name",
                    "value",
                    "postData",
                    "mimeType",
                    "params",
                    "queryString",
                    "encoding",
                    "size",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.lists(_JSON, max_size=3))
@settings(max_examples=60, deadline=None)
def test_an_archive_of_nonsense_is_survived(
    tmp_path_factory: pytest.TempPathFactory, entries: list[object]
) -> None:
    folder = tmp_path_factory.mktemp("demo")
    (folder / "service.yaml").write_text(SERVICE)
    (folder / "resources.yaml").write_text(RESOURCES)
    connector = connector_in(folder)
    real = [
        {**entry("GET", "https://api.example.com/v1/files"), **item}
        for item in entries
        if isinstance(item, dict)
    ]

    archive = import_har({"log": {"entries": [*entries, *real]}}, connector, Redactor())

    assert archive.entries == len(entries) + len(real)


# --- where a recording goes


def stored(tmp_path: Path, **files: str) -> FixtureStore:
    root = tmp_path / "fixtures"
    root.mkdir()
    for name, text in files.items():
        (root / f"{name}.yaml").write_text(text)
    fixtures, _ = load_fixtures(root)
    return FixtureStore(root, fixtures)


def recording(status: int = 200, json: object = 1, **request: object) -> dict[str, object]:
    return {
        "operation": "files.read",
        "recorded": "2026-11-20 from x",
        "request": request,
        "response": {"status": status, "json": json},
    }


DRAFT = "operation: files.read\ndrafted: 2026-11-20 from x\nresponse: {status: 200, json: 7}\n"
WRITTEN = "operation: files.read\nwritten: 2026-11-20 after x\nresponse: {status: 200, json: 7}\n"


def outcome(plan: Plan) -> tuple[str, str]:
    return plan.outcome, plan.file


def test_a_recording_takes_the_place_of_a_draft(tmp_path: Path) -> None:
    store = stored(tmp_path, draft=DRAFT)

    assert outcome(store.recording(recording())) == ("replaces", "draft.yaml")


def test_a_recording_never_takes_the_place_of_what_was_written_or_recorded(tmp_path: Path) -> None:
    store = stored(tmp_path, mine=WRITTEN)

    assert outcome(store.recording(recording())) == ("kept", "mine.yaml")
    assert outcome(store.recording(recording(json=7))) == ("same", "mine.yaml")


def test_another_request_is_a_variant_that_is_told_apart(tmp_path: Path) -> None:
    store = stored(tmp_path)
    plans = [
        store.recording(recording(path={"id": "a"})),
        store.recording(recording(path={"id": "b"})),
        store.recording(recording(404, path={"id": "c"})),
        store.recording(recording(json={"n": 1}, path={"id": "a"})),
    ]

    assert [outcome(plan) for plan in plans] == [
        ("new", "files.read.yaml"),
        ("new", "files.read.variant-2.yaml"),
        ("new", "files.read.status-404.yaml"),
        ("kept", "files.read.yaml"),
    ]
    assert "match:\n  path: {id: b}\n" in plans[1].text
    assert "variant: status-404\n" in plans[2].text


def test_a_stream_is_the_streaming_variant(tmp_path: Path) -> None:
    store = stored(tmp_path)
    document = recording()
    document["request"] = {"json": {"stream": True, "model": "m"}}
    document["response"] = {"status": 200, "stream": [{"data": 1}]}

    plan = store.recording(document)

    assert outcome(plan) == ("new", "files.read.streaming.yaml")
    assert "match:\n  json: {stream: true}\n" in plan.text


def test_a_draft_keeps_away_from_everything_but_drafts(tmp_path: Path) -> None:
    store = stored(tmp_path, old=DRAFT, **{"files.list": WRITTEN.replace("read", "list")})

    assert outcome(store.draft("files.read.yaml", "new", "files.read", "")) == ("replaces", "old.yaml")
    assert outcome(store.draft("files.list.yaml", "new", "files.list", "")) == ("kept", "files.list.yaml")
    assert outcome(store.draft("files.new.yaml", "new", "files.new", "")) == ("new", "files.new.yaml")
    assert outcome(store.draft("old.yaml", DRAFT, "files.read", "")) == ("same", "old.yaml")


@pytest.mark.parametrize(
    "text", ['{"id": "\\ud800"}', '{"id": NaN}', '{"id": 1, "id": 2}', "[" * 150 + "]" * 150]
)
def test_a_body_that_a_fixture_cannot_hold_as_json_is_kept_as_it_was_sent(
    connector: Connector, text: str
) -> None:
    answer = {"content": {"mimeType": "application/json", "text": text}}
    sent = {"postData": {"mimeType": "application/json", "text": text}}
    call = entry("POST", "https://api.example.com/v1/files", request=sent, response=answer)
    (recorded,) = imported(connector, call).recorded
    request, response = recorded.document["request"], recorded.document["response"]
    assert isinstance(request, dict)
    assert isinstance(response, dict)
    assert (request["text"], response["text"]) == (text, text)


def test_a_draft_in_json_is_replaced_by_json(tmp_path: Path) -> None:
    drafted = recording() | {"drafted": "2026-01-01 from x"}
    (tmp_path / "draft.json").write_text(json.dumps(drafted), "utf-8")
    plan = FixtureStore(tmp_path, load_fixtures(tmp_path)[0]).recording(recording(status=201))
    assert outcome(plan) == ("replaces", "draft.json")
    assert json.loads(plan.text)["response"]["status"] == 201
