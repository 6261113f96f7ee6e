"""The measures of the house, held against a small tree counted by hand."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.house import House, commit_files, measure, places, table, working_files

GIT = shutil.which("git") or "git"
LONG = "def long():\n" + "    x = 1\n" * 41
TREE = {
    "metrics/__init__.py": "",
    "metrics/rates.py": '"""Rates."""\nfrom metrics.intake import reading\n\n\nclass Cell:\n    pass\n',
    "metrics/intake/__init__.py": "",
    "metrics/intake/reading.py": "import metrics.intake.cells\nimport json\n\n\nclass Cell:\n    pass\n",
    "metrics/intake/cells.py": "def read():\n    from . import reading\n    from ..commands import post\n    x = 1\n",
    "metrics/commands/post.py": "from metrics.intake.reading import Cell\n" + LONG,
    "seed/far.py": "x = 1\n" * 301,
    "benchmarks/not_product.py": "from metrics import rates\n",
    "tests/test_rates.py": "from metrics import rates\n\n",
    "dashboard/assets/window.js": "one\ntwo\n",
    "dashboard/assets/src/form.js": "one\n",
    "tests/assets/form.test.mjs": "one\ntwo\nthree\n",
}


@pytest.fixture(scope="module")
def house() -> House:
    return measure(TREE)


@pytest.mark.parametrize(
    ("label", "figure"),
    [
        ("Python files", 7),
        ("lines", 6 + 6 + 4 + 43 + 301),
        ("module, median lines", 6),
        ("module, p90 lines", 301),
        ("modules over 300 lines", 1),
        ("modules under 50 lines", 6),
        ("functions", 2),
        ("function, median lines", 22),
        ("function, p90 lines", 41),
        ("functions over 40 lines", 1),
        ("files with exactly one importer", 2),
        ("of these under 60 lines, importer in the same folder", 1),
        ("import edges", 5),
        ("import circles", 1),
        ("folder pairs that know each other both ways", 1),
        ("class names in two modules", 1),
        ("test files in Python", 1),
        ("lines of tests in Python", 2),
        ("script files", 2),
        ("lines of scripts", 3),
        ("test files of scripts", 1),
        ("lines of tests of scripts", 3),
    ],
)
def test_a_small_tree_counts_as_by_hand(house: House, label: str, figure: int) -> None:
    assert house.figures[label] == figure


def test_the_places_behind_the_figures_are_named(house: House) -> None:
    assert places(house).splitlines() == [
        "circle: metrics.commands.post, metrics.intake.cells, metrics.intake.reading",
        "both ways: metrics.commands and metrics.intake",
        "class name in two modules: Cell",
    ]


def test_two_trees_stand_side_by_side(house: House) -> None:
    lines = table({"before": house, "after": measure({})}).splitlines()
    assert lines[0].split() == ["before", "after"]
    assert lines[1].split() == ["Python", "files", "7", "0"]
    assert len({len(line) for line in lines}) == 1


def test_a_commit_is_read_without_checking_it_out(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run([GIT, "-c", "user.name=x", "-c", "user.email=x", *words], cwd=tmp_path, check=True)

    (tmp_path / "metrics").mkdir()
    module = tmp_path / "metrics" / "rates.py"
    git("init", "--quiet")
    module.write_text("before\n")
    git("add", ".")
    git("commit", "--quiet", "--message", "first")
    module.write_text("after\n")
    (tmp_path / "metrics" / "words.txt").write_text("not read\n")
    assert commit_files(tmp_path, "HEAD") == {"metrics/rates.py": "before\n"}
    assert working_files(tmp_path) == {"metrics/rates.py": "after\n"}
