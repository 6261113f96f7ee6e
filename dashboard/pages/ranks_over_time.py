"""The part of the leaderboard's page that says how ranks came about: a year of them, drawn, said and as a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from dash import html

from dashboard.charts.course import months_along
from dashboard.charts.ranks import RankLine, ranks_figure
from dashboard.grids.chart_view import Picture, graph, pictured
from dashboard.locale import _, count_text, language, month_text
from dashboard.parts import choice, csv_link, plain_table, section, table_view
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, unit_name
from dashboard.words.months import month_marks
from metrics.periods import add_months, format_period, period_of
from metrics.plan.level import MOST_SHOWN
from metrics.plan.model import Unit
from metrics.queries.leaderboard import leaderboards
from metrics.ranking import RankGroup
from metrics.results import Rank
from metrics.rounding import shown_score

Component = Any

_MONTHS = 12
Places = Mapping[str, Sequence[Rank | None]]


def ranks_over_time(reading: Reading, rows: Sequence[Rank], *, group: RankGroup | None, among: str) -> list[Component]:
    """The ranks of the units in `rows` in the twelve months up to theirs; `among`: whom they are ranked with, in words.

    One unit is told from the others: the one that the address names, else the one that climbed or fell most. Of more
    units than a page shows there is the file alone.
    """
    last = rows[0].period
    span = {"period_from": format_period(add_months(last, 1 - _MONTHS)), "period_to": format_period(last)}
    files = {} if group is None else {"group": group.value}
    href = reading.address.csv("leaderboard", **span, **files)
    csv = csv_link(href, _("Ranks over time"))
    if len(reading.plan.reporting_units) > MOST_SHOWN:
        said = _("There are too many units to draw; the file has every month.")
        return [section(_("Ranks over time"), html.P(said, className="note"), aside=csv)]
    months = list(
        leaderboards(reading.session, reading.view, first=add_months(last, 1 - _MONTHS), last=last, group=group)
    )
    if len(months) < 2:
        return []
    there = [period_of(month[0].period) for month in months]
    places = _places(months, [row.unit_code for row in rows])
    named = reading.address.keeps("unit")
    chosen = named if named in reading.plan.unit_by_code else _mover(places)
    title = _finding(reading, places, there, chosen=chosen)
    lines = _lines(reading, places, chosen=chosen)
    marks = month_marks(months_along(there[0], there[-1]))
    figure = ranks_figure(lines, months=marks, theme=reading.theme, projected=reading.address.projected)
    tabled = _("Each month is in the table view.")
    drawn = graph(reading, figure, label=f"{title} {tabled}", name="course ranks-chart")
    picture = Picture(name="ranks", title=title, caption=" · ".join((_("Ranks over time"), among)))
    return [
        section(
            title,
            _ways(reading, places, chosen=chosen),
            pictured(reading, drawn, picture),
            table_view(_table(reading, places, there)),
            html.P(_("Every month is judged by what is known now, later corrections included."), className="note")
            if reading.address.present
            else None,
            aside=csv,
            name="ranks-over-time",
        )
    ]


def _places(months: Sequence[Sequence[Rank]], units: Collection[str]) -> Places:
    """By unit its row of every month; None where it did not exist yet."""
    by_month = [{row.unit_code: row for row in month} for month in months]
    return {unit: [month.get(unit) for month in by_month] for unit in units}


def _ranks(rows: Sequence[Rank | None]) -> list[int]:
    return [row.rank for row in rows if row is not None and row.rank is not None]


def _change(rows: Sequence[Rank | None]) -> int:
    """Places gained from the first rank of the months to the last one; 0 for who has fewer than two."""
    ranks = _ranks(rows)
    return ranks[0] - ranks[-1] if ranks else 0


def _mover(places: Places) -> str | None:
    """Who climbed or fell most; the first of several; nobody where nothing moved."""
    unit = max(places, key=lambda unit: abs(_change(places[unit])), default=None)
    return unit if unit is not None and _change(places[unit]) else None


def _finding(reading: Reading, places: Places, months: Sequence[date], *, chosen: str | None) -> str:
    span = {"first": month_text(months[0]), "last": month_text(months[-1])}
    if chosen is None:
        return _("All ranks are as they were in {first}", **span)
    if chosen not in places:
        return _("{unit} has no rank here", unit=unit_name(reading.plan.unit_by_code[chosen]))
    ranks = _ranks(places[chosen])
    unit = unit_name(reading.plan.unit_by_code[chosen])
    if not ranks:
        return _("{unit} was not ranked from {first} to {last}", unit=unit, **span)
    named = {"unit": unit, "was": count_text(ranks[0]), "now": count_text(ranks[-1])}
    change = _change(places[chosen])
    if change == 0:
        return _("{unit}: place {now} in {last}, as in {first}", **named, **_ends(places[chosen]))
    most = max(abs(_change(rows)) for rows in places.values())
    if change == most:
        return _("{unit} climbed most: place {was} in {first}, place {now} in {last}", **named, **_ends(places[chosen]))
    if -change == most:
        return _("{unit} fell most: place {was} in {first}, place {now} in {last}", **named, **_ends(places[chosen]))
    return _("{unit}: place {was} in {first}, place {now} in {last}", **named, **_ends(places[chosen]))


def _ends(rows: Sequence[Rank | None]) -> dict[str, str]:
    """The first and the last month in which the unit was ranked."""
    ranked = [row.period for row in rows if row is not None and row.rank is not None]
    return {"first": month_text(ranked[0]), "last": month_text(ranked[-1])}


def _lines(reading: Reading, places: Places, *, chosen: str | None) -> list[RankLine]:
    ending = [(row.rank, unit) for unit, rows in places.items() if (row := rows[-1]) is not None and row.rank]
    taken: dict[str, int] = {}
    free = 0
    for rank, code in sorted(ending, key=lambda one: one[0]):  # stable: ties in display order
        free = max(free + 1, rank)
        taken[code] = free
    found = []
    for code, rows in places.items():
        unit = reading.plan.unit_by_code[code]
        marks = tuple((row.period, row.rank, _words(unit, row)) for row in rows if row is not None)
        found.append(RankLine(code, _short(unit), marks, row=taken.get(code), chosen=code == chosen))
    return found


def _short(unit: Unit) -> str:
    return unit.tile.name.in_language(language()) if unit.tile else unit_name(unit)


def _words(unit: Unit, row: Rank) -> str:
    place = _("unranked") if row.rank is None else _("place {rank}", rank=count_text(row.rank))
    score = "" if row.score is None else f" · {shown_score(row.score)}"
    return f"<b>{escape(unit_name(unit))}</b><br>{month_text(row.period)} {place}{score}"


def _ways(reading: Reading, places: Places, *, chosen: str | None) -> Component:
    """A link a unit that tells it from the others."""
    links = []
    for code in places:
        unit, here = reading.plan.unit_by_code[code], code == chosen
        href = reading.address.keeping(unit=None if code == reading.address.keeps("unit") else code)
        links.append(choice(_short(unit), href, here=here, title=unit_name(unit)))
    return html.Ul(links, className="filters", **{"aria-label": _("Unit highlighted")})


def _table(reading: Reading, places: Places, months: Sequence[date]) -> Component:
    headings = [_("Unit"), *[month_text(month) for month in months]]
    rows = [
        [unit_name(reading.plan.unit_by_code[unit]), *[_cell(row) for row in rows]] for unit, rows in places.items()
    ]
    return plain_table(_("Ranks over time"), headings, rows)


def _cell(row: Rank | None) -> str:
    if row is None:
        return NOTHING
    return _("unranked") if row.rank is None else str(row.rank)
