"""A seeded sample: the same for everybody who has the seed, and as many cells of each unit."""

from __future__ import annotations

import hashlib
from datetime import date

from metrics.sampling import SampledCell, cell_of, drawn, frame
from tests.workbooks import city_plan

PERIODS = [date(2019, 8, 1), date(2019, 9, 1)]


def test_anybody_draws_the_same_in_a_few_lines() -> None:
    """The lines of docs/assessments.md."""
    cells = list(frame(city_plan(), periods=PERIODS, elements=["items_total", "items_online", "startups"]))
    mine = []
    for unit in dict.fromkeys(cell.unit for cell in cells):
        texts = [f"4711|{cell.unit}|{cell.period}|{cell.element}" for cell in cells if cell.unit == unit]
        mine += sorted(texts, key=lambda text: hashlib.sha256(text.encode()).hexdigest())[:2]
    found = drawn(cells, seed="4711", per_unit=2)
    assert [f"4711|{cell.unit}|{cell.period}|{cell.element}" for cell in found] == mine


def test_every_unit_gives_as_many_cells_and_no_cell_twice() -> None:
    plan = city_plan()
    cells = list(frame(plan, periods=PERIODS, elements=plan.element_by_code))
    found = drawn(cells, seed="x", per_unit=5)
    counts = {
        unit.code: sum(cell.unit == unit.code for cell in found)
        for unit in plan.reporting_units
        if unit.figures_required
    }
    assert set(counts.values()) == {5}
    assert len(set(found)) == len(found)


def test_a_unit_with_fewer_cells_gives_all_it_has() -> None:
    cells = [SampledCell("a", "2019-09", "x"), SampledCell("b", "2019-09", "x"), SampledCell("b", "2019-09", "y")]
    assert set(drawn(cells, seed="s", per_unit=9)) == set(cells)


def test_the_order_of_the_frame_within_a_unit_decides_nothing_and_the_seed_does() -> None:
    cells = list(frame(city_plan(), periods=PERIODS[:1], elements=city_plan().element_by_code))
    unit = [cell for cell in cells if cell.unit == cells[0].unit]
    assert drawn(unit, seed="1", per_unit=4) == drawn(unit[::-1], seed="1", per_unit=4)
    assert drawn(unit, seed="1", per_unit=4) != drawn(unit, seed="2", per_unit=4)


def test_a_cell_is_read_back_as_it_is_written() -> None:
    cell = SampledCell("441202", "2019-09", "items_total")
    assert cell_of(str(cell)) == cell
