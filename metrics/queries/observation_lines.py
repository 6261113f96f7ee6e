"""Observations as lines of CSV that the database itself writes, a return at a time.

Everything that all figures of one return share is put together once for the return, not once for the figure, and the
names come with the query, quoted already. The texts are those that :mod:`metrics.publish.as_csv` would write, byte for
byte: a test compares both.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import ColumnElement, Select, Text, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by, array
from sqlalchemy.exc import DBAPIError

from metrics.database import ReadSession
from metrics.models import Submission, SubmissionEvent
from metrics.queries.observations import Chosen, chosen_values
from metrics.queries.view import View

_MOMENT = 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'


@dataclass(frozen=True, slots=True)
class Written:
    """Names as cells of CSV: by unit code; by element code the name and the unit of measure."""

    units: Mapping[str, str]
    elements: Mapping[str, tuple[str, str]]
    formula_starts: tuple[str, ...]


def observation_lines(
    session: ReadSession, view: View, chosen: Chosen, *, written: Written, limit: int | None, offset: int
) -> Generator[tuple[bytes, int], None, None]:
    """The lines of one return after the other, ordered by seq, then element code, and how many they are.

    `limit` and `offset` choose among all lines. Rows are sent as they are found and never held whole.
    """
    query = _lines(view, chosen, written=written, limit=limit, offset=offset)
    connection = session.connection()
    compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101  the one driver there is
    try:
        with driver.cursor() as cursor:
            yield from cursor.stream(str(compiled), compiled.params, binary=True)
    except psycopg.Error as error:
        raise DBAPIError.instance(str(compiled), None, error, psycopg.Error) from error


def _lines(
    view: View, chosen: Chosen, *, written: Written, limit: int | None, offset: int
) -> Select[tuple[bytes, int]]:
    """One row a return: `head` and `tail` are what each of its lines begins and ends with, put between the figures."""
    mark = _unused(written)
    known = chosen_values(view, chosen).subquery("chosen")
    if limit is not None or offset:
        page = select(known).order_by(known.c.seq, known.c.element_code.collate("C")).limit(limit).offset(offset)
        known = page.subquery("page")
    grouped = _figures(known, written=written, mark=mark).subquery("grouped")
    framed = (
        select(grouped, _frame(grouped.c.seq, view, written=written).label("frame"))
        .order_by(grouped.c.seq)
        .offset(0)  # keeps the frame from being looked up once for every time it is named below
        .subquery("framed")
    )
    head, tail = framed.c.frame[1], framed.c.frame[2]
    lines = func.concat(head, func.replace(framed.c.figures, mark, func.concat(tail, head)), tail)
    return select(func.convert_to(lines, "UTF8"), framed.c.count).order_by(framed.c.seq)


def _figures(known: Any, *, written: Written, mark: str) -> Select[Any]:
    """Per return the cells element_code, element_name, value, unit_of_measure, revision, state of its figures."""
    codes = list(written.elements)
    elements = (
        func.unnest(
            cast(codes, ARRAY(Text)),
            cast([f"{code},{name}," for code, (name, _) in written.elements.items()], ARRAY(Text)),
            cast([f",{measure}," for _, measure in written.elements.values()], ARRAY(Text)),
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
    return (
        select(
            known.c.seq,
            func.string_agg(cells, aggregate_order_by(literal(mark), known.c.element_code.collate("C"))).label(
                "figures"
            ),
            func.count().label("count"),
        )
        .join_from(known, elements, elements.c.code == known.c.element_code, isouter=True)
        .group_by(known.c.seq)
    )


def _frame(seq: ColumnElement[int], view: View, *, written: Written) -> ColumnElement[Any]:
    """What the lines of the return recorded at `seq` begin and end with, as an array of two texts."""
    event, submission = SubmissionEvent, Submission
    names = cast(literal(json.dumps(dict(written.units)), Text), JSONB)
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
        "" if view.public else cell(event.reason, written.formula_starts),
        "\r\n",
    )
    return (
        select(array([head, tail]))
        .join_from(event, submission, submission.id == event.submission_id)
        .where(event.seq == seq)
        .scalar_subquery()
    )


def cell(text: Any, formula_starts: tuple[str, ...]) -> ColumnElement[str]:
    """A person's text as a cell: harmless in a spreadsheet, quoted where RFC 4180 needs it."""
    runs = func.left(func.ltrim(text, " "), 1).in_(formula_starts)
    harmless = case((runs, func.concat("'", text)), else_=text)
    quoted = func.concat('"', func.replace(harmless, '"', '""'), '"')
    return case((harmless.regexp_match('[",\r\n]'), quoted), else_=harmless)


def _unused(written: Written) -> str:
    """A character that no name has: it stands between two figures until all is put together."""
    texts = "".join(before + after for before, after in written.elements.values())
    return next(mark for mark in map(chr, range(0xE000, 0xF8FF)) if mark not in texts)
