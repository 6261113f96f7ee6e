"""The overview: four headline instruments, county × target, phase gates, and what needs attention."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.charts.instrument import as_image, rod, scale_of
from dashboard.grids.unit_map import UnitMap, boundary_map, tile_map
from dashboard.levels import breadcrumbs
from dashboard.locale import _, date_text, language, month_text, ngettext
from dashboard.pages.attention_panel import attention_panel
from dashboard.pages.flipped import FlipTexts, flip_texts, flipped_here
from dashboard.pages.headline import card
from dashboard.pages.overview_matrix import ACROSS_A_ROOM, across, matrix_section, matrix_targets
from dashboard.parts import empty, icon, page_head
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import indicator_name, target_name, unit_name, unreported_text
from dashboard.words.months import before_plan, without_data
from metrics.attention import Reason
from metrics.commitments import counted as what_counts
from metrics.commitments import steps_of
from metrics.periods import due_on, period_of
from metrics.plan.boundaries import boundaries
from metrics.plan.model import Indicator, Target
from metrics.queries.headline_commitments import headline_commitments
from metrics.queries.leaderboard import core_targets
from metrics.queries.needs_attention import attention_among, watched_targets
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.tally_below import counted_below, tally_below, tally_of
from metrics.results import Status
from metrics.tally import Tally
from metrics.verdicts.attention_table import AttentionTable

Component = Any

_LATE = (Reason.NEWLY_RED, Reason.OVERDUE)


def overview(reading: Reading) -> Content:
    """The page at `/`. `targets=all` in the address shows every measured target instead of the core ones."""
    if reading.on is None:
        return Content(title=_("Overview"), body=nothing_yet(reading))
    core = core_targets(reading.view, on=reading.on)
    whole = reading.address.keeps("targets") == "all"
    judged, counted = judged_level(reading, whole=whole)
    title = without_data(reading) or before_plan(reading) or finding(counted)
    level = {reading.level.under.code, *(unit.code for unit in reading.level.units)}
    flipped = flipped_here(reading, level, {target.code for target in across(reading, whole=whole)})
    flips = flip_texts(reading, flipped)
    attention = attention_among(reading.session, reading.view, judged, level=reading.level)
    main = html.Div(
        [
            _headline(reading, judged, flips),
            matrix_section(reading, judged, counted, whole=whole, flipped=flipped),
        ],
        className="overview-main",
    )
    body = html.Div(
        [
            page_head(
                title,
                reading,
                breadcrumbs(reading),
                phase_gates(reading, counted),
                _further_down(reading, attention, whole=whole),
                slides=True,
            ),
            html.Div(
                [
                    main,
                    html.Div(
                        [attention_panel(reading, judged, attention), _map(reading, judged, core, flips)],
                        className="overview-beside",
                    ),
                ],
                className="overview overview-whole" if whole else "overview",
            ),
        ]
    )
    return Content(title=title, body=body)


def judged_level(reading: Reading, *, whole: bool) -> tuple[JudgedProgress, Tally]:
    """The verdicts on the level, and how the units below it stand.

    `whole`: on every target; what is counted and what needs attention are the watched ones.
    """
    level, view, plan = reading.level, reading.view, reading.plan
    everything = {level.under.code, *(unit.code for unit in level.units)}
    watched = () if reading.on is None else watched_targets(view, on=reading.on)
    if whole:
        judged = progress_by_unit(reading.session, view, month=reading.month, units=everything, targets=None)
        return judged, tally_below(reading.session, view, judged, level, month=reading.month, targets=watched)
    units = everything | counted_below(plan, level)
    judged = progress_by_unit(reading.session, view, month=reading.month, units=units, targets=watched)
    return judged, tally_of(view, judged, level)


def finding(counted: Tally) -> str:
    """The page's finding: how many units are well on every core target, have one overdue, and have not reported."""
    text = ngettext(
        "{good} of {n} unit has met or is on track for every core target",
        "{good} of {n} units have met or are on track for every core target",
        counted.together.total(),
        good=counted.well,
    )
    late = counted.overdue
    text += ngettext("; {n} has at least one overdue", "; {n} have at least one overdue", late) if late else ""
    return text + unreported_text(counted.unreported, whole=counted.unreported == counted.silent)


def _headline(reading: Reading, judged: JudgedProgress, flips: FlipTexts) -> Component:
    found = headline_commitments(reading.view, judged, unit=reading.level.under.code)
    return html.Div(
        [card(reading, one, flip=flips.get((one.current.unit_code, one.current.target_code))) for one in found],
        className="cards",
    )


def _further_down(reading: Reading, attention: AttentionTable | None, *, whole: bool) -> Component:
    """For a room: that the first screen is not all, how much calls for attention below it, and what else there is."""
    if not reading.address.projected:
        return None
    said = _("Below: what needs attention, and the map")
    if attention is not None and len(attention):
        late = sum(n for (reason, _verdicts), n in attention.counts.items() if reason in _LATE)
        said = ngettext(
            "Below: {n} needs attention, {late} overdue; the map",
            "Below: {n} need attention, {late} overdue; the map",
            len(attention),
            late=late,
        )
    more = matrix_targets(reading, whole=whole)[ACROSS_A_ROOM:]
    said += ngettext("; {n} more target", "; {n} more targets", len(more)) if more else ""
    return html.P(said, className="note further-down")


