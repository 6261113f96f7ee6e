"""Every unit of the level beside one target: which of them miss its date, and by how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from dash import html

from dashboard.grids.chosen_table import (
    ChosenColumn,
    Filter,
    Row,
    column_menu,
    file_links,
    file_shape,
    filter_links,
    heading,
    nothing_left,
    shown_columns,
)
from dashboard.grids.chosen_units import choosable, compare_chosen
from dashboard.levels import pages
from dashboard.locale import _, date_text, language, month_text, ngettext
from dashboard.pages.target_rows import HEADINGS, UNIT, chosen_rows
from dashboard.parts import hand_sign, hidden, own_mark, scrolled, section, status_mark, unit_link
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    MINUS,
    NOTHING,
    light_word,
    measure,
    measure_of_change,
    signed,
)
from metrics.periods import parse_day
from metrics.plan.model import Indicator, Target
from metrics.publish.dataset import Cell
from metrics.publish.shape import TableShape
from metrics.publish.shaped import cell_text
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.results import Light, Progress, Status

Component = Any


def units_of_target(reading: Reading, judged: JudgedProgress, target: Target) -> Component:
    """The section: all units of the level, sorted and chosen as the address says, and the same as files."""
    if judged.table is None:
        return None
    chosen = chosen_rows(reading, judged)
    rows, found, shape = chosen.every, chosen.found, chosen.shape
    verdicts = {verdict.unit_code: verdict for verdict in judged.some(chosen.places)}
    indicator = reading.plan.indicator_by_code[str(target.indicator)]
    columns = unit_columns(reading, verdicts, indicator, target)
    title = finding(rows, target, judged)
    return section(
        title,
        html.Div(_acts(reading, shape, columns, rows), className="table-acts"),
        _table(reading, shape, shown_columns(columns, shape), found, caption=title),
        name="target-units",
        aside=_files(reading, judged, target, shape, columns) if found else None,
    )


def finding(rows: list[Row], target: Target, judged: JudgedProgress) -> str:
    """How many of the units miss the due date, or are going to at the pace that they make.

    Of those with a date of their own (domain rule 6) it is said apart: the target's date says nothing of them.
    """
    applying = [row for row in rows if row["status"] != Status.NOT_APPLICABLE]
    if target.due_on is None or judged.on is None or not applying:
        return _("Unit by unit, as a table")
    date_of_all = target.due_on.isoformat()
    said = _missing(
        Counter(row["misses"] for row in applying if row["due_on"] == date_of_all), target.due_on, judged.on
    )
    own = [row["misses"] for row in applying if row["due_on"] != date_of_all]
    if not own:
        return said
    apart = ngettext(
        "{n} with a date of its own, {misses} missing it",
        "{n} with dates of their own, {misses} missing them",
        len(own),
        misses=own.count(True),
    )
    return _("; ").join(filter(None, (said, apart)))


def _missing(known: Counter[Cell], due_on: date, on: date) -> str:
    """How many miss the date `due_on`, by the day judged or as it looks then; empty for nobody."""
    of, misses, unknown = known.total(), known[True], known[None]
    if not of:
        return ""
    due = date_text(due_on)
    if on < due_on:
        said = ngettext(
            "At their present pace, {misses} of {n} unit will miss {date}",
            "At their present pace, {misses} of {n} units will miss {date}",
            of,
            misses=misses,
            date=due,
        )
    else:
        said = ngettext(
            "{misses} of {n} unit has not met it, due {date}",
            "{misses} of {n} units have not met it, due {date}",
            of,
            misses=misses,
            date=due,
        )
    return said + (ngettext("; {n} cannot be judged", "; {n} cannot be judged", unknown) if unknown else "")


def _files(
    reading: Reading, judged: JudgedProgress, target: Target, shape: TableShape, columns: list[ChosenColumn]
) -> list[Component]:
    units = [unit.code for unit in reading.level.units]
    on = {"on": judged.on.isoformat()} if judged.on else {}
    asked = file_shape(shape, shown_columns(columns, shape))
    return file_links(reading.address, "progress", asked, unit=units, target=target.code, **on)


def _acts(reading: Reading, shape: TableShape, columns: list[ChosenColumn], rows: list[Row]) -> list[Component]:
    misses: Mapping[str, Component] = {
        "true": _("Not met by then"),
        "false": _("Met by then"),
        "": _("Cannot be judged"),
    }
    statuses: Mapping[str, Component] = {status.value: status_mark(status) for status in Status}
    asked = [Filter("misses", _("Due date"), misses), Filter("status", _("Status"), statuses)]
    links = [filter_links(reading.address, shape, one, rows, HEADINGS) for one in asked]
    return [*links, column_menu(reading.address, shape, columns)]


def _table(
    reading: Reading, shape: TableShape, columns: list[ChosenColumn], found: list[Row], *, caption: str
) -> Component:
    if not found:
        return nothing_left(reading.address, _("No unit matches this choice."))
    listed = reading.paged(found)
    table = html.Table(
        [
            html.Caption(caption, className="hidden-text"),
            html.Thead(html.Tr([heading(reading.address, shape, column) for column in columns])),
            html.Tbody([_row(columns, row) for row in listed.shown]),
        ],
        className="figures sortable",
    )
    return html.Div([scrolled(table), pages(reading.address, listed), compare_chosen(reading.address)])


def _row(columns: list[ChosenColumn], row: Row) -> Component:
    first, *others = columns
    cells = [html.Td(column.cell(row), **{"data-label": column.title}) for column in others]
    return html.Tr([html.Th(first.cell(row), scope="row"), *cells])


def unit_columns(
    reading: Reading, verdicts: Mapping[str, Progress], indicator: Indicator, target: Target
) -> list[ChosenColumn]:
    """The columns that there can be, the unit's first; measures stand in the headings."""
    plan, of = reading.plan, measure(indicator)
    change = measure_of_change(indicator)
    counted = plan.element_by_code[indicator.numerator.terms[0].element]
    amount = counted.unit_of_measure.in_language(language())

    def figure(name: str, title: str, *, of: str = "") -> ChosenColumn:
        named = f"{title} ({of})" if of else title
        return ChosenColumn(name, named, partial(_figure, name), (name,), name)

    def difference(name: str, title: str, exact: Callable[[Progress], Fraction | None]) -> ChosenColumn:
        return ChosenColumn(name, f"{title} ({change})", partial(_difference, name, exact, verdicts), (name,), name)

    now = [
        ChosenColumn(UNIT, _("Unit"), partial(_unit, reading, verdicts), (UNIT, "unit_name")),
        figure("value", _("Value"), of=of),
        ChosenColumn("status", _("Status"), _status, ("status", "light", "override"), "status", worded=True),
        difference("gap", _("Distance"), lambda one: one.gap),
        figure("shortfall", _("Shortfall now"), of=amount),
        difference("present_pace", _("Present pace per month"), lambda one: one.present_pace),
    ]
    misses = ChosenColumn("misses", _("Met by the due date"), _misses, ("misses",), "misses")
    ahead = {one.due_on for one in verdicts.values() if one.due_on is not None and one.evaluated_on < one.due_on}
    if not ahead:
        return [*now, misses]  # nothing is needed or projected beyond the due date
    if target.due_on is not None and ahead == {target.due_on}:
        projected = _("Projected to {date} (range, {measure})", date=date_text(target.due_on), measure=of)
    else:
        projected = _("Projected to its due date (range, {measure})", measure=of)
    parts = ("projected_value", "range_low", "range_high")
    return [
        *now,
        difference("required_pace", _("Pace needed per month"), lambda one: one.required_pace),
        ChosenColumn("projected_value", projected, _projected, parts, "projected_value"),
        ChosenColumn("projected_on", _("Reached at this pace on"), _reached, ("projected_on",), "projected_on"),
        misses,
        figure("projected_shortfall", _("Shortfall on the due date"), of=amount),
    ]


