"""Who has reported for a month: received, complete, in time, locked, excepted; and locking and excepting."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.acts.forms import asking_form, folded, press, reason_field, slots
from dashboard.grids.level_months import level_months
from dashboard.grids.period_table import period_table
from dashboard.levels import breadcrumbs, flat_way, pages
from dashboard.locale import _, date_text, instant_text, month_text, ngettext
from dashboard.pages.review_months import month_links, period_reviewed
from dashboard.pages.slip_links import late_units
from dashboard.parts import section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, unit_name
from dashboard.words.notices import mark
from metrics.period_states import PeriodAction, end_text
from metrics.periods import format_period
from metrics.plan.level import MOST_SHOWN
from metrics.plan.model import Plan
from metrics.principal import Principal, Scope
from metrics.queries.period_standing import PeriodStanding, UnitStanding, period_standing
from metrics.queries.period_status import UnitStatus, period_status
from metrics.queries.periods import PeriodEventRow, period_history
from metrics.rounding import Line, shown

Component = Any

_WHOLE = (Line(at=Fraction(100), met_above=True),)


def period_page(reading: Reading) -> Content:
    """The page at `/periods`."""
    principal = reading.principal
    assert principal is not None  # noqa: S101  the route is for people who signed in
    standing = standing_of(reading, period_reviewed(reading))
    title = period_finding(standing)
    links = month_links(reading, standing.period)
    if principal.may_look_at_review:
        links.append(dcc.Link(_("Review the submissions"), href=reading.address.to("/review")))
    acts = reading.address.present and principal.may(Scope.MANAGE_PERIODS)
    listed = reading.paged(_longest_owing_first(standing.units) if is_long(standing) else standing.units)
    shown_units = [row.unit for row in listed.shown]
    status = units_status(reading, principal, standing.period, units=shown_units)
    table = period_table(
        reading.plan,
        [status[unit] for unit in shown_units],
        address=reading.address,
        reviews=principal.may_look_at_review,
        caption=_("Who has reported"),
    )
    body = html.Div(
        [
            month_head(reading, standing, title, links),
            period_strip(reading, standing),
            level_months(reading, standing),
            late_units(reading, standing),
            section(_("Who has reported"), table, pages(reading.address, listed), aside=flat_way(reading, "months")),
            html.Div(
                [
                    *([period_acts(reading.plan, standing)] if acts else []),
                    _history(reading, principal, standing.period),
                ],
                className="period-lower",
            ),
        ],
        className="review",
    )
    return Content(title=title, body=body)


def standing_of(reading: Reading, period: date) -> PeriodStanding:
    """Where the reporting units below the level's top stand as known in the reading, judged at its moment.

    At the root it has also those units that the plan has no more.
    """
    units = units_below(reading)
    return period_standing(reading.session, reading.view, period, now=_judged_at(reading), units=units)


def units_below(reading: Reading) -> set[str] | None:
    """The codes of the reporting units below the level's top; None at the root, whatever the plan has."""
    below = reading.plan.reporting_units_under(reading.level.under.code)
    return {unit.code for unit in below} if reading.level.above else None


def units_status(
    reading: Reading, principal: Principal, period: date, *, units: Collection[str] | None
) -> dict[str, UnitStatus]:
    """By unit everything that is shown of these `units` (None: all), as known in the reading, judged at its moment."""
    if units is not None and not units:
        return {}
    found = period_status(
        reading.session, reading.view, period, principal=principal, now=_judged_at(reading), units=units
    )
    return {row.unit: row for row in found.units}


def _judged_at(reading: Reading) -> datetime:
    moment = None if reading.address.present else reading.view.recorded_at
    return moment or datetime.now(UTC)


def is_long(standing: PeriodStanding) -> bool:
    """True if the units do not fit on one page: then those come first that have been waited for longest."""
    return len(standing.units) > MOST_SHOWN


def _longest_owing_first(rows: Sequence[UnitStanding]) -> list[UnitStanding]:
    """Overdue ones, then the others that are owed, then what came, the latest first."""
    return sorted(rows, key=lambda row: (row.received, not row.expected, -(row.days_late or 0)))


def period_finding(standing: PeriodStanding) -> str:
    """How many of the submissions that are owed have come, and how many are late."""
    text = _(
        "{month}: {came} of {expected} submissions received",
        month=month_text(standing.period),
        came=standing.received,
        expected=standing.expected,
    )
    late = standing.overdue
    return text + (ngettext(", {n} overdue", ", {n} overdue", late) if late else "")


def month_head(reading: Reading, standing: PeriodStanding, title: str, links: Sequence[Component]) -> Component:
    """The finding, the level, the ways to other months, and the day by which submissions are due."""
    due = html.P(_("Due by {date}", date=date_text(standing.due_on)), className="note page-date")
    told = [html.H1(title), breadcrumbs(reading), html.P(links, className="months note")]
    return html.Div([html.Div(told), due], className="page-head")


def period_strip(reading: Reading, standing: PeriodStanding) -> Component:
    """Completeness and timeliness as figures, and whether the month is locked."""
    facts = [
        (_("Completeness"), _percent(standing.completeness)),
        (_("In time"), _percent(standing.on_time_rate)),
        (_("Blocks of the form"), _percent(standing.block_completeness)),
    ]
    items = [html.Div([html.Dt(word), html.Dd(value)]) for word, value in facts]
    if standing.lock is None:
        state: Component = _("open")
    else:
        since = instant_text(standing.lock.since, timezone=reading.timezone)
        state = mark(
            "submission-locked",
            _("locked since {moment} by {who}", moment=since, who=reading.names([standing.lock.by])[standing.lock.by]),
            title=standing.lock.reason,
        )
    items.append(html.Div([html.Dt(_("Month")), html.Dd(state)]))
    return html.Dl(items, className="period-strip")