def _map(reading: Reading, judged: JudgedProgress, core: tuple[Target, ...], flips: FlipTexts) -> Component:
    """The map of one core target: the one that `map` in the address names, else the first that is not due yet."""
    if not core:
        return None
    ahead = [target for target in core if target.due_on is None or judged.on is None or target.due_on >= judged.on]
    chosen = reading.address.keeps("map")
    target = next((target for target in core if target.code == chosen), (ahead or core)[0])
    placed = {unit.code for unit in reading.level.units if unit.tile is not None or boundaries()}
    verdicts = {one.unit_code: one for one in judged.of_units(placed) if one.target_code == target.code}
    shown = UnitMap(reading, target=target, targets=core, verdicts=verdicts, flips=flips)
    drawn = boundaries()
    return boundary_map(shown, drawn, palette=reading.palette) if drawn else tile_map(shown)


def phase_gates(reading: Reading, counted: Tally) -> Component:
    """One line on the gates, folded over the list of them; None where the phase has none."""
    phase = None if reading.on is None else reading.plan.phase_on(reading.on)
    if phase is None or not phase.gate_targets:
        return None
    codes = phase.gate_targets
    counts = {code: (*counted.meeting(code), counted.not_reported(code)) for code in codes}
    passed = sum(1 for met, of, _missing in counts.values() if of and met == of)
    measured = sum(1 for _met, of, _missing in counts.values() if of)
    words = ngettext(
        "{phase}: {passed} of {n} measured gate met by every unit",
        "{phase}: {passed} of {n} measured gates met by every unit",
        measured,
        phase=phase.name.in_language(language()),
        passed=passed,
    )
    items = html.Ul([_gate(reading, code, *counts[code]) for code in codes], className="gates")
    until = html.P(_("The phase ends on {date}.", date=date_text(phase.end)), className="note")
    return html.Details([html.Summary(words), until, items], className="table-view phase-gates")


def _gate(reading: Reading, code: str, met: int, of: int, missing: int) -> Component:
    target = reading.plan.target_in_force(code, reading.on) if reading.on else None
    if target is None:
        return html.Li([icon(Status.NO_DATA), code, html.Span(_("Not in force yet on the day judged"))])
    due = _("no date printed") if target.due_on is None else _("by {date}", date=date_text(target.due_on))
    if of:
        passed = met == of
        words = ngettext("{met} of {n} unit", "{met} of {n} units", of, met=met) + unreported_text(missing)
    else:
        passed = False
        words = _("no number: followed by milestones and reports")
    sign = icon(Status.MET if passed else Status.BEHIND if of else Status.NOT_APPLICABLE)
    link = dcc.Link(target_name(target), href=reading.address.to(f"/targets/{code}"))
    return html.Li([sign, link, html.B(words) if of else html.Span(words), html.Span(due, className="note")])


def nothing_yet(reading: Reading) -> Component:
    """The page: the empty instruments, then who owes the first submission."""
    plan = reading.plan
    core = {what_counts(indicator): indicator for indicator in reversed(plan.indicators) if indicator.core}
    owing = [unit for unit in plan.reporting_units if unit.figures_required]
    first = plan.document.first_period or period_of(plan.document.issued_on)
    links = [dcc.Link(unit_name(unit), href=reading.address.to(f"/units/{unit.code}")) for unit in owing]
    return html.Div(
        [
            page_head(_("The scale is ready; nothing has been measured yet"), reading),
            html.Div(
                [_instrument(reading, indicator) for indicator in reversed(core.values())],
                className="empty-instruments",
            ),
            empty(
                _("No monthly submission has been recorded"),
                _("The first one, for {month}, fills the four instruments and the matrix.", month=month_text(first)),
                ngettext(
                    "{n} unit owes it by {date}:",
                    "{n} units owe it by {date}:",
                    len(owing),
                    date=date_text(due_on(first, rule=plan.due_rule)),
                ),
                html.Span(links, className="owing"),
                html.A(_("How to send submissions"), href="/api/v1/docs"),
            ),
        ]
    )


def _instrument(reading: Reading, indicator: Indicator) -> Component:
    steps = steps_of(reading.plan, indicator)
    drawn = rod(
        scale_of(indicator, steps), level=None, steps=steps, colour=reading.palette.line, palette=reading.palette
    )
    return html.Figure(
        [
            html.Img(src=as_image(drawn), alt="", width=30, height=96),
            html.Figcaption(
                [html.B(indicator_name(indicator)), html.Span(_("Nobody has reported yet"), className="note")]
            ),
        ],
        className="empty-instrument",
    )
