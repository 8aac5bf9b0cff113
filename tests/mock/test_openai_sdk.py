"""The real `openai` package, unmodified and validating strictly, against the mock of specs/chatgpt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connlint.mock.delivering import build
from connlint.mock.inprocess import MockServer
from connlint.mock.signing import Signer

openai = pytest.importorskip("openai", reason="the package openai is not installed")

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "specs" / "chatgpt"
CONTRACT = ROOT.parent / "shared" / "contracts" / "openai.openapi.json"
MESSAGES = [{"role": "user", "content": "hi"}]

pytestmark = [
    pytest.mark.skipif(not (SPEC / "fixtures").is_dir(), reason="specs/chatgpt has no fixtures"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the package marks assistants as deprecated
    pytest.mark.xdist_group("openai"),
]


@pytest.fixture(scope="module", params=["fixtures", "contract"])
def mock(request: pytest.FixtureRequest) -> Iterator[MockServer]:
    """The mock without a contract, which checks against templates, and with OpenAI's own."""
    if request.param == "contract" and not CONTRACT.exists():
        pytest.skip("OpenAI's contract is not beside the repository")
    contract = CONTRACT if request.param == "contract" else None
    with MockServer.of(SPEC, contract=contract) as server:
        yield server


def client_of(mock: MockServer, **options: Any) -> Any:
    return openai.OpenAI(
        base_url=mock.url, api_key="any", _strict_response_validation=True, **{"max_retries": 0, **options}
    )


@pytest.fixture(scope="module")
def client(mock: MockServer) -> Iterator[Any]:
    with client_of(mock) as made:
        yield made


AUDIO = ("a.mp3", b"ID3\x00\xff", "audio/mpeg")
CALLS: dict[str, Callable[[Any], Any]] = {
    "chat_completions.create": lambda c: c.chat.completions.create(model="gpt-4o", messages=MESSAGES),
    "responses.create": lambda c: c.responses.create(model="gpt-4o", input="hi"),
    "responses.read": lambda c: c.responses.retrieve("resp_1"),
    "responses.delete": lambda c: c.responses.delete("resp_1"),
    "embeddings.create": lambda c: c.embeddings.create(model="e", input="hi", encoding_format="float"),
    "images.create": lambda c: c.images.generate(model="gpt-image-1", prompt="a cat"),
    "audio_transcriptions.create": lambda c: c.audio.transcriptions.create(model="whisper-1", file=AUDIO),
    "audio_speech.create": lambda c: c.audio.speech.create(model="tts-1", voice="alloy", input="hi").read(),
    "models.list": lambda c: list(c.models.list()),
    "models.read": lambda c: c.models.retrieve("gpt-4o"),
    "models.delete": lambda c: c.models.delete("ft:gpt-4o-mini:acme"),
    "moderations.create": lambda c: c.moderations.create(input="hi"),
    "files.list": lambda c: list(c.files.list(limit=1)),
    "files.read": lambda c: c.files.retrieve("file-1"),
    "files.create": lambda c: c.files.create(file=("a.jsonl", b"{}"), purpose="batch"),
    "files.delete": lambda c: c.files.delete("file-1"),
    "fine_tuning_jobs.list": lambda c: list(c.fine_tuning.jobs.list(limit=1)),
    "fine_tuning_jobs.read": lambda c: c.fine_tuning.jobs.retrieve("ftjob-1"),
    "fine_tuning_jobs.create": lambda c: c.fine_tuning.jobs.create(
        model="gpt-4o-mini", training_file="file-1"
    ),
    "fine_tuning_jobs.cancel": lambda c: c.fine_tuning.jobs.cancel("ftjob-1"),
    "batches.list": lambda c: list(c.batches.list(limit=1)),
    "batches.read": lambda c: c.batches.retrieve("batch_1"),
    "batches.create": lambda c: c.batches.create(
        input_file_id="file-1", endpoint="/v1/chat/completions", completion_window="24h"
    ),
    "batches.cancel": lambda c: c.batches.cancel("batch_1"),
    "assistants.list": lambda c: list(c.beta.assistants.list(limit=1)),
    "assistants.read": lambda c: c.beta.assistants.retrieve("asst_1"),
    "assistants.create": lambda c: c.beta.assistants.create(model="gpt-4o"),
    "assistants.update": lambda c: c.beta.assistants.update("asst_1", model="gpt-4o", name="x"),
    "assistants.delete": lambda c: c.beta.assistants.delete("asst_1"),
    "threads.read": lambda c: c.beta.threads.retrieve("thread_1"),
    "threads.create": lambda c: c.beta.threads.create(messages=MESSAGES),
    "threads.delete": lambda c: c.beta.threads.delete("thread_1"),
    "thread_messages.list": lambda c: list(c.beta.threads.messages.list("thread_1", limit=1)),
    "thread_messages.read": lambda c: c.beta.threads.messages.retrieve("msg_1", thread_id="thread_1"),
    "thread_messages.create": lambda c: c.beta.threads.messages.create("thread_1", role="user", content="hi"),
    "thread_messages.delete": lambda c: c.beta.threads.messages.delete("msg_1", thread_id="thread_1"),
    "runs.list": lambda c: list(c.beta.threads.runs.list("thread_1", limit=1)),
    "runs.read": lambda c: c.beta.threads.runs.retrieve("run_1", thread_id="thread_1"),
    "runs.create": lambda c: c.beta.threads.runs.create("thread_1", assistant_id="asst_1"),
    "runs.cancel": lambda c: c.beta.threads.runs.cancel("run_1", thread_id="thread_1"),
    "vector_stores.list": lambda c: list(c.vector_stores.list(limit=1)),
    "vector_stores.read": lambda c: c.vector_stores.retrieve("vs_1"),
    "vector_stores.create": lambda c: c.vector_stores.create(name="x"),
    "vector_stores.update": lambda c: c.vector_stores.update("vs_1", name="x"),
    "vector_stores.delete": lambda c: c.vector_stores.delete("vs_1"),
}


