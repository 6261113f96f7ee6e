"""A bulletin read back: every number in DOCX and PDF is the release's, and pages say what is synthetic."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import lru_cache
from html import unescape
from itertools import pairwise
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from pypdf import PdfReader
from typst import Fonts

from metrics.bulletin import docx_lines, fonts
from metrics.bulletin.chart import chart_svg
from metrics.bulletin.document import Bar, BulletinDocument, Chart, DocumentTable, width_of
from metrics.bulletin.present_draft import PresentDraft, present_draft, rendered
from metrics.database import WriteSession
from metrics.errors import Unavailable
from metrics.ledger.printed_head import printed_head
from metrics.queries.bulletins import bulletin_month
from tests.beginnings import beginning
from tests.metrics.commands.test_write_bulletin import MONTH, drafted
from tests.metrics.publish.pulling import pulled, rows
from tests.metrics.queries.test_views import post

_NOW = datetime(2019, 10, 12, 8, tzinfo=UTC)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@beginning
def drawn(session: WriteSession) -> PresentDraft:
    """A month with figures of three units and one before it."""
    for unit, online in (("441202", 655), ("441203", 812), ("441204", 700)):
        post(session, unit, period="2019-08", items_online=online - 30)
        post(session, unit, items_online=online)
    drafted(session)
    return present_draft(session, bulletin_month(session, MONTH))


def document(drawn: PresentDraft, language: str) -> BulletinDocument:
    return drawn.document(language, issued_on=date(2019, 10, 12)).document


def made(drawn: PresentDraft, language: str, form: str) -> bytes:
    found = drawn.document(language, issued_on=date(2019, 10, 12))
    return rendered(found, form, made_at=_NOW, draft=False)


def numbers(*texts: str) -> Counter[str]:
    return Counter(number for text in texts for number in _NUMBER.findall(text))


def said(document: BulletinDocument, *, charts: bool = False) -> list[str]:
    """Every text of the document but the notes, whose root of the ledger is no number."""
    texts = [document.title]
    for block in document.blocks:
        if isinstance(block, DocumentTable):
            texts += [
                block.title,
                *(column.heading for column in block.columns),
                *(c for row in block.rows for c in row),
            ]
        elif not isinstance(block, Chart):
            texts.append(block.text)
        elif charts:
            texts += [block.title, *(f"{bar.label} {bar.shown} {bar.word}" for bar in block.bars)]
    return texts


def test_a_docx_holds_nothing_of_what_was_written_before_it(drawn: PresentDraft) -> None:
    """Lines are copies of shapes that are kept, of this bulletin and of others."""
    before = {language: made(drawn, language, "docx") for language in ("zh", "en")}
    docx_lines.shaped.cache_clear()
    assert {language: parts_of(made(drawn, language, "docx")) for language in ("en", "zh")} == {
        language: parts_of(content) for language, content in before.items()
    }


def parts_of(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_of_the_docx_and_the_pdf_is_the_documents(drawn: PresentDraft, language: str) -> None:
    expected = document(drawn, language)
    opened = docx.Document(io.BytesIO(made(drawn, language, "docx")))
    lines = [line.text for line in opened.paragraphs if line.text not in expected.notes]
    charts = [block.title for block in expected.blocks if isinstance(block, Chart)]
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    assert numbers(*lines, *cells) == numbers(*said(expected), *charts)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made(drawn, language, "pdf"))).pages]
    known, read = numbers(*said(expected, charts=True)), numbers(*pages)
    assert known - read == Counter()
    assert {number for number in read if "." in number} == {number for number in known if "." in number}


def test_the_documents_figures_are_those_of_the_release(session: WriteSession, drawn: PresentDraft) -> None:
    found = document(drawn, "zh")
    tables = {table.key: table for table in found.tables}
    rates = {
        (row["unit_name"], row["indicator_name"]): (row["numerator"], row["denominator"], row["value"] + "%")
        for row in rows(pulled(session, "rates", release="1", period="2019-09"))
    }
    annex = {(unit, indicator): tuple(rest) for unit, indicator, *rest in tables["annex"].rows}
    assert len(annex) == 4 * 4  # three units and the whole, four commitments
    assert annex == {key: rates[key] for key in annex}
    ranked = [
        (row["rank"] or "—", row["unit_name"], row["score"] or "—")
        for row in rows(pulled(session, "leaderboard", release="1", period="2019-09"))
    ]
    assert [row[:3] for row in tables["units"].rows] == ranked
    before = {
        row["indicator_name"]: row["value"]
        for row in rows(pulled(session, "rates", release="1", period="2019-08", unit="441200"))
    }
    for name, now, was, *_ in tables["overall"].rows:
        assert (now, was) == (rates["肇庆市", name][2], before[name] + "%")


def test_the_html_holds_the_same_and_needs_nothing_beside_it(drawn: PresentDraft) -> None:
    page = made(drawn, "zh", "html").decode()
    plain = unescape(re.sub(r"<[^>]+>", "", page))
    assert all(line in plain for block in document(drawn, "zh").paragraphs for line in block.text.split("\n"))
    assert not re.search(r"(?:src|href|url\()", page)


def test_the_pdf_is_the_page_of_the_standard(drawn: PresentDraft) -> None:
    reader = PdfReader(io.BytesIO(made(drawn, "zh", "pdf")))
    page = reader.pages[0]
    assert [round(float(side) / 72 * 25.4) for side in (page.mediabox.width, page.mediabox.height)] == [210, 297]
    heights: set[float] = set()

    def note(text: str, outer: list[float], inner: list[float], *_: object) -> None:
        if text.strip():
            heights.add(round(inner[5] * outer[3] + outer[5], 1))

    page.extract_text(visitor_text=note)
    steps = [round(above - below, 1) for above, below in pairwise(sorted(heights, reverse=True))]
    assert steps.count(29.0) > len(steps) / 2  # 225 mm in 22 lines, but for the title
    assert [f"— {n} —" in page.extract_text() for n, page in enumerate(reader.pages, start=1)] == [True] * len(
        reader.pages
    )


def test_the_docx_is_the_page_of_the_standard(drawn: PresentDraft) -> None:
    opened: Any = docx.Document(io.BytesIO(made(drawn, "zh", "docx")))
    section, normal = opened.sections[0], opened.styles["Normal"]
    wide = section.page_width - section.left_margin - section.right_margin
    high = section.page_height - section.top_margin - section.bottom_margin
    assert (round(wide / 36000), round(high / 36000)) == (156, 225)
    closer = int(normal.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert wide / Pt(1) / (normal.font.size / Pt(1) + closer) // 1 == 28
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), high / Pt(1) / (int(grid.get(qn("w:linePitch"))) / 20) // 1) == ("lines", 22)
    body = next(line for line in opened.paragraphs if "一、总体情况" in line.text)
    assert body.paragraph_format.line_spacing == Pt(28.95)
    signed = [line for line in opened.paragraphs if line.paragraph_format.right_indent]
    assert [round(line.paragraph_format.right_indent / Pt(1)) for line in signed] == [27, 64]
    widths = [sum(column.width for column in table.columns) for table in opened.tables]
    assert all(abs(width - wide) < Pt(1) for width in widths)


def test_every_page_says_what_is_synthetic(drawn: PresentDraft) -> None:
    known = replace(drawn.known, release=replace(drawn.known.release, synthetic=True))
    shown = replace(drawn, known=known)
    pages = PdfReader(io.BytesIO(made(shown, "zh", "pdf"))).pages
    assert all("演示数据" in page.extract_text() for page in pages)
    section = docx.Document(io.BytesIO(made(shown, "en", "docx"))).sections[0]
    for header in (section.header, section.even_page_header):
        assert "Synthetic" in header.paragraphs[0].text


def test_without_a_chinese_font_it_is_refused_in_words(drawn: PresentDraft, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = fonts.FontChoice(Fonts(include_system_fonts=False), "Libertinus Serif", "", "", "", "")
    monkeypatch.setattr(fonts, "_installed", lru_cache(lambda _folder: bare))
    with pytest.raises(Unavailable) as refused:
        made(drawn, "zh", "pdf")
    assert refused.value.code == "font_missing"
    assert "fonts-noto-cjk" in refused.value.message.zh


def test_a_chart_says_in_words_what_it_shows() -> None:
    chart = Chart("x", "得分", (Bar("端州区<1>", "0.5000", Fraction(1, 2), word="第1名"),))
    drawn = chart_svg(chart, fonts="serif")
    assert "<desc>端州区&lt;1&gt; 0.5000 第1名</desc>" in drawn


def test_the_line_of_what_is_not_due_yet_is_dashed() -> None:
    due = Bar("材料减少", "59.00%", Fraction(59, 100), line=Fraction(60, 100))
    for bars, dashed in (((due,), 0), ((due, replace(due, ahead=True)), 1)):
        assert chart_svg(Chart("x", "主要指标", bars), fonts="serif").count("stroke-dasharray") == dashed


def test_no_label_of_a_chart_is_cut() -> None:
    """Whatever it is called, and wherever it is broken; nothing lies outside the picture."""
    names = (
        "Guangdong-Guangxi Cooperation Zone (Zhaoqing)",
        "粤桂合作特别试验区（肇庆）管理委员会政务服务局",
        "端州区",
    )
    bars = tuple(Bar(name, "100.00%", Fraction(1), word="not reported") for name in names)
    drawn = chart_svg(Chart("x", "得分", bars), fonts="serif")
    texts = re.findall(r'<text x="(\d+)" y="([\d.]+)"( text-anchor="end")?>([^<]*)</text>', drawn)
    labels = [unescape(text) for _, _, end, text in texts if end]
    assert "".join(labels).replace(" ", "") == "".join(names).replace(" ", "")
    for x, y, end, text in texts:
        ends = sorted((float(x), float(x) + (-1 if end else 1) * 15.6 * width_of(unescape(text))))
        assert 0 <= ends[0] < ends[1] <= 620
        assert 0 < float(y) < float(re.findall(r'height="([\d.]+)"', drawn)[0])


def test_every_form_prints_the_checkpoint_that_it_stands_on(drawn: PresentDraft) -> None:
    """By which a paper copy is held against the ledger later, and the whole text of it for those who have the file."""
    body, _, signed = drawn.known.release.checkpoint.rpartition(" ")
    note = f"{body} {'W' * len(signed.rstrip())}\n"  # no signature is wider
    drawn = replace(drawn, known=replace(drawn.known, release=replace(drawn.known.release, checkpoint=note)))
    head = printed_head(note)
    opened = docx.Document(io.BytesIO(made(drawn, "zh", "docx")))
    texts = {
        "docx": "\n".join(line.text for line in opened.paragraphs),
        "html": unescape(made(drawn, "zh", "html").decode()),
        "pdf": "".join(page.extract_text() for page in PdfReader(io.BytesIO(made(drawn, "zh", "pdf"))).pages),
    }
    for form, text in texts.items():
        found = "".join(text.split())
        told = [head.origin, f"{head.size}条", head.root, head.key, *filter(None, note.split("\n"))]
        assert [one for one in told if "".join(one.split()) not in found] == [], form
    assert "W" * len(signed.rstrip()) not in texts["pdf"]  # it is longer than a line, and goes on in the next
