"""The template's verdict beside each element, each block and the whole form, as formulas."""

from __future__ import annotations

from collections.abc import Sequence

from metrics.forms import decimal_places, plain
from metrics.intake.template.check_row import MARKS, RESULT_COLUMN, CheckRow
from metrics.intake.template.checks import has_moved, moved_words
from metrics.intake.template.form_cells import (
    BEFORE_COLUMN,
    CHECK_COLUMN,
    VALUE_COLUMN,
    BlockRows,
    FormCells,
    Formula,
)
from metrics.intake.vocabulary.template_names import CHECKS_SHEET
from metrics.intake.workbook.references import quoted, quoted_sheet
from metrics.plan.model import Element, Nature, Severity, StockChangeCheck, Text

_BLANK = Text(zh="✘ 未填(没有发生的填 0)", en="✘ not filled in (nothing to count is 0)")
_NOT_A_NUMBER = Text(zh="✘ 不是数字", en="✘ not a number")
_NOT_WHOLE = Text(zh="✘ 须为非负整数", en="✘ must be a whole number, not negative")
_TOO_FINE = Text(zh="✘ 须为非负数,最多{places}位小数", en="✘ must not be negative; at most {english}")
_TOO_LARGE = Text(zh="✘ 超过上限,请核对", en="✘ beyond the maximum; check it")
_SEE = Text(zh="校验{number}", en="check {number}")
_GOOD = "✔"
_EMPTY_BLOCK = Text(zh="整块未填", en="left out whole")
_PARTLY = Text(zh="已填 {filled}/{all}", en="{filled} of {all} filled in")
_FILLED = Text(zh="✔ 已填全", en="✔ filled in")
_NOTHING_YET = Text(zh="尚未填写", en="Nothing is filled in yet")
_TO_CORRECT = Text(zh="✘ {count} 处须改正", en="✘ to correct: {count}")
_TO_EXPLAIN = Text(zh="⚠ {count} 处请核对,可在报送时说明理由", en="⚠ to check, or to explain when sending: {count}")
_READY = Text(zh="✔ 校验通过,可以报送", en="✔ the checks hold; ready to send")


def difference(cells: FormCells, element: Element) -> Formula:
    """This month less last month; empty while one of them is."""
    row = cells.rows[element.code]
    now, before = cells.form.now.get(element.code), cells.form.before.get(element.code)
    here, there = f"{VALUE_COLUMN}{row}", f"{BEFORE_COLUMN}{row}"
    value = "" if now is None or before is None else now - before
    places = element.decimals
    return Formula(f'=IF(COUNT({here},{there})=2,ROUND({here}-{there},{places}),"")', value)


def element_verdict(cells: FormCells, element: Element, checks: Sequence[CheckRow]) -> Formula:
    """What is wrong with one cell, else which of the checks shown beside it fail, else that it is good."""
    row, block = cells.rows[element.code], cells.blocks[element.block]
    here, places = f"{VALUE_COLUMN}{row}", element.decimals
    partly = f"COUNTA({VALUE_COLUMN}{block.first}:{VALUE_COLUMN}{block.last})>0"
    malformed = cells.say(_NOT_WHOLE)
    if places:
        malformed = cells.say(_TOO_FINE).format(places=places, english=decimal_places(places))
    marks, shown = _marks(cells, element, checks)
    text = (
        f'=IF({here}="",IF({partly},{quoted(cells.say(_BLANK))},""),'
        f"IF(NOT(ISNUMBER({here})),{quoted(cells.say(_NOT_A_NUMBER))},"
        f"IF(OR({here}<0,ROUND({here},{places})<>{here}),{quoted(malformed)},"
        f"IF({here}>{plain(element.maximum)},{quoted(cells.say(_TOO_LARGE))},"
    )
    text += (f"IF(({marks})={quoted('')},{quoted(_GOOD)},{marks})" if marks else quoted(_GOOD)) + "))))"
    if element.code in cells.form.now:
        return Formula(text, shown or _GOOD)
    return Formula(text, cells.say(_BLANK) if _filled(cells, block) else "")


