"""The rooms of the house: as long as their one idea, known in one direction, each name of a class once, nothing unused.

Every exception stands in a table with its reason. One that no longer applies fails as well, so the tables only hold
what is so; `python -m benchmarks.house` prints the same measures as figures.
"""

from __future__ import annotations

import ast
import gc
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from benchmarks.house import (
    LONG_FUNCTION,
    LONG_MODULE,
    PRODUCT,
    Module,
    class_names_in_two_modules,
    folders_both_ways,
    fragments,
    import_circles,
    import_edges,
    modules_of,
    parsed,
    working_files,
)
from tests.serving import ROOT

NEARLY_LONG = LONG_MODULE * 9 // 10  # lines from which an exception may stand
FLOORS = (*PRODUCT, "benchmarks", "tests")
_ONE_COMMAND = "one command a file; the program only registers them"
_ONE_SECTION = "one section of the handed-out verify.py a file"
_TABLE_FAMILY = "one family of tables a file; the package only gathers them"

LONG: dict[str, str] = {}
SHORT = {
    "metrics/cli/config.py": _ONE_COMMAND,
    "metrics/cli/mcp.py": _ONE_COMMAND,
    "metrics/cli/rebuild.py": _ONE_COMMAND,
    "metrics/cli/remind.py": _ONE_COMMAND,
    "metrics/cli/serve.py": _ONE_COMMAND,
    "metrics/ledger/verifying/rounding.py": _ONE_SECTION,
    "metrics/models/attachments.py": _TABLE_FAMILY,
    "metrics/models/bulletins.py": _TABLE_FAMILY,
    "metrics/models/confirmations.py": _TABLE_FAMILY,
    "metrics/models/materials.py": _TABLE_FAMILY,
    "metrics/models/overrides.py": _TABLE_FAMILY,
    "metrics/models/people.py": _TABLE_FAMILY,
    "metrics/models/plan.py": _TABLE_FAMILY,
    "metrics/models/work_plans.py": _TABLE_FAMILY,
}
_TOP = "the top level puts the rooms together; theme and parts are what all of them draw with"
BOTH_WAYS = {
    ("api", "api.routes"): "the application mounts the routes, which use the API's own top level",
    ("dashboard", "dashboard.charts"): _TOP,
    ("dashboard", "dashboard.form"): _TOP,
    ("dashboard", "dashboard.pages"): _TOP,
    ("dashboard", "dashboard.window"): _TOP,
    ("metrics", "metrics.plan"): "figures are computed with the plan, and the plan knows periods and errors",
}
UNUSED: dict[str, str] = {}


@cache
def files() -> dict[str, str]:
    return working_files(ROOT)


@pytest.fixture(autouse=True, scope="module")
def _syntax_is_no_garbage() -> Iterator[None]:
    """Two million nodes, none of which leads back to another: looking them through takes longer than the rules."""
    gc.disable()
    yield
    parsed.cache_clear()
    gc.enable()


@cache
def modules(*floors: str) -> dict[str, Module]:
    """Those under `floors`: a thousand files, which every test would otherwise parse anew."""
    return modules_of(files(), floors=floors)


def test_a_module_is_as_long_as_its_one_idea() -> None:
    lines = {module.path: module.lines for module in modules(*FLOORS).values()}
    assert {path for path, count in lines.items() if count > LONG_MODULE} - set(LONG) == set()
    assert {path for path in LONG if lines.get(path, 0) < NEARLY_LONG} == set()


def test_functions_are_short() -> None:
    assert [
        f"{module.path}: {name} has {length} lines"
        for module in modules(*FLOORS).values()
        for name, length in module.functions
        if length > LONG_FUNCTION
    ] == []


def test_a_module_of_a_few_lines_with_one_importer_belongs_in_it() -> None:
    product = modules(*PRODUCT)
    short = {product[name].path for name in fragments(product, import_edges(product))}
    assert short ^ set(SHORT) == set()


def test_two_folders_know_each_other_in_one_direction_only() -> None:
    product = modules(*PRODUCT)
    folders = {name: module.folder for name, module in product.items()}
    assert set(folders_both_ways(import_edges(product), folders)) ^ set(BOTH_WAYS) == set()


def test_imports_never_lead_back() -> None:
    assert import_circles(import_edges(modules(*PRODUCT))) == ()


def test_no_two_modules_have_a_class_of_the_same_name() -> None:
    classes = [module for module in modules(*FLOORS).values() if module.path.split("/")[0] in (*PRODUCT, "benchmarks")]
    assert class_names_in_two_modules(classes) == ()


def test_what_only_tests_use_is_no_part_of_the_product() -> None:
    used, named = set[str](), dict[str, list[_Statement]]()
    for path, text in files().items():
        if re.match(rf"({'|'.join(PRODUCT)})/.*\.py$", path):
            named[path] = []
            for statement in parsed(text).body:
                nodes = list(ast.walk(statement))
                used.update(_mentioned(nodes))
                names = frozenset(node.id for node in nodes if isinstance(node, ast.Name))
                named[path].append(_Statement(_offered(statement), names))
    unused = {
        f"{path}: {name}"
        for path, statements in named.items()
        if not path.startswith("migrations/")
        for name in _used_nowhere(statements, used)
    }
    assert unused ^ set(UNUSED) == set()


@dataclass(frozen=True)
class _Statement:
    """A statement of a module: the name of the function or class that it offers to others, and the names in it."""

    offers: str
    names: frozenset[str]


def _mentioned(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names that a module takes from others: imported, as an attribute, or written as `package.module:name`."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[\w.]+:\w+", node.value):
            yield node.value.rpartition(":")[2]


def _used_nowhere(statements: list[_Statement], used: Container[str]) -> Iterator[str]:
    """Names that a module offers and that neither `used` has nor another of its statements."""
    statements_with = Counter(name for statement in statements for name in statement.names)
    for statement in statements:
        offered = statement.offers
        if offered and offered not in used and not statements_with[offered] - (offered in statement.names):
            yield offered


def _offered(node: ast.stmt) -> str:
    """The name of a function or class; empty for other statements, and for what is registered."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return ""
    return "" if _is_registered(node) else node.name


def _is_registered(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """True for what a decorator hands to somebody: a route, a command, a listener."""
    names = [ast.unparse(decorator) for decorator in node.decorator_list]
    return any("." in name.partition("(")[0] for name in names)
