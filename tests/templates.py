"""The template to start a test from: written for a form, opened, and what stands where in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from metrics.intake.template.form_cells import UnitForm
from metrics.intake.template.form_workbook import stamp_for, write_template
from metrics.plan.model import Plan
from tests.builders import UNIT, whole_values

ROOT = Path(__file__).parents[1]
DUE = datetime(2019, 10, 5, 16, tzinfo=UTC)
Values = dict[str, Decimal]


def values(**changes: Any) -> Values:
    return {code: Decimal(str(value)) for code, value in whole_values(**changes).items()}


def form(plan: Plan, now: Values | None = None, before: Values | None = None, first: Values | None = None) -> UnitForm:
    sent = bool(now)
    return UnitForm(
        unit=plan.unit_by_code.get(UNIT, plan.reporting_units[0]),
        period=date(2019, 9, 1),
        now=now or {},
        before=before or {},
        first=first or {},
        etag='"s1-r1-7"' if sent else None,
        revision=int(sent),
        due=DUE,
    )


def written(plan: Plan, given: UnitForm, language: str = "zh", **options: Any) -> bytes:
    return write_template(plan, given, language=language, stamp=stamp_for(given), **options)


def opened(content: bytes, *, results: bool = False) -> Workbook:
    return load_workbook(BytesIO(content), data_only=results)


def rows(book: Workbook) -> dict[str, int]:
    """Element code → row of the form."""
    sheet = book.worksheets[0]
    return {str(sheet.cell(row, 2).value): row for row in range(8, sheet.max_row + 1) if sheet.cell(row, 2).value}
