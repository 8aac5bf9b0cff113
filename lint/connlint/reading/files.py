"""The door: one file's bytes to its documents. Never an exception, whatever the bytes are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from connlint.reading.document import Document, Fault
from connlint.reading.keys import holds_keys
from connlint.reading.limits import SPEC_LIMITS, Limits
from connlint.source import Source, Span

if TYPE_CHECKING:
    from connlint.reading.pieces import Pieces

_SYNTAXES = {".json": "json", ".yaml": "yaml", ".yml": "yaml", ".md": "markdown", ".markdown": "markdown"}
_OTHER_UNICODE = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_BOM = b"\xef\xbb\xbf"


class ReadResult(NamedTuple):
    """One file as read: its text, its documents, faults of the file itself (not text, too large), and
    of a Markdown page the spans that are outside of every fence."""

    source: Source
    documents: tuple[Document, ...] = ()
    faults: tuple[Fault, ...] = ()
    prose: tuple[Span, ...] = ()


def read(
    path: str,
    data: bytes,
    *,
    named: bool = False,
    syntax: str | None = None,
    limits: Limits = SPEC_LIMITS,
    pieces: Pieces | None = None,
) -> ReadResult:
    """What the file `path` (as people see it) with the content `data` holds.

    `syntax` ("json", "yaml" or "markdown") follows from the path's ending, else from the content. Text
    that does not parse is a connector's only where the file was `named` or holds a connector's keys;
    of another, nothing is returned. `pieces` is what the file was read as before it was edited.
    """
    if len(data) > limits.size:
        size = f"{len(data) / 2**20:.1f} MiB; at most {limits.size // 2**20} MiB are read"
        return ReadResult(
            Source(path, ""), faults=(Fault("limit-exceeded", Span(0, 0), f"a file of {size}"),)
        )
    source, fault = _decode(path, data)
    if fault is not None:
        return ReadResult(source, faults=(fault,))
    syntax = syntax or _syntax(path, source.text)
    # JSON's decoder refuses a NUL itself; clean JSON need not be searched for one.
    if syntax != "json" and "\0" in source.text:
        return ReadResult(source, faults=(_nul(source.text),))
    if syntax == "markdown":
        from connlint.reading.markdown import read_markdown

        page = read_markdown(source, limits=limits)
        return ReadResult(source, page.documents, prose=page.prose)
    if syntax == "json":
        from connlint.reading.json import read_json

        before = pieces.json if pieces is not None else None
        documents: tuple[Document, ...] = (read_json(source, source.text, limits=limits, pieces=before),)
        if documents[0].faults and "\0" in source.text:
            return ReadResult(source, faults=(_nul(source.text),))
    else:
        from connlint.reading.yaml import read_yaml

        documents = read_yaml(
            source, source.text, limits=limits, pieces=pieces.yaml if pieces is not None else None
        )
    if any(document.faults for document in documents):
        _tell_of_conflict(documents, source.text)
    if not named and any(document.faults for document in documents) and not holds_keys(source.text):
        documents = ()
    return ReadResult(source, documents)


def _tell_of_conflict(documents: tuple[Document, ...], text: str) -> None:
    """Where git left the marks of a conflict, that is what is wrong, and not what they break."""
    import re

    mark = (
        re.search(r"^<{7} .*(?:\n.*)*?^>{7} .*$", text, re.MULTILINE) if "\n<<<<<<< " in f"\n{text}" else None
    )
    for document in documents:
        if mark is None or not document.faults:
            continue
        if document.region.start <= mark.start() < document.region.end:
            line = Span(mark.start(), text.find("\n", mark.start()))
            last = Span(text.rfind("\n", mark.start(), mark.end()) + 1, mark.end())
            conflict = Fault(
                "syntax-error",
                line,
                "git left the marks of a merge conflict here",
                help="keep one of the two sides, and take the three lines of marks out",
                related=((last, "to here"),),
            )
            before = [fault for fault in document.faults if fault.span.start < mark.start()]
            document.faults = (*before, conflict)


def text_of(path: str, data: bytes, *, limits: Limits = SPEC_LIMITS) -> Source:
    """The file's text alone, as `read` gives it: what is needed to show places that are known."""
    return Source(path, "") if len(data) > limits.size else _decode(path, data)[0]


def _syntax(path: str, text: str) -> str:
    name = path.rpartition("/")[2].lower()
    known = _SYNTAXES.get(name[name.rfind(".") :]) if "." in name else None
    return known or ("json" if text.lstrip()[:1] in ("{", "[") else "yaml")


def _decode(path: str, data: bytes) -> tuple[Source, Fault | None]:
    """The text of the bytes, which must be UTF-8; what was decoded before a byte that is not."""
    bom = data.startswith(_BOM)
    body = data[len(_BOM) :] if bom else data
    for mark, name in _OTHER_UNICODE:
        if data.startswith(mark):
            return Source(path, ""), Fault(
                "syntax-error", Span(0, 0), f"the file is {name}, not UTF-8", help="save it as UTF-8"
            )
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        source = Source(path, body.decode("utf-8", errors="replace"), bom=bom)
        at = len(body[: error.start].decode("utf-8"))
        if b"\0" in data:
            return source, _nul(source.text)
        return source, Fault(
            "syntax-error",
            Span(at, at + 1),
            f"not UTF-8: the byte 0x{body[error.start]:02x} is no text here",
            help="save the file as UTF-8",
        )
    source = Source(path, text, bom=bom)
    return source, None


def _nul(text: str) -> Fault:
    """What is wrong with a text that holds a NUL."""
    at = text.find("\0")
    controls = sum(char < " " and char not in "\t\n\r\f" for char in text[:4096])
    if controls > 8 or "\ufffd" in text:
        return Fault("syntax-error", Span(at, at + 1), "a binary file: no JSON, YAML or Markdown")
    return Fault("syntax-error", Span(at, at + 1), "a NUL byte: no text holds one", help="take it out")
