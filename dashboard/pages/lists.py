"""The lists that lead on: all targets, all units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.grids.progress_rows import in_display_order
from dashboard.levels import adds_up, breadcrumbs, flat_way, has_levels, lights_cell, pages, unit_way, ways_down
from dashboard.locale import _, date_text, language, ngettext
from dashboard.pages.unit import kind_of_unit
from dashboard.parts import (
    csv_link,
    icon,
    page_head,
    plain_table,
    scrolled,
    section,
    verdict_mark,
    why_href,
    without_data,
)
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    kind_word,
    measure,
    status_word,
    target_name,
    target_rule,
    unit_name,
    value_text,
    with_measure,
)
from metrics.plan.model import Plan, Target, Unit, UnitKind
from metrics.queries.leaderboard import core_targets
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.tally_below import counted_below, tally_of
from metrics.results import Progress, Status
from metrics.tally import Tally

Component = Any


def targets_page(reading: Reading) -> Content:
    """The page at `/targets`: measured targets with the value of the level's top, then those without a number."""
    plan, level = reading.plan, reading.level
    units = {level.under.code, *(unit.code for unit in level.units)} | counted_below(plan, level)
    judged = progress_by_unit(reading.session, reading.view, month=reading.month, units=units)
    counted = tally_of(reading.view, judged, level)
    current = plan.targets_in_force(reading.on) if reading.on else tuple(r[-1] for r in plan.general_targets.values())
    measured = in_display_order(plan, [target for target in current if target.measured])
    others = [target for target in current if not target.measured]
    title = without_data(reading) or finding(reading, judged, measured=len(measured), others=len(others))
    on = {"on": reading.on.isoformat()} if reading.on else {}
    body = html.Div(
        [
            page_head(title, reading, breadcrumbs(reading)),
            ways_down(reading),
            section(
                _("Measured targets"),
                scrolled(_measured_table(reading, judged, counted, measured), name="texts"),
                aside=csv_link(reading.address.csv("progress", **on)),
            ),
            section(
                _("Targets without a number"),
                scrolled(_others_table(reading, others), name="texts"),
                aside=csv_link(reading.address.csv("targets")),
            ),
        ]
    )
    return Content(title=_("Targets"), body=body)


def finding(reading: Reading, judged: JudgedProgress, *, measured: int, others: int) -> str:
    """How many measured targets the level's top meets, owes and did not report; before any submission, how many."""
    top = reading.level.under
    city = [verdict.status for verdict in judged.of_unit(top.code)]
    tracked = ngettext(
        "{n} more is tracked by milestones and reports", "{n} more are tracked by milestones and reports", others
    )
    if judged.period is None or not city:
        head = ngettext("{n} measured target", "{n} measured targets", measured)
        return head + _("; ") + tracked
    met = city.count(Status.MET)
    if not _is_one_city(reading.plan):
        name = unit_name(top)
        head = ngettext(
            "{unit} meets {met} of {n} measured target",
            "{unit} meets {met} of {n} measured targets",
            measured,
            unit=name,
            met=met,
        )
    else:
        head = ngettext(
            "The city meets {met} of {n} measured target",
            "The city meets {met} of {n} measured targets",
            measured,
            met=met,
        )
    overdue = city.count(Status.OVERDUE)
    late = _("; ") + ngettext("{n} is overdue", "{n} are overdue", overdue) if overdue else ""
    missing = city.count(Status.NO_DATA)
    silent = _("; ") + ngettext("{n} was not reported", "{n} were not reported", missing) if missing else ""
    return head + late + silent + _("; ") + tracked


def _is_one_city(plan: Plan) -> bool:
    """True if the plan is one city's and calls it that."""
    return plan.root.kind is UnitKind.CITY and UnitKind.CITY not in plan.kind_names and not has_levels(plan)


def _measured_table(reading: Reading, judged: JudgedProgress, counted: Tally, targets: list[Target]) -> Component:
    plan, top = reading.plan, reading.level.under
    city = {p.target_code: p for p in judged.of_unit(top.code)}
    rows = [
        [
            dcc.Link(target_name(target), href=reading.address.to(f"/targets/{target.code}")),
            target_rule(target, plan.indicator_by_code[str(target.indicator)]),
            date_text(target.due_on) if target.due_on else NOTHING,
            *_city_cells(plan, city.get(target.code)),
            _spread(counted.statuses.get(target.code, Counter())),
            target.code,
        ]
        for target in targets
    ]
    named = [_("City"), _("City's status")] if _is_one_city(plan) else [unit_name(top), _("Status")]
    headings = [_("Target"), _("Required"), _("Due"), *named, _("Units"), _("Code")]
    return plain_table(_("Measured targets"), headings, rows)


