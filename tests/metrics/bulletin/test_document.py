"""A bulletin as a value: columns that hold their longest word, and where what is signed stands."""

from __future__ import annotations

import random

import pytest

from metrics.bulletin.document import BulletinDocument, DocumentTable, Paragraph, TableColumn, width_of

_WORDS = ("Score", "Moved", "99.99%", "at most one trip", "肇庆高新区", "Guangdong-Guangxi Cooperation Zone", "—", "")


def a_table(chance: random.Random) -> DocumentTable:
    columns = tuple(TableColumn(chance.choice(_WORDS)) for _ in range(chance.randint(1, 9)))
    rows = tuple(tuple(chance.choice(_WORDS) for _ in columns) for _ in range(chance.randint(0, 5)))
    return DocumentTable("units", "", columns, rows)


@pytest.mark.parametrize("seed", range(20))
def test_no_word_of_a_table_is_wider_than_its_column(seed: int) -> None:
    """Where all of them side by side are no wider than the page."""
    table = a_table(random.Random(seed))
    assert sum(table.widths) == pytest.approx(1)
    room = 49 if table.is_wide else 42
    longest = [
        max([2.0, *(width_of(word) for text in texts for word in text.replace("-", "- ").split() if word.isascii())])
        for texts in zip([column.heading for column in table.columns], *table.rows, strict=True)
    ]
    if sum(longest) + 1.2 * len(longest) <= room:
        assert all(word <= share * room for word, share in zip(longest, table.widths, strict=True))


def test_columns_with_more_to_say_are_wider() -> None:
    columns = (TableColumn("任务", numbers=True), TableColumn("内容"), TableColumn("有关单位"))
    table = DocumentTable("tasks", "", columns, (("1", "推进政务服务事项标准化规范化建设", "端州区、鼎湖区、高要区"),))
    number, title, units = table.widths
    assert number < units < title


@pytest.mark.parametrize(
    ("signed", "expected"),
    [
        ("肇庆市人民政府\n2019年10月12日", (4.2, 4.0)),
        ("粤桂合作特别试验区（肇庆）管理委员会\n2019年10月12日", (0.0, 4.0)),
        ("甲\n乙\n二〇一九年", (6.0, 6.0, 4.0)),
        ("Zhaoqing City\n12 October 2019", (2.0, 2.0)),
        ("", ()),
    ],
)
def test_who_signs_stands_in_the_middle_above_the_day(signed: str, expected: tuple[float, ...]) -> None:
    assert Paragraph("signature", signed, style="signature").from_right == pytest.approx(expected)


@pytest.mark.parametrize(
    "title",
    [
        "关于2019年9月《肇庆市加快推进一体化在线政务服务平台建设工作方案》落实情况的通报",
        "Bulletin for September 2019: Work Plan of Zhaoqing City for Accelerating the Online Platform",
        "通报",
        "关于《甲乙丙丁戊己庚辛壬癸甲乙丙丁戊己庚》的通报",
    ],
)
def test_a_title_is_broken_into_lines_of_about_one_length(title: str) -> None:
    lines = BulletinDocument("zh", "2019-09", 1, title, (), (), False).title_lines
    assert "".join(lines).replace(" ", "") == title.replace(" ", "")
    assert all(width_of(line) <= 20 for line in lines)
    assert min(map(width_of, lines)) > max(map(width_of, lines)) / 2
    assert not any(line[0] in "》）”，。" or line[-1] in "《（“" for line in lines)
