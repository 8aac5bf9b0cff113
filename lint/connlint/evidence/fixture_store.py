"""Where a new fixture goes among those that a connector has: into a new file, in place of a draft, nowhere.

What was recorded or written by hand is never written over. Nothing here writes: the plan says what to write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from connlint.evidence.drafting import file_name, fixture_text
from connlint.evidence.fixtures import Fixture
from connlint.files import CannotWrite, leads_out, write_all

_VOLATILE: Final = frozenset({"headers", "note"})
"""What may differ between two exchanges that say the same."""


class Plan(NamedTuple):
    """What to do with a fixture that is offered.

    `outcome` is "new", "replaces" (a draft), "same" (one like it is there) or "kept" (another that was
    recorded or written is in its place); `file` the file that it goes to, or that is there already, relative
    to the fixtures' folder; `text` and `others` (names and bytes of bodies' files) are what to write.
    """

    outcome: str
    file: str
    text: str = ""
    others: tuple[tuple[str, bytes], ...] = ()


class FixtureStore:
    """The fixtures of one connector, and those planned so far."""

    def __init__(self, root: Path, fixtures: Iterable[Fixture]) -> None:
        self._root = root
        self._documents: dict[str, list[Mapping[str, object]]] = {}
        self._before: dict[str, list[Mapping[str, object]]] | None = None
        for fixture in fixtures:
            if fixture.path is not None:
                inner = fixture.path.relative_to(root).as_posix()
                self._documents.setdefault(inner, []).append(fixture.value)

    def draft(self, file: str, text: str, target: str, variant: str) -> Plan:
        """A place for a draft: where one of the same target and variant is not there, or is a draft too."""
        for name, documents in self._documents.items():
            for document in documents:
                if _is(document, target, variant):
                    if "drafted" not in document or len(documents) > 1:
                        return Plan("kept", name)
                    text = _as_named(name, text)
                    return self._planned("same" if self._text(name) == text else "replaces", name, text)
        if file in self._documents or (self._root / file).exists():
            return Plan("kept", file)
        return self._planned("new", file, text)

    def recording(self, document: dict[str, object], others: tuple[tuple[str, bytes], ...] = ()) -> Plan:
        """A place for a recorded fixture. Another exchange of its operation makes it a variant, told apart by
        what differs in the requests."""
        self._before = dict(self._documents)
        target = str(document.get("operation") or document.get("event") or "")
        there = [
            (name, known)
            for name, documents in self._documents.items()
            for known in documents
            if target in (known.get("operation"), known.get("event"))
        ]
        real = [(name, known) for name, known in there if "drafted" not in known]
        for name, known in real:
            if _core(known) == _core(document):
                return Plan("same", name)
        for name, known in real:
            if _asked(known) == _asked(document) and _status(known) == _status(document):
                return Plan("kept", name)
        variant = _variant(document)
        taken = {str(known.get("variant") or "") for _, known in real}
        if variant in taken:
            number = 2
            while f"{variant or 'variant'}-{number}" in taken:
                number += 1
            variant = f"{variant or 'variant'}-{number}"
        base = next((known for _, known in real if not known.get("variant")), None)
        placed = _placed(document, variant, base)
        text = fixture_text(placed)
        for name, known in there:
            if (
                "drafted" in known
                and str(known.get("variant") or "") == variant
                and len(self._documents[name]) == 1
                and not (others and "/" in name)  # a body's file is named from the fixture's own folder
            ):
                self._documents[name] = [placed]
                return Plan("replaces", name, _as_named(name, text), others)
        file = self._free(f"{file_name(target)}.{variant}" if variant else file_name(target))
        self._documents[file] = [placed]
        return Plan("new", file, text, others)

    def withdraw(self) -> None:
        """Forget the last `recording`: what it plans could not be written."""
        if self._before is not None:
            self._documents = self._before

    def _free(self, stem: str) -> str:
        number, file = 1, f"{stem}.yaml"
        while file in self._documents or (self._root / file).exists():
            number += 1
            file = f"{stem}-{number}.yaml"
        return file

    def _planned(self, outcome: str, file: str, text: str) -> Plan:
        self._documents.setdefault(file, [])
        return Plan(outcome, file, text)

    def _text(self, name: str) -> str:
        try:
            return (self._root / name).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return ""


def write_plan(root: Path, plan: Plan) -> None:
    """Write what a plan says: see `write_plans`. Raises CannotWrite."""
    write_plans(root, [plan])


def write_plans(root: Path, plans: Iterable[Plan]) -> None:
    """Write what plans say below the fixtures' folder: where there is no room for all, nothing is written.

    A fixture is put in place after the files that its bodies are kept in. Raises CannotWrite; nothing outside
    of the folder is written.
    """
    if root.is_symlink() and leads_out(root, root.parent):
        raise CannotWrite(f"{root} is a link that leads out of the repository; nothing is written there")
    files: dict[Path, bytes] = {}
    for plan in plans:
        for name, data in [*plan.others, (plan.file, plan.text.encode())] if plan.text else []:
            path = root / name
            try:
                inside = path.parent.resolve().is_relative_to(root.resolve()) and not path.is_symlink()
                if not inside:
                    raise CannotWrite(f"{path} leads out of the fixtures' folder; nothing is written there")
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise CannotWrite(f"cannot write {path}: {error.strerror}") from error
            files[path] = data
    write_all(files)


def _as_named(name: str, text: str) -> str:
    """A fixture's text, which is YAML, as the file's name says: JSON in place of a draft that was JSON."""
    if not name.lower().endswith(".json"):
        return text
    import json

    from connlint.reading import read

    value = read("a fixture", text.encode(), named=True, syntax="yaml").documents[0].value
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _is(document: Mapping[str, object], target: str, variant: str) -> bool:
    named = target in (document.get("operation"), document.get("event"))
    return named and str(document.get("variant") or "") == variant


def _core(document: Mapping[str, object]) -> object:
    """What an exchange says, without headers and words."""
    response = document.get("response", document.get("delivery"))
    said = (
        {key: value for key, value in response.items() if key not in _VOLATILE}
        if isinstance(response, Mapping)
        else {}
    )
    return (_asked(document), said)


def _asked(document: Mapping[str, object]) -> object:
    request = document.get("request")
    return (
        {key: value for key, value in request.items() if key != "headers"}
        if isinstance(request, Mapping)
        else {}
    )


def _status(document: Mapping[str, object]) -> object:
    response = document.get("response")
    return response.get("status") if isinstance(response, Mapping) else None


def _variant(document: Mapping[str, object]) -> str:
    """A variant's name by what the exchange is: an error, or a stream that was asked for."""
    response, request = document.get("response"), document.get("request")
    status = _status(document)
    if isinstance(status, int) and status >= 300:
        return f"status-{status}"
    if isinstance(response, Mapping) and "stream" in response and isinstance(request, Mapping):
        for part in ("json", "form", "multipart"):
            body = request.get(part)
            if isinstance(body, Mapping) and body.get("stream") in (True, "true"):
                return "streaming"
    return ""


