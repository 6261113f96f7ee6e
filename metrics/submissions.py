"""Monthly submissions as values: what is sent in, what is answered, and which submission may be sent at all. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from metrics.checks import CheckWarning, acknowledgement_problems
from metrics.errors import Invalid, Message, Problem
from metrics.forms import ParsedValues, as_given, parse_values
from metrics.periods import format_period, last_day, parse_period, period_problem
from metrics.plan.model import Plan
from metrics.value_types import Month, SentState, Untold

_ETAG = re.compile(r"s(\d{1,9})-r(\d{1,9})-(\d{1,18})")


@dataclass(frozen=True, slots=True)
class SubmissionRequest:
    """What a clerk sends in (月报). `values`: element code → JSON value, unread; `period` as written."""

    unit: str
    period: str
    values: Mapping[str, object]
    note: str = ""
    reason: str = ""
    acknowledged: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadSubmission:
    """A submission as far as it can be read without the database. `period` is None if it cannot be read.

    `placed`: unit and period are ones that a submission may be sent for.
    """

    request: SubmissionRequest
    period: date | None
    placed: bool
    parsed: ParsedValues
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a submission.

    `changed` and `unchanged` count elements; a dry run has no `seq` and no `leaf_hash`, and no `id` while there is
    no submission. One that changes nothing is answered with what is there already.
    """

    id: int | None
    unit: str
    period: Month
    revision: int
    state: SentState
    seq: int | None
    recorded_at: datetime
    on_time: bool | None
    days_late: int | None
    changed: int
    unchanged: int
    warnings: tuple[CheckWarning, ...]
    leaf_hash: str | None
    recorded: Annotated[bool, Untold]

    @property
    def etag(self) -> str | None:
        """The version that a later revision has to name; None for a dry run."""
        if self.id is None or self.seq is None:
            return None
        return submission_etag(submission_id=self.id, revision=self.revision, seq=self.seq)


def submission_etag(*, submission_id: int, revision: int, seq: int) -> str:
    """The strong entity tag of a submission's present version."""
    return f'"s{submission_id}-r{revision}-{seq}"'


def read_etag(text: str) -> tuple[int, int, int] | None:
    """Submission, revision and sequence number of an entity tag, with or without its quotes; None if it is none."""
    found = _ETAG.fullmatch(text.strip('"')) if text.isascii() else None
    return None if found is None else (int(found[1]), int(found[2]), int(found[3]))


def read_submission(plan: Plan, request: SubmissionRequest, *, now: datetime) -> ReadSubmission:
    """Read `request` as it could be sent at `now` (aware), with every problem that needs no other submission to see."""
    period, place_problems = submission_place(plan, request, now=now)
    parsed = parse_values(plan, request.values)
    problems = (*place_problems, *parsed.problems, *acknowledgement_problems(plan, request.acknowledged))
    return ReadSubmission(request, period, not place_problems, parsed, problems)


def refuse_submission(problems: Sequence[Problem]) -> Invalid:
    """The refusal that lists `problems`. Its code is theirs where they have one in common."""
    codes = {problem.code for problem in problems}
    if len(codes) == 1:
        return Invalid(code=problems[0].code, message=problems[0].message, problems=problems)
    return Invalid(
        code="return_invalid",
        message=Message(
            f"月报有 {len(problems)} 处不符合要求,未保存任何内容。",
            f"The submission has {len(problems)} problem{'s' if len(problems) != 1 else ''}; nothing was stored.",
        ),
        problems=problems,
    )


def submission_place(plan: Plan, request: SubmissionRequest, *, now: datetime) -> tuple[date | None, list[Problem]]:
    """The submission's period and what is wrong with its unit and period.

    Figures are as of the period's last day, so the period must have reached it (local time of the plan).
    """
    period = parse_period(request.period)
    if period is None:
        problem = period_problem(as_given(request.period))
        return None, [*unit_problems(plan, request.unit, period=None), problem]
    return period, [*unit_problems(plan, request.unit, period=period), *period_problems(plan, period, now=now)]


def period_problems(plan: Plan, period: date, *, now: datetime) -> list[Problem]:
    """What keeps submissions for `period` from being sent at all at `now` (aware): not ended, or too early."""
    written = format_period(period)
    today = now.astimezone(ZoneInfo(plan.document.timezone)).date()
    first = plan.document.first_period
    if last_day(period) > today:
        message = Message(
            f"报告期 {written} 尚未结束,数据以当月最后一日为准,{last_day(period)} 起可以报送。",
            f"The period {written} has not ended: figures are as of its last day, {last_day(period)}.",
        )
        return [Problem("period_future", message, "/period", given=written)]
    if first is not None and period < first:
        message = Message(
            f"报送从 {format_period(first)} 开始,不接受更早的报告期。",
            f"Submissions begin with {format_period(first)}; {written} is before that.",
        )
        return [Problem("period_too_early", message, "/period", given=written)]
    return []


def unit_problems(plan: Plan, code: str, *, period: date | None) -> list[Problem]:
    """What keeps the unit `code` from sending submissions for `period` (None: for any)."""
    unit, given = plan.unit_by_code.get(code), as_given(code)
    if unit is None:
        found = "unit_unknown", Message(f"没有填报单位“{given}”。", f"There is no reporting unit {given!r}.")
    elif code in plan.children:
        found = (
            "unit_rolled_up",
            Message(
                f"“{unit.name.zh}”的数据由下属单位汇总得出,不单独报送。",
                f"{unit.name.en} is added up from the units below it and sends no submissions of its own.",
            ),
        )
    elif period is not None and not unit.exists_on(last_day(period)):
        found = (
            "unit_not_in_period",
            Message(
                f"“{unit.name.zh}”在 {format_period(period)} 不存在。",
                f"{unit.name.en} did not exist in {format_period(period)}.",
            ),
        )
    else:
        return []
    return [Problem(found[0], found[1], "/unit", given=given)]
