"""Events documents made from what vendors publish.

`import_events` reads one source; `connlint.evidence.event_import.merging` lays the result over a document
that an author has worked on. Nothing here is loaded by `connlint check`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from connlint.evidence.event_import.model import Findings, ImportFailedError

__all__ = ["KINDS", "ImportFailedError", "Imported", "Kind", "import_events"]

Kind = Literal["openapi", "sdk-docs", "json-schema", "folder"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_BULLETS: Final = re.compile(r"^[0-9]{0,9}[ \t]{0,40}[-*+] `", re.MULTILINE)
_KNOWN: Final = (
    "known are an OpenAPI 3.1 document with `webhooks`, a JSON Schema that is a union of events, SDK"
    " documentation in Markdown, a folder with one payload schema or example an event"
)


@dataclass(frozen=True)
class Imported:
    """An events document's value, what kind of source it came from, and notes for the person who imports."""

    document: dict[str, object]
    kind: Kind
    notes: tuple[str, ...] = ()


def import_events(
    source: Path | str | Mapping[str, object],
    kind: Kind | None = None,
    *,
    retrieved: str,
    name: str | None = None,
    vendor: str | None = None,
    origin: str | None = None,
    version: str | None = None,
    stale_after: str = "180d",
    event_name: Mapping[str, object] | None = None,
    signing: Mapping[str, object] | None = None,
    descriptions: bool = True,
    keyed: bool = False,
) -> Imported:
    """The events that a source describes, as an events document's value.

    `source` is a file, a folder, a file's text, or the value of a parsed JSON document; `name` is what
    messages and `source.from` call it. `kind` follows from the content where it is None. `retrieved` is the
    day it was read (`YYYY-MM-DD`); `origin` and `version` override what the source says of itself;
    `event_name` and `signing` are values for the document, where the author knows them. `descriptions` keeps
    the vendor's words. With `keyed` events have the source's own names for them: the keys of an OpenAPI
    document's `webhooks`, the names of a union's schemas.

    Raises ImportFailedError for a source of unknown shape, and OSError where it cannot be read.
    """
    name = name or (source.name if isinstance(source, Path) else "the source")
    kind, findings = _read(source, kind, name, descriptions=descriptions, keyed=keyed)
    from connlint.evidence.event_import.assemble import document

    head: dict[str, object] = {"vendor": vendor} if vendor else {}
    version = version or findings.version
    head["source"] = {
        "from": origin or _origin(kind, findings, name),
        **({"version": version} if version else {}),
        "retrieved": retrieved,
        "stale-after": stale_after,
    }
    value = document(findings, head, descriptions=descriptions, event_name=event_name, signing=signing)
    return Imported(value, kind, (*findings.notes, *_open_questions(value)))


def _open_questions(document: Mapping[str, object]) -> Iterator[str]:
    """What the source leaves for the author to say."""
    if "event-name" not in document:
        yield "the source does not say how a delivery names its event: --event-name header:NAME or json:KEY"
    if "signing" not in document:
        yield "the source does not say how deliveries are signed: add `signing:` (see docs/events.md)"


def _read(
    source: Path | str | Mapping[str, object],
    kind: Kind | None,
    name: str,
    *,
    descriptions: bool,
    keyed: bool,
) -> tuple[Kind, Findings]:
    if isinstance(source, Path) and source.is_dir():
        if kind not in (None, "folder"):
            raise ImportFailedError(f"it is a folder, not {kind}")
        from connlint.evidence.event_import.folder import read_folder

        return "folder", read_folder(source, parsed, descriptions=descriptions)
    if kind == "folder":
        raise ImportFailedError("it is no folder")
    data = _bytes(source) if isinstance(source, Path) else source
    if not isinstance(data, Mapping):
        raw = data.encode() if isinstance(data, str) else data
        if kind == "sdk-docs" or (kind is None and _is_markdown(raw, name)):
            from connlint.evidence.event_import.sdk_docs import read_sdk_docs

            return "sdk-docs", read_sdk_docs(_text(raw), descriptions=descriptions)
        data = _object(parsed(raw, name))
    kind = kind or _kind_of(data)
    if kind == "openapi":
        from connlint.evidence.event_import.openapi import read_openapi

        return kind, read_openapi(data, descriptions=descriptions, keyed=keyed)
    if kind == "json-schema":
        from connlint.evidence.event_import.unions import read_union

        return kind, read_union(data, descriptions=descriptions, keyed=keyed)
    raise ImportFailedError(f"it is JSON or YAML, not {kind}")


def parsed(data: bytes, name: str) -> object:
    """The value of a JSON or YAML file. Raises ImportFailedError with the line of the first mistake."""
    from connlint.reading import CONTRACT_LIMITS, MISSING, read

    syntax = "json" if data.lstrip()[:1] in (b"{", b"[") else "yaml"
    result = read(name, data, named=True, syntax=syntax, limits=CONTRACT_LIMITS)
    faults = [*result.faults, *(fault for document in result.documents for fault in document.faults)]
    if faults:
        first = min(faults, key=lambda fault: fault.span.start)
        line = result.source.position(first.span.start).line
        raise ImportFailedError(first.message, line=line, help=first.help or "")
    if len(result.documents) != 1 or result.documents[0].value is MISSING:
        raise ImportFailedError(f"it holds {len(result.documents)} documents, one is expected")
    return result.documents[0].value


def _bytes(path: Path) -> bytes:
    from connlint.reading import CONTRACT_LIMITS

    if path.stat().st_size > CONTRACT_LIMITS.size:
        raise ImportFailedError(f"it is too large: at most {CONTRACT_LIMITS.size >> 20} MiB are read")
    return path.read_bytes()


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ImportFailedError("the source is no list of events that is known here", help=_KNOWN)
    return value


def _is_markdown(data: bytes, name: str) -> bool:
    if data.lstrip()[:1] in (b"{", b"["):
        return False
    ending = name.lower().rpartition(".")[2]
    return ending in ("md", "markdown") or (
        ending not in ("yaml", "yml") and _BULLETS.search(data.decode("utf-8", "replace")) is not None
    )


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportFailedError(f"it is not UTF-8: byte {error.start} is no text") from None


def _kind_of(value: Mapping[str, object]) -> Kind:
    if "openapi" in value or "swagger" in value:
        return "openapi"
    if "events" in value and "source" in value:
        raise ImportFailedError(
            "it is an events document already", help="compare two with: connlint events diff A B"
        )
    if "asyncapi" in value:
        raise ImportFailedError("AsyncAPI documents are not supported", help=_KNOWN)
    if any(
        key in value for key in ("anyOf", "oneOf", "$defs", "definitions", "$ref", "properties", "$schema")
    ):
        return "json-schema"
    shown = ", ".join(f"`{key}`" for key in list(value)[:5]) or "nothing"
    raise ImportFailedError(f"its shape is not known here: it holds {shown}", help=_KNOWN)


def _origin(kind: Kind, findings: Findings, name: str) -> str:
    if kind == "openapi":
        title = " ".join(filter(None, (findings.title, findings.version)))
        return f"{name}, OpenAPI document{f' of {title}' if title else ''}"
    words = {"sdk-docs": "SDK documentation", "json-schema": "JSON Schema", "folder": "folder of payloads"}
    return f"{name}, {words[kind]}"
