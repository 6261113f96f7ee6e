"""What a plan's files may hold and what may be posted have the same limits, and both name them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest

from metrics.commands.target_problems import target_problems
from metrics.plan.limits import LARGEST, days_around
from metrics.plan.model import Baseline, Target
from tests.plan_folders import SEED, plan_in, problems_of, replace_in

PLAN = plan_in(SEED)
TARGET = next(target for target in PLAN.targets if target.code == "TG-05A")
FIRST, LAST = days_around(PLAN.document.issued_on)


def in_a_file(tmp_path: Path, due_on: str) -> list[str]:
    folder = copytree(SEED, tmp_path / "plan")
    replace_in(folder / "targets.yaml", "due_on: 2019-09-30", f"due_on: {due_on}", after="TG-05A")
    return [p.message.zh for p in problems_of(folder) if p.code == "date_implausible"]


def posted(target: Target, code: str) -> list[str]:
    return [problem.message.zh for problem in target_problems(PLAN, target) if problem.code == code]


def test_the_days_begin_thirty_years_before_the_issue_and_end_a_hundred_after_it() -> None:
    assert (date(1989, 1, 1), date(2119, 12, 31)) == (FIRST, LAST)


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), FIRST, LAST, LAST + timedelta(days=1)])
def test_a_date_is_within_the_limits_or_outside_for_both(tmp_path: Path, day: date) -> None:
    for found in (
        in_a_file(tmp_path, day.isoformat()),
        posted(TARGET.model_copy(update={"due_on": day}), "date_out_of_range"),
    ):
        assert bool(found) == (not FIRST <= day <= LAST)
        assert all(FIRST.isoformat() in message and LAST.isoformat() in message for message in found)


@pytest.mark.parametrize(
    ("figure", "within"),
    [
        (LARGEST, True),
        (-LARGEST, True),
        (LARGEST + Decimal("0.1"), False),
        (-LARGEST - 1, False),
        (Decimal("0.000001"), True),
        (Decimal("0.0000001"), False),
    ],
)
def test_a_figure_is_within_the_limits_or_outside_for_both(tmp_path: Path, figure: Decimal, within: bool) -> None:
    folder = copytree(SEED, tmp_path / "plan")
    replace_in(
        folder / "targets.yaml",
        "due_on: 2019-09-30",
        f"due_on: 2019-09-30\n    baseline: {{on: 2019-01-31, value: {figure:f}}}",
        after="TG-05A",
    )
    in_file = [p.message.zh for p in problems_of(folder) if p.code == "amount_absurd"]
    sent = posted(
        TARGET.model_copy(update={"baseline": Baseline(on=date(2019, 1, 31), value=figure)}), "figure_out_of_range"
    )
    assert (in_file == [], sent == []) == (within, within)
    assert all("1000000000" in message and "6 位小数" in message for message in in_file + sent)