def _percent(share: Fraction | None) -> str:
    return NOTHING if share is None else f"{shown(share * 100, lines=_WHOLE)} %"


def _history(reading: Reading, principal: Principal, period: date) -> Component:
    """Locks and exceptions, newest first, as far as they concern whoever looks."""
    events = [
        event for event in period_history(reading.session, period, principal=principal) if event.seq <= reading.view.seq
    ]
    if not events:
        told: Component = html.P(_("Nothing was locked and no exception was granted."), className="note")
    else:
        names = reading.names({event.actor for event in events})
        told = html.Ol([_event(reading, event, names[event.actor]) for event in reversed(events)], className="history")
    return section(_("Locks and exceptions"), told)


def _event(reading: Reading, event: PeriodEventRow, who: str) -> Component:
    unit = reading.plan.unit_by_code.get(event.unit or "")
    until = "" if event.until is None else end_text(event.until, timezone=reading.timezone)
    name = (event.unit or "") if unit is None else unit_name(unit)
    word = {
        PeriodAction.LOCK: _("Locked"),
        PeriodAction.UNLOCK: _("Opened again"),
        PeriodAction.EXCEPT: _("{unit}: exception until {until}", unit=name, until=until),
        PeriodAction.END_EXCEPTION: _("Exception of {unit} ended", unit=name),
    }[event.action]
    moment = instant_text(event.recorded_at, timezone=reading.timezone)
    lines = [
        html.P([html.B(word), " ", html.Span(_("no. {seq}", seq=event.seq), className="note")]),
        html.P([html.Span(who), " ", html.Span(moment)], className="note"),
    ]
    return html.Li([*lines, *([html.Q(event.reason)] if event.reason else [])])


def period_acts(plan: Plan, standing: PeriodStanding) -> Component:
    """Lock or open the period, except a unit, end the exceptions that hold."""
    fields = {"period": format_period(standing.period)}
    excepted = [row for row in standing.units if row.exception is not None]
    acts = slots(
        _lock(standing, fields) if standing.lock is None else _unlock(standing, fields),
        _except(plan, standing, fields),
        html.Div([_end(plan, row, fields) for row in excepted], className="ends"),
    )
    return html.Section([html.H2(_("Manage the month")), *acts], className="decide period-acts")


def _lock(standing: PeriodStanding, fields: dict[str, str]) -> Component:
    month = month_text(standing.period)
    told = _(
        "From then on {month} accepts no submissions or revisions, except from units with an exception. Review "
        "continues.",
        month=month,
    )
    form = asking_form(
        "period.lock",
        html.P(told, className="note"),
        *reason_field("lock-reason", _("Reason (optional)"), required=False),
        press(_("Lock {month}", month=month), main=True),
        fields=fields,
    )
    return folded(_("Lock the month …"), form)


def _unlock(standing: PeriodStanding, fields: dict[str, str]) -> Component:
    month = month_text(standing.period)
    form = asking_form(
        "period.unlock",
        html.P(_("Every unit can send and revise submissions for {month} again.", month=month), className="note"),
        *reason_field("unlock-reason", _("Why it is opened again")),
        press(_("Open {month} again", month=month), main=True),
        fields=fields,
    )
    return folded(_("Open the month again …"), form)


def _except(plan: Plan, standing: PeriodStanding, fields: dict[str, str]) -> Component:
    form = asking_form(
        "period.except",
        html.P(
            _("The unit may send and revise its submission even though the month is locked. It is late all the same."),
            className="note",
        ),
        *_unit_field(plan, standing),
        html.Label(_("Until the end of"), htmlFor="except-until"),
        dcc.Input(
            id="except-until",
            name="until",
            type="text",
            required=True,
            placeholder="2019-10-31",
            pattern=r"\d{4}-\d{2}-\d{2}",
            maxLength=10,
            className="entry",
            autoComplete="off",
        ),
        *reason_field("except-reason", _("Why the unit is granted an exception")),
        press(_("Grant the exception"), main=True),
        fields=fields,
    )
    return folded(_("Grant a unit an exception …"), form)


def _unit_field(plan: Plan, standing: PeriodStanding) -> list[Component]:
    """A list of the units; where they are too many for one, a field for a unit's name or code."""
    if is_long(standing):
        entry = dcc.Input(
            id="except-unit",
            name="unit",
            type="text",
            required=True,
            maxLength=100,
            className="entry",
            autoComplete="off",
        )
        return [html.Label(_("Unit, by name or code"), htmlFor="except-unit"), entry]
    options = [
        html.Option(unit_name(plan.unit_by_code[row.unit]), value=row.unit)
        for row in standing.units
        if row.unit in plan.unit_by_code
    ]
    select = html.Select(options, id="except-unit", name="unit", className="entry")
    return [html.Label(_("Unit"), htmlFor="except-unit"), select]


def _end(plan: Plan, row: UnitStanding, fields: dict[str, str]) -> Component:
    assert row.exception is not None  # noqa: S101  asked for exceptions only
    unit = plan.unit_by_code.get(row.unit)
    name = row.unit if unit is None else unit_name(unit)
    until = end_text(row.exception.until, timezone=plan.document.timezone)
    form = asking_form(
        "period.end",
        html.P(_("Granted by {who}:", who=row.exception.by), className="note"),
        html.Q(row.exception.reason),
        *reason_field(f"end-reason-{row.unit}", _("Why it ends early")),
        press(_("End it now")),
        fields={**fields, "unit": row.unit},
    )
    return folded(_("{unit} has an exception until {until}; end it …", unit=name, until=until), form)
