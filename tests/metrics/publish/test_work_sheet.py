"""A work sheet says when what stands in it is the demonstration's, and comes back read all the same."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from metrics.commands.draw_sample import Drawing, draw_sample
from metrics.database import WriteSession
from metrics.intake.isolation import grid_of
from metrics.intake.work_sheet import read_work_sheet
from metrics.principal import Role
from metrics.publish.edition import SYNTHETIC_DATA
from metrics.publish.work_sheet import work_sheet_csv, work_sheet_xlsx
from metrics.queries.samples import read_sample
from tests.metrics.queries.test_views import post
from tests.people import person


@pytest.mark.parametrize("synthetic", [True, False])
def test_the_demonstrations_sheet_says_so_in_every_row_and_above(session: WriteSession, synthetic: bool) -> None:
    post(session, items_online=850)
    third = person(session, "third", role=Role.ASSESSOR)
    drawing = Drawing(["2019-09"], 1, elements=["items_online"], seed="4711")
    number = draw_sample(session, principal=third, drawing=drawing).number
    read = replace(read_sample(session, number, principal=third), synthetic=synthetic)
    content = work_sheet_xlsx(read, language="zh")
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    texts = [[str(cell.value) for cell in row] for row in page.iter_rows()]
    assert (texts[0][0] == SYNTHETIC_DATA) == synthetic
    cells = texts[[row[0] for row in texts].index("unit") + 1 :]
    assert len(cells) == len(read.cells)
    assert all(("合成演示" in row[1]) == synthetic for row in cells)
    assert ("合成演示" in work_sheet_csv(read, language="zh").decode()) == synthetic
    place = texts.index(cells[0]) + 1
    page.cell(place, texts[place - 2].index("finding") + 1, "一致")
    buffer = io.BytesIO()
    assert page.parent is not None
    page.parent.save(buffer)
    (found,) = read_work_sheet(grid_of(buffer.getvalue()), read.plan)
    assert str(found.cell) == "/".join((cells[0][0], *cells[0][2:4]))
