"""Scenarios: answers that change from call to call, one life for each value of the scenario's key.

A call of the first step's operation begins a life (a second one with the same key begins it anew). Each
later call that names the key (in its path, query or body) is answered by the next step of its operation;
the last one stays. Deliveries follow the step that they stand after.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.connector.selectors import walk
from connlint.evidence.filling import fill, merge_patch, set_at, settle
from connlint.evidence.fixtures import Body, Exchange, Fixture, Response, Step
from connlint.mock.exchanges import Answer, chunks, compact, fill_with_own, headers_of
from connlint.mock.matching import likeness
from connlint.reading import MISSING

if TYPE_CHECKING:
    from connlint.mock.received import Received

MOST_LIVES: Final = 10_000
"""Lives that are remembered; the one that was not asked for longest is forgotten first."""


class Due(NamedTuple):
    """A delivery that a step calls for: the event, the wait in seconds, what is set in its body by dotted
    path (filled already)."""

    event: str
    after: float
    set: dict[str, object]


class Played(NamedTuple):
    """What a scenario answers, and the deliveries that follow."""

    answer: Answer
    due: tuple[Due, ...]


class _Life:
    """One life: `position` is the index after the last step that was played, `value` the thing as it is."""

    __slots__ = ("key", "last", "position", "value")

    def __init__(self, key: str) -> None:
        self.key = key
        self.position = 0
        self.value: object = {}
        self.last: dict[str, Answer] = {}


class Scenario:
    """One scenario fixture with the lives that were begun."""

    def __init__(self, fixture: Fixture) -> None:
        self.fixture = fixture
        self.name = fixture.target
        self.steps = fixture.steps
        self.operations = frozenset(step.operation for step in self.steps if step.operation is not None)
        self.first = next((step.operation for step in self.steps if step.operation is not None), "")
        self.answered = sum(step.exchange is not None for step in self.steps)
        self._lives: OrderedDict[str, _Life] = OrderedDict()

    def reset(self) -> None:
        """Forget all lives."""
        self._lives.clear()

    def likeness(self, operation: str, request: Received) -> int:
        """How much a request is like that of its first step of the operation."""
        for step in self.steps:
            if step.operation == operation and step.exchange is not None:
                return likeness(step.exchange.request, request)
        return 0

    def play(self, operation: str, request: Received) -> Played | None:
        """The answer to a call of an operation, None where the call is about no life of this scenario."""
        life = self._life_of(operation, request)
        if life is None:
            return None
        for index in range(life.position, len(self.steps)):
            if self.steps[index].operation == operation:
                return self._step(life, index, request)
        last = life.last.get(operation)
        return Played(last, ()) if last is not None else None

    def _life_of(self, operation: str, request: Received) -> _Life | None:
        again = sum(step.operation == self.first for step in self.steps) > 1
        begins = operation == self.first and not again
        if self.fixture.key is None:
            life = None if begins else self._lives.get("")
            return life or self._begin(operation, "")
        if begins:
            return _Life("")  # which life it is shows only in the answer
        for value in mentioned(request):
            life = self._lives.get(value)
            if life is not None:
                self._lives.move_to_end(value)
                return life
            if value == self._own_key:
                return self._begin(operation, value)
        if operation == self.first and (not request.values or self._answers_with(request)):
            return _Life("")
        return None

    def _answers_with(self, request: Received) -> bool:
        """Whether the first step answers with a key that the request names."""
        step = next(step for step in self.steps if step.exchange is not None)
        assert step.exchange is not None
        value = self._value(_Life(""), step, step.exchange, request)
        return value is not MISSING and self._key_of(value) in set(mentioned(request))

    @property
    def _own_key(self) -> str | None:
        """The key's value in the fixture's own answers."""
        for step in self.steps:
            if step.exchange is not None and step.exchange.json is not MISSING:
                return self._key_of(step.exchange.json)
        return None

    def _begin(self, operation: str, key: str) -> _Life:
        """A life that stands before the first step of the operation, whoever called the steps before it."""
        life = _Life(key)
        for index, step in enumerate(self.steps):
            if step.operation == operation:
                life.position = index
                break
            if step.exchange is not None and step.exchange.json is not MISSING:
                life.value = step.exchange.json
        self._keep(life)
        return life

    def _step(self, life: _Life, index: int, request: Received) -> Played:
        step = self.steps[index]
        exchange = step.exchange
        assert exchange is not None
        assert step.operation is not None
        value = self._value(life, step, exchange, request)
        number = sum(item.exchange is not None for item in self.steps[: index + 1])
        why = f"step {number} of {self.answered}"
        answer = _answer(exchange, value, request, self.fixture.name, why)
        life.value = value if value is not MISSING else life.value
        life.position = index + 1
        if step.operation == self.first and life.key == "":
            life.key = self._key_of(life.value) or ""
        life.last[step.operation] = answer
        self._keep(life)
        return Played(answer, tuple(self._due(life, index + 1, request)))

    def _keep(self, life: _Life) -> None:
        self._lives[life.key] = life
        self._lives.move_to_end(life.key)
        while len(self._lives) > MOST_LIVES:
            self._lives.popitem(last=False)

    def _value(self, life: _Life, step: Step, exchange: Exchange, request: Received) -> object:
        if step.changes is not MISSING:
            return merge_patch(life.value, fill_with_own(step.changes, request.facts, exchange))
        given = step.at.value
        response = given.get("response") if isinstance(given, dict) else None
        if isinstance(response, dict) and "json" in response:
            return fill_with_own(response["json"], request.facts, exchange)
        return MISSING

    def _due(self, life: _Life, start: int, request: Received) -> Iterator[Due]:
        thing = life.value if isinstance(life.value, dict) else {}
        for step in self.steps[start:]:
            if step.delivers is None:
                return
            filled = settle(fill(step.set, request.facts, thing))[0]
            yield Due(step.delivers, step.after, dict(filled) if isinstance(filled, dict) else {})

    def _key_of(self, value: object) -> str | None:
        way = self.fixture.key
        if way is None:
            return ""
        found = walk(value, way)
        if not found.found or isinstance(found.value, (dict, list, bool)) or found.value is None:
            return None
        return str(found.value)


def _answer(exchange: Exchange, value: object, request: Received, name: str, why: str) -> Answer:
    response: Response = exchange.response
    headers = headers_of(response, f"{name}#{(exchange.step or 0) + 1}")
    if value is not MISSING:
        return Answer(response.status, headers, compact(value), fixture=name, why=why, value=value)
    body: Body = response.body
    if body.kind == "stream":
        items = fill_with_own(body.value, request.facts, exchange)
        return Answer(response.status, headers, stream=chunks(items), fixture=name, why=why)
    from connlint.evidence.fixture_files import content

    data = content(exchange.fixture, body) if body.kind else b""
    return Answer(response.status, headers, data, fixture=name, why=why)


def mentioned(request: Received) -> Iterator[str]:
    """The values that a request names: in its path, its query, the top of its body."""
    yield from reversed(request.values.values())
    for values in request.query.values():
        yield from values
    body = request.json_or_none
    for value in body.values() if isinstance(body, dict) else ():
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            yield str(value)
    for part in request.parts_or_none:
        if part.filename is None and len(part.content) < 256:
            yield part.text


def with_set(value: object, changes: dict[str, object]) -> object:
    """A body with values laid in by dotted path."""
    for path, item in changes.items():
        value = set_at(value, path, item)
    return value


def pick(scenarios: Sequence[Scenario], operation: str, request: Received) -> Played | None:
    """What the scenarios answer; of several that could, the one whose request is most like this one."""
    fitting = [scenario for scenario in scenarios if operation in scenario.operations]
    if len(fitting) > 1:
        fitting.sort(key=lambda scenario: (-scenario.likeness(operation, request), scenario.name))
    for scenario in fitting:
        played = scenario.play(operation, request)
        if played is not None:
            return played
    return None
