"""Standard input that says when nothing more waits in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import FileIO, RawIOBase
from typing import NamedTuple

import pytest

from connlint.lsp.listening import TELLS, Input

pytestmark = pytest.mark.skipif(not TELLS, reason="this system does not say what waits in a pipe")


class Pipe(NamedTuple):
    """A pipe, and how often its reader had nothing to read; it is sent the next of `later` then."""

    stream: Input
    writer: RawIOBase
    quiet: list[int]
    later: list[bytes]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    reader, end = os.pipe()
    writer = FileIO(end, "w")
    quiet: list[int] = []
    later: list[bytes] = []

    def told() -> None:
        quiet.append(1)
        writer.write(later.pop(0))

    yield Pipe(Input(reader, told), writer, quiet, later)
    writer.close()
    os.close(reader)


def test_what_waits_is_read_before_quiet_is_told(pipe: Pipe) -> None:
    pipe.writer.write(b"one\r\ntwo\r\n")
    assert pipe.stream.readline() == b"one\r\n"
    assert pipe.stream.readline() == b"two\r\n"
    assert pipe.quiet == []
    pipe.later.append(b"three\r\n")
    assert pipe.stream.readline() == b"three\r\n"
    assert pipe.quiet == [1]


def test_a_message_of_which_a_part_is_missing_is_not_quiet(pipe: Pipe) -> None:
    pipe.writer.write(b"one\r\nab")
    assert pipe.stream.readline() == b"one\r\n"
    pipe.writer.write(b"cd")
    assert pipe.stream.read(4) == b"abcd"
    assert pipe.quiet == []


def test_the_streams_end_gives_what_is_left_and_then_nothing(pipe: Pipe) -> None:
    pipe.writer.write(b"left")
    pipe.writer.close()
    assert pipe.stream.readline() == b"left"
    assert pipe.stream.readline() == b""
    assert pipe.stream.read(3) == b""
