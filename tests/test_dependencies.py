"""What pyproject.toml asks for is used: the product imports it, or the line says what it is there for."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping
from importlib.metadata import packages_distributions

from benchmarks.house import statements_of
from tests.serving import ROOT

PRODUCT = ("api", "dashboard", "metrics", "migrations", "seed")
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def is_imported(package: str, texts: Mapping[str, str]) -> bool:
    """Whether one of the product's modules imports it: those are parsed that have a line which looks like it."""
    alike = re.compile(rf"\b{re.escape(package)}\b")
    return any(package in imported(text) for text, lines in texts.items() if alike.search(lines))


def imported(text: str) -> set[str]:
    """The packages that a module imports."""
    nodes = list(statements_of(ast.parse(text)))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    taken = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in plain + taken}


def test_every_dependency_is_imported_or_its_line_says_what_it_is_for() -> None:
    asked = tomllib.loads(PYPROJECT)["project"]["dependencies"]
    modules = (path.read_text(encoding="utf-8") for floor in PRODUCT for path in sorted((ROOT / floor).rglob("*.py")))
    texts = {text: "\n".join(re.findall(r"^ *(?:from|import) .*", text, re.MULTILINE)) for text in modules}
    offered: dict[str, list[str]] = {}
    for package, names in packages_distributions().items():
        for name in names:
            offered.setdefault(_plain(name), []).append(package)
    packages = {line: offered.get(_plain(re.split(r"[\[<>=]", line)[0]), []) for line in asked}
    idle = [line for line in asked if not any(is_imported(package, texts) for package in packages[line])]
    assert [line for line in idle if not re.search(rf'^ *"{re.escape(line)}",  # \w', PYPROJECT, re.MULTILINE)] == []


def _plain(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