def _city_cells(plan: Plan, progress: Progress | None) -> list[Component]:
    if progress is None:
        return [NOTHING, NOTHING]
    indicator = plan.indicator_by_code[progress.indicator_code]
    written = value_text(plan, indicator, progress.value)
    value = NOTHING if progress.value is None else with_measure(written, measure(indicator))
    return [html.Span(value, className="number"), html.A(verdict_mark(progress), href=why_href(progress))]


def _spread(counts: Counter[Status]) -> Component:
    """How many units stand at which status."""
    return html.Span(
        [
            html.Span(
                [icon(status), str(counts[status])], className="status", title=f"{status_word(status)} {counts[status]}"
            )
            for status in Status
            if status in counts
        ],
        className="spread",
    )


def _others_table(reading: Reading, targets: list[Target]) -> Component:
    rows = [
        [
            dcc.Link(target_name(target), href=reading.address.to(f"/targets/{target.code}")),
            kind_word(target.kind),
            date_text(target.due_on) if target.due_on else NOTHING,
            _(", ").join(str(number) for number in target.tasks) or NOTHING,
            target.code,
        ]
        for target in targets
    ]
    return plain_table(_("Targets without a number"), [_("Target"), _("Kind"), _("Due"), _("Tasks"), _("Code")], rows)


def units_page(reading: Reading) -> Content:
    """The page at `/units`: the units of the level with how they stand on the core targets."""
    plan, level = reading.plan, reading.level
    core = in_display_order(plan, core_targets(reading.view, on=reading.on)) if reading.on else []
    listed = reading.paged(level.units)
    units = (level.under, *listed.shown)
    codes = {unit.code for unit in units}
    everything = codes | counted_below(plan, level)
    judged = progress_by_unit(
        reading.session, reading.view, month=reading.month, units=everything, targets=[target.code for target in core]
    )
    verdicts = {(verdict.unit_code, verdict.target_code): verdict for verdict in judged.of_units(codes)}
    headings = [_("Unit"), _("Kind"), *[_target_heading(reading, target) for target in core], _("Figures"), _("Code")]
    rows = [_unit_row(reading, unit, [verdicts.get((unit.code, target.code)) for target in core]) for unit in units]
    if adds_up(plan, level):
        counted = tally_of(reading.view, judged, level)
        headings.insert(2, _("Units below"))
        for unit, row in zip(units, rows, strict=True):
            row.insert(2, lights_cell(counted, unit, level=level))
    title = ngettext("{n} unit reports", "{n} units report", len(plan.reporting_units_under(level.under.code)))
    table = scrolled(plain_table(_("Units"), headings, rows), name="texts")
    csv = csv_link(reading.address.csv("units"))
    body = html.Div(
        [
            page_head(title, reading, breadcrumbs(reading)),
            section(_("Units"), table, pages(reading.address, listed), aside=[flat_way(reading, "verdicts"), csv]),
        ]
    )
    return Content(title=_("Units"), body=body)


def _target_heading(reading: Reading, target: Target) -> Component:
    """The name of a core target over its signs, and what it demands."""
    rule = target_rule(target, reading.plan.indicator_by_code[str(target.indicator)])
    link = dcc.Link(target_name(target), href=reading.address.to(f"/targets/{target.code}"))
    return html.Span([link, html.Small(rule)], className="weighed")


def _unit_row(reading: Reading, unit: Unit, verdicts: Sequence[Progress | None]) -> list[Component]:
    """The unit with its sign under each core target; `verdicts` in the order of the headings."""
    return [
        unit_way(reading.plan, reading.address, unit, level=reading.level),
        kind_of_unit(reading.plan, unit.kind),
        *[NOTHING if verdict is None else _sign(reading.plan, verdict) for verdict in verdicts],
        _owes(reading.plan, unit),
        unit.code,
    ]


def _sign(plan: Plan, verdict: Progress) -> Component:
    return html.A(
        [icon(verdict.status), html.Span(status_word(verdict.status), className="hidden-text")],
        href=why_href(verdict),
        title=_title(plan, verdict),
    )


def _owes(plan: Plan, unit: Unit) -> str:
    """Whether figures are owed; what adds up others sends none."""
    if unit.code in plan.children:
        return _("added up")
    return _("required") if unit.figures_required else _("optional")


def _title(plan: Plan, progress: Progress) -> str:
    target = plan.target_revision(progress.target_code, progress.target_revision)
    return target.name.in_language(language()) + _(": ") + status_word(progress.status)
