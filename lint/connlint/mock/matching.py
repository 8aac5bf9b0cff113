"""Which fixture answers a request: deterministic, and explained.

Of an operation's fixtures those whose `match` the request has are candidates, and the one with the most
conditions wins; a fixture without `match` answers what is left. Between equals the one whose own request is
most like this one wins, then a recorded one before a written and a drafted one, then the plain one before a
variant, then the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from connlint.connector.model import url_shape
from connlint.connector.templates import scan
from connlint.evidence.fixtures import Match, form_text
from connlint.evidence.streams import compact
from connlint.reading import MISSING
from connlint.text import distance

if TYPE_CHECKING:
    from connlint.connector.model import Connector, Operation
    from connlint.evidence.fixtures import Request
    from connlint.evidence.routes import Found
    from connlint.mock.exchanges import Ready
    from connlint.mock.received import Received

_RANK: Final = {"recorded": 0, "written": 1, "drafted": 2}
_ABSENT: Final = object()
_SHORT: Final = 60


class Difference(NamedTuple):
    """One condition that a request does not meet: where, what the fixture has, what came (None: nothing)."""

    where: str
    expected: str
    actual: str | None

    def __str__(self) -> str:
        came = "it is not there" if self.actual is None else f"here it is {_short(self.actual)}"
        return f"{self.where} has {_short(self.expected)}, {came}"


class Choice(NamedTuple):
    """A fixture that answers, and why it was chosen, in a few words."""

    ready: Ready
    why: str


class Near(NamedTuple):
    """No fixture answers: the nearest one, and what tells it from the request."""

    ready: Ready
    differences: tuple[Difference, ...]


class Preferences(NamedTuple):
    """What a `Prefer` header asks for (RFC 7240): `example` by name, `code` by status."""

    example: str | None = None
    code: int | None = None
    wrong: str | None = None
    """A preference of ours whose value means nothing."""

    def __bool__(self) -> bool:
        return self.example is not None or self.code is not None or self.wrong is not None


_PREFERENCE: Final = re.compile(r'(?<![A-Za-z-])([A-Za-z-]+)[ \t]*=[ \t]*(?:"([^"]*)(?:"|\Z)|([^;,\s]*))')
"""A name is tried where it begins and a quote ends with the header, so that none is read over and over."""


def preferences(header: str) -> Preferences:
    """The preferences of a header; those that are not ours are passed over, as the RFC says."""
    example: str | None = None
    code: int | None = None
    for match in _PREFERENCE.finditer(header):
        name, value = match[1].lower(), match[2] if match[2] is not None else match[3]
        if name == "example" and example is None:
            example = value
        elif name in ("code", "status") and code is None:
            if not re.fullmatch(r"[1-5][0-9]{2}", value):
                return Preferences(wrong=match[0].strip())
            code = int(value)
    return Preferences(example, code)


def conditions(match: Match, request: Received) -> Iterator[tuple[str, object, object]]:
    """Every condition of a `match`: where, what is wanted, what the request has (`_ABSENT`: nothing)."""
    for name, wanted in match.path.items():
        yield f"path {name}", wanted, request.values.get(name, _ABSENT)
    for name, wanted in match.query.items():
        yield from _several(f"query {name}", wanted, request.query.get(name, []))
    for name, wanted in match.headers.items():
        held = request.headers.get(name.lower())
        yield from _several(f"header {name}", wanted, [] if held is None else [held])
    if match.form:
        held_parts: dict[str, list[str]] = {}
        for part in request.parts_or_none:
            held_parts.setdefault(part.name, []).append(part.filename or part.text)
        for name, wanted in match.form.items():
            yield from _several(f"form {name}", wanted, held_parts.get(name, []))
    if match.json is not MISSING:
        yield from _in_json("json", match.json, request.json_or_none if request.kind == "json" else _ABSENT)


def _several(where: str, wanted: object, held: Sequence[str]) -> Iterator[tuple[str, object, object]]:
    for one in wanted if isinstance(wanted, list) else [wanted]:
        text = form_text(one)
        yield where, one, text if text in held else held[0] if held else _ABSENT


def _in_json(where: str, wanted: object, held: object) -> Iterator[tuple[str, object, object]]:
    """The leaves of a JSON value that a body must hold; it may hold more."""
    if isinstance(wanted, dict) and wanted:
        for key, item in wanted.items():
            inner = held.get(key, _ABSENT) if isinstance(held, dict) else _ABSENT
            yield from _in_json(f"{where}.{key}", item, inner)
    elif isinstance(wanted, list) and wanted:
        for index, item in enumerate(wanted):
            inner = held[index] if isinstance(held, list) and index < len(held) else _ABSENT
            yield from _in_json(f"{where}.{index}", item, inner)
    else:
        yield where, wanted, held


def _same(where: str, wanted: object, held: object) -> bool:
    if held is _ABSENT:
        return False
    if where.startswith("json"):
        if isinstance(wanted, (dict, list)):  # an empty one: of the same kind is enough
            return type(wanted) is type(held)
        return wanted == held and isinstance(wanted, bool) == isinstance(held, bool)
    return form_text(wanted) == held


def weigh(match: Match, request: Received) -> tuple[int, list[Difference]]:
    """How many conditions a request meets, and those that it does not."""
    met, missed = 0, []
    for where, wanted, held in conditions(match, request):
        if _same(where, wanted, held):
            met += 1
        else:
            missed.append(Difference(where, _word(wanted), None if held is _ABSENT else _word(held)))
    return met, missed


def likeness(asked: Request, request: Received) -> int:
    """How many values of a fixture's own request this request has too."""
    known = Match({"path": asked.path, "query": asked.query})
    body = asked.body
    if body.kind == "json":
        known = Match({"path": asked.path, "query": asked.query, "json": body.value})
    elif body.kind in ("form", "multipart"):
        form = {part.name: part.filename or part.content for part in body.parts}
        known = Match({"path": asked.path, "query": asked.query, "form": form})
    return weigh(known, request)[0]


