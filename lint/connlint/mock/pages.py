"""The mock's own pages below `/__connlint/`: the journal for people and programs, and deliveries on demand.

A page of another site must not drive them: what changes something wants a JSON body (which a browser sends
across sites only after asking, and nobody answers that question), an `Origin` of our own where there is one,
and a `Host` by which the mock is known (else a name that resolves to loopback would do as an origin).
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from connlint.mock.app import OWN, Mock, json_answer
from connlint.mock.delivering import BadTarget, UnknownEvent, build, checked_target, deliverable
from connlint.mock.exchanges import Answer, header_pair
from connlint.mock.origin import unknown_host
from connlint.mock.received import BadBody

if TYPE_CHECKING:
    from connlint.mock.received import Received

_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


async def own_page(mock: Mock, request: Received) -> Answer:
    """The answer to a request below `/__connlint/`."""
    refused = _refused(mock, request)
    if refused is not None:
        return json_answer({"error": refused}, 403)
    path = request.path[len(OWN) :].strip("/")
    asked = (request.method, path)
    if asked == ("GET", ""):
        if "text/html" in (request.header("accept") or ""):
            return _page()
        return json_answer(_state(mock, request))
    if asked == ("GET", "journal"):
        return json_answer(_state(mock, request))
    if asked == ("DELETE", "journal"):
        mock.journal.clear()
        mock.world.reset()
        return json_answer({"entries": []})
    if asked == ("POST", "deliver"):
        return await _deliver(mock, request)
    there = f"GET {OWN}/, GET and DELETE {OWN}/journal, POST {OWN}/deliver"
    return json_answer({"error": f"there is no {request.method} {request.path}: there are {there}"}, 404)


def _refused(mock: Mock, request: Received) -> str | None:
    """Why a request to our own pages is not served."""
    unknown = unknown_host(request, mock.hosts)
    if unknown is not None:
        return unknown
    origin = request.header("origin")
    if origin is not None and origin.partition("://")[2] != (request.header("host") or ""):
        return "these pages are not driven from another site"
    if request.method not in ("GET", "HEAD", "DELETE") and request.media != "application/json":
        return "send application/json"
    return None


def _state(mock: Mock, request: Received) -> dict[str, object]:
    """The journal, and what can be delivered."""
    since = request.query.get("since", ["0"])[0]
    number = int(since) if since.isascii() and since.isdigit() and len(since) < 10 else 0
    return {
        "connector": mock.world.connector.path,
        "operations": mock.world.answered,
        "events": list(deliverable(mock.world.evidence)),
        "webhook_url": mock.webhook_url,
        "entries": mock.journal.shown(number),
    }


async def _deliver(mock: Mock, request: Received) -> Answer:
    """Deliver an event: `{"event": "…", "set": {"data.id": "…"}, "to": "http://…"}`."""
    try:
        body = request.json
    except BadBody as error:
        return json_answer({"error": str(error)}, 400)
    if not isinstance(body, Mapping) or not isinstance(body.get("event"), str):
        return json_answer({"error": 'expected {"event": "NAME", "set": {…}, "to": "http://…"}'}, 400)
    to = body.get("to") or mock.webhook_url
    if mock.courier is None or not isinstance(to, str):
        return json_answer({"error": "no address to deliver to: start the mock with --webhook-url URL"}, 409)
    changes = body.get("set")
    try:
        url = checked_target(to)
        message = build(mock.world.evidence, body["event"], changes if isinstance(changes, Mapping) else {})
    except UnknownEvent as error:
        return json_answer({"error": str(error)}, 404)
    except BadTarget as error:
        return json_answer({"error": str(error)}, 400)
    mock.start(mock.courier.deliver(message, url))
    return json_answer({"id": message.id, "event": message.event, "to": url, "body": message.value}, 202)


def _page() -> Answer:
    text = files("connlint.mock").joinpath("journal.html").read_text("utf-8")
    headers = [
        header_pair("content-type", "text/html; charset=utf-8"),
        header_pair("content-security-policy", _POLICY),
        header_pair("cache-control", "no-store"),
        header_pair("x-content-type-options", "nosniff"),
    ]
    return Answer(200, headers, text.encode())
