"""A whole new connector from a contract, in memory: its documents, and the evidence beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.connector.build import build
from connlint.evidence.contract import Contract
from connlint.evidence.drafting import draft
from connlint.evidence.events import Events
from connlint.evidence.starting import name_of, webhook, webhook_path
from connlint.evidence.starting_contract import (
    Choice,
    Nothing,
    chosen_events,
    chosen_operations,
    home_of_event,
    pruned,
    words_of,
)
from connlint.evidence.starting_resources import Handles, LeftOut, resources_of, short_of
from connlint.evidence.starting_service import CONTENT_TYPE, service_of
from connlint.evidence.starting_text import resources_json, resources_yaml, service_json, service_yaml
from connlint.reading import Document, read

if TYPE_CHECKING:
    from connlint.connector.model import Connector
    from connlint.evidence.contract import ContractEvent, ContractOperation
    from connlint.evidence.drafting import NotDrafted

MOST_OPERATIONS: Final = 2_000
"""Operations of one connector; the largest contracts that vendors publish whole have about a thousand."""

_LONGEST_FILE: Final = 120
_BODY_WORDS: Final = (
    "A JSON body holds what the contract requires: an optional key that is left empty would break it. To send"
    " one that is left out, add it to the `bodyTemplate` with a placeholder that is `required`."
)


class Origin(NamedTuple):
    """The contract's file: what people call it, its ending, its bytes, and the day it was read."""

    name: str
    ending: str
    data: bytes
    day: str


class Beginning:
    """A connector in the making. `service`, `resources` and `events` are its documents' values (`events` is
    None without official events), `contract` the contract beside it; `left` is what the contract has and the
    connector has not, `notes` what its author has to know."""

    def __init__(
        self,
        service: dict[str, object],
        resources: list[dict[str, object]],
        contract: Contract,
        contract_file: tuple[str, bytes],
    ) -> None:
        self.service = service
        self.resources = resources
        self.contract = contract
        self.contract_file = contract_file
        self.events: dict[str, object] | None = None
        self.left: list[LeftOut] = []
        self.notes: list[str] = []
        self.fixtures: dict[str, str] = {}
        self.undrafted: list[NotDrafted] = []
        self.faulty: set[str] = set()
        """Fixtures that are not drafted: the contract's own examples make them wrong."""
        self.is_part = False
        self.source = ""

    def documents(self, form: str) -> dict[str, str]:
        """The texts of the service and the resources document, by file name; `form` is "yaml" or "json"."""
        if form == "json":
            return {
                "service.json": service_json(self.service),
                "resources.json": resources_json(self.resources),
            }
        made = f"Made by `connlint init` from {self.source}."
        return {
            "service.yaml": service_yaml(
                self.service,
                [f"Where the API is, and what every request carries. {made}", *map(_note, self.notes)],
            ),
            "resources.yaml": resources_yaml(
                self.resources, [f"What the API offers: {self.counted()}. {made}", _BODY_WORDS]
            ),
        }

    def files(self, form: str) -> dict[str, bytes]:
        """All files by their path in the connector's folder, the documents first."""
        found = {name: text.encode() for name, text in self.documents(form).items()}
        name, data = self.contract_file
        found[name] = data
        if self.events is not None:
            from connlint.evidence.event_import.merging import fresh

            found["events.yaml"] = fresh(self.events).encode()
        found.update({f"fixtures/{name}": text.encode() for name, text in self.fixtures.items()})
        return found

    def connector(self, form: str) -> Connector:
        """The connector as it will be read."""
        return build("new", "new", self.read(form))

    def read(self, form: str) -> list[Document]:
        """The service and the resources document as they will be read."""
        documents: list[Document] = []
        for (name, text), role in zip(self.documents(form).items(), ("service", "resources"), strict=True):
            for document in read(name, text.encode(), named=True).documents:
                document.role = role
                documents.append(document)
        return documents

    def operations(self) -> int:
        """How many operations it has."""
        return sum(len(_mapping(item.get("operations"))) for item in self.resources)

    def webhooks(self) -> int:
        """How many webhooks it has."""
        return sum(len(_list(item.get("webhooks"))) for item in self.resources)

    def counted(self) -> str:
        """What it has, in words."""
        parts = [
            (len(self.resources), "resource"),
            (self.operations(), "operation"),
            (self.webhooks(), "webhook"),
        ]
        return ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in parts if count)

    def draft(self, day: str) -> None:
        """Draft the fixtures that the mock serves."""
        from connlint.evidence.event_import.merging import fresh

        events = None
        if self.events is not None:
            found = read("events.yaml", fresh(self.events).encode(), named=True).documents
            value = found[0].value if found else None
            events = Events(value, found[0]) if isinstance(value, dict) else None
        name = self.contract_file[0]
        drafts = draft(
            self.connector("json"),
            self.contract,
            events,
            date=day,
            contract_name=f"{name} {self.contract.version}".strip(),
            events_name="events.yaml",
        )
        self.undrafted = drafts.skipped
        places = _Places()
        placed = [
            (places.give(drafted.file), drafted.text) for drafted in (*drafts.operations, *drafts.events)
        ]
        self.fixtures = {name: text for name, text in placed if name not in self.faulty}


