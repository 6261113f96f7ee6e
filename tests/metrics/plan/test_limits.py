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
from metrics.plan.rules.targets import target_problems as plan_problems
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


WINDOWED = [target for target in PLAN.targets if target.measured and target.due_on and target.verification_window]
AROUND_DUE = {"window_before_due", "window_without_due", "window_missing", "baseline_after_due"}


@pytest.mark.parametrize("target", WINDOWED, ids=lambda target: str(target.code))
def test_a_due_date_that_leaves_its_window_or_baseline_behind_is_refused_wherever_it_is_said(target: Target) -> None:
    """Postponed past the window, brought before the baseline, taken away; as a file says it and as it is sent."""
    due, window = target.due_on, target.verification_window
    assert due is not None
    assert window is not None
    baseline = Baseline(on=due - timedelta(days=30), value=Decimal(0))
    for changes in (
        {"due_on": window.end},
        {"due_on": window.end + timedelta(days=1)},
        {"due_on": window.end + timedelta(days=1), "verification_window": None},
        {"due_on": None},
        {"due_on": baseline.on, "baseline": baseline, "verification_window": None},
        {"due_on": due, "baseline": baseline},
    ):
        changed = target.model_copy(update=changes)
        others = tuple(changed if one is target else one for one in PLAN.targets)
        filed = {p.code for p in plan_problems(PLAN.model_copy(update={"targets": others}))} & AROUND_DUE
        sent = {problem.code for problem in target_problems(PLAN, changed, before=target)} & AROUND_DUE
        assert filed == sent, changes
        odd = changed.due_on is None or changed.due_on > window.end or changed.due_on <= baseline.on
        assert bool(sent) == (odd and (changed.verification_window is not None or changed.baseline is not None)), (
            changes
        )
        assert not {p.code for p in target_problems(PLAN, changed, before=changed)} & AROUND_DUE  # stays as it was
