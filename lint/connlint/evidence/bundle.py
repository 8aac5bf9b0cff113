"""The evidence that one connector is held to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connlint.evidence.contract import Contract
    from connlint.evidence.events import Events
    from connlint.evidence.fixtures import Fixture
    from connlint.reading import Document


class Evidence:
    """What a connector is held to; any part may be absent.

    `contract_name` and `events_name` are what messages call them (a path, with a version where known).
    """

    __slots__ = ("__dict__", "contract", "contract_name", "documents", "events", "events_name", "fixtures")

    def __init__(
        self,
        *,
        contract: Contract | None = None,
        contract_name: str = "",
        events: Events | None = None,
        events_name: str = "",
        fixtures: tuple[Fixture, ...] = (),
        documents: tuple[Document, ...] = (),
    ) -> None:
        self.contract = contract
        self.contract_name = contract_name
        self.events = events
        self.events_name = events_name
        self.fixtures = fixtures
        self.documents = documents
        """What was read of it, with the faults that reading found."""

    @property
    def empty(self) -> bool:
        """Whether there is none at all."""
        return self.contract is None and self.events is None and not self.fixtures
