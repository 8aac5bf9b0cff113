"""Delivering events to a receiver: built from a fixture, signed, tried again, and told about.

A delivery keeps its id over all attempts and gets a new time for each. What a receiver answers other than
2xx is a failure (a redirect too: it is not followed); `Retry-After` is honoured, 410 ends it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from connlint.evidence.fixtures import Delivery
from connlint.evidence.streams import compact
from connlint.mock.journal import Entry
from connlint.mock.scenarios import with_set
from connlint.reading import MISSING
from connlint.version import VERSION

if TYPE_CHECKING:
    import httpx2

    from connlint.evidence.bundle import Evidence
    from connlint.mock.journal import Journal
    from connlint.mock.signing import Signer

TIMEOUT: Final = 15.0
"""Seconds that a receiver has for its whole answer (what Standard Webhooks recommends at least)."""
LONGEST_WAIT: Final = 60.0
"""Seconds between two attempts at most, whatever a receiver asks for."""
DELAYS: Final = (1.0, 2.0, 4.0, 8.0)
"""Seconds before the second and the later attempts."""
LARGEST_ANSWER: Final = 64 * 1024
_RANK: Final = {"recorded": 0, "written": 1, "drafted": 2}


class UnknownEvent(Exception):
    """No such event; the message is for people."""


class BadTarget(Exception):
    """An address that nothing can be delivered to; the message is for people."""


class Message(NamedTuple):
    """One delivery to make: its `id`, the body's value and bytes, and headers beside the signature's."""

    id: str
    event: str
    value: object
    body: bytes
    headers: tuple[tuple[str, str], ...]
    fixture: str


class Attempt(NamedTuple):
    """One attempt: the status (0: no answer), words about it, the wait before the next (None: the last)."""

    number: int
    status: int
    words: str
    wait: float | None


def message_id() -> str:
    """A delivery's id, as no other delivery has it."""
    import secrets

    return f"msg_{secrets.token_hex(12)}"


def official_names(evidence: Evidence) -> tuple[str, ...]:
    """The events that the vendor delivers: of the events document, else of the contract."""
    if evidence.events is not None:
        return evidence.events.names
    return tuple(evidence.contract.events) if evidence.contract is not None else ()


def deliverable(evidence: Evidence) -> tuple[str, ...]:
    """The events that can be delivered: the official ones; where no list says which, those with fixtures."""
    names = official_names(evidence)
    if names:
        return names
    return tuple(dict.fromkeys(fixture.target for fixture in evidence.fixtures if fixture.kind == "event"))


def build(
    evidence: Evidence,
    event: str,
    changes: Mapping[str, object] | None = None,
    *,
    example: str | None = None,
    id: str | None = None,
) -> Message:
    """A delivery of an event: its fixture's, with `changes` laid in by dotted path.

    Without a fixture the body is made from the event's official shape. Raises UnknownEvent.
    """
    names = deliverable(evidence)
    if event not in names:
        from connlint.text import nearest

        near = nearest(event, names)
        hint = f"did you mean `{near}`?" if near else f"there are {', '.join(names) or 'none'}"
        raise UnknownEvent(f"the vendor delivers no event `{event}`: {hint}")
    found = _fixture(evidence, event, example)
    if found is not None and found.json is not MISSING:
        value, headers, name = found.json, found.headers, found.fixture.name
    else:
        value, headers, name = _made(evidence, event), (), ""
    value = with_set(value, dict(changes or {}))
    listed = [(key, text) for key, text in headers if key.lower() != "content-length"]
    if not any(key.lower() == "content-type" for key, _ in listed):
        listed.insert(0, ("content-type", "application/json"))
    named = evidence.events.event_name if evidence.events is not None else None
    if named is not None and named.header is not None:
        listed = [pair for pair in listed if pair[0].lower() != named.header.lower()]
        listed.append((named.header, event))
    body = compact(value).encode("utf-8", "surrogatepass")
    return Message(id or message_id(), event, value, body, tuple(listed), name)


def _fixture(evidence: Evidence, event: str, example: str | None) -> Delivery | None:
    listed = [
        delivery
        for fixture in evidence.fixtures
        for delivery in fixture.deliveries
        if delivery.event == event
    ]
    if example is not None:
        named = [item for item in listed if example in (item.fixture.variant, item.fixture.name)]
        if not named:
            there = ", ".join(item.fixture.variant or item.fixture.name for item in listed) or "none"
            raise UnknownEvent(f"`{event}` has no fixture called `{example}`: there are {there}")
        return named[0]
    return min(
        listed,
        key=lambda item: (
            _RANK.get(item.fixture.provenance.kind, 3),
            item.fixture.variant is not None,
            item.fixture.name,
        ),
        default=None,
    )


def _made(evidence: Evidence, event: str) -> object:
    """A body of the event's official shape."""
    from connlint.evidence.samples import Sampler
    from connlint.evidence.shapes import Schemas

    official = evidence.events.get(event) if evidence.events is not None else None
    if official is not None and official.shape is not None:
        return Sampler().sample(Schemas(official.shape).at())
    known = evidence.contract.events.get(event) if evidence.contract is not None else None
    if known is not None:
        return Sampler().sample(known.payload)
    named = evidence.events.event_name if evidence.events is not None else None
    return with_set({}, {".".join(named.path): event}) if named is not None and named.path else {}


