"""The overview: four headline instruments, county × target, and what needs attention."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.attention import Attention, Reason, attention
from dashboard.charts.instrument import as_image, rod, scale_of
from dashboard.commitments import Commitment, commitments, steps_of
from dashboard.grids.matrix import Matrix, matrix
from dashboard.locale import _, date_text, month_text, ngettext
from dashboard.pages.content import Content
from dashboard.parts import csv_link, empty, icon, section, status_mark, why_href
from dashboard.place import Place
from dashboard.reading import Reading
from dashboard.shell import judged_on_text
from dashboard.wording import (
    change_between,
    coverage_text,
    indicator_name,
    measure,
    measure_of_change,
    signed,
    status_word,
    target_name,
    threshold_text,
    unit_name,
    unsigned,
    value_text,
)
from metrics.periods import add_months, due_instant, format_period, period_of
from metrics.plan.model import Plan, Target
from metrics.queries.leaderboard import core_targets
from metrics.queries.progress_by_unit import Judged, progress_by_unit
from metrics.results import Light, Status

Component = Any


def overview(reading: Reading) -> Content:
    """The page at `/`. `targets=all` in the address shows every measured target instead of the core ones."""
    if reading.on is None:
        return Content(title=_("Overview"), body=_nothing_yet(reading))
    judged = progress_by_unit(reading.session, reading.view, on=reading.on)
    core = core_targets(reading.view, on=reading.on)
    title = finding(reading.plan, judged, core)
    whole = reading.place.keeps("targets") == "all"
    body = html.Div(
        [
            _head(reading, title),
            html.Div(
                [
                    html.Div(
                        [
                            _headline(reading, judged, core),
                            _matrix_section(reading, judged, core, whole=whole),
                        ],
                        className="overview-main",
                    ),
                    _attention_panel(reading, judged, core),
                ],
                className="overview overview-whole" if whole else "overview",
            ),
        ]
    )
    return Content(title=title, body=body)


def finding(plan: Plan, judged: Judged, core: tuple[Target, ...]) -> str:
    """The page's finding: how many units miss no core target, and how many have one overdue."""
    codes = {target.code for target in core}
    lights: dict[str, set[Light]] = {}
    overdue = set()
    for verdict in judged.progress:
        if verdict.target_code in codes and verdict.unit_code not in plan.children:
            lights.setdefault(verdict.unit_code, set()).add(verdict.light)
            if verdict.status is Status.OVERDUE:
                overdue.add(verdict.unit_code)
    expected = [unit.code for unit in plan.reporting_units if unit.figures_required and unit.code in lights]
    good = sum(1 for code in expected if lights[code] == {Light.GREEN})
    found = ngettext(
        "{good} of {n} unit is met or on track on every core target",
        "{good} of {n} units are met or on track on every core target",
        len(expected),
        good=good,
    )
    late = len(overdue & set(expected))
    return found + (ngettext("; {n} has one overdue", "; {n} have one overdue", late) if late else "")


def _head(reading: Reading, title: str) -> Component:
    return html.Div(
        [
            html.H1(title),
            html.P(judged_on_text(reading), className="note"),
        ],
        className="page-head",
    )


def _headline(reading: Reading, judged: Judged, core: tuple[Target, ...]) -> Component:
    root = reading.plan.document.root_unit
    city = [verdict for verdict in judged.progress if verdict.unit_code == root]
    found = commitments(reading.plan, city, judged.courses, targets=core)
    return html.Div([_card(reading, commitment) for commitment in found], className="cards")


