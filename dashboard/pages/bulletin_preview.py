"""A bulletin's draft on a page: as it will read, and under each paragraph the form that edits its words."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.acts.forms import asking_form, folded, press
from dashboard.locale import _, language
from dashboard.parts import hidden, plain_table, scrolled
from metrics.bulletin.document import Block, BulletinDocument, Chart, DocumentHeading, DocumentTable, Paragraph, Shown
from metrics.bulletin.present_draft import PresentDraft
from metrics.bulletin.words import LONGEST_WORDS, editable, words_etag
from metrics.periods import format_period
from metrics.queries.bulletins import BulletinDraft

Component = Any
_NOT_EDITED = ("changed", "synthetic")


def draft_preview(drawn: PresentDraft, draft: BulletinDraft) -> Component:
    """The edition in the page's language."""
    made = drawn.document(language())
    document = made.document
    said = _(
        "This is the English edition. Words can be edited; figures stand in braces, to be moved, left out or repeated. "
        "The Chinese edition is edited after switching the page's language."
    )
    unused = _("Edits that no longer fit any paragraph, kept on record: {keys}", keys=", ".join(made.unused))
    return html.Div(
        [
            html.P(said, className="note"),
            *([html.P(unused, className="note")] if made.unused else []),
            html.Article(
                [
                    html.H3(document.title),
                    *(_block(document, draft, block) for block in document.blocks),
                    *(html.P(note, className="note") for note in document.notes),
                ],
                className="bulletin",
            ),
        ]
    )


def _block(document: BulletinDocument, draft: BulletinDraft, block: Block) -> Component:
    if isinstance(block, DocumentHeading):
        return html.H4(block.text)
    if isinstance(block, Paragraph):
        return _paragraph(document, draft, block)
    if isinstance(block, Chart):
        return html.P(block.title + _(": ") + block.text, className="note") if block.bars else None
    return _table(block)


def _table(table: DocumentTable) -> Component:
    rows = [_aligned(table, row) for row in (tuple(column.heading for column in table.columns), *table.rows)]
    return scrolled(plain_table(table.title, rows[0], rows[1:], says_caption=True), name="texts")


def _aligned(table: DocumentTable, row: tuple[str, ...]) -> list[Component]:
    """The cells of a row, those of columns of numbers to be set to the right."""
    pairs = zip(table.columns, row, strict=True)
    return [html.Span(cell, className="amount") if column.numbers else cell for column, cell in pairs]


def _paragraph(document: BulletinDocument, draft: BulletinDraft, block: Paragraph) -> Component:
    lines = [
        html.P([html.Data(run.text, value=run.key) if isinstance(run, Shown) else run for run in line])
        for line in block.lines
    ]
    marks = []
    if block.edited:
        marks.append(_("edited"))
    if block.edited and block.has_own_number:
        marks.append(_("holds a number of its own, marked * in the bulletin"))
    if not lines:
        marks.append(_("left out"))
    mark = [html.P(" · ".join(marks), className="note")] if marks else []
    edit = [] if block.key in _NOT_EDITED else [_edit_form(document, draft, block)]
    return html.Div([*lines, *mark, *edit], className="bulletin-paragraph")


def _edit_form(document: BulletinDocument, draft: BulletinDraft, block: Paragraph) -> Component:
    """A form for the words, and one to have them as generated again."""
    identity = f"words-{block.key.replace('.', '-')}"
    fields = {
        "period": format_period(draft.period),
        "draft": words_etag(block).strip('"'),
        "language": document.language,
        "paragraph": block.key,
    }
    label = [_("Words"), hidden(f" {block.key}")]
    words = html.Textarea(editable(block), name="text", id=identity, maxLength=LONGEST_WORDS, rows=4, className="entry")
    form = asking_form(
        "bulletin.edit",
        html.Label(label, htmlFor=identity),
        words,
        press(_("Keep")),
        fields=fields,
        about=block.template,
    )
    again = asking_form(
        "bulletin.edit",
        press(_("Restore the generated words")),
        fields={**fields, "again": "yes"},
        about=block.template,
    )
    return folded(_("Edit"), html.Div([form, *([again] if block.edited else [])]))
