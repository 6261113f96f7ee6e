"""Rates that were corrected after they had been known: what they were before, since when and why, and what turned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import StoredFormulas, Submission, SubmissionEvent, UnitRates
from metrics.models.turns import SUBMISSION_TURNS
from metrics.periods import JudgedMonth
from metrics.plan.model import Plan
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import View, view_at
from metrics.queries.wanted_rows import is_one_of
from metrics.results import Basis, Progress, Status
from metrics.stored_rates import layout_of
from metrics.submission_states import Action, State


@dataclass(frozen=True, slots=True)
class CorrectedRate:
    """One rate of a reporting unit whose counts gave way to others. `seq`, `recorded_at`: since when it is known so.

    Of a unit that adds up others (see rolled_up_corrections) `of_unit` is the reporting unit whose counts they were.

    `before`, `after`: in the indicator's unit of measure, None for a denominator of 0.
    `until_seq`: the place in the ledger at which `before` gave way, to nothing perhaps before there was `after`.
    `reason`: the unit's own for the correction, empty where the reader is not told.
    """

    unit_code: str
    period: date
    indicator_code: str
    before: Fraction | None
    after: Fraction | None
    until_seq: int
    seq: int
    recorded_at: datetime
    reason: str
    of_unit: str = ""


@dataclass(frozen=True, slots=True)
class Turned:
    """What the verdict on a target in the corrected month was just before the correction, and just after it."""

    before: Status
    after: Status


def corrected_rates(
    session: ReadSession,
    view: View,
    *,
    units: Collection[str],
    indicators: Collection[str],
    first: date,
    last: date,
) -> tuple[CorrectedRate, ...]:
    """The corrections of `indicators` of reporting `units` for the months `first` to `last` known in `view`, by seq.

    On the basis `verified` what was verified gives way to what is verified after it. A revision that left the counts
    of an indicator as they were corrects nothing of it, and none that brings the first of them: a block of the form
    that was left out until then.
    """
    rows = _known(session, view, units=units, first=first, last=last)
    places = [stored for stored in layout_of(view.plan) if stored.indicator.code in indicators]
    found = []
    for (unit, period), group in groupby(rows, key=lambda row: (row.unit_code, row.period)):
        for before, after in pairwise(group):
            for stored in places:
                was, now = _amounts(before, stored.place), _amounts(after, stored.place)
                if None not in was and was != now and _shown(view, unit, period, stored.indicator.code):
                    values = [_value(counts, stored.indicator.scale) for counts in (was, now)]
                    found.append((unit, period, stored.indicator.code, *values, before.until_seq or after.seq, after))
    if not found:
        return ()
    return tuple(sorted(_told(session, view, found), key=lambda one: (one.seq, one.unit_code, one.indicator_code)))


def _known(session: ReadSession, view: View, *, units: Collection[str], first: date, last: date) -> Sequence[Any]:
    """Every state of the rates of submissions that were revised, ordered by unit, month and place in the ledger."""
    held = select(StoredFormulas.number).where(StoredFormulas.seq <= view.seq).order_by(StoredFormulas.seq.desc())
    turns = SUBMISSION_TURNS.c
    revised = (
        select(turns.submission_id)
        .join(Submission, Submission.id == turns.submission_id)
        .where(
            is_one_of(Submission.unit_code, units),
            Submission.period.between(first, last),
            turns.action == Action.SUBMIT,
            turns.revision > 1,
            turns.seq <= view.seq,
        )
    )
    query = (
        select(UnitRates)
        .where(
            is_one_of(UnitRates.unit_code, units),
            UnitRates.period.between(first, last),
            UnitRates.submission_id.in_(revised),
            UnitRates.seq <= view.seq,
            UnitRates.formulas == held.limit(1).scalar_subquery(),
        )
        .order_by(UnitRates.unit_code, UnitRates.period, UnitRates.seq)
    )
    if view.basis is Basis.VERIFIED:
        query = query.where(UnitRates.state == State.VERIFIED)
    return session.scalars(query).all()


def _amounts(row: UnitRates, place: int) -> tuple[int | None, int | None]:
    return row.numerators[place], row.denominators[place]


def _value(counts: tuple[int | None, int | None], scale: int) -> Fraction | None:
    above, below = counts
    return None if above is None or not below else Fraction(scale * above, below)


def _shown(view: View, unit: str, period: date, indicator: str) -> bool:
    return view.revealed is None or (unit, period, indicator) in view.revealed


def _told(session: ReadSession, view: View, found: Sequence[tuple[Any, ...]]) -> Iterator[CorrectedRate]:
    """The corrections with their moments and reasons."""
    ids = {row.submission_id for *_said, row in found}
    turns = SUBMISSION_TURNS.c
    moments = session.execute(
        select(turns.seq, turns.submission_id, turns.action, turns.recorded_at)
        .where(turns.submission_id.in_(ids), turns.seq <= view.seq)
        .order_by(turns.seq)
    ).all()
    reasons = {} if view.public else _reasons(session, ids)
    for unit, period, indicator, before, after, until_seq, row in found:
        recorded_at = next(moment.recorded_at for moment in moments if moment.seq == row.seq)
        sent = [m.seq for m in moments if (m.submission_id, m.action) == (row.submission_id, Action.SUBMIT)]
        revision = max(seq for seq in sent if seq <= row.seq)
        reason = reasons.get(revision, "") if view.tells_why(unit) else ""
        yield CorrectedRate(unit, period, indicator, before, after, until_seq, row.seq, recorded_at, reason)


def _reasons(session: ReadSession, submissions: Collection[int]) -> Mapping[int, str]:
    """Why each revision was sent, by its place in the ledger; those that the reader may see."""
    events = session.execute(
        select(SubmissionEvent.seq, SubmissionEvent.reason).where(
            SubmissionEvent.submission_id.in_(submissions), SubmissionEvent.action == Action.SUBMIT
        )
    )
    return {event.seq: event.reason for event in events}


def turned_by(
    session: ReadSession, view: View, correction: CorrectedRate, *, targets: Collection[str]
) -> Mapping[str, Turned]:
    """The verdicts on `targets` in the corrected month that the correction turned, of its unit, by target."""
    turned = verdicts_turned(session, view, [correction], units=[correction.unit_code], targets=targets)
    return {target: Turned(before.status, after.status) for (_unit, target), (before, after) in turned.items()}


def verdicts_turned(
    session: ReadSession,
    view: View,
    corrections: Sequence[CorrectedRate],
    *,
    units: Collection[str],
    targets: Collection[str],
) -> dict[tuple[str, str], tuple[Progress, Progress]]:
    """The verdicts that a correction turned, before and after, by unit and target: the one place that decides it.

    `corrections` are the rates of one submission that gave way together. The verdicts are those of the two places in
    the ledger where the earlier rates were known last and the later ones first, by what was known and in force then.
    Where `units` name one that adds up others, what others recorded in between has turned it as well: on the basis
    `submitted` there is nothing in between.
    """
    indicators = {one.indicator_code for one in corrections}
    codes = [code for code in targets if measured_by(view.plan, [code]) & indicators]
    if not codes:
        return {}
    before, after = (
        _verdicts(session, view, corrections[0].period, seq=seq, units=units, targets=codes)
        for seq in (min(one.until_seq for one in corrections) - 1, corrections[0].seq)
    )
    return {
        key: (before[key], after[key]) for key in after if key in before and before[key].status is not after[key].status
    }


def measured_by(plan: Plan, targets: Iterable[str]) -> set[str]:
    """The codes of the indicators that any known revision of `targets` measures."""
    revisions = (revision for code in targets for revision in plan.target_revisions.get(code, ()))
    return {revision.indicator for revision in revisions if revision.indicator is not None}


def _verdicts(
    session: ReadSession, view: View, period: date, *, seq: int, units: Collection[str], targets: Collection[str]
) -> dict[tuple[str, str], Progress]:
    then = view_at(session, as_of=seq, basis=view.basis)
    seen = replace(then, public=view.public, revealed=view.revealed, own=view.own)
    judged = progress_by_unit(session, seen, month=JudgedMonth.of(period), units=units, targets=targets)
    return {(verdict.unit_code, verdict.target_code): verdict for verdict in judged.progress}
