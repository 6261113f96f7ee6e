"""Score sheets of the performance assessment (绩效考核): what is known of units for a month, and what it comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import Submission
from metrics.models.turns import SUBMISSION_TURNS
from metrics.period_states import expected_submissions
from metrics.periods import JudgedMonth, due_instant, last_day, period_of, periods_between
from metrics.queries.inquiry_scores import InquiryRow, inquiry_scores
from metrics.queries.leaderboard import score_tables, weighed_targets
from metrics.queries.materials import material_acts, owing_in
from metrics.queries.rates_by_unit import known_periods, of_all_sent
from metrics.queries.score_rules import score_rule
from metrics.queries.slips import day_of_view, slips
from metrics.queries.view import View
from metrics.ranking import ranks
from metrics.submission_states import Action
from metrics.supervision.materials import materials_of
from metrics.supervision.scores import (
    CoreTarget,
    Delivery,
    InquiryResult,
    JudgedSlip,
    ScoreFacts,
    ScoreRule,
    ScoreSheet,
    score_sheet,
    slip_outcome,
)
from metrics.timeliness import reception


@dataclass(frozen=True, slots=True)
class ScoreSpan:
    """What a month's score looks at: the calendar year up to the month, as the plan's yearly assessment has it."""

    period: date

    @property
    def since(self) -> date:
        """The first month."""
        return self.period.replace(month=1, day=1)

    @property
    def until(self) -> date:
        """The last day."""
        return last_day(self.period)

    def has(self, day: date) -> bool:
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class RankedSheet:
    """A sheet and its rank; None without a score, and for a unit's own people, who know nothing of the others."""

    sheet: ScoreSheet
    rank: int | None


@dataclass(frozen=True, slots=True)
class ScoreSheets:
    """The sheets of a month by a rule, best first, those without a score last, each in display order."""

    span: ScoreSpan
    rule: ScoreRule
    rows: tuple[RankedSheet, ...]

    def of(self, unit: str) -> RankedSheet | None:
        return next((row for row in self.rows if row.sheet.unit == unit), None)


@dataclass(frozen=True, slots=True)
class ScoreMove:
    """A unit before and after another rule."""

    before: RankedSheet
    after: RankedSheet

    @property
    def changes(self) -> bool:
        return (self.before.sheet.score, self.before.rank) != (self.after.sheet.score, self.after.rank)


def score_sheets(session: ReadSession, view: View, period: date) -> ScoreSheets:
    """The sheets of every reporting unit that exists at the end of the month, by the rule in force for it.

    A unit's own people get those of their units, without ranks; whoever is not signed in gets none.
    """
    return ranked_sheets(score_facts(session, view, period), score_rule(session, view, period), view, period)


def score_moves(session: ReadSession, view: View, period: date, rule: ScoreRule) -> tuple[ScoreMove, ...]:
    """Every unit by the rule in force for the month and by another one, in the order of the latter."""
    facts = score_facts(session, view, period)
    before = ranked_sheets(facts, score_rule(session, view, period), view, period)
    by_unit = {row.sheet.unit: row for row in before.rows}
    return tuple(ScoreMove(by_unit[row.sheet.unit], row) for row in ranked_sheets(facts, rule, view, period).rows)


def ranked_sheets(facts: tuple[ScoreFacts, ...], rule: ScoreRule, view: View, period: date) -> ScoreSheets:
    """The sheets that facts in display order come to by the rule."""
    sheets = [score_sheet(one, rule) for one in facts]
    places = ranks({sheet.unit: sheet.score for sheet in sheets})
    ordered = sorted(sheets, key=lambda sheet: (places[sheet.unit] is None, places[sheet.unit] or 0))
    told = view.own is None
    rows = tuple(RankedSheet(sheet, places[sheet.unit] if told else None) for sheet in ordered)
    return ScoreSheets(ScoreSpan(period), rule, rows)


def score_facts(session: ReadSession, view: View, period: date) -> tuple[ScoreFacts, ...]:
    """What scores of the month rest on, a row a unit in display order; those of :func:`score_sheets`."""
    if view.public:
        return ()
    span = ScoreSpan(period)
    units = [
        unit.code
        for unit in view.plan.reporting_units
        if unit.exists_on(span.until) and (view.own is None or unit.code in view.own)
    ]
    if not units:  # a department's people
        return ()
    targets, unreported = _attained(session, view, span, units)
    owed = _deliveries(session, view, span, units)
    judged = _slips(session, view, span, units)
    inquiries = _inquiries(session, view, span)
    return tuple(
        ScoreFacts(
            unit,
            targets=targets.get(unit, ()),
            unreported=unreported.get(unit, ()),
            owed=owed.get(unit, ()),
            slips=judged.get(unit, ()),
            inquiries=inquiries.get(unit, ()),
        )
        for unit in units
    )


_Targets = dict[str, tuple[CoreTarget, ...]]