def _placed(
    document: Mapping[str, object], variant: str, base: Mapping[str, object] | None
) -> dict[str, object]:
    """The document with its variant, and what a request must hold for it to be chosen."""
    placed: dict[str, object] = {}
    for key, value in document.items():
        placed[key] = value
        if key in ("operation", "event") and variant:
            placed["variant"] = variant
    if not variant:
        return placed
    match = _differences(document.get("request"), base.get("request") if base is not None else None, variant)
    return {**placed, "match": match} if match else placed


def _differences(request: object, base: object, variant: str) -> dict[str, object]:
    """The scalars of a request that another lacks or has otherwise; of a stream, the one that asks for it."""
    if not isinstance(request, Mapping):
        return {}
    other = base if isinstance(base, Mapping) else {}
    found: dict[str, object] = {}
    for part, meant in (
        ("path", "path"),
        ("query", "query"),
        ("json", "json"),
        ("form", "form"),
        ("multipart", "form"),
    ):
        mine, theirs = request.get(part), other.get(part)
        if not isinstance(mine, Mapping):
            continue
        known = theirs if isinstance(theirs, Mapping) else {}
        if variant == "streaming":
            told = {key: value for key, value in mine.items() if key == "stream"}
        else:
            told = {
                key: value
                for key, value in mine.items()
                if isinstance(value, (str, int, float, bool)) and known.get(key) != value
            }
        if told and (base is not None or variant == "streaming"):
            found[meant] = told
    return found
