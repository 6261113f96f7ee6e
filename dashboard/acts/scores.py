"""A reviewer's acts on the performance assessment: another rule, tried or set, and scores of inquiries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from dash import dcc

from dashboard.acts.attaching import attached
from dashboard.grids.score_moves import moves_table
from dashboard.locale import _, language
from dashboard.window.address import Address
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from dashboard.words.scores import SET
from metrics.authority import authority_of
from metrics.commands.record_inquiry import InquiryGiven, record_inquiry
from metrics.commands.set_score_rule import set_score_rule, try_score_rule
from metrics.database import read_session, write_session
from metrics.errors import BadRequest, Message, VersionMissing
from metrics.periods import parse_day, parse_period, period_of
from metrics.principal import Principal
from metrics.queries.view import view_at
from metrics.supervision.score_reading import ScoreRuleGiven, WrittenStep
from metrics.supervision.scores import ScorePart

_BETWEEN = re.compile(r"[\s,，、;；]+")
_PERCENT = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20})?")


def weigh(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Tried, it stores nothing and says what would change; set, what changed. Needs no key: the same is refused."""
    given, period = _rule(asked), _month(asked)
    with read_session(authority_of(principal)) as session:
        _tried, moves = try_score_rule(session, view_at(session), principal=principal, given=given, period=period)
        table = moves_table(view_at(session).plan, moves, period=period)
    if asked.field("step") != SET:
        return [Outcome(False, _("Nothing was recorded. This is what would change"), table, tried=True)]
    with write_session(authority_of(principal)) as session:
        done = set_score_rule(session, principal=principal, given=given)
    return [
        Outcome(True, _("Weights and steps are set; earlier versions stay readable (no. {seq})", seq=done.seq), table)
    ]


def record(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Needs no key: what is there already is only corrected as it was seen."""
    names = ("unit", "round", "form", "score", "full_marks", "measured_on", "evidence", "note", "reason")
    given = InquiryGiven(**{name: asked.field(name).strip() for name in names}, attachments=attached(asked))
    seen, task = asked.field("seen"), asked.field("task")
    if not (task.isascii() and task.isdigit() and len(task) <= 4):
        raise BadRequest("task_malformed", Message("未写明是哪项任务。", "Say which task it is about."))
    try:
        with write_session(authority_of(principal)) as session:
            done = record_inquiry(
                session, int(task), principal=principal, given=given, if_match=f'"{seen}"' if seen else None
            )
    except VersionMissing as error:
        return [_there_already(given, error)]
    said = _("The score is recorded (no. {seq})", seq=done.seq)
    return [Outcome(True, _("The score is corrected (no. {seq})", seq=done.seq) if done.revision > 1 else said)]


def _there_already(given: InquiryGiven, error: VersionMissing) -> Outcome:
    """The form that was used has not shown the score that stands; it is corrected where it is seen."""
    said = _("This score is already recorded. It can be corrected where it is shown.")
    day = parse_day(given.measured_on)
    address = Address(path=f"/scores/{given.unit}", month=None if day is None else period_of(day), language=language())
    return Outcome(False, said, dcc.Link(_("Open the score sheet"), href=address.href()), error)


def _rule(asked: Ask) -> ScoreRuleGiven:
    weights = {part.value: asked.field(f"weight-{part.value}").strip() for part in ScorePart}
    steps = {part.value: _steps(asked.field(f"steps-{part.value}")) for part in ScorePart}
    texts = {name: asked.field(name).strip() for name in ("valid_from", "citation", "reason")}
    return ScoreRuleGiven(weights=weights, steps=steps, **texts)


def _steps(text: str) -> list[WrittenStep]:
    """`95=50 100=100`, shares in percent; what is no number stays as written, for the refusal to name."""
    found = []
    for one in filter(None, _BETWEEN.split(text.strip())):
        share, _equals, points = one.replace(":", "=").replace("：", "=").partition("=")
        found.append(WrittenStep(_share(share.rstrip("%％")), points))
    return found


def _share(percent: str) -> str:
    return format(Decimal(percent) / 100, "f") if _PERCENT.fullmatch(percent) else percent


def _month(asked: Ask) -> date:
    period = parse_period(asked.field("period"))
    if period is None:
        raise BadRequest("period_unknown", Message("未写明是哪个月。", "Say which month it is about."))
    return period
