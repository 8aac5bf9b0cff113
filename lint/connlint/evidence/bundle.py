"""The evidence that one connector is held to. Each part is read when a rule first asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

if TYPE_CHECKING:
    from connlint.evidence.contract import Contract
    from connlint.evidence.events import Events
    from connlint.evidence.fixtures import Fixture
    from connlint.evidence.instances import Instances
    from connlint.evidence.verdicts import Verdicts
    from connlint.reading import Document


T = TypeVar("T")

Memory = dict[object, Any]
"""What follows from a contract and keys."""

_UNKNOWN: Final[Any] = object()


class ReadContract(NamedTuple):
    """A contract as read: None where the file could not serve as one (its documents say why)."""

    contract: Contract | None = None
    name: str = ""
    documents: tuple[Document, ...] = ()


class ReadEvents(NamedTuple):
    """An events document as read: None where the file could not serve as one."""

    events: Events | None = None
    name: str = ""
    documents: tuple[Document, ...] = ()


class ReadFixtures(NamedTuple):
    """A folder of fixtures as read."""

    fixtures: tuple[Fixture, ...] = ()
    documents: tuple[Document, ...] = ()


class Evidence:
    """What a connector is held to; any part may be absent.

    `contract_name` and `events_name` are what messages call them: "contract.json 2.3.0",
    "events.yaml (OpenAI, 15 events)". The parts may be given, or as functions that read them
    (`read_contract`, …), which are called once and only when the part is asked for.
    """

    def __init__(
        self,
        *,
        contract: Contract | None = None,
        contract_name: str = "",
        events: Events | None = None,
        events_name: str = "",
        fixtures: tuple[Fixture, ...] = (),
        documents: tuple[Document, ...] = (),
        read_contract: Callable[[], ReadContract] | None = None,
        read_events: Callable[[], ReadEvents] | None = None,
        read_fixtures: Callable[[], ReadFixtures] | None = None,
        records: Mapping[str, Sequence[str]] | None = None,
        remember: Callable[[tuple[object, ...]], tuple[Memory, Memory]] | None = None,
    ) -> None:
        self._given = documents
        self._remember = remember
        self.records = dict(records or {})
        """Where a list operation's records are, by its address: the selector of the array."""
        self._read_contract = read_contract or (lambda: ReadContract(contract, contract_name))
        self._read_events = read_events or (lambda: ReadEvents(events, events_name))
        self._read_fixtures = read_fixtures or (lambda: ReadFixtures(fixtures))
        self._nothing = not (contract or events or fixtures or read_contract or read_events or read_fixtures)

    @cached_property
    def _contract(self) -> ReadContract:
        return self._read_contract()

    @cached_property
    def _events(self) -> ReadEvents:
        return self._read_events()

    @cached_property
    def _fixtures(self) -> ReadFixtures:
        return self._read_fixtures()

    @cached_property
    def _memory(self) -> tuple[Memory, Memory]:
        return self._remember((self._contract,)) if self._remember is not None else ({}, {})

    def remembered(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """What `make` gives, which follows from the contract and the key alone: remembered for as long as
        the contract is the same and each check asks for it. What depends on events or fixtures has those in
        its key."""
        before, now = self._memory
        found: T = now.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            found = before.get(key, _UNKNOWN)
            now[key] = found = make() if found is _UNKNOWN else found
        return found

    @property
    def contract(self) -> Contract | None:
        """The vendor's OpenAPI document."""
        return self._contract.contract

    @property
    def contract_name(self) -> str:
        """See the class; "" without a contract."""
        return self._contract.name

    @property
    def instances(self) -> Instances | None:
        """Holds values to the contract's shapes; None without a contract."""
        return None if self.contract is None else self.contract.instances

    @cached_property
    def verdicts(self) -> Verdicts:
        """What all of it says of each field."""
        from connlint.evidence.verdicts import Verdicts

        return Verdicts(self)

    @property
    def events(self) -> Events | None:
        """The vendor's official events."""
        return self._events.events

    @property
    def events_name(self) -> str:
        """See the class; "" without an events document."""
        return self._events.name

    @property
    def fixtures(self) -> tuple[Fixture, ...]:
        """Recorded, written and drafted exchanges, deliveries and scenarios."""
        return self._fixtures.fixtures

    @property
    def fixture_documents(self) -> tuple[Document, ...]:
        """The documents of fixtures, with the faults that reading found."""
        return self._fixtures.documents

    @property
    def documents(self) -> tuple[Document, ...]:
        """All documents that were read, with the faults that reading found. Asking reads every part."""
        if self._nothing:
            return self._given
        return (
            *self._given,
            *self._contract.documents,
            *self._events.documents,
            *self._fixtures.documents,
        )

    @property
    def empty(self) -> bool:
        """Whether there is none at all (a file that cannot be read is some)."""
        return self._nothing
