"""Submissions posted straight to the command, without HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from metrics.commands.post_file import post_file
from metrics.commands.post_submission import post_submission
from metrics.commands.posted_file import FileRequest, PostedFile
from metrics.database import WriteSession
from metrics.errors import Invalid
from metrics.intake.file_reading import FileReading
from metrics.intake.reading_digest import reading_digest
from metrics.models import Figure, LedgerEntry, Observation, Submission, SubmissionEvent
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.submissions import Posted, SubmissionRequest
from tests.builders import PERIOD, UNIT, whole_values

CLERK = Principal(1, "chen", "陈", Role.CLERK, frozenset({UNIT}))
REVIEWER = Principal(2, "bureau", "局", Role.REVIEWER)
IN_TIME = datetime(2019, 10, 5, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Zhaoqing


def post(session: WriteSession, *, principal: Principal = CLERK, **given: Any) -> Posted:
    """Post a submission: fields of Submission, or options of the command; `changes` go into a whole valid form."""
    fields: dict[str, Any] = {"unit": UNIT, "period": PERIOD, "values": whole_values(**given.pop("changes", {}))}
    for name in ("unit", "period", "values", "note", "reason", "acknowledged"):
        if name in given:
            fields[name] = given.pop(name)
    return post_submission(
        session, plan=plan_at(session), principal=principal, request=SubmissionRequest(**fields), **given
    )


def confirming(reading: FileReading, plan: Plan, request: FileRequest | None = None) -> FileRequest:
    """`request` with the digest that a dry run answers to `reading`."""
    return replace(request or FileRequest(), reading=reading_digest(reading, plan, made=datetime.now(UTC)))


def post_confirmed(
    session: WriteSession, reading: FileReading, request: FileRequest | None = None, *, principal: Principal = REVIEWER
) -> PostedFile:
    """Post a file whose reading is confirmed."""
    plan = plan_at(session)
    request = confirming(reading, plan, request)
    return post_file(session, plan=plan, principal=principal, reading=reading, request=request)


def counts(session: WriteSession) -> tuple[int | None, ...]:
    """The number of rows of every table that a submission writes to."""
    return tuple(
        session.scalar(select(func.count()).select_from(table))
        for table in (LedgerEntry, Submission, SubmissionEvent, Observation, Figure)
    )


def figure(session: WriteSession, element: str, period: date = date(2019, 9, 1)) -> tuple[Decimal, int]:
    """The present value of an element and the revision that set it."""
    row = session.execute(
        select(Figure.value, Figure.revision).where(Figure.element_code == element, Figure.period == period)
    ).one()
    return row.value, row.revision


def codes(refused: pytest.ExceptionInfo[Invalid]) -> set[tuple[str, str]]:
    """Code and pointer of every problem of a refusal."""
    return {(problem.code, problem.pointer) for problem in refused.value.problems}