def choose(candidates: Sequence[Ready], request: Received) -> Choice | Near | None:
    """The fixture that answers, else the nearest one; None where there is no fixture at all."""
    fitting: list[tuple[int, Ready]] = []
    nearest: tuple[tuple[int, int], Ready, list[Difference]] | None = None
    for ready in candidates:
        if not ready.match:
            continue
        met, missed = weigh(ready.match, request)
        if not missed:
            fitting.append((met, ready))
        elif nearest is None or (-met, len(missed)) < nearest[0]:
            nearest = ((-met, len(missed)), ready, missed)
    if fitting:
        most = max(met for met, _ in fitting)
        best = _best([ready for met, ready in fitting if met == most], request)
        wanted = dict.fromkeys(where for where, _, _ in conditions(best.match, request))
        return Choice(best, f"match {', '.join(wanted)}")
    plain = [ready for ready in candidates if not ready.match]
    # an error that nothing asked for answers only where there is nothing else
    good = [ready for ready in plain if ready.status < 400] or plain
    if good:
        return Choice(_best(good, request), "the only one" if len(good) == 1 else "most like its request")
    return Near(nearest[1], tuple(nearest[2])) if nearest is not None else None


def _best(candidates: Sequence[Ready], request: Received) -> Ready:
    if len(candidates) == 1:
        return candidates[0]
    return min(candidates, key=lambda ready: (-likeness(ready.exchange.request, request), *_order(ready)))


def _order(ready: Ready) -> tuple[int, bool, str]:
    fixture = ready.fixture
    return _RANK.get(fixture.provenance.kind, 3), fixture.variant is not None, fixture.name


def by_example(candidates: Iterable[Ready], name: str) -> Ready | None:
    """The fixture of that variant, name or file name."""
    listed = list(candidates)
    for index in range(3):
        for ready in listed:
            file = ready.fixture.file.rpartition("/")[2].rpartition(".")[0]
            if name == (ready.fixture.variant, ready.name, file)[index]:
                return ready
    return None


def by_code(candidates: Iterable[Ready], code: int, request: Received) -> Ready | None:
    """The fixture that answers with a status; of several the one that fits best."""
    fitting = [ready for ready in candidates if ready.status == code]
    if not fitting:
        return None
    matched = [ready for ready in fitting if ready.match and not weigh(ready.match, request)[1]]
    return _best(matched or [ready for ready in fitting if not ready.match] or fitting, request)


# --- which operation


def constants_met(operation: Operation, request: Received) -> int | None:
    """How many constants of the operation the request has (query parameters and body members without
    holes); None where it has one of them otherwise, or lacks it."""
    met = 0
    for template in operation.query:
        if template.holes:
            continue
        if template.text not in request.query.get(template.name, []):
            return None
        met += 1
    body = operation.body.body if operation.body is not None else None
    if body is not None and body.root is not None and body.root.kind == "object":
        value = request.json_or_none
        for key, node in body.root.members:
            if key.name is None or node.holes or node.kind not in ("string", "literal"):
                continue
            if isinstance(value, dict) and value.get(key.name, _ABSENT) == node.value:
                met += 1
            elif isinstance(value, dict):
                return None
    return met


def meant(found: Sequence[Found], request: Received) -> list[Found]:
    """Of several operations at one method and path, those that the request can mean, the likeliest first."""
    if len(found) < 2:
        return list(found)
    rated = [(constants_met(item.operation, request), item) for item in found]
    fitting = [(met, item) for met, item in rated if met is not None]
    if not fitting:
        return list(found)
    return [item for _, item in sorted(fitting, key=lambda pair: -pair[0])]


def nearest_operation(connector: Connector, method: str, path: str) -> tuple[Operation, str] | None:
    """The operation that a path is nearest to, and its URL's shape with the segment that differs marked."""
    base = connector.base_path
    inner = path[len(base) :] if base and path.startswith(f"{base}/") else path
    asked = url_shape(inner).split("/")[1:]
    best: tuple[tuple[int, bool], Operation, list[str]] | None = None
    for operation in connector.operations:
        if operation.method is None:
            continue
        known = url_shape(operation.url_path).split("/")[1:]
        cost = _path_cost(asked, known)
        if cost is None:
            continue
        key = (cost, operation.method.upper() != method)
        if best is None or key < best[0]:
            best = (key, operation, known)
    if best is None:
        return None
    _, operation, known = best
    names = iter([hole.name for hole in scan(operation.url_path)])
    marked = []
    for index, segment in enumerate(known):
        shown = re.sub(r"\{\}", lambda _: "{" + next(names, "") + "}", segment)
        same = index < len(asked) and ("{}" in segment or asked[index] == segment)
        marked.append(shown if same else f"»{shown}«")
    return operation, f"{operation.method} {base}/{'/'.join(marked)}"


def _path_cost(asked: Sequence[str], known: Sequence[str]) -> int | None:
    """How far two paths are apart; None when they have nothing in common."""
    if len(asked) > 40:
        return None
    cost, common = abs(len(asked) - len(known)) * 4, 0
    for left, right in zip(asked, known, strict=False):
        if "{}" in right:
            continue
        far = distance(left[:80], right[:80], 3)
        if far <= min(2, len(right) - 1):
            common += 1
        cost += 2 * far
    return cost if common else None


def _word(value: object) -> str:
    return value if isinstance(value, str) else compact(value)


def _short(text: str) -> str:
    return f"`{text}`" if len(text) <= _SHORT else f"`{text[:_SHORT]}…`"
