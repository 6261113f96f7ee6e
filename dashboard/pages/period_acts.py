"""What a reviewer can do with a reporting period: each form is folded until asked for, and says what it will do."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.forms import asking_form, folded, press, reason_field
from dashboard.locale import _, month_text
from dashboard.wording import unit_name
from metrics.period_states import end_text
from metrics.periods import format_period
from metrics.plan.model import Plan
from metrics.queries.period_status import PeriodStatus, UnitStatus

Component = Any


def period_acts(plan: Plan, status: PeriodStatus) -> Component:
    """Lock or open the period, except a unit, end the exceptions that hold."""
    fields = {"period": format_period(status.period)}
    excepted = [row for row in status.units if row.exception is not None]
    acts = [
        _lock(status, fields) if status.lock is None else _unlock(status, fields),
        _except(plan, status, fields),
        *[_end(plan, row, fields) for row in excepted],
    ]
    return html.Section([html.H2(_("Manage the month")), *acts], className="decide period-acts")


def _lock(status: PeriodStatus, fields: dict[str, str]) -> Component:
    month = month_text(status.period)
    told = _(
        "From then on {month} takes no returns or revisions, except from units with an exception. Verifying goes on.",
        month=month,
    )
    form = asking_form(
        "period.lock",
        html.P(told, className="note"),
        *reason_field("lock-reason", _("Reason (may be left out)"), required=False),
        press(_("Lock {month}", month=month), main=True),
        fields=fields,
    )
    return folded(_("Lock the month …"), form)


def _unlock(status: PeriodStatus, fields: dict[str, str]) -> Component:
    month = month_text(status.period)
    form = asking_form(
        "period.unlock",
        html.P(_("Every unit can send and revise returns for {month} again.", month=month), className="note"),
        *reason_field("unlock-reason", _("Why it is opened again")),
        press(_("Open {month} again", month=month), main=True),
        fields=fields,
    )
    return folded(_("Open the month again …"), form)


def _except(plan: Plan, status: PeriodStatus, fields: dict[str, str]) -> Component:
    options = [
        html.Option(unit_name(plan.unit_by_code[row.unit]), value=row.unit)
        for row in status.units
        if row.unit in plan.unit_by_code
    ]
    form = asking_form(
        "period.except",
        html.P(
            _("The unit may send and revise its return although the month is locked. It is late all the same."),
            className="note",
        ),
        html.Label(_("Unit"), htmlFor="except-unit"),
        html.Select(options, id="except-unit", name="unit", className="entry"),
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
        *reason_field("except-reason", _("Why the unit is excepted")),
        press(_("Grant the exception"), main=True),
        fields=fields,
    )
    return folded(_("Except a unit …"), form)


def _end(plan: Plan, row: UnitStatus, fields: dict[str, str]) -> Component:
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
    return folded(_("{unit} is excepted until {until}; end it …", unit=name, until=until), form)
