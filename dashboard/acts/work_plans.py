"""Acts on a unit's work plan and the money for it: filing the one, telling of the other."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.acts.attaching import attached
from dashboard.locale import _
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from metrics.authority import authority_of
from metrics.commands.file_work_plan import Filed, FundingGiven, WorkPlanGiven, file_work_plan, record_funding
from metrics.database import write_session
from metrics.errors import BadRequest, Message
from metrics.principal import Principal
from metrics.supervision.work_plans import FundingSource, lines_of_measures


def file_plan(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Needs no key: what stands so already is not recorded again, and the revision on the page is the one revised."""
    given = WorkPlanGiven(
        asked.field("unit"),
        _year(asked),
        lines_of_measures(asked.field("measures")),
        summary=asked.field("summary").strip(),
        attachments=attached(asked),
        reason=asked.field("reason").strip(),
    )
    with write_session(authority_of(principal)) as session:
        return _said(file_work_plan(session, principal=principal, given=given, if_match=_seen(asked)))


def tell_funding(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """As filing a plan, for one source of money."""
    try:
        source = FundingSource(asked.field("source"))
    except ValueError:
        raise BadRequest("source_unknown", Message("没有这种资金来源。", "There is no such source.")) from None
    given = FundingGiven(
        asked.field("unit"),
        _year(asked),
        source,
        **{name: asked.field(name).strip() for name in ("arranged", "paid", "note", "reason")},
    )
    with write_session(authority_of(principal)) as session:
        return _said(record_funding(session, principal=principal, given=given, if_match=_seen(asked)))


def _said(done: Filed) -> list[Outcome]:
    if not done.recorded:
        return [Outcome(True, _("It already says so; nothing was recorded (no. {seq})", seq=done.seq))]
    if done.revision > 1:
        return [Outcome(True, _("Revised; the earlier revision is kept (no. {seq})", seq=done.seq))]
    return [Outcome(True, _("Recorded (no. {seq})", seq=done.seq))]


def _year(asked: Ask) -> int:
    year = asked.field("year")
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise BadRequest("year_malformed", Message("年份写作四位数。", "A year has four digits."))
    return int(year)


def _seen(asked: Ask) -> str | None:
    """The revision on the page; None if nothing was there."""
    shown = asked.field("seen")
    return f'"{shown}"' if shown else None