def checked_target(url: str) -> str:
    """An address to deliver to, as it is. Raises BadTarget where it is none.

    A person named it, so any host will do; nothing that a fixture or a request holds ends up here.
    """
    try:
        parts = urlsplit(url)
        port_ok = parts.port is None or 0 < parts.port < 65536
    except ValueError as error:
        raise BadTarget(f"{url!r} is no address: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_ok:
        raise BadTarget(f"{url!r} is no address such as http://127.0.0.1:8000/hooks")
    if parts.username or parts.password:
        raise BadTarget("an address with a user name or a password in it is not taken")
    return url


def shown_target(url: str) -> str:
    """Host and port, which is what a log needs."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2]


class Courier:
    """Delivers messages, and keeps each attempt in the journal.

    `sleep` and `now` are given by tests. `on_attempt` is told of each attempt.
    """

    def __init__(
        self,
        signer: Signer,
        *,
        journal: Journal | None = None,
        delays: Iterable[float] = DELAYS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], float] = time.time,
        client: httpx2.AsyncClient | None = None,
    ) -> None:
        self.signer = signer
        self._journal = journal
        self._delays = tuple(delays)
        self._sleep = sleep
        self._now = now
        self._client = client

    @property
    def client(self) -> httpx2.AsyncClient:
        """The HTTP client: it follows no redirects, and takes no credentials from the environment."""
        if self._client is None:
            import httpx2

            self._client = httpx2.AsyncClient(follow_redirects=False, timeout=TIMEOUT, trust_env=False)
        return self._client

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def deliver(
        self,
        message: Message,
        url: str,
        on_attempt: Callable[[Attempt], None] = lambda _attempt: None,
    ) -> bool:
        """Deliver a message; False where the receiver never took it. Raises BadTarget."""
        checked_target(url)
        number = 0
        while True:
            number += 1
            status, words, asked = await self.send(message, url)
            if 200 <= status <= 299:
                said = "delivered" if number == 1 else f"delivered, attempt {number}"
                attempt = Attempt(number, status, said, None)
            elif status == 410:
                attempt = Attempt(number, status, "the receiver wants no more (410), given up", None)
            elif number > len(self._delays):
                attempt = Attempt(
                    number,
                    status,
                    f"{words}given up after {number} attempt{'' if number == 1 else 's'}",
                    None,
                )
            else:
                wait = min(asked if asked is not None else self._delays[number - 1], LONGEST_WAIT)
                attempt = Attempt(number, status, f"{words}retry in {_seconds(wait)}", wait)
            self._keep(message, url, attempt)
            on_attempt(attempt)
            if attempt.wait is None:
                return 200 <= status <= 299
            await self._sleep(attempt.wait)

    async def send(self, message: Message, url: str) -> tuple[int, str, float | None]:
        """One attempt: the status (0: no answer), words about it, and what `Retry-After` asks for."""
        import httpx2

        timestamp = int(self._now())
        headers = [
            *message.headers,
            ("user-agent", f"connlint/{VERSION}"),
            ("accept-encoding", "identity"),
            *self.signer.headers(message.id, timestamp, message.body),
        ]
        try:
            async with (
                asyncio.timeout(TIMEOUT),
                self.client.stream("POST", url, content=message.body, headers=headers) as response,
            ):
                # what a receiver says is of no interest; that it never ends must not matter
                size = 0
                async for piece in response.aiter_bytes():
                    size += len(piece)
                    if size > LARGEST_ANSWER:
                        break
                status = response.status_code
                words = (
                    f"a redirect to {response.headers['location'][:80]} is not followed, "
                    if (300 <= status <= 399 and "location" in response.headers)
                    else ""
                )
                return status, words, retry_after(response.headers.get("retry-after"), self._now())
        except (httpx2.TimeoutException, TimeoutError):
            return 0, f"no answer within {TIMEOUT:.0f} s, ", None
        except httpx2.HTTPError as error:
            return 0, f"{_reason(error)}, ", None
        except httpx2.InvalidURL as error:
            raise BadTarget(f"{url!r} is no address: {error}") from error

    def _keep(self, message: Message, url: str, attempt: Attempt) -> None:
        if self._journal is None:
            return
        headers = [(name.lower().encode(), value.encode("utf-8")) for name, value in message.headers]
        self._journal.add(
            Entry(
                "delivery",
                "POST",
                url,
                "",
                headers,
                message.body,
                attempt.status,
                message.event,
                message.fixture,
                attempt.words,
                id=message.id,
                attempt=attempt.number,
            )
        )


def _reason(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return (
        "nobody listens there"
        if "refused" in text.lower() or "all connection attempts" in text.lower()
        else text
    )


def retry_after(header: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` asks for (RFC 9110, 10.2.3): a number, or a date."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    from email.utils import parsedate_to_datetime

    try:
        return max(parsedate_to_datetime(text).timestamp() - now, 0.0)
    except (TypeError, ValueError):
        return None


def _seconds(wait: float) -> str:
    return f"{wait:.0f} s" if wait >= 1 or wait == 0 else f"{wait * 1000:.0f} ms"
