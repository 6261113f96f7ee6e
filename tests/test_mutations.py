"""What a run of mutations rests on: what is changed, what is left alone, and a list of equal ones without strays."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from tests.mutations.__main__ import LEAST_KILLED, equal_mutants, faults
from tests.mutations.mutants import mutants
from tests.mutations.suites import MODULES, own_tests
from tests.mutations.trials import Trial, mutants_of
from tests.serving import ROOT

_SOURCE = '''
"""A text that says 3 < 4."""
LIMIT: int | None = 30
def decide(value: int, most: int | None = 2) -> bool:
    """Nothing here: 1 + 1."""
    if value < LIMIT and not value:
        raise ValueError(f"{value + 1} is not below 30")
    return True
'''


def test_figures_are_changed_and_texts_types_and_refusals_are_not() -> None:
    assert [mutant.name for mutant in mutants("metrics.sample", _SOURCE)] == [
        "sample: LIMIT: int | None = 30: 30 → 31",
        "sample decide: value: int, most: int | None=2: 2 → 3",
        "sample decide: value < LIMIT and (not value) → value < LIMIT or not value",
        "sample decide: value < LIMIT → value <= LIMIT",
        "sample decide: value < LIMIT → value >= LIMIT",
        "sample decide: not value → value",
        "sample decide: return True → return None",
        "sample decide: return True: True → False",
    ]


@pytest.mark.parametrize(
    ("statement", "changed"),
    [
        ("x = a + b", ["x = a - b"]),
        ("x = a // b", ["x = a * b"]),
        ("x = a & b", ["x = a | b"]),
        ("x += a", ["x -= a"]),
        ("x = -a", ["x = a"]),
        ("x = min(a, b)", ["x = max(a, b)"]),
        ("x = np.maximum(a, b)", ["x = np.minimum(a, b)"]),
        ("x = abs(a)", ["x = a"]),
        ("x = a if b else c", ["x = a if not b else c"]),
        ("x = a is None", ["x = a is not None"]),
        ("x = a <= b < c", ["x = a < b < c", "x = a > b < c", "x = a <= b <= c", "x = a <= b >= c"]),
        ("a.append(b)", ["pass"]),
        ("for a in b: break", ["for a in b:\n    continue"]),
        ("x = True", ["x = False"]),
        ("x = zip(a, b, strict=True)", []),
        ("if TYPE_CHECKING: import x", []),
        ("x = 'a'", []),
        ("x = a", []),
    ],
)
def test_each_kind_of_change(statement: str, changed: list[str]) -> None:
    source = f"def f(a, b, c):\n    {statement}\n"
    made = []
    for number in range(len(mutants("m", source))):
        (function,) = mutants("m", source)[number].make().body
        assert isinstance(function, ast.FunctionDef)
        made.append(ast.unparse(function.body[0]))
    assert made == changed


def test_two_mutants_of_one_name_are_numbered() -> None:
    names = [mutant.name for mutant in mutants("m", "x = a + b\ny = a + b\n")]
    assert names == ["m: a + b → a - b", "m: a + b → a - b (2)"]


def test_every_module_has_tests_of_its_own_and_every_equal_mutant_is_there_with_a_reason() -> None:
    named = {test for module in MODULES for test in own_tests(module)}
    assert {test for test in named if not (ROOT / test.partition("::")[0]).exists()} == set()
    assert {test for test in named if f"def {test.rpartition(':')[2]}(" not in _read(test)} == {
        *(test for test in named if "::" not in test)
    }
    names = [mutant.name for mutant in mutants_of(MODULES)]
    assert len(names) == len(set(names))
    assert {name for name in equal_mutants() if name not in names} == set()
    assert all(len(reason) > 20 for reason in equal_mutants().values())


def _read(test: str) -> str:
    return (ROOT / test.partition("::")[0]).read_text(encoding="utf-8")


def test_a_mutant_that_lives_without_a_reason_or_dies_with_one_is_a_fault() -> None:
    some = mutants("m", "".join(f"x{number} = {number}\n" for number in range(100)))
    killed = [Trial(mutant, killed=True) for mutant in some]
    assert faults(killed, {}, some) == []
    one_lives = [replace(killed[0], killed=False), *killed[1:]]
    assert faults(one_lives, {}, some) == [f"lives: m:1 {some[0].name}"]
    assert faults(one_lives, {some[0].name: "the same"}, some) == []
    assert faults(killed, {some[0].name: "the same"}, some) == [f"named as equal and killed: {some[0].name}"]
    assert faults(killed, {"gone": "the same"}, some) == ["named as equal and not there: gone"]


def test_of_a_hundred_that_can_be_told_apart_ninety_five_must_be_killed() -> None:
    """Those that no test can tell from the module are not among the hundred; one that is named and killed is."""
    some = mutants("m", "".join(f"x{number} = {number}\n" for number in range(110)))
    reasons = {mutant.name: "the same" for mutant in some[:10]}

    def too_few(*, live: int, named_and_killed: int = 0) -> list[str]:
        alive = {*range(10 - named_and_killed), *range(10, 10 + live)}
        trials = [Trial(mutant, killed=number not in alive) for number, mutant in enumerate(some)]
        return [fault for fault in faults(trials, reasons, some) if fault.startswith("only")]

    assert too_few(live=100 - LEAST_KILLED) == []
    assert too_few(live=101 - LEAST_KILLED) == [f"only {LEAST_KILLED - 1} of 100 are killed; 95 of 100 must be"]
    assert too_few(live=101 - LEAST_KILLED, named_and_killed=1) == ["only 95 of 101 are killed; 95 of 100 must be"]
