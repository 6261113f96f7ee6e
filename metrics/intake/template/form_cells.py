"""What the template's form shows of one unit, where its cells stand, and the formulas over them.

A formula is made together with what it gives for the values that are filled in already: programs that do not calculate
(protected view, previews on a phone) show the second, and a test has a spreadsheet recalculate the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from metrics.forms import plain
from metrics.intake.vocabulary.template_names import FORM_SHEET
from metrics.intake.workbook.references import quoted_sheet
from metrics.plan.model import Indicator, LinearForm, Plan, Text, Unit
from metrics.shown_blocks import shown_blocks

VALUE_COLUMN, BEFORE_COLUMN, DIFFERENCE_COLUMN, CHECK_COLUMN = "D", "E", "F", "G"
HEADING_ROW = 7  # 1-based, as everything here


@dataclass(frozen=True, slots=True)
class UnitForm:
    """One unit's form for one period.

    `now`: the values that stand, empty before the first submission; `before`, `seldom`, `first`, `flows` and `last`:
    what the checks hold them against, as :class:`metrics.comparisons.Compared` says. `etag` and `revision` are those of
    the submission that stands, None and 0 without one. `due`: the first instant (UTC) at which a submission is late.
    """

    unit: Unit
    period: date
    now: Mapping[str, Decimal]
    before: Mapping[str, Decimal]
    first: Mapping[str, Decimal]
    etag: str | None
    revision: int
    due: datetime
    flows: Mapping[str, Mapping[int, Decimal]] = field(default_factory=dict)
    last: Mapping[str, Decimal] = field(default_factory=dict)
    seldom: Mapping[int, Mapping[str, Decimal]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Formula:
    """`text` with English function names and commas, as files hold it; `value` is what it gives now."""

    text: str
    value: str | Decimal


@dataclass(frozen=True, slots=True)
class BlockRows:
    """The rows of one block: its heading, and its elements from `first` to `last`."""

    heading: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class FormCells:
    """One unit's form laid out on a sheet: the row of every element and block."""

    plan: Plan
    form: UnitForm
    language: str
    rows: Mapping[str, int]
    blocks: Mapping[str, BlockRows]

    @property
    def first_row(self) -> int:
        return HEADING_ROW + 1

    @property
    def last_row(self) -> int:
        return max((block.last for block in self.blocks.values()), default=HEADING_ROW)

    def say(self, text: Text) -> str:
        return text.in_language(self.language)

    def now(self, code: str) -> str:
        """The reference to an element's cell of this period, from any sheet."""
        return self._reference(VALUE_COLUMN, code)

    def before(self, code: str) -> str:
        """The reference to an element's cell of the period before, from any sheet."""
        return self._reference(BEFORE_COLUMN, code)

    def has(self, codes: Iterable[str]) -> bool:
        """True if every one of these elements has a row."""
        return all(code in self.rows for code in codes)

    def before_of(self, indicator: Indicator) -> tuple[Mapping[str, str], Mapping[str, Decimal]] | None:
        """What the indicator's elements had when it was owed last, as references and as values.

        Where the form has another month's figure beside one of them, the number itself stands for the reference; None
        if there is no such number.
        """
        apart = self.plan.months_apart[indicator.code]
        values = self.form.before if apart == 1 else self.form.seldom.get(apart, {})
        others = [one for one in indicator.elements if self.plan.element_by_code[one].owed.months_apart != apart]
        if any(code not in values for code in others):
            return None
        references = {code: plain(values[code]) if code in others else self.before(code) for code in indicator.elements}
        return references, values

    def column(self, letter: str) -> str:
        """The reference to the form's part of a column, from any sheet."""
        return f"{self.sheet}${letter}${self.first_row}:${letter}${self.last_row}"

    @property
    def sheet(self) -> str:
        return f"{quoted_sheet(self.say(FORM_SHEET))}!"

    def _reference(self, letter: str, code: str) -> str:
        return f"{self.sheet}${letter}${self.rows[code]}"


def form_cells(plan: Plan, form: UnitForm, *, language: str) -> FormCells:
    """The blocks that the month's form shows, in display order, each a heading and one row an element."""
    rows: dict[str, int] = {}
    blocks: dict[str, BlockRows] = {}
    row = HEADING_ROW + 1
    for block in shown_blocks(plan, form.period, there=form.now):
        elements = [element for element in plan.elements if element.block == block.code]
        if not elements:
            continue
        blocks[block.code] = BlockRows(heading=row, first=row + 1, last=row + len(elements))
        rows |= {element.code: row + 1 + place for place, element in enumerate(elements)}
        row += len(elements) + 1
    return FormCells(plan, form, language, rows, blocks)


def linear(form: LinearForm, references: Mapping[str, str]) -> str:
    """A linear form as an expression over `references`: ``5*D8-E9+1``."""
    text = ""
    for term in form.terms:
        size = "" if abs(term.times) == 1 else f"{abs(term.times)}*"
        text += ("-" if term.times < 0 else "+" if text else "") + size + references[term.element]
    if form.constant or not text:
        text += ("-" if form.constant < 0 else "+" if text else "") + str(abs(form.constant))
    return text


def linear_value(form: LinearForm, values: Mapping[str, Decimal]) -> Decimal:
    return sum((term.times * values[term.element] for term in form.terms), Decimal(form.constant))


def all_numbers(references: Iterable[str]) -> str:
    """The condition that every one of `references` holds a number."""
    cells = list(references)
    return f"COUNT({','.join(cells)})={len(cells)}"
