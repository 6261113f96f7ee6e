"""A slide as PPTX, 16:9, of native parts: text boxes, a chart and a table that people go on working on.

The same slide has the same bytes: what python-pptx and XlsxWriter date by the clock is dated as the figures are.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from metrics.bulletin.document import printable, unparted, width_of
from metrics.slides.pptx_table import add_table
from metrics.slides.pptx_text import FONT, INK, MUTED, PAPER, add_run, anchor, fill, points, rgb
from metrics.slides.slide import Slide, SlideChart, SlideSeries

_WIDE, _HIGH = 13.333, 7.5  # inches
_LEFT, _ROOM = 0.5, 12.333
_TITLE_SIZES, _UNDER_SIZES = (28, 24, 20, 18), (14, 12, 11, 10, 9)
_CHART_WIDE, _GAP, _TOP, _BODY_HIGH = 6.3, 0.25, 1.75, 4.25
_MORE_HIGH = 0.25  # what is said under a table
_MOST_CLAUSES = 3
_CAPTION_HIGH, _LABEL, _LEAST_LABEL = 0.35, 11, 7  # inches above the bars, and points of the categories' names
_MANY_BARS = 12  # of series beside each other: with more their figures are smaller
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
# Ideographs one by one, words, and what a space that does not break holds together; a mark after a piece stays with it.
_PIECES = re.compile(r"(?:[⺀-鿿]|[^ \u00a0⺀-鿿]+)(?:\u00a0(?:[⺀-鿿]|[^ \u00a0⺀-鿿]+))*[，。；：、）” ]*")
_BOLDER = 0.15  # of a wide character: what letters and figures in bold, and the gaps before ideographs, add
_CREATED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def pptx_file(slide: Slide, *, made_at: datetime) -> bytes:
    """The whole file, dated `made_at`."""
    from pptx import Presentation
    from pptx.util import Inches

    slide = printable(slide)
    made = Presentation()
    made.slide_width, made.slide_height = Inches(_WIDE), Inches(_HIGH)
    page = made.slides.add_slide(made.slide_layouts[5])  # a title alone
    page.background.fill.solid()
    page.background.fill.fore_color.rgb = rgb(PAPER)
    _title(page, slide)
    size = _fitting(slide.under, _UNDER_SIZES, lines=1)
    _text(page, slide.under, top=1.28, high=0.36, size=size, colour=MUTED)
    table_left = _LEFT if slide.chart is None else _LEFT + _CHART_WIDE + _GAP
    if slide.chart is not None:
        _chart(page, slide.chart)
    wide = _LEFT + _ROOM - table_left
    high = _BODY_HIGH - _MORE_HIGH if slide.more else _BODY_HIGH
    add_table(page, slide.table, left=table_left, top=_TOP, wide=wide, high=high)
    if slide.more:
        _text(page, slide.more, top=_TOP + high, high=_MORE_HIGH, size=9, colour=MUTED, left=table_left, wide=wide)
    _feet(page, slide)
    about = made.core_properties
    about.title, about.author, about.last_modified_by = slide.title, "", ""
    about.created = about.modified = made_at.replace(tzinfo=None, microsecond=0)
    about.language = {"zh": "zh-CN"}.get(slide.language, "en-GB")
    _set_theme_fonts(made)
    written = io.BytesIO()
    made.save(written)
    return same_bytes(written.getvalue(), made_at=made_at)


def same_bytes(package: bytes, *, made_at: datetime) -> bytes:
    """The same package, in the order of its names, without the clock: also what other packages in it say of theirs."""
    stamp = made_at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as given, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        names = sorted(given.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            content = given.read(name)
            if name.endswith(".xlsx"):
                content = same_bytes(content, made_at=made_at)
            elif name == "docProps/core.xml":
                content = _CREATED.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            made.writestr(zipfile.ZipInfo(name, _ZIP_DAY), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _title(page: Any, slide: Slide) -> None:
    """The finding, as large as two lines allow."""
    from pptx.util import Inches

    box = page.shapes.title
    box.left, box.top, box.width, box.height = Inches(_LEFT), Inches(0.3), Inches(_ROOM), Inches(0.98)
    size = _fitting(slide.title, _TITLE_SIZES, lines=2)
    fill(box.text_frame, unparted(slide.title), size=size, colour=INK, bold=True, language=slide.language)
    box.text_frame.vertical_anchor = anchor("BOTTOM")


def _fitting(text: str, sizes: Sequence[int], *, lines: int) -> int:
    """The largest of these sizes in which the text takes no more lines across the page, else the least."""
    return next((size for size in sizes if _lines(text, wide=0.93 * _ROOM * 72 / size) <= lines), sizes[-1])


def _lines(text: str, *, wide: float) -> int:
    """How many lines a text takes, each `wide` wide characters: what may not be parted begins the next one whole."""
    count, taken = 1, 0.0
    for piece in _PIECES.findall(unparted(text)):
        needed = width_of(piece) + _BOLDER * sum(sign.isascii() for sign in piece)
        if taken and taken + needed > wide:
            count, taken = count + 1, 0.0
        taken += needed
    return count


def _text(
    page: Any,
    text: str,
    *,
    top: float,
    high: float,
    size: float,
    colour: str,
    bold: bool = False,
    left: float = _LEFT,
    wide: float = _ROOM,
) -> Any:
    from pptx.util import Inches

    box = page.shapes.add_textbox(Inches(left), Inches(top), Inches(wide), Inches(high))
    fill(box.text_frame, text, size=size, colour=colour, bold=bold)
    return box


def _feet(page: Any, slide: Slide) -> None:
    """The clauses, word for word, what reproduces the slide, and that its figures are made up if they are."""
    clauses = list(slide.clauses[:_MOST_CLAUSES])
    if len(slide.clauses) > _MOST_CLAUSES:
        clauses[-1] += f" … +{len(slide.clauses) - _MOST_CLAUSES}"
    lines = sum(max(1, -int(-width_of(clause) * 10 // (0.97 * _ROOM * 72))) for clause in clauses)
    if clauses:
        _text(page, "\n".join(clauses), top=6.08, high=0.2 * lines, size=10, colour=INK)
    foot = [*slide.foot, *([slide.synthetic] if slide.synthetic else [])]
    _text(page, "\n".join(foot), top=7.42 - 0.19 * len(foot), high=0.19 * len(foot), size=9, colour=MUTED)


def _chart(page: Any, chart: SlideChart) -> None:
    from pptx.chart import data as chart_data
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    kind: Any = chart_data.CategoryChartData  # untyped
    data = kind(number_format=_number_format(chart))
    data.categories = chart.categories
    for series in chart.series:
        data.add_series(series.name, series.values)
    named = _name_series(page, chart) if chart.named else 0
    across = (Inches(_LEFT), Inches(_TOP + named), Inches(_CHART_WIDE), Inches(_BODY_HIGH - named))
    frame = page.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *across, data)
    described = frame._element.nvGraphicFramePr.cNvPr
    described.set("descr", chart.text)
    described.set("name", chart.caption)
    drawn = frame.chart
    drawn.font.size, drawn.font.name = points(_LABEL), FONT
    drawn.font.color.rgb = rgb(INK)
    drawn.has_title = True
    fill(drawn.chart_title.text_frame, chart.caption, size=12, colour=MUTED)
    drawn.chart_title.include_in_layout = False
    _set_axes(drawn, chart, room=_BODY_HIGH - named)
    drawn.has_legend = False  # a bar is named by its caption and coloured by its status, or its colour is named above
    plot = drawn.plots[0]
    plot.gap_width, plot.overlap, plot.vary_by_categories = 45, -5, False
    for series, made in zip(chart.series, plot.series, strict=True):
        _set_series(made, series, chart)


def _name_series(page: Any, chart: SlideChart) -> float:
    """Each series' colour and name above the chart, in their order; how high that is, in inches.

    No legend: LibreOffice turns the one of bars round, and takes the colours of a chart's title away.
    """
    names = [f"{series.name}   " for series in chart.series]
    lines = max(1, -int(-width_of("".join(f"■ {name}" for name in names)) * 11 // (0.93 * _CHART_WIDE * 72)))
    box = _text(page, "", top=_TOP, high=0.2 * lines, size=11, colour=INK, wide=_CHART_WIDE)
    for series, name in zip(chart.series, names, strict=True):
        for words, colour in (("■ ", series.colour(0)), (name, INK)):
            add_run(box.text_frame.paragraphs[0], words, size=11, colour=colour)
    return 0.2 * lines


def _number_format(chart: SlideChart) -> str:
    plain = "0." + "0" * chart.decimals
    return f"+{plain};\u2212{plain};{plain}" if chart.signed else plain


def _label_size(chart: SlideChart, high: float) -> int:
    """In which two lines fit beside a category's bars, a chart so many inches high: else programs leave names out."""
    room = (high - _CAPTION_HIGH) * 72 / len(chart.categories)
    return min(_LABEL, max(_LEAST_LABEL, int(room / 2.4)))


