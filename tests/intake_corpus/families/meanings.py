"""Sheets whose words say that the figures are others than they seem: kinds of figures, towns, samples, spans of time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.intake_corpus.families.writing import book_case, case, csv_case
from tests.intake_corpus.labels import Case, Reads, Right, asks, refuses
from tests.intake_corpus.offices import SHORT, FormLook, at, figures, form, names, spot, tidy, wide
from tests.spreadsheet.model import Book, Cell, Figure, Sheet, place

_KINDS = ("累计", "上月", "上年同期", "计划", "本年累计", "预计")
_PARTS_OF_A_COUNTY = (
    "封开县江口镇2021年2月报送表", "封开县市场监督管理局2021年2月报送表", "封开县公安局2021年2月政务服务事项月报", "2021年2月封开县南丰镇报送表",
)  # fmt: skip
_SPANS = (
    "2021年2月上旬", "2021年1-2月", "2021年2月(累计)", "2021年2月(计划)", "2021年2月1日至15日", "2021年度", "2020年2月/2021年2月", "2021年2月—3月",
    "2021年2月(上月)", "2021年一季度",
)  # fmt: skip
_TWO_MEANINGS = (
    "351*", "351①", "351、", "340→351", "340 351", "351\n340", "3 51", "1O0", "l51", "12,34", "1,2345", "351注1", "351a", "[351]", "351.5.1",
    "≈351", "351以上", ">351", "351；340", "３５１．", "￥351", "351元", "0x15F", "=351", "'351", "1/3", "五", "壹佰", "351 340", "35l",
)  # fmt: skip


def cases() -> Iterator[Case]:
    yield from _kinds_of_figures()
    yield from _other_sheets()
    yield from _parts_of_a_county()
    yield from _spans()
    yield from _figures_of_two_meanings()
    yield from _groups()
    yield from _row_labels()


def _not_silently(*cells: str) -> tuple[Right, ...]:
    return (refuses(*cells), asks(*cells))


def _all(sheet: Sheet) -> list[str]:
    return ["", *(at(sheet, r, c) for r in range(1, len(sheet.rows) + 1) for c in range(1, sheet.width + 1))]


def _kinds_of_figures() -> Iterator[Case]:
    """A column says of each row which kind of figure it holds."""
    for n, (heading, kind) in enumerate(
        zip(("口径", "类别", "数据类型", "统计口径", "指标口径", "类型"), _KINDS, strict=True)
    ):
        table = wide({(u, "2021-02"): figures(3700 + n, blocks=("instant", "systems")) for u in ("441225", "441202")})
        table.insert_column(3, [heading, kind, kind])
        yield case("column that says the figures are others", f"kind-{n}", table, *_not_silently(*_all(table)))
        long = tidy({("441225", "2021-02"): figures(3710 + n, blocks=SHORT)})
        long.insert_column(4, [heading, *([kind] * (len(long.rows) - 1))])
        cells = [c.partition("!")[2] for c in _all(long)]
        yield csv_case("column that says the figures are others", f"kind-tidy-{n}", long, *_not_silently(*cells))
    both = Sheet.of("汇总", [["填报单位", "报告期", "口径", "即办件事项数", "可网办事项数"]])
    for kind, times in (("本月", 1), ("累计", 1)):
        both.rows.append([Cell(v) for v in ("封开县", "2021年1月", kind, 135 * times, 210 * times)])
    yield case("column that says the figures are others", "kind-both", both, *_not_silently(*_all(both)))


def _other_sheets() -> Iterator[Case]:
    """A sheet of samples, of last month, of what was withdrawn, beside the form or alone."""
    for n, name in enumerate(("填表示例", "样表", "上月", "上年同期", "累计", "计划", "作废")):
        own = form("441225", "2021-02", figures(3720 + n, blocks=SHORT))
        other = form("441202", "2021-02", figures(3730 + n, blocks=SHORT), FormLook(sheet=name))
        one = {"441225/2021-02": Book([own]).figures()["441225/2021-02"]}
        here = [name, *_all(other)]
        right = (*_not_silently(*here), Reads(one))
        yield book_case("sheet of other figures beside the form", f"sheet-beside-{n}", Book([own, other]), *right)
    for n, name in enumerate(("上月", "上年同期", "累计", "示例")):
        alone = form("441225", "2021-02", figures(3740 + n, blocks=SHORT), FormLook(sheet=name))
        yield case(
            "sheet whose name says that the figures are others",
            f"sheet-alone-{n}",
            alone,
            *_not_silently(name, *_all(alone)),
        )


def _parts_of_a_county() -> Iterator[Case]:
    """A town's or an office's sheet is not the county's."""
    for n, title in enumerate(_PARTS_OF_A_COUNTY):
        sheet = form("441225", "2021-02", figures(3750 + n, blocks=SHORT), FormLook(title=title, labels=()))
        yield case("town or office in the title", f"part-title-{n}", sheet, *_not_silently(*_all(sheet)))
    for n, unit in enumerate(
        ("封开县江口镇", "封开县市场监督管理局", "封开县公安局", "江口镇", "封开县(江口镇)", "封开县局")
    ):
        look = FormLook(title="报送表", labels=(("填报单位:", unit, "报告期:", "{month}"),))
        sheet = form("441225", "2021-02", figures(3760 + n, blocks=SHORT), look)
        yield case("town or office as the unit", f"part-unit-{n}", sheet, *_not_silently(at(sheet, 2, 2)))


