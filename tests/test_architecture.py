"""The house keeps its shape: who imports whom, which names are not used, what every module says, who commits."""

from __future__ import annotations

import ast
import gc
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.serving import ROOT

FLOORS = ("api", "benchmarks", "dashboard", "metrics", "migrations", "seed", "tests")
LANGUAGES = {"zh", "en"}
# The pages' catalogue, a sentence and a text of the plan, each of which knows its two languages.
CHOOSING = {"dashboard/locale/__init__.py", "metrics/errors.py", "metrics/plan/model/basics.py"}
_ASKED_FOR = (ast.Module, ast.ClassDef, ast.Compare, ast.IfExp, ast.Subscript, ast.Call)
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "service", "tools"}


def modules(*floors: str) -> list[Path]:
    return sorted(path.relative_to(ROOT) for floor in floors or FLOORS for path in (ROOT / floor).rglob("*.py"))


@cache
def source(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """The module, and those of its nodes that a rule asks for; the module itself comes first."""
    return tuple(node for node in ast.walk(ast.parse(source(path))) if isinstance(node, _ASKED_FOR))


@pytest.fixture(autouse=True, scope="module")
def _nodes_are_no_garbage() -> Iterator[None]:
    """There are a million, none of which leads back to another: looking them through takes longer than the rules."""
    gc.disable()
    yield
    nodes.cache_clear()
    gc.enable()


def test_imports_follow_the_arrows() -> None:
    result = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_names_say_what_a_thing_is() -> None:
    modules_named = [str(path) for path in modules() if FORBIDDEN & set(re.split(r"[_/.]", str(path)))]
    classes_named = [
        f"{path}: {name}"
        for path in modules()
        for name in re.findall(r"^\s*class (\w+(?:Service|Manager|Helper|Utils))\b", source(path), re.MULTILINE)
    ]
    assert modules_named + classes_named == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path)
        for path in modules("api", "dashboard", "metrics", "migrations", "seed")
        if isinstance(whole := nodes(path)[0], ast.Module) and whole.body and not ast.get_docstring(whole)
    ]
    assert silent == []


def test_an_answer_that_repeats_a_result_says_why() -> None:
    """A frozen dataclass of metrics is its own answer; a model with most of its fields has its reason at its head."""
    results = [_fields(node) for _, node in _classes("metrics") if any("dataclass" in d for d in _decorators(node))]
    unexplained = [
        f"{path}: {node.name}"
        for path, node in _classes("api")
        if "BaseModel" in map(ast.unparse, node.bases) and "extra='forbid'" not in ast.unparse(node)  # what is sent
        if any(len(_fields(node) & found) >= max(4, len(_fields(node)) / 2) for found in results)
        if "# a copy: " not in source(path).splitlines()[node.lineno - 1]
    ]
    assert unexplained == []


def _classes(*floors: str) -> list[tuple[Path, ast.ClassDef]]:
    found = ((path, node) for path in modules(*floors) for node in nodes(path))
    return [(path, node) for path, node in found if isinstance(node, ast.ClassDef)]


def _decorators(node: ast.ClassDef) -> list[str]:
    return [ast.unparse(decorator) for decorator in node.decorator_list]


def _fields(node: ast.ClassDef) -> set[str]:
    return {
        field.target.id
        for field in node.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }


def test_only_three_places_choose_between_the_languages() -> None:
    """A text of the pages is `_("…")`; one that is there in both languages is asked `in_language`."""
    choosing = {
        path.as_posix()
        for path in modules("api", "dashboard", "metrics")
        for node in nodes(path)
        if _chooses_language(node)
    }
    templates = [
        path for path in (ROOT / "dashboard").rglob("*.html") if re.search(r"[!=]= *[\"'](zh|en)\b", path.read_text())
    ]
    assert (choosing, templates) == (CHOOSING, [])


def _chooses_language(node: ast.AST) -> bool:
    """True for `x == "en"`, for `a.en if … else a.zh`, and for `message.as_dict()[…]`."""
    if isinstance(node, ast.Compare):
        sides = [side.value for side in (node.left, *node.comparators) if isinstance(side, ast.Constant)]
        return isinstance(node.ops[0], ast.Eq | ast.NotEq) and bool(LANGUAGES & {str(side) for side in sides})
    if isinstance(node, ast.IfExp):
        ways = {way.attr for way in (node.body, node.orelse) if isinstance(way, ast.Attribute)}
        return ways == LANGUAGES
    return isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith(".as_dict()")


def test_nothing_is_left_to_do() -> None:
    words = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    assert [str(path) for path in modules() if words.search(source(path))] == []


def test_only_the_database_module_commits() -> None:
    """Commands and queries take a session; the transaction is somebody else's.

    What goes with COMMIT is sent by a module that listens for the database module's own (decision 264).
    """
    listening = Path("metrics/with_commit.py")
    committing = [
        str(path)
        for path in modules("api", "dashboard", "metrics", "seed")
        if path not in (Path("metrics/database.py"), listening)
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert committing == []
    assert [
        str(path) for path in modules("metrics", "api", "dashboard", "seed") if "listen_for_commit(" in path.read_text()
    ] == ["metrics/database.py", str(listening)]


def test_no_lock_is_one_that_anybody_may_take_who_can_connect() -> None:
    """An advisory lock is everybody's: whoever only reads by SQL would keep everybody from recording."""
    taken = re.compile(r"(select |perform |func\.)pg_\w*advisory")
    floors = ("api", "dashboard", "metrics", "seed", "migrations")
    assert [str(path) for path in modules(*floors) if taken.search(source(path))] == []


def test_no_day_is_moved_to_another_month_or_year_as_it_stands() -> None:
    """29 February has no day a year on, 31 January none a month on: what runs on every other day fails on these."""
    moved = [
        f"{path}:{node.lineno}"
        for path in modules()
        if re.search(r"\b(year|month)=", source(path))
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "replace"
        if (named := {keyword.arg for keyword in node.keywords}) & {"year", "month"} and "day" not in named
    ]
    assert moved == []