def _unit(reading: Reading, verdicts: Mapping[str, Progress], row: Row) -> Component:
    code = str(row[UNIT])
    unit, address = reading.plan.unit_by_code[code], reading.address
    return choosable(unit, unit_link(unit, address), own_mark(reading.plan, verdicts[code]), address=address)


def _status(row: Row) -> Component:
    """Sign and word, the way to why; beside it, of a light set by hand, that it is and which."""
    mark = status_mark(Status(str(row["status"])))
    if row["override"]:
        light = Light(str(row["override"]))
        by_hand = [hand_sign(light), hidden(_("Light set by hand")), " ", light_word(light)]
        mark = html.Span([mark, *by_hand], className="by-hand")
    return html.A(mark, href=f"#why={row[UNIT]}/{row['target_code']}", title=_("Why this colour?"))


def _figure(name: str, row: Row) -> str:
    return cell_text(row[name]).replace("-", MINUS) or NOTHING


def _difference(
    name: str, exact: Callable[[Progress], Fraction | None], verdicts: Mapping[str, Progress], row: Row
) -> str:
    """The cell's figure with the sign of the exact one: what is written 0.00 in a file may be less than that."""
    return signed(exact(verdicts[str(row[UNIT])])) if cell_text(row[name]) else NOTHING


def _projected(row: Row) -> Component:
    """The projected value, and under it its range."""
    names = ("projected_value", "range_low", "range_high")
    text, low, high = (cell_text(row[name]).replace("-", MINUS) for name in names)
    if not text:
        return NOTHING
    return [text, html.Span(f"{low} – {high}", className="note")] if low else text


def _reached(row: Row) -> str:
    day = parse_day(cell_text(row["projected_on"]))
    return NOTHING if day is None else month_text(day)


def _misses(row: Row) -> Component:
    missed = row["misses"]
    if missed is None:
        return NOTHING
    sign, word = ("✘ ", _("no")) if missed else ("✔ ", _("yes"))
    return [html.Span(sign, **{"aria-hidden": "true"}), word]
