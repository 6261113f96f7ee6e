"""The dataset of single element values, as rows and, for CSV, as lines that the database itself writes.

In the lines everything that all figures of one submission share is put together once for the submission, not once for
the figure, and the names come with the query, quoted already. The texts are those that :mod:`metrics.publish.as_csv`
would write, byte for byte: a test compares both.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, cast, func, literal, select
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by, array

from metrics.database import ReadSession
from metrics.driver import driver_cursor
from metrics.models import Submission, SubmissionEvent
from metrics.models.turns import SUBMISSION_TURNS
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.as_csv import FORMULA_STARTS, cell_text
from metrics.publish.columns import column, instant
from metrics.publish.dataset import AFTER, EVERYWHERE, Dataset, Kind, Pull, RowCount, Wording
from metrics.publish.first_rows import counted
from metrics.publish.shape import SORT
from metrics.queries.observations import Chosen, ObservedValue, chosen_values, observations
from metrics.queries.view import View

_MOMENT = 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'
_UNKNOWN = ("", "")


def _chosen(pull: Pull) -> Chosen:
    return Chosen(
        units=pull.units,
        elements=pull.elements,
        periods=pull.periods,
        period_from=pull.period_from,
        period_to=pull.period_to,
        history=pull.history,
        after_seq=pull.after_seq,
    )


def _values(session: ReadSession, view: View, pull: Pull) -> Iterator[ObservedValue]:
    return observations(session, view, _chosen(pull))


def _count(session: ReadSession, view: View, pull: Pull) -> RowCount:
    return counted(session, chosen_values(view, _chosen(pull)))


@dataclass(frozen=True, slots=True)
class Written:
    """Names as cells of CSV: by unit code; by element code the name and the unit of measure."""

    units: Mapping[str, str]
    elements: Mapping[str, tuple[str, str]]


def _observation_lines(session: ReadSession, view: View, pull: Pull) -> Generator[tuple[bytes, int], None, None]:
    """The lines of one submission after the other, ordered by seq, then element code, and how many they are.

    Rows are sent as they are found and never held whole.
    """
    words = Wording(session, view, language=pull.language)
    written = Written(
        units={code: cell_text(name) for code, name in words.units.items()},
        elements={code: (cell_text(name), cell_text(measure)) for code, (name, measure) in words.elements.items()},
    )
    query = _lines(view, _chosen(pull), written=written, limit=pull.limit, offset=pull.offset)
    connection = session.connection()
    compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
    with driver_cursor(session) as cursor:
        yield from cursor.stream(str(compiled), compiled.params, binary=True)


def _lines(
    view: View, chosen: Chosen, *, written: Written, limit: int | None, offset: int
) -> Select[tuple[bytes, int]]:
    """One row a submission: `head` and `tail`: what each of its lines begins and ends with."""
    mark = _unused(written)
    known = chosen_values(view, chosen).subquery("chosen")
    if limit is not None or offset:
        page = select(known).order_by(known.c.seq, known.c.element_code.collate("C")).limit(limit).offset(offset)
        known = page.subquery("page")
    grouped = _figures(known, written=written, mark=mark).subquery("grouped")
    framed = (
        select(grouped, _frame(grouped.c.seq, view, written=written).label("frame"))
        .order_by(grouped.c.seq)
        # The planner would else look the frame up once for every time it is named below (decision 40).
        .offset(0)
        .subquery("framed")
    )
    head, tail = framed.c.frame[1], framed.c.frame[2]
    lines = func.concat(head, func.replace(framed.c.figures, mark, func.concat(tail, head)), tail)
    return select(func.convert_to(lines, "UTF8"), framed.c.count).order_by(framed.c.seq)


def _figures(known: Any, *, written: Written, mark: str) -> Select[Any]:
    """Per submission the cells element_code, element_name, value, unit_of_measure, revision, state of its figures."""
    codes = list(written.elements)
    elements = (
        func.unnest(
            cast(codes, ARRAY(SqlText)),
            cast([f"{code},{name}," for code, (name, _) in written.elements.items()], ARRAY(SqlText)),
            cast([f",{measure}," for _, measure in written.elements.values()], ARRAY(SqlText)),
        )
        .table_valued("code", "before", "after")
        .render_derived("elements")
    )
    cells = func.concat(
        func.coalesce(elements.c.before, known.c.element_code.concat(",,")),
        known.c.value,
        func.coalesce(elements.c.after, ",,"),
        known.c.revision,
        ",",
        known.c.state,
    )
    code = known.c.element_code.collate("C")
    # Written before they are sorted (decision 273): every worker of the database writes its share.
    ordered = (
        select(known.c.seq, code.label("element_code"), cells.label("cells"))
        .join_from(known, elements, elements.c.code == known.c.element_code, isouter=True)
        .order_by(known.c.seq, code)
        .subquery("ordered")
    )
    put_together = func.string_agg(ordered.c.cells, aggregate_order_by(literal(mark), ordered.c.element_code))
    return select(ordered.c.seq, put_together.label("figures"), func.count().label("count")).group_by(ordered.c.seq)


def _frame(seq: ColumnElement[int], view: View, *, written: Written) -> ColumnElement[Any]:
    """What the lines of the submission recorded at `seq` begin and end with, as an array of two texts."""
    events = SubmissionEvent.__table__ if view.shows_every_count else SUBMISSION_TURNS
    event, submission = events.c, Submission
    names = cast(literal(json.dumps(dict(written.units)), SqlText), JSONB)
    head = func.concat(
        event.seq,
        ",",
        submission.unit_code,
        ",",
        names[submission.unit_code].astext,
        ",",
        func.to_char(submission.period, "YYYY-MM"),
        ",",
    )
    tail = func.concat(
        ",",
        func.to_char(func.timezone("UTC", event.recorded_at), _MOMENT),
        ",",
        event.submission_id,
        ",",
        _reason(view, event.seq),
        "\r\n",
    )
    framed = select(array([head, tail])).select_from(events).join(submission, submission.id == event.submission_id)
    return framed.where(event.seq == seq).scalar_subquery()


def _reason(view: View, seq: ColumnElement[int]) -> Any:
    """The reason of the submission recorded at `seq`, where the reader is told it."""
    if view.public:
        return ""
    if view.own is None:
        return cell(SubmissionEvent.reason)
    told = select(cell(SubmissionEvent.reason)).join(Submission, Submission.id == SubmissionEvent.submission_id)
    return (
        told.where(SubmissionEvent.seq == seq, Submission.unit_code.in_(view.own))
        .correlate_except(SubmissionEvent, Submission)
        .scalar_subquery()
    )


def cell(text: Any) -> ColumnElement[str]:
    """A person's text as a cell: harmless in a spreadsheet, quoted where RFC 4180 needs it."""
    runs = func.left(func.ltrim(text, " "), 1).in_(FORMULA_STARTS)
    harmless = case((runs, func.concat("'", text)), else_=text)
    quoted = func.concat('"', func.replace(harmless, '"', '""'), '"')
    return case((harmless.regexp_match('[",\r\n]'), quoted), else_=harmless)