@pytest.mark.parametrize("operation", CALLS)
def test_every_operation_works(mock: MockServer, client: Any, operation: str) -> None:
    mock.reset()
    CALLS[operation](client)
    assert {entry.operation for entry in mock.requests()} == {operation}
    assert {entry.status for entry in mock.requests()} == {200}


def test_no_operation_is_left_out(mock: MockServer) -> None:
    addresses = {operation.address for operation in mock.connector.operations}
    assert addresses - CALLS.keys() == {"images.create_sized"}  # the same call with a size


def test_the_async_client_works_too(mock: MockServer) -> None:
    async def main() -> list[str]:
        async with openai.AsyncOpenAI(
            base_url=mock.url, api_key="any", max_retries=0, _strict_response_validation=True
        ) as client:
            made = await client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
            stream = await client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)
            text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])
            files = [item.id async for item in client.files.list(limit=1)]
            return [made.choices[0].message.content, text, *files]

    whole, streamed, *files = asyncio.run(main())
    assert whole == streamed
    assert len(files) == len(set(files)) == 3


def test_streams_arrive_event_by_event(client: Any) -> None:
    types = [event.type for event in client.responses.create(model="gpt-4o", input="hi", stream=True)]
    assert types[0] == "response.created"
    assert types[-1] == "response.completed"
    assert "response.output_text.delta" in types


def test_lists_page_to_their_end(mock: MockServer, client: Any) -> None:
    mock.reset()
    whole = [batch.id for batch in client.batches.list()]
    mock.reset()
    paged = [batch.id for batch in client.batches.list(limit=1)]
    assert paged == whole
    assert len(mock.requests("batches.list")) == len(whole) > 1


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (401, "AuthenticationError"),
        (403, "PermissionDeniedError"),
        (404, "NotFoundError"),
        (409, "ConflictError"),
        (422, "UnprocessableEntityError"),
        (429, "RateLimitError"),
        (500, "InternalServerError"),
    ],
)
def test_errors_raise_the_packages_own_exceptions(client: Any, code: int, name: str) -> None:
    with pytest.raises(getattr(openai, name)) as caught:
        client.models.list(extra_headers={"Prefer": f"code={code}"})
    assert caught.value.status_code == code


def test_our_message_is_in_the_exception(mock: MockServer, client: Any) -> None:
    with pytest.raises(openai.NotFoundError, match=r"nearest: models\.list, GET /v1/»models«"):
        client.get("/modelz", cast_to=object)
    with pytest.raises(openai.BadRequestError, match="`messages`"):
        client.post("/chat/completions", body={"model": "x"}, cast_to=object)
    with pytest.raises(openai.AuthenticationError, match=r"another form|no credential"):
        client.models.list(extra_headers={"Authorization": "x"})


def test_retries_behave(mock: MockServer) -> None:
    mock.reset()
    with client_of(mock, max_retries=2) as client, pytest.raises(openai.RateLimitError):
        client.models.list(extra_headers={"Prefer": "code=429"}, timeout=5)
    statuses = [entry.status for entry in mock.requests("models.list")]
    assert statuses == [429, 429, 429]


def test_unwrap_accepts_every_delivery_of_every_event(mock: MockServer, client: Any) -> None:
    assert mock.evidence.events is not None
    signer = Signer(mock.evidence.events.signing, [mock.secret])
    for name in mock.evidence.events.names:
        message = build(mock.evidence, name)
        headers = dict(signer.headers(message.id, int(time.time()), message.body))
        event = client.webhooks.unwrap(message.body, headers, secret=mock.secret)
        assert event.type == name
