"""An assessor's acts: drawing a sample, recording what was measured, and revising it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dashboard.locale import _
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from dashboard.words.figures import MINUS
from metrics.assessments import Method
from metrics.authority import authority_of
from metrics.commands.draw_sample import Drawing, draw_sample
from metrics.commands.idempotency_keys import once, require_key
from metrics.commands.record_assessment import AssessmentGiven, record_assessment, revise_assessment
from metrics.database import write_session
from metrics.errors import BadRequest, Invalid, Message, Problem
from metrics.principal import Principal

_BETWEEN_PERIODS = re.compile(r"[\s,,、;;]+")


def record(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Once for each form that was drawn, however often it is sent."""
    measured = _measured(asked)
    with write_session(authority_of(principal)) as session:
        answer = once(
            session,
            principal=principal,
            key=asked.field("key"),
            asked={"request": "assessment.record", "fields": asked.fields},
            do=lambda: {"seq": record_assessment(session, principal=principal, measured=measured).seq},
        )
    return [Outcome(True, _("Recorded beside what was reported (no. {seq})", seq=answer.body["seq"]))]


def revise(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """The version on the page is the one that is revised."""
    number = asked.field("assessment")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise BadRequest("assessment_malformed", Message("未写明所修订的评估。", "Say which assessment is revised."))
    with write_session(authority_of(principal)) as session:
        revised = revise_assessment(
            session,
            int(number),
            principal=principal,
            measured=_measured(asked),
            if_match=f'"{asked.field("seen")}"',
        )
    return [Outcome(True, _("Revised; the earlier revision is kept (no. {seq})", seq=revised.seq))]


def _measured(asked: Ask) -> AssessmentGiven:
    """The form's fields as the command takes them; an empty field was not given."""
    try:
        method = Method(asked.field("method"))
    except ValueError:
        raise BadRequest("method_unknown", Message("没有这种评估方法。", "There is no such method.")) from None
    return AssessmentGiven(
        unit=asked.field("unit"),
        period=asked.field("period").strip(),
        indicator=asked.field("indicator"),
        method=method,
        numerator=_figure(asked, "numerator"),
        denominator=_figure(asked, "denominator"),
        value=_figure(asked, "value"),
        sample_size=_whole(asked, "sample_size"),
        clusters=_clusters(asked.field("clusters")),
        clusters_in_all=_whole(asked, "clusters_in_all"),
        evidence=asked.field("evidence").strip(),
        note=asked.field("note"),
        reason=asked.field("reason"),
    )


def _whole(asked: Ask, name: str) -> int | None:
    size = asked.field(name).strip()
    if size and not (size.isascii() and size.isdigit() and len(size) <= 12):
        problem = Message("样本量、总群数须为整数。", "Sizes are whole numbers.")
        raise Invalid(f"{name}_invalid", problem, [Problem(f"{name}_invalid", problem, f"/{name}", given=size)])
    return int(size) if size else None


def _clusters(written: str) -> list[list[object]] | None:
    """3/5 4/9: numerator and denominator of each; what is no pair is refused by the command."""
    pairs = [text for text in _BETWEEN_PERIODS.split(written.replace(MINUS, "-")) if text]
    return [list(pair.split("/")) for pair in pairs] or None


def _figure(asked: Ask, name: str) -> str | None:
    """As typed; a minus as pages write it is one."""
    return asked.field(name).strip().replace(MINUS, "-") or None


def draw(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Once for each form that was drawn, however often it is sent."""
    drawing = _drawing(asked)
    with write_session(authority_of(principal)) as session:
        answer = once(
            session,
            principal=principal,
            key=require_key(asked.field("key")),
            asked={"request": "sample.draw", "fields": asked.fields},
            do=lambda: {"number": draw_sample(session, principal=principal, drawing=drawing).number},
        )
    return [Outcome(True, _("Sample {number} is drawn; its worksheet is below", number=answer.body["number"]))]


def _drawing(asked: Ask) -> Drawing:
    """The form's fields as the command takes them; without a seed the service draws one."""
    size = asked.field("per_unit").strip()
    if not (size.isascii() and size.isdigit() and len(size) <= 6):
        message = Message("每个单位的抽查项数须为整数。", "How many cells of each unit is a whole number.")
        raise Invalid("per_unit_invalid", message, [Problem("per_unit_invalid", message, "/per_unit", given=size)])
    return Drawing(
        periods=[text for text in _BETWEEN_PERIODS.split(asked.field("periods")) if text],
        per_unit=int(size),
        seed=asked.field("seed").strip() or None,
    )
