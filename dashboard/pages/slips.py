"""The pages at `/supervise/slips`: all slips, those of one unit or at one state; and the form that issues one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dash import dcc, html

from dashboard.acts.forms import asking_form, press
from dashboard.grids.slips import slips_table
from dashboard.locale import _, language, month_text, ngettext, pgettext
from dashboard.pages.refusals import for_reviewers
from dashboard.parts import csv_link, empty, page_head, section
from dashboard.window.choices import Option, choice_menu
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import target_name, unit_name
from dashboard.words.slips import origin_word, state_word
from metrics.periods import format_period, parse_period
from metrics.principal import Scope
from metrics.queries.slips import SlipRow, day_of_view, slips
from metrics.supervision.slips import LATE, LONGEST_TEXT, LONGEST_TITLE, OPEN, SlipOrigin, SlipState

Component = Any
ALL = "all"
STATES = (OPEN, LATE, ALL, *(state.value for state in SlipState))
ISSUE = "/supervise/slips/issue"
_USUAL_DAYS = 14


def slips_page(reading: Reading) -> Content:
    """The page at `/supervise/slips`: open ones, those due first before the others, unless `state` asks for others."""
    unit, on = reading.address.keeps("unit"), day_of_view(reading.view)
    found = slips(reading.session, reading.view, units=[unit] if unit else ())
    asked = reading.address.keeps("state")
    state = asked if asked in STATES else OPEN
    shown = [row for row in found if fits(row, state, on=on)]
    shown.sort(key=lambda row: (not row.stands.is_open, row.stands.due_on))
    title = finding(found, on=on)
    asked_for = {**({"unit": unit} if unit else {}), **({} if state == ALL else {"state": state})}
    csv = csv_link(reading.address.csv("slips", **asked_for))
    table = slips_table(reading, shown, on=on, caption=_("Supervision slips")) if shown else _none(found)
    menus = html.Div([_unit_menu(reading, unit), _state_menu(reading, state)], className="choice-menus")
    body = html.Div(
        [
            page_head(title, reading, html.P(_ways(reading), className="note"), dated=False),
            menus,
            section(_("Supervision slips"), table, aside=csv),
        ]
    )
    return Content(title=_("Supervision slips"), body=body)


def fits(row: SlipRow, state: str, *, on: date) -> bool:
    """True if the slip is among those that a word of :data:`STATES` asks for."""
    return state == ALL or row.stands.is_among(state, on=on)


def finding(rows: list[SlipRow], *, on: date) -> str:
    """How many slips are open, and how many of them are late with their unit."""
    said, late = open_words(rows, on=on), sum(fits(row, LATE, on=on) for row in rows)
    return said + (_("; ") + ngettext("{n} of them overdue", "{n} of them overdue", late) if late else "")


def open_words(rows: list[SlipRow], *, on: date) -> str:
    """How many slips are open."""
    opened = sum(fits(row, OPEN, on=on) for row in rows)
    return ngettext("{n} slip is open", "{n} slips are open", opened) if opened else _("No slip is open")


def may_issue(reading: Reading) -> bool:
    """True for a reviewer who looks at what stands now."""
    return reading.principal is not None and reading.principal.may(Scope.SUPERVISE) and reading.address.present


def _ways(reading: Reading) -> list[Component]:
    ways: list[Component] = [dcc.Link(_("Supervision"), href=reading.address.to("/supervise"))]
    if may_issue(reading):
        ways += [" · ", dcc.Link(_("Issue a slip"), href=reading.address.to(ISSUE))]
    return ways


def _none(found: list[SlipRow]) -> Component:
    if found:
        return empty(_("No slip matches this choice"))
    return empty(_("No slip has been issued yet"), _("A reviewer of the bureau issues one to a unit."))


def _unit_menu(reading: Reading, unit: str | None) -> Component:
    principal, units = reading.principal, reading.plan.reporting_units
    if principal is not None and principal.is_bound_to_units:
        units = tuple(one for one in units if one.code in principal.units)
    options = [Option(_("All"), reading.address.keeping(unit=None), chosen=unit is None)]
    options += [Option(unit_name(u), reading.address.keeping(unit=u.code), chosen=u.code == unit) for u in units]
    if not any(option.chosen for option in options):
        options[0] = Option(_("All"), reading.address.keeping(unit=None), chosen=True)
    return choice_menu(_("Unit"), options)


def _state_menu(reading: Reading, state: str) -> Component:
    words = {OPEN: _("Open"), LATE: _("Overdue"), ALL: _("All")}
    options = [
        Option(
            words.get(one) or state_word(SlipState(one)),
            reading.address.keeping(state=None if one == OPEN else one),
            chosen=one == state,
        )
        for one in STATES
    ]
    return choice_menu(pgettext("matter", "State"), options)


def issue_slip_page(reading: Reading) -> Content:
    """The page at `/supervise/slips/issue`; `unit`, `target`, `task` and `period` in the address prefill the form."""
    if reading.principal is None or not reading.principal.may(Scope.SUPERVISE):
        return for_reviewers(reading)
    title = _("Issue a slip")
    back = html.P(dcc.Link(_("All slips"), href=reading.address.to("/supervise/slips")), className="note screen-only")
    return Content(title=title, body=html.Div([page_head(title, reading, back, dated=False), _form(reading)]))


def _form(reading: Reading) -> Component:
    about = {name: reading.address.keeps(name) or "" for name in ("target", "task", "period", "finding")}
    origin = origin_of(**about)
    subject, asked = _suggested(reading, origin, **about)
    earliest = day_of_view(reading.view)
    told = about_words(reading, origin, **about)
    return asking_form(
        "slip.issue",
        html.P([html.B(_("Issued for")), " ", told], className="note field-wide"),
        _unit_field(reading),
        _field(
            "due_on",
            _("Due by"),
            value=(earliest + timedelta(days=_USUAL_DAYS)).isoformat(),
            maxLength=10,
            placeholder="2019-10-31",
        ),
        _field("title", _("Subject"), value=subject, maxLength=LONGEST_TITLE),
        _words_field(asked),
        press(_("Issue"), main=True),
        fields={"origin": origin.value, **about},
        name="assess-form task-form",
        once=True,
    )


def origin_of(*, target: str, task: str, period: str, finding: str = "") -> SlipOrigin:
    """What a slip is issued for, from what it is about."""
    if finding:
        return SlipOrigin.FINDING
    if target:
        return SlipOrigin.RED_LIGHT
    if task:
        return SlipOrigin.TASK
    return SlipOrigin.LATE_SUBMISSION if period else SlipOrigin.BY_HAND


def about_words(reading: Reading, origin: SlipOrigin, *, target: str, task: str, period: str, finding: str = "") -> str:
    """What a slip is about: the origin, the target or task or finding, the month."""
    plan, words = reading.plan, [origin_word(origin)]
    if target in plan.general_targets:
        words.append(target_name(plan.general_targets[target][-1]))
    titles = {str(one.number): one.title.in_language(language()) for one in plan.tasks}
    if task in titles:
        words.append(_("Task {number}: {title}", number=task, title=titles[task]))
    if finding:
        words.append(_("No. {number}", number=finding))
    month = parse_period(period)
    if month is not None:
        words.append(month_text(month))
    return " · ".join(words)


def _suggested(
    reading: Reading, origin: SlipOrigin, *, target: str, task: str, period: str, finding: str
) -> tuple[str, str]:
    """A subject and a text to begin with, in Chinese, as slips are written; the reviewer changes them."""
    if origin is SlipOrigin.RED_LIGHT and target in reading.plan.general_targets:
        name = reading.plan.general_targets[target][-1].name.zh
        return f"{name}未达标或进度滞后", "请说明原因\uff0c报送整改措施、责任人和完成时间。"
    if origin is SlipOrigin.FINDING:
        return f"第 {finding} 号督查问题整改", "请报送整改情况、佐证和完成时间。"
    if origin is SlipOrigin.TASK:
        return f"任务 {task} 推进滞后", "请说明进展和存在问题\uff0c报送下一步措施和完成时间。"
    if origin is SlipOrigin.LATE_SUBMISSION:
        return f"{period} 月报逾期未报", "请立即报送月报\uff0c并说明迟报原因。"
    return "", ""


def _unit_field(reading: Reading) -> Component:
    chosen = reading.address.keeps("unit")
    units = sorted(reading.plan.reporting_units, key=lambda unit: unit.code != chosen)
    options = [html.Option(unit_name(unit), value=unit.code) for unit in units]
    entry = html.Select(options, name="unit", id="slip-unit", className="entry")
    return html.Div([html.Label(_("Unit"), htmlFor="slip-unit"), entry], className="field")


def _field(name: str, label: str, **properties: Any) -> Component:
    identity = f"slip-{name}"
    entry = dcc.Input(
        id=identity, name=name, type="text", className="entry", required=True, autoComplete="off", **properties
    )
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field")


def _words_field(value: str) -> Component:
    entry = html.Textarea(
        value, name="text", id="slip-text", required=True, maxLength=LONGEST_TEXT, rows=4, className="entry"
    )
    return html.Div([html.Label(_("What is asked for"), htmlFor="slip-text"), entry], className="field field-wide")


def month_field(period: date | None) -> str:
    return "" if period is None else format_period(period)