def block_verdict(cells: FormCells, block: BlockRows) -> Formula:
    """How much of a block is filled in: all of it, nothing, or too little."""
    count = block.last - block.first + 1
    filled, empty, full = _filled(cells, block), cells.say(_EMPTY_BLOCK), cells.say(_FILLED)
    before, after = cells.say(_PARTLY).format(filled="\0", all=count).split("\0")
    number = f"COUNTA({VALUE_COLUMN}{block.first}:{VALUE_COLUMN}{block.last})"
    partly = "&".join(part for part in (quoted(before) if before else "", number, quoted(after)) if part)
    text = f"=IF({number}=0,{quoted(empty)},IF({number}={count},{quoted(full)},{partly}))"
    return Formula(text, empty if filled == 0 else full if filled == count else f"{before}{filled}{after}")


def form_verdict(cells: FormCells, checks: Sequence[CheckRow], verdicts: Sequence[Formula]) -> Formula:
    """The whole form in one sentence: how many rows to correct, how many warnings to explain."""
    numbers = f"COUNT({cells.column(VALUE_COLUMN)})"
    wrong_rows = f"COUNTIF({cells.column(CHECK_COLUMN)},{quoted('✘*')})"
    results = f"${RESULT_COLUMN}${checks[0].row}:${RESULT_COLUMN}${checks[-1].row}" if checks else ""
    sheet = f"{quoted_sheet(cells.say(CHECKS_SHEET))}!"
    wrong = f"MAX({wrong_rows},COUNTIF({sheet}{results},{quoted('✘*')}))" if checks else wrong_rows
    warned = f"COUNTIF({sheet}{results},{quoted('⚠*')})" if checks else "0"
    text = (
        f"=IF({numbers}=0,{quoted(cells.say(_NOTHING_YET))},IF({wrong}>0,{_counted(cells, _TO_CORRECT, wrong)},"
        f"IF({warned}>0,{_counted(cells, _TO_EXPLAIN, warned)},{quoted(cells.say(_READY))})))"
    )
    failed = max(_starting(verdicts, "✘"), _starting([row.result for row in checks], "✘"))
    to_explain = _starting([row.result for row in checks], "⚠")
    if not cells.form.now:
        value = cells.say(_NOTHING_YET)
    elif failed:
        value = cells.say(_TO_CORRECT).format(count=failed)
    else:
        value = cells.say(_TO_EXPLAIN).format(count=to_explain) if to_explain else cells.say(_READY)
    return Formula(text, value)


def _marks(cells: FormCells, element: Element, checks: Sequence[CheckRow]) -> tuple[str, str]:
    """The expression that names the failing checks of an element, errors first, and what it gives now."""
    beside = [check for check in checks if check.anchor == element.code]
    beside.sort(key=lambda check: check.severity is not Severity.ERROR)
    sheet = f"{quoted_sheet(cells.say(CHECKS_SHEET))}!"
    parts, shown = [], ""
    for check in beside:
        result, mark = f"{sheet}${RESULT_COLUMN}${check.row}", MARKS[check.severity]
        words = f"{mark} {cells.say(_SEE).format(number=check.number)} "
        parts.append(f'IF(LEFT({result},1)={quoted(mark)},{quoted(words)},"")')
        shown += words if str(check.result.value).startswith(mark) else ""
    for change in cells.plan.checks:
        if isinstance(change, StockChangeCheck) and element.nature is Nature.STOCK:
            row = cells.rows[element.code]
            here, there = f"{VALUE_COLUMN}{row}", f"{BEFORE_COLUMN}{row}"
            words = f"{MARKS[change.severity]} {moved_words(cells, change)} "
            moved = f"ABS({here}-{there})*100>{change.percent}*{there}"
            parts.append(f'IF(ISNUMBER({there}),IF({moved},{quoted(words)},""),"")')
            shown += words if has_moved(cells, change, element.code) else ""
    return "&".join(parts), shown


def _filled(cells: FormCells, block: BlockRows) -> int:
    return sum(block.first <= cells.rows[code] <= block.last for code in cells.form.now if code in cells.rows)


def _counted(cells: FormCells, sentence: Text, number: str) -> str:
    """`sentence` as an expression with `number` put in."""
    before, after = cells.say(sentence).split("{count}")
    return "&".join(part for part in (quoted(before), number, quoted(after) if after else "") if part)


def _starting(formulas: Sequence[Formula], mark: str) -> int:
    return sum(str(formula.value).startswith(mark) for formula in formulas)
