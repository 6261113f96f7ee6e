"""What a benchmark measured: whether it reaches what it should, how it is written, and what a later run replaces."""

from __future__ import annotations

from dataclasses import asdict
from importlib import import_module
from typing import Any

import pytest

from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.measured import Measured, show, with_figure

FIGURE = Measured("P6", "a page", "11 counties", 2.5, "bare SQL", at_most=2, beside={"ms": 1234.4})


@pytest.mark.parametrize(
    ("amount", "at_most", "at_least", "missed"),
    [
        (2.0, 2, None, False),
        (2.01, 2, None, True),
        (0.9, None, 0.9, False),
        (0.89, None, 0.9, True),
        (9.0, None, None, False),
    ],
)
def test_a_figure_is_missed_beyond_its_bound(
    *, amount: float, at_most: float | None, at_least: float | None, missed: bool
) -> None:
    assert Measured("", "", "", amount, "", at_most=at_most, at_least=at_least).is_missed is missed


def test_a_line_names_amount_reference_reach_and_miss() -> None:
    assert FIGURE.line() == "P6 a page, 11 counties: 2.5 × against bare SQL, ms 1,234   reach ≤ 2 ×, missed"


def test_the_exit_code_says_that_one_figure_was_missed(capsys: pytest.CaptureFixture[str]) -> None:
    reached = Measured("P2", "a pull", "1 row", 1, "COPY", at_least=0.9)
    assert (show([FIGURE, reached]), show([reached])) == (1, 0)
    assert capsys.readouterr().out.count("P2 a pull") == 2


def test_a_later_run_replaces_its_figures_and_another_machine_begins_anew() -> None:
    first, other = asdict(FIGURE), asdict(FIGURE) | {"size": "12 counties"}
    results: dict[str, Any] = {"machine": "", "figures": []}
    for figure in (first, other, first | {"amount": 1.5}):
        results = with_figure(results, figure, "here")
    assert [(figure["size"], figure["amount"]) for figure in results["figures"]] == [
        ("12 counties", 2.5),
        ("11 counties", 1.5),
    ]
    assert with_figure(results, first, "elsewhere")["figures"] == [first]


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_registered_benchmark_measures(name: str) -> None:
    assert callable(import_module(f"benchmarks.{name}").measure)


def test_a_name_that_is_no_benchmark_is_refused() -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["nothing"])
