"""The template's lines for the checks that look back over months; what lies before goes in as a number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from metrics.checks_over_months import recent_flow, stock_denominators, usual_flow
from metrics.comparisons import named_form
from metrics.forms import plain
from metrics.intake.template.check_row import LEFT_COLUMN, RIGHT_COLUMN, CheckRow, result_of
from metrics.intake.template.form_cells import (
    DIFFERENCE_COLUMN,
    VALUE_COLUMN,
    FormCells,
    Formula,
    all_numbers,
    linear,
    linear_value,
)
from metrics.plan.model import (
    Element,
    FlowMovedCheck,
    LinearForm,
    Nature,
    SameAsLastMonthCheck,
    VanishedDenominatorCheck,
)

Draw = Callable[[int], CheckRow]
_MOST_PLACES = 6  # of a product of a figure with the check's whole number


def draw_same(cells: FormCells, check: SameAsLastMonthCheck, row: int) -> CheckRow:
    """How many figures equal last month's, beside how many are filled in."""
    now, before = cells.form.now, cells.form.before
    same = sum(code in before and value == before[code] for code, value in now.items())
    flows = [element.code for element in cells.plan.elements if element.nature is Nature.FLOW]
    filled = f"COUNT({cells.column(VALUE_COLUMN)})"
    left = Formula(f'=IF({filled}=0,"",COUNTIF({cells.column(DIFFERENCE_COLUMN)},0))', Decimal(same) if now else "")
    right = Formula(f'=IF({filled}=0,"",{filled})', Decimal(len(now)) if now else "")
    here, there = f"{LEFT_COLUMN}{row}", f"{RIGHT_COLUMN}{row}"
    condition = f"{here}<{there},{there}<{check.at_least}"
    without_flows = bool(flows) and not any(code in now for code in flows) and any(code in before for code in flows)
    asked, unasked = [code for code in flows if code in cells.rows], [code for code in flows if code not in cells.rows]
    if asked:
        counted = ",".join(cells.now(code) for code in asked), ",".join(cells.before(code) for code in asked)
        there = "TRUE" if any(code in before for code in unasked) else f"COUNT({counted[1]})>0"
        condition += f",AND(COUNT({counted[0]})=0,{there})"
    elif any(code in before for code in unasked):
        condition += ",TRUE"
    holds = same < len(now) or len(now) < check.at_least or without_flows
    result = result_of(cells, check.severity, row, condition=f"OR({condition})", holds=holds, known=bool(now))
    return CheckRow(0, row, check.severity, cells.say(check.message), left, "<", right, result)


def draw_flows(cells: FormCells, check: FlowMovedCheck) -> Iterator[Draw]:
    """A line for each flow of which it is known what is usual: this month beside the median."""
    for element in cells.plan.elements:
        usual = usual_flow(check, recent_flow(check, cells.form.flows.get(element.code, {})))
        if element.nature is Nature.FLOW and usual is not None and element.code in cells.rows:
            yield _flow_draw(cells, check, element, usual)


def _flow_draw(cells: FormCells, check: FlowMovedCheck, element: Element, usual: Decimal) -> Draw:
    now, cell = cells.form.now.get(element.code), cells.now(element.code)
    high = check.times * usual

    def draw(row: int) -> CheckRow:
        here, there = f"{LEFT_COLUMN}{row}", f"{RIGHT_COLUMN}{row}"
        condition = f"AND({here}<={plain(high)},ROUND({here}*{check.times},{_MOST_PLACES})>={there})"
        holds = now is not None and now <= high and now * check.times >= usual
        message = cells.say(check.message).replace("{element}", cells.say(element.name))
        left = Formula(f'=IF({all_numbers([cell])},{cell},"")', "" if now is None else now)
        result = result_of(cells, check.severity, row, condition=condition, holds=holds, known=now is not None)
        return CheckRow(0, row, check.severity, message, left, "≈", Formula("", usual), result, anchor=element.code)

    return draw


def draw_vanished(cells: FormCells, check: VanishedDenominatorCheck) -> Iterator[Draw]:
    """A line for each denominator of stocks that is known to have been above 0: this month beside what it was."""
    last = cells.form.last
    for form in stock_denominators(cells.plan):
        known = cells.has(form.elements) and all(code in last for code in form.elements)
        if known and linear_value(form, last) > 0:
            yield _vanished_draw(cells, check, form)


def _vanished_draw(cells: FormCells, check: VanishedDenominatorCheck, form: LinearForm) -> Draw:
    references = {code: cells.now(code) for code in form.elements}
    known = all(code in cells.form.now for code in form.elements)
    value = linear_value(form, cells.form.now) if known else ""
    name = cells.say(named_form(cells.plan, form))

    def draw(row: int) -> CheckRow:
        left = Formula(f'=IF({all_numbers(references.values())},{linear(form, references)},"")', value)
        result = result_of(
            cells, check.severity, row, condition=f"{LEFT_COLUMN}{row}<>0", holds=value != 0, known=known
        )
        message = cells.say(check.message).replace("{denominator}", name)
        right = Formula("", linear_value(form, cells.form.last))
        return CheckRow(0, row, check.severity, message, left, "≠0", right, result, anchor=form.elements[0])

    return draw
