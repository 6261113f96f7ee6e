"""What a transaction is going to ask anyway, asked in one go with its beginning.

Each statement on its own is a way to the database and back, and two turns of a service's threads; a dozen of them are
most of what a small transaction takes. Whoever asks need not know: :func:`answer` has it, or asks. The statements run
one after another, each seeing what was committed before it began, in the order in which they are given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, TextClause
from sqlalchemy.orm import Session

from metrics.connections import driver_of, send

_AHEAD = "asked ahead"  # in a session's own notes


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """A statement that is always the same, and the values it is asked with."""

    statement: TextClause
    values: Mapping[str, Any]

    def is_same(self, other: Asking) -> bool:
        """True if both have one answer."""
        return self.statement is other.statement and self.values == other.values


def ask_ahead(session: Session, questions: Sequence[Asking]) -> None:
    """Ask all of `questions`, in their order, without waiting in between."""
    connection = session.connection()
    with driver_of(connection) as driver:
        with driver.pipeline():
            cursors = [send(connection, driver, question.statement, question.values) for question in questions]
        session.info[_AHEAD] = [
            (question, cursor.fetchall() if cursor.description else [])
            for question, cursor in zip(questions, cursors, strict=True)
        ]


def answer(session: Session, question: Asking) -> Sequence[Any]:
    """The rows that answer `question`, their columns as attributes; none where the statement has no rows.

    What was asked ahead serves once: whoever asks again asks what is there by then.
    """
    known = answered_ahead(session, question)
    if known is not None:
        return known
    found = cast(CursorResult[Any], session.execute(question.statement, question.values))
    return found.all() if found.returns_rows else []


def answered_ahead(session: Session, question: Asking) -> Sequence[Any] | None:
    """The rows, if they were asked ahead and nobody had them yet; None otherwise, and nothing is asked."""
    ahead: list[tuple[Asking, Sequence[Any]]] = session.info.get(_AHEAD, [])
    for place, (asked, rows) in enumerate(ahead):
        if asked.is_same(question):
            del ahead[place]
            return rows
    return None