def _attained(
    session: ReadSession, view: View, span: ScoreSpan, units: Collection[str]
) -> tuple[_Targets, Mapping[str, tuple[str, ...]]]:
    """What units have reached of the core targets, as on the leaderboard, and the targets that they have not reported.

    Where nothing of the month counts, everybody has reported none of them.
    """
    weights = weighed_targets(view, on=span.until)
    table = score_tables(session, view, [JudgedMonth.of(span.period)], units=units).get(span.period)
    if table is None:
        return {}, dict.fromkeys(units, tuple(weights))
    found = {
        unit: tuple(CoreTarget(code, reached[code], weights[code]) for code in weights if code in reached)
        for unit, reached in table.attainments.items()
    }
    return found, table.unreported()


def _deliveries(
    session: ReadSession, view: View, span: ScoreSpan, units: Collection[str]
) -> dict[str, tuple[Delivery, ...]]:
    """The months' submissions and material that units owed in the span: what came, and what is late by now."""
    now = datetime.now(UTC) if view.is_now or view.recorded_at is None else view.recorded_at
    found: dict[str, list[Delivery]] = defaultdict(list)
    wanted = frozenset(units)
    sent, material = _sent(session, view, span), _material(session, view, span)
    ends = known_periods(session, of_all_sent(view))
    begun = view.plan.document.first_period or (ends[0] if ends is not None else None)
    owed = owing_in(view.plan, list(periods_between(span.since, span.period)))
    for period, bodies in owed.items():
        if begun is not None and period >= begun:
            required = [one.unit for one in expected_submissions(view.plan, period) if one.required]
            _judge(found, "submission", period, [unit for unit in required if unit in wanted], sent, view=view, now=now)
        owes = [body.code for body in bodies if body.code in wanted]
        _judge(found, "material", period, owes, material, view=view, now=now)
    return {unit: tuple(deliveries) for unit, deliveries in found.items()}


_Received = Mapping[tuple[str, date], datetime | None]


def _judge(
    found: dict[str, list[Delivery]],
    what: str,
    period: date,
    units: Collection[str],
    received: _Received,
    *,
    view: View,
    now: datetime,
) -> None:
    rule = view.plan.due_rule
    late = due_instant(period, rule=rule) <= now
    for unit in units:
        if (unit, period) in received:
            came = reception(received[unit, period], period=period, rule=rule)
            found[unit].append(Delivery(what, period, came.on_time))
        elif late:
            found[unit].append(Delivery(what, period, False))


def _sent(session: ReadSession, view: View, span: ScoreSpan) -> _Received:
    """When each submission of the span first came; None where loaded history does not say."""
    turns = SUBMISSION_TURNS.c
    query = (
        select(Submission.unit_code, Submission.period, Submission.first_received_at)
        .join(SUBMISSION_TURNS, turns.submission_id == Submission.id)
        .where(turns.action == Action.SUBMIT, turns.seq <= view.seq)
        .where(Submission.period >= span.since, Submission.period <= span.period)
        .distinct()
    )
    rows: Any = session.execute(query)
    return {(unit, period): received for unit, period, received in rows}


def _material(session: ReadSession, view: View, span: ScoreSpan) -> _Received:
    acts = material_acts(session, seq=view.seq, period_from=span.since, period_to=span.period)
    return {key: material.first_sent_at for key, material in materials_of(acts).items()}


def _slips(
    session: ReadSession, view: View, span: ScoreSpan, units: Collection[str]
) -> dict[str, tuple[JudgedSlip, ...]]:
    """The slips addressed to units whose day in force lies in the span, as far as they can be judged."""
    on, found = day_of_view(view), defaultdict[str, list[JudgedSlip]](list)
    wanted = frozenset(units)
    for row in slips(session, view):
        outcome = slip_outcome(row.stands, on=on)
        if row.unit in wanted and span.has(row.stands.due_on) and outcome is not None:
            found[row.unit].append(JudgedSlip(row.number, outcome))
    return {unit: tuple(judged) for unit, judged in found.items()}


def _inquiries(session: ReadSession, view: View, span: ScoreSpan) -> dict[str, tuple[InquiryResult, ...]]:
    """Of each unit the scores of the newest round that it was measured in within the span."""
    by_round: dict[str, dict[tuple[int, str], list[InquiryRow]]] = defaultdict(lambda: defaultdict(list))
    for row in inquiry_scores(session, view):
        if span.has(row.measured_on):
            by_round[row.unit][row.task, row.round].append(row)
    found = {}
    for unit, rounds in by_round.items():
        newest = max(rounds, key=lambda key: (max(row.measured_on for row in rounds[key]), key[1], key[0]))
        found[unit] = tuple(
            InquiryResult(row.task, row.round, row.form, row.score, row.full_marks, row.seq) for row in rounds[newest]
        )
    return found


def period_scored(view: View, judged: JudgedMonth | None) -> date:
    """The month whose scores are shown where none is asked for: the one judged, else that of the view's day."""
    return period_of(day_of_view(view)) if judged is None else judged.period
