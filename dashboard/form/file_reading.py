"""A file as it is read, for its sender to confirm: what only the sender can say, and every figure by last month's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.form.findings import signed_count
from dashboard.locale import _, count_text, instant_text, language, month_text, ngettext
from dashboard.words.figures import NOTHING
from metrics.checks import CheckWarning
from metrics.errors import Problem
from metrics.intake.file_reading import CellPlace, Question
from metrics.intake.grid import column_letter
from metrics.queries.cells_read import CellRead
from metrics.queries.confirmed_layouts import ReadingConfirmation

Component = Any
Lines = Mapping[CellPlace, Sequence[tuple[str, str]]]  # cell → (severity, what is said there)


def questions_of(questions: Sequence[Question]) -> list[Component]:
    """What only the sender can say, each with its choices; the browser sends what is chosen."""
    if not questions:
        return []
    still = sum(question.answer is None for question in questions)
    heading = ngettext("{n} question about the file", "{n} questions about the file", len(questions))
    told = ngettext("{n} still to be answered", "{n} still to be answered", still) if still else _("All answered")
    return [
        html.Div(
            [
                html.H3([heading, html.Span(told, className="note")]),
                *[_question(question) for question in questions],
            ],
            className="file-questions",
        )
    ]


def _question(question: Question) -> Component:
    given = [html.Span(_("In the file"), className="note"), " ", html.Q(question.given)] if question.given else []
    choices = [
        dmc.Radio(choice.label.in_language(language()), value=choice.value, size="xs") for choice in question.choices
    ]
    return html.Div(
        dmc.RadioGroup(
            dmc.Stack(choices, gap=4),
            label=[html.Span(str(question.place), className="cell-name"), question.message.in_language(language())],
            description=given,
            value=question.answer,
            size="sm",
        ),
        className="file-question" if question.answer else "file-question file-question-open",
        key=question.id,
        **{"data-question": question.id},
    )


def confirmation_note(confirmation: ReadingConfirmation, *, who: str, timezone: str) -> Component:
    """Why the reading is to be looked over, or why it need not be. `who`: the name of who confirmed its layout."""
    if confirmation.because == "layout_confirmed":
        assert confirmation.confirmed_at is not None  # noqa: S101  it was confirmed
        at = instant_text(confirmation.confirmed_at, timezone=timezone)
        words = _("{who} confirmed this layout on {when}.", who=who, when=at)
    else:
        words = {
            "template": _("Our own template: every figure stands at its own name."),
            "tidy": _("A file made by a program, with a unit, a month and an element for every figure."),
            "layout_new": _(
                "This layout has not been confirmed before: check every figure against your file. Once it"
                " is sent, files of this layout are known."
            ),
            "questions": _("The file leaves some questions to you; check every figure against it."),
        }[confirmation.because]
    return html.P(words, className="note confirmation-note")


def reading_table(cells: Sequence[CellRead], lines: Lines, *, caption: str) -> Component:
    """Every figure of one submission: its name, as written, as read, where it stands, last month's, the difference."""
    headings = {
        "read-element": _("Element"),
        "read-written": _("In the file"),
        "read-as": _("Read as"),
        "read-cell": _("Cell"),
        "read-last": _("Last month"),
        "read-difference": _("Difference"),
    }
    return html.Table(
        [
            html.Caption(caption, className="hidden-text"),
            html.Thead(html.Tr([html.Th(word, scope="col", className=name) for name, word in headings.items()])),
            html.Tbody([_row(cell, lines.get(cell.place, ()), headings) for cell in cells]),
        ],
        className="figures reading-table",
    )


def _row(cell: CellRead, lines: Sequence[tuple[str, str]], headings: Mapping[str, str]) -> Component:
    severities = {severity for severity, _words in lines}
    kind = "row-error" if "error" in severities else "row-warning" if lines else ""
    otherwise = "" if cell.read is None or cell.read == cell.written else "read-otherwise-cell"
    said = [html.P(words, className=f"said-{severity}") for severity, words in lines]
    texts = {
        "read-written": cell.written or NOTHING,
        "read-as": NOTHING if cell.read is None else count_text(Fraction(cell.read)),
        "read-cell": str(cell.place),
        "read-last": _last(cell),
        "read-difference": NOTHING if cell.difference is None else signed_count(cell.difference),
    }
    return html.Tr(
        [
            html.Th([_name(cell), html.Div(said, className="said")], scope="row", className="read-element"),
            *[html.Td(text, className=name, **{"data-label": headings[name]}) for name, text in texts.items()],
        ],
        className=f"{kind} {otherwise}".strip(),
    )


def _last(cell: CellRead) -> str:
    """Last month's figure; of what is owed less often the last one, with its month."""
    if cell.last is None:
        return NOTHING
    written = count_text(Fraction(cell.last))
    return written if cell.month is None else _("{figure} ({month})", figure=written, month=month_text(cell.month))


def _name(cell: CellRead) -> str:
    return cell.name.in_language(language())


def lines_of(
    cells: Sequence[CellRead], warnings: Sequence[CheckWarning], problems: Sequence[Problem]
) -> dict[CellPlace, list[tuple[str, str]]]:
    """What is wrong or odd at each cell, errors first."""
    at = {cell.element: cell.place for cell in cells}
    here = {(place.sheet, place.row, column_letter(place.column)): place for place in at.values()}
    found: dict[CellPlace, list[tuple[str, str]]] = {}
    for problem in problems:
        place = here.get((problem.sheet, problem.row or 0, problem.column or ""))
        if place is not None:
            found.setdefault(place, []).append(("error", problem.message.in_language(language())))
    for warning in warnings:
        if warning.element in at:
            found.setdefault(at[warning.element], []).append(("warning", warning.message.in_language(language())))
    return found


def warnings_elsewhere(cells: Sequence[CellRead], warnings: Sequence[CheckWarning]) -> list[Component]:
    """Warnings of no single figure of the file."""
    elements = {cell.element for cell in cells}
    said = [warning for warning in warnings if warning.element not in elements]
    if not said:
        return []
    items = [html.Li(warning.message.in_language(language()), className="said-warning") for warning in said]
    return [html.Ul(items, className="warnings-elsewhere")]
