"""The lists that lead on: all targets, all units."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.grids.progress_rows import in_display_order
from dashboard.locale import _, date_text, language, ngettext
from dashboard.pages.content import Content
from dashboard.pages.unit import kind_of_unit
from dashboard.parts import csv_link, icon, page_head, plain_table, section, verdict_mark, why_href
from dashboard.reading import Reading
from dashboard.wording import (
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
from metrics.plan.model import Plan, Target
from metrics.queries.leaderboard import core_targets
from metrics.queries.progress_by_unit import Judged, progress_by_unit
from metrics.results import Progress, Status

Component = Any


def targets_page(reading: Reading) -> Content:
    """The page at `/targets`: measured targets with the city's value, then those without a number."""
    plan = reading.plan
    judged = progress_by_unit(reading.session, reading.view, on=reading.on)
    current = plan.targets_in_force(reading.on) if reading.on else tuple(r[-1] for r in plan.target_revisions.values())
    measured = in_display_order(plan, [target for target in current if target.measured])
    others = [target for target in current if not target.measured]
    title = finding(plan, judged, measured=len(measured), others=len(others))
    on = {"on": reading.on.isoformat()} if reading.on else {}
    body = html.Div(
        [
            page_head(title, reading),
            section(
                _("Measured targets"),
                html.Div(_measured_table(reading, judged, measured), className="scroll texts"),
                aside=csv_link(reading.place.csv("progress", **on)),
            ),
            section(
                _("Targets without a number"),
                html.Div(_others_table(reading, others), className="scroll texts"),
                aside=csv_link(reading.place.csv("targets")),
            ),
        ]
    )
    return Content(title=_("Targets"), body=body)


def finding(plan: Plan, judged: Judged, *, measured: int, others: int) -> str:
    """How many of the measured targets the city meets and owes; before the first return, how many there are."""
    city = [verdict.status for verdict in judged.progress if verdict.unit_code == plan.document.root_unit]
    tracked = ngettext(
        "{n} more is tracked by milestones and reports", "{n} more are tracked by milestones and reports", others
    )
    if judged.period is None or not city:
        head = ngettext("{n} measured target", "{n} measured targets", measured)
        return head + _("; ") + tracked
    head = ngettext(
        "The city meets {met} of {n} measured target",
        "The city meets {met} of {n} measured targets",
        measured,
        met=city.count(Status.MET),
    )
    overdue = city.count(Status.OVERDUE)
    late = _("; ") + ngettext("{n} is overdue", "{n} are overdue", overdue) if overdue else ""
    return head + late + _("; ") + tracked


def _measured_table(reading: Reading, judged: Judged, targets: list[Target]) -> Component:
    plan, root = reading.plan, reading.plan.document.root_unit
    city = {p.target_code: p for p in judged.progress if p.unit_code == root}
    rows = [
        [
            dcc.Link(target_name(target), href=reading.place.to(f"/targets/{target.code}")),
            target_rule(target, plan.indicator_by_code[str(target.indicator)]),
            date_text(target.due_on) if target.due_on else NOTHING,
            *_city_cells(plan, city.get(target.code)),
            _spread(judged, plan, target),
            target.code,
        ]
        for target in targets
    ]
    headings = [_("Target"), _("Demands"), _("Due"), _("City"), _("City's status"), _("Units"), _("Code")]
    return plain_table(_("Measured targets"), headings, rows)


def _city_cells(plan: Plan, progress: Progress | None) -> list[Component]:
    if progress is None:
        return [NOTHING, NOTHING]
    indicator = plan.indicator_by_code[progress.indicator_code]
    written = value_text(plan, indicator, progress.value)
    value = NOTHING if progress.value is None else with_measure(written, measure(indicator))
    return [html.Span(value, className="number"), html.A(verdict_mark(progress), href=why_href(progress))]


def _spread(judged: Judged, plan: Plan, target: Target) -> Component:
    """How many units stand at which status."""
    counts: dict[Status, int] = {}
    for progress in judged.progress:
        if progress.target_code == target.code and progress.unit_code not in plan.children:
            counts[progress.status] = counts.get(progress.status, 0) + 1
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
            dcc.Link(target_name(target), href=reading.place.to(f"/targets/{target.code}")),
            kind_word(target.kind),
            date_text(target.due_on) if target.due_on else NOTHING,
            _(", ").join(str(number) for number in target.tasks) or NOTHING,
            target.code,
        ]
        for target in targets
    ]
    return plain_table(_("Targets without a number"), [_("Target"), _("Kind"), _("Due"), _("Tasks"), _("Code")], rows)


def units_page(reading: Reading) -> Content:
    """The page at `/units`: every unit with how it stands on the core targets."""
    plan = reading.plan
    core = {target.code for target in core_targets(reading.view, on=reading.on)} if reading.on else set()
    judged = progress_by_unit(reading.session, reading.view, on=reading.on, targets=core)
    units = sorted(plan.units, key=lambda unit: (unit.order, unit.code))
    rows = []
    for unit in units:
        verdicts = [p for p in judged.progress if p.unit_code == unit.code and p.target_code in core]
        rows.append(
            [
                dcc.Link(unit_name(unit), href=reading.place.to(f"/units/{unit.code}")),
                kind_of_unit(unit.kind),
                html.Span(
                    [
                        html.A(
                            [icon(p.status), html.Span(status_word(p.status), className="hidden-text")],
                            href=why_href(p),
                            title=_title(plan, p),
                        )
                        for p in verdicts
                    ],
                    className="spread",
                ),
                _("required") if unit.figures_required else _("optional"),
                unit.code,
            ]
        )
    reporting = len(plan.reporting_units)
    title = ngettext("{n} unit reports", "{n} units report", reporting)
    headings = [_("Unit"), _("Kind"), _("Core targets"), _("Figures"), _("Code")]
    table = plain_table(_("Units"), headings, rows)
    body = html.Div(
        [
            page_head(title, reading),
            section(_("Units"), html.Div(table, className="scroll texts"), aside=csv_link(reading.place.csv("units"))),
        ]
    )
    return Content(title=_("Units"), body=body)


def _title(plan: Plan, progress: Progress) -> str:
    target = plan.target_revision(progress.target_code, progress.target_revision)
    return target.name.in_language(language()) + _(": ") + status_word(progress.status)
