"""What a dropped file would do: what is wrong in it, what was read otherwise than written, and each return in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from dash import dcc, html

from dashboard.locale import _, language, month_text, ngettext
from dashboard.parts import plain_table
from dashboard.place import Place
from dashboard.wording import unit_name
from metrics.commands.post_file import PostedFile
from metrics.errors import BiaochiError, Problem
from metrics.intake.file_reading import Change, FileReading, FileReturn, Notice
from metrics.periods import parse_period
from metrics.plan.model import Plan
from metrics.returns import Posted

Component = Any
_MOST = 50  # rows shown of one table


def file_preview(
    plan: Plan,
    reading: FileReading,
    *,
    posted: PostedFile | None,
    refused: BiaochiError | None,
    kept: int | None,
    own: Collection[str],
) -> Component:
    """`posted` is the dry run's answer or `refused` its refusal; `kept` numbers the file's marked copy.

    `own`: keys of the returns that the form may take over.
    """
    return html.Section(
        [
            html.Div(
                [
                    html.H2(_("In the file “{name}”", name=reading.name)),
                    html.Button(_("Close"), type="button", className="button", **{"data-does": "close-file"}),
                ],
                className="section-head",
            ),
            *([] if refused is None else [_refused(refused, kept)]),
            *[_return(plan, sent, posted, own=own) for sent in reading.returns],
            *_changes(reading.changes),
            *_notices(reading.notices),
            *([] if posted is None else [_whole(reading)]),
        ],
        className="panel-part file-preview",
    )


def _refused(refused: BiaochiError, kept: int | None) -> Component:
    problems = list(refused.problems)
    marked = [] if kept is None else [_marked_copy(kept)]
    if not problems:
        return html.Div([html.P(refused.message.as_dict()[language()], className="said-error"), *marked])
    heading = ngettext("{n} place to correct in the file", "{n} places to correct in the file", len(problems))
    rows = [[problem.cell or "—", problem.given or "", _expected(problem)] for problem in problems[:_MOST]]
    table = plain_table(heading, [_("Cell"), _("In the file"), _("What is wrong")], rows, says_caption=True)
    return html.Div([html.Div(table, className="scroll texts bad-cells"), *_more(len(problems)), *marked])


def _marked_copy(kept: int) -> Component:
    return html.P(
        html.A(
            _("Your file with these cells marked"), href=f"/api/v1/submissions/files/{kept}/annotated.xlsx", download=""
        )
    )


def _expected(problem: Problem) -> str:
    said = problem.message.as_dict()[language()]
    if problem.expected is None:
        return said
    return _("{said} Expected: {expected}", said=said, expected=problem.expected.as_dict()[language()])


def _return(plan: Plan, sent: FileReturn, posted: PostedFile | None, *, own: Collection[str]) -> Component:
    """One return of the file, and the way to have it in the form."""
    unit, period = plan.unit_by_code.get(sent.unit), parse_period(sent.period)
    name = sent.unit if unit is None else unit_name(unit)
    month = sent.period if period is None else month_text(period)
    found = None if posted is None else _posted_of(posted.returns, sent)
    words = [_("{unit}, {month}: {count} figures", unit=name, month=month, count=len(sent.cells))]
    if found is not None:
        words.append(_("{changed} new or changed", changed=found.changed))
        if found.warnings:
            words.append(ngettext("{n} warning", "{n} warnings", len(found.warnings)))
    take = html.Button(
        _("Take over into the form"),
        type="button",
        className="button button-main",
        **{"data-does": "take-over", "data-key": sent.key},
    )
    return html.P([html.Span(_("; ").join(words)), *([take] if sent.key in own else [])], className="file-return")


def _posted_of(returns: Sequence[Posted], sent: FileReturn) -> Posted | None:
    return next((each for each in returns if each.unit == sent.unit and each.period == parse_period(sent.period)), None)


def _changes(changes: Sequence[Change]) -> list[Component]:
    if not changes:
        return []
    rows = [[str(change.place), change.read, change.recorded] for change in changes[:_MOST]]
    heading = ngettext("{n} was read otherwise than written", "{n} were read otherwise than written", len(changes))
    table = plain_table(heading, [_("Cell"), _("In the file"), _("Recorded as")], rows, says_caption=True)
    return [html.Div(table, className="scroll texts read-otherwise"), *_more(len(changes))]


def _notices(notices: Sequence[Notice]) -> list[Component]:
    if not notices:
        return []
    items = [html.Li(notice.message.as_dict()[language()]) for notice in notices[:_MOST]]
    return [html.Details([html.Summary(_("Left out of the reading")), html.Ul(items)]), *_more(len(notices))]


def _whole(reading: FileReading) -> Component:
    """Sending the file as it is: for the bureau's files with many units, or one that needs no look."""
    words = ngettext(
        "Send the file as it is ({n} return)", "Send the file as it is ({n} returns)", len(reading.returns)
    )
    button = html.Button(words, type="button", className="button", **{"data-does": "send-whole"})
    return html.Div(button, className="ways-on")


def sent_file(plan: Plan, returns: Sequence[dict[str, Any]], *, place: Place) -> Component:
    """The receipts of a file that was sent. `returns`: the answers to its returns."""
    items = []
    for answer in returns:
        unit, period = plan.unit_by_code.get(answer["unit"]), parse_period(answer["period"])
        name = answer["unit"] if unit is None else unit_name(unit)
        month = answer["period"] if period is None else month_text(period)
        items.append(html.Li(dcc.Link(f"{name} {month}", href=place.at_desk(f"/collect/receipt/{answer['id']}"))))
    heading = ngettext("{n} return was sent; its receipt:", "{n} returns were sent; their receipts:", len(items))
    return html.Section([html.H2(heading), html.Ul(items)], className="panel-part file-sent", role="status")


def _more(count: int) -> list[Component]:
    return [html.P(_("… and {count} more", count=count - _MOST), className="note")] if count > _MOST else []
