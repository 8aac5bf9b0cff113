"""The schemas of `schemas/`, applied to documents, and what is wrong in an author's words.

Three readers of one schema, which the tests hold together. `checks` gives the verdict in plain Python:
a run over one connector never pays for importing jsonschema-rs, which costs as much as checking 3 MB here.
Past `FEW` characters jsonschema-rs takes over, five times as fast. What is wrong with a document that is not
valid is found by walking it beside the schema (`explain`), not from jsonschema-rs's errors: those come all at
once (200,000 mistakes take 18 s), drop empty keys from their paths, and see two mistakes in a misspelt key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from connlint.reading import MISSING, Document
from connlint.schema.checks import KEYWORDS, Checks
from connlint.schema.explain import Fault, explain

if TYPE_CHECKING:
    import jsonschema_rs

__all__ = [
    "FEW",
    "KEYWORDS",
    "MOST",
    "MUCH",
    "NAMES",
    "Fault",
    "checks",
    "expect",
    "faults",
    "load",
    "path",
    "schema",
    "valid",
]

NAMES: Final = ("service", "resources", "fixture", "events", "config", "findings", "rules")
"""The schemas there are."""

MOST: Final = 1000
"""Faults that one document may have before the rest is only mentioned."""

FEW: Final = 1_000_000
"""Characters of documents that are checked in plain Python before jsonschema-rs is imported."""

MUCH: Final = 3_000_000
"""Characters of documents for which it pays to import jsonschema-rs at once, where they are known before."""


def path(name: str) -> Path:
    """The file of a schema: inside the installed package, else at the root of a checkout.

    Raises FileNotFoundError when it is in neither, which only a broken installation brings about.
    """
    here = Path(__file__).resolve().parent.parent
    for folder in (here / "schemas", here.parent.parent / "schemas"):
        file = folder / f"{name}.schema.json"
        if file.is_file():
            return file
    raise FileNotFoundError(f"connlint's own {name}.schema.json is not installed")


@cache
def load(name: str) -> dict[str, Any]:
    """A schema as a value. Raises as `path`."""
    value: dict[str, Any] = json.loads(path(name).read_text(encoding="utf-8"))
    return value


@cache
def checks(name: str) -> Checks:
    """The schema in plain Python. Raises as `path`."""
    return Checks(load(name))


@cache
def schema(name: str) -> jsonschema_rs.Draft202012Validator:
    """The schema in jsonschema-rs; its regular expressions run in linear time. Raises as `path`."""
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(load(name), pattern_options=jsonschema_rs.RegexOptions())


class _Work:
    """How much has been checked in plain Python so far. The verdict does not depend on it, only the time."""

    def __init__(self) -> None:
        self.done = 0


_work = _Work()


def expect(size: int) -> None:
    """Say how many characters of documents will be checked: of many, none need be checked in plain Python."""
    if size > MUCH:
        _work.done = max(_work.done, FEW)


def valid(value: object, name: str, size: int = 0) -> bool:
    """Whether a value is what the schema describes; `size` is that of its text in characters."""
    _work.done += size
    if _work.done <= FEW:
        return checks(name).root(value)
    try:
        return schema(name).is_valid(value)
    except ValueError:  # a lone surrogate, which reading has reported, cannot cross into the library
        return checks(name).root(value)


def faults(document: Document, name: str) -> Iterator[Fault]:
    """What is wrong with a document, one fault a mistake, in the schema's order; nothing where it does not
    parse. After `MOST` faults one more says that there are others.
    """
    start, end = document.region
    if document.value is MISSING or valid(document.value, name, end - start):
        return
    found = explain(document, checks(name))
    yield from islice(found, MOST)
    if next(found, None) is not None:
        yield Fault(
            document.root,
            f"more than {MOST} mistakes of form in one document",
            "mend the ones shown; the others are shown then",
        )
