"""The list of units: of what stands on a level, how each stands on the core targets and whether it owes figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.grids.chosen_table import Filter, Row, file_links, filter_links, nothing_left
from dashboard.grids.progress_rows import in_display_order
from dashboard.levels import adds_up, breadcrumbs, flat_way, lights_cell, pages, unit_way
from dashboard.locale import _, language, ngettext
from dashboard.pages.unit import kind_of_unit
from dashboard.parts import hand_mark, hidden, icon, page_head, plain_table, scrolled, section, why_href
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.window.shapes import shape_at
from dashboard.words.existence import existence_text
from dashboard.words.figures import NOTHING, status_word, target_name, target_rule
from metrics.plan.model import Plan, Target, Unit, UnitKind
from metrics.publish.dataset import Wording
from metrics.publish.plan_parts import UNITS
from metrics.publish.shape import CellCondition, TableShape
from metrics.publish.shaped import arranged
from metrics.queries.leaderboard import core_targets
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.tally_below import counted_below, tally_of
from metrics.results import Progress

Component = Any
_HEADINGS = {column.name: column for column in UNITS.columns}
_IN_FILES = ("unit_code", "unit_name", "kind", "parent_code", "reports", "figures_required")


def units_page(reading: Reading) -> Content:
    """The page at `/units`: the units of the level with how they stand on the core targets."""
    plan, level = reading.plan, reading.level
    core = in_display_order(plan, core_targets(reading.view, on=reading.on)) if reading.on else []
    shape = shape_at(reading, UNITS, names=())
    every = _rows(reading)
    by_code = {unit.code: unit for unit in level.units}
    listed = reading.paged([by_code[str(row["unit_code"])] for row in arranged(every, shape, _HEADINGS)])
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
    reporting = plan.reporting_units_under(level.under.code)
    there = sum(reading.on is None or one.exists_on(reading.on) for one in reporting)
    title = ngettext("{n} unit reports", "{n} units report", there)
    table = scrolled(plain_table(_("Units"), headings, rows), name="texts")
    if not listed.rows:
        table = html.Div([table, nothing_left(reading.address, _("No unit matches this choice."))])
    body = html.Div(
        [
            page_head(title, reading, breadcrumbs(reading)),
            section(
                _("Units"),
                html.Div(_filters(reading, shape, every), className="table-acts"),
                table,
                pages(reading.address, listed),
                aside=[flat_way(reading, "verdicts"), *_files(reading, shape)],
            ),
        ]
    )
    return Content(title=_("Units"), body=body)


def _rows(reading: Reading) -> list[Row]:
    """What the dataset says of the units below the level's top, in display order."""
    words = Wording(reading.session, reading.view, language=reading.address.language)
    return [UNITS.row(unit, words) for unit in reading.level.units]


def _filters(reading: Reading, shape: TableShape, rows: list[Row]) -> list[Component]:
    """Links that leave the units of one kind, and those that owe figures."""
    kinds: dict[str, Component] = {kind.value: kind_of_unit(reading.plan, kind) for kind in UnitKind}
    owed: dict[str, Component] = {"true": _("required"), "false": _("optional")}
    asked = [Filter("kind", _("Kind"), kinds), Filter("figures_required", _("Figures"), owed)]
    return [filter_links(reading.address, shape, one, rows, _HEADINGS) for one in asked]


def _files(reading: Reading, shape: TableShape) -> list[Component]:
    """The units that are shown, without the level's top, as files."""
    codes = tuple(unit.code for unit in reading.level.units)
    where = (*shape.where, CellCondition("unit_code", codes))
    return file_links(reading.address, "units", TableShape(columns=_IN_FILES, sort=shape.sort, where=where))


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
        existence_text(reading.plan, unit, reading.on) or _owes(reading.plan, unit),
        unit.code,
    ]


def _sign(plan: Plan, verdict: Progress) -> Component:
    return html.A(
        [icon(verdict.status), hidden(status_word(verdict.status)), hand_mark(verdict)],
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
