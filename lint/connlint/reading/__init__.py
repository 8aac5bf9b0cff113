"""Bytes to documents: JSON, YAML 1.2 and Markdown pages, with a place for every value.

Bad input becomes faults of the result, never an exception.
"""

from connlint.reading.document import (
    MISSING,
    Document,
    Fault,
    Location,
    Missing,
    Pointer,
    parse_pointer,
    render_pointer,
)
from connlint.reading.files import ReadResult, read, text_of
from connlint.reading.limits import CONTRACT_LIMITS, SPEC_LIMITS, Limits

__all__ = [
    "CONTRACT_LIMITS",
    "MISSING",
    "SPEC_LIMITS",
    "Document",
    "Fault",
    "Limits",
    "Location",
    "Missing",
    "Pointer",
    "ReadResult",
    "parse_pointer",
    "read",
    "render_pointer",
    "text_of",
]
