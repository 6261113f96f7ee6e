"""What a dropped file would do: what is asked, what is wrong in it, every figure as it is read, what was left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from dashboard.form.file_reading import (
    confirmation_note,
    lines_of,
    questions_of,
    reading_table,
    warnings_elsewhere,
)
from dashboard.locale import _, language, month_text, ngettext
from dashboard.parts import plain_table, scrolled
from dashboard.window.address import Address
from dashboard.words.figures import unit_name
from metrics.commands.posted_file import PostedFile
from metrics.errors import BiaochiError, Problem
from metrics.intake.file_reading import Change, FileNotice, FileReading, FileSubmission
from metrics.periods import parse_period
from metrics.plan.model import Plan
from metrics.queries.cells_read import CellRead
from metrics.queries.confirmed_layouts import ReadingConfirmation
from metrics.submissions import Posted

Component = Any
_MOST = 50  # lines shown of problems, of changes and of what was left out; a file can hold thousands


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was looked over. `posted` is the dry run's answer or `refused` its refusal.

    `cells`: submission's key → its figures. `confirmed_by`: the name of who confirmed its layout. `kept` numbers the
    file's marked copy. `own`: keys of the submissions that the form may take over.
    """

    reading: FileReading
    cells: Mapping[str, Sequence[CellRead]]
    confirmation: ReadingConfirmation
    confirmed_by: str
    posted: PostedFile | None
    refused: BiaochiError | None
    kept: int | None
    own: Collection[str]


def file_preview(plan: Plan, looked: Looked) -> Component:
    """What is asked stands first, what may be pressed last."""
    reading, refused = looked.reading, looked.refused
    shown = looked.posted is not None
    return html.Section(
        [
            html.Div(
                [
                    html.H2(_("In the file “{name}”", name=reading.name)),
                    html.Button(_("Close"), type="button", className="button", **{"data-does": "close-file"}),
                ],
                className="section-head",
            ),
            *questions_of(reading.questions),
            *([] if refused is None else [_refused(refused, looked.kept)]),
            *([_why(plan, looked)] if shown else []),
            *[
                _submission_block(plan, sent, looked, folded=place > 0)
                for place, sent in enumerate(reading.submissions)
            ],
            *_changes(reading.changes),
            *_notices(reading.notices),
            *([_send(reading)] if shown else []),
        ],
        className="panel-part file-preview",
    )


def _why(plan: Plan, looked: Looked) -> Component:
    return confirmation_note(looked.confirmation, who=looked.confirmed_by, timezone=plan.document.timezone)


def _refused(refused: BiaochiError, kept: int | None) -> Component:
    problems = list(refused.problems)
    marked = [] if kept is None else [_marked_copy(kept)]
    if not problems:
        return html.Div([html.P(refused.message.in_language(language()), className="said-error"), *marked])
    heading = ngettext("{n} place to correct in the file", "{n} places to correct in the file", len(problems))
    rows = [[problem.cell or "—", problem.given or "", _expected(problem)] for problem in problems[:_MOST]]
    table = plain_table(heading, [_("Cell"), _("In the file"), _("What is wrong")], rows, says_caption=True)
    return html.Div([scrolled(table, name="texts bad-cells"), *_more(len(problems)), *marked])


def _marked_copy(kept: int) -> Component:
    return html.P(
        html.A(
            _("Your file with these cells marked"), href=f"/api/v1/submissions/files/{kept}/annotated.xlsx", download=""
        )
    )


def _expected(problem: Problem) -> str:
    said = problem.message.in_language(language())
    if problem.expected is None:
        return said
    return _("{said} Expected: {expected}", said=said, expected=problem.expected.in_language(language()))


