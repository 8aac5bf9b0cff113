"""`$ref`s of one JSON value: where they point, and what stands there.

RFC 6901 pointers in URI fragments (RFC 3986 percent-encoding), `$anchor`s, and the `$recursiveRef` of
draft 2019-09. Nothing outside the value is ever fetched.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from connlint.reading.document import Pointer

LONGEST_CHAIN: Final = 100
"""References in a row, past which nobody meant it."""


class Node(NamedTuple):
    """A value and the pointer to it."""

    value: object
    at: Pointer


class Unresolved(NamedTuple):
    """A reference that leads nowhere, and why: a phrase that follows "cannot tell: "."""

    why: str


class References:
    """Resolves the references of one value, each once.

    Members of objects are taken by subscription only, so the root may load its parts when asked.
    """

    __slots__ = ("_anchors", "_resolved", "root")

    def __init__(self, root: object) -> None:
        self.root = root
        self._resolved: dict[str, Node | Unresolved] = {}
        self._anchors: dict[str, Node | None] | None = None

    def at(self, pointer: Pointer) -> Node | Unresolved:
        """What stands at a pointer, steps as text or numbers; the answer's pointer has numbers in arrays."""
        here = self.root
        exact: list[str | int] = []
        for step in pointer:
            if isinstance(here, dict):
                try:
                    here = here[step]
                except KeyError:
                    return Unresolved(f"nothing stands at `#{_text(pointer)}`")
                exact.append(step)
            elif isinstance(here, list) and (index := _index(step)) is not None and index < len(here):
                here = here[index]
                exact.append(index)
            else:
                return Unresolved(f"nothing stands at `#{_text(pointer)}`")
        return Node(here, tuple(exact))

    def resolve(self, reference: object) -> Node | Unresolved:
        """What a `$ref` (or `$dynamicRef`) of this document means; chains of bare references are followed."""
        if not isinstance(reference, str):
            return Unresolved("its `$ref` is not text")
        known = self._resolved.get(reference)
        if known is None:
            known = self._resolved[reference] = self._find(reference)
        return known

    def recursive(self, at: Pointer) -> Node | Unresolved:
        """What `$recursiveRef: "#"` at a pointer means: the nearest schema around it that has
        `$recursiveAnchor: true`, else the document."""
        here = self.root
        found = Node(here, ())
        for depth, step in enumerate(at):
            try:
                here = here[step]  # type: ignore[index]  # what cannot be indexed raises TypeError
            except (KeyError, IndexError, TypeError):
                break
            if isinstance(here, dict) and here.get("$recursiveAnchor") is True:
                found = Node(here, at[: depth + 1])
        return found

    def follow(self, value: object, at: Pointer) -> Node | Unresolved:
        """The value itself, or what its `$ref` leads to: for parts of a contract that are no schemas."""
        if isinstance(value, dict) and "$ref" in value:
            return self.resolve(value["$ref"])
        return Node(value, at)

    def _find(self, reference: str) -> Node | Unresolved:
        for _ in range(LONGEST_CHAIN):
            document, mark, fragment = reference.partition("#")
            if document or not mark:
                return Unresolved(f"`{_short(reference)}` is outside this document")
            if "%" in fragment:
                from urllib.parse import unquote

                fragment = unquote(fragment)
            if not fragment or fragment.startswith("/"):
                steps = fragment.split("/")[1:]
                found = self.at(tuple(step.replace("~1", "/").replace("~0", "~") for step in steps))
            else:
                found = self._anchor(fragment)
            if isinstance(found, Unresolved) or not isinstance(found.value, dict):
                return found
            inner = found.value.get("$ref")
            if len(found.value) != 1 or not isinstance(inner, str):
                return found
            reference = inner
        return Unresolved(f"`{_short(reference)}` leads in circles")

    def _anchor(self, name: str) -> Node | Unresolved:
        if self._anchors is None:
            self._anchors = _anchors(self.root)
        if name not in self._anchors:
            return Unresolved(f"no `$anchor` is called `{_short(name)}`")
        return self._anchors[name] or Unresolved(f"more than one `$anchor` is called `{_short(name)}`")


def _anchors(root: object) -> dict[str, Node | None]:
    """Every `$anchor` and `$dynamicAnchor`; None for a name that stands twice."""
    found: dict[str, Node | None] = {}
    todo: list[Node] = [Node(root, ())]
    while todo:
        value, at = todo.pop()
        if isinstance(value, dict):
            for word in ("$anchor", "$dynamicAnchor"):
                name = value.get(word)
                if isinstance(name, str):
                    here = Node(value, at)
                    known = found.setdefault(name, here)
                    found[name] = here if known is not None and known.at == at else None
            todo.extend(
                Node(item, (*at, key)) for key, item in value.items() if isinstance(item, (dict, list))
            )
        elif isinstance(value, list):
            todo.extend(
                Node(item, (*at, index)) for index, item in enumerate(value) if isinstance(item, (dict, list))
            )
    return found


def _index(step: str | int) -> int | None:
    if isinstance(step, int):
        return step
    return int(step) if step.isascii() and step.isdigit() and len(step) < 10 else None


def _text(pointer: Pointer) -> str:
    from connlint.reading.document import render_pointer

    return _short(render_pointer(pointer))


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:117]}..."
