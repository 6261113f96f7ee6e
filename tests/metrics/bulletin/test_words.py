"""Words and figures of a paragraph: figures come back as what they were, and a number of one's own is seen."""

from __future__ import annotations

import pytest

from metrics.bulletin.content import changes_between
from metrics.bulletin.document import DocumentTable, Paragraph, TableColumn
from metrics.bulletin.words import editable, read_words, with_words
from metrics.errors import Invalid

PARAGRAPH = Paragraph("p", "{a}升至{b},共{c}个", {"a": "网办", "b": "60.00%", "c": "60.00%"})


def test_figures_that_are_written_alike_are_told_apart() -> None:
    assert editable(PARAGRAPH) == "{网办}升至{60.00%·1},共{60.00%·2}个"
    assert read_words(PARAGRAPH, "{60.00%·2}与{60.00%·1}") == "{c}与{b}"
    assert read_words(PARAGRAPH, editable(PARAGRAPH)) == PARAGRAPH.template


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("升至{61.00%}", "figure_typed_over"),
        ("升至{60.00%}", "figure_typed_over"),  # which of the two?
        ("升至{b", "braces_open"),
        ("升至\x07", "words_unreadable"),
        ("升至\u202e{b}", "words_unreadable"),  # would read %00.06
        ("长" * 2001, "words_too_long"),
    ],
    ids=["another number", "one of two", "open", "bell", "turned round", "long"],
)
def test_what_no_paragraph_can_hold_is_refused(written: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_words(PARAGRAPH, written)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("template", "own"),
    [
        ("全市{b}达到目标", False),
        ("“一窗”分类受理,一事一议", False),
        ("须再提高5个百分点", True),
        ("须达到百分之七十", True),
        ("整改十二项", True),
        ("Raise it by five points", False),
        ("Raise it to seventy percent", True),
        ("提高５项", True),
    ],
    ids=["figure", "idiom", "digit", "percent in words", "count in words", "small word", "english", "wide digit"],
)
def test_a_number_of_its_own_is_seen(template: str, own: bool) -> None:
    assert Paragraph("p", template, PARAGRAPH.figures).has_own_number is own


def test_an_edit_whose_figure_is_gone_is_left_out_and_said() -> None:
    edited = with_words([PARAGRAPH], {"p": "只有{d}", "gone": "文字"})
    assert edited.blocks == (PARAGRAPH,)
    assert edited.unused == ("p", "gone")


def test_lines_become_paragraphs_and_an_empty_one_is_left_out() -> None:
    assert [len(Paragraph("p", text, {}).lines) for text in ("一\n二", "", " \n ")] == [2, 0, 0]


def test_changes_name_cells_and_rows_by_what_they_are() -> None:
    def version(*rows: list[str], said: str) -> dict[str, object]:
        table = {
            "kind": "table",
            "key": "annex",
            "title": "数据",
            "columns": ["单位", "指标", "数值"],
            "rows": list(rows),
        }
        return {"blocks": [{"kind": "paragraph", "key": "p", "text": said}, table]}

    before = version(["端州区", "网办", "60.00%"], ["端州区", "一窗", "70.00%"], said="甲")
    after = version(["端州区", "网办", "61.00%"], ["四会市", "网办", "80.00%"], said="甲")
    assert changes_between(before, after) == [
        ("数据 / 端州区 / 网办 / 数值", "60.00%", "61.00%"),
        ("数据 / 端州区 / 一窗", "端州区 | 一窗 | 70.00%", ""),
        ("数据 / 四会市 / 网办", "", "四会市 | 网办 | 80.00%"),
    ]


def test_columns_share_the_width_by_what_stands_in_them() -> None:
    table = DocumentTable("t", "", (TableColumn("名次"), TableColumn("单位")), (("1", "粤桂合作特别试验区"),))
    narrow, wide = table.widths
    assert narrow < wide
    assert abs(narrow + wide - 1) < 1e-9