def _card(reading: Reading, commitment: Commitment) -> Component:
    """One headline instrument: the city's figure, its step, its change, who is in it."""
    plan, current, palette = reading.plan, commitment.current, reading.palette
    indicator = plan.indicator_by_code[current.indicator_code]
    steps = [current.threshold] + [
        stage.threshold for stage in commitment.stages if stage.threshold != current.threshold
    ]
    values = [rate.value for rate in commitment.course if rate.value is not None]
    drawn = rod(
        scale_of(indicator, [*values, *steps]),
        level=current.value,
        steps=steps,
        colour=palette.statuses[current.status],
        palette=palette,
    )
    rate = current.rate
    return html.Article(
        [
            html.Img(src=as_image(drawn), alt="", className="rod", width=30, height=96),
            html.Div(
                [
                    html.H2(
                        dcc.Link(indicator_name(indicator), href=reading.place.to(f"/targets/{current.target_code}"))
                    ),
                    html.P(
                        html.A(
                            [
                                html.Span(value_text(plan, indicator, current.value), className="figure"),
                                html.Span(measure(indicator) if current.value is not None else "", className="unit"),
                            ],
                            href=why_href(current),
                            title=_("Why this colour?"),
                        ),
                        className="card-value",
                    ),
                    html.P([status_mark(current.status), _against(reading, commitment)], className="card-line"),
                    html.P(_change_line(commitment, plan), className="card-line note"),
                    html.P(coverage_text(rate) if rate else _("Nobody has reported yet"), className="card-line note"),
                ],
                className="card-body",
            ),
        ],
        className="card",
    )


def _against(reading: Reading, commitment: Commitment) -> Component:
    current = commitment.current
    text = threshold_text(current.comparator, current.threshold)
    due = "" if current.due_on is None else f" · {date_text(current.due_on)}"
    return html.Span(f"{text}{due}", className="card-rule")


def _change_line(commitment: Commitment, plan: Plan) -> str:
    indicator = plan.indicator_by_code[commitment.current.indicator_code]
    change = change_between(commitment.course)
    if change is None:
        return _("No month to compare with")
    return _("{change} {unit} against last month", change=signed(change), unit=measure_of_change(indicator))


def _matrix_section(reading: Reading, judged: Judged, core: tuple[Target, ...], *, whole: bool) -> Component:
    plan, place = reading.plan, reading.place
    present = {verdict.target_code for verdict in judged.progress}
    indicators = plan.indicator_by_code
    measured = [t for t in plan.targets_in_force(judged.on) if t.code in present] if judged.on else []
    core_codes = {target.code for target in core}
    first = sorted(core, key=lambda t: (indicators[str(t.indicator)].order, t.due_on))
    targets = [*first, *(t for t in measured if t.code not in core_codes)] if whole else first
    codes = {verdict.unit_code for verdict in judged.progress}
    shown = Matrix(
        plan=plan,
        place=place,
        units=[unit for unit in sorted(plan.units, key=lambda u: (u.order, u.code)) if unit.code in codes],
        targets=targets,
        verdicts={(verdict.unit_code, verdict.target_code): verdict for verdict in judged.progress},
        courses=judged.courses,
    )
    period = {"on": judged.on.isoformat()} if judged.on else {}
    switch = (
        dcc.Link(_("Core targets only"), href=place.keeping(targets=None), className="quiet-link")
        if whole
        else dcc.Link(
            _("All {n} measured targets", n=len(measured)), href=place.keeping(targets="all"), className="quiet-link"
        )
    )
    caption = _("Units and targets") if judged.period is None else _("Units and targets, {month}", month=month_text(judged.period))
    return section(
        caption,
        matrix(shown, caption=caption),
        aside=[_legend(), switch, csv_link(place.csv("progress", **period))],
        name="matrix-section",
    )


def _legend() -> Component:
    return html.Span(
        [html.Span([icon(status), status_word(status)], className="status") for status in list(Status)[:6]], className="legend"
    )


_REASON_SIGNS = {
    Reason.OVERDUE: Status.OVERDUE,
    Reason.REGRESSED: Status.BEHIND,
    Reason.RECTIFYING: Status.RECTIFYING,
    Reason.BEHIND: Status.BEHIND,
    Reason.NOT_REPORTED: Status.NO_DATA,
    Reason.DENOMINATOR_WATCH: Status.NOT_APPLICABLE,
    Reason.RETURNED: Status.NO_DATA,
    Reason.UNVERIFIED: Status.NO_DATA,
}