def _submission_block(plan: Plan, sent: FileSubmission, looked: Looked, *, folded: bool) -> Component:
    """One submission of the file: every figure, and the way to have it in the form.

    Those after the first are folded.
    """
    unit, period = plan.unit_by_code.get(sent.unit), parse_period(sent.period)
    name = sent.unit if unit is None else unit_name(unit)
    month = sent.period if period is None else month_text(period)
    found = None if looked.posted is None else _posted_of(looked.posted.submissions, sent)
    words = [_("{unit}, {month}: {count} figures", unit=name, month=month, count=len(sent.cells))]
    warnings = () if found is None else found.warnings
    if found is not None:
        words.append(_("{changed} new or changed", changed=found.changed))
    if warnings:
        words.append(ngettext("{n} warning", "{n} warnings", len(warnings)))
    take = html.Button(
        _("Copy into the form"),
        type="button",
        className="button" if looked.posted else "button button-main",
        disabled=bool(looked.reading.open_questions),
        **{"data-does": "take-over", "data-key": sent.key},
    )
    cells = looked.cells[sent.key]
    lines = lines_of(cells, warnings, () if looked.refused is None else looked.refused.problems)
    table = scrolled(reading_table(cells, lines, caption=words[0]))
    said = _("; ").join(words)
    return html.Div(
        [
            html.P([html.Span(said), *([take] if sent.key in looked.own else [])], className="file-submission"),
            html.Details([html.Summary(_("Figures")), table]) if folded and not lines else table,
            *warnings_elsewhere(cells, warnings),
        ]
    )


def _posted_of(submissions: Sequence[Posted], sent: FileSubmission) -> Posted | None:
    return next(
        (each for each in submissions if each.unit == sent.unit and each.period == parse_period(sent.period)), None
    )


def _changes(changes: Sequence[Change]) -> list[Component]:
    if not changes:
        return []
    rows = [[str(change.place), change.read, change.recorded] for change in changes[:_MOST]]
    heading = ngettext(
        "{n} was read differently from what is written", "{n} were read differently from what is written", len(changes)
    )
    table = plain_table(heading, [_("Cell"), _("In the file"), _("Recorded as")], rows, says_caption=True)
    return [scrolled(table, name="texts read-otherwise"), *_more(len(changes))]


def _notices(notices: Sequence[FileNotice]) -> list[Component]:
    if not notices:
        return []
    items = [html.Li(notice.message.in_language(language())) for notice in notices[:_MOST]]
    inside = [html.H3(_("Left out of the reading")), html.Ul(items), *_more(len(notices))]
    return [html.Div(inside, className="left-out")]


def _send(reading: FileReading) -> Component:
    """Confirming and sending exactly what is shown: once every question is answered."""
    count = len(reading.submissions)
    words = (
        _("Confirm and send")
        if count == 1
        else ngettext("Confirm and send ({n} submission)", "Confirm and send ({n} submissions)", count)
    )
    asked = bool(reading.open_questions)
    button = html.Button(
        words, type="button", className="button button-main", disabled=asked, **{"data-does": "send-whole"}
    )
    waits = [html.Span(_("First answer the questions above."), className="note")] if asked else []
    return html.Div([button, *waits], className="ways-on")


def sent_file(plan: Plan, submissions: Sequence[dict[str, Any]], *, address: Address) -> Component:
    """The receipts of a file that was sent. `submissions`: the answers to its submissions."""
    items = []
    for answer in submissions:
        unit, period = plan.unit_by_code.get(answer["unit"]), parse_period(answer["period"])
        name = answer["unit"] if unit is None else unit_name(unit)
        month = answer["period"] if period is None else month_text(period)
        items.append(html.Li(dcc.Link(f"{name} {month}", href=address.at_desk(f"/collect/receipt/{answer['id']}"))))
    heading = ngettext(
        "{n} submission was sent; its receipt:", "{n} submissions were sent; their receipts:", len(items)
    )
    return html.Section([html.H2(heading), html.Ul(items)], className="panel-part file-sent", role="status")


def _more(count: int) -> list[Component]:
    return [html.P(_("… and {count} more", count=count - _MOST), className="note")] if count > _MOST else []
