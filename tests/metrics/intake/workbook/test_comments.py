"""What people wrote beside cells reaches the grid; what we wrote into a marked copy does not."""

from __future__ import annotations

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from xlsxwriter import Workbook as WrittenWorkbook

from metrics.errors import Message, Problem
from metrics.intake.annotation.annotated_workbook import annotate
from metrics.intake.grid import LONGEST_TEXT
from metrics.intake.isolated_process import read_bytes
from metrics.intake.limits import MOST_COMMENTS
from metrics.intake.refusals import FileRefused
from tests.metrics.intake.raw_workbooks import MAIN, RELATIONSHIPS, STRICT, packed, parts_of, read

THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
ROW = '<row r="1"><c r="A1"><v>98</v></c></row>'


def commented(comments: str | None, threads: str | None = None) -> dict[str, str]:
    """A workbook of one cell with these parts."""
    kept = {"comments": comments, "threadedComment": threads}
    related = "".join(
        f'<Relationship Id="{kind}" Type="{RELATIONSHIPS}/{kind}" Target="../{kind}1.xml"/>'
        for kind, content in kept.items()
        if content is not None
    )
    rels = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{related}</Relationships>'
    )
    written = {f"xl/{kind}1.xml": content for kind, content in kept.items() if content is not None}
    return {**parts_of(ROW), "xl/worksheets/_rels/sheet1.xml.rels": rels, **written}


def plain(*comments: tuple[str, str], author: str = "王", namespace: str = MAIN) -> str:
    """A part of comments: place and content of `text` of each."""
    listed = "".join(f'<comment ref="{at}" authorId="0"><text>{text}</text></comment>' for at, text in comments)
    authors = f"<authors><author>{escape(author)}</author></authors>"
    return f'<comments xmlns="{namespace}">{authors}<commentList>{listed}</commentList></comments>'


def threads(*comments: tuple[str, str]) -> str:
    listed = "".join(
        f'<threadedComment ref="{at}" id="x"><text>{text}</text></threadedComment>' for at, text in comments
    )
    return f'<ThreadedComments xmlns="{THREADED}">{listed}</ThreadedComments>'


TEXTS = {
    "<t>应为 207</t>": "应为 207", "<r><t>应为 </t></r><r><rPr><b/></rPr><t>207</t></r>": "应为 207", "<t>王:\n应为 207</t>": "应为 207",
    "<r><rPr><b/></rPr><t>王:</t></r><r><t>\n应为 207</t></r>": "应为 207", "<t>王：应为 207</t>": "应为 207", "<t>老王:207</t>": "老王:207",
    "<r><t>9</t></r><rPh sb='0' eb='1'><t>7</t></rPh>": "9", "<t>_x0039_8</t>": "98", f"<t>{'长' * 600}</t>": "长" * (LONGEST_TEXT - 1) + "…",
}  # fmt: skip


@pytest.mark.parametrize("namespace", [MAIN, STRICT])
@pytest.mark.parametrize(("written", "text"), TEXTS.items())
def test_a_comment_arrives_without_its_authors_name(written: str, text: str, namespace: str) -> None:
    sheet = read(commented(plain(("D2", written), ("AA30", "<t>x</t>"), ("B1", "<t> </t>"), namespace=namespace)))
    assert sheet.comments == {(2, 4): text, (30, 27): "x"}


def test_a_thread_stands_for_the_comment_that_older_programs_see() -> None:
    old = plain(("D2", "<t>[Threaded comment] Your version…</t>"), ("E3", "<t>另一条</t>"), author="tc={1}")
    said = threads(("D2", "应为 207"), ("D2", "已核对"))
    assert read(commented(old, said)).comments == {(2, 4): "应为 207\n已核对", (3, 5): "另一条"}
    assert read(commented(None, said)).comments == {(2, 4): "应为 207\n已核对"}


DAMAGED = {
    "no XML": "<comments><", "empty": "", "something else": "<html/>", "without a namespace": plain(("D2", "<t>x</t>"), namespace="x"),
    "no place": plain(("", "<t>x</t>"), ("D", "<t>x</t>"), ("ZZZ1", "<t>x</t>"), ("D0", "<t>x</t>")),
    "cut short": plain(("D2", "<t>x</t>"))[:-30],
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGED)
def test_damaged_comments_are_none(damage: str) -> None:
    sheet = read(commented(DAMAGED[damage], DAMAGED[damage]))
    assert (sheet.comments, len(sheet.cells)) == ({}, 1)


@pytest.mark.parametrize("missing", ["xl/comments1.xml", "xl/worksheets/_rels/sheet1.xml.rels"])
def test_comments_that_are_not_there_are_none(missing: str) -> None:
    parts = commented(plain(("D2", "<t>x</t>")))
    del parts[missing]
    assert read(parts).comments == {}


def test_relations_that_are_no_xml_are_none() -> None:
    parts = {**commented(plain(("D2", "<t>x</t>"))), "xl/worksheets/_rels/sheet1.xml.rels": "<Relationships"}
    assert read(parts).comments == {}


@pytest.mark.parametrize("author", ["", "9", "-1", "x", "²"])
def test_an_author_who_is_not_listed(author: str) -> None:
    part = plain(("D2", "<t>x</t>")).replace('authorId="0"', f'authorId="{author}"')
    assert read(commented(part)).comments == {(2, 4): "x"}


def test_more_comments_than_anybody_reads_are_refused() -> None:
    def of(count: int) -> bytes:
        return packed(commented(plain(*((f"B{n}", "<t>x</t>") for n in range(1, count + 1)))))

    assert len(read_bytes(of(MOST_COMMENTS)).sheets[0].comments) == MOST_COMMENTS
    with pytest.raises(FileRefused) as refused:
        read_bytes(of(MOST_COMMENTS + 1))
    assert refused.value.about == {"what": "comments", "found": MOST_COMMENTS + 1, "most": MOST_COMMENTS}


def written_by_openpyxl() -> bytes:
    book, file = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet["B2"] = 12
    sheet["B2"].comment = Comment("应为 207", "王")
    book.save(file)
    return file.getvalue()


def written_by_xlsxwriter() -> bytes:
    file = BytesIO()
    with WrittenWorkbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write("B2", 12)
        sheet.write_comment("B2", "应为 207", {"author": "王"})
    return file.getvalue()


@pytest.mark.parametrize("content", [written_by_openpyxl(), written_by_xlsxwriter()], ids=["openpyxl", "XlsxWriter"])
def test_our_own_words_in_a_marked_copy_are_left_out(content: bytes) -> None:
    name = read_bytes(content).sheets[0].name
    problems = [Problem("x", Message("应为 300。", "300."), sheet=name, row=2, column=column) for column in "BC"]
    once = annotate(content, problems)
    twice = annotate(once, problems)
    saved = BytesIO()
    load_workbook(BytesIO(twice)).save(saved)
    for marked in (content, once, twice, saved.getvalue()):
        assert read_bytes(marked).sheets[0].comments == {(2, 2): "应为 207"}
    assert load_workbook(BytesIO(twice))[str(name)]["B2"].comment.text.count("应为 300。") == 1


def test_our_own_words_in_a_marked_csv_file_are_left_out() -> None:
    marked = annotate(
        "单位,数值\r\n端州区,x\r\n".encode(), [Problem("x", Message("不是数。", "none."), row=2, column="B")]
    )
    assert b"\xe4\xb8\x8d" in b"".join(_parts(marked))
    assert not any(sheet.comments for sheet in read_bytes(marked).sheets)


def _parts(content: bytes) -> list[bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return [archive.read(name) for name in archive.namelist() if "omments" in name]
