"""An assessor's acts: recording what was measured, and revising it."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.acts.asked import Asked
from dashboard.locale import _
from dashboard.outcome import Outcome, refused
from dashboard.wording import MINUS
from metrics.assessments import Method
from metrics.commands.idempotent import once
from metrics.commands.record_assessment import Measured, record_assessment, revise_assessment
from metrics.database import write_session
from metrics.errors import BadRequest, BiaochiError, Invalid, Message, Problem
from metrics.principal import Principal


def record(asked: Asked, principal: Principal) -> Sequence[Outcome]:
    """Once for each form that was drawn, however often it is sent."""
    try:
        measured = _measured(asked)
        with write_session() as session:
            answer = once(
                session,
                principal=principal,
                key=asked.field("key"),
                asked={"request": "assessment.record", "fields": asked.fields},
                do=lambda: {"seq": record_assessment(session, principal=principal, measured=measured).seq},
            )
    except BiaochiError as error:
        return [refused(error)]
    return [Outcome(True, _("Recorded beside what was reported (no. {seq})", seq=answer.body["seq"]))]


def revise(asked: Asked, principal: Principal) -> Sequence[Outcome]:
    """The version on the page is the one that is revised."""
    try:
        number = asked.field("assessment")
        if not (number.isascii() and number.isdigit() and len(number) < 16):
            raise BadRequest("assessment_malformed", Message("未写明所修订的评估。", "Which assessment is not said."))
        with write_session() as session:
            revised = revise_assessment(
                session,
                int(number),
                principal=principal,
                measured=_measured(asked),
                if_match=f'"{asked.field("seen")}"',
            )
    except BiaochiError as error:
        return [refused(error)]
    return [Outcome(True, _("Revised; the earlier revision is kept (no. {seq})", seq=revised.seq))]


def _measured(asked: Asked) -> Measured:
    """The form's fields as the command takes them; an empty field was not given."""
    problem = Message("样本量须为整数。", "The size of the sample is a whole number.")
    size = asked.field("sample_size").strip()
    if size and not (size.isascii() and size.isdigit() and len(size) <= 12):
        raise Invalid(
            "sample_size_invalid", problem, [Problem("sample_size_invalid", problem, "/sample_size", given=size)]
        )
    try:
        method = Method(asked.field("method"))
    except ValueError:
        raise BadRequest("method_unknown", Message("没有这种评估方法。", "There is no such method.")) from None
    return Measured(
        unit=asked.field("unit"),
        period=asked.field("period").strip(),
        indicator=asked.field("indicator"),
        method=method,
        numerator=_figure(asked, "numerator"),
        denominator=_figure(asked, "denominator"),
        value=_figure(asked, "value"),
        sample_size=int(size) if size else None,
        evidence=asked.field("evidence").strip(),
        note=asked.field("note"),
        reason=asked.field("reason"),
    )


def _figure(asked: Asked, name: str) -> str | None:
    """As typed; a minus as pages write it is one."""
    return asked.field(name).strip().replace(MINUS, "-") or None
