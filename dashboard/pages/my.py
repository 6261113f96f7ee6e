"""The page at `/my`: a clerk's desk. What was sent back, the month that is due, and every month of their units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.form.state import due_title
from dashboard.grids.months import form_href, left_text, month_state, months_table, obstacles
from dashboard.locale import _, date_text, instant_text, month_text, ngettext
from dashboard.pages.desks_without_figures import desk_without_figures, not_a_clerks
from dashboard.pages.slip_links import waiting_slips
from dashboard.pages.task_choice import SILENT, UNCONFIRMED
from dashboard.pages.tasks import REPORTS
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import unit_name
from dashboard.words.notices import mark
from metrics.periods import JudgedMonth, add_months, due_on, last_day
from metrics.plan.model import Unit
from metrics.principal import Role
from metrics.queries.task_checks import checked
from metrics.queries.task_reports import TaskStanding, task_standings
from metrics.queries.unit_months import UnitMonth, UnitMonths, unit_months
from metrics.submission_states import State
from metrics.supervision.task_checks import CheckState, confirming_units, leading_units
from metrics.supervision.task_silence import SilenceStep, step_after
from metrics.supervision.twin_tasks import how_many
from metrics.task_reports import TaskState

Component = Any


def my_page(reading: Reading) -> Content:
    """The desk of the clerk who looks; to anybody else, whose it is."""
    principal, title = reading.principal, _("My months")
    if principal is None or principal.role is not Role.CLERK:
        return Content(title=title, body=not_a_clerks())
    now = datetime.now(UTC)
    units = unit_months(reading.session, reading.plan, principal=principal, now=now)
    if not units:
        return Content(title=title, body=desk_without_figures(reading, principal), desk=True)
    names = reading.names({row.sent.actor for unit in units for row in unit.months if row.sent is not None})
    first = _most_pressing(units)
    body = html.Div(
        [
            html.Div(html.H1(finding(units)), className="page-head"),
            waiting_slips(reading),
            *[_sent_back(reading, unit, row, names=names) for unit in units for row in unit.sent_back],
            *[
                _of_unit(reading, unit, names=names, now=now, main=unit is first, alone=len(units) == 1)
                for unit in units
            ],
        ],
        className="desk",
    )
    return Content(title=title, body=body, desk=True)


def finding(units: Sequence[UnitMonths]) -> str:
    """What is to be done first: corrections, then what is due."""
    sent_back = sum(len(unit.sent_back) for unit in units)
    if sent_back:
        return ngettext(
            "{n} submission was sent back and waits for your correction",
            "{n} submissions were sent back and wait for your correction",
            sent_back,
        )
    first = _most_pressing(units)
    if first is None or first.to_fill is None:
        return _("Every month has been sent")
    owed = sum(unit.to_fill is not None and unit.to_fill.expected for unit in units)
    return (
        ngettext("{n} submission to send", "{n} submissions to send", owed)
        if owed > 1
        else _due_title(first, first.to_fill)
    )


def _most_pressing(units: Sequence[UnitMonths]) -> UnitMonths | None:
    """The unit whose next month, owed before not owed, has waited longest; its button is the page's main one."""
    waiting = [(not row.expected, row.days_left, unit) for unit in units if (row := unit.to_fill) is not None]
    return min(waiting, key=lambda one: one[:2])[2] if waiting else None


def _due_title(unit: UnitMonths, row: UnitMonth) -> str:
    if not row.expected:
        return _("{unit}, {month}: may be sent", unit=unit_name(unit.unit), month=month_text(row.period))
    return due_title(unit.unit, row.period, days_late=row.days_late, days_left=row.days_left)


def _sent_back(reading: Reading, unit: UnitMonths, row: UnitMonth, *, names: Mapping[str, str]) -> Component:
    """A submission that was sent back: by whom, why, and the way to correct it."""
    assert row.sent is not None  # noqa: S101  it was sent back
    moment = instant_text(row.sent.recorded_at, timezone=reading.timezone)
    words = _("Correct") if row.lock is None else _("Look at it")
    what = {"unit": unit_name(unit.unit), "month": month_text(row.period)}
    return html.Section(
        [
            html.Div(
                [
                    html.H2([mark("submission-sent-back", _("Sent back")), html.Span(_("{unit}, {month}", **what))]),
                    html.P(row.sent.reason, className="given-reason", lang="zh-CN"),
                    html.P(
                        [
                            _("Sent back by {who}, {moment}", who=names[row.sent.actor], moment=moment),
                            *_draft(reading, row),
                            *obstacles(row, timezone=reading.timezone),
                        ],
                        className="note notices",
                    ),
                ]
            ),
            dcc.Link(words, href=form_href(row, reading.address), className="button"),
        ],
        className="desk-card desk-sent-back",
    )


def _of_unit(
    reading: Reading, unit: UnitMonths, *, names: Mapping[str, str], now: datetime, main: bool, alone: bool
) -> Component:
    """One unit: what to send next, its tasks, its months."""
    return html.Section(
        [
            None if alone else html.H2(unit_name(unit.unit)),
            _next(reading, unit, heading=html.H2 if alone else html.H3, main=main),
            _tasks_due(reading, unit.unit, now=now),
            *_tasks_led(reading, unit.unit, now=now),
            *_years(reading, unit, names=names),
        ],
        className="section desk-unit",
        **{"aria-label": unit_name(unit.unit)},
    )


