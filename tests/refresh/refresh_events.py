"""Bring specs/chatgpt/events.yaml up to date with the pinned `openai` package: `make refresh-events`.

Names, types and shapes come from the package's own types; the words are ours, from the tables below. A
refresh keeps comments, notes and `resource:`s of the committed file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from connlint.evidence.event_import import import_events
from connlint.evidence.event_import.merging import fresh, merge
from connlint.evidence.event_import.schemas import ordered
from connlint.evidence.events import Events

TARGET = Path(__file__).parents[2] / "specs" / "chatgpt" / "events.yaml"

RESOURCES = {
    "batch.*": "batches",
    "fine_tuning.job.*": "fine_tuning_jobs",
    "response.*": "responses",
}
"""Which of the connector's resources an event belongs to, by the event's name; of the others, none."""

MEANINGS = {
    "agent.environment.expired": "An agent's environment has expired and cannot be resumed any more.",
    "agent.environment.failed": "An environment that was prepared ahead could not be set up.",
    "agent.environment.ready": "An environment that was prepared ahead is set up and free to use.",
    "agent.environment.suspended": "An agent's environment is paused and can be resumed.",
    "agent.session.action_required": "An agent's session waits for something to be done for it.",
    "agent.session.created": "A session with an agent has been made.",
    "agent.session.failed": "An agent's session ended with an error.",
    "agent.session.idle": "An agent's session has nothing to do at the moment.",
    "agent.session.in_progress": "An agent's session is at work.",
    "batch.cancelled": "A batch was cancelled.",
    "batch.completed": "A batch is done and its results can be read.",
    "batch.expired": "A batch was not done within its completion window.",
    "batch.failed": "A batch could not be run.",
    "eval.run.canceled": "The run of an evaluation was cancelled.",
    "eval.run.failed": "The run of an evaluation ended with an error.",
    "eval.run.succeeded": "The run of an evaluation is done.",
    "fine_tuning.job.cancelled": "A fine-tuning job was cancelled.",
    "fine_tuning.job.failed": "A fine-tuning job ended with an error.",
    "fine_tuning.job.succeeded": "A fine-tuning job is done and its model can be used.",
    "live.call.incoming": "A call over SIP waits to be answered. Only subscriptions made earlier get it.",
    "live.transport.connected": "A live session over WebRTC is connected, and can be watched.",
    "live.transport.incoming": "A call over SIP waits to be answered through the Live API.",
    "realtime.call.incoming": "A call over SIP waits to be answered through the Realtime API.",
    "response.cancelled": "A response made in the background was cancelled.",
    "response.completed": "A response made in the background is done.",
    "response.failed": "A response made in the background ended with an error.",
    "response.incomplete": "A response made in the background stopped before its end.",
    "safety.alert.created": "There is a safety alert for one of the organization's projects.",
    "safety.deactivation_issued": "A safety identifier of the organization was deactivated.",
    "safety.org_alert.created": "There is a safety alert for the whole workspace.",
    "safety.warning_issued": "A safety identifier of the organization was warned.",
}
"""What each event means, in our words."""

ENVELOPE = {
    "id": "The delivery's own id: it names this event, not the thing the event is about.",
    "created_at": "When it happened, in seconds since 1970.",
    "data": "The thing that the event is about.",
    "object": "Always `event`.",
    "type": "The event's name.",
}

SUBJECTS = {
    "agent.environment.*": "environment",
    "agent.session.*": "session",
    "batch.*": "batch",
    "eval.run.*": "evaluation run",
    "fine_tuning.job.*": "fine-tuning job",
    "response.*": "response",
    "safety.alert.*": "alert",
    "safety.org_alert.*": "alert",
    "safety.warning_issued": "safety case",
    "safety.deactivation_issued": "safety case",
}
"""What `data.id` is the id of, by the event's name."""

FIELDS = {
    "data.call_id": "The id of the call that waits, for the Realtime API's calls.",
    "data.connect": "How to reach an environment that you host yourself.",
    "data.connect.remote_url": "The address to connect it to.",
    "data.environment_id": "The id of the environment that the session runs in, if there is one.",
    "data.environment_type": "Where it runs: `none`, `openai_hosted` or `self_hosted`.",
    "data.required_action": "What the session waits for; reading the session tells more.",
    "data.required_action.type": "The kind of thing that it waits for.",
    "data.session_id": "The id of the live session, for the Live API's calls.",
    "data.sip_headers": "The headers of the call's SIP invitation. The caller wrote them: do not trust them.",
    "data.sip_headers[].name": "The header's name.",
    "data.sip_headers[].value": "The header's value.",
    "data.sip_media_security": "Whether the call is encrypted: `srtp`, or `rtp` where it is not.",
    "data.type": "How it is connected.",
}


