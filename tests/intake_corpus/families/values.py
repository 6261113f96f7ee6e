"""Whole forms with figures that are none: every such cell is refused, at its place, and no other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.intake_corpus.families.forms import UNITS
from tests.intake_corpus.families.writing import WRITERS, case, csv_case
from tests.intake_corpus.labels import Case, Reads, refuses
from tests.intake_corpus.offices import FormLook, at, figures, form, spot
from tests.spreadsheet.model import Book, Cell, place
from tests.workbooks import city_plan

_NO_FIGURES: dict[str, tuple[Any, ...]] = {
    "words": ("无", "—", "/", "暂无", "不涉及", "N/A", "略", "详见附件", "同上", "……", "待定", "未统计"),
    "percent": ("85.3%", "70％", "百分之七十", 0.853, "85.3", "九成"),
    "scaled": ("2.1万", "9千", "1.2E+03", "3万余", "2百"),
    "unclear": (
        "351?",
        "约351",
        "351左右",
        "1 234",
        "0351",
        "+5",
        "12-",
        "3、5",
        "351(含市直)",
        "351/400",
        "三百五十一",
        "350-360",
    ),
    "negative": ("-3", "－7", "(9)", -12, "负三"),
    "sums": ("300+51", "=300+51", "351=300+51", "300＋51"),
}
_WHOLE = (
    "items_instant",
    "items_total",
    "items_hall",
    "systems_due",
    "materials_current",
    "net_town_ok",
    "days_promised",
)


def cases() -> Iterator[Case]:
    yield from _one_kind_a_form()
    yield from _mixed()
    yield from _other_kinds_of_cells()
    yield from _understood()


def _one_kind_a_form() -> Iterator[Case]:
    for n, (kind, written) in enumerate(_NO_FIGURES.items()):
        codes = [e for e in figures(0) if e != "startup_days"]
        for part in range(2):
            chosen = random.Random(n * 7 + part).sample(codes, len(written))
            values = figures(2800 + n * 3 + part) | dict(zip(chosen, written, strict=True))
            sheet = form(UNITS[n], "2021-02", values, FormLook(numbers=part == 0))
            if part == 0:
                cells = [at(sheet, *spot(sheet, code)) for code in chosen]
                yield case(
                    f"no figures: {kind}", f"values-{kind}", sheet, refuses(*cells, each=True), writer=WRITERS[n % 2]
                )
            else:
                cells = [place(*spot(sheet, code)) for code in chosen]
                yield csv_case(
                    f"no figures: {kind}", f"values-{kind}", sheet, refuses(*cells, each=True), encoding="gb18030"
                )


def _mixed() -> Iterator[Case]:
    """Several kinds in one form, and blanks in begun blocks."""
    flat = [text for written in _NO_FIGURES.values() for text in written]
    for n in range(8):
        chance = random.Random(2900 + n)
        values = figures(2900 + n)
        codes = chance.sample([e for e in values if e != "startup_days"], 12)
        for code in codes[:9]:
            values[code] = chance.choice(flat)
        blanks = [code for code in codes[9:] if code != "items_instant"]
        for code in blanks:
            values[code] = None
        sheet = form(UNITS[n], "2021-03", values, FormLook(blocks=n % 2 == 0))
        cells = [
            at(sheet, *spot(sheet, code))
            for code in (*codes[:9], *blanks)
            if values[code] is not None or _begun(values, code)
        ]
        yield case("no figures: mixed", f"values-mixed-{n}", sheet, refuses(*cells, each=True))


def _begun(values: dict[str, Any], code: str) -> bool:
    plan = city_plan()
    block = plan.element_by_code[code].block
    return any(values.get(e.code) is not None for e in plan.elements if e.block == block)


def _other_kinds_of_cells() -> Iterator[Case]:
    kinds: tuple[Any, ...] = (
        Cell(date(2021, 2, 3), look="yyyy-mm-dd"), Cell(True), Cell("#N/A"), Cell("2021/2/3"), Cell("12:30"), Cell(1e15),
        Cell(351.5), Cell("351.5"), Cell(0.5), Cell("0.0.1"), Cell("１２．５"), Cell("351 项 (含)"), Cell("351件"),
    )  # fmt: skip
    for n, cell in enumerate(kinds):
        code = _WHOLE[n % len(_WHOLE)]
        sheet = form(UNITS[n % 9], "2021-02", figures(3000 + n) | {code: cell})
        yield case("cells of other kinds", f"values-kind-{n}", sheet, refuses(at(sheet, *spot(sheet, code))))
    joined = form("441225", "2021-02", figures(3020))
    row, column = spot(joined, "items_hall")
    joined.cell(row, column).value = None
    joined.merges.append((row - 1, column, row, column))
    here = refuses(at(joined, row, column), at(joined, row - 1, column))
    yield case("joined figures", "values-merged", joined, here)


def _understood() -> Iterator[Case]:
    """Figures written otherwise than as plain digits, that mean one thing only."""
    ways: tuple[tuple[Any, str], ...] = (
        ("1,351", "1351"), ("１３５１", "1351"), (" 351 ", "351"), ("351项", "351"), ("351.0", "351"), ("351 项", "351"),
        ("\u3000351\u3000", "351"), ("1，351", "1351"), (351.0, "351"), ("351", "351"), ("0", "0"), (0, "0"),
    )  # fmt: skip
    for n, (written, meant) in enumerate(ways):
        sheet = form(UNITS[n % 9], "2021-02", figures(3040 + n) | {"items_instant": written})
        submissions = {key: {**found, "items_instant": meant} for key, found in Book([sheet]).figures().items()}
        yield case("figures written otherwise", f"values-read-{n}", sheet, Reads(submissions))
    empty = figures(3060)
    for code in ("systems_due", "systems_connected", "items_instant"):
        empty[code] = None
    yield case("blocks left blank", "values-blocks", form("441225", "2021-02", empty, FormLook(blocks=True)))
    words = figures(3061)
    for code in ("items_new", "items_cancelled"):
        words[code] = 0
    yield case("zeros", "values-zeros", form("441225", "2021-02", words))
