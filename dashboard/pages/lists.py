"""The list of targets: the measured ones with the value of the level's top, and those without a number."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from dash import dcc, html

from dashboard.grids.chosen_table import Filter, Row, file_links, filter_links, nothing_left, sort_link
from dashboard.grids.progress_rows import in_display_order
from dashboard.grids.task_table import task_links
from dashboard.levels import breadcrumbs, has_levels, ways_down
from dashboard.locale import _, count_text, date_text, ngettext
from dashboard.parts import (
    csv_link,
    hidden,
    icon,
    page_head,
    plain_table,
    scrolled,
    section,
    status_mark,
    verdict_mark,
    why_href,
)
from dashboard.window.address import Address
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.window.shapes import shape_at
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
from dashboard.words.months import without_data
from metrics.plan.model import Plan, Target, UnitKind
from metrics.publish.dataset import Wording
from metrics.publish.progress import PROGRESS, verdict_cells
from metrics.publish.shape import TableShape
from metrics.publish.shaped import arranged
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.tally_below import counted_below, tally_of
from metrics.results import Progress, Status
from metrics.tally import Tally

Component = Any
_HEADINGS = {column.name: column for column in PROGRESS.columns}
_SHOWN_OF_TARGETS = (
    "target_code",
    "target_name",
    "comparator",
    "threshold",
    "due_on",
    "unit_code",
    "unit_name",
    "value",
    "status",
    "light",
    "override",
)


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
    body = html.Div(
        [
            page_head(title, reading, breadcrumbs(reading)),
            ways_down(reading),
            _measured_section(reading, judged, counted, measured),
            section(
                _("Targets without a number"),
                scrolled(_others_table(reading, others), name="texts"),
                aside=csv_link(reading.address.csv("targets")),
            ),
        ]
    )
    return Content(title=_("Targets"), body=body)


def _measured_section(reading: Reading, judged: JudgedProgress, counted: Tally, targets: list[Target]) -> Component:
    """The measured targets: of those in force the ones that the address asks for, and the same as files."""
    shape = shape_at(reading, PROGRESS, names=())
    top, address = reading.level.under, reading.address
    rows = _rows_of(reading, judged, targets)
    found = arranged(rows, shape, _HEADINGS) if shape else rows
    by_code = {target.code: target for target in targets}
    shown = [by_code[str(row["target_code"])] for row in found] if rows else targets
    words: dict[str, Component] = {status.value: status_mark(status) for status in Status}
    acts = filter_links(address, shape, Filter("status", _status_heading(reading), words), rows, _HEADINGS)
    on = {"on": reading.on.isoformat()} if reading.on else {}
    asked = replace(shape, columns=_SHOWN_OF_TARGETS)
    files = file_links(address, "progress", asked, unit=top.code, target=[one.code for one in targets], **on)
    if shown:
        table = scrolled(_measured_table(reading, judged, counted, shown, shape), name="texts")
    else:
        table = nothing_left(address, _("No target matches this choice."))
    head = html.Div(acts, className="table-acts") if rows else None
    return section(_("Measured targets"), head, table, aside=files if rows and shown else None)


def _rows_of(reading: Reading, judged: JudgedProgress, targets: list[Target]) -> list[Row]:
    """What the dataset says of how the level's top stands with each target, in the plan's order."""
    if judged.table is None:
        return []
    top = next(place for place, unit in enumerate(reading.plan.units) if unit.code == reading.level.under.code)
    words = Wording(reading.session, reading.view, language=reading.address.language)
    rows = verdict_cells(judged, np.flatnonzero(judged.table.unit == top), words, names=_HEADINGS)
    codes = {target.code for target in targets}
    return [row for row in rows if row["target_code"] in codes]


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


def _measured_table(
    reading: Reading, judged: JudgedProgress, counted: Tally, targets: list[Target], shape: TableShape
) -> Component:
    plan, top, address = reading.plan, reading.level.under, reading.address
    city = {p.target_code: p for p in judged.of_unit(top.code)}
    rows = [
        [
            dcc.Link(target_name(target), href=address.to(f"/targets/{target.code}")),
            target_rule(target, plan.indicator_by_code[str(target.indicator)]),
            date_text(target.due_on) if target.due_on else NOTHING,
            *_city_cells(plan, city.get(target.code)),
            _spread(address, target.code, counted.statuses.get(target.code, Counter())),
            target.code,
        ]
        for target in targets
    ]
    value = _("City") if _is_one_city(plan) else unit_name(top)
    headings = [
        _("Target"),
        _("Required"),
        sort_link(address, shape, "due_on", _("Due")),
        sort_link(address, shape, "value", value),
        sort_link(address, shape, "status", _status_heading(reading)),
        _("Units"),
        _("Code"),
    ]
    return plain_table(_("Measured targets"), headings, rows)


def _status_heading(reading: Reading) -> str:
    return _("City's status") if _is_one_city(reading.plan) else _("Status")


def _city_cells(plan: Plan, progress: Progress | None) -> list[Component]:
    if progress is None:
        return [NOTHING, NOTHING]
    indicator = plan.indicator_by_code[progress.indicator_code]
    written = value_text(plan, indicator, progress.value)
    value = NOTHING if progress.value is None else with_measure(written, measure(indicator))
    return [html.Span(value, className="number"), html.A(verdict_mark(progress), href=why_href(progress))]


def _spread(address: Address, target: str, counts: Counter[Status]) -> Component:
    """How many units stand at which status, each count the way to just those units."""
    return html.Span(
        [
            dcc.Link(
                [icon(status), count_text(counts[status]), hidden(f" {status_word(status)}")],
                href=address.to(f"/targets/{target}", where=f"status:{status.value}"),
                className="status",
                title=f"{status_word(status)} {counts[status]}",
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
            task_links(reading.address, target.tasks),
            target.code,
        ]
        for target in targets
    ]
    return plain_table(_("Targets without a number"), [_("Target"), _("Kind"), _("Due"), _("Tasks"), _("Code")], rows)
