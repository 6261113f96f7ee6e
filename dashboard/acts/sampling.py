"""An assessor's act of drawing a sample."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dashboard.acts.asked import Asked
from dashboard.locale import _
from dashboard.outcome import Outcome, refused
from metrics.commands.draw_sample import Drawing, draw_sample
from metrics.commands.idempotent import once, require_key
from metrics.database import write_session
from metrics.errors import BiaochiError, Invalid, Message, Problem
from metrics.principal import Principal

_BETWEEN_PERIODS = re.compile(r"[\s,,、;;]+")


def draw(asked: Asked, principal: Principal) -> Sequence[Outcome]:
    """Once for each form that was drawn, however often it is sent."""
    try:
        drawing = _drawing(asked)
        with write_session() as session:
            answer = once(
                session,
                principal=principal,
                key=require_key(asked.field("key")),
                asked={"request": "sample.draw", "fields": asked.fields},
                do=lambda: {"number": draw_sample(session, principal=principal, drawing=drawing).number},
            )
    except BiaochiError as error:
        return [refused(error)]
    return [Outcome(True, _("Sample {number} is drawn; its work sheet is below", number=answer.body["number"]))]


def _drawing(asked: Asked) -> Drawing:
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