def _set_axes(drawn: Any, chart: SlideChart, *, room: float) -> None:
    """The first category on top; no axis of values, since every bar has its own."""
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK

    drawn.category_axis.reverse_order = True
    drawn.category_axis.has_major_gridlines = False
    every = drawn.category_axis._element.makeelement(f"{{{_C}}}tickLblSkip", {"val": "1"})  # no label is left out
    drawn.category_axis._element.find(f"{{{_C}}}noMultiLvlLbl").addprevious(every)
    drawn.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    drawn.category_axis.tick_labels.font.size = points(_label_size(chart, room))
    drawn.category_axis.format.line.color.rgb = rgb(MUTED)
    drawn.value_axis.has_major_gridlines = False
    drawn.value_axis.visible = False
    low, high = (float(end) for end in chart.ends)  # where the axis ends, not what is drawn on it
    drawn.value_axis.minimum_scale = low - 0.15 * (high - low) if low < 0 else 0
    drawn.value_axis.maximum_scale = high + 0.15 * ((high - low) or 1)


def _set_series(made: Any, series: SlideSeries, chart: SlideChart) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION

    made.invert_if_negative = False
    for place in range(len(chart.categories)):
        fill = made.points[place].format.fill
        fill.solid()
        fill.fore_color.rgb = rgb(series.colour(place))
    made.format.fill.solid()
    made.format.fill.fore_color.rgb = rgb(series.colour(0))
    labels = made.data_labels
    labels.show_value, labels.position = True, XL_LABEL_POSITION.OUTSIDE_END
    labels.number_format, labels.number_format_is_linked = _number_format(chart), False
    labels.font.size = points(9 if chart.named and len(chart.categories) * len(chart.series) > _MANY_BARS else 11)


def _set_theme_fonts(made: Any) -> None:
    """Our font for whatever is typed anew, and in charts, for Chinese characters as well."""
    for part in made.part.package.iter_parts():
        if str(part.partname).startswith("/ppt/theme/"):
            said = re.sub(rb'<a:latin typeface="[^"]*"', f'<a:latin typeface="{FONT}"'.encode(), part.blob)
            part._blob = re.sub(rb'<a:ea typeface=""', f'<a:ea typeface="{FONT}"'.encode(), said)
