"""A work sheet says when what stands in it is the demonstration's, and comes back read all the same."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from metrics.commands.draw_sample import Drawing, draw_sample
from metrics.commands.record_findings import sheet_problems
from metrics.database import WriteSession
from metrics.intake.isolation import grid_of
from metrics.intake.work_sheet import read_work_sheet
from metrics.principal import Role
from metrics.publish.edition import SYNTHETIC_DATA
from metrics.publish.work_sheet import MARK, work_sheet_csv, work_sheet_xlsx
from metrics.queries.samples import SampleRead, read_sample
from metrics.sampling import FilledWorkSheet
from tests.metrics.queries.test_views import post
from tests.people import person

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


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
    (found,) = read_work_sheet(grid_of(buffer.getvalue()), read.plan, mark=MARK).findings
    assert str(found.cell) == "/".join((cells[0][0], *cells[0][2:4]))


def came_back(read: SampleRead, *, change: Callable[[Worksheet], None], language: str = "zh") -> FilledWorkSheet:
    """The workbook with one finding, changed once more, as it is read."""
    workbook = load_workbook(io.BytesIO(work_sheet_xlsx(read, language=language)))
    page = workbook.worksheets[0]
    names = [cell.value for cell in page[2 + read.synthetic]]
    page.cell(3 + read.synthetic, names.index("finding") + 1, "no_evidence")
    change(page)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return read_work_sheet(grid_of(buffer.getvalue()), read.plan, mark=MARK)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda page: None, None),
        (lambda page: page.delete_rows(1), (1, "A")),
        (lambda page: page.cell(1, 1, "演示"), (1, "A")),
        (lambda page: page.delete_rows(1, 2), None),  # then every row says so, as in the CSV
        (lambda page: (page.delete_rows(1, 2), page.cell(2, 2, "端州区")), (2, "B")),
    ],
)
def test_a_sheet_of_the_demonstration_keeps_the_mark(
    session: WriteSession, change: Callable[[Worksheet], None], place: tuple[int, str] | None, language: str
) -> None:
    third = person(session, "third", role=Role.ASSESSOR)
    number = draw_sample(session, principal=third, drawing=Drawing(["2019-09"], 1, seed="4711")).number
    read = replace(read_sample(session, number, principal=third), synthetic=True)
    sheet = came_back(read, change=change, language=language)
    found = list(sheet_problems(sheet, reported={}, hidden=(), blind=False, synthetic=True))
    assert [(problem.row, problem.column) for problem in found] == ([] if place is None else [place])
    assert all(problem.message.zh and problem.message.en for problem in found)
    assert list(sheet_problems(sheet, reported={}, hidden=(), blind=False, synthetic=False)) == []
