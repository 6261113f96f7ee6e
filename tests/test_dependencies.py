"""What pyproject.toml asks for is used: the product imports it, or the line says what it is there for."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib.metadata import packages_distributions

from benchmarks.house import statements_of
from tests.serving import ROOT

PRODUCT = ("api", "dashboard", "metrics", "migrations", "seed")
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def imported() -> set[str]:
    """The packages that the product's modules import."""
    nodes = [
        node
        for floor in PRODUCT
        for path in (ROOT / floor).rglob("*.py")
        for node in statements_of(ast.parse(path.read_text(encoding="utf-8")))
    ]
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    taken = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in plain + taken}


def test_every_dependency_is_imported_or_its_line_says_what_it_is_for() -> None:
    asked = tomllib.loads(PYPROJECT)["project"]["dependencies"]
    packages = imported()
    used = {
        _plain(name) for package, names in packages_distributions().items() if package in packages for name in names
    }
    idle = [line for line in asked if _plain(re.split(r"[\[<>=]", line)[0]) not in used]
    assert [line for line in idle if not re.search(rf'^ *"{re.escape(line)}",  # \w', PYPROJECT, re.MULTILINE)] == []


def _plain(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
