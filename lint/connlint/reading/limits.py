"""Limits on hostile input: past one of them reading stops with a clear fault."""

from __future__ import annotations


class Limits:
    """How much one file may hold: bytes, nested levels, values, and nodes that YAML aliases add."""

    __slots__ = ("alias_nodes", "depth", "nodes", "size")

    def __init__(self, *, size: int, depth: int, nodes: int, alias_nodes: int) -> None:
        self.size = size
        self.depth = depth
        self.nodes = nodes
        self.alias_nodes = alias_nodes


SPEC_LIMITS = Limits(size=16 * 1024 * 1024, depth=128, nodes=1_000_000, alias_nodes=100_000)
"""Specs, events documents and fixtures."""

CONTRACT_LIMITS = Limits(size=64 * 1024 * 1024, depth=128, nodes=5_000_000, alias_nodes=100_000)
"""A vendor's OpenAPI document."""

MAX_DIGITS = 400
"""Integers with more digits are refused: turning digits into a number takes quadratic time."""
