"""What changed between two moments of knowing, or from one month to another.

The two are different things. Between two *moments* the same month is judged twice, by what was known at each: what
came, was corrected, verified or revised meanwhile turns a status. Between two *months*, both as known now, the world
moved on. Both are two tables of verdicts, compared by columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from metrics.database import ReadSession
from metrics.errors import BadRequest, Message, NotFound, Problem
from metrics.periods import JudgedMonth, format_period
from metrics.plan.model import Plan, Target
from metrics.plan.target_changes import field_changes, replaced_by
from metrics.queries.flips import NO_FLIPS, Flips, flips_of_corrections
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.rates_by_unit import known_periods
from metrics.queries.recorded_changes import (
    RevisedTarget,
    Turn,
    corrected_figures,
    revised_targets,
    states_before,
    turns_between,
)
from metrics.queries.turned_statuses import (
    ChangeKind,
    EntriesBetween,
    OneChange,
    changed_lights,
    turned_statuses,
)
from metrics.queries.view import View, view_at
from metrics.rounding import exact_decimal
from metrics.submission_states import STATE_AFTER


@dataclass(frozen=True, slots=True)
class HeldAgainst:
    """What is held against what: the month judged, and another month or the place in the ledger since which.

    `flips`: what corrections turned, and of how many it is known.
    """

    month: JudgedMonth | None
    earlier: JudgedMonth | None
    since: int | None
    changes: tuple[OneChange, ...]
    flips: Flips = NO_FLIPS

    def of(self, kind: ChangeKind) -> tuple[OneChange, ...]:
        return tuple(change for change in self.changes if change.kind is kind)


def view_since(session: ReadSession, view: View, since: datetime | int) -> View:
    """What the reader of `view` could know at `since`. Raises BadRequest if that is after it, or before anything."""
    try:
        before = view_at(session, as_of=since, basis=view.basis)
    except NotFound as missing:
        raise _refused("since_before_everything", missing.message, since) from None
    if before.seq > view.seq:
        message = Message("起点 since 晚于截至时点 as_of。", "`since` is later than what is known as of.")
        raise _refused("since_after_as_of", message, since)
    return replace(before, public=view.public, own=view.own, revealed=view.revealed)


def _refused(code: str, message: Message, since: datetime | int) -> BadRequest:
    return BadRequest(code, message, [Problem(code, message, "?since", given=str(since))])


def changes_since(
    session: ReadSession,
    view: View,
    before: View,
    month: JudgedMonth | None,
    *,
    earlier: JudgedMonth | None = None,
    most_flips: int | None = None,
) -> HeldAgainst:
    """What changed from what was known in `before` to what is in `view`.

    `month` is judged both times, and of a month of which nothing was known then nothing was judged. With `earlier` that
    is judged as known in `before`: what stood then is held against what stands now. `most_flips`: as `most` of
    :func:`flips_of_corrections`.
    """
    earlier, flips = earlier or month, NO_FLIPS
    turns = turns_between(session, view, since=before.seq)
    revised = revised_targets(session, view, since=before.seq)
    found: list[OneChange] = []
    if month is not None:
        was = _known_then(session, before, earlier)
        now = progress_by_unit(session, view, month=month)
        flips = flips_of_corrections(session, view, month, since=before.seq, most=most_flips)
        entries = EntriesBetween(view.plan, turns, revised, month.period, flips.changes)
        found += entries.explained(turned_statuses(was, now, month.period), month_apart=earlier != month)
        found += (*changed_lights(was, now, month.period), *flips.changes)
    found += _corrections(session, view, since=before.seq)
    found += _submissions(session, view, turns, since=before.seq)
    found += _revisions(view.plan, revised, before.plan, on=None if month is None else month.on)
    return HeldAgainst(month, earlier, before.seq, _in_order(view.plan, found), flips)


def _known_then(session: ReadSession, before: View, month: JudgedMonth | None) -> JudgedProgress:
    """The verdicts on `month` in `before`; none where no submission for it was known."""
    ends = known_periods(session, before)
    if month is None or ends is None or not ends[0] <= month.period <= ends[1]:
        return JudgedProgress(on=None, period=None)
    return progress_by_unit(session, before, month=month)


def changes_between(
    session: ReadSession, view: View, earlier: JudgedMonth, month: JudgedMonth, *, most_flips: int | None = None
) -> HeldAgainst:
    """What is otherwise in `month` than in the month `earlier`, both as known in `view`; and what came of `month`.

    `most_flips`: as `most` of :func:`flips_of_corrections`. Raises BadRequest `parameter_conflict` where the earlier is
    not before the other.
    """
    if earlier.period >= month.period:
        given, later = format_period(earlier.period), format_period(month.period)
        message = Message(
            f"对照的月份 {given} 须早于所看的月份 {later}。",
            f"The month held against, {given}, has to lie before {later}.",
        )
        raise BadRequest(
            "parameter_conflict", message, [Problem("parameter_conflict", message, "?period_from", given=given)]
        )
    was = progress_by_unit(session, view, month=earlier)
    now = progress_by_unit(session, view, month=month)
    turns = turns_between(session, view, since=0, period=month.period)
    recorded = {(one.code, one.revision): one for one in revised_targets(session, view)}
    effective = [
        recorded[target.code, target.revision]
        for revisions in view.plan.target_revisions.values()
        for target in revisions
        if target.effective_from is not None and earlier.on < target.effective_from <= month.on
        if (target.code, target.revision) in recorded
    ]
    flips = flips_of_corrections(session, view, month, most=most_flips)
    entries = EntriesBetween(view.plan, turns, effective, month.period, flips.changes)
    found = entries.explained(turned_statuses(was, now, month.period), month_apart=True)
    found += (*changed_lights(was, now, month.period), *flips.changes)
    found += _corrections(session, view, since=None, periods=(earlier.period, month.period))
    found += _submissions(session, view, turns, since=0)
    found += _came_into_force(view.plan, effective)
    return HeldAgainst(month, earlier, None, _in_order(view.plan, found), flips)


def _corrections(
    session: ReadSession, view: View, *, since: int | None, periods: Sequence[date] = ()
) -> Iterator[OneChange]:
    for one in corrected_figures(session, view, since=since, periods=periods):
        yield OneChange(
            kind=ChangeKind.FIGURE,
            unit=one.unit,
            target=None,
            period=one.period,
            before=format(one.before, "f"),
            after=format(one.after, "f"),
            seq=one.seq,
            recorded_at=one.recorded_at,
            reason=one.reason,
            element=one.element,
        )


def _submissions(session: ReadSession, view: View, turns: Sequence[Turn], *, since: int) -> Iterator[OneChange]:
    """Submissions whose state is another one; to a unit's people those of their units, to strangers none."""
    newest = {turn.submission_id: turn for turn in turns if view.tells_why(turn.unit)}
    before = states_before(session, since=since, submissions=newest.keys())
    for number, turn in newest.items():
        old, new = before.get(number), STATE_AFTER[turn.action]
        if old != new:
            yield OneChange(
                kind=ChangeKind.SUBMISSION,
                unit=turn.unit,
                target=None,
                period=turn.period,
                before=None if old is None else old.value,
                after=new.value,
                seq=turn.seq,
                recorded_at=turn.recorded_at,
                reason=turn.reason,
            )


