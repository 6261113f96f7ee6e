"""A slide as a document, for DOCX and PDF: what it says, its chart, its table, the clause, and what reproduces it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from metrics.bulletin.as_docx import docx_file
from metrics.bulletin.as_pdf import pdf_file
from metrics.bulletin.document import (
    Bar,
    Block,
    BulletinDocument,
    Chart,
    DocumentTable,
    Paragraph,
    TableColumn,
    unparted,
)
from metrics.slides.as_pptx import same_bytes
from metrics.slides.slide import Slide, SlideChart, SlideSeries


def docx_of(slide: Slide, *, made_at: datetime) -> bytes:
    """The slide as DOCX. Raises Unavailable `font_missing` where its chart cannot be drawn."""
    return same_bytes(docx_file(document_of(slide), made_at=made_at), made_at=made_at)


def pdf_of(slide: Slide, *, made_at: datetime) -> bytes:
    """The slide as PDF. Raises Unavailable `font_missing` where what is Chinese cannot be set."""
    return pdf_file(document_of(slide), made_at=made_at)


def document_of(slide: Slide) -> BulletinDocument:
    """The document that says what the slide says; clauses in small type, so that figures are most of it."""
    return BulletinDocument(
        language=slide.language,
        period="",
        version=1,
        title=unparted(slide.title),
        blocks=tuple(_blocks(slide)),
        notes=(*slide.clauses, *slide.foot),
        synthetic=bool(slide.synthetic),
    )


def _blocks(slide: Slide) -> Iterator[Block]:
    yield _paragraph("under", slide.under)
    if slide.chart is not None:
        yield from _charts(slide.chart)
    table = slide.table
    columns = tuple(
        TableColumn(heading, numbers=place not in table.texts) for place, heading in enumerate(table.headings)
    )
    rows = tuple(tuple(unparted(text) for text in row) for row in table.rows)
    yield DocumentTable("table", table.caption, columns, rows)
    if slide.more:
        yield _paragraph("more", slide.more)


def _paragraph(key: str, text: str) -> Paragraph:
    """Plain words: what stands in braces is none of a bulletin's figures."""
    return Paragraph(key, "{said}", {"said": text})


def _charts(chart: SlideChart) -> Iterator[Chart]:
    """The first series as bars from 0 or, where some are below, from the least; a second one, what is required, as a
    line across each.

    Of series that are named each category is a chart with a bar a series, all on one scale.
    """
    if not chart.named:
        asked = chart.series[1].values if len(chart.series) > 1 else (chart.line,) * len(chart.names)
        bars = (
            _bar(chart, chart.series[0], place, category, line=asked[place])
            for place, category in enumerate(chart.names)
        )
        yield Chart("chart", chart.in_document or chart.caption, tuple(bars))
        return
    for place, category in enumerate(chart.categories):
        bars = (_bar(chart, series, place, series.name, line=chart.line) for series in chart.series)
        yield Chart(f"chart{place}", f"{category} · {chart.caption}", tuple(bars))


def _bar(chart: SlideChart, series: SlideSeries, place: int, label: str, *, line: Decimal | None) -> Bar:
    low, high = chart.ends
    span = (high - low) or Fraction(1)
    value = series.values[place]
    part = Fraction(0) if value is None else (Fraction(value) - low) / span
    at = None if line is None else (Fraction(line) - low) / span
    return Bar(label, series.figures[place] or "—", part, line=at)
