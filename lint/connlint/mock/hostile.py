"""What a careful receiver of webhooks refuses or bears, tried on a real one.

The cases follow what Standard Webhooks asks of receivers: the signature covers the exact bytes, timestamps
that are too old or too new are refused, a delivery that comes twice is done once (which shows only in the
receiver's own data: here it must answer both alike).
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.evidence.filling import set_at
from connlint.evidence.streams import compact
from connlint.mock.delivering import Courier, Message, message_id
from connlint.mock.signing import Signer

if TYPE_CHECKING:
    from connlint.evidence.events import Signing

TOLERANCE: Final = 300
"""Seconds that a timestamp may be off, as the reference libraries take it."""
UNKNOWN: Final = "connlint.unknown.event"

Headers = Sequence[tuple[str, str]]


class Result(NamedTuple):
    """One case: its name, what the receiver answered, whether that is right, and words about it."""

    name: str
    status: int
    ok: bool
    words: str


async def run_suite(
    message: Message,
    signer: Signer,
    url: str,
    *,
    other_secret: str,
    courier: Courier | None = None,
    now: Callable[[], float] = time.time,
) -> AsyncIterator[Result]:
    """Send every case, and say of each whether the receiver did right. `signer` must sign."""
    signing = signer.signing
    assert signing is not None
    sender = courier or Courier(signer)
    wrong = Signer(signing, [other_secret])
    dated = signing.scheme == "standard-webhooks" or "{timestamp}" in signing.over
    moment = int(now())
    first = message_id()
    try:
        # a receiver that refuses what is right would pass all that follows
        plain = await _post(sender, url, message.body, _headers(message, signer, first, moment))
        yield _bears("as it should be", plain)
        if not 200 <= plain <= 299:
            return
        again = await _post(sender, url, message.body, _headers(message, signer, first, moment))
        yield _bears("the same again", again)
        bad = await _post(sender, url, message.body, _headers(message, wrong, message_id(), moment))
        yield _refuses("wrong secret", bad, "it is signed with another secret")
        bare = await _post(sender, url, message.body, list(message.headers))
        yield _refuses("no signature", bare, "it is not signed at all")
        own = _headers(message, signer, message_id(), moment)
        yield _refuses(
            "changed body",
            await _post(sender, url, _changed(message), own),
            "a value was changed after signing",
        )
        spaced = json.dumps(message.value, indent=1).encode()
        yield _refuses(
            "re-serialised body",
            await _post(sender, url, spaced, own),
            "the bytes are not those that were signed: it signs what it parsed",
        )
        if dated:
            for name, shift in (("stale timestamp", -TOLERANCE * 3), ("future timestamp", TOLERANCE * 3)):
                headers = _headers(message, signer, message_id(), moment + shift)
                words = f"its time is {TOLERANCE * 3 // 60} minutes off, so it may be replayed"
                yield _refuses(name, await _post(sender, url, message.body, headers), words)
            moved = _headers(message, signer, first, moment)
            later = [_later(pair, signing, moment) for pair in moved]
            yield _refuses(
                "re-dated",
                await _post(sender, url, message.body, later),
                "its time was changed after signing",
            )
        older = _headers(message, signer, message_id(), moment - 60 if dated else moment)
        yield _bears("out of order", await _post(sender, url, message.body, older))
        unknown = _of_unknown_type(message)
        if unknown is not None:
            headers = _headers(unknown, signer, message_id(), moment)
            yield _bears("unknown type", await _post(sender, url, unknown.body, headers))
    finally:
        if courier is None:
            await sender.close()


def _refuses(name: str, status: int, wrongly: str) -> Result:
    if 200 <= status <= 299:
        return Result(name, status, False, f"wrongly accepted: {wrongly}")
    if status >= 500 or status == 0:
        return Result(name, status, False, "it broke in place of refusing" if status else "no answer")
    return Result(name, status, True, "refused")


def _bears(name: str, status: int) -> Result:
    if 200 <= status <= 299:
        return Result(name, status, True, "accepted")
    return Result(name, status, False, "not accepted" if status else "no answer")


async def _post(courier: Courier, url: str, body: bytes, headers: Headers) -> int:
    import httpx2

    try:
        response = await courier.client.post(url, content=body, headers=list(headers))
    except httpx2.HTTPError:
        return 0
    return response.status_code


def _headers(message: Message, signer: Signer, id: str, timestamp: int) -> list[tuple[str, str]]:
    return [*message.headers, *signer.headers(id, timestamp, message.body)]


def _changed(message: Message) -> bytes:
    """The body with one more member, which no receiver may take for the vendor's."""
    return compact(set_at(message.value, "connlint_changed", True)).encode()


def _later(pair: tuple[str, str], signing: Signing, moment: int) -> tuple[str, str]:
    name, value = pair
    carries = name.lower() in (
        "webhook-timestamp",
        (signing.timestamp_header or "").lower(),
        signing.header.lower(),
    )
    return (name, value.replace(str(moment), str(moment + 1))) if carries else pair


def _of_unknown_type(message: Message) -> Message | None:
    """The delivery as an event that nobody knows; None where its name stands nowhere."""
    value = message.value
    headers = tuple((name, UNKNOWN if text == message.event else text) for name, text in message.headers)
    if isinstance(value, dict):
        named = [key for key, item in value.items() if item == message.event]
        for key in named:
            value = {**value, key: UNKNOWN}
    if value == message.value and headers == message.headers:
        return None
    return message._replace(value=value, body=compact(value).encode(), headers=headers, event=UNKNOWN)
