"""`connlint init` on OpenAI's own contract: clean, served by the mock from its drafts, and used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.cli.conftest import Result

from connlint.cli import group
from connlint.mock.inprocess import MockServer

CONTRACT = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "openai.openapi.json"
openai = pytest.importorskip("openai", reason="the openai package is not installed")
pytestmark = [
    pytest.mark.skipif(not CONTRACT.exists(), reason="OpenAI's contract is not there"),
    pytest.mark.xdist_group("init-openai"),
]
Run = Callable[..., Result]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(group, list(arguments))
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The connector of chat completions, batches and files."""
    folder = tmp_path_factory.mktemp("made") / "openai"
    run(
        "init",
        str(folder),
        "--from-openapi",
        str(CONTRACT),
        "--tag",
        "Chat",
        "--tag",
        "Batch",
        "--tag",
        "Files",
    )
    return folder


@pytest.fixture(scope="module")
def client(made: Path) -> Iterator[Any]:
    with (
        MockServer.of(made) as mock,
        openai.OpenAI(base_url=mock.url, api_key="any", max_retries=0) as client,
    ):
        yield client


def test_chat_batches_and_files_are_clean(made: Path) -> None:
    out = run("check", str(made))

    assert "4 resources, 15 operations, 4 webhooks no findings" in out
    assert "15 of 15 as the contract says" in out
    assert "4 of 4 covered" in out
    assert "20 fixtures" in out


def test_all_of_it_at_once_is_clean(tmp_path: Path) -> None:
    folder = tmp_path / "openai"

    # drafts of all 266 operations take as long again
    out = run("init", str(folder), "--from-openapi", str(CONTRACT), "--json", "--no-drafts")

    assert "95 resources, 266 operations, 16 webhooks" in out
    assert "Checked as it is: no findings." in out
    assert (folder / "contract.json").read_bytes() == CONTRACT.read_bytes()


def test_chat_completions_answer_and_stream(client: Any) -> None:
    messages = [{"role": "user", "content": "Hello"}]

    whole = client.chat.completions.create(model="gpt-4o", messages=messages)
    chunks = list(client.chat.completions.create(model="gpt-4o", messages=messages, stream=True))

    assert whole.choices[0].message.role == "assistant"
    assert [chunk.object for chunk in chunks] == ["chat.completion.chunk"]
    assert chunks[0].choices[0].index == 0


def test_batches_are_made_read_listed_and_cancelled(client: Any) -> None:
    batch = client.batches.create(
        input_file_id="file_1", endpoint="/v1/chat/completions", completion_window="24h"
    )

    assert client.batches.retrieve(batch.id).id == batch.id == "batch_1"
    assert [item.id for item in client.batches.list(limit=2)] == ["batch_1", "batch_2", "batch_3"]
    assert client.batches.cancel(batch.id).object == "batch"


def test_files_are_sent_read_listed_fetched_and_deleted(client: Any) -> None:
    file = client.files.create(file=("a.jsonl", b"{}"), purpose="batch")

    assert client.files.retrieve(file.id).object == "file"
    assert file.id in [item.id for item in client.files.list()]
    assert client.files.content(file.id).read()
    assert client.files.delete(file.id).deleted is True