def begin(
    contract: Contract,
    choice: Choice,
    origin: Origin,
    *,
    handle: str,
    title: str = "",
    base_url: str = "",
    whole: bool = False,
    spread: bool = True,
) -> Beginning:
    """A connector of what was chosen from a contract, with the evidence beside it.

    `whole` copies the contract as it is; else one of which a part was chosen is cut down to that part.
    `spread` writes JSON bodies over several lines. Raises Nothing where nothing was chosen, or too much.
    """
    operations = chosen_operations(contract, choice)
    if len(operations) > MOST_OPERATIONS:
        raise Nothing(
            f"{len(operations):,} operations are more than one connector takes ({MOST_OPERATIONS:,}): choose"
            " with --tag and --path; --list shows what there is"
        )
    title = " ".join(title.split()) or _title(contract) or handle
    service = service_of(contract, operations, handle=handle, title=title, base_url=base_url)
    made = resources_of(
        contract,
        operations,
        service_type=CONTENT_TYPE,
        base=service.server,
        credentials=service.in_query,
        spread=spread,
    )
    collections = {words_of(str(item["handle"])): str(item["handle"]) for item in made.resources}
    # events of the whole contract are official, and each is missed that has no webhook
    wanted = Choice() if whole and not choice.events else choice
    events = chosen_events(contract, wanted, collections)
    homes = _add_webhooks(made.resources, made.handles, events, collections, handle)
    if not made.resources:
        why = made.left[0].why if made.left else "it has none"
        raise Nothing(f"{origin.name} has no operation and no event to make a connector of: {why}")
    taken = [operation for operation in operations if operation.name not in {item.what for item in made.left}]
    source = f"{origin.name}, version {contract.version}" if contract.version else origin.name
    is_part = not whole and _is_part(contract, choice, operations, events)
    if is_part:
        note = _cut_note(contract, origin, taken, events)
        value = pruned(contract, taken, events.values(), note)
        contract = Contract(value, "contract.json")
        file = ("contract.json", (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())
    else:
        file = (f"contract{origin.ending}", origin.data)
    beginning = Beginning(service.value, made.resources, contract, file)
    beginning.is_part = is_part
    beginning.source = source
    beginning.left = made.left
    beginning.notes = list(service.notes)
    beginning.events = _events_document(contract, events, homes, origin, beginning.notes)
    unnamed = len(contract.unnamed_webhooks)
    if unnamed and choice.is_all:
        beginning.notes.append(
            f"{unnamed} webhooks of the contract name no event in their deliveries, so they are left out:"
            " `connlint events import --names keys` takes the contract's keys for names"
        )
    return beginning


def _is_part(
    contract: Contract,
    choice: Choice,
    operations: list[ContractOperation],
    events: Mapping[str, ContractEvent],
) -> bool:
    """Whether something of the contract was not chosen."""
    if not choice.is_all and len(operations) < sum(1 for _ in contract.operations()):
        return True
    return any(name not in events and not event.deprecated for name, event in contract.events.items())


def _cut_note(
    contract: Contract, origin: Origin, operations: list[ContractOperation], events: Mapping[str, object]
) -> str:
    total = sum(1 for _ in contract.operations())
    return (
        f"A part of {origin.name}, cut by `connlint init` on {origin.day}: {len(operations)} of {total}"
        f" operations, {len(events)} of {len(contract.events)} webhooks, and the components that they reach."
        " The rest of the vendor's API is unknown here: before adding more of it, put the whole"
        " document in place of this one."
    )


def _title(contract: Contract) -> str:
    return " ".join(contract.title.split())[:80]


def _note(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


# --- webhooks and events


def _add_webhooks(
    resources: list[dict[str, object]],
    handles: Handles,
    events: Mapping[str, ContractEvent],
    collections: dict[str, str],
    folder: str,
) -> dict[str, str]:
    """Give each event a webhook, in the resource that it is about (a new one, where there is none); the
    resources' handles by event."""
    homes: dict[str, str] = {}
    by_handle = {str(item["handle"]): item for item in resources}
    paths: set[str] = set()
    for name, event in events.items():
        home = home_of_event(name, collections)
        if home is None:
            words = words_of(name).split(" ")
            home = handles.give(name_of("_".join(words[:-1]) if len(words) > 1 else "events")[:80])
            collections[" ".join(words[:-1]) if len(words) > 1 else words[0]] = home
            collections.setdefault(words_of(home), home)
            by_handle[home] = {"handle": home, "meta": {"short": short_of(home)}}
            resources.append(by_handle[home])
        homes[name] = home
        path, number = webhook_path(f"/webhooks/{folder}", name), 2
        while path in paths:
            path, number = f"{webhook_path(f'/webhooks/{folder}', name)}-{number}", number + 1
        paths.add(path)
        listed = by_handle[home].setdefault("webhooks", [])
        assert isinstance(listed, list)
        listed.append(webhook(name, event.payload, path))
    return homes


def _events_document(
    contract: Contract,
    events: Mapping[str, ContractEvent],
    homes: Mapping[str, str],
    origin: Origin,
    notes: list[str],
) -> dict[str, object] | None:
    """The events document: what the contract says of each event, and the resource that it is about."""
    from connlint.evidence.event_import import ImportFailedError, import_events

    if not events:
        return None
    keys = {event.key for event in events.values()}
    word = "webhooks" if "webhooks" in contract.value else "x-webhooks"
    value = {
        **contract.value,
        word: {key: item for key, item in _mapping(contract.value.get(word)).items() if key in keys},
    }
    listed: dict[str, object] = {}
    try:
        imported = import_events(
            value, "openapi", retrieved=origin.day, name=origin.name, vendor=_title(contract)
        )
        document = imported.document
        listed = dict(_mapping(document.get("events")))
        if "signing" not in document:
            notes.append(
                "the contract does not say how deliveries are signed: see `signing` in docs/events.md"
            )
    except (ImportFailedError, RecursionError):
        document = {"source": {"from": origin.name, "retrieved": origin.day}}
    found: dict[str, object] = {}
    for name in events:
        entry = listed.get(name)
        found[name] = {"resource": homes[name], **(entry if isinstance(entry, dict) else {})}
    return {**document, "events": found}


# --- files


class _Places:
    """Places for fixtures: no two alike on a disk that does not tell case, none too long for one."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def give(self, file: str) -> str:
        path = PurePosixPath(file)
        stem = path.name.removesuffix(path.suffix)[:_LONGEST_FILE].rstrip(". ")
        found, number = path.with_name(f"{stem}{path.suffix}"), 2
        while found.as_posix().casefold() in self._taken:
            found, number = path.with_name(f"{stem}-{number}{path.suffix}"), number + 1
        self._taken.add(found.as_posix().casefold())
        return found.as_posix()


def handle_from(text: str) -> str:
    """A title or a folder's name as a connector's handle: `OpenAI API` is `openai-api`."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-") or "connector"


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
