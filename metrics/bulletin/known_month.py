"""One month as one release knows it: what is beneath a bulletin's paragraphs, tables and charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from metrics.bulletin.figures import (
    BulletinFigures,
    ChangedVerdict,
    Corrected,
    MaterialCame,
    MonthChanges,
    OpenSlip,
    ReleaseFacts,
    StageNow,
    SubmissionCame,
    TaskNow,
)
from metrics.contributions import Movement
from metrics.database import ReadSession
from metrics.errors import Conflict, Message
from metrics.ledger.checking.proofs import CHECKPOINT_FILE
from metrics.methods import PRESENT
from metrics.models import Submission
from metrics.models.turns import SUBMISSION_TURNS
from metrics.period_states import expected_submissions
from metrics.periods import JudgedMonth, add_months, format_period
from metrics.publish.release_files import is_synthetic, release_view
from metrics.queries.changes import changes_between
from metrics.queries.headline_commitments import headline_commitments
from metrics.queries.leaderboard import core_targets, leaderboard
from metrics.queries.materials import materials_of_month
from metrics.queries.movements import moved_rates
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.rates_by_unit import Wanted, known_periods, rates_by_unit
from metrics.queries.received_submissions import received_submissions
from metrics.queries.releases import Published, file_bytes
from metrics.queries.slips import slips
from metrics.queries.task_reports import task_standings
from metrics.queries.turned_statuses import ChangeKind, OneChange, TurnedWay
from metrics.queries.view import View, view_at
from metrics.results import Progress, Rate, Status
from metrics.submission_states import Action
from metrics.supervision.materials import MaterialStatus
from metrics.task_reports import TaskStatus
from metrics.timeliness import reception, timeliness
from metrics.verdicts.tallies import tally

_NOT_JUDGED = (Status.NO_DATA, Status.NOT_APPLICABLE)
_TOLD = (TaskStatus.OVERDUE, TaskStatus.BLOCKED)


def bulletin_figures(
    session: ReadSession, published: Published, period: date, *, since: int | None = None
) -> BulletinFigures:
    """What `published` knows of `period`. `since`: the entry on which the bulletin before stood, None without one.

    Raises Conflict `release_of_other_method` for a release that was made by another method of calculation than the
    present one, `bulletin_month_unknown` for a month of which it knows nothing.
    """
    view = require_month(session, published, period)
    month = JudgedMonth.of(period)
    judged = progress_by_unit(
        session, view, month=month, targets=[target.code for target in core_targets(view, on=month.on)]
    )
    found = headline_commitments(view, judged)
    counted = None if judged.table is None else tally(view.plan, [view.plan.root], judged.table, core=())
    current = [commitment.current for commitment in found]
    stages = () if counted is None else tuple(StageNow(v, *counted.meeting(v.target_code)) for v in current)
    there = tuple(unit.code for unit in view.plan.reporting_units if unit.exists_on(month.on))
    return BulletinFigures(
        plan=view.plan,
        period=period,
        on=month.on,
        release=_facts(session, published, view),
        units=there,
        commitments=found,
        stages=stages,
        verdicts=_verdicts(judged, {verdict.target_code for verdict in current}),
        rates=_root_rates(
            session,
            view,
            period,
            indicators={verdict.indicator_code for commitment in found for verdict in commitment.stages},
        ),
        moved=_moved(session, view, period, indicators={verdict.indicator_code for verdict in current}),
        ranks=leaderboard(session, view, month=month),
        tasks=_tasks(session, view, month),
        came=_came(session, view, period, now=published.recorded_at),
        corrected=_corrected(session, view, period, since=since),
        slips=_slips(session, view, now=published.recorded_at),
        materials=_materials(session, view, period, now=published.recorded_at),
        changes=_changes(session, view, month),
    )


def require_month(session: ReadSession, published: Published, period: date) -> View:
    """What `published` knows. Raises as :func:`bulletin_figures` does."""
    if published.method != PRESENT.number:
        raise Conflict(
            "release_of_other_method",
            Message(
                f"第 {published.number} 号发布按第 {published.method} 号计算方法作出,现行为第 {PRESENT.number} 号;"
                "请重新发布后再起草。",
                f"Release {published.number} was made by method {published.method}; method {PRESENT.number} is in "
                "force. Publish anew, then draft.",
            ),
        )
    view = release_view(view_at(session, as_of=published.stands_on, basis=published.basis), basis=published.basis)
    ends = known_periods(session, view)
    if ends is None or not ends[0] <= period <= ends[1]:
        raise Conflict(
            "bulletin_month_unknown",
            Message(
                f"{format_period(period)} 尚无可通报的数据。",
                f"Nothing is known of {format_period(period)} that a bulletin could say.",
            ),
        )
    return view


def _facts(session: ReadSession, published: Published, view: View) -> ReleaseFacts:
    note = b"".join(file_bytes(session, published.number, published.file(CHECKPOINT_FILE))).decode()
    return ReleaseFacts(
        number=published.number,
        basis=published.basis,
        stands_on=published.stands_on,
        known_at=view.recorded_at or published.recorded_at,
        recorded_at=published.recorded_at,
        checkpoint=note,
        synthetic=is_synthetic(session, published),
    )


def _verdicts(judged: JudgedProgress, targets: set[str]) -> dict[tuple[str, str], Progress]:
    return {(p.unit_code, p.target_code): p for p in judged.progress if p.target_code in targets}


def _root_rates(
    session: ReadSession, view: View, period: date, *, indicators: set[str]
) -> dict[tuple[str, date], Rate]:
    wanted = Wanted(
        units={view.plan.document.root_unit},
        indicators=indicators,
        period_from=add_months(period, -1),
        period_to=period,
    )
    return {(rate.indicator_code, rate.period): rate for rate in rates_by_unit(session, view, wanted=wanted)}


def _moved(session: ReadSession, view: View, period: date, *, indicators: set[str]) -> dict[str, Movement]:
    root, before = view.plan.root.code, add_months(period, -1)
    found = moved_rates(session, view, unit=root, indicators=indicators, period_from=before, period_to=period)
    return {rate.indicator.code: rate.moved for rate in found if rate.moved is not None}


def _tasks(session: ReadSession, view: View, month: JudgedMonth) -> tuple[TaskNow, ...]:
    plan = view.plan
    owed = [task for task in plan.tasks if plan.owing_units[task.number]]
    return tuple(
        TaskNow(
            task=standing.task,
            status=standing.status,
            silent=standing.silent,
            units=tuple((unit.unit, unit.judged.status) for unit in standing.units if unit.judged.status in _TOLD),
        )
        for standing in task_standings(session, view, tasks=owed, month=month)
    )


def _came(session: ReadSession, view: View, period: date, *, now: datetime) -> tuple[SubmissionCame, ...]:
    """Of every unit that owes a submission, in display order; what is missing is late until `now`."""
    rule = view.plan.due_rule
    received = {row.unit: row for row in received_submissions(session, view, periods=[period])}
    found = []
    for owed in expected_submissions(view.plan, period):
        row = received.get(owed.unit)
        if row is not None:
            late = reception(row.first_submitted_at, period=period, rule=rule).days_late
            found.append(SubmissionCame(owed.unit, received=True, days_late=late or None))
        elif owed.required:
            late = timeliness(now, period=period, rule=rule).days_late
            found.append(SubmissionCame(owed.unit, received=False, days_late=late or None))
    return tuple(found)


def _slips(session: ReadSession, view: View, *, now: datetime) -> tuple[OpenSlip, ...]:
    """Those that are open, in the order of issuing; days over the due day are counted to `now`."""
    today = now.astimezone(ZoneInfo(view.plan.document.timezone)).date()
    return tuple(
        OpenSlip(row.written, row.unit, row.title, max(0, (today - row.stands.due_on).days))
        for row in slips(session, view)
        if row.stands.is_open
    )


def _materials(session: ReadSession, view: View, period: date, *, now: datetime) -> tuple[MaterialCame, ...]:
    """Of everybody whose material for `period` is due by `now`."""
    return tuple(
        MaterialCame(one.body.name, one.material is not None, one.standing.days_late or None)
        for one in materials_of_month(session, view, period, now=now)
        if one.standing.status is not MaterialStatus.NOT_DUE
    )


def _changes(session: ReadSession, view: View, month: JudgedMonth) -> MonthChanges:
    """As the page and the dataset of changes have it for who is signed in; a bulletin is read by nobody else."""
    before = JudgedMonth.of(add_months(month.period, -1))
    found = changes_between(session, replace(view, public=False), before, month)
    statuses = found.of(ChangeKind.STATUS)
    zone = ZoneInfo(view.plan.document.timezone)
    ends = known_periods(session, view)
    return MonthChanges(
        before=before.period,
        known_before=ends is not None and ends[0] <= before.period,
        worse=_verdicts_changed(statuses, TurnedWay.WORSE),
        better=_verdicts_changed(statuses, TurnedWay.BETTER),
        newly=sum(_is_judged(one.now) and not _is_judged(one.was) for one in statuses),
        no_longer=sum(_is_judged(one.was) and not _is_judged(one.now) for one in statuses),
        flips=tuple(
            ChangedVerdict(
                one.unit,
                one.target,
                one.was,
                one.now,
                None if one.recorded_at is None else one.recorded_at.astimezone(zone).date(),
            )
            for one in found.of(ChangeKind.FLIP)
            if one.unit and one.target and one.was and one.now
        ),
        corrections=found.flips.corrections,
        came=tuple(one.unit for one in found.of(ChangeKind.SUBMISSION) if one.unit and one.before is None),
    )


def _verdicts_changed(statuses: Sequence[OneChange], way: TurnedWay) -> tuple[ChangedVerdict, ...]:
    return tuple(
        ChangedVerdict(one.unit, one.target, one.was, one.now)
        for one in statuses
        if one.turned is way and one.unit and one.target and one.was and one.now
    )


def _is_judged(verdict: Progress | None) -> bool:
    return verdict is not None and verdict.status not in _NOT_JUDGED


def _corrected(session: ReadSession, view: View, period: date, *, since: int | None) -> tuple[Corrected, ...]:
    """Revisions after `since` of `period` and the months before; without a bulletin before, of `period` alone."""
    turns = SUBMISSION_TURNS.c
    query = (
        select(Submission.unit_code, Submission.period, func.max(turns.revision))
        .join(SUBMISSION_TURNS, turns.submission_id == Submission.id)
        .where(turns.action == Action.SUBMIT, turns.revision > 1, turns.seq <= view.seq, turns.seq > (since or 0))
        .where(Submission.period <= period if since is not None else Submission.period == period)
        .group_by(Submission.unit_code, Submission.period)
    )
    order = {unit.code: place for place, unit in enumerate(view.plan.units)}
    rows = [Corrected(*row) for row in session.execute(query)]
    return tuple(sorted(rows, key=lambda row: (order.get(row.unit, len(order)), row.period)))