def _spans() -> Iterator[Case]:
    """A label that names a part of a month, several months, or figures of another kind."""
    for n, written in enumerate(_SPANS):
        look = FormLook(title="{unit}报送表", labels=(("填报单位:", "{unit}", "报告期:", written),))
        sheet = form("441225", "2021-02", figures(3770 + n, blocks=SHORT), look)
        yield case("label of another span of time", f"span-{n}", sheet, *_not_silently(at(sheet, 2, 4)))
        table = wide({("441225", "2021-02"): figures(3780 + n, blocks=("instant", "systems"))})
        table.rows[1][1].value = written
        yield csv_case("label of another span of time", f"span-{n}", table, *_not_silently("B2"))


def _figures_of_two_meanings() -> Iterator[Case]:
    for n, written in enumerate(_TWO_MEANINGS):
        values = figures(3800 + n, blocks=SHORT) | {"items_instant": written}
        sheet = form("441225", "2021-02", values)
        yield case(
            "figures that may mean two things",
            f"meaning-{n}",
            sheet,
            *_not_silently(at(sheet, *spot(sheet, "items_instant"))),
        )
        if n % 3 == 0:
            cell = place(*spot(sheet, "items_instant"))
            yield csv_case("figures that may mean two things", f"meaning-{n}", sheet, *_not_silently(cell))


def _groups() -> Iterator[Case]:
    """Headings above the elements' that name another unit, month or kind."""
    for n, words in enumerate(
        ("怀集县", "2021年1月", "1月", "上月数", "本年累计", "上年同期数", "2020年2月", "计划数", "累计(1-2月)")
    ):
        table = wide({("441225", "2021-02"): figures(3840 + n, blocks=("instant", "systems"))}, grouped=True)
        next(c for _, _, c in table.places() if c.value == "系统对接").value = words
        yield case(
            "heading of a group that says the figures are others", f"group-{n}", table, *_not_silently(*_all(table))
        )
        cells = [c.partition("!")[2] for c in _all(table)]
        yield csv_case(
            "heading of a group that says the figures are others", f"group-{n}", table, *_not_silently(*cells)
        )
    for n, words in enumerate(("本月数", "本期", "2021年2月", "2月", "系统情况", "封开县")):
        table = wide({("441225", "2021-02"): figures(3860 + n, blocks=("instant", "systems"))}, grouped=True)
        next(c for _, _, c in table.places() if c.value == "系统对接").value = words
        right = (Reads(Book([table]).figures()), *_not_silently(*_all(table)))
        yield case("heading of a group that changes nothing", f"group-own-{n}", table, *right)


def _row_labels() -> Iterator[Case]:
    """One unit, elements across; what each row is stands in its first cell."""
    for n, labels in enumerate(
        (("上月数", "本月数"), ("本月数", "累计"), ("本月数", "上年同期", "增减"), ("上月数",), ("累计",), ("计划数",))
    ):
        sheet = Sheet.of("报送", [["填报单位", "封开县", "报告期", "2021年2月"]])
        values = figures(3870 + n, blocks=("items", "instant"))
        heads: list[Any] = ["项目", *(names()[code] for code in values)]
        sheet.rows.append([Cell(head) for head in heads])
        for label in labels:
            own = label == "本月数"
            cells = [
                Cell(value if own else value * 2 + 1, means=Figure("441225", "2021-02", code) if own else None)
                for code, value in values.items()
            ]
            sheet.rows.append([Cell(label), *cells])
        read = (Reads(Book([sheet]).figures()),) if "本月数" in labels else ()
        yield case("rows of several kinds of figures", f"row-labels-{n}", sheet, *read, *_not_silently(*_all(sheet)))
