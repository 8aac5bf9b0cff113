"""The packages of the extra, named with their pip command when one is missing."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

PIP: Final = "pip install 'connlint[mock]'"


class MissingExtra(Exception):
    """A package of the extra is not installed; the message is for people."""


def require(*modules: str) -> None:
    """See that the modules of the extra are there, without importing them. Raises MissingExtra."""
    for name in modules:
        if find_spec(name) is None:
            raise MissingExtra(f"this needs the package {name}: {PIP}")
