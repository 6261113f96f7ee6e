"""Single cells changed: their looks, formulas, places, values; rows doubled, moved, hidden."""

from __future__ import annotations

from tests.intake_corpus.families.looks import CHANGING_FORMATS, HARMLESS_FORMATS
from tests.intake_mutations.drafts import Draft, again, number
from tests.spreadsheet.model import Cell, Run, Sheet, plain
from tests.workbooks import city_plan


def struck_out(draft: Draft) -> None:
    draft.needs(draft.kind == "xlsx")
    draft.figure()[2].strike = True
    draft.never()


def row_struck_out(draft: Draft) -> None:
    draft.needs(draft.kind == "xlsx")
    for cell in draft.sheet.rows[draft.figure()[0] - 1]:
        cell.strike = True
    draft.never()


def part_struck_out(draft: Draft) -> None:
    draft.needs(draft.kind == "xlsx")
    cell = draft.figure()[2]
    text = plain(number(cell))
    cell.runs = draft.chance.choice((
        (Run("95", strike=True), Run(text)),
        (Run(text), Run("9", strike=True)),
        (Run(text), Run("1", vertical="superscript")),
        (Run(text), Run("2", vertical="subscript")),
        (Run(text[:1]), Run("0", strike=True), Run(text[1:] or "1")),
    ))  # fmt: skip
    draft.never()


def part_bold(draft: Draft) -> None:
    draft.needs(draft.kind == "xlsx")
    cell = draft.figure(whole=True)[2]
    text = plain(number(cell))
    cell.runs, cell.seen = (Run(text[:1], bold=True), Run(text[1:])) if len(text) > 1 else (Run(text, bold=True),), text


def word_partly_struck_out(draft: Draft) -> None:
    """Part of a month is struck out: what is left says another than what is stored."""
    draft.needs(draft.kind == "xlsx" and draft.layout != "template")
    cell = draft.one("period")[2]
    head, _, tail = str(cell.value).partition("年")
    draft.needs(tail in ("2月", "1月") and not cell.runs)
    cell.runs = (Run(f"{head}年"), Run("1", strike=True), Run(tail))
    draft.never()


def format_changed(draft: Draft) -> None:
    draft.needs(draft.kind == "xlsx")
    cell = draft.figure(whole=True)[2]
    draft.needs(cell.value > 0)
    cell.look = draft.pick(CHANGING_FORMATS)
    draft.needs(not (cell.look.startswith("[>100]") and cell.value <= 100))
    draft.needs(not (cell.look.startswith("[<1000]") and cell.value >= 1000))
    draft.needs(not (cell.look == "0E+00" and cell.value < 1))
    draft.needs("户" not in cell.look or (cell.means is not None and cell.means.element != "startups"))
    draft.never()


def format_harmless(draft: Draft) -> None:
    draft.needs(draft.kind == "xlsx")
    cell = draft.figure(whole=True)[2]
    draft.needs(cell.value > 0)
    cell.look = draft.pick(HARMLESS_FORMATS)


def decimals_hidden(draft: Draft) -> None:
    draft.needs(draft.kind == "xlsx")
    found = [c for _, _, c in draft.cells("value") if c.means is not None and c.means.element == "startup_days"]
    found = [cell for cell in found if int(cell.value) != cell.value]
    draft.needs(found)
    found[0].look = draft.pick(("0", "#,##0", "0_ "))
    draft.never()


def merged(draft: Draft) -> None:
    """A figure's place joined with the next one's, whose figure is gone."""
    draft.needs(draft.kind == "xlsx")
    row, column, _ = draft.figure()
    below = draft.sheet.cell(row + 1, column)
    draft.needs(below.role == "value")
    draft.sheet.rows[row][column - 1] = Cell(role="value", means=below.means)
    draft.sheet.merges.append((row, column, row + 1, column))
    draft.never()


def out_of_sight(draft: Draft) -> None:
    draft.needs(draft.kind == "xlsx")
    row, column, _ = draft.figure()
    kind = draft.pick(("hidden_rows", "flat_rows", "hidden_columns", "thin_columns"))
    getattr(draft.sheet, kind).add(row if "rows" in kind else column)
    draft.never()


def formula(draft: Draft) -> None:
    """A formula in place of the figure: with its result, without, to be calculated again, by hand only, empty."""
    draft.needs(draft.kind == "xlsx")
    cell = draft.figure(whole=True)[2]
    cell.formula = draft.pick(("SUM(Z1:Z9)", "数据!A1", "5+7", "VLOOKUP(B4,数据!A:B,2,0)"))
    kind = draft.pick(("result", "none", "again", "zero", "manual"))
    if kind == "result" and not draft.book.recalculate:
        return
    cell.value = {"none": None, "zero": 0}.get(kind, cell.value)
    draft.book.recalculate = draft.book.recalculate or kind in ("again", "zero")
    draft.book.manual = kind == "manual"
    draft.never()


def formula_of_empty_text(draft: Draft) -> None:
    draft.needs(draft.kind == "xlsx")
    cell = draft.figure()[2]
    cell.value, cell.formula = "", 'IF(Z9="","",Z9)'
    cell.seen = ""
    assert cell.means is not None
    plan = city_plan()
    block = plan.element_by_code[cell.means.element].block
    if sum(element.block == block for element in plan.elements) > 1:
        draft.never()  # blank in a begun block
    else:
        cell.means, cell.role = None, ""


