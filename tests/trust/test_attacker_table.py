"""The attackers of docs/trust.md and the tests that show them are the same; T1 to T7 are shown by what there is."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.serving import ROOT
from tests.trust.shown import SHOWN, counts_of
from tests.trust.test_attackers import ATTACKS

PAGE = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| .+ \| `(tests/[^`]+)` \|$", PAGE, re.MULTILINE)
ATTACKERS = "tests/trust/test_attackers.py"


@cache
def functions_in(path: str) -> frozenset[str]:
    """The names of the tests in a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def test_every_attacker_has_a_test_of_its_own_and_every_such_test_is_named() -> None:
    assert len(set(ROWS)) == len(ROWS) >= 24
    named = [re.fullmatch(r"([^:]+)::(\w+)(?:\[(.+)\])?", row) for row in ROWS]
    assert all(named)
    parts = [match.groups() for match in named if match is not None]
    assert [row for row in parts if row[1] not in functions_in(row[0])] == []
    assert {name for path, name, _ in parts if path == ATTACKERS} == functions_in(ATTACKERS)
    assert sorted(attack for path, _, attack in parts if attack is not None) == sorted(ATTACKS)


def test_what_is_to_be_shown_is_shown_by_what_there_is() -> None:
    assert list(SHOWN) == [f"T{number}" for number in range(1, 8)]
    for shown in (one for several in SHOWN.values() for one in several):
        paths = [argument for argument in shown.arguments if argument.startswith("tests/")]
        modules = [argument for argument in shown.arguments if re.fullmatch(r"(tests|benchmarks)\.[\w.]+", argument)]
        assert paths or modules, shown.what
        for path in (*paths, *(f"{module.replace('.', '/')}.py" for module in modules)):
            assert (ROOT / path).is_file(), path
    assert "-m tests.trust.shown" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_counts_are_found_whatever_a_service_logs_around_them() -> None:
    said = "   7 UPDATE\n1000 of 1000 detected; 0 false alarms []\n2026-12-02 [info] embedded_server_stopped\n"
    assert counts_of(said) == "1000 of 1000 detected; 0 false alarms []"
    assert counts_of("..\n=== 27 passed in 3 s ===\n") == "27 passed in 3 s"
    assert counts_of("T3 3 of 3 flips\nT3 4 of 4 flips\n") == "T3 3 of 3 flips; T3 4 of 4 flips"