def _unused(written: Written) -> str:
    """A character that no name has: it stands between two figures until all is put together."""
    texts = "".join(before + after for before, after in written.elements.values())
    return next(mark for mark in map(chr, range(0xE000, 0xF8FF)) if mark not in texts)


OBSERVATIONS = Dataset[ObservedValue](
    name="observations",
    title=Text(zh="填报数据", en="Observations"),
    grain=Text(
        zh="一行为一个填报单位、报告期、填报项的现行数值;history=true 时为其每个版本",
        en="One row per unit × period × element as it stands; with history=true one per revision",
    ),
    columns=(
        c.SEQ.of(lambda row, _: row.seq),
        c.UNIT_CODE.of(lambda row, _: row.unit_code),
        c.UNIT_NAME.of(lambda row, words: words.units.get(row.unit_code, "")),
        c.PERIOD.of(lambda row, _: format_period(row.period)),
        c.ELEMENT_CODE.of(lambda row, _: row.element_code),
        c.ELEMENT_NAME.of(lambda row, words: words.elements.get(row.element_code, _UNKNOWN)[0]),
        column("value", Kind.NUMBER, "数值", "Value, exact", lambda row, _: format(row.value, "f")),
        c.UNIT_OF_MEASURE.of(lambda row, words: words.elements.get(row.element_code, _UNKNOWN)[1]),
        c.REVISION.of(lambda row, _: row.revision),
        column(
            "state",
            Kind.CODE,
            "状态:submitted 暂未审核、verified 已审核、returned 已退回、superseded 已被更正",
            "State: submitted, verified, returned, superseded (a later revision holds)",
            lambda row, _: row.state,
        ),
        c.RECORDED_AT.of(lambda row, _: instant(row.recorded_at)),
        c.SUBMISSION_ID.of(lambda row, _: row.submission_id),
        c.REASON.of(lambda row, words: row.reason if row.reason and words.view.tells_why(row.unit_code) else None),
    ),
    order=("seq", "element_code"),
    parameters=(EVERYWHERE - {SORT})
    | {"unit", "period", "period_from", "period_to", "element", "basis", "history", *AFTER},
    records=_values,
    csv_lines=_observation_lines,
    count=_count,
    counts=True,
    by_ledger_alone=True,
)
