"""Ranks counted anew among counties and among zones, against the scores of all units and a slow count."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from metrics.database import WriteSession
from metrics.queries.leaderboard import leaderboard
from metrics.queries.view import view_at
from metrics.ranking import RankGroup, is_among
from tests.metrics.queries.test_views import post
from tests.reference import competition_ranks

UNITS = ("441200-SELF", "441202", "441203", "441204", "ZQ-YUEGUI", "ZQ-HITECH")


@pytest.fixture
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
