"""Filing a unit's work plan for a year (工作计划), and telling of the money for it (资金保障). Each revision stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from metrics.database import WriteSession
from metrics.errors import Invalid, Message, Problem
from metrics.evidence import is_visible
from metrics.forms import as_given, plain
from metrics.if_match import require_named
from metrics.ledger.entry import append, next_place
from metrics.models import Funding, LedgerEntry, WorkPlan
from metrics.plan.store import plan_at
from metrics.principal import Principal
from metrics.queries.attachments import as_recorded, files_to_carry
from metrics.queries.work_plans import FundingRow, WorkPlanRow, fundings, work_plans
from metrics.supervision.bodies import bodies, body_problems
from metrics.supervision.work_plans import (
    LONGEST_SUMMARY,
    FundingSource,
    WrittenMeasure,
    read_amount,
    read_measures,
    year_problems,
)
from metrics.value_types import Moment

_LONGEST_NOTE = 500
_AMOUNTS = {"arranged": Message("安排金额", "Arranged"), "paid": Message("支付金额", "Paid")}


@dataclass(frozen=True, slots=True)
class WorkPlanGiven:
    """What a unit files. `reason` says why a plan that is there already is revised."""

    unit: str
    year: int
    measures: Sequence[WrittenMeasure]
    summary: str = ""
    attachments: Sequence[int] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FundingGiven:
    """What a unit says of one source of money in a year; amounts in 万元, as written."""

    unit: str
    year: int
    source: FundingSource
    arranged: str
    paid: str
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """What stands after it. `recorded` false: it stood so before."""

    unit: str
    year: int
    revision: int
    seq: int
    recorded_at: Moment
    leaf_hash: str
    recorded: bool
    etag: str


def file_work_plan(
    session: WriteSession,
    *,
    principal: Principal,
    given: WorkPlanGiven,
    if_match: str | None = None,
    simulated_at: datetime | None = None,
) -> Filed:
    """File the plan; what stands so already is not recorded again.

    Raises Forbidden for a unit that is not the principal's, Invalid with every problem found, VersionMissing or Stale
    for a revision that does not name what it revises.
    """
    principal.require_unit(given.unit)
    plan = plan_at(session)
    problems = [*body_problems(plan, given.unit), *year_problems(given.year)]
    body = bodies(plan).get(given.unit)
    measures, wrong = read_measures(given.measures, tasks=() if body is None else body.tasks, year=given.year)
    problems += wrong
    if len(given.summary) > LONGEST_SUMMARY:
        message = Message(f"说明最多 {LONGEST_SUMMARY} 字。", f"At most {LONGEST_SUMMARY} characters.")
        problems.append(Problem("text_too_long", message, "/summary"))
    if problems:
        raise _refusal(problems)
    files = files_to_carry(session, given.attachments, unit=given.unit)
    place = next_place(session, simulated=simulated_at)
    standing = next(iter(work_plans(session, units=[given.unit], year=given.year)), None)
    said: dict[str, Any] = {"summary": given.summary, "measures": [measure.as_recorded() for measure in measures]}
    if standing is not None:
        before = (standing.summary, list(standing.measures), list(standing.attachments))
        if before == (given.summary, measures, [file.seq for file in files]):
            return _stands(session, standing)
        _require_revisable(standing, given.reason, if_match=if_match)
    said |= _of_revision(standing, given, principal)
    label = {} if simulated_at is None else {"synthetic": True}
    content = {**said, "attachments": as_recorded(files), **label}
    append(session, kind="work_plan", place=place, content=content)
    row = WorkPlan(
        seq=place.seq,
        attachments=[file.seq for file in files],
        recorded_at=place.recorded_at,
        unit_code=said.pop("unit"),
        **said,
    )
    session.add(row)
    session.flush()
    return _stands(session, work_plans(session, units=[given.unit], year=given.year)[-1], recorded=True)


def record_funding(
    session: WriteSession,
    *,
    principal: Principal,
    given: FundingGiven,
    if_match: str | None = None,
    simulated_at: datetime | None = None,
) -> Filed:
    """Record what the unit says of one source of money in a year. Raises as :func:`file_work_plan` does."""
    principal.require_unit(given.unit)
    problems = [*body_problems(plan_at(session), given.unit), *year_problems(given.year)]
    amounts = {name: read_amount(getattr(given, name).strip()) for name in _AMOUNTS}
    problems += [_amount_problem(name, getattr(given, name)) for name, amount in amounts.items() if amount is None]
    if len(given.note) > _LONGEST_NOTE:
        message = Message(f"说明最多 {_LONGEST_NOTE} 字。", f"At most {_LONGEST_NOTE} characters.")
        problems.append(Problem("text_too_long", message, "/note"))
    if problems:
        raise _refusal(problems)
    arranged, paid = (amounts[name] or Decimal(0) for name in ("arranged", "paid"))
    place = next_place(session, simulated=simulated_at)
    rows = fundings(session, units=[given.unit], year=given.year)
    standing = next((row for row in rows if row.source is given.source), None)
    if standing is not None:
        if (standing.arranged, standing.paid, standing.note) == (arranged, paid, given.note):
            return _stands(session, standing)
        _require_revisable(standing, given.reason, if_match=if_match)
    said: dict[str, Any] = {
        "source": given.source.value,
        "note": given.note,
        **_of_revision(standing, given, principal),
    }
    money = {"arranged": arranged, "paid": paid}
    written = {name: plain(amount) for name, amount in money.items()}
    label = {} if simulated_at is None else {"synthetic": True}
    append(session, kind="funding", place=place, content={**said, **written, **label})
    session.add(Funding(seq=place.seq, recorded_at=place.recorded_at, unit_code=said.pop("unit"), **said, **money))
    session.flush()
    rows = fundings(session, units=[given.unit], year=given.year)
    return _stands(session, next(row for row in rows if row.seq == place.seq), recorded=True)


def _of_revision(
    standing: WorkPlanRow | FundingRow | None, given: WorkPlanGiven | FundingGiven, principal: Principal
) -> dict[str, Any]:
    return {
        "unit": given.unit,
        "year": given.year,
        "revision": 1 if standing is None else standing.revision + 1,
        "reason": "" if standing is None else given.reason,
        "actor": principal.username,
    }


def _stands(session: WriteSession, row: WorkPlanRow | FundingRow, *, recorded: bool = False) -> Filed:
    entry = session.get_one(LedgerEntry, row.seq)
    return Filed(
        unit=row.unit,
        year=row.year,
        revision=row.revision,
        seq=row.seq,
        recorded_at=row.recorded_at,
        leaf_hash=entry.leaf_hash.hex(),
        recorded=recorded,
        etag=row.etag,
    )


def _require_revisable(standing: WorkPlanRow | FundingRow, reason: str, *, if_match: str | None) -> None:
    revision = standing.revision
    require_named(
        if_match,
        standing.etag,
        missing=Message(
            f"已有第 {revision} 版;修订时须在 If-Match 中写明所依据的版本。",
            f"There is revision {revision} already; a revision names in If-Match what it revises.",
        ),
        changed=lambda: Message(
            f"现为第 {revision} 版,请核对后重新提交。",
            f"It is now revision {revision}. Look at it and send yours again.",
        ),
    )
    if not is_visible(reason):
        message = Message("修订须说明理由。", "A revision needs a reason.")
        raise _refusal([Problem("reason_missing", message, "/reason", given=as_given(reason))])


def _amount_problem(name: str, written: str) -> Problem:
    named = _AMOUNTS[name]
    message = Message(
        f"{named.zh}以万元计,写作不带千分位的数,最多两位小数。",
        f"{named.en}: an amount in 10,000 yuan, written without separators, with at most two decimals.",
    )
    return Problem("amount_malformed", message, f"/{name}", given=as_given(written))


def _refusal(problems: list[Problem]) -> Invalid:
    message = Message("未予记录:" + problems[0].message.zh, "Not recorded: " + problems[0].message.en)
    return Invalid(problems[0].code if len(problems) == 1 else "work_plan_invalid", message, problems)
