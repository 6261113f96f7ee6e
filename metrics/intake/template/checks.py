"""The plan's checks as rows of formulas: what is compared, and whether it holds.

The server decides when the file comes; the formulas say the same earlier. They calculate in doubles, which hold every
count a form accepts exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from metrics.intake.template.check_row import FIRST_CHECK_ROW, LEFT_COLUMN, RIGHT_COLUMN, CheckRow, result_of
from metrics.intake.template.checks_over_months import draw_flows, draw_same, draw_vanished
from metrics.intake.template.form_cells import CHECK_COLUMN, FormCells, Formula, all_numbers, linear, linear_value
from metrics.intake.workbook.references import quoted
from metrics.plan.model import (
    Check,
    ComparisonCheck,
    DenominatorWatchCheck,
    Direction,
    FlowMovedCheck,
    FrozenBaselineCheck,
    Indicator,
    LinearForm,
    RateFellCheck,
    SameAsLastMonthCheck,
    StockChangeCheck,
    Text,
    VanishedDenominatorCheck,
)

MOVED = Text(zh="变动超过{percent}%", en="moved by more than {percent} %")
_SIGNS = {"<=": "≤", "==": "="}


_NOTHING = Formula("", "")


def check_rows(cells: FormCells) -> list[CheckRow]:
    """Every check of the plan over what the form shows, those over rates once an indicator, in the plan's order."""
    rows: list[CheckRow] = []
    for check in cells.plan.checks:
        for draw in _drawn(cells, check):
            number = len(rows) + 1
            rows.append(replace(draw(FIRST_CHECK_ROW + len(rows)), number=number))
    return rows


_Draw = Callable[[int], CheckRow]


def _drawn(cells: FormCells, check: Check) -> Iterator[_Draw]:
    """Functions that draw the rows of one check, each at the row it is given."""
    if isinstance(check, ComparisonCheck):
        if cells.has(check.left.elements + check.right.elements):
            yield lambda row: _comparison(cells, check, row)
    elif isinstance(check, FrozenBaselineCheck):
        if cells.has([check.element]):
            yield lambda row: _frozen(cells, check, row)
    elif isinstance(check, StockChangeCheck):
        yield lambda row: _stocks_moved(cells, check, row)
    elif isinstance(check, SameAsLastMonthCheck):
        yield lambda row: draw_same(cells, check, row)
    elif isinstance(check, FlowMovedCheck):
        yield from draw_flows(cells, check)
    elif isinstance(check, VanishedDenominatorCheck):
        yield from draw_vanished(cells, check)
    else:
        for indicator in cells.plan.indicators:
            asked = indicator.share if isinstance(check, RateFellCheck) else indicator.direction is Direction.HIGHER
            if asked and cells.has(indicator.elements) and (before := cells.before_of(indicator)) is not None:
                yield _rate_draw(cells, check, indicator, before)


def _comparison(cells: FormCells, check: ComparisonCheck, row: int) -> CheckRow:
    codes = list(dict.fromkeys(check.left.elements + check.right.elements))
    left, right = _side(cells, check.left, codes), _side(cells, check.right, codes)
    operator = "=" if check.comparator == "==" else "<="
    holds = left.value == right.value or (
        operator == "<="
        and isinstance(left.value, Decimal)
        and isinstance(right.value, Decimal)
        and left.value < right.value
    )
    condition = f"{LEFT_COLUMN}{row}{operator}{RIGHT_COLUMN}{row}"
    return CheckRow(
        number=0,
        row=row,
        severity=check.severity,
        message=cells.say(check.message),
        left=left,
        sign=_SIGNS[check.comparator],
        right=right,
        result=result_of(cells, check.severity, row, condition=condition, holds=holds, known=left.value != ""),
        anchor=codes[0] if codes else None,
    )


def _frozen(cells: FormCells, check: FrozenBaselineCheck, row: int) -> CheckRow:
    now, first = cells.form.now.get(check.element), cells.form.first.get(check.element)
    cell = cells.now(check.element)
    left = Formula(f'=IF({all_numbers([cell])},{cell},"")', "" if now is None else now)
    right = _NOTHING if first is None else Formula("", first)
    condition = f"{LEFT_COLUMN}{row}={RIGHT_COLUMN}{row}"
    known = now is not None and first is not None
    return CheckRow(
        number=0,
        row=row,
        severity=check.severity,
        message=cells.say(check.message),
        left=left,
        sign="=",
        right=right,
        result=result_of(cells, check.severity, row, condition=condition, holds=now == first, known=known),
        anchor=check.element,
    )


def _stocks_moved(cells: FormCells, check: StockChangeCheck, row: int) -> CheckRow:
    """How many stocks moved; the form says at each row whether it did."""
    words = moved_words(cells, check)
    pattern = quoted(f"*{words}*")
    moved = sum(has_moved(cells, check, code) for code in cells.rows)
    left = Formula(f"=COUNTIF({cells.column(CHECK_COLUMN)},{pattern})", Decimal(moved))
    condition = f"{LEFT_COLUMN}{row}={RIGHT_COLUMN}{row}"
    monthly = all(cells.plan.element_by_code[code].owed.months_apart == 1 for code in cells.rows)
    return CheckRow(
        number=0,
        row=row,
        severity=check.severity,
        message=cells.say(_STOCKS_MOVED if monthly else _STOCKS_MOVED_SELDOM).format(percent=check.percent),
        left=left,
        sign="=",
        right=Formula("", Decimal(0)),
        result=result_of(cells, check.severity, row, condition=condition, holds=moved == 0, known=True),
    )