def _next(reading: Reading, unit: UnitMonths, *, heading: Component, main: bool) -> Component:
    """The month to send next with the button to its form; where none is left, when the next one opens."""
    row = unit.to_fill
    if row is None:
        following = add_months(unit.months[0].period, 1)
        first, due = date_text(last_day(following)), date_text(due_on(following, rule=reading.plan.due_rule))
        said = _("Next: {month}, from {first} to {due}.", month=month_text(following), first=first, due=due)
        return html.P(said, className="desk-card")
    late = mark("submission-late", left_text(row)) if row.days_late else html.B(left_text(row))
    return html.Div(
        [
            html.Div(
                [
                    heading(month_text(row.period)),
                    html.P(
                        [
                            html.Span(mark(*month_state(row)), className=f"state-{month_state(row)[0]}"),
                            late,
                            html.Span(_("Due by the end of {date}.", date=date_text(row.due_on)), className="note"),
                            *_draft(reading, row),
                            *obstacles(row, timezone=reading.timezone),
                        ],
                        className="notices",
                    ),
                ]
            ),
            dcc.Link(
                [_("Fill in"), html.Span(" " + month_text(row.period), className="hidden-text")],
                href=form_href(row, reading.address),
                className="button button-main" if main else "button",
            ),
        ],
        className="desk-card desk-due",
    )


def _draft(reading: Reading, row: UnitMonth) -> list[Component]:
    if row.draft is None:
        return []
    saved = instant_text(row.draft.updated_at, timezone=reading.timezone)
    return [html.Span(_("Draft saved {time}", time=saved), className="note")]


def _years(reading: Reading, unit: UnitMonths, *, names: Mapping[str, str]) -> list[Component]:
    """The months, a table a year; years in which nothing is to be done are folded, but for the newest."""
    found = []
    for place, (year, rows) in enumerate(groupby(unit.months, key=lambda row: row.period.year)):
        months = tuple(rows)
        caption = _("{unit}, months of {year}", unit=unit_name(unit.unit), year=year)
        table = months_table(months, caption=caption, names=names, address=reading.address, timezone=reading.timezone)
        waits = any(row.state is State.SENT_BACK or row.draft is not None or row is unit.to_fill for row in months)
        heading = [html.B(str(year)), html.Span(_counts(months), className="note")]
        folded = html.Details([html.Summary(heading), table], open=place == 0 or waits, className="desk-year")
        found.append(folded)
    return found


def _counts(months: Sequence[UnitMonth]) -> str:
    """Verified 10 · Submitted 2, in the order in which they first come."""
    return " · ".join(f"{word} {n}" for word, n in Counter(month_state(row)[1] for row in months).items())


def _tasks_due(reading: Reading, unit: Unit, *, now: datetime) -> Component:
    """Tasks of the unit that are not done and have no report for the newest month that has ended; nothing if none."""
    month = JudgedMonth.of_day(now.astimezone(ZoneInfo(reading.timezone)).date())
    owed = [task for task in reading.plan.tasks if unit.code in reading.plan.owing_units[task.number]]
    standings = task_standings(reading.session, reading.view, tasks=owed, month=month, units=[unit.code])
    waiting = how_many(standing.task for standing in standings if _waits(standing, month.period))
    if not waiting:
        return None
    said = ngettext(
        "{n} task needs its report for {month}",
        "{n} tasks need their reports for {month}",
        waiting,
        month=month_text(month.period),
    )
    href = replace(reading.address, month=month.period, as_of=None, release=None).to(
        "/tasks", unit=unit.code, show=REPORTS
    )
    return html.P(dcc.Link(said, href=href), className="desk-tasks")


def _tasks_led(reading: Reading, unit: Unit, *, now: datetime) -> list[Component]:
    """Of the tasks that the unit leads: reports of others that wait to be confirmed, and others that say nothing."""
    month = JudgedMonth.of_day(now.astimezone(ZoneInfo(reading.timezone)).date())
    led = [task for task in reading.plan.tasks if unit.code in leading_units(reading.plan, task)]
    standings = task_standings(reading.session, reading.view, tasks=led, month=month)
    theirs = [
        one
        for standing in standings
        for one in standing.units
        if unit.code in confirming_units(reading.plan, standing.task, one.unit)
    ]
    states = checked(reading.session, reading.view, [one.newest for one in theirs if one.newest is not None])
    waiting = sum(each.state is CheckState.REPORTED for each in states.values())
    silent = sum(step_after(one.judged.months, led=True) not in (None, SilenceStep.UNIT) for one in theirs)
    address = replace(reading.address, month=month.period, as_of=None, release=None)
    said = [
        (
            waiting,
            UNCONFIRMED,
            ngettext(
                "{n} report waits for your unit to confirm it",
                "{n} reports wait for your unit to confirm them",
                waiting,
            ),
        ),
        (
            silent,
            SILENT,
            ngettext(
                "{n} report on tasks that your unit leads is missing for three months or more",
                "{n} reports on tasks that your unit leads are missing for three months or more",
                silent,
            ),
        ),
    ]
    return [
        html.P(dcc.Link(words, href=address.to("/tasks", state=state, show=REPORTS)), className="desk-tasks")
        for n, state, words in said
        if n
    ]


def _waits(standing: TaskStanding, month: date) -> bool:
    """True if the unit has not reported on the task for `month`, and has not said before that it is done."""
    return any(
        one.newest is None or (one.newest.period < month and one.newest.state is not TaskState.DONE)
        for one in standing.units
    )