def generated(retrieved: str) -> dict[str, object]:
    """The events document's value as the installed package has it, with our words."""
    import openai
    from openai.types.webhooks import UnwrapWebhookEvent
    from pydantic import TypeAdapter

    imported = import_events(
        TypeAdapter(UnwrapWebhookEvent).json_schema(),
        "json-schema",
        retrieved=retrieved,
        vendor="OpenAI",
        origin=f"openai {openai.__version__} (PyPI), openai.types.webhooks.UnwrapWebhookEvent",
        version=openai.__version__,
        signing={"scheme": "standard-webhooks"},
        descriptions=False,
    )
    document = imported.document
    envelope, events = document["envelope"], document["events"]
    assert isinstance(envelope, dict)
    assert isinstance(events, dict)
    _describe(envelope, "", ENVELOPE)
    document["events"] = {name: _entry(name, entry) for name, entry in events.items()}
    return document


def _entry(name: str, entry: Mapping[str, object]) -> dict[str, object]:
    """One event's entry with its resource and our words."""
    resource, subject = _by_name(name, RESOURCES), _by_name(name, SUBJECTS)
    words = {**FIELDS, **({"data.id": f"The id of the {subject}."} if subject else {})}
    for key, path in (("data", "data"), ("shape", "")):
        shape = entry.get(key)
        if isinstance(shape, dict):
            _describe(shape, path, words)
    head: dict[str, object] = {"resource": resource} if resource else {}
    if name in MEANINGS:
        head["description"] = MEANINGS[name]
    return {**head, **entry}


def _describe(shape: dict[str, object], path: str, words: Mapping[str, str]) -> None:
    """Put our words to the properties of a shape, in place."""
    properties, items = shape.get("properties"), shape.get("items")
    if isinstance(properties, dict):
        for key, inner in properties.items():
            below = f"{path}.{key}" if path else key
            _describe(inner, below, words)
            if below in words:
                properties[key] = ordered({**inner, "description": words[below]})
    if isinstance(items, dict):
        _describe(items, f"{path}[]", words)


def _by_name(name: str, table: Mapping[str, str]) -> str | None:
    return next((value for pattern, value in table.items() if fnmatchcase(name, pattern)), None)


def wordless(document: Mapping[str, object]) -> Iterator[str]:
    """Events and fields that the tables above have no words for."""
    events = document["events"]
    assert isinstance(events, Mapping)
    for name, entry in events.items():
        if "description" not in entry:
            yield name
        for key, path in (("data", "data"), ("shape", "")):
            if isinstance(entry.get(key), Mapping):
                yield from (f"{name} {field}" for field in _bare(entry[key], path))


def _bare(shape: Mapping[str, object], path: str) -> Iterator[str]:
    properties, items = shape.get("properties"), shape.get("items")
    for key, inner in properties.items() if isinstance(properties, Mapping) else ():
        below = f"{path}.{key}" if path else key
        if "description" not in inner and below not in ENVELOPE:
            yield below
        yield from _bare(inner, below)
    if isinstance(items, Mapping):
        yield from _bare(items, f"{path}[]")


def refreshed(existing: str, today: str) -> str:
    """The text of the committed document, brought up to date. The day moves with the package's version."""
    import openai

    if not existing:
        return fresh(generated(today))
    from connlint.reading import read

    document = Events(read(TARGET.name, existing.encode(), named=True).documents[0].value)
    same = document.version == openai.__version__
    value = generated(document.retrieved or today if same else today)
    return merge(existing, value, name=TARGET.name, replace_descriptions=True).text


def main() -> None:
    """Write the document, and say what has no words yet."""
    from datetime import datetime

    today = datetime.now().astimezone().date().isoformat()
    existing = TARGET.read_text("utf-8") if TARGET.exists() else ""
    text = refreshed(existing, today)
    if text != existing:
        TARGET.write_text(text, "utf-8", newline="\n")
    print(f"{TARGET.name}: {'brought up to date' if text != existing else 'up to date already'}")
    missing = list(wordless(generated(today)))
    for item in missing:
        print(f"no words for {item}: add them to {Path(__file__).name}", file=sys.stderr)
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