def moved(draft: Draft) -> None:
    """A figure lands one cell off."""
    row, column, cell = draft.figure()
    down, right = draft.chance.choice(((0, 1), (0, -1), (1, 0), (-1, 0)))
    draft.needs(column + right >= 1 and row + down >= 1)
    there = draft.sheet.cell(row + down, column + right)
    overwritten, was_blank = there.role, there.is_blank
    there.value, there.seen, there.formula, there.runs = cell.value, cell.seen, "", ()
    cell.value, cell.seen, cell.formula = None, "", ""
    if overwritten == "beside" and cell.means is not None and not was_blank:
        return  # blank now, beside a named column: seen as such, or refused
    if overwritten != "value":
        draft.never()


def typed(draft: Draft) -> None:
    """Another figure is typed: read as the new one."""
    cell = draft.figure(whole=True)[2]
    new = draft.chance.randint(1, 99_999)
    cell.value, cell.seen = draft.chance.choice((new, str(new), f"{new:,}", f" {new} ")), str(new)
    if draft.chance.random() < 0.2:
        cell.value = "".join(chr(ord(c) + 0xFEE0) for c in str(new))


def typed_words(draft: Draft) -> None:
    cell = draft.figure()[2]
    cell.value = draft.pick(
        ("无", "85%", "约300", "2.1万", "—", "3百", "见附表", "12-", "(9)", "-5", "1.5e3", "300/400")
    )
    draft.never()


def blanked(draft: Draft) -> None:
    draft.figure()[2].value = None


def row_doubled(draft: Draft) -> None:
    """The same row again, the same or with another figure."""
    row, _, _ = draft.figure()
    second = again(draft.sheet.rows[row - 1])
    if draft.chance.random() < 0.5:
        figure = draft.chance.choice([cell for cell in second if cell.role == "value"])
        figure.value, figure.seen = number(figure) + 1, ""
    draft.sheet.insert_row(row + 1, second)


def row_deleted(draft: Draft) -> None:
    row, _, _ = draft.figure()
    draft.needs(len({r for r, _, _ in draft.cells("value")}) > 1)
    draft.sheet.delete_row(row)


def block_deleted(draft: Draft) -> None:
    """Every figure of one block goes, of the first unit that has it."""
    first = draft.figure()[2].means
    assert first is not None
    plan = city_plan()
    block = plan.element_by_code[first.element].block
    for _, _, cell in draft.cells("value"):
        means = cell.means
        if means is not None and means.unit == first.unit and plan.element_by_code[means.element].block == block:
            cell.value = None


def row_without_name(draft: Draft) -> None:
    """A figure under the others that nobody named."""
    row, column, _ = draft.figure()
    at = draft.chance.choice((draft.last + 1, draft.last + 4, row + 1))
    while len(draft.sheet.rows) < at - 1:
        draft.sheet.rows.append([])
    draft.sheet.insert_row(at, [None] * (column - 1) + [draft.chance.randint(1, 900)])
    draft.never()


def stray_figure(draft: Draft) -> None:
    """A number beside, below or above everything, that nothing says a word about."""
    at = draft.chance.choice(
        ((draft.figure()[0], draft.sheet.width + 3), (len(draft.sheet.rows) + 6, draft.sheet.width + 2))
    )
    draft.sheet.cell(*at).value = draft.chance.randint(10, 900)
    draft.never()


def total_row(draft: Draft) -> None:
    draft.needs(draft.layout in ("wide", "tidy"))
    sums: dict[int, int] = {}
    for _, column, cell in draft.cells("value"):
        sums[column] = sums.get(column, 0) + number(cell)
    key = draft.one("unit")[1]
    row = [Cell() for _ in range(draft.sheet.width)]
    row[key - 1].value = draft.pick(("合计", "总计", "合 计"))
    for column, total in sums.items():
        row[column - 1].value = total
    draft.sheet.rows.insert(draft.last, row)


def blank_row(draft: Draft) -> None:
    draft.sheet.insert_row(draft.chance.randint(1, len(draft.sheet.rows)))


def blank_column(draft: Draft) -> None:
    draft.sheet.insert_column(draft.chance.randint(1, draft.sheet.width + 1))


def figures_exchanged(draft: Draft) -> None:
    """Two figures change places: each is read where it now stands."""
    found = [cell for _, _, cell in draft.cells("value") if isinstance(cell.value, int)]
    draft.needs(len(found) > 1)
    first, second = draft.chance.sample(found, 2)
    first.value, second.value = second.value, first.value
    first.seen, second.seen = second.seen, first.seen


def sheet_again(draft: Draft) -> None:
    """A copy of the sheet with one figure changed, in sight or hidden."""
    draft.needs(draft.kind == "xlsx" and draft.layout in ("form", "wide", "tidy"))
    copy = Sheet(
        "旧稿", [again(row) for row in draft.sheet.rows], list(draft.sheet.merges), hidden=draft.chance.random() < 0.5
    )
    figure = draft.chance.choice([cell for _, _, cell in copy.places() if cell.role == "value"])
    figure.value, figure.seen = number(figure) + 1, ""
    draft.book.sheets.append(copy)
    draft.never()
