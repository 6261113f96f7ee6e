"""What is changed: one comparison, operator, condition, number or result of a module at a time.

Left alone are annotations, decorators, texts, what is raised, `strict` of zip, and what only readers of types import:
no figure depends on them.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_OF_TYPES = (ast.BitAnd, ast.BitOr)  # outside functions they join types
_CALLED = {"min": "max", "max": "min", "any": "all", "all": "any", "minimum": "maximum", "maximum": "minimum"}
_LEFT_ALONE = {"annotation", "returns", "decorator_list"}  # fields of any node
_LONGEST = 100  # characters of a name's half


@dataclass(frozen=True)
class Mutant:
    """A module with one change. `name`: where and what, as `rates value_of: denominator == 0 → denominator != 0`."""

    module: str
    name: str
    line: int
    tree: ast.Module
    place: ast.AST
    changed: ast.AST

    def make(self) -> ast.Module:
        """The changed tree. Of a tree only one mutant can be made: it is changed where it stands."""
        changed = _Replacing(self.place, self.changed).visit(self.tree)
        assert isinstance(changed, ast.Module)
        return ast.fix_missing_locations(changed)


def mutants(module: str, source: str) -> tuple[Mutant, ...]:
    """Every mutant of a module's source, from top to bottom. Names are unique: later ones of the same are numbered."""
    tree = ast.parse(source)
    found: list[Mutant] = []
    seen: Counter[str] = Counter()
    for place, around, path in _places(tree, module.rpartition(".")[2]):
        where = f"{path}: {_written(around)}:" if isinstance(place, ast.Constant) else f"{path}:"
        for changed in _changes(place, within=" " in path):
            name = f"{where} {_written(place)} → {_written(changed)}"
            seen[name] += 1
            name = name if seen[name] == 1 else f"{name} ({seen[name]})"
            found.append(Mutant(module, name, getattr(place, "lineno", 0), tree, place, changed))
    return tuple(found)


class _Replacing(ast.NodeTransformer):
    def __init__(self, place: ast.AST, changed: ast.AST) -> None:
        self._place = place
        self._changed = changed

    def visit(self, node: ast.AST) -> ast.AST:
        return ast.copy_location(self._changed, node) if node is self._place else self.generic_visit(node)


def _places(node: ast.AST, path: str) -> Iterator[tuple[ast.AST, ast.AST, str]]:
    """Every node in which something may be changed, the node around it, and the names of what it stands in."""
    for field, value in ast.iter_fields(node):
        if field in _LEFT_ALONE:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.Raise | ast.JoinedStr) or _is_of_types(child):
                continue
            yield child, node, path
            names = isinstance(child, ast.FunctionDef | ast.ClassDef)
            yield from _places(child, f"{path} {child.name}" if names else path)  # type: ignore[attr-defined]


def _is_of_types(node: ast.AST) -> bool:
    """True for imports of types, and for the word by which zip refuses columns of different lengths: there are none."""
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.keyword) and node.arg == "strict"


def _changes(node: ast.AST, *, within: bool) -> Iterator[ast.AST]:
    """What may stand in the place of `node`; `within`: it is in a function or a class."""
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.BinOp(op=op) if type(op) in _COMPUTED and (within or not isinstance(op, _OF_TYPES)):
            yield ast.BinOp(node.left, _COMPUTED[type(op)](), node.right)
        case ast.AugAssign(op=op) if type(op) in _COMPUTED:
            yield ast.AugAssign(node.target, _COMPUTED[type(op)](), node.value)
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
        case ast.Call(func=ast.Name(id=name)) if name in _CALLED:
            yield ast.Call(ast.Name(_CALLED[name], ast.Load()), node.args, node.keywords)
        case ast.Call(func=ast.Attribute(attr=name)) if name in _CALLED:
            yield ast.Call(ast.Attribute(node.func.value, _CALLED[name], ast.Load()), node.args, node.keywords)  # type: ignore[attr-defined]
        case ast.Call(func=ast.Name(id="abs"), args=[only]):
            yield only
        case ast.If(test=test) if _is_bare(test):
            yield ast.If(_negated(test), node.body, node.orelse)
        case ast.IfExp(test=test) if _is_bare(test):
            yield ast.IfExp(_negated(test), node.body, node.orelse)
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(ast.Constant(None))
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()
        case ast.Expr(value=ast.Call()):
            yield ast.Pass()


def _compared(node: ast.Compare) -> Iterator[ast.Compare]:
    for number, op in enumerate(node.ops):
        for other in _COMPARED[type(op)]:
            yield ast.Compare(node.left, [*node.ops[:number], other(), *node.ops[number + 1 :]], node.comparators)


def _is_bare(test: ast.expr) -> bool:
    """True for a condition in which nothing else is changed."""
    return isinstance(test, ast.Name | ast.Attribute | ast.Call | ast.Subscript)


def _negated(test: ast.expr) -> ast.UnaryOp:
    return ast.UnaryOp(ast.Not(), test)


def _written(node: ast.AST) -> str:
    """A node in one line; of a statement with a body only its first line."""
    text = ast.unparse(ast.fix_missing_locations(node)).partition("\n")[0]
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
