"""Slides of pages, held against the files as tables of pages are: the table, and the figures that its native chart has.

A slide is read as PowerPoint would: what stands in the cells of its table, and the numbers that its chart is drawn of.
Rows of both stand in one tree, so that a test can alter either.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pptx import Presentation
from starlette.testclient import TestClient

from dashboard.locale import _
from dashboard.words.figures import STATUS_SIGNS, indicator_name, status_word, target_rule, unit_name
from dashboard.words.movements import part_word
from metrics.contributions import PartState
from metrics.plan.model import Direction
from metrics.results import Status
from tests.dashboard.drawn import of_class
from tests.dashboard.read_back import Row
from tests.dashboard.shown_tables import Draw, Pull, ShownCell, ShownRow, ShownTable, body, day, seen, status

Charted = Mapping[str, list[str]]


def slide_tree(client: TestClient, address: str) -> Any:
    """The slide at an address as the components of a page: its table and, if it has one, its chart."""
    answer = client.get(f"/slides/pptx{address}")
    assert answer.status_code == 200, answer.text
    (slide,) = Presentation(io.BytesIO(answer.content)).slides
    (table,) = [shape.table for shape in slide.shapes if shape.has_table]
    parts = [_part("slide-table", [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows][1:])]
    for plot in (shape.chart.plots[0] for shape in slide.shapes if shape.has_chart):
        columns = [["" if value is None else repr(value) for value in series.values] for series in plot.series]
        parts.append(_part("slide-chart", [[*row] for row in zip(plot.categories, *columns, strict=True)]))
    return _component("Div", parts)


def _part(name: str, rows: list[list[str]]) -> Any:
    cells = [_component("Tr", [_component("Td", text) for text in row]) for row in rows]
    return _component("Table", [_component("Tbody", cells)], className=name)


def _component(kind: str, children: Any, **more: str) -> Any:
    return {"type": kind, "props": {"children": children, **more}}


def _table(slide: Any) -> list[list[str]]:
    return [[seen(cell) for cell in cells] for cells in body(of_class(slide, "slide-table"))]


def _chart(slide: Any) -> Charted:
    """What is drawn at each category, whose sign and status in words are taken off."""
    return {_bare(seen(head)): [seen(cell) for cell in cells] for head, *cells in body(of_class(slide, "slide-chart"))}


def _bare(category: str) -> str:
    sign, _space, name = category.partition(" ")
    for word in (f" ({status_word(one)})" for one in Status):
        name = name.removesuffix(word)
    return name if sign in STATUS_SIGNS.values() else category


def _drawn(figure: str, told: str) -> str:
    """A number of a chart, as the file writes it if it is the same number."""
    return told if figure and told and Decimal(figure) == Decimal(told) else figure


def _sign(code: str) -> str:
    return STATUS_SIGNS[Status(code)]


def _units(draw: Draw) -> dict[str, str]:
    return {unit_name(unit): unit.code for unit in draw.plan.units}


def _label(draw: Draw, row: Row) -> str:
    """How a slide names the target of a row."""
    target = (
        draw.plan.target_in_force(row["target_code"], date.fromisoformat(draw.on))
        or draw.plan.general_targets[row["target_code"]][-1]
    )
    indicator = draw.plan.indicator_by_code[str(target.indicator)]
    return f"{indicator_name(indicator)} {target_rule(target, indicator)}"


def _due_too(draw: Draw, row: Row) -> str:
    """As where several targets ask for the same."""
    due = _("by {date}", date=day(row["due_on"])) if row["due_on"] else ""
    return f"{_label(draw, row)} · {due}"


def _of_targets(
    slide: Any, draw: Draw, file: list[Row], key: Callable[[Row], dict[str, str]], last: tuple[str, ...]
) -> Iterator[ShownRow]:
    """A row a target: what is reached and asked for, drawn as two bars, and one more column."""
    charted, listed = _chart(slide), _table(slide)
    assert charted.keys() == {cells[0] for cells in listed}
    for name, value, due, standing, more in listed:
        rows = [row for row in file if _label(draw, row) == name]
        row = next((row for row in rows if row["due_on"] and day(row["due_on"]) == due), rows[0])
        reached, asked = charted[name]
        yield ShownRow(
            key(row),
            (
                ShownCell(value, ("value",)),
                ShownCell(due, (), {"due_on": day}),
                ShownCell(standing, (), {"status": status}),
                ShownCell(standing, (), {"status": _sign}),
                ShownCell(more, last),
                ShownCell(_drawn(reached, row["value"]), ("value",)),
                ShownCell(_drawn(asked, row["threshold"]), ("threshold",)),
            ),
        )


def _overview(slide: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    current = [row for row in file if row["current"] == "true"]
    yield from _of_targets(
        slide, draw, current, lambda row: {"target_code": row["target_code"]}, ("units_met", "units_judged")
    )


def _unit(slide: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    names = ("unit_code", "target_code")
    yield from _of_targets(slide, draw, file, lambda row: {name: row[name] for name in names}, ("gap",))


def _target(slide: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    """Ranks are of the exact rates, not of what is written of them."""
    charted, codes = _chart(slide), _units(draw)
    rates = {row["unit_code"]: row for row in pull("rates", period=draw.month, indicator=file[0]["indicator_code"])}
    exact = {
        code: Fraction(row["numerator"]) / Fraction(row["denominator"]) for code, row in rates.items() if row["value"]
    }
    upwards = draw.plan.indicator_by_code[file[0]["indicator_code"]].direction is Direction.HIGHER
    ranked = [code for code in exact if code in {row["unit_code"] for row in file} - {draw.plan.root.code}]
    listed = _table(slide)
    assert charted.keys() <= {cells[0] for cells in listed}
    for name, rank, value, gap, standing in listed:
        code = codes[name]
        (row,) = [row for row in file if row["unit_code"] == code]
        better = [other for other in ranked if code in exact and _beats(exact[other], exact[code], upwards)]
        yield ShownRow(
            {"unit_code": code, "target_code": row["target_code"]},
            (
                ShownCell(rank, ("rank",)),
                ShownCell(value, ("value",)),
                ShownCell(gap, ("gap",)),
                ShownCell(standing, (), {"status": status}),
                ShownCell(standing, (), {"status": _sign}),
                ShownCell(_drawn(charted[name][0], row["value"]), ("value",)),
            ),
            {"rank": str(1 + len(better)) if row["value"] else ""},
        )


def _beats(one: Fraction, other: Fraction, upwards: bool) -> bool:
    return one > other if upwards else one < other


def _moved(slide: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    charted, codes, told = _chart(slide), _units(draw), {row["unit_code"]: row for row in file}
    for name, part, by_rate, by_denominator, state in _table(slide):
        row = told[codes[name]]
        yield ShownRow(
            {"unit_code": codes[name]},
            (
                ShownCell(part, ("contribution",)),
                ShownCell(by_rate, ("rate_effect",)),
                ShownCell(by_denominator, ("denominator_effect",)),
                ShownCell(state, (), {"state": lambda code: part_word(PartState(code))}),
                ShownCell(_drawn(charted[name][0], row["contribution"]), ("contribution",)),
            ),
        )


def _leaderboard(slide: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    charted, codes, told = _chart(slide), _units(draw), {row["unit_code"]: row for row in file}
    assert len(told) == len(_table(slide))
    for name, rank, score, movement in _table(slide):
        moved = {"=": "0"}.get(movement, movement.replace("▲ ", "").replace("▼ ", "-"))
        yield ShownRow(
            {"unit_code": codes[name], "period": draw.month},
            (
                ShownCell(rank, ("rank",)),
                ShownCell(score, ("score",)),
                ShownCell(moved, ("movement",)),
                ShownCell(_drawn(_of_one(charted[name][0]), told[codes[name]]["score"]), ("score",)),
            ),
        )


def _of_one(short: str) -> str:
    """The score of which a bar draws what is short of 1."""
    return str(1 - Decimal(short)) if short else short


def _compared(slide: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    charted = _chart(slide)
    listed, codes = _table(slide), {_due_too(draw, row): row["target_code"] for row in file}
    codes |= {_label(draw, row): row["target_code"] for row in file}
    assert len({cells[0] for cells in listed}) == len(listed)
    for name, *cells in listed:
        for place, (unit, cell) in enumerate(zip((draw.unit, *draw.others), cells, strict=True)):
            rows = [row for row in file if (row["unit_code"], row["target_code"]) == (unit, codes[name])]
            if not rows:
                assert cell == "—"
                continue
            (row,) = rows
            bar = [ShownCell(_drawn(charted[name][place], row["value"]), ("value",))] if name in charted else []
            yield ShownRow(
                {"target_code": row["target_code"], "unit_code": unit},
                (ShownCell(cell, ("value",), {"status": _sign}), *bar),
            )


def _judged(draw: Draw, **more: str | list[str]) -> dict[str, str | list[str]]:
    return {"on": draw.on, **more}


SLIDES: dict[str, ShownTable] = {
    "slide of the overview": ShownTable("commitments", lambda d: ("/", {}), _overview, asked=_judged),
    "slide of a unit": ShownTable(
        "progress", lambda d: (f"/units/{d.unit}", {}), _unit, asked=lambda d: _judged(d, unit=d.unit)
    ),
    "slide of a target": ShownTable(
        "progress", lambda d: (f"/targets/{d.target}", {}), _target, asked=lambda d: _judged(d, target=d.target)
    ),
    "slide of why it moved": ShownTable(
        "contributions",
        lambda d: (f"/targets/{d.target}/moved", {}),
        _moved,
        asked=lambda d: {"target": d.target, "period_to": d.month},
    ),
    "slide of the leaderboard": ShownTable(
        "leaderboard", lambda d: ("/leaderboard", {}), _leaderboard, asked=lambda d: {"period": d.month}
    ),
    "slide of units compared": ShownTable(
        "comparison",
        lambda d: ("/compare", {"unit": [d.unit, *d.others]}),
        _compared,
        asked=lambda d: _judged(d, unit=[d.unit, *d.others]),
    ),
}