def _attention_panel(reading: Reading, judged: Judged, core: tuple[Target, ...]) -> Component:
    units = [unit for unit in reading.plan.reporting_units if judged.on is None or unit.exists_on(judged.on)]
    found = attention(judged.progress, judged.courses, units=units, targets={target.code for target in core})
    items = [_attention_item(reading, item) for item in found]
    content = (
        html.Ul(items, className="attention-list", tabIndex="0", **{"aria-label": _("Needs attention")})
        if items
        else empty(_("Nothing needs attention"), _("Every unit has reported, and every core target is met or on track."))
    )
    return html.Aside(
        [html.H2([_("Needs attention"), html.Span(str(len(found)), className="count")]), content], className="attention"
    )


def _attention_item(reading: Reading, item: Attention) -> Component:
    plan, place = reading.plan, reading.place
    unit = plan.unit_by_code[item.unit_code]
    href = place.to(f"/units/{unit.code}") if item.progress is None else why_href(item.progress)
    what = [html.B(unit_name(unit))]
    if item.progress is not None:
        target = plan.target_revisions[item.progress.target_code][item.progress.target_revision - 1]
        what.append(html.Span(target_name(target)))
    inside = [
        icon(_REASON_SIGNS[item.reason]),
        html.Span([html.Span(what, className="attention-what"), html.Span(_reason_text(reading, item), className="note")]),
    ]
    return html.Li(html.A(inside, href=href) if item.progress else dcc.Link(inside, href=href))


def _reason_text(reading: Reading, item: Attention) -> str:
    progress = item.progress
    if progress is None:
        return {
            Reason.NOT_REPORTED: _("Has not reported this month"),
            Reason.RETURNED: _("Return sent back for correction"),
        }.get(item.reason, _("Return not yet verified"))
    indicator = reading.plan.indicator_by_code[progress.indicator_code]
    unit = measure_of_change(indicator)
    short = "" if progress.gap is None else _("{gap} {unit} short", gap=unsigned(progress.gap), unit=unit)
    if item.reason is Reason.DENOMINATOR_WATCH:
        return _("Rose only because the denominator shrank")
    parts = [_("Was met, is not now") if item.reason is Reason.REGRESSED else status_word(progress.status), short]
    if progress.required_pace is not None and item.reason is Reason.BEHIND:
        parts.append(_("needs {pace} {unit} a month", pace=signed(progress.required_pace), unit=unit))
    return " · ".join(part for part in parts if part)


def _nothing_yet(reading: Reading) -> Component:
    """The page before the first return: what would fill it, who owes it and by when."""
    plan, document = reading.plan, reading.plan.document
    owing = [unit for unit in plan.reporting_units if unit.figures_required]
    first = document.first_period or add_months(period_of(document.issued_on), 0)
    due = due_instant(first, due_day=document.due_day, timezone=document.timezone)
    steps = [(i, steps_of(plan, i)) for i in plan.indicators if i.core]
    rods = [
        html.Figure(
            [
                html.Img(
                    src=as_image(rod(scale_of(i, s), level=None, steps=s, colour="#000000", palette=reading.palette)),
                    alt="",
                    width=30,
                    height=96,
                ),
                html.Figcaption([html.B(indicator_name(i)), html.Span(" ".join(f"{x}" for x in s), className="note")]),
            ],
            className="empty-instrument",
        )
        for i, s in steps
    ]
    return html.Div(
        [
            html.Div([html.H1(_("The scale stands; no county has been measured yet"))], className="page-head"),
            html.Div(rods, className="empty-instruments"),
            empty(
                _("No monthly return has been recorded"),
                _("The first one, for {month}, fills the four instruments and the matrix.", month=month_text(first)),
                ngettext(
                    "{n} unit owes it by {date}:", "{n} units owe it by {date}:", len(owing), date=date_text(_due_day(due, document.timezone))
                ),
                html.Span([dcc.Link(unit_name(unit), href=reading.place.to(f"/units/{unit.code}")) for unit in owing], className="owing"),
                html.Span([_("Form of the month: "), html.Code(f"/api/v1/templates/{format_period(first)}.xlsx")], className="note"),
            ),
        ]
    )


def _due_day(due: Any, timezone: str) -> Any:
    """The last day on which a return that is late from `due` on is in time."""
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    return due.astimezone(ZoneInfo(timezone)).date() - timedelta(days=1)


def place_of_unit(place: Place, code: str) -> str:
    return place.to(f"/units/{code}")
