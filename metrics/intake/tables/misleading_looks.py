"""Names, months and headings whose look is not what they hold: nobody knows which of the two counts.

What figures look like is judged with their values (`written_count`).
"""

from __future__ import annotations

from metrics.errors import Message
from metrics.intake.file_reading import place_of
from metrics.intake.grid import Cell
from metrics.intake.tables.findings import AS_READ, Findings


def refuse_look(sheet: str | None, cell: Cell, found: Findings) -> None:
    """Refuse a name, a month or a heading that is struck out, shown otherwise or to be calculated again."""
    text = cell.text[:50]
    if cell.partly:
        message = Message(
            f"“{text}”中的“{cell.partly[:50]}”加了删除线,或是上标、下标。请只留下有效的文字。",
            f"Of {text!r}, {cell.partly[:50]!r} is struck out, raised or lowered. Keep only what counts.",
        )
    elif cell.struck:
        message = Message(
            f"“{text}”加了删除线。有效请去掉删除线,无效请删去。",
            f"{text!r} is struck out. Remove the line, or delete it.",
        )
    elif cell.shown is not None:
        message = Message(
            f"这里存的是“{text}”,格式却显示为“{cell.shown[:50]}”。请把单元格格式改为“常规”。",
            f"This holds {text!r}, but its format shows {cell.shown[:50]!r}. Set the format to General.",
        )
    elif cell.recalculate:
        message = Message(
            f"“{text}”是公式,文件注明须重新计算。请用 Excel 或 WPS 打开、保存后再上传,或直接填写。",
            f"{text!r} is a formula that the file says is to be calculated again. "
            "Open and save the file in Excel or WPS, or write it out.",
        )
    else:
        return
    found.refuse(place_of(sheet, cell), "name_look", message, given=cell.text)


def ask_about_stale(sheet: str | None, cell: Cell, found: Findings) -> None:
    """Ask, once a sheet, whether the results of formulas hold that the file calculates only when told to."""
    if not found.once(("stale", sheet)):
        return
    message = Message(
        f"该表设为“手动计算”,公式的结果(如这里的 {cell.text[:50]})可能是旧的。确实是现在的数吗?",
        f"The workbook calculates only when told to, so results of formulas (here {cell.text[:50]}) may be old. "
        "Do they hold?",
    )
    found.ask(place_of(sheet, cell), "formula_stale", message, given=cell.text, choices=(AS_READ,))
