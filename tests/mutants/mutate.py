"""Changes to a Python module, one at a time."""

from __future__ import annotations

import ast
import copy
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_WORD = re.compile(r"\S{1,40}")


@dataclass(frozen=True)
class Change:
    """One mutant of a module: its code, to be compiled, and what was changed, for people."""

    line: int
    function: str
    before: str
    after: str
    twin: int
    """2 for the second change of a function that reads so, 3 for the third."""
    code: ast.Module

    @property
    def name(self) -> str:
        """What it is called in `equivalent.txt`: it outlives lines."""
        return f"{self.function}: {self.before} → {self.after}" + (f" #{self.twin}" if self.twin > 1 else "")


def changes(text: str) -> Iterator[Change]:
    """Every change of a module's text, in the order of the text."""
    tree = ast.parse(text)
    seen: Counter[str] = Counter()
    for node, function, covered in _nodes(tree):
        for replacement in _replacements(node, covered):
            after = "(left out)" if isinstance(replacement, ast.Pass) else _shown(replacement)
            line = getattr(node.iter if isinstance(node, ast.comprehension) else node, "lineno", 0)
            found = Change(line, function, _shown(node), after, 0, _replaced(tree, node, replacement))
            seen[found.name] += 1
            yield replace(found, twin=seen[found.name])


def _shown(node: ast.AST) -> str:
    if isinstance(node, ast.If | ast.While):
        return f"{type(node).__name__.lower()} {ast.unparse(node.test)}"
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 160 else f"{text[:120]} … {text[-37:]}"


def _nodes(tree: ast.Module) -> Iterator[tuple[ast.AST, str, bool]]:
    """The nodes that may be changed, each with its function's name: no imports, annotations, docstrings.

    And whether changes around it cover it. A test that notices a condition taken for true notices it turned
    round as well, and so with the parts of `and` and `or`; `if x: return` without its `return` is `if False`.
    """
    todo: list[tuple[ast.AST, str, bool]] = [(tree, "module", False)]
    while todo:
        node, function, covered = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            function = node.name if function == "module" else f"{function}.{node.name}"
        if not isinstance(node, ast.Module):
            yield node, function, covered
        alike = _covered(node)
        todo += [(inner, function, inner in alike) for inner in reversed(list(_inner(node)))]


def _covered(node: ast.AST) -> list[ast.AST]:
    """The nodes right below one whose own changes are covered by its."""
    if isinstance(node, ast.BoolOp):
        return list(node.values)
    if isinstance(node, ast.comprehension):
        return list(node.ifs)
    if isinstance(node, ast.If) and len(node.body) == 1 and not node.orelse:
        return [node.test, *node.body]
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        return [node.test]
    return []


def _inner(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "format_spec"):
            continue
        if isinstance(node, ast.JoinedStr):
            # a message's words are no code; what is put into them is
            value = [part for part in node.values if isinstance(part, ast.FormattedValue)]
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.AST) and not _is_fixed(item):
                yield item


def _is_fixed(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.AnnAssign) and not getattr(node, "value", None):
        return True
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__slots__":
        return True
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _replacements(node: ast.AST, covered: bool) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        turned = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)
        for at, operator in enumerate(node.ops):
            if covered and len(node.ops) == 1 and isinstance(operator, turned):
                continue
            twin = copy.deepcopy(node)
            twin.ops[at] = _COMPARISONS[type(operator)]()
            yield twin
    elif isinstance(node, ast.BoolOp):
        for at in range(len(node.values)):
            rest = node.values[:at] + node.values[at + 1 :]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        if not covered:
            yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        if not isinstance(node.right, ast.JoinedStr):
            yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.If | ast.While):
        for value in (True, False):
            twin_if = copy.copy(node)
            twin_if.test = ast.Constant(value)
            if not (isinstance(node, ast.While) and value):
                yield twin_if
    elif isinstance(node, ast.comprehension):
        for at in range(len(node.ifs)):
            twin_of = copy.copy(node)
            twin_of.ifs = node.ifs[:at] + node.ifs[at + 1 :]
            yield twin_of
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)
    elif isinstance(node, ast.Slice):
        if node.lower is not None or node.upper is not None:
            yield ast.Slice(None, None, node.step)
    elif isinstance(node, ast.Return):
        if node.value is not None and not isinstance(node.value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        elif node.value is None and not covered:
            yield ast.Pass()
    elif isinstance(node, ast.Continue | ast.Break | ast.AugAssign | ast.Expr):
        if not covered:
            yield ast.Pass()
    elif isinstance(node, ast.Call):
        for at, keyword in enumerate(node.keywords):
            if keyword.arg is not None:
                yield ast.Call(node.func, node.args, node.keywords[:at] + node.keywords[at + 1 :])


def _constants(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, str) and _WORD.fullmatch(value):
        yield ast.Constant(f"{value}~" if len(value) > 1 else "~")


def _replaced(tree: ast.Module, old: ast.AST, new: ast.AST) -> ast.Module:
    """A copy of the tree in which `new` stands for `old`; what surrounds it is copied, the rest is shared."""

    def copied(node: ast.AST) -> ast.AST:
        if node is old:
            return new
        twin = copy.copy(node)
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.AST):
                setattr(twin, name, copied(value))
            elif isinstance(value, list):
                setattr(twin, name, [copied(item) if isinstance(item, ast.AST) else item for item in value])
        return twin

    found = copied(tree)
    assert isinstance(found, ast.Module)
    return ast.fix_missing_locations(found)
