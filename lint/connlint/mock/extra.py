"""The packages of the extra, named with their pip command when one is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Final

PIP: Final = "pip install 'connlint[mock]'"


class MissingExtra(Exception):
    """A package of the extra is not installed; the message is for people."""


def require(*modules: str) -> None:
    """Import the modules of the extra. Raises MissingExtra."""
    for name in modules:
        try:
            import_module(name)
        except ImportError as error:
            raise MissingExtra(f"this needs the package {name.partition('.')[0]}: {PIP}") from error
