"""What the mock answers: a connector, its fixtures made ready, and what must hold of a request.

A `World` is made anew when files change; it knows nothing of sockets. A request goes in, an answer comes
out, with the deliveries that follow from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.evidence.routes import Found, Routes
from connlint.mock.checking import Checker, Credential
from connlint.mock.errors import Errors
from connlint.mock.exchanges import Answer, Ready, header_pair, ready_exchanges
from connlint.mock.matching import (
    Choice,
    Near,
    Preferences,
    by_code,
    by_example,
    choose,
    meant,
    nearest_operation,
    preferences,
)
from connlint.mock.scenarios import Due, Scenario, pick

if TYPE_CHECKING:
    from connlint.connector.model import Connector, Operation
    from connlint.evidence.bundle import Evidence
    from connlint.mock.received import Received

MOST_PLANS: Final = 1024
"""Requests whose answers are remembered."""
RETRY_AFTER: Final = (b"retry-after", b"1")
_MAY_RETRY: Final = (429, 503)


class Outcome(NamedTuple):
    """An answer, the operation that was meant ("" where none), the deliveries that follow, and whether the
    next request of the same method, path and query gets the same."""

    answer: Answer
    operation: str = ""
    due: tuple[Due, ...] = ()
    reusable: bool = False


class World:
    """The mock of one connector. Raises UnreadableBody where a fixture's file cannot be read."""

    def __init__(self, connector: Connector, evidence: Evidence, *, strict: bool = False) -> None:
        self.connector = connector
        self.evidence = evidence
        self.ready = ready_exchanges(connector, evidence.fixtures)
        addresses = {operation.address for operation in connector.operations}
        self.scenarios = tuple(
            scenario
            for scenario in (Scenario(item) for item in evidence.fixtures if item.kind == "scenario")
            if scenario.first in addresses
        )
        self._routes = Routes(connector)
        self._credential = Credential(connector)
        self._checker = Checker(evidence, strict=strict)
        self._made_errors: Errors | None = None
        self._paths: dict[tuple[str, str], tuple[Found, ...]] = {}
        self.answered = sorted(
            addresses & ({*self.ready} | {name for item in self.scenarios for name in item.operations})
        )

    @property
    def errors(self) -> Errors:
        """What makes errors; the contract is read when the first one is needed."""
        if self._made_errors is None:
            everything = [ready for listed in self.ready.values() for ready in listed]
            self._made_errors = Errors(everything, self.evidence.contract)
        return self._made_errors

    def reset(self) -> None:
        """Forget what scenarios remember."""
        for scenario in self.scenarios:
            scenario.reset()

    def refused(self, headers: list[tuple[bytes, bytes]]) -> bool:
        """Whether a request's credential is not what the connector's `auth` wants."""
        return self._credential.missing(headers) is not None

    def error(self, status: int, message: str, *, why: str = "") -> Answer:
        """An error that is about no operation."""
        extra = (RETRY_AFTER,) if status in _MAY_RETRY else ()
        return self.errors.answer(status, message, why=why, headers=extra)

    def answer(self, request: Received) -> Outcome:
        """The answer to a request."""
        found = self._found(request)
        if not found:
            return self._no_route(request)
        listed = meant(found, request)
        first = listed[0]
        request.values = first.values
        wrong = self._credential.missing(request.raw_headers)
        if wrong is not None:
            return self._refused(first.operation, wrong.status, wrong.message)
        header = request.header("prefer")
        asked = preferences(header) if header is not None else Preferences()
        if asked.wrong is not None:
            return self._refused(first.operation, 400, f"`Prefer: {asked.wrong}` asks for no status")
        if asked.code is not None and asked.example is None:
            return self._of_code(first.operation, asked.code, request)
        fault = self._checker.fault(first.operation, request)
        if fault is not None:
            return self._refused(first.operation, fault.status, fault.message, fault.name)
        if asked.example is not None:
            return self._of_example([item.operation for item in listed], asked.example, request)
        return self._chosen(listed, request)

    def _found(self, request: Received) -> tuple[Found, ...]:
        key = (request.method, request.path)
        found = self._paths.get(key)
        if found is None:
            found = tuple(self._routes.find(request.method, request.path))
            if len(self._paths) < MOST_PLANS:
                self._paths[key] = found
        return found

    def _chosen(self, listed: Sequence[Found], request: Received) -> Outcome:
        near: Near | None = None
        for item in listed:
            operation = item.operation
            request.values = item.values
            candidates = self.ready.get(operation.address, [])
            choice = choose(candidates, request) if candidates else None
            if isinstance(choice, Choice) and choice.ready.match:
                return self._replayed(choice, request, candidates)
            played = pick(self.scenarios, operation.address, request)
            if played is not None:
                return Outcome(played.answer, operation.address, played.due)
            if isinstance(choice, Choice):
                return self._replayed(choice, request, candidates)
            near = near or choice
        return self._nothing_fits(listed[0].operation, near)

    def _replayed(self, choice: Choice, request: Received, candidates: Sequence[Ready]) -> Outcome:
        ready = choice.ready
        address = ready.operation.address
        reusable = (
            ready.reusable
            and not request.body
            and not any(item.match.headers for item in candidates)
            and not any(address in scenario.operations for scenario in self.scenarios)
            and not self._wants_headers(ready.operation)
        )
        facts = {} if ready.reusable else request.facts
        query = {} if ready.reusable else request.query
        return Outcome(ready.answer(facts, query, choice.why), address, reusable=reusable)

    def _wants_headers(self, operation: Operation) -> bool:
        known = self._checker.known(operation)
        return known is not None and any(
            parameter.required for parameter in known.parameters_in("header").values()
        )

    # --- what is asked for by name

    def _of_code(self, operation: Operation, code: int, request: Received) -> Outcome:
        address = operation.address
        candidates = self.ready.get(address, [])
        applied = header_pair("preference-applied", f"code={code}")
        ready = by_code(candidates, code, request)
        if ready is not None:
            answer = ready.answer(request.facts, request.query, f"Prefer: code={code}")
            return Outcome(answer.with_headers(applied), address)
        if code >= 400:
            extra = [applied, *([RETRY_AFTER] if code in _MAY_RETRY else [])]
            answer = self.errors.answer(
                code,
                f"the mock was asked for a {code} (Prefer: code={code})",
                operation=operation,
                known=self._checker.known(operation),
                why=f"Prefer: code={code}",
                headers=extra,
            )
            return Outcome(answer, address)
        there = ", ".join(sorted({str(item.status) for item in candidates})) or "none"
        return self._refused(
            operation,
            400,
            f"`{address}` has no fixture that answers {code}: there are {there}, and every error",
        )

    def _of_example(self, operations: Sequence[Operation], name: str, request: Received) -> Outcome:
        applied = header_pair("preference-applied", f"example={name}")
        why = f"Prefer: example={name}"
        for operation in operations:
            ready = by_example(self.ready.get(operation.address, []), name)
            if ready is not None:
                answer = ready.answer(request.facts, request.query, why)
                return Outcome(answer.with_headers(applied), operation.address)
            for scenario in self.scenarios:
                if scenario.name == name and operation.address in scenario.operations:
                    played = scenario.play(operation.address, request)
                    if played is not None:
                        return Outcome(played.answer.with_headers(applied), operation.address, played.due)
        there = [
            item.fixture.variant or item.name
            for operation in operations
            for item in self.ready.get(operation.address, [])
        ]
        there += [item.name for item in self.scenarios if operations[0].address in item.operations]
        listed = ", ".join(there) or "none"
        message = f"`{operations[0].address}` has no fixture called `{name}`: there are {listed}"
        return self._refused(operations[0], 400, message)

    # --- what goes wrong

    def _refused(self, operation: Operation, status: int, message: str, name: str | None = None) -> Outcome:
        answer = self.errors.answer(
            status, message, operation=operation, known=self._checker.known(operation), name=name
        )
        return Outcome(answer, operation.address)

    def _nothing_fits(self, operation: Operation, near: Near | None) -> Outcome:
        address = operation.address
        if near is None and not self.ready.get(address):
            scenario = next((item for item in self.scenarios if address in item.operations), None)
            message = f"no fixture for `{address}`: `connlint fixtures draft` makes one"
            if scenario is not None:
                message = (
                    f"no fixture for `{address}` but a scenario, `{scenario.name}`, which has no such thing"
                )
        elif near is not None:
            differences = "; ".join(str(item) for item in near.differences)
            message = f"no fixture fits; nearest: {near.ready.name}: {differences}"
        else:
            message = f"no fixture of `{address}` fits"
        return self._refused(operation, 404, message)

    def _no_route(self, request: Received) -> Outcome:
        methods = sorted(
            {(found.operation.method or "").upper() for found in self._routes.at(request.path)} - {""}
        )
        if methods:
            allowed = ", ".join(methods)
            message = f"the connector has no {request.method} here: it has {allowed}"
            return Outcome(self.errors.answer(405, message, headers=[header_pair("allow", allowed)]))
        near = nearest_operation(self.connector, request.method, request.path)
        message = f"no operation has {request.method} {request.path[:200]}"
        if near is not None:
            operation, marked = near
            message += f"; nearest: {operation.address}, {marked}"
        return Outcome(self.errors.answer(404, message))
