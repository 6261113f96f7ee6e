"""Ranks counted anew among counties and among zones, against the scores of all units and a slow count."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction

import pytest

from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.periods import JudgedMonth, parse_period, periods_between
from metrics.queries.leaderboard import leaderboard, leaderboards, score_tables, weighed_targets
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at
from metrics.ranking import RankGroup, is_among
from metrics.results import Basis
from metrics.verdicts.scores import ScoreTable
from tests.beginnings import beginning
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR
from tests.metrics.queries.test_views import post
from tests.reference import competition_ranks

UNITS = ("441200-SELF", "441202", "441203", "441204", "ZQ-YUEGUI", "ZQ-HITECH")


@beginning
def ranked(session: WriteSession) -> WriteSession:
    draw = random.Random(83)
    for month in ("2019-08", "2019-09"):
        for unit in UNITS:
            post(session, unit, month, items_online=draw.choice([700, 800, 900]), items_full_online=300)
    return session


@pytest.mark.parametrize("group", RankGroup)
def test_ranks_are_counted_among_the_units_of_the_group(ranked: WriteSession, group: RankGroup) -> None:
    view = view_at(ranked)
    together = {row.unit_code: row for row in leaderboard(ranked, view)}
    rows = leaderboard(ranked, view, group=group)
    assert {row.unit_code for row in rows} == {
        unit.code for unit in view.plan.reporting_units if is_among(view.plan, unit, group)
    }
    scores = [row.score for row in rows if row.score is not None]
    assert [row.rank for row in rows if row.score is not None] == competition_ranks(
        [Fraction(score) for score in scores]
    )
    for row in rows:
        assert (row.score, row.attainments) == (together[row.unit_code].score, together[row.unit_code].attainments)
        assert row.previous_rank is None or row.movement == row.previous_rank - (row.rank or 0)


def test_the_citys_departments_are_ranked_with_all_units_only(ranked: WriteSession) -> None:
    view = view_at(ranked)
    groups = [leaderboard(ranked, view, group=group) for group in RankGroup]
    assert {row.unit_code for row in leaderboard(ranked, view)} - {
        row.unit_code for rows in groups for row in rows
    } == {"441200-SELF"}


def month(text: str) -> date:
    period = parse_period(text)
    assert period is not None
    return period


@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("group", [None, RankGroup.COUNTY])
def test_the_leaderboards_of_a_span_are_those_of_its_months(
    ranked: WriteSession, group: RankGroup | None, basis: Basis
) -> None:
    """Months before and after all that was sent have none, and one that was left out in between is asked for too."""
    post(ranked, "441203", "2019-06", items_online=650)
    post(ranked, "441202", "2019-09", items_online=None)
    view = view_at(ranked, basis=basis)
    first, last = month("2019-04"), month("2019-11")
    single = [leaderboard(ranked, view, month=JudgedMonth.of(one), group=group) for one in periods_between(first, last)]
    assert list(leaderboards(ranked, view, first=first, last=last, group=group)) == [rows for rows in single if rows]
    assert any(rows for rows in single)
    assert not all(rows for rows in single)


@pytest.mark.parametrize("basis", Basis)
def test_what_is_scored_without_the_past_is_what_verdicts_say(ranked: WriteSession, basis: Basis) -> None:
    """Values, thresholds and what is missing, also by a unit's own target, and on a day after the month's last."""
    body = {"for_units": ["441202"], "threshold": "90", "citations": [CITATION], "effective_from": "2019-09-01"}
    revise_target(ranked, "TG-05A", principal=EVALUATOR, body=body | {"reason": "试点先行"})
    view = view_at(ranked, basis=basis)
    units = [unit.code for unit in view.plan.reporting_units]
    scored = 0
    for judged in (JudgedMonth.of(month("2019-09")), JudgedMonth(month("2019-09"), date(2019, 12, 1))):
        verdicts = progress_by_unit(
            ranked, view, month=judged, units=units, targets=view.plan.weights_by_target.keys()
        ).table
        found = score_tables(ranked, view, [judged], units=units)
        if not found:
            assert verdicts is None or not verdicts.judged.any()
            continue
        assert verdicts is not None
        (table,), slow = found.values(), ScoreTable(verdicts, weighed_targets(view, on=judged.on))
        assert table.scores() == slow.scores()
        assert table.unreported() == slow.unreported()
        assert {unit: dict(reached) for unit, reached in table.attainments.items()} == {
            unit: dict(reached) for unit, reached in slow.attainments.items()
        }
        scored += len(table.attainments["441202"])
    assert (scored > 0) == (basis is Basis.SUBMITTED)


def test_a_span_knows_what_was_known_then(ranked: WriteSession) -> None:
    first, last, seq = month("2019-08"), month("2019-09"), newest_seq(ranked)
    post(ranked, "441202", "2019-08", items_online=400)
    before = view_at(ranked, as_of=seq)
    then = list(leaderboards(ranked, before, first=first, last=last))
    assert then == [leaderboard(ranked, before, month=JudgedMonth.of(one)) for one in (first, last)]
    assert then != list(leaderboards(ranked, view_at(ranked), first=first, last=last))
