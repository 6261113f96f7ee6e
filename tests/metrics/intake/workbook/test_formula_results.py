"""Formulas: which results hold, which may be old, and which there are none of."""

from __future__ import annotations

import pytest

from metrics.intake.grid import Cell, CellKind
from tests.matrices import every
from tests.metrics.intake.raw_workbooks import MAIN, only_cell, parts_of, read

RESULTS = {  # type and value behind a formula -> what is read
    "<v>0</v>": ("n", CellKind.NUMBER, "0"), "<v>98.5</v>": ("n", CellKind.NUMBER, "98.5"), "<v>98</v>": ("str", CellKind.TEXT, "98"),
    "<v>#N/A</v>": ("e", CellKind.ERROR, "#N/A"), "<v>1</v>": ("b", CellKind.TRUTH, "TRUE"), "": ("n", CellKind.UNCALCULATED, "="),
    "<v/>": ("n", CellKind.UNCALCULATED, "="), "<v></v>": ("n", CellKind.UNCALCULATED, "="), " ": ("e", CellKind.UNCALCULATED, "="),
}  # fmt: skip
CALCULATION = {  # -> is the result to be recalculated, may it be old
    "": (False, False), '<calcPr calcId="191029"/>': (False, False), '<calcPr fullCalcOnLoad="1"/>': (True, False),
    '<calcPr fullCalcOnLoad="true"/>': (True, False), '<calcPr fullCalcOnLoad="0"/>': (False, False), '<calcPr forceFullCalc="1"/>': (True, False),
    '<calcPr calcCompleted="0"/>': (True, False), '<calcPr calcMode="manual"/>': (False, True), '<calcPr calcMode="auto"/>': (False, False),
    '<calcPr calcMode="autoNoTable"/>': (False, False), '<calcPr calcMode="manual" fullCalcOnLoad="1"/>': (True, True),
}  # fmt: skip
FORMULAS = [
    "<f>5+7</f>",
    "<f/>",
    '<f t="shared" si="0"/>',
    '<f t="array" ref="A1">SUM(B1:B2)</f>',
    '<f ca="1">NOW()</f>',
]


@every(result=RESULTS, formula=FORMULAS, calculation=CALCULATION)
def test_a_formula_and_its_result(result: str, formula: str, calculation: str) -> None:
    kind, read_kind, text = RESULTS[result]
    cell = only_cell(parts_of(f'<row r="1"><c r="A1" t="{kind}">{formula}{result}</c></row>', book=calculation))
    recalculate, stale = CALCULATION[calculation]
    assert (cell.kind, cell.text, cell.formula, cell.recalculate, cell.stale) == (
        read_kind,
        text,
        True,
        recalculate,
        stale,
    )


@pytest.mark.parametrize("calculation", CALCULATION)
def test_a_plain_number_does_not_depend_on_calculation(calculation: str) -> None:
    cell = only_cell(parts_of('<row r="1"><c r="A1"><v>98</v></c></row>', book=calculation))
    assert cell == Cell(1, 1, CellKind.NUMBER, "98")


@pytest.mark.parametrize("calculation", CALCULATION)
@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize(
    "result",
    [
        ("str", ""), ("str", "<v/>"), ("str", "<v></v>"), ("str", "<v> </v>"), ("inlineStr", "<is><t></t></is>"), ("inlineStr", "<is/>"),
        ("inlineStr", ""), ("s", "<v>0</v>"),
    ],
)  # fmt: skip
def test_an_empty_text_is_a_blank_cell_whoever_wrote_it(
    result: tuple[str, str], formula: str, calculation: str
) -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t></t></si></sst>'
    row = f'<row r="1"><c r="A1" t="{result[0]}">{formula}{result[1]}</c></row>'
    assert read(parts_of(row, book=calculation, strings=strings)).cells == {}


@pytest.mark.parametrize("kind", ["array", "dataTable"])
def test_a_formula_with_several_results(kind: str) -> None:
    """Writer libraries store 0 in each of them, and only the first one says that it is a formula."""
    rows = f'<row r="1"><c r="A1"><f t="{kind}" ref="A1:B2">X</f><v>0</v></c><c r="B1"><v>0</v></c><c r="C1"><v>7</v></c></row>'
    rows += '<row r="2"><c r="A2"><v>0</v></c><c r="B2"><v>0</v></c></row><row r="3"><c r="A3"><v>7</v></c></row>'
    sheet = read(parts_of(rows, book='<calcPr fullCalcOnLoad="1"/>'))
    results = {cell.letter + str(cell.row) for row in sheet.cells.values() for cell in row.values() if cell.recalculate}
    assert results == {"A1", "B1", "A2", "B2"}