_STOCKS_MOVED = Text(
    zh="与上月相比变动超过{percent}%的存量填报项个数(“月报”表相应行有提示)。请核对或说明理由。",
    en="How many stocks moved by more than {percent} % against last month (the form marks their rows). "
    "Check the figures or give a reason.",
)
_STOCKS_MOVED_SELDOM = Text(
    zh="与上次应报相比变动超过{percent}%的存量填报项个数(“月报”表相应行有提示)。请核对或说明理由。",
    en="How many stocks moved by more than {percent} % against when they were owed last (the form marks their rows). "
    "Check the figures or give a reason.",
)


def moved_words(cells: FormCells, check: StockChangeCheck) -> str:
    """What the form says beside a stock that moved."""
    return cells.say(MOVED).format(percent=check.percent)


def has_moved(cells: FormCells, check: StockChangeCheck, code: str) -> bool:
    now, before = cells.form.now.get(code), cells.form.before.get(code)
    if cells.plan.element_by_code[code].nature != "stock" or now is None or before is None:
        return False
    return abs(now - before) * 100 > check.percent * before


_Before = tuple[Mapping[str, str], Mapping[str, Decimal]]  # by element: references and values


def _rate_draw(
    cells: FormCells, check: RateFellCheck | DenominatorWatchCheck, indicator: Indicator, before: _Before
) -> _Draw:
    return lambda row: _rate(cells, check, indicator, before, row)


def _rate(
    cells: FormCells, check: RateFellCheck | DenominatorWatchCheck, indicator: Indicator, earlier: _Before, row: int
) -> CheckRow:
    """This month's rate against that of the last month in which it was owed."""
    now, (before, values) = {code: cells.now(code) for code in indicator.elements}, earlier
    left = _rate_formula(indicator, now, cells.form.now)
    right = _rate_formula(indicator, before, values)
    known = isinstance(left.value, Decimal) and isinstance(right.value, Decimal)
    here, there = f"{LEFT_COLUMN}{row}", f"{RIGHT_COLUMN}{row}"
    higher = indicator.direction is Direction.HIGHER
    worse = known and (left.value < right.value if higher else left.value > right.value)  # type: ignore[operator]
    condition, holds, sign = f"{here}{'>=' if higher else '<='}{there}", not worse, "≥" if higher else "≤"
    if isinstance(check, DenominatorWatchCheck):
        condition = (
            f"OR({here}<={there},{_linear_pair(indicator.denominator, now, before, '>=')},"
            f"{_linear_pair(indicator.numerator, now, before, '>')})"
        )
        holds, sign = not (known and _is_watched(indicator, cells.form.now, values)), "↔"
    return CheckRow(
        number=0,
        row=row,
        severity=check.severity,
        message=cells.say(check.message).replace("{indicator}", cells.say(indicator.name)),
        left=left,
        sign=sign,
        right=right,
        result=result_of(cells, check.severity, row, condition=condition, holds=holds, known=known),
        exact=False,
    )


def _is_watched(indicator: Indicator, now: Mapping[str, Decimal], before: Mapping[str, Decimal]) -> bool:
    """As :func:`metrics.rates.is_denominator_watch`, over the values that stand."""
    n0, d0 = linear_value(indicator.numerator, before), linear_value(indicator.denominator, before)
    n1, d1 = linear_value(indicator.numerator, now), linear_value(indicator.denominator, now)
    return n1 / d1 > n0 / d0 and d1 < d0 and n1 <= n0


def _linear_pair(form: LinearForm, now: Mapping[str, str], before: Mapping[str, str], operator: str) -> str:
    return f"({linear(form, now)}){operator}({linear(form, before)})"


def _side(cells: FormCells, form: LinearForm, codes: Sequence[str]) -> Formula:
    """One side of a comparison; empty until everything that is compared is filled in."""
    references = {code: cells.now(code) for code in codes}
    values = cells.form.now
    value = linear_value(form, values) if all(code in values for code in codes) else ""
    return Formula(f'=IF({all_numbers(references.values())},{linear(form, references)},"")', value)


def _rate_formula(indicator: Indicator, references: Mapping[str, str], values: Mapping[str, Decimal]) -> Formula:
    """The rate; empty until its elements are filled in, and for a denominator of 0."""
    numerator, denominator = linear(indicator.numerator, references), linear(indicator.denominator, references)
    rate = f"{indicator.scale}*({numerator})/({denominator})"
    text = f'=IF({all_numbers(references.values())},IF(({denominator})=0,"",{rate}),"")'
    if any(code not in values for code in indicator.elements):
        return Formula(text, "")
    below = linear_value(indicator.denominator, values)
    return Formula(text, "" if below == 0 else indicator.scale * linear_value(indicator.numerator, values) / below)