def _revisions(plan: Plan, revised: Iterable[RevisedTarget], before: Plan, *, on: date | None) -> Iterator[OneChange]:
    """Revised targets, for all or for each unit that they name, with what held before them or was to hold."""
    for one in revised:
        target = plan.target_revision(one.code, one.revision)
        for unit in target.for_units or (None,):
            old = _in_its_place(plan, target, unit) or _held_before(before, target, unit=unit, on=on)
            yield _revision(plan, one, unit=unit, old=old)


def _came_into_force(plan: Plan, effective: Iterable[RevisedTarget]) -> Iterator[OneChange]:
    """Targets that judge by another revision than the day before, for all or for each unit that they name.

    What never came into force is left out, and so is what took its place and left all as it was.
    """
    for one in effective:
        target = plan.target_revision(one.code, one.revision)
        for unit in target.for_units or (None,):
            if replaced_by(plan, target, unit) is None:
                told = _revision(plan, one, unit=unit, old=_held_before(plan, target, unit=unit, on=None))
                if told.fields or _in_its_place(plan, target, unit) is None:
                    yield told


def _revision(plan: Plan, one: RevisedTarget, *, unit: str | None, old: Target | None) -> OneChange:
    """A revised target for `unit`, None: for all; `old`: what it is held against."""
    target = plan.target_revision(one.code, one.revision)
    new = plan.target_in_force(one.code, target.effective_from or date.max, unit=unit) if target.ends_own else target
    return OneChange(
        kind=ChangeKind.TARGET,
        unit=unit,
        target=one.code,
        period=None,
        before=None if old is None else rule_of(old),
        after=None if new is None else rule_of(new),
        seq=one.seq,
        recorded_at=one.recorded_at,
        reason=target.reason,
        fields=field_changes(old, new),
    )


def _in_its_place(plan: Plan, target: Target, unit: str | None) -> Target | None:
    """The newest revision for `unit` that never comes into force because `target` took its place."""
    known = reversed(plan.target_revisions[target.code])
    of_unit = (one for one in known if (unit in one.for_units if unit else not one.for_units))
    return next((one for one in of_unit if replaced_by(plan, one, unit) == target), None)


def _held_before(plan: Plan, target: Target, *, unit: str | None, on: date | None) -> Target | None:
    if target.code not in plan.general_targets:
        return None
    if target.effective_from is not None:
        return plan.target_in_force(target.code, target.effective_from - timedelta(days=1), unit=unit)
    return plan.target_in_force(target.code, on or date.max, unit=unit)


def rule_of(target: Target) -> str:
    """What a target demands and until when, as data: `>= 70 2019-09-30`."""
    threshold = "" if target.exact_threshold is None else exact_decimal(target.exact_threshold)
    due = "" if target.due_on is None else target.due_on.isoformat()
    return " ".join(part for part in (target.comparator or "", threshold, due) if part)


def _in_order(plan: Plan, changes: Iterable[OneChange]) -> tuple[OneChange, ...]:
    """Kinds as they are declared; in each units and targets in display order, then months, counts and entries."""
    kinds = {kind: place for place, kind in enumerate(ChangeKind)}
    units = {unit.code: place for place, unit in enumerate(plan.units)}
    targets = {code: place for place, code in enumerate(plan.target_revisions)}

    def place(change: OneChange) -> tuple[int, int, int, date, str, int]:
        unit = -1 if change.unit is None else units.get(change.unit, len(units))
        target = -1 if change.target is None else targets.get(change.target, len(targets))
        return (kinds[change.kind], unit, target, change.period or date.min, change.element or "", change.seq or 0)

    return tuple(sorted(changes, key=place))


def in_units(changes: Iterable[OneChange], units: Sequence[str], targets: Sequence[str]) -> Iterator[OneChange]:
    """Those about these units and targets, empty: all; what is for all units is about each."""
    for change in changes:
        if (not units or change.unit is None or change.unit in units) and (not targets or change.target in targets):
            yield change
