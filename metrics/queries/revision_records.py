"""The record of revisions of each reporting unit's indicators, from the corrections that are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import Submission
from metrics.models.turns import SUBMISSION_TURNS
from metrics.periods import Span, add_months, due_instant, period_numbered
from metrics.queries.corrected_rates import CorrectedRate, corrected_rates
from metrics.queries.rate_frame import rate_frame
from metrics.queries.rates_by_unit import known_periods
from metrics.queries.view import View
from metrics.queries.wanted_rows import is_one_of
from metrics.revisions import RevisedMonth, RevisionRecord
from metrics.submission_states import Action


def revision_records(
    session: ReadSession,
    view: View,
    *,
    units: Collection[str] = (),
    indicators: Collection[str] = (),
    period_from: date | None = None,
    period_to: date | None = None,
) -> list[RevisionRecord]:
    """Every indicator of every reporting unit with a value in the months asked for, in the order of display.

    No `units` or `indicators`: all. What was reported once and is not revised has a record without revised months.
    """
    plan = view.plan
    asked = [unit.code for unit in plan.reporting_units if not units or unit.code in units]
    codes = [indicator.code for indicator in plan.indicators if not indicators or indicator.code in indicators]
    months, there = _reported(session, view, units=asked, indicators=codes, begins=period_from, ends=period_to)
    if not there:
        return []
    first, last = period_numbered(min(there)), period_numbered(max(there))
    corrections = corrected_rates(session, view, units=asked, indicators=codes, first=first, last=last)
    sent = _first_sent(session, view, {one.unit_code for one in corrections})
    by_record: dict[tuple[str, str], list[RevisedMonth]] = {}
    ordered = sorted(corrections, key=lambda one: (one.unit_code, one.indicator_code, one.period, one.seq))
    for (unit, code, period), group in groupby(
        ordered, key=lambda one: (one.unit_code, one.indicator_code, one.period)
    ):
        month = _month(period, list(group), sent_at=sent[unit, period], until=due_instant(period, rule=plan.due_rule))
        by_record.setdefault((unit, code), []).append(month)
    return [
        RevisionRecord(unit, code, months[unit, code], tuple(by_record.get((unit, code), ())))
        for unit in asked
        for code in codes
        if months[unit, code]
    ]


def _reported(
    session: ReadSession,
    view: View,
    *,
    units: Collection[str],
    indicators: Collection[str],
    begins: date | None,
    ends: date | None,
) -> tuple[Counter[tuple[str, str]], set[int]]:
    """By unit and indicator in how many months it was reported, and the numbers of the months in which any was."""
    counts, there, plan, known = Counter[tuple[str, str]](), set[int](), view.plan, known_periods(session, view)
    if known is None:
        return counts, there
    first, last = max(known[0], begins or known[0]), min(known[1], ends or known[1])
    while first <= last:  # a year at a time: a country's months are many
        span = Span(first, min(last, add_months(first, 11)))
        frame = rate_frame(session, view, units=units, indicators=indicators, span=span)  # a row where it was reported
        pairs = zip(frame["unit"].tolist(), frame["indicator"].tolist(), strict=True)
        counts.update((plan.units[unit].code, plan.indicators[indicator].code) for unit, indicator in pairs)
        there.update(frame["month"].tolist())
        first = add_months(span.last, 1)
    return counts, there


def _month(period: date, corrections: list[CorrectedRate], *, sent_at: datetime, until: datetime) -> RevisedMonth:
    moments = tuple(one.recorded_at for one in corrections)
    return RevisedMonth(period, corrections[0].before, corrections[-1].after, sent_at, moments, until)


def _first_sent(session: ReadSession, view: View, units: Collection[str]) -> dict[tuple[str, date], datetime]:
    """When the first revision of each of these units' submissions was recorded."""
    turns = SUBMISSION_TURNS.c
    query = (
        select(Submission.unit_code, Submission.period, turns.recorded_at)
        .join(SUBMISSION_TURNS, turns.submission_id == Submission.id)
        .where(
            is_one_of(Submission.unit_code, units),
            turns.action == Action.SUBMIT,
            turns.revision == 1,
            turns.seq <= view.seq,
        )
    )
    return {(unit, period): moment for unit, period, moment in session.execute(query)}
