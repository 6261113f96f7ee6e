"""One line of the template's sheet of checks: two numbers, and whether they stand as they should."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.intake.template.form_cells import FormCells, Formula
from metrics.intake.workbook.references import quoted
from metrics.plan.model import Severity, Text

FIRST_CHECK_ROW = 4
LEFT_COLUMN, RIGHT_COLUMN, RESULT_COLUMN = "D", "F", "G"
MARKS = {Severity.ERROR: "✘", Severity.WARNING: "⚠"}
PASSED = Text(zh="✔ 通过", en="✔ holds")
NOT_FILLED = Text(zh="未填", en="not filled")
FAILED = {
    Severity.ERROR: Text(zh="✘ 不符,须改正", en="✘ fails, must be corrected"),
    Severity.WARNING: Text(zh="⚠ 请核对或说明", en="⚠ check or explain"),
}


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One line of the sheet of checks. `anchor`: the element beside which the form shows it; `row` is 1-based.

    `left` and `right` are numbers that are compared, or empty while something is not filled in; `exact` tells counts
    from rates.
    """

    number: int
    row: int
    severity: Severity
    message: str
    left: Formula
    sign: str
    right: Formula
    result: Formula
    anchor: str | None = None
    exact: bool = True


def result_of(cells: FormCells, severity: Severity, row: int, *, condition: str, holds: bool, known: bool) -> Formula:
    """Not filled, holds or fails, in words with a mark."""
    passed, failed, unknown = cells.say(PASSED), cells.say(FAILED[severity]), cells.say(NOT_FILLED)
    filled = f'AND({LEFT_COLUMN}{row}<>"",{RIGHT_COLUMN}{row}<>"")'
    text = f"=IF({filled},IF({condition},{quoted(passed)},{quoted(failed)}),{quoted(unknown)})"
    return Formula(text, (passed if holds else failed) if known else unknown)
